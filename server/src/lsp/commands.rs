//! `workspace/executeCommand`: open, find and read questions, and the server's state.

use super::convert;
use super::proto::{Error, ExecuteCommandParams, LSPAny, Range, Result, ShowDocumentParams, Uri};
use super::state::Shared;
use super::uri;
use crate::bank::Entry;
use crate::features::{open, report, search};
use serde_json::json;

pub const OPEN: &str = "interview-lsp.open";
pub const SEARCH: &str = "interview-lsp.search";
pub const QUESTION: &str = "interview-lsp.question";
pub const STATUS: &str = "interview-lsp.status";

/// Every command that the server runs.
pub const ALL: [&str; 4] = [OPEN, SEARCH, QUESTION, STATUS];

/// How many questions a search gives when the client does not say.
const DEFAULT_LIMIT: usize = 20;

/// A link that opens a question, for clients that run `command:` links.
pub fn link(id: &str) -> String {
    let arguments = json!([{"id": id}]).to_string();
    format!("command:{OPEN}?{}", uri::encode(&arguments))
}

/// Runs a command.
///
/// # Errors
/// Invalid params where the command or an argument is not what it must be; the message names it.
pub fn execute(shared: &Shared, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
    let name = params.command.as_str();
    let argument = params.arguments.first().unwrap_or(&LSPAny::Null);
    match name {
        OPEN => open(shared, &text(name, argument, "id")?),
        QUESTION => question(shared, &text(name, argument, "id")?),
        SEARCH => {
            let query = text(name, argument, "query")?;
            let limit = match argument.get("limit") {
                None | Some(LSPAny::Null) => DEFAULT_LIMIT,
                Some(limit) => whole_number(limit).ok_or_else(|| {
                    Error::invalid_params(format!(
                        "{name}: limit is {limit}, but must be a whole number"
                    ))
                })?,
            };
            let show = argument.get("show") == Some(&LSPAny::Bool(true));
            let (bank, lang) = {
                let state = shared.state();
                (state.bank.clone(), state.lang())
            };
            let found = search::search(&bank, &query, limit, lang);
            let page = (show && !found.is_empty())
                .then(|| open::results(&bank, &found, &query, &open::cache_folder()))
                .transpose()
                .map_err(failed)?;
            let found: Vec<LSPAny> = found
                .into_iter()
                .map(|q| json!(report::question(q)))
                .collect();
            if let Some(page) = page {
                present(shared, &page)?;
            }
            Ok(Some(json!(found)))
        }
        STATUS => {
            let state = shared.state();
            let lang = state.lang();
            Ok(Some(report::status(
                &state.bank,
                &state.settings,
                &state.settings_warnings,
                lang,
            )))
        }
        _ => {
            let known = ALL.join(", ");
            Err(Error::invalid_params(format!(
                "there is no command {name}; known are {known}"
            )))
        }
    }
}

/// Shows the question in the editor.
fn open(shared: &Shared, id: &str) -> Result<Option<LSPAny>> {
    let place = {
        let state = shared.state();
        let question = find(&state.bank, id, state.lang())?;
        locate(&state.bank, question)?
    };
    let (uri, selection) = present(shared, &place)?;
    Ok(Some(json!({"id": id, "uri": uri, "range": selection})))
}

/// Asks the client to show a place in a file; one that cannot is told the path. Returns where it is.
fn present(shared: &Shared, place: &open::Place) -> Result<(Uri, Range)> {
    let (encoding, can_show) = {
        let state = shared.state();
        (state.encoding, state.client.show_document)
    };
    let selection = convert::whole_line(place.line, &place.heading, encoding);
    let Some(uri) = uri::from_path(&place.path) else {
        let path = place.path.display();
        return Err(failed(format!(
            "the path {path} cannot be written as a URI"
        )));
    };
    let by_hand = format!("{}:{}", place.path.display(), place.line + 1);
    if can_show {
        let shared = shared.clone();
        let params = ShowDocumentParams {
            uri: uri.clone(),
            external: None,
            take_focus: Some(true),
            selection: Some(selection),
        };
        tokio::spawn(async move {
            if !shared.client.show_document(params).await.unwrap_or(false) {
                shared.outbox.show_info(&by_hand);
            }
        });
    } else {
        shared.outbox.show_info(&by_hand);
    }
    Ok((uri, selection))
}

/// A question whole, with the file that holds it.
fn question(shared: &Shared, id: &str) -> Result<Option<LSPAny>> {
    let state = shared.state();
    let question = find(&state.bank, id, state.lang())?;
    let place = locate(&state.bank, question)?;
    let mut answer = json!(report::question(question));
    answer["uri"] = json!(uri::from_path(&place.path));
    answer["range"] = json!(convert::whole_line(
        place.line,
        &place.heading,
        state.encoding
    ));
    answer["topic"] = json!(question.topic());
    answer["see"] = json!(question.see());
    answer["markdown"] = json!(state.bank.markdown(question).map_err(failed)?);
    Ok(Some(answer))
}

fn find<'a>(bank: &'a crate::bank::Bank, id: &str, lang: crate::bank::Lang) -> Result<Entry<'a>> {
    bank.question(id, lang).ok_or_else(|| {
        Error::invalid_params(format!(
            "there is no question with the id `{id}`; {SEARCH} finds questions"
        ))
    })
}

fn locate(bank: &crate::bank::Bank, question: Entry) -> Result<open::Place> {
    open::locate(bank, question, &open::cache_folder()).map_err(failed)
}

fn failed(message: String) -> Error {
    let mut error = Error::internal_error();
    error.message = message.into();
    error
}

/// A text argument: `{"id": "gil"}`, or bare: `"gil"`.
fn text(command: &str, argument: &LSPAny, key: &str) -> Result<String> {
    let value = argument.get(key).unwrap_or(argument);
    match value {
        LSPAny::String(text) => Ok(text.clone()),
        LSPAny::Null => Err(Error::invalid_params(format!(
            "{command} needs an argument {{\"{key}\": \"…\"}}"
        ))),
        other => Err(Error::invalid_params(format!(
            "{command}: {key} is {other}, but must be a text"
        ))),
    }
}

fn whole_number(value: &LSPAny) -> Option<usize> {
    // Lua and Emacs Lisp send whole numbers as floats.
    let number = value.as_f64()?;
    (number.fract() == 0.0 && (0.0..1e9).contains(&number)).then_some(number as usize)
}
