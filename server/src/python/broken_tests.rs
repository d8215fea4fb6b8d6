//! What is being typed never blanks the rest of the file: snippets put at every line of real files leave the constructs
//! of all other lines as they were.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Analysis, Construct, analyse, analyse_after};

/// What stands on a line while somebody types it.
const SNIPPETS: &[&str] = &[
    "async def f(",
    "with threading.Lock(",
    "foo(bar",
    "x = f\"{x",
    "\"\"\"",
    "'''",
    "x = [",
    "{",
    "class A(",
    "@",
    "def",
    "if x",
    "for",
    "lambda",
    "import",
    "from a import (",
    "x = (1,",
    "print(\"abc",
    "return [x for",
    "try:",
    "async with ",
    "a.b.",
    "else:",
    ")",
    "]",
    "}",
    "   wrong = 1",
    "\\",
    "<<<<<<< HEAD",
];

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
fn by_place(source: &str, analysis: &Analysis, inserted: Option<usize>) -> Vec<(usize, usize, usize, usize, String)> {
    let mut starts = vec![0];
    starts.extend(source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1));
    let line_of = |offset: usize| starts.partition_point(|start| *start <= offset) - 1;
    let place = |construct: &Construct| {
        let (first, last) = (line_of(construct.range.start), line_of(construct.range.end - 1));
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
    one.iter().filter(|item| other.binary_search(item).is_err()).cloned().collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Typed {
    /// Indented like the line below.
    InPlace,
    /// At the beginning of the line.
    AtMargin,
}

fn measure(name: &str, source: &str, stride: usize, typed: Typed, with_history: bool, report: &mut Vec<String>) -> BTreeMap<&'static str, Tally> {
    let before = analyse(source);
    assert!(before.parses(), "{name} does not parse");
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let expected = by_place(source, &before, None);
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for (index, snippet) in SNIPPETS.iter().enumerate() {
        let tally = tallies.entry(snippet).or_default();
        for at in (index % stride..lines.len()).step_by(stride) {
            let below = lines[at..].iter().find(|line| !line.trim().is_empty()).unwrap_or(&"");
            let indent = match typed {
                Typed::InPlace => &below[..below.len() - below.trim_start().len()],
                Typed::AtMargin => "",
            };
            let text = format!("{}{indent}{snippet}\n{}", lines[..at].concat(), lines[at..].concat());
            let after = if with_history {
                analyse_after(&text, Some((source, &before)))
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
        println!("    {snippet:22} {:8.3} % lost {} new {} whole {}/{}", tally.share(), tally.lost, tally.new, tally.whole, tally.insertions - tally.valid);
    }
    all
}

fn merge(all: &mut BTreeMap<&'static str, Tally>, one: &BTreeMap<&'static str, Tally>) {
    for (snippet, tally) in one {
        all.entry(snippet).or_default().add(tally);
    }
}

#[test]
fn measure_by_environment() {
    let Ok(files) = std::env::var("BROKEN_FILES") else { return };
    let stride: usize = std::env::var("BROKEN_STRIDE").ok().and_then(|s| s.parse().ok()).unwrap_or(7);
    for (typed, with_history) in [(Typed::InPlace, false), (Typed::AtMargin, false), (Typed::InPlace, true), (Typed::AtMargin, true)] {
        let mut all = BTreeMap::new();
        let mut report = Vec::new();
        let started = std::time::Instant::now();
        for file in files.split_whitespace() {
            let source = std::fs::read_to_string(PathBuf::from(file)).expect("a readable file");
            merge(&mut all, &measure(file.rsplit('/').next().unwrap_or(file), &source, stride, typed, with_history, &mut report));
        }
        let title = format!("{} {}", if typed == Typed::InPlace { "in place" } else { "at margin" }, if with_history { "with history" } else { "without" });
        print(&title, &all);
        report.sort();
        report.reverse();
        for line in report.iter().take(25) {
            println!("  {line}");
        }
        println!("{:?}", started.elapsed());
    }
}

#[test]
fn show_by_environment() {
    let Ok(cases) = std::env::var("BROKEN_SHOW") else { return };
    for case in cases.split(';') {
        let mut parts = case.splitn(3, ':');
        let (Some(file), Some(line), Some(snippet)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let source = std::fs::read_to_string(file).expect("a file");
        let lines: Vec<&str> = source.split_inclusive('\n').collect();
        let at = line.parse::<usize>().expect("a line") - 1;
        let snippet = snippet.strip_prefix('|').map_or_else(|| {
            let below = lines[at..].iter().find(|line| !line.trim().is_empty()).unwrap_or(&"");
            format!("{}{snippet}", &below[..below.len() - below.trim_start().len()])
        }, str::to_owned);
        let text = format!("{}{snippet}\n{}", lines[..at].concat(), lines[at..].concat());
        println!("=== {case}\n{}", super::broken::explain(&text));
        println!("{}{snippet}\n{}", lines[at.saturating_sub(6)..at].concat(), lines[at..(at + 6).min(lines.len())].concat());
    }
}
