//! The lists of `words.txt`, ready to be asked.

use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;

type Set = FxHashSet<&'static str>;

/// One list a section of the file; the sections say what each is for.
pub struct Lists {
    /// Words of labels, each with the section it is in.
    pub labels: FxHashMap<&'static str, Labels>,
    pub summary: Set,
    pub names_answer: Vec<&'static str>,
    pub about_start: Vec<&'static str>,
    pub about_end: Vec<&'static str>,
    pub contents: Set,
    pub chrome: Set,
    pub part: Set,
    pub zh_asks: Vec<&'static str>,
    pub zh_perhaps: Vec<&'static str>,
    pub asks: Set,
    pub commands: Set,
    pub things: Set,
    pub pairs: FxHashMap<&'static str, Set>,
}

/// Sections of words that make labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labels {
    Question,
    Answer,
    Filler,
}

/// The lists, read once.
pub fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let mut sections: FxHashMap<&str, Vec<&'static str>> = FxHashMap::default();
        let mut pairs: FxHashMap<&'static str, Set> = FxHashMap::default();
        let mut section = "";
        for line in include_str!("words.txt").lines() {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']');
            } else if let Some((first, second)) = line.split_once(" > ") {
                for word in first.split(' ') {
                    pairs.entry(word).or_default().extend(second.split(' '));
                }
            } else if !line.starts_with('#') && !line.is_empty() {
                sections
                    .entry(section)
                    .or_default()
                    .extend(line.split(" | "));
            }
        }
        let mut list = |name: &str| sections.remove(name).unwrap_or_default();
        let mut labels = FxHashMap::default();
        // A word in several sections is of the last of these.
        for (name, section) in [
            ("filler", Labels::Filler),
            ("answer", Labels::Answer),
            ("question", Labels::Question),
        ] {
            labels.extend(list(name).into_iter().map(|word| (word, section)));
        }
        Lists {
            names_answer: list("names-answer"),
            about_start: list("about-start"),
            about_end: list("about-end"),
            zh_asks: list("zh-asks"),
            zh_perhaps: list("zh-perhaps"),
            labels,
            summary: list("summary").into_iter().collect(),
            contents: list("contents").into_iter().collect(),
            chrome: list("chrome").into_iter().collect(),
            part: list("part").into_iter().collect(),
            asks: list("asks").into_iter().collect(),
            commands: list("commands").into_iter().collect(),
            things: list("things").into_iter().collect(),
            pairs,
        }
    })
}
