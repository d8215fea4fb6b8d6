//! Banks in the formats that people have: each file of `tests/fixtures/banks` beside the questions expected of it.
//!
//! `UPDATE_EXPECT=1 cargo test` writes what is found; read it before you commit it.

use expect_test::expect_file;
use interview_lsp::bank::{self, Parsed};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/banks")
}

fn fixtures() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("the fixtures");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e != "expect"))
        .collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// One question a line: its line, that of its answer, its topic, its title, what it is about (guesses behind `~`).
fn drawn(text: &str, parsed: &Parsed) -> String {
    let line = |offset: usize| text[..offset].matches('\n').count() + 1;
    let mut drawn = format!("{}, {} questions\n", parsed.lang, parsed.questions.len());
    for question in &parsed.questions {
        let answer = if question.answer_start < question.range.end {
            line(question.answer_start).to_string()
        } else {
            "-".to_string()
        };
        let (sure, guessed) = question
            .constructs
            .split_at(question.guessed.min(question.constructs.len()));
        let mut about = sure.join(", ");
        if !guessed.is_empty() {
            about += &format!(" ~{}", guessed.join(", "));
        }
        drawn += &format!(
            "{} > {answer} | {} | {} | {}\n",
            question.line,
            question.topic,
            question.question,
            about.trim()
        );
        let shown = match (&question.answer, &question.example) {
            (answer, _) if !answer.is_empty() => answer.as_str(),
            (_, Some(_)) => "(example)",
            _ => "(no answer)",
        };
        drawn += &format!("    {shown}\n");
    }
    drawn
}

#[test]
fn every_format_gives_the_questions_expected() {
    let fixtures = fixtures();
    assert!(fixtures.len() > 30, "{fixtures:?}");
    for path in fixtures {
        let text = fs::read_to_string(&path).expect("a fixture");
        let parsed = bank::parse(&text);
        let expected = format!("{}.expect", path.display());
        expect_file![expected].assert_eq(&drawn(&text, &parsed));
    }
}

/// What the command line prints of each file is what was found in it.
#[test]
fn the_command_line_lists_exactly_these() {
    for path in fixtures() {
        let text = fs::read_to_string(&path).expect("a fixture");
        let output = Command::new(env!("CARGO_BIN_EXE_interview-lsp"))
            .args(["questions", "--format", "json"])
            .arg(&path)
            .output()
            .expect("the binary runs");
        let listed: Vec<serde_json::Value> =
            serde_json::from_slice(&output.stdout).expect("a list in JSON");
        let listed: Vec<(u64, String)> = listed
            .iter()
            .map(|q| {
                let title = q["question"].as_str().unwrap_or_default().to_string();
                (q["line"].as_u64().unwrap_or_default(), title)
            })
            .collect();
        let expected: Vec<(u64, String)> = bank::parse(&text)
            .questions
            .into_iter()
            .map(|q| (q.line as u64, q.question))
            .collect();
        assert_eq!(listed, expected, "{}", path.display());
    }
}

/// The page lists what is recognised; each row shows it on a fixture, and no fixture is left out.
#[test]
fn the_page_names_every_fixture() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/banks.md");
    let page = fs::read_to_string(page).expect("docs/banks.md");
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with('|') && line.contains("fixtures/banks/"))
        .collect();
    assert!(rows.len() > 20, "{rows:?}");
    for row in &rows {
        for part in row.split("fixtures/banks/").skip(1) {
            let file = part.split([')', '`', ' ']).next().unwrap_or_default();
            assert!(folder().join(file).is_file(), "{file} in: {row}");
        }
    }
    for path in fixtures() {
        let link = format!("fixtures/banks/{}", name(&path));
        assert!(page.contains(&link), "docs/banks.md does not name {link}");
    }
}

/// A comment in code is never a question, whatever it says.
#[test]
fn no_comment_is_a_question() {
    for path in fixtures() {
        let text = fs::read_to_string(&path).expect("a fixture");
        for question in bank::parse(&text).questions {
            let line = text.lines().nth(question.line - 1).unwrap_or_default();
            let words = line.trim_start_matches(['#', ' ', '>']);
            let comments = [
                "What is this",
                "Is this a question",
                "Why is this here",
                "And this",
                "What about this",
            ];
            assert!(
                !comments.iter().any(|comment| words.starts_with(comment)),
                "{}:{}: {line}",
                path.display(),
                question.line
            );
        }
    }
}
