//! Analyses of the open documents. One that may take long gets a thread of its own: a monstrous document holds up nothing but
//! itself.
//!
//! Who asks is answered for the text as it was when he asked. A document that was quick before is analysed in the server's loop:
//! on a busy machine a thread waits for its turn, longer than the analysis takes. For a new one the loop waits for the thread, and
//! nearly always it comes in time, so that questions and answers keep their order. What takes longer goes on by itself: its askers
//! wait aside and are told "nothing" after [`PATIENCE`], and whoever asks again once it is done is answered at once.

use super::documents::Document;
use super::proto::Uri;
use super::state::Shared;
use crate::python::{self, Analysis, File, Workspace};
use crate::text::Text;
use std::path::Path;
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
const PATIENCE: Duration = Duration::from_millis(250);
/// The loop does not wait for a text that is longer than this, in bytes.
const LONG: usize = 1 << 20;

/// An open document as it was, and what is in it.
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

/// What is in a document now, for somebody who waits. `None`: it is not open, has changed before its turn came, or takes long,
/// which is then logged.
pub async fn of(shared: &Shared, uri: &Uri) -> Option<Snapshot> {
    before(shared, uri, Some(Instant::now() + PATIENCE)).await
}

/// The same for what can wait. `None`: the document was closed or has changed.
pub async fn eventually(shared: &Shared, uri: &Uri) -> Option<Snapshot> {
    before(shared, uri, None).await
}

async fn before(shared: &Shared, uri: &Uri, deadline: Option<Instant>) -> Option<Snapshot> {
    let (text, version, turn) = {
        let mut state = shared.state();
        // A file of a bank is no Python.
        let document = state
            .documents
            .get(uri)
            .filter(|document| !document.markdown)?;
        (document.text.clone(), document.version, document.turn)
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
                Some(job) => Ok(job.clone()),
                None if document.turn != turn => return None,
                None if is_quick(document) => {
                    Err((document.last_good.clone(), document.path.clone(), workspace))
                }
                None => Ok(start(shared, document, &workspace)?),
            }
        };
        let job = match job {
            Ok(job) => job,
            Err((last, path, workspace)) => {
                let (analysis, took) = analyse(&text, last, path.as_deref(), &workspace);
                finish(shared, uri, turn, text.clone(), &analysis, took);
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

/// Starts to analyse a document. One analysis of a document runs at a time, whatever is typed meanwhile.
fn start(shared: &Shared, document: &mut Document, workspace: &Arc<Workspace>) -> Option<Arc<Job>> {
    let job = Arc::new(Job {
        turn: document.turn,
        slow: AtomicBool::new(document.text.len() > LONG),
        logged: AtomicBool::new(false),
        result: Mutex::new(None),
        ready: Condvar::new(),
        told: watch::Sender::new(false),
    });
    let (running, text, uri) = (job.clone(), document.text.clone(), document.uri.clone());
    let (last, path) = (document.last_good.clone(), document.path.clone());
    let (of_thread, workspace) = (shared.clone(), workspace.clone());
    let thread = std::thread::Builder::new()
        .name("analysis".into())
        .stack_size(super::STACK)
        .spawn(move || {
            let (analysis, took) = analyse(&text, last, path.as_deref(), &workspace);
            finish(&of_thread, &uri, running.turn, text, &analysis, took);
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

/// Analyses a text; `last` is the last version that parsed, with its text.
fn analyse(
    text: &Text,
    last: Option<(Text, Arc<Analysis>)>,
    path: Option<&Path>,
    workspace: &Workspace,
) -> (Arc<Analysis>, Duration) {
    let start = Instant::now();
    let last = last.as_ref().map(|(text, analysis)| (text, &**analysis));
    let file = path.map(|path| File { workspace, path });
    let analysis = Arc::new(python::analyse_after(&text.to_string(), last, file));
    (analysis, start.elapsed())
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
    text: Text,
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
    if analysis.parses() {
        document.last_good = Some((text, analysis.clone()));
    }
    if document.turn == turn {
        document.analysis = Some(analysis.clone());
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
