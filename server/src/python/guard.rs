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
    if brackets_by_bytes(source.as_bytes()) > MAX_BRACKETS
        && brackets_by_tokens(source) > MAX_BRACKETS
    {
        return Some(format!(
            "brackets are nested more than {MAX_BRACKETS} deep (Python itself stops at 200)"
        ));
    }
    None
}

/// An estimate of the deepest nesting of brackets: one pass over the bytes, past comments and simple strings.
fn brackets_by_bytes(bytes: &[u8]) -> usize {
    let mut depth = 0usize;
    let mut deepest = 0;
    let mut index = 0;
    while let Some(rest) = bytes.get(index..)
        && let Some(next) = rest.iter().position(|byte| NOTABLE[usize::from(*byte)])
    {
        let byte = rest[next];
        index += next + 1;
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'#' => index += memchr2(b'\n', b'\r', &rest[next + 1..]).unwrap_or(rest.len()),
            _ => index = after_string(bytes, index, byte),
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

fn brackets_by_tokens(source: &str) -> usize {
    let mut lexer = lexer::lex(source, Mode::Module);
    let mut depth = 0usize;
    let mut deepest = 0;
    loop {
        match lexer.next_token() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                depth = depth.saturating_sub(1)
            }
            TokenKind::EndOfFile => return deepest,
            _ => {}
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
