//! The format of `content/README.md`, and what happens where a document departs from it.

use super::*;
use crate::fuzzing;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

const DOCUMENT: &str = "\
---
title: Memory
lang: en
---
# Memory
## Stack and heap
### What is `L`, a *lock*?
<!-- id: what-is-l; constructs: threading.Lock, with; level: junior+; see: gil -->

The answer goes
over two lines.

```python
lock = L()
### not a question
```
#### Pitfalls
- The first one
  is long.
- The second.

## Threads
### Second question
No metadata here.
";

fn only(text: &str) -> Question {
    let mut parsed = parse(text);
    assert_eq!(parsed.warnings, []);
    assert_eq!(parsed.questions.len(), 1, "{parsed:?}");
    parsed.questions.remove(0)
}

fn bank(documents: &[(&'static str, &str)]) -> Bank {
    Bank::of_texts(documents)
}

#[test]
fn a_document_may_say_that_it_asks_nothing() {
    let sheet = |front: &str| {
        parse(&format!(
            "{front}# Sheet\n\n## What is a lock?\n\nA door.\n"
        ))
    };
    let parsed = sheet("---\ntitle: Sheet\nlang: ru\nquestions: none\n---\n");
    assert_eq!(parsed.questions.len(), 0);
    assert_eq!(
        (parsed.title.as_deref(), parsed.lang.as_str()),
        (Some("Sheet"), "ru")
    );
    assert_eq!(parsed.warnings, []);
    // In front matter only, and in so many words.
    assert_eq!(sheet("---\nquestions: many\n---\n").questions.len(), 1);
    assert_eq!(sheet("questions: none\n\n").questions.len(), 1);
    assert_eq!(sheet("---\nquestions: none\n").questions.len(), 1);
}

#[test]
fn a_document_gives_its_questions_with_their_parts() {
    let parsed = parse(DOCUMENT);
    assert_eq!(
        (parsed.title.as_deref(), parsed.lang.as_str()),
        (Some("Memory"), "en")
    );
    assert_eq!(parsed.warnings, []);
    let [first, second] = &parsed.questions[..] else {
        panic!("{parsed:?}")
    };
    assert_eq!(first.id, "what-is-l");
    assert_eq!(first.question, "What is `L`, a *lock*?");
    assert_eq!(first.answer, "The answer goes over two lines.");
    assert_eq!(
        first.example.as_deref(),
        Some("lock = L()\n### not a question")
    );
    assert_eq!(first.pitfall.as_deref(), Some("The first one is long."));
    assert_eq!(first.constructs, ["threading.Lock", "with"]);
    assert_eq!((first.level, first.line), (Level::JuniorPlus, 7));
    assert_eq!(first.see, ["gil"]);
    assert_eq!(first.topic, "Stack and heap");
    assert_eq!(
        first.sections,
        [Section {
            title: "Pitfalls".into(),
            line: 17
        }]
    );
    assert_eq!(&DOCUMENT[first.range.clone()].lines().last(), &Some(""));
    assert_eq!(
        (second.id.as_str(), second.answer.as_str()),
        ("second-question", "No metadata here.")
    );
    assert_eq!(second.topic, "Threads");
}

#[test]
fn windows_line_ends_change_nothing() {
    let parsed = parse(&DOCUMENT.replace('\n', "\r\n"));
    assert_eq!(
        parsed.questions[0].answer,
        "The answer goes over two lines."
    );
    assert_eq!(parsed.questions[0].line, 7);
    assert_eq!(parsed.lang, "en");
}

#[test]
fn the_language_is_guessed_where_nobody_says_it() {
    assert_eq!(
        parse("### Что делает `threading.Lock`?\nПускает по одному.").lang,
        "ru"
    );
    assert_eq!(parse("### What is a lock?\nOne at a time.").lang, "en");
}

#[test]
fn the_level_of_the_headings_is_that_of_the_first_with_metadata() {
    let parsed =
        parse("# Title\n## A question\n<!-- id: a -->\nYes.\n### A part\nMore.\n## Another\nNo.");
    let ids: Vec<_> = parsed.questions.iter().map(|q| q.id.as_str()).collect();
    assert_eq!(ids, ["a", "another"]);
    assert_eq!(parsed.questions[0].sections.len(), 1);
}

#[test]
fn a_comment_that_is_no_metadata_stays_a_comment() {
    let question = only("### Q\n<!-- note: mend this; later: yes -->\n\nThe answer.");
    assert_eq!(
        (question.id.as_str(), question.answer.as_str()),
        ("q", "The answer.")
    );
}

#[test]
fn mistakes_in_metadata_are_named_with_their_line() {
    let parsed = parse("### Q\n<!-- id: q; contructs: with; level: senior -->\n\nA.");
    assert_eq!(parsed.questions[0].level, Level::Junior);
    assert_eq!(
        parsed.warnings,
        [
            (
                2,
                "unknown metadata `contructs`: id, constructs, level and see are known".to_string()
            ),
            (
                2,
                "unknown level `senior`: junior, junior+ or middle; taken as junior".to_string()
            ),
        ]
    );
}

#[test]
fn long_code_is_no_example_for_a_card() {
    let code = |lines: usize| format!("### Q\nA.\n\n```python\n{}```\n", "x = 1\n".repeat(lines));
    assert!(only(&code(8)).example.is_some());
    assert_eq!(only(&code(9)).example, None);
    assert_eq!(only("### Q\nA.\n\n```console\n$ ls\n```\n").example, None);
}

#[test]
fn what_a_foreign_bank_brings_is_made_safe() {
    let cases = [
        ("a <b>bold</b> word", "a bold word"),
        ("<script>alert(1)</script>", ""),
        ("a <script>alert(1)</script>", "a alert(1)"),
        ("a <<b>script>x", "a x"),
        (
            "see [docs](https://docs.python.org/3/) now",
            "see [docs](https://docs.python.org/3/) now",
        ),
        ("run [me](command:rm?x) now", "run me now"),
        ("[a `code` b](file:///etc/passwd)", "a `code` b"),
        (
            "[x](JaVaScRiPt:alert(1)) <command:x> <https://ok.org>",
            "x command:x <https://ok.org>",
        ),
        ("![logo](https://evil.example/x.png) text", "logo text"),
        (
            "[![badge](https://e.example/b.png)](https://e.example)",
            "[badge](https://e.example)",
        ),
        (
            "see [below](#there) and [other](other.md)",
            "see below and other",
        ),
        (
            "`<b>` and `[x](command:y)` in code stay",
            "`<b>` and `[x](command:y)` in code stay",
        ),
        ("one\nline \u{1b}[31mred\u{0}", "one line [31mred"),
    ];
    for (from, to) in cases {
        assert_eq!(clean(from), to, "{from}");
    }
}

#[test]
fn the_first_of_two_equal_ids_in_a_language_wins() {
    let two = bank(&[
        (
            "a.md",
            "---\nlang: en\n---\n### First\n<!-- id: x; constructs: with -->\nA.",
        ),
        (
            "b.md",
            "---\nlang: en\n---\n### Second\n<!-- id: x; constructs: with -->\nB.",
        ),
        (
            "c.md",
            "---\nlang: ru\n---\n### Третий\n<!-- id: x; constructs: with -->\nВ.",
        ),
    ]);
    assert_eq!(
        two.question("x", Lang::En).map(|q| q.question()),
        Some("First")
    );
    assert_eq!(
        two.question("x", Lang::Ru).map(|q| q.question()),
        Some("Третий")
    );
    assert_eq!(two.about("with", Lang::Ru).len(), 1);
    let warnings: Vec<_> = two.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["b.md:4: the id `x` is taken already by a.md:4; this question is left out"]
    );
}

#[test]
fn questions_rank_by_the_place_of_the_construct_and_the_level() {
    let bank = bank(&[(
        "a.md",
        "### Late\n<!-- id: late; constructs: for, with -->\n\n### Middle\n<!-- id: middle; constructs: with; level: middle -->\n\n\
         ### Junior\n<!-- id: junior; constructs: with -->\n",
    )]);
    let ids: Vec<_> = bank
        .about("with", Lang::En)
        .iter()
        .map(|q| q.id())
        .collect();
    assert_eq!(ids, ["junior", "middle", "late"]);
    assert_eq!(bank.constructs(), ["for", "with"]);
    assert!(bank.about("no such", Lang::En).is_empty());
}

#[test]
fn paths_are_expanded() {
    let home = Path::new("/home/u");
    let workspace = Path::new("/work/p");
    let expand = |path: &str| expand(path, Some(home), Some(workspace));
    assert_eq!(expand("~/q"), Ok(PathBuf::from("/home/u/q")));
    assert_eq!(expand("~"), Ok(PathBuf::from("/home/u")));
    assert_eq!(
        expand("${workspaceFolder}/docs"),
        Ok(PathBuf::from("/work/p/docs"))
    );
    assert_eq!(expand("docs"), Ok(PathBuf::from("/work/p/docs")));
    assert_eq!(expand("/abs/x.md"), Ok(PathBuf::from("/abs/x.md")));
    assert!(expand(" ").is_err());
    assert!(super::expand("${workspaceFolder}/x", Some(home), None).is_err());
}

#[test]
fn the_built_in_bank_has_no_warnings() {
    let bank = Bank::load(&Sources {
        paths: Vec::new(),
        builtin: true,
    });
    assert_eq!(bank.warnings, []);
    assert!(bank.all(Lang::En).len() >= 45);
}

/// Pieces of which banks are made, and half ones.
const PIECES: &[&str] = &[
    "# T\n",
    "## A\n",
    "### Q?\n",
    "#### Pitfalls\n",
    "<!-- id: a; constructs: `x`, with; level: junior -->\n",
    "<!--",
    "-->",
    "---\n",
    "lang: ru\n",
    "```python\n",
    "````",
    "`",
    "``",
    "- x\n",
    "  y\n",
    "1. z\n",
    "\n\n",
    "\r\n",
    "\r",
    "[a](command:x)",
    "[a](",
    "![i](u)",
    "<script>",
    "<details>",
    "**",
    "_",
    "ж",
    "🐍",
    "\0",
    "e\u{301}",
    " ",
    "text. ",
    "| a | b |\n|---|---|\n",
    "Q: x\nA: y\n",
    "===\n",
    "> ",
    "\\",
    "&amp;",
    "\t",
];

proptest! {
    #[test]
    fn any_document_is_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        fuzzing::bank(&pieces.concat());
    }

    #[test]
    fn any_change_of_a_document_is_read(start in 0..DOCUMENT.len(), piece in prop::sample::select(PIECES), end in 0..DOCUMENT.len()) {
        let mut document = DOCUMENT.to_string();
        document.replace_range(start.min(end)..end, piece);
        fuzzing::bank(&document);
    }
}
