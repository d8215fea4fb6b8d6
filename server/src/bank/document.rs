//! A document of the bank as it is kept: its questions packed into one text, its own text where it lies.
//!
//! A hundred thousand questions have two hundred megabytes of text. What a card shows of them is kept (cards must not wait for a disk);
//! the rest is read again from the file when somebody opens the question, and is shown only if it is still the text that was read.

use super::meaning::{self, Meanings};
use super::names::Name;
use super::{Level, Parsed, Question, Section, Warning};
use crate::{python, text};
use rustc_hash::{FxHashMap, FxHasher};
use std::borrow::Cow;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// More of an answer (in bytes) than this no card shows and no list needs.
const MOST_ANSWER: usize = 4096;
/// The same for a title, a topic, an example and a pitfall.
const MOST_OTHER: usize = 1024;

/// Where a document came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Compiled into the binary; the name is relative to `content/`, such as `en/memory_async.md`.
    Builtin(&'static str),
    File(PathBuf),
}

impl Origin {
    /// How the document is named to a person and in JSON.
    pub fn name(&self) -> String {
        match self {
            Origin::Builtin(name) => format!("builtin/{name}"),
            Origin::File(path) => path.display().to_string(),
        }
    }

    fn stem(&self) -> String {
        let path = match self {
            Origin::Builtin(name) => Path::new(name),
            Origin::File(path) => path,
        };
        let stem = path.file_stem().unwrap_or_default();
        stem.to_string_lossy().replace('_', " ")
    }
}

/// Where a document's text is.
#[derive(Clone, Debug)]
pub enum Text {
    Static(&'static str),
    /// In an editor, which has not saved it yet.
    Open(Arc<str>),
    /// In the file of its origin.
    Disk,
}

/// A Markdown file of the bank.
#[derive(Debug)]
pub struct Document {
    pub origin: Origin,
    pub title: String,
    /// `en`, `ru`, or what the front matter says.
    pub lang: String,
    pub warnings: Vec<Warning>,
    pub(super) text: Text,
    /// No other document of this process has or had it.
    pub(super) serial: u32,
    pub(super) records: Box<[Record]>,
    /// What the records keep of their questions, one behind the other.
    kept: Box<str>,
    names: Box<[Name]>,
}

/// The texts of a question that are kept, in their order.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Id,
    Question,
    Answer,
    Example,
    Pitfall,
    Topic,
    See,
    Sections,
}

const PARTS: usize = 8;

/// A question, packed: where its parts are in [`Document::kept`], its numbers, and its hashes.
#[derive(Debug)]
pub(super) struct Record {
    start: u32,
    ends: [u32; PARTS],
    names: Range<u32>,
    /// From this one on the names are guesses from the answer.
    pub guessed: u16,
    pub range: Range<u32>,
    pub line: u32,
    pub level: Level,
    /// Nobody gave it an id: this one was made from its title.
    pub unnamed: bool,
    pub id: u64,
    /// See [`Meanings::of`].
    pub meaning: u64,
    /// Of the question's text, to know it again.
    check: u64,
}

/// What packing documents remembers between them.
#[derive(Default)]
pub struct Packer {
    meanings: Meanings,
    canonical: FxHashMap<String, Name>,
}

impl Packer {
    /// Packs what was parsed from a text of at most 4 GiB.
    pub fn pack(&mut self, origin: Origin, text: Text, source: &str, parsed: Parsed) -> Document {
        static SERIAL: AtomicU32 = AtomicU32::new(0);
        let file = origin.name();
        let warn = |line, message| Warning {
            file: file.clone(),
            line,
            message,
        };
        let warnings = parsed.warnings.into_iter();
        let mut warnings: Vec<Warning> = warnings
            .map(|(line, message)| warn(Some(line), message))
            .collect();
        if parsed.questions.is_empty() && !parsed.asks_nothing {
            let message = "no questions found; docs/banks.md lists the formats that are recognised";
            warnings.push(warn(None, message.to_string()));
        }
        // Code leads to public names only: `asyncio.TimeoutError` is `TimeoutError`. Our own texts say so, as a test
        // holds them to.
        let ours = matches!(origin, Origin::Builtin(_));
        let mut kept = String::new();
        let mut names: Vec<Name> = Vec::new();
        let mut records = Vec::with_capacity(parsed.questions.len());
        for question in &parsed.questions {
            let first = names.len();
            let mut guessed = None;
            for (place, name) in question.constructs.iter().enumerate() {
                if place == question.guessed {
                    guessed = Some(names.len() - first);
                }
                let name = if ours {
                    Name::new(name)
                } else {
                    self.canonical(name)
                };
                if !names[first..].contains(&name) {
                    names.push(name);
                }
            }
            let start = kept.len() as u32;
            let ends = keep(question, &mut kept);
            records.push(Record {
                start,
                ends,
                names: first as u32..names.len() as u32,
                guessed: guessed
                    .and_then(|place| u16::try_from(place).ok())
                    .unwrap_or(u16::MAX),
                range: question.range.start as u32..question.range.end as u32,
                line: question.line as u32,
                level: question.level,
                unnamed: is_made_from(&question.id, &question.question),
                id: hash(&question.id),
                meaning: self.meanings.of(match ours {
                    true => meaning::lead(&question.question),
                    false => &question.question,
                }),
                check: source.get(question.range.clone()).map_or(0, hash),
            });
        }
        Document {
            title: parsed.title.unwrap_or_else(|| origin.stem()),
            lang: parsed.lang,
            warnings,
            text,
            serial: SERIAL.fetch_add(1, Ordering::Relaxed),
            records: records.into(),
            kept: kept.into(),
            names: names.into(),
            origin,
        }
    }

    fn canonical(&mut self, name: &str) -> Name {
        if let Some(known) = self.canonical.get(name) {
            return *known;
        }
        let canonical = Name::new(&python::canonical(name));
        self.canonical.insert(name.to_string(), canonical);
        canonical
    }
}

/// Appends the parts of a question to the text and says where each ends.
fn keep(question: &Question, kept: &mut String) -> [u32; PARTS] {
    let mut ends = [0; PARTS];
    let mut end = |part: Part, kept: &mut String| ends[part as usize] = kept.len() as u32;
    kept.push_str(&question.id);
    end(Part::Id, kept);
    kept.push_str(start_of(&question.question, MOST_OTHER));
    end(Part::Question, kept);
    kept.push_str(start_of(&question.answer, MOST_ANSWER));
    end(Part::Answer, kept);
    kept.push_str(
        question
            .example
            .as_deref()
            .filter(|code| code.len() <= MOST_OTHER)
            .unwrap_or_default(),
    );
    end(Part::Example, kept);
    kept.push_str(
        question
            .pitfall
            .as_deref()
            .filter(|text| text.len() <= MOST_OTHER)
            .unwrap_or_default(),
    );
    end(Part::Pitfall, kept);
    kept.push_str(start_of(&question.topic, MOST_OTHER));
    end(Part::Topic, kept);
    for id in &question.see {
        kept.push_str(id);
        kept.push('\n');
    }
    end(Part::See, kept);
    for section in &question.sections {
        kept.push_str(&format!("{} ", section.line));
        kept.push_str(start_of(&section.title, MOST_OTHER));
        kept.push('\n');
    }
    end(Part::Sections, kept);
    ends
}

/// Whether an id was made from a title: it has the same letters, and perhaps a number behind them. The number of a question in its list
/// is in no id.
fn is_made_from(id: &str, title: &str) -> bool {
    let unnumbered = title.trim_start_matches(|c: char| c.is_ascii_digit() || " .)".contains(c));
    [title, unnumbered].into_iter().any(|title| {
        let mut id = letters(id);
        letters(title).all(|letter| id.next() == Some(letter)) && id.all(char::is_numeric)
    })
}

/// The letters and digits of a text in lower case.
fn letters(text: &str) -> impl Iterator<Item = char> {
    let lower = text.chars().flat_map(|c| {
        let (ascii, other) = match c.is_ascii() {
            true => (Some(c.to_ascii_lowercase()), None),
            false => (None, Some(c.to_lowercase())),
        };
        ascii.into_iter().chain(other.into_iter().flatten())
    });
    lower.filter(|c| c.is_alphanumeric())
}

/// At most so many bytes of a text, cut between characters.
fn start_of(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

impl Document {
    pub(super) fn part(&self, record: &Record, part: Part) -> &str {
        let part = part as usize;
        let start = if part == 0 {
            record.start
        } else {
            record.ends[part - 1]
        };
        self.kept
            .get(start as usize..record.ends[part] as usize)
            .unwrap_or_default()
    }

    pub(super) fn names(&self, record: &Record) -> &[Name] {
        self.names
            .get(record.names.start as usize..record.names.end as usize)
            .unwrap_or_default()
    }

    pub(super) fn see(&self, record: &Record) -> impl Iterator<Item = &str> {
        self.part(record, Part::See).lines()
    }

    pub(super) fn sections(&self, record: &Record) -> Vec<Section> {
        let lines = self.part(record, Part::Sections).lines();
        let sections = lines.filter_map(|line| {
            let (line, title) = line.split_once(' ')?;
            Some(Section {
                line: line.parse().ok()?,
                title: title.to_string(),
            })
        });
        sections.collect()
    }

    pub fn is_builtin(&self) -> bool {
        matches!(self.origin, Origin::Builtin(_))
    }

    /// The whole text, as it is now.
    ///
    /// # Errors
    /// Says why the file cannot be read.
    pub fn text(&self) -> Result<Cow<'_, str>, String> {
        match (&self.text, &self.origin) {
            (Text::Static(text), _) => Ok(Cow::Borrowed(text)),
            (Text::Open(text), _) => Ok(Cow::Borrowed(text)),
            (Text::Disk, Origin::File(path)) => {
                let bytes =
                    fs::read(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
                let text = decode(&bytes).map_err(|why| format!("{}: {why}", path.display()))?;
                Ok(Cow::Owned(text.to_string()))
            }
            (Text::Disk, Origin::Builtin(_)) => Ok(Cow::Borrowed("")),
        }
    }

    /// A question's own text, if it still stands where it was.
    pub(super) fn passage(&self, record: &Record) -> Option<Cow<'_, str>> {
        let range = record.range.start as usize..record.range.end as usize;
        let text = match (&self.text, &self.origin) {
            (Text::Static(text), _) => Cow::Borrowed(text.get(range)?),
            (Text::Open(text), _) => Cow::Borrowed(text.get(range)?),
            (Text::Disk, Origin::File(path)) => Cow::Owned(read_range(path, range)?),
            (Text::Disk, Origin::Builtin(_)) => return None,
        };
        (hash(&text) == record.check).then_some(text)
    }
}

/// Bytes of a file without its byte order mark; `None` where they are not there or no text.
fn read_range(path: &Path, range: Range<usize>) -> Option<String> {
    let mut file = fs::File::open(path).ok()?;
    let mut mark = [0; BOM.len()];
    let skipped = match file.read_exact(&mut mark) {
        Ok(()) if mark == *BOM => BOM.len(),
        _ => 0,
    };
    file.seek(SeekFrom::Start((range.start + skipped) as u64))
        .ok()?;
    let mut bytes = Vec::with_capacity(range.len());
    file.take(range.len() as u64).read_to_end(&mut bytes).ok()?;
    (bytes.len() == range.len()).then(|| String::from_utf8(bytes).ok())?
}

const BOM: &[u8; 3] = b"\xEF\xBB\xBF";

/// The text in a file's bytes.
///
/// # Errors
/// Says what is wrong and how to mend it.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, String> {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err("left out: this file is UTF-16; save it as UTF-8".to_string());
    }
    text::from_utf8(bytes)
        .map_err(|line| format!("left out: not UTF-8 (line {line}); save it as UTF-8"))
}

pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}
