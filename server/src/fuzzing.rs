//! What holds for any input whatever: the bodies of the fuzzing targets in `fuzz/` and of the property tests.
//!
//! Compiled for tests and with the feature `fuzzing` only. A body panics where something does not hold; none may print.

use crate::bank::{self, Bank, Lang, Sources};
use crate::features::{actions, card, explain};
use crate::python::{self, Analysis, LastGood};
use crate::text::model;
use crate::text::{Encoding, Position, Text};
use std::sync::{Arc, OnceLock};

/// Hovering at every offset takes time: what is longer is cut.
const HOVERED: usize = 4_096;
/// Places of a source that are looked at by themselves.
const PLACES: usize = 5;

/// The Python parser, and what guards it.
pub fn parse(source: &str) {
    python::parse_only(source);
}

/// A whole analysis.
pub fn index(source: &str) {
    sound(source, &python::analyse(source));
}

/// What an analysis promises: it did not fail, and its ranges can be drawn, are in order and are found again.
pub fn sound(source: &str, analysis: &Analysis) {
    if let Some(why) = &analysis.refused {
        assert!(!why.contains("please report"), "{why}");
        assert!(analysis.constructs().is_empty());
    }
    let mut last = 0;
    for construct in analysis.constructs() {
        let range = construct.range.clone();
        assert!(range.start < range.end, "{construct:?} is empty");
        assert!(
            source.get(range.clone()).is_some(),
            "{construct:?} is not on character boundaries"
        );
        assert!(last <= range.start, "{construct:?} is out of order");
        last = range.start;
        assert!(
            analysis.at(range.start).contains(&construct),
            "{construct:?} is not found at its start"
        );
    }
    for offset in [0, source.len() / 2, source.len(), source.len() + 1] {
        analysis.at(offset);
    }
}

/// A hover and the actions at every offset of a source, against the built-in questions.
pub fn hover(source: &str) {
    static BANK: OnceLock<Bank> = OnceLock::new();
    let bank = BANK.get_or_init(|| {
        Bank::load(&Sources {
            paths: Vec::new(),
            builtin: true,
        })
    });
    let mut end = source.len().min(HOVERED);
    while !source.is_char_boundary(end) {
        end -= 1;
    }
    let source = &source[..end];
    let analysis = python::analyse(source);
    let options = card::Options {
        lang: Lang::En,
        keywords: true,
        max_lines: 12,
    };
    for offset in 0..=source.len() {
        let Some(card) = card::at(bank, &analysis, offset, options) else {
            continue;
        };
        let range = card.range.clone();
        assert!(
            range.start <= offset && offset <= range.end,
            "a card of {range:?} at {offset}"
        );
        assert!(source.get(range).is_some());
        assert!(bank.question(&card.id, Lang::En).is_some());
        let prose = [
            Some(&card.question),
            Some(&card.answer),
            card.pitfall.as_ref(),
        ];
        let count: usize = prose.into_iter().flatten().map(|t| t.chars().count()).sum();
        assert!(count <= card::PROSE, "{count} characters at {offset}");
        assert!(card.markdown(None).starts_with("**Interview**"));
        assert!(card.plain().starts_with("Interview"));
        actions::at(bank, &analysis, offset..offset, &[], Lang::En);
    }
    explain::explain(bank, &analysis, Lang::Ru);
}

/// What is said of some places when nothing else is looked at, against what is said of the whole source; and the same of a
/// version that does not parse, by what is known of this one.
pub fn near(source: &str, broken: &str) {
    let whole = python::analyse(source);
    for place in (0..=PLACES).map(|part| source.len() * part / PLACES) {
        for range in [place..place, place..place + 40] {
            let near = python::analyse_near(source, range.clone(), None, None);
            assert_eq!(near.at(place), whole.at(place), "at {place}");
            let touching = |analysis: &Analysis| {
                let constructs = analysis.constructs().iter();
                let touching = constructs.filter(|construct| {
                    construct.range.start <= range.end && range.start <= construct.range.end
                });
                touching.cloned().collect::<Vec<_>>()
            };
            assert_eq!(touching(&near), touching(&whole), "in {range:?}");
        }
    }
    if whole.parses() {
        let near = python::analyse_near(source, 0..0, None, None);
        let [by_whole, by_near] = [whole, near].map(|last| {
            let last = LastGood::new(Text::new(source), Arc::new(last));
            python::analyse_after(broken, Some(&last), None)
        });
        assert_eq!(by_near.constructs(), by_whole.constructs());
    }
}

/// Edits of a text, against a model that is searched from its beginning.
pub fn edits(start: &str, edits: &[(Position, Position, String)], encoding: Encoding) {
    let mut text = Text::new(start);
    let mut plain = start.to_string();
    for (a, b, insert) in edits {
        let from = model::offset(&plain, *a.min(b), encoding);
        let to = model::offset(&plain, *a.max(b), encoding).max(from);
        plain.replace_range(from..to, insert);
        text.edit(*a, *b, encoding, insert);
        assert_eq!(text.to_string(), plain);
    }
    assert_eq!(text.len(), plain.len());
    for position in edits.iter().flat_map(|(a, b, _)| [*a, *b]) {
        let offset = model::offset(&plain, position, encoding);
        assert_eq!(text.offset(position, encoding), offset);
        let back = model::position(&plain, offset, encoding);
        assert_eq!(text.position(offset, encoding), back);
    }
}

/// A document of a bank, and a card of each of its questions.
pub fn bank(markdown: &str) {
    let parsed = bank::parse(markdown);
    let lines = markdown.lines().count() + 1;
    for (line, _) in &parsed.warnings {
        assert!((1..=lines).contains(line), "a warning about line {line}");
    }
    for question in &parsed.questions {
        assert!((1..=lines).contains(&question.line), "{question:?}");
        assert!(markdown.get(question.range.clone()).is_some());
        bank::plain(&bank::clean(&question.answer));
    }
    let bank = Bank::of_texts(&[("a.md", markdown)]);
    for question in bank.entries() {
        assert!(bank.markdown(question).is_ok(), "{question:?}");
        for max_lines in [0, 5, 12] {
            let options = card::Options {
                lang: Lang::Ru,
                keywords: true,
                max_lines,
            };
            let card = card::new("lock", 0..4, question, 3, options);
            card.markdown(Some("command:x"));
            card.plain();
        }
    }
}
