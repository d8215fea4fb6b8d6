//! Code actions: the questions in the menu, their order, and where there must be none.

use crate::client::{Client, capable, range};
use serde_json::{Value, json};

const URI: &str = "file:///w/actions.py";
const CODE: &str = "import gc\nasync def work():\n    await work()\ngc.collect()\n";

fn at(line: u32, character: u32) -> Value {
    range((line, character), (line, character))
}

fn titles(actions: &Value) -> Vec<&str> {
    let actions = actions.as_array().expect("a list of actions");
    actions
        .iter()
        .map(|a| a["title"].as_str().expect("an action has a title"))
        .collect()
}

#[test]
fn the_menu_has_the_questions_and_the_search() {
    let mut client = Client::with_fixture_bank(capable());
    client.open(URI, CODE);
    let actions = client.actions(URI, at(3, 5), json!({"diagnostics": []}));
    assert_eq!(
        titles(&actions),
        [
            "Interview: What does gc.collect do?",
            "Interview: search for more…"
        ]
    );
    assert_eq!(actions[0]["kind"], "interview");
    assert_eq!(actions[0]["command"]["command"], "interview-lsp.open");
    assert_eq!(
        actions[0]["command"]["arguments"],
        json!([{"id": "gc-collect"}])
    );
    assert_eq!(actions[1]["command"]["command"], "interview-lsp.search");
    assert_eq!(
        actions[1]["command"]["arguments"],
        json!([{"query": "gc.collect", "show": true}])
    );
    client.finish();
}

#[test]
fn questions_are_ranked_and_at_most_five() {
    let mut client = Client::start();
    client.open(URI, CODE);
    let whole = range((0, 0), (4, 0));
    let actions = client.actions(URI, whole, json!({"diagnostics": [], "triggerKind": 1}));
    let titles = titles(&actions);
    assert_eq!(titles.len(), 6, "{titles:?}");
    assert_eq!(titles[5], "Interview: search for more…");
    assert!(
        titles.iter().all(|t| t.starts_with("Interview: ")),
        "{titles:?}"
    );
    let mut distinct = titles.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), titles.len());
    // What the question at the top is about is what the card at the same place asks.
    let first = client.actions(URI, at(3, 5), json!({"diagnostics": []}))[0]["title"].clone();
    let card = client.hover(URI, 3, 5);
    let card = card["contents"]["value"].as_str().unwrap_or_default();
    let question = first
        .as_str()
        .unwrap_or_default()
        .replace("Interview: ", "");
    assert!(
        card.contains(&format!("**{question}**")),
        "{question}\n{card}"
    );
    client.finish();
}

#[test]
fn the_menu_speaks_russian() {
    let mut params = capable();
    params["locale"] = json!("ru");
    let mut client = Client::with_fixture_bank(params);
    client.open(URI, CODE);
    let actions = client.actions(URI, at(3, 5), json!({"diagnostics": []}));
    assert_eq!(
        titles(&actions),
        ["Interview: Что делает gc.collect?", "Interview: найти ещё…"]
    );
    client.finish();
}

#[test]
fn nobody_gets_actions_who_did_not_ask_for_them() {
    let mut client = Client::start();
    client.open(URI, CODE);
    let contexts = [
        (json!({"diagnostics": [], "triggerKind": 2}), false),
        (json!({"diagnostics": [], "only": ["quickfix"]}), false),
        (
            json!({"diagnostics": [], "only": ["source.organizeImports", "refactor"]}),
            false,
        ),
        (
            json!({"diagnostics": [], "only": ["interview.search"]}),
            false,
        ),
        (json!({"diagnostics": [], "only": []}), false),
        (json!({"diagnostics": [], "only": ["interview"]}), true),
        (json!({"diagnostics": [], "only": [""]}), true),
        (
            json!({"diagnostics": [], "only": ["quickfix", "interview"], "triggerKind": 1}),
            true,
        ),
        (
            json!({"diagnostics": [], "only": null, "triggerKind": null}),
            true,
        ),
    ];
    for (context, some) in contexts {
        let actions = client.actions(URI, at(3, 5), context.clone());
        assert_eq!(!titles(&actions).is_empty(), some, "{context}");
    }
    for nowhere in [at(0, 0), at(4, 0), at(999, 999)] {
        let actions = client.actions(URI, nowhere.clone(), json!({"diagnostics": []}));
        assert!(
            titles(&actions).iter().all(|t| !t.contains("collect")),
            "{nowhere}"
        );
    }
    assert_eq!(
        client.actions("file:///w/closed.py", at(0, 0), json!({"diagnostics": []})),
        json!([])
    );
    client.finish();
}

#[test]
fn what_other_tools_found_leads_to_questions() {
    let mut client = Client::start();
    client.open(URI, "\n");
    let diagnostic =
        |code: Value| json!({"range": range((0, 0), (0, 1)), "message": "m", "code": code});
    let hint = |code: Value| json!({"diagnostics": [diagnostic(code)]});
    let mut led = 0;
    for code in [
        "B006",
        "B023",
        "ASYNC251",
        "RUF006",
        "E722",
        "reportUnusedCoroutine",
    ] {
        let actions = client.actions(URI, at(0, 0), hint(json!(code)));
        led += usize::from(!titles(&actions).is_empty());
    }
    // The built-in bank need not know all of them, but it is about asyncio.
    assert!(led >= 2, "{led}");
    let first = client.actions(URI, at(0, 0), hint(json!("RUF006")));
    assert_eq!(
        first[first.as_array().map_or(0, Vec::len) - 1]["command"]["arguments"],
        json!([{"query": "task not kept", "show": true}])
    );
    for code in [json!(6), json!("E501"), Value::Null] {
        assert_eq!(client.actions(URI, at(0, 0), hint(code)), json!([]));
    }
    client.finish();
}

#[test]
fn a_client_without_literals_gets_bare_commands() {
    let mut params = capable();
    params["capabilities"]["textDocument"]["codeAction"] = json!({});
    let mut client = Client::with_fixture_bank(params);
    assert_eq!(client.offer["capabilities"]["codeActionProvider"], true);
    client.open(URI, CODE);
    let actions = client.actions(URI, at(3, 5), json!({"diagnostics": []}));
    assert_eq!(
        actions[0],
        json!({
            "title": "Interview: What does gc.collect do?",
            "command": "interview-lsp.open",
            "arguments": [{"id": "gc-collect"}],
        })
    );
    client.finish();
}

#[test]
fn a_setting_switches_the_actions_off() {
    let mut client = Client::with_options(json!({"actions": {"enable": false}}));
    client.open(URI, CODE);
    assert_eq!(
        client.actions(URI, at(3, 5), json!({"diagnostics": []})),
        json!([])
    );
    client.finish();
}
