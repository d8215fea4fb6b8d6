//! Tests as drawings: Python with `^^^` below the tokens and the names that must be there, in `drawings/*.txt`.
//!
//! | below a line of code | means |
//! | --- | --- |
//! | `^^^^ threading.Lock` | a construct of this name with exactly this range |
//! | `^^^^ recursion; closure` | these, in this order, among those that `at` gives for the first column |
//! | `^^^^ !in` | no construct of this name touches the range |
//! | `^^^^ -` | no construct at all touches the range |
//!
//! A line `--- title` begins another drawing.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Analysis, SYNTAX, TRAPS, analyse};

const STATEMENTS: &str = include_str!("drawings/statements.txt");
const EXPRESSIONS: &str = include_str!("drawings/expressions.txt");
const FUNCTIONS: &str = include_str!("drawings/functions.txt");
const SYMBOLS: &str = include_str!("drawings/symbols.txt");
const SCOPES: &str = include_str!("drawings/scopes.txt");
const TYPES: &str = include_str!("drawings/types.txt");
const TRAP_DRAWINGS: &str = include_str!("drawings/traps.txt");
const NEW: &str = include_str!("drawings/new.txt");
const BROKEN: &str = include_str!("drawings/broken.txt");
const ALL: &[&str] = &[
    STATEMENTS,
    EXPRESSIONS,
    FUNCTIONS,
    SYMBOLS,
    SCOPES,
    TYPES,
    TRAP_DRAWINGS,
    NEW,
    BROKEN,
];

struct Mark {
    line: usize,
    range: Range<usize>,
    expected: Vec<String>,
}

/// Splits a drawing into the code and the marks on it.
fn parse(drawing: &str) -> (String, Vec<Mark>) {
    let mut code = String::new();
    let mut marks = Vec::new();
    let mut line_start = 0;
    for (number, line) in drawing.lines().enumerate() {
        let trimmed = line.trim_start();
        let carets = trimmed.len() - trimmed.trim_start_matches('^').len();
        if carets == 0 || !trimmed[carets..].starts_with(' ') {
            line_start = code.len();
            code.push_str(line);
            code.push('\n');
            continue;
        }
        let above = &code[line_start..];
        let column = line.len() - trimmed.len();
        let byte = |column: usize| {
            let offset = above
                .char_indices()
                .nth(column)
                .map_or(above.len(), |(offset, _)| offset);
            line_start + offset
        };
        let expected = trimmed[carets..]
            .trim()
            .split("; ")
            .map(str::to_owned)
            .collect();
        marks.push(Mark {
            line: number + 1,
            range: byte(column)..byte(column + carets),
            expected,
        });
    }
    (code, marks)
}

fn drawings(file: &str) -> impl Iterator<Item = (&str, &str)> {
    file.split("\n--- ")
        .map(|part| part.trim_start_matches("--- "))
        .filter_map(|part| part.split_once('\n'))
}

fn describe(analysis: &Analysis, range: &Range<usize>) -> String {
    let touching = analysis
        .constructs()
        .iter()
        .filter(|construct| touches(&construct.range, range));
    touching
        .map(|construct| format!("{} {:?}", construct.name, construct.range))
        .collect::<Vec<_>>()
        .join(", ")
}

fn touches(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// The name after `!`; `!=` is a name itself.
fn unwanted(name: &str) -> Option<&str> {
    name.strip_prefix('!').filter(|rest| *rest != "=")
}

fn check_mark(analysis: &Analysis, mark: &Mark) -> Result<(), String> {
    let mut last = 0;
    for name in &mark.expected {
        let touching = || {
            analysis
                .constructs()
                .iter()
                .filter(|construct| touches(&construct.range, &mark.range))
        };
        if name == "-" {
            if touching().next().is_some() {
                return Err("nothing should be here".to_owned());
            }
        } else if let Some(unwanted) = unwanted(name) {
            if touching().any(|construct| construct.name == *unwanted) {
                return Err(format!("`{unwanted}` should not be here"));
            }
        } else {
            if !touching()
                .any(|construct| construct.name == **name && construct.range == mark.range)
            {
                return Err(format!("`{name}` is missing"));
            }
            let at = analysis.at(mark.range.start);
            let position = at
                .iter()
                .position(|construct| construct.name == **name)
                .unwrap_or(usize::MAX);
            if position < last {
                return Err(format!("`{name}` comes too early"));
            }
            last = position;
        }
    }
    Ok(())
}

fn check(file: &str) {
    let mut failures = Vec::new();
    for (title, drawing) in drawings(file) {
        let (code, marks) = parse(drawing);
        let analysis = analyse(&code);
        assert!(
            analysis.refused.is_none(),
            "{title}: refused: {:?}",
            analysis.refused
        );
        for mark in marks {
            if let Err(reason) = check_mark(&analysis, &mark) {
                let at = &code[mark.range.clone()];
                let found = describe(&analysis, &mark.range);
                failures.push(format!(
                    "{title}, line {}: {reason} at `{at}`; found: [{found}]",
                    mark.line
                ));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} of the marks fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn statements() {
    check(STATEMENTS);
}

#[test]
fn expressions() {
    check(EXPRESSIONS);
}

#[test]
fn functions_and_classes() {
    check(FUNCTIONS);
}

#[test]
fn symbols() {
    check(SYMBOLS);
}

#[test]
fn scopes() {
    check(SCOPES);
}

#[test]
fn types() {
    check(TYPES);
}

#[test]
fn traps() {
    check(TRAP_DRAWINGS);
}

/// What is new in 3.12 to 3.15 is no mistake.
#[test]
fn new_syntax() {
    check(NEW);
    for (title, drawing) in drawings(NEW) {
        assert!(
            analyse(&parse(drawing).0).parses(),
            "{title} does not parse"
        );
    }
}

#[test]
fn broken_code() {
    check(BROKEN);
}

/// Special methods are alike: the drawing is the same for each.
#[test]
fn special_methods() {
    for method in SYNTAX.iter().filter(|name| name.starts_with("__")) {
        let carets = "^".repeat(method.len());
        check(&format!(
            "\
--- {method}
class A:
    def {method}(self): ...
        {carets} {method}
    text = '{method}'
            {carets} !{method}
def {method}(self): ...
    {carets_of_function}
a.{method}
  {carets} {method}
# {method}
  {carets} -
",
            carets_of_function = match *method {
                "__dir__" | "__getattr__" => format!("{carets} {method}"),
                _ => format!("{carets} !{method}"),
            },
        ));
    }
}

/// How often each name is drawn, and how often it is drawn where it must not be.
fn tally() -> BTreeMap<String, [usize; 2]> {
    let mut tally: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for file in ALL {
        for (_, drawing) in drawings(file) {
            for name in parse(drawing).1.into_iter().flat_map(|mark| mark.expected) {
                match unwanted(&name) {
                    Some(unwanted) => tally.entry(unwanted.to_owned()).or_default()[1] += 1,
                    None => tally.entry(name).or_default()[0] += 1,
                }
            }
        }
    }
    tally
}

#[test]
fn every_name_has_a_drawing_with_and_one_without() {
    let tally = tally();
    for name in SYNTAX
        .iter()
        .chain(TRAPS)
        .filter(|name| !name.starts_with("__"))
    {
        let [with, without] = tally.get(*name).copied().unwrap_or_default();
        assert!(with > 0, "no drawing has `{name}`");
        assert!(without > 0, "no drawing shows where `{name}` is not");
    }
}

/// A false alarm is worse than a miss.
#[test]
fn every_trap_has_at_least_as_many_negative_drawings() {
    let tally = tally();
    for name in TRAPS {
        let [with, without] = tally.get(*name).copied().unwrap_or_default();
        assert!(
            without >= with,
            "`{name}` is drawn {with} times, and {without} times where it is not"
        );
    }
}
