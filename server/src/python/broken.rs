//! Code that does not parse, as it stands while somebody types: one unfinished line must not blank the rest of the file.
//!
//! The parser recovers by itself, but an open bracket or string swallows what comes after it. So where it reports
//! errors, the lines to blame are found ([`blame`]) and two more versions of the file are parsed at most: one without
//! what is unfinished, which serves every other line, and one where it is finished in the simplest way ([`close`]),
//! which serves the unfinished lines themselves. In an editor the last version that parsed helps too: see [`history`].
//!
//! The search for the lines follows the oldest idea of error repair: of several changes take the one after which the
//! parser gets furthest (Burke and Fisher, "A practical method for LR and LL syntactic error diagnosis and recovery",
//! 1987), tried on a window of the file, so that the trials together cost less than the file.

use std::collections::BTreeMap;

use ruff_python_ast::ModModule;
use ruff_python_parser::Parsed;

use super::{Analysis, Found, Kind, Parse, View, analyse_tree, guard, rank};
use lines::{Edit, Layout, Patched};

mod blame;
mod close;
pub(super) mod history;
mod lines;

/// Edited lines by their number.
type Edits = BTreeMap<usize, Edit>;

/// What was changed so that a file parses.
#[derive(Default)]
struct Repairs {
    /// The file without what is unfinished.
    absent: Edits,
    /// The file with what is unfinished finished.
    present: Edits,
    /// Nothing is wrong with the file after `absent`.
    is_clean: bool,
}

/// The constructs of a source in which the parser found errors; `parsed` is what it made of it.
pub(super) fn analyse(source: &str, parsed: Parsed<ModModule>, view: Option<&View>) -> Analysis {
    let layout = Layout::new(source);
    let repairs = blame::repairs(source, &layout, &parsed);
    if repairs.absent.is_empty() && repairs.present.is_empty() {
        let mut analysis = analyse_tree(source, parsed, None, view).into_analysis();
        analysis.parse = Parse::Broken;
        return analysis;
    }
    guard::drop_tree(parsed);
    let unfinished: Vec<usize> = repairs
        .absent
        .keys()
        .chain(repairs.present.keys())
        .copied()
        .collect();
    let is_unfinished = |line: usize| unfinished.contains(&line);
    let mut found = constructs_of(&layout, &repairs.absent, view);
    if repairs.present != repairs.absent {
        found.retain(|item| !is_unfinished(layout.line_of(item.range.start().to_usize())));
        let own = constructs_of(&layout, &repairs.present, view);
        found.items.extend(
            own.items
                .into_iter()
                .filter(|item| is_unfinished(layout.line_of(item.range.start().to_usize()))),
        );
    }
    // What is not written yet is no mistake.
    found.retain(|item| {
        item.kind != Kind::Trap || !is_unfinished(layout.line_of(item.range.start().to_usize()))
    });
    for line in &unfinished {
        first_keyword(source, &layout, *line, &mut found);
    }
    let mut analysis = found.into_analysis();
    analysis.parse = if repairs.is_clean {
        Parse::Repaired
    } else {
        Parse::Broken
    };
    analysis
}

/// The constructs of the edited file, where they stand in the source.
fn constructs_of(layout: &Layout<'_>, edits: &Edits, view: Option<&View>) -> Found {
    let patched = Patched::new(layout, edits);
    // What an open string hid may be more than the parser can take.
    let Some(parsed) = guard::parse(&patched.text) else {
        return Found::with_capacity(0);
    };
    let mut found = analyse_tree(&patched.text, parsed, None, view);
    found
        .items
        .retain_mut(|item| match patched.in_source(item.range) {
            Some(range) => {
                item.range = range;
                true
            }
            None => false,
        });
    found
}

/// The keyword that an unfinished line begins with is there, whatever comes after it.
fn first_keyword(source: &str, layout: &Layout<'_>, line: usize, found: &mut Found) {
    let range = layout.code(line);
    let text = &source[range.clone()];
    let words = [
        ("async def", rank::SPECIFIC),
        ("async with", rank::SPECIFIC),
        ("async for", rank::SPECIFIC),
        ("def", rank::PLAIN),
        ("class", rank::PLAIN),
        ("with", rank::PLAIN),
        ("for", rank::PLAIN),
        ("while", rank::PLAIN),
        ("if", rank::PLAIN),
        ("elif", rank::PLAIN),
        ("else", rank::PLAIN),
        ("try", rank::PLAIN),
        ("except", rank::PLAIN),
        ("finally", rank::PLAIN),
        ("return", rank::PLAIN),
        ("raise", rank::PLAIN),
        ("del", rank::PLAIN),
        ("assert", rank::PLAIN),
        ("global", rank::PLAIN),
        ("nonlocal", rank::PLAIN),
        ("import", rank::PLAIN),
        ("lambda", rank::PLAIN),
        ("await", rank::PLAIN),
    ];
    let word = words.into_iter().find(|(word, _)| {
        text.strip_prefix(word).is_some_and(|rest| {
            !rest.starts_with(|next: char| next == '_' || next.is_alphanumeric())
        })
    });
    let (name, length, rank) = match word {
        Some((word, rank)) => (word, word.len(), rank),
        None if text.starts_with('@') => ("decorator", 1, rank::PLAIN),
        None => return,
    };
    let range = lines::text_range(range.start..range.start + length);
    if found
        .items
        .iter()
        .all(|item| item.range.start() != range.start())
    {
        found.syntax(name, range, rank);
    }
}
