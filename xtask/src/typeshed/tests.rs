//! Small stubs and the lines that come of them.

use super::model::Stub;
use super::{lines, overlay, pack};

/// Modules as stubs, `#: name` before each; names of packages end with a slash.
fn stubs(text: &str) -> Vec<Stub> {
    let mut stubs: Vec<Stub> = Vec::new();
    for line in text.lines() {
        if let Some(module) = line.strip_prefix("#: ") {
            stubs.push(Stub {
                place: module.to_owned(),
                module: module.trim_end_matches('/').to_owned(),
                is_package: module.ends_with('/'),
                source: String::new(),
            });
        } else if let Some(stub) = stubs.last_mut() {
            stub.source.push_str(line);
            stub.source.push('\n');
        }
    }
    stubs
}

/// What every stub leans on.
const BASE: &str = "
#: typing
Any = object()
class TypeVar: ...
class Generic: ...
class Protocol: ...
Literal: object
Optional: object
Union: object
Callable: object
Final: object
ClassVar: object
Self: object
TypeAlias: object
def overload(f): ...
_T_co = TypeVar('_T_co')
class Iterable(Protocol[_T_co]):
    def __iter__(self) -> Iterator[_T_co]: ...
class Iterator(Iterable[_T_co], Protocol[_T_co]):
    def __next__(self) -> _T_co: ...
#: collections/
#: collections.abc
from _collections_abc import *
#: _collections_abc
from typing import Iterable as Iterable, Iterator as Iterator
__all__ = ['Iterable', 'Iterator']
#: builtins
class object: ...
class int: ...
class str: ...
class bool(int): ...
class bytes: ...
class type: ...
class tuple: ...
class list: ...
class dict: ...
class property: ...
";

/// Imports of which nothing is exported.
const TYPING: &str = "from typing import (Any, Callable, ClassVar, Final, Generic, Iterator, Literal, Optional, Self,
    TypeAlias, TypeVar, Union, overload)";

/// The lines of names that begin with `m`.
fn of_m(rules: &str, text: &str) -> Vec<String> {
    let mut all = stubs(BASE);
    all.extend(stubs(&text.replace("from typing import *", TYPING)));
    let text = lines(&all, rules).expect("the stubs are right");
    text.lines()
        .filter(|line| line.starts_with('m') || line.starts_with("_m"))
        .map(|line| line.replace('\t', " "))
        .collect()
}

fn check(text: &str, wanted: &[&str]) {
    assert_eq!(of_m("", text), wanted, "{text}");
}

#[test]
fn the_newest_version_wins_and_none_is_forgotten() {
    check(
        "#: m
import sys
if sys.version_info >= (3, 13):
    def f() -> int: ...
    class A:
        def new(self) -> int: ...
elif sys.version_info >= (3, 9):
    def f() -> str: ...
    def old() -> str: ...
    class A:
        def old(self) -> str: ...
else:
    def ancient() -> str: ...
if sys.version_info < (3, 10):
    def gone() -> int: ...
if sys.platform == 'win32':
    def windows() -> int: ...
    def both() -> str: ...
else:
    def both() -> int: ...
",
        &[
            "m m",
            "m.A c",
            "m.A.new f () int",
            "m.A.old f () str",
            "m.both f () int",
            "m.f f () int",
            "m.old f () str",
            "m.windows f () int",
        ],
    );
}

#[test]
fn names_are_those_of_the_module_that_exports_them() {
    // Defined in a module of the package; imported for the module's own use.
    check(
        "#: m/
from m.tasks import *
from m import tasks
from _m import lock
#: m.tasks
from _m import lock
__all__ = ['gather', 'wait']
def gather() -> lock: ...
def wait() -> lock: ...
def _helper() -> int: ...
#: _m
class lock:
    def acquire(self) -> bool: ...
",
        &[
            "_m.lock c",
            "_m.lock.acquire f () bool",
            "m m",
            "m.gather f () _m.lock",
            "m.tasks.* = m.*",
            "m.wait f () _m.lock",
        ],
    );
    // Private and renamed; `as` the same name is what exports in a stub.
    check(
        "#: m/
import _m
from _m import start as start
from _m import start as begin
Lock = _m.lock
Type = Lock
#: _m
class lock: ...
def start() -> lock: ...
",
        &[
            "_m.* = m.*",
            "_m.lock = m.Lock",
            "m m",
            "m.Lock c",
            "m.Type = m.Lock",
            "m.start f () m.Lock",
        ],
    );
}

#[test]
fn rules_decide_what_no_stub_says() {
    let text = "#: m/
from m.path import sep as sep
class Old: ...
New = Old
#: mposix
sep: str
def join(a: str) -> str: ...
def _private() -> int: ...
#: m.path
from mposix import *
";
    let rules = "module mposix m.path\nname m.Old m.New # the newer one\nname mposix.sep m.sep";
    assert_eq!(
        of_m(rules, text),
        [
            "m m",
            "m.New c",
            "m.Old = m.New",
            "m.path m",
            "m.path.join f () str",
            "m.path.sep = m.sep",
            "m.sep d str",
            "mposix.* = m.path.*",
        ]
    );
    assert!(super::names::Rules::parse("rename a b").is_err());
}

#[test]
fn a_private_base_of_the_same_name_is_the_class_itself() {
    check(
        "#: m
import _m
class Base(_m._Base): ...
class File(_m._Base):
    def read(self) -> str: ...
#: _m
class _Base:
    def close(self) -> bool: ...
",
        &[
            "_m._Base = m.Base",
            "m m",
            "m.Base c",
            "m.Base.close f () bool",
            "m.File c m.Base",
            "m.File.read f () str",
        ],
    );
}

#[test]
fn types_are_written_in_the_notation() {
    let annotation = |text: &str| {
        let stub = format!(
            "#: m
from typing import *
_T = TypeVar('_T')
_Pair: TypeAlias = tuple[_T, _T]
_Maybe = Optional[str]
_Endless: TypeAlias = list[_Endless] | int
_Mode: TypeAlias = Literal['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
class Outer(Generic[_T]):
    class Inner: ...
x: {text}
"
        );
        of_m("", &stub)
            .into_iter()
            .find_map(|line| line.strip_prefix("m.x d ").map(str::to_owned))
            .unwrap_or_default()
    };
    for (text, wanted) in [
        ("int", "int"),
        ("'Outer[int]'", "m.Outer[int]"),
        ("Outer.Inner", "m.Outer.Inner"),
        ("Optional[int]", "int|None"),
        ("None | int | str | int", "int|str|None"),
        ("Union[int, list[str | None]]", "int|list[str|None]"),
        ("str | Any", "str"),
        ("Any", "Any"),
        ("Unknown", "Any"),
        ("Literal['a', 1, True, None]", "str|int|bool|None"),
        ("Iterator[int]", "collections.abc.Iterator[int]"),
        (
            "Callable[[int, str], bool]",
            "collections.abc.Callable[...,bool]",
        ),
        ("tuple[int, ...]", "tuple[int,...]"),
        ("tuple[()]", "tuple"),
        ("type[Self]", "type[Self]"),
        ("_Pair[str]", "tuple[str,str]"),
        ("_Pair", "tuple[Any,Any]"),
        ("_Maybe", "str|None"),
        ("_Endless", "list[Any]|int"),
        ("_Mode", "str"),
        ("Final[ClassVar[int]]", "int"),
    ] {
        assert_eq!(annotation(text), wanted, "{text}");
    }
}

#[test]
fn signatures_list_what_matters() {
    let function = |stub: &str| {
        let stub = format!(
            "#: m
from typing import *
_T = TypeVar('_T')
_S = TypeVar('_S')
_B = TypeVar('_B', str, bytes)
class Box(Generic[_T]):
    {}
",
            stub.replace("\n", "\n    ")
        );
        let lines = of_m("", &stub);
        lines
            .into_iter()
            .find_map(|line| line.strip_prefix("m.Box.f ").map(str::to_owned))
            .unwrap_or_default()
    };
    for (stub, wanted) in [
        ("def f(self, a: int, b: str = '') -> bool: ...", "f () bool"),
        ("def f(self) -> _T: ...", "f () _T"),
        ("def f(self, a: _T) -> _T: ...", "f () _T"),
        (
            "def f(self, a: int, b: list[_S] = ..., /) -> _S: ...",
            "f (1:list[_S]=) _S",
        ),
        ("def f(self, *a: _S, k: int) -> _S: ...", "f (*0:_S) _S"),
        (
            "def f(self, *, k: _S, **other: _S) -> _S: ...",
            "f (k:_S, **:_S) _S",
        ),
        ("def f(self: _S) -> _S: ...", "f (self:_S) _S"),
        ("async def f(self) -> int: ...", "a () int"),
        ("@property\ndef f(self) -> int: ...", "p int"),
        (
            "@classmethod\ndef f(cls, a: _T) -> Box[_T]: ...",
            "f (cls, 0 a:_T) m.Box[_T]",
        ),
        (
            "@staticmethod\ndef f(a: _S) -> _S: ...",
            "f (static, 0 a:_S) _S",
        ),
        (
            "@overload\ndef f(self, a: int) -> str: ...\n@overload\ndef f(self, a: str) -> str: ...",
            "f () str",
        ),
        (
            "@overload\ndef f(self, x: int, a: Literal[True] = True) -> str: ...\n@overload\ndef f(self, x: int, a: bool) -> bytes: ...",
            "f (1 a:Literal[True]=) str | (1 a:bool) bytes",
        ),
        (
            "@overload\ndef f(self, a: _B) -> _B: ...\n@overload\ndef f(self, a: list[_S]) -> _S: ...",
            "f (0 a:_B, _B<str|bytes) _B | (0 a:list[_S]) _S",
        ),
        (
            "@overload\ndef f[N: int](self, a: N) -> N: ...\n@overload\ndef f(self, a: str) -> bytes: ...",
            "f (0 a:N, N<int) N | (0 a:str) bytes",
        ),
        ("def f(self, a: _B) -> _B: ...", "f (0 a:_B) _B"),
        // Awaited by the caller in one case only.
        (
            "@overload\ndef f(self, a: int) -> bytes: ...\n@overload\nasync def f(self, a: str) -> str: ...",
            "f (0 a:int) bytes | (0 a:str) collections.abc.Coroutine[Any,Any,str]",
        ),
        ("def f(self): ...", "f () Any"),
    ] {
        assert_eq!(function(stub), wanted, "{stub}");
    }
}

#[test]
fn classes_have_parameters_bases_and_members() {
    check(
        "#: m
from typing import *
_T = TypeVar('_T')
_D = TypeVar('_D', default=int)
class Two(Generic[_T, _D]):
    __slots__ = ('x',)
    x: _T
    y = 3
    def __init__(self, x: _T, n: int) -> None: ...
    def __iter__(self) -> Iterator[_T]: ...
    def __eq__(self, other: object) -> bool: ...
    def _hidden(self) -> int: ...
    same = __iter__
class One(Two[list[_T]]): ...
class New[K](Two[K, str]): ...
",
        &[
            "m m",
            "m.New c [K] m.Two[K,str]",
            "m.One c [_T] m.Two[list[_T],int]",
            "m.Two c [_T,_D]",
            "m.Two.__init__ f (0 x:_T) None",
            "m.Two.__iter__ f () collections.abc.Iterator[_T]",
            "m.Two.same f () collections.abc.Iterator[_T]",
            "m.Two.x p _T",
            "m.Two.y p int",
        ],
    );
}

#[test]
fn private_classes_stay_where_public_names_need_them() {
    check(
        "#: m
from typing import *
class _Needed:
    def go(self) -> _Also: ...
class _Also: ...
class _Unneeded: ...
def f() -> _Needed: ...
",
        &[
            "m m",
            "m._Also c",
            "m._Needed c",
            "m._Needed.go f () m._Also",
            "m.f f () m._Needed",
        ],
    );
}

#[test]
fn what_stubs_write_out_has_a_type() {
    check(
        "#: m
from typing import *
class A:
    def go(self) -> int: ...
_inst: A
go = _inst.go
a = A()
n: Final = -1
s: Final = 'x'
Same = A
",
        &[
            "m m",
            "m.A c",
            "m.A.go f () int",
            "m.Same = m.A",
            "m.a d m.A",
            "m.go f () int",
            "m.n d int",
            "m.s d str",
        ],
    );
}

#[test]
fn a_stub_that_cannot_be_read_is_named() {
    let broken = stubs("#: broken\ndef f(:\n");
    let error = lines(&broken, "").expect_err("the stub is wrong");
    assert!(error.starts_with("broken: "), "{error}");
}

#[test]
fn the_overlay_is_cut_into_modules() {
    let stubs = overlay(std::path::Path::new("."));
    assert!(stubs.iter().any(|stub| stub.module == "threading"));
    assert!(stubs.iter().all(|stub| !stub.source.is_empty()));
}

#[test]
fn packing_is_the_same_every_time_and_puts_builtins_together() {
    let mut lines: Vec<String> = (0..5000)
        .map(|n| format!("m.name{n:05}\tf\t() int\n"))
        .collect();
    lines.extend(
        [
            "dict\tc\n",
            "dict.get\tf\t() Any\n",
            "m\tm\n",
            "z.*\t=\tm.*\n",
        ]
        .map(str::to_owned),
    );
    lines.sort_unstable();
    let text = lines.concat();
    let packed = pack::pack(&text);
    assert_eq!(packed, pack::pack(&text));
    assert!(
        packed.len() < text.len() / 4,
        "{} of {}",
        packed.len(),
        text.len()
    );
    // One part of what every file asks for, first in the file.
    assert_eq!(packed[..4], [1, 0, 0, 0]);
    let first = &packed[20..20 + usize::from(packed[8])];
    assert_eq!(first, b"dict");
}
