//! Traps as hints, for those who switched `interview.traps` on. Each leads to its question: the code is a link to the
//! document, for editors that show it as one; the quick fix opens the question in all of them.

use super::analyses::{self, Snapshot};
use super::convert;
use super::proto::{CodeDescription, Diagnostic, DiagnosticSeverity, NumberOrString, Uri};
use super::state::Shared;
use super::uri;
use crate::bank::{Bank, Entry, Lang};
use crate::features::{lookup, open};
use crate::python::Kind;
use crate::text::Encoding;
use std::collections::HashMap;
use std::time::Duration;

/// What the hints are signed with, so that they are known when they come back with a request for actions.
pub const SOURCE: &str = "interview";

/// How long after the last keystroke hints are looked for.
const QUIET: Duration = Duration::from_millis(250);

/// Hints for a document that was opened or changed, once the user stops typing.
pub fn publish_soon(shared: &Shared, uri: &Uri, version: i32) {
    if !shared.state().settings.traps {
        return;
    }
    let (shared, uri) = (shared.clone(), uri.clone());
    tokio::spawn(async move {
        tokio::time::sleep(QUIET).await;
        if is_current(&shared, &uri, version) {
            publish(&shared, &uri, version).await;
        }
    });
}

fn is_current(shared: &Shared, uri: &Uri, version: i32) -> bool {
    let mut state = shared.state();
    state.documents.get(uri).map(|document| document.version) == Some(version)
}

/// Hints for every open document anew: the setting, the language or the bank changed.
pub fn publish_all(shared: &Shared) {
    let mut state = shared.state();
    let open: Vec<(Uri, i32)> = state
        .documents
        .all()
        .map(|d| (d.uri.clone(), d.version))
        .collect();
    for (uri, version) in open {
        if state.settings.traps {
            let shared = shared.clone();
            tokio::spawn(async move { publish(&shared, &uri, version).await });
        } else if state
            .documents
            .get(&uri)
            .is_some_and(|d| std::mem::take(&mut d.hinted))
        {
            shared.outbox.diagnostics(uri, Vec::new(), Some(version));
        }
    }
}

/// Takes the hints of a closed document away.
pub fn clear(shared: &Shared, uri: &Uri) {
    if shared.state().settings.traps {
        shared.outbox.diagnostics(uri.clone(), Vec::new(), None);
    }
}

/// Sends the hints of a version, unless it is out of date by the time they are found.
async fn publish(shared: &Shared, uri: &Uri, version: i32) {
    let Some(snapshot) = analyses::eventually(shared, uri).await else {
        return;
    };
    let mut state = shared.state();
    let (lang, bank, encoding, wanted) = (
        state.lang(),
        state.bank.clone(),
        state.encoding,
        state.settings.traps,
    );
    let Some(document) = state.documents.get(uri) else {
        return;
    };
    if wanted && document.version == version && snapshot.version == version {
        document.hinted = true;
        let hints = hints(&snapshot, &bank, lang, encoding);
        shared.outbox.diagnostics(uri.clone(), hints, Some(version));
    }
}

fn hints(document: &Snapshot, bank: &Bank, lang: Lang, encoding: Encoding) -> Vec<Diagnostic> {
    let analysis = &document.analysis;
    let traps = analysis
        .constructs()
        .iter()
        .filter(|c| c.kind == Kind::Trap);
    let mut links: HashMap<String, Option<Uri>> = HashMap::new();
    let hints = traps.map(|trap| {
        let questions = lookup::questions(bank, &trap.name, trap.kind, lang);
        let question = questions.first();
        let message = match question {
            Some(question) => format!("{}: {}", &*trap.name, question.question().replace('`', "")),
            None => trap.name.to_string(),
        };
        let href = question.and_then(|question| {
            let known = links.entry(question.id().to_string());
            known.or_insert_with(|| link(bank, question)).clone()
        });
        Diagnostic {
            range: convert::range(&document.text, &trap.range, encoding),
            severity: Some(DiagnosticSeverity::HINT),
            code: Some(NumberOrString::String(trap.name.to_string())),
            code_description: href.map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_string()),
            data: question.map(|question| serde_json::json!({"question": question.id()})),
            message,
            ..Default::default()
        }
    });
    hints.collect()
}

/// The file with the question, at its line. A folder that cannot be written costs the link, not the hint.
fn link(bank: &Bank, question: Entry) -> Option<Uri> {
    let place = open::locate(bank, question, &open::cache_folder()).ok()?;
    let file = uri::from_path(&place.path)?;
    format!("{}#L{}", file.as_str(), place.line + 1)
        .parse()
        .ok()
}
