//! Questions, constructs and the server's state as the JSON that commands and the command line give out.

use crate::bank::path::Stage;
use crate::bank::{Bank, Entry, Lang};
use crate::python::{self, Kind};
use crate::settings::Settings;
use serde::Serialize;
use serde_json::{Value, json};

/// A question as JSON: the shape of `questions`, `search` and `interview-lsp.search`. The line counts from 1.
#[derive(Debug, Serialize)]
pub struct QuestionJson<'a> {
    pub id: &'a str,
    pub question: &'a str,
    pub answer: &'a str,
    pub file: String,
    pub line: usize,
    pub lang: &'a str,
    pub level: &'a str,
    pub constructs: Vec<&'static str>,
}

pub fn question(question: Entry<'_>) -> QuestionJson<'_> {
    QuestionJson {
        id: question.id(),
        question: question.question(),
        answer: question.answer(),
        file: question.document().origin.name(),
        line: question.line(),
        lang: question.lang(),
        level: question.level().as_str(),
        constructs: question.constructs(),
    }
}

/// A stage of the study path with its questions.
#[derive(Debug, Serialize)]
pub struct StageJson<'a> {
    pub stage: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    pub questions: Vec<QuestionJson<'a>>,
}

pub fn stage<'a>(stage: &Stage, bank: &'a Bank, lang: Lang) -> StageJson<'a> {
    let questions = stage.questions.iter();
    StageJson {
        stage: stage.id,
        title: stage.title(lang),
        about: stage.about(lang),
        questions: questions
            .filter_map(|id| bank.question(id, lang))
            .map(question)
            .collect(),
    }
}

/// A construct of the catalogue and the ids of its questions.
#[derive(Debug, Serialize)]
pub struct ConstructJson {
    pub construct: String,
    pub kind: &'static str,
    pub questions: Vec<String>,
}

/// What has questions, and every name of syntax and traps, sorted by kind and name.
pub fn constructs(bank: &Bank, lang: Lang) -> Vec<ConstructJson> {
    let mut names: Vec<(Kind, &str)> = Vec::new();
    names.extend(python::SYNTAX.iter().map(|name| (Kind::Syntax, *name)));
    names.extend(python::TRAPS.iter().map(|name| (Kind::Trap, *name)));
    let known = |name: &str| python::SYNTAX.contains(&name) || python::TRAPS.contains(&name);
    names.extend(
        bank.constructs()
            .into_iter()
            .filter(|n| !known(n))
            .map(|name| (Kind::Symbol, name)),
    );
    let entries = names.into_iter().map(|(kind, name)| ConstructJson {
        construct: name.to_string(),
        kind: kind.as_str(),
        questions: bank
            .about(name, lang)
            .iter()
            .map(|q| q.id().to_string())
            .collect(),
    });
    entries.collect()
}

/// The server's state: what `interview-lsp.status` answers and `doctor` prints.
pub fn status(bank: &Bank, settings: &Settings, settings_warnings: &[String], lang: Lang) -> Value {
    let banks: Vec<Value> = bank
        .roots
        .iter()
        .map(|root| {
            let documents = &bank.documents[root.documents.clone()];
            let inside: Vec<Entry> = bank.entries_of(root).collect();
            let mut languages: Vec<&str> = inside.iter().map(|q| q.lang()).collect();
            languages.sort_unstable();
            languages.dedup();
            let mut ids: Vec<&str> = inside.iter().map(|q| q.id()).collect();
            ids.sort_unstable();
            ids.dedup();
            let builtin = documents.iter().any(|d| d.is_builtin());
            json!({"path": root.name, "builtin": builtin, "questions": ids.len(), "languages": languages})
        })
        .collect();
    let mut warnings: Vec<String> = settings_warnings.to_vec();
    warnings.extend(bank.warnings.iter().map(ToString::to_string));
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "locale": lang.as_str(),
        "questions": bank.all(lang).len(),
        "constructs": bank.constructs().len(),
        "banks": banks,
        "settings": settings.to_json(),
        "warnings": warnings,
    })
}
