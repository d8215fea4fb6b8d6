//! Which lines are to blame for the parser's errors, and what to do about them.
//!
//! Where the parser stumbles is seldom where the mistake is: a bracket is missed lines after it was opened, a string
//! takes the next one's quotes for its end. So for the first error a few lines are suspected, each is tried without
//! and finished, and the change after which the parser gets furthest is made. Then the next error, while the budget lasts.

use std::collections::BTreeSet;
use std::ops::Range;

use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{LexicalErrorType, ParseErrorType, Parsed};
use ruff_text_size::Ranged;

use super::Repairs;
use super::close::{self, Around, Closing};
use super::lines::{Edit, Layout, Patched};
use crate::python::guard;

/// Repairs of one file; more is not typing but another language.
const MAX_REPAIRS: usize = 16;
/// Errors that are looked at, repaired or not.
const MAX_ERRORS: usize = 40;
/// Bytes that may be parsed on top of a small file's own, and per byte of the file. Measured, a byte of it takes
/// a few nanoseconds; a limit in bytes gives the same answer on every machine.
const SMALL: usize = 64 * 1024;
const PER_BYTE: usize = 2;
/// Above this, one try is all there is time for.
const LARGE: usize = 1024 * 1024;
/// Lines below an error that a trial looks at, at least and at most.
const BELOW: [usize; 2] = [25, 150];
/// Lines between a string that took the wrong quotes for its end and the first error.
const NEAR: usize = 40;
/// Statements above an error among which an open `try` is looked for.
const ABOVE: usize = 200;

pub(super) fn repairs(source: &str, layout: &Layout<'_>, parsed: &Parsed<ModModule>) -> Repairs {
    let mut search = Search {
        layout,
        repairs: Repairs::default(),
        accepted: BTreeSet::new(),
        budget: if source.len() > LARGE {
            source.len()
        } else {
            SMALL + PER_BYTE * source.len()
        },
    };
    let had_markers = search.drop_markers();
    let mut again = None;
    if had_markers {
        again = search.parse_again();
    }
    for _ in 0..MAX_ERRORS {
        let (patched, tree) = match &again {
            Some((patched, tree)) => (patched, tree),
            None => (&Patched::new(layout, &search.repairs.absent), parsed),
        };
        let Some(error) = search.first_error(patched, tree) else {
            break;
        };
        if search.repairs.absent.len() >= MAX_REPAIRS + if had_markers { 64 } else { 0 } {
            break;
        }
        if !search.repair(patched, tree, error) {
            // The parser's own way with it will have to do.
            search.accepted.insert(patched.line_of(error));
            continue;
        }
        let next = search.parse_again();
        if let Some((_, old)) = std::mem::replace(&mut again, next) {
            guard::drop_tree(old);
        }
        if again.is_none() {
            break;
        }
    }
    search.repairs.is_clean = match &again {
        Some((_, tree)) => tree.errors().is_empty(),
        None => false,
    };
    if let Some((_, tree)) = again {
        guard::drop_tree(tree);
    }
    search.repairs
}

struct Search<'l, 's> {
    layout: &'l Layout<'s>,
    repairs: Repairs,
    /// Lines with errors that no change mends.
    accepted: BTreeSet<usize>,
    /// Bytes that may still be parsed.
    budget: usize,
}

/// Lines that may be to blame: one statement's, from the first to the last.
type Suspect = Range<usize>;

/// What could be done about a suspect.
#[derive(Clone)]
struct Trial {
    edits: Vec<(usize, Edit)>,
    /// The line of the first error that is left; [`WHOLE`] where there is none.
    reaches: usize,
    /// What of the window is kept: its tokens outside the edited lines (what a string swallows is none), and, negative,
    /// the bytes taken out.
    kept: (usize, isize),
}

/// The parser got to the end of the window, and had something against that being the end.
const TO_THE_END: usize = usize::MAX - 1;
/// The parser had nothing against the window.
const WHOLE: usize = usize::MAX;

impl Search<'_, '_> {
    /// Takes out the markers of a merge: `<<<<<<<`, `|||||||`, `=======` and `>>>>>>>`.
    fn drop_markers(&mut self) -> bool {
        let mut found = false;
        for line in 0..self.layout.count() {
            let text = self.layout.text(line);
            let is_marker = ["<<<<<<< ", "||||||| ", ">>>>>>> "]
                .iter()
                .any(|marker| text.starts_with(marker))
                || matches!(
                    text.trim_end(),
                    "<<<<<<<" | "=======" | ">>>>>>>" | "|||||||"
                );
            if is_marker {
                self.repairs.absent.insert(line, Edit::default());
                self.repairs.present.insert(line, Edit::default());
                found = true;
            }
        }
        found
    }

    fn parse_again(&mut self) -> Option<(Patched, Parsed<ModModule>)> {
        let length = self.layout.source.len();
        self.budget = self.budget.checked_sub(length)?;
        let patched = Patched::new(self.layout, &self.repairs.absent);
        let tree = guard::parse(&patched.text)?;
        Some((patched, tree))
    }

    /// Where the first error is that nobody has looked at.
    fn first_error(&self, patched: &Patched, tree: &Parsed<ModModule>) -> Option<usize> {
        tree.errors()
            .iter()
            .map(|error| error.location.start().to_usize())
            .filter(|start| !self.accepted.contains(&patched.line_of(*start)))
            .min()
    }

    /// Mends the first error; false where nothing helps.
    fn repair(&mut self, patched: &Patched, tree: &Parsed<ModModule>, error: usize) -> bool {
        let at = patched.line_of(error);
        let surroundings = Surroundings::new(patched, tree, error);
        let is_indentation = tree.errors().iter().any(|other| {
            other.location.start().to_usize() == error
                && matches!(
                    other.error,
                    ParseErrorType::UnexpectedIndentation
                        | ParseErrorType::Lexical(LexicalErrorType::IndentationError)
                )
        });
        let suspects = self.suspects(&surroundings, at, is_indentation);
        let Some(first) = suspects.iter().map(|suspect| suspect.start).min() else {
            return false;
        };
        let window = self.window(&surroundings, first, at);
        let [from, until] =
            [window.lines.start, window.lines.end].map(|line| patched.start_of(line));
        let tokens_before = count(tree, |start| (from..until).contains(&start));
        let mut best: Option<(Suspect, Trial)> = None;
        let mut best_closed: Option<(Trial, Closing)> = None;
        for suspect in suspects {
            let is_edited = suspect
                .clone()
                .any(|line| self.repairs.absent.contains_key(&line));
            if is_edited {
                continue;
            }
            let has_quotes = suspect.clone().any(|line| {
                let text = self.layout.text(line);
                text.contains("\"\"\"") || text.contains("'''")
            });
            let Some(absent) = self.try_edits(&window, without(&suspect)) else {
                break;
            };
            let closed = self.finished(&surroundings, &suspect, &window);
            let trial = match &closed {
                Some((finished, closing))
                    if finished.reaches > absent.reaches
                        || finished.reaches == absent.reaches
                            && self.is_needed(&surroundings, &suspect, closing) =>
                {
                    finished.clone()
                }
                _ => absent,
            };
            let (reached, kept) = best
                .as_ref()
                .map_or((at, (0, 0)), |(_, best)| (best.reaches, best.kept));
            // Without its quotes, a string makes sense of anything below.
            let is_honest = !has_quotes
                || trial.reaches == WHOLE
                || trial.reaches == TO_THE_END && trial.kept.0 >= tokens_before;
            let is_progress = trial.reaches > reached && is_honest;
            let is_kinder = trial.reaches == reached && reached >= TO_THE_END && trial.kept > kept;
            if is_progress || is_kinder && is_honest {
                // More tokens than before: it had swallowed them.
                let is_enough =
                    trial.reaches == WHOLE && (!has_quotes || trial.kept.0 > tokens_before);
                best = Some((suspect, trial));
                best_closed = closed;
                if is_enough {
                    break;
                }
            }
        }
        let Some((suspect, trial)) = best else {
            return false;
        };
        let mut present = trial.edits.clone();
        if let Some((finished, _)) = best_closed {
            present = finished.edits;
        } else if let Some(closing) = suspect
            .clone()
            .last()
            .filter(|_| suspect.len() == 1)
            .and_then(|line| {
                close::close(&self.layout.source[self.layout.code(line)], Around::Block)
            })
        {
            present = vec![self.edit(
                suspect.start,
                self.layout.indent(suspect.start),
                &closing,
                "",
            )];
        }
        self.repairs.absent.extend(trial.edits);
        self.repairs.present.extend(present);
        true
    }

    fn suspects(
        &self,
        surroundings: &Surroundings<'_>,
        at: usize,
        is_indentation: bool,
    ) -> Vec<Suspect> {
        let layout = self.layout;
        let before = layout.code_before(at);
        let mut suspects: Vec<Suspect> = Vec::new();
        let mut suspect = |range: Range<usize>| {
            if !range.is_empty() && !suspects.contains(&range) {
                suspects.push(range);
            }
        };
        let one = |line: usize| line..line + 1;
        // A string that ends where the parser stumbles may have taken the next one's quotes for its own end.
        for [start, end] in surroundings.strings.iter().rev().take(2) {
            if *end + 3 >= at {
                suspect(one(*start));
            }
        }
        for open in surroundings.open.iter().rev().take(3) {
            suspect(one(*open));
        }
        // Of two lines that do not fit together, the one whose indentation is rarer.
        let around = at.saturating_sub(30)..at + 30;
        let alike = |line: usize| {
            let depth = layout.depth(line);
            let lines = around.clone().filter(|other| layout.is_code(*other));
            lines.filter(|other| layout.depth(*other) == depth).count()
        };
        if let Some(before) = before
            && is_indentation
            && alike(before) < alike(at)
        {
            suspect(one(before));
        }
        suspect(one(at));
        if let Some(before) = before {
            suspect(one(before));
        }
        if let Some(open) = self.open_try(surroundings, at) {
            suspect(one(open));
        }
        // Inside brackets the parser gives up at the end of the line before a keyword.
        if let Some(after) = layout.code_after(at) {
            suspect(one(after));
        }
        if let (Some(outermost), Some(before)) = (surroundings.open.first(), before) {
            suspect(*outermost..before + 1);
            suspect(*outermost..at + 1);
        }
        let near = |[_, end]: &&[usize; 2]| *end + NEAR >= at;
        for [start, end] in surroundings.strings.iter().rev().filter(near).take(3) {
            suspect(one(*start));
            suspect(one(*end));
        }
        if let Some(innermost) = surroundings.open.last() {
            let opens = |line: &usize| close::is_open(&layout.source[layout.code(*line)]);
            for line in (innermost + 1..at).rev().take(60).filter(opens).take(3) {
                suspect(one(line));
            }
        }
        // A bracket too many ends a statement early, and its rest makes no sense; the line that is too many is above.
        for line in (at.saturating_sub(3)..at).rev() {
            if layout.is_code(line) {
                suspect(one(line));
            }
        }
        suspects
    }

    /// The last `try` above that has neither `except` nor `finally`.
    fn open_try(&self, surroundings: &Surroundings<'_>, at: usize) -> Option<usize> {
        let layout = self.layout;
        let end = surroundings.starts.partition_point(|line| *line < at);
        let mut closed: Vec<usize> = Vec::new();
        for line in surroundings.starts[..end].iter().rev().take(ABOVE) {
            let code = &layout.source[layout.code(*line)];
            let depth = layout.depth(*line);
            if code.starts_with("except") || code.starts_with("finally") {
                closed.push(depth);
            } else if code.starts_with("try") && code.trim_end().ends_with(':') {
                match closed.iter().position(|other| *other == depth) {
                    Some(index) => closed.truncate(index),
                    None => return Some(*line),
                }
            }
        }
        None
    }

    /// The lines that trials look at.
    fn window(&self, surroundings: &Surroundings<'_>, first: usize, at: usize) -> Window {
        let layout = self.layout;
        let is_start = |line: usize| surroundings.starts.binary_search(&line).is_ok();
        let begins = |line: usize, words: &[&str]| {
            let code = &layout.source[layout.code(line)];
            words.iter().any(|word| code.starts_with(word))
        };
        const DEFINITIONS: [&str; 4] = ["def ", "async def ", "class ", "@"];
        const CLAUSES: [&str; 5] = ["else", "elif", "except", "finally", "case"];
        let depth = (first..=at)
            .filter(|line| layout.is_code(*line))
            .map(|line| layout.depth(line))
            .min()
            .unwrap_or(0);
        // Not the suspect itself, which may be gone in a trial.
        let start = (0..first)
            .rev()
            .filter(|line| is_start(*line) && layout.is_code(*line))
            .find(|line| layout.depth(*line) <= depth && !begins(*line, &CLAUSES))
            .unwrap_or(0);
        // What encloses the first line, outermost first, so that its indentation and the clauses below are right.
        let mut around = Vec::new();
        let mut depth = layout.depth(start);
        let mut line = start;
        while depth > 0 && line > 0 {
            line -= 1;
            if is_start(line) && layout.is_code(line) && layout.depth(line) < depth {
                depth = layout.depth(line);
                let indent = layout.indent(line);
                around.push(match close::first_word(&layout.source[layout.code(line)]) {
                    "try" => format!("{indent}try:\n"),
                    "except" => format!("{indent}try: pass\n{indent}except 1:\n"),
                    "finally" => format!("{indent}try: pass\n{indent}finally:\n"),
                    "match" => format!("{indent}match 1:\n"),
                    "case" => format!("{indent}case 1:\n"),
                    _ => format!("{indent}if 1:\n"),
                });
            }
        }
        around.reverse();
        let head = around.concat();
        let depth = layout.depth(start);
        let mut end = (at + BELOW[0]).min(layout.count());
        while end < layout.count() && end < at + BELOW[1] {
            let is_definition = layout.depth(end) <= depth && begins(end, &DEFINITIONS);
            if is_definition {
                break;
            }
            end += 1;
        }
        Window {
            lines: start..end,
            at,
            head,
        }
    }

    /// How far the parser gets in the window with these edits; none where there is no time to try.
    fn try_edits(&mut self, window: &Window, edits: Vec<(usize, Edit)>) -> Option<Trial> {
        let mut all = self.repairs.absent.clone();
        all.extend(edits.iter().cloned());
        let patched = Patched::window(self.layout, &all, window.lines.clone(), &window.head);
        self.budget = self.budget.checked_sub(patched.text.len())?;
        let tree = guard::parse(&patched.text)?;
        let edited: Vec<Range<usize>> = edits
            .iter()
            .map(|(line, _)| patched.start_of(*line)..patched.start_of(*line + 1))
            .collect();
        let is_edited = |offset: usize| edited.iter().any(|range| range.contains(&offset));
        let taken_out: usize = edits
            .iter()
            .map(|(line, edit)| {
                self.layout
                    .code(*line)
                    .len()
                    .saturating_sub(edit.kept.len())
            })
            .sum();
        let kept = (
            count(&tree, |start| !is_edited(start)),
            -(taken_out as isize),
        );
        let first = tree
            .errors()
            .iter()
            .map(|error| (patched.line_of(error.location.start().to_usize()), error))
            .filter(|(line, _)| !self.accepted.contains(line))
            .min_by_key(|(_, error)| error.location.start())
            .map(|(line, error)| (line, error.error.clone()));
        guard::drop_tree(tree);
        let reaches = match first {
            None => WHOLE,
            Some((line, error)) => {
                // The window's end is an end where the file has none, perhaps in the middle of a string or a block.
                let is_cut = window.lines.end < self.layout.count()
                    && line > window.at
                    && (line + 3 >= window.lines.end
                        || error == ParseErrorType::Lexical(LexicalErrorType::UnclosedStringError));
                if is_cut { TO_THE_END } else { line }
            }
        };
        Some(Trial {
            edits,
            reaches,
            kept,
        })
    }

    /// The suspect finished, in the way that lets the parser get furthest.
    fn finished(
        &mut self,
        surroundings: &Surroundings<'_>,
        suspect: &Suspect,
        window: &Window,
    ) -> Option<(Trial, Closing)> {
        let layout = self.layout;
        let last = suspect.end - 1;
        let text =
            layout.source[layout.code(suspect.start).start..layout.code(last).end].to_owned();
        let own = layout.indent(suspect.start);
        let next = layout.code_after(last);
        let above = layout.code_before(suspect.start);
        let next_indent = next.map_or("", |line| layout.indent(line));
        let above_indent = above.map_or("", |line| layout.indent(line));
        let is_above = next.is_some_and(|next| self.is_body(suspect.start, next));
        let mut ways: Vec<(Around, &str, &str)> = Vec::new();
        if suspect.len() == 1 && surroundings.in_brackets(suspect.start) {
            ways.push((Around::Brackets, own, ","));
            ways.push((Around::Brackets, own, ""));
        } else {
            if is_above {
                ways.push((Around::Head, own, ""));
            }
            ways.push((Around::Block, own, ""));
            if suspect.len() == 1 {
                for indent in [next_indent, above_indent] {
                    if indent != own && !ways.iter().any(|(_, other, _)| *other == indent) {
                        ways.push((Around::Block, indent, ""));
                    }
                }
                if is_above && self.is_inserted(suspect.start, next) {
                    ways.reverse();
                }
            }
        }
        let mut best: Option<(Trial, Closing)> = None;
        let mut closings: Vec<(Around, Option<Closing>)> = Vec::new();
        for (around, indent, comma) in ways {
            let known = closings.iter().find(|(other, _)| *other == around);
            let closing = match known {
                Some((_, closing)) => closing.clone(),
                None => {
                    let closing = close::close(&text, around);
                    closings.push((around, closing.clone()));
                    closing
                }
            };
            let Some(closing) = closing.filter(|closing| closing.is_sound) else {
                continue;
            };
            let mut edits = Vec::new();
            if suspect.len() == 1 {
                edits.push(self.edit(last, indent, &closing, comma));
            } else {
                let start = layout.code(suspect.start).start;
                let kept = layout.text_range(last).start..start + closing.kept;
                if kept.start > kept.end {
                    continue;
                }
                let after = closing.suffix.clone();
                edits.push((
                    last,
                    Edit {
                        before: String::new(),
                        kept,
                        after,
                    },
                ));
            }
            let Some(trial) = self.try_edits(window, edits) else {
                break;
            };
            let is_better = best
                .as_ref()
                .is_none_or(|(other, _)| trial.reaches > other.reaches);
            let is_best = trial.reaches == WHOLE;
            if is_better {
                best = Some((trial, closing));
            }
            if is_best {
                break;
            }
        }
        best
    }

    /// Whether the line at `next` may belong to a block that `line` is the head of: one step deeper, and not a method
    /// below what is no class.
    fn is_body(&self, line: usize, next: usize) -> bool {
        let layout = self.layout;
        let (own, below) = (layout.depth(line), layout.depth(next));
        let code = &layout.source[layout.code(next)];
        let is_method = ["def ", "async def "]
            .iter()
            .any(|word| code.starts_with(word))
            && (code.contains("(self") || code.contains("(cls"));
        let is_class = layout.source[layout.code(line)].starts_with("class");
        below > own && below - own <= self.step() && (is_class || !is_method)
    }

    /// The columns by which the file indents a block.
    fn step(&self) -> usize {
        let layout = self.layout;
        let lines = (0..layout.count()).filter(|line| layout.is_code(*line));
        let depths = lines
            .map(|line| layout.depth(line))
            .filter(|depth| *depth > 1);
        depths.take(200).min().unwrap_or(8)
    }

    /// A line further left than the line right above and the one right below: put between them, not the head of what follows.
    fn is_inserted(&self, line: usize, next: Option<usize>) -> bool {
        let layout = self.layout;
        line > 0
            && next == Some(line + 1)
            && layout.is_code(line - 1)
            && layout.depth(line - 1) == layout.depth(line + 1)
    }

    fn edit(&self, line: usize, indent: &str, closing: &Closing, comma: &str) -> (usize, Edit) {
        let code = self.layout.code(line);
        let kept = code.start..code.start + closing.kept;
        let edit = Edit {
            before: indent.to_owned(),
            kept,
            after: format!("{}{comma}", closing.suffix),
        };
        (line, edit)
    }

    /// Whether other lines need what the finished suspect gives them: a block's head, or a name bound nowhere else.
    fn is_needed(
        &self,
        surroundings: &Surroundings<'_>,
        suspect: &Suspect,
        closing: &Closing,
    ) -> bool {
        let layout = self.layout;
        let is_string = |line: usize| {
            let code = &layout.source[layout.code(line)];
            code.trim_start_matches(['r', 'R', 'u', 'U'])
                .starts_with(['"', '\''])
        };
        // A statement above a docstring makes it any string.
        let is_above_docstring = layout.code_after(suspect.start).is_some_and(is_string)
            && layout
                .code_before(suspect.start)
                .is_none_or(|above| layout.source[layout.code(above)].ends_with(':'));
        suspect.len() > 1
            || !is_above_docstring
                && closing
                    .binds
                    .iter()
                    .any(|name| !surroundings.binds_elsewhere(name, suspect.start))
    }
}

/// The tokens that stand for something in the code, of those that start where it is asked for.
fn count(tree: &Parsed<ModModule>, wanted: impl Fn(usize) -> bool) -> usize {
    let tokens = tree.tokens().iter().filter(|token| {
        !token.kind().is_any_newline()
            && !matches!(token.kind(), TokenKind::Indent | TokenKind::Dedent)
            && wanted(token.start().to_usize())
    });
    tokens.count()
}

/// A suspect taken out.
fn without(suspect: &Suspect) -> Vec<(usize, Edit)> {
    suspect
        .clone()
        .map(|line| (line, Edit::default()))
        .collect()
}

struct Window {
    lines: Range<usize>,
    /// The line of the error.
    at: usize,
    head: String,
}

/// What the tokens before an error say.
struct Surroundings<'p> {
    text: &'p str,
    /// Lines of the brackets and f-strings that are open at the error, outermost first.
    open: Vec<usize>,
    /// First and last line of the strings over several lines before the error, in their order.
    strings: Vec<[usize; 2]>,
    /// Lines that begin a statement, in their order.
    starts: Vec<usize>,
    /// Lines inside brackets that an earlier line opened.
    inside: Vec<Range<usize>>,
    /// Names in places that bind, by where they stand, with the line.
    bound: Vec<(Range<usize>, usize)>,
}

impl<'p> Surroundings<'p> {
    fn new(patched: &'p Patched, tree: &Parsed<ModModule>, error: usize) -> Self {
        let text = patched.text.as_str();
        let mut surroundings = Self {
            text,
            open: Vec::new(),
            strings: Vec::new(),
            starts: Vec::new(),
            inside: Vec::new(),
            bound: Vec::new(),
        };
        let mut open: Vec<(TokenKind, usize)> = Vec::new();
        let mut begins = true;
        let mut line = 0;
        let mut head = TokenKind::Newline;
        let mut before = TokenKind::Newline;
        let mut tokens = tree
            .tokens()
            .iter()
            .filter(|token| {
                !matches!(
                    token.kind(),
                    TokenKind::Comment | TokenKind::NonLogicalNewline
                )
            })
            .peekable();
        while let Some(token) = tokens.next() {
            let (kind, range) = (token.kind(), token.range().to_std_range());
            while patched.start_of(line + 1) <= range.start && patched.start_of(line) < text.len() {
                line += 1;
            }
            if matches!(kind, TokenKind::Indent | TokenKind::Dedent) {
                continue;
            }
            let is_before = range.start < error;
            if begins {
                surroundings.starts.push(line);
                head = kind;
            }
            begins = kind == TokenKind::Newline;
            match kind {
                TokenKind::Lpar
                | TokenKind::Lsqb
                | TokenKind::Lbrace
                | TokenKind::FStringStart
                | TokenKind::TStringStart
                    if is_before =>
                {
                    open.push((kind, line));
                }
                TokenKind::Rpar
                | TokenKind::Rsqb
                | TokenKind::Rbrace
                | TokenKind::FStringEnd
                | TokenKind::TStringEnd
                    if is_before =>
                {
                    let opener = match kind {
                        TokenKind::Rpar => TokenKind::Lpar,
                        TokenKind::Rsqb => TokenKind::Lsqb,
                        TokenKind::Rbrace => TokenKind::Lbrace,
                        TokenKind::FStringEnd => TokenKind::FStringStart,
                        _ => TokenKind::TStringStart,
                    };
                    if open.last().is_some_and(|(kind, _)| *kind == opener)
                        && let Some((_, first)) = open.pop()
                        && first < line
                    {
                        if kind.is_interpolated_string_end() {
                            surroundings.strings.push([first, line]);
                        } else {
                            surroundings.inside.push(first + 1..line + 1);
                        }
                    }
                }
                TokenKind::String if is_before => {
                    let end = patched.line_of(range.end.saturating_sub(1));
                    if end > line {
                        surroundings.strings.push([line, end]);
                    }
                }
                TokenKind::Name => {
                    let next = tokens
                        .peek()
                        .map_or(TokenKind::EndOfFile, |next| next.kind());
                    let is_bound = match head {
                        TokenKind::Def | TokenKind::Async | TokenKind::At => {
                            matches!(before, TokenKind::Lpar | TokenKind::Comma | TokenKind::Star)
                                || before == TokenKind::Def
                                || before == TokenKind::DoubleStar
                        }
                        TokenKind::Import | TokenKind::From => true,
                        _ => false,
                    } || matches!(
                        before,
                        TokenKind::Def
                            | TokenKind::Class
                            | TokenKind::As
                            | TokenKind::For
                            | TokenKind::Lambda
                            | TokenKind::Global
                            | TokenKind::Nonlocal
                    ) || matches!(next, TokenKind::ColonEqual)
                        || next.as_augmented_assign_operator().is_some()
                        || open.is_empty()
                            && matches!(
                                next,
                                TokenKind::Equal
                                    | TokenKind::Colon
                                    | TokenKind::Comma
                                    | TokenKind::In
                            );
                    if is_bound {
                        surroundings.bound.push((range, line));
                    }
                }
                _ => {}
            }
            before = kind;
        }
        surroundings.open = open.iter().map(|(_, line)| *line).collect();
        surroundings.open.dedup();
        if let Some((_, first)) = open.first() {
            surroundings.inside.push(first + 1..usize::MAX);
        }
        surroundings
    }

    fn in_brackets(&self, line: usize) -> bool {
        self.inside.iter().any(|lines| lines.contains(&line))
    }

    fn binds_elsewhere(&self, name: &str, line: usize) -> bool {
        self.bound
            .iter()
            .any(|(bound, other)| *other != line && self.text.get(bound.clone()) == Some(name))
    }
}
