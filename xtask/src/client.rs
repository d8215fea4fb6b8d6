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
        let position = json!({"line": line, "character": character});
        let params = json!({"textDocument": {"uri": uri}, "position": position});
        let answer = self.request("textDocument/hover", params)?;
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

    /// Asks several things at once and waits for all answers, which come in the order of the questions. What the
    /// server says meanwhile is passed over, what it asks is answered with `null`. Few enough for the pipe to hold
    /// the questions: nobody reads the answers before the last is asked.
    ///
    /// # Errors
    /// The first answer that is an error.
    pub fn requests(&mut self, questions: Vec<(&str, Value)>) -> Result<Vec<Value>, String> {
        let first = self.next + 1;
        let mut methods = Vec::new();
        let mut answers = vec![None; questions.len()];
        for (method, params) in questions {
            self.next += 1;
            self.send(
                &json!({"jsonrpc": "2.0", "id": self.next, "method": method, "params": params}),
            )?;
            methods.push(method.to_string());
        }
        let mut missing = answers.len();
        while missing > 0 {
            let mut message = self.read()?;
            let id = &message["id"];
            if message.get("method").is_some() {
                if !id.is_null() {
                    let answer = json!({"jsonrpc": "2.0", "id": id, "result": null});
                    self.send(&answer)?;
                }
                continue;
            }
            let place = id.as_i64().and_then(|id| usize::try_from(id - first).ok());
            let Some(place) = place.filter(|place| *place < answers.len()) else {
                continue;
            };
            if let Some(error) = message.get("error") {
                return Err(format!("{}: {error}", methods[place]));
            }
            answers[place] = Some(message["result"].take());
            missing -= 1;
        }
        Ok(answers.into_iter().flatten().collect())
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

impl Drop for Client {
    fn drop(&mut self) {
        // After `stop` there is nothing left to kill.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
