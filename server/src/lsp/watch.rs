//! The client watches the files of the banks for us, where it can.
//!
//! One that knows patterns relative to a folder watches anywhere; others may look inside the workspace only, so what lies outside is looked
//! at by the clock as well, see `banks.rs`.

use super::proto::{LSPAny, Registration, Unregistration};
use super::state::Shared;
use super::uri;
use crate::bank::Sources;
use serde_json::json;
use std::path::Path;

const ID: &str = "bank-files";
const METHOD: &str = "workspace/didChangeWatchedFiles";

/// Asks the client to watch the folders and files of these banks, and no others any more.
pub fn register(shared: &Shared, sources: Sources) {
    let (client, workspace, before) = {
        let mut state = shared.state();
        if !state.client.watch_registration {
            return;
        }
        let before = std::mem::replace(&mut state.watching, !sources.paths.is_empty());
        (state.client, state.workspace.clone(), before)
    };
    let shared = shared.clone();
    tokio::spawn(async move {
        if before {
            let old = Unregistration {
                id: ID.to_string(),
                method: METHOD.to_string(),
            };
            // One that it does not know it does not watch.
            let _ = shared.client.unregister_capability(vec![old]).await;
        }
        let paths = sources.paths.iter();
        let watchers: Vec<LSPAny> = paths
            .filter_map(|path| watcher(path, client.relative_patterns))
            .collect();
        if watchers.is_empty() {
            return;
        }
        // What is not there yet cannot be watched.
        let reaches = |path: &Path| {
            path.exists()
                && (client.relative_patterns
                    || workspace
                        .as_ref()
                        .is_some_and(|folder| path.starts_with(folder)))
        };
        let all =
            watchers.len() == sources.paths.len() && sources.paths.iter().all(|path| reaches(path));
        let registration = Registration {
            id: ID.to_string(),
            method: METHOD.to_string(),
            register_options: Some(json!({"watchers": watchers})),
        };
        let registered = shared
            .client
            .register_capability(vec![registration])
            .await
            .is_ok();
        let mut state = shared.state();
        if state.sources.as_ref() == Some(&sources) {
            state.watched = registered && all;
        }
    });
}

/// The watcher of a bank: all below a folder, since its removal has no file's name, or one file.
fn watcher(path: &Path, relative: bool) -> Option<LSPAny> {
    let path = std::path::absolute(path).ok()?;
    let (folder, pattern) = if path.extension().is_some() && !path.is_dir() {
        // Names may hold what means something in a pattern.
        let name = path
            .file_name()?
            .to_string_lossy()
            .replace(['[', ']', '{', '}', '*', '?'], "?");
        (path.parent()?.to_path_buf(), name)
    } else {
        (path, "**/*".to_string())
    };
    let pattern = if relative {
        json!({"baseUri": uri::from_path(&folder)?, "pattern": pattern})
    } else {
        let folder = folder.to_string_lossy().replace('\\', "/");
        json!(format!("{}/{pattern}", folder.trim_end_matches('/')))
    };
    Some(json!({"globPattern": pattern}))
}
