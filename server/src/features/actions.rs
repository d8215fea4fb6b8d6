//! Code actions: the questions behind the selected code, and behind what other tools found wrong with it.

use super::lookup;
use super::words::words;
use crate::bank::{Bank, Entry, Lang};
use crate::python::{Analysis, Kind, TRAPS};
use std::ops::Range;

/// The most questions that a menu offers; the search leads to the rest.
const MOST: usize = 5;

/// So many questions about one construct fill the menu, whatever other constructs have given before.
const ENOUGH: usize = 2 * MOST;

/// One entry of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    pub title: String,
    pub run: Run,
}

/// What choosing an action does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    Open { id: String },
    Search { query: String },
}

/// The actions for a range of bytes, best first. `codes` are those of the diagnostics there, ours or other servers'.
pub fn at(
    bank: &Bank,
    analysis: &Analysis,
    range: Range<usize>,
    codes: &[String],
    lang: Lang,
) -> Vec<Action> {
    let mut found: Vec<Entry> = Vec::new();
    let mut subject = None;
    for construct in codes.iter().filter_map(|code| construct_of_code(code)) {
        let questions = lookup::questions(bank, construct, Kind::Trap, lang);
        if !questions.is_empty() {
            subject.get_or_insert(construct.to_string());
            found.extend(questions.iter().take(ENOUGH));
        }
    }
    for hit in lookup::within(bank, analysis, range, lang) {
        subject.get_or_insert(hit.construct.name.to_string());
        found.extend(hit.questions.iter().take(ENOUGH));
    }
    let Some(subject) = subject else {
        return Vec::new();
    };
    let mut actions: Vec<Action> = Vec::new();
    for question in found {
        let run = Run::Open {
            id: question.id().to_string(),
        };
        if actions.len() < MOST && actions.iter().all(|action| action.run != run) {
            let title = format!("Interview: {}", question.question());
            actions.push(Action { title, run });
        }
    }
    actions.push(Action {
        title: format!("Interview: {}", words(lang).search_more),
        run: Run::Search { query: subject },
    });
    actions
}

/// The construct that a diagnostic is about: a trap by its name, or a rule of ruff and flake8 plugins, pyright and mypy.
fn construct_of_code(code: &str) -> Option<&'static str> {
    if let Some(trap) = TRAPS.iter().find(|trap| **trap == code) {
        return Some(trap);
    }
    Some(match code {
        "B006" | "B008" | "RUF012" | "W0102" => "mutable default argument",
        "B023" | "W0640" => "late-binding closure",
        "ASYNC210" | "ASYNC212" | "ASYNC220" | "ASYNC221" | "ASYNC222" | "ASYNC230"
        | "ASYNC250" | "ASYNC251" => "blocking call in async",
        "RUF006" => "task not kept",
        "reportUnusedCoroutine" | "unused-coroutine" | "unused-awaitable" => {
            "coroutine never awaited"
        }
        "E722" | "W0702" => "bare except",
        "S110" | "S112" | "SIM105" | "BLE001" | "W0718" => "swallowed exception",
        "F632" | "R0123" => "is with a literal",
        "E711" | "C0121" => "== None",
        "E721" | "C0123" => "type compared",
        "F403" | "F405" | "W0401" => "import *",
        "A001" | "A002" | "W0622" => "shadowed builtin",
        "B012" | "SIM107" | "W0150" => "return in finally",
        "B909" | "PLE4703" | "E4702" => "changing while iterating",
        "B019" => "functools.lru_cache",
        "SIM115" => "with",
        "B904" => "raise ... from",
        "PLW0603" => "global",
        "reportSelfClsParameterName" | "N805" => "self",
        _ => return None,
    })
}
