//! The bank in force: read in the background, and looked at again whenever its files may have changed.
//!
//! One task does all of it, so that two loads never race: settings, file events, edits of bank files and the clock wake it. Looking is
//! cheap: files are asked for their size and time, and only those that changed are read.

use super::outbox::Outbox;
use super::state::{Shared, State};
use super::{check, diagnostics, progress, watch};
use crate::bank::{self, Bank, Open, Progress, Sources, Warning};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::time::sleep;

/// How many warnings are shown at once; the rest is in the log.
const SHOWN_WARNINGS: usize = 3;
/// How long after an event the next may come that belongs to it: programs write a file in steps, people type.
const QUIET: Duration = Duration::from_millis(120);
/// How often files are looked at that no client watches for us.
const UNWATCHED: Duration = Duration::from_millis(500);
/// How often those that one does: watching fails silently on some file systems.
const WATCHED: Duration = Duration::from_secs(5);
/// Looking may take one part in so many of the time.
const SHARE: u32 = 50;

/// What wakes the task.
#[derive(Default)]
pub struct Wake {
    /// The settings ask for other banks.
    now: Notify,
    /// Something may have changed.
    soon: Notify,
}

/// The built-in questions in the reader's language take milliseconds: the first hover has them without waiting for all the others.
pub fn load_builtin_at_once(state: &mut State) {
    if state.settings.builtin_bank {
        state.bank = Arc::new(Bank::builtin(state.lang()));
    }
}

/// Starts the task that keeps the bank.
pub fn start(shared: &Shared) {
    let shared = shared.clone();
    shared.loading.send_replace(true);
    tokio::spawn(async move {
        settings_changed(&shared);
        loop {
            let pause = look(&shared).await;
            let wake = &shared.wake;
            let soon = tokio::select! {
                () = wake.now.notified() => false,
                () = wake.soon.notified() => true,
                () = pause_or_forever(pause) => false,
            };
            if soon {
                tokio::select! {
                    () = wake.now.notified() => {}
                    () = sleep(QUIET) => {}
                }
            }
        }
    });
}

async fn pause_or_forever(pause: Option<Duration>) {
    match pause {
        Some(pause) => sleep(pause).await,
        None => std::future::pending().await,
    }
}

/// The settings may ask for other banks than there are; until those are read, the old ones answer.
pub fn settings_changed(shared: &Shared) {
    let sources = {
        let mut state = shared.state();
        let sources = Sources {
            paths: bank_paths(&state).into_iter().flatten().collect(),
            builtin: state.settings.builtin_bank,
        };
        if state.sources.as_ref() == Some(&sources) {
            return;
        }
        state.sources = Some(sources.clone());
        state.watched = false;
        sources
    };
    shared.loading.send_replace(true);
    watch::register(shared, sources);
    shared.wake.now.notify_one();
}

/// Files of a bank may have changed.
pub fn files_changed(shared: &Shared) {
    shared.wake.soon.notify_one();
}

/// A document was opened, edited or closed: if it is a file of a bank, its text there counts.
pub fn document_changed(shared: &Shared, path: Option<&Path>) {
    if path.is_some_and(bank::is_markdown) && has_paths(&shared.state()) {
        shared.wake.soon.notify_one();
    }
}

fn has_paths(state: &State) -> bool {
    state
        .sources
        .as_ref()
        .is_some_and(|sources| !sources.paths.is_empty())
}

/// The paths of `interview.banks` with their placeholders replaced, or what is wrong with each.
pub fn bank_paths(state: &State) -> Vec<Result<std::path::PathBuf, String>> {
    let home = directories::UserDirs::new();
    let home = home.as_ref().map(|dirs| dirs.home_dir());
    let banks = state.settings.banks.iter();
    banks
        .map(|path| bank::expand(path, home, state.workspace.as_deref()))
        .collect()
}

/// Reads what changed and puts it in force. Returns how long to wait before looking again, if nobody wakes us.
async fn look(shared: &Shared) -> Option<Duration> {
    let (sources, old, open) = {
        let mut state = shared.state();
        let open = open_files(&mut state);
        (state.sources.clone()?, state.bank.clone(), open)
    };
    let progress = Arc::new(Progress::default());
    let start = Instant::now();
    // Not the runtime's thread, which answers hovers meanwhile.
    let reading = tokio::task::spawn_blocking({
        let (sources, old, progress) = (sources.clone(), old.clone(), progress.clone());
        move || old.reloaded(&sources, &open, &progress).map(Arc::new)
    });
    let read = progress::tell(shared, &progress, reading).await;
    let took = start.elapsed();
    let first = {
        let mut state = shared.state();
        // Other settings came while this was read: their bank is next.
        if state.sources.as_ref() != Some(&sources) {
            return None;
        }
        if let Ok(Some(bank)) = &read {
            state.bank = bank.clone();
        }
        state.read_from.replace(sources.clone()).as_ref() != Some(&sources)
    };
    shared.loading.send_replace(false);
    match &read {
        Ok(Some(bank)) => {
            // The second half of the built-in bank is nothing to talk about.
            let silent = first && sources.paths.is_empty() && old.roots.is_empty() && !old.documents.is_empty();
            let known = if first { &[][..] } else { &old.warnings };
            if !silent {
                report(&shared.outbox, bank, known, took, &progress);
                diagnostics::publish_all(shared);
                check::publish_all(shared);
            }
        }
        Ok(None) => {}
        Err(_) => shared.outbox.show_warning(
            "interview-lsp: reading the bank failed, the questions there were stay; please report this",
        ),
    }
    let usual = if shared.state().watched {
        WATCHED
    } else {
        UNWATCHED
    };
    // A load tells nothing of how long the next look takes.
    let cost = if matches!(read, Ok(None)) {
        took * SHARE
    } else {
        Duration::ZERO
    };
    (!sources.paths.is_empty()).then_some(usual.max(cost))
}

/// The Markdown files that editors hold, by real path.
fn open_files(state: &mut State) -> Open {
    if !has_paths(state) {
        return Open::new();
    }
    let documents = state.documents.all();
    let files = documents.filter_map(|document| {
        let path = document
            .path
            .clone()
            .filter(|path| bank::is_markdown(path))?;
        let folder = std::fs::canonicalize(path.parent()?).ok()?;
        Some((folder.join(path.file_name()?), document.whole()))
    });
    files.collect()
}

/// Says what was read; what a person must mend is shown, the details go to the log. What is `known` was said before.
fn report(outbox: &Outbox, bank: &Bank, known: &[Warning], took: Duration, progress: &Progress) {
    outbox.info(&format!(
        "{} questions from {} documents, read in {} ms",
        bank.len(),
        bank.documents.len(),
        took.as_millis()
    ));
    let spent: Vec<String> = { progress.spent() }
        .map(|(stage, time)| format!("{} {} ms", stage.as_str(), time.as_millis()))
        .collect();
    outbox.debug(&format!("of all threads together: {}", spent.join(", ")));
    let known: HashSet<&Warning> = known.iter().collect();
    let new = bank
        .warnings
        .iter()
        .filter(|warning| !known.contains(warning));
    let (details, whole): (Vec<&Warning>, Vec<&Warning>) = new.partition(|w| w.line.is_some());
    for warning in details {
        outbox.warn(&warning.to_string());
    }
    show(
        outbox,
        &whole.iter().map(ToString::to_string).collect::<Vec<_>>(),
    );
}

pub fn show(outbox: &Outbox, warnings: &[String]) {
    for warning in warnings.iter().take(SHOWN_WARNINGS) {
        outbox.show_warning(&format!("interview-lsp: {warning}"));
    }
    for warning in warnings.iter().skip(SHOWN_WARNINGS) {
        outbox.warn(warning);
    }
    if warnings.len() > SHOWN_WARNINGS {
        let rest = warnings.len() - SHOWN_WARNINGS;
        outbox.show_warning(&format!(
            "interview-lsp: and {rest} more warnings, see the log"
        ));
    }
}
