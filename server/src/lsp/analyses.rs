//! Analyses of the open documents. One that may take long gets a thread of its own: a monstrous document holds up nothing but
//! itself.
//!
//! Who asks is answered for the text as it was when he asked. A document that was quick before is analysed in the server's loop:
//! on a busy machine a thread waits for its turn, longer than the analysis takes. The first who asks about a version of it, and
//! asks about one place, gets what is at that place; the whole is analysed once nobody has typed for a while, or for the next who
//! asks. For a new document the loop waits for the thread, and nearly always it comes in time, so that questions and answers keep
//! their order. What takes longer goes on by itself: its askers wait aside and are told "nothing" after [`PATIENCE`], and whoever
//! asks again once it is done is answered at once.

use super::convert;
use super::documents::Document;
use super::proto::{self, Uri};
use super::state::Shared;
use crate::python::{self, Analysis, File, LastGood, Workspace};
use crate::text::Text;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// A document whose analysis took less than this is analysed in the loop the next time.
const QUICK: Duration = Duration::from_millis(40);
/// How long the server's loop itself waits for an analysis. Only the first who asks for a monster makes it wait.
const AT_ONCE: Duration = Duration::from_millis(150);
/// How long anybody waits for an analysis.
pub const PATIENCE: Duration = Duration::from_millis(250);
/// The loop does not wait for a text that is longer than this, in bytes.
const LONG: usize = 1 << 20;
/// How long after an answer about one place the rest is looked at, unless somebody types.
const REST: Duration = Duration::from_millis(100);

/// An open document as it was, and what is in it, or in the part that was asked about.
pub struct Snapshot {
    pub text: Text,
    pub version: i32,
    pub analysis: Arc<Analysis>,
}

/// The analysis of one state of a document, running.
pub struct Job {
    turn: u64,
    /// The server's loop does not wait for it any more.
    slow: AtomicBool,
    /// That it takes long was logged.
    logged: AtomicBool,
    result: Mutex<Option<Arc<Analysis>>>,
    ready: Condvar,
    told: watch::Sender<bool>,
}

/// What is at a place of a document now, for somebody who waits; of the rest the analysis may know nothing. `None`: it is not open,
/// has changed before its turn came, or takes long, which is then logged.
pub async fn near(shared: &Shared, uri: &Uri, place: proto::Range) -> Option<Snapshot> {
    let deadline = Some(Instant::now() + shared.patience);
    before(shared, uri, Some(place), deadline).await
}

/// What is in a whole document, for what can wait. `None`: the document was closed or has changed.
pub async fn eventually(shared: &Shared, uri: &Uri) -> Option<Snapshot> {
    before(shared, uri, None, None).await
}

async fn before(
    shared: &Shared,
    uri: &Uri,
    place: Option<proto::Range>,
    deadline: Option<Instant>,
) -> Option<Snapshot> {
    let (text, version, turn, encoding) = {
        let mut state = shared.state();
        let encoding = state.encoding;
        // A file of a bank is no Python.
        let document = state
            .documents
            .get(uri)
            .filter(|document| !document.markdown)?;
        let text = document.text.clone();
        (text, document.version, document.turn, encoding)
    };
    loop {
        let job = {
            let mut state = shared.state();
            let workspace = state.documents.workspace.clone();
            let document = state.documents.get(uri)?;
            // What it imports from the user's other modules may have changed since.
            document
                .analysis
                .take_if(|analysis| !workspace.is_current(&analysis.uses));
            if document.turn == turn
                && let Some(analysis) = document.analysis.clone()
            {
                return Some(Snapshot {
                    text,
                    version,
                    analysis,
                });
            }
            match &document.job {
                // What was begun before the last keystroke is not worth waiting for.
                Some(job) if job.turn == turn || !is_quick(document) => Ok(job.clone()),
                _ if document.turn != turn => return None,
                _ if is_quick(document) => Err((Work::of(document, &workspace), document.glimpsed)),
                _ => Ok(start(shared, document, &workspace)?),
            }
        };
        let job = match job {
            Ok(job) => job,
            Err((work, glimpsed)) => {
                let place = place.filter(|_| !glimpsed);
                let place = place.map(|place| convert::bytes(&text, place, encoding));
                let (analysis, took) = work.analyse(place);
                finish(shared, uri, turn, &work.text, &analysis, took);
                if !analysis.is_whole() {
                    rest_soon(shared, uri, turn);
                }
                return Some(Snapshot {
                    text,
                    version,
                    analysis,
                });
            }
        };
        let Some(analysis) = wait(&job, deadline).await else {
            if !job.logged.swap(true, Ordering::Relaxed) {
                let name = uri.as_str();
                shared.outbox.warn(&format!(
                    "{name}: its analysis takes long; until it is done nothing is said about this document"
                ));
            }
            return None;
        };
        if job.turn == turn {
            return Some(Snapshot {
                text,
                version,
                analysis,
            });
        }
    }
}

/// Starts to analyse a document on a thread. One such analysis of a document runs at a time, whatever is typed meanwhile, unless
/// they are quick.
fn start(shared: &Shared, document: &mut Document, workspace: &Arc<Workspace>) -> Option<Arc<Job>> {
    let job = Arc::new(Job {
        turn: document.turn,
        slow: AtomicBool::new(document.text.len() > LONG),
        logged: AtomicBool::new(false),
        result: Mutex::new(None),
        ready: Condvar::new(),
        told: watch::Sender::new(false),
    });
    let (running, uri, of_thread) = (job.clone(), document.uri.clone(), shared.clone());
    let work = Work::of(document, workspace);
    let thread = std::thread::Builder::new()
        .name("analysis".into())
        .stack_size(super::STACK)
        .spawn(move || {
            let (analysis, took) = work.analyse(None);
            finish(&of_thread, &uri, running.turn, &work.text, &analysis, took);
            let mut result = running
                .result
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *result = Some(analysis);
            running.ready.notify_all();
            running.told.send_replace(true);
        });
    if let Err(error) = thread {
        let name = document.uri.as_str();
        shared
            .outbox
            .error(&format!("{name}: no thread for its analysis: {error}"));
        return None;
    }
    document.job = Some(job.clone());
    Some(job)
}

/// All that an analysis of a document needs.
struct Work {
    text: Text,
    last: Option<Arc<LastGood>>,
    path: Option<PathBuf>,
    workspace: Arc<Workspace>,
}

impl Work {
    fn of(document: &Document, workspace: &Arc<Workspace>) -> Self {
        let last = document.last_good.as_ref();
        Self {
            text: document.text.clone(),
            last: last.map(|(_, last)| last.clone()),
            path: document.path.clone(),
            workspace: workspace.clone(),
        }
    }

    /// Analyses the document, or what is near a place of it.
    fn analyse(&self, place: Option<Range<usize>>) -> (Arc<Analysis>, Duration) {
        let start = Instant::now();
        let file = self.path.as_deref().map(|path| File {
            workspace: &self.workspace,
            path,
        });
        let (text, last) = (self.text.to_string(), self.last.as_deref());
        let analysis = match place {
            Some(place) => python::analyse_near(&text, place, last, file),
            None => python::analyse_after(&text, last, file),
        };
        (Arc::new(analysis), start.elapsed())
    }
}

/// Analyses the whole of a document of which one place was looked at, once nobody has typed for a while.
fn rest_soon(shared: &Shared, uri: &Uri, turn: u64) {
    let (shared, uri) = (shared.clone(), uri.clone());
    tokio::spawn(async move {
        tokio::time::sleep(REST).await;
        let mut state = shared.state();
        let workspace = state.documents.workspace.clone();
        if let Some(document) = state.documents.get(&uri)
            && document.turn == turn
            && document.analysis.is_none()
            && document.job.is_none()
        {
            start(&shared, document, &workspace);
        }
    });
}

/// Whether the next analysis of a document will be a quick one, as far as the last one tells.
fn is_quick(document: &Document) -> bool {
    let length = document.text.len();
    document
        .quick
        .is_some_and(|known| length <= known + known / 2 + 1024)
}

/// Keeps the analysis of a state of a document, if it is still in that state.
fn finish(
    shared: &Shared,
    uri: &Uri,
    turn: u64,
    text: &Text,
    analysis: &Arc<Analysis>,
    took: Duration,
) {
    if let Some(why) = &analysis.refused {
        shared.outbox.warn(&format!("{}: {why}", uri.as_str()));
    }
    let mut state = shared.state();
    let Some(document) = state.documents.get(uri) else {
        return;
    };
    document.job.take_if(|job| job.turn == turn);
    document.quick = (took < QUICK).then_some(text.len());
    let is_news = document
        .last_good
        .as_ref()
        .is_none_or(|(last, _)| *last <= turn);
    if analysis.parses() && is_news {
        let last = LastGood::new(text.clone(), analysis.clone());
        document.last_good = Some((turn, Arc::new(last)));
    }
    if document.turn == turn {
        document.glimpsed = true;
        document.analysis = analysis.is_whole().then(|| analysis.clone());
    }
}

/// The result of a job, if it comes in time.
async fn wait(job: &Job, deadline: Option<Instant>) -> Option<Arc<Analysis>> {
    if !job.slow.load(Ordering::Relaxed) {
        let result = job.result.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = job
            .ready
            .wait_timeout_while(result, AT_ONCE, |result| result.is_none());
        let (result, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if result.is_some() {
            return result.clone();
        }
        job.slow.store(true, Ordering::Relaxed);
    }
    let mut told = job.told.subscribe();
    // The sender lives as long as the job: waiting ends with the result or in time.
    let done = told.wait_for(|told| *told);
    match deadline {
        Some(deadline) => drop(tokio::time::timeout_at(deadline, done).await),
        None => drop(done.await),
    }
    let result = job.result.lock().unwrap_or_else(PoisonError::into_inner);
    result.clone()
}
