//! Settings from all three sources, live, and what is said about wrong ones; banks of the user's own, and broken ones.

use crate::client::{Answers, Client, capable, construct_of, fixture, range};
use serde_json::{Value, json};
use std::path::Path;

const URI: &str = "file:///w/a.py";

fn in_force(client: &mut Client, key: &str) -> Value {
    client.status()["settings"][key].clone()
}

fn asks() -> Value {
    let mut params = capable();
    params["capabilities"]["workspace"] =
        json!({"configuration": true, "didChangeConfiguration": {"dynamicRegistration": true}});
    params
}

/// The same settings in every shape that a client writes.
fn shapes(lines: u64) -> Vec<Value> {
    vec![
        json!({"hover": {"maxLines": lines}}),
        json!({"hover.maxLines": lines}),
        json!({"interview": {"hover": {"maxLines": lines}}}),
        json!({"interview": {"hover.maxLines": lines}}),
        json!({"interview.hover.maxLines": lines as f64}),
        json!({"interview": {"hover": {"maxLines": lines}}, "python": {"analysis": {"x": 1}}}),
    ]
}

#[test]
fn initialization_options_of_every_shape_are_taken() {
    for options in shapes(20) {
        let mut client = Client::with_options(options.clone());
        assert_eq!(in_force(&mut client, "hover.maxLines"), 20, "{options}");
        client.finish();
    }
}

#[test]
fn pushed_settings_of_every_shape_are_taken_live() {
    let mut client = Client::start();
    for (n, settings) in [20, 21, 22].into_iter().flat_map(shapes).enumerate() {
        client.settings(settings.clone());
        assert_eq!(
            in_force(&mut client, "hover.maxLines"),
            20 + n as u64 / 6,
            "{settings}"
        );
    }
    client.finish();
}

#[test]
fn pulled_settings_are_taken_and_the_server_registers_for_changes() {
    let mut client = Client::unconnected();
    client.configuration = json!({"hover": {"maxLines": 20}, "locale": null});
    client.handshake(asks());
    let registration =
        client.expect("client/registerCapability", "")["params"]["registrations"][0].clone();
    assert_eq!(registration["method"], "workspace/didChangeConfiguration");
    assert_eq!(
        registration["registerOptions"],
        json!({"section": "interview"})
    );
    client.expect("workspace/configuration", r#""section":"interview""#);
    assert_eq!(in_force(&mut client, "hover.maxLines"), 20);
    // VS Code's client tells without saying what: the server asks again.
    client.configuration = json!({"interview": {"hover.maxLines": 21}});
    client.settings(Value::Null);
    client.expect("workspace/configuration", "interview");
    assert_eq!(in_force(&mut client, "hover.maxLines"), 21);
    client.finish();
}

#[test]
fn a_pull_that_fails_changes_nothing() {
    for failure in [
        json!([]),
        json!([null]),
        json!("x"),
        json!({"a": 1}),
        Value::Null,
    ] {
        let mut client = Client::unconnected();
        client.answers = Answers::Never;
        let mut params = asks();
        params["initializationOptions"] = json!({"hover": {"maxLines": 20}});
        client.handshake(params);
        client.expect("client/registerCapability", "");
        let id = client.asked("workspace/configuration");
        client.answer(&id, failure.clone());
        assert_eq!(in_force(&mut client, "hover.maxLines"), 20, "{failure}");
        client.finish();
    }
}

#[test]
fn a_push_lies_over_the_first_options_and_what_it_leaves_out_is_as_at_the_start() {
    let mut client = Client::with_options(json!({"hover": {"maxLines": 20}, "traps": "hint"}));
    client.settings(json!({"interview": {"hover": {"maxLines": 30}}}));
    assert_eq!(in_force(&mut client, "hover.maxLines"), 30);
    assert_eq!(in_force(&mut client, "traps"), "hint");
    client.settings(json!({"interview": {}}));
    assert_eq!(in_force(&mut client, "hover.maxLines"), 20);
    // The settings of other servers are none of ours.
    client.settings(json!({"python": {"hover": {"maxLines": 5}}, "pyright": {}}));
    assert_eq!(in_force(&mut client, "hover.maxLines"), 20);
    client.finish();
}

#[test]
fn every_setting_does_what_it_says_at_once() {
    let mut client = Client::with_fixture_bank(capable());
    client.open(
        URI,
        "import threading\nlock = threading.Lock()\nwith lock:\n    pass\n",
    );
    let bank = json!([fixture("bank")]);
    let mut with = |settings: Value, line, column| {
        let mut all = json!({"banks": bank, "builtinBank": false});
        for (key, value) in settings.as_object().into_iter().flatten() {
            all[key] = value.clone();
        }
        client.settings(json!({"interview": all}));
        let hover = client.hover(URI, line, column);
        (
            construct_of(&hover),
            hover["contents"]["value"]
                .as_str()
                .unwrap_or_default()
                .to_string(),
        )
    };
    assert_eq!(with(json!({}), 1, 19).0, "threading.Lock");
    assert_eq!(with(json!({"hover.enable": false}), 1, 19).0, "");
    assert_eq!(with(json!({}), 2, 1).0, "with");
    assert_eq!(with(json!({"hover.keywords": false}), 2, 1).0, "");
    assert_eq!(
        with(json!({"hover.keywords": false}), 1, 19).0,
        "threading.Lock"
    );
    assert!(
        with(json!({"hover.maxLines": 12}), 1, 19)
            .1
            .contains("```python")
    );
    assert!(
        !with(json!({"hover.maxLines": 6}), 1, 19)
            .1
            .contains("```python")
    );
    // Four lines are always there, the example has four, the pitfall one: it goes first.
    let eight = with(json!({"hover.maxLines": 8}), 1, 19).1;
    assert!(
        eight.contains("```python") && !eight.contains("Pitfall"),
        "{eight}"
    );
    assert!(
        with(json!({"hover.maxLines": 9}), 1, 19)
            .1
            .contains("Pitfall")
    );
    assert!(with(json!({"locale": "ru"}), 1, 19).1.contains("отпускает"));
    assert!(
        with(json!({"locale": "auto"}), 1, 19)
            .1
            .contains("releases")
    );
    client.finish();
}

#[test]
fn traps_are_hints_for_who_wants_them() {
    let mut client = Client::start();
    client.open(URI, "def f(x=[]):\n    return x\n");
    client.settings(json!({"interview": {"traps": "hint"}}));
    let published = client.expect("textDocument/publishDiagnostics", "")["params"].clone();
    assert_eq!(
        (&published["uri"], &published["version"]),
        (&json!(URI), &json!(1))
    );
    let hint = &published["diagnostics"][0];
    assert_eq!(
        (&hint["severity"], &hint["source"]),
        (&json!(4), &json!("interview"))
    );
    assert_eq!(hint["code"], "mutable default argument");
    assert_eq!(hint["range"], range((0, 8), (0, 10)));
    // The link leads to the line of the question in a file that is there.
    let question = client.command(
        "interview-lsp.question",
        json!({"id": hint["data"]["question"]}),
    );
    let link = hint["codeDescription"]["href"].as_str().unwrap_or_default();
    let (file, line) = link.split_once("#L").unwrap_or_default();
    assert_eq!(question["uri"], file, "{link}");
    let expected = question["range"]["start"]["line"]
        .as_u64()
        .map(|line| line + 1);
    assert_eq!(line.parse().ok(), expected, "{link}");
    assert!(
        std::path::Path::new(file.trim_start_matches("file://")).exists(),
        "{file}"
    );
    // The fix of the hint opens its question, also where only fixes are asked for.
    for only in [json!(null), json!(["quickfix"])] {
        let context = json!({"diagnostics": [hint], "only": only});
        let actions = client.actions(URI, hint["range"].clone(), context);
        assert_eq!(
            actions[0]["command"]["arguments"],
            json!([{"id": hint["data"]["question"]}])
        );
        assert_eq!(actions[0]["diagnostics"], json!([hint]));
        let kind = if only.is_null() {
            "interview"
        } else {
            "quickfix"
        };
        assert_eq!(actions[0]["kind"], kind);
    }
    let fixes = client.actions(
        URI,
        hint["range"].clone(),
        json!({"diagnostics": [], "only": ["quickfix"]}),
    );
    assert_eq!(fixes, json!([]));
    // Two edits in a row are looked at once.
    client.change(URI, 2, &[json!("def f(x={}):\n    return x\n")]);
    client.change(URI, 3, &[json!("def f(x=None):\n    return x\n")]);
    let published = client.expect("textDocument/publishDiagnostics", "")["params"].clone();
    assert_eq!(
        (&published["version"], &published["diagnostics"]),
        (&json!(3), &json!([]))
    );
    client.settings(json!({"interview": {"traps": "off"}}));
    assert_eq!(
        client.expect("textDocument/publishDiagnostics", "")["params"]["diagnostics"],
        json!([])
    );
    client.finish();
}

#[test]
fn wrong_values_are_named_and_the_default_holds() {
    let wrong = json!({"interview": {"hover": {"maxLines": 3}, "locale": "de", "hovr": 1, "builtinBank": "yes", "banks": "~/q"}});
    let mut client = Client::with_options(wrong.clone());
    for part in [
        "interview.banks is",
        "interview.builtinBank is",
        "interview.hover.maxLines is 3",
    ] {
        client.warned(part);
    }
    // Three are shown, so that a bad file does not fill the screen; the others are in the log.
    client.logged("interview.hovr");
    client.logged("interview.locale is \\\"de\\\"");
    client.shown("2 more warnings");
    client.logged("2 more warnings");
    assert_eq!(in_force(&mut client, "hover.maxLines"), 12);
    let status = client.status();
    assert_eq!(status["warnings"].as_array().map(Vec::len), Some(5));
    // What was said once is not said again with every change.
    client.settings(json!({"interview": {"traps": true}}));
    client.warned("interview.traps is true");
    client.finish();
}

#[test]
fn settings_that_are_no_object_are_named() {
    let mut client = Client::with_options(json!("maxLines=20"));
    client.warned("the settings are");
    client.settings(json!(7));
    client.warned("the settings are 7");
    client.settings(json!({"interview": [1]}));
    client.warned("interview is [1]");
    assert_eq!(in_force(&mut client, "hover.maxLines"), 12);
    client.finish();
}

#[test]
fn log_level_error_keeps_the_log_quiet() {
    let mut client = Client::with_options(json!({"logLevel": "error"}));
    client.change(
        URI,
        2,
        &[json!({"range": null, "text": "import gc\ngc.collect()\n"})],
    );
    assert_eq!(client.construct(URI, 1, 5), "gc.collect");
    client.finish();
}

#[test]
fn the_language_comes_from_the_setting_then_from_the_client() {
    for (setting, locale, expected) in [
        ("auto", "ru", "ru"),
        ("auto", "ru-RU", "ru"),
        ("auto", "en-gb", "en"),
        ("en", "ru", "en"),
        ("ru", "en", "ru"),
        ("ru", "zh-cn", "ru"),
    ] {
        let mut params = capable();
        params["locale"] = json!(locale);
        params["initializationOptions"] = json!({"locale": setting});
        let mut client = Client::with(params);
        let status = client.status();
        assert_eq!(status["locale"], expected, "{setting} {locale}");
        client.finish();
    }
}

// Banks.

/// A client with these banks and the built-in one, once they are loaded.
fn with_banks(banks: Value) -> Client {
    let mut client = Client::with_options(json!({"banks": banks}));
    client.logged("questions from");
    client
}

/// A question that ranks `gc.collect` low: it comes first all the same where the user's own do.
fn own_question(id: &str) -> String {
    format!(
        "### Is {id} there?\n<!-- id: {id}; constructs: a.a, b.b, c.c, d.d, gc.collect -->\n\nYes.\n"
    )
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).expect("the folder takes files");
}

/// Each broken bank is named, and everything else goes on: the built-in bank and the good file beside it.
#[test]
fn a_broken_bank_is_named_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let good = own_question("mine");
    for name in ["empty folder", "latin", "utf-16", "empty file", "loop"] {
        std::fs::create_dir(folder.path().join(name)).expect("a folder");
        if name != "empty folder" {
            write(&folder.path().join(name), "good.md", good.as_bytes());
        }
    }
    write(
        &folder.path().join("empty folder"),
        "notes.txt",
        b"no Markdown",
    );
    write(
        &folder.path().join("latin"),
        "bad.md",
        b"### One\n\ntwo\n\n\xe9t\xe9\n",
    );
    write(
        &folder.path().join("utf-16"),
        "bad.md",
        b"\xff\xfe#\x00#\x00#\x00",
    );
    write(&folder.path().join("empty file"), "bad.md", b"");
    let cases = [
        ("missing", "there is no such file or folder", false),
        ("empty folder", "no Markdown files", false),
        ("latin", "bad.md: left out: not UTF-8 (line 5)", true),
        ("utf-16", "bad.md: left out: this file is UTF-16", true),
        ("empty file", "bad.md: no questions found", true),
    ];
    for (name, part, some) in cases {
        let mut client = with_banks(json!([path(name)]));
        let warning = client.warned(part);
        assert!(warning.contains(&path(name)), "{warning}");
        client.open(URI, "import gc\ngc.collect()\n");
        assert_eq!(client.construct(URI, 1, 5), "gc.collect");
        let status = client.status();
        assert_eq!(status["banks"][0]["questions"], u64::from(some), "{name}");
        assert!(
            status["banks"][1]["questions"].as_u64() > Some(40),
            "{status}"
        );
        client.finish();
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_links_to_itself_is_read_once() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "good.md", own_question("mine").as_bytes());
    std::fs::create_dir(folder.path().join("deeper")).expect("a folder");
    std::os::unix::fs::symlink(folder.path(), folder.path().join("deeper/up")).expect("a link");
    let mut client = with_banks(json!([folder.path()]));
    client.warned("deeper/up is a link to a folder that it lies in");
    let status = client.status();
    assert_eq!(status["banks"][0]["questions"], 1);
    client.finish();
}

#[test]
fn banks_come_and_go_with_the_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "mine.md", own_question("mine").as_bytes());
    let mut client = Client::start();
    client.open(URI, "import gc\ngc.collect()\n");
    let card = |client: &mut Client| {
        client.hover(URI, 1, 5)["contents"]["value"]
            .as_str()
            .unwrap_or_default()
            .to_string()
    };
    assert!(!card(&mut client).contains("Is mine there?"));
    client.settings(json!({"interview": {"banks": [folder.path()]}}));
    client.logged("questions from");
    assert!(
        card(&mut client).contains("Is mine there?"),
        "the user's own comes first"
    );
    client.settings(json!({"interview": {"banks": [folder.path()], "builtinBank": false}}));
    client.logged("1 questions from 1 documents");
    assert!(card(&mut client).ends_with("Full answer: code actions"));
    client.settings(json!({"interview": {"banks": [], "builtinBank": false}}));
    client.logged("0 questions from 0 documents");
    assert_eq!(card(&mut client), "");
    client.settings(json!({"interview": {}}));
    client.logged("questions from");
    assert!(!card(&mut client).contains("Is mine there?"));
    client.finish();
}

#[test]
fn the_workspace_folder_stands_for_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("вопросы и ответы")).expect("a folder");
    write(
        &folder.path().join("вопросы и ответы"),
        "mine.md",
        own_question("mine").as_bytes(),
    );
    for bank in [
        "${workspaceFolder}/вопросы и ответы",
        "вопросы и ответы",
        "./вопросы и ответы/mine.md",
    ] {
        let mut params = capable();
        params["workspaceFolders"] =
            json!([{"uri": format!("file://{}", folder.path().display()), "name": "w"}]);
        params["initializationOptions"] = json!({"banks": [bank], "builtinBank": false});
        let mut client = Client::with(params);
        client.logged("1 questions from 1 documents");
        client.finish();
    }
    let mut client = Client::with_options(json!({"banks": ["${workspaceFolder}/q", " "]}));
    client.warned("no folder is open");
    client.warned("the path is empty");
    client.finish();
}

/// What a bank that is not ours may not bring to a card.
#[test]
fn a_card_from_a_strange_bank_is_clean() {
    let folder = tempfile::tempdir().expect("a folder");
    let question = "### Is <b>it</b> `clean`?\n<!-- id: strange; constructs: gc.collect -->\n\n\
        Yes <script>x</script> ![i](https://x.y/z.png) [run](command:evil) [open](file:///etc/passwd) [web](https://x.y) \u{7}end.\n";
    write(folder.path(), "strange.md", question.as_bytes());
    let mut client = with_banks(json!([folder.path()]));
    client.open(URI, "import gc\ngc.collect()\n");
    let card = client.hover(URI, 1, 5)["contents"]["value"]
        .as_str()
        .unwrap_or_default()
        .to_string();
    for forbidden in ["<b", "<script", "![", "command:", "file:", "\u{7}"] {
        assert!(!card.contains(forbidden), "{forbidden} in\n{card}");
    }
    assert!(
        card.contains("[web](https://x.y)") && card.contains("`clean`") && card.contains("end."),
        "{card}"
    );
    client.finish();
}

#[test]
fn initialized_without_parameters_is_heard() {
    let mut client = Client::unconnected();
    let offer = client.request("initialize", asks());
    assert!(offer["capabilities"].is_object(), "{offer}");
    client.send(&json!({"jsonrpc": "2.0", "method": "initialized"}));
    client.expect("client/registerCapability", "didChangeConfiguration");
    client.expect("workspace/configuration", "interview");
    client.finish();
}
