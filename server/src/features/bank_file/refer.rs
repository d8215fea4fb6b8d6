//! Where the ids, constructs and links of a document lead, and what leads to them.

use super::{File, Place, Source, Thing, metadata, target, title};
use crate::bank;
use crate::python;
use percent_encoding::percent_decode_str;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The places that what stands at an offset names: the questions of an id in all languages, those of this document's first; the document
/// or heading of a link. `own` is the document's place among the sources.
pub fn definition(sources: &[Source], own: usize, offset: usize) -> Vec<Place> {
    let Some(source) = sources.get(own) else {
        return Vec::new();
    };
    let file = File::read(&source.path, &source.text);
    let Some(found) = file.at(offset) else {
        return Vec::new();
    };
    match found.thing {
        Thing::Id(id) | Thing::See(id) => {
            let mut places = declarations(sources, id);
            let lang = |d: &Declaration| d.lang != file.parsed.lang;
            places.sort_by_key(|d| (lang(d), d.place.path != file.path));
            places.into_iter().map(|d| d.place).collect()
        }
        Thing::Link(link) => {
            let path = file.target(link);
            let target = sources
                .iter()
                .find(|s| metadata::normal(&s.path) == path)
                .map(|source| (&source.path, bank::marks(&source.text)));
            // As the bank writes it, where it is one of its documents.
            let named = target.as_ref().map_or(&path, |(path, _)| *path).clone();
            let anchor = link.anchor.as_deref().map(bank::anchor_key);
            let range = match (target, anchor) {
                // A picture, or a document that is no bank's: the caller knows whether there is one.
                (None, _) | (_, None) => 0..0,
                (Some((_, marks)), Some(key)) => match marks.anchors.get(&key) {
                    Some(anchor) => anchor.range.start..anchor.range.start,
                    None if key == "top" => 0..0,
                    None => return Vec::new(),
                },
            };
            vec![Place::new(&named, &range)]
        }
        _ => Vec::new(),
    }
}

/// The places that name what stands at an offset: an id or a question's title, a construct, a heading or a document.
pub fn references(sources: &[Source], own: usize, offset: usize, declared: bool) -> Vec<Place> {
    let Some(source) = sources.get(own) else {
        return Vec::new();
    };
    let file = File::read(&source.path, &source.text);
    let Some(found) = file.at(offset) else {
        return Vec::new();
    };
    let title = found.question.and_then(|n| file.parsed.questions.get(n));
    let mut places = match found.thing {
        Thing::Id(id) | Thing::See(id) => of_id(sources, id, declared),
        Thing::Title => title.map_or(Vec::new(), |q| of_id(sources, &q.id, declared)),
        Thing::Construct(name) => of_construct(sources, name),
        Thing::Link(link) => {
            let anchor = link.anchor.as_deref().map(bank::anchor_key);
            links_to(sources, &[(file.target(link), anchor)])
        }
        Thing::Anchor(key) => links_to(sources, &[(file.path.clone(), Some(key.to_string()))]),
        Thing::Metadata => Vec::new(),
    };
    places.sort();
    places.dedup();
    places
}

/// A question with an id: where it says so, else its title, and what leads to it.
pub(super) struct Declaration {
    pub place: Place,
    pub lang: String,
    /// Its author wrote the id; else it is made from the title.
    pub given: bool,
    anchors: Vec<String>,
}

pub(super) fn declarations(sources: &[Source], id: &str) -> Vec<Declaration> {
    let holding = |source: &&Source| source.text.contains(id);
    let found: Vec<_> = sources.iter().filter(holding).collect();
    let found: Vec<_> = found.into_iter().flat_map(|s| declared_in(s, id)).collect();
    if !found.is_empty() {
        return found;
    }
    // An id made from a title stands nowhere as it is.
    let others = sources.iter().filter(|source| !holding(source));
    others.flat_map(|source| declared_in(source, id)).collect()
}

fn declared_in(source: &Source, id: &str) -> Vec<Declaration> {
    let file = File::read(&source.path, &source.text);
    let questions = file.questions().filter(|(question, _)| question.id == id);
    let declarations = questions.map(|(question, metadata)| {
        let entry = metadata.and_then(|m| m.entry("id"));
        let entry = entry.filter(|entry| entry.value == Some(id));
        let range = match entry {
            Some(entry) => entry.value_start..entry.value_start + id.len(),
            None => title(file.text, question),
        };
        Declaration {
            place: Place::new(&source.path, &range),
            lang: file.parsed.lang.clone(),
            given: entry.is_some(),
            anchors: file.anchors_of(question).map(String::from).collect(),
        }
    });
    declarations.collect()
}

/// Every `see` that names an id.
pub(super) fn sees(sources: &[Source], id: &str) -> Vec<Place> {
    let mut places = Vec::new();
    for source in sources.iter().filter(|s| s.text.contains(id)) {
        let parsed = bank::parse(&source.text);
        for question in &parsed.questions {
            let Some(metadata) = metadata::of(&source.text, question) else {
                continue;
            };
            let values = metadata.list("see").into_iter();
            let same = values.filter(|(value, _)| *value == id);
            places.extend(same.map(|(_, range)| Place::new(&source.path, &range)));
        }
    }
    places
}

fn of_id(sources: &[Source], id: &str, declared: bool) -> Vec<Place> {
    let declarations = declarations(sources, id);
    let mut places = sees(sources, id);
    let targets: Vec<_> = declarations
        .iter()
        .flat_map(|d| {
            let path = metadata::normal(&d.place.path);
            d.anchors
                .iter()
                .map(move |key| (path.clone(), Some(key.clone())))
        })
        .collect();
    places.extend(links_to(sources, &targets));
    if declared {
        places.extend(declarations.into_iter().map(|d| d.place));
    }
    places
}

/// The questions that list a construct, under whichever of its names.
fn of_construct(sources: &[Source], name: &str) -> Vec<Place> {
    let canonical = python::canonical(name);
    let mut places = Vec::new();
    for source in sources.iter().filter(|s| s.text.contains("constructs")) {
        let parsed = bank::parse(&source.text);
        for question in &parsed.questions {
            let Some(metadata) = metadata::of(&source.text, question) else {
                continue;
            };
            let values = metadata.list("constructs").into_iter();
            let same = values.filter(|(value, _)| python::canonical(value) == canonical);
            places.extend(same.map(|(_, range)| Place::new(&source.path, &range)));
        }
    }
    places
}

/// The links that lead to one of these documents, and there to this anchor where one is named.
fn links_to(sources: &[Source], targets: &[(PathBuf, Option<String>)]) -> Vec<Place> {
    let names: HashSet<String> = targets.iter().filter_map(|(p, _)| name(p)).collect();
    let mut places = Vec::new();
    for source in sources {
        let path = metadata::normal(&source.path);
        let own = targets.iter().any(|(target, _)| *target == path);
        if !own && !names.iter().any(|name| may_write(&source.text, name)) {
            continue;
        }
        for link in bank::marks(&source.text).links {
            let to = target(&path, &link);
            let key = link.anchor.as_deref().map(bank::anchor_key);
            let leads = targets
                .iter()
                .any(|(target, anchor)| *target == to && (anchor.is_none() || *anchor == key));
            if leads {
                places.push(Place::new(&source.path, &link.range));
            }
        }
    }
    places
}

/// Where links name a question of these documents by its id: the name alone.
pub(super) fn id_in_links(sources: &[Source], documents: &[PathBuf], id: &str) -> Vec<Place> {
    let mut places = Vec::new();
    let naming = sources.iter().filter(|source| may_write(&source.text, id));
    for source in naming {
        let path = metadata::normal(&source.path);
        for link in bank::marks(&source.text).links {
            let anchor = link.anchor.as_deref().unwrap_or_default();
            let anchor = percent_decode_str(anchor).decode_utf8_lossy();
            if anchor == id
                && documents.contains(&target(&path, &link))
                && let Some(range) = &link.anchor_range
            {
                places.push(Place::new(&source.path, range));
            }
        }
    }
    places
}

/// What another document must hold to have to do with what stands at a place: most of a bank need not be kept for an answer.
pub struct Needs {
    words: Vec<String>,
    paths: Vec<PathBuf>,
}

impl Needs {
    /// What stands at an offset, and perhaps another id. `having` are the documents whose questions have an id, as far as they are known.
    pub fn of(
        file: &File,
        offset: usize,
        other: Option<&str>,
        having: &dyn Fn(&str) -> Vec<PathBuf>,
    ) -> Needs {
        let mut needs = Needs {
            words: Vec::new(),
            paths: vec![file.path.clone()],
        };
        let found = file.at(offset);
        let question = found.as_ref().and_then(|f| f.question);
        let question = question.and_then(|n| file.parsed.questions.get(n));
        let mut ids: Vec<&str> = other.into_iter().collect();
        match found.map(|found| found.thing) {
            Some(Thing::Id(id) | Thing::See(id)) => ids.push(id),
            Some(Thing::Title) => ids.extend(question.map(|q| q.id.as_str())),
            Some(Thing::Construct(_)) => needs.words.push("constructs".to_string()),
            Some(Thing::Link(link)) => needs.paths.push(file.target(link)),
            Some(Thing::Anchor(_) | Thing::Metadata) | None => {}
        }
        for id in ids {
            needs.paths.extend(having(id));
            needs.words.push(id.to_string());
        }
        let names: Vec<String> = needs.paths.iter().filter_map(|path| name(path)).collect();
        needs.words.extend(names);
        needs
    }

    pub fn met(&self, path: &Path, text: &str) -> bool {
        let path = metadata::normal(path);
        self.paths
            .iter()
            .any(|needed| metadata::normal(needed) == path)
            || self.words.iter().any(|word| may_write(text, word))
    }
}

fn name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_string_lossy().into_owned())
}

/// Whether a text may hold a name, as it is or escaped as links escape it.
fn may_write(text: &str, name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
    text.contains(name) || (text.contains('%') && !name.chars().all(plain))
}

/// Whether a document's path is this one.
pub fn is_at(source: &Source, path: &Path) -> bool {
    metadata::normal(&source.path) == metadata::normal(path)
}

/// The id that stands at an offset.
pub fn id_at(file: &File, offset: usize) -> Option<String> {
    match file.at(offset)?.thing {
        Thing::Id(id) | Thing::See(id) => Some(id.to_string()),
        _ => None,
    }
}
