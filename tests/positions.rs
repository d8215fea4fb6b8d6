//! Positions in every encoding, the ways to write a URI, and edits that cannot be.

use crate::client::{Client, capable, frame, place, range};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};

const URI: &str = "file:///w/a.py";
const ENCODINGS: [&str; 3] = ["utf-8", "utf-16", "utf-32"];

fn client_with(encodings: Value) -> Client {
    let mut params = capable();
    params["capabilities"]["general"] = json!({"positionEncodings": encodings});
    Client::with(params)
}

fn units(text: &str, encoding: &str) -> u32 {
    let units = match encoding {
        "utf-8" => text.len(),
        "utf-16" => text.encode_utf16().count(),
        _ => text.chars().count(),
    };
    units as u32
}

#[test]
fn utf_16_wherever_it_is_offered() {
    let offers = [
        (json!(["utf-8", "utf-16"]), "utf-16"),
        (json!(["utf-32", "utf-8"]), "utf-32"),
        (json!(["utf-8", "utf-32"]), "utf-8"),
        (json!(["utf-7", "utf-8"]), "utf-8"),
        (json!(["utf-7"]), "utf-16"),
        (json!([]), "utf-16"),
        (Value::Null, "utf-16"),
    ];
    for (offer, expected) in offers {
        let client = client_with(offer.clone());
        assert_eq!(
            client.offer["capabilities"]["positionEncoding"], expected,
            "{offer}"
        );
        client.finish();
    }
}

#[test]
fn columns_behind_cyrillic_and_emoji_are_right_in_every_encoding() {
    let before = "s = 'жук 🐍👩‍👩‍👧 é'; ";
    let text = format!("import gc\n{before}gc.collect()  # ж🐍\n");
    for encoding in ENCODINGS {
        let mut client = client_with(json!([encoding]));
        client.open(URI, &text);
        let at = |code: &str| units(&format!("{before}{code}"), encoding);
        let hover = client.hover(URI, 1, at("gc.col"));
        assert_eq!(
            hover["range"]["end"],
            json!({"line": 1, "character": at("gc.collect")}),
            "{encoding}"
        );
        // An edit right before it lands where it should.
        let here = range((1, at("")), (1, at("gc.")));
        client.change(URI, 2, &[json!({"range": here, "text": "gc . "})]);
        client.change(
            URI,
            3,
            &[json!({"range": range((1, at("")), (1, at("gc . "))), "text": "\ngc."})],
        );
        let hover = client.hover(URI, 2, 5);
        assert_eq!(
            hover["range"]["end"],
            json!({"line": 2, "character": 10}),
            "{encoding}"
        );
        client.finish();
    }
}

#[test]
fn lines_end_as_the_protocol_says() {
    let mut client = Client::start();
    client.open(
        URI,
        "import gc\r\ngc.collect()\rgc.collect()\n\r\ngc.collect()",
    );
    let found: Vec<u32> = (0..7)
        .filter(|&line| client.construct(URI, line, 5) == "gc.collect")
        .collect();
    assert_eq!(found, [1, 2, 4]);
    client.finish();
}

#[test]
fn positions_that_do_not_exist_mean_the_nearest_before() {
    let mut client = Client::start();
    client.open(URI, "import gc\ngc.collect\n");
    let at_end = client.hover(URI, 1, 10);
    assert_eq!(client.hover(URI, 1, u32::MAX), at_end);
    assert_eq!(client.hover(URI, u32::MAX, u32::MAX), Value::Null);
    // Between the halves of a surrogate pair, between the bytes of a letter.
    for encoding in ENCODINGS {
        let mut client = client_with(json!([encoding]));
        client.open(URI, "x = '🐍ж'\nimport gc; gc.collect()\n");
        for column in 0..16 {
            client.hover(URI, 0, column);
            client.change(
                URI,
                i64::from(column) + 2,
                &[json!({"range": range((0, column), (0, column)), "text": ""})],
            );
        }
        assert_eq!(client.construct(URI, 1, 16), "gc.collect");
        client.finish();
    }
    client.finish();
}

#[test]
fn one_document_is_one_however_its_uri_is_written() {
    let mut client = Client::start();
    let pairs = [
        ("file:///c%3A/Users/a%20b.py", "file:///C:/Users/a b.py"),
        (
            "file:///home/иван/файл.py",
            "file:///home/%D0%B8%D0%B2%D0%B0%D0%BD/%D1%84%D0%B0%D0%B9%D0%BB.py",
        ),
        (
            "file:///tmp/[draft] {1}/x^2|y.py",
            "file:///tmp/%5Bdraft%5D%20%7B1%7D/x%5E2%7Cy.py",
        ),
        ("file:///tmp/100%/x.py", "file:///tmp/100%25/x.py"),
        ("untitled:Untitled-1", "untitled:Untitled-1"),
        (
            "vscode-notebook-cell:/w/n.ipynb#W0sZmlsZQ%3D%3D",
            "vscode-notebook-cell:/w/n.ipynb#W0sZmlsZQ%3D%3D",
        ),
    ];
    for (opened, asked) in pairs {
        client.open(opened, "import gc\ngc.collect()\n");
        assert_eq!(
            client.construct(asked, 1, 5),
            "gc.collect",
            "{opened} as {asked}"
        );
        client.change(asked, 2, &[json!("import gc\n\ngc.collect()\n")]);
        assert_eq!(
            client.construct(opened, 2, 5),
            "gc.collect",
            "{opened} as {asked}"
        );
        client.close(asked);
        assert_eq!(client.construct(opened, 2, 5), "", "{opened} as {asked}");
    }
    client.finish();
}

#[test]
fn the_clients_own_uri_comes_back() {
    let mut client = Client::with_options(json!({"traps": "hint"}));
    let uri = "file:///C%3A/my%20file.py";
    client.open(uri, "x = 1\n");
    assert_eq!(
        client.expect("textDocument/publishDiagnostics", "")["params"]["uri"],
        uri
    );
    client.close(uri);
    assert_eq!(
        client.expect("textDocument/publishDiagnostics", "")["params"],
        json!({"uri": uri, "diagnostics": []})
    );
    client.finish();
}

#[test]
fn a_stale_or_impossible_edit_is_logged_and_healed_by_the_next_full_text() {
    let mut client = Client::start();
    client.open(URI, "import gc\ngc.collect()\n");
    client.change(
        URI,
        5,
        &[json!({"range": range((0, 0), (0, 0)), "text": "\n"})],
    );
    client.change(
        URI,
        5,
        &[json!({"range": range((0, 0), (0, 0)), "text": "\n"})],
    );
    client.logged("version 5 after 5");
    client.change(
        URI,
        4,
        &[json!({"range": range((0, 0), (0, 0)), "text": "\n"})],
    );
    client.logged("version 4 after 5");
    client.change(
        URI,
        6,
        &[json!({"range": range((70, 0), (90, 3)), "text": "x"})],
    );
    client.logged("a range that is not there");
    client.change(
        URI,
        7,
        &[json!({"range": range((1, 1), (0, 0)), "text": "y"})],
    );
    client.logged("a range that is not there");
    client.change(URI, 8, &[json!("import gc\ngc.collect()\n")]);
    assert_eq!(client.construct(URI, 1, 5), "gc.collect");
    client.finish();
}

#[test]
fn an_edit_of_what_is_not_open_is_logged() {
    let mut client = Client::start();
    client.change(
        URI,
        2,
        &[json!({"range": range((0, 0), (0, 0)), "text": "x"})],
    );
    client.logged("is not open");
    assert_eq!(client.hover(URI, 0, 0), Value::Null);
    client.change(URI, 3, &[json!("import gc\ngc.collect()\n")]);
    client.logged("taken as opened");
    assert_eq!(client.construct(URI, 1, 5), "gc.collect");
    client.close(URI);
    client.close(URI);
    assert_eq!(client.hover(URI, 1, 5), Value::Null);
    client.finish();
}

/// Text as a naive model holds it, to find out what the edits must lead to.
struct Model(String);

impl Model {
    /// Byte offsets that a position can name: all characters' beginnings but those inside `\r\n`.
    fn offset(&self, seed: usize) -> usize {
        let inside = |i: usize| self.0[..i].ends_with('\r') && self.0[i..].starts_with('\n');
        let mut offsets: Vec<usize> = self
            .0
            .char_indices()
            .map(|(i, _)| i)
            .filter(|&i| !inside(i))
            .collect();
        offsets.push(self.0.len());
        offsets[seed % offsets.len()]
    }

    fn position(&self, offset: usize, encoding: &str) -> (u32, u32) {
        let (mut line, mut start) = (0, 0);
        for (i, c) in self.0[..offset].char_indices() {
            let ends = c == '\n' || c == '\r' && !self.0[i + 1..].starts_with('\n');
            if ends {
                (line, start) = (line + 1, i + 1);
            }
        }
        (line, units(&self.0[start..offset], encoding))
    }

    /// An edit between two random places as the protocol says it, done here too.
    fn edit(&mut self, from: usize, to: usize, text: &str, encoding: &str) -> Value {
        let (a, b) = (self.offset(from), self.offset(to));
        let (a, b) = (a.min(b), a.max(b));
        let change = json!({"range": range(self.position(a, encoding), self.position(b, encoding)), "text": text});
        self.0.replace_range(a..b, text);
        change
    }
}

const PIECES: [&str; 16] = [
    "import gc\n",
    "gc.collect()",
    "async def f():\n    await g()\n",
    "\n",
    "\r\n",
    "\r",
    "ж",
    "🐍",
    "'",
    "\"\"\"",
    "(",
    "    ",
    "# ж🐍\n",
    "import threading\nlock = threading.Lock()\n",
    "é",
    "with lock:\r\n    pass\r\n",
];

#[derive(Clone, Debug)]
struct Edit {
    from: usize,
    to: usize,
    pieces: Vec<usize>,
    whole: bool,
}

fn edits() -> impl Strategy<Value = Vec<Vec<Edit>>> {
    let pieces = || prop::collection::vec(0..PIECES.len(), 0..4);
    // Mostly small ranges: large ones leave nothing to hover over.
    let edit = (
        0..400usize,
        0..12usize,
        pieces(),
        prop::bool::weighted(0.05),
    );
    let edit = edit.prop_map(|(from, length, pieces, whole)| Edit {
        from,
        to: from + length,
        pieces,
        whole,
    });
    prop::collection::vec(prop::collection::vec(edit, 1..4), 1..6)
}

fn text_of(pieces: &[usize]) -> String {
    pieces.iter().map(|&i| PIECES[i]).collect()
}

/// After any edits the server answers as one that was opened with the final text.
#[test]
fn edits_lead_to_the_same_as_whole_texts() {
    // Two servers for each encoding, for all cases: a document of its own is as good as a fresh server.
    let clients = ENCODINGS.map(|encoding| {
        [
            client_with(json!([encoding])),
            client_with(json!([encoding])),
        ]
    });
    let (clients, case) = (RefCell::new(clients), Cell::new(0));
    let first = prop::collection::vec(0..PIECES.len(), 0..12);
    let places = prop::collection::vec(0..400usize, 12);
    let config = Config {
        cases: 192,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(
        &(first, edits(), places, 0..ENCODINGS.len()),
        |(first, notifications, places, n)| {
            let encoding = ENCODINGS[n];
            let [client, fresh] = &mut clients.borrow_mut()[n];
            case.set(case.get() + 1);
            let uri = &format!("file:///w/{}.py", case.get());
            let mut model = Model(text_of(&first));
            client.open(uri, &model.0);
            fresh.open(uri, &model.0);
            for (n, edits) in notifications.iter().enumerate() {
                let mut change = |edit: &Edit| {
                    let text = text_of(&edit.pieces);
                    if edit.whole {
                        model.0 = text.clone();
                        return json!(text);
                    }
                    model.edit(edit.from, edit.to, &text, encoding)
                };
                let changes: Vec<Value> = edits.iter().map(&mut change).collect();
                client.change(uri, n as i64 + 2, &changes);
                // The other document takes each state as a whole. What parsed last serves while nothing parses, so both go through
                // the same states.
                fresh.change(uri, n as i64 + 2, &[json!(model.0)]);
                // A hover between the edits makes the server parse what it then has to throw away.
                client.hover(uri, n as u32, 3);
                fresh.hover(uri, n as u32, 3);
            }
            for place in places {
                let (line, character) = model.position(model.offset(place), encoding);
                let (here, there) = (
                    client.hover(uri, line, character),
                    fresh.hover(uri, line, character),
                );
                prop_assert_eq!(
                    here,
                    there,
                    "{}:{} in {:?}, {}",
                    line,
                    character,
                    model.0,
                    encoding
                );
            }
            client.close(uri);
            fresh.close(uri);
            Ok(())
        },
    );
    if let Err(error) = outcome {
        panic!("{error}");
    }
    // A stale or impossible edit would have been logged and is unread here.
    for client in clients.into_inner().into_iter().flatten() {
        client.finish();
    }
}

#[test]
fn a_document_with_half_an_emoji_is_no_end() {
    let mut client = Client::start();
    client.open(URI, "import gc\ngc.collect()\n");
    // What JavaScript writes for a text that was cut inside an emoji.
    let text = r#"import gc\n# \ud83d\ngc.collect()\n"#;
    let body = format!(
        r#"{{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{"textDocument":{{"uri":"{URI}","version":2}},"contentChanges":[{{"text":"{text}"}}]}}}}"#
    );
    client.send_bytes(&frame(&body));
    assert_eq!(
        client.request("textDocument/hover", place(URI, 2, 5))["range"]["start"]["line"],
        2
    );
    client.finish();
}
