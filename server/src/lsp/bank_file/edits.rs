//! Edits of files of banks: of a rename, and of what `check` suggests.

use super::Asked;
use crate::features::bank_file::Place;
use crate::lsp::convert;
use crate::lsp::proto::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Diagnostic, DocumentChanges,
    NumberOrString, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit,
    Uri, WorkspaceEdit,
};
use crate::lsp::state::Shared;

/// The same text at all these places.
pub fn workspace_edit(asked: &Asked, places: &[Place], text: &str) -> WorkspaceEdit {
    let mut documents: Vec<(Uri, Option<i32>, Vec<TextEdit>)> = Vec::new();
    for (place, location) in asked.located(places) {
        let edit = TextEdit::new(location.range, text.to_string());
        // The places come sorted by their files.
        match documents.last_mut() {
            Some((uri, _, edits)) if *uri == location.uri => edits.push(edit),
            _ => {
                let version = asked.open(&place.path).map(|open| open.version);
                documents.push((location.uri, version, vec![edit]));
            }
        }
    }
    assemble(documents, asked.client.document_changes)
}

fn assemble(documents: Vec<(Uri, Option<i32>, Vec<TextEdit>)>, versions: bool) -> WorkspaceEdit {
    if versions {
        let documents = documents
            .into_iter()
            .map(|(uri, version, edits)| TextDocumentEdit {
                text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
                edits: edits.into_iter().map(OneOf::Left).collect(),
            });
        WorkspaceEdit {
            document_changes: Some(DocumentChanges::Edits(documents.collect())),
            ..Default::default()
        }
    } else {
        let documents = documents.into_iter().map(|(uri, _, edits)| (uri, edits));
        WorkspaceEdit {
            changes: Some(documents.collect()),
            ..Default::default()
        }
    }
}

/// What `check` suggests in a range of a document, if the document still is the one that was checked.
pub fn quick_fixes(shared: &Shared, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let uri = &params.text_document.uri;
    let only = params.context.only.as_deref();
    let wanted = only.is_none_or(|only| {
        only.iter()
            .any(|kind| kind.as_str().is_empty() || *kind == CodeActionKind::QUICKFIX)
    });
    let mut state = shared.state();
    let (encoding, client) = (state.encoding, state.client);
    // A bare command could not carry an edit.
    if !wanted || !client.code_action_literals {
        return Vec::new();
    }
    let Some(document) = state.documents.get(uri) else {
        return Vec::new();
    };
    let (version, findings) = &document.findings;
    if *version != document.version {
        return Vec::new();
    }
    let asked = convert::bytes(&document.text, params.range, encoding);
    let touched = findings
        .iter()
        .filter(|f| f.range.start <= asked.end && asked.start <= f.range.end);
    let fixes = touched.filter_map(|finding| {
        let suggestion = finding.suggestion.clone()?;
        let range = convert::range(&document.text, &finding.range, encoding);
        let title = format!("Replace with `{suggestion}`");
        let edits = vec![TextEdit::new(range, suggestion)];
        let rule = finding.rule.as_str();
        let same = |d: &&Diagnostic| {
            d.range == range && d.code == Some(NumberOrString::String(rule.to_string()))
        };
        let diagnostics = params.context.diagnostics.iter().find(same);
        Some(CodeActionOrCommand::CodeAction(CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: diagnostics.map(|diagnostic| vec![diagnostic.clone()]),
            edit: Some(assemble(
                vec![(uri.clone(), Some(*version), edits)],
                client.document_changes,
            )),
            is_preferred: Some(true),
            ..Default::default()
        }))
    });
    fixes.collect()
}
