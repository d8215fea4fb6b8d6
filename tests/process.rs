//! The real binary: a server whose standard output is protocol and nothing else, and the command line.

use crate::client::{QUESTION_KEYS, capable, fixture, frame, place, unframe};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_interview-lsp");
const URI: &str = "file:///w/a.py";

/// The binary with an environment of its own: no language, no home of the user's.
fn binary(home: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command
        .env_clear()
        .env("HOME", home)
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("NO_COLOR", "1");
    // Windows finds no cache folder without these.
    for name in ["SystemRoot", "LLVM_PROFILE_FILE"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the binary and returns its exit code, standard output and standard error.
fn run_in(home: &Path, arguments: &[&str]) -> (i32, String, String) {
    said(
        binary(home)
            .args(arguments)
            .output()
            .expect("the binary runs"),
    )
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    run_in(tempfile::tempdir().expect("a folder").path(), arguments)
}

fn said(output: Output) -> (i32, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code().expect("an exit code"),
        text(output.stdout),
        text(output.stderr),
    )
}

fn json_of(arguments: &[&str]) -> Value {
    let (code, out, err) = run(arguments);
    assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&out).unwrap_or_else(|e| panic!("{arguments:?}: {e}\n{out}"))
}

fn request(id: i64, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

fn notification(method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params})
}

/// Everything that a program writes to standard error until it ends.
fn stderr_of(child: &mut Child) -> String {
    let mut err = String::new();
    let mut pipe = child.stderr.take().expect("a pipe");
    pipe.read_to_string(&mut err).expect("it can be read");
    err
}

/// Speaks to the binary, each request answered before the next message; the pipe stays open if `hold`. Returns its exit code
/// and every message that it wrote.
fn speak(command: &mut Command, messages: &[Value], hold: bool) -> (i32, Vec<Value>) {
    let mut child = command
        .stdin(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut input = child.stdin.take().expect("a pipe");
    let mut output = child.stdout.take().expect("a pipe");
    let (mut bytes, mut said) = (Vec::new(), Vec::new());
    let mut read_until = |id: Option<&Value>, said: &mut Vec<Value>| {
        while id.is_none_or(|id| said.iter().all(|m: &Value| m["id"] != *id)) {
            let mut chunk = [0; 4096];
            let read = output.read(&mut chunk).expect("it can be read");
            bytes.extend_from_slice(&chunk[..read]);
            while let Some((message, length)) = unframe(&bytes) {
                said.push(message);
                bytes.drain(..length);
            }
            if read == 0 {
                assert!(
                    bytes.is_empty(),
                    "not protocol: {}",
                    String::from_utf8_lossy(&bytes)
                );
                return;
            }
        }
    };
    for message in messages {
        input
            .write_all(&frame(&message.to_string()))
            .expect("it reads");
        if let Some(id) = message.get("id") {
            read_until(Some(id), &mut said);
        }
    }
    let held = hold.then_some(input);
    read_until(None, &mut said);
    drop(held);
    let err = stderr_of(&mut child);
    assert_eq!(err, "", "editors show every line of standard error");
    (
        child.wait().expect("it ends").code().expect("an exit code"),
        said,
    )
}

fn serve(command: &mut Command, messages: &[Value]) -> (i32, Vec<Value>) {
    speak(command, messages, false)
}

fn session(locale: Value) -> Vec<Value> {
    let mut params = capable();
    params["locale"] = locale;
    let document = json!({"uri": URI, "languageId": "python", "version": 1, "text": "import gc\ngc.collect()\n"});
    vec![
        request(1, "initialize", params),
        notification("initialized", json!({})),
        notification("textDocument/didOpen", json!({"textDocument": document})),
        request(2, "textDocument/hover", place(URI, 1, 5)),
        request(3, "shutdown", Value::Null),
        notification("exit", Value::Null),
    ]
}

#[test]
fn a_session_is_protocol_only_and_ends_with_0() {
    let home = tempfile::tempdir().expect("a folder");
    for arguments in [&["serve"][..], &["serve", "--stdio"], &["--stdio"], &[]] {
        let (code, said) = serve(binary(home.path()).args(arguments), &session(json!("en")));
        assert_eq!(code, 0, "{arguments:?}");
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[1].to_string().contains("gc.collect"), "{}", said[1]);
    }
}

#[test]
fn without_a_shutdown_the_exit_code_is_1() {
    let home = tempfile::tempdir().expect("a folder");
    let messages = session(json!("en"));
    let without: Vec<Value> = messages
        .iter()
        .filter(|m| m["method"] != "shutdown")
        .cloned()
        .collect();
    assert_eq!(serve(binary(home.path()).arg("serve"), &without).0, 1);
    assert_eq!(
        serve(binary(home.path()).arg("serve"), &messages[..4]).0,
        1,
        "the client went away"
    );
    assert_eq!(
        serve(binary(home.path()).arg("serve"), &messages[5..]).0,
        1,
        "exit is all it heard"
    );
    assert_eq!(serve(binary(home.path()).arg("serve"), &[]).0, 1);
    assert_eq!(
        serve(binary(home.path()).arg("serve"), &messages[..5]).0,
        0,
        "shut down, then the pipe closed"
    );
}

/// The server ends at `exit` though its input stays open.
#[test]
fn exit_ends_it_while_the_pipe_is_open() {
    let home = tempfile::tempdir().expect("a folder");
    let (code, said) = speak(
        binary(home.path()).arg("serve"),
        &session(json!("en")),
        true,
    );
    assert_eq!((code, said.len()), (0, 3));
}

#[test]
fn without_a_locale_the_language_is_that_of_the_environment() {
    let home = tempfile::tempdir().expect("a folder");
    for (variables, russian) in [
        (&[("LANG", "ru_RU.UTF-8")][..], true),
        (&[("LANG", "de_DE.UTF-8")], false),
        (&[("LANG", "C")], false),
        (&[], false),
        (&[("LANG", "ru_RU.UTF-8"), ("LC_ALL", "en_US.UTF-8")], false),
        (
            &[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "ru_RU.UTF-8")],
            true,
        ),
    ] {
        for locale in [Value::Null, json!("fr")] {
            let (_, said) = serve(
                binary(home.path()).envs(variables.iter().copied()),
                &session(locale),
            );
            let cyrillic = said[1].to_string().contains('и');
            assert_eq!(cyrillic, russian, "{variables:?}");
        }
        let (_, out, _) = said(
            binary(home.path())
                .envs(variables.iter().copied())
                .args(["show", "gil"])
                .output()
                .expect("it runs"),
        );
        assert_eq!(out.contains('и'), russian, "{variables:?}");
    }
    // What the client says is stronger.
    let (_, said) = serve(
        binary(home.path()).env("LANG", "ru_RU.UTF-8"),
        &session(json!("en")),
    );
    assert!(!said[1].to_string().contains('и'));
}

/// For clients that have no settings of their own to send.
#[test]
fn the_server_takes_language_and_bank_from_the_command_line() {
    let home = tempfile::tempdir().expect("a folder");
    let bank = fixture("bank");
    let arguments = ["serve", "--lang", "ru", "--bank", &bank, "--no-builtin"];
    let mut messages = session(Value::Null);
    let status = json!({"command": "interview-lsp.status", "arguments": []});
    messages[3] = request(2, "workspace/executeCommand", status);
    let (code, said) = serve(binary(home.path()).args(arguments), &messages);
    assert_eq!(code, 0);
    let answer = said.iter().find(|m| m["id"] == 2).expect("an answer");
    assert_eq!(answer["result"]["locale"], "ru");
    let banks = answer["result"]["banks"].as_array().expect("a list");
    assert_eq!(banks.len(), 1, "{answer}");
    assert_eq!(banks[0]["path"], bank);
    assert!(answer["result"]["questions"].as_u64() > Some(0), "{answer}");
}

#[cfg(unix)]
#[test]
fn a_cache_copy_that_was_changed_is_written_anew() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().expect("a folder");
    let mut messages = session(json!("en"));
    messages[3] = request(
        2,
        "workspace/executeCommand",
        json!({"command": "interview-lsp.question", "arguments": ["gil"]}),
    );
    let open = || {
        let (_, said) = serve(binary(home.path()).arg("serve"), &messages);
        let uri = said[1]["result"]["uri"]
            .as_str()
            .unwrap_or_else(|| panic!("{}", said[1]))
            .to_string();
        uri.strip_prefix("file://").expect("a file URI").to_string()
    };
    let path = open();
    let whole = std::fs::read(&path).expect("the document is there");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).expect("it is ours");
    std::fs::write(&path, &whole[..100]).expect("it is ours");
    assert_eq!(open(), path);
    assert_eq!(std::fs::read(&path).expect("the document is there"), whole);
    assert!(
        std::fs::metadata(&path)
            .expect("it is there")
            .permissions()
            .readonly()
    );
    let folder = Path::new(&path).parent().expect("a folder");
    assert_eq!(
        std::fs::read_dir(folder).expect("a folder").count(),
        1,
        "nothing is left over"
    );
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let home = tempfile::tempdir().expect("a folder");
    std::fs::write(
        home.path().join("cache"),
        "a file where the folder should be",
    )
    .expect("a file");
    let mut messages = session(json!("en"));
    messages[3] = request(
        2,
        "workspace/executeCommand",
        json!({"command": "interview-lsp.open", "arguments": ["gil"]}),
    );
    let (code, said) = serve(binary(home.path()).arg("serve"), &messages);
    let error = said[1]["error"]["message"].as_str().unwrap_or_default();
    assert!(
        error.contains("cannot write") && error.contains("cache"),
        "{}",
        said[1]
    );
    assert_eq!(code, 0);
}

// The command line.

#[test]
fn version_and_help_are_fine_and_wrong_words_are_not() {
    assert_eq!(
        run(&["--version"]),
        (
            0,
            format!("interview-lsp {}\n", env!("CARGO_PKG_VERSION")),
            String::new()
        )
    );
    let (code, out, err) = run(&["--help"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for command in [
        "serve",
        "explain",
        "constructs",
        "questions",
        "search",
        "show",
        "doctor",
    ] {
        assert!(out.contains(command), "{command}");
    }
    for (arguments, part) in [
        (&["expalin", "x.py"][..], "expalin"),
        (&["explain"], "FILE"),
        (&["show"], "<ID>"),
        (&["search"], "QUERY"),
        (&["search", "gil", "--limit", "many"], "many"),
        (&["questions", "--format", "yaml"], "yaml"),
        (&["questions", "--lang", "de"], "de"),
        (&["serve", "--port"], "--port"),
    ] {
        let (code, out, err) = run(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(part), "{arguments:?}: {err}");
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

fn assert_question(question: &Value) {
    assert_eq!(keys(question), QUESTION_KEYS);
    for key in ["answer", "file", "id", "lang", "level", "question"] {
        assert!(question[key].is_string(), "{key}: {question}");
    }
    assert!(question["line"].as_u64() > Some(0), "{question}");
    let constructs = question["constructs"].as_array().expect("a list");
    assert!(constructs.iter().all(Value::is_string), "{question}");
    assert!(
        ["junior", "junior+", "middle"].contains(&question["level"].as_str().unwrap_or_default()),
        "{question}"
    );
}

#[test]
fn questions_and_search_print_the_same_objects() {
    let all = json_of(&["questions", "--format", "json"]);
    let all = all.as_array().expect("a list");
    all.iter().for_each(assert_question);
    for lang in ["en", "ru"] {
        assert!(
            all.iter().filter(|q| q["lang"] == lang).count() >= 45,
            "{lang}"
        );
    }
    let document = std::fs::read_to_string(format!(
        "{}/../content/en/memory_async.md",
        env!("CARGO_MANIFEST_DIR")
    ));
    let document = document.expect("the document");
    let gil = all
        .iter()
        .find(|q| q["id"] == "gil" && q["lang"] == "en")
        .expect("a question on the GIL");
    let line = gil["line"].as_u64().expect("a line") as usize;
    assert_eq!(
        document.lines().nth(line - 1),
        Some(format!("### {}", gil["question"].as_str().unwrap_or_default()).as_str())
    );
    assert_eq!(gil["file"], "builtin/en/memory_async.md");
    let found = json_of(&[
        "search", "gil", "--limit", "2", "--format", "json", "--lang", "en",
    ]);
    assert_eq!(found[0], *gil);
    assert_eq!(found.as_array().map(Vec::len), Some(2));
    let found = json_of(&["search", "гонка", "--format", "json", "--lang", "en"]);
    assert_eq!(
        found[0]["lang"], "ru",
        "where only the Russian text matches, that is shown"
    );
    let (code, out, err) = run(&["search", "zzzzqqqq"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("zzzzqqqq"), "{err}");
    assert_eq!(
        run(&["search", "zzzzqqqq", "--format", "json"]).1.trim(),
        "[]"
    );
}

#[test]
fn constructs_lists_names_kinds_and_questions() {
    let all = json_of(&["constructs", "--format", "json"]);
    let all = all.as_array().expect("a list");
    let mut names = Vec::new();
    for entry in all {
        assert_eq!(keys(entry), ["construct", "kind", "questions"]);
        assert!(
            ["syntax", "symbol", "trap"].contains(&entry["kind"].as_str().unwrap_or_default()),
            "{entry}"
        );
        assert!(
            entry["questions"]
                .as_array()
                .is_some_and(|ids| ids.iter().all(Value::is_string)),
            "{entry}"
        );
        names.push(entry["construct"].as_str().expect("a name"));
    }
    for name in interview_lsp::python::SYNTAX
        .iter()
        .chain(interview_lsp::python::TRAPS)
    {
        assert_eq!(names.iter().filter(|n| *n == name).count(), 1, "{name}");
    }
    let lock = all
        .iter()
        .find(|e| e["construct"] == "threading.Lock")
        .expect("threading.Lock");
    assert_eq!(lock["kind"], "symbol");
    assert!(!lock["questions"].as_array().expect("a list").is_empty());
}

#[test]
fn path_lists_the_questions_in_the_order_to_learn_them() {
    let (code, out, err) = run(&["path", "--lang", "ru"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let order = [
        "Основы (basics)",
        "Память (memory)",
        "Повторение (revision)",
    ];
    let places: Vec<Option<usize>> = order.iter().map(|title| out.find(title)).collect();
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{out}"
    );
    let stages = json_of(&["path", "memory", "--format", "json", "--lang", "en"]);
    assert_eq!(stages.as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&stages[0]["stage"], &stages[0]["title"]),
        (&json!("memory"), &json!("Memory"))
    );
    let questions = stages[0]["questions"].as_array().expect("a list");
    assert!(questions.len() > 20);
    questions.iter().for_each(assert_question);
    let (code, out, err) = run(&["path", "nowhere"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.contains("`nowhere`") && err.contains("basics, memory"),
        "{err}"
    );
    for format in ["text", "json"] {
        let (code, out, err) = run(&["--no-builtin", "path", "--format", format]);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("--no-builtin"), "{err}");
    }
}

#[test]
fn show_prints_a_question_in_either_language_or_suggests_one() {
    let (code, english, err) = run(&["show", "gil", "--lang", "en"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        english.starts_with("### ") && english.contains("id: gil;"),
        "{english}"
    );
    let (_, russian, _) = run(&["--lang", "ru", "show", "gil"]);
    assert!(russian.contains('и') && russian.contains("id: gil;"));
    let (code, out, err) = run(&["show", "stack-heap"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        err.contains("`stack-heap`")
            && err.contains("did you mean")
            && err.contains("stack-vs-heap"),
        "{err}"
    );
    let (code, _, err) = run(&["show", "zzzzqqqq"]);
    assert_eq!(code, 1);
    assert!(err.contains("interview-lsp questions"), "{err}");
}

#[test]
fn explain_prints_json_lines_of_one_object_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(
        at("a.py"),
        "import gc\ns = '🐍'; gc.collect()\r\nunknown = 1\n",
    )
    .expect("a file");
    std::fs::write(at("b.py"), "").expect("a file");
    let (code, out, err) = run(&[
        "explain",
        &at("a.py"),
        &at("b.py"),
        "--format",
        "json",
        "--lang",
        "en",
    ]);
    assert_eq!((code, err.as_str()), (0, ""));
    let lines: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1], json!({"file": at("b.py"), "constructs": []}));
    assert_eq!(keys(&lines[0]), ["constructs", "file"]);
    let constructs = lines[0]["constructs"].as_array().expect("a list");
    let mut last = (0, 0);
    for construct in constructs {
        assert_eq!(keys(construct), ["construct", "kind", "questions", "range"]);
        assert_eq!(keys(&construct["range"]), ["end", "start"]);
        assert_eq!(keys(&construct["range"]["start"]), ["character", "line"]);
        let start = &construct["range"]["start"];
        let start = (
            start["line"].as_u64().expect("a line"),
            start["character"].as_u64().expect("a column"),
        );
        assert!(last <= start, "in order: {constructs:?}");
        last = start;
    }
    let collect = constructs
        .iter()
        .find(|c| c["construct"] == "gc.collect")
        .expect("gc.collect");
    assert_eq!(collect["kind"], "symbol");
    assert_eq!(
        collect["range"],
        json!({"start": {"line": 1, "character": 13}, "end": {"line": 1, "character": 20}}),
        "UTF-16, from 0"
    );
    assert!(
        collect["questions"]
            .as_array()
            .is_some_and(|ids| !ids.is_empty())
    );
    // A symbol without a question of its own has those of its class or module.
    std::fs::write(at("c.py"), "import gc\ngc.get_threshold()\n").expect("a file");
    let bank = fixture("bank");
    let all = json_of(&[
        "explain",
        &at("c.py"),
        "--format",
        "json",
        "--no-builtin",
        "--bank",
        &bank,
    ]);
    let gc = |name: &str| {
        all["constructs"]
            .as_array()
            .expect("a list")
            .iter()
            .find(|c| c["construct"] == name)
            .cloned()
    };
    let threshold = gc("gc.get_threshold").expect("gc.get_threshold");
    assert_eq!(threshold["questions"], json!(["gc-collect"]));
}

/// The constructs whose cards `explain` prints, from the lines `FILE:LINE:COLUMN  CONSTRUCT`.
fn headings(out: &str) -> Vec<&str> {
    let pairs = out.lines().filter_map(|line| line.split_once("  "));
    let of_cards = pairs.filter(|(place, _)| {
        place
            .rsplit(':')
            .next()
            .is_some_and(|n| n.parse::<u32>().is_ok())
    });
    of_cards.map(|(_, construct)| construct).collect()
}

#[test]
fn explain_takes_a_place_and_file_names_with_colons() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let code = "import threading\nimport gc\nasync def f(): threading.Lock()\n";
    let bank = fixture("bank");
    let mut names = vec!["a.py"];
    if cfg!(unix) {
        names.extend(["a:3.py", "b.py:3", "c.py:3:4"]);
    }
    for name in names {
        std::fs::write(at(name), code).expect("a file");
        let explain = |suffix: &str| {
            let place = format!("{}{suffix}", at(name));
            run(&[
                "explain",
                &place,
                "--lang",
                "en",
                "--no-builtin",
                "--bank",
                &bank,
            ])
        };
        let (exit, whole, err) = explain("");
        assert_eq!((exit, err.as_str()), (0, ""), "{name}");
        assert_eq!(
            headings(&whole),
            ["gc", "async def", "threading.Lock"],
            "{name}"
        );
        for (suffix, expected) in [
            (":2", &["gc"][..]),
            (":3", &["async def", "threading.Lock"]),
            (":3:1", &["async def"]),
            (":3:28", &["threading.Lock"]),
        ] {
            let (exit, out, err) = explain(suffix);
            assert_eq!((exit, err.as_str()), (0, ""), "{name}{suffix}");
            assert_eq!(headings(&out), expected, "{name}{suffix}");
        }
        for (suffix, part) in [(":9", "no line 9"), (":9:1", "no line 9")] {
            let (exit, out, err) = explain(suffix);
            assert_eq!((exit, out.as_str()), (2, ""), "{name}{suffix}");
            assert!(err.contains(part), "{name}{suffix}: {err}");
        }
        for suffix in [":0", ":x"] {
            let (exit, out, err) = explain(suffix);
            assert_eq!((exit, out.as_str()), (2, ""), "{name}{suffix}");
            assert!(err.contains("is no line"), "{name}{suffix}: {err}");
        }
    }
}

/// The card at a place is the hover's: about the trap, headed by the name in the code.
#[test]
fn explain_shows_the_card_of_the_hover_at_a_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.py").display().to_string();
    let code = "from threading import Lock as L\nlock = L()\nlock.acquire()\nother = L()\ntaken = other.acquire()\n";
    std::fs::write(&file, code).expect("a file");
    for (place, heading) in [
        ("3:6", "threading.Lock.acquire · lock without with"),
        ("5:15", "threading.Lock.acquire"),
        ("2:1", "threading.Lock"),
    ] {
        let (exit, out, err) = run(&["explain", &format!("{file}:{place}"), "--lang", "en"]);
        assert_eq!((exit, err.as_str()), (0, ""));
        let lines: Vec<&str> = out.lines().collect();
        assert!(lines[0].ends_with(&format!("  {heading}")), "{out}");
        assert_eq!(lines[1], format!("Interview · {heading}"), "{out}");
    }
}

#[test]
fn explain_names_what_it_cannot_read_and_goes_on_with_the_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(at("latin.py"), b"x = 1\n# caf\xe9\n").expect("a file");
    std::fs::write(at("good.py"), "import gc\ngc.collect()\n").expect("a file");
    std::fs::write(at("plain.py"), "\n\n").expect("a file");
    for (name, part) in [
        ("missing.py", "missing.py"),
        ("latin.py", "latin.py:2: not UTF-8"),
        ("", "is a folder"),
    ] {
        let (code, out, err) = run(&["explain", &at(name), &at("good.py"), "--lang", "en"]);
        assert_eq!(code, 2, "{name}");
        assert!(err.contains(part), "{name}: {err}");
        assert!(headings(&out).contains(&"gc"), "{name}: {out}");
    }
    let (code, out, err) = run(&["explain", &at("plain.py")]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("nothing to explain"), "{err}");
}

#[test]
fn a_bank_of_ones_own_is_listed_and_a_broken_one_is_a_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::create_dir(at("good")).expect("a folder");
    std::fs::create_dir(at("empty")).expect("a folder");
    std::fs::write(at("good/q.md"), "### Who?\n\nMe.\n").expect("a file");
    std::fs::write(at("bad.md"), b"### \xff\n").expect("a file");
    let questions = json_of(&["questions", &at("good"), "--format", "json"]);
    assert_eq!(questions.as_array().map(Vec::len), Some(1));
    assert_question(&questions[0]);
    assert_eq!(
        (&questions[0]["id"], &questions[0]["file"]),
        (&json!("who"), &json!(at("good/q.md")))
    );
    for (name, part) in [
        ("missing", "no such file or folder"),
        ("empty", "no Markdown files"),
        ("bad.md", "not UTF-8 (line 1)"),
    ] {
        let (code, out, err) = run(&["questions", &at(name)]);
        assert_eq!((code, out.as_str()), (1, ""), "{name}");
        assert!(
            err.contains(part) && err.contains(&at(name)),
            "{name}: {err}"
        );
    }
    let (code, out, _) = run(&["show", "who", "--bank", &at("good"), "--no-builtin"]);
    assert_eq!((code, out.as_str()), (0, "### Who?\n\nMe.\n"));
}

#[test]
fn doctor_tells_what_a_bug_report_needs() {
    let (code, out, err) = run(&["doctor", "--lang", "ru"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for part in [
        env!("CARGO_PKG_VERSION"),
        BINARY,
        "cache",
        "language  ru",
        "builtin: ",
        "(en, ru)",
        "interview.hover.maxLines = 12",
        "Neovim",
        "VS Code",
        "Helix",
        "warnings  none",
    ] {
        assert!(out.contains(part), "{part} in\n{out}");
    }
    let (code, out, _) = run(&["doctor", "--bank", "/no/such/bank"]);
    assert_eq!(code, 0);
    assert!(
        out.contains("warnings  1") && out.contains("/no/such/bank: cannot read this bank"),
        "{out}"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = tempfile::tempdir().expect("a folder");
    for arguments in [
        &["questions", "--format", "json"][..],
        &["constructs"],
        &["questions"],
        &["--help"],
        &["doctor"],
    ] {
        let mut child = binary(home.path())
            .args(arguments)
            .spawn()
            .expect("the binary runs");
        drop(child.stdout.take());
        let err = stderr_of(&mut child);
        assert_eq!(
            (child.wait().expect("it ends").code(), err.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn check_is_content_with_the_built_in_bank() {
    let found = json_of_check(&[]);
    assert_eq!(found, (0, json!([])));
}

fn json_of_check(arguments: &[&str]) -> (i32, Value) {
    let (code, out, _) = run(&[&["check", "--format", "json"], arguments].concat());
    let value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}"));
    (code, value)
}

#[test]
fn check_finds_what_is_wrong_in_a_bank_and_says_it_in_three_formats() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a b.md");
    let text =
        "# B\n## Зачем?\n<!-- id: a; constructs: threading.Lokc; see: deadlock -->\n\nIt is.\n";
    std::fs::write(&file, text).expect("written");
    let path = folder.path().display().to_string();
    let (code, found) = json_of_check(&[&path]);
    assert_eq!(
        (code, found.as_array().map(Vec::len)),
        (1, Some(1)),
        "{found}"
    );
    assert_eq!(found[0]["rule"], "unknown-construct");
    assert_eq!(found[0]["suggestion"], "threading.Lock");
    assert_eq!(found[0]["line"], 3);
    assert_eq!(
        found[0]["range"]["start"],
        json!({"line": 2, "character": 24})
    );
    let (code, out, err) = run(&["check", &path]);
    assert_eq!(code, 1);
    assert!(
        out.contains("a b.md:3:25: error [unknown-construct] `threading.Lokc`"),
        "{out}"
    );
    assert!(err.contains("1 errors"), "{err}");
    let (code, out, _) = run(&["check", &path, "--format", "sarif"]);
    assert_eq!(code, 1);
    let sarif: Value = serde_json::from_str(&out).expect("JSON");
    let result = &sarif["runs"][0]["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        (&sarif["version"], &result["level"]),
        (&json!("2.1.0"), &json!("error"))
    );
    assert_eq!(place["region"]["startColumn"], 25);
    let uri = place["artifactLocation"]["uri"]
        .as_str()
        .unwrap_or_default();
    assert!(uri.ends_with("/a%20b.md"), "{uri}");
    assert_eq!(run(&["check", "/nowhere/at/all"]).0, 1);
}
