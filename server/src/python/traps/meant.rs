//! What the author says is meant: comments that silence linters, and comments that explain.

use ruff_text_size::TextRange;

use crate::python::{Found, Kind};

/// The rules of ruff and flake8, of pylint, mypy and pyright that warn of the same.
const RULES: [(&str, &[&str]); 14] = [
    (
        "mutable default argument",
        &["B006", "dangerous-default-value"],
    ),
    ("late-binding closure", &["B023", "cell-var-from-loop"]),
    (
        "bare except",
        &["E722", "BLE001", "B001", "bare-except", "broad-except"],
    ),
    (
        "swallowed exception",
        &[
            "S110",
            "BLE001",
            "E722",
            "SIM105",
            "W0703",
            "broad-except",
            "broad-exception-caught",
        ],
    ),
    ("is with a literal", &["F632", "literal-comparison"]),
    ("== None", &["E711", "singleton-comparison"]),
    ("blocking call in async", &["ASYNC"]),
    (
        "coroutine never awaited",
        &[
            "unused-coroutine",
            "reportUnusedCoroutine",
            "unused-awaitable",
        ],
    ),
    ("task not kept", &["RUF006"]),
    ("changing while iterating", &["B909", "modified-iterating"]),
    ("type compared", &["E721", "unidiomatic-typecheck"]),
    (
        "shadowed builtin",
        &["A001", "A002", "A003", "W0622", "redefined-builtin"],
    ),
    ("return in finally", &["B012", "SIM107", "lost-exception"]),
    (
        "star import",
        &["F403", "F401", "wildcard-import", "unused-wildcard-import"],
    ),
];

/// Removes the traps among the items from `first` on whose line says that they are meant.
pub(super) fn drop_what_is_meant(source: &str, first: usize, found: &mut Found) {
    if found.items.len() == first || !mentions_a_linter(source) {
        return;
    }
    let mut index = 0;
    found.items.retain(|item| {
        index += 1;
        index <= first
            || item.kind != Kind::Trap
            || !is_silenced(
                item.name.as_str(),
                rest_of_line(source, item.range.start().to_usize()),
            )
    });
}

fn mentions_a_linter(source: &str) -> bool {
    ["noqa", "NOQA", "pylint:", "type: ignore", "pyright:"]
        .iter()
        .any(|mark| source.contains(mark))
}

fn rest_of_line(source: &str, from: usize) -> &str {
    let rest = source.get(from..).unwrap_or_default();
    rest.split(['\n', '\r']).next().unwrap_or_default()
}

/// Whether the comment at the end of a line names a rule about this trap, or silences all.
fn is_silenced(trap: &str, line: &str) -> bool {
    let Some((_, comment)) = line.split_once('#') else {
        return false;
    };
    let noqa = comment.find("noqa").or_else(|| comment.find("NOQA"));
    if let Some(at) = noqa {
        let rest = comment.get(at + 4..).unwrap_or_default();
        if !rest.trim_start().starts_with(':') {
            return true;
        }
    }
    let rules = RULES.iter().find(|(name, _)| *name == trap);
    rules.is_some_and(|(_, rules)| rules.iter().any(|rule| comment.contains(rule)))
}

/// Whether there is a comment in these lines: the author says why. For code without strings.
pub(super) fn has_comment(source: &str, code: TextRange) -> bool {
    let (start, end) = (code.start().to_usize(), code.end().to_usize());
    source
        .get(start..end)
        .is_some_and(|code| code.contains('#'))
        || rest_of_line(source, end).contains('#')
}
