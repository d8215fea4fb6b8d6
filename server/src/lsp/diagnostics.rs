//! Traps as hints, for those who switched `interview.traps` on. Each leads to its question: the code is a link to the
//! document, for editors that show it as one; the quick fix opens the question in all of them.

use super::convert;
use super::outbox::Outbox;
use super::proto::{CodeDescription, Diagnostic, DiagnosticSeverity, NumberOrString, Uri};
use super::state::{Shared, State};
use super::uri;
use crate::bank::{Bank, Question};
use crate::features::{lookup, open};
use crate::python::Kind;
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
    let mut links: HashMap<String, Option<Uri>> = HashMap::new();
    let hints = traps.map(|trap| {
        let questions = lookup::questions(&bank, &trap.name, trap.kind, lang);
        let question = questions.first();
        let message = match question {
            Some(question) => format!("{}: {}", &*trap.name, question.question.replace('`', "")),
            None => trap.name.to_string(),
        };
        let href = question.and_then(|question| {
            let known = links.entry(question.id.clone());
            known.or_insert_with(|| link(&bank, question)).clone()
        });
        Diagnostic {
            range: convert::range(&document.text, &trap.range, encoding),
            severity: Some(DiagnosticSeverity::HINT),
            code: Some(NumberOrString::String(trap.name.to_string())),
            code_description: href.map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_string()),
            data: question.map(|question| serde_json::json!({"question": question.id})),
            message,
            ..Default::default()
        }
    });
    hints.collect()
}

/// The file with the question, at its line. A folder that cannot be written costs the link, not the hint.
fn link(bank: &Bank, question: &Question) -> Option<Uri> {
    let place = open::locate(bank, question, &open::cache_folder()).ok()?;
    let file = uri::from_path(&place.path)?;
    format!("{}#L{}", file.as_str(), place.line + 1)
        .parse()
        .ok()
}
