//! What the server offers for Markdown, registered while the settings name banks and taken back when they name none.
//!
//! Never in the answer to `initialize`, which would hold for Python files as well: editors merge the answers of all servers.

use crate::lsp::proto::{ClientCapabilities, LSPAny, Registration, Unregistration};
use crate::lsp::state::Shared;
use serde_json::json;

/// What the client lets servers register later.
#[derive(Clone, Copy, Debug, Default)]
pub struct Registers {
    document_symbol: bool,
    folding_range: bool,
    completion: bool,
    definition: bool,
    references: bool,
    rename: bool,
}

impl Registers {
    pub fn of(client: &ClientCapabilities) -> Self {
        let Some(text) = &client.text_document else {
            return Registers::default();
        };
        let yes = |flag: Option<bool>| flag == Some(true);
        Registers {
            document_symbol: yes(text
                .document_symbol
                .as_ref()
                .and_then(|c| c.dynamic_registration)),
            folding_range: yes(text
                .folding_range
                .as_ref()
                .and_then(|c| c.dynamic_registration)),
            completion: yes(text
                .completion
                .as_ref()
                .and_then(|c| c.dynamic_registration)),
            definition: yes(text
                .definition
                .as_ref()
                .and_then(|c| c.dynamic_registration)),
            references: yes(text
                .references
                .as_ref()
                .and_then(|c| c.dynamic_registration)),
            rename: yes(text.rename.as_ref().and_then(|c| c.dynamic_registration)),
        }
    }

    /// The methods that can be registered, with what belongs to each.
    fn methods(self) -> Vec<(&'static str, LSPAny)> {
        // Completion comes by itself where a value or a target begins. A blank is there since editors ask by themselves in no Markdown.
        let completion = json!({"triggerCharacters": [" ", ".", "(", "#", "/"]});
        let all = [
            (
                self.document_symbol,
                "textDocument/documentSymbol",
                json!({}),
            ),
            (self.folding_range, "textDocument/foldingRange", json!({})),
            (self.completion, "textDocument/completion", completion),
            (self.definition, "textDocument/definition", json!({})),
            (self.references, "textDocument/references", json!({})),
            (
                self.rename,
                "textDocument/rename",
                json!({"prepareProvider": true}),
            ),
        ];
        let can = all.into_iter().filter(|(can, ..)| *can);
        can.map(|(_, method, options)| (method, options)).collect()
    }
}

/// Registers for Markdown files, or takes that back.
pub fn offer(shared: &Shared, wanted: bool) {
    let methods = {
        let mut state = shared.state();
        if std::mem::replace(&mut state.offered, wanted) == wanted {
            return;
        }
        state.client.registers.methods()
    };
    if methods.is_empty() {
        return;
    }
    let client = shared.client.clone();
    // The tasks send in the order in which they are spawned. A client that refuses offers less, which harms nobody.
    tokio::spawn(async move {
        if wanted {
            let registrations = methods.into_iter().map(|(method, mut options)| {
                options["documentSelector"] = json!([{"language": "markdown", "scheme": "file"}]);
                Registration {
                    id: id(method),
                    method: method.to_string(),
                    register_options: Some(options),
                }
            });
            let _ = client.register_capability(registrations.collect()).await;
        } else {
            let gone = methods.into_iter().map(|(method, _)| Unregistration {
                id: id(method),
                method: method.to_string(),
            });
            let _ = client.unregister_capability(gone.collect()).await;
        }
    });
}

fn id(method: &str) -> String {
    format!("bank-files:{method}")
}
