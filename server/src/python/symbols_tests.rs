//! The table and the names that other layers ask about.

use super::symbols::notation::{self, Slot};
use super::symbols::{self, Sort, Table};
use super::{SYNTAX, TRAPS, canonical, fallbacks, is_symbol_name};

#[test]
fn the_table_is_sorted_and_every_line_is_understood() {
    let table = symbols::stdlib();
    let lines: Vec<&str> = table.all().collect();
    assert!(lines.len() > 20_000, "{} lines", lines.len());
    let mut names: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.split('\t').next())
        .collect();
    // First what every file asks for, then the rest.
    let falls = names.windows(2).filter(|pair| pair[0] >= pair[1]);
    assert_eq!(falls.count(), 1);
    names.sort_unstable();
    for pair in names.windows(2) {
        assert!(
            pair[0] < pair[1],
            "`{}` comes before `{}`",
            pair[0],
            pair[1]
        );
    }
    for name in &names {
        let entry = table
            .lookup(name)
            .unwrap_or_else(|| panic!("`{name}` is not found"));
        assert_eq!(entry.name, *name);
        if entry.sort == Sort::Alias && !name.ends_with(".*") {
            let target = table
                .find(name)
                .unwrap_or_else(|| panic!("`{name}` leads nowhere"));
            assert_ne!(target.sort, Sort::Alias, "`{name}` leads to another alias");
        }
    }
}

/// Every class that a type mentions is there, and a bare name that is none is a type variable.
#[test]
fn every_type_of_the_table_leads_somewhere() {
    let table = symbols::stdlib();
    for line in table.all() {
        let name = line.split('\t').next().unwrap_or("");
        let Some(entry) = table.lookup(name) else {
            continue;
        };
        let mut types: Vec<&str> = entry.bases().chain([entry.kind()]).collect();
        for overload in entry.overloads() {
            types.push(overload.result);
            types.extend(overload.params().map(|param| param.kind));
            types.extend(overload.bounds().map(|(_, bound)| bound));
        }
        while let Some(kind) = types.pop() {
            for member in notation::union(kind) {
                let (class, args) = notation::applied(member);
                if matches!(class, "Literal" | "...") {
                    continue;
                }
                types.extend(notation::args(args));
                let is_known = !class.contains('.') || table.lookup(class).is_some();
                assert!(is_known, "`{name}` mentions `{class}`, which is not there");
                assert!(
                    !class.contains([' ', '(', ')', ']']),
                    "`{name}` mentions `{class}`"
                );
            }
        }
    }
}

#[test]
fn what_the_table_says() {
    for (name, line) in [
        ("gc", "m"),
        ("os.path", "m"),
        ("threading.Lock", "c"),
        ("threading.Lock.acquire", "f () bool"),
        ("threading.RLock.acquire", "f () bool"),
        (
            "dict",
            "c [_KT,_VT] collections.abc.MutableMapping[_KT,_VT]",
        ),
        ("collections.OrderedDict", "c [_KT,_VT] dict[_KT,_VT]"),
        (
            "asyncio.create_task",
            "f (0 coro:collections.abc.Coroutine[Any,Any,_T]) asyncio.Task[_T]",
        ),
        ("asyncio.run", "f (0 main:collections.abc.Awaitable[_T]) _T"),
        ("asyncio.Queue.get", "a () _T"),
        (
            "asyncio.open_connection",
            "a () tuple[asyncio.StreamReader,asyncio.StreamWriter]",
        ),
        (
            "re.compile",
            "f (0 pattern:AnyStr, AnyStr<str|bytes) re.Pattern[AnyStr] | \
             (0 pattern:re.Pattern[AnyStr], AnyStr<str|bytes) re.Pattern[AnyStr]",
        ),
        ("re.Pattern.pattern", "p AnyStr"),
        ("re.IGNORECASE", "d re.RegexFlag"),
        ("http.HTTPStatus.OK", "p http.HTTPStatus"),
        ("sys.path", "d list[str]"),
        ("sys.stdout", "d io.TextIOWrapper"),
        ("os.environ", "d os._Environ[str]"),
        ("os.getcwd", "f () str"),
        (
            "asyncio.ensure_future",
            "f (0 coro_or_future:_FT, _FT<asyncio.Future[Any]) _FT | \
             (0 coro_or_future:collections.abc.Awaitable[_T]) asyncio.Task[_T]",
        ),
        (
            "random.choice",
            "f (0 seq:_typeshed.SupportsLenAndGetItem[_T]) _T",
        ),
        ("typing.List", "g list"),
        ("typing.Iterable", "g collections.abc.Iterable"),
        ("typing.Callable", "g collections.abc.Callable"),
        (
            "typing.ContextManager",
            "g contextlib.AbstractContextManager",
        ),
        ("asyncio.TimeoutError", "= TimeoutError"),
        ("_io.*", "= io.*"),
        (
            "dict.fromkeys",
            "f (cls, 0:collections.abc.Iterable[_T], 1:None=) dict[_T,None] | \
                           (cls, 0:collections.abc.Iterable[_T], 1:_S) dict[_T,_S]",
        ),
        ("frozendict", "c [_KT,_VT] collections.abc.Mapping[_KT,_VT]"),
        (
            "concurrent.interpreters.create",
            "f () concurrent.interpreters.Interpreter",
        ),
        ("profiling.sampling", "m"),
        ("math.integer.gcd", "f () int"),
        ("multiprocessing.Pool", "c"),
        ("multiprocessing.Process.start", "f () None"),
        ("io.TextIOBase", "c io.IOBase"),
        ("hashlib.HASH.hexdigest", "f () str"),
        ("distutils.core.setup", "f () distutils.dist.Distribution"),
    ] {
        let entry = symbols::stdlib()
            .lookup(name)
            .unwrap_or_else(|| panic!("no `{name}`"));
        let all = symbols::stdlib().all();
        let text = all
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix('\t'))
            .next()
            .unwrap_or("");
        assert_eq!(text.replace('\t', " "), line, "{name}");
        assert!(text.ends_with(entry.detail), "{name}");
    }
    for name in [
        "threading.Foo",
        "str.lock",
        "",
        "zzz",
        ".",
        "\t",
        "gc\tm",
        "threading.",
        "reveal_type",
        "function",
    ] {
        assert_eq!(symbols::stdlib().lookup(name), None, "{name}");
        assert_eq!(symbols::find(name), None, "{name}");
    }
    assert!(symbols::builtin("len").is_some());
    assert!(symbols::builtin("json").is_none());
    assert!(symbols::builtin("dict.get").is_none());
    assert_eq!(symbols::module("posixpath"), Some("os.path"));
    assert_eq!(symbols::module("threading"), Some("threading"));
    assert_eq!(symbols::module("threading.Lock"), None);
    assert!(symbols::is_known_package("asyncio.tasks"));
    assert!(!symbols::is_known_package("aiohttp"));
}

#[test]
fn members_are_found_through_bases_and_say_whose_they_are() {
    let table = symbols::stdlib();
    let owner =
        |class: &str, attribute: &str| table.member(class, attribute).map(|member| member.owner);
    for (class, attribute, wanted) in [
        ("threading.Lock", "acquire", Some("threading.Lock")),
        (
            "concurrent.futures.ThreadPoolExecutor",
            "submit",
            Some("concurrent.futures.Executor"),
        ),
        ("ValueError", "args", Some("BaseException")),
        ("dict", "get", Some("dict")),
        ("dict", "update", Some("collections.abc.MutableMapping")),
        ("collections.Counter", "items", Some("dict")),
        ("io.StringIO", "fileno", Some("io.IOBase")),
        ("pathlib.Path", "name", Some("pathlib.PurePath")),
        ("http.HTTPStatus", "OK", Some("http.HTTPStatus")),
        ("typing.List", "append", None),
        ("_thread.lock", "acquire", Some("threading.Lock")),
        ("threading.Lock", "foo", None),
        ("threading", "Lock", None),
        ("nothing", "at_all", None),
    ] {
        assert_eq!(owner(class, attribute), wanted, "{class}.{attribute}");
    }
    // `bool` comes before what both it and its neighbours lead to.
    assert_eq!(
        table.order("enum.IntFlag"),
        [
            "enum.IntFlag",
            "int",
            "enum.ReprEnum",
            "enum.Flag",
            "enum.Enum"
        ]
    );
    assert_eq!(table.bases("KeyError"), ["LookupError", "Exception"]);
    assert_eq!(table.bases("list"), [""; 0]);
    let members: Vec<&str> = table
        .members("threading.Lock")
        .map(|entry| entry.name)
        .collect();
    assert!(members.contains(&"threading.Lock.locked"), "{members:?}");
    assert!(
        members
            .iter()
            .all(|name| name.starts_with("threading.Lock.")),
        "{members:?}"
    );
    assert!(
        table
            .members("threading")
            .all(|entry| entry.name.matches('.').count() == 1)
    );
    assert_eq!(table.members("zzz").count(), 0);
}

#[test]
fn canonical_names_are_public() {
    for (name, public) in [
        ("_thread.lock", "threading.Lock"),
        ("_thread.LockType", "threading.Lock"),
        ("threading.LockType", "threading.Lock"),
        ("threading._RLock", "threading.RLock"),
        ("_thread.lock.acquire", "threading.Lock.acquire"),
        ("_thread.start_new_thread", "_thread.start_new_thread"),
        ("asyncio.tasks.gather", "asyncio.gather"),
        ("asyncio.gather", "asyncio.gather"),
        ("asyncio.locks.Lock.acquire", "asyncio.Lock.acquire"),
        (
            "asyncio.exceptions.CancelledError",
            "asyncio.CancelledError",
        ),
        ("asyncio.exceptions.TimeoutError", "TimeoutError"),
        ("asyncio.futures.Future", "asyncio.Future"),
        (
            "asyncio.unix_events._UnixSelectorEventLoop",
            "asyncio.SelectorEventLoop",
        ),
        (
            "asyncio.events.AbstractEventLoop.call_soon",
            "asyncio.AbstractEventLoop.call_soon",
        ),
        ("_asyncio.Future", "asyncio.Future"),
        ("_asyncio.Future.done", "asyncio.Future.done"),
        ("_asyncio.get_running_loop", "asyncio.get_running_loop"),
        (
            "concurrent.futures._base.Executor.submit",
            "concurrent.futures.Executor.submit",
        ),
        (
            "concurrent.futures._base.Future",
            "concurrent.futures.Future",
        ),
        (
            "concurrent.futures.thread.ThreadPoolExecutor",
            "concurrent.futures.ThreadPoolExecutor",
        ),
        (
            "concurrent.futures.thread.ThreadPoolExecutor.submit",
            "concurrent.futures.ThreadPoolExecutor.submit",
        ),
        (
            "concurrent.futures.process.BrokenProcessPool",
            "concurrent.futures.process.BrokenProcessPool",
        ),
        ("concurrent.futures.TimeoutError", "TimeoutError"),
        ("posixpath.join", "os.path.join"),
        ("ntpath.join", "os.path.join"),
        ("genericpath.exists", "os.path.exists"),
        ("posix.getpid", "os.getpid"),
        ("os.path.sep", "os.sep"),
        ("os.error", "OSError"),
        ("_io.TextIOWrapper", "io.TextIOWrapper"),
        ("_io._TextIOBase", "io.TextIOBase"),
        ("_io.open", "open"),
        ("io.open", "open"),
        ("io.BlockingIOError", "BlockingIOError"),
        ("_pyio.StringIO", "io.StringIO"),
        ("_collections_abc.Iterable", "collections.abc.Iterable"),
        ("_collections.deque", "collections.deque"),
        ("_collections.deque.append", "collections.deque.append"),
        ("typing.AbstractSet", "typing.AbstractSet"),
        ("typing.Text", "str"),
        ("typing_extensions.TypedDict", "typing.TypedDict"),
        ("os._Environ.get", "os.environ.get"),
        ("os._Environ", "os._Environ"),
        ("os._EnvironOther.get", "os._EnvironOther.get"),
        ("typing_extensions.Self", "typing.Self"),
        ("typing_extensions.deprecated", "warnings.deprecated"),
        ("unittest.case.TestCase", "unittest.TestCase"),
        (
            "unittest.case.TestCase.assertEqual",
            "unittest.TestCase.assertEqual",
        ),
        ("unittest.main.TestProgram", "unittest.main"),
        ("json.decoder.JSONDecodeError", "json.JSONDecodeError"),
        ("multiprocessing.pool.Pool.map", "multiprocessing.Pool.map"),
        (
            "multiprocessing.pool.ApplyResult.get",
            "multiprocessing.pool.AsyncResult.get",
        ),
        ("multiprocessing.context.Process", "multiprocessing.Process"),
        (
            "multiprocessing.process.BaseProcess.start",
            "multiprocessing.Process.start",
        ),
        (
            "multiprocessing.queues.Queue.put",
            "multiprocessing.Queue.put",
        ),
        ("multiprocessing.synchronize.Lock", "multiprocessing.Lock"),
        (
            "multiprocessing.process.current_process",
            "multiprocessing.current_process",
        ),
        (
            "logging.handlers.RotatingFileHandler",
            "logging.handlers.RotatingFileHandler",
        ),
        ("collections.abc.Mapping.get", "collections.abc.Mapping.get"),
        (
            "xml.etree.ElementTree.Element",
            "xml.etree.ElementTree.Element",
        ),
        (
            "xml.etree.ElementTree.XML",
            "xml.etree.ElementTree.fromstring",
        ),
        (
            "_frozen_importlib.ModuleSpec",
            "importlib.machinery.ModuleSpec",
        ),
        (
            "_frozen_importlib_external.SourceFileLoader",
            "importlib.machinery.SourceFileLoader",
        ),
        ("importlib.metadata.version", "importlib.metadata.version"),
        ("socket.timeout", "TimeoutError"),
        ("socket.error", "OSError"),
        ("_socket.socket.recv", "socket.socket.recv"),
        ("_weakref.ref", "weakref.ref"),
        ("weakref.ReferenceType", "weakref.ref"),
        ("_weakrefset.WeakSet", "weakref.WeakSet"),
        ("_functools.partial", "functools.partial"),
        ("_contextvars.ContextVar", "contextvars.ContextVar"),
        ("_operator.itemgetter", "operator.itemgetter"),
        ("_random.Random.random", "random.Random.random"),
        ("_bisect.bisect_left", "bisect.bisect_left"),
        ("_heapq.heappush", "heapq.heappush"),
        ("_struct.pack", "struct.pack"),
        ("_queue.SimpleQueue", "queue.SimpleQueue"),
        ("_decimal.Decimal", "decimal.Decimal"),
        ("_pydatetime.datetime.now", "datetime.datetime.now"),
        ("_sqlite3.connect", "sqlite3.connect"),
        ("sqlite3.dbapi2.Connection", "sqlite3.Connection"),
        ("_csv.Error", "csv.Error"),
        ("_hashlib.HASH.update", "hashlib.HASH.update"),
        ("_ctypes.Structure", "ctypes.Structure"),
        ("_ssl.SSLSession", "ssl.SSLSession"),
        ("_signal.SIGINT", "signal.SIGINT"),
        ("_pickle.Pickler", "pickle.Pickler"),
        ("_warnings.warn", "warnings.warn"),
        ("_tracemalloc.start", "tracemalloc.start"),
        ("sre_compile.compile", "sre_compile.compile"),
        ("re.error", "re.PatternError"),
        ("enum.EnumMeta", "enum.EnumType"),
        ("email.message.Message", "email.message.Message"),
        ("pathlib._local.Path.read_text", "pathlib.Path.read_text"),
        ("string.templatelib.Template", "string.templatelib.Template"),
        ("IOError", "OSError"),
        ("builtins.len", "len"),
        ("builtins.dict.get", "dict.get"),
        ("builtins", "builtins"),
        ("aiohttp.ClientSession", "aiohttp.ClientSession"),
        ("threading", "threading"),
        ("", ""),
    ] {
        assert_eq!(canonical(name), public, "{name}");
        assert_eq!(canonical(public), public, "{public}");
    }
}

#[test]
fn fallbacks_go_from_the_method_to_the_module() {
    for (symbol, wanted) in [
        (
            "threading.Lock.acquire",
            &["threading.Lock", "threading"][..],
        ),
        ("gc.collect", &["gc"]),
        ("gc", &[]),
        ("dict.get", &["dict"]),
        ("dict.update", &["dict"]),
        ("list", &[]),
        ("KeyError", &["LookupError", "Exception"]),
        (
            "concurrent.futures.ThreadPoolExecutor.submit",
            &[
                "concurrent.futures.Executor.submit",
                "concurrent.futures.ThreadPoolExecutor",
                "concurrent.futures.Executor",
                "concurrent.futures",
                "concurrent",
            ],
        ),
        (
            "asyncio.Task.cancel",
            &[
                "asyncio.Future.cancel",
                "asyncio.Task",
                "asyncio.Future",
                "collections.abc.Awaitable",
                "collections.abc.Iterable",
                "asyncio",
            ],
        ),
        (
            "collections.OrderedDict.pop",
            &[
                "dict.pop",
                "collections.abc.MutableMapping.pop",
                "collections.OrderedDict",
                "dict",
                "collections.abc.MutableMapping",
                "collections.abc.Mapping",
                "collections.abc.Collection",
                "collections.abc.Iterable",
                "collections.abc.Container",
                "collections",
            ],
        ),
        (
            "aiohttp.ClientSession.get",
            &["aiohttp.ClientSession", "aiohttp"],
        ),
    ] {
        assert_eq!(fallbacks(symbol), wanted, "{symbol}");
    }
}

#[test]
fn signatures_are_cut_into_their_parts() {
    let table = Table::from_text(
        "f\tf\t(cls:type[_T], 0 a:dict[str,int]|None=, 1:_T, *2:X, k:Literal[\"r\",\"w\"]=, **:int, _T<str|bytes) tuple[_T,int] | () None\n\
         s\tf\t(static) int\nx\tp\tint\nc\tc\t[_K,_V] dict[_K,list[_V]];abc.ABC\nplain\tc\tabc.ABC;b.C\nempty\tc\n\
         broken\tf\tno parentheses\n",
    );
    let entry = table.lookup("f").expect("it is there");
    let overloads: Vec<_> = entry.overloads().collect();
    assert_eq!(
        overloads
            .iter()
            .map(|overload| overload.result)
            .collect::<Vec<_>>(),
        ["tuple[_T,int]", "None"]
    );
    let params: Vec<_> = overloads[0].params().collect();
    let slots: Vec<_> = params
        .iter()
        .map(|param| (param.slot, param.kind, param.has_default))
        .collect();
    assert_eq!(
        slots,
        [
            (Slot::Receiver { is_class: true }, "type[_T]", false),
            (Slot::Positional(0, "a"), "dict[str,int]|None", true),
            (Slot::Positional(1, ""), "_T", false),
            (Slot::Rest(2), "X", false),
            (Slot::Keyword("k"), "Literal[\"r\",\"w\"]", true),
            (Slot::Keywords, "int", false),
        ]
    );
    assert_eq!(
        overloads[0].bounds().collect::<Vec<_>>(),
        [("_T", "str|bytes")]
    );
    assert_eq!(overloads[1].params().count(), 0);
    assert_eq!(overloads[1].bounds().count(), 0);
    let first = |name: &str| table.lookup(name)?.overloads().next()?.params().next();
    assert_eq!(first("s").map(|param| param.slot), Some(Slot::Static));
    assert_eq!(first("broken"), None);
    let class = |name: &str| {
        let entry = table.lookup(name).expect("it is there");
        (
            entry.type_params().collect::<Vec<_>>(),
            entry.bases().collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        class("c"),
        (vec!["_K", "_V"], vec!["dict[_K,list[_V]]", "abc.ABC"])
    );
    assert_eq!(class("plain"), (vec![], vec!["abc.ABC", "b.C"]));
    assert_eq!(class("empty"), (vec![], vec![]));
    assert_eq!(class("x"), (vec![], vec![]));
    assert_eq!(
        notation::union("dict[str|int,A]|None").collect::<Vec<_>>(),
        ["dict[str|int,A]", "None"]
    );
    assert_eq!(
        notation::applied("dict[str,list[int]]"),
        ("dict", "str,list[int]")
    );
    assert_eq!(
        notation::args("str,dict[int,A|B],...").collect::<Vec<_>>(),
        ["str", "dict[int,A|B]", "..."]
    );
    assert_eq!(notation::args("").count(), 0);
    // What no generator writes is cut somehow.
    for odd in ["]]]", "[[[", "a[", "]a[", "|", ",,", "é|é"] {
        assert!(notation::union(odd).count() < 5);
        assert!(notation::args(notation::applied(odd).1).count() < 5);
    }
}

#[test]
fn a_table_of_the_users_own_is_read_like_the_library() {
    let table = Table::from_text(
        "app.B\tc\tapp.A\napp.A\tc\napp.A.go\tf\t() app.B\nno line\napp\tm\napp.X\t=\tapp.A\nbad\tz\t\n",
    );
    assert_eq!(
        table.member("app.B", "go").map(|member| member.owner),
        Some("app.A")
    );
    assert_eq!(table.find("app.X").map(|entry| entry.name), Some("app.A"));
    assert_eq!(table.canonical("app.X.go"), "app.A.go");
    assert_eq!(table.lookup("bad"), None);
    assert_eq!(table.lookup("no line"), None);
    assert_eq!(table.members("app").count(), 3);
    assert_eq!(Table::from_text("").lookup("a"), None);
    assert_eq!(Table::from_text("").members("a").count(), 0);
    let circle = Table::from_text("a.A\tc\ta.B\na.B\tc\ta.A\na.x\t=\ta.x\n");
    assert_eq!(circle.member("a.A", "f"), None);
    assert_eq!(
        circle.find("a.x").map(|entry| entry.sort),
        Some(Sort::Alias)
    );
}

#[test]
fn a_file_that_is_no_table_is_refused() {
    for file in [
        &b""[..],
        b"\0\0\0",
        b"\0\0\0\0\xff\xff\xff\xff",
        b"\x02\0\0\0\0\0\0\0",
        b"\0\0\0\0\x01\0\0\0\x05\0\0\0\x05\0\0\0\x05\0\0\0abc",
    ] {
        assert!(Table::from_packed(file).is_none(), "{file:?}");
    }
    // A part that cannot be inflated holds nothing.
    let file = b"\0\0\0\0\x01\0\0\0\x01\0\0\0\x02\0\0\0\x05\0\0\0aXX";
    let table = Table::from_packed(file).expect("its frame is right");
    assert_eq!(table.lookup("a"), None);
}

#[test]
fn only_the_parts_that_are_asked_for_are_inflated() {
    let file: &'static [u8] = include_bytes!("data/stdlib.table");
    let table = Table::from_packed(file).expect("it is ours");
    assert_eq!(table.inflated(), 0);
    assert!(table.lookup("threading.Lock").is_some());
    let first = table.inflated();
    assert!(first > 0 && first < 64 * 1024, "{first} bytes");
    assert!(table.lookup("threading.Lock.acquire").is_some());
    assert_eq!(table.inflated(), first);
    // What every file asks for lies together, and so does what is not there.
    for name in [
        "len",
        "dict.get",
        "ValueError",
        "zip.__next__",
        "asyncio",
        "aiohttp",
        "aiohttp.*",
        "x",
        "posixpath.*",
    ] {
        let _ = table.lookup(name);
    }
    assert!(table.inflated() < 256 * 1024, "{} bytes", table.inflated());
    let _ = table.all().count();
    assert!(
        table.inflated() < 2 * 1024 * 1024,
        "{} bytes",
        table.inflated()
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
