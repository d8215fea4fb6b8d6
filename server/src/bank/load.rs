//! Banks from where they lie: the built-in one, and the user's folders and files, read again where they changed.
//!
//! With `document.rs`, which reads a single question again, the only file of this layer that reads the disk. What cannot be read becomes a
//! warning that says what to do; the rest loads, and what was read before stays.

use super::builtin::{self, Packed};
use super::document::{self, Document, Packer, Text};
use super::inverted::Builder;
use super::merge::Merged;
use super::{Bank, Lang, Origin, Root, Segment, Warning, parse};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

/// A Markdown file larger than this (in bytes) is no bank that a person wrote.
const MAX_FILE: u64 = 64 * 1024 * 1024;
/// Folders deeper than this are not searched.
const MAX_DEPTH: usize = 16;
/// So many threads read: more would hold more texts at once than they save time.
const MAX_THREADS: usize = 4;
/// Code in answers is parsed: the parser recurses, and may need this much stack (in bytes), of which only what is used is taken.
const STACK: usize = 16 * 1024 * 1024;
/// A segment of words is closed when it has this many questions.
const SEGMENT: usize = 32_768;
/// With more segments than this, the small ones become one.
const MOST_SEGMENTS: usize = 32;

/// What to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// Folders and files of the user, as absolute paths or relative to the working directory.
    pub paths: Vec<PathBuf>,
    pub builtin: bool,
}

/// What stands in an editor and perhaps not yet in the file: texts by the real paths of their files, see [`Bank::reloaded`].
pub type Open = HashMap<PathBuf, Arc<str>>;

/// How far a load has come, in bytes of files. Shared between the threads that read and the one that tells.
#[derive(Debug, Default)]
pub struct Progress {
    pub done: AtomicU64,
    pub total: AtomicU64,
    spent: [AtomicU64; Stage::ALL.len()],
}

/// What a load does, in its order; all but the first and the last on several threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Looking,
    Reading,
    Parsing,
    Packing,
    Words,
    Closing,
    Merging,
}

impl Stage {
    pub const ALL: [Stage; 7] = [
        Stage::Looking,
        Stage::Reading,
        Stage::Parsing,
        Stage::Packing,
        Stage::Words,
        Stage::Closing,
        Stage::Merging,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Looking => "looking for files",
            Stage::Reading => "reading files",
            Stage::Parsing => "finding questions",
            Stage::Packing => "packing them",
            Stage::Words => "listing words",
            Stage::Closing => "sorting words",
            Stage::Merging => "merging documents",
        }
    }
}

impl Progress {
    /// How long each stage took, the time of all threads added up.
    pub fn spent(&self) -> impl Iterator<Item = (Stage, Duration)> {
        let spent = Stage::ALL.into_iter().zip(&self.spent);
        spent.map(|(stage, time)| (stage, Duration::from_nanos(time.load(Ordering::Relaxed))))
    }

    /// Adds the time since a moment to a stage, and begins the next one.
    fn spend(&self, stage: Stage, since: &mut Instant) {
        let now = Instant::now();
        let time = now.duration_since(*since).as_nanos() as u64;
        *since = now;
        if let Some(spent) = self.spent.get(stage as usize) {
            spent.fetch_add(time, Ordering::Relaxed);
        }
    }
}

/// A file of the user's and what it gave.
#[derive(Clone, Debug)]
pub(super) struct File {
    path: PathBuf,
    stamp: Stamp,
    /// What it held when it could be read last.
    document: Option<Arc<Document>>,
    /// Why it cannot be read now.
    fault: Option<String>,
}

/// By what a file is known to be unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stamp {
    Disk {
        length: u64,
        modified: Option<SystemTime>,
        changed: (i64, i64),
    },
    Open(Arc<str>),
}

/// A file that is there.
struct Found {
    path: PathBuf,
    stamp: Stamp,
}

/// Where a file of the new bank comes from.
enum Plan {
    Keep(File),
    Read(Found, Option<Arc<Document>>),
}

/// A text to read and parse.
enum Job<'a> {
    Builtin(&'static Packed),
    File(&'a Found, bool),
}

/// What a thread gave: its jobs by their number, and the words in them.
type Worked = (Vec<(usize, Done)>, Vec<Arc<Segment>>);

/// What a job gave, or why not.
type Done = Result<Arc<Document>, String>;

impl Bank {
    /// Loads all sources, the user's own first. Always gives a bank; what went wrong is in its warnings.
    pub fn load(sources: &Sources) -> Bank {
        let bank = Bank::default().reloaded(sources, &Open::new(), &Progress::default());
        bank.unwrap_or_default()
    }

    /// The built-in documents in one language: enough for the first card, in half the time.
    pub fn builtin(lang: Lang) -> Bank {
        let wanted = |packed: &&Packed| packed.lang() == lang.as_str();
        let jobs = { builtin::DOCUMENTS.iter() }
            .filter(wanted)
            .map(Job::Builtin);
        let (done, _) = run(&jobs.collect::<Vec<_>>(), &Progress::default());
        let documents: Vec<_> = done.into_iter().filter_map(Result::ok).collect();
        Bank::default().assembled(Vec::new(), Vec::new(), documents, Vec::new(), Vec::new())
    }

    /// The bank as its sources are now, or `None` where nothing is different. What did not change is taken from this bank; a file that cannot
    /// be read keeps what it held. `open` has the texts that editors hold, by real path (a file's folder canonical, its own name as it is).
    pub fn reloaded(&self, sources: &Sources, open: &Open, progress: &Progress) -> Option<Bank> {
        let mut moment = Instant::now();
        let mut warnings = Vec::new();
        let mut seen = HashSet::new();
        let roots: Vec<(String, Vec<Found>)> = sources
            .paths
            .iter()
            .map(|path| {
                (
                    path.display().to_string(),
                    scan(path, open, &mut seen, &mut warnings),
                )
            })
            .collect();
        let known: HashMap<&Path, &File> = self
            .files
            .iter()
            .map(|file| (file.path.as_path(), file))
            .collect();
        let mut same =
            roots.iter().map(|(_, found)| found.len()).sum::<usize>() == self.files.len();
        let mut plans: Vec<Plan> = Vec::new();
        let mut new_roots: Vec<(String, usize)> = Vec::new();
        for (name, found) in roots {
            new_roots.push((name, found.len()));
            for found in found {
                let before = known.get(found.path.as_path());
                same &= self
                    .files
                    .get(plans.len())
                    .is_some_and(|file| file.path == found.path);
                plans.push(match before {
                    // What could not be read may be readable now though nothing tells: a disk came back.
                    Some(file) if file.stamp == found.stamp && !file.is_worth_a_try() => {
                        Plan::Keep((*file).clone())
                    }
                    Some(file) => Plan::Read(found, file.document.clone()),
                    None => Plan::Read(found, None),
                });
            }
        }
        let builtin: Vec<_> = builtin::DOCUMENTS
            .iter()
            .filter(|_| sources.builtin)
            .collect();
        let builtin_known = |name: &str| {
            self.documents
                .iter()
                .find(|d| d.origin_is_builtin(name))
                .cloned()
        };
        let mut jobs: Vec<Job> = Vec::new();
        for plan in &plans {
            if let Plan::Read(found, before) = plan {
                jobs.push(Job::File(found, before.is_some()));
            }
        }
        let files = jobs.len();
        jobs.extend(
            builtin
                .iter()
                .copied()
                .filter(|packed| builtin_known(packed.name).is_none())
                .map(Job::Builtin),
        );
        progress.spend(Stage::Looking, &mut moment);
        let (mut done, mut segments) = run(&jobs, progress);
        moment = Instant::now();
        let mut built = done.split_off(files).into_iter();
        let mut read = done.into_iter();

        let mut documents: Vec<Arc<Document>> = Vec::new();
        let mut new_files: Vec<File> = Vec::new();
        let mut roots: Vec<Root> = Vec::new();
        let mut plans = plans.into_iter();
        for (name, count) in new_roots {
            let first = documents.len();
            for plan in plans.by_ref().take(count) {
                let file = match plan {
                    Plan::Keep(file) => file,
                    Plan::Read(found, before) => match read.next() {
                        Some(Ok(document)) => File {
                            path: found.path,
                            stamp: found.stamp,
                            document: Some(document),
                            fault: None,
                        },
                        Some(Err(fault)) => File {
                            path: found.path,
                            stamp: found.stamp,
                            document: before,
                            fault: Some(fault),
                        },
                        None => continue,
                    },
                };
                warnings.extend(file.warning());
                documents.extend(file.document.clone());
                new_files.push(file);
            }
            roots.push(Root {
                name,
                documents: first..documents.len(),
            });
        }
        if sources.builtin {
            let first = documents.len();
            for packed in builtin {
                documents.extend(builtin_known(packed.name).or_else(|| built.next()?.ok()));
            }
            roots.push(Root {
                name: "builtin".to_string(),
                documents: first..documents.len(),
            });
        }
        // Reading again what could not be read, and still cannot, is nothing new.
        let unchanged = same
            && documents.len() == self.documents.len()
            && documents
                .iter()
                .zip(&self.documents)
                .all(|(new, old)| Arc::ptr_eq(new, old))
            && roots == self.roots
            && new_files
                .iter()
                .zip(&self.files)
                .all(|(new, old)| new.fault == old.fault)
            && warnings == self.own_warnings();
        if unchanged {
            return None;
        }
        let mut all: Vec<Arc<Segment>> = self.segments.clone();
        all.append(&mut segments);
        let bank = self.assembled(new_files, roots, documents, all, warnings);
        progress.spend(Stage::Merging, &mut moment);
        Some(bank)
    }

    /// The warnings that are neither a document's nor of the merge: the first ones.
    fn own_warnings(&self) -> &[Warning] {
        &self.warnings[..self.own_warnings.min(self.warnings.len())]
    }

    fn assembled(
        &self,
        files: Vec<File>,
        roots: Vec<Root>,
        documents: Vec<Arc<Document>>,
        segments: Vec<Arc<Segment>>,
        mut warnings: Vec<Warning>,
    ) -> Bank {
        let own_warnings = warnings.len();
        warnings.extend(
            documents
                .iter()
                .flat_map(|document| document.warnings.iter().cloned()),
        );
        let merged = Merged::new(&documents, &mut warnings);
        let builtin = |documents: &[Arc<Document>]| -> Vec<u32> {
            documents
                .iter()
                .filter(|d| d.is_builtin())
                .map(|d| d.serial)
                .collect()
        };
        let builtin_words = if builtin(&documents) == builtin(&self.documents) {
            self.builtin_words.clone()
        } else {
            Arc::new(OnceLock::new())
        };
        Bank {
            segments: tidied(segments, &documents),
            files,
            roots,
            documents,
            warnings,
            own_warnings,
            merged,
            builtin_words,
        }
    }
}

impl Document {
    fn origin_is_builtin(&self, wanted: &str) -> bool {
        matches!(self.origin, Origin::Builtin(name) if name == wanted)
    }
}

impl File {
    fn warning(&self) -> Option<Warning> {
        let mut message = self.fault.clone()?;
        if self.document.is_some() {
            message.push_str("; until then the questions read before stay");
        }
        Some(Warning {
            file: self.path.display().to_string(),
            line: None,
            message,
        })
    }

    fn is_worth_a_try(&self) -> bool {
        self.fault
            .as_deref()
            .is_some_and(|fault| fault.starts_with(UNREADABLE))
    }
}

/// How a fault of the disk begins, not of the file's content.
const UNREADABLE: &str = "cannot read";

/// Segments without those that nothing leads to any more, and with the small ones made one where there are many.
fn tidied(mut segments: Vec<Arc<Segment>>, documents: &[Arc<Document>]) -> Vec<Arc<Segment>> {
    let alive: HashSet<u32> = documents.iter().map(|document| document.serial).collect();
    segments.retain(|segment| {
        segment
            .documents()
            .any(|(serial, _)| alive.contains(&serial))
    });
    if segments.len() > MOST_SEGMENTS {
        let (large, small): (Vec<_>, Vec<_>) = segments
            .into_iter()
            .partition(|segment| segment.places() >= SEGMENT / 4);
        let small: Vec<&Segment> = small.iter().map(Arc::as_ref).collect();
        segments = large;
        segments.push(Arc::new(Segment::merged(&small, |serial| {
            alive.contains(&serial)
        })));
    }
    segments
}

/// Reads and parses on several threads. The results are in the order of the jobs; the words of the files come in segments.
fn run(jobs: &[Job], progress: &Progress) -> (Vec<Done>, Vec<Arc<Segment>>) {
    let bytes = |job: &Job| match job {
        Job::File(
            Found {
                stamp: Stamp::Disk { length, .. },
                ..
            },
            _,
        ) => *length,
        _ => 0,
    };
    progress
        .total
        .store(jobs.iter().map(bytes).sum(), Ordering::Relaxed);
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .clamp(1, MAX_THREADS);
    let next = AtomicUsize::new(0);
    let close = |builder: &mut Builder, segments: &mut Vec<Arc<Segment>>| {
        let mut moment = Instant::now();
        segments.push(Arc::new(builder.finish()));
        progress.spend(Stage::Closing, &mut moment);
    };
    let work = || {
        let mut packer = Packer::default();
        let mut builder = Builder::default();
        // One after the other in the same memory: asking the system for more each time costs as much as reading.
        let mut text = Vec::new();
        let mut done: Vec<(usize, Done)> = Vec::new();
        let mut segments: Vec<Arc<Segment>> = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(number) else { break };
            // A text that the parser cannot bear must not take the others with it.
            let result = catch_unwind(std::panic::AssertUnwindSafe(|| {
                read(job, &mut packer, &mut builder, &mut text, progress)
            }));
            let result = result.unwrap_or_else(|_| {
                packer = Packer::default();
                Err(
                    "left out: reading this file failed; please report it with the file"
                        .to_string(),
                )
            });
            done.push((number, result));
            progress.done.fetch_add(bytes(job), Ordering::Relaxed);
            if builder.places() >= SEGMENT {
                close(&mut builder, &mut segments);
            }
        }
        if builder.places() > 0 {
            close(&mut builder, &mut segments);
        }
        (done, segments)
    };
    let results: Vec<Worked> = std::thread::scope(|scope| {
        let start = |_| {
            std::thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, work)
        };
        let started: Vec<_> = (0..threads.min(jobs.len()))
            .filter_map(|i| start(i).ok())
            .collect();
        started
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .collect()
    });
    let mut done: Vec<Option<Done>> = jobs.iter().map(|_| None).collect();
    let mut segments = Vec::new();
    for (results, mut of_thread) in results {
        for (number, result) in results {
            done[number] = Some(result);
        }
        segments.append(&mut of_thread);
    }
    let lost = || Err("left out: no thread could be started to read it".to_string());
    (
        done.into_iter()
            .map(|result| result.unwrap_or_else(lost))
            .collect(),
        segments,
    )
}

fn read(
    job: &Job,
    packer: &mut Packer,
    builder: &mut Builder,
    bytes: &mut Vec<u8>,
    progress: &Progress,
) -> Done {
    let mut moment = Instant::now();
    let mut pack = |origin, kept, text: &str, moment: &mut Instant| {
        let parsed = parse(text);
        progress.spend(Stage::Parsing, moment);
        let document = packer.pack(origin, kept, text, parsed);
        progress.spend(Stage::Packing, moment);
        document
    };
    let (found, has_older) = match job {
        Job::Builtin(packed) => {
            let text = packed.text();
            progress.spend(Stage::Reading, &mut moment);
            let (origin, kept) = (Origin::Builtin(packed.name), Text::Static(text));
            return Ok(Arc::new(pack(origin, kept, text, &mut moment)));
        }
        Job::File(found, has_older) => (*found, *has_older),
    };
    let origin = Origin::File(found.path.clone());
    let document = match &found.stamp {
        Stamp::Open(text) => {
            let document = pack(origin, Text::Open(text.clone()), text, &mut moment);
            builder.add(&document, text);
            document
        }
        Stamp::Disk { length, .. } => {
            if *length > MAX_FILE {
                let (size, limit) = (length >> 20, MAX_FILE >> 20);
                return Err(format!(
                    "left out: {size} MiB, and a bank's file may have {limit} MiB"
                ));
            }
            bytes.clear();
            fs::File::open(&found.path)
                .and_then(|mut file| file.read_to_end(bytes))
                .map_err(|e| format!("{UNREADABLE}: {}", reason(&e)))?;
            // Editors and `git` empty a file before they write it.
            if bytes.is_empty() && has_older {
                return Err("the file is empty; write it or delete it".to_string());
            }
            let text = document::decode(bytes)?;
            progress.spend(Stage::Reading, &mut moment);
            let document = pack(origin, Text::Disk, text, &mut moment);
            builder.add(&document, text);
            document
        }
    };
    progress.spend(Stage::Words, &mut moment);
    Ok(Arc::new(document))
}

/// A path from a setting: `~` is the home folder, `${workspaceFolder}` the workspace, relative paths start there.
///
/// # Errors
/// Says what is missing where a placeholder has no value.
pub fn expand(
    path: &str,
    home: Option<&Path>,
    workspace: Option<&Path>,
) -> Result<PathBuf, String> {
    let mut path = path.trim().to_string();
    if path.is_empty() {
        return Err("the path is empty".to_string());
    }
    if path.contains("${workspaceFolder}") {
        let Some(workspace) = workspace else {
            return Err(format!(
                "`{path}`: no folder is open, so ${{workspaceFolder}} means nothing"
            ));
        };
        path = path.replace("${workspaceFolder}", &workspace.display().to_string());
    }
    if path == "~" || path.starts_with("~/") || path.starts_with("~\\") {
        let Some(home) = home else {
            return Err(format!("`{path}`: the home folder is not known"));
        };
        return Ok(home.join(path[1..].trim_start_matches(['/', '\\'])));
    }
    let path = PathBuf::from(path);
    match workspace {
        Some(workspace) if path.is_relative() => Ok(workspace.join(path)),
        _ => Ok(path),
    }
}

/// The file itself, or the Markdown and HTML files below a folder, sorted; hidden folders and `node_modules` are passed over, and so is what was
/// `seen` by its real path before.
fn scan(
    path: &Path,
    open: &Open,
    seen: &mut HashSet<PathBuf>,
    warnings: &mut Vec<Warning>,
) -> Vec<Found> {
    let mut scan = Scan {
        open,
        seen,
        found: Vec::new(),
        warnings,
        root: path,
    };
    match fs::metadata(path) {
        Err(error) => scan.warn(format!(
            "cannot read this bank: {}; check the path in `interview.banks`",
            reason(&error)
        )),
        Ok(meta) if meta.is_dir() => {
            let before = scan.warnings.len();
            let any = scan.walk(path, &mut Vec::new());
            if !any && scan.warnings.len() == before {
                scan.warn("no Markdown files (*.md) and no HTML in this folder".to_string());
            }
            scan.found.sort_by(|a, b| a.path.cmp(&b.path));
        }
        Ok(meta) if meta.is_file() => {
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
            scan.add(path.to_path_buf(), &real, &meta);
        }
        Ok(_) => scan.warn("left out: neither a file nor a folder".to_string()),
    }
    scan.found
}

struct Scan<'a> {
    open: &'a Open,
    seen: &'a mut HashSet<PathBuf>,
    found: Vec<Found>,
    warnings: &'a mut Vec<Warning>,
    root: &'a Path,
}

impl Scan<'_> {
    fn warn(&mut self, message: String) {
        self.warnings.push(Warning {
            file: self.root.display().to_string(),
            line: None,
            message,
        });
    }

    /// Looks through a folder; `above` are the real paths of those around it. Returns whether there is any Markdown.
    fn walk(&mut self, folder: &Path, above: &mut Vec<PathBuf>) -> bool {
        let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
        // A link to a folder above it would go round for ever.
        if above.contains(&real) {
            self.warn(format!(
                "{} is a link to a folder that it lies in, and is left out",
                folder.display()
            ));
            return true;
        }
        if above.len() > MAX_DEPTH {
            self.warn(format!(
                "{} is more than {MAX_DEPTH} folders deep and is left out",
                folder.display()
            ));
            return true;
        }
        // Two ways to one folder are no mistake.
        if !self.seen.insert(real.clone()) {
            return true;
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                self.warn(format!(
                    "cannot read the folder {}: {}",
                    folder.display(),
                    reason(&error)
                ));
                return true;
            }
        };
        let mut any = false;
        above.push(real.clone());
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') || name == "node_modules" {
                continue;
            }
            // metadata follows links, so that a linked file or folder counts as what it points at.
            let linked = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            match fs::metadata(&path) {
                Ok(meta) if meta.is_dir() => any |= self.walk(&path, above),
                Ok(meta) if meta.is_file() && is_markdown(&path) => {
                    any = true;
                    if linked {
                        let target = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
                        if !self.seen.insert(target) {
                            continue;
                        }
                    }
                    self.add(path, &real, &meta);
                }
                Ok(_) => {}
                // A link that leads nowhere is no matter of ours, one that leads to itself may have been meant as a folder.
                Err(error)
                    if is_markdown(&path)
                        || linked && error.kind() != std::io::ErrorKind::NotFound =>
                {
                    any = true;
                    self.warn(format!(
                        "cannot read {}: {}",
                        path.display(),
                        reason(&error)
                    ));
                }
                Err(_) => {}
            }
        }
        above.pop();
        any
    }

    /// Adds a file in a folder of this real path, unless it was added before.
    fn add(&mut self, path: PathBuf, folder: &Path, meta: &fs::Metadata) {
        let real = folder.join(path.file_name().unwrap_or_default());
        let stamp = match self.open.get(&real) {
            Some(text) => Stamp::Open(text.clone()),
            None => Stamp::Disk {
                length: meta.len(),
                modified: meta.modified().ok(),
                changed: changed(meta),
            },
        };
        if self.seen.insert(real) {
            self.found.push(Found { path, stamp });
        }
    }
}

/// When the file's entry was changed, which also tells of files that took its place with an older time.
#[cfg(unix)]
fn changed(meta: &fs::Metadata) -> (i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (meta.ctime(), meta.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(_: &fs::Metadata) -> (i64, i64) {
    (0, 0)
}

/// Whether a file's name says that it is Markdown.
pub fn is_markdown(path: &Path) -> bool {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    let known = ["md", "markdown", "html", "htm"];
    known
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// The system's word for an error, in plain English for the common ones.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_string(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_string(),
        _ => error.to_string(),
    }
}
