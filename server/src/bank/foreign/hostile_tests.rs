//! What nobody wrote for people: broken, huge, deep. Never a panic, and every range is sound.

use crate::bank::parse;
use proptest::prelude::*;

/// Parses and holds the result to the text: on boundaries, inside, in order, the answer within its question.
fn sound(text: &str) -> usize {
    let parsed = parse(text);
    let mut end = 0;
    let mut ids = std::collections::HashSet::new();
    for question in &parsed.questions {
        let range = question.range.clone();
        assert!(range.start >= end, "{question:?} in {text:?}");
        assert!(
            range.start <= question.answer_start && question.answer_start <= range.end,
            "{question:?} in {text:?}"
        );
        assert!(
            text.get(range.clone()).is_some(),
            "{question:?} in {text:?}"
        );
        assert!(
            text.is_char_boundary(question.answer_start),
            "{question:?} in {text:?}"
        );
        assert!(!question.question.is_empty(), "{question:?} in {text:?}");
        assert!(ids.insert(question.id.clone()), "{question:?} in {text:?}");
        let line = text[..range.start].matches('\n').count() + 1;
        assert!(
            question.line >= 1 && question.line <= line.max(question.line),
            "{question:?} in {text:?}"
        );
        end = range.end;
    }
    parsed.questions.len()
}

#[test]
fn deep_nesting_ends() {
    let (many, some) = (100_000, 8_000);
    for text in [
        ">".repeat(many) + " What is this?",
        (0..2_000)
            .map(|n| " ".repeat(n) + "- What is a list?\n")
            .collect(),
        "- ".repeat(many) + "What?",
        "1. ".repeat(many) + "What?",
        "<details><summary>What is this?</summary>\n".repeat(some),
        "<details>\n".repeat(some) + &"</details>\n".repeat(some),
        "#".repeat(many) + " What is this?",
        "*".repeat(many) + "What?" + &"*".repeat(many),
        "[".repeat(many) + "What?",
        "[![".repeat(some) + "What?",
        "# [What](".to_string() + &"(".repeat(many),
        "<".repeat(many),
        "<a ".repeat(some),
        "<!--\n".repeat(some),
        "# Q\n```\n## What is this?\n".repeat(some),
        (3..1_500)
            .map(|n| format!("## {n}. What?\n\n{}py\n\n", "`".repeat(n)))
            .collect(),
        "| Question | Answer |\n| --- | --- |\n".to_string()
            + &"| What is this? | That |\n".repeat(some),
        "|".repeat(many) + "\n" + &"|-".repeat(some),
        "==".repeat(many),
        "What :: ".repeat(some),
        "?\n".repeat(some),
        "What is this?\n".repeat(some),
        "**What is this?**\n".repeat(some),
        "{".repeat(many) + "}",
        ":a".repeat(many),
        "1".repeat(many) + ". What?",
        "<summary>".repeat(some),
        "&lt;".repeat(some),
    ] {
        sound(&text);
    }
}

#[test]
fn a_line_of_fifty_megabytes_ends() {
    let mut text = String::from("# Interview\n\n## What is a list?\n\nA sequence.\n\n");
    text.push_str(&"What is this? ".repeat(50 * 1024 * 1024 / 14));
    text.push_str("\n\n## What is a tuple?\n\nAnother.\n");
    assert_eq!(sound(&text), 2);
}

#[test]
fn control_characters_and_odd_line_ends_change_nothing() {
    assert_eq!(
        sound("## What is\0 NUL?\n\nA\0.\n\n## What is \u{1b}[31mred?\n\nB.\n"),
        2
    );
    assert_eq!(
        sound("## What is a?\r\n\r\nA.\r\n\r\n## What is b?\r\n\r\nB.\r\n"),
        2
    );
    let parsed = parse("## What is\0 NUL?\n\nA\u{7}.\n\n## What is b?\n\nB.\n");
    assert_eq!(parsed.questions[0].question, "What is NUL?");
    assert_eq!(parsed.questions[0].answer, "A.");
    for text in [
        "", "\n", "\u{feff}", "---", "---\n", "---\n---", "```", "<", ">", "#", "-", "1.", "?",
        "|", "::", "=", "==a==", "\u{2028}", "é", "🐍",
    ] {
        sound(text);
    }
}

/// Pieces of banks, whole and broken.
const PIECES: [&str; 46] = [
    "# ",
    "## ",
    "### 1. ",
    "#### ",
    "- ",
    "* ",
    "1. ",
    "2) ",
    "3、",
    "  ",
    "\t",
    "    ",
    "\n",
    "\n\n",
    "\r\n",
    "> ",
    "```",
    "```python\n",
    "~~~",
    "**",
    "__",
    "`",
    "Q: ",
    "A: ",
    "**Answer:** ",
    "Вопрос 3. ",
    "Ответ: ",
    "题目3：",
    "What is a list?",
    "Что такое кортеж?",
    "什么是装饰器？",
    "O que é isto?",
    "text ",
    "<details>",
    "</details>",
    "<summary>",
    "</summary>",
    "<!-- ",
    " -->",
    "| Question | Answer |\n|---|---|\n| a? | b |\n",
    "?\n",
    " :: ",
    "==x==",
    "[a](#b)",
    "![x](y)",
    "---\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn any_pieces_give_sound_questions(picks in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = picks.into_iter().map(|i| PIECES[i]).collect();
        sound(&text);
    }

    #[test]
    fn any_text_gives_sound_questions(text in "\\PC{0,200}") {
        sound(&text);
    }

    /// The fixtures with pieces taken out, doubled and put elsewhere.
    #[test]
    fn mutations_give_sound_questions(which in 0..FIXTURES.len(), cuts in proptest::collection::vec((0.0..1.0f64, 0.0..1.0f64, 0..PIECES.len()), 1..6)) {
        let mut text = FIXTURES[which].to_string();
        for (a, b, piece) in cuts {
            let place = |share: f64| {
                let mut at = (share * text.len() as f64) as usize;
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            let (from, to) = (place(a.min(b)), place(a.max(b)));
            let to = to.min(from + 200);
            let to = (from..=to).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(from);
            text.replace_range(from..to, PIECES[piece]);
        }
        sound(&text);
    }
}

const FIXTURES: [&str; 8] = [
    include_str!("../../../../tests/fixtures/banks/mixed.md"),
    include_str!("../../../../tests/fixtures/banks/fences.md"),
    include_str!("../../../../tests/fixtures/banks/page.html"),
    include_str!("../../../../tests/fixtures/banks/details_nested_uk.md"),
    include_str!("../../../../tests/fixtures/banks/obsidian_cards.md"),
    include_str!("../../../../tests/fixtures/banks/labelled_zh.md"),
    include_str!("../../../../tests/fixtures/banks/quiz_details.md"),
    include_str!("../../../../tests/fixtures/banks/decorations.md"),
];
