//! Python source to constructs: which named piece of the language or of the library stands at which bytes.
//!
//! This layer knows Python and nothing else: no protocol, no positions in UTF-16, no bank, no settings.
//! The AST stays inside; what leaves is plain [`Construct`] data.
//!
//! The way through: [`guard`] refuses what no Python would run, ruff parses, [`scope`] walks the tree once (it asks
//! [`syntax`] about every node and collects scopes, bindings and uses), [`resolve`] turns names and attributes into
//! public dotted names with the help of [`symbols`], and [`traps`] looks once more for what goes wrong. Where the
//! parser found errors, [`broken`] sees to it that they cost no more than the lines they are in.

mod broken;
mod catalogue;
mod guard;
mod resolve;
mod scope;
mod symbols;
mod syntax;
mod tokens;
mod traps;
mod workspace;

#[cfg(test)]
mod broken_tests;
#[cfg(test)]
mod drawings;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod resolve_tests;
#[cfg(test)]
mod symbols_tests;

use std::borrow::Borrow;
use std::fmt;
use std::ops::{Deref, Range};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use ruff_python_ast::{ModModule, PySourceType};
use ruff_python_parser::Parsed;
use ruff_text_size::{TextRange, TextSize};

use crate::text::Text;
pub use catalogue::{SYNTAX, TRAPS, fallbacks, is_known, is_symbol_name};
pub use symbols::{canonical, has_member, is_known_package, is_module, symbol_names};
use workspace::{Summaries, View};
pub use workspace::{Uses, Workspace};

/// Where a source is, for what it imports from the user's other modules.
#[derive(Clone, Copy)]
pub struct File<'f> {
    pub workspace: &'f Workspace,
    /// Absolute.
    pub path: &'f std::path::Path,
}

/// A construct's canonical name, cheap to clone: the names of syntax and traps are static.
#[derive(Clone)]
pub struct Name(Letters);

#[derive(Clone)]
enum Letters {
    Static(&'static str),
    Shared(Arc<str>),
}

impl Name {
    pub const fn from_static(name: &'static str) -> Self {
        Self(Letters::Static(name))
    }

    pub fn as_str(&self) -> &str {
        match &self.0 {
            Letters::Static(name) => name,
            Letters::Shared(name) => name,
        }
    }
}

impl From<Arc<str>> for Name {
    fn from(name: Arc<str>) -> Self {
        Self(Letters::Shared(name))
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self(Letters::Shared(name.into()))
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Name {}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl std::hash::Hash for Name {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// One named thing in a file: what it is and which bytes carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Construct {
    pub name: Name,
    pub kind: Kind,
    pub range: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Syntax,
    Symbol,
    Trap,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Symbol => "symbol",
            Self::Trap => "trap",
        }
    }
}

/// What the parser had against a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Parse {
    #[default]
    Sound,
    /// Nothing, but for the lines that were found to blame.
    Repaired,
    Broken,
}

/// All constructs of one version of a file, or those near one place: see [`analyse_near`].
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// Why the source was not analysed at all; then there are no constructs.
    pub refused: Option<String>,
    /// What was taken from the user's other modules: see [`Workspace::is_current`].
    pub uses: Uses,
    parse: Parse,
    /// Nothing was looked for elsewhere.
    near: Option<TextRange>,
    constructs: Vec<Construct>,
    /// Beside each construct how specific it is: of several on one token the lowest goes first.
    ranks: Vec<u8>,
    /// Length of the longest range, so that [`Analysis::at`] knows how far back to look.
    longest: usize,
}

impl Analysis {
    /// Every construct of the file, ordered by start byte; at the same start the most specific first.
    pub fn constructs(&self) -> &[Construct] {
        &self.constructs
    }

    /// The constructs whose range holds the byte at `offset`, most specific first. Where none does, those that end
    /// exactly there: the cursor stands behind the word.
    pub fn at(&self, offset: usize) -> Vec<&Construct> {
        let holding = self.select(offset, |range| range.contains(&offset));
        if !holding.is_empty() {
            return holding;
        }
        self.select(offset, |range| range.end == offset)
    }

    fn select(&self, offset: usize, wanted: impl Fn(&Range<usize>) -> bool) -> Vec<&Construct> {
        let first = offset.saturating_sub(self.longest);
        let from = self
            .constructs
            .partition_point(|construct| construct.range.start < first);
        let mut found: Vec<(u8, usize, &Construct)> = self.constructs[from..]
            .iter()
            .zip(&self.ranks[from..])
            .take_while(|(construct, _)| construct.range.start <= offset)
            .filter(|(construct, _)| wanted(&construct.range))
            .map(|(construct, rank)| (*rank, construct.range.len(), construct))
            .collect();
        found.sort_by_key(|(rank, length, _)| (*rank, *length));
        found
            .into_iter()
            .map(|(_, _, construct)| construct)
            .collect()
    }

    /// Whether all constructs of the file are here.
    pub fn is_whole(&self) -> bool {
        self.near.is_none()
    }

    /// Whether the parser had nothing against the source.
    pub fn parses(&self) -> bool {
        self.refused.is_none() && self.parse == Parse::Sound
    }

    /// Whether the parser has nothing against the source but for the lines that were found to blame.
    fn is_repaired(&self) -> bool {
        self.parse == Parse::Repaired
    }

    fn refuse(reason: String) -> Self {
        Self {
            refused: Some(reason),
            ..Self::default()
        }
    }
}

/// Names the constructs of `source`. Never panics and never overflows a stack of 16 MB; input that no Python would
/// run is refused, with the reason in [`Analysis::refused`].
pub fn analyse(source: &str) -> Analysis {
    analyse_after(source, None, None)
}

/// A version of a file that parsed. What is in it is found out when a version that does not parse asks for it, unless
/// it is known already.
pub struct LastGood {
    text: Text,
    analysis: OnceLock<Arc<Analysis>>,
}

impl LastGood {
    pub fn new(text: Text, analysis: Arc<Analysis>) -> Self {
        let known = OnceLock::new();
        if analysis.is_whole() {
            // Nobody else has it yet, so it is empty.
            let _ = known.set(analysis);
        }
        Self {
            text,
            analysis: known,
        }
    }
}

/// The same for the next version of a file. Where `source` does not parse, `last` still serves the lines that have not
/// changed since.
///
/// With a `file` what it imports from the user's other modules is followed.
pub fn analyse_after(source: &str, last: Option<&LastGood>, file: Option<File>) -> Analysis {
    analyse_for(source, None, last, file)
}

/// The same for somebody who looks at one place: what is said of the bytes in `near`, and of the place where it is
/// empty, is what [`analyse_after`] says of them, and nothing is said of others. It takes half the time. Where the
/// source does not parse the whole of it is analysed, since that is most of the work then.
pub fn analyse_near(
    source: &str,
    near: Range<usize>,
    last: Option<&LastGood>,
    file: Option<File>,
) -> Analysis {
    let offset = |offset: usize| TextSize::try_from(offset.min(source.len())).unwrap_or_default();
    let (start, end) = (offset(near.start), offset(near.end));
    analyse_for(
        source,
        Some(TextRange::new(start, end.max(start))),
        last,
        file,
    )
}

fn analyse_for(
    source: &str,
    near: Option<TextRange>,
    last: Option<&LastGood>,
    file: Option<File>,
) -> Analysis {
    // The parser is young and the input is whatever someone is typing: a bug there must not end the server.
    catch_unwind(AssertUnwindSafe(|| {
        let new = analyse_in(source, near, file);
        match last {
            Some(last) if new.refused.is_none() && !new.parses() => {
                let text = last.text.to_string();
                let old = last
                    .analysis
                    .get_or_init(|| Arc::new(analyse_in(&text, None, file)));
                broken::history::merge(source, new, &text, old)
            }
            _ => new,
        }
    }))
    .unwrap_or_else(|_| {
        Analysis::refuse("the analysis failed on this source; please report it".to_owned())
    })
}

fn analyse_in(source: &str, near: Option<TextRange>, file: Option<File>) -> Analysis {
    let summaries = Summaries::new();
    let view = file.map(|file| View::new(file.workspace, file.path, &summaries));
    let mut analysis = analyse_unguarded(source, near, view.as_ref());
    analysis.uses = view.map(View::into_uses).unwrap_or_default();
    analysis
}

/// The parser and its guard alone: whether the source parses. The tree is dropped on this stack: for short sources.
#[cfg(any(test, feature = "fuzzing"))]
pub fn parse_only(source: &str) -> bool {
    guard::refusal(source).is_none()
        && ruff_python_parser::parse_unchecked_source(source, ruff_python_ast::PySourceType::Python)
            .errors()
            .is_empty()
}

/// The first thing that the parser has against a source: where, and what. Needs a stack of 16 MB.
pub fn syntax_error(source: &str) -> Option<(Range<usize>, String)> {
    catch_unwind(AssertUnwindSafe(|| {
        if let Some(reason) = guard::refusal(source) {
            return Some((0..source.len(), reason));
        }
        let parsed = parse(source);
        let first = parsed.errors().first();
        let error = first.map(|e| (e.location.to_std_range(), e.error.to_string()));
        guard::drop_tree(parsed);
        error
    }))
    .unwrap_or_default()
}

fn analyse_unguarded(source: &str, near: Option<TextRange>, view: Option<&View>) -> Analysis {
    if let Some(reason) = guard::refusal(source) {
        return Analysis::refuse(reason);
    }
    let parsed = parse(source);
    if parsed.errors().is_empty() {
        analyse_tree(source, parsed, near, view).into_analysis()
    } else {
        broken::analyse(source, parsed, view)
    }
}

fn parse(source: &str) -> Parsed<ModModule> {
    ruff_python_parser::parse_unchecked_source(source, PySourceType::Python)
}

fn analyse_tree(
    source: &str,
    parsed: Parsed<ModModule>,
    near: Option<TextRange>,
    view: Option<&View>,
) -> Found {
    let mut found = match near {
        Some(_) => Found::near(near),
        None => Found::with_capacity(parsed.tokens().len()),
    };
    let deep = {
        let tokens = tokens::TokenIndex::new(parsed.tokens(), source.len());
        let model = scope::walk(source, parsed.suite(), &tokens, &mut found);
        let package = view.map(View::package).unwrap_or_default();
        let table = |name: &str| view.and_then(|view| view.table(name));
        let others = resolve::Workspace {
            package: &package,
            table: &table,
            symbolic: false,
        };
        let mut resolver = resolve::Resolver::in_workspace(&model, view.map(|_| &others));
        resolve::resolve(&mut resolver, &mut found);
        // What is deeper than any real code gets no second look.
        if !model.deep {
            traps::find(&mut resolver, parsed.suite(), &tokens, &mut found);
        }
        model.deep
    };
    if deep {
        guard::drop_deep(parsed);
    }
    found
}

/// What the module `name` of the package `package` offers, in the notation of the table: the lines of [`symbols::Table`]. Names that it
/// imports stay names.
fn summarise(source: &str, name: &str, package: &str) -> String {
    let only_its_name = || format!("{name}\tm\t\n");
    if guard::refusal(source).is_some() {
        return only_its_name();
    }
    let summary = catch_unwind(AssertUnwindSafe(|| {
        let parsed = parse(source);
        let deep;
        // Nobody asks for constructs.
        let mut found = Found::near(Some(TextRange::default()));
        let summary = {
            let tokens = tokens::TokenIndex::new(parsed.tokens(), source.len());
            let model = scope::walk(source, parsed.suite(), &tokens, &mut found);
            deep = model.deep;
            let others = resolve::Workspace {
                package,
                table: &|_| None,
                symbolic: true,
            };
            let mut resolver = resolve::Resolver::in_workspace(&model, Some(&others));
            resolve::summary(&mut resolver, name)
        };
        if deep {
            guard::drop_deep(parsed);
        }
        summary
    }));
    summary.unwrap_or_else(|_| only_its_name())
}

/// Constructs as they are found, in no order.
struct Found {
    items: Vec<Item>,
    /// What does not touch this is not wanted.
    near: Option<TextRange>,
}

struct Item {
    range: TextRange,
    rank: u8,
    kind: Kind,
    name: Name,
}

/// How specific a construct is, lowest first. A trap is the reason to look at all; a keyword says the least.
pub(crate) mod rank {
    pub const TRAP: u8 = 0;
    /// Several tokens or a context decide: `async with`, `raise ... from`, `recursion`.
    pub const SPECIFIC: u8 = 10;
    pub const PART_OF: u8 = 12;
    pub const LIBRARY: u8 = 20;
    pub const CLOSURE: u8 = 25;
    /// A bare builtin says less about a variable than that it is captured.
    pub const BUILTIN: u8 = 30;
    pub const PLAIN: u8 = 40;
    /// Further properties of a literal: the `r` of `rb"..."`.
    pub const ALSO: u8 = 41;
}

impl Found {
    fn with_capacity(tokens: usize) -> Self {
        Self {
            items: Vec::with_capacity(tokens / 2),
            near: None,
        }
    }

    fn near(near: Option<TextRange>) -> Self {
        Self {
            items: Vec::new(),
            near,
        }
    }

    /// Whether what has this range is of interest, or anything in it.
    fn wants(&self, range: TextRange) -> bool {
        self.near
            .is_none_or(|near| range.start() <= near.end() && near.start() <= range.end())
    }

    fn add(&mut self, item: Item) {
        if self.wants(item.range) {
            self.items.push(item);
        }
    }

    fn syntax(&mut self, name: &'static str, range: TextRange, rank: u8) {
        self.add(Item {
            range,
            rank,
            kind: Kind::Syntax,
            name: Name::from_static(name),
        });
    }

    fn symbol(&mut self, name: Arc<str>, range: TextRange) {
        let rank = if name.contains('.') {
            rank::LIBRARY
        } else {
            rank::BUILTIN
        };
        self.add(Item {
            range,
            rank,
            kind: Kind::Symbol,
            name: name.into(),
        });
    }

    fn retain(&mut self, wanted: impl Fn(&Item) -> bool) {
        self.items.retain(wanted);
    }

    fn into_analysis(mut self) -> Analysis {
        self.items.retain(|item| !item.range.is_empty());
        self.items
            .sort_by_key(|item| (item.range.start(), item.rank, item.range.end()));
        self.items.dedup_by(|later, earlier| {
            later.range == earlier.range && later.kind == earlier.kind && later.name == earlier.name
        });
        let ranks = self.items.iter().map(|item| item.rank).collect();
        let constructs: Vec<Construct> = self
            .items
            .into_iter()
            .map(|item| Construct {
                name: item.name,
                kind: item.kind,
                range: item.range.to_std_range(),
            })
            .collect();
        let longest = constructs
            .iter()
            .map(|construct| construct.range.len())
            .max()
            .unwrap_or(0);
        Analysis {
            refused: None,
            uses: Uses::default(),
            parse: Parse::Sound,
            near: self.near,
            constructs,
            ranks,
            longest,
        }
    }
}
