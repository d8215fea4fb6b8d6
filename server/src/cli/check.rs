//! `check`: what should be mended in a bank, for people, scripts and code scanning.

use super::{Common, FINE, PROBLEMS, WRONG_USE, print};
use crate::bank::{Bank, Origin, Sources};
use crate::features::check::{self, Finding, Rule, Severity, Source};
use crate::text::{Encoding, Text};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
    Sarif,
}

pub fn run(common: &Common, paths: Vec<PathBuf>, format: Format) -> u8 {
    let named = !paths.is_empty();
    let bank = if named {
        Bank::load(&Sources {
            paths,
            builtin: false,
        })
    } else {
        Bank::load(&Sources {
            paths: common.banks.clone(),
            builtin: !common.no_builtin,
        })
    };
    // What could not be read at all; what is in a document the rules say better.
    let mut unread = false;
    for warning in bank.warnings.iter().filter(|w| w.line.is_none()) {
        eprintln!("{warning}");
        let of_document = bank.documents.iter().any(|d| d.warnings.contains(warning));
        unread |= !of_document;
    }
    let mut known: HashSet<String> = HashSet::new();
    if named && !common.no_builtin {
        let builtin = Bank::load(&Sources {
            paths: common.banks.clone(),
            builtin: true,
        });
        known.extend(builtin.entries().map(|q| q.id().to_string()));
    }
    let mut sources = Vec::new();
    for document in &bank.documents {
        match document.text() {
            Ok(text) => sources.push(Source {
                path: match &document.origin {
                    Origin::Builtin(name) => Path::new("builtin").join(name),
                    Origin::File(path) => path.clone(),
                },
                text: text.into_owned(),
                wanted: true,
            }),
            Err(why) => {
                eprintln!("interview-lsp: {why}");
                unread = true;
            }
        }
    }
    let findings = match findings(&sources, &known) {
        Ok(findings) => findings,
        Err(why) => {
            eprintln!("interview-lsp: {why}");
            return WRONG_USE;
        }
    };
    match format {
        Format::Text => text(&sources, &findings),
        Format::Json => print::json(&places(&sources, &findings).collect::<Vec<_>>()),
        Format::Sarif => print::json(&sarif(&sources, &findings)),
    }
    let errors = findings.iter().any(|f| f.severity == Severity::Error);
    if errors || unread { PROBLEMS } else { FINE }
}

/// Checks on a thread with the stack that the parser of Python may need.
fn findings(sources: &[Source], known: &HashSet<String>) -> Result<Vec<Finding>, String> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(crate::lsp::STACK);
        let work = || check::check(sources, &|id| known.contains(id), &|path| path.exists());
        let thread = thread
            .spawn_scoped(scope, work)
            .map_err(|e| e.to_string())?;
        thread
            .join()
            .map_err(|_| "checking this bank failed; please report it with the bank".to_string())
    })
}

fn text(sources: &[Source], findings: &[Finding]) {
    for (finding, place) in findings.iter().zip(places(sources, findings)) {
        let start = &place["range"]["start"];
        let number = |name: &str| start[name].as_u64().unwrap_or_default() + 1;
        print::line(&format!(
            "{}:{}:{}: {} [{}] {}",
            place["file"].as_str().unwrap_or_default(),
            number("line"),
            number("character"),
            finding.severity.as_str(),
            finding.rule.as_str(),
            finding.message
        ));
    }
    let count = |wanted| findings.iter().filter(|f| f.severity == wanted).count();
    eprintln!(
        "{} documents: {} errors, {} warnings, {} notes",
        sources.len(),
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note)
    );
}

/// The findings as JSON: ranges zero-based and UTF-16 as the protocol's, `line` one-based as that of `questions`.
fn places<'a>(sources: &'a [Source], findings: &'a [Finding]) -> impl Iterator<Item = Value> + 'a {
    // Findings are in the order of the sources: each text is made a rope once.
    let mut current: Option<(usize, Text)> = None;
    findings.iter().filter_map(move |finding| {
        let source = sources.get(finding.source)?;
        if current.as_ref().map(|(number, _)| *number) != Some(finding.source) {
            current = Some((finding.source, Text::new(&source.text)));
        }
        let (_, text) = current.as_ref()?;
        let position = |offset| {
            let at = text.position(offset, Encoding::Utf16);
            json!({"line": at.line, "character": at.column})
        };
        let line = text.position(finding.range.start, Encoding::Utf16).line + 1;
        Some(json!({
            "rule": finding.rule.as_str(),
            "severity": finding.severity.as_str(),
            "file": source.path.display().to_string(),
            "line": line,
            "range": {"start": position(finding.range.start), "end": position(finding.range.end)},
            "message": finding.message,
            "suggestion": finding.suggestion,
        }))
    })
}

/// SARIF 2.1.0 (OASIS), as code scanning reads it.
fn sarif(sources: &[Source], findings: &[Finding]) -> Value {
    let rules = Rule::ALL.map(|rule| json!({"id": rule.as_str()}));
    let results = places(sources, findings).map(|place| {
        let (start, end) = (&place["range"]["start"], &place["range"]["end"]);
        let from_one = |value: &Value| value.as_u64().unwrap_or_default() + 1;
        let file = place["file"].as_str().unwrap_or_default().replace('\\', "/");
        let uri: Vec<String> = file
            .split('/')
            .map(|part| percent_encoding::utf8_percent_encode(part, UNSAFE).to_string())
            .collect();
        let uri = match file.starts_with('/') {
            true => format!("file://{}", uri.join("/")),
            false => uri.join("/"),
        };
        json!({
            "ruleId": place["rule"],
            "level": place["severity"],
            "message": {"text": place["message"]},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": uri},
                "region": {
                    "startLine": from_one(&start["line"]), "startColumn": from_one(&start["character"]),
                    "endLine": from_one(&end["line"]), "endColumn": from_one(&end["character"]),
                },
            }}],
        })
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "interview-lsp", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "utf16CodeUnits",
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

/// What a part of a URI may not hold as it is.
const UNSAFE: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
