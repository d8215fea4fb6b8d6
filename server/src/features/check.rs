//! Checks of a bank: what its author would want to mend, each with a rule, a place and what to do.
//!
//! Texts in, findings out. This file reads no files (whether one exists it asks the caller) and never the network, and it must not know how
//! findings are shown. `docs/check.md` describes each rule; a test holds it to [`Rule::ALL`].

use super::card::PROSE;
use super::metadata::{self, KEYS, Metadata};
use crate::bank::{self, Level, Marks, Parsed, Question};
use crate::python;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    UnknownConstruct,
    DuplicateId,
    NoAnswer,
    CardTooLong,
    DeadLink,
    DeadSee,
    PythonDoesNotParse,
    MissingTranslation,
    Metadata,
}

impl Rule {
    pub const ALL: [Rule; 9] = [
        Rule::UnknownConstruct,
        Rule::DuplicateId,
        Rule::NoAnswer,
        Rule::CardTooLong,
        Rule::DeadLink,
        Rule::DeadSee,
        Rule::PythonDoesNotParse,
        Rule::MissingTranslation,
        Rule::Metadata,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Rule::UnknownConstruct => "unknown-construct",
            Rule::DuplicateId => "duplicate-id",
            Rule::NoAnswer => "no-answer",
            Rule::CardTooLong => "card-too-long",
            Rule::DeadLink => "dead-link",
            Rule::DeadSee => "dead-see",
            Rule::PythonDoesNotParse => "python-does-not-parse",
            Rule::MissingTranslation => "missing-translation",
            Rule::Metadata => "metadata",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Note,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// A document to check.
pub struct Source {
    /// Where it is; links start here. For built-in documents below `builtin/`.
    pub path: PathBuf,
    pub text: String,
    /// Findings about it are wanted; the others only answer questions about it.
    pub wanted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    pub severity: Severity,
    /// The place among the sources.
    pub source: usize,
    /// Bytes of the source's text.
    pub range: Range<usize>,
    /// What is wrong, and what to do.
    pub message: String,
    /// What probably was meant, to stand for what is at `range`.
    pub suggestion: Option<String>,
}

/// A document, read.
struct Read<'a> {
    source: &'a Source,
    path: PathBuf,
    parsed: Parsed,
    marks: Marks,
    metadata: Vec<Option<Metadata<'a>>>,
    own: bool,
}

/// Checks the wanted ones of these documents, which are one bank. `known_id` knows the questions of other banks, `exists` the files that
/// are none of the documents.
///
/// Parses Python, which recurses: needs a stack of 16 MiB.
pub fn check(
    sources: &[Source],
    known_id: &dyn Fn(&str) -> bool,
    exists: &dyn Fn(&Path) -> bool,
) -> Vec<Finding> {
    let documents: Vec<Read> = sources.iter().map(read).collect();
    let ids: HashSet<&str> = documents
        .iter()
        .flat_map(|d| d.parsed.questions.iter().map(|q| q.id.as_str()))
        .collect();
    let mut findings = Vec::new();
    for (number, document) in documents.iter().enumerate() {
        if !document.source.wanted {
            continue;
        }
        let mut report = Report {
            source: number,
            own: document.own,
            findings: &mut findings,
        };
        for (question, metadata) in document.parsed.questions.iter().zip(&document.metadata) {
            // A comment that never ends hides the answer: that is one fault, not two.
            if metadata.as_ref().is_none_or(|m| m.closed) {
                answer(document, question, &mut report);
            }
            if let Some(metadata) = metadata {
                keys(metadata, &mut report);
                if document.own {
                    constructs(metadata, &mut report);
                    see(metadata, &ids, known_id, &mut report);
                }
            }
        }
        links(document, &documents, exists, &mut report);
        code(document, &mut report);
    }
    duplicates(&documents, &mut findings);
    translations(&documents, &mut findings);
    findings.sort_by_key(|f| (f.source, f.range.start, f.rule));
    bearable(&documents, findings)
}

/// So many findings of a rule a foreign document is told one by one.
const MOST_FOREIGN: usize = 10;

/// A bank that was not written for us may lack three hundred answers, or be in Python 2: its author is told ten times, and then how many more
/// there are.
fn bearable(documents: &[Read], findings: Vec<Finding>) -> Vec<Finding> {
    let mut counts: HashMap<(usize, Rule), usize> = HashMap::new();
    for finding in &findings {
        *counts.entry((finding.source, finding.rule)).or_default() += 1;
    }
    let mut told: HashMap<(usize, Rule), usize> = HashMap::new();
    let own = |number: usize| documents.get(number).is_some_and(|d| d.own);
    let bearable = findings.into_iter().filter_map(|mut finding| {
        let key = (finding.source, finding.rule);
        let told = told.entry(key).or_default();
        *told += 1;
        let rest = counts
            .get(&key)
            .map_or(0, |all| all.saturating_sub(MOST_FOREIGN));
        if own(finding.source) || *told < MOST_FOREIGN || rest == 0 {
            return Some(finding);
        }
        finding
            .message
            .push_str(&format!("; so it is with {rest} more in this document"));
        (*told == MOST_FOREIGN).then_some(finding)
    });
    bearable.collect()
}

fn read(source: &Source) -> Read<'_> {
    let parsed = bank::parse(&source.text);
    let metadata = parsed.questions.iter();
    let metadata: Vec<_> = metadata.map(|q| metadata::of(&source.text, q)).collect();
    Read {
        path: metadata::normal(&source.path),
        own: metadata.iter().any(Option::is_some),
        marks: bank::marks(&source.text),
        source,
        parsed,
        metadata,
    }
}

struct Report<'a> {
    source: usize,
    own: bool,
    findings: &'a mut Vec<Finding>,
}

impl Report<'_> {
    fn add(&mut self, rule: Rule, severity: Severity, range: Range<usize>, message: String) {
        self.suggest(rule, severity, range, message, None);
    }

    fn suggest(
        &mut self,
        rule: Rule,
        severity: Severity,
        range: Range<usize>,
        mut message: String,
        suggestion: Option<String>,
    ) {
        if let Some(suggestion) = &suggestion {
            message.push_str(&format!("; did you mean `{suggestion}`?"));
        }
        self.findings.push(Finding {
            rule,
            severity,
            source: self.source,
            range,
            message,
            suggestion,
        });
    }

    /// How bad something is that a document written for another reader may well hold.
    fn severity(&self) -> Severity {
        if self.own {
            Severity::Error
        } else {
            Severity::Warning
        }
    }
}

fn answer(document: &Read, question: &Question, report: &mut Report) {
    let place = metadata::heading(&document.source.text, question);
    let body = document
        .source
        .text
        .get(question.answer_start..question.range.end);
    if body.is_none_or(|body| body.trim().is_empty()) {
        let severity = if report.own {
            Severity::Warning
        } else {
            Severity::Note
        };
        let message = "this question has no answer; write one below it".to_string();
        report.add(Rule::NoAnswer, severity, place, message);
        return;
    }
    if !report.own {
        return;
    }
    if question.answer.is_empty() && question.example.is_none() {
        let message = "there is nothing for the card; begin the answer with a paragraph";
        let message = message.to_string();
        report.add(Rule::NoAnswer, Severity::Warning, place, message);
        return;
    }
    let parts = [
        question.question.as_str(),
        &question.answer,
        question.pitfall.as_deref().unwrap_or_default(),
    ];
    let length: usize = parts.iter().map(|part| part.chars().count()).sum();
    if length > PROSE {
        let message = format!(
            "question, first paragraph and first pitfall have {length} characters together, and a card shows {PROSE}; shorten the first paragraph"
        );
        report.add(Rule::CardTooLong, Severity::Warning, place, message);
    }
}

fn keys(metadata: &Metadata, report: &mut Report) {
    let error = Severity::Error;
    if !metadata.closed {
        let message = "the comment is never closed; end it with `-->`".to_string();
        report.add(Rule::Metadata, error, metadata.range.clone(), message);
    }
    let mut seen = HashSet::new();
    for entry in &metadata.entries {
        let place = entry.range.clone();
        let key_place = place.start..place.start + entry.key.len();
        let Some(value) = entry.value else {
            let message = format!(
                "`{}` is no `key: value`, so the whole comment is not read; write entries as `key: value`, separated by `;`",
                entry.key
            );
            report.add(Rule::Metadata, error, place, message);
            continue;
        };
        if !KEYS.contains(&entry.key) {
            let message = format!(
                "unknown metadata `{}`; id, constructs, level and see are known",
                entry.key
            );
            let near = nearest(entry.key, KEYS.into_iter());
            report.suggest(Rule::Metadata, error, key_place, message, near);
            continue;
        }
        if !seen.insert(entry.key) {
            let message = format!("`{}` stands here twice; keep one", entry.key);
            report.add(Rule::Metadata, error, key_place, message);
        }
        if value.is_empty() {
            let message = format!("`{}` is empty; fill it or leave it out", entry.key);
            report.add(Rule::Metadata, error, place, message);
        } else if entry.key == "level" && !Level::ALL.iter().any(|l| l.as_str() == value) {
            let message = format!("unknown level `{value}`; write junior, junior+ or middle");
            let near = nearest(value, Level::ALL.iter().map(|level| level.as_str()));
            let place = entry.value_start..entry.value_start + value.len();
            report.suggest(Rule::Metadata, error, place, message, near);
        }
    }
}

fn constructs(metadata: &Metadata, report: &mut Report) {
    for (name, place) in metadata.list("constructs") {
        let known = python::SYNTAX.contains(&name)
            || python::TRAPS.contains(&name)
            || python::is_module(name)
            || name
                .rsplit_once('.')
                .is_some_and(|(class, member)| python::has_member(class, member))
            || python::is_known(name)
            || python::is_known(&python::canonical(name));
        if known {
            continue;
        }
        let near = nearest_construct(name);
        if is_plausible(name, near.as_deref()) {
            continue;
        }
        let message = format!(
            "`{name}` is no construct, so no code leads here; `interview-lsp constructs` lists names of syntax and traps, symbols go by their public dotted name"
        );
        report.suggest(
            Rule::UnknownConstruct,
            Severity::Error,
            place,
            message,
            near,
        );
    }
}

/// Whether a name that the table does not hold may be one all the same: of a package that is not Python's own, inherited by a class,
/// made at run time. One slip away from a known name it is that name.
fn is_plausible(name: &str, near: Option<&str>) -> bool {
    if !python::is_symbol_name(name) {
        return false;
    }
    let (owner, last) = name.rsplit_once('.').unwrap_or(("", name));
    if last.len() > 4 && last.starts_with("__") && last.ends_with("__") {
        return owner.is_empty() || python::is_known(owner);
    }
    let slip = near.is_some_and(|near| {
        let (of, _) = near.rsplit_once('.').unwrap_or(("", near));
        let same_owner = owner == of || !python::is_known_package(name);
        same_owner && name.len() >= 6 && strsim::osa_distance(name, near) == 1
    });
    let may_be = if python::is_known_package(name) {
        python::is_known(owner) && !python::is_module(owner)
    } else {
        true
    };
    may_be && !slip
}

fn nearest_construct(name: &str) -> Option<String> {
    let syntax = python::SYNTAX.iter().chain(python::TRAPS).copied();
    // Names of one package lie together: most packages are told apart from it by their own name.
    let package = |name: &'static str| name.split('.').next().unwrap_or(name);
    let wanted = name.split('.').next().unwrap_or(name);
    let mut last = ("", false);
    let symbols = python::symbol_names().filter(|other| {
        let package = package(other);
        if package != last.0 {
            last = (package, strsim::osa_distance(package, wanted) <= MOST_SLIPS);
        }
        last.1
    });
    nearest(name, syntax.chain(symbols))
}

/// In a long name.
const MOST_SLIPS: usize = 3;

fn see(
    metadata: &Metadata,
    ids: &HashSet<&str>,
    known: &dyn Fn(&str) -> bool,
    report: &mut Report,
) {
    for (id, place) in metadata.list("see") {
        if !ids.contains(id) && !known(id) {
            let message = format!("no question has the id `{id}`");
            let near = nearest(id, ids.iter().copied());
            report.suggest(Rule::DeadSee, Severity::Error, place, message, near);
        }
    }
}

/// The name that takes the fewest slips, if they are few for its length.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let length = name.chars().count();
    // More than this no name has, and comparing takes the square of it.
    if length > 100 {
        return None;
    }
    let most = match length {
        0..=3 => 1,
        4..=8 => 2,
        _ => MOST_SLIPS,
    };
    let near = known
        .filter(|other| other.len().abs_diff(name.len()) <= most * 2)
        .map(|other| (strsim::osa_distance(name, other), other))
        .filter(|(slips, other)| (1..=most).contains(slips) && *slips < length.max(other.len()));
    let best = near.min_by(|a, b| a.cmp(b));
    best.map(|(_, other)| other.to_string())
}

fn links(document: &Read, documents: &[Read], exists: &dyn Fn(&Path) -> bool, report: &mut Report) {
    let folder = document.path.parent().unwrap_or(Path::new(""));
    for link in &document.marks.links {
        let (target, name) = if link.path.is_empty() {
            (Some(document), "this document".to_string())
        } else {
            let path = metadata::normal(&folder.join(&link.path));
            let target = documents.iter().find(|d| d.path == path);
            if target.is_none() && !exists(&path) {
                let message = format!(
                    "there is no file `{}`; mend the path or take the link out",
                    link.path
                );
                report.add(
                    Rule::DeadLink,
                    report.severity(),
                    link.range.clone(),
                    message,
                );
            }
            (target, format!("`{}`", link.path))
        };
        let (Some(target), Some(anchor)) = (target, &link.anchor) else {
            continue;
        };
        let key = bank::anchor_key(anchor);
        if !key.is_empty() && key != "top" && !target.marks.anchors.contains_key(&key) {
            let message = format!("{name} has no heading or anchor `#{anchor}`; mend the link");
            report.add(
                Rule::DeadLink,
                report.severity(),
                link.range.clone(),
                message,
            );
        }
    }
}

fn code(document: &Read, report: &mut Report) {
    for block in &document.marks.python {
        // A session at the prompt is no source.
        if block
            .code
            .lines()
            .any(|l| l.trim_start().starts_with(">>>"))
        {
            continue;
        }
        if let Some((place, why)) = python::syntax_error(&block.code) {
            let start = block.place(place.start);
            let line = document.source.text.get(start..).unwrap_or_default();
            let line = line.lines().next().unwrap_or_default().trim_end();
            let message = format!(
                "Python does not parse this: {why}; mend it, or fence it with another word (`text`)"
            );
            let range = start..start + line.len();
            report.add(Rule::PythonDoesNotParse, report.severity(), range, message);
        }
    }
}

/// The ids that authors gave, each with its document and place.
fn given<'a>(document: &'a Read) -> impl Iterator<Item = (&'a str, Range<usize>)> {
    let metadata = document.metadata.iter().flatten();
    metadata.filter_map(|metadata| {
        let entry = metadata.entry("id")?;
        let id = entry.value.filter(|id| !id.is_empty())?;
        Some((id, entry.value_start..entry.value_start + id.len()))
    })
}

fn duplicates(documents: &[Read], findings: &mut Vec<Finding>) {
    let mut first: HashMap<(&str, &str), (usize, Range<usize>)> = HashMap::new();
    for (number, document) in documents.iter().enumerate() {
        for (id, place) in given(document) {
            let key = (document.parsed.lang.as_str(), id);
            let Some((other, other_place)) = first.get(&key).cloned() else {
                first.insert(key, (number, place));
                continue;
            };
            // One that cannot be mended here is not to blame for the one that can.
            let pairs = [(number, place, other), (other, other_place, number)];
            let Some((source, range, twin)) = pairs
                .into_iter()
                .find(|(source, ..)| documents.get(*source).is_some_and(|d| d.source.wanted))
            else {
                continue;
            };
            let file = documents
                .get(twin)
                .map(|d| d.source.path.display().to_string());
            findings.push(Finding {
                rule: Rule::DuplicateId,
                severity: Severity::Error,
                source,
                range,
                message: format!(
                    "the id `{id}` is taken by another question in {}, and one of the two is not shown; give this one an id of its own",
                    file.unwrap_or_default()
                ),
                suggestion: None,
            });
        }
    }
}

/// Documents of one name in folders side by side, in two languages, hold the same ids.
fn translations(documents: &[Read], findings: &mut Vec<Finding>) {
    let key = |d: &Read| {
        let folder = d.path.parent().and_then(Path::parent)?;
        Some((folder.to_path_buf(), d.path.file_name()?.to_os_string()))
    };
    let mut groups: HashMap<_, Vec<usize>> = HashMap::new();
    for (number, document) in documents.iter().enumerate() {
        if document.own
            && let Some(key) = key(document)
        {
            groups.entry(key).or_default().push(number);
        }
    }
    for group in groups.values() {
        let members = || group.iter().filter_map(|n| Some((*n, documents.get(*n)?)));
        for (_, other) in members() {
            let there: HashSet<&str> = given(other).map(|(id, _)| id).collect();
            for (source, document) in members() {
                if !document.source.wanted || document.parsed.lang == other.parsed.lang {
                    continue;
                }
                let missing = given(document).filter(|(id, _)| !there.contains(id));
                findings.extend(missing.map(|(id, range)| Finding {
                    rule: Rule::MissingTranslation,
                    severity: Severity::Warning,
                    source,
                    range,
                    message: format!(
                        "`{id}` is missing in {} ({}); add it there",
                        other.source.path.display(),
                        other.parsed.lang
                    ),
                    suggestion: None,
                }));
            }
        }
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
