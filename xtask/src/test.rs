//! `cargo xtask test`: every check there is, in one command that sets up what it needs.
//!
//! On Debian as root the editors and older and newer Pythons are installed below `target/editors` while the code compiles.
//! Elsewhere the editors that are there are used and the rest named; with `CI=true` nothing may be left out.

use crate::{cargo, on_path, root, target};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
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
    let known = |name: &str| {
        ["rust", "content"].contains(&name) || SUITES.iter().any(|suite| suite.name == name)
    };
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let all: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        return Err(format!(
            "there is no suite `{unknown}`: rust, content, {}",
            all.join(", ")
        ));
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|n| n == name);
    let suites: Vec<&Suite> = SUITES.iter().filter(|suite| wanted(suite.name)).collect();
    let mut to_install: Vec<(&str, String)> = Vec::new();
    if wanted("content") {
        to_install.push(("content", "tests/python/install.sh".to_string()));
    }
    for suite in &suites {
        to_install.push((
            suite.name,
            format!("tests/editors/install/{}.sh", suite.name),
        ));
    }
    let installing = can_install().then(|| Installing::start(to_install));
    let mut results = Results::new();
    if wanted("rust") {
        rust(&mut results);
    }
    if wanted("content") {
        content(installing.as_deref(), &mut results);
    }
    if !suites.is_empty() {
        editors(&suites, installing.as_deref(), &mut results);
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
    check(results, "documentation", {
        let mut doc = cargo(&["doc", "--quiet", "--workspace", "--no-deps"]);
        doc.env("RUSTDOCFLAGS", "--deny warnings");
        doc
    });
}

/// What the bank claims: its code under the other Pythons, the blocks that need packages, diagrams and links.
fn content(installing: Option<&Installing>, results: &mut Results) {
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
    for (what, command) in [
        (
            "content: cheat sheet",
            ["cheat-sheet", "--check"].as_slice(),
        ),
        ("content: coverage", &["coverage"]),
    ] {
        let xtask = ["run", "--quiet", "--package", "xtask", "--"];
        check(results, what, cargo(&[&xtask, command].concat()));
    }
    let Some(installing) = installing else {
        return leave_out(results, "content under other Pythons", "other Pythons");
    };
    if let Err(error) = installing.wait_for("content") {
        return results.push(("content".to_string(), Err(error)));
    }
    check(results, "diagrams: drawn", {
        let mut node = Command::new("node");
        node.args(["tests/diagrams/render.mjs", "content"])
            .current_dir(root());
        node
    });
    let blocks = "content::every_python_block_prints_what_its_document_says";
    let mut run = |what: &str, variable: &str, path: &str| {
        check(results, what, {
            let mut test = cargo(&["test", "--package", "interview-lsp", "--test"]);
            test.args(["integration", "--", "--exact", blocks, "--nocapture"]);
            test.env(variable, editors_folder().join(path));
            test
        });
    };
    run(
        "content: blocks that need packages",
        "PYTHON_PACKAGES",
        "python-packages",
    );
    for version in ["3.13", "3.14", "3.15"] {
        run(
            &format!("content: blocks under Python {version}"),
            "PYTHON",
            &format!("python-{version}/usr/bin/python{version}"),
        );
    }
    check(results, "content: links", {
        let mut node = Command::new("node");
        let docs = "python-doc/usr/share/doc/python3.15/html";
        node.args(["tests/links/check.mjs", "content"])
            .arg(editors_folder().join(docs))
            .current_dir(root());
        node
    });
}

fn editors(suites: &[&Suite], installing: Option<&Installing>, results: &mut Results) {
    let server = match crate::build_server(false) {
        Ok(server) => server,
        Err(error) => return results.push(("server".to_string(), Err(error))),
    };
    for suite in suites {
        let name = format!("editor {}", suite.name);
        let mut run = script(&format!("tests/editors/{}/run.sh", suite.name));
        run.env("INTERVIEW_LSP", &server).env("SHOTS", shots());
        match installing {
            Some(installing) => {
                if let Err(error) = installing.wait_for(suite.name) {
                    results.push((name, Err(error)));
                    continue;
                }
            }
            None => match suite.programs.iter().find_map(|program| on_path(program)) {
                Some(program) => {
                    run.env(suite.variable, program);
                }
                None => {
                    leave_out(results, &name, &suite.programs.join(" or "));
                    continue;
                }
            },
        }
        check(results, &name, run);
    }
}

/// Notes a check that cannot be made here. On a continuous integration machine it is one that failed.
fn leave_out(results: &mut Results, name: &str, missing: &str) {
    let why = format!("left out: no {missing} here, and only Debian as root installs it");
    println!("{name}: {why}");
    let result = if is_ci() { Err(why) } else { Ok(()) };
    results.push((format!("{name} (left out)"), result));
}

/// What is being installed in the background, one thing after the other; what each says goes to a log.
struct Installing {
    done: Mutex<Results>,
    news: Condvar,
}

impl Installing {
    fn start(scripts: Vec<(&'static str, String)>) -> Arc<Self> {
        let installing = Arc::new(Installing {
            done: Mutex::default(),
            news: Condvar::new(),
        });
        let shared = installing.clone();
        std::thread::spawn(move || {
            for (name, path) in scripts {
                let log = editors_folder().join(format!("setup-{name}.log"));
                let result = install_one(&path, &log);
                shared.lock().push((name.to_string(), result));
                shared.news.notify_all();
            }
        });
        installing
    }

    fn lock(&self) -> MutexGuard<'_, Results> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The result of a script that was named to [`Installing::start`], when it is there.
    fn wait_for(&self, name: &str) -> Result<(), String> {
        let mut done = self.lock();
        loop {
            if let Some((_, result)) = done.iter().find(|(n, _)| n == name) {
                return result.clone();
            }
            done = self.news.wait(done).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn install_one(path: &str, log: &Path) -> Result<(), String> {
    let show = |e: std::io::Error| format!("{}: {e}", log.display());
    std::fs::create_dir_all(editors_folder()).map_err(show)?;
    let file = std::fs::File::create(log).map_err(show)?;
    let both = file.try_clone().map_err(show)?;
    let mut install = script(path);
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
