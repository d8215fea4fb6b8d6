//! Wrong parameters for every method: an error for who asks, nothing for who tells, and the server goes on.

use crate::client::{Client, capable, range};
use serde_json::{Value, json};

const URI: &str = "file:///w/a.py";

/// Values that no parameters of ours have.
fn nonsense() -> Vec<Value> {
    vec![
        Value::Null,
        json!([]),
        json!([[]]),
        json!({}),
        json!("text"),
        json!(7),
        json!(true),
        json!({"textDocument": null}),
        json!({"textDocument": {"uri": 7}}),
        json!({"textDocument": {"uri": "no uri"}}),
        json!({"textDocument": {"uri": ""}, "position": {"line": 0, "character": 0}}),
        json!({"textDocument": [7]}),
    ]
}

fn positions() -> Vec<Value> {
    vec![
        Value::Null,
        json!({}),
        json!({"line": 0}),
        json!({"line": -1, "character": 0}),
        json!({"line": 0, "character": -1}),
        json!({"line": 4294967296u64, "character": 0}),
        json!({"line": 1e300, "character": 0}),
        json!({"line": 0.5, "character": 0}),
        json!({"line": "0", "character": 0}),
        json!({"line": [0], "character": {}}),
    ]
}

fn document() -> Value {
    json!({"uri": URI})
}

#[test]
fn requests_get_an_error_and_the_server_goes_on() {
    let mut wrong: Vec<(&str, Value)> = Vec::new();
    for method in [
        "textDocument/hover",
        "textDocument/codeAction",
        "workspace/executeCommand",
    ] {
        wrong.extend(nonsense().into_iter().map(|params| (method, params)));
    }
    for position in positions() {
        wrong.push((
            "textDocument/hover",
            json!({"textDocument": document(), "position": position}),
        ));
        let ends = json!({"start": {"line": 0, "character": 0}, "end": position});
        wrong.push((
            "textDocument/codeAction",
            json!({"textDocument": document(), "range": ends, "context": {"diagnostics": []}}),
        ));
    }
    for context in [
        Value::Null,
        json!({}),
        json!({"diagnostics": 1}),
        json!({"diagnostics": [1]}),
        json!({"diagnostics": [], "only": "interview"}),
        json!({"diagnostics": [], "triggerKind": "automatic"}),
    ] {
        let params =
            json!({"textDocument": document(), "range": range((0, 0), (0, 0)), "context": context});
        wrong.push(("textDocument/codeAction", params));
    }
    for params in [
        json!({"command": 7}),
        json!({"command": null, "arguments": []}),
        json!({"command": "interview-lsp.status", "arguments": {}}),
    ] {
        wrong.push(("workspace/executeCommand", params));
    }
    let mut client = Client::start();
    client.open(URI, "import gc\ngc.collect()\n");
    for (method, params) in wrong {
        let id = client.ask(method, params.clone());
        let reply = client.reply(id);
        assert_eq!(reply["error"]["code"], -32602, "{method} {params}: {reply}");
    }
    let id = 9001;
    client.send(&json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/hover"}));
    assert_eq!(client.reply(id)["error"]["code"], -32602);
    assert_eq!(client.construct(URI, 1, 5), "gc.collect");
    client.finish();
}

#[test]
fn notifications_get_nothing_and_the_server_goes_on() {
    let methods = [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/didSave",
        "workspace/didChangeWorkspaceFolders",
        "$/cancelRequest",
        "$/setTrace",
        "initialized",
    ];
    let mut client = Client::start();
    client.open(URI, "import gc\ngc.collect()\n");
    for method in methods {
        for params in nonsense() {
            client.notify(method, params);
        }
        client.send(&json!({"jsonrpc": "2.0", "method": method}));
    }
    for position in positions() {
        let change = json!([{"range": {"start": position, "end": position}, "text": "x"}]);
        client.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": URI, "version": 2}, "contentChanges": change}),
        );
    }
    for (version, changes) in [
        (json!("2"), json!([])),
        (json!(2), json!(null)),
        (json!(2), json!([{}])),
        (json!(2), json!([{"text": 7}])),
        (json!(1e12), json!([])),
    ] {
        client.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": URI, "version": version}, "contentChanges": changes}),
        );
    }
    assert_eq!(client.construct(URI, 1, 5), "gc.collect");
    client.finish();
}

#[test]
fn a_configuration_of_any_shape_is_survived() {
    let mut client = Client::start();
    client.open(URI, "import gc\ngc.collect()\n");
    for settings in nonsense() {
        client.notify("workspace/didChangeConfiguration", settings.clone());
        client.settings(settings.clone());
        client.settings(json!({"interview": settings}));
        client.settings(json!({"interview": {"hover": settings, "banks": {"x": [1]}}}));
    }
    client.settings(json!({}));
    assert_eq!(client.construct(URI, 1, 5), "gc.collect");
    client.allow("window/logMessage");
    client.allow("window/showMessage");
    client.finish();
}

#[test]
fn a_malformed_initialize_is_refused_and_a_good_one_still_works() {
    let mut client = Client::unconnected();
    for params in [
        Value::Null,
        json!([]),
        json!("x"),
        json!({"capabilities": 7}),
        json!({"capabilities": {"general": 7}}),
        json!({"processId": "x", "capabilities": {}}),
    ] {
        let id = client.ask("initialize", params.clone());
        let reply = client.reply(id);
        assert_eq!(reply["error"]["code"], -32602, "{params}: {reply}");
    }
    client.handshake(capable());
    client.open(URI, "import gc\ngc.collect()\n");
    assert_eq!(client.construct(URI, 1, 5), "gc.collect");
    client.finish();
}
