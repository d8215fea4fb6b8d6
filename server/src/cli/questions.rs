//! `constructs`, `questions`, `search` and `show`.

use super::{Common, FINE, Format, PROBLEMS, WRONG_USE, print};
use crate::bank::Entry;
use crate::bank::path::{PATH, Stage};
use crate::features::{report, search};
use std::path::PathBuf;

pub fn constructs(common: &Common, format: Format) -> u8 {
    let bank = common.bank();
    let all = report::constructs(&bank, common.lang());
    if format == Format::Json {
        print::json(&all);
        return FINE;
    }
    for entry in all {
        let ids = entry.questions.join(", ");
        let line = format!("{:6}  {:36}  {ids}", entry.kind, entry.construct);
        print::line(line.trim_end());
    }
    FINE
}

pub fn list(common: &Common, paths: Vec<PathBuf>, format: Format) -> u8 {
    let bank = if paths.is_empty() {
        common.bank()
    } else {
        common.load(paths, false)
    };
    let all: Vec<Entry> = bank.entries().collect();
    print_questions(&all, format);
    let broken = bank.warnings.iter().any(|w| w.line.is_none());
    if all.is_empty() || broken {
        PROBLEMS
    } else {
        FINE
    }
}

pub fn search(common: &Common, query: &str, limit: usize, format: Format) -> u8 {
    let bank = common.bank();
    let found = search::search(&bank, query, limit, common.lang());
    print_questions(&found, format);
    if found.is_empty() {
        eprintln!(
            "interview-lsp: nothing found for `{query}`; try one word, or the name of a function"
        );
        return PROBLEMS;
    }
    FINE
}

pub fn path(common: &Common, stage: Option<&str>, format: Format) -> u8 {
    let stages: Vec<&Stage> = PATH
        .iter()
        .filter(|s| stage.is_none_or(|id| s.id == id))
        .collect();
    if stages.is_empty() {
        let ids: Vec<&str> = PATH.iter().map(|stage| stage.id).collect();
        let stage = stage.unwrap_or_default();
        eprintln!(
            "interview-lsp: there is no stage `{stage}`; the stages are {}",
            ids.join(", ")
        );
        return WRONG_USE;
    }
    if common.no_builtin {
        eprintln!(
            "interview-lsp: the study path leads through the built-in questions, which --no-builtin leaves out"
        );
        return WRONG_USE;
    }
    let (bank, lang) = (common.bank(), common.lang());
    if format == Format::Json {
        let all: Vec<_> = stages
            .iter()
            .map(|stage| report::stage(stage, &bank, lang))
            .collect();
        print::json(&all);
        return FINE;
    }
    for (n, stage) in stages.into_iter().enumerate() {
        if n > 0 {
            print::line("");
        }
        print::line(&print::bold(&format!(
            "{} ({})",
            stage.title(lang),
            stage.id
        )));
        print::line(&print::wrap(stage.about(lang), 100));
        print::line("");
        let questions = stage.questions.iter();
        let questions: Vec<Entry> = questions.filter_map(|id| bank.question(id, lang)).collect();
        print_questions(&questions, format);
    }
    FINE
}

pub fn show(common: &Common, id: &str) -> u8 {
    let bank = common.bank();
    match bank.question(id, common.lang()) {
        Some(question) => match bank.markdown(question) {
            Ok(markdown) => {
                print::line(&markdown);
                FINE
            }
            Err(why) => {
                eprintln!("interview-lsp: {why}");
                PROBLEMS
            }
        },
        None => {
            let near = search::search(&bank, &id.replace('-', " "), 3, common.lang());
            let near: Vec<_> = near.iter().map(|q| q.id()).collect();
            let hint = if near.is_empty() {
                "`interview-lsp questions` lists all".to_string()
            } else {
                format!("did you mean {}?", near.join(", "))
            };
            eprintln!("interview-lsp: there is no question `{id}`; {hint}");
            PROBLEMS
        }
    }
}

fn print_questions(questions: &[Entry], format: Format) {
    if format == Format::Json {
        let all: Vec<_> = questions.iter().map(|q| report::question(*q)).collect();
        print::json(&all);
        return;
    }
    for question in questions {
        let level = question.level().as_str();
        print::line(&format!(
            "{:28}  {:7}  {}",
            question.id(),
            level,
            print::bold(question.question())
        ));
    }
}
