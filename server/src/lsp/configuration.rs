//! Settings from all three sources (`initializationOptions`, `didChangeConfiguration`, `workspace/configuration`).

use super::outbox::Outbox;
use super::proto::{ConfigurationItem, LSPAny, Registration};
use super::state::{Shared, State};
use super::{banks, diagnostics};
use crate::settings::{Settings, concerns_us};

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
    banks::show(&shared.outbox, &warnings);
    banks::start(shared);
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
        banks::show(&shared.outbox, &new);
    }
    banks::settings_changed(shared);
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
    let wrong_paths = banks::bank_paths(state).into_iter().filter_map(Result::err);
    state
        .settings_warnings
        .extend(wrong_paths.map(|message| format!("interview.banks: {message}")));
}
