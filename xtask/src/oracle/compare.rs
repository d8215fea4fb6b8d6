//! Token by token: what the type checker means, what we say, and whether that is the same.

use super::corpus::File;
use super::shapes::Shapes;
use super::stubs::{Sort, Stubs};
use super::type_checker::{Answer, Lines, Location};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Symbol,
    Typed,
    Lookalike,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    Same,
    Different,
    Silent,
    /// The oracle does not know better.
    Open,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Symbol => "symbol",
            Kind::Typed => "typed",
            Kind::Lookalike => "lookalike",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Kind::Symbol => "standard library symbols",
            Kind::Typed => "values of library classes",
            Kind::Lookalike => "user code spelled like the library",
        }
    }
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::Different => "different",
            Verdict::Silent => "silent",
            Verdict::Open => "open",
        }
    }
}

pub struct Judged {
    pub package: String,
    /// The file within its package.
    pub name: String,
    /// Zero-based.
    pub line: u32,
    pub character: u32,
    pub text: String,
    pub kind: Kind,
    pub verdict: Verdict,
    /// What the oracle says, in public names.
    pub theirs: Vec<String>,
    pub ours: Vec<String>,
    /// Where the token stands and what it hangs on: with the library's names, and without. Only of disagreements.
    pub shape: String,
    pub outline: String,
}

impl Judged {
    /// Silence about what only looks like the library is what is wanted.
    pub fn counts_against(&self) -> bool {
        match self.verdict {
            Verdict::Same | Verdict::Open => false,
            Verdict::Different => true,
            Verdict::Silent => self.kind != Kind::Lookalike,
        }
    }

    /// `file:line:column`, from 1.
    pub fn place(&self) -> String {
        format!("{}:{}:{}", self.name, self.line + 1, self.character + 1)
    }

    pub fn to_json(&self) -> Value {
        json!({"place": self.place(), "text": self.text, "kind": self.kind.name(), "verdict": self.verdict.name(), "theirs": self.theirs, "ours": self.ours, "shape": self.shape})
    }
}

/// Our symbols of a file: byte ranges and names, in order.
pub struct Explained {
    symbols: Vec<(usize, usize, String)>,
    longest: usize,
}

impl Explained {
    /// The symbols on the bytes from `start` to `end`: those with exactly this range, or else those that hold it.
    pub fn at(&self, start: usize, end: usize) -> Vec<&str> {
        let from = self
            .symbols
            .partition_point(|(s, _, _)| *s < start.saturating_sub(self.longest));
        let holding: Vec<_> = self.symbols[from..]
            .iter()
            .take_while(|(s, _, _)| *s <= start)
            .filter(|(_, e, _)| *e >= end)
            .collect();
        let exact: Vec<_> = holding
            .iter()
            .filter(|(s, e, _)| (*s, *e) == (start, end))
            .copied()
            .collect();
        let chosen = if exact.is_empty() { holding } else { exact };
        chosen
            .into_iter()
            .map(|(_, _, name)| name.as_str())
            .collect()
    }
}

/// So many files are given to one call of the server's binary: a command line holds no more.
const BATCH: usize = 100;

/// A construct as `interview-lsp explain` prints it, with bytes.
pub struct Said {
    pub start: usize,
    pub end: usize,
    pub kind: String,
    pub name: String,
}

/// What `interview-lsp explain` says about each file, by path.
pub fn raw(server: &Path, files: &[File]) -> Result<HashMap<String, Vec<Said>>, String> {
    let mut said = HashMap::new();
    let sources: HashMap<String, &File> = files
        .iter()
        .map(|file| (file.path.display().to_string(), file))
        .collect();
    for batch in files.chunks(BATCH) {
        let output = Command::new(server)
            .args(["explain", "--no-builtin", "--format", "json"])
            .args(batch.iter().map(|file| &file.path))
            .output()
            .map_err(|e| format!("{}: {e}", server.display()))?;
        for complaint in String::from_utf8_lossy(&output.stderr).lines() {
            eprintln!("{complaint}");
        }
        for line in output
            .stdout
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            let value: Value =
                serde_json::from_slice(line).map_err(|e| format!("the server's answer: {e}"))?;
            let path = value["file"].as_str().unwrap_or_default();
            if let Some(file) = sources.get(path) {
                said.insert(path.to_string(), constructs(&file.source, &value));
            }
        }
    }
    Ok(said)
}

fn constructs(source: &str, value: &Value) -> Vec<Said> {
    let lines = Lines::new(source);
    let offset = |place: &Value| {
        let number = |name: &str| place[name].as_u64().unwrap_or_default() as u32;
        lines.offset(source, number("line"), number("character"))
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let constructs = value["constructs"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let said = constructs.iter().map(|construct| Said {
        start: offset(&construct["range"]["start"]),
        end: offset(&construct["range"]["end"]),
        kind: text(&construct["kind"]),
        name: text(&construct["construct"]),
    });
    said.collect()
}

/// Our symbols of each file, in order.
pub fn explain(server: &Path, files: &[File]) -> Result<Vec<Explained>, String> {
    let mut said = raw(server, files)?;
    let explained = files.iter().map(|file| {
        let path = file.path.display().to_string();
        let said = said
            .remove(&path)
            .ok_or(format!("{path}: the server said nothing about it"))?;
        let symbols = said.into_iter().filter(|said| said.kind == "symbol");
        let mut symbols: Vec<_> = symbols
            .map(|said| (said.start, said.end, said.name))
            .collect();
        symbols.sort_by_key(|(start, _, _)| *start);
        let longest = symbols
            .iter()
            .map(|(start, end, _)| end - start)
            .max()
            .unwrap_or(0);
        Ok(Explained { symbols, longest })
    });
    explained.collect()
}

/// The oracle gives what these return as its own type: `T` is a `T`.
const VARIABLES: [&str; 5] = [
    "typing.TypeVar",
    "typing.ParamSpec",
    "typing.TypeVarTuple",
    "typing.NewType",
    "typing.TypeAliasType",
];

/// Types that say nothing about a value.
const NO_TYPES: [&str; 8] = [
    "object",
    "types.NoneType",
    "typing.Any",
    "typing.Never",
    "typing.NoReturn",
    "typing.LiteralString",
    "typing.Self",
    "typing.TypeVar",
];

pub fn judge(
    file: &File,
    answers: &[Answer],
    ours: &Explained,
    stubs: &Stubs,
    judged: &mut Vec<Judged>,
) {
    let mut shapes = None;
    let root = file.root.display().to_string();
    for answer in answers {
        if answer.text.starts_with("__") && answer.text.ends_with("__") {
            continue;
        }
        let said = ours.at(answer.offset, answer.offset + answer.text.len());
        let said: Vec<&str> = said
            .into_iter()
            .filter(|name| stubs.is_library(name))
            .collect();
        for (kind, theirs, verdict) in verdicts(answer, &said, stubs, &root) {
            let mut one = Judged {
                package: file.package.clone(),
                name: file.name.clone(),
                line: answer.line,
                character: answer.character,
                text: answer.text.clone(),
                kind,
                verdict,
                theirs,
                ours: said.iter().map(|name| name.to_string()).collect(),
                shape: String::new(),
                outline: String::new(),
            };
            if one.counts_against() {
                let shapes = shapes.get_or_insert_with(|| Shapes::new(file, answers, stubs));
                // The oracle has no type for it, and it is what it is called.
                if kind == Kind::Lookalike && one.theirs == ["unknown"] && shapes.renames(answer) {
                    one.verdict = Verdict::Open;
                }
                (one.shape, one.outline) = shapes.of(answer.offset);
            }
            judged.push(one);
        }
    }
}

fn verdicts(
    answer: &Answer,
    said: &[&str],
    stubs: &Stubs,
    root: &str,
) -> Vec<(Kind, Vec<String>, Verdict)> {
    let mut verdicts = Vec::new();
    let mut symbols = names(&answer.declared, stubs, |_| true);
    // A call leads to `__init__` or `__call__` as well, which is not what is written there.
    symbols.retain(|name| {
        !name
            .rsplit('.')
            .next()
            .is_some_and(|last| last.starts_with("__") && last.ends_with("__"))
    });
    if !symbols.is_empty() {
        let verdict = match said {
            [] => Verdict::Silent,
            said if said
                .iter()
                .any(|ours| symbols.iter().any(|theirs| same(ours, theirs, stubs))) =>
            {
                Verdict::Same
            }
            // A call of a variable leads to the variable and to what its value does when it is called.
            said if answer.declared.iter().any(|place| !place.stub)
                && says(said, &names(&answer.typed, stubs, |_| true), stubs) =>
            {
                Verdict::Same
            }
            // `import importlib.util` binds `importlib`; the oracle leads to the module that was imported last.
            said if said.iter().any(|ours| {
                ours.rsplit('.').next() == Some(&answer.text)
                    && stubs.is_module(ours)
                    && symbols.iter().any(|theirs| {
                        stubs.is_module(theirs) && theirs.starts_with(&format!("{ours}."))
                    })
            }) =>
            {
                Verdict::Same
            }
            _ => Verdict::Different,
        };
        return vec![(Kind::Symbol, symbols, verdict)];
    }
    if answer.declared.is_empty() || answer.declared.iter().any(|place| place.stub) {
        return verdicts;
    }
    let typed: Vec<&Location> = answer
        .typed
        .iter()
        .filter(|place| {
            stubs
                .at(place)
                .is_none_or(|symbol| symbol.name != "types.NoneType")
        })
        .collect();
    let unknown = typed.is_empty()
        || typed.iter().any(|place| {
            place.stub
                && stubs
                    .at(place)
                    .is_none_or(|symbol| symbol.name == "typing.Any")
        });
    let types = names(&answer.typed, stubs, |_| true);
    let classes = names(&answer.typed, stubs, |sort| sort == Sort::Class);
    // What an argument is called is no value: the name belongs to another function's parameter.
    let own = classes
        .iter()
        .filter(|name| *name != "types.NoneType")
        .collect::<Vec<_>>();
    if let ([class], false, true) = (
        own.as_slice(),
        unknown || answer.keyword,
        typed.iter().all(|place| place.stub),
    ) {
        let public = !class.split('.').any(|part| part.starts_with('_'));
        if public
            && types
                .iter()
                .filter(|name| *name != "types.NoneType")
                .count()
                == 1
            && !NO_TYPES.contains(&class.as_str())
        {
            let verdict = match said {
                [] => Verdict::Silent,
                said if said.iter().any(|ours| {
                    stubs
                        .names(ours)
                        .iter()
                        .any(|name| stubs.names(class).contains(name))
                }) =>
                {
                    Verdict::Same
                }
                _ => Verdict::Different,
            };
            verdicts.push((Kind::Typed, vec![class.to_string()], verdict));
        }
    }
    let own_package = answer
        .declared
        .iter()
        .all(|place| Path::new(&place.path).starts_with(root));
    if own_package && stubs.is_spelled(&answer.text) {
        let verdict = match said {
            [] => Verdict::Silent,
            said if said
                .iter()
                .any(|ours| types.iter().any(|theirs| same(ours, theirs, stubs))) =>
            {
                Verdict::Same
            }
            said if answer.typed == answer.declared
                && said.iter().any(|ours| VARIABLES.contains(ours)) =>
            {
                Verdict::Same
            }
            said if unknown
                && !said
                    .iter()
                    .any(|ours| ours.rsplit('.').next() == Some(&answer.text)) =>
            {
                Verdict::Open
            }
            _ => Verdict::Different,
        };
        let theirs = if types.is_empty() {
            vec![if unknown { "unknown" } else { "user code" }.to_string()]
        } else {
            types
        };
        verdicts.push((Kind::Lookalike, theirs, verdict));
    }
    verdicts
}

fn names(places: &[Location], stubs: &Stubs, wanted: impl Fn(Sort) -> bool) -> Vec<String> {
    let mut names = Vec::new();
    for symbol in places
        .iter()
        .filter_map(|place| stubs.at(place))
        .filter(|symbol| wanted(symbol.sort))
    {
        if !names.contains(&symbol.name) {
            names.push(symbol.name.clone());
        }
    }
    names
}

fn says(ours: &[&str], theirs: &[String], stubs: &Stubs) -> bool {
    ours.iter()
        .any(|ours| theirs.iter().any(|theirs| same(ours, theirs, stubs)))
}

/// The same symbol, or the same method under a class that inherits it.
pub fn same(ours: &str, theirs: &str, stubs: &Stubs) -> bool {
    // An enumeration's member is a value of its class.
    if ours == theirs
        || theirs
            .rsplit_once('.')
            .is_some_and(|(class, _)| class == ours && stubs.is_enumeration(class))
    {
        return true;
    }
    let (ours, theirs) = (stubs.names(ours), stubs.names(theirs));
    if ours.iter().any(|name| theirs.contains(name)) {
        return true;
    }
    ours.iter().any(|ours| {
        theirs.iter().any(
            |theirs| match (ours.rsplit_once('.'), theirs.rsplit_once('.')) {
                (Some((class, method)), Some((ancestor, inherited))) => {
                    method == inherited && stubs.inherits(class, ancestor)
                }
                _ => false,
            },
        )
    })
}
