//! A language client in a few lines: starts the server as an editor does and speaks the protocol over its pipes.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub struct Client {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next: i64,
    /// Log lines that came while something else was waited for.
    heard: Vec<String>,
}

impl Client {
    /// Starts our server and shakes hands. `options` are the `initializationOptions`.
    pub fn start(server: &Path, options: Value) -> Result<Client, String> {
        let capabilities = json!({
            "textDocument": {"hover": {"contentFormat": ["plaintext"]}},
            "general": {"positionEncodings": ["utf-16"]},
        });
        let params = json!({"processId": null, "rootUri": null, "capabilities": capabilities, "initializationOptions": options});
        Self::spawn(Command::new(server).arg("serve"), params)
    }

    /// Starts any language server and shakes hands with these `initialize` parameters.
    pub fn spawn(command: &mut Command, initialize: Value) -> Result<Client, String> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("cannot start {:?}: {e}", command.get_program()))?;
        let (input, output) = (process.stdin.take(), process.stdout.take());
        let (Some(input), Some(output)) = (input, output) else {
            return Err("the server has no pipes".to_string());
        };
        let mut client = Client {
            process,
            input,
            output: BufReader::new(output),
            next: 0,
            heard: Vec::new(),
        };
        client.request("initialize", initialize)?;
        client.notify("initialized", json!({}))?;
        Ok(client)
    }

    pub fn open(&mut self, uri: &str, text: &str) -> Result<(), String> {
        let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}))
    }

    /// The hover's text at a zero-based place, if there is one.
    pub fn hover(
        &mut self,
        uri: &str,
        line: usize,
        character: usize,
    ) -> Result<Option<String>, String> {
        let answer = self.request("textDocument/hover", place(uri, line, character))?;
        Ok(answer["contents"]["value"].as_str().map(String::from))
    }

    pub fn notify(&mut self, method: &str, params: Value) -> Result<(), String> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    /// Asks and waits for the answer; what the server says meanwhile is passed over.
    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let mut answers = self.requests(vec![(method, params)])?;
        answers.pop().ok_or_else(|| format!("{method}: no answer"))
    }

    /// Asks several things at once and waits for all answers, which come in the order of the questions. Few enough for
    /// the pipe to hold the questions: nobody reads the answers before the last is asked.
    ///
    /// # Errors
    /// The first answer that is an error.
    pub fn requests(&mut self, questions: Vec<(&str, Value)>) -> Result<Vec<Value>, String> {
        let mut ids = Vec::new();
        for (method, params) in questions {
            ids.push(self.ask(method, params)?);
        }
        let mut answers = vec![None; ids.len()];
        while answers.iter().any(Option::is_none) {
            let (id, answer) = self.next_answer()?;
            if let Some(place) = ids.iter().position(|asked| *asked == id) {
                answers[place] = Some(answer);
            }
        }
        Ok(answers.into_iter().flatten().collect())
    }

    /// Asks without waiting; returns the number that the answer will have.
    pub fn ask(&mut self, method: &str, params: Value) -> Result<i64, String> {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))?;
        Ok(id)
    }

    /// The next answer to anything that was asked, with its number. What the server says meanwhile is passed over, what
    /// it asks is answered with `null`.
    ///
    /// # Errors
    /// An answer that is an error, or a server that is gone.
    pub fn next_answer(&mut self) -> Result<(i64, Value), String> {
        loop {
            let mut message = self.read()?;
            let id = message["id"].take();
            if message.get("method").is_some() {
                message["id"] = id;
                self.hear(&message)?;
                continue;
            }
            if let Some(error) = message.get("error") {
                return Err(error.to_string());
            }
            return Ok((id.as_i64().unwrap_or_default(), message["result"].take()));
        }
    }

    /// Keeps the log lines of the server, answers what it asks.
    fn hear(&mut self, message: &Value) -> Result<(), String> {
        if message["method"] == "window/logMessage" {
            let text = message["params"]["message"].as_str();
            self.heard.extend(text.map(String::from));
        }
        match &message["id"] {
            Value::Null => Ok(()),
            id => self.send(&json!({"jsonrpc": "2.0", "id": id, "result": null})),
        }
    }

    /// A log line that holds `part`, if it has come.
    pub fn heard(&mut self, part: &str) -> Option<String> {
        let at = self.heard.iter().position(|line| line.contains(part))?;
        Some(self.heard.remove(at))
    }

    /// A log line that holds `part`, waited for.
    pub fn wait_for(&mut self, part: &str) -> Result<String, String> {
        loop {
            if let Some(line) = self.heard(part) {
                return Ok(line);
            }
            let message = self.read()?;
            if message.get("method").is_some() {
                self.hear(&message)?;
            }
        }
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Ends the server by protocol.
    pub fn stop(mut self) -> Result<(), String> {
        self.request("shutdown", Value::Null)?;
        self.notify("exit", Value::Null)?;
        let status = self.process.wait().map_err(|e| e.to_string())?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the server ended with {status}"))
        }
    }

    fn send(&mut self, message: &Value) -> Result<(), String> {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len())
            .and_then(|()| self.input.flush())
            .map_err(|e| format!("the server does not listen: {e}"))
    }

    fn read(&mut self) -> Result<Value, String> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            let count = self
                .output
                .read_line(&mut line)
                .map_err(|e| e.to_string())?;
            if count == 0 {
                return Err("the server ended in the middle of a session".to_string());
            }
            match line.trim_end() {
                "" => break,
                header => {
                    if let Some(value) = header.strip_prefix("Content-Length:") {
                        length = value
                            .trim()
                            .parse()
                            .map_err(|_| format!("bad header: {header}"))?;
                    }
                }
            }
        }
        let mut body = vec![0; length];
        self.output
            .read_exact(&mut body)
            .map_err(|e| e.to_string())?;
        serde_json::from_slice(&body).map_err(|e| format!("the server sent no JSON: {e}"))
    }
}

/// The parameters of a question about a zero-based place.
pub fn place(uri: &str, line: usize, character: usize) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})
}

impl Drop for Client {
    fn drop(&mut self) {
        // After `stop` there is nothing left to kill.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
