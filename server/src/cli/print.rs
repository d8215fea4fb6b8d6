//! How text looks in a terminal: bold where there is one, lines of a readable width. A closed pipe (`| head`) is no error.

use std::io::{IsTerminal, Write};

/// Prints a line to standard output; ends the process quietly if nobody reads any more.
pub fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{text}").and_then(|()| out.flush()).is_err() {
        std::process::exit(i32::from(super::FINE));
    }
}

/// Prints a value as JSON, indented.
pub fn json(value: &impl serde::Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => line(&text),
        Err(error) => eprintln!("interview-lsp: {error}"),
    }
}

pub fn bold(text: &str) -> String {
    if std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        format!("\x1b[1m{text}\x1b[0m")
    } else {
        text.to_string()
    }
}

/// Breaks paragraphs at words so that lines have at most `width` characters; lines of code (indented) stay.
pub fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::new();
    for paragraph in text.lines() {
        if paragraph.starts_with("    ") {
            wrapped.push_str(paragraph);
        } else {
            let mut column = 0;
            for word in paragraph.split(' ') {
                let length = word.chars().count();
                if column > 0 && column + 1 + length > width {
                    wrapped.push('\n');
                    column = 0;
                } else if column > 0 {
                    wrapped.push(' ');
                    column += 1;
                }
                wrapped.push_str(word);
                column += length;
            }
        }
        wrapped.push('\n');
    }
    wrapped.trim_end().to_string()
}
