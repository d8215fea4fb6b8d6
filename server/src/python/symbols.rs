//! The table of the standard library: which names there are, what they are, what calls return.
//!
//! `cargo xtask typeshed` writes `data/stdlib.table` from the stubs of typeshed. It is compressed in parts; a look-up reads the
//! part that its name is in and keeps it, so that start-up pays nothing for what is not asked. A module of the user's can be
//! described in the same notation and read by the same [`Table`].
//!
//! One name a line, sorted by their bytes, fields separated by a tab: the name, its sort, and a detail:
//!
//! | sort | detail | example |
//! | --- | --- | --- |
//! | `m` | | a module |
//! | `c` | type parameters in brackets, bases separated by `;` | `dict c [_KT,_VT] collections.abc.MutableMapping[_KT,_VT]` |
//! | `f` | the ways to call it, separated by ` \| ` | `asyncio.create_task f (0 coro:collections.abc.Coroutine[Any,Any,_T]) asyncio.Task[_T]` |
//! | `a` | the same of a coroutine function; the result is what awaiting gives | `asyncio.Queue.get a () _T` |
//! | `p` | the type of a property or attribute | `re.Pattern.pattern p AnyStr` |
//! | `d` | the type of a module's data | `sys.path d list[str]` |
//! | `g` | the class that a generic alias stands for | `typing.List g list` |
//! | `l` | literal strings that parameters mention by this name | `_typeshed.OpenTextModeReading l "r","rt",...` |
//! | `=` | another name of the detail; `x.*` is a whole module | `_io.* = io.*` |
//!
//! A type is a dotted public name with `[arguments]`, `A|B|None`, `Any`, `Self`, or a type variable by its bare name (that of
//! the class, or the function's own). It holds no spaces. `tuple[int,...]` is of any length, `type[X]` a class itself, the
//! arguments of `collections.abc.Callable[...,X]` are never told. Literals are widened to their classes but in parameters,
//! where `Literal[True]` or `Literal["r","w"]` tells overloads apart. What a stub calls `X | Any` is `X`. `typing.NoReturn`
//! never returns. In a module of the user's `typing.TypeAlias[X]` is an alias of a type that is no class, `typing.NewType[X]` what
//! makes an `X`. A private name (`_typeshed.SupportsNext`, `os._Environ`) is there where a public signature needs it.
//!
//! A way to call is `(parameters) result`. Parameters are separated by `, `; listed are only those that matter: with one way
//! to call those that mention a type variable of the result, with several all in which they differ. So an argument that one
//! way lists and another does not rules out the other. Written are `0 key:T` (position without the receiver, name), `0:T` (by
//! position only), `key:T` (by name only), `*1:T`, `**:T`; with `=` behind if there is a default. The receiver comes first if
//! it matters: `self:T`, `cls` or `cls:T` of a class method, `static`. Last come the bounds of type variables where there are
//! several ways to call, `V<T`: an argument for `V` that is no `T` rules the way out. Generic classes have `__init__` and
//! `__new__`: what the arguments say about the class's own variables, or `self:T` and the result of `__new__`, which are the
//! instance.

#[allow(dead_code, reason = "the resolver of one-level types asks for less")]
pub(crate) mod notation;
pub(crate) mod table;

use std::borrow::Cow;
use std::sync::LazyLock;

pub(crate) use table::{Sort, Table};

/// An entry of the standard library.
pub(crate) type Entry = table::Entry<'static>;

static STDLIB: LazyLock<Table> = LazyLock::new(|| {
    let file = include_bytes!("data/stdlib.table");
    Table::from_packed(file).unwrap_or_else(|| Table::from_text(""))
});

/// Classes above a class that are weighed: a guard against a cycle in a user's classes.
const MAX_BASES: usize = 48;

/// The table of the standard library.
pub(crate) fn stdlib() -> &'static Table {
    &STDLIB
}

/// A member of a class and the class, perhaps a base, that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member<'t> {
    pub entry: table::Entry<'t>,
    pub owner: &'t str,
}

impl Table {
    /// The entry of a name, under its canonical name if it has another one.
    pub fn find(&self, name: &str) -> Option<table::Entry<'_>> {
        match self.lookup(name) {
            Some(entry) if entry.sort == Sort::Alias => self.lookup(entry.detail),
            Some(entry) => Some(entry),
            None => match self.canonical(name) {
                Cow::Owned(public) => self.lookup(&public),
                Cow::Borrowed(public) if public != name => self.lookup(public),
                Cow::Borrowed(_) => None,
            },
        }
    }

    /// The public name of a module that the table knows under `name`.
    pub fn module(&self, name: &str) -> Option<&str> {
        let entry = match self.lookup(name) {
            Some(entry) => Some(entry),
            None => self
                .module_alias(name)
                .and_then(|public| self.lookup(public)),
        };
        entry
            .filter(|entry| entry.sort == Sort::Module)
            .map(|entry| entry.name)
    }

    /// What the implementation module `name` is called in public: `posixpath` is `os.path`.
    fn module_alias(&self, name: &str) -> Option<&str> {
        let mut key = String::with_capacity(name.len() + 2);
        key.push_str(name);
        key.push_str(".*");
        self.lookup(&key)?.detail.strip_suffix(".*")
    }

    /// The public name of a symbol: `_thread.lock.acquire` is `threading.Lock.acquire`. Names that the table does not know
    /// are their own.
    pub fn canonical<'n>(&self, name: &'n str) -> Cow<'n, str> {
        let name = name.strip_prefix("builtins.").unwrap_or(name);
        if self
            .lookup(name)
            .is_some_and(|entry| entry.sort != Sort::Alias)
        {
            return Cow::Borrowed(name);
        }
        // The longest part that has another name decides.
        let mut head = name;
        loop {
            let tail = name.get(head.len()..).unwrap_or("");
            if let Some(entry) = self.lookup(head).filter(|entry| entry.sort == Sort::Alias) {
                return Cow::Owned(format!("{}{tail}", entry.detail));
            }
            if let Some(public) = self.module_alias(head) {
                let renamed = format!("{public}{tail}");
                // `asyncio.subprocess` and the like: only what the public module really has.
                match self.lookup(&renamed) {
                    Some(entry) if entry.sort == Sort::Alias => {
                        return Cow::Owned(entry.detail.to_owned());
                    }
                    Some(_) => return Cow::Owned(renamed),
                    None if self.has_owner(&renamed, public) => return Cow::Owned(renamed),
                    None => {}
                }
            }
            match head.rsplit_once('.') {
                Some((outer, _)) => head = outer,
                None => return Cow::Borrowed(name),
            }
        }
    }

    /// Whether a class of `module` may have inherited what has no line of its own.
    fn has_owner(&self, name: &str, module: &str) -> bool {
        name.rsplit_once('.').is_some_and(|(owner, member)| {
            owner != module
                && self
                    .lookup(owner)
                    .is_some_and(|entry| entry.sort == Sort::Class)
                && self.member(owner, member).is_some()
        })
    }

    /// What is in a module or class itself.
    #[allow(dead_code, reason = "the resolver of one-level types asks for less")]
    pub fn members<'t>(&'t self, owner: &str) -> impl Iterator<Item = table::Entry<'t>> + use<'t> {
        let length = owner.len() + 1;
        self.below(owner).filter(move |entry| {
            entry
                .name
                .get(length..)
                .is_some_and(|name| !name.contains('.'))
        })
    }

    /// The attribute of a class or of the first of its bases that has it.
    pub fn member(&self, class: &str, attribute: &str) -> Option<Member<'_>> {
        let mut name = String::with_capacity(class.len() + attribute.len() + 16);
        self.order(class).into_iter().find_map(|owner| {
            name.clear();
            name.push_str(owner);
            name.push('.');
            name.push_str(attribute);
            let entry = self
                .lookup(&name)
                .filter(|entry| entry.sort != Sort::Module)?;
            Some(Member { entry, owner })
        })
    }

    /// A class and the classes above it in the order in which attributes are looked up, `object` left out.
    pub fn order(&self, class: &str) -> Vec<&str> {
        let mut order: Vec<&str> = Vec::with_capacity(8);
        let Some(entry) = self.find(class).filter(|entry| entry.sort == Sort::Class) else {
            return order;
        };
        let mut pending: Vec<&str> = vec![entry.name];
        let mut steps = 0;
        while let Some(next) = pending.pop() {
            steps += 1;
            if steps > MAX_BASES {
                break;
            }
            let Some(entry) = self.find(next).filter(|entry| entry.sort == Sort::Class) else {
                continue;
            };
            // A base that several classes share comes after all of them.
            order.retain(|known| *known != entry.name);
            order.push(entry.name);
            let at = pending.len();
            pending.extend(entry.bases().map(|base| notation::applied(base).0));
            pending[at..].reverse();
        }
        order
    }

    /// The bases of a class, nearest first, without those that every class has.
    pub fn bases(&self, class: &str) -> Vec<&str> {
        let mut order = self.order(class);
        if !order.is_empty() {
            order.remove(0);
        }
        // The stubs give builtins abstract classes as bases, which they are not.
        let is_builtin = !class.contains('.');
        order.retain(|base| {
            let everyones = [
                "object",
                "BaseException",
                "abc.ABC",
                "typing.Generic",
                "typing.Protocol",
            ];
            let is_abstract = is_builtin && base.starts_with("collections.abc.");
            let is_private = base.split('.').any(|word| word.starts_with('_'));
            !everyones.contains(base) && !is_abstract && !is_private
        });
        order
    }
}

/// The entry of a name of the standard library, under its canonical name if it has another one.
pub(crate) fn find(name: &str) -> Option<Entry> {
    stdlib().find(name)
}

/// A builtin by its bare name.
pub(crate) fn builtin(name: &str) -> Option<Entry> {
    if name.contains('.') {
        return None;
    }
    stdlib()
        .find(name)
        .filter(|entry| entry.sort != Sort::Module)
}

/// The public name of a module that the standard library knows under `name`.
pub(crate) fn module(name: &str) -> Option<&'static str> {
    stdlib().module(name)
}

/// Whether a class has an attribute, of its own or inherited.
pub fn has_member(class: &str, attribute: &str) -> bool {
    stdlib().member(class, attribute).is_some()
}

/// Whether the table has a module of exactly this name.
pub fn is_module(name: &str) -> bool {
    module(name) == Some(name)
}

/// Whether the table speaks for everything in this package: what it does not know there does not exist.
pub fn is_known_package(name: &str) -> bool {
    let top = name.split('.').next().unwrap_or(name);
    module(top).is_some()
}

/// The bases of a class, nearest first, without those that every class has.
pub(crate) fn bases(class: &str) -> Vec<&'static str> {
    stdlib().bases(class)
}

/// The public name of a symbol: `_thread.lock.acquire` is `threading.Lock.acquire`. Names that the table does not know are
/// their own.
pub fn canonical(name: &str) -> Cow<'_, str> {
    let member = DOCUMENTED.iter().find_map(|(class, public)| {
        let member = name.strip_prefix(class)?.strip_prefix('.')?;
        Some(format!("{public}.{member}"))
    });
    match member {
        Some(name) => Cow::Owned(name),
        None => stdlib().canonical(name),
    }
}

/// Classes without a documented name, and what documentation calls the only thing that is an instance of them or makes one:
/// `functools.lru_cache.cache_info`, `os.environ.get`.
const DOCUMENTED: [(&str, &str); 3] = [
    ("functools._lru_cache_wrapper", "functools.lru_cache"),
    ("os._Environ", "os.environ"),
    ("sys._version_info", "sys.version_info"),
];

/// What the members of such a class are called by.
pub(crate) fn documented(class: &str) -> Option<&'static str> {
    let found = DOCUMENTED.iter().find(|(private, _)| *private == class);
    found.map(|(_, public)| *public)
}

/// Every name of the table. Inflates all of it (1.7 MB): for suggestions, not for hovers.
pub fn symbol_names() -> impl Iterator<Item = &'static str> {
    let lines = stdlib().all();
    lines.filter_map(|line| line.split('\t').next())
}

/// The entry of exactly this name, or of what it is another name of.
pub(crate) fn line(name: &str) -> Option<Entry> {
    match stdlib().lookup(name) {
        Some(entry) if entry.sort == Sort::Alias => find(entry.detail),
        entry => entry,
    }
}
