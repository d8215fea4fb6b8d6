//! The open documents: text, version and, for the versions that somebody asked about, the analysis (made by [`super::analyses`]).

use super::analyses::Job;
use super::convert;
use super::proto::{TextDocumentContentChangeEvent, Uri};
use super::uri;
use crate::bank;
use crate::features::check::Finding;
use crate::python::{Analysis, LastGood, Workspace};
use crate::text::{Encoding, Text};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Default)]
pub struct Documents {
    open: HashMap<String, Document>,
    /// The user's modules, the open ones as they stand here.
    pub workspace: Arc<Workspace>,
}

pub struct Document {
    /// As the client writes it.
    pub uri: Uri,
    /// Where it is on disk, if it is.
    pub path: Option<PathBuf>,
    pub text: Text,
    pub version: i32,
    /// Hints were published for it.
    pub hinted: bool,
    /// Findings about it as a file of a bank were published.
    pub checked: bool,
    /// Those findings, and of which version.
    pub findings: (i32, Vec<Finding>),
    /// One number for each state of each document: clients' versions may repeat themselves.
    pub turn: u64,
    /// Of this text; made by the first request for it.
    pub analysis: Option<Arc<Analysis>>,
    /// Somebody was told what is at one place of this text.
    pub glimpsed: bool,
    /// The length, in bytes, of what was analysed last, if that was quick.
    pub quick: Option<usize>,
    /// An analysis of this text, or of one before it, is running.
    pub job: Option<Arc<Job>>,
    /// The text in one piece, for those who need it so.
    whole: Option<Arc<str>>,
    /// Banks are written in Markdown, and editors may send it to us: there is no Python to look for.
    pub markdown: bool,
    /// The last version that parsed, of those that somebody asked about, and its turn.
    pub last_good: Option<(u64, Arc<LastGood>)>,
}

impl Documents {
    pub fn open(&mut self, uri: Uri, version: i32, language: &str, text: &str) {
        let path = uri::to_path(&uri);
        let document = Document {
            markdown: language == "markdown" || path.as_deref().is_some_and(bank::is_markdown),
            path,
            whole: None,
            text: Text::new(text),
            version,
            hinted: false,
            checked: false,
            findings: (version, Vec::new()),
            turn: next_turn(),
            analysis: None,
            glimpsed: false,
            quick: None,
            last_good: None,
            job: None,
            uri,
        };
        self.tell_workspace(&document);
        self.open.insert(uri::key(&document.uri), document);
    }

    fn tell_workspace(&self, document: &Document) {
        if let Some(path) = document.path.as_deref().filter(|_| !document.markdown) {
            self.workspace.set_buffer(path, document.text.clone());
        }
    }

    /// Returns false where the document was not open.
    pub fn close(&mut self, uri: &Uri) -> bool {
        let closed = self.open.remove(&uri::key(uri));
        if let Some(path) = closed.as_ref().and_then(|closed| closed.path.as_deref()) {
            self.workspace.close_buffer(path);
        }
        closed.is_some()
    }

    pub fn get(&mut self, uri: &Uri) -> Option<&mut Document> {
        self.open.get_mut(&uri::key(uri))
    }

    pub fn all(&mut self) -> impl Iterator<Item = &mut Document> {
        self.open.values_mut()
    }

    /// Applies the changes of one notification in their order.
    ///
    /// # Errors
    /// Says what was odd about them. They are applied as far as they make sense all the same: the next full text heals it.
    pub fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Result<(), String> {
        let name = uri.as_str();
        let Some(document) = self.get(uri) else {
            return match changes
                .into_iter()
                .rev()
                .find(|change| change.range.is_none())
            {
                Some(full) => {
                    self.open(uri.clone(), version, "", &full.text);
                    Err(format!(
                        "{name} changed before it was opened; taken as opened"
                    ))
                }
                None => Err(format!("{name} changed but is not open; the edit is lost")),
            };
        };
        let mut odd = None;
        if version <= document.version {
            odd = Some(format!(
                "{name}: version {version} after {}",
                document.version
            ));
        }
        document.analysis = None;
        document.glimpsed = false;
        document.turn = next_turn();
        document.whole = None;
        document.version = version;
        for change in changes {
            match change.range {
                None => document.text = Text::new(&change.text),
                Some(range) => {
                    let (start, end) =
                        (convert::position(range.start), convert::position(range.end));
                    if !document.text.edit(start, end, encoding, &change.text) {
                        odd = Some(format!(
                            "{name}: version {version} edits a range that is not there"
                        ));
                    }
                }
            }
        }
        if let Some(document) = self.open.get(&uri::key(uri)) {
            self.tell_workspace(document);
        }
        odd.map_or(Ok(()), Err)
    }
}

fn next_turn() -> u64 {
    static TURNS: AtomicU64 = AtomicU64::new(0);
    TURNS.fetch_add(1, Ordering::Relaxed)
}

impl Document {
    /// The text in one piece.
    pub fn whole(&mut self) -> Arc<str> {
        let whole = self
            .whole
            .get_or_insert_with(|| Arc::from(self.text.to_string()));
        whole.clone()
    }
}
