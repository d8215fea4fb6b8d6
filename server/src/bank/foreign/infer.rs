//! Which constructs a question is about where nobody says so.
//!
//! The title decides: its inline code, then its words ([`lexicon.txt`](lexicon.txt), one list for all languages). The answer's
//! inline code and, only where the title says nothing, the Python in it give guesses, which rank behind all titles: an
//! example that prints is not about `print`.

use super::title::is_cjk;
use crate::python::{self, Kind};
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::cell::RefCell;
use std::hash::BuildHasher;
use std::rc::Rc;
use std::sync::OnceLock;

/// The most constructs a question is given.
const MOST: usize = 8;
/// The most guesses from an answer.
const GUESSES: usize = 3;

/// Constructs by weight, the best first.
#[derive(Debug, Default)]
pub struct Inferred {
    pub names: Vec<String>,
    /// From this place on the names are guesses from the answer.
    pub guessed: usize,
}

/// What the title says: exact names of its code first, then those of its words.
pub fn from_title(title: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (n, part) in title.split('`').enumerate() {
        if n % 2 == 1 {
            for named in names_of(part).iter().flat_map(|all| all.iter()) {
                add(&mut names, &named.name);
            }
        }
    }
    let has_code = !names.is_empty();
    let plain = title.replace('`', " ");
    bare_names(&plain, &mut names);
    for name in words(&plain) {
        // Beside `functools.wraps` in code the word `decorator` comes second; `list` inside of `list.append` not at all.
        if has_code
            && names
                .iter()
                .any(|n| n.starts_with(name) && n.len() > name.len())
        {
            continue;
        }
        add(&mut names, name);
    }
    names.truncate(MOST);
    names
}

/// Adds what the inline code of an answer repeats or says at its beginning.
pub fn from_prose(prose: &str, names: &mut Vec<String>, most: usize) {
    let mut counts: Vec<(String, usize, usize)> = Vec::new();
    let first_end = memchr::memmem::find(prose.as_bytes(), b"\n\n").unwrap_or(prose.len());
    let mut marks = memchr::memchr_iter(b'`', prose.as_bytes());
    while let Some(open) = marks.next() {
        let here = open + 1;
        let part = &prose[here..marks.next().unwrap_or(prose.len())];
        if part.is_empty() || part.len() > LONGEST_CODE || part.contains('\n') {
            continue;
        }
        let named = names_of(part);
        let telling = named
            .iter()
            .flat_map(|all| all.iter())
            .filter(|n| n.telling);
        for Named { name, .. } in telling {
            let weight = 1 + usize::from(here < first_end);
            match counts.iter().position(|(other, ..)| other == name) {
                Some(known) => counts[known].1 += weight,
                None if counts.len() < 64 => counts.push((name.clone(), weight, here)),
                None => {}
            }
        }
    }
    counts.retain(|(_, weight, _)| *weight >= 2);
    counts.sort_by_key(|(_, weight, here)| (std::cmp::Reverse(*weight), *here));
    for (name, ..) in counts.iter().take(most) {
        add(names, name);
    }
}

/// The most specific and most repeated constructs of Python code.
///
/// Parses on the caller's stack: wants 16 MiB of it.
pub fn from_code(codes: &[&str]) -> Vec<String> {
    let mut counts: Vec<(String, usize, usize)> = Vec::new();
    for code in codes {
        let code = prompt_free(&super::answer::dedent(code));
        let analysis = python::analyse(&code);
        for construct in analysis.constructs() {
            let name = construct.name.as_str();
            let weight = match construct.kind {
                Kind::Trap => 4,
                Kind::Symbol if is_common(name) => continue,
                Kind::Symbol if name.contains('.') => 3,
                Kind::Symbol => 2,
                Kind::Syntax if is_everywhere(name) => continue,
                Kind::Syntax => 2,
            };
            match counts.iter().position(|(other, ..)| other == name) {
                Some(known) => counts[known].1 += 1,
                None => counts.push((name.to_string(), weight, counts.len())),
            }
        }
    }
    // `functools.lru_cache` says more than the module it is in.
    let all: Vec<String> = counts.iter().map(|(name, ..)| format!("{name}.")).collect();
    counts.retain(|(name, ..)| {
        !all.iter()
            .any(|other| other.starts_with(&format!("{name}.")) && other.len() > name.len() + 1)
    });
    counts.sort_by_key(|(_, weight, place)| (std::cmp::Reverse(*weight), *place));
    counts
        .into_iter()
        .take(GUESSES)
        .map(|(name, ..)| name)
        .collect()
}

/// An interactive session without its prompts and output.
fn prompt_free(code: &str) -> String {
    if !code.contains(">>>") {
        return code.to_string();
    }
    let mut lines = String::with_capacity(code.len());
    for line in code.lines() {
        let trimmed = line.trim_start();
        if let Some(rest) = trimmed
            .strip_prefix(">>>")
            .or_else(|| trimmed.strip_prefix("..."))
        {
            lines.push_str(rest.strip_prefix(' ').unwrap_or(rest));
            lines.push('\n');
        }
    }
    lines
}

fn add(names: &mut Vec<String>, name: &str) {
    if names.len() < MOST && !names.iter().any(|known| known == name) {
        names.push(name.to_string());
    }
}

/// A construct that inline code names.
struct Named {
    name: String,
    /// Counts where it stands in an answer. A sign says little there: `@` may be any decorator.
    telling: bool,
}

/// Longer code (in bytes) names nothing.
const LONGEST_CODE: usize = 60;
/// So many pieces of inline code are remembered by each thread.
const REMEMBERED: usize = 50_000;

/// The constructs that a piece of inline code names: `@property`, `asyncio.gather()`, `__init__`, `yield from`, `is`. Remembers
/// them by the hash of the code, since banks say the same few thousand things over and over.
fn names_of(code: &str) -> Option<Rc<[Named]>> {
    thread_local! {
        static KNOWN: RefCell<FxHashMap<u64, Option<Rc<[Named]>>>> = RefCell::default();
    }
    let code = code.trim();
    if code.is_empty() || code.len() > LONGEST_CODE {
        return None;
    }
    let hash = FxBuildHasher.hash_one(code);
    KNOWN.with_borrow_mut(|known| {
        if let Some(named) = known.get(&hash) {
            return named.clone();
        }
        let named = find_names(code).into_iter().map(|name| Named {
            telling: !is_common(&name)
                && !is_everywhere(&name)
                && name.contains(char::is_alphabetic),
            name,
        });
        let named: Vec<Named> = named.collect();
        let named: Option<Rc<[Named]>> = (!named.is_empty()).then(|| named.into());
        if known.len() < REMEMBERED {
            known.insert(hash, named.clone());
        }
        named
    })
}

fn find_names(code: &str) -> Vec<String> {
    if let Some(name) = name_of(code) {
        return vec![name];
    }
    // `list.append(x)`, `*args, **kwargs`, `list/tuple`
    let mut names = Vec::new();
    for part in code.split([',', '/', '|']) {
        match name_of(part.trim()) {
            Some(name) => names.push(name),
            None => return Vec::new(),
        }
    }
    names
}

fn name_of(code: &str) -> Option<String> {
    let code = code.trim().trim_end_matches([';', ':', '.']);
    if code.is_empty() || code.len() > LONGEST_CODE {
        return None;
    }
    if let Some(name) = syntax(code) {
        return Some(name.to_string());
    }
    let bare = code.trim_start_matches('@');
    // The name before its arguments.
    let bare = bare.split('(').next().unwrap_or(bare).trim();
    let alias = match bare {
        "args" | "*arg" => "*args",
        "kwargs" | "**kwarg" => "**kwargs",
        "__name__" | "__main__" => "if __name__ == \"__main__\"",
        "lru_cache" => "functools.lru_cache",
        "deepcopy" => "copy.deepcopy",
        "namedtuple" => "collections.namedtuple",
        "defaultdict" => "collections.defaultdict",
        "OrderedDict" => "collections.OrderedDict",
        "Counter" => "collections.Counter",
        "deque" => "collections.deque",
        "dataclass" => "dataclasses.dataclass",
        "contextmanager" => "contextlib.contextmanager",
        "wraps" => "functools.wraps",
        "partial" => "functools.partial",
        "reduce" => "functools.reduce",
        "abstractmethod" => "abc.abstractmethod",
        "getrefcount" => "sys.getrefcount",
        "getsizeof" => "sys.getsizeof",
        "append" => "list.append",
        "extend" => "list.extend",
        "async" => "async def",
        "async/await" => "async def",
        "xrange" => "range",
        other => other,
    };
    if let Some(name) = syntax(alias) {
        return Some(name.to_string());
    }
    let name = python::canonical(alias).into_owned();
    (python::is_symbol_name(&name) && python::is_known(&name)).then_some(name)
}

fn syntax(name: &str) -> Option<&'static str> {
    static NAMES: OnceLock<FxHashMap<&'static str, &'static str>> = OnceLock::new();
    NAMES
        .get_or_init(|| {
            let all = python::SYNTAX.iter().chain(python::TRAPS);
            all.map(|name| (*name, *name)).collect()
        })
        .get(name)
        .copied()
}

/// Names that stand in a title without backticks: `__init__`, `@staticmethod`, `asyncio.gather`, `*args`; among letters of
/// another script any Latin word that Python knows.
fn bare_names(title: &str, names: &mut Vec<String>) {
    let foreign = title
        .chars()
        .any(|c| is_cjk(c) || ('\u{400}'..='\u{4FF}').contains(&c));
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '*' | '@');
    for word in title.split(|c: char| !(is_part(c) || c == '(')) {
        let call = word.contains('(');
        let word = word.split('(').next().unwrap_or_default().trim_matches('.');
        if word.len() < 2 || !word.contains(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let marked = word.starts_with(['@', '*'])
            || word.starts_with("__") && word.ends_with("__") && word.len() > 4
            || call
            || word.contains('.') && !word.ends_with('.')
            || word.contains('_');
        let term = foreign
            && word.len() >= 2
            && !(word == "yield" && title.contains("yield from"))
            && !matches!(
                word,
                "in" | "or" | "and" | "if" | "not" | "for" | "as" | "python" | "code"
            );
        if (marked || term)
            && let Some(name) = name_of(word)
        {
            add(names, &name);
        }
    }
}

/// The constructs that the words of a title speak of, those of longer phrases first.
fn words(title: &str) -> Vec<&'static str> {
    let lexicon = Lexicon::get();
    let lower = title.to_lowercase();
    let tokens: Vec<&str> = lower
        .split(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '?' | '!'
                        | ';'
                        | '"'
                        | '\''
                        | '«'
                        | '»'
                        | '“'
                        | '”'
                        | '¿'
                        | '¡'
                        | '['
                        | ']'
                        | '？'
                        | '，'
                        | '。'
                        | '：'
                )
        })
        .map(|word| word.trim_matches([',', '.', ':', '(', ')']))
        .filter(|word| !word.is_empty())
        .take(60)
        .collect();
    // Phrases found: how much of the title they take, where they stand, and what they mean.
    let mut found: Vec<(usize, usize, &Entry)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        for entry in lexicon.entries(token) {
            // `List the features`: a command, no list.
            let command = at == 0 && *token == "list" && entry.words.len() == 1;
            if !command && entry.matches(&tokens[at..]) {
                found.push((entry.words.len(), at, entry));
            }
        }
    }
    if lower.contains(is_cjk) {
        for (at, c) in lower.char_indices() {
            if !is_cjk(c) && !c.is_ascii_alphanumeric() {
                continue;
            }
            for entry in lexicon.glyphs(c) {
                if lower[at..].starts_with(entry.words[0].0) {
                    found.push((entry.words[0].0.chars().count(), at, entry));
                }
            }
        }
    }
    // A word inside of a longer phrase says nothing of its own: `list` in `list comprehension`.
    let covered = |&(length, at, _): &(usize, usize, &Entry), found: &[(usize, usize, &Entry)]| {
        found
            .iter()
            .any(|&(l, a, _)| l > length && a <= at && at + length <= a + l)
    };
    let mut kept: Vec<(usize, usize, &Entry)> = found
        .iter()
        .filter(|hit| !covered(hit, &found))
        .copied()
        .collect();
    // First the first meaning of each phrase in the order of the title, the longest phrases before single words; then the others.
    kept.sort_by_key(|&(length, at, _)| (std::cmp::Reverse(length.min(2)), at));
    let mut names: Vec<&'static str> = Vec::new();
    for (_, _, entry) in &kept {
        names.extend(
            entry
                .constructs
                .first()
                .copied()
                .filter(|name| !names.contains(name)),
        );
    }
    for (_, _, entry) in &kept {
        for name in entry.constructs.iter().skip(1) {
            if !names.contains(name) {
                names.push(name);
            }
        }
    }
    names
}

/// A phrase of the lexicon.
#[derive(Debug)]
struct Entry {
    /// The words, and whether each may go on.
    words: Vec<(&'static str, bool)>,
    constructs: Vec<&'static str>,
}

impl Entry {
    fn matches(&self, tokens: &[&str]) -> bool {
        tokens.len() >= self.words.len()
            && self
                .words
                .iter()
                .zip(tokens)
                .all(|((word, open), token)| token == word || *open && token.starts_with(word))
    }
}

/// The lexicon, found by the beginning of a phrase's first word.
struct Lexicon {
    entries: Vec<Entry>,
    /// Three characters of the first word (fewer where it is shorter).
    starts: FxHashMap<[char; 3], Vec<usize>>,
    glyphs: FxHashMap<char, Vec<usize>>,
}

const TEXT: &str = include_str!("lexicon.txt");

impl Lexicon {
    fn get() -> &'static Lexicon {
        static LEXICON: OnceLock<Lexicon> = OnceLock::new();
        LEXICON.get_or_init(|| {
            let mut lexicon = Lexicon {
                entries: Vec::new(),
                starts: FxHashMap::default(),
                glyphs: FxHashMap::default(),
            };
            for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
                // `:=: walrus*`: the construct may hold a colon.
                let Some((constructs, phrases)) = line.split_once(": ") else {
                    continue;
                };
                let constructs: Vec<&'static str> = constructs
                    .split(", ")
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .collect();
                for phrase in phrases.split(" | ") {
                    lexicon.add(phrase.trim(), &constructs);
                }
            }
            lexicon
        })
    }

    fn add(&mut self, phrase: &'static str, constructs: &[&'static str]) {
        let index = self.entries.len();
        let cjk = phrase.contains(is_cjk);
        let words: Vec<(&'static str, bool)> = if cjk {
            vec![(phrase, true)]
        } else {
            phrase
                .split(' ')
                .map(|word| match word.strip_suffix('*') {
                    Some(stem) if !stem.is_empty() && !stem.ends_with('*') => (stem, true),
                    _ => (word, false),
                })
                .collect()
        };
        let Some(&(first, _)) = words.first() else {
            return;
        };
        if cjk {
            if let Some(c) = first.chars().next() {
                self.glyphs.entry(c).or_default().push(index);
            }
        } else {
            self.starts.entry(start_of(first)).or_default().push(index);
        }
        self.entries.push(Entry {
            words,
            constructs: constructs.to_vec(),
        });
    }

    fn entries(&self, token: &str) -> impl Iterator<Item = &Entry> {
        let found = self.starts.get(&start_of(token));
        found
            .into_iter()
            .flatten()
            .filter_map(|&i| self.entries.get(i))
    }

    fn glyphs(&self, c: char) -> impl Iterator<Item = &Entry> {
        let found = self.glyphs.get(&c);
        found
            .into_iter()
            .flatten()
            .filter_map(|&i| self.entries.get(i))
    }
}

fn start_of(word: &str) -> [char; 3] {
    let mut start = ['\0'; 3];
    for (slot, c) in start.iter_mut().zip(word.chars()) {
        *slot = c;
    }
    start
}

/// Names that stand in any example: they never count by themselves.
fn is_common(name: &str) -> bool {
    const COMMON: [&str; 60] = [
        "print",
        "len",
        "range",
        "str",
        "int",
        "float",
        "bool",
        "list",
        "dict",
        "tuple",
        "set",
        "type",
        "object",
        "input",
        "sum",
        "min",
        "max",
        "abs",
        "round",
        "repr",
        "format",
        "id",
        "isinstance",
        "sorted",
        "reversed",
        "any",
        "all",
        "open",
        "Exception",
        "ValueError",
        "TypeError",
        "KeyError",
        "IndexError",
        "NameError",
        "AttributeError",
        "ZeroDivisionError",
        "RuntimeError",
        "None",
        "True",
        "False",
        "self",
        "cls",
        "list.append",
        "str.join",
        "str.format",
        "dict.items",
        "dict.get",
        "dict.keys",
        "dict.values",
        "str.split",
        "str.upper",
        "str.lower",
        "str.strip",
        "str.replace",
        "time.time",
        "bytes",
        "complex",
        "BaseException",
        "StopIteration",
        "class",
    ];
    COMMON.contains(&name)
}

/// Syntax that stands in any example.
fn is_everywhere(name: &str) -> bool {
    const EVERYWHERE: [&str; 62] = [
        "def",
        "return",
        "class",
        "if",
        "elif",
        "else",
        "for",
        "while",
        "in",
        "and",
        "or",
        "not",
        "import",
        "from ... import",
        "list",
        "dict",
        "set",
        "tuple",
        "None",
        "True",
        "False",
        "self",
        "pass",
        "break",
        "continue",
        "==",
        "!=",
        "%",
        "+=",
        "**",
        "//",
        "|",
        "&",
        "^",
        "~",
        "<<",
        ">>",
        "f-string",
        "docstring",
        "slice",
        "unpacking",
        "default argument",
        "inheritance",
        "type hint",
        "try",
        "except",
        "raise",
        "__init__",
        "bytes",
        "raw string",
        "string built in a loop",
        "if __name__ == \"__main__\"",
        "is",
        "assert",
        "chained comparison",
        "conditional expression",
        "Ellipsis",
        "cls",
        "shadowed builtin",
        "__str__",
        "__repr__",
        "del",
    ];
    EVERYWHERE.contains(&name)
}

#[cfg(test)]
#[path = "infer_tests.rs"]
mod tests;
