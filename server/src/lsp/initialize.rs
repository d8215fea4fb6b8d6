//! `initialize`: what the client can do, and what the server offers.

use super::bank_file::Registers;
use super::proto::*;
use super::state::{ClientFlags, Shared};
use super::uri;
use super::{banks, commands, configuration};
use crate::text::Encoding;
use std::path::PathBuf;

pub fn initialize(shared: &Shared, params: InitializeParams) -> InitializeResult {
    let encoding = encoding(&params.capabilities);
    let mut state = shared.state();
    state.initialized = true;
    let options = params.initialization_options.clone().unwrap_or_default();
    state.client = flags(&params.capabilities, &options);
    state.encoding = encoding;
    state.client_locale = params.locale.clone();
    let folders = folders(&params);
    state.workspace = folders.first().cloned();
    state.documents.workspace.set_roots(folders);
    state.initial_settings = options;
    configuration::apply_settings(&mut state, &shared.outbox);
    banks::load_builtin_at_once(&mut state);
    InitializeResult {
        capabilities: capabilities(encoding, state.client.code_action_literals),
        server_info: Some(ServerInfo {
            name: "interview-lsp".to_string(),
            version: Some(env!("CARGO_PKG_VERSION").to_string()),
        }),
        offset_encoding: None,
    }
}

/// Only what the server does for Python files, and what answers by the document: files of banks have more, see `bank_file/offer.rs`. Symbols are for queries that begin with `?` alone. Definition, references, completion and the like belong to the type checker
/// beside it: editors merge the answers of all servers, and ours would be noise.
fn capabilities(encoding: Encoding, literals: bool) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(match encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(TextDocumentSyncCapability::Options(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                ..Default::default()
            },
        )),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_action_provider: Some(if literals {
            CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![super::actions::KIND, CodeActionKind::QUICKFIX]),
                ..Default::default()
            })
        } else {
            CodeActionProviderCapability::Simple(true)
        }),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: commands::ALL.map(String::from).to_vec(),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        ..Default::default()
    }
}

/// UTF-16 wherever the client lists it or lists nothing, since every client can and Neovim warns when two servers differ;
/// else the first that it offers and we know.
fn encoding(client: &ClientCapabilities) -> Encoding {
    let offered = client
        .general
        .as_ref()
        .and_then(|g| g.position_encodings.as_deref())
        .unwrap_or_default();
    if offered.is_empty() || offered.contains(&PositionEncodingKind::UTF16) {
        return Encoding::Utf16;
    }
    let known = offered.iter().find_map(|kind| match kind.as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    });
    known.unwrap_or_default()
}

fn flags(client: &ClientCapabilities, options: &LSPAny) -> ClientFlags {
    let workspace = client.workspace.as_ref();
    let text = client.text_document.as_ref();
    let watches = workspace.and_then(|w| w.did_change_watched_files.as_ref());
    let hover_formats = text.and_then(|t| t.hover.as_ref()?.content_format.as_ref());
    ClientFlags {
        show_document: client
            .window
            .as_ref()
            .and_then(|w| w.show_document.as_ref())
            .is_some_and(|s| s.support),
        configuration: workspace.and_then(|w| w.configuration).unwrap_or_default(),
        configuration_registration: workspace
            .and_then(|w| w.did_change_configuration.as_ref()?.dynamic_registration)
            .unwrap_or_default(),
        watch_registration: watches
            .and_then(|w| w.dynamic_registration)
            .unwrap_or_default(),
        relative_patterns: watches
            .and_then(|w| w.relative_pattern_support)
            .unwrap_or_default(),
        work_done_progress: client
            .window
            .as_ref()
            .and_then(|w| w.work_done_progress)
            .unwrap_or_default(),
        hover_markdown: hover_formats.and_then(|f| f.first()) == Some(&MarkupKind::Markdown),
        command_links: options
            .get("commandLinks")
            .and_then(LSPAny::as_bool)
            .unwrap_or_default(),
        code_action_literals: text
            .and_then(|t| t.code_action.as_ref()?.code_action_literal_support.as_ref())
            .is_some(),
        document_changes: workspace
            .and_then(|w| w.workspace_edit.as_ref()?.document_changes)
            .unwrap_or_default(),
        nested_symbols: text
            .and_then(|t| {
                t.document_symbol
                    .as_ref()?
                    .hierarchical_document_symbol_support
            })
            .unwrap_or_default(),
        registers: Registers::of(client),
    }
}

/// The folders that are open, as far as they are on disk.
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let folders = params.workspace_folders.iter().flatten();
    let mut uris: Vec<&Uri> = folders.map(|folder| &folder.uri).collect();
    #[allow(deprecated)] // Older clients give nothing else.
    if uris.is_empty() {
        uris.extend(&params.root_uri);
    }
    uris.into_iter().filter_map(uri::to_path).collect()
}
