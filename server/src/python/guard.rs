//! What is refused before it is parsed, and how a tree that is too deep is thrown away.
//!
//! CPython itself gives up at 200 nested brackets and 100 nested blocks, so nothing real is lost. The parser grows its
//! stack as it recurses, but the tree it builds is dropped recursively, on the caller's stack.

use memchr::memchr2;
use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, Parsed, lexer};

/// Nested brackets; CPython's tokenizer stops at 200.
const MAX_BRACKETS: usize = 400;
/// f-strings within f-strings; CPython's tokenizer stops at 150. The parser copies the list of those that are open whenever it
/// looks ahead, so that many of them cost their square.
const MAX_STRINGS: usize = 150;
/// Beyond this, an answer would take longer than anyone waits for a hover.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Enough for the recursive drop of any tree that a source within the limits can give.
const DROP_STACK: usize = 1 << 30;

/// What the recursive drop of a tree gets through on any stack.
const SAFE_BLOCKS: usize = 200;
const SAFE_TOKENS: usize = 4_000;

/// Why this source is not worth parsing, if it is not.
pub(crate) fn refusal(source: &str) -> Option<String> {
    if source.len() > MAX_BYTES {
        return Some(format!(
            "the source has {} MB; more than {} MB are not analysed",
            source.len() >> 20,
            MAX_BYTES >> 20
        ));
    }
    // The scan is crude about strings, so the lexer has the last word.
    let estimate = estimate(source.as_bytes());
    if estimate.brackets <= MAX_BRACKETS && estimate.strings <= MAX_STRINGS {
        return None;
    }
    let depth = measure(source);
    if depth.brackets > MAX_BRACKETS {
        return Some(format!(
            "brackets are nested more than {MAX_BRACKETS} deep (Python itself stops at 200)"
        ));
    }
    if depth.strings > MAX_STRINGS {
        return Some(format!(
            "f-strings are nested more than {MAX_STRINGS} deep, or never closed (Python itself stops at 150)"
        ));
    }
    None
}

/// How deep a source nests.
#[derive(Default)]
struct Depth {
    brackets: usize,
    /// f-strings and t-strings in one another.
    strings: usize,
}

/// An estimate in one pass over the bytes, past comments and simple strings: of the deepest nesting of brackets, and of all
/// f-strings that may not end where it seems.
fn estimate(bytes: &[u8]) -> Depth {
    let mut deepest = Depth::default();
    let mut depth = 0usize;
    let mut index = 0;
    while let Some(rest) = bytes.get(index..)
        && let Some(next) = rest.iter().position(|byte| NOTABLE[usize::from(*byte)])
    {
        let byte = rest[next];
        index += next + 1;
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest.brackets = deepest.brackets.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'#' => index += memchr2(b'\n', b'\r', &rest[next + 1..]).unwrap_or(rest.len()),
            _ => {
                let end = after_string(bytes, index, byte);
                if is_interpolated(bytes, index - 1) {
                    let (inside, is_open) = braces(bytes.get(index..end).unwrap_or_default());
                    deepest.brackets = deepest.brackets.max(depth + inside);
                    deepest.strings += usize::from(is_open);
                }
                index = end;
            }
        }
    }
    deepest
}

/// The bytes that nesting depends on: all others are passed over, since every keystroke has the whole file looked at.
static NOTABLE: [bool; 256] = {
    let mut table = [false; 256];
    let notable = b"()[]{}#\"'";
    let mut index = 0;
    while index < notable.len() {
        table[notable[index] as usize] = true;
        index += 1;
    }
    table
};

/// Whether the quote at `index` begins an f-string or a t-string, by the letters before it.
fn is_interpolated(bytes: &[u8], index: usize) -> bool {
    let before = |count: usize| {
        let letter = index.checked_sub(count).and_then(|at| bytes.get(at));
        letter.map_or(b' ', u8::to_ascii_lowercase)
    };
    match before(1) {
        b'f' | b't' => true,
        b'r' => matches!(before(2), b'f' | b't'),
        _ => false,
    }
}

/// How deep the braces nest, and whether one of them stays open.
fn braces(bytes: &[u8]) -> (usize, bool) {
    let (mut depth, mut deepest) = (0usize, 0);
    for byte in bytes {
        match byte {
            b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    (deepest, depth > 0)
}

/// Where the string ends whose opening quote stands before `index`.
fn after_string(bytes: &[u8], mut index: usize, quote: u8) -> usize {
    let triple = bytes.get(index) == Some(&quote) && bytes.get(index + 1) == Some(&quote);
    if triple {
        index += 2;
    }
    loop {
        if triple {
            // Docstrings are long.
            let rest = bytes.get(index..).unwrap_or_default();
            index += memchr2(quote, b'\\', rest).unwrap_or(rest.len());
        }
        let Some(&byte) = bytes.get(index) else {
            return index;
        };
        index += 1;
        if byte == b'\\' {
            index += 1;
        } else if byte == quote {
            if !triple {
                return index;
            }
            if bytes.get(index) == Some(&quote) && bytes.get(index + 1) == Some(&quote) {
                return index + 2;
            }
        } else if !triple && matches!(byte, b'\n' | b'\r') {
            return index;
        }
    }
}

/// The same by the lexer.
fn measure(source: &str) -> Depth {
    let mut lexer = lexer::lex(source, Mode::Module);
    let mut deepest = Depth::default();
    let (mut brackets, mut strings) = (0usize, 0usize);
    loop {
        match lexer.next_token() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                brackets += 1;
                deepest.brackets = deepest.brackets.max(brackets);
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                brackets = brackets.saturating_sub(1);
            }
            TokenKind::FStringStart | TokenKind::TStringStart => {
                strings += 1;
                deepest.strings = deepest.strings.max(strings);
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd => strings = strings.saturating_sub(1),
            TokenKind::EndOfFile => return deepest,
            _ => {}
        }
        if deepest.brackets > MAX_BRACKETS || deepest.strings > MAX_STRINGS {
            return deepest;
        }
    }
}

/// Parses what may be parsed.
pub(crate) fn parse(source: &str) -> Option<Parsed<ModModule>> {
    refusal(source).is_none().then(|| super::parse(source))
}

/// Drops a tree that nobody has walked, so that its depth is not known.
pub(crate) fn drop_tree(parsed: Parsed<ModModule>) {
    let (mut blocks, mut deepest, mut length, mut longest) = (0usize, 0, 0, 0);
    for token in parsed.tokens().iter() {
        match token.kind() {
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            TokenKind::Newline => length = 0,
            _ => length += 1,
        }
        deepest = deepest.max(blocks);
        longest = longest.max(length);
    }
    // A tree is no deeper than its blocks and the tokens of one statement.
    if deepest > SAFE_BLOCKS || longest > SAFE_TOKENS {
        drop_deep(parsed);
    }
}

/// Drops a deep tree on a stack of its own: only the pages that the recursion touches are ever used.
pub(crate) fn drop_deep<T: Send + 'static>(tree: T) {
    let parcel = std::sync::Arc::new(std::sync::Mutex::new(Some(tree)));
    let inside = std::sync::Arc::clone(&parcel);
    let spawned = std::thread::Builder::new()
        .stack_size(DROP_STACK)
        .spawn(move || {
            if let Ok(mut slot) = inside.lock() {
                drop(slot.take());
            }
        });
    match spawned {
        Ok(thread) => {
            // Whatever became of it, the tree is no longer this thread's business.
            let _ = thread.join();
        }
        Err(_) => {
            // No memory for such a stack: leaking the tree is better than overflowing this one.
            if let Ok(mut slot) = parcel.lock() {
                std::mem::forget(slot.take());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_f_strings_are_refused_and_many_of_them_are_not() {
        for (source, expected) in [
            ("f'{\n", "f-strings"),
            ("x = rf\"{\n", "f-strings"),
            ("T'{x:{\n", "f-strings"),
            ("f'{f\"{\n", "f-strings"),
            ("f'{#\n", "f-strings"),
            ("f'{f(\n", "f-strings"),
            ("f'{'", "brackets"),
            ("f'{", "f-strings"),
            ("(\n", "brackets"),
            // As people write.
            ("print(f'{x}')\n", ""),
            ("print(f'{x[\"a\"]:>{width}}{{')\n", ""),
            ("print(f'{x['a']}')\n", ""),
            ("write(f'if ({x}) {{')\n", ""),
            ("f\"\"\"{\nf'{x}'\n}\"\"\"\n", ""),
            ("x = '{'; y = rb'{'\n", ""),
            // As they leave it.
            ("x = f'{a}\n", ""),
            ("x = f'\n", ""),
            ("'f'{x}\n", ""),
        ] {
            let refusal = refusal(&source.repeat(1_000)).unwrap_or_default();
            assert!(refusal.starts_with(expected), "{source}: {refusal}");
            assert_eq!(
                refusal.is_empty(),
                expected.is_empty(),
                "{source}: {refusal}"
            );
        }
        let open = format!(
            "def f(x):\n    y = f'{{\n{}",
            "    print(f'{x}')\n".repeat(1_000)
        );
        assert_eq!(refusal(&open), None);
    }
}
