//! The table and the names that other layers ask about.

use super::symbols::{self, Sort};
use super::{SYNTAX, TRAPS, canonical, fallbacks, is_symbol_name};

#[test]
fn the_table_is_sorted_and_every_line_is_understood() {
    let table = symbols::stdlib();
    let lines: Vec<&str> = table.all().collect();
    assert!(lines.len() > 20_000, "{} lines", lines.len());
    let keys: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.split('\t').next())
        .collect();
    for pair in keys.windows(2) {
        assert!(
            pair[0] < pair[1],
            "`{}` comes before `{}`",
            pair[0],
            pair[1]
        );
    }
    for key in keys.iter().filter(|key| !key.ends_with(".*")) {
        let entry = symbols::find(key).unwrap_or_else(|| panic!("`{key}` is not found"));
        assert_ne!(entry.sort, Sort::Alias, "`{key}` leads to another alias");
    }
}

#[test]
fn what_the_table_says() {
    let sort = |name: &str| symbols::find(name).map(|entry| entry.sort);
    assert_eq!(sort("threading.Lock"), Some(Sort::Class));
    assert_eq!(sort("threading.Lock.acquire"), Some(Sort::Function));
    assert_eq!(sort("asyncio.Queue.get"), Some(Sort::Coroutine));
    assert_eq!(sort("gc"), Some(Sort::Module));
    assert_eq!(sort("typing.List"), Some(Sort::Generic));
    assert_eq!(sort("threading.Foo"), None);
    assert_eq!(sort("str.lock"), None);
    assert_eq!(sort(""), None);
    assert_eq!(sort("zzz"), None);
    assert!(symbols::builtin("len").is_some());
    assert!(symbols::builtin("json").is_none());
}

#[test]
fn canonical_names_are_public() {
    for (name, public) in [
        ("_thread.lock", "threading.Lock"),
        ("_thread.lock.acquire", "threading.Lock.acquire"),
        ("asyncio.tasks.gather", "asyncio.gather"),
        ("asyncio.gather", "asyncio.gather"),
        ("_asyncio.Future", "asyncio.Future"),
        ("_asyncio.Future.done", "asyncio.Future.done"),
        (
            "concurrent.futures._base.Executor.submit",
            "concurrent.futures.Executor.submit",
        ),
        ("posixpath.join", "os.path.join"),
        ("ntpath.join", "os.path.join"),
        ("_io.TextIOWrapper", "io.TextIOWrapper"),
        ("multiprocessing.pool.Pool.map", "multiprocessing.Pool.map"),
        ("socket.timeout", "TimeoutError"),
        ("builtins.len", "len"),
        ("builtins.dict.get", "dict.get"),
        ("aiohttp.ClientSession", "aiohttp.ClientSession"),
        ("threading", "threading"),
        ("", ""),
    ] {
        assert_eq!(canonical(name), public, "{name}");
    }
}

#[test]
fn fallbacks_go_from_the_method_to_the_module() {
    assert_eq!(
        fallbacks("threading.Lock.acquire"),
        ["threading.Lock", "threading"]
    );
    assert_eq!(fallbacks("gc.collect"), ["gc"]);
    assert_eq!(fallbacks("gc"), [""; 0]);
    assert_eq!(fallbacks("dict.get"), ["dict"]);
    assert_eq!(fallbacks("KeyError"), ["LookupError", "Exception"]);
    assert_eq!(
        fallbacks("concurrent.futures.ThreadPoolExecutor.submit"),
        [
            "concurrent.futures.Executor.submit",
            "concurrent.futures.ThreadPoolExecutor",
            "concurrent.futures.Executor",
            "concurrent.futures",
            "concurrent",
        ]
    );
    assert_eq!(
        fallbacks("aiohttp.ClientSession.get"),
        ["aiohttp.ClientSession", "aiohttp"]
    );
}

#[test]
fn symbol_names_are_dotted_identifiers() {
    for name in [
        "threading.Lock",
        "len",
        "aiohttp.ClientSession",
        "os.path.join",
        "é.ü",
        "_thread",
        "match.case",
    ] {
        assert!(is_symbol_name(name), "{name}");
    }
    for name in [
        "",
        ".",
        "a.",
        ".a",
        "a..b",
        "1a",
        "a b",
        "async def",
        "def",
        "as",
        "a.def",
        "==",
        "bare except",
        "a-b",
    ] {
        assert!(!is_symbol_name(name), "{name}");
    }
    assert!(SYNTAX.iter().chain(TRAPS).all(|name| !is_symbol_name(name)));
}

/// `docs/constructs.md` describes exactly the names that the code knows.
#[test]
fn the_catalogue_page_names_every_construct() {
    let page = include_str!("../../../docs/constructs.md");
    let section = |title: &str| {
        let start = page
            .find(title)
            .unwrap_or_else(|| panic!("no section `{title}`"));
        let rest = &page[start + title.len()..];
        rest.split("\n## ").next().unwrap_or(rest)
    };
    let names = |text: &str| {
        let rows = text
            .lines()
            .filter_map(|line| line.strip_prefix("| `").map(|_| line));
        let cells =
            rows.filter_map(|line| line.split(" | ").next().map(|cell| cell[2..].to_owned()));
        cells
            .flat_map(|cell| {
                let parts = cell
                    .split(" · ")
                    .map(|name| name.trim_matches('`').replace("\\|", "|"));
                parts.collect::<Vec<_>>()
            })
            .collect::<Vec<String>>()
    };
    let syntax: Vec<String> = [
        "## Statements",
        "## Expressions",
        "## Functions and classes",
        "## Special methods",
    ]
    .into_iter()
    .flat_map(|title| names(section(title)))
    .collect();
    assert_eq!(syntax, SYNTAX);
    assert_eq!(names(section("## Traps")), TRAPS);
}
