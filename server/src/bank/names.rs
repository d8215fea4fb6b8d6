//! Names of constructs, each kept once: a hundred thousand questions are about a few thousand names.
//!
//! The table grows for the life of the process and forgets nothing. That is bounded by the names that banks have ever said.

use rustc_hash::FxHashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

/// A name in the table. Two are equal exactly if their texts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name(u32);

#[derive(Default)]
struct Table {
    ids: FxHashMap<&'static str, Name>,
    texts: Vec<&'static str>,
}

static TABLE: LazyLock<RwLock<Table>> = LazyLock::new(RwLock::default);

impl Name {
    /// The name of a text; new ones enter the table.
    pub fn new(text: &str) -> Name {
        if let Some(known) = Name::known(text) {
            return known;
        }
        let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been quicker.
        if let Some(known) = table.ids.get(text) {
            return *known;
        }
        let name = Name(table.texts.len() as u32);
        let text: &'static str = Box::leak(text.into());
        table.texts.push(text);
        table.ids.insert(text, name);
        name
    }

    /// The name of a text that some question has said.
    pub fn known(text: &str) -> Option<Name> {
        let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
        table.ids.get(text).copied()
    }

    pub fn as_str(self) -> &'static str {
        let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
        table.texts.get(self.index()).copied().unwrap_or_default()
    }

    /// Below [`count`] at the time of asking: names are numbered from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The name of an index below [`count`].
    pub fn at(index: usize) -> Name {
        Name(index as u32)
    }
}

/// How many names there are by now.
pub fn count() -> usize {
    let table = TABLE.read().unwrap_or_else(PoisonError::into_inner);
    table.texts.len()
}
