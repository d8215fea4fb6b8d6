//! What may stand at a place of a bank's document that is being written: keys and values of metadata, and where links lead.
//!
//! By the text before the cursor, since what is being written is no metadata yet.

use super::super::metadata::{KEYS, normal};
use crate::bank::{self, Level};
use crate::python;
use std::collections::HashSet;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// More nobody reads: who types on is asked again.
const MOST: usize = 100;
/// A comment longer than this, in bytes, is no metadata.
const LONGEST: usize = 4_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Key,
    Level,
    Syntax,
    Trap,
    Symbol,
    Question,
    File,
    Anchor,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is shown, and what is written but for [`Item::more`].
    pub label: String,
    /// What is written behind it.
    pub more: &'static str,
    pub kind: Kind,
    pub detail: String,
    /// What editors compare with the text that was typed.
    pub filter: String,
}

/// Best first. `range` is what an item replaces, in one line and around the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    pub items: Vec<Item>,
    pub range: Range<usize>,
    /// Typing on may bring others.
    pub incomplete: bool,
}

/// What the bank around a document offers.
pub struct Around<'a> {
    /// The ids of all questions and their titles.
    pub ids: &'a dyn Fn() -> Vec<(&'a str, &'a str)>,
    /// The constructs that questions are about.
    pub constructs: &'a dyn Fn() -> Vec<&'static str>,
    /// The documents of the user's banks.
    pub files: &'a [PathBuf],
    /// The text of one of them.
    pub text: &'a dyn Fn(&Path) -> Option<Arc<str>>,
}

/// What may stand at an offset; `None` where anything may.
pub fn at(path: &Path, text: &str, offset: usize, around: &Around) -> Option<Completion> {
    let before = text.get(..offset)?;
    let completion = match comment(before) {
        Some(start) => in_metadata(text, start, offset, around),
        None => in_link(path, text, offset, around),
    }?;
    let code = bank::marks(text).fences;
    let in_code = code.iter().any(|f| f.start < offset && offset < f.end);
    (!in_code && !completion.items.is_empty()).then_some(completion)
}

/// Where the inside of the comment begins that the text ends in, if it stands below a heading.
fn comment(before: &str) -> Option<usize> {
    let from = before.floor_char_boundary(before.len().saturating_sub(LONGEST));
    let tail = before.get(from..)?;
    let start = from + tail.rfind("<!--")?;
    let inside = before.get(start + 4..)?;
    if inside.contains("-->") {
        return None;
    }
    heading_above(before.get(..start)?).map(|_| start + 4)
}

/// The text of the heading that a text ends in, blank lines left aside.
fn heading_above(before: &str) -> Option<&str> {
    let mut lines = before.lines().rev().skip_while(|l| l.trim().is_empty());
    let line = lines.next()?.trim();
    let underline = |c| line.chars().all(|other| other == c);
    if line.starts_with('#') {
        return Some(line.trim_matches('#').trim());
    }
    let title = lines.next()?.trim();
    ((underline('=') || underline('-')) && !title.is_empty()).then_some(title)
}

fn in_metadata(text: &str, start: usize, offset: usize, around: &Around) -> Option<Completion> {
    let inside = text.get(start..offset)?;
    let entry = start + inside.rfind(';').map_or(0, |at| at + 1);
    let Some(colon) = text.get(entry..offset)?.find(':') else {
        return Some(keys(text, start, entry, offset));
    };
    let key = text.get(entry..entry + colon)?.trim();
    let value = entry + colon + 1;
    let list = matches!(key, "constructs" | "see");
    let comma = text.get(value..offset)?.rfind(',').filter(|_| list);
    let item = value + comma.map_or(0, |at| at + 1);
    let range = word(text, item, offset, &[',', ';'])?;
    let typed = text.get(range.start..offset)?;
    let rest = text.get(value..)?;
    let end = [";", "-->", "\n"]
        .iter()
        .filter_map(|end| rest.find(end))
        .min();
    let values = rest.get(..end.unwrap_or(rest.len()))?;
    let current = text.get(range.clone())?.trim();
    let listed: HashSet<&str> = values
        .split(',')
        .map(str::trim)
        .filter(|v| *v != current)
        .collect();
    match key {
        "constructs" => Some(constructs(typed, &listed, range, around)),
        "see" => Some(ids(typed, &listed, range, around)),
        "level" => Some(Completion {
            items: Level::ALL
                .map(|level| item_of(level.as_str(), Kind::Level, ""))
                .into(),
            range,
            incomplete: false,
        }),
        "id" => {
            let title = heading_above(text.get(..start.checked_sub(4)?)?)?;
            let id = bank::slug(&bank::clean(title));
            let known = (around.ids)();
            // The question itself has it as long as it has no other.
            let taken = known
                .iter()
                .any(|(other, of)| *other == id && bank::slug(of) != id);
            let fits = !id.is_empty() && !taken && id.starts_with(typed);
            Some(Completion {
                items: fits
                    .then(|| item_of(&id, Kind::Question, ""))
                    .into_iter()
                    .collect(),
                range,
                incomplete: false,
            })
        }
        _ => None,
    }
}

/// The text around the cursor, in its line, from after `from` to the next of these or the end of the comment, blanks left aside.
fn word(text: &str, from: usize, offset: usize, ends: &[char]) -> Option<Range<usize>> {
    let before = text.get(from..offset)?;
    let line = from + before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let before = text.get(line..offset)?;
    let start = line + (before.len() - before.trim_start().len());
    let after = text.get(offset..)?;
    let stop = after.find(|c: char| ends.contains(&c) || c == '\n' || c == '\r');
    let stop = stop
        .unwrap_or(after.len())
        .min(after.find("-->").unwrap_or(after.len()));
    let after = after.get(..stop)?.trim_end();
    // Behind a blank another word begins, unless this one is in its middle.
    let after = if after.starts_with(char::is_whitespace) {
        ""
    } else {
        after
    };
    Some(start..offset + after.len())
}

fn item_of(label: &str, kind: Kind, detail: &str) -> Item {
    Item {
        label: label.to_string(),
        more: "",
        kind,
        detail: detail.to_string(),
        filter: label.to_string(),
    }
}

fn keys(text: &str, start: usize, entry: usize, offset: usize) -> Completion {
    let range = word(text, entry, offset, &[';', ':', ' ']).unwrap_or(offset..offset);
    let behind = text.get(range.end..).unwrap_or_default();
    let colon = behind.trim_start_matches([' ', '\t']).starts_with(':');
    let comment = text.get(start..).unwrap_or_default();
    // One that is not closed yet ends at the next one.
    let end = ["-->", "<!--"].iter().filter_map(|end| comment.find(end));
    let comment = comment
        .get(..end.min().unwrap_or(comment.len()))
        .unwrap_or_default();
    let used: HashSet<&str> = comment
        .split(';')
        .filter_map(|entry| Some(entry.split_once(':')?.0.trim()))
        .collect();
    let current = text.get(range.clone()).unwrap_or_default();
    let free = KEYS
        .iter()
        .filter(|key| **key == current || !used.contains(*key));
    let items = free.map(|key| Item {
        more: if colon { "" } else { ": " },
        ..item_of(key, Kind::Key, "")
    });
    Completion {
        items: items.collect(),
        range,
        incomplete: false,
    }
}

fn constructs(
    typed: &str,
    listed: &HashSet<&str>,
    range: Range<usize>,
    around: &Around,
) -> Completion {
    let mut found: Vec<(u8, Item)> = Vec::new();
    for (names, kind, detail) in [
        (python::SYNTAX, Kind::Syntax, "syntax"),
        (python::TRAPS, Kind::Trap, "trap"),
    ] {
        for name in names {
            if begins_with(name, typed) {
                found.push((0, item_of(name, kind, detail)));
            } else if let Some(at) = inner_word(name, typed) {
                let item = item_of(name, kind, detail);
                let filter = name.get(at..).unwrap_or(name).to_string();
                found.push((2, Item { filter, ..item }));
            }
        }
    }
    let symbols = symbols(typed, &(around.constructs)());
    found.extend(symbols.into_iter().map(|(rank, name, filter)| {
        let item = item_of(name, Kind::Symbol, "");
        let filter = filter.to_string();
        (rank, Item { filter, ..item })
    }));
    found.retain(|(_, item)| !listed.contains(item.label.as_str()));
    found.sort_by(|a, b| (a.0, &a.1.label).cmp(&(b.0, &b.1.label)));
    found.dedup_by(|a, b| a.1.label == b.1.label);
    let short = !typed.contains('.') && typed.chars().count() < INNER;
    let incomplete = short || found.len() > MOST;
    found.truncate(MOST);
    Completion {
        items: found.into_iter().map(|(_, item)| item).collect(),
        range,
        incomplete,
    }
}

/// From so many characters on names are found by their last part, too: `Lock` is `threading.Lock`.
const INNER: usize = 2;

/// Public names of the library and those that questions are about, with a rank and what editors compare.
fn symbols(typed: &str, known: &[&'static str]) -> Vec<(u8, &'static str, &'static str)> {
    let (owner, part) = match typed.rsplit_once('.') {
        Some((owner, part)) => (Some(owner), part),
        None => (None, typed),
    };
    let inner = part.chars().count() >= INNER;
    let fits = |name: &'static str| {
        let (of, last) = match name.rsplit_once('.') {
            Some((of, last)) => (Some(of), last),
            None => (None, name),
        };
        if !begins_with(last, part) {
            return None;
        }
        let private = name
            .split('.')
            .any(|p| p.starts_with('_') && !p.ends_with("__"));
        // What begins with two underscores everything has.
        if private || (last.starts_with('_') && !part.starts_with('_')) {
            return None;
        }
        if of == owner {
            return Some((1, name, name));
        }
        (owner.is_none() && inner).then_some((3, name, last))
    };
    let library = python::symbol_names().filter_map(fits);
    let library =
        library.filter(|(_, name, _)| !name.ends_with('*') && python::canonical(name) == *name);
    let other = known
        .iter()
        .copied()
        .filter(|name| python::is_symbol_name(name));
    library.chain(other.filter_map(fits)).collect()
}

/// Whether a name begins so, in upper or lower case.
fn begins_with(name: &str, typed: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    typed
        .chars()
        .flat_map(char::to_lowercase)
        .all(|c| letters.next() == Some(c))
}

/// Where a word of a name, but for the first, begins so.
fn inner_word(name: &str, typed: &str) -> Option<usize> {
    if typed.chars().count() < INNER {
        return None;
    }
    let mut blanks = name.match_indices([' ', '-']).map(|(at, _)| at + 1);
    blanks.find(|at| name.get(*at..).is_some_and(|word| begins_with(word, typed)))
}

fn ids(typed: &str, listed: &HashSet<&str>, range: Range<usize>, around: &Around) -> Completion {
    let lower = typed.to_lowercase();
    // Rank, id, title and what editors compare.
    let mut found: Vec<(u8, &str, &str, Option<usize>)> = Vec::new();
    for (id, title) in (around.ids)() {
        if listed.contains(id) {
            continue;
        }
        if id.starts_with(&lower) {
            found.push((0, id, title, Some(0)));
        } else if let Some(at) = id.find(&lower) {
            found.push((1, id, title, Some(at)));
        } else if lower.chars().count() >= INNER && title.to_lowercase().contains(&lower) {
            found.push((2, id, title, None));
        }
    }
    found.sort_unstable();
    found.dedup_by_key(|(_, id, ..)| *id);
    let by_title = found.iter().any(|(rank, ..)| *rank == 2);
    let incomplete = found.len() > MOST || typed.chars().count() < INNER || by_title;
    let items = found.into_iter().take(MOST).map(|(_, id, title, at)| Item {
        filter: match at {
            Some(at) => id.get(at..).unwrap_or(id).to_string(),
            None => format!("{typed} {id}"),
        },
        ..item_of(id, Kind::Question, &bank::plain(title))
    });
    Completion {
        items: items.collect(),
        range,
        incomplete,
    }
}

/// Behind `](` in its line: documents of the bank, and behind `#` the anchors of one.
fn in_link(path: &Path, text: &str, offset: usize, around: &Around) -> Option<Completion> {
    let before = text.get(..offset)?;
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let start = line + text.get(line..offset)?.rfind("](")? + 2;
    let typed = text.get(start..offset)?;
    if typed.contains([')', ' ', '<', ':']) {
        return None;
    }
    let range = word(text, start, offset, &[')', ' ', '\t', '"'])?;
    let Some((file, anchor)) = typed.split_once('#') else {
        return Some(documents(path, typed, range, around));
    };
    let path = normal(path);
    let own: Option<Arc<str>> = file.is_empty().then(|| Arc::from(text));
    let target = own.or_else(|| {
        let file = percent_encoding::percent_decode_str(file).decode_utf8_lossy();
        let folder = path.parent().unwrap_or(Path::new(""));
        (around.text)(&normal(&folder.join(file.as_ref())))
    })?;
    let marks = bank::marks(&target);
    let mut anchors: Vec<_> = marks.anchors.into_values().collect();
    anchors.sort_by_key(|anchor| (anchor.range.start, anchor.given.is_none()));
    let typed = anchor.to_lowercase();
    anchors.retain(|anchor| anchor.name.to_lowercase().contains(&typed));
    let incomplete = anchors.len() > MOST;
    let items = anchors.iter().take(MOST);
    Some(Completion {
        items: items
            .map(|a| item_of(&a.name, Kind::Anchor, &a.title))
            .collect(),
        range: offset - anchor.len()..range.end,
        incomplete,
    })
}

fn documents(path: &Path, typed: &str, range: Range<usize>, around: &Around) -> Completion {
    let path = normal(path);
    let folder = path.parent().unwrap_or(Path::new(""));
    let others = around.files.iter().map(|file| normal(file));
    let mut paths: Vec<String> = others
        .filter(|file| *file != path)
        .filter_map(|file| relative(folder, &file))
        .filter(|file| file.contains(typed.trim_start_matches("./")))
        .collect();
    // The nearest first.
    paths.sort_by_key(|path| (path.matches('/').count(), path.clone()));
    paths.dedup();
    let incomplete = paths.len() > MOST;
    // An anchor goes on from here up to what stands behind it.
    let items = paths.iter().take(MOST);
    Completion {
        items: items.map(|path| item_of(path, Kind::File, "")).collect(),
        range,
        incomplete,
    }
}

/// How a link in a folder writes the path of a file; `None` where the two share no root.
fn relative(folder: &Path, file: &Path) -> Option<String> {
    let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), file.components().collect());
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if same == 0 && file.is_absolute() {
        return None;
    }
    let up = from.iter().skip(same).map(|_| "..".to_string());
    let down = to.iter().skip(same).map(|part| match part {
        Component::Normal(name) => escaped(&name.to_string_lossy()),
        other => other.as_os_str().to_string_lossy().into_owned(),
    });
    Some(up.chain(down).collect::<Vec<_>>().join("/"))
}

/// What would end a link, escaped.
fn escaped(name: &str) -> String {
    let mut escaped = String::new();
    for c in name.chars() {
        match c {
            ' ' => escaped.push_str("%20"),
            '%' => escaped.push_str("%25"),
            '(' => escaped.push_str("%28"),
            ')' => escaped.push_str("%29"),
            '#' => escaped.push_str("%23"),
            c => escaped.push(c),
        }
    }
    escaped
}
