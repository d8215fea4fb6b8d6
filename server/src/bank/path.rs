//! The study path: in which order to learn the built-in questions, from `content/path.toml`.
//!
//! It names questions by their ids and knows nothing else of them.

use super::Lang;

/// A stretch of the path.
#[derive(Debug)]
pub struct Stage {
    /// `basics`: lower case with hyphens.
    pub id: &'static str,
    title: [&'static str; 2],
    about: [&'static str; 2],
    /// Ids, in the order to learn them.
    pub questions: &'static [&'static str],
}

impl Stage {
    pub fn title(&self, lang: Lang) -> &'static str {
        self.title[lang as usize]
    }

    /// What one learns on it, in a sentence.
    pub fn about(&self, lang: Lang) -> &'static str {
        self.about[lang as usize]
    }
}

// `PATH`, made by `build.rs`: texts are in the order of `Lang`.
include!(concat!(env!("OUT_DIR"), "/path.rs"));

/// The place of a question on the path, from 0; `None` for one that is not on it, such as the user's own.
pub fn place(id: &str) -> Option<usize> {
    let mut ids = PATH.iter().flat_map(|stage| stage.questions);
    ids.position(|known| *known == id)
}
