//! Where the full answer lies on disk: the user's own file, or a copy of the built-in document in the cache folder.

use crate::bank::{Bank, Document, Entry, Origin};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A place in a file. The line counts from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub path: PathBuf,
    pub line: usize,
    /// The heading's length in characters of the line, for a selection: the whole line's text.
    pub heading: String,
}

/// The file that holds a question and the line of its heading.
///
/// # Errors
/// Says which folder could not be written and why, or that the user's file has changed so that the question is gone.
pub fn locate(bank: &Bank, question: Entry, cache: &Path) -> Result<Place, String> {
    Places::new(cache.to_path_buf()).locate(bank, question)
}

/// The places of many questions, of which several are in one document.
pub struct Places {
    cache: PathBuf,
    files: RefCell<HashMap<Origin, PathBuf>>,
}

impl Places {
    /// `cache` is the folder for copies of built-in documents.
    pub fn new(cache: PathBuf) -> Self {
        Places {
            cache,
            files: RefCell::default(),
        }
    }

    /// As [`locate`].
    ///
    /// # Errors
    /// As [`locate`].
    pub fn locate(&self, bank: &Bank, question: Entry) -> Result<Place, String> {
        let path = self.file(question.document())?;
        let (text, line) = bank.passage(question)?;
        let heading = text.lines().next().unwrap_or_default();
        Ok(Place {
            path,
            line: line.saturating_sub(1),
            heading: heading.to_string(),
        })
    }

    /// The file of a document.
    ///
    /// A built-in one is written to the cache on first use: under a name made from its content, so that another version of
    /// the server never changes a document that is open; whole or not at all; and read-only, since edits would be lost.
    fn file(&self, document: &Document) -> Result<PathBuf, String> {
        if let Some(known) = self.files.borrow().get(&document.origin) {
            return Ok(known.clone());
        }
        let path = match &document.origin {
            Origin::File(path) => std::path::absolute(path).unwrap_or_else(|_| path.clone()),
            Origin::Builtin(name) => {
                let (lang, file) = name.split_once('/').unwrap_or(("en", name));
                let text = document.text()?;
                let folder = self.cache.join("bank").join(name_of(&text)).join(lang);
                let path = folder.join(file);
                write_once(&path, &text).map_err(|e| unwritable(&path, &e))?;
                path
            }
        };
        let mut files = self.files.borrow_mut();
        files.insert(document.origin.clone(), path.clone());
        Ok(path)
    }
}

/// A page that lists questions with the place of each, for editors that have no list of their own to choose from.
///
/// # Errors
/// Says which file could not be written and why.
pub fn results(
    bank: &Bank,
    questions: &[Entry],
    query: &str,
    cache: &Path,
) -> Result<Place, String> {
    let heading = format!("# Interview: {query}");
    let mut page = format!("{heading}\n");
    let places = Places::new(cache.to_path_buf());
    for question in questions {
        let place = places.locate(bank, *question)?;
        let (title, answer) = (question.question(), question.answer());
        let path = place.path.display();
        page.push_str(&format!(
            "\n## {title}\n\n{answer}\n\n{path}:{}\n",
            place.line + 1
        ));
    }
    let folder = cache.join("search").join(name_of(&page));
    let path = folder.join("interview-search.md");
    write_once(&path, &page).map_err(|e| unwritable(&path, &e))?;
    Ok(Place {
        path,
        line: 0,
        heading,
    })
}

/// The folder for copies of built-in documents.
pub fn cache_folder() -> PathBuf {
    match directories::ProjectDirs::from("", "", "interview-lsp") {
        Some(dirs) => dirs.cache_dir().to_path_buf(),
        // No home folder: a service account or a bare container.
        None => std::env::temp_dir().join("interview-lsp"),
    }
}

fn write_once(path: &Path, text: &str) -> std::io::Result<()> {
    // A copy that was cut short or changed is written anew.
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    // Several servers may write at once: each a file of its own, the rename makes one of them the document.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let mut permissions = file.as_file().metadata()?.permissions();
    permissions.set_readonly(true);
    file.as_file().set_permissions(permissions)?;
    file.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    format!(
        "cannot write {}: {error}; is the cache folder writable?",
        path.display()
    )
}

/// A folder's name made from the content of the file in it.
fn name_of(content: &str) -> String {
    format!("{:016x}", fnv1a(content.as_bytes()))
}

/// FNV-1a, 64 bits: names content, resists nothing. <http://www.isthe.com/chongo/tech/comp/fnv/>
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
