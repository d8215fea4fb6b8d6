//! `cargo xtask test`: every check there is, in one command that sets up what it needs.
//!
//! On Debian as root the editors are installed below `target/editors` while the code compiles. Elsewhere the editors that are
//! there are used and the others named; with `CI=true` nothing may be left out.

use crate::{cargo, on_path, root, target};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::JoinHandle;
use std::time::Instant;

/// An editor suite: `tests/editors/NAME/run.sh` after `tests/editors/install/NAME.sh`.
struct Suite {
    name: &'static str,
    /// Programs, any of which serves where nothing can be installed, and the variable that names it to the suite.
    programs: &'static [&'static str],
    variable: &'static str,
}

const SUITES: &[Suite] = &[
    Suite {
        name: "neovim",
        programs: &["nvim"],
        variable: "NVIM",
    },
    Suite {
        name: "vscode",
        programs: &["code-server"],
        variable: "CODE_SERVER",
    },
];

/// Each check's name and whether it passed.
type Results = Vec<(String, Result<(), String>)>;

pub fn run(names: &[String]) -> Result<(), String> {
    let known = |name: &str| name == "rust" || SUITES.iter().any(|suite| suite.name == name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let all: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        return Err(format!(
            "there is no suite `{unknown}`: rust, {}",
            all.join(", ")
        ));
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|n| n == name);
    let suites: Vec<&Suite> = SUITES.iter().filter(|suite| wanted(suite.name)).collect();
    let installing =
        can_install().then(|| install(suites.iter().map(|suite| suite.name).collect()));
    let mut results = Results::new();
    if wanted("rust") {
        rust(&mut results);
    }
    if !suites.is_empty() {
        editors(&suites, installing, &mut results);
    }
    summary(&results)
}

fn rust(results: &mut Results) {
    let all = ["--workspace", "--all-targets"];
    check(results, "format", cargo(&["fmt", "--check"]));
    check(results, "clippy", {
        let mut clippy = cargo(&["clippy", "--quiet"]);
        clippy.args(all).args(["--", "--deny", "warnings"]);
        clippy
    });
    check(results, "tests", cargo(&["test", "--workspace"]));
    check(
        results,
        "table of the standard library",
        cargo(&[
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--",
            "typeshed",
            "--check",
        ]),
    );
    check(results, "diagrams: packages", {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
        npm.current_dir(root().join("tests/diagrams"));
        npm
    });
    check(results, "diagrams", {
        let mut node = Command::new("node");
        node.args(["tests/diagrams/check.mjs", "content"])
            .current_dir(root());
        node
    });
    check(results, "documentation", {
        let mut doc = cargo(&["doc", "--quiet", "--workspace", "--no-deps"]);
        doc.env("RUSTDOCFLAGS", "--deny warnings");
        doc
    });
}

fn editors(suites: &[&Suite], installing: Option<JoinHandle<Results>>, results: &mut Results) {
    let server = match crate::build_server(false) {
        Ok(server) => server,
        Err(error) => return results.push(("server".to_string(), Err(error))),
    };
    let installed = installing.map(|thread| thread.join().unwrap_or_default());
    for suite in suites {
        let name = format!("editor {}", suite.name);
        let mut run = script(&format!("tests/editors/{}/run.sh", suite.name));
        run.env("INTERVIEW_LSP", &server).env("SHOTS", shots());
        match &installed {
            Some(installed) => {
                let failed = installed
                    .iter()
                    .find(|(n, result)| n == suite.name && result.is_err());
                if let Some((_, Err(error))) = failed {
                    results.push((name, Err(error.clone())));
                    continue;
                }
            }
            None => match suite.programs.iter().find_map(|program| on_path(program)) {
                Some(program) => {
                    run.env(suite.variable, program);
                }
                None => {
                    let missing = format!(
                        "left out: no {} on PATH, and only Debian as root installs it",
                        suite.programs.join(" or ")
                    );
                    // On a continuous integration machine a check that is left out is a check that failed.
                    let result = if is_ci() {
                        Err(missing)
                    } else {
                        println!("{name}: {missing}");
                        Ok(())
                    };
                    results.push((format!("{name} (left out)"), result));
                    continue;
                }
            },
        }
        check(results, &name, run);
    }
}

/// Installs the editors in the background, one after the other; what each says goes to a log.
fn install(names: Vec<&'static str>) -> JoinHandle<Results> {
    std::thread::spawn(move || {
        let one = |name: &'static str| {
            let log = editors_folder().join(format!("setup-{name}.log"));
            (name.to_string(), install_one(name, &log))
        };
        names.into_iter().map(one).collect()
    })
}

fn install_one(name: &str, log: &Path) -> Result<(), String> {
    let show = |e: std::io::Error| format!("{}: {e}", log.display());
    std::fs::create_dir_all(editors_folder()).map_err(show)?;
    let file = std::fs::File::create(log).map_err(show)?;
    let both = file.try_clone().map_err(show)?;
    let mut install = script(&format!("tests/editors/install/{name}.sh"));
    install.stdin(Stdio::null()).stdout(file).stderr(both);
    let status = install.status().map_err(|e| e.to_string())?;
    if status.success() {
        return Ok(());
    }
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let tail: Vec<&str> = text.lines().rev().take(30).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    Err(format!(
        "cannot install ({status}); the end of {}:\n{}",
        log.display(),
        tail.join("\n")
    ))
}

fn check(results: &mut Results, name: &str, mut command: Command) {
    println!("\n== {name}");
    let start = Instant::now();
    let result = crate::succeed(command.stdin(Stdio::null()));
    println!(
        "== {name}: {} in {:.0} s",
        if result.is_ok() { "ok" } else { "FAILED" },
        start.elapsed().as_secs_f32()
    );
    results.push((name.to_string(), result));
}

fn summary(results: &Results) -> Result<(), String> {
    println!();
    for (name, result) in results {
        match result {
            Ok(()) => println!("ok      {name}"),
            Err(error) => println!("FAILED  {name}: {error}"),
        }
    }
    let failed = results.iter().filter(|(_, result)| result.is_err()).count();
    println!("\n{} passed, {failed} failed", results.len() - failed);
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} of {} checks failed", results.len()))
    }
}

fn script(path: &str) -> Command {
    let mut bash = Command::new("bash");
    bash.arg(root().join(path))
        .current_dir(root())
        .env("EDITORS_DIR", editors_folder());
    bash
}

fn editors_folder() -> PathBuf {
    target().join("editors")
}

/// Screenshots of the run, which a person looks at; those of the README are made from them.
fn shots() -> PathBuf {
    target().join("shots")
}

fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false" && value != "0")
}

/// The install scripts know Debian, and apt wants root.
fn can_install() -> bool {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let debian = release.lines().any(|line| line == "ID=debian");
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    debian && root
}
