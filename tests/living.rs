//! Banks that change while the server runs: what was written is there soon after, and nothing that was there is lost to a mistake.
//!
//! Nothing sleeps: each test reads on until the server says that it has read the bank again.

use crate::client::{Answers, Client, capable};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const URI: &str = "file:///w/a.py";

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = std::fs::canonicalize(folder.path()).expect("it is there");
    (folder, path)
}

/// Puts a file where it was in one step, as careful programs do.
fn write(path: &Path, text: &str) {
    let draft = path.with_extension("draft");
    std::fs::write(&draft, text).expect("the folder takes files");
    std::fs::rename(draft, path).expect("a new name");
}

/// A document with one question.
fn question(id: &str, answer: &str) -> String {
    format!("---\nlang: en\n---\n{}", item(id, answer))
}

fn item(id: &str, answer: &str) -> String {
    format!("### Is {id} there?\n<!-- id: {id}; constructs: gc.collect -->\n\n{answer}\n\n")
}

/// A client with only these banks, once they are read.
fn with_banks(mut params: Value, banks: &[&Path]) -> Client {
    params["initializationOptions"] = json!({"banks": banks, "builtinBank": false});
    let mut client = Client::with(params);
    read_again(&mut client);
    client
}

/// Waits until the server has read the bank.
fn read_again(client: &mut Client) -> String {
    client.logged("questions from")
}

/// Opens a file of a bank in the editor.
fn open(client: &mut Client, uri: &str, text: &str) {
    let document = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": text});
    client.notify("textDocument/didOpen", json!({"textDocument": document}));
}

fn answer(client: &mut Client, id: &str) -> String {
    let question = client.command("interview-lsp.question", json!({"id": id}));
    let markdown = question["markdown"].as_str().expect("a text");
    markdown.lines().last().unwrap_or_default().to_string()
}

fn ids(client: &mut Client) -> Vec<String> {
    let found = client.command("interview-lsp.search", json!({"query": "", "limit": 100}));
    let all = found.as_array().expect("a list").iter();
    let mut ids: Vec<String> = all
        .map(|q| q["id"].as_str().unwrap_or_default().to_string())
        .collect();
    ids.sort();
    ids
}

fn watching() -> Value {
    let mut params = capable();
    params["capabilities"]["workspace"]["didChangeWatchedFiles"] =
        json!({"dynamicRegistration": true, "relativePatternSupport": true});
    params
}

#[test]
fn files_come_change_and_go_without_a_client_that_watches() {
    let (_keep, folder) = folder();
    write(&folder.join("one.md"), &question("one", "First."));
    let mut client = with_banks(capable(), &[&folder]);
    client.open(URI, "import gc\ngc.collect()\n");
    assert!(client.hover(URI, 1, 5).to_string().contains("First."));

    write(&folder.join("one.md"), &question("one", "Second."));
    read_again(&mut client);
    assert_eq!(answer(&mut client, "one"), "Second.");
    assert!(client.hover(URI, 1, 5).to_string().contains("Second."));

    std::fs::create_dir(folder.join("deeper")).expect("a folder");
    write(&folder.join("deeper/two.md"), &question("two", "New."));
    read_again(&mut client);
    assert_eq!(ids(&mut client), ["one", "two"]);

    std::fs::remove_file(folder.join("one.md")).expect("it was there");
    read_again(&mut client);
    assert_eq!(ids(&mut client), ["two"]);
    client.finish();
}

#[test]
fn a_bank_that_appears_later_is_picked_up() {
    let (_keep, folder) = folder();
    let late = folder.join("late");
    let mut client = Client::with_options(json!({"banks": [late], "builtinBank": false}));
    read_again(&mut client);
    client.warned("there is no such file or folder");
    std::fs::create_dir(folder.join("draft")).expect("a folder");
    write(&folder.join("draft/one.md"), &question("one", "Here."));
    std::fs::rename(folder.join("draft"), &late).expect("a new name");
    read_again(&mut client);
    assert_eq!(answer(&mut client, "one"), "Here.");
    assert_eq!(client.status()["warnings"], json!([]));
    client.finish();
}

#[test]
fn the_client_watches_what_the_settings_name() {
    let (_keep, folder) = folder();
    let file = folder.join("a [b].md");
    write(&file, &question("one", "First."));
    std::fs::create_dir(folder.join("bank")).expect("a folder");
    write(&folder.join("bank/two.md"), &question("two", "Yes."));
    let mut client = with_banks(watching(), &[&folder.join("bank"), &file]);
    let registration = client.expect("client/registerCapability", "didChangeWatchedFiles");
    let registration = &registration["params"]["registrations"][0];
    let base = format!("file://{}", folder.display());
    assert_eq!(
        registration["registerOptions"]["watchers"],
        json!([
            {"globPattern": {"baseUri": format!("{base}/bank"), "pattern": "**/*"}},
            {"globPattern": {"baseUri": base, "pattern": "a ?b?.md"}},
        ])
    );
    // It tells, and the server looks.
    write(&folder.join("bank/two.md"), &question("two", "Changed."));
    let event = json!({"uri": format!("{base}/bank/two.md"), "type": 2});
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [event]}),
    );
    read_again(&mut client);
    assert_eq!(answer(&mut client, "two"), "Changed.");

    // Other settings, other watchers.
    client.settings(json!({"interview": {"banks": [file], "builtinBank": false}}));
    client.expect(
        "client/unregisterCapability",
        registration["id"].as_str().unwrap_or_default(),
    );
    let registration = client.expect("client/registerCapability", "didChangeWatchedFiles");
    let watchers = &registration["params"]["registrations"][0]["registerOptions"]["watchers"];
    assert_eq!(watchers.as_array().map(Vec::len), Some(1));
    read_again(&mut client);
    client.finish();
}

#[test]
fn without_relative_patterns_the_whole_path_is_one() {
    let (_keep, folder) = folder();
    write(&folder.join("one.md"), &question("one", "First."));
    let mut params = watching();
    params["capabilities"]["workspace"]["didChangeWatchedFiles"]["relativePatternSupport"] =
        json!(false);
    let mut client = with_banks(params, &[&folder]);
    let registration = client.expect("client/registerCapability", "didChangeWatchedFiles");
    let watchers = &registration["params"]["registrations"][0]["registerOptions"]["watchers"];
    assert_eq!(
        watchers,
        &json!([{"globPattern": format!("{}/**/*", folder.display())}])
    );
    // It may look inside the workspace only: what lies outside is looked at all the same.
    write(&folder.join("one.md"), &question("one", "Second."));
    read_again(&mut client);
    assert_eq!(answer(&mut client, "one"), "Second.");
    client.finish();
}

#[test]
fn a_client_that_never_answers_holds_nothing_up() {
    let (_keep, folder) = folder();
    write(&folder.join("one.md"), &question("one", "First."));
    let mut params = watching();
    params["capabilities"]["window"]["workDoneProgress"] = json!(true);
    params["initializationOptions"] = json!({"banks": [folder], "builtinBank": false});
    let mut client = Client::unconnected();
    client.answers = Answers::Never;
    client.allow("client/registerCapability");
    client.handshake(params);
    read_again(&mut client);
    write(&folder.join("one.md"), &question("one", "Second."));
    read_again(&mut client);
    assert_eq!(answer(&mut client, "one"), "Second.");
    client.finish();
}

#[test]
fn a_bank_file_in_an_editor_counts_as_it_stands_there() {
    let (_keep, folder) = folder();
    let path = folder.join("one.md");
    write(&path, &question("one", "Saved."));
    let mut client = with_banks(capable(), &[&folder]);
    let uri = format!("file://{}", path.display());
    let text = question("one", "Typed.");
    open(&mut client, &uri, &text);
    read_again(&mut client);
    assert_eq!(answer(&mut client, "one"), "Typed.");
    client.change(&uri, 2, &[json!(text.replace("Typed", "Typed more"))]);
    read_again(&mut client);
    assert_eq!(answer(&mut client, "one"), "Typed more.");
    // Its text is no Python.
    assert_eq!(client.hover(&uri, 6, 2), Value::Null);
    client.close(&uri);
    read_again(&mut client);
    assert_eq!(answer(&mut client, "one"), "Saved.");
    client.finish();
}

/// What went wrong with a file is said once; its questions stay until it can be read again.
#[test]
fn a_file_that_cannot_be_read_keeps_its_last_good_version() {
    let (_keep, folder) = folder();
    let path = folder.join("one.md");
    let good = question("one", "Good.");
    write(&path, &good);
    let mut client = with_banks(capable(), &[&folder]);
    for (broken, part) in [
        (&b""[..], "the file is empty"),
        (&b"### Half a letter \xd0"[..], "not UTF-8 (line 1)"),
        (&b"\xff\xfe#\0"[..], "UTF-16"),
    ] {
        let draft = path.with_extension("draft");
        std::fs::write(&draft, broken).expect("the folder takes files");
        std::fs::rename(&draft, &path).expect("a new name");
        read_again(&mut client);
        let warning = client.warned(part);
        assert!(
            warning.contains("one.md") && warning.contains("the questions read before stay"),
            "{warning}"
        );
        assert_eq!(ids(&mut client), ["one"]);
        // Another file changes, and the broken one is not named again.
        write(&folder.join("two.md"), &question("two", part));
        read_again(&mut client);
        assert_eq!(ids(&mut client), ["one", "two"]);
        assert_eq!(
            client.status()["warnings"].as_array().map(Vec::len),
            Some(1)
        );
        std::fs::remove_file(folder.join("two.md")).expect("it was there");
        read_again(&mut client);
        write(&path, &good.replace("Good", part));
        read_again(&mut client);
        assert_eq!(client.status()["warnings"], json!([]));
    }
    client.finish();
}

#[test]
fn a_file_that_is_replaced_behind_our_back_never_shows_garbage() {
    let (_keep, folder) = folder();
    let path = folder.join("one.md");
    write(
        &path,
        &(question("zero", "Nothing.") + &item("one", "Good.")),
    );
    let bank = interview_lsp::bank::Bank::load(&interview_lsp::bank::Sources {
        paths: vec![folder.clone()],
        builtin: false,
    });
    let entry = bank
        .question("one", interview_lsp::bank::Lang::En)
        .expect("it is there");
    assert!(
        bank.markdown(entry)
            .is_ok_and(|text| text.ends_with("Good."))
    );
    // Nobody told the bank, and the question has moved.
    write(
        &path,
        &(question("zero", "Something longer.") + &item("one", "Good as well.")),
    );
    let (text, line) = bank.passage(entry).expect("it is still there");
    assert!(
        text.starts_with("### Is one") && text.trim_end().ends_with("Good as well."),
        "{text}"
    );
    assert_eq!(line, 9);
    write(&path, &question("zero", "Alone."));
    let why = bank.markdown(entry).expect_err("it is gone");
    assert!(why.contains("one.md") && why.contains("`one`"), "{why}");
    std::fs::remove_file(&path).expect("it was there");
    let why = bank.markdown(entry).expect_err("it is gone");
    assert!(why.contains("one.md"), "{why}");
}

#[test]
fn giants_and_links_in_a_circle_are_refused_by_name() {
    let (_keep, folder) = folder();
    write(&folder.join("one.md"), &question("one", "Good."));
    let giant = std::fs::File::create(folder.join("giant.md")).expect("a file");
    giant.set_len(65 << 20).expect("a hole");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&folder, folder.join("up")).expect("a link");
    let mut client = with_banks(capable(), &[&folder]);
    let warning = client.warned("giant.md");
    assert!(
        warning.contains("65 MiB") && warning.contains("64 MiB"),
        "{warning}"
    );
    #[cfg(unix)]
    client.warned("up is a link to a folder that it lies in");
    assert_eq!(ids(&mut client), ["one"]);
    client.finish();
}

#[test]
fn a_long_load_says_how_far_it_is_where_the_client_shows_it() {
    let (_keep, folder) = folder();
    // A load of so many bytes is told of at once.
    let lines = "x ".repeat(2_000) + "\n";
    let text =
        question("one", "Good.") + "```text\n" + &lines.repeat((33 << 20) / lines.len()) + "```\n";
    write(&folder.join("one.md"), &text);
    let mut params = capable();
    params["capabilities"]["window"]["workDoneProgress"] = json!(true);
    let mut client = with_banks(params, &[&folder]);
    let created = client.expect("window/workDoneProgress/create", "");
    let token = created["params"]["token"].clone();
    let begun = client.expect("$/progress", "begin");
    assert_eq!(begun["params"]["token"], token);
    assert!(
        begun["params"]["value"]["title"]
            .as_str()
            .is_some_and(|title| title.contains("Interview"))
    );
    client.allow("$/progress");
    let ended = client.expect("$/progress", "end");
    assert_eq!(ended["params"]["token"], token);
    assert_eq!(ids(&mut client), ["one"]);
    client.finish();

    let mut client = with_banks(capable(), &[&folder]);
    assert_eq!(ids(&mut client), ["one"]);
    client.finish();
}

#[test]
fn one_question_in_two_banks_is_shown_once_the_users_own_first() {
    let (_keep, folder) = folder();
    write(
        &folder.join("mine.md"),
        "---\nlang: en\n---\n### Explain metaclasses\n<!-- id: my-metaclass; constructs: metaclass -->\n\nOurs.\n\n\
         ### What does `super` do in our code base?\n<!-- id: our-super; constructs: super -->\n\nOurs too.\n",
    );
    write(
        &folder.join("theirs.md"),
        "---\nlang: en\n---\n### What is a metaclass in Python?\n<!-- id: their-metaclass; constructs: metaclass -->\n\nTheirs.\n",
    );
    let mut client = Client::with_options(json!({"banks": [folder.join("mine.md"), folder]}));
    read_again(&mut client);
    let found = client.command(
        "interview-lsp.search",
        json!({"query": "metaclass", "limit": 50}),
    );
    let found: Vec<&str> = found
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|q| q["id"].as_str())
        .collect();
    assert_eq!(found[0], "my-metaclass", "{found:?}");
    assert!(!found.contains(&"their-metaclass"), "{found:?}");
    // What is behind it stays within reach.
    let mine = client.command("interview-lsp.question", json!({"id": "my-metaclass"}));
    // Ours asks `What is a metaclass, and when do you need one?`: the first half is the same question.
    assert_eq!(mine["see"], json!(["their-metaclass", "metaclass"]));
    assert_eq!(answer(&mut client, "their-metaclass"), "Theirs.");
    // Another question about the same construct hides nothing.
    let found = client.command(
        "interview-lsp.search",
        json!({"query": "super", "limit": 50}),
    );
    let found: Vec<&str> = found
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|q| q["id"].as_str())
        .collect();
    assert!(
        found.contains(&"our-super") && found.contains(&"super"),
        "{found:?}"
    );
    client.finish();
}

// Symbols.

fn symbols(client: &mut Client, query: &str) -> Vec<Value> {
    let found = client.request("workspace/symbol", json!({"query": query}));
    found.as_array().expect("a list").clone()
}

#[test]
fn symbols_are_for_queries_with_a_question_mark_only() {
    let mut client = Client::start();
    for query in ["", "gil", "threading.Lock", "gil?", "class A"] {
        assert_eq!(symbols(&mut client, query), Vec::<Value>::new(), "{query}");
    }
    assert_eq!(symbols(&mut client, "?qwrtplkj"), Vec::<Value>::new());
    assert_eq!(symbols(&mut client, "?").len(), 50);
    let found = symbols(&mut client, "?gil");
    let first = &found[0];
    assert_eq!(
        first["name"],
        "? What is the GIL, and why does CPython have it?"
    );
    assert_eq!(first["containerName"], "The GIL");
    let path = first["location"]["uri"]
        .as_str()
        .and_then(|uri| uri.strip_prefix("file://"))
        .expect("a file");
    let line = first["location"]["range"]["start"]["line"]
        .as_u64()
        .expect("a line") as usize;
    let text = std::fs::read_to_string(path).expect("the copy is there");
    assert!(
        text.lines()
            .nth(line)
            .is_some_and(|line| line.starts_with("### What is the GIL"))
    );
    // VS Code drops names that do not hold the letters of the query in their order.
    for query in ["?пшд", "?deadlok", "? race cond"] {
        let found = symbols(&mut client, query);
        assert!(!found.is_empty(), "{query}");
        for symbol in found {
            let name = symbol["name"].as_str().expect("a name").to_lowercase();
            let mut letters = name.chars();
            let fits = query
                .chars()
                .filter(|c| *c != ' ')
                .all(|c| letters.any(|letter| letter == c));
            assert!(fits, "{query}: {name}");
        }
    }
    client.finish();
}

#[test]
fn an_open_file_of_a_bank_is_checked_as_it_is_edited_and_no_other_is() {
    let (_keep, folder) = folder();
    let file = folder.join("a.md");
    write(&file, &question("first", "It is."));
    let mut client = with_banks(capable(), &[&folder]);
    let uri = format!("file://{}", file.display());
    let wrong = question("first", "").replace("gc.collect", "gc.colect");
    open(&mut client, "file:///elsewhere/a.md", &wrong);
    open(&mut client, &uri, &wrong);
    let sent = client.expect("textDocument/publishDiagnostics", "no-answer");
    assert_eq!(sent["params"]["uri"], uri.as_str());
    let codes: Vec<&Value> = sent["params"]["diagnostics"]
        .as_array()
        .map(|all| all.iter().map(|d| &d["code"]).collect())
        .unwrap_or_default();
    assert_eq!(codes, ["no-answer", "unknown-construct"]);
    let mended = question("first", "It is.");
    client.change(&uri, 2, &[json!({"text": mended})]);
    let sent = client.expect("textDocument/publishDiagnostics", "a.md");
    assert_eq!(sent["params"]["diagnostics"], json!([]));
    client.close(&uri);
    let sent = client.expect("textDocument/publishDiagnostics", "a.md");
    assert_eq!(sent["params"]["diagnostics"], json!([]));
    // Read again after it was opened, after the edit and after it was closed.
    for _ in 0..3 {
        read_again(&mut client);
    }
    client.finish();
}
