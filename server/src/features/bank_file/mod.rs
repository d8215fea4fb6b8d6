//! An editor for the files of a bank: what stands at a place of one, and what the other files have to do with it.
//!
//! Texts and byte offsets in, plain data out. Nothing here reads files or knows which documents belong to a bank; what is asked is given.

pub mod complete;
pub mod outline;
pub mod preview;
pub mod refer;
pub mod rename;

use super::metadata::{self, Metadata};
use crate::bank::{self, Link, Marks, Parsed, Question};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A document of the user's banks.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: PathBuf,
    pub text: Arc<str>,
}

/// A place in a file, in bytes of its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub path: PathBuf,
    pub start: usize,
    pub end: usize,
}

impl Place {
    fn new(path: &Path, range: &Range<usize>) -> Self {
        Place {
            path: path.to_path_buf(),
            start: range.start,
            end: range.end,
        }
    }

    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A document, read. Foreign ones have Python parsed, which recurses: needs a stack of 16 MiB.
pub struct File<'a> {
    pub path: PathBuf,
    pub text: &'a str,
    parsed: Parsed,
    /// One for each question.
    metadata: Vec<Option<Metadata<'a>>>,
    marks: Marks,
}

/// What stands at a place.
#[derive(Clone, Copy, Debug)]
enum Thing<'a> {
    /// The value of `id`.
    Id(&'a str),
    /// An id under `see`.
    See(&'a str),
    Construct(&'a str),
    /// Anything else in the metadata of a question.
    Metadata,
    Link(&'a Link),
    Title,
    /// A heading or anchor by its key.
    Anchor(&'a str),
}

/// A thing, where it stands and the question that it belongs to.
struct Found<'a> {
    thing: Thing<'a>,
    range: Range<usize>,
    question: Option<usize>,
}

impl<'a> File<'a> {
    pub fn read(path: &Path, text: &'a str) -> Self {
        let parsed = bank::parse(text);
        let questions = parsed.questions.iter();
        File {
            path: metadata::normal(path),
            text,
            metadata: questions.map(|q| metadata::of(text, q)).collect(),
            marks: bank::marks(text),
            parsed,
        }
    }

    fn questions(&self) -> impl Iterator<Item = (&Question, Option<&Metadata<'a>>)> {
        let metadata = self.metadata.iter().map(Option::as_ref);
        self.parsed.questions.iter().zip(metadata)
    }

    /// What stands at an offset; the end of a thing belongs to it, since a cursor stands there.
    fn at(&self, offset: usize) -> Option<Found<'_>> {
        let touches = |range: &Range<usize>| range.start <= offset && offset <= range.end;
        let at = self
            .parsed
            .questions
            .partition_point(|q| q.range.start <= offset);
        let number = at.checked_sub(1);
        let question = number.and_then(|n| self.parsed.questions.get(n));
        if let Some(metadata) = number.and_then(|n| self.metadata.get(n)?.as_ref())
            && touches(&metadata.range)
        {
            return Some(Found {
                question: number,
                ..in_metadata(metadata, offset)
            });
        }
        if let Some(link) = self.marks.links.iter().find(|link| touches(&link.range)) {
            return Some(Found {
                thing: Thing::Link(link),
                range: link.range.clone(),
                question: None,
            });
        }
        if let Some(question) = question {
            let line = metadata::heading(self.text, question);
            if touches(&line) {
                return Some(Found {
                    thing: Thing::Title,
                    range: title(self.text, question),
                    question: number,
                });
            }
        }
        let anchors = self.marks.anchors.iter();
        let nearest = anchors
            .filter(|(_, anchor)| touches(&anchor.range))
            .min_by_key(|(key, anchor)| (anchor.range.len(), anchor.given.is_none(), *key));
        nearest.map(|(key, anchor)| Found {
            thing: Thing::Anchor(key),
            range: anchor.range.clone(),
            question: None,
        })
    }

    /// The keys of the anchors that lead to a question: its heading, and a place that was given its id for a name, which authors put above
    /// the heading or below it.
    fn anchors_of<'f>(&'f self, question: &'f Question) -> impl Iterator<Item = &'f str> {
        let line = metadata::heading(self.text, question);
        let anchors = self.marks.anchors.iter();
        let leading = anchors.filter(move |(_, anchor)| {
            let start = anchor.range.start;
            let heading = !anchor.title.is_empty() && line.contains(&start);
            let named = anchor.given.is_some() && anchor.name == question.id;
            heading || named
        });
        leading.map(|(key, _)| key.as_str())
    }

    /// The document that a link leads to.
    fn target(&self, link: &Link) -> PathBuf {
        target(&self.path, link)
    }
}

/// The document that a link in another leads to.
fn target(from: &Path, link: &Link) -> PathBuf {
    if link.path.is_empty() {
        return from.to_path_buf();
    }
    let folder = from.parent().unwrap_or(Path::new(""));
    metadata::normal(&folder.join(&link.path))
}

fn in_metadata<'a>(metadata: &Metadata<'a>, offset: usize) -> Found<'a> {
    let touches = |range: &Range<usize>| range.start <= offset && offset <= range.end;
    let found = |thing, range| Found {
        thing,
        range,
        question: None,
    };
    if let Some(entry) = metadata.entry("id")
        && let Some(id) = entry.value.filter(|id| !id.is_empty())
    {
        let range = entry.value_start..entry.value_start + id.len();
        if touches(&range) {
            return found(Thing::Id(id), range);
        }
    }
    for (key, thing) in [
        ("see", Thing::See as fn(&'a str) -> Thing<'a>),
        ("constructs", Thing::Construct),
    ] {
        let mut values = metadata.list(key).into_iter();
        if let Some((value, range)) = values.find(|(_, range)| touches(range)) {
            return found(thing(value), range);
        }
    }
    found(Thing::Metadata, metadata.range.clone())
}

/// The title of a question in its first line, without the marks around it.
fn title(text: &str, question: &Question) -> Range<usize> {
    let line = metadata::heading(text, question);
    let source = text.get(line.clone()).unwrap_or_default();
    let (start, length) = match source.find(&question.question) {
        Some(at) if !question.question.is_empty() => (at, question.question.len()),
        _ => {
            let marks = |c: char| c.is_whitespace() || "#>*-+".contains(c);
            let inner = source.trim_start_matches(marks);
            let start = source.len() - inner.len();
            let inner = inner.trim_end_matches(|c: char| c.is_whitespace() || c == '#');
            // A line of marks alone is its own title.
            if inner.is_empty() {
                (0, source.len())
            } else {
                (start, inner.len())
            }
        }
    };
    line.start + start..line.start + start + length
}

#[cfg(test)]
mod tests;
