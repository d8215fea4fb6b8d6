//! The names of constructs: every syntax name and trap there is, and what may be a symbol's name.
//!
//! `docs/constructs.md` describes each for people; a test holds the page to these lists.

use super::symbols;

/// Every syntax name, in the order of `docs/constructs.md`.
pub const SYNTAX: &[&str] = &[
    // Statements
    "def",
    "async def",
    "lambda",
    "return",
    "pass",
    "break",
    "continue",
    "assert",
    "del",
    "global",
    "nonlocal",
    "class",
    "match",
    "case",
    "await",
    "with",
    "for",
    "while",
    "if",
    "elif",
    "else",
    "for ... else",
    "while ... else",
    "async with",
    "async for",
    "yield",
    "yield from",
    "try",
    "except",
    "except*",
    "finally",
    "try ... else",
    "raise",
    "raise ... from",
    "import",
    "from ... import",
    "lazy import",
    "import *",
    "type alias",
    // Expressions
    "is",
    "in",
    "and",
    "or",
    "not",
    ":=",
    "==",
    "!=",
    "//",
    "%",
    "**",
    "@",
    "<<",
    ">>",
    "&",
    "|",
    "^",
    "~",
    "+=",
    "conditional expression",
    "chained comparison",
    "list comprehension",
    "dict comprehension",
    "set comprehension",
    "generator expression",
    "list",
    "dict",
    "set",
    "tuple",
    "slice",
    "unpacking",
    "f-string",
    "t-string",
    "raw string",
    "bytes",
    "None",
    "True",
    "False",
    "Ellipsis",
    "docstring",
    // Functions and classes
    "*args",
    "**kwargs",
    "keyword-only parameters",
    "positional-only parameters",
    "default argument",
    "type hint",
    "decorator",
    "self",
    "cls",
    "inheritance",
    "multiple inheritance",
    "metaclass",
    "name mangling",
    "closure",
    "generator",
    "async generator",
    "recursion",
    "if __name__ == \"__main__\"",
    // Special methods and attributes: the rest of the list, sorted, so that a name in the code is found by binary search.
    "__abs__",
    "__add__",
    "__aenter__",
    "__aexit__",
    "__aiter__",
    "__and__",
    "__anext__",
    "__annotations__",
    "__await__",
    "__bases__",
    "__bool__",
    "__buffer__",
    "__bytes__",
    "__call__",
    "__cause__",
    "__ceil__",
    "__class__",
    "__class_getitem__",
    "__closure__",
    "__code__",
    "__complex__",
    "__contains__",
    "__context__",
    "__copy__",
    "__deepcopy__",
    "__defaults__",
    "__del__",
    "__delattr__",
    "__delete__",
    "__delitem__",
    "__dict__",
    "__dir__",
    "__divmod__",
    "__doc__",
    "__enter__",
    "__eq__",
    "__exit__",
    "__float__",
    "__floor__",
    "__floordiv__",
    "__format__",
    "__fspath__",
    "__ge__",
    "__get__",
    "__getattr__",
    "__getattribute__",
    "__getitem__",
    "__getnewargs__",
    "__getnewargs_ex__",
    "__getstate__",
    "__globals__",
    "__gt__",
    "__hash__",
    "__iadd__",
    "__iand__",
    "__ifloordiv__",
    "__ilshift__",
    "__imatmul__",
    "__imod__",
    "__imul__",
    "__index__",
    "__init__",
    "__init_subclass__",
    "__instancecheck__",
    "__int__",
    "__invert__",
    "__ior__",
    "__ipow__",
    "__irshift__",
    "__isub__",
    "__iter__",
    "__itruediv__",
    "__ixor__",
    "__kwdefaults__",
    "__le__",
    "__len__",
    "__length_hint__",
    "__lshift__",
    "__lt__",
    "__match_args__",
    "__matmul__",
    "__missing__",
    "__mod__",
    "__module__",
    "__mro__",
    "__mro_entries__",
    "__mul__",
    "__ne__",
    "__neg__",
    "__new__",
    "__next__",
    "__or__",
    "__pos__",
    "__post_init__",
    "__pow__",
    "__prepare__",
    "__qualname__",
    "__radd__",
    "__rand__",
    "__rdivmod__",
    "__reduce__",
    "__reduce_ex__",
    "__release_buffer__",
    "__repr__",
    "__reversed__",
    "__rfloordiv__",
    "__rlshift__",
    "__rmatmul__",
    "__rmod__",
    "__rmul__",
    "__ror__",
    "__round__",
    "__rpow__",
    "__rrshift__",
    "__rshift__",
    "__rsub__",
    "__rtruediv__",
    "__rxor__",
    "__set__",
    "__set_name__",
    "__setattr__",
    "__setitem__",
    "__setstate__",
    "__sizeof__",
    "__slots__",
    "__str__",
    "__sub__",
    "__subclasscheck__",
    "__subclasses__",
    "__subclasshook__",
    "__traceback__",
    "__truediv__",
    "__trunc__",
    "__weakref__",
    "__wrapped__",
    "__xor__",
];

/// Every trap: code that interviewers ask about because it goes wrong.
pub const TRAPS: &[&str] = &[
    "mutable default argument",
    "late-binding closure",
    "bare except",
    "swallowed exception",
    "is with a literal",
    "== None",
    "blocking call in async",
    "coroutine never awaited",
    "task not kept",
    "lock without with",
    "unguarded shared counter",
    "changing while iterating",
    "string built in a loop",
    "type compared",
    "float compared",
    "shadowed builtin",
    "return in finally",
    "star import",
    "process pool without main guard",
];

/// Words that no symbol can be called. Soft keywords may: they are names where they are not keywords.
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Where the special methods begin in [`SYNTAX`].
const FIRST_METHOD: usize = {
    let mut index = 0;
    while index < SYNTAX.len() && SYNTAX[index].as_bytes()[0] != b'_' {
        index += 1;
    }
    index
};

/// The entry of [`SYNTAX`] for a special method, if `name` is one.
pub(crate) fn special_method(name: &str) -> Option<&'static str> {
    if !name.starts_with("__") {
        return None;
    }
    let methods = &SYNTAX[FIRST_METHOD..];
    methods
        .binary_search(&name)
        .ok()
        .map(|index| methods[index])
}

/// Whether `name` may name a symbol: identifiers joined by dots, and neither syntax nor a trap.
pub fn is_symbol_name(name: &str) -> bool {
    name.split('.').all(is_identifier) && !SYNTAX.contains(&name) && !TRAPS.contains(&name)
}

/// Whether the table of the standard library holds a symbol of this name.
pub fn is_known(name: &str) -> bool {
    symbols::find(name).is_some()
}

fn is_identifier(word: &str) -> bool {
    let mut letters = word.chars();
    letters
        .next()
        .is_some_and(|first| first == '_' || first.is_alphabetic())
        && letters.all(|letter| letter == '_' || letter.is_alphanumeric())
        && !KEYWORDS.contains(&word)
}

/// What else explains `symbol` when it has no question of its own, nearest first: for an inherited method the same
/// method of the base classes, then the class, its bases, and the modules around it.
pub fn fallbacks(symbol: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut push = |name: &str| {
        if name != symbol && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    };
    let Some((owner, member)) = symbol.rsplit_once('.') else {
        symbols::bases(symbol).into_iter().for_each(push);
        return names;
    };
    for base in symbols::bases(owner) {
        let inherited = format!("{base}.{member}");
        if symbols::find(&inherited).is_some_and(|entry| entry.name == inherited) {
            push(&inherited);
        }
    }
    symbols::bases(symbol).into_iter().for_each(&mut push);
    push(owner);
    symbols::bases(owner).into_iter().for_each(&mut push);
    let mut rest = owner;
    while let Some((outer, _)) = rest.rsplit_once('.') {
        push(outer);
        rest = outer;
    }
    names
}
