//! All protocol types enter here, so that a change of the types crate touches one file.

pub use tower_lsp::jsonrpc::{Error, ErrorCode, Request, Response, Result};
pub use tower_lsp::ls_types::{
    ClientCapabilities, CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand,
    CodeActionParams, CodeActionProviderCapability, CodeActionTriggerKind, CodeDescription,
    Command, ConfigurationItem, Diagnostic, DiagnosticSeverity, DidChangeConfigurationParams,
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, ExecuteCommandOptions, ExecuteCommandParams, Hover, HoverContents,
    HoverParams, HoverProviderCapability, InitializeParams, InitializeResult, InitializedParams,
    LSPAny, Location, MarkupContent, MarkupKind, MessageType, NumberOrString, OneOf, Position,
    PositionEncodingKind, Range, Registration, ServerCapabilities, ServerInfo, ShowDocumentParams,
    SymbolInformation, SymbolKind, TextDocumentContentChangeEvent, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, Unregistration, Uri, WorkDoneProgressOptions,
    WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
pub use tower_lsp::{Client, ExitedError, LanguageServer, LspService, Server};
