//! The outline of a document: topics and the questions in them, and what of it folds.

use super::{File, title};
use crate::bank::{self, Question};
use std::ops::Range;

/// A topic with its questions, or a question. Ranges are bytes; `selection` lies in `range`, `range` in that of the topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    pub name: String,
    /// The id of a question; `None` for a topic.
    pub id: Option<String>,
    pub range: Range<usize>,
    pub selection: Range<usize>,
    pub children: Vec<Symbol>,
}

/// Topics in their order; questions without one stand among them.
pub fn symbols(file: &File) -> Vec<Symbol> {
    let mut headings: Vec<_> = file.marks.anchors.values().collect();
    headings.retain(|anchor| !anchor.title.is_empty());
    headings.sort_by_key(|anchor| anchor.range.start);
    let questions = &file.parsed.questions;
    let mut symbols: Vec<Symbol> = Vec::new();
    let mut topic = "";
    let mut end = 0;
    for (number, question) in questions.iter().enumerate() {
        if question.topic != topic {
            topic = &question.topic;
            if !topic.is_empty() {
                // Its heading is the last of that name before the question.
                let until = headings.partition_point(|h| h.range.start < question.range.start);
                let key = bank::anchor_key(&bank::plain(topic));
                let before = headings.get(..until).unwrap_or_default().iter().rev();
                let heading = before
                    .take_while(|heading| heading.range.start >= end)
                    .find(|heading| bank::anchor_key(&heading.title) == key);
                let place = match heading {
                    Some(heading) => line(file.text, &heading.range),
                    None => title(file.text, question),
                };
                let start = if heading.is_some() {
                    place.start
                } else {
                    question.range.start.min(place.start)
                };
                symbols.push(Symbol {
                    name: name(topic),
                    id: None,
                    range: start..place.end,
                    selection: place,
                    children: Vec::new(),
                });
            }
        }
        let next = questions.get(number + 1).map(|next| next.range.start);
        let symbol = of_question(file.text, question, next);
        end = symbol.range.end;
        match symbols.last_mut().filter(|_| !topic.is_empty()) {
            Some(topic) => {
                topic.range.end = topic.range.end.max(symbol.range.end);
                topic.children.push(symbol);
            }
            None => symbols.push(symbol),
        }
    }
    symbols
}

fn of_question(text: &str, question: &Question, next: Option<usize>) -> Symbol {
    let selection = title(text, question);
    let range = body(text, question, next);
    Symbol {
        name: name(&question.question),
        id: Some(question.id.clone()),
        range: range.start.min(selection.start)..range.end.max(selection.end),
        selection,
        children: Vec::new(),
    }
}

/// VS Code refuses a symbol without a name.
fn name(markdown: &str) -> String {
    let name = bank::plain(markdown);
    if name.trim().is_empty() {
        "?".to_string()
    } else {
        name
    }
}

/// A question without the blanks behind it.
fn body(text: &str, question: &Question, next: Option<usize>) -> Range<usize> {
    let end = question.range.end.min(next.unwrap_or(usize::MAX));
    let range = question.range.start..end.max(question.range.start);
    let body = text.get(range.clone()).unwrap_or_default();
    range.start..range.start + body.trim_end().len()
}

/// The first line of a block.
fn line(text: &str, block: &Range<usize>) -> Range<usize> {
    let source = text.get(block.clone()).unwrap_or_default();
    let line = source.lines().next().unwrap_or_default().trim_end();
    block.start..block.start + line.len()
}

/// What folds, as bytes from the first line, which stays, to the last: questions, their sections, fences and the front matter.
pub fn folds(file: &File) -> Vec<Range<usize>> {
    let text = file.text;
    let starts: Vec<usize> = std::iter::once(0)
        .chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1))
        .collect();
    let questions = &file.parsed.questions;
    let mut folds: Vec<Range<usize>> = Vec::new();
    for (number, question) in questions.iter().enumerate() {
        let next = questions.get(number + 1).map(|next| next.range.start);
        let body = body(text, question, next);
        let lines = question.sections.iter().map(|section| section.line);
        let sections: Vec<usize> = lines
            .filter_map(|line| starts.get(line.checked_sub(1)?).copied())
            .filter(|start| body.contains(start))
            .collect();
        for (i, start) in sections.iter().enumerate() {
            let end = sections.get(i + 1).copied().unwrap_or(body.end);
            folds.push(trimmed(text, *start..end));
        }
        folds.push(body);
    }
    folds.extend(file.marks.fences.iter().map(|f| trimmed(text, f.clone())));
    let front = file.marks.front_matter.iter();
    folds.extend(front.map(|front| trimmed(text, front.clone())));
    folds.retain(|fold| {
        let folded = text.get(fold.clone()).unwrap_or_default();
        folded.contains('\n')
    });
    folds.sort_by_key(|fold| (fold.start, std::cmp::Reverse(fold.end)));
    folds.dedup();
    folds
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let source = text.get(range.clone()).unwrap_or_default();
    range.start..range.start + source.trim_end().len()
}
