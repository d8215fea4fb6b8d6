//! What is being typed never blanks the rest of the file: snippets put at every line of real files leave the constructs
//! of all other lines as they were.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Analysis, Construct, LastGood, analyse, analyse_after};
use crate::text::Text;

/// What stands on a line while somebody types it, one a line.
const SNIPPETS: &str = include_str!("../../../tests/fixtures/python/unfinished.txt");

/// How a file fared.
#[derive(Debug, Default, Clone)]
struct Tally {
    insertions: usize,
    /// Insertions after which everything else is as it was.
    whole: usize,
    /// The snippet made another valid file.
    valid: usize,
    constructs: usize,
    lost: usize,
    new: usize,
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.insertions += other.insertions;
        self.whole += other.whole;
        self.valid += other.valid;
        self.constructs += other.constructs;
        self.lost += other.lost;
        self.new += other.new;
    }

    fn share(&self) -> f64 {
        let wrong = self.lost + self.new;
        100.0 * (1.0 - wrong as f64 / self.constructs.max(1) as f64)
    }
}

/// Every construct by line and columns, the lines counted as they were before a line was put in at `inserted`.
fn by_place(
    source: &str,
    analysis: &Analysis,
    inserted: Option<usize>,
) -> Vec<(usize, usize, usize, usize, String)> {
    let mut starts = vec![0];
    starts.extend(
        source
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1),
    );
    let line_of = |offset: usize| starts.partition_point(|start| *start <= offset) - 1;
    let place = |construct: &Construct| {
        let (first, last) = (
            line_of(construct.range.start),
            line_of(construct.range.end - 1),
        );
        if inserted.is_some_and(|line| first <= line && line <= last) {
            return None;
        }
        let shift = usize::from(inserted.is_some_and(|line| first > line));
        Some((
            first - shift,
            construct.range.start - starts[first],
            last - shift,
            construct.range.end - starts[last],
            construct.name.to_string(),
        ))
    };
    let mut places: Vec<_> = analysis.constructs().iter().filter_map(place).collect();
    places.sort();
    places
}

/// What one list has and the other has not.
fn missing<T: Ord + Clone>(one: &[T], other: &[T]) -> Vec<T> {
    one.iter()
        .filter(|item| other.binary_search(item).is_err())
        .cloned()
        .collect()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Typed {
    /// Indented like the line below.
    InPlace,
    /// At the beginning of the line.
    AtMargin,
}

fn measure(
    name: &str,
    source: &str,
    stride: usize,
    typed: Typed,
    with_history: bool,
    report: &mut Vec<String>,
) -> BTreeMap<&'static str, Tally> {
    let before = analyse(source);
    assert!(before.parses(), "{name} does not parse");
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let expected = by_place(source, &before, None);
    let last = LastGood::new(Text::new(source), Arc::new(before));
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for (index, snippet) in SNIPPETS.lines().enumerate() {
        let tally = tallies.entry(snippet).or_default();
        for at in (index % stride..lines.len()).step_by(stride) {
            let below = lines[at..]
                .iter()
                .find(|line| !line.trim().is_empty())
                .unwrap_or(&"");
            let indent = match typed {
                Typed::InPlace => &below[..below.len() - below.trim_start().len()],
                Typed::AtMargin => "",
            };
            // Of two lines that are alike, nobody can say which is the new one.
            let typed_line = format!("{indent}{snippet}");
            let is_twin =
                |line: Option<&&str>| line.is_some_and(|line| line.trim_end() == typed_line);
            if is_twin(lines.get(at)) || at > 0 && is_twin(lines.get(at - 1)) {
                continue;
            }
            let text = format!(
                "{}{indent}{snippet}\n{}",
                lines[..at].concat(),
                lines[at..].concat()
            );
            let after = if with_history {
                analyse_after(&text, Some(&last), None)
            } else {
                analyse(&text)
            };
            tally.insertions += 1;
            if after.parses() {
                tally.valid += 1;
                continue;
            }
            let found = by_place(&text, &after, Some(at));
            let (lost, new) = (missing(&expected, &found), missing(&found, &expected));
            tally.constructs += expected.len();
            tally.lost += lost.len();
            tally.new += new.len();
            tally.whole += usize::from(lost.is_empty() && new.is_empty());
            if lost.len() + new.len() > 0 {
                report.push(format!(
                    "{:6} {name}:{} `{snippet}`: lost {:?}, new {:?}",
                    lost.len() + new.len(),
                    at + 1,
                    lost.iter().take(2).collect::<Vec<_>>(),
                    new.iter().take(2).collect::<Vec<_>>()
                ));
            }
        }
    }
    tallies
}

fn print(title: &str, tallies: &BTreeMap<&'static str, Tally>) -> Tally {
    let mut all = Tally::default();
    for tally in tallies.values() {
        all.add(tally);
    }
    println!(
        "{title}: {:.3} % of the constructs of other lines, {} of {} broken insertions whole ({:.2} %), {} were valid",
        all.share(),
        all.whole,
        all.insertions - all.valid,
        100.0 * all.whole as f64 / (all.insertions - all.valid).max(1) as f64,
        all.valid,
    );
    for (snippet, tally) in tallies {
        println!(
            "    {snippet:22} {:8.3} % lost {} new {} whole {}/{}",
            tally.share(),
            tally.lost,
            tally.new,
            tally.whole,
            tally.insertions - tally.valid
        );
    }
    all
}

fn merge(all: &mut BTreeMap<&'static str, Tally>, one: &BTreeMap<&'static str, Tally>) {
    for (snippet, tally) in one {
        all.entry(snippet).or_default().add(tally);
    }
}

/// Files of different style: asynchronous and typed; a script with tabs; and one that is continued, conflicted and so on.
const FIXTURES: &[(&str, &str)] = &[
    (
        "service.py",
        include_str!("../../../tests/fixtures/python/service.py"),
    ),
    (
        "script.py",
        include_str!("../../../tests/fixtures/python/script.py"),
    ),
];

/// Every so many lines of a fixture have a snippet put in, each snippet beginning at another line; with
/// `INTERVIEW_LSP_SAMPLE` it is every line.
fn stride() -> usize {
    if std::env::var_os("INTERVIEW_LSP_SAMPLE").is_some() {
        1
    } else {
        11
    }
}

fn assert_whole(
    title: &str,
    tallies: &BTreeMap<&'static str, Tally>,
    report: &[String],
    least: f64,
) {
    let all = print(title, tallies);
    assert!(
        all.share() >= least,
        "{title}: {:.3} % is less than {least} %:\n{}",
        all.share(),
        report
            .iter()
            .take(20)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}

/// As in an editor: the last version that parsed is known.
#[test]
fn after_a_version_that_parsed_nothing_else_changes() {
    for typed in [Typed::InPlace, Typed::AtMargin] {
        let (mut all, mut report) = (BTreeMap::new(), Vec::new());
        for (name, source) in FIXTURES {
            merge(
                &mut all,
                &measure(name, source, stride(), typed, true, &mut report),
            );
        }
        assert_whole(&format!("{typed:?} with history"), &all, &report, 100.0);
    }
}

/// As for a file that is opened broken, or on the command line.
#[test]
fn without_history_next_to_nothing_else_changes() {
    for (typed, least) in [(Typed::InPlace, 99.9), (Typed::AtMargin, 99.5)] {
        let (mut all, mut report) = (BTreeMap::new(), Vec::new());
        for (name, source) in FIXTURES {
            merge(
                &mut all,
                &measure(name, source, stride(), typed, false, &mut report),
            );
        }
        report.sort_by(|one, other| other.cmp(one));
        assert_whole(&format!("{typed:?} without history"), &all, &report, least);
    }
}

/// Files of the library that this machine's Python comes with; `PYTHON` names another one, as for the bank's tests.
fn library() -> Vec<PathBuf> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let code = "import sysconfig; print(sysconfig.get_path('stdlib'))";
    let output = std::process::Command::new(&python)
        .args(["-c", code])
        .output();
    let output = output.unwrap_or_else(|error| panic!("{python} does not run: {error}"));
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let mut files = Vec::new();
    for folder in ["", "asyncio", "json", "email", "concurrent/futures"].map(|sub| folder.join(sub))
    {
        let entries = std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        files.extend(entries.flatten().map(|entry| entry.path()));
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    files.sort();
    files
}

/// Steps through a list in an order that looks random and is always the same: a linear congruential generator with the
/// constants of Knuth's MMIX.
fn shuffled<T>(mut items: Vec<T>, seed: u64) -> Vec<T> {
    let mut state = seed;
    for index in (1..items.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        items.swap(index, (state >> 33) as usize % (index + 1));
    }
    items
}

/// `INTERVIEW_LSP_SAMPLE` takes more files than the few of every run.
#[test]
fn a_sample_of_the_library_keeps_its_constructs() {
    let sample = std::env::var("INTERVIEW_LSP_SAMPLE")
        .ok()
        .and_then(|count| count.parse().ok());
    let sources = shuffled(library(), 20).into_iter().filter_map(|path| {
        let source = std::fs::read_to_string(&path).ok()?;
        let lines = source.lines().count();
        (lines > 40 && lines < 700 && !source.contains('\r') && analyse(&source).parses())
            .then_some((path, source))
    });
    let sources: Vec<_> = sources.take(sample.unwrap_or(3)).collect();
    assert!(!sources.is_empty());
    for (typed, with_history, least) in [
        (Typed::InPlace, false, 99.5),
        (Typed::AtMargin, false, 99.0),
        (Typed::InPlace, true, 99.99),
        (Typed::AtMargin, true, 99.99),
    ] {
        let (mut all, mut report) = (BTreeMap::new(), Vec::new());
        for (path, source) in &sources {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let stride = source.lines().count() / if sample.is_some() { 6 } else { 2 } + 1;
            merge(
                &mut all,
                &measure(&name, source, stride, typed, with_history, &mut report),
            );
        }
        report.sort_by(|one, other| other.cmp(one));
        let title = format!(
            "{} files of the library, {typed:?}, with history: {with_history}",
            sources.len()
        );
        if sample.is_some() {
            println!(
                "{}",
                report
                    .iter()
                    .take(12)
                    .cloned()
                    .collect::<Vec<_>>()
                    .join("\n")
            );
        }
        assert_whole(&title, &all, &report, least);
    }
}

fn names_on(source: &str, analysis: &Analysis, line: usize) -> Vec<String> {
    let start: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let end = start + source[start..].find('\n').unwrap_or(source.len() - start);
    let on_line = analysis
        .constructs()
        .iter()
        .filter(|construct| (start..end).contains(&construct.range.start));
    on_line
        .map(|construct| construct.name.to_string())
        .collect()
}

/// The learner's cursor is on the very line that is not finished.
#[test]
fn an_unfinished_line_is_explained_as_far_as_it_goes() {
    for (snippet, expected) in [
        ("async def f(", vec!["async def"]),
        (
            "with threading.Lock(",
            vec!["with", "threading", "threading.Lock"],
        ),
        ("foo(threading.Event", vec!["threading", "threading.Event"]),
        (
            "x = f\"{threading.Lock",
            vec!["str", "f-string", "threading", "threading.Lock"],
        ),
        (
            "for x in threading.get_ident(",
            vec!["for", "threading", "threading.get_ident"],
        ),
        (
            "return [x for",
            vec!["return", "list comprehension", "list comprehension"],
        ),
        (
            "class A(threading.Thread",
            vec!["class", "inheritance", "threading", "threading.Thread"],
        ),
        ("@", vec!["decorator"]),
        ("def", vec!["def"]),
        ("else:", vec!["else"]),
        ("try:", vec!["try"]),
        ("lambda", vec!["lambda"]),
        ("import", vec!["import"]),
        ("async with ", vec!["async with", "with"]),
        (")", vec![]),
    ] {
        let source = format!(
            "import threading\n\ndef g(a):\n    b = a\n    {snippet}\n    if a:\n        print(b)\n    return b\n"
        );
        let analysis = analyse(&source);
        assert_eq!(names_on(&source, &analysis, 4), expected, "{snippet}");
        assert_eq!(names_on(&source, &analysis, 6), ["print"], "{snippet}");
    }
}

#[test]
fn a_head_that_is_not_finished_keeps_its_block() {
    let whole = "import threading\nclass A:\n    def f(self, lock: threading.Lock):\n        with lock:\n            self.f(lock)\n";
    let expected = names_on(whole, &analyse(whole), 4);
    for (old, new) in [
        ("lock: threading.Lock):", "lock: threading.Lock"),
        ("lock: threading.Lock):", "lock: threading.Lock)"),
        ("with lock:", "with lock"),
        ("with lock:", "with lock as"),
        ("class A:", "class A"),
        ("class A:", "class A("),
    ] {
        let source = whole.replace(old, new);
        assert_eq!(
            names_on(&source, &analyse(&source), 4),
            expected,
            "{source}"
        );
    }
}

#[test]
fn what_an_unfinished_line_binds_is_known_below() {
    let source = "import threading\nlock = threading.Lock(\n\nlock.acquire()\n";
    let names = names_on(source, &analyse(source), 3);
    assert!(
        names.contains(&"threading.Lock.acquire".to_owned()),
        "{names:?}"
    );
}

#[test]
fn a_conflict_shows_both_sides() {
    let source = "import gc, json\ndef f(x):\n<<<<<<< HEAD\n    gc.collect()\n=======\n    json.dumps(x)\n>>>>>>> branch\n    return x\n";
    let analysis = analyse(source);
    assert_eq!(names_on(source, &analysis, 3), ["gc", "gc.collect"]);
    assert_eq!(names_on(source, &analysis, 5), ["json", "json.dumps"]);
    assert_eq!(names_on(source, &analysis, 7), ["return"]);
    for line in [2, 4, 6] {
        assert!(names_on(source, &analysis, line).is_empty());
    }
}

/// While one line is broken, others are edited too: what they now mean is believed.
#[test]
fn edits_elsewhere_count_while_a_line_is_broken() {
    let good = "from threading import Lock\nlock = Lock()\n\n\n\n\nlock.acquire(False)\nx = 1\n";
    let last = LastGood::new(Text::new(good), Arc::new(analyse(good)));
    let edited = good
        .replace("from threading", "from multiprocessing")
        .replace("x = 1", "x = foo(");
    let analysis = analyse_after(&edited, Some(&last), None);
    assert!(!analysis.parses());
    assert_eq!(
        names_on(&edited, &analysis, 0)[..2],
        ["from ... import", "multiprocessing"]
    );
    assert!(!names_on(&edited, &analysis, 6).contains(&"threading.Lock".to_owned()));
}

/// Many mistakes, as in a file for Python 2: the lines without any are served.
#[test]
fn many_mistakes_are_lived_with() {
    let mut source = "import gc\n".to_owned();
    for number in 0..60 {
        source += &format!("def f{number}(a):\n    print \"x\", a\n    gc.collect()\n");
    }
    let analysis = analyse(&source);
    for number in 0..60 {
        assert_eq!(
            names_on(&source, &analysis, 3 + 3 * number),
            ["gc", "gc.collect"],
            "{number}"
        );
    }
}
