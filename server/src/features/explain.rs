//! Everything the server knows about a file: each construct in order, with its questions.

use super::lookup;
use crate::bank::{Bank, Lang};
use crate::python::{Analysis, Construct};
use std::collections::HashMap;

/// A construct of the file and the ids of the questions about it, best first.
#[derive(Debug)]
pub struct Explained<'a> {
    pub construct: &'a Construct,
    pub questions: Vec<String>,
}

pub fn explain<'a>(bank: &Bank, analysis: &'a Analysis, lang: Lang) -> Vec<Explained<'a>> {
    let mut known: HashMap<&str, Vec<String>> = HashMap::new();
    let constructs = analysis.constructs().iter();
    let explained = constructs.map(|construct| {
        let ids = known.entry(&construct.name).or_insert_with(|| {
            let questions = lookup::questions(bank, &construct.name, construct.kind, lang);
            questions.iter().map(|q| q.id().to_string()).collect()
        });
        Explained {
            construct,
            questions: ids.clone(),
        }
    });
    explained.collect()
}
