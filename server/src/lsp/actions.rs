//! `textDocument/codeAction`: the questions behind the code.

use super::analyses;
use super::commands;
use super::convert;
use super::proto::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionTriggerKind,
    Command, Diagnostic, NumberOrString,
};
use super::state::Shared;
use crate::features::actions::{self, Run};

/// The kind of all our actions.
pub const KIND: CodeActionKind = CodeActionKind::new("interview");

pub async fn code_action(shared: &Shared, params: CodeActionParams) -> Vec<CodeActionOrCommand> {
    let context = params.context;
    // A light bulb on every line would be a plague: questions come only when somebody asks for actions.
    if !shared.state().settings.actions
        || context.trigger_kind == Some(CodeActionTriggerKind::AUTOMATIC)
        || !context
            .only
            .as_deref()
            .is_none_or(|only| only.iter().any(wants_ours))
    {
        return Vec::new();
    }
    let Some(document) = analyses::of(shared, &params.text_document.uri).await else {
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
    let codes: Vec<String> = context.diagnostics.into_iter().filter_map(code).collect();
    let actions = actions::at(&bank, &document.analysis, range, &codes, lang).into_iter();
    let protocol = actions.map(|action| {
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
                kind: Some(KIND),
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

fn code(diagnostic: Diagnostic) -> Option<String> {
    match diagnostic.code? {
        NumberOrString::String(code) => Some(code),
        NumberOrString::Number(_) => None,
    }
}
