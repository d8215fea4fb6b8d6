//! Diagnostics in open files of the user's banks: what `interview-lsp check` would say of them.
//!
//! Sent whenever the bank was read again, which every edit of such a file brings about.

use super::bank_file;
use super::convert;
use super::proto::{Diagnostic, DiagnosticSeverity, NumberOrString, Uri};
use super::state::Shared;
use crate::bank::{Bank, Origin};
use crate::features::check::{self, Finding, Severity, Source};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

/// Other documents of the bank are read for links and ids as far as they have so many bytes together.
const MOST_BYTES: usize = 8 * 1024 * 1024;

const SOURCE: &str = "interview-lsp check";

/// Checks every open file of a bank and sends what was found, unless it was edited meanwhile: then it is checked again anyway.
pub fn publish_all(shared: &Shared) {
    let (bank, open) = {
        let mut state = shared.state();
        let open = state.documents.all().filter(|d| d.markdown);
        let open: Vec<_> = open
            .filter_map(|d| Some((d.uri.clone(), d.version, d.path.clone()?, d.whole())))
            .collect();
        (state.bank.clone(), open)
    };
    for (uri, version, path, text) in open {
        let (shared, bank) = (shared.clone(), bank.clone());
        tokio::spawn(async move {
            let work = move || findings(&bank, &path, &text);
            if let Some(Some(findings)) = bank_file::on_thread("check", work).await {
                publish(&shared, &uri, version, &findings);
            }
        });
    }
}

/// Takes the diagnostics of a document away that is being closed.
pub fn clear(shared: &Shared, uri: &Uri) {
    let checked = {
        let mut state = shared.state();
        let document = state.documents.get(uri);
        document.is_some_and(|document| std::mem::take(&mut document.checked))
    };
    if checked {
        shared.outbox.diagnostics(uri.clone(), Vec::new(), None);
    }
}

fn publish(shared: &Shared, uri: &Uri, version: i32, findings: &[Finding]) {
    let mut state = shared.state();
    let encoding = state.encoding;
    let Some(document) = state.documents.get(uri).filter(|d| d.version == version) else {
        return;
    };
    document.findings = (version, findings.to_vec());
    if findings.is_empty() && !document.checked {
        return;
    }
    document.checked = true;
    let diagnostics = findings.iter().map(|finding| Diagnostic {
        range: convert::range(&document.text, &finding.range, encoding),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.rule.as_str().to_string())),
        source: Some(SOURCE.to_string()),
        message: finding.message.clone(),
        ..Default::default()
    });
    let diagnostics = diagnostics.collect();
    shared
        .outbox
        .diagnostics(uri.clone(), diagnostics, Some(version));
}

/// What is to be mended in a file; `None` where it is none of the bank.
fn findings(bank: &Arc<Bank>, path: &Path, text: &str) -> Option<Vec<Finding>> {
    let own = bank_file::own(bank, path)?;
    let mut sources = Vec::new();
    let mut bytes = 0;
    for document in &bank.documents {
        let Origin::File(file) = &document.origin else {
            continue;
        };
        if *file == own {
            continue;
        }
        if bytes < MOST_BYTES
            && let Ok(text) = document.text()
        {
            bytes += text.len();
            sources.push(Source {
                path: file.clone(),
                text: text.into_owned(),
                wanted: false,
            });
        }
    }
    sources.push(Source {
        path: own,
        text: text.to_string(),
        wanted: true,
    });
    let ids: HashSet<&str> = bank.entries().map(|question| question.id()).collect();
    Some(check::check(&sources, &|id| ids.contains(id), &|path| {
        path.exists()
    }))
}
