//! `textDocument/codeAction`: the questions behind the code.

use super::analyses;
use super::bank_file;
use super::commands;
use super::convert;
use super::diagnostics;
use super::proto::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionTriggerKind,
    Command, Diagnostic, NumberOrString,
};
use super::state::Shared;
use crate::features::actions::{self, Run};

/// The kind of all our actions.
pub const KIND: CodeActionKind = CodeActionKind::new("interview");

pub async fn code_action(shared: &Shared, params: CodeActionParams) -> Vec<CodeActionOrCommand> {
    let actions = shared.state().settings.actions;
    // Where something is to be mended a light bulb is welcome.
    if shared.is_markdown(&params.text_document.uri) {
        return match actions {
            true => bank_file::quick_fixes(shared, &params),
            false => Vec::new(),
        };
    }
    let context = params.context;
    // A light bulb on every line would be a plague: questions come only when somebody asks for actions.
    if !actions || context.trigger_kind == Some(CodeActionTriggerKind::AUTOMATIC) {
        return Vec::new();
    }
    // For a hint of ours the question is the fix, also where nothing but fixes is asked for.
    let (ours, others): (Vec<_>, Vec<_>) = context
        .diagnostics
        .into_iter()
        .partition(|diagnostic| diagnostic.source.as_deref() == Some(diagnostics::SOURCE));
    let wants_all = context
        .only
        .as_deref()
        .is_none_or(|only| only.iter().any(wants_ours));
    let wants_fixes = context
        .only
        .iter()
        .flatten()
        .any(|kind| *kind == CodeActionKind::QUICKFIX);
    if !wants_all && (!wants_fixes || ours.is_empty()) {
        return Vec::new();
    }
    let uri = &params.text_document.uri;
    let Some(document) = analyses::near(shared, uri, params.range).await else {
        return Vec::new();
    };
    let state = shared.state();
    let (bank, encoding, lang, client) = (
        state.bank.clone(),
        state.encoding,
        state.lang(),
        state.client,
    );
    drop(state);
    let range = convert::bytes(&document.text, params.range, encoding);
    let codes: Vec<String> = ours.iter().chain(&others).filter_map(code).collect();
    let mut actions = actions::at(&bank, &document.analysis, range, &codes, lang);
    if !wants_all {
        actions.retain(|action| fixed(&ours, &action.run).is_some());
    }
    let actions = actions.into_iter();
    let protocol = actions.map(|action| {
        let fixed = fixed(&ours, &action.run);
        let (command, argument) = match action.run {
            Run::Open { id } => (commands::OPEN, serde_json::json!({"id": id})),
            Run::Search { query } => (
                commands::SEARCH,
                serde_json::json!({"query": query, "show": true}),
            ),
        };
        let command = Command {
            title: action.title.clone(),
            command: command.to_string(),
            arguments: Some(vec![argument]),
        };
        if client.code_action_literals {
            CodeActionOrCommand::CodeAction(CodeAction {
                title: action.title,
                kind: Some(if wants_all {
                    KIND
                } else {
                    CodeActionKind::QUICKFIX
                }),
                diagnostics: fixed.map(|diagnostic| vec![diagnostic.clone()]),
                command: Some(command),
                ..Default::default()
            })
        } else {
            CodeActionOrCommand::Command(command)
        }
    });
    protocol.collect()
}

/// Whether a wanted kind is ours or one above it; kinds are paths with dots.
fn wants_ours(kind: &CodeActionKind) -> bool {
    let (wanted, ours) = (kind.as_str(), KIND);
    wanted.is_empty() || wanted == ours.as_str()
}

/// The hint of ours that names the question which an action opens.
fn fixed<'d>(ours: &'d [Diagnostic], run: &Run) -> Option<&'d Diagnostic> {
    let Run::Open { id } = run else { return None };
    ours.iter().find(|diagnostic| {
        diagnostic
            .data
            .as_ref()
            .is_some_and(|data| data["question"] == **id)
    })
}

fn code(diagnostic: &Diagnostic) -> Option<String> {
    match diagnostic.code.as_ref()? {
        NumberOrString::String(code) => Some(code.clone()),
        NumberOrString::Number(_) => None,
    }
}
