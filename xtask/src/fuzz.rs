//! `cargo xtask fuzz`: the targets of `fuzz/` with the flags that they need.
//!
//! Needs `cargo install cargo-fuzz`. libFuzzer's instrumentation is unstable: on a stable compiler `RUSTC_BOOTSTRAP=1` unlocks it,
//! which is good enough for a tool that ships nothing.

use crate::{cargo, root, succeed};

/// Each target and what it starts from: files of the project that are what it eats.
const TARGETS: [(&str, &[&str]); 5] = [
    ("parse", PYTHON),
    ("index", PYTHON),
    ("hover", PYTHON),
    ("edits", &[]),
    ("bank", &["content/en", "content/ru"]),
];

const PYTHON: &[&str] = &["server/src/python/drawings", "content/examples"];

/// The longest input, in bytes: longer ones find nothing new, more slowly.
const LONGEST: usize = 4_096;

pub fn run(args: &[String]) -> Result<(), String> {
    let mut minutes = 1;
    let mut wanted = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--minutes" {
            let value = args.next().and_then(|value| value.parse().ok());
            minutes = value.ok_or("--minutes needs a number")?;
        } else {
            wanted.push(arg.as_str());
        }
    }
    if let Some(unknown) = wanted
        .iter()
        .find(|name| TARGETS.iter().all(|(target, _)| target != *name))
    {
        return Err(format!(
            "there is no target `{unknown}`; there are {}",
            TARGETS.map(|(name, _)| name).join(", ")
        ));
    }
    for (target, seeds) in TARGETS {
        if !wanted.is_empty() && !wanted.contains(&target) {
            continue;
        }
        let corpus = root().join("fuzz/corpus").join(target);
        std::fs::create_dir_all(&corpus).map_err(|e| format!("{}: {e}", corpus.display()))?;
        let mut command = cargo(&["fuzz", "run", "--sanitizer", "none", target]);
        command
            .arg(&corpus)
            .args(seeds.iter().map(|folder| root().join(folder)));
        command.args(["--", "-timeout=10", "-rss_limit_mb=4096"]);
        command.arg(format!("-max_len={LONGEST}"));
        command.arg(format!("-max_total_time={}", minutes * 60));
        if target != "bank" && target != "edits" {
            command.arg(format!(
                "-dict={}",
                root().join("fuzz/python.dict").display()
            ));
        }
        succeed(command.env("RUSTC_BOOTSTRAP", "1"))?;
    }
    Ok(())
}
