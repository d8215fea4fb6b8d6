//! The card's contract, for every question of the built-in bank and for every place of the example file.

use crate::client::{Client, capable};
use interview_lsp::bank::{Bank, Lang, Sources};
use interview_lsp::features::card;
use serde_json::{Value, json};

const MOST_LINES: usize = 12;

/// What is wrong with a card in Markdown.
fn faults(card: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fence: Option<&str> = None;
    let mut lines = 0;
    for line in card.lines() {
        let text = line.trim();
        match fence {
            Some(mark) if text == mark => fence = None,
            None if text.starts_with("```") => {
                fence = Some(text.trim_end_matches(char::is_alphanumeric))
            }
            _ if text.is_empty() => {}
            _ => lines += 1,
        }
        if fence.is_some() {
            continue;
        }
        if text.starts_with('#') {
            faults.push(format!("a heading: {text}"));
        }
        let rule = |mark: char| text.len() >= 3 && text.chars().all(|c| c == mark);
        if ['-', '*', '_', '='].into_iter().any(rule) {
            faults.push(format!("a rule: {text}"));
        }
        let outside_code: String = text.split('`').step_by(2).collect();
        if outside_code.contains("](file:")
            || outside_code.contains("![")
            || outside_code.contains("</")
        {
            faults.push(format!("a file link, an image or HTML: {text}"));
        }
    }
    if lines > MOST_LINES {
        faults.push(format!("{lines} lines"));
    }
    if fence.is_some() {
        faults.push("an open fence".to_string());
    }
    let first = card.lines().next().unwrap_or_default();
    if !first.starts_with("**Interview** · `") || !first.ends_with('`') {
        faults.push(format!("the first line is {first}"));
    }
    faults
}

#[test]
fn every_question_of_the_bank_makes_a_good_card_in_both_languages() {
    let bank = Bank::load(&Sources {
        paths: Vec::new(),
        builtin: true,
    });
    assert_eq!(bank.warnings, []);
    let mut wrong = Vec::new();
    for lang in [Lang::En, Lang::Ru] {
        let questions: Vec<_> = bank.all(lang).collect();
        assert!(
            questions.len() >= 45,
            "{} questions in {}",
            questions.len(),
            lang.as_str()
        );
        for question in questions {
            let options = card::Options {
                lang,
                keywords: true,
                max_lines: MOST_LINES,
            };
            let card = card::new("threading.Lock", 3..7, question, 12, options);
            let said = format!(
                "{} {} {}",
                card.question,
                card.answer,
                card.pitfall.as_deref().unwrap_or_default()
            );
            let mut faults = faults(&card.markdown(Some("command:interview-lsp.open?x")));
            faults.extend(faults_of_plain(&card.plain()));
            if said.trim().chars().count() > card::PROSE + 2 {
                faults.push(format!("{} characters of prose", said.chars().count()));
            }
            if card.answer != question.answer() {
                faults.push("the answer is cut".to_string());
            }
            if card.range != (3..7) {
                faults.push("another range".to_string());
            }
            if question.lang() != lang.as_str() {
                faults.push(format!("it is in {}", question.lang()));
            }
            wrong.extend(
                faults
                    .into_iter()
                    .map(|fault| format!("{} ({}): {fault}", question.id(), lang.as_str())),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn faults_of_plain(card: &str) -> Vec<String> {
    let prose = card.lines().filter(|line| !line.starts_with("    "));
    // Two stars are an operator as well: only our own marks, code marks and links can be told from code.
    let marks = ["**Interview**", "`", "](http"];
    let marked =
        prose.filter(|line| marks.iter().any(|mark| line.contains(mark)) || line.starts_with('#'));
    marked
        .map(|line| format!("Markdown in plain text: {line}"))
        .collect()
}

/// Every hover in a real file keeps the contract too, and stands on its range.
#[test]
fn every_place_of_the_example_keeps_the_contract() {
    const URI: &str = "file:///w/worker.py";
    let path = format!(
        "{}/../content/examples/worker.py",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).expect("the example");
    for locale in ["en", "ru"] {
        let mut params = capable();
        params["locale"] = json!(locale);
        let mut client = Client::with(params);
        client.open(URI, &text);
        let mut places = Vec::new();
        for (line, content) in text.lines().enumerate() {
            for column in 0..=content.chars().count() {
                places.push((
                    line as u64,
                    column as u64,
                    client.ask_hover(URI, line as u32, column as u32),
                ));
            }
        }
        let mut cards = 0;
        for (line, column, id) in places {
            let hover = client.reply(id)["result"].clone();
            if hover == Value::Null {
                continue;
            }
            cards += 1;
            let end = |end: &str| {
                let at = &hover["range"][end];
                (
                    at["line"].as_u64().unwrap_or(u64::MAX),
                    at["character"].as_u64().unwrap_or(u64::MAX),
                )
            };
            assert!(
                end("start") <= (line, column) && (line, column) <= end("end"),
                "{line}:{column} {hover}"
            );
            assert_eq!(end("start").0, end("end").0, "a range of one line: {hover}");
            let faults = faults(hover["contents"]["value"].as_str().unwrap_or_default());
            assert!(faults.is_empty(), "{line}:{column} {faults:?}");
        }
        assert!(cards > 0);
        client.finish();
    }
}
