//! The index against looking through the words.

use super::*;
use crate::bank::Bank;
use proptest::prelude::*;

const WORDS: &[&str] = &[
    "lock",
    "locks",
    "thread",
    "threads",
    "поток",
    "потоки",
    "гонка",
    "gil",
    "queue",
    "lru_cache",
    "ThreadPool",
    "锁",
    "the",
    "a",
    "и",
    "==",
];

/// A document with a question for each list of words: its title and its answer.
fn text(questions: &[(Vec<&str>, Vec<&str>)]) -> String {
    let mut text = "---\nlang: en\n---\n".to_string();
    for (n, (title, body)) in questions.iter().enumerate() {
        text += &format!(
            "### x{n} {}\n<!-- id: q{n}; constructs: c{n}.Name -->\n\n{}\n\n```python\nhidden\n```\n\n",
            title.join(" "),
            body.join(" ")
        );
    }
    text
}

fn segment(bank: &Bank) -> Segment {
    let mut builder = Builder::default();
    for document in &bank.documents {
        builder.add(document, &document.text().expect("it is in memory"));
    }
    builder.finish()
}

/// The places that hold a word and the best field of each, found by the index.
fn found(segment: &Segment, word: &str) -> Vec<(Place, Field)> {
    let mut found = Vec::new();
    if let Some(term) = segment.term(word) {
        segment.postings(term, |place, field| found.push((place, field)));
        assert_eq!(found.len(), segment.count(term) as usize);
    }
    found
}

/// The same, found by looking.
fn looked_for(questions: &[(Vec<&str>, Vec<&str>)], stem: &str) -> Vec<(Place, Field)> {
    let stemmers = Stemmers::default();
    let holds = |texts: &[&str], common: bool| {
        let mut holds = false;
        words::words(&texts.join(" "), |word| {
            holds |= stemmers.stem(word) == stem
                && (common || !words::is_everywhere(word) && word.len() > 1);
        });
        holds
    };
    let field =
        |(title, body): &(Vec<&str>, Vec<&str>)| match (holds(title, true), holds(body, false)) {
            (true, _) => Some(Field::Title),
            (false, true) => Some(Field::Body),
            _ => None,
        };
    let places = questions.iter().enumerate();
    places
        .filter_map(|(place, question)| Some((place as Place, field(question)?)))
        .collect()
}

fn question() -> impl Strategy<Value = (Vec<&'static str>, Vec<&'static str>)> {
    let some = || prop::collection::vec(prop::sample::select(WORDS), 0..6);
    (some(), some())
}

proptest! {
    #[test]
    fn the_index_finds_what_is_there(questions in prop::collection::vec(question(), 1..8)) {
        let bank = Bank::of_texts(&[("a.md", &text(&questions))]);
        let segment = segment(&bank);
        for stem in ["lock", "thread", "поток", "гонк", "gil", "queue", "lru_cache", "锁"] {
            // Parts of compound names are names of their own.
            if stem != "thread" {
                prop_assert_eq!(found(&segment, stem), looked_for(&questions, stem), "{}", stem);
            }
        }
        prop_assert_eq!(found(&segment, "hidden"), vec![]);
        prop_assert_eq!(found(&segment, "no such word"), vec![]);
    }

    #[test]
    fn merged_segments_find_what_they_found_apart(
        first in prop::collection::vec(question(), 1..5),
        second in prop::collection::vec(question(), 1..5),
        third in prop::collection::vec(question(), 1..5),
    ) {
        let banks = [first, second, third].map(|questions| Bank::of_texts(&[("a.md", &text(&questions))]));
        let segments = banks.each_ref().map(segment);
        let gone = banks[1].documents[0].serial;
        let merged = Segment::merged(&[&segments[0], &segments[1], &segments[2]], |serial| serial != gone);
        prop_assert_eq!(merged.places(), segments[0].places() + segments[2].places());
        for stem in ["lock", "thread", "поток", "gil", "lru", "c1.name"] {
            let behind = segments[0].places() as Place;
            let mut apart = found(&segments[0], stem);
            apart.extend(found(&segments[2], stem).into_iter().map(|(place, field)| (place + behind, field)));
            prop_assert_eq!(found(&merged, stem), apart, "{}", stem);
        }
    }
}

#[test]
fn terms_are_found_by_beginning_and_by_sound() {
    let bank = Bank::of_texts(&[(
        "a.md",
        "---\nlang: en\n---\n### What is a decorator?\n<!-- id: a; constructs: functools.wraps -->\n\nIt decorates nothing.",
    )]);
    let segment = segment(&bank);
    let spelt =
        |terms: std::ops::Range<Term>| terms.map(|term| segment.spelling(term)).collect::<Vec<_>>();
    assert_eq!(spelt(segment.prefixed("dec")), ["decor", "decorator"]);
    assert_eq!(
        spelt(segment.prefixed("functools")),
        ["functools", "functools.wraps"]
    );
    assert_eq!(spelt(segment.prefixed("x")), Vec::<&str>::new());
    let sound = words::sound("декоратор").expect("it sounds");
    let sounding: Vec<&str> = segment
        .sounding(&sound, false)
        .iter()
        .map(|term| segment.spelling(*term))
        .collect();
    assert_eq!(sounding, ["decorator"]);
    assert!(segment.is_prominent(segment.term("decorator").expect("it is there")));
    assert!(!segment.is_prominent(segment.term("noth").expect("it is there")));
}
