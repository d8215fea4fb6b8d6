//! Sessions that begin with the `initialize` that a real editor sent, recorded in `fixtures/initialize`: a new editor is a new file.

use crate::client::{Client, construct_of, fixture, range};
use serde_json::{Value, json};
use std::path::Path;

const URI: &str = "file:///w/a.py";

/// The recorded handshakes by the name of their file, and one that says nothing.
fn recorded() -> Vec<(String, Value)> {
    let mut sessions = vec![(
        "nothing".to_string(),
        json!({"params": {"capabilities": {}}}),
    )];
    let folder = fixture("initialize");
    let entries = std::fs::read_dir(Path::new(&folder)).into_iter().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "json"));
    files.sort();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a recording");
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        sessions.push((
            name,
            serde_json::from_str(&text).expect("a recording is JSON"),
        ));
    }
    sessions
}

#[test]
fn every_recorded_editor_has_a_session_that_leaves_nothing_unread() {
    for (name, recording) in recorded() {
        let mut params = recording["params"].clone();
        // The recording is of another machine: what depends on that is set, all else is as it came.
        params["locale"] = json!("en");
        params["processId"] = Value::Null;
        let says = |pointer: &str| {
            recording["params"]["capabilities"]
                .pointer(pointer)
                .cloned()
                .unwrap_or_default()
        };
        let mut client = Client::unconnected();
        client.configuration = json!({});
        client.handshake(params);
        if says("/workspace/didChangeConfiguration/dynamicRegistration") == true {
            client.expect(
                "client/registerCapability",
                "workspace/didChangeConfiguration",
            );
        }
        if says("/workspace/configuration") == true {
            client.expect("workspace/configuration", "interview");
        }
        let offered = client.offer["capabilities"]["positionEncoding"].clone();
        let list = says("/general/positionEncodings");
        let list = list.as_array().cloned().unwrap_or_default();
        assert!(
            list.is_empty() && offered == "utf-16" || list.contains(&offered),
            "{name}: {offered}"
        );

        client.open(URI, "import gc\nasync def work():\n    pass\n");
        let hover = client.hover(URI, 1, 2);
        assert_eq!(construct_of(&hover), "async def", "{name}");
        let formats = says("/textDocument/hover/contentFormat");
        let markdown = formats[0] == "markdown";
        assert_eq!(
            hover["contents"]["kind"],
            if markdown { "markdown" } else { "plaintext" },
            "{name}"
        );
        assert_eq!(
            hover["contents"]["value"]
                .as_str()
                .is_some_and(|card| card.starts_with("**")),
            markdown,
            "{name}"
        );

        client.change(
            URI,
            2,
            &[json!({"range": range((2, 4), (2, 8)), "text": "gc.collect()"})],
        );
        assert_eq!(client.construct(URI, 2, 8), "gc.collect", "{name}");
        let context = json!({"diagnostics": [], "only": ["interview"]});
        let actions = client.actions(URI, range((2, 8), (2, 8)), context);
        let first = &actions[0];
        let literals = !says("/textDocument/codeAction/codeActionLiteralSupport").is_null();
        let command = if literals { &first["command"] } else { first };
        assert_eq!(command["command"], "interview-lsp.open", "{name}: {first}");

        let opened = client.command("interview-lsp.open", command["arguments"][0].clone());
        assert!(
            opened["uri"]
                .as_str()
                .is_some_and(|uri| uri.starts_with("file:///")),
            "{name}: {opened}"
        );
        if says("/window/showDocument/support") == true {
            client.expect("window/showDocument", "memory_async.md");
        } else {
            client.shown("memory_async.md:");
        }
        client.close(URI);
        client.finish();
    }
}
