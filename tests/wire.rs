//! Bytes: however messages are cut, and whatever else comes down the wire.

use crate::client::{Client, capable, frame, place};
use serde_json::{Value, json};

const URI: &str = "file:///w/a.py";

fn hover(id: i64) -> Vec<u8> {
    frame(&json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": place(URI, 0, 0)}).to_string())
}

#[test]
fn messages_may_be_cut_anywhere_and_stuck_together() {
    let mut client = Client::start();
    for byte in hover(7001) {
        client.send_bytes(&[byte]);
    }
    assert_eq!(client.reply(7001)["result"], Value::Null);
    let two = [hover(7002), hover(7003)].concat();
    let (head, tail) = two.split_at(two.len() / 2 + 7);
    client.send_bytes(head);
    client.send_bytes(tail);
    assert_eq!(client.reply(7002)["result"], Value::Null);
    assert_eq!(client.reply(7003)["result"], Value::Null);
    client.finish();
}

#[test]
fn a_content_type_is_accepted() {
    let mut client = Client::start();
    let body = String::from_utf8(hover(7001)).expect("ASCII").replacen(
        "\r\n\r\n",
        "\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
        1,
    );
    client.send_bytes(body.as_bytes());
    assert_eq!(client.reply(7001)["result"], Value::Null);
    client.finish();
}

#[test]
fn a_message_that_is_none_is_passed_over() {
    let bad: [&[u8]; 8] = [
        b"{\"jsonrpc\":\"2.0\",",
        b"nonsense",
        b"[]",
        b"{}",
        b"null",
        b"\xff\xfe\x00",
        b"{\"jsonrpc\":\"1.0\",\"method\":\"textDocument/hover\",\"id\":5}",
        b"",
    ];
    for body in bad {
        let mut client = Client::start();
        client.open(URI, "import gc\ngc.collect()\n");
        client.send_bytes(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
        client.send_bytes(body);
        assert_eq!(
            client.construct(URI, 1, 5),
            "gc.collect",
            "{}",
            String::from_utf8_lossy(body)
        );
        client.allow("window/logMessage");
        client.allow("error");
        client.finish();
    }
}

#[test]
fn a_header_that_is_none_is_passed_over() {
    let bad = [
        "\r\n\r\n",
        "Content-Length: many\r\n\r\n",
        "X: 1\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "\u{feff}\r\n\r\n",
    ];
    for bytes in bad {
        let mut client = Client::start();
        client.open(URI, "import gc\ngc.collect()\n");
        client.send_bytes(bytes.as_bytes());
        assert_eq!(client.construct(URI, 1, 5), "gc.collect", "{bytes:?}");
        client.allow("window/logMessage");
        client.allow("error");
        client.finish();
    }
}

#[test]
fn unknown_methods_are_answered_and_unknown_notifications_are_not() {
    let mut client = Client::start();
    for method in [
        "textDocument/definition",
        "textDocument/completion",
        "interview/none",
        "workspace/symbol",
    ] {
        let id = client.ask(method, json!({}));
        let code = client.reply(id)["error"]["code"].clone();
        assert!(code == -32601 || code == -32602, "{method}: {code}");
    }
    client.notify("$/setTrace", json!({"value": "verbose"}));
    client.notify(
        "textDocument/didSave",
        json!({"textDocument": {"uri": URI}}),
    );
    client.notify("interview/none", json!({}));
    client.answer(&json!(99), json!("an answer to nothing"));
    client.answer(&json!("x"), Value::Null);
    assert_eq!(client.hover(URI, 0, 0), Value::Null);
    client.finish();
}

/// Definition, references, completion and inlay hints belong to the type checker: editors merge what all servers answer.
#[test]
fn only_what_the_server_does_is_offered() {
    let client = Client::with(capable());
    let offered = client.offer["capabilities"]
        .as_object()
        .expect("capabilities");
    let mut names: Vec<&str> = offered.keys().map(String::as_str).collect();
    names.sort_unstable();
    let ours = [
        "codeActionProvider",
        "executeCommandProvider",
        "hoverProvider",
        "positionEncoding",
        "textDocumentSync",
        "workspaceSymbolProvider",
    ];
    assert_eq!(names, ours);
    assert_eq!(
        offered["textDocumentSync"],
        json!({"openClose": true, "change": 2})
    );
    assert_eq!(
        offered["codeActionProvider"],
        json!({"codeActionKinds": ["interview", "quickfix"]})
    );
    assert_eq!(
        client.offer["serverInfo"],
        json!({"name": "interview-lsp", "version": env!("CARGO_PKG_VERSION")})
    );
    client.finish();
}
