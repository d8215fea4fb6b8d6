//! Settings from all three sources (`initializationOptions`, `didChangeConfiguration`, `workspace/configuration`), and the
//! bank that they ask for.

use super::diagnostics;
use super::outbox::Outbox;
use super::proto::{ConfigurationItem, LSPAny, Registration};
use super::state::{Shared, State};
use crate::bank::{self, Bank, Sources, Warning};
use crate::settings::{Settings, concerns_us};
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::sync::Arc;

/// How many warnings are shown at once; the rest is in the log.
const SHOWN_WARNINGS: usize = 3;

/// After the handshake: what was wrong with the first settings is said, the client is asked for its own.
pub fn initialized(shared: &Shared) {
    let (ask, register, warnings) = {
        let state = shared.state();
        (
            state.client.configuration,
            state.client.configuration_registration,
            state.settings_warnings.clone(),
        )
    };
    show(&shared.outbox, &warnings);
    load_bank(shared);
    if register {
        let client = shared.client.clone();
        tokio::spawn(async move {
            let registration = Registration {
                id: "configuration".to_string(),
                method: "workspace/didChangeConfiguration".to_string(),
                register_options: Some(serde_json::json!({"section": "interview"})),
            };
            // A client that refuses sends the notification anyway or has other ways.
            let _ = client.register_capability(vec![registration]).await;
        });
    }
    if ask {
        ask_client(shared);
    }
}

/// The client says that its settings changed: it sends them, or is asked for them.
pub fn changed(shared: &Shared, settings: LSPAny) {
    let ask = {
        let mut state = shared.state();
        state.configuration_turn += 1;
        !concerns_us(&settings) && state.client.configuration
    };
    if ask {
        ask_client(shared);
    } else if concerns_us(&settings)
        || settings.as_object().is_some_and(|s| s.is_empty())
        || !settings.is_object()
    {
        take(shared, settings);
    }
}

/// Asks for the section `interview` in a task of its own: awaiting it in a handler would deadlock on a burst of edits.
fn ask_client(shared: &Shared) {
    let shared = shared.clone();
    let turn = shared.state().configuration_turn;
    tokio::spawn(async move {
        let item = ConfigurationItem {
            scope_uri: None,
            section: Some("interview".to_string()),
        };
        let Ok(mut answer) = shared.client.configuration(vec![item]).await else {
            return;
        };
        // A newer change has overtaken this answer.
        if shared.state().configuration_turn != turn {
            return;
        }
        let settings = match answer.drain(..).next() {
            Some(LSPAny::Object(section)) if !concerns_us(&LSPAny::Object(section.clone())) => {
                serde_json::json!({"interview": section})
            }
            Some(settings) => settings,
            None => LSPAny::Null,
        };
        take(&shared, settings);
    });
}

/// Puts new settings in force, says what is wrong with them and loads what they need.
fn take(shared: &Shared, configuration: LSPAny) {
    {
        let mut state = shared.state();
        if state.configuration == configuration {
            return;
        }
        state.configuration = configuration;
        let old_warnings = std::mem::take(&mut state.settings_warnings);
        apply_settings(&mut state, &shared.outbox);
        let new: Vec<String> = state
            .settings_warnings
            .iter()
            .filter(|w| !old_warnings.contains(w))
            .cloned()
            .collect();
        show(&shared.outbox, &new);
    }
    load_bank(shared);
    diagnostics::publish_all(shared);
}

/// Recomputes the settings from their layers.
pub fn apply_settings(state: &mut State, outbox: &Outbox) {
    let (settings, warnings) = Settings::from_layers(&[
        &state.base_settings,
        &state.initial_settings,
        &state.configuration,
    ]);
    outbox.set_level(settings.log_level);
    state.settings = settings;
    state.settings_warnings = warnings;
    let wrong_paths = bank_paths(state).into_iter().filter_map(Result::err);
    state
        .settings_warnings
        .extend(wrong_paths.map(|message| format!("interview.banks: {message}")));
}

/// The paths of `interview.banks` with their placeholders replaced, or what is wrong with each.
fn bank_paths(state: &State) -> Vec<Result<PathBuf, String>> {
    let home = directories::UserDirs::new();
    let home = home.as_ref().map(|dirs| dirs.home_dir());
    let banks = state.settings.banks.iter();
    banks
        .map(|path| bank::expand(path, home, state.workspace.as_deref()))
        .collect()
}

/// The built-in bank takes milliseconds: the first hover has it without waiting for the user's own.
pub fn load_builtin_at_once(state: &mut State) {
    let sources = Sources {
        paths: Vec::new(),
        builtin: state.settings.builtin_bank,
    };
    state.bank = Arc::new(Bank::load(&sources));
    state.sources = Some(sources);
}

/// Loads the bank in the background if the settings ask for another than there is; until then the old one answers.
fn load_bank(shared: &Shared) {
    let sources = {
        let mut state = shared.state();
        let sources = Sources {
            paths: bank_paths(&state).into_iter().flatten().collect(),
            builtin: state.settings.builtin_bank,
        };
        if state.sources.as_ref() == Some(&sources) {
            return;
        }
        state.sources = Some(sources.clone());
        shared.loading.send_replace(true);
        sources
    };
    let shared = shared.clone();
    // Not the runtime's thread, which answers hovers meanwhile.
    tokio::task::spawn_blocking(move || {
        let loaded = catch_unwind(|| Arc::new(Bank::load(&sources)));
        let mut state = shared.state();
        // Other settings came while this was loading: their bank is on its way.
        if state.sources.as_ref() != Some(&sources) {
            return;
        }
        if let Ok(bank) = &loaded {
            state.bank = bank.clone();
        }
        drop(state);
        shared.loading.send_replace(false);
        match loaded {
            Ok(bank) => report(&shared.outbox, &bank),
            Err(_) => shared.outbox.show_warning(
                "interview-lsp: reading the bank failed, the questions there were stay; please report this",
            ),
        }
        diagnostics::publish_all(&shared);
    });
}

/// Says what was loaded; what a person must mend is shown, the details go to the log.
fn report(outbox: &Outbox, bank: &Bank) {
    outbox.info(&format!(
        "{} questions from {} documents",
        bank.questions.len(),
        bank.documents.len()
    ));
    let (details, whole): (Vec<&Warning>, Vec<&Warning>) =
        bank.warnings.iter().partition(|w| w.line.is_some());
    for warning in details {
        outbox.warn(&warning.to_string());
    }
    show(
        outbox,
        &whole.iter().map(ToString::to_string).collect::<Vec<_>>(),
    );
}

fn show(outbox: &Outbox, warnings: &[String]) {
    for warning in warnings.iter().take(SHOWN_WARNINGS) {
        outbox.show_warning(&format!("interview-lsp: {warning}"));
    }
    for warning in warnings.iter().skip(SHOWN_WARNINGS) {
        outbox.warn(warning);
    }
    if warnings.len() > SHOWN_WARNINGS {
        let rest = warnings.len() - SHOWN_WARNINGS;
        outbox.show_warning(&format!(
            "interview-lsp: and {rest} more warnings, see the log"
        ));
    }
}
