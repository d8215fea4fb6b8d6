//! `cargo xtask bench`: the figures that the design has budgets for, measured on the release build over the protocol.

use crate::client::Client;
use crate::{build_server, root};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

const STARTS: usize = 30;
const HOVERS: usize = 500;
const KEYSTROKES: usize = 200;
const URI: &str = "file:///bench/worker.py";

pub fn run(_: &[String]) -> Result<(), String> {
    let server = build_server(true)?;
    let example = std::fs::read_to_string(root().join("content/examples/worker.py"))
        .map_err(|e| e.to_string())?;
    println!("{:34} {:>9} {:>9} {:>9}   budget", "", "p50", "p99", "max");
    starts(&server, &example)?;
    for (lines, hover, keystroke) in [
        (326, "", ""),
        (1_947, "0.2 / 1 ms", "p99 4 ms"),
        (8_550, "", "p99 12 ms"),
        (10_581, "", ""),
    ] {
        file(&server, &example, lines, hover, keystroke)?;
    }
    let size = std::fs::metadata(&server).map_err(|e| e.to_string())?.len();
    println!(
        "{:34} {:>7.1} MB {:>23}   10 MB",
        "binary",
        size as f64 / 1e6,
        ""
    );
    Ok(())
}

/// From the start of the process to the first card, and the memory it takes with two files open.
fn starts(server: &Path, example: &str) -> Result<(), String> {
    let (line, character) = place(example)?;
    let mut times = Vec::new();
    let mut memory = 0;
    for _ in 0..STARTS {
        let start = Instant::now();
        let mut client = Client::start(server, Value::Null)?;
        client.open(URI, example)?;
        let card = client.hover(URI, line, character)?;
        times.push(start.elapsed());
        card.ok_or("the first hover gave no card")?;
        client.open("file:///bench/other.py", example)?;
        client.hover("file:///bench/other.py", line, character)?;
        memory = memory.max(peak_memory(client.pid()));
        client.stop()?;
    }
    row("process start to first card", &mut times, "35 ms");
    println!(
        "{:34} {:>7.1} MB {:>23}   25 MB",
        "peak memory, two files open",
        memory as f64 / 1024.0,
        ""
    );
    Ok(())
}

/// Warm hovers, and edits each followed by the hover that sees it, in a file of so many lines.
fn file(
    server: &Path,
    example: &str,
    lines: usize,
    hover: &str,
    keystroke: &str,
) -> Result<(), String> {
    // The first line is a comment to type in: typing elsewhere would change what the rest of the file means.
    let source: Vec<&str> = ["#"]
        .into_iter()
        .chain(example.lines().cycle())
        .take(lines)
        .collect();
    let source = source.join("\n");
    let (line, character) = place(example)?;
    let line = line + 1;
    let period = example.lines().count();
    let mut client = Client::start(server, Value::Null)?;
    client.open(URI, &source)?;
    client.hover(URI, line, character)?;
    let mut hovers = Vec::new();
    for i in 0..HOVERS {
        let line = line + (i * 7 % (lines / period).max(1)) * period;
        let start = Instant::now();
        let card = client.hover(URI, line, character)?;
        hovers.push(start.elapsed());
        card.ok_or("a hover gave no card")?;
    }
    row(&format!("warm hover, {lines} lines"), &mut hovers, hover);
    let mut keystrokes = Vec::new();
    for version in 0..KEYSTROKES {
        let at = json!({"line": 0, "character": 1});
        let change = json!({"range": {"start": at, "end": at}, "text": "#"});
        let start = Instant::now();
        client.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": URI, "version": version + 2}, "contentChanges": [change]}),
        )?;
        client.hover(URI, line, character)?;
        keystrokes.push(start.elapsed());
    }
    row(
        &format!("keystroke to hover, {lines} lines"),
        &mut keystrokes,
        keystroke,
    );
    client.stop()
}

/// The first `async def` of the example.
fn place(example: &str) -> Result<(usize, usize), String> {
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
        "{name:34} {:>6.2} ms {:>6.2} ms {:>6.2} ms   {budget}",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// The most memory that a process has held, in KiB; 0 where the system does not tell.
fn peak_memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}
