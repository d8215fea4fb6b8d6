//! `cargo xtask oracle`: what the server recognises in real files against what a type checker says about them.
//!
//! The oracle is ty, asked over LSP about every name token: the declaration leads into its own copy of typeshed, the type
//! definition to the class of a value. Three kinds of tokens are judged, each with a target of its own ([`TARGETS`]):
//!
//! | kind | which tokens | target |
//! | --- | --- | --- |
//! | symbol | the oracle leads to a module, class, function, method, attribute or constant in a standard library stub | 98.5 % same, 0.5 % different at most; the rest is silence |
//! | typed | the oracle leads to a variable, attribute or parameter of user code, and its type (without `None`) is one class of the standard library | 92 % same |
//! | lookalike | the oracle leads to the file's own package, and the name is spelled like a builtin or any name of a stub | 99.9 % silent, or named after the type that the oracle says |
//!
//! *Same* means that one of our symbols at exactly this token is one of the oracle's, after both were made public by the
//! server's own [`interview_lsp::python::canonical`]. A method is also the same under a class that inherits it: which
//! classes do is read from the stubs, not from our table; `typing.Iterable` and `collections.abc.Iterable` are one class
//! there. What we say in the name of a third-party package
//! (`aiohttp.ClientSession`) is no statement about the standard library and counts as silence.
//!
//! Left out, with the reason:
//! - tokens about which the oracle says nothing or `Unknown`: attributes of values without a type, relative imports of a
//!   module that is read outside its package, code that it holds unreachable (it is not there to be asked);
//! - dunder names: `__init__`, `__name__` are syntax constructs in our list, under their own name;
//! - the names of keyword arguments (`encoding=`): the oracle leads to a parameter of the function called, which is no
//!   symbol, and there is no value there. Only as *lookalike* they count: nothing must be said about them;
//! - names from `_typeshed`, `typing_extensions` and `ty_extensions`: stubs of what is not the standard library, or does
//!   not exist at run time;
//! - for *typed*: the types `object`, `None`, `Any` and special forms, which say nothing, and classes whose public name
//!   begins with an underscore or that only stubs have;
//! - for *lookalike*: a token to which the oracle gives no type, unless we say the symbol that it is spelled like. A name
//!   for a value that the oracle cannot type is better inference or worse; nobody here can tell. It is counted apart.

mod causes;
mod compare;
mod corpus;
mod shapes;
mod stubs;
mod syntax;
mod type_checker;

use crate::{build_server, root, target};
use compare::{Judged, Kind, Verdict};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

const HELP: &str = "\
cargo xtask oracle [OPTION…]   what the server recognises against a type checker, token by token

  --packages A,B    only these of the packages; the standard library is the package `stdlib`
  --only A          the same for one
  --files N         so many files of each package, always the same ones (default 40)
  --all             every file
  --file PATH       only this file, judged as its own package
  --causes N        list so many causes of each kind (default 30)
  --tokens          print every disagreement as a line: file:line:column, kind, verdict, theirs, ours
  --json FILE       write figures, causes and disagreements
  --server PATH     this binary of the server instead of building one
  --release         build the release build
  --syntax          compare the syntax constructs with Python's own ast and tokenize instead
  --python PATH     with this Python, for --syntax: from 3.12 on it sees into f-strings too

Exits with 1 below the targets.
";

/// The least share of `same` and the greatest of `different`, in per cent, of each kind.
const TARGETS: [(Kind, f64, f64); 3] = [
    (Kind::Symbol, 98.5, 0.5),
    (Kind::Typed, 92.0, 100.0),
    (Kind::Lookalike, 99.9, 100.0),
];

struct Options {
    packages: Vec<String>,
    files: Option<usize>,
    file: Option<PathBuf>,
    causes: usize,
    tokens: bool,
    json: Option<PathBuf>,
    server: Option<PathBuf>,
    release: bool,
    syntax: bool,
    python: Option<PathBuf>,
}

fn options(args: &[String]) -> Result<Option<Options>, String> {
    let mut options = Options {
        packages: Vec::new(),
        files: Some(40),
        file: None,
        causes: 30,
        tokens: false,
        json: None,
        server: None,
        release: false,
        syntax: false,
        python: None,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value\n\n{HELP}"));
        let number = |text: &String| {
            text.parse::<usize>()
                .map_err(|_| format!("{arg}: `{text}` is no number"))
        };
        match arg.as_str() {
            "--help" | "-h" => return Ok(None),
            "--packages" | "--only" => {
                options.packages = value()?.split(',').map(String::from).collect()
            }
            "--files" => options.files = Some(number(value()?)?),
            "--all" => options.files = None,
            "--file" => options.file = Some(value()?.into()),
            "--causes" => options.causes = number(value()?)?,
            "--tokens" => options.tokens = true,
            "--json" => options.json = Some(value()?.into()),
            "--server" => options.server = Some(value()?.into()),
            "--syntax" => options.syntax = true,
            "--python" => options.python = Some(value()?.into()),
            "--release" => options.release = true,
            other => return Err(format!("there is no option `{other}`\n\n{HELP}")),
        }
    }
    Ok(Some(options))
}

pub fn run(args: &[String]) -> Result<(), String> {
    let Some(options) = options(args)? else {
        print!("{HELP}");
        return Ok(());
    };
    let place = corpus::set_up(
        &target().join("oracle"),
        &root().join("xtask/oracle/requirements.txt"),
    )?;
    let files = match &options.file {
        Some(file) => vec![corpus::File::alone(file)?],
        None => corpus::files(&place, &options.packages, options.files)?,
    };
    let server = match &options.server {
        Some(server) => server.clone(),
        None => build_server(options.release)?,
    };
    eprintln!("{} files", files.len());
    for (package, root) in files
        .iter()
        .map(|file| (&file.package, &file.root))
        .collect::<std::collections::BTreeSet<_>>()
    {
        println!("{package}: {}", root.display());
    }
    if options.syntax {
        let script = root().join("xtask/oracle/syntax.py");
        return syntax::run(&server, &place, &script, options.python.as_deref(), &files);
    }
    let answers = type_checker::ask(&place, &files)?;
    let stubs = stubs::Stubs::read(&place.stubs()?)?;
    let ours = compare::explain(&server, &files)?;
    let mut judged = Vec::new();
    for ((file, answers), ours) in files.iter().zip(&answers).zip(&ours) {
        compare::judge(file, answers, ours, &stubs, &mut judged);
    }
    let tables = causes::Known::ask(&server, &place, &stubs, &judged)?;
    let figures = figures(&judged);
    print_figures(&figures);
    let causes = causes::group(&judged, &tables);
    causes::print(&causes, options.causes);
    if options.tokens {
        for j in judged.iter().filter(|j| j.counts_against()) {
            println!(
                "{}  {} {}  {}  {}",
                j.place(),
                j.kind.name(),
                j.verdict.name(),
                j.theirs.join(" | "),
                j.ours.join(" | ")
            );
        }
    }
    if let Some(path) = &options.json {
        let all = json!({"figures": figures_json(&figures), "causes": causes::to_json(&causes), "tokens": judged.iter().filter(|j| j.counts_against()).map(Judged::to_json).collect::<Vec<_>>()});
        std::fs::write(path, all.to_string()).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    targets(&figures)
}

/// How often each verdict was given: same, different, silent, not judged.
#[derive(Clone, Copy, Default)]
struct Count {
    same: usize,
    different: usize,
    silent: usize,
    open: usize,
}

impl Count {
    fn all(&self) -> usize {
        self.same + self.different + self.silent
    }

    fn share(&self, part: usize) -> f64 {
        100.0 * part as f64 / self.all().max(1) as f64
    }
}

type Figures = BTreeMap<Kind, BTreeMap<String, Count>>;

/// For each kind the counts of each package and, under the empty name, of all.
fn figures(judged: &[Judged]) -> Figures {
    let mut figures = Figures::new();
    for j in judged {
        for name in ["", j.package.as_str()] {
            let kinds = figures.entry(j.kind).or_default();
            let count = kinds.entry(name.to_string()).or_default();
            match j.verdict {
                Verdict::Same => count.same += 1,
                Verdict::Different => count.different += 1,
                Verdict::Silent => count.silent += 1,
                Verdict::Open => count.open += 1,
            }
        }
    }
    figures
}

fn print_figures(figures: &Figures) {
    for (kind, packages) in figures {
        println!(
            "\n{:<34} {:>8} {:>8} {:>10} {:>8} {:>8}",
            kind.title(),
            "tokens",
            "same",
            "different",
            "silent",
            "open"
        );
        for (name, count) in packages {
            let name = if name.is_empty() { "all" } else { name };
            println!(
                "  {name:<32} {:>8} {:>7.2}% {:>9.2}% {:>7.2}% {:>8}",
                count.all(),
                count.share(count.same),
                count.share(count.different),
                count.share(count.silent),
                count.open
            );
        }
    }
}

fn figures_json(figures: &Figures) -> Value {
    let of = |count: &Count| json!({"tokens": count.all(), "same": count.same, "different": count.different, "silent": count.silent, "open": count.open});
    let kinds = figures.iter().map(|(kind, packages)| {
        let packages: serde_json::Map<_, _> = packages
            .iter()
            .map(|(name, count)| {
                (
                    if name.is_empty() {
                        "all".to_string()
                    } else {
                        name.clone()
                    },
                    of(count),
                )
            })
            .collect();
        (kind.name().to_string(), Value::Object(packages))
    });
    Value::Object(kinds.collect())
}

/// # Errors
/// Names each figure that misses its target.
fn targets(figures: &Figures) -> Result<(), String> {
    let mut missed = Vec::new();
    for (kind, same, different) in TARGETS {
        let Some(count) = figures.get(&kind).and_then(|packages| packages.get("")) else {
            continue;
        };
        let good = count.share(if kind == Kind::Lookalike {
            count.same + count.silent
        } else {
            count.same
        });
        if good < same {
            let word = if kind == Kind::Lookalike {
                "silent or same"
            } else {
                "same"
            };
            missed.push(format!(
                "{}: {good:.2} % {word}, the target is {same} %",
                kind.name()
            ));
        }
        if count.share(count.different) > different {
            missed.push(format!(
                "{}: {:.2} % different, the target is {different} % at most",
                kind.name(),
                count.share(count.different)
            ));
        }
    }
    if missed.is_empty() {
        Ok(())
    } else {
        Err(format!("below the targets\n  {}", missed.join("\n  ")))
    }
}
