//! Files of the user's banks in an editor: what is offered for them is there, in the protocol's words, and for no other document.

use crate::client::{Client, capable, place, range};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const METHODS: [&str; 6] = [
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/rename",
];

const EN: &str = "---
lang: en
---
# 🔒
## Locks
### Why a `Lock`?
<!-- id: why-lock; constructs: threading.Lock; see: dead-lock -->

😀 See [it](#locks).

### What is a deadlock?
<!-- id: dead-lock; constructs: threading.Lok -->

Two wait.
";

const RU: &str = "---
lang: ru
---
## Блокировки
### Зачем `Lock`?
<!-- id: why-lock; constructs: threading.Lock; see: dead-lock -->

Потоки чередуются.
";

struct Bank {
    _keep: tempfile::TempDir,
    folder: PathBuf,
}

impl Bank {
    fn new() -> Bank {
        let keep = tempfile::tempdir().expect("a folder");
        let folder = std::fs::canonicalize(keep.path()).expect("it is there");
        for (name, text) in [("bank/en/locks.md", EN), ("bank/ru/locks.md", RU)] {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
            std::fs::write(path, text).expect("the folder takes files");
        }
        Bank {
            _keep: keep,
            folder,
        }
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}", self.folder.join(name).display())
    }

    /// A client whose bank this is, once it is read, with the English file open.
    fn client(&self, mut params: Value) -> Client {
        params["initializationOptions"] = json!({"banks": [self.folder.join("bank")]});
        let mut client = Client::with(params);
        client.logged("questions from");
        client.allow("textDocument/publishDiagnostics");
        client.allow("window/logMessage");
        open(&mut client, &self.uri("bank/en/locks.md"), "markdown", EN);
        client
    }
}

fn open(client: &mut Client, uri: &str, language: &str, text: &str) {
    let document = json!({"uri": uri, "languageId": language, "version": 7, "text": text});
    client.notify("textDocument/didOpen", json!({"textDocument": document}));
}

/// A client that takes everything.
fn full() -> Value {
    let mut params = capable();
    for method in METHODS {
        let name = method.split('/').nth(1).expect("a name");
        params["capabilities"]["textDocument"][name] = json!({"dynamicRegistration": true});
    }
    params["capabilities"]["textDocument"]["documentSymbol"]["hierarchicalDocumentSymbolSupport"] =
        json!(true);
    params["capabilities"]["workspace"]["workspaceEdit"] = json!({"documentChanges": true});
    params
}

/// The place in the middle of `inner` in the first line of the text that has `part`, in UTF-16.
fn at(text: &str, part: &str, inner: &str) -> (u32, u32) {
    let line = text
        .lines()
        .position(|line| line.contains(part))
        .expect("a line");
    let content = text.lines().nth(line).expect("it is there");
    let start = content.find(part).expect("it has it");
    let column = start + part.find(inner).expect("it is in it") + inner.len() / 2;
    let column = content[..column].encode_utf16().count();
    (line as u32, column as u32)
}

fn ask_at(client: &mut Client, method: &str, uri: &str, (line, column): (u32, u32)) -> Value {
    let mut params = place(uri, line, column);
    params["context"] = json!({"includeDeclaration": true, "triggerKind": 1});
    params["newName"] = json!("another");
    client.request(method, params)
}

fn registered(client: &mut Client) -> Value {
    let message = client.expect("client/registerCapability", "documentSelector");
    message["params"]["registrations"].clone()
}

#[test]
fn what_is_for_banks_is_registered_for_markdown_while_there_are_banks() {
    let bank = Bank::new();
    let mut client = bank.client(full());
    let offered = client.offer["capabilities"].clone();
    for provider in [
        "documentSymbolProvider",
        "foldingRangeProvider",
        "completionProvider",
        "definitionProvider",
        "referencesProvider",
        "renameProvider",
    ] {
        assert!(offered[provider].is_null(), "{provider}");
    }
    let registrations = registered(&mut client);
    let all = registrations.as_array().expect("a list");
    let methods: Vec<&str> = all.iter().filter_map(|r| r["method"].as_str()).collect();
    assert_eq!(methods, METHODS);
    for registration in all {
        assert_eq!(
            registration["registerOptions"]["documentSelector"],
            json!([{"language": "markdown", "scheme": "file"}])
        );
    }
    assert_eq!(all[5]["registerOptions"]["prepareProvider"], true);
    // Other banks change nothing, no banks take it back, banks again bring it again.
    let other = bank.folder.join("bank/en");
    client.settings(json!({"interview": {"banks": [other]}}));
    client.logged("questions from");
    client.settings(json!({"interview": {"banks": []}}));
    let gone = client.expect("client/unregisterCapability", "documentSymbol");
    let gone = gone["params"]["unregisterations"].as_array().map(Vec::len);
    assert_eq!(gone, Some(METHODS.len()));
    let symbols = json!({"textDocument": {"uri": bank.uri("bank/en/locks.md")}});
    let answer = client.request("textDocument/documentSymbol", symbols);
    assert!(answer.is_null(), "{answer}");
    client.settings(json!({"interview": {"banks": [other]}}));
    assert_eq!(registered(&mut client).as_array().map(Vec::len), Some(6));
    client.finish();
}

#[test]
fn a_client_is_asked_for_what_it_registers_and_no_more() {
    let bank = Bank::new();
    let mut params = capable();
    for method in ["definition", "rename"] {
        params["capabilities"]["textDocument"][method] = json!({"dynamicRegistration": true});
    }
    let mut client = bank.client(params);
    let registrations = registered(&mut client);
    let methods = registrations.as_array().expect("a list").iter();
    let methods: Vec<&str> = methods.filter_map(|r| r["method"].as_str()).collect();
    assert_eq!(methods, ["textDocument/definition", "textDocument/rename"]);
    client.finish();
    // One that registers nothing, and one without banks, are asked for nothing.
    bank.client(capable()).finish();
    Client::with(full()).finish();
}

#[test]
fn python_and_other_markdown_have_none_of_it() {
    let bank = Bank::new();
    let mut client = bank.client(full());
    registered(&mut client);
    let python = bank.uri("a.py");
    open(
        &mut client,
        &python,
        "python",
        "import threading\nlock = threading.Lock()\n",
    );
    // In the folder of the bank, too, and in a file that only is called like one of it.
    let inside = bank.uri("bank/en/locks.py");
    open(&mut client, &inside, "python", EN);
    let readme = bank.uri("locks.md");
    open(&mut client, &readme, "markdown", EN);
    let unsaved = "untitled:Untitled-1".to_string();
    open(&mut client, &unsaved, "markdown", EN);
    for uri in [&python, &inside, &readme, &unsaved] {
        for method in METHODS.into_iter().chain(["textDocument/prepareRename"]) {
            for position in [(1, 18), at(EN, "id: why-lock", "why")] {
                let answer = ask_at(&mut client, method, uri, position);
                assert!(answer.is_null(), "{method} {uri}: {answer}");
            }
        }
    }
    for uri in [&readme, &unsaved] {
        let (line, column) = at(EN, "id: why-lock", "why");
        let hover = client.hover(uri, line, column);
        assert!(hover.is_null(), "{hover}");
        let actions = client.actions(uri, range((0, 0), (12, 0)), json!({"diagnostics": []}));
        assert_eq!(actions, json!([]));
    }
    // What Python has stays.
    assert_eq!(client.construct(&python, 1, 18), "threading.Lock");
    client.finish();
}

#[test]
fn the_outline_is_topics_and_questions() {
    let bank = Bank::new();
    let uri = bank.uri("bank/en/locks.md");
    let mut client = bank.client(full());
    registered(&mut client);
    let params = json!({"textDocument": {"uri": uri}});
    let symbols = client.request("textDocument/documentSymbol", params.clone());
    assert_eq!(symbols[0]["name"], "Locks");
    assert_eq!(symbols[0]["range"], range((4, 0), (13, 9)));
    let first = &symbols[0]["children"][0];
    assert_eq!(first["name"], "Why a Lock?");
    assert_eq!(first["detail"], "why-lock");
    assert_eq!(first["selectionRange"], range((5, 4), (5, 17)));
    assert_eq!(first["range"], range((5, 0), (8, 20)));
    let folds = client.request("textDocument/foldingRange", params);
    let lines = folds.as_array().expect("a list").iter();
    let lines: Vec<_> = lines.map(|f| (&f["startLine"], &f["endLine"])).collect();
    let expected = [(0, 2), (5, 8), (10, 13)].map(|(a, b)| (json!(a), json!(b)));
    let expected: Vec<_> = expected.iter().map(|(a, b)| (a, b)).collect();
    assert_eq!(lines, expected);
    client.finish();
}

#[test]
fn a_client_without_nesting_gets_a_list() {
    let bank = Bank::new();
    let uri = bank.uri("bank/en/locks.md");
    let mut client = bank.client(capable());
    let symbols = client.request(
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": uri}}),
    );
    assert_eq!(symbols.as_array().map(Vec::len), Some(3));
    assert_eq!(symbols[1]["containerName"], "Locks");
    assert_eq!(symbols[1]["location"]["uri"], uri.as_str());
    client.finish();
}

#[test]
fn what_is_typed_is_completed_before_it_is_saved() {
    let bank = Bank::new();
    let uri = bank.uri("bank/en/locks.md");
    let mut client = bank.client(full());
    registered(&mut client);
    let typed = EN.replace("threading.Lok", "threading.Lo");
    client.change(&uri, 8, &[json!(typed)]);
    let (line, column) = at(&typed, "threading.Lo ", "o ");
    let list = client.request("textDocument/completion", place(&uri, line, column));
    assert_eq!(list["isIncomplete"], false);
    let item = &list["items"][0];
    assert_eq!(item["label"], "threading.Lock");
    assert_eq!(item["textEdit"]["newText"], "threading.Lock");
    let start = column - "threading.Lo".len() as u32;
    assert_eq!(
        item["textEdit"]["range"],
        range((line, start), (line, column))
    );
    let (line, column) = at(&typed, "[it](#", "#");
    let list = client.request("textDocument/completion", place(&uri, line, column + 1));
    let labels = list["items"].as_array().expect("a list").iter();
    let labels: Vec<_> = labels.map(|item| item["label"].as_str()).collect();
    assert!(labels.contains(&Some("what-is-a-deadlock")), "{labels:?}");
    // Built-in questions may be named, too.
    let see = EN.replace("see: dead-lock", "see: gi");
    client.change(&uri, 9, &[json!(see)]);
    let (line, column) = at(&see, "see: gi ", "i ");
    let list = client.request("textDocument/completion", place(&uri, line, column));
    assert_eq!(list["items"][0]["label"], "gil");
    client.finish();
}

#[test]
fn ids_lead_to_questions_and_back() {
    let bank = Bank::new();
    let (en, ru) = (bank.uri("bank/en/locks.md"), bank.uri("bank/ru/locks.md"));
    let mut client = bank.client(full());
    registered(&mut client);
    let lines = |found: &Value| -> Vec<(String, u64)> {
        let all = found.as_array().expect("a list").iter();
        let lines = all.map(|location| {
            let uri = location["uri"].as_str().expect("a URI");
            let line = location["range"]["start"]["line"].as_u64();
            (uri.to_string(), line.expect("a line"))
        });
        lines.collect()
    };
    let definition = "textDocument/definition";
    let found = ask_at(
        &mut client,
        definition,
        &en,
        at(EN, "see: dead-lock", "dead"),
    );
    assert_eq!(lines(&found), [(en.clone(), 11)]);
    assert_eq!(found[0]["range"], range((11, 9), (11, 18)));
    let found = ask_at(&mut client, definition, &en, at(EN, "id: why-lock", "why"));
    assert_eq!(lines(&found), [(en.clone(), 6), (ru.clone(), 5)]);
    // After an astral character, to a heading.
    let found = ask_at(&mut client, definition, &en, at(EN, "[it](#locks)", "it"));
    assert_eq!(found[0]["range"], range((4, 0), (4, 0)));
    let references = "textDocument/references";
    let found = ask_at(
        &mut client,
        references,
        &en,
        at(EN, "id: dead-lock", "dead"),
    );
    assert_eq!(
        lines(&found),
        [(en.clone(), 6), (en.clone(), 11), (ru.clone(), 5)]
    );
    let found = ask_at(
        &mut client,
        references,
        &en,
        at(EN, "threading.Lock", "Lock"),
    );
    assert_eq!(lines(&found), [(en.clone(), 6), (ru.clone(), 5)]);
    // Of the built-in bank there is a copy.
    let see = EN.replace("see: dead-lock", "see: gil");
    client.change(&en, 8, &[json!(see)]);
    let found = ask_at(&mut client, definition, &en, at(&see, "see: gil", "gil"));
    let copy = found[0]["uri"].as_str().expect("a URI");
    let copy = copy.strip_prefix("file://").expect("a file");
    assert!(Path::new(copy).exists(), "{copy}");
    client.finish();
}

#[test]
fn an_id_is_renamed_in_all_files_with_the_versions_of_the_open_ones() {
    let bank = Bank::new();
    let (en, ru) = (bank.uri("bank/en/locks.md"), bank.uri("bank/ru/locks.md"));
    let mut client = bank.client(full());
    registered(&mut client);
    let position = at(EN, "see: dead-lock", "dead");
    let prepared = ask_at(&mut client, "textDocument/prepareRename", &en, position);
    assert_eq!(prepared["placeholder"], "dead-lock");
    let edit = ask_at(&mut client, "textDocument/rename", &en, position);
    let another =
        |line, from, to| json!({"range": range((line, from), (line, to)), "newText": "another"});
    assert_eq!(
        edit["documentChanges"],
        json!([
            {
                "textDocument": {"uri": en, "version": 7},
                "edits": [another(6, 52, 61), another(11, 9, 18)],
            },
            {"textDocument": {"uri": ru, "version": null}, "edits": [another(5, 52, 61)]},
        ])
    );
    // Not what the disk says, what the editor says.
    open(&mut client, &ru, "markdown", &format!("\n{RU}"));
    let edit = ask_at(&mut client, "textDocument/rename", &en, position);
    assert_eq!(edit["documentChanges"][1]["textDocument"]["version"], 7);
    assert_eq!(edit["documentChanges"][1]["edits"][0], another(6, 52, 61));
    client.finish();

    // A client of few words.
    let mut client = bank.client(capable());
    let edit = ask_at(&mut client, "textDocument/rename", &en, position);
    assert_eq!(edit["changes"][&ru], json!([another(5, 52, 61)]));
    assert!(edit.get("documentChanges").is_none(), "{edit}");
    client.finish();
}

#[test]
fn a_rename_that_cannot_be_says_why() {
    let bank = Bank::new();
    let en = bank.uri("bank/en/locks.md");
    let mut client = bank.client(full());
    registered(&mut client);
    let rename = |client: &mut Client, (line, column): (u32, u32), name: &str| {
        let mut params = place(&en, line, column);
        params["newName"] = json!(name);
        client.error("textDocument/rename", params)
    };
    let dead = at(EN, "see: dead-lock", "dead");
    assert!(rename(&mut client, dead, "two words").contains("cannot be an id"));
    assert!(rename(&mut client, dead, "why-lock").contains("is taken by a question in"));
    assert!(rename(&mut client, dead, "gil").contains("the built-in bank"));
    let title = at(EN, "### Why", "Why");
    assert!(rename(&mut client, title, "x").contains("no id here"));
    let see = EN.replace("see: dead-lock", "see: gil");
    client.change(&en, 8, &[json!(see)]);
    let (line, column) = at(&see, "see: gil", "gil");
    let refused = client.error("textDocument/prepareRename", place(&en, line, column));
    assert!(refused.contains("built-in bank"), "{refused}");
    client.finish();
}

#[test]
fn a_title_shows_its_card_and_a_construct_who_comes_first() {
    let bank = Bank::new();
    let en = bank.uri("bank/en/locks.md");
    let mut client = bank.client(full());
    registered(&mut client);
    let (line, column) = at(EN, "### Why", "Why");
    let hover = client.hover(&en, line, column);
    assert_eq!(hover["range"], range((5, 4), (5, 17)));
    let card = hover["contents"]["value"].as_str().expect("a card");
    assert!(
        card.starts_with("**Interview** · `threading.Lock`\n\n**Why a `Lock`?**"),
        "{card}"
    );
    // As it stands in the editor.
    let edited = EN.replace("😀 See", "Since");
    client.change(&en, 8, &[json!(edited)]);
    let card = client.hover(&en, line, column).to_string();
    assert!(card.contains("Since it"), "{card}");
    let (line, column) = at(EN, "threading.Lock", "Lock");
    let first = client.hover(&en, line, column).to_string();
    assert!(first.contains("This question comes first of"), "{first}");
    client.finish();
}

#[test]
fn what_check_suggests_is_a_quick_fix() {
    let bank = Bank::new();
    let en = bank.uri("bank/en/locks.md");
    let mut client = bank.client(full());
    registered(&mut client);
    let sent = client.expect("textDocument/publishDiagnostics", "unknown-construct");
    let diagnostic = sent["params"]["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|d| d["code"] == "unknown-construct")
        .expect("it is there")
        .clone();
    let here = diagnostic["range"].clone();
    let context = json!({"diagnostics": [diagnostic], "triggerKind": 2});
    let actions = client.actions(&en, here.clone(), context.clone());
    assert_eq!(actions[0]["title"], "Replace with `threading.Lock`");
    assert_eq!(actions[0]["kind"], "quickfix");
    assert_eq!(actions[0]["diagnostics"], json!([diagnostic]));
    let edit = &actions[0]["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"], json!({"uri": en, "version": 7}));
    assert_eq!(
        edit["edits"],
        json!([{"range": here, "newText": "threading.Lock"}])
    );
    // Elsewhere, for other kinds, and once the text is another: nothing.
    let elsewhere = client.actions(&en, range((0, 0), (5, 0)), context.clone());
    assert_eq!(elsewhere, json!([]));
    let other = json!({"diagnostics": [], "only": ["refactor"]});
    assert_eq!(client.actions(&en, here.clone(), other), json!([]));
    client.change(&en, 8, &[json!(EN.replace("Lok", "Lock"))]);
    assert_eq!(client.actions(&en, here, context), json!([]));
    client.finish();
}

#[cfg(unix)]
#[test]
fn a_bank_behind_a_link_is_the_same_bank() {
    let bank = Bank::new();
    let link = bank.folder.join("link");
    std::os::unix::fs::symlink(bank.folder.join("bank"), &link).expect("a link");
    let mut params = full();
    params["initializationOptions"] = json!({"banks": [link], "builtinBank": false});
    let mut client = Client::with(params);
    client.logged("questions from");
    client.allow("textDocument/publishDiagnostics");
    client.allow("window/logMessage");
    registered(&mut client);
    let en = bank.uri("bank/en/locks.md");
    open(&mut client, &en, "markdown", EN);
    let position = at(EN, "see: dead-lock", "dead");
    let edit = ask_at(&mut client, "textDocument/rename", &en, position);
    let changes = edit["documentChanges"].as_array().expect("a list");
    assert_eq!(changes.len(), 2);
    // The open file by the editor's name.
    assert_eq!(changes[0]["textDocument"], json!({"uri": en, "version": 7}));
    client.finish();
}
