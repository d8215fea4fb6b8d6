//! From constructs to questions: which question stands behind the code at a place.

use crate::bank::{About, Bank, Lang};
use crate::python::{self, Analysis, Construct, Kind};
use std::ops::Range;

/// A construct in the code and what the bank has on it, best question first.
#[derive(Debug)]
pub struct Hit<'a> {
    pub construct: &'a Construct,
    pub questions: About<'a>,
}

/// The questions about a construct; where a symbol has none, those of its class, then of its module.
pub fn questions<'a>(bank: &'a Bank, name: &str, kind: Kind, lang: Lang) -> About<'a> {
    let exact = bank.about(name, lang);
    if !exact.is_empty() || kind != Kind::Symbol {
        return exact;
    }
    python::fallbacks(name)
        .iter()
        .map(|wider| bank.about(wider, lang))
        .find(|found| !found.is_empty())
        .unwrap_or(exact)
}

/// The constructs at a byte offset that the bank has something on, the most specific first.
pub fn at<'a>(bank: &'a Bank, analysis: &'a Analysis, offset: usize, lang: Lang) -> Vec<Hit<'a>> {
    hits(bank, analysis.at(offset), lang)
}

/// The constructs that a selection touches; an empty one is a place.
pub fn within<'a>(
    bank: &'a Bank,
    analysis: &'a Analysis,
    range: Range<usize>,
    lang: Lang,
) -> Vec<Hit<'a>> {
    if range.is_empty() {
        return at(bank, analysis, range.start, lang);
    }
    let touched = analysis.constructs().iter();
    let touched = touched.filter(|c| c.range.start < range.end && range.start < c.range.end);
    hits(bank, touched.collect(), lang)
}

fn hits<'a>(bank: &'a Bank, constructs: Vec<&'a Construct>, lang: Lang) -> Vec<Hit<'a>> {
    let with_questions = constructs.into_iter().map(|construct| Hit {
        construct,
        questions: questions(bank, &construct.name, construct.kind, lang),
    });
    with_questions
        .filter(|hit| !hit.questions.is_empty())
        .collect()
}
