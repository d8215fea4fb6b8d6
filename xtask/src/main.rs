//! The project's own commands: `cargo xtask try`, `test`, `bench` and the rest of the list below.
//!
//! Knows the project's folders and how its parts are started. Drives the server's binary from outside, as an editor does; of the
//! server's code only the oracle uses a function, the one that makes names public.

mod bench;
mod bench_bank;
mod cheat_sheet;
mod client;
mod coverage;
mod fuzz;
mod oracle;
mod test;
mod try_it;
mod typeshed;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const HELP: &str = "\
cargo xtask try [FILE]    build, and open a file in the first editor found, with the server attached
cargo xtask test [NAME…]  everything, the real editors included; with names only those suites
cargo xtask bench         start-up, hover and memory figures of the release build
cargo xtask bench bank    figures with a bank of 100,000 questions
cargo xtask typeshed      write the table of the standard library; with --check compare it, with --text print it
cargo xtask coverage      which names of Python have a question in the bank, and which have none
cargo xtask cheat-sheet   the short answers of the bank as one document
cargo xtask fuzz [TARGET…] [--minutes N]  the fuzzing targets, one after the other
cargo xtask oracle        recognised names against a type checker, --help for more
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let done = match command.as_str() {
        "try" => try_it::run(&rest),
        "test" => test::run(&rest),
        "bench" if rest.first().is_some_and(|name| name == "bank") => bench_bank::run(&rest[1..]),
        "bench" => bench::run(&rest),
        "typeshed" => typeshed::run(&rest),
        "coverage" => coverage::run(&rest),
        "cheat-sheet" => cheat_sheet::run(&rest),
        "fuzz" => fuzz::run(&rest),
        "oracle" => oracle::run(&rest),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{HELP}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The project's folder.
fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// Where cargo puts what it builds.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Builds the server and returns its path.
fn build_server(release: bool) -> Result<PathBuf, String> {
    let mut cargo = cargo(&["build", "--package", "interview-lsp"]);
    if release {
        cargo.arg("--release");
    }
    succeed(&mut cargo)?;
    let name = format!("interview-lsp{}", std::env::consts::EXE_SUFFIX);
    Ok(target()
        .join(if release { "release" } else { "debug" })
        .join(name))
}

fn cargo(args: &[&str]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(args).current_dir(root());
    cargo
}

/// Runs a command with this terminal and fails with its name where it fails.
fn succeed(command: &mut Command) -> Result<(), String> {
    let name = format!("{command:?}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name} ended with {status}")),
        Err(error) => Err(format!("cannot run {name}: {error}")),
    }
}

/// A program on PATH.
fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|candidate| candidate.is_file())
}
