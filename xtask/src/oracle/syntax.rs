//! `cargo xtask oracle --syntax`: the syntax constructs of real files against Python's own `ast` and `tokenize`, in both directions.
//!
//! `xtask/oracle/syntax.py` says where docs/constructs.md wants each construct, without knowing how we find it. Compared are all
//! names but [`LEFT_OUT`], at all places but the insides of f-strings where the machine's Python, before 3.12, has no positions for
//! them. Every position must agree.

use super::compare;
use super::corpus::{File, Place};
use super::type_checker::Lines;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Constructs that need scopes: a tree and tokens do not tell where they are.
const LEFT_OUT: [&str; 5] = ["self", "cls", "closure", "recursion", "name mangling"];

const EXAMPLES: usize = 4;

/// How often a name is where both want it, and where only one does.
#[derive(Default)]
struct Agreement {
    both: usize,
    missing: Vec<String>,
    extra: Vec<String>,
}

/// # Errors
/// Says how many positions do not agree.
pub fn run(
    server: &Path,
    place: &Place,
    script: &Path,
    python: Option<&Path>,
    files: &[File],
) -> Result<(), String> {
    let python = python.map_or_else(|| place.python(), Path::to_path_buf);
    let dunders = dunders(server)?;
    let theirs = positions(&python, script, &dunders, files)?;
    let mut names: BTreeMap<String, Agreement> = BTreeMap::new();
    let (mut compared, mut left_out) = (0, 0);
    let ours = compare::raw(server, files)?;
    for file in files {
        let path = file.path.display().to_string();
        let (Some(theirs), Some(ours)) = (theirs.get(&path), ours.get(&path)) else {
            return Err(format!("{path}: no answer"));
        };
        if let Some(error) = theirs["error"].as_str() {
            eprintln!("{}: Python itself: {error}", file.name);
            left_out += 1;
            continue;
        }
        compared += 1;
        let lines = Lines::new(&file.source);
        let skip = pairs(&theirs["skip"]);
        let skipped = |start: usize| {
            skip.iter()
                .any(|(from, to, _)| (*from..*to).contains(&start))
        };
        let theirs: BTreeSet<_> = pairs(&theirs["constructs"]).into_iter().collect();
        let ours: BTreeSet<_> = ours
            .iter()
            .filter(|construct| {
                construct.kind == "syntax" && !LEFT_OUT.contains(&construct.name.as_str())
            })
            .map(|construct| (construct.start, construct.end, construct.name.clone()))
            .filter(|(start, _, _)| !skipped(*start))
            .collect();
        let say = |(start, end, _): &(usize, usize, String)| {
            let (line, character) = lines.position(&file.source, *start);
            let text = file.source.get(*start..*end).unwrap_or_default();
            format!(
                "{}:{}:{} `{}`",
                file.name,
                line + 1,
                character + 1,
                text.escape_debug()
            )
        };
        for one in theirs.union(&ours) {
            let agreement = names.entry(one.2.clone()).or_default();
            match (theirs.contains(one), ours.contains(one)) {
                (true, true) => agreement.both += 1,
                (true, false) => agreement.missing.push(say(one)),
                _ => agreement.extra.push(say(one)),
            }
        }
    }
    let sum = |count: fn(&Agreement) -> usize| names.values().map(count).sum::<usize>();
    let (both, missing, extra) = (
        sum(|a| a.both),
        sum(|a| a.missing.len()),
        sum(|a| a.extra.len()),
    );
    for (name, agreement) in &names {
        if agreement.missing.is_empty() && agreement.extra.is_empty() {
            continue;
        }
        println!(
            "{name}: {} in common, {} missing, {} extra",
            agreement.both,
            agreement.missing.len(),
            agreement.extra.len()
        );
        for (word, places) in [("missing", &agreement.missing), ("extra", &agreement.extra)] {
            for place in places.iter().take(EXAMPLES) {
                println!("    {word}  {place}");
            }
        }
    }
    let all = both + missing + extra;
    println!(
        "\nsyntax: {compared} files, {left_out} that this Python does not read; {} names, {all} positions, {:.4} % agree, {missing} missing, {extra} extra",
        names.len(),
        100.0 * both as f64 / all.max(1) as f64
    );
    if missing + extra == 0 {
        Ok(())
    } else {
        Err(format!(
            "{} positions of syntax do not agree",
            missing + extra
        ))
    }
}

fn pairs(list: &Value) -> Vec<(usize, usize, String)> {
    let items = list.as_array().map_or(&[][..], Vec::as_slice).iter();
    let number = |value: &Value| value.as_u64().unwrap_or_default() as usize;
    items
        .map(|item| {
            (
                number(&item[0]),
                number(&item[1]),
                item[2].as_str().unwrap_or_default().to_string(),
            )
        })
        .collect()
}

/// The special methods that have a name of their own.
fn dunders(server: &Path) -> Result<String, String> {
    let output = Command::new(server)
        .args(["constructs", "--no-builtin", "--format", "json"])
        .output();
    let output = output.map_err(|e| format!("{}: {e}", server.display()))?;
    let all: Value =
        serde_json::from_slice(&output.stdout).map_err(|e| format!("constructs: {e}"))?;
    let names = all
        .as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter_map(|one| one["construct"].as_str());
    Ok(names
        .filter(|name| name.starts_with("__"))
        .collect::<Vec<_>>()
        .join(","))
}

fn positions(
    python: &Path,
    script: &Path,
    dunders: &str,
    files: &[File],
) -> Result<HashMap<String, Value>, String> {
    let mut child = Command::new(python)
        .arg(script)
        .env("DUNDERS", dunders)
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{}: {e}", python.display()))?;
    let paths: String = files
        .iter()
        .map(|file| format!("{}\n", file.path.display()))
        .collect();
    // The script reads all paths before it says anything.
    if let Some(mut input) = child.stdin.take() {
        input
            .write_all(paths.as_bytes())
            .map_err(|e| e.to_string())?;
    }
    let output = child.wait_with_output().map_err(|e| e.to_string())?;
    if !output.status.success() {
        return Err(format!("{} failed", script.display()));
    }
    let lines = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let values = lines.map(|line| {
        let value: Value = serde_json::from_slice(line).map_err(|e| e.to_string())?;
        Ok((
            value["file"].as_str().unwrap_or_default().to_string(),
            value,
        ))
    });
    values.collect()
}
