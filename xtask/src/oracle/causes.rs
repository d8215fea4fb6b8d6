//! Disagreements by their causes, so that one change can mend many.

use super::compare::{Judged, Kind, Verdict, explain, same};
use super::corpus::{File, Place};
use super::stubs::Stubs;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

/// Examples shown of each cause.
const EXAMPLES: usize = 3;
/// Finer causes shown below each cause.
const FINER: usize = 4;

/// Which of the oracle's names the server knows where they are written out: `import threading` and `threading.Lock.acquire`.
pub struct Known(HashSet<String>);

impl Known {
    /// Asks the server about a file that names each symbol of a disagreement in full.
    pub fn ask(
        server: &Path,
        place: &Place,
        stubs: &Stubs,
        judged: &[Judged],
    ) -> Result<Known, String> {
        let against = judged
            .iter()
            .filter(|j| j.counts_against() && j.kind != Kind::Lookalike);
        let names: BTreeSet<&String> = against.flat_map(|j| &j.theirs).collect();
        let mut source = String::new();
        let mut places = Vec::new();
        for name in names {
            let mut module = name.as_str();
            while !stubs.is_module(module) {
                match module.rsplit_once('.') {
                    Some((outer, _)) => module = outer,
                    None => break,
                }
            }
            if stubs.is_module(module) {
                source.push_str(&format!("import {module}\n"));
            }
            let start = source.len() + name.rfind('.').map_or(0, |dot| dot + 1);
            source.push_str(name);
            places.push((name, start, source.len()));
            source.push('\n');
        }
        let path = place.workspace().join("names.py");
        std::fs::write(&path, &source).map_err(|e| format!("{}: {e}", path.display()))?;
        let file = File {
            package: String::new(),
            name: String::new(),
            root: path.clone(),
            path,
            source,
        };
        let said = explain(server, &[file])?;
        let Some(said) = said.first() else {
            return Ok(Known(HashSet::new()));
        };
        let known = places.into_iter().filter(|(name, start, end)| {
            said.at(*start, *end)
                .iter()
                .any(|ours| same(ours, name, stubs))
        });
        Ok(Known(known.map(|(name, _, _)| name.clone()).collect()))
    }
}

#[derive(Default)]
pub struct Cause {
    pub count: usize,
    /// What is written there, how often, and where.
    finer: HashMap<String, (usize, Vec<String>)>,
}

/// The part of the server that is likely to blame, and a line that tells the cause.
type Key = (&'static str, String);

pub type Causes = BTreeMap<(Kind, Verdict), Vec<(Key, Cause)>>;

pub fn group(judged: &[Judged], known: &Known) -> Causes {
    let mut causes: BTreeMap<(Kind, Verdict), HashMap<Key, Cause>> = BTreeMap::new();
    for j in judged.iter().filter(|j| j.counts_against()) {
        let (part, title, finer) = describe(j, known);
        let cause = causes
            .entry((j.kind, j.verdict))
            .or_default()
            .entry((part, title))
            .or_default();
        cause.count += 1;
        let (count, places) = cause.finer.entry(finer).or_default();
        *count += 1;
        if places.len() < EXAMPLES {
            places.push(j.place());
        }
    }
    let sorted = causes.into_iter().map(|(key, group)| {
        let mut group: Vec<_> = group.into_iter().collect();
        group.sort_by(|a, b| b.1.count.cmp(&a.1.count).then(a.0.cmp(&b.0)));
        (key, group)
    });
    sorted.collect()
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn describe(j: &Judged, known: &Known) -> (&'static str, String, String) {
    let theirs = j.theirs.first().map_or("", String::as_str);
    let pair = format!(
        "{} -> {}",
        theirs,
        if j.ours.is_empty() {
            "nothing".to_string()
        } else {
            j.ours.join(" + ")
        }
    );
    let unknown = j.kind != Kind::Lookalike && !j.theirs.iter().any(|name| known.0.contains(name));
    match j.verdict {
        _ if j.kind == Kind::Lookalike => (
            "scope",
            format!("{}: {}", j.outline, relation(j)),
            format!("`{}` {pair}; {}", j.text, j.shape),
        ),
        Verdict::Different if relation(j) == "another home" => (
            "naming",
            "the same name, of another module or class".to_string(),
            pair,
        ),
        _ if unknown => {
            let owner = theirs
                .rsplit_once('.')
                .map_or("builtins", |(owner, _)| owner);
            (
                "table",
                format!("not known in full: members of {owner}"),
                pair,
            )
        }
        _ if j.outline.contains("another file of") => (
            "workspace",
            j.outline.clone(),
            format!("{theirs}; {}", j.shape),
        ),
        Verdict::Different => (
            "resolver",
            format!("{}; {}", relation(j), j.outline),
            format!("{pair}; {}", j.shape),
        ),
        _ => (
            "resolver",
            j.outline.clone(),
            format!("{theirs}; {}", j.shape),
        ),
    }
}

/// How our names stand to theirs.
fn relation(j: &Judged) -> &'static str {
    if j.ours
        .iter()
        .any(|ours| j.theirs.iter().any(|theirs| last(ours) == last(theirs)))
    {
        "another home"
    } else if j.kind != Kind::Typed && j.ours.iter().any(|ours| last(ours) == j.text) {
        "taken for the library"
    } else {
        "another type or name"
    }
}

pub fn print(causes: &Causes, limit: usize) {
    for ((kind, verdict), group) in causes {
        let all: usize = group.iter().map(|(_, cause)| cause.count).sum();
        println!(
            "\n## {} {}: {all} tokens, {} causes",
            kind.name(),
            verdict.name(),
            group.len()
        );
        let mut parts: BTreeMap<&str, usize> = BTreeMap::new();
        for ((part, _), cause) in group {
            *parts.entry(part).or_default() += cause.count;
        }
        let parts: Vec<String> = parts
            .iter()
            .map(|(part, count)| format!("{part} {count}"))
            .collect();
        println!("{}", parts.join(" · "));
        for ((part, title), cause) in group.iter().take(limit) {
            println!("\n{:>6}  {part}: {title}", cause.count);
            for (finer, (count, places)) in finest(cause) {
                println!(
                    "        {count:>5}  {finer}\n               {}",
                    places.join("  ")
                );
            }
        }
    }
}

fn finest(cause: &Cause) -> Vec<(&String, &(usize, Vec<String>))> {
    let mut finer: Vec<_> = cause.finer.iter().collect();
    finer.sort_by(|a, b| b.1.0.cmp(&a.1.0).then(a.0.cmp(b.0)));
    finer.truncate(FINER);
    finer
}

pub fn to_json(causes: &Causes) -> Value {
    let groups = causes.iter().flat_map(|((kind, verdict), group)| {
        group.iter().map(|((part, title), cause)| {
            let finer: Vec<Value> = finest(cause).into_iter().map(|(finer, (count, places))| json!({"what": finer, "count": count, "places": places})).collect();
            json!({"kind": kind.name(), "verdict": verdict.name(), "part": part, "cause": title, "count": cause.count, "finer": finer})
        })
    });
    Value::Array(groups.collect())
}
