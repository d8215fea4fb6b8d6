//! All protocol types enter here, so that a change of the types crate touches one file.

pub use tower_lsp::jsonrpc::{Error, ErrorCode, Request, Response, Result};
pub use tower_lsp::ls_types::{
    ClientCapabilities, CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand,
    CodeActionParams, CodeActionProviderCapability, CodeActionTriggerKind, CodeDescription,
    Command, CompletionItem, CompletionItemKind, CompletionList, CompletionParams,
    CompletionResponse, CompletionTextEdit, ConfigurationItem, Diagnostic, DiagnosticSeverity,
    DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DocumentChanges, DocumentSymbol,
    DocumentSymbolParams, DocumentSymbolResponse, ExecuteCommandOptions, ExecuteCommandParams,
    FoldingRange, FoldingRangeKind, FoldingRangeParams, GotoDefinitionParams,
    GotoDefinitionResponse, Hover, HoverContents, HoverParams, HoverProviderCapability,
    InitializeParams, InitializeResult, InitializedParams, LSPAny, Location, MarkupContent,
    MarkupKind, MessageType, NumberOrString, OneOf, OptionalVersionedTextDocumentIdentifier,
    Position, PositionEncodingKind, PrepareRenameResponse, Range, ReferenceParams, Registration,
    RenameParams, ServerCapabilities, ServerInfo, ShowDocumentParams, SymbolInformation,
    SymbolKind, TextDocumentContentChangeEvent, TextDocumentEdit, TextDocumentPositionParams,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextEdit,
    Unregistration, Uri, WorkDoneProgressOptions, WorkspaceEdit, WorkspaceSymbolParams,
    WorkspaceSymbolResponse,
};
pub use tower_lsp::{Client, ExitedError, LanguageServer, LspService, Server};
