//! What the type checker says about every name token of a file, asked over LSP and kept: the answers for a file change only with
//! the file and the checker.

use super::corpus::{File, Place, hash};
use crate::client::Client;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Keyword, PySourceType};
use ruff_text_size::Ranged;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

/// A place in a file: a path below the stubs' folder, or an absolute one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    pub stub: bool,
    pub path: String,
    /// Zero-based.
    pub line: u32,
    /// Zero-based, in UTF-16 units.
    pub character: u32,
}

/// What is said about one name token.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Byte of the source where the token begins.
    pub offset: usize,
    pub text: String,
    /// Zero-based, in UTF-16 units.
    pub line: u32,
    pub character: u32,
    /// It names an argument: `name=` in a call.
    pub keyword: bool,
    pub declared: Vec<Location>,
    pub typed: Vec<Location>,
}

/// So many tokens are asked about at once: two questions each, and all of them must fit a pipe.
const BATCH: usize = 60;

/// The answers for each file, in order.
pub fn ask(place: &Place, files: &[File]) -> Result<Vec<Vec<Answer>>, String> {
    let checker = place.type_checker();
    let version = Command::new(&checker)
        .arg("--version")
        .output()
        .map_err(|e| format!("{}: {e}", checker.display()))?
        .stdout;
    let mut client = None;
    let mut all = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let key = [
            version.as_slice(),
            file.path.as_os_str().as_encoded_bytes(),
            file.source.as_bytes(),
        ]
        .concat();
        let kept = place.cache().join(format!("{:016x}.json", hash(&key)));
        let raw = match std::fs::read(&kept)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        {
            Some(raw) => raw,
            None => {
                if client.is_none() {
                    let mut started = start(place, &checker)?;
                    unpack_stubs(place, &mut started)?;
                    client = Some(started);
                }
                let Some(client) = &mut client else { continue };
                if number % 50 == 0 {
                    eprintln!("asking about {} of {} files", number + 1, files.len());
                }
                let raw = about(client, file)?;
                std::fs::write(&kept, raw.to_string())
                    .map_err(|e| format!("{}: {e}", kept.display()))?;
                raw
            }
        };
        all.push(answers(file, &raw));
    }
    if let Some(client) = client {
        client.stop()?;
    }
    Ok(all)
}

fn start(place: &Place, checker: &Path) -> Result<Client, String> {
    let uri = uri(&place.workspace());
    let initialize = json!({
        "processId": null,
        "rootUri": uri,
        "workspaceFolders": [{"uri": uri, "name": "workspace"}],
        "capabilities": {"general": {"positionEncodings": ["utf-16"]}},
    });
    let mut command = Command::new(checker);
    command
        .arg("server")
        .current_dir(place.workspace())
        .env("VIRTUAL_ENV", &place.environment)
        .env("XDG_CACHE_HOME", place.cache())
        .stderr(std::process::Stdio::null());
    Client::spawn(&mut command, initialize)
}

/// Has the type checker unpack all its stubs: it unpacks those to which an answer leads.
fn unpack_stubs(place: &Place, client: &mut Client) -> Result<(), String> {
    let script = "\
import os, sys, sysconfig
names = set(sys.stdlib_module_names)
lib = sysconfig.get_paths()['stdlib']
for folder, folders, files in os.walk(lib):
    folders[:] = [f for f in folders if f not in ('site-packages', '__pycache__', 'test', 'idlelib') and '-' not in f]
    for file in files:
        if file.endswith('.py'):
            name = os.path.relpath(os.path.join(folder, file), lib)[:-3].replace(os.sep, '.')
            names.add(name.removesuffix('.__init__'))
print('\\n'.join('import ' + n for n in sorted(names) if all(p.isidentifier() for p in n.split('.'))))";
    let output = Command::new(place.python())
        .args(["-c", script])
        .output()
        .map_err(|e| e.to_string())?;
    let source = String::from_utf8_lossy(&output.stdout).into_owned();
    let path = place.workspace().join("imports.py");
    let file = File {
        package: String::new(),
        name: String::new(),
        root: path.clone(),
        path,
        source,
    };
    about(client, &file).map(|_| ())
}

/// A name in a source.
pub struct NameToken<'s> {
    pub offset: usize,
    /// Zero-based.
    pub line: u32,
    /// Zero-based, in UTF-16 units.
    pub character: u32,
    pub text: &'s str,
    /// `name=` in a call.
    pub keyword: bool,
}

fn names(source: &str) -> Vec<NameToken<'_>> {
    let parsed = ruff_python_parser::parse_unchecked_source(source, PySourceType::Python);
    let lines = Lines::new(source);
    let mut keywords = Keywords(HashSet::new());
    keywords.visit_body(parsed.suite());
    let tokens = parsed
        .tokens()
        .iter()
        .filter(|token| token.kind() == TokenKind::Name);
    let names = tokens.map(|token| {
        let offset = token.start().to_usize();
        let (line, character) = lines.position(source, offset);
        NameToken {
            offset,
            line,
            character,
            text: &source[token.range().to_std_range()],
            keyword: keywords.0.contains(&offset),
        }
    });
    names.collect()
}

/// Where the names of keyword arguments begin.
struct Keywords(HashSet<usize>);

impl<'a> Visitor<'a> for Keywords {
    fn visit_keyword(&mut self, keyword: &'a Keyword) {
        if let Some(name) = &keyword.arg {
            self.0.insert(name.start().to_usize());
        }
        visitor::walk_keyword(self, keyword);
    }
}

/// One array a token: `[[declared…], [typed…]]`, each place as `path:line:character`, stubs marked with `~`.
fn about(client: &mut Client, file: &File) -> Result<Value, String> {
    let uri = uri(&file.path);
    client.open(&uri, &file.source)?;
    let names = names(&file.source);
    let mut all = Vec::new();
    for batch in names.chunks(BATCH) {
        let questions = batch.iter().flat_map(|name| {
            let params = json!({"textDocument": {"uri": uri}, "position": {"line": name.line, "character": name.character}});
            [("textDocument/declaration", params.clone()), ("textDocument/typeDefinition", params)]
        });
        let answers = client.requests(questions.collect())?;
        all.extend(
            answers
                .chunks(2)
                .map(|pair| Value::Array(pair.iter().map(|answer| places(answer, &uri)).collect())),
        );
    }
    client.notify(
        "textDocument/didClose",
        json!({"textDocument": {"uri": uri}}),
    )?;
    Ok(Value::Array(all))
}

fn places(answer: &Value, own: &str) -> Value {
    let one = std::slice::from_ref(answer);
    let places = answer
        .as_array()
        .map_or(one, Vec::as_slice)
        .iter()
        .filter_map(|place| {
            let uri = place.get("uri").or(place.get("targetUri"))?.as_str()?;
            let start = &place.get("range").or(place.get("targetSelectionRange"))?["start"];
            let (line, character) = (start["line"].as_u64()?, start["character"].as_u64()?);
            let path = match uri.split_once("/vendored/typeshed/") {
                Some((_, rest)) => format!("~{}", rest.split_once("/stdlib/")?.1),
                None if uri == own => String::new(),
                None => path(uri),
            };
            Some(Value::String(format!("{path}:{line}:{character}")))
        });
    Value::Array(places.collect())
}

fn answers(file: &File, raw: &Value) -> Vec<Answer> {
    let own = file.path.display().to_string();
    let locations = |value: &Value| -> Vec<Location> {
        let places = value.as_array().map_or(&[][..], Vec::as_slice);
        let located = places.iter().filter_map(|place| {
            let mut parts = place.as_str()?.rsplitn(3, ':');
            let (character, line, path) = (
                parts.next()?.parse().ok()?,
                parts.next()?.parse().ok()?,
                parts.next()?,
            );
            Some(match path.strip_prefix('~') {
                Some(stub) => Location {
                    stub: true,
                    path: stub.to_string(),
                    line,
                    character,
                },
                None => Location {
                    stub: false,
                    path: if path.is_empty() {
                        own.clone()
                    } else {
                        path.to_string()
                    },
                    line,
                    character,
                },
            })
        });
        located.collect()
    };
    let tokens = names(&file.source);
    let raw = raw.as_array().map_or(&[][..], Vec::as_slice);
    let answers = tokens.into_iter().zip(raw).map(|(name, raw)| Answer {
        offset: name.offset,
        text: name.text.to_string(),
        line: name.line,
        character: name.character,
        keyword: name.keyword,
        declared: locations(&raw[0]),
        typed: locations(&raw[1]),
    });
    answers.collect()
}

fn uri(path: &Path) -> String {
    let path = path.display().to_string().replace('\\', "/");
    let path: String = path
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"/-._~:+".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    if path.starts_with('/') {
        format!("file://{path}")
    } else {
        format!("file:///{path}")
    }
}

/// The path of a `file:` URI as this program writes it: only ever compared.
fn path(uri: &str) -> String {
    let encoded = uri.strip_prefix("file://").unwrap_or(uri).as_bytes();
    let mut bytes = Vec::new();
    let mut at = 0;
    while let Some(&byte) = encoded.get(at) {
        let escaped = encoded
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match escaped.filter(|_| byte == b'%') {
            Some(escaped) => {
                bytes.push(escaped);
                at += 3;
            }
            None => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Where lines begin; they end as the protocol says: at `\n`, `\r\n` and `\r`.
pub struct Lines(Vec<usize>);

impl Lines {
    pub fn new(source: &str) -> Lines {
        let bytes = source.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| {
            **byte == b'\n' || (**byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
        });
        Lines(
            std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
        )
    }

    /// Line and UTF-16 column of a byte.
    pub fn position(&self, source: &str, offset: usize) -> (u32, u32) {
        let line = self.0.partition_point(|start| *start <= offset) - 1;
        let before = source.get(self.0[line]..offset).unwrap_or_default();
        let character = if before.is_ascii() {
            before.len()
        } else {
            before.encode_utf16().count()
        };
        (line as u32, character as u32)
    }

    /// The byte at a line and UTF-16 column.
    pub fn offset(&self, source: &str, line: u32, character: u32) -> usize {
        let Some(start) = self.0.get(line as usize).copied() else {
            return source.len();
        };
        let mut units = 0;
        let rest = source.get(start..).unwrap_or_default();
        for (at, letter) in rest.char_indices() {
            if units >= character as usize {
                return start + at;
            }
            units += letter.len_utf16();
        }
        source.len()
    }
}
