//! An editor for tests: it speaks raw JSON-RPC to a server of its own, over a pipe in memory.
//!
//! What the server says unasked is collected, and must be read or expressly allowed by the end: a message that no test knows
//! of is a message that some user sees. Waiting is reading; nothing sleeps.

use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::LazyLock;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::runtime::{Builder, Runtime};

/// A message that takes longer than this never comes.
const PATIENCE: Duration = Duration::from_secs(60);
/// More than any test has under way: the two ends never block each other.
const PIPE: usize = 64 << 20;

/// How the client answers what the server asks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    AtOnce,
    Never,
    /// Only when the test calls [`Client::answer_now`].
    Last,
}

pub struct Client {
    runtime: Runtime,
    reader: ReadHalf<DuplexStream>,
    writer: WriteHalf<DuplexStream>,
    server: Option<JoinHandle<bool>>,
    bytes: Vec<u8>,
    next_id: i64,
    replies: HashMap<i64, Value>,
    /// Notifications and requests of the server, in their order.
    inbox: VecDeque<Value>,
    /// Requests of the server that wait for [`Client::answer_now`].
    owed: Vec<Value>,
    allowed: Vec<&'static str>,
    closed: bool,
    pub answers: Answers,
    /// The section `interview`, as `workspace/configuration` gives it.
    pub configuration: Value,
    /// The answer to `window/showDocument`.
    pub shows: Value,
    /// The answer to `initialize`.
    pub offer: Value,
}

/// Copies of built-in documents go to a folder of the tests, not to that of the user.
static CACHE: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for the cache");
    // SAFETY: nothing in this process reads the environment but through std, which locks it.
    unsafe { std::env::set_var("XDG_CACHE_HOME", folder.path()) };
    folder
});

/// What a capable client says of itself; tests change what they are about.
pub fn capable() -> Value {
    json!({
        "processId": null,
        "rootUri": null,
        "locale": "en",
        "capabilities": {
            "general": {"positionEncodings": ["utf-16", "utf-8"]},
            "textDocument": {
                "hover": {"contentFormat": ["markdown", "plaintext"]},
                "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix"]}}},
            },
            "window": {"showDocument": {"support": true}},
        },
    })
}

/// The path of a fixture below `tests/fixtures`.
pub fn fixture(name: &str) -> String {
    format!("{}/../tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

impl Client {
    /// A server and its client before the handshake.
    pub fn unconnected() -> Client {
        LazyLock::force(&CACHE);
        let (ours, theirs) = tokio::io::duplex(PIPE);
        let server = std::thread::Builder::new()
            .name("server".into())
            .stack_size(interview_lsp::lsp::STACK);
        let server = server.spawn(move || {
            let runtime = Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            let (input, output) = tokio::io::split(theirs);
            let clean = runtime.block_on(interview_lsp::lsp::serve(
                input,
                output,
                interview_lsp::lsp::Start {
                    // On a busy machine an analysis waits for its turn.
                    patience: PATIENCE,
                    ..Default::default()
                },
            ));
            runtime.shutdown_background();
            clean
        });
        let (reader, writer) = tokio::io::split(ours);
        Client {
            runtime: Builder::new_current_thread()
                .enable_time()
                .build()
                .expect("a runtime"),
            reader,
            writer,
            server: Some(server.expect("a thread for the server")),
            bytes: Vec::new(),
            next_id: 0,
            replies: HashMap::new(),
            inbox: VecDeque::new(),
            owed: Vec::new(),
            allowed: Vec::new(),
            closed: false,
            answers: Answers::AtOnce,
            configuration: Value::Null,
            shows: json!({"success": true}),
            offer: Value::Null,
        }
    }

    /// A client after the handshake with these parameters.
    pub fn with(params: Value) -> Client {
        let mut client = Client::unconnected();
        client.handshake(params);
        client
    }

    /// A capable client in English.
    pub fn start() -> Client {
        Client::with(capable())
    }

    /// A capable client with these `initializationOptions`.
    pub fn with_options(options: Value) -> Client {
        let mut params = capable();
        params["initializationOptions"] = options;
        Client::with(params)
    }

    /// A capable client whose only bank is the one of `tests/fixtures/bank`, so that cards can be drawn.
    pub fn with_fixture_bank(mut params: Value) -> Client {
        params["initializationOptions"]["banks"] = json!([fixture("bank")]);
        params["initializationOptions"]["builtinBank"] = json!(false);
        let mut client = Client::with(params);
        client.logged("questions from");
        client
    }

    pub fn handshake(&mut self, params: Value) {
        self.offer = self.request("initialize", params);
        assert!(self.offer["capabilities"].is_object(), "{}", self.offer);
        self.notify("initialized", json!({}));
    }

    /// Messages of this method need not be read by the end.
    pub fn allow(&mut self, method: &'static str) {
        self.allowed.push(method);
    }

    // What the client says.

    pub fn send_bytes(&mut self, bytes: &[u8]) {
        self.runtime
            .block_on(self.writer.write_all(bytes))
            .expect("the server reads");
    }

    pub fn send(&mut self, message: &Value) {
        self.send_bytes(&frame(&message.to_string()));
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and returns its id, for [`Client::reply`].
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// The result of a request that must succeed.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let reply = self.reply(id);
        assert!(reply.get("error").is_none(), "{method}: {reply}");
        reply["result"].clone()
    }

    /// The message of the error that a request must end with.
    pub fn error(&mut self, method: &str, params: Value) -> String {
        let id = self.ask(method, params.clone());
        let reply = self.reply(id);
        match reply["error"]["message"].as_str() {
            Some(message) => message.to_string(),
            None => panic!("{method} {params} must fail, but gave {reply}"),
        }
    }

    pub fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Changes a document; each change is a full text (a string) or a change of the protocol.
    pub fn change(&mut self, uri: &str, version: i64, changes: &[Value]) {
        let changes: Vec<Value> = changes
            .iter()
            .map(|c| {
                if c.is_string() {
                    json!({"text": c})
                } else {
                    c.clone()
                }
            })
            .collect();
        let document = json!({"uri": uri, "version": version});
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": changes}),
        );
    }

    pub fn close(&mut self, uri: &str) {
        self.notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": uri}}),
        );
    }

    pub fn ask_hover(&mut self, uri: &str, line: u32, character: u32) -> i64 {
        self.ask("textDocument/hover", place(uri, line, character))
    }

    pub fn hover(&mut self, uri: &str, line: u32, character: u32) -> Value {
        self.request("textDocument/hover", place(uri, line, character))
    }

    /// The construct on the card at a place, from its first line; empty where there is no card.
    pub fn construct(&mut self, uri: &str, line: u32, character: u32) -> String {
        let hover = self.hover(uri, line, character);
        construct_of(&hover)
    }

    pub fn actions(&mut self, uri: &str, range: Value, context: Value) -> Value {
        let params = json!({"textDocument": {"uri": uri}, "range": range, "context": context});
        self.request("textDocument/codeAction", params)
    }

    pub fn command(&mut self, command: &str, argument: Value) -> Value {
        self.request(
            "workspace/executeCommand",
            json!({"command": command, "arguments": [argument]}),
        )
    }

    /// The server's state once it has dealt with everything sent before: the tasks that an answer of the client wakes run
    /// between two round trips.
    pub fn status(&mut self) -> Value {
        self.hover("untitled:nothing", 0, 0);
        self.command("interview-lsp.status", Value::Null)
    }

    pub fn settings(&mut self, settings: Value) {
        self.notify(
            "workspace/didChangeConfiguration",
            json!({"settings": settings}),
        );
    }

    // What the server says.

    /// The answer to a request, waited for.
    pub fn reply(&mut self, id: i64) -> Value {
        loop {
            if let Some(reply) = self.replies.remove(&id) {
                return reply;
            }
            assert!(
                self.read(),
                "the server ended before it answered request {id}"
            );
        }
    }

    /// The first message of this method that holds `part`, waited for and taken from the inbox.
    pub fn expect(&mut self, method: &str, part: &str) -> Value {
        let fits = |m: &Value| m["method"] == method && m["params"].to_string().contains(part);
        loop {
            if let Some(at) = self.inbox.iter().position(fits) {
                return self.inbox.remove(at).unwrap_or_default();
            }
            assert!(
                self.read(),
                "no {method} with {part:?}; there is {:?}",
                self.inbox
            );
        }
    }

    /// A log line that holds `part`; returns the whole line.
    pub fn logged(&mut self, part: &str) -> String {
        text_of(&self.expect("window/logMessage", part))
    }

    /// A message to the user that holds `part`; returns the whole.
    pub fn shown(&mut self, part: &str) -> String {
        text_of(&self.expect("window/showMessage", part))
    }

    /// A warning that is both shown and logged.
    pub fn warned(&mut self, part: &str) -> String {
        let logged = self.logged(part);
        let shown = self.shown(part);
        assert_eq!(logged, shown);
        shown
    }

    /// The server's request `method`, waited for and left unanswered: the id to answer it with.
    pub fn asked(&mut self, method: &str) -> Value {
        let request = self.expect(method, "");
        self.owed.retain(|owed| owed["id"] != request["id"]);
        request["id"].clone()
    }

    pub fn answer(&mut self, id: &Value, result: Value) {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result}));
    }

    /// Answers every request of the server that waits.
    pub fn answer_now(&mut self) {
        for request in std::mem::take(&mut self.owed) {
            self.answer_request(&request);
        }
    }

    fn answer_request(&mut self, request: &Value) {
        let result = match request["method"].as_str() {
            Some("workspace/configuration") => {
                let items = request["params"]["items"].as_array().map_or(0, Vec::len);
                json!(vec![self.configuration.clone(); items])
            }
            Some("window/showDocument") => self.shows.clone(),
            _ => Value::Null,
        };
        self.answer(&request["id"], result);
    }

    /// Reads one message and sorts it in; false at the end of the stream.
    fn read(&mut self) -> bool {
        let Some(message) = self.read_message() else {
            return false;
        };
        if message.get("method").is_none() {
            match message["id"].as_i64() {
                Some(id) => assert!(
                    self.replies.insert(id, message).is_none(),
                    "request {id} was answered twice"
                ),
                // An answer to something that had no readable id.
                None => self
                    .inbox
                    .push_back(json!({"method": "error", "params": message["error"]})),
            }
            return true;
        }
        if message.get("id").is_some() {
            match self.answers {
                Answers::AtOnce => self.answer_request(&message),
                Answers::Never => {}
                Answers::Last => self.owed.push(message.clone()),
            }
        }
        self.inbox.push_back(message);
        true
    }

    fn read_message(&mut self) -> Option<Value> {
        loop {
            if let Some((message, rest)) = unframe(&self.bytes) {
                self.bytes.drain(..rest);
                return Some(message);
            }
            let mut chunk = [0; 1 << 16];
            let read = self.runtime.block_on(async {
                tokio::time::timeout(PATIENCE, self.reader.read(&mut chunk)).await
            });
            let Ok(read) = read else {
                panic!("nothing in {PATIENCE:?}; unread is {:?}", self.inbox);
            };
            match read.expect("the pipe holds") {
                0 => {
                    assert!(
                        self.bytes.is_empty(),
                        "half a message at the end: {}",
                        String::from_utf8_lossy(&self.bytes)
                    );
                    return None;
                }
                n => self.bytes.extend_from_slice(&chunk[..n]),
            }
        }
    }

    /// Reads to the end of the stream and returns whether the server saw a proper end.
    pub fn wait_for_end(&mut self) -> bool {
        while self.read() {}
        self.closed = true;
        let server = self.server.take().expect("the server ends once");
        server.join().expect("the server's thread does not panic")
    }

    /// Closes the client's end without a word.
    pub fn hang_up(&mut self) {
        self.runtime
            .block_on(self.writer.shutdown())
            .expect("the pipe closes");
    }

    /// Nothing came that was not read or allowed.
    pub fn assert_all_read(&self) {
        let unread: Vec<&Value> = self
            .inbox
            .iter()
            .filter(|m| !self.allowed.iter().any(|method| m["method"] == *method))
            .collect();
        assert!(unread.is_empty(), "unread messages: {unread:#?}");
        assert!(
            self.replies.is_empty(),
            "unread answers: {:#?}",
            self.replies
        );
    }

    /// Ends the session by protocol; every message must have been read or allowed.
    pub fn finish(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if self.closed {
            return;
        }
        self.closed = true;
        assert_eq!(self.request("shutdown", Value::Null), Value::Null);
        self.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
        assert!(self.wait_for_end(), "the server ended without a shutdown");
        self.assert_all_read();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A test that fails has said what is wrong already.
        if !std::thread::panicking() {
            self.end();
        }
    }
}

pub fn place(uri: &str, line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})
}

pub fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    json!({"start": {"line": start.0, "character": start.1}, "end": {"line": end.0, "character": end.1}})
}

pub fn construct_of(hover: &Value) -> String {
    let first = hover["contents"]["value"]
        .as_str()
        .and_then(|card| card.lines().next())
        .unwrap_or_default();
    let first = first.replace("**", "").replace('`', "");
    first
        .strip_prefix("Interview · ")
        .unwrap_or(&first)
        .to_string()
}

/// A message as it goes over the wire.
pub fn frame(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The first message of the bytes and where the next begins.
pub fn unframe(bytes: &[u8]) -> Option<(Value, usize)> {
    let head = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
    let headers = std::str::from_utf8(&bytes[..head]).expect("headers are ASCII");
    let length = headers
        .strip_prefix("Content-Length: ")
        .and_then(|n| n.parse::<usize>().ok());
    let length = length.unwrap_or_else(|| panic!("not a header of the protocol: {headers:?}"));
    let body = bytes.get(head + 4..head + 4 + length)?;
    let message: Value = serde_json::from_slice(body).expect("the server writes JSON");
    assert_eq!(message["jsonrpc"], "2.0", "{message}");
    Some((message, head + 4 + length))
}

fn text_of(message: &Value) -> String {
    message["params"]["message"]
        .as_str()
        .unwrap_or_default()
        .to_string()
}

/// The keys of a question as JSON, sorted: those of the command line and of the search command.
pub const QUESTION_KEYS: [&str; 8] = [
    "answer",
    "constructs",
    "file",
    "id",
    "lang",
    "level",
    "line",
    "question",
];
