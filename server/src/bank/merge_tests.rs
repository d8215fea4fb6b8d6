//! Which questions are one, and which of them is shown.

use super::super::{Bank, Lang};

fn shown(bank: &Bank, lang: Lang) -> Vec<&str> {
    bank.all(lang).map(|question| question.id()).collect()
}

fn about<'a>(bank: &'a Bank, construct: &str) -> Vec<&'a str> {
    bank.about(construct, Lang::En)
        .iter()
        .map(|question| question.id())
        .collect()
}

#[test]
fn the_same_question_is_shown_once_the_users_own_first() {
    let bank = Bank::of_texts(&[
        (
            "mine.md",
            "---\nlang: en\n---\n### Explain decorators\n<!-- id: mine; constructs: closure, decorator -->\nMine.",
        ),
        (
            "builtin/en/a.md",
            "---\nlang: en\n---\n### What is a decorator?\n<!-- id: ours; constructs: decorator -->\nOurs.",
        ),
        (
            "builtin/ru/a.md",
            "---\nlang: ru\n---\n### Что такое декоратор?\n<!-- id: ours; constructs: decorator -->\nНаш.",
        ),
    ]);
    assert_eq!(bank.warnings, []);
    assert_eq!(shown(&bank, Lang::En), ["mine"]);
    assert_eq!(shown(&bank, Lang::Ru), ["mine"]);
    assert_eq!(about(&bank, "decorator"), ["mine"]);
    let mine = bank.question("mine", Lang::En).expect("it is there");
    assert_eq!(mine.see(), ["ours"]);
    let ours = bank.question("ours", Lang::Ru).expect("it is within reach");
    assert_eq!((ours.answer(), ours.see()), ("Наш.", vec!["mine"]));
}

#[test]
fn of_two_own_questions_the_one_in_the_readers_language_is_shown() {
    let bank = Bank::of_texts(&[
        ("a.md", "---\nlang: ru\n---\n### Что такое GIL?\nЗамок."),
        ("b.md", "---\nlang: en\n---\n### What is the GIL?\nA lock."),
    ]);
    assert_eq!(shown(&bank, Lang::En), ["what-is-the-gil"]);
    assert_eq!(shown(&bank, Lang::Ru), ["что-такое-gil"]);
}

#[test]
fn what_only_looks_alike_stays_apart() {
    let bank = Bank::of_texts(&[
        (
            "a.md",
            "---\nlang: en\n---\n### What is a lock?\n<!-- id: a; constructs: threading.Lock -->\nA.",
        ),
        (
            "b.md",
            "---\nlang: en\n---\n### What is a lock?\n<!-- id: b; constructs: fcntl.flock -->\nB.",
        ),
        (
            "c.md",
            "---\nlang: en\n---\n### What are the advantages?\n<!-- id: c -->\nC.\n### Why a lock?\n<!-- id: d; constructs: threading.Lock -->\nD.",
        ),
        (
            "d.md",
            "---\nlang: en\n---\n### What are the advantages?\n<!-- id: e -->\nE.",
        ),
        // Authors of the built-in bank know what they ask twice.
        (
            "builtin/en/a.md",
            "---\nlang: en\n---\n### What is a heap?\n<!-- id: f -->\nF.\n### What is the heap?\n<!-- id: g -->\nG.",
        ),
    ]);
    assert_eq!(shown(&bank, Lang::En), ["a", "b", "c", "d", "e", "f", "g"]);
}

#[test]
fn ids_made_from_titles_are_unique_and_no_mistake() {
    let bank = Bank::of_texts(&[
        (
            "a.md",
            "---\nlang: en\n---\n# GIL\n### Advantages?\nA.\n\n### What is it?\n<!-- constructs: gc -->\nB.",
        ),
        (
            "b.md",
            "---\nlang: en\n---\n# asyncio\n### Advantages?\nC.\n\n### What is it?\n<!-- constructs: asyncio -->\nD.",
        ),
        ("c.md", "---\nlang: en\n---\n### What is REST?\nE."),
        ("d.md", "---\nlang: en\n---\n### What is REST?\nF."),
    ]);
    assert_eq!(bank.warnings, []);
    assert_eq!(
        shown(&bank, Lang::En),
        [
            "advantages",
            "what-is-it",
            "advantages-2",
            "what-is-it-2",
            "what-is-rest"
        ]
    );
    let second = bank
        .question("advantages-2", Lang::En)
        .expect("it has a name");
    assert_eq!((second.answer(), second.id()), ("C.", "advantages-2"));
    assert_eq!(about(&bank, "asyncio"), ["what-is-it-2"]);
}

#[test]
fn the_users_question_of_the_same_id_hides_the_built_in_one() {
    let bank = Bank::of_texts(&[
        (
            "mine.md",
            "---\nlang: en\n---\n### Ours\n<!-- id: gil; constructs: threading -->\nMine.",
        ),
        (
            "builtin/en/a.md",
            "---\nlang: en\n---\n### What is the GIL?\n<!-- id: gil; constructs: threading -->\nTheirs.",
        ),
        (
            "builtin/ru/a.md",
            "---\nlang: ru\n---\n### Что такое GIL?\n<!-- id: gil; constructs: threading -->\nНаш.",
        ),
    ]);
    assert_eq!(bank.warnings, []);
    let answer = |lang| {
        bank.about("threading", lang)
            .iter()
            .map(|q| q.answer())
            .collect::<Vec<_>>()
    };
    assert_eq!(answer(Lang::En), ["Mine."]);
    assert_eq!(answer(Lang::Ru), ["Наш."]);
    assert_eq!(bank.len(), 2);
}
