//! Renaming an id in all files of the user's banks: where questions have it, under `see`, and in links and anchors that are named by it.

use super::refer::{declarations, id_in_links, sees};
use super::{File, Place, Source, Thing};
use crate::bank;
use std::ops::Range;
use std::path::PathBuf;

/// The id at an offset that can be renamed. `None`: there is none.
///
/// # Errors
/// Says why the one that is there cannot be.
pub fn prepare(
    sources: &[Source],
    own: usize,
    offset: usize,
    builtin: &dyn Fn(&str) -> bool,
) -> Result<Option<(Range<usize>, String)>, String> {
    let Some(source) = sources.get(own) else {
        return Ok(None);
    };
    let file = File::read(&source.path, &source.text);
    let found = file.at(offset);
    let Some((id, range)) = found.and_then(|found| match found.thing {
        Thing::Id(id) | Thing::See(id) => Some((id.to_string(), found.range)),
        _ => None,
    }) else {
        return Ok(None);
    };
    let declared = declarations(sources, &id);
    if declared.iter().any(|d| d.given) {
        return Ok(Some((range, id)));
    }
    Err(if !declared.is_empty() {
        format!(
            "`{id}` is made from the question's title; give the question an `id` of its own first"
        )
    } else if builtin(&id) {
        format!("`{id}` is a question of the built-in bank, whose ids stay as they are")
    } else {
        format!("no question of your banks has the id `{id}`")
    })
}

/// The places that an id stands at, to be written anew, sorted. `taken` says where another question has a name already.
///
/// # Errors
/// As [`prepare`], and says what is wrong with the new name.
pub fn rename(
    sources: &[Source],
    own: usize,
    offset: usize,
    new: &str,
    builtin: &dyn Fn(&str) -> bool,
    taken: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<Place>, String> {
    let Some((_, id)) = prepare(sources, own, offset, builtin)? else {
        return Err("there is no id here; put the cursor on one in `id:` or `see:`".to_string());
    };
    if new == id {
        return Ok(Vec::new());
    }
    check_name(new)?;
    let other = declarations(sources, new).into_iter().next();
    let other = other.map(|d| d.place.path.display().to_string());
    if let Some(place) = other.or_else(|| taken(new)) {
        return Err(format!("the id `{new}` is taken by a question in {place}"));
    }
    let declared = declarations(sources, &id);
    let mut places = sees(sources, &id);
    places.extend(declared.iter().filter(|d| d.given).map(|d| d.place.clone()));
    // Links to an anchor of that name go along, unless a heading made the name: that one stays.
    let mut documents: Vec<PathBuf> = Vec::new();
    for source in sources {
        if !declared.iter().any(|d| d.place.path == source.path) {
            continue;
        }
        let file = File::read(&source.path, &source.text);
        match file.marks.anchors.get(&bank::anchor_key(&id)) {
            Some(anchor) if anchor.name == id && anchor.given.is_some() => {
                let given = anchor.given.iter();
                places.extend(given.map(|range| Place::new(&source.path, range)));
                documents.push(file.path);
            }
            Some(_) => {}
            None => documents.push(file.path),
        }
    }
    places.extend(id_in_links(sources, &documents, &id));
    places.sort();
    places.dedup();
    Ok(places)
}

/// # Errors
/// Says what an id may hold.
fn check_name(name: &str) -> Result<(), String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    let sound =
        name.chars().all(fits) && name.chars().any(char::is_alphanumeric) && name.len() <= 200;
    if sound {
        return Ok(());
    }
    Err(format!(
        "`{name}` cannot be an id; write letters, digits, `-`, `_`, `.` and `+` without blanks, such as `stack-vs-heap`"
    ))
}
