//! The bank of interview questions: documents in Markdown, the questions found in them, and which construct leads where.
//!
//! This layer knows Markdown and files. Of Python it knows which names are one, and no source; it must not know the protocol or how
//! a card looks.

mod builtin;
mod clean;
mod document;
mod foreign;
mod inverted;
mod load;
mod marks;
mod meaning;
mod merge;
mod names;
mod parse;
pub mod path;
mod words;

pub use clean::{clean, plain};
pub use document::{Document, Origin};
pub use inverted::{Field, Place, Segment, Term, letters};
pub use load::{Open, Progress, Sources, Stage, expand, is_markdown};
pub use marks::{Anchor, Link, Marks, anchor_key, marks};
pub use parse::{Parsed, parse, slug};
pub use words::{Stemmers, is_everywhere, sound, words};

use document::{Part, Record};
use merge::{Index, Merged};
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// The languages that the bank's own texts are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    En,
    Ru,
}

impl Lang {
    pub fn as_str(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Ru => "ru",
        }
    }

    /// The language of a locale such as `ru`, `ru_RU.UTF-8`, `en-GB`; `None` where it is neither.
    pub fn from_locale(locale: &str) -> Option<Lang> {
        match locale
            .split(['_', '-', '.', '@'])
            .next()?
            .to_ascii_lowercase()
            .as_str()
        {
            "en" => Some(Lang::En),
            "ru" => Some(Lang::Ru),
            _ => None,
        }
    }
}

/// How much experience a question asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    #[default]
    Junior,
    JuniorPlus,
    Middle,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::Junior, Level::JuniorPlus, Level::Middle];

    pub fn as_str(self) -> &'static str {
        match self {
            Level::Junior => "junior",
            Level::JuniorPlus => "junior+",
            Level::Middle => "middle",
        }
    }
}

/// A question as it is found in a document, and where its parts are. Lines count from 1, offsets are bytes into the document's text.
#[derive(Clone, Debug)]
pub struct Question {
    pub id: String,
    /// The heading as it is written, inline Markdown included.
    pub question: String,
    /// The first paragraph, cleaned and in one line: what a card shows.
    pub answer: String,
    /// The first Python block, if it is short enough for a card.
    pub example: Option<String>,
    /// The first pitfall, cleaned and in one line.
    pub pitfall: Option<String>,
    pub constructs: Vec<String>,
    /// From this place on `constructs` are guesses from the answer, not names from metadata or the title.
    pub guessed: usize,
    pub level: Level,
    pub see: Vec<String>,
    /// The heading above: `Stack and heap`.
    pub topic: String,
    pub sections: Vec<Section>,
    /// The line of the heading.
    pub line: usize,
    /// The whole question, from its heading to the next.
    pub range: std::ops::Range<usize>,
    /// Where in `range` the answer begins; its end where there is none.
    pub answer_start: usize,
}

/// A part of an answer: its heading and the heading's line, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub title: String,
    pub line: usize,
}

/// Something that a person should mend; the bank works without it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Warning {
    /// The file or folder, as [`Origin::name`] says it.
    pub file: String,
    /// From 1, where a line is to blame.
    pub line: Option<usize>,
    pub message: String,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// A folder or file that was loaded, for reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// `builtin`, or the path as the user gave it.
    pub name: String,
    pub documents: std::ops::Range<usize>,
}

/// All documents together, the user's own first. Never changed: what changes on disk makes another bank, which shares all else with
/// this one.
#[derive(Debug, Default)]
pub struct Bank {
    pub documents: Vec<Arc<Document>>,
    pub roots: Vec<Root>,
    pub warnings: Vec<Warning>,
    files: Vec<load::File>,
    /// How many of the warnings come from looking for files; the rest is of documents and of merging them.
    own_warnings: usize,
    merged: Merged,
    /// The words of the files' documents.
    segments: Vec<Arc<Segment>>,
    /// The words of the built-in documents, listed when somebody searches first.
    builtin_words: Arc<OnceLock<Segment>>,
}

/// The questions about a construct, best first. There may be thousands, and most who ask need the first.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    bank: &'a Bank,
    leaders: &'a [Index],
    lang: Lang,
}

impl<'a> About<'a> {
    pub fn len(self) -> usize {
        self.leaders.len()
    }

    pub fn is_empty(self) -> bool {
        self.leaders.is_empty()
    }

    pub fn first(self) -> Option<Entry<'a>> {
        self.iter().next()
    }

    pub fn iter(self) -> impl Iterator<Item = Entry<'a>> {
        let leaders = self.leaders.iter();
        leaders.map(move |leader| self.bank.shown_for(*leader, self.lang))
    }

    /// See [`Entry::group`].
    pub fn groups(self) -> &'a [u32] {
        self.leaders
    }
}

/// A question in a bank.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    bank: &'a Bank,
    document: &'a Document,
    record: &'a Record,
    index: Index,
}

impl Bank {
    /// The question of an id, in the wanted language if there is one, else in any.
    pub fn question(&self, id: &str, lang: Lang) -> Option<Entry<'_>> {
        let head = self.merged.head(&self.documents, id)?;
        Some(self.entry(self.merged.variant(&self.documents, head, lang)))
    }

    /// The questions about a construct, each once, the best first: the user's own, then by how high the
    /// question ranks the construct, then the easier one.
    pub fn about(&self, construct: &str, lang: Lang) -> About<'_> {
        About {
            bank: self,
            leaders: self.merged.about(construct),
            lang,
        }
    }

    /// Every construct that has a question, sorted.
    pub fn constructs(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.merged.names().map(names::Name::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Each question once, in the wanted language where it has one, in the order of the documents.
    pub fn all(&self, lang: Lang) -> impl ExactSizeIterator<Item = Entry<'_>> {
        let leaders = self.merged.shown().iter();
        leaders.map(move |leader| self.shown_for(*leader, lang))
    }

    /// How many questions there are in all languages.
    pub fn len(&self) -> usize {
        self.merged.kept()
    }

    pub fn is_empty(&self) -> bool {
        self.entries().next().is_none()
    }

    /// Every question of every language that is not left out, in the order of the documents.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.range(0..self.merged.len() as Index)
    }

    fn range(&self, indices: std::ops::Range<Index>) -> impl Iterator<Item = Entry<'_>> {
        let kept = indices.filter(|index| self.merged.leader_of(*index).is_some());
        kept.map(|index| self.entry(index))
    }

    /// Those of [`Bank::entries`] that come from a folder or file.
    pub fn entries_of(&self, root: &Root) -> impl Iterator<Item = Entry<'_>> {
        let start = self.merged.index(root.documents.start, 0);
        let end = self.merged.index(root.documents.end, 0);
        self.range(start..end)
    }

    /// The question as it stands in its document now.
    ///
    /// # Errors
    /// Says that its file cannot be read, or has changed so that the question is gone.
    pub fn markdown<'a>(&self, entry: Entry<'a>) -> Result<Cow<'a, str>, String> {
        let trim = |text: Cow<'a, str>| match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_end()),
            Cow::Owned(text) => Cow::Owned(text.trim_end().to_string()),
        };
        self.passage(entry).map(|(text, _)| trim(text))
    }

    /// A question's text and the line of its heading, from 1. Where the file has changed and nobody has told yet, it is looked for in what
    /// the file holds now.
    ///
    /// # Errors
    /// As [`Bank::markdown`].
    pub fn passage<'a>(&self, entry: Entry<'a>) -> Result<(Cow<'a, str>, usize), String> {
        if let Some(text) = entry.document.passage(entry.record) {
            return Ok((text, entry.line()));
        }
        let text = entry.document.text()?;
        let now = parse(&text).questions;
        let id = entry.document.part(entry.record, Part::Id);
        let found = now.into_iter().find(|question| question.id == id);
        let passage =
            found.and_then(|question| Some((text.get(question.range)?.to_string(), question.line)));
        let (text, line) = passage.ok_or_else(|| {
            format!(
                "{} has changed, and the question `{id}` is no more in it",
                entry.document.origin.name()
            )
        })?;
        Ok((Cow::Owned(text), line))
    }

    /// Which words stand where. Documents that are not of this bank any more are passed over by [`Bank::segment_entries`].
    pub fn segments(&self) -> Vec<&Segment> {
        let builtin = self.builtin_words.get_or_init(|| {
            let mut builder = inverted::Builder::default();
            for document in self.documents.iter().filter(|d| d.is_builtin()) {
                if let Ok(text) = document.text() {
                    builder.add(document, &text);
                }
            }
            builder.finish()
        });
        let files = self.segments.iter().map(Arc::as_ref);
        files.chain(std::iter::once(builtin)).collect()
    }

    /// The questions at the places of a segment, by its documents in order: those of documents that are gone are `None`.
    pub fn segment_entries<'a>(
        &'a self,
        segment: &'a Segment,
    ) -> impl Fn(Place) -> Option<Entry<'a>> {
        let parts: Vec<(std::ops::Range<usize>, Option<usize>)> = segment
            .documents()
            .map(|(serial, places)| (places, self.merged.document(serial)))
            .collect();
        move |place| {
            let place = place as usize;
            let part = parts
                .partition_point(|(places, _)| places.start <= place)
                .checked_sub(1)?;
            // An empty document has the place of the next one.
            let (places, document) = parts.get(part)?;
            let index = self.merged.index((*document)?, place - places.start);
            self.merged.leader_of(index)?;
            Some(self.entry(index))
        }
    }

    /// A bank of these texts, by the names of their files; `builtin/` begins those of the built-in bank.
    #[cfg(any(test, feature = "fuzzing"))]
    pub fn of_texts(texts: &[(&'static str, &str)]) -> Bank {
        let mut packer = document::Packer::default();
        let pack = |(name, text): &(&'static str, &str)| {
            let origin = match name.strip_prefix("builtin/") {
                Some(name) => Origin::Builtin(name),
                None => Origin::File(name.into()),
            };
            let kept = document::Text::Open(Arc::from(*text));
            Arc::new(packer.pack(origin, kept, text, parse(text)))
        };
        let documents: Vec<Arc<Document>> = texts.iter().map(pack).collect();
        let mut warnings = Vec::new();
        let merged = Merged::new(&documents, &mut warnings);
        Bank {
            documents,
            merged,
            warnings,
            ..Bank::default()
        }
    }

    fn shown_for(&self, leader: Index, lang: Lang) -> Entry<'_> {
        self.entry(self.merged.shown_for(&self.documents, leader, lang))
    }

    fn entry(&self, index: Index) -> Entry<'_> {
        let (document, record) = self.merged.record(&self.documents, index);
        Entry {
            bank: self,
            document,
            record,
            index,
        }
    }
}

impl<'a> Entry<'a> {
    pub fn id(self) -> &'a str {
        self.bank.merged.id(&self.bank.documents, self.index)
    }

    /// The heading as it is written, inline Markdown included.
    pub fn question(self) -> &'a str {
        self.document.part(self.record, Part::Question)
    }

    /// The first paragraph, cleaned and in one line: what a card shows.
    pub fn answer(self) -> &'a str {
        self.document.part(self.record, Part::Answer)
    }

    /// The first Python block, if it is short enough for a card.
    pub fn example(self) -> Option<&'a str> {
        Some(self.document.part(self.record, Part::Example)).filter(|code| !code.is_empty())
    }

    /// The first pitfall, cleaned and in one line.
    pub fn pitfall(self) -> Option<&'a str> {
        Some(self.document.part(self.record, Part::Pitfall)).filter(|text| !text.is_empty())
    }

    /// The heading above: `Stack and heap`.
    pub fn topic(self) -> &'a str {
        self.document.part(self.record, Part::Topic)
    }

    pub fn constructs(self) -> Vec<&'static str> {
        let names = self.document.names(self.record).iter();
        names.map(|name| name.as_str()).collect()
    }

    pub fn level(self) -> Level {
        self.record.level
    }

    /// Ids of related questions: those that its author names, then those that mean the same and stand behind it.
    pub fn see(self) -> Vec<&'a str> {
        let mut ids: Vec<&str> = self.document.see(self.record).collect();
        let (merged, documents) = (&self.bank.merged, &self.bank.documents);
        if let Some(leader) = merged.leader_of(self.index) {
            let same = merged
                .same(leader)
                .iter()
                .map(|head| merged.id(documents, *head));
            let same: Vec<&str> = same
                .filter(|id| *id != self.id() && !ids.contains(id))
                .collect();
            ids.extend(same);
        }
        ids
    }

    pub fn sections(self) -> Vec<Section> {
        self.document.sections(self.record)
    }

    /// The line of the heading, from 1.
    pub fn line(self) -> usize {
        self.record.line as usize
    }

    pub fn document(self) -> &'a Document {
        self.document
    }

    pub fn lang(self) -> &'a str {
        &self.document.lang
    }

    /// Equal for questions that mean the same, of which one is shown.
    pub fn group(self) -> u32 {
        self.bank.merged.leader_of(self.index).unwrap_or(self.index)
    }

    /// The question that is shown for this one and all that mean the same.
    pub fn shown(self, lang: Lang) -> Entry<'a> {
        self.bank.shown_for(self.group(), lang)
    }

    /// The place in the order of the documents.
    pub fn order(self) -> u32 {
        self.index
    }
}

impl std::fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(
            f,
            "{} ({}:{})",
            self.id(),
            self.document.origin.name(),
            self.line()
        )
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
