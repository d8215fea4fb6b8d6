//! `cargo xtask bench`: the figures that the design has budgets for, measured on the release build: over the protocol, but for
//! parsing and indexing, which nobody can see from outside.

use crate::client::{Client, place};
use crate::{build_server, cargo, root, succeed};
use interview_lsp::python;
use ruff_python_ast::PySourceType;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

#[path = "../../tests/monsters.rs"]
mod monsters;

const STARTS: usize = 30;
const HOVERS: usize = 500;
const KEYSTROKES: usize = 200;
const ANALYSES: usize = 30;
const URI: &str = "file:///bench/worker.py";
const OTHER: &str = "file:///bench/other.py";

/// The longest that anybody waits for an answer, whatever is open.
const SILENCE: Duration = Duration::from_millis(300);

/// Lines of a file, and its budgets for a warm hover and for a keystroke with the hover that sees it.
const SIZES: [(usize, &str, &str); 4] = [
    (326, "", ""),
    (1_947, "p50 0.2, p99 1 ms", "p99 4 ms"),
    (8_550, "", "p99 12 ms"),
    (10_581, "", ""),
];

pub fn run(args: &[String]) -> Result<(), String> {
    // What is measured inside this process must be compiled as the server is.
    if cfg!(debug_assertions) {
        let mut again = cargo(&[
            "run",
            "--quiet",
            "--release",
            "--package",
            "xtask",
            "--",
            "bench",
        ]);
        return succeed(again.args(args));
    }
    let server = build_server(true)?;
    let example = root().join("content/examples/worker.py");
    let example =
        std::fs::read_to_string(&example).map_err(|e| format!("{}: {e}", example.display()))?;
    let sources = sources(&example);
    println!("{:44} {:>9} {:>9} {:>9}   budget", "", "p50", "p99", "max");
    starts(&server, &example)?;
    for ((_, hover, keystroke), (name, source)) in SIZES.iter().zip(&sources) {
        file(&server, name, source, hover, keystroke)?;
    }
    let size = std::fs::metadata(&server).map_err(|e| e.to_string())?.len();
    println!(
        "{:44} {:>7.1} MB {:>23}   10 MB",
        "binary",
        size as f64 / 1e6,
        ""
    );
    hostile(&server, &example)
}

/// A file of each size: of the standard library of the machine's Python where it has one of exactly so many lines, else real files
/// one after the other.
fn sources(example: &str) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    let python = Command::new(if cfg!(windows) { "python" } else { "python3" })
        .args([
            "-c",
            "import sysconfig; print(sysconfig.get_paths()['stdlib'])",
        ])
        .output();
    if let Ok(output) = python {
        walk(
            Path::new(String::from_utf8_lossy(&output.stdout).trim()),
            &mut paths,
        );
    }
    paths.sort();
    let files = paths
        .iter()
        .filter_map(|path| Some((path, std::fs::read_to_string(path).ok()?)));
    let files: Vec<(&PathBuf, String)> = files.filter(|(_, text)| text.is_ascii()).collect();
    let find = |lines: usize| {
        let found = files.iter().find(|(_, text)| text.lines().count() == lines);
        if let Some((path, text)) = found {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            return (format!("{lines} lines, {name}"), text.clone());
        }
        let all = files
            .iter()
            .map(|(_, text)| text.as_str())
            .chain(std::iter::repeat(example));
        let text: Vec<&str> = all.flat_map(str::lines).take(lines).collect();
        (format!("{lines} lines, several files"), text.join("\n"))
    };
    SIZES.iter().map(|(lines, _, _)| find(*lines)).collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            if !path.ends_with("site-packages") {
                walk(&path, paths);
            }
        } else if path.extension().is_some_and(|extension| extension == "py") {
            paths.push(path);
        }
    }
}

/// From the start of the process to the first card, and the memory it takes with two files open.
fn starts(server: &Path, example: &str) -> Result<(), String> {
    let (line, character) = async_def(example)?;
    let mut times = Vec::new();
    let mut memory = 0;
    for _ in 0..STARTS {
        let start = Instant::now();
        let mut client = Client::start(server, Value::Null)?;
        client.open(URI, example)?;
        let card = client.hover(URI, line, character)?;
        times.push(start.elapsed());
        card.ok_or("the first hover gave no card")?;
        client.open(OTHER, example)?;
        client.hover(OTHER, line, character)?;
        memory = memory.max(peak_memory(client.pid()));
        client.stop()?;
    }
    row("process start to first card", &mut times, "35 ms");
    println!(
        "{:44} {:>7.1} MB {:>23}   25 MB",
        "peak memory, two files open",
        memory as f64 / 1024.0,
        ""
    );
    Ok(())
}

/// Parsing and indexing, warm hovers all over a file, and edits each followed by the hover that sees it.
fn file(
    server: &Path,
    name: &str,
    source: &str,
    hover: &str,
    keystroke: &str,
) -> Result<(), String> {
    // The first line is a comment to type in: typing elsewhere would change what the rest of the file means.
    let source = &format!("#\n{source}");
    let mut parses = Vec::new();
    let mut analyses = Vec::new();
    for _ in 0..ANALYSES {
        let start = Instant::now();
        let parsed = ruff_python_parser::parse_unchecked_source(source, PySourceType::Python);
        parses.push(start.elapsed());
        drop(parsed);
        let start = Instant::now();
        let analysis = on_stack(|| python::analyse(source))?;
        analyses.push(start.elapsed());
        if let Some(why) = analysis.refused {
            return Err(format!("{name}: {why}"));
        }
    }
    row(&format!("parse, {name}"), &mut parses, "");
    row(&format!("index, {name}"), &mut analyses, "");

    let mut client = Client::start(server, Value::Null)?;
    client.open(URI, source)?;
    let places = places(source, &mut client)?;
    let mut hovers = Vec::new();
    for i in 0..HOVERS {
        let (line, character) = places[i * 7 % places.len()];
        let start = Instant::now();
        client.hover(URI, line, character)?;
        hovers.push(start.elapsed());
    }
    row(&format!("warm hover, {name}"), &mut hovers, hover);
    let mut keystrokes = Vec::new();
    for version in 0..KEYSTROKES {
        let (line, character) = places[version * 7 % places.len()];
        let at = json!({"line": 0, "character": 1});
        let change = json!({"range": {"start": at, "end": at}, "text": "#"});
        let start = Instant::now();
        let edit = json!({"textDocument": {"uri": URI, "version": version + 2}, "contentChanges": [change]});
        client.notify("textDocument/didChange", edit)?;
        client.hover(URI, line, character)?;
        keystrokes.push(start.elapsed());
    }
    row(
        &format!("keystroke to hover, {name}"),
        &mut keystrokes,
        keystroke,
    );
    println!(
        "{:44} {:>7.1} MB",
        format!("peak memory, {name}"),
        peak_memory(client.pid()) as f64 / 1024.0
    );
    client.stop()
}

/// Runs on a thread with the stack that the server gives to an analysis.
fn on_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, String> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(interview_lsp::lsp::STACK);
        let thread = thread
            .spawn_scoped(scope, work)
            .map_err(|e| e.to_string())?;
        thread
            .join()
            .map_err(|_| "an analysis panicked".to_string())
    })
}

/// Places with a card, at most a hundred from all over the file.
fn places(source: &str, client: &mut Client) -> Result<Vec<(usize, usize)>, String> {
    let indented = source
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    let candidates: Vec<(usize, usize)> = indented
        .map(|(n, line)| (n, line.len() - line.trim_start().len()))
        .collect();
    let mut places = Vec::new();
    for (line, character) in candidates.iter().step_by((candidates.len() / 200).max(1)) {
        if client.hover(URI, *line, *character)?.is_some() {
            places.push((*line, *character));
        }
    }
    if places.is_empty() {
        return Err("the file has no cards".to_string());
    }
    Ok(places)
}

/// How long a hover on a monster takes, and one on another document that is asked for right behind it.
fn hostile(server: &Path, example: &str) -> Result<(), String> {
    let (line, character) = async_def(example)?;
    println!(
        "\n{:44} {:>9} {:>9} {:>9}   budget",
        "hostile input", "itself", "others", "memory"
    );
    let mut late = Vec::new();
    for (title, source) in monsters::all() {
        let mut client = Client::start(server, Value::Null)?;
        client.open(OTHER, example)?;
        client.hover(OTHER, line, character)?;
        client.open(URI, &source)?;
        // A message of megabytes takes its time to be written; what counts is the answer.
        client.hover(OTHER, line, character)?;
        let start = Instant::now();
        let itself = client.ask("textDocument/hover", place(URI, 0, 0))?;
        let other = client.ask("textDocument/hover", place(OTHER, line, character))?;
        let mut times = [Duration::ZERO; 2];
        for _ in 0..2 {
            let (id, answer) = client.next_answer()?;
            times[usize::from(id == other)] = start.elapsed();
            if id == other && answer.is_null() {
                return Err(format!("{title}: no card for the other document"));
            }
            debug_assert!(id == itself || id == other);
        }
        let [itself, other] = times.map(|time| time.as_secs_f64() * 1e3);
        let memory = peak_memory(client.pid()) as f64 / 1024.0;
        println!(
            "{title:44} {itself:>6.1} ms {other:>6.1} ms {memory:>6.0} MB   {} ms",
            SILENCE.as_millis()
        );
        if times.iter().any(|time| *time > SILENCE) {
            late.push(title);
        }
    }
    if late.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "silence of more than {} ms: {}",
            SILENCE.as_millis(),
            late.join(", ")
        ))
    }
}

/// The first `async def` of the example.
fn async_def(example: &str) -> Result<(usize, usize), String> {
    let found = example
        .lines()
        .enumerate()
        .find_map(|(line, text)| Some((line, text.find("async def")?)));
    found.ok_or("the example has no async def".to_string())
}

fn row(name: &str, times: &mut [Duration], budget: &str) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "{name:44} {:>6.2} ms {:>6.2} ms {:>6.2} ms   {budget}",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// The most memory that a process has held, in KiB; 0 where the system does not tell.
pub fn peak_memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}
