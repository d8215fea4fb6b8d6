//! The handlers, one line each: what they do is in the file of their name.

use super::proto::*;
use super::state::Shared;
use super::{
    Start, actions, bank_file, banks, check, commands, configuration, diagnostics, hover,
    initialize, symbols, uri,
};

pub struct Server {
    shared: Shared,
}

impl Server {
    /// Must be called inside a tokio runtime.
    pub fn new(client: Client, start: Start) -> Self {
        Server {
            shared: Shared::new(client, start),
        }
    }

    pub fn shared(&self) -> Shared {
        self.shared.clone()
    }
}

impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        Ok(initialize::initialize(&self.shared, params))
    }

    async fn initialized(&self, _: InitializedParams) {
        configuration::initialized(&self.shared);
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        self.shared.state().documents.open(
            document.uri.clone(),
            document.version,
            &document.language_id,
            &document.text,
        );
        banks::document_changed(&self.shared, uri::to_path(&document.uri).as_deref());
        diagnostics::publish_soon(&self.shared, &document.uri, document.version);
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        let changed = {
            let mut state = self.shared.state();
            let encoding = state.encoding;
            state.documents.change(
                &document.uri,
                document.version,
                params.content_changes,
                encoding,
            )
        };
        if let Err(odd) = changed {
            self.shared.outbox.warn(&odd);
        }
        banks::document_changed(&self.shared, uri::to_path(&document.uri).as_deref());
        diagnostics::publish_soon(&self.shared, &document.uri, document.version);
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        let uri = params.text_document.uri;
        check::clear(&self.shared, &uri);
        if !self.shared.state().documents.close(&uri) {
            self.shared
                .outbox
                .debug(&format!("{} was closed but not open", uri.as_str()));
        }
        banks::document_changed(&self.shared, uri::to_path(&uri).as_deref());
        diagnostics::clear(&self.shared, &uri);
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        configuration::changed(&self.shared, params.settings);
    }

    async fn did_change_watched_files(&self, _: DidChangeWatchedFilesParams) {
        self.shared.state().documents.workspace.files_changed();
        banks::files_changed(&self.shared);
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        Ok(hover::hover(&self.shared, params).await)
    }

    async fn code_action(
        &self,
        params: CodeActionParams,
    ) -> Result<Option<Vec<CodeActionOrCommand>>> {
        Ok(Some(actions::code_action(&self.shared, params).await))
    }

    async fn symbol(
        &self,
        params: WorkspaceSymbolParams,
    ) -> Result<Option<WorkspaceSymbolResponse>> {
        Ok(Some(symbols::symbols(&self.shared, &params.query).into()))
    }

    // For files of banks: nothing in any other document.

    async fn document_symbol(
        &self,
        params: DocumentSymbolParams,
    ) -> Result<Option<DocumentSymbolResponse>> {
        Ok(bank_file::document_symbols(&self.shared, params).await)
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        Ok(bank_file::folding_ranges(&self.shared, params).await)
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        Ok(bank_file::complete(&self.shared, params).await)
    }

    async fn goto_definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        Ok(bank_file::definition(&self.shared, params).await)
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        Ok(bank_file::references(&self.shared, params).await)
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        bank_file::prepare_rename(&self.shared, params).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        bank_file::rename(&self.shared, params).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        // A question of the user's own bank may be asked for while the bank is still being read.
        self.shared.bank_loaded().await;
        commands::execute(&self.shared, params)
    }
}
