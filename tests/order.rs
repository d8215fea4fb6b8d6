//! Order: what was said first is done first, however fast it comes, and nobody is waited for who does not answer.

use crate::client::{Answers, Client, capable, construct_of, frame, range};
use serde_json::{Value, json};

const URI: &str = "file:///w/burst.py";

#[test]
fn each_of_a_thousand_hovers_sees_the_edit_before_it() {
    let mut client = Client::start();
    client.open(URI, "import gc\ngc.collect()\n");
    let mut wanted = Vec::new();
    for n in 0..1000u32 {
        // One blank line more on top, and every other time the call is there or gone.
        let there = n % 2 == 0;
        let call = if there {
            "gc.collect()"
        } else {
            "gc_collect()"
        };
        let down = range((0, 0), (0, 0));
        let line = n + 2;
        let old = range((line, 0), (line, 12));
        client.change(
            URI,
            i64::from(n) + 2,
            &[
                json!({"range": down, "text": "\n"}),
                json!({"range": old, "text": call}),
            ],
        );
        wanted.push((client.ask_hover(URI, line, 5), there, line));
    }
    for (id, there, line) in wanted {
        let hover = client.reply(id)["result"].clone();
        assert_eq!(
            construct_of(&hover),
            if there { "gc.collect" } else { "" },
            "line {line}"
        );
        if there {
            assert_eq!(hover["range"]["start"]["line"], line);
        }
    }
    client.finish();
}

#[test]
fn a_client_that_never_answers_holds_nothing_up() {
    let mut params = capable();
    params["capabilities"]["workspace"] =
        json!({"configuration": true, "didChangeConfiguration": {"dynamicRegistration": true}});
    let mut client = Client::unconnected();
    client.answers = Answers::Never;
    client.handshake(params);
    client.open(URI, "import gc\ngc.collect()\n");
    for n in 0..300 {
        client.settings(Value::Null);
        client.change(URI, n + 2, &[json!("import gc\ngc.collect()\n")]);
    }
    for _ in 0..100 {
        client.command("interview-lsp.open", json!({"id": "gil"}));
    }
    assert_eq!(client.construct(URI, 1, 5), "gc.collect");
    client.allow("workspace/configuration");
    client.allow("client/registerCapability");
    client.allow("window/showDocument");
    client.finish();
}

#[test]
fn a_client_may_answer_last() {
    let mut params = capable();
    params["capabilities"]["workspace"] = json!({"configuration": true});
    let mut client = Client::unconnected();
    client.answers = Answers::Last;
    client.configuration = json!({"locale": "ru"});
    client.handshake(params);
    client.open(URI, "import gc\ngc.collect()\n");
    assert_eq!(
        client.construct(URI, 1, 5),
        "gc.collect",
        "cards do not wait for the answer"
    );
    assert_eq!(client.status()["locale"], "en");
    client.expect("workspace/configuration", "interview");
    client.answer_now();
    // The settings are in force when the server has read the answer, which comes before this request.
    let status = client.status();
    assert_eq!(status["locale"], "ru");
    client.finish();
}

#[test]
fn an_answer_that_a_newer_push_has_overtaken_is_ignored() {
    let mut params = capable();
    params["capabilities"]["workspace"] = json!({"configuration": true});
    let mut client = Client::unconnected();
    client.answers = Answers::Never;
    client.handshake(params);
    let id = client.asked("workspace/configuration");
    client.settings(json!({"interview": {"hover": {"maxLines": 20}}}));
    assert_eq!(client.status()["settings"]["hover.maxLines"], 20);
    client.answer(&id, json!([{"hover": {"maxLines": 30}}]));
    assert_eq!(client.status()["settings"]["hover.maxLines"], 20);
    client.finish();
}

#[test]
fn cancelling_what_is_unknown_or_done_is_no_event() {
    let mut client = Client::start();
    client.open(URI, "import gc\ngc.collect()\n");
    for id in [json!(4711), json!("x"), Value::Null] {
        client.notify("$/cancelRequest", json!({"id": id}));
    }
    let id = client.ask_hover(URI, 1, 5);
    client.notify("$/cancelRequest", json!({"id": id}));
    let reply = client.reply(id);
    let cancelled = reply["error"]["code"] == -32800;
    assert!(
        cancelled || construct_of(&reply["result"]) == "gc.collect",
        "{reply}"
    );
    assert_eq!(client.construct(URI, 1, 5), "gc.collect");
    client.finish();
}

#[test]
fn requests_before_initialize_and_after_shutdown_are_refused() {
    let mut client = Client::unconnected();
    let id = client.ask_hover(URI, 0, 0);
    assert_eq!(client.reply(id)["error"]["code"], -32002);
    client.notify(
        "textDocument/didOpen",
        json!({"textDocument": {"uri": URI, "languageId": "python", "version": 1, "text": "x"}}),
    );
    client.handshake(capable());
    client.open(URI, "import gc\ngc.collect()\n");
    assert_eq!(client.construct(URI, 1, 5), "gc.collect");
    assert!(!client.error("initialize", capable()).is_empty());
    client.request("shutdown", Value::Null);
    let id = client.ask_hover(URI, 1, 5);
    assert_eq!(client.reply(id)["error"]["code"], -32600);
    client.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
    assert!(client.wait_for_end());
    client.assert_all_read();
}

/// Some clients do not wait for the answer to `shutdown`; it was received, which is what the protocol asks for.
#[test]
fn exit_right_behind_shutdown_is_a_clean_end() {
    let shutdown = json!({"jsonrpc": "2.0", "id": 77, "method": "shutdown"}).to_string();
    let exit = json!({"jsonrpc": "2.0", "method": "exit"}).to_string();
    let both = [frame(&shutdown), frame(&exit)].concat();
    let mut client = Client::start();
    client.send_bytes(&both);
    assert!(client.wait_for_end());
    client.reply(77);
    client.assert_all_read();
    // Before initialize it is an error and no shutdown.
    let mut client = Client::unconnected();
    client.send_bytes(&both);
    assert!(!client.wait_for_end());
    client.reply(77);
    client.assert_all_read();
}

#[test]
fn exit_and_a_closed_pipe_end_the_server() {
    let mut client = Client::start();
    client.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
    assert!(
        !client.wait_for_end(),
        "without shutdown this is no clean end"
    );
    client.assert_all_read();
    let mut client = Client::start();
    client.hang_up();
    assert!(!client.wait_for_end());
    client.assert_all_read();
}
