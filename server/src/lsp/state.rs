//! What the server knows of its client, its settings, its bank and the open documents.

use super::Start;
use super::bank_file::Registers;
use super::banks::Wake;
use super::documents::Documents;
use super::outbox::Outbox;
use super::proto::{Client, LSPAny, Uri};
use crate::bank::{Bank, Lang, Sources};
use crate::settings::Settings;
use crate::text::Encoding;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// What handlers and the tasks they spawn share.
#[derive(Clone)]
pub struct Shared {
    state: Arc<Mutex<State>>,
    pub client: Client,
    pub outbox: Outbox,
    /// A bank is being loaded in the background.
    pub loading: Arc<watch::Sender<bool>>,
    /// Wakes the task that keeps the bank.
    pub wake: Arc<Wake>,
    /// How long anybody waits for an analysis.
    pub patience: Duration,
}

impl Shared {
    pub fn new(client: Client, start: Start) -> Self {
        let state = State {
            base_settings: start.base_settings,
            ..State::default()
        };
        Shared {
            state: Arc::new(Mutex::new(state)),
            loading: Arc::new(watch::Sender::new(false)),
            wake: Arc::default(),
            patience: start.patience,
            outbox: Outbox::new(client.clone()),
            client,
        }
    }

    /// The state, locked. Never hold it over an `.await`.
    pub fn state(&self) -> MutexGuard<'_, State> {
        // A handler that panicked left the state as it was between two statements, which is a state like any other.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a document is open that may be a file of a bank.
    pub fn is_markdown(&self, uri: &Uri) -> bool {
        let mut state = self.state();
        state.documents.get(uri).is_some_and(|d| d.markdown)
    }

    /// Waits until the bank that the settings ask for is there.
    pub async fn bank_loaded(&self) {
        // The sender lives as long as this does, so waiting cannot fail.
        let _ = self.loading.subscribe().wait_for(|loading| !loading).await;
    }
}

#[derive(Default)]
pub struct State {
    pub client: ClientFlags,
    pub encoding: Encoding,
    /// The locale that the client gave in `initialize`.
    pub client_locale: Option<String>,
    pub workspace: Option<PathBuf>,
    /// The settings of the command line, under all others.
    pub base_settings: LSPAny,
    /// The settings of `initializationOptions`, over which the client's configuration is laid.
    pub initial_settings: LSPAny,
    pub configuration: LSPAny,
    /// Counts the changes of configuration: an answer to an older question is out of date.
    pub configuration_turn: u64,
    pub settings: Settings,
    pub settings_warnings: Vec<String>,
    /// What the bank is to be read from.
    pub sources: Option<Sources>,
    /// What it was read from last.
    pub read_from: Option<Sources>,
    /// The client was asked to watch files for us.
    pub watching: bool,
    /// It does, and they are all that the bank is read from.
    pub watched: bool,
    /// What is for files of banks was registered.
    pub offered: bool,
    pub bank: Arc<Bank>,
    pub documents: Documents,
    pub initialized: bool,
    /// The client said `shutdown`, and said it in time.
    pub shut_down: bool,
}

impl State {
    /// The language of cards and questions.
    pub fn lang(&self) -> Lang {
        let of_client = || self.client_locale.as_deref().and_then(Lang::from_locale);
        self.settings
            .locale
            .or_else(of_client)
            .or_else(crate::settings::lang_of_environment)
            .unwrap_or_default()
    }
}

/// What the client can do. Each flag is one English sentence.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClientFlags {
    /// It opens a document when the server asks.
    pub show_document: bool,
    /// It answers questions about its configuration.
    pub configuration: bool,
    /// It tells of changed configuration if the server registers for it.
    pub configuration_registration: bool,
    /// It watches files if the server registers for it.
    pub watch_registration: bool,
    /// It knows patterns relative to a folder, so it watches anywhere.
    pub relative_patterns: bool,
    /// It shows how far long work has come.
    pub work_done_progress: bool,
    /// It shows Markdown in hovers and prefers it.
    pub hover_markdown: bool,
    /// It runs `command:` links in hovers.
    pub command_links: bool,
    /// It takes code actions with a kind, not only bare commands.
    pub code_action_literals: bool,
    /// It takes edits of documents with the version they are for.
    pub document_changes: bool,
    /// It shows symbols below symbols.
    pub nested_symbols: bool,
    /// It lets servers offer these for some documents only.
    pub registers: Registers,
}
