//! Banks from where they lie: the built-in one, and the user's folders and files.
//!
//! The only file of this layer that reads the disk. What cannot be read becomes a warning that says what to do; the rest loads.

use super::{Bank, Origin, Parsed, Root, Warning, parse};
use crate::text;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

mod builtin {
    include!(concat!(env!("OUT_DIR"), "/builtin.rs"));
}

/// A Markdown file larger than this (in bytes) is no bank that a person wrote.
const MAX_FILE: u64 = 64 * 1024 * 1024;
/// Folders deeper than this are not searched.
const MAX_DEPTH: usize = 16;

/// What to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// Folders and files of the user, as absolute paths or relative to the working directory.
    pub paths: Vec<PathBuf>,
    pub builtin: bool,
}

impl Bank {
    /// Loads all sources, the user's own first. Always gives a bank; what went wrong is in its warnings.
    pub fn load(sources: &Sources) -> Bank {
        let mut bank = Bank::default();
        for path in &sources.paths {
            let before = bank.documents.len();
            let name = path.display().to_string();
            for file in markdown_files(path, &mut bank.warnings) {
                match read(&file) {
                    Ok(text) => {
                        let parsed = parse(&text);
                        bank.add(Origin::File(file), text, parsed);
                    }
                    Err(message) => bank.warnings.push(Warning {
                        file: file.display().to_string(),
                        line: None,
                        message,
                    }),
                }
            }
            bank.roots.push(Root {
                name,
                documents: before..bank.documents.len(),
            });
        }
        if sources.builtin {
            let before = bank.documents.len();
            for ((name, text), parsed) in builtin::DOCUMENTS.iter().zip(parse_builtin()) {
                bank.add(Origin::Builtin(name), Arc::from(*text), parsed);
            }
            bank.roots.push(Root {
                name: "builtin".to_string(),
                documents: before..bank.documents.len(),
            });
        }
        bank.rank();
        bank
    }
}

/// The built-in documents, parsed in two halves side by side: the first card waits for them. More threads would hold more
/// parsers' memory at once than they save time.
fn parse_builtin() -> Vec<Parsed> {
    let half = builtin::DOCUMENTS.len().div_ceil(2).max(1);
    std::thread::scope(|scope| {
        let parse_all = |half: &[(&str, &str)]| half.iter().map(|(_, text)| parse(text)).collect();
        let halves = builtin::DOCUMENTS.chunks(half);
        let parsing: Vec<_> = halves
            .map(|half| scope.spawn(move || parse_all(half)))
            .collect();
        let parsed = parsing.into_iter().flat_map(|thread| -> Vec<Parsed> {
            // What cannot be parsed would be documents without questions, which a test forbids.
            thread.join().unwrap_or_default()
        });
        parsed.collect()
    })
}

/// A path from a setting: `~` is the home folder, `${workspaceFolder}` the workspace, relative paths start there.
///
/// # Errors
/// Says what is missing where a placeholder has no value.
pub fn expand(
    path: &str,
    home: Option<&Path>,
    workspace: Option<&Path>,
) -> Result<PathBuf, String> {
    let mut path = path.trim().to_string();
    if path.is_empty() {
        return Err("the path is empty".to_string());
    }
    if path.contains("${workspaceFolder}") {
        let Some(workspace) = workspace else {
            return Err(format!(
                "`{path}`: no folder is open, so ${{workspaceFolder}} means nothing"
            ));
        };
        path = path.replace("${workspaceFolder}", &workspace.display().to_string());
    }
    if path == "~" || path.starts_with("~/") || path.starts_with("~\\") {
        let Some(home) = home else {
            return Err(format!("`{path}`: the home folder is not known"));
        };
        return Ok(home.join(path[1..].trim_start_matches(['/', '\\'])));
    }
    let path = PathBuf::from(path);
    match workspace {
        Some(workspace) if path.is_relative() => Ok(workspace.join(path)),
        _ => Ok(path),
    }
}

/// The file itself, or the Markdown and HTML files below a folder, sorted; hidden folders and `node_modules` are passed over.
fn markdown_files(path: &Path, warnings: &mut Vec<Warning>) -> Vec<PathBuf> {
    let mut warn = |message: String| {
        warnings.push(Warning {
            file: path.display().to_string(),
            line: None,
            message,
        });
    };
    match fs::metadata(path) {
        Err(error) => {
            warn(format!(
                "cannot read this bank: {}; check the path in `interview.banks`",
                reason(&error)
            ));
            Vec::new()
        }
        Ok(meta) if meta.is_dir() => {
            let mut files = Vec::new();
            let mut seen = HashSet::new();
            walk(path, 0, &mut seen, &mut files, &mut warn);
            if files.is_empty() {
                warn("no Markdown files (*.md) and no HTML in this folder".to_string());
            }
            files.sort();
            files
        }
        Ok(_) => vec![path.to_path_buf()],
    }
}

fn walk(
    folder: &Path,
    depth: usize,
    seen: &mut HashSet<PathBuf>,
    files: &mut Vec<PathBuf>,
    warn: &mut impl FnMut(String),
) {
    // A link to a folder above it would go round for ever.
    let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    if !seen.insert(real) {
        return;
    }
    if depth > MAX_DEPTH {
        warn(format!(
            "{} is more than {MAX_DEPTH} folders deep and is left out",
            folder.display()
        ));
        return;
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            warn(format!(
                "cannot read the folder {}: {}",
                folder.display(),
                reason(&error)
            ));
            return;
        }
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || name == "node_modules" {
            continue;
        }
        // metadata follows links, so that a linked file or folder counts as what it points at.
        match fs::metadata(&path) {
            Ok(meta) if meta.is_dir() => walk(&path, depth + 1, seen, files, warn),
            Ok(meta) if meta.is_file() && is_markdown(&path) => files.push(path),
            Ok(_) => {}
            Err(error) if is_markdown(&path) => {
                warn(format!(
                    "cannot read {}: {}",
                    path.display(),
                    reason(&error)
                ));
            }
            Err(_) => {}
        }
    }
}

fn is_markdown(path: &Path) -> bool {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    let known = ["md", "markdown", "html", "htm"];
    known
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

fn read(path: &Path) -> Result<Arc<str>, String> {
    let meta = fs::metadata(path).map_err(|e| format!("cannot read: {}", reason(&e)))?;
    if meta.len() > MAX_FILE {
        let (size, limit) = (meta.len() >> 20, MAX_FILE >> 20);
        return Err(format!(
            "left out: {size} MiB, and a bank's file may have {limit} MiB"
        ));
    }
    let bytes = fs::read(path).map_err(|e| format!("cannot read: {}", reason(&e)))?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err("left out: this file is UTF-16; save it as UTF-8".to_string());
    }
    text::from_utf8(bytes)
        .map(Arc::from)
        .map_err(|line| format!("left out: not UTF-8 (line {line}); save it as UTF-8"))
}

/// The system's word for an error, in plain English for the common ones.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_string(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_string(),
        _ => error.to_string(),
    }
}
