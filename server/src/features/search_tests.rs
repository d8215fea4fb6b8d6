//! Queries as people type them, and the questions that they must find first.

use super::*;
use crate::bank::Sources;
use std::sync::LazyLock;

static BANK: LazyLock<Bank> = LazyLock::new(|| {
    Bank::load(&Sources {
        paths: Vec::new(),
        builtin: true,
    })
});

fn ids(query: &str, lang: Lang) -> Vec<&'static str> {
    search(&BANK, query, 5, lang)
        .into_iter()
        .map(|q| q.id())
        .collect()
}

#[test]
fn the_best_question_comes_first() {
    for (query, expected) in [
        ("race cond", "race-condition"),
        ("гонка", "race-condition"),
        ("гонки", "race-condition"),
        ("deadlok", "deadlock"),
        ("gil", "gil"),
        ("weakref", "weak-references"),
        ("threading.RLock", "lock-vs-rlock"),
        ("подсчёт ссылок", "refcount"),
        ("подсчет ссылок", "refcount"),
        ("event loop", "event-loop"),
        ("цикл событий", "event-loop"),
    ] {
        let found = ids(query, Lang::En);
        assert_eq!(found.first(), Some(&expected), "{query}: {found:?}");
    }
}

#[test]
fn a_question_is_shown_in_the_language_that_was_searched_in() {
    let lang_of = |query, lang| search(&BANK, query, 1, lang)[0].lang();
    assert_eq!(lang_of("гонка", Lang::En), "ru");
    assert_eq!(lang_of("gil", Lang::Ru), "ru");
    assert_eq!(lang_of("gil", Lang::En), "en");
}

#[test]
fn nonsense_finds_nothing_and_no_words_find_all() {
    assert_eq!(ids("qwrtplkj", Lang::En), Vec::<&str>::new());
    assert_eq!(ids("  ", Lang::En).len(), 5);
}
