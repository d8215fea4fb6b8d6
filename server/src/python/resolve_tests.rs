//! Modules of the user's that know one another: what one offers is written, read and resolved in another.

use super::resolve::{Resolver, Workspace, resolve, summary};
use super::symbols::Table;
use super::tokens::TokenIndex;
use super::{Analysis, Found, scope};

fn with_resolver<T>(
    source: &str,
    workspace: Option<&Workspace<'_>>,
    ask: impl FnOnce(&mut Resolver<'_, '_>, &mut Found) -> T,
) -> (T, Analysis) {
    let parsed =
        ruff_python_parser::parse_unchecked_source(source, ruff_python_ast::PySourceType::Python);
    let mut found = Found::with_capacity(parsed.tokens().len());
    // For as long as the model lives, not for as long as the tables do.
    let table = |name: &str| workspace.and_then(|workspace| (workspace.table)(name));
    let here = workspace.map(|workspace| Workspace {
        package: workspace.package,
        table: &table,
        symbolic: false,
    });
    let answer = {
        let tokens = TokenIndex::new(parsed.tokens(), source.len());
        let model = scope::walk(source, parsed.suite(), &tokens, &mut found);
        let mut resolver = Resolver::in_workspace(&model, here.as_ref());
        ask(&mut resolver, &mut found)
    };
    (answer, found.into_analysis())
}

const CLIENT: &str = r#"
import json, threading
import contextlib
from typing import Generic, NewType, TypedDict, TypeVar
from collections.abc import Iterator
T = TypeVar("T")
LIMIT = 10
LOCK = threading.Lock()
Names = dict[str, int]
class Worker(threading.Thread):
    name_: str
    def __init__(self):
        self.lock = threading.Lock()
        self.others: list["Worker"] = []
    def text(self) -> str: ...
    async def fetch(self): return b""
    @property
    def first(self) -> "Worker": ...
    @classmethod
    def make(cls) -> "Worker": ...
    @staticmethod
    def plain(): return 1
    class Inner:
        value = 1.5
class Box(Generic[T]):
    def __init__(self, value: T): ...
    def get(self) -> T: ...
def worker() -> Worker | None: ...
def same(value: T) -> T: ...
def unknown(x): return x
@contextlib.contextmanager
def locked():
    yield LOCK
def numbers() -> Iterator[int]: ...
dumps = json.dumps
Source = bytes | threading.Lock
Length = NewType("Length", int)
class Options(TypedDict):
    name: str
"#;

#[test]
fn a_module_says_what_it_offers() {
    let (text, _) = with_resolver(CLIENT, None, |resolver, _| summary(resolver, "app.client"));
    let expected = "\
app.client\tm
app.client.Box\tc\t[T] typing.Generic[T]
app.client.Box.__init__\tf\t(0 value:T) Any
app.client.Box.get\tf\t() T
app.client.Generic\t=\ttyping.Generic
app.client.Iterator\t=\tcollections.abc.Iterator
app.client.LIMIT\td\tint
app.client.LOCK\td\tthreading.Lock
app.client.Length\td\ttyping.NewType[int]
app.client.Names\td\ttype[dict[str,int]]
app.client.NewType\t=\ttyping.NewType
app.client.Options\tc\ttyping.TypedDict
app.client.Options.name\tp\tstr
app.client.Source\td\ttyping.TypeAlias[bytes|threading.Lock]
app.client.T\td\ttyping.TypeVar
app.client.TypeVar\t=\ttyping.TypeVar
app.client.TypedDict\t=\ttyping.TypedDict
app.client.Worker\tc\tthreading.Thread
app.client.Worker.Inner\tc
app.client.Worker.Inner.value\tp\tfloat
app.client.Worker.__init__\tf\t() None
app.client.Worker.fetch\ta\t() bytes
app.client.Worker.first\tp\tapp.client.Worker
app.client.Worker.lock\tp\tthreading.Lock
app.client.Worker.make\tf\t(cls) app.client.Worker
app.client.Worker.name_\tp\tstr
app.client.Worker.others\tp\tlist[app.client.Worker]
app.client.Worker.plain\tf\t(static) int
app.client.Worker.text\tf\t() str
app.client.contextlib\t=\tcontextlib
app.client.dumps\t=\tjson.dumps
app.client.json\t=\tjson
app.client.locked\td\tcollections.abc.Callable[...,contextlib._GeneratorContextManager[threading.Lock,None,None]]
app.client.numbers\tf\t() collections.abc.Iterator[int]
app.client.same\tf\t(0 value:T) T
app.client.threading\t=\tthreading
app.client.unknown\tf\t() Any
app.client.worker\tf\t() app.client.Worker|None
";
    assert_eq!(text, expected);
}

#[test]
fn names_from_other_modules_of_the_user_are_followed() {
    let (text, _) = with_resolver(CLIENT, None, |resolver, _| summary(resolver, "app.client"));
    let client = Table::from_text(&text);
    let package = Table::from_text("app\tm\napp.Alias\t=\tapp.client.Worker\n");
    let table = |name: &str| match name {
        _ if name.starts_with("app.client") => Some(&client),
        _ if name == "app" || name.starts_with("app.") => Some(&package),
        _ => None,
    };
    let workspace = Workspace {
        package: "app",
        table: &table,
        symbolic: false,
    };
    // What is below a line must be the name of its last word; nothing below it: no name at all.
    for (line, expected) in [
        ("worker().lock.acquire", &["threading.Lock.acquire"][..]),
        ("worker().lock", &["threading.Lock"]),
        ("worker().start", &["threading.Thread.start"]),
        ("worker().text().upper", &["str.upper"]),
        ("worker().text", &[]),
        (
            "Worker().first.others[0].lock.release",
            &["threading.Lock.release"],
        ),
        ("Worker.make().join", &["threading.Thread.join"]),
        ("Worker.plain().bit_length", &["int.bit_length"]),
        ("Worker.Inner().value.hex", &["float.hex"]),
        ("Worker.Inner().nothing", &[]),
        ("client.LOCK.acquire", &["threading.Lock.acquire"]),
        ("client.LOCK", &["threading.Lock"]),
        ("client.json.loads", &["json.loads"]),
        ("client.dumps", &["json.dumps"]),
        ("client.missing", &[]),
        ("Alias().start", &["threading.Thread.start"]),
        ("Alias", &[]),
        ("worker", &[]),
        ("Box(Worker()).get().start", &["threading.Thread.start"]),
        ("same(Worker()).start", &["threading.Thread.start"]),
        ("unknown(Worker()).start", &[]),
        ("LIMIT.bit_length", &["int.bit_length"]),
        ("next(numbers()).bit_length", &["int.bit_length"]),
        ("Mine().lock.acquire", &["threading.Lock.acquire"]),
        ("Mine().start", &["threading.Thread.start"]),
        ("outside.thing", &["outside.thing"]),
        ("Source", &[]),
        ("x: Source = y; x", &["threading.Lock", "bytes"]),
        ("x: Source = y; x.acquire", &["threading.Lock.acquire"]),
        ("Length", &[]),
        ("Length(1).bit_length", &["int.bit_length"]),
        ("x: Options = {}; x", &[]),
        ("x: Options = {}; x['name'].upper", &["str.upper"]),
        ("x: Options = {}; x.get", &["dict.get"]),
    ] {
        let source = format!(
            "import outside\nfrom . import client, Alias\nfrom .client import *\n\
             from .client import worker, Worker, Box, same, unknown, LIMIT, numbers\n\
             from .client import Length, Options, Source\n\
             class Mine(Worker): ...\n{line}\n"
        );
        let (_, analysis) = with_resolver(&source, Some(&workspace), resolve);
        let at = source
            .trim_end()
            .rfind(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let names: Vec<&str> = analysis
            .at(at.map_or(0, |at| at + 1))
            .into_iter()
            .map(|construct| construct.name.as_str())
            .collect();
        assert_eq!(names, expected, "{line}");
    }
}

#[test]
fn a_relative_import_without_a_workspace_is_nothing() {
    let source = "from .client import worker\nworker().start\n";
    let (_, analysis) = with_resolver(source, None, resolve);
    let at = source.rfind("start").map_or(0, |at| at);
    assert!(analysis.at(at).is_empty());
}

/// Code at which a resolver without bounds would not come to an end, or overflow its stack.
#[test]
fn hostile_code_comes_to_an_end() {
    let many =
        |count: usize, line: &dyn Fn(usize) -> String| -> String { (0..count).map(line).collect() };
    let sources = [
        // Tests of one name, each on top of the others.
        many(5_000, &|n| {
            format!(
                "{} isinstance(x, C{n}):\n    x.y\n",
                if n == 0 { "if" } else { "elif" }
            )
        }),
        many(5_000, &|n| {
            format!("if isinstance(x, C{n}):\n    x = x.y\n")
        }),
        format!(
            "def f(x):\n    while x:\n{}",
            many(2_000, &|n| format!(
                "        if x is None:\n            x = x.a{n}()\n"
            ))
        ),
        format!(
            "def f(x):\n{}",
            many(2_000, &|n| {
                format!("    try:\n        x = g{n}(x)\n    except E:\n        x = h(x)\n")
            })
        ),
        // Functions and classes that need one another.
        many(2_000, &|n| {
            format!(
                "def f{n}(x):\n    return f{}(x) or f{}(x)\n",
                (n + 1) % 2_000,
                (n + 7) % 2_000
            )
        }),
        many(2_000, &|n| {
            format!(
                "class A{n}(A{}[A{n}]):\n    a = A{}().a\n",
                (n + 1) % 2_000,
                (n + 3) % 2_000
            )
        }),
        many(500, &|n| {
            format!(
                "class A{}({}): pass\n",
                n + 1,
                (0..=n.min(60))
                    .map(|m| format!("A{}", n - m))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        }),
        many(2_000, &|n| {
            format!(
                "def f{n}(x: 'list[f{}]') -> 'dict[f{n}, list[f{}]]': ...\nx = f{n}(f{})\n",
                n + 1,
                n + 2,
                n + 3
            )
        }),
        many(2_000, &|n| {
            format!("X{n} = dict[X{}, list[X{}]]\nx: X{n}\nx.y\n", n + 1, n + 2)
        }),
        many(20_000, &|n| format!("class A{}(A{n}): pass\n", n + 1))
            + &"A20000().x.y\n".repeat(100),
        many(20_000, &|n| format!("class A{n}(A{}): pass\n", n + 1)) + &"A0().x.y\n".repeat(100),
        many(20_000, &|n| format!("a{n} = a{}.x\n", n + 1)) + "a0",
        many(20_000, &|n| format!("def f{n}(): return f{}()\n", n + 1)) + "f0().x",
        // Types that grow.
        "x = []\n".to_owned() + &"x = [x, x]\n".repeat(2_000) + "x[0][0][0]\n",
        "x = 1\n".to_owned() + &"x = (x, x)\n".repeat(2_000) + "x\n",
        "x = 1\nwhile True:\n    x = [x]\n    x = (x, {x: x})\nx\n".to_owned(),
        many(300, &|n| {
            format!("from a import b{n}\nx = b{n}.C if x else x\n")
        }),
        "x.y = x.y.y\nx = x.y\n".repeat(5_000),
        "f(".repeat(90) + "1" + &")".repeat(90),
        format!("x{}", ".a[0]()".repeat(1_000)),
        format!("max({})", "max(1, ".repeat(60) + "2" + &")".repeat(60)),
        "match x:\n".to_owned()
            + &many(3_000, &|n| {
                format!("    case A{n}(a=B(c=[d{n}, *e])): x.y\n")
            }),
    ];
    for source in sources {
        let thread = std::thread::Builder::new().stack_size(16 << 20);
        let handle = thread.spawn(move || with_resolver(&source, None, resolve).0);
        assert!(handle.expect("a thread with this stack").join().is_ok());
    }
}
