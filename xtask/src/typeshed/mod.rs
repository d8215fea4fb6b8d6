//! `cargo xtask typeshed`: writes the table of the standard library from the stubs of typeshed.
//!
//! The stubs come out of a pinned wheel. [`model`] reads what each module binds, [`names`] finds the public name of each
//! definition, [`types`] writes annotations in the notation of the table, [`emit`] makes its lines, [`pack`] its file.
//! `names.txt` and `overlay.pyi` hold what no rule finds out, with the reasons.

mod emit;
mod model;
mod names;
mod pack;
mod types;

#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{on_path, root, target};
use model::{Library, Stub};

/// The wheel that carries the stubs: typeshed has no releases of its own. It is the one for any platform, so that every
/// machine takes the same file.
const PACKAGE: &str = "mypy==2.4.1";
const SHA256: &str = "1784648d6ec8c2b5465e3f26241b845a0b3cb4e56c993c64abe16989e7698999";

const TABLE: &str = "server/src/python/data/stdlib.table";
const LICENSE: &str = "server/src/python/data/TYPESHED-LICENSE";

pub fn run(args: &[String]) -> Result<(), String> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let stubs = || stubs_of_wheel();
    match args[..] {
        [] => {
            let stubs = stubs()?;
            let text = table(&stubs)?;
            let file = pack::pack(&text);
            write(TABLE, &file)?;
            write(LICENSE, &read(&stubs.join("LICENSE"))?)?;
            println!(
                "{TABLE}: {} names, {} bytes, packed {}",
                text.lines().count(),
                text.len(),
                file.len()
            );
            Ok(())
        }
        ["--check"] => {
            let stubs = stubs()?;
            same(TABLE, &pack::pack(&table(&stubs)?))?;
            same(LICENSE, &read(&stubs.join("LICENSE"))?)
        }
        ["--text"] => {
            print!("{}", table(&stubs()?)?);
            Ok(())
        }
        _ => Err("cargo xtask typeshed [--check | --text]".to_owned()),
    }
}

/// The whole table as text.
fn table(typeshed: &Path) -> Result<String, String> {
    let stdlib = typeshed.join("stdlib");
    let mut stubs = overlay(&stdlib);
    stubs.extend(model::stubs(&stdlib)?);
    lines(&stubs, include_str!("names.txt"))
}

fn lines(stubs: &[Stub], rules: &str) -> Result<String, String> {
    let library = Library::read(stubs)?;
    let names = names::Names::new(&library, names::Rules::parse(rules)?);
    let mut text = String::new();
    for (name, line) in emit::lines(&names) {
        text.push_str(&name);
        text.push('\t');
        text.push_str(line.trim_end());
        text.push('\n');
    }
    Ok(text)
}

/// The stubs of our own that come before typeshed's.
fn overlay(stdlib: &Path) -> Vec<Stub> {
    let mut stubs: Vec<Stub> = Vec::new();
    for line in include_str!("overlay.pyi").lines() {
        if let Some(module) = line.strip_prefix("#: ") {
            stubs.push(Stub {
                place: format!("overlay.pyi, {module}"),
                module: module.to_owned(),
                is_package: stdlib.join(module.replace('.', "/")).is_dir(),
                source: String::new(),
            });
        } else if let Some(stub) = stubs.last_mut() {
            stub.source.push_str(line);
            stub.source.push('\n');
        }
    }
    stubs
}

/// The folder of typeshed, unpacked from the wheel.
fn stubs_of_wheel() -> Result<PathBuf, String> {
    let python = on_path("python3")
        .or_else(|| on_path("python"))
        .ok_or("typeshed comes with pip: no python3 on PATH")?;
    let folder = target().join("typeshed");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let requirements = folder.join("requirements.txt");
    let pinned = format!("{PACKAGE} --hash=sha256:{SHA256}\n");
    fs::write(&requirements, pinned)
        .map_err(|error| format!("{}: {error}", requirements.display()))?;
    let download = |source: &[&str]| {
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
        ]);
        pip.args([
            "--no-deps",
            "--only-binary=:all:",
            "--platform=any",
            "--implementation=py",
            "--abi=none",
        ]);
        pip.arg("--python-version=3.14")
            .args(source)
            .arg("--dest")
            .arg(&folder)
            .arg("--requirement")
            .arg(&requirements);
        pip
    };
    // What an earlier run has left is checked against the hash like any other; the index is asked only without it.
    let here = folder.display().to_string();
    let mut known = download(&["--no-index", "--find-links", &here]);
    known.stdout(Stdio::null()).stderr(Stdio::null());
    if !known.status().is_ok_and(|status| status.success()) {
        crate::succeed(&mut download(&[]))?;
    }
    let wheel = fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| is_wheel(path))
        .ok_or_else(|| format!("pip left no wheel of {PACKAGE} in {}", folder.display()))?;
    let unpacked = folder.join("wheel");
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked)
            .map_err(|error| format!("{}: {error}", unpacked.display()))?;
    }
    crate::succeed(
        Command::new(&python)
            .args(["-m", "zipfile", "-e"])
            .arg(wheel)
            .arg(&unpacked),
    )?;
    Ok(unpacked.join("mypy/typeshed"))
}

fn is_wheel(path: &Path) -> bool {
    let prefix = format!("{}-", PACKAGE.replace("==", "-"));
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.starts_with(&prefix) && name.ends_with(".whl"))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &str, bytes: &[u8]) -> Result<(), String> {
    fs::write(root().join(path), bytes).map_err(|error| format!("{path}: {error}"))
}

fn same(path: &str, wanted: &[u8]) -> Result<(), String> {
    if read(&root().join(path))? == wanted {
        return Ok(());
    }
    Err(format!(
        "{path} is not what {PACKAGE}, names.txt and overlay.pyi give: run `cargo xtask typeshed` and commit it"
    ))
}
