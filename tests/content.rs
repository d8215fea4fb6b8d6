//! The bank's own texts, by the rules of `content/README.md`: every Python block runs and prints what the document says, and
//! both languages are one bank.

use interview_lsp::bank::{self, Bank, Document, Entry, Lang, Origin, Sources};
use interview_lsp::python;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, mpsc};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
const THREADS: usize = 2;

static BANK: LazyLock<Bank> = LazyLock::new(|| {
    Bank::load(&Sources {
        paths: Vec::new(),
        builtin: true,
    })
});

/// A fenced block: where it is, the words after the fence, what is in it.
struct Block {
    place: String,
    words: Vec<String>,
    code: String,
    /// The `output` block right after it.
    output: Option<String>,
}

impl Block {
    fn says(&self, word: &str) -> bool {
        self.words.iter().any(|w| w == word)
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.words
            .iter()
            .find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }
}

fn name(document: &Document) -> &str {
    match document.origin {
        Origin::Builtin(name) => name,
        Origin::File(_) => "",
    }
}

/// The Python blocks of a document, fences inside list items included.
fn blocks(document: &Document) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let text = document.text().expect("it is in the binary");
    let mut lines = text.lines().enumerate();
    // The last block was Python and nothing but blank lines came since.
    let mut follows = false;
    while let Some((n, line)) = lines.next() {
        let mark = line.trim_start();
        if !mark.starts_with("```") {
            follows &= mark.is_empty();
            continue;
        }
        let indent = line.len() - mark.len();
        let words: Vec<String> = mark
            .trim_start_matches('`')
            .split_whitespace()
            .map(String::from)
            .collect();
        let fence = "`".repeat(mark.len() - mark.trim_start_matches('`').len());
        let mut code = String::new();
        for (_, line) in lines.by_ref().take_while(|(_, line)| line.trim() != fence) {
            code += line.get(indent..).unwrap_or_default();
            code.push('\n');
        }
        let place = format!("content/{}:{}", name(document), n + 1);
        let before = std::mem::replace(&mut follows, false);
        match words.first().map(String::as_str) {
            Some("python") => {
                blocks.push(Block {
                    place,
                    words: words[1..].to_vec(),
                    code,
                    output: None,
                });
                follows = true;
            }
            Some("output") => {
                assert!(
                    before,
                    "{place}: an output block stands right after its Python block"
                );
                blocks.last_mut().expect("there is one").output = Some(code);
            }
            _ => {}
        }
    }
    blocks
}

fn all_blocks() -> Vec<Block> {
    BANK.documents.iter().flat_map(|d| blocks(d)).collect()
}

// Python.

/// Where `tests/python/install.sh` put the packages that blocks marked `needs=` import. They are installed for one Python; a run
/// that is given them runs those blocks and no others.
static PACKAGES: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("PYTHON_PACKAGES").ok());

/// The interpreter itself, not the script that looks for it, and its version.
static PYTHON: LazyLock<(String, (u32, u32))> = LazyLock::new(|| {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_string());
    let code = "import sys; print(sys.executable); print(*sys.version_info[:2])";
    let output = Command::new(&python).args(["-c", code]).output();
    let output =
        output.unwrap_or_else(|e| panic!("{python}: {e}; set PYTHON to a CPython from 3.11"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = said.lines();
    let program = lines
        .next()
        .unwrap_or_else(|| panic!("{python} says nothing"))
        .to_string();
    (
        program,
        version(&lines.next().unwrap_or_default().replace(' ', ".")),
    )
});

fn version(text: &str) -> (u32, u32) {
    let numbers = text
        .split_once('.')
        .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    numbers.unwrap_or_else(|| panic!("{text:?} is no version"))
}

/// What a script of ours answers to JSON.
fn ask_python(script: &str, question: &Value) -> Value {
    let mut command = Command::new(&PYTHON.0);
    command
        .args(["-X", "utf8", "-W", "ignore", "-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("Python runs");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(question.to_string().as_bytes())
        .expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    serde_json::from_slice(&output.stdout).expect("it answers")
}

/// Runs a block in a folder and process of its own. Returns what is wrong with what it did.
fn run(block: &Block) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("block.py"), &block.code).expect("the folder takes it");
    let mut command = Command::new(&PYTHON.0);
    command
        .arg("block.py")
        .current_dir(folder.path())
        .env("PYTHONUTF8", "1")
        .env_remove("PYTHONHASHSEED");
    if block.value("needs").is_some() {
        command.env("PYTHONPATH", PACKAGES.as_deref().unwrap_or_default());
    }
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.unwrap_or_else(|e| panic!("{}: {e}", PYTHON.0));
    let (sender, receiver) = mpsc::channel();
    let mut pipes: [Box<dyn Read + Send>; 2] = [
        Box::new(child.stdout.take().expect("a pipe")),
        Box::new(child.stderr.take().expect("a pipe")),
    ];
    let readers = pipes
        .each_mut()
        .map(|pipe| std::mem::replace(pipe, Box::new(std::io::empty())));
    for (n, mut pipe) in readers.into_iter().enumerate() {
        let sender = sender.clone();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.read_to_end(&mut bytes);
            let _ = sender.send((n, String::from_utf8_lossy(&bytes).replace("\r\n", "\n")));
        });
    }
    let mut said = [String::new(), String::new()];
    for _ in 0..2 {
        let Ok((n, text)) = receiver.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            let _ = child.wait();
            return Some(format!("still runs after {PATIENCE:?}"));
        };
        said[n] = text;
    }
    let status = child.wait().expect("it ends");
    let [out, err] = said;
    let expected = block.output.as_deref().unwrap_or_default();
    if out != expected {
        return Some(format!(
            "prints\n{out}but the document says\n{expected}{err}"
        ));
    }
    // Anywhere in it: the children of a program write to the same standard error, later or in the middle of a line.
    let raised = |wanted: &str| err.contains(wanted);
    match block.value("raises") {
        Some(wanted) if status.success() || !raised(wanted) => {
            Some(format!("must end with {wanted}, but: {err}"))
        }
        None if !status.success() => Some(format!("fails: {err}")),
        _ => None,
    }
}

#[test]
fn every_python_block_prints_what_its_document_says() {
    let blocks = all_blocks();
    let here = PYTHON.1;
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut runnable = Vec::new();
    for block in &blocks {
        let known = |word: &String| {
            word == "no-run"
                || ["raises=", "min=", "max=", "needs="]
                    .iter()
                    .any(|key| word.starts_with(key))
        };
        assert!(
            block.words.iter().all(known),
            "{}: unknown word among {:?}",
            block.place,
            block.words
        );
        let too_old = block.value("min").is_some_and(|min| here < version(min));
        let too_new = block.value("max").is_some_and(|max| here > version(max));
        let kind = match () {
            () if block.says("no-run") => "not to be run",
            () if too_old || too_new => "for another version",
            () if block.value("needs").is_some() != PACKAGES.is_some() => "for another run",
            () => "ran",
        };
        *counts.entry(kind).or_default() += 1;
        if kind == "ran" {
            runnable.push(block);
        }
    }
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(block) = runnable.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(fault) = run(block) {
                        wrong
                            .lock()
                            .expect("no thread panics")
                            .push(format!("{}: {fault}", block.place));
                    }
                }
            });
        }
    });
    println!("Python blocks under {}.{}: {counts:?}", here.0, here.1);
    let mut wrong = wrong.into_inner().expect("no thread panics");
    wrong.sort();
    let least = if PACKAGES.is_some() { 1 } else { 100 };
    assert!(runnable.len() >= least, "{counts:?}");
    assert!(
        wrong.is_empty(),
        "{} of {} blocks:\n{}",
        wrong.len(),
        runnable.len(),
        wrong.join("\n")
    );
}

/// Parses each code, where this version can, and gives its tokens without comments and what strings hold.
const TOKENS: &str = r#"
import io, json, sys, tokenize

def tokens(code):
    result, depth = [], 0
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        name = tokenize.tok_name[token.type]
        if name in ("FSTRING_START", "TSTRING_START"):
            depth += 1
        elif name in ("FSTRING_END", "TSTRING_END"):
            depth -= 1
            name = "STRING"
        if depth or name in ("COMMENT", "NL"):
            continue
        if name != "STRING":
            result.append(token.string)
        elif not result or result[-1] != "'":
            result.append("'")
    return result

answers = []
for code, parse in json.load(sys.stdin):
    fault = None
    try:
        if parse:
            compile(code, "block", "exec", flags=__import__("ast").PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        fault = str(error)
    try:
        answers.append([fault, tokens(code)])
    except Exception as error:
        answers.append([fault, [repr(error)]])
json.dump(answers, sys.stdout)
"#;

#[test]
fn both_languages_have_the_same_questions_and_the_same_code() {
    let names = |lang: &str| -> Vec<String> {
        let of_lang = BANK.documents.iter().filter(|d| d.lang == lang);
        of_lang
            .map(|d| {
                name(d)
                    .split_once('/')
                    .expect("content/lang/file")
                    .1
                    .to_string()
            })
            .collect()
    };
    assert_eq!(names("en"), names("ru"));
    let mut codes = Vec::new();
    for file in names("en") {
        let [en, ru] = ["en", "ru"].map(|lang| {
            let document = BANK
                .documents
                .iter()
                .position(|d| name(d) == format!("{lang}/{file}"));
            document.unwrap_or_else(|| {
                panic!("{lang}/{file} says another language in its front matter")
            })
        });
        let of = |document: usize| {
            let document: *const Document = &*BANK.documents[document];
            BANK.entries()
                .filter(move |q| std::ptr::eq(q.document(), document))
        };
        let metadata = |q: Entry<'static>| {
            (
                q.id(),
                q.constructs(),
                q.level(),
                q.see(),
                q.sections().len(),
            )
        };
        for (en, ru) in of(en).zip(of(ru)) {
            assert_eq!(
                metadata(en),
                metadata(ru),
                "{file}:{} and {}",
                en.line(),
                ru.line()
            );
        }
        assert_eq!(of(en).count(), of(ru).count(), "{file}");
        let (en, ru) = (blocks(&BANK.documents[en]), blocks(&BANK.documents[ru]));
        for (en, ru) in en.iter().zip(&ru) {
            assert_eq!(en.words, ru.words, "{} and {}", en.place, ru.place);
        }
        assert_eq!(en.len(), ru.len(), "{file}");
        codes.extend(en.into_iter().zip(ru));
    }
    let parses = |b: &Block| b.value("min").is_none_or(|min| PYTHON.1 >= version(min));
    let question: Vec<Value> = codes
        .iter()
        .flat_map(|(en, ru)| [json!([en.code, parses(en)]), json!([ru.code, parses(ru)])])
        .collect();
    let answers = ask_python(TOKENS, &json!(question));
    let answers = answers.as_array().expect("a list");
    for ((en, ru), pair) in codes.iter().zip(answers.chunks(2)) {
        assert_eq!(pair[0][0], Value::Null, "{} does not parse", en.place);
        assert_eq!(pair[1][0], Value::Null, "{} does not parse", ru.place);
        assert_eq!(
            pair[0][1], pair[1][1],
            "{} and {} are not the same code",
            en.place, ru.place
        );
    }
}

// Metadata and cards.

/// What is wrong with each question of the built-in bank, by a rule.
fn assert_each(rule: impl Fn(Entry) -> Vec<String>) {
    let mut wrong = Vec::new();
    for question in BANK.entries() {
        let place = format!(
            "content/{}:{} ({})",
            name(question.document()),
            question.line(),
            question.id()
        );
        wrong.extend(
            rule(question)
                .into_iter()
                .map(|fault| format!("{place}: {fault}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_bank_is_large_enough_and_has_no_warnings() {
    assert_eq!(BANK.warnings, []);
    for lang in [Lang::En, Lang::Ru] {
        let count = BANK.entries().filter(|q| q.lang() == lang.as_str()).count();
        assert!(count >= 320, "{count} questions in {}", lang.as_str());
    }
}

#[test]
fn every_card_keeps_to_its_limits() {
    assert_each(|question| {
        let count = |text: &str| text.chars().count();
        let pitfall = question.pitfall().unwrap_or_default();
        let mut faults = Vec::new();
        let mut limit = |what: &str, is: usize, most: usize| {
            if is > most {
                faults.push(format!("{what}: {is} characters of {most}"));
            }
        };
        limit("heading", count(question.question()), 90);
        limit("first paragraph", count(question.answer()), 400);
        limit("pitfall", count(pitfall), 160);
        limit(
            "card",
            count(question.question()) + count(question.answer()) + count(pitfall),
            600,
        );
        if question.answer().is_empty() {
            faults.push("no first paragraph".to_string());
        }
        // Links of a card open nothing in a terminal, so the card's text stands without them.
        if question.answer() != bank::clean(question.answer()) {
            faults.push("HTML, images or local links in the first paragraph".to_string());
        }
        faults
    });
}

#[test]
fn ids_are_well_formed_and_every_see_leads_somewhere() {
    assert_each(|question| {
        let mut faults = Vec::new();
        let well_formed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let id = question.id();
        if !id.chars().all(well_formed) || id.starts_with('-') || id.ends_with('-') {
            faults.push("an id is lower case with hyphens".to_string());
        }
        for id in question.see() {
            if id == question.id() || BANK.question(id, Lang::En).is_none() {
                faults.push(format!("see: {id} leads nowhere"));
            }
        }
        faults
    });
}

#[test]
fn every_construct_in_the_metadata_is_a_name_that_code_can_carry() {
    let symbol = |name: &str| {
        name.split('.').all(|part| {
            let mut chars = part.chars();
            chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
                && chars.all(|c| c.is_alphanumeric() || c == '_')
        })
    };
    assert_each(|question| {
        let mut faults = Vec::new();
        for name in question.constructs() {
            if !python::SYNTAX.contains(&name) && !python::TRAPS.contains(&name) && !symbol(name) {
                faults.push(format!("`{name}` is no syntax, no trap and no symbol"));
            }
        }
        faults
    });
}

/// Whether some code carries a symbol: one that no code can carry is a slip of the pen.
fn is_carried(name: &str) -> bool {
    let carries = |code: &str| {
        python::analyse(code)
            .constructs()
            .iter()
            .any(|c| &*c.name == name)
    };
    let cuts = name.match_indices('.').map(|(i, _)| i).chain([name.len()]);
    carries(name) || { cuts }.any(|i| carries(&format!("import {}\n{name}\n", &name[..i])))
}

#[test]
fn every_symbol_in_the_metadata_is_found_in_code() {
    let written = |name: &&str| !python::SYNTAX.contains(name) && !python::TRAPS.contains(name);
    let names: Vec<&str> = BANK.constructs().into_iter().filter(written).collect();
    assert!(names.len() > 30);
    let dead: Vec<&str> = names.into_iter().filter(|name| !is_carried(name)).collect();
    assert!(dead.is_empty(), "no code leads to {dead:#?}");
}

#[test]
fn no_paragraph_of_a_russian_document_is_left_in_english() {
    let mut wrong = Vec::new();
    for document in BANK.documents.iter().filter(|d| d.lang == "ru") {
        let (mut fenced, mut sources) = (false, false);
        let text = document.text().expect("it is in the binary");
        for (n, line) in text.lines().enumerate() {
            let text = line.trim();
            if text.starts_with("```") {
                fenced = !fenced;
            }
            if text.starts_with('#') && !fenced {
                // Titles of English pages stay as they are.
                sources = text == "#### Источники";
            }
            let outside_code: String = text.split('`').step_by(2).collect();
            let words = outside_code
                .split(|c: char| !c.is_alphabetic())
                .filter(|w| w.len() > 2 && w.is_ascii())
                .count();
            let cyrillic = outside_code
                .chars()
                .any(|c| ('а'..='я').contains(&c) || ('А'..='Я').contains(&c));
            let table = text.starts_with('|');
            let markup = text.starts_with("<!--") || text.starts_with("---") || n < 5;
            if words >= 4 && !cyrillic && !fenced && !sources && !table && !markup {
                wrong.push(format!("content/{}:{}: {text}", name(document), n + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
