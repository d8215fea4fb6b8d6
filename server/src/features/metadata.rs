//! The comment below a heading, entry by entry and each at its place, also where it is not well formed.
//!
//! For those who mend and write banks; what a bank takes from it is read by `bank/parse.rs`. Offsets are bytes into the document.

use crate::bank::Question;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

/// The comment below a heading.
pub struct Metadata<'a> {
    pub range: Range<usize>,
    pub entries: Vec<Entry<'a>>,
    pub closed: bool,
}

/// `key: value`, or something without a colon.
pub struct Entry<'a> {
    pub key: &'a str,
    pub value: Option<&'a str>,
    pub range: Range<usize>,
    pub value_start: usize,
}

pub const KEYS: [&str; 4] = ["id", "constructs", "level", "see"];

/// The first line of a question.
pub fn heading(text: &str, question: &Question) -> Range<usize> {
    let start = question.range.start;
    let rest = text.get(question.range.clone()).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    start..start + line.trim_end().len()
}

/// The comment below a heading, where one of its entries begins as metadata does, well formed or not.
pub fn of<'a>(text: &'a str, question: &Question) -> Option<Metadata<'a>> {
    let whole = text.get(question.range.clone())?;
    let mut below = whole.find('\n')? + 1;
    let line = whole.get(below..)?.lines().next().unwrap_or_default();
    // The line below an underlined heading is a part of it.
    let underline = |mark| !line.trim().is_empty() && line.trim().chars().all(|c| c == mark);
    if underline('=') || underline('-') {
        below += whole.get(below..)?.find('\n')? + 1;
    }
    let rest = whole.get(below..)?;
    let blank = rest.len() - rest.trim_start().len();
    let start = question.range.start + below + blank;
    let comment = rest.trim_start().strip_prefix("<!--")?;
    let end = comment.find("-->");
    // One that nobody closed is looked at as far as its line goes.
    let length = end.unwrap_or_else(|| comment.find('\n').unwrap_or(comment.len()));
    let inside = comment.get(..length)?;
    let mut entries = Vec::new();
    let mut at = start + 4;
    for part in inside.split(';') {
        let trimmed = part.trim();
        let from = at + (part.len() - part.trim_start().len());
        at += part.len() + 1;
        if trimmed.is_empty() {
            continue;
        }
        let (key, value) = match trimmed.split_once(':') {
            Some((key, value)) => (key.trim(), Some(value)),
            None => (trimmed, None),
        };
        let before = value.map_or(0, |v| {
            trimmed.len() - v.len() + (v.len() - v.trim_start().len())
        });
        entries.push(Entry {
            key,
            value: value.map(str::trim),
            range: from..from + trimmed.len(),
            value_start: from + before,
        });
    }
    let ours = |entry: &Entry| entry.value.is_some() && KEYS.contains(&entry.key);
    entries.iter().any(ours).then(|| Metadata {
        range: start..start + 4 + length + end.map_or(0, |_| 3),
        entries,
        closed: end.is_some(),
    })
}

impl<'a> Metadata<'a> {
    pub fn entry(&self, key: &str) -> Option<&Entry<'a>> {
        self.entries
            .iter()
            .find(|e| e.key == key && e.value.is_some())
    }

    /// The values of a list and where each stands.
    pub fn list(&self, key: &str) -> Vec<(&'a str, Range<usize>)> {
        let Some(entry) = self.entry(key) else {
            return Vec::new();
        };
        let mut at = entry.value_start;
        let mut values = Vec::new();
        for part in entry.value.unwrap_or_default().split(',') {
            let from = at + (part.len() - part.trim_start().len());
            at += part.len() + 1;
            let value = part.trim();
            if !value.is_empty() {
                values.push((value, from..from + value.len()));
            }
        }
        values
    }
}

/// A path without `.` and `..`, as far as it can be said without the disk.
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(normal.components().next_back(), Some(Component::Normal(_))) =>
            {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}
