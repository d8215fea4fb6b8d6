//! The layers and the rules of the code, held by reading it.

use std::path::{Path, PathBuf};

/// A source file of the server: its path below `server/src` and its text without tests.
struct Source {
    name: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 20, "{files:?}");
    let sources = files.iter().map(|path| {
        let text = std::fs::read_to_string(path).expect("a source file");
        let name = path
            .strip_prefix(&root)
            .expect("below the root")
            .to_string_lossy()
            .replace('\\', "/");
        Source {
            name,
            code: without_tests(&text),
        }
    });
    let mut sources: Vec<Source> = sources.collect();
    // Files that hold tests only: their module is declared under `#[cfg(test)]`.
    let declared: Vec<String> = sources
        .iter()
        .flat_map(|s| test_modules(&root, &s.name))
        .collect();
    sources.retain(|s| !declared.contains(&s.name));
    sources
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// The code without comments, test modules that are files of their own, and the tests at the end.
fn without_tests(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]" {
            while lines.next_if(|line| line.starts_with("#[")).is_some() {
                code.push('\n');
            }
            // `mod tests {` ends the file.
            if lines.next_if(|line| line.ends_with(';')).is_none() {
                break;
            }
            code.push('\n');
        } else if !line.starts_with("//") {
            code += line.split_once(" // ").map_or(line, |(code, _)| code);
        }
        code.push('\n');
    }
    code
}

/// The files that a file declares as test modules: `#[cfg(test)]`, perhaps `#[path = "x.rs"]`, `mod x;`.
fn test_modules(root: &Path, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root.join(name)).expect("a source file");
    let folder = name
        .rsplit_once('/')
        .map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut found = Vec::new();
    for (i, _) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| **line == "#[cfg(test)]")
    {
        let path = lines[i..]
            .iter()
            .take(3)
            .find_map(|l| l.strip_prefix("#[path = \"")?.strip_suffix("\"]"));
        let module = lines[i..]
            .iter()
            .take(3)
            .find_map(|l| l.strip_prefix("mod ")?.strip_suffix(';'));
        found.extend(path.map(|path| format!("{folder}{path}")));
        found.extend(module.map(|module| format!("{folder}{module}.rs")));
    }
    found
}

/// The lines of code that hold `word`, outside the files that may.
fn uses(word: &str, allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources() {
        if allowed.iter().any(|a| source.name.starts_with(a)) {
            continue;
        }
        let lines = source
            .code
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains(word));
        found.extend(
            lines.map(|(n, line)| format!("server/src/{}:{}: {}", source.name, n + 1, line.trim())),
        );
    }
    found
}

fn assert_none(found: Vec<String>, why: &str) {
    assert!(found.is_empty(), "{why}:\n{}", found.join("\n"));
}

#[test]
fn the_protocol_stays_in_its_layer() {
    for word in ["tower_lsp", "tower_service", "tokio", "jsonrpc", "ls_types"] {
        assert_none(
            uses(word, &["lsp/"]),
            &format!("{word} is for server/src/lsp alone"),
        );
    }
}

#[test]
fn protocol_types_enter_through_one_file() {
    for word in ["tower_lsp::ls_types", "tower_lsp::jsonrpc"] {
        assert_none(
            uses(word, &["lsp/proto.rs"]),
            "types of the protocol come from lsp/proto.rs",
        );
    }
}

/// The commonest crash of servers in Rust is a column taken for an offset.
#[test]
fn one_file_reads_columns() {
    assert_none(
        uses(".character", &["lsp/convert.rs"]),
        "positions are converted in lsp/convert.rs",
    );
}

#[test]
fn lower_layers_know_nothing_of_the_upper_ones() {
    let forbidden = [
        (
            "text/",
            &[
                "crate::lsp",
                "crate::cli",
                "crate::features",
                "crate::bank",
                "crate::python",
                "crate::settings",
            ][..],
        ),
        (
            "bank/",
            &[
                "crate::lsp",
                "crate::cli",
                "crate::features",
                // What a name is called is knowledge they share; what stands in a source is not.
                "python::analyse",
                "crate::settings",
            ],
        ),
        (
            "python/",
            &[
                "crate::lsp",
                "crate::cli",
                "crate::features",
                "crate::bank",
                "crate::settings",
            ],
        ),
        ("features/", &["crate::lsp", "crate::cli"]),
        ("lsp/", &["crate::cli"]),
    ];
    // What an example in a bank is about is known from its code, in one file.
    let excepted = ("bank/foreign/infer.rs", "python::analyse");
    for source in sources() {
        for (layer, words) in forbidden {
            let wrong = words.iter().find(|word| {
                source.name.starts_with(layer)
                    && source.code.contains(**word)
                    && (source.name.as_str(), **word) != excepted
            });
            assert_eq!(
                wrong, None,
                "server/src/{} knows a layer above it",
                source.name
            );
        }
    }
}

#[test]
fn only_the_command_line_prints() {
    for word in ["println!", "print!(", "dbg!(", "stdout()"] {
        assert_none(
            uses(word, &["cli/", "lsp/mod.rs"]),
            "standard output is the protocol's, standard error is shown to users",
        );
    }
    // The server's one line on standard error: it could not start.
    let printed: Vec<String> = uses("print", &["cli/"])
        .into_iter()
        .filter(|line| line.contains("print!(") || line.contains("println!("))
        .collect();
    assert_eq!(printed.len(), 1, "{printed:?}");
}

/// What came from outside must not end the server.
#[test]
fn nothing_panics_on_purpose() {
    for word in [
        ".unwrap()",
        ".expect(",
        "panic!(",
        "todo!(",
        "unimplemented!(",
        "unreachable!(",
    ] {
        assert_none(uses(word, &[]), "say what went wrong, or give a default");
    }
}

#[test]
fn no_test_is_switched_off_and_nothing_sleeps() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests");
    let mut files = Vec::new();
    for folder in [tests, Path::new(env!("CARGO_MANIFEST_DIR")).join("src")] {
        collect(&folder, &mut files);
    }
    // Put together, so that this file is not found.
    let (ignore, sleep) = (["#[", "ignore"].concat(), ["thread::", "sleep"].concat());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source file");
        for word in [&ignore, &sleep] {
            assert!(
                !text.contains(word.as_str()),
                "{word} in {}",
                file.display()
            );
        }
    }
}
