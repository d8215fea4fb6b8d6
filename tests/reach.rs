//! Every question is within reach: Python from which a hover or a code action leads to it, drawn, or a place on the study path
//! and a search that finds it.
//!
//! The code is the question's own, so what teaches a construct is also what leads to the lesson.

use expect_test::expect_file;
use interview_lsp::bank::path::PATH;
use interview_lsp::bank::{Bank, Entry, Lang, Sources};
use interview_lsp::features::actions::{self, Run};
use interview_lsp::features::{lookup, search};
use interview_lsp::python::{self, Analysis, Construct};
use std::sync::LazyLock;

static BANK: LazyLock<Bank> = LazyLock::new(|| {
    Bank::load(&Sources {
        paths: Vec::new(),
        builtin: true,
    })
});

/// How code leads to a question, the better way first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Hover,
    Action,
}

/// The Python blocks of a question.
fn blocks(markdown: &str) -> Vec<String> {
    let mut lines = markdown.lines();
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        let mark = line.trim_start();
        if mark.starts_with("```") {
            let indent = line.len() - mark.len();
            let body = lines.by_ref().take_while(|line| line.trim() != "```");
            let code: String = body
                .map(|line| line.get(indent..).unwrap_or_default().to_string() + "\n")
                .collect();
            if mark.starts_with("```python") {
                blocks.push(code);
            }
        }
    }
    blocks
}

fn way(bank: &Bank, analysis: &Analysis, construct: &Construct, id: &str) -> Option<Way> {
    let offset = construct.range.start;
    let hits = lookup::at(bank, analysis, offset, Lang::En);
    let card = hits.first()?.questions.first()?;
    if card.id() == id {
        return Some(Way::Hover);
    }
    let menu = actions::at(bank, analysis, offset..offset, &[], Lang::En);
    let opens = |run: &Run| matches!(run, Run::Open { id: opened } if opened == id);
    menu.iter()
        .any(|action| opens(&action.run))
        .then_some(Way::Action)
}

/// Code that carries a symbol.
fn spelled(name: &str) -> String {
    let packages = name.match_indices('.').map(|(at, _)| &name[..at]);
    let imports: String = packages
        .map(|package| format!("import {package}\n"))
        .collect();
    imports + name + "\n"
}

/// The line of code that leads to a question, with the construct marked: of its own examples, or of what it is about spelled
/// out; `None` where nothing does.
fn drawing(bank: &Bank, question: Entry) -> Option<String> {
    let markdown = bank.markdown(question).expect("a built-in question");
    let mut best: Option<((Way, usize), String)> = None;
    let names = question.constructs();
    let spelled = names.iter().map(|name| spelled(name));
    for code in blocks(&markdown).into_iter().chain(spelled) {
        let analysis = python::analyse(&code);
        for construct in analysis.constructs() {
            let Some(way) = way(bank, &analysis, construct, question.id()) else {
                continue;
            };
            let rank = names.iter().position(|name| *name == &*construct.name);
            let key = (way, rank.unwrap_or(names.len()));
            if best.as_ref().is_none_or(|(other, _)| key < *other) {
                best = Some((key, draw(&code, construct, way)));
            }
        }
    }
    best.map(|(_, drawing)| drawing)
}

fn draw(code: &str, construct: &Construct, way: Way) -> String {
    let start = construct.range.start;
    let line_start = code[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = code[line_start..].lines().next().unwrap_or_default();
    let end = construct.range.end.min(line_start + line.len());
    let count = |text: &str| text.chars().count();
    let way = match way {
        Way::Hover => "hover",
        Way::Action => "action",
    };
    format!(
        "    {line}\n    {}{} {way}: {}\n",
        " ".repeat(count(&code[line_start..start])),
        "^".repeat(count(&code[start..end])),
        construct.name
    )
}

#[test]
fn code_or_the_study_path_leads_to_every_question() {
    let mut drawn = String::new();
    let mut lost = Vec::new();
    for question in BANK.all(Lang::En) {
        let id = question.id();
        let drawing = drawing(&BANK, question);
        match drawing {
            Some(drawing) => drawn += &format!("{id}\n{drawing}\n"),
            None if question.constructs().is_empty() => {
                drawn += &format!("{id}\n    no code leads here\n\n");
            }
            None => lost.push(id),
        }
    }
    assert!(lost.is_empty(), "no code leads to {lost:?}");
    expect_file!["fixtures/reach.txt"].assert_eq(&drawn);
}

#[test]
fn the_study_path_has_every_question_once() {
    let mut on_path: Vec<&str> = PATH
        .iter()
        .flat_map(|stage| stage.questions)
        .copied()
        .collect();
    let mut all: Vec<&str> = BANK.all(Lang::En).map(|question| question.id()).collect();
    let first = on_path[0];
    on_path.sort_unstable();
    all.sort_unstable();
    assert_eq!(
        on_path, all,
        "content/path.toml and the documents hold the same ids"
    );
    // Without a query the search goes along the path.
    let listed = search::search(&BANK, "", usize::MAX, Lang::Ru);
    assert_eq!(listed[0].id(), first);
    assert_eq!(listed.len(), all.len());
}

#[test]
fn a_search_finds_what_no_code_leads_to() {
    let mut lost = Vec::new();
    for lang in [Lang::En, Lang::Ru] {
        for question in BANK.all(lang).filter(|q| q.constructs().is_empty()) {
            let found = search::search(&BANK, question.question(), 3, lang);
            if found.iter().all(|other| other.id() != question.id()) {
                lost.push((lang, question.id()));
            }
        }
    }
    assert!(lost.is_empty(), "not among the first three: {lost:?}");
}
