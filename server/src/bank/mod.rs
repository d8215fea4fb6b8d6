//! The bank of interview questions: documents in Markdown, the questions found in them, and which construct leads where.
//!
//! This layer knows Markdown and files. Of Python it knows which names are one, and no source; it must not know the protocol or how
//! a card looks.

mod clean;
mod load;
mod parse;

pub use clean::{clean, plain};
pub use load::{Sources, expand};
pub use parse::{Parsed, parse};

use crate::python;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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

/// Where a document came from.
#[derive(Clone, Debug, PartialEq, Eq)]
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
}

/// A Markdown file of the bank.
#[derive(Clone, Debug)]
pub struct Document {
    pub origin: Origin,
    pub title: String,
    /// `en`, `ru`, or what the front matter says.
    pub lang: String,
    pub text: Arc<str>,
}

/// A question and where its parts are. Lines count from 1, offsets are bytes into the document's text.
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
    pub level: Level,
    pub see: Vec<String>,
    /// The heading above: `Stack and heap`.
    pub topic: String,
    pub sections: Vec<Section>,
    /// Index into [`Bank::documents`].
    pub document: usize,
    /// The line of the heading.
    pub line: usize,
    /// The whole question, from its heading to the next.
    pub range: std::ops::Range<usize>,
}

/// A part of an answer: its heading and the heading's line, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub title: String,
    pub line: usize,
}

/// Something that a person should mend; the bank works without it.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug)]
pub struct Root {
    /// `builtin`, or the path as the user gave it.
    pub name: String,
    pub documents: std::ops::Range<usize>,
}

/// All documents together, the user's own first.
#[derive(Clone, Debug, Default)]
pub struct Bank {
    pub documents: Vec<Document>,
    pub questions: Vec<Question>,
    pub roots: Vec<Root>,
    pub warnings: Vec<Warning>,
    by_construct: HashMap<String, Vec<usize>>,
    by_id: HashMap<String, Vec<usize>>,
}

impl Bank {
    /// The question of an id, in the wanted language if there is one, else in any.
    pub fn question(&self, id: &str, lang: Lang) -> Option<&Question> {
        let variants = self.by_id.get(id)?.iter().map(|&i| &self.questions[i]);
        variants
            .clone()
            .find(|q| self.lang(q) == lang.as_str())
            .or_else(|| variants.clone().next())
    }

    /// The questions about a construct, each id once, the best first: the user's own, then by how high the
    /// question ranks the construct, then the easier one.
    pub fn about(&self, construct: &str, lang: Lang) -> Vec<&Question> {
        let mut found: Vec<&Question> = Vec::new();
        for &i in self.by_construct.get(construct).into_iter().flatten() {
            let id = &self.questions[i].id;
            if found.iter().any(|q| q.id == *id) {
                continue;
            }
            found.extend(self.question(id, lang));
        }
        found
    }

    /// Every construct that has a question, sorted.
    pub fn constructs(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.by_construct.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Each question once, in the wanted language where it has one, in the order of the documents.
    pub fn all(&self, lang: Lang) -> Vec<&Question> {
        let mut seen = std::collections::HashSet::new();
        self.questions
            .iter()
            .filter(|q| seen.insert(q.id.as_str()))
            .filter_map(|q| self.question(&q.id, lang))
            .collect()
    }

    pub fn document(&self, question: &Question) -> &Document {
        &self.documents[question.document]
    }

    pub fn lang<'a>(&'a self, question: &Question) -> &'a str {
        &self.document(question).lang
    }

    /// The question as it stands in its document.
    pub fn markdown(&self, question: &Question) -> &str {
        self.document(question).text[question.range.clone()].trim_end()
    }

    /// Adds a document and its questions; a second question with the same id and language is left out with a warning.
    fn add(&mut self, origin: Origin, text: Arc<str>, parsed: Parsed) {
        let name = origin.name();
        let warn = |line, message| Warning {
            file: name.clone(),
            line,
            message,
        };
        self.warnings.extend(
            parsed
                .warnings
                .into_iter()
                .map(|(line, message)| warn(Some(line), message)),
        );
        if parsed.questions.is_empty() {
            let message =
                "no questions found: a question is a heading `### …`, see content/README.md"
                    .to_string();
            self.warnings.push(warn(None, message));
        }
        let document = self.documents.len();
        self.documents.push(Document {
            title: parsed.title.unwrap_or_else(|| file_stem(&origin)),
            lang: parsed.lang,
            origin,
            text,
        });
        for mut question in parsed.questions {
            question.document = document;
            // Code leads to public names only: `asyncio.TimeoutError` is `TimeoutError`. Our own texts say so, as a test
            // holds them to.
            if let Origin::File(_) = self.documents[document].origin {
                for name in &mut question.constructs {
                    *name = python::canonical(name).into_owned();
                }
            }
            let lang = &self.documents[document].lang;
            let twin = self
                .by_id
                .get(&question.id)
                .into_iter()
                .flatten()
                .find(|&&i| self.lang(&self.questions[i]) == lang);
            if let Some(&twin) = twin {
                // The user's own question hides the built-in one of the same id: that is no mistake.
                let first = &self.documents[self.questions[twin].document].origin;
                if matches!(self.documents[document].origin, Origin::File(_)) {
                    let message = format!(
                        "the id `{}` is taken already by {}:{}; this question is left out",
                        question.id,
                        first.name(),
                        self.questions[twin].line
                    );
                    self.warnings.push(warn(Some(question.line), message));
                }
                continue;
            }
            let index = self.questions.len();
            self.by_id
                .entry(question.id.clone())
                .or_default()
                .push(index);
            for construct in &question.constructs {
                let entry = self.by_construct.entry(construct.clone()).or_default();
                if !entry.contains(&index) {
                    entry.push(index);
                }
            }
            self.questions.push(question);
        }
    }

    /// Puts the questions of each construct in the order of [`Bank::about`].
    fn rank(&mut self) {
        let questions = &self.questions;
        let documents = &self.documents;
        for (construct, list) in &mut self.by_construct {
            list.sort_by_key(|&i| {
                let question = &questions[i];
                let builtin = matches!(documents[question.document].origin, Origin::Builtin(_));
                let place = question.constructs.iter().position(|c| c == construct);
                (builtin, place, question.level, i)
            });
        }
    }
}

fn file_stem(origin: &Origin) -> String {
    let path = match origin {
        Origin::Builtin(name) => Path::new(name),
        Origin::File(path) => path,
    };
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .replace('_', " ")
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
