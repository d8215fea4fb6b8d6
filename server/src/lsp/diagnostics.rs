//! Traps as hints, for those who switched `interview.traps` on.

use super::convert;
use super::outbox::Outbox;
use super::proto::{Diagnostic, DiagnosticSeverity, NumberOrString, Uri};
use super::state::{Shared, State};
use crate::features::lookup;
use crate::python::Kind;
use std::time::Duration;

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
        let mut state = shared.state();
        let current = state.documents.get(&uri).map(|document| document.version);
        if current == Some(version) {
            let hints = hints(&mut state, &uri, &shared.outbox);
            shared.outbox.diagnostics(uri, hints, Some(version));
        }
    });
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
            let hints = hints(&mut state, &uri, &shared.outbox);
            shared.outbox.diagnostics(uri, hints, Some(version));
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

fn hints(state: &mut State, uri: &Uri, outbox: &Outbox) -> Vec<Diagnostic> {
    let (lang, bank, encoding) = (state.lang(), state.bank.clone(), state.encoding);
    let Some(document) = state.documents.get(uri) else {
        return Vec::new();
    };
    document.hinted = true;
    let analysis = document.analysis(outbox);
    let traps = analysis
        .constructs()
        .iter()
        .filter(|c| c.kind == Kind::Trap);
    let hints = traps.map(|trap| {
        let questions = lookup::questions(&bank, &trap.name, trap.kind, lang);
        let message = match questions.first() {
            Some(question) => format!("{}: {}", &*trap.name, question.question.replace('`', "")),
            None => trap.name.to_string(),
        };
        Diagnostic {
            range: convert::range(&document.text, &trap.range, encoding),
            severity: Some(DiagnosticSeverity::HINT),
            code: Some(NumberOrString::String(trap.name.to_string())),
            source: Some("interview".to_string()),
            message,
            ..Default::default()
        }
    });
    hints.collect()
}
