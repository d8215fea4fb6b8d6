//! `cargo xtask cheat-sheet`: `content/<language>/interview_cheat_sheet.md`, made from the short answers of the other documents.
//!
//! Reads them through the server's own command line. The test suite runs it with `--check`, so that the sheet is never behind.

use crate::root;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

const NAME: &str = "interview_cheat_sheet.md";

pub fn run(args: &[String]) -> Result<(), String> {
    let check = match args {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("cargo xtask cheat-sheet takes nothing but --check".to_string()),
    };
    let server = crate::build_server(false)?;
    for lang in ["en", "ru"] {
        let folder = root().join("content").join(lang);
        let sheet = sheet(lang, &folder, &questions(&server, lang, &folder)?)?;
        let path = folder.join(NAME);
        if check {
            if std::fs::read_to_string(&path).unwrap_or_default() != sheet {
                return Err(format!(
                    "{} is out of date: run `cargo xtask cheat-sheet` and commit it",
                    path.display()
                ));
            }
        } else {
            std::fs::write(&path, sheet).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    Ok(())
}

/// The questions of a folder as the server reads them.
fn questions(server: &Path, lang: &str, folder: &Path) -> Result<Vec<Value>, String> {
    let mut command = Command::new(server);
    command
        .args(["questions", "--format", "json", "--lang", lang])
        .arg(folder);
    let output = command
        .output()
        .map_err(|e| format!("{}: {e}", server.display()))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let questions: Value = serde_json::from_slice(&output.stdout).map_err(|e| e.to_string())?;
    Ok(questions.as_array().cloned().unwrap_or_default())
}

fn sheet(lang: &str, folder: &Path, questions: &[Value]) -> Result<String, String> {
    let (title, intro) = match lang {
        "ru" => (
            "Шпаргалка",
            "Короткие ответы со всех документов: то, что можно сказать вслух за двадцать секунд. Вопрос ведёт к полному ответу.",
        ),
        _ => (
            "Cheat sheet",
            "The short answers of all documents: what one can say aloud in twenty seconds. Each question leads to its full answer.",
        ),
    };
    let mut sheet = format!(
        "---\ntitle: {title}\nlang: {lang}\nquestions: none\n---\n# {title}\n\n\
         <!-- Made by `cargo xtask cheat-sheet` from the first paragraphs of the other documents: change those, not this file. -->\n\n{intro}\n"
    );
    let (mut document, mut topic) = (String::new(), String::new());
    let mut text = String::new();
    for question in questions {
        let field = |key: &str| question[key].as_str().unwrap_or_default();
        let file = Path::new(field("file"))
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if file == NAME {
            continue;
        }
        if file != document {
            text =
                std::fs::read_to_string(folder.join(&file)).map_err(|e| format!("{file}: {e}"))?;
            let title = text.lines().find_map(|line| line.strip_prefix("# "));
            write!(sheet, "\n## [{}]({file})\n", title.unwrap_or(&file)).unwrap_or_default();
            document = file;
            topic.clear();
        }
        let line = question["line"].as_u64().unwrap_or_default() as usize;
        let above = text
            .lines()
            .take(line)
            .filter_map(|l| l.strip_prefix("## "));
        let current = above.last().unwrap_or_default();
        if current != topic {
            write!(sheet, "\n**{current}**\n\n").unwrap_or_default();
            topic = current.to_string();
        }
        let (asked, answer) = (field("question"), field("answer"));
        let anchor = slug(asked);
        writeln!(sheet, "- [{asked}]({document}#{anchor}) {answer}").unwrap_or_default();
    }
    Ok(sheet)
}

/// The anchor that GitHub gives a heading: letters, digits, hyphens and underscores, blanks as hyphens, in lower case.
fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            _ if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}
