//! `cargo xtask coverage`: which names of the language, traps and names of the library have a question in the bank.
//!
//! Asks the server's command line, so that a name counts only where code that carries it leads somewhere. The list of the
//! library's names is `content/coverage.txt`.

use crate::root;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

pub fn run(args: &[String]) -> Result<(), String> {
    if !args.is_empty() {
        return Err("cargo xtask coverage takes no arguments".to_string());
    }
    let server = crate::build_server(false)?;
    let catalogue = ask(&server, &["constructs", "--format", "json"])?;
    let catalogue: Value = serde_json::from_str(&catalogue).map_err(|e| e.to_string())?;
    let own: BTreeMap<&str, (&str, bool)> = catalogue
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let count = entry["questions"].as_array().map_or(0, Vec::len);
            let name = entry["construct"].as_str()?;
            Some((name, (entry["kind"].as_str()?, count > 0)))
        })
        .collect();
    let mut gaps = Vec::new();
    for wanted in ["syntax", "trap"] {
        let names = own.iter().filter(|(_, (kind, _))| *kind == wanted);
        let (with, without): (Vec<_>, Vec<_>) = names.partition(|(_, (_, has))| *has);
        println!("{wanted}: {} of {}", with.len(), with.len() + without.len());
        gaps.extend(without.iter().map(|(name, _)| format!("{wanted} {name}")));
    }
    let names = symbols()?;
    let led = led(&server, &names)?;
    let (mut direct, mut through) = (0, Vec::new());
    for name in &names {
        match led.get(name) {
            _ if own.get(name.as_str()).is_some_and(|(_, has)| *has) => direct += 1,
            Some(true) => through.push(name.as_str()),
            Some(false) => gaps.push(format!("symbol {name}")),
            None => gaps.push(format!("symbol {name}, which is not recognised in code")),
        }
    }
    println!(
        "symbols: {direct} of {} have a question of their own, {} lead to their class's or module's",
        names.len(),
        through.len()
    );
    println!("through the class or module: {}", through.join(" "));
    if gaps.is_empty() {
        return Ok(());
    }
    println!("\nwithout a question:\n{}", gaps.join("\n"));
    Err(format!("{} names have no question", gaps.len()))
}

/// The names of `content/coverage.txt`, in full.
fn symbols() -> Result<Vec<String>, String> {
    let path = root().join("content/coverage.txt");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut names: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match line.split_once(':') {
            Some((owner, members)) => {
                let members = members.split_whitespace().map(|m| format!("{owner}.{m}"));
                names.extend(std::iter::once(owner.to_string()).chain(members));
            }
            None => names.extend(line.split_whitespace().map(String::from)),
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// Whether code that carries a name leads to a question; a name that no code carries is not in the map.
fn led(server: &Path, names: &[String]) -> Result<BTreeMap<String, bool>, String> {
    let folder = root().join("target/coverage");
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut code = String::new();
    for name in names {
        // What is imported may be any of the parts; one that is no module is passed over.
        for (at, _) in name.match_indices('.') {
            code += &format!("import {}\n", &name[..at]);
        }
        if name.contains('.') {
            code += &format!("{name}\n");
        } else {
            code += &format!("import {name}\n{name}\n");
        }
    }
    // Bare names again, in a file that imports nothing: there they are builtins.
    let builtins: Vec<&str> = names
        .iter()
        .filter(|name| !name.contains('.'))
        .map(String::as_str)
        .collect();
    let mut map = BTreeMap::new();
    for (file, code) in [("symbols.py", code), ("builtins.py", builtins.join("\n"))] {
        let path = folder.join(file);
        std::fs::write(&path, code).map_err(|e| format!("{}: {e}", path.display()))?;
        let path = path.display().to_string();
        let line = ask(server, &["explain", &path, "--format", "json"])?;
        let found: Value = serde_json::from_str(&line).map_err(|e| e.to_string())?;
        for construct in found["constructs"].as_array().into_iter().flatten() {
            let Some(name) = construct["construct"].as_str() else {
                continue;
            };
            let leads = construct["questions"]
                .as_array()
                .is_some_and(|q| !q.is_empty());
            *map.entry(name.to_string()).or_default() |= leads;
        }
    }
    Ok(map)
}

fn ask(server: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new(server)
        .args(args)
        .output()
        .map_err(|e| format!("{}: {e}", server.display()))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    String::from_utf8(output.stdout).map_err(|e| e.to_string())
}
