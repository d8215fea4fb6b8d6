//! Requests about the Markdown files of the user's banks. For any other document, Python above all, the answer is nothing, at once: there
//! the type checker beside us speaks.
//!
//! Who asks is answered for the texts as they were when he asked, by a thread of its own, since a bank may take long to read.

mod edits;
mod offer;
mod requests;

pub use edits::quick_fixes;
pub use offer::{Registers, offer};
pub use requests::{
    complete, definition, document_symbols, folding_ranges, hover, prepare_rename, references,
    rename,
};

use super::convert;
use super::proto::{Location, Uri};
use super::state::{ClientFlags, Shared};
use super::uri;
use crate::bank::{Bank, Origin};
use crate::features::bank_file::refer::Needs;
use crate::features::bank_file::{File, Place, Source};
use crate::features::card::Options;
use crate::text::{Encoding, Text};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file of a bank that was asked about, and the bank around it.
struct Asked {
    /// As the bank names it.
    path: PathBuf,
    text: Text,
    whole: Arc<str>,
    bank: Arc<Bank>,
    open: Vec<OpenFile>,
    encoding: Encoding,
    client: ClientFlags,
    options: Options,
}

/// A Markdown file in the editor.
struct OpenFile {
    uri: Uri,
    /// Through no links.
    real: PathBuf,
    version: i32,
    text: Text,
    whole: Arc<str>,
}

/// Answers a request about a document; `None` at once where it is no Markdown or there are no banks, and where it is in none of them.
async fn answer<T: Send + 'static>(
    shared: &Shared,
    uri: &Uri,
    answer: impl FnOnce(&Asked) -> T + Send + 'static,
) -> Option<T> {
    if !shared.is_markdown(uri) || !super::banks::has_paths(&shared.state()) {
        return None;
    }
    // Editors ask for an outline when they open a file, and not again before it is edited.
    shared.bank_loaded().await;
    let (path, asked) = {
        let mut state = shared.state();
        let document = state.documents.get(uri).filter(|d| d.markdown)?;
        let (path, text, whole) = (
            document.path.clone()?,
            document.text.clone(),
            document.whole(),
        );
        let open = state.documents.all().filter(|d| d.markdown);
        let open = open.filter_map(|d| {
            Some(OpenFile {
                uri: d.uri.clone(),
                real: d.path.clone()?,
                version: d.version,
                text: d.text.clone(),
                whole: d.whole(),
            })
        });
        let open = open.collect();
        let asked = Asked {
            path: PathBuf::new(),
            text,
            whole,
            open,
            bank: state.bank.clone(),
            encoding: state.encoding,
            client: state.client,
            options: Options {
                lang: state.lang(),
                keywords: true,
                max_lines: state.settings.hover_max_lines,
            },
        };
        (path, asked)
    };
    let work = move || {
        let path = own(&asked.bank, &path)?;
        let mut asked = Asked { path, ..asked };
        for open in &mut asked.open {
            open.real = real(&open.real);
        }
        Some(answer(&asked))
    };
    on_thread("bank file", work).await?
}

/// Runs what parses documents on a thread with the stack that it needs; `None` if it panicked.
pub async fn on_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let started = std::thread::Builder::new()
        .name(name.into())
        .stack_size(super::STACK)
        .spawn(move || {
            // Nobody waits any more only where the request was cancelled or the server ends.
            let _ = sender.send(work());
        });
    started.ok()?;
    receiver.await.ok()
}

/// The name that a bank has for a file, if it is one of its documents.
pub fn own(bank: &Bank, path: &Path) -> Option<PathBuf> {
    let real = real(path);
    let mut files = files(bank);
    // The disk is asked only about files that may be this one.
    files
        .find(|file| file.file_name() == path.file_name() && self::real(file) == real)
        .map(Path::to_path_buf)
}

/// The documents of the user's banks.
fn files(bank: &Bank) -> impl Iterator<Item = &Path> {
    bank.documents.iter().filter_map(|d| match &d.origin {
        Origin::File(path) => Some(path.as_path()),
        Origin::Builtin(_) => None,
    })
}

/// A path whose folder goes through no links.
pub fn real(path: &Path) -> PathBuf {
    let folder = path.parent().and_then(|f| std::fs::canonicalize(f).ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}

impl Asked {
    fn open(&self, path: &Path) -> Option<&OpenFile> {
        let name = path.file_name();
        let mut named = self.open.iter().filter(|o| o.real.file_name() == name);
        named.clone().next()?;
        let real = real(path);
        named.find(|open| open.real == real)
    }

    /// The text of a document of the bank as it is now.
    fn text_of(&self, path: &Path) -> Option<Arc<str>> {
        if path == self.path {
            return Some(self.whole.clone());
        }
        if let Some(open) = self.open(path) {
            return Some(open.whole.clone());
        }
        let mut documents = self.bank.documents.iter();
        let document =
            documents.find(|d| matches!(&d.origin, Origin::File(file) if file == path))?;
        Some(Arc::from(document.text().ok()?))
    }

    /// The documents of the user's banks that have to do with what stands at an offset, or with an id, and the place of the one asked
    /// about among them.
    fn sources(&self, offset: usize, other: Option<&str>) -> (Vec<Source>, usize) {
        let having = |id: &str| {
            let entries = self.bank.entries().filter(|entry| entry.id() == id);
            let files = entries.filter_map(|entry| match &entry.document().origin {
                Origin::File(path) => Some(path.clone()),
                Origin::Builtin(_) => None,
            });
            files.collect()
        };
        let file = File::read(&self.path, &self.whole);
        let needs = Needs::of(&file, offset, other, &having);
        let mut sources = vec![Source {
            path: self.path.clone(),
            text: self.whole.clone(),
        }];
        let mut seen = HashSet::from([self.path.as_path()]);
        for document in &self.bank.documents {
            let Origin::File(path) = &document.origin else {
                continue;
            };
            if !seen.insert(path) {
                continue;
            }
            let text = match self.open(path) {
                Some(open) => Ok(open.whole.clone()),
                None => document.text().map(Arc::from),
            };
            // What cannot be read now has nothing to say.
            if let Ok(text) = text
                && needs.met(path, &text)
            {
                let path = path.clone();
                sources.push(Source { path, text });
            }
        }
        (sources, 0)
    }

    fn is_builtin(&self, id: &str) -> bool {
        let mut entries = self.bank.entries().filter(|e| e.document().is_builtin());
        entries.any(|entry| entry.id() == id)
    }

    /// Places as the client knows them.
    fn locations(&self, places: &[Place]) -> Vec<Location> {
        let located = self.located(places).into_iter();
        located.map(|(_, location)| location).collect()
    }

    fn located<'p>(&self, places: &'p [Place]) -> Vec<(&'p Place, Location)> {
        let mut files = HashMap::new();
        let locations = places.iter().filter_map(|place| {
            let file = files.entry(&place.path);
            let (uri, text) = file.or_insert_with(|| self.file(&place.path)).as_ref()?;
            let range = convert::range(text, &place.range(), self.encoding);
            Some((place, Location::new(uri.clone(), range)))
        });
        locations.collect()
    }

    /// A file's URI and text. One that is no document of the bank has none that matters.
    fn file(&self, path: &Path) -> Option<(Uri, Text)> {
        if let Some(open) = self.open(path) {
            return Some((open.uri.clone(), open.text.clone()));
        }
        let uri = uri::from_path(&std::path::absolute(path).ok()?)?;
        let text = self.text_of(path);
        Some((uri, Text::new(text.as_deref().unwrap_or_default())))
    }
}
