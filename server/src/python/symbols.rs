//! The table of the standard library: which names there are, what they are, what calls return.
//!
//! `data/symbols.txt` is sorted by name and searched in place, so that it costs nothing at start-up. One name a line:
//!
//! | line | means |
//! | --- | --- |
//! | `gc m` | a module |
//! | `threading.Lock c with:bool` | a class, its bases, what `with` binds (`self`, a class, `?` for unknown) |
//! | `asyncio.create_task f asyncio.Task` | a function or method and the class of what it returns |
//! | `asyncio.Queue.get a` | a coroutine function; the class is what awaiting it gives |
//! | `re.Pattern.pattern p str` | an attribute and its class |
//! | `sys.path d list[str]` | data of a module; `[str]` is the class of the items |
//! | `typing.List g list` | a generic alias and what it stands for |
//! | `asyncio.TimeoutError = TimeoutError` | another name of the second |
//! | `_io.* = io.*` | a module that is public under another name |
//!
//! The table is interim (`data/generate.py` writes it by introspection); this module is the seam for one from typeshed.

use std::borrow::Cow;

const TABLE: &str = include_str!("data/symbols.txt");

/// Bases can be chained, never this deep: a guard against a cycle in the data.
const MAX_BASES: usize = 24;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Module,
    Class,
    Function,
    Coroutine,
    Property,
    Data,
    Generic,
    Alias,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub name: &'static str,
    pub sort: Sort,
    /// For a class its bases, comma separated; else the class of the result.
    detail: &'static str,
    /// What `with` binds, empty where the class is no context manager.
    pub enters: &'static str,
}

/// The class of a value and of its items, as the table writes it: `list[str]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Typed {
    pub class: &'static str,
    pub item: &'static str,
}

impl Entry {
    fn parse(line: &'static str) -> Option<Self> {
        let mut words = line.split(' ');
        let name = words.next()?;
        let sort = match words.next()? {
            "m" => Sort::Module,
            "c" => Sort::Class,
            "f" => Sort::Function,
            "a" => Sort::Coroutine,
            "p" => Sort::Property,
            "d" => Sort::Data,
            "g" => Sort::Generic,
            "=" => Sort::Alias,
            _ => return None,
        };
        let mut entry = Self {
            name,
            sort,
            detail: "",
            enters: "",
        };
        for word in words {
            match word.strip_prefix("with:") {
                Some(enters) => entry.enters = enters,
                None => entry.detail = word,
            }
        }
        Some(entry)
    }

    /// What a call returns, an awaited call gives or an attribute holds; `self` stands for the receiver's class.
    pub fn result(&self) -> Option<Typed> {
        if self.detail.is_empty() || self.sort == Sort::Class {
            return None;
        }
        Some(match self.detail.split_once('[') {
            Some((class, item)) => Typed {
                class,
                item: item.trim_end_matches(']'),
            },
            None => Typed {
                class: self.detail,
                item: "",
            },
        })
    }

    pub fn bases(&self) -> impl Iterator<Item = &'static str> {
        let bases = if self.sort == Sort::Class {
            self.detail
        } else {
            ""
        };
        bases.split(',').filter(|base| !base.is_empty())
    }
}

/// The line of exactly this name.
fn lookup(name: &str) -> Option<Entry> {
    let table = TABLE.as_bytes();
    let (mut low, mut high) = (0, table.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let before = table[low..middle].iter().rposition(|byte| *byte == b'\n');
        let start = before.map_or(low, |at| low + at + 1);
        let length = table[start..].iter().position(|byte| *byte == b' ');
        let key_end = length.map_or(table.len(), |length| start + length);
        let line_end = || {
            let length = table[key_end..].iter().position(|byte| *byte == b'\n');
            length.map_or(table.len(), |length| key_end + length)
        };
        match table[start..key_end].cmp(name.as_bytes()) {
            std::cmp::Ordering::Equal => {
                return TABLE.get(start..line_end()).and_then(Entry::parse);
            }
            std::cmp::Ordering::Less => low = line_end() + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

/// The entry of a name, under its canonical name if it has another one.
pub(crate) fn find(name: &str) -> Option<Entry> {
    match lookup(name) {
        Some(entry) if entry.sort == Sort::Alias => lookup(entry.detail),
        Some(entry) => Some(entry),
        None => None,
    }
}

/// A builtin by its bare name.
pub(crate) fn builtin(name: &str) -> Option<Entry> {
    find(name).filter(|entry| entry.sort != Sort::Module && !name.contains('.'))
}

/// The public name of a module that the table knows under `name`.
pub(crate) fn module(name: &str) -> Option<&'static str> {
    match lookup(name) {
        Some(entry) if entry.sort == Sort::Module => Some(entry.name),
        Some(_) => None,
        None => module_alias(name)
            .and_then(lookup)
            .filter(|entry| entry.sort == Sort::Module)
            .map(|entry| entry.name),
    }
}

/// What the implementation module `name` is called in public: `posixpath` is `os.path`.
fn module_alias(name: &str) -> Option<&'static str> {
    let entry = lookup(&format!("{name}.*"))?;
    entry.detail.strip_suffix(".*")
}

/// Whether the table speaks for everything in this package: what it does not know there does not exist.
pub(crate) fn is_known_package(name: &str) -> bool {
    let top = name.split('.').next().unwrap_or(name);
    module(top).is_some()
}

/// The attribute of a class or of one of its bases.
pub(crate) fn member(class: &str, attribute: &str) -> Option<Entry> {
    let mut name = String::with_capacity(class.len() + attribute.len() + 1);
    let mut found = None;
    visit_bases(class, &mut |owner| {
        name.clear();
        name.push_str(owner);
        name.push('.');
        name.push_str(attribute);
        found = lookup(&name).filter(|entry| entry.sort != Sort::Module);
        found.is_some()
    });
    found
}

/// The bases of a class, nearest first, without those that every class has.
pub(crate) fn bases(class: &str) -> Vec<String> {
    let mut names = Vec::new();
    visit_bases(class, &mut |base| {
        if base != class
            && !matches!(
                base,
                "object" | "BaseException" | "abc.ABC" | "typing.Generic"
            )
        {
            names.push(base.to_owned());
        }
        false
    });
    names
}

/// Calls `stop` with the class and its bases, depth first, until it says so.
fn visit_bases(class: &str, stop: &mut dyn FnMut(&str) -> bool) {
    let mut queue: Vec<Cow<'_, str>> = vec![Cow::Borrowed(class)];
    for _ in 0..MAX_BASES {
        let Some(next) = queue.pop() else { return };
        if stop(&next) {
            return;
        }
        if let Some(entry) = find(&next).filter(|entry| entry.sort == Sort::Class) {
            let mut bases: Vec<_> = entry.bases().map(Cow::Borrowed).collect();
            bases.reverse();
            queue.append(&mut bases);
        }
    }
}

/// What binding the result of `with` gives: the class itself for most managers, none where it is not known.
pub(crate) fn enters(class: &str) -> Option<&'static str> {
    let mut enters = None;
    visit_bases(class, &mut |owner| {
        enters = find(owner)
            .map(|entry| entry.enters)
            .filter(|enters| !enters.is_empty());
        enters.is_some()
    });
    enters.filter(|enters| *enters != "?")
}

/// Class of what iterating gives, for the builtins of which everyone knows it.
pub(crate) fn iterates(class: &str) -> Option<&'static str> {
    Some(match class {
        "str" | "io.TextIOWrapper" | "io.StringIO" => "str",
        "range" | "bytes" | "bytearray" => "int",
        "io.BufferedReader" | "io.BytesIO" => "bytes",
        "enumerate" | "zip" => "tuple",
        "pathlib.Path" => return None,
        _ => return None,
    })
}

/// The public name of a symbol: `_thread.lock.acquire` is `threading.Lock.acquire`. Names that the table does not
/// know are their own.
pub fn canonical(name: &str) -> String {
    let name = name.strip_prefix("builtins.").unwrap_or(name);
    if lookup(name).is_some_and(|entry| entry.sort != Sort::Alias) {
        return name.to_owned();
    }
    // The longest part that has another name decides.
    let mut head = name;
    loop {
        let tail = &name[head.len()..];
        if let Some(entry) = lookup(head).filter(|entry| entry.sort == Sort::Alias) {
            return format!("{}{tail}", entry.detail);
        }
        if let Some(public) = module_alias(head) {
            let renamed = format!("{public}{tail}");
            // `asyncio.subprocess` and the like: only what the public module really has.
            if lookup(&renamed).is_some() {
                return canonical(&renamed);
            }
        }
        match head.rsplit_once('.') {
            Some((outer, _)) => head = outer,
            None => return name.to_owned(),
        }
    }
}
