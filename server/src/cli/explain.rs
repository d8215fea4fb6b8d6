//! `explain`: the cards for a file, a line or a place, and everything about a file as JSON.

use super::{Common, FINE, Format, PROBLEMS, WRONG_USE, print};
use crate::bank::{Bank, Lang};
use crate::features::{card, explain, lookup};
use crate::python::{self, Analysis};
use crate::text::{self, Encoding, Text};
use serde_json::json;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// What a terminal shows well.
const WIDTH: usize = 92;

/// A file, and perhaps a line and a column in it, both from 1.
struct Place {
    path: PathBuf,
    line: Option<u32>,
    column: Option<u32>,
}

pub fn run(common: &Common, places: &[String], format: Format) -> u8 {
    let bank = common.bank();
    let lang = common.lang();
    let mut worst = FINE;
    for place in places {
        let code = match read(place) {
            Ok((place, source)) => match (analyse(&source), format) {
                (Ok(analysis), Format::Json) => print_json(&bank, &place, &source, &analysis, lang),
                (Ok(analysis), Format::Text) => {
                    print_cards(&bank, &place, &source, &analysis, lang)
                }
                (Err(why), _) => {
                    eprintln!("interview-lsp: {}: {why}", place.path.display());
                    PROBLEMS
                }
            },
            Err(message) => {
                eprintln!("interview-lsp: {message}");
                WRONG_USE
            }
        };
        worst = worst.max(code);
    }
    worst
}

/// Takes `FILE:LINE:COLUMN` apart, from the right: a file's name may hold colons itself.
fn parse(place: &str) -> Result<Place, String> {
    let whole = |path: &str, line, column| Place {
        path: PathBuf::from(path),
        line,
        column,
    };
    if Path::new(place).exists() {
        return Ok(whole(place, None, None));
    }
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n > 0);
    let Some((rest, last)) = place.rsplit_once(':') else {
        return Ok(whole(place, None, None));
    };
    let Some(last_number) = number(last) else {
        return if Path::new(rest).exists() {
            Err(format!(
                "`{place}`: `{last}` is no line; lines and columns count from 1"
            ))
        } else {
            Ok(whole(place, None, None))
        };
    };
    match rest.rsplit_once(':') {
        Some((path, line)) if number(line).is_some() && !Path::new(rest).exists() => {
            Ok(whole(path, number(line), Some(last_number)))
        }
        _ => Ok(whole(rest, Some(last_number), None)),
    }
}

fn read(place: &str) -> Result<(Place, String), String> {
    let place = parse(place)?;
    let name = place.path.display();
    if place.path.is_dir() {
        return Err(format!("{name} is a folder; name a Python file"));
    }
    let bytes = std::fs::read(&place.path).map_err(|e| format!("cannot read {name}: {e}"))?;
    let source = text::from_utf8(&bytes)
        .map_err(|line| format!("{name}:{line}: not UTF-8; save the file as UTF-8"))?;
    let source = source.to_string();
    let lines = source.lines().count() as u32;
    if let Some(line) = place.line.filter(|line| *line > lines.max(1)) {
        return Err(format!("{name} has {lines} lines, there is no line {line}"));
    }
    Ok((place, source))
}

/// Analyses on a thread with the stack that the parser may need.
///
/// # Errors
/// Says why the source was refused.
fn analyse(source: &str) -> Result<Analysis, String> {
    let analysis = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(crate::lsp::STACK);
        let thread = thread
            .spawn_scoped(scope, || python::analyse(source))
            .map_err(|e| e.to_string())?;
        thread
            .join()
            .map_err(|_| "the analysis of this file failed; please report it".to_string())
    })?;
    match &analysis.refused {
        Some(why) => Err(why.clone()),
        None => Ok(analysis),
    }
}

/// One object a line and file, with every construct in order: zero-based, UTF-16.
fn print_json(bank: &Bank, place: &Place, source: &str, analysis: &Analysis, lang: Lang) -> u8 {
    let text = Text::new(source);
    let wanted = bytes(place, &text);
    let position = |offset| {
        let at = text.position(offset, Encoding::Utf16);
        json!({"line": at.line, "character": at.column})
    };
    let explained = explain::explain(bank, analysis, lang).into_iter();
    let inside = explained.filter(|e| {
        wanted
            .as_ref()
            .is_none_or(|w| touches(&e.construct.range, w))
    });
    let constructs: Vec<_> = inside
        .map(|e| {
            json!({
                "construct": &*e.construct.name,
                "kind": e.construct.kind.as_str(),
                "range": {"start": position(e.construct.range.start), "end": position(e.construct.range.end)},
                "questions": e.questions,
            })
        })
        .collect();
    print::line(
        &json!({"file": place.path.display().to_string(), "constructs": constructs}).to_string(),
    );
    FINE
}

fn print_cards(bank: &Bank, place: &Place, source: &str, analysis: &Analysis, lang: Lang) -> u8 {
    let text = Text::new(source);
    let wanted = bytes(place, &text);
    let options = card::Options {
        lang,
        keywords: true,
        max_lines: 40,
    };
    let name = place.path.display();
    let mut shown: HashSet<String> = HashSet::new();
    let mut without = 0;
    let heading = |start: usize, name_of: &str| {
        let at = text.position(start, Encoding::Utf32);
        print::line(&print::bold(&format!(
            "{name}:{}:{}  {name_of}",
            at.line + 1,
            at.column + 1,
        )));
    };
    let show = |card: card::Card| {
        let card = card.terminal(&format!("interview-lsp show {}", card.id));
        print::line(&format!("{}\n", print::wrap(&card, WIDTH)));
    };
    // At a place the first card is the hover's.
    if place.column.is_some()
        && let Some(offset) = wanted.as_ref().map(|wanted| wanted.start)
        && let Some(card) = card::at(bank, analysis, offset, options)
    {
        shown.insert(card.id.clone());
        heading(card.range.start, &card.names());
        show(card);
    }
    for construct in analysis.constructs() {
        if wanted
            .as_ref()
            .is_some_and(|w| !touches(&construct.range, w))
        {
            continue;
        }
        let questions = lookup::questions(bank, &construct.name, construct.kind, lang);
        let Some(question) = questions.first() else {
            without += 1;
            continue;
        };
        if !shown.insert(question.id().to_string()) {
            continue;
        }
        let card = card::new(
            &construct.name,
            construct.range.clone(),
            question,
            questions.len() - 1,
            options,
        );
        heading(construct.range.start, &construct.name);
        show(card);
    }
    if shown.is_empty() {
        let why = if without == 0 {
            "no construct is recognised there"
        } else {
            "the bank has no question on the code there"
        };
        eprintln!("interview-lsp: {name}: nothing to explain: {why}");
        return PROBLEMS;
    }
    FINE
}

/// The bytes of the wanted line or place; `None` is the whole file.
fn bytes(place: &Place, text: &Text) -> Option<std::ops::Range<usize>> {
    let line = place.line? - 1;
    let offset =
        |line, column| text.offset(crate::text::Position { line, column }, Encoding::Utf32);
    match place.column {
        Some(column) => {
            let start = offset(line, column - 1);
            Some(start..start + 1)
        }
        None => Some(offset(line, 0)..offset(line, u32::MAX)),
    }
}

fn touches(a: &std::ops::Range<usize>, b: &std::ops::Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
