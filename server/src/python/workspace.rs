//! The user's other modules: what an import of one's own code brings.
//!
//! Each module is summarised by itself, in the notation of the table of the standard library, with names of other modules left as
//! names; so a summary depends on one file alone and cycles of imports do no harm. A file that is open in the editor counts as it stands
//! there, others as they are on disk: that is looked at anew whenever somebody asks. This is the only part of the layer that reads
//! files; it must not know the protocol.
//!
//! Limits: a module of more than [`MAX_FILE`] bytes is not read, an analysis reads at most [`MAX_MODULES`] that are new to it, and at
//! most [`MAX_KEPT`] summaries are kept.

mod find;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use self::find::Place;
use super::symbols::Table;
use crate::text::Text;

/// The largest module (in bytes) that is summarised.
pub const MAX_FILE: u64 = 1 << 20;
/// Modules that one analysis summarises; what is beyond is not known to it. A few milliseconds each.
pub const MAX_MODULES: usize = 40;
/// Summaries that are kept.
pub const MAX_KEPT: usize = 2_000;

/// The user's modules as far as anybody asked for them. Shared between threads.
#[derive(Default)]
pub struct Workspace {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    roots: Vec<PathBuf>,
    buffers: HashMap<PathBuf, Buffer>,
    kept: HashMap<PathBuf, Kept>,
    /// Counts what may have made or unmade files: where it stands still, a name that led nowhere still does.
    turn: u64,
    buffer_count: u64,
}

struct Buffer {
    stamp: u64,
    text: Text,
}

struct Kept {
    stamp: Stamp,
    summary: Arc<Table>,
}

/// Which state of a file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stamp {
    Buffer(u64),
    File {
        bytes: u64,
        modified: Option<SystemTime>,
    },
    Gone,
}

/// What an analysis took from other files.
#[derive(Debug, Clone, Default)]
pub struct Uses {
    files: Vec<(PathBuf, Stamp)>,
    /// Some import led to no file, when the workspace was at this turn.
    missed: Option<u64>,
}

impl Workspace {
    fn state(&self) -> MutexGuard<'_, State> {
        // A panic between two statements leaves a state like any other.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The folders that absolute imports are looked up in, first those that were named first.
    pub fn set_roots(&self, roots: Vec<PathBuf>) {
        let mut state = self.state();
        state.roots = roots;
        state.turn += 1;
    }

    /// A file is open in the editor, with this text.
    pub fn set_buffer(&self, path: &Path, text: Text) {
        let mut state = self.state();
        state.buffer_count += 1;
        let stamp = state.buffer_count;
        let buffer = Buffer { stamp, text };
        if state.buffers.insert(path.to_owned(), buffer).is_none() {
            state.turn += 1;
        }
    }

    /// A file is no longer open: it counts as it is on disk.
    pub fn close_buffer(&self, path: &Path) {
        let mut state = self.state();
        state.buffers.remove(path);
        state.turn += 1;
    }

    /// Files were made, moved or deleted: names that led nowhere are looked up again.
    pub fn files_changed(&self) {
        self.state().turn += 1;
    }

    /// Whether an analysis that took this from other files would take the same again.
    pub fn is_current(&self, uses: &Uses) -> bool {
        let state = self.state();
        uses.missed.is_none_or(|turn| turn == state.turn)
            && uses
                .files
                .iter()
                .all(|(path, stamp)| state.stamp(path) == *stamp)
    }

    /// The summary of a module and the state of the file that it is of. It says nothing but that the module is there where the file
    /// cannot be read or is too large, or where it has no summary yet and `left`, how many more may be made, is 0.
    fn summary(&self, path: &Path, left: &Cell<usize>) -> (Stamp, Arc<Table>) {
        let (stamp, buffer) = {
            let state = self.state();
            let stamp = state.stamp(path);
            if let Some(kept) = state.kept.get(path).filter(|kept| kept.stamp == stamp) {
                return (stamp, Arc::clone(&kept.summary));
            }
            (
                stamp,
                state.buffers.get(path).map(|buffer| buffer.text.clone()),
            )
        };
        let name = find::name_of(path);
        let only_its_name = || format!("{name}\tm\t\n");
        let Some(fewer) = left.get().checked_sub(1) else {
            return (stamp, Arc::new(Table::from_text(&only_its_name())));
        };
        left.set(fewer);
        let source = match buffer {
            Some(text) if text.len() as u64 <= MAX_FILE => Some(text.to_string()),
            Some(_) => None,
            None => read(path, &stamp),
        };
        let summary = source.map_or_else(only_its_name, |source| {
            super::summarise(&source, &name, &find::package_name(path))
        });
        let summary = Arc::new(Table::from_text(&summary));
        let mut state = self.state();
        if state.kept.len() >= MAX_KEPT {
            state.kept.clear();
        }
        let kept = Kept {
            stamp: stamp.clone(),
            summary: Arc::clone(&summary),
        };
        state.kept.insert(path.to_owned(), kept);
        (stamp, summary)
    }
}

impl State {
    fn stamp(&self, path: &Path) -> Stamp {
        if let Some(buffer) = self.buffers.get(path) {
            return Stamp::Buffer(buffer.stamp);
        }
        match std::fs::metadata(path) {
            Ok(meta) => Stamp::File {
                bytes: meta.len(),
                modified: meta.modified().ok(),
            },
            Err(_) => Stamp::Gone,
        }
    }
}

fn read(path: &Path, stamp: &Stamp) -> Option<String> {
    if !matches!(stamp, Stamp::File { bytes, .. } if *bytes <= MAX_FILE) {
        return None;
    }
    // What is no UTF-8 declares another encoding: its names are ASCII all the same.
    std::fs::read(path)
        .ok()
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Summaries that an analysis borrows from.
pub(super) type Summaries = typed_arena::Arena<Arc<Table>>;

/// One analysis's view of the other modules.
pub(super) struct View<'v> {
    workspace: &'v Workspace,
    file: &'v Path,
    roots: Vec<PathBuf>,
    summaries: &'v Summaries,
    modules: RefCell<HashMap<Box<str>, Seen<'v>>>,
    /// Modules that may still be summarised. Those that are kept cost nothing and do not count.
    left: Cell<usize>,
    uses: RefCell<Uses>,
}

/// What a dotted name turned out to be.
#[derive(Clone, Copy)]
enum Seen<'v> {
    Module(&'v Table),
    Namespace,
    Nothing,
}

impl<'v> View<'v> {
    pub fn new(workspace: &'v Workspace, file: &'v Path, summaries: &'v Summaries) -> Self {
        Self {
            workspace,
            file,
            roots: workspace.state().roots.clone(),
            summaries,
            modules: RefCell::default(),
            left: Cell::new(MAX_MODULES),
            uses: RefCell::default(),
        }
    }

    /// The package that a leading dot means in this file.
    pub fn package(&self) -> String {
        find::package_name(self.file)
    }

    /// What the module offers that a dotted name is of, or is.
    pub fn table(&self, name: &str) -> Option<&'v Table> {
        let mut holder = None;
        let ends = name.match_indices('.').map(|(at, _)| at);
        for end in ends.chain([name.len()]) {
            match self.module(name.get(..end)?) {
                Seen::Module(table) => holder = Some(table),
                Seen::Namespace => {}
                Seen::Nothing => break,
            }
        }
        holder
    }

    fn module(&self, name: &str) -> Seen<'v> {
        if let Some(seen) = self.modules.borrow().get(name) {
            return *seen;
        }
        let seen = match find::module(self.file, name, &self.roots) {
            Place::Module(path) if path == self.file => Seen::Nothing,
            Place::Module(path) => self.read(path),
            Place::Namespace => Seen::Namespace,
            Place::Nowhere => {
                let turn = self.workspace.state().turn;
                self.uses.borrow_mut().missed.get_or_insert(turn);
                Seen::Nothing
            }
        };
        self.modules.borrow_mut().insert(name.into(), seen);
        seen
    }

    fn read(&self, path: PathBuf) -> Seen<'v> {
        let (stamp, summary) = self.workspace.summary(&path, &self.left);
        self.uses.borrow_mut().files.push((path, stamp));
        Seen::Module(self.summaries.alloc(summary))
    }

    pub fn into_uses(self) -> Uses {
        self.uses.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_analysis_leaves_the_next_one_reads() {
        const COUNT: usize = MAX_MODULES + 20;
        let folder = tempfile::tempdir().expect("a folder");
        for number in 0..COUNT {
            std::fs::write(folder.path().join(format!("m{number}.py")), "x = 1\n").expect("a file");
        }
        let file = folder.path().join("main.py");
        let workspace = Workspace::default();
        for expected in [MAX_MODULES, COUNT] {
            let summaries = Summaries::new();
            let view = View::new(&workspace, &file, &summaries);
            let known = (0..COUNT).filter(|number| {
                let name = format!("m{number}.x");
                view.table(&name)
                    .is_some_and(|table| table.lookup(&name).is_some())
            });
            assert_eq!(known.count(), expected);
        }
    }
}
