//! `workspace/symbol` for queries that begin with `?`: questions in the picker that every editor has.
//!
//! Other queries belong to the type checker beside us and get nothing, at once.

use super::convert;
use super::proto::{Location, SymbolInformation, SymbolKind};
use super::state::Shared;
use super::uri;
use crate::bank::{self, Entry};
use crate::features::{open, search};

/// More nobody scrolls through.
const MOST: usize = 50;

pub fn symbols(shared: &Shared, query: &str) -> Vec<SymbolInformation> {
    let Some(query) = query.trim_start().strip_prefix('?') else {
        return Vec::new();
    };
    let query = query.trim();
    let (bank, lang, encoding) = {
        let state = shared.state();
        (state.bank.clone(), state.lang(), state.encoding)
    };
    let found = search::search(&bank, query, MOST, lang);
    let places = open::Places::new(open::cache_folder());
    let symbols = found.into_iter().filter_map(|question| {
        let place = places.locate(&bank, question).ok()?;
        let range = convert::whole_line(place.line, &place.heading, encoding);
        #[allow(deprecated)] // The field must be written, though not filled.
        Some(SymbolInformation {
            name: name(question, query),
            // A document is what opens. VS Code leaves other kinds with a container out of some of its lists.
            kind: SymbolKind::FILE,
            tags: None,
            deprecated: None,
            location: Location::new(uri::from_path(&place.path)?, range),
            container_name: Some(question.topic())
                .filter(|topic| !topic.is_empty())
                .map(bank::plain),
        })
    });
    symbols.collect()
}

/// The title with the `?` of the query before it: VS Code shows only names that hold what was typed, letter after letter. Where the title
/// does not (a typo, the other keyboard layout), the query stands there too.
fn name(question: Entry, query: &str) -> String {
    let title = bank::plain(question.question());
    let mut letters = title.chars().flat_map(char::to_lowercase);
    let shows = query
        .to_lowercase()
        .split_whitespace()
        .collect::<String>()
        .chars()
        .all(|c| letters.any(|letter| letter == c));
    if shows {
        format!("? {title}")
    } else {
        format!("?{query} → {title}")
    }
}
