//! `workspace/executeCommand`: open, search, question, status, and what they say to wrong arguments.

use crate::client::{Client, QUESTION_KEYS, capable, fixture};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The path of a `file:` URI as the server writes them here: nothing in it needs decoding.
fn path(uri: &Value) -> PathBuf {
    PathBuf::from(
        uri.as_str()
            .and_then(|uri| uri.strip_prefix("file://"))
            .expect("a file URI"),
    )
}

fn content(name: &str) -> String {
    let path = format!("{}/../content/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a document of the bank")
}

/// How long a text is in an encoding of the protocol.
fn length(text: &str, encoding: &str) -> usize {
    match encoding {
        "utf-8" => text.len(),
        "utf-32" => text.chars().count(),
        _ => text.encode_utf16().count(),
    }
}

#[test]
fn open_shows_the_document_with_its_heading_selected_in_every_encoding() {
    for (locale, encoding) in [
        ("en", "utf-16"),
        ("ru", "utf-8"),
        ("ru", "utf-16"),
        ("ru", "utf-32"),
    ] {
        let mut params = capable();
        params["locale"] = json!(locale);
        params["capabilities"]["general"]["positionEncodings"] = json!([encoding]);
        let mut client = Client::with(params);
        assert_eq!(client.offer["capabilities"]["positionEncoding"], encoding);
        let answer = client.command("interview-lsp.open", json!({"id": "gil"}));
        let shown = client.expect("window/showDocument", "")["params"].clone();
        assert_eq!(shown["uri"], answer["uri"]);
        assert_eq!(shown["selection"], answer["range"]);
        assert_eq!(shown["takeFocus"], true);
        let path = path(&answer["uri"]);
        let written = std::fs::read_to_string(&path).expect("the document is there");
        assert_eq!(written, content(&format!("{locale}/memory_async.md")));
        assert!(
            path.metadata()
                .expect("it is there")
                .permissions()
                .readonly(),
            "{}",
            path.display()
        );
        let start = answer["range"]["start"].clone();
        let line = start["line"].as_u64().expect("a line") as usize;
        let lines: Vec<&str> = written.lines().collect();
        assert!(lines[line].starts_with("### "), "{}", lines[line]);
        assert!(lines[line + 1].contains("id: gil;"), "{}", lines[line + 1]);
        assert_eq!(start["character"], 0);
        assert_eq!(
            answer["range"]["end"],
            json!({"line": line, "character": length(lines[line], encoding)})
        );
        client.finish();
    }
}

#[test]
fn a_client_that_shows_no_documents_is_told_the_path() {
    let mut params = capable();
    params["capabilities"]["window"] = json!({});
    let mut client = Client::with(params);
    let answer = client.command("interview-lsp.open", json!({"id": "gil"}));
    let line = answer["range"]["start"]["line"].as_u64().expect("a line") + 1;
    assert_eq!(
        client.shown(".md:"),
        format!("{}:{line}", path(&answer["uri"]).display())
    );
    client.finish();
}

#[test]
fn a_client_that_fails_to_show_is_told_the_path() {
    for failure in [json!({"success": false}), json!({"wrong": 1}), Value::Null] {
        let mut client = Client::unconnected();
        client.shows = failure;
        client.handshake(capable());
        client.command("interview-lsp.open", json!("gil"));
        client.expect("window/showDocument", "memory_async.md");
        client.shown("memory_async.md:");
        client.finish();
    }
}

#[test]
fn a_question_of_the_users_own_opens_in_the_users_own_file() {
    let mut client = Client::with_fixture_bank(capable());
    let answer = client.command("interview-lsp.open", json!({"id": "gc-collect"}));
    client.expect("window/showDocument", "locks.en.md");
    let written = std::fs::canonicalize(path(&answer["uri"])).expect("it is there");
    assert_eq!(
        written,
        std::fs::canonicalize(fixture("bank/locks.en.md")).expect("it is there")
    );
    let text = std::fs::read_to_string(written).expect("it is readable");
    let line = answer["range"]["start"]["line"].as_u64().expect("a line") as usize;
    assert_eq!(text.lines().nth(line), Some("### What does gc.collect do?"));
    client.finish();
}

#[test]
fn search_finds_in_both_languages_and_keeps_to_the_limit() {
    let mut client = Client::start();
    let mut find = |argument: Value| client.command("interview-lsp.search", argument);
    let all = find(json!({"query": "", "limit": 1000}));
    assert!(all.as_array().is_some_and(|all| all.len() >= 45));
    assert_eq!(
        find(json!({"query": ""})).as_array().map(Vec::len),
        Some(20)
    );
    for (query, id) in [
        ("gil", "gil"),
        ("GIL", "gil"),
        ("гонка", "race"),
        ("race cond", "race"),
    ] {
        let found = find(json!({"query": query, "limit": 3.0}));
        let found = found.as_array().expect("a list");
        assert!(!found.is_empty() && found.len() <= 3, "{query}");
        assert!(
            found
                .iter()
                .any(|q| q["id"].as_str().is_some_and(|found| found.contains(id))),
            "{query}: {found:?}"
        );
    }
    assert_eq!(find(json!({"query": "gil", "limit": 0})), json!([]));
    assert_eq!(find(json!("zzzzqqqq")), json!([]));
    let first = &find(json!({"query": "gil", "limit": 1}))[0];
    let mut keys: Vec<&str> = first
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    assert_eq!(keys, QUESTION_KEYS);
    client.finish();
}

#[test]
fn question_gives_the_whole_answer() {
    let mut client = Client::with_fixture_bank(capable());
    let question = client.command("interview-lsp.question", json!({"id": "lock-with"}));
    assert_eq!(
        question["question"],
        "Why use a `Lock` as a context manager?"
    );
    assert_eq!(question["topic"], "Threads");
    assert_eq!(question["see"], json!(["lock-acquire"]));
    assert_eq!(question["constructs"], json!(["threading.Lock", "with"]));
    let markdown = question["markdown"].as_str().expect("a text");
    assert!(
        markdown.starts_with("### Why use") && markdown.ends_with("leaves the lock taken."),
        "{markdown}"
    );
    assert_eq!(
        question["line"],
        question["range"]["start"]["line"]
            .as_u64()
            .map_or(0, |line| line + 1)
    );
    client.finish();
}

#[test]
fn status_says_what_is_in_force() {
    let mut client = Client::with_fixture_bank(capable());
    let status = client.status();
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(status["locale"], "en");
    assert_eq!(status["questions"], 4);
    assert_eq!(
        status["banks"],
        json!([{"path": fixture("bank"), "builtin": false, "questions": 4, "languages": ["en", "ru"]}])
    );
    assert_eq!(status["settings"]["builtinBank"], false);
    assert_eq!(status["warnings"], json!([]));
    client.finish();
}

#[test]
fn wrong_arguments_are_named() {
    let mut client = Client::start();
    let wrong = [
        ("interview-lsp.open", json!([]), "id"),
        ("interview-lsp.open", json!([null]), "id"),
        ("interview-lsp.open", json!([{}]), "id"),
        ("interview-lsp.open", json!([{"id": 7}]), "id is 7"),
        ("interview-lsp.open", json!([["gil"]]), "id is [\"gil\"]"),
        (
            "interview-lsp.open",
            json!([{"id": "no-such-question"}]),
            "no-such-question",
        ),
        ("interview-lsp.question", json!([{"id": null}]), "id"),
        ("interview-lsp.question", json!([{"name": "gil"}]), "id"),
        (
            "interview-lsp.question",
            json!(["no-such-question"]),
            "no-such-question",
        ),
        ("interview-lsp.search", json!([]), "query"),
        (
            "interview-lsp.search",
            json!([{"query": true}]),
            "query is true",
        ),
        (
            "interview-lsp.search",
            json!([{"query": "gil", "limit": "3"}]),
            "limit is \"3\"",
        ),
        (
            "interview-lsp.search",
            json!([{"query": "gil", "limit": -1}]),
            "limit is -1",
        ),
        (
            "interview-lsp.search",
            json!([{"query": "gil", "limit": 1.5}]),
            "limit is 1.5",
        ),
        (
            "interview-lsp.search",
            json!([{"query": "gil", "limit": 1e300}]),
            "limit is",
        ),
        ("interview-lsp.nothing", json!([]), "interview-lsp.nothing"),
        ("", json!([]), "interview-lsp.open"),
    ];
    for (command, arguments, part) in wrong {
        let error = client.error(
            "workspace/executeCommand",
            json!({"command": command, "arguments": arguments}),
        );
        assert!(error.contains(part), "{command} {arguments}: {error}");
    }
    let no_arguments = client.error(
        "workspace/executeCommand",
        json!({"command": "interview-lsp.open"}),
    );
    assert!(no_arguments.contains("id"), "{no_arguments}");
    client.command("interview-lsp.open", json!({"id": "gil", "more": [1]}));
    client.expect("window/showDocument", "");
    client.finish();
}

/// Editors without a list to choose from get the search's answer as a page.
#[test]
fn a_search_from_the_menu_opens_a_page() {
    let mut client = Client::with(capable());
    let search = json!({"query": "deadlock", "show": true});
    let found = client.command("interview-lsp.search", search);
    let shown = client.expect("window/showDocument", "")["params"].clone();
    let page = std::fs::read_to_string(path(&shown["uri"])).expect("the page");
    assert!(page.starts_with("# Interview: deadlock\n"), "{page}");
    let first = found[0]["question"].as_str().expect("a question");
    assert!(page.contains(&format!("\n## {first}\n")), "{page}");
    client.finish();
}
