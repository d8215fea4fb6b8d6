//! What an expression can be: the values that [`super::Resolver`] computes with.

use std::sync::Arc;

use crate::python::scope::{ClassId, FunctionId, QuickMap};
use crate::python::symbols::Entry;

/// An interned library name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Sym(pub(super) u32);

pub(super) struct Symbol {
    pub name: Arc<str>,
    /// The path that the code uses, where it is not the public one: `_thread` for `threading`.
    pub path: Arc<str>,
    pub entry: Option<Entry>,
    /// Of a package that the table does not know: resolved by its path alone.
    pub foreign: bool,
}

/// What an expression evaluates to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    Unknown,
    None,
    Module(Sym),
    Class(Sym),
    /// An instance, and the class of its items where it holds several of one class.
    Instance(Sym, Option<Sym>),
    Function(Sym),
    /// A library coroutine that was called and not yet awaited.
    Coroutine(Sym),
    /// Data of a module without a known class.
    Data(Sym),
    /// Something of a package that the table does not know, and no class by its looks.
    Foreign(Sym),
    UserClass(ClassId),
    UserInstance(ClassId),
    UserFunction(FunctionId),
    UserCoroutine(FunctionId),
    Super(ClassId),
}

/// One possibility: what it is and by which name the code calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Candidate {
    pub symbol: Option<Sym>,
    pub value: Value,
}

pub(super) const UNKNOWN: Candidate = Candidate {
    symbol: None,
    value: Value::Unknown,
};

/// The things that an expression can be: none while nothing is known, several after branches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values {
    pub(super) items: [Candidate; Values::MAX],
    pub(super) len: usize,
}

impl Values {
    const MAX: usize = 3;
    pub(super) const EMPTY: Self = Self {
        items: [UNKNOWN; Self::MAX],
        len: 0,
    };

    pub(super) fn one(candidate: Candidate) -> Self {
        let mut values = Self::EMPTY;
        values.add(candidate);
        values
    }

    pub(super) fn unknown() -> Self {
        Self::one(UNKNOWN)
    }

    pub(super) fn add(&mut self, candidate: Candidate) {
        if self.iter().any(|known| known == candidate) {
            return;
        }
        if self.len == Self::MAX {
            *self = Self::unknown();
        } else {
            self.items[self.len] = candidate;
            self.len += 1;
        }
    }

    pub(super) fn extend(&mut self, other: Self) {
        for candidate in other.iter() {
            self.add(candidate);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = Candidate> + use<> {
        self.items.into_iter().take(self.len)
    }

    /// The one thing that this is, `None` apart.
    pub fn single(&self) -> Option<Candidate> {
        let mut certain = self
            .iter()
            .filter(|candidate| candidate.value != Value::None);
        let first = certain.next()?;
        certain.next().is_none().then_some(first)
    }
}

/// Whether a binding has been evaluated yet; one that is being evaluated depends on itself.
#[derive(Clone, Copy)]
pub(super) enum Memo {
    Unseen,
    Running,
    Done(Values),
}

/// What has been evaluated, four bytes for each name: nearly all of a file's values are the same few dozen.
pub(super) struct Memos {
    slots: Vec<u32>,
    pool: Vec<Values>,
    singles: QuickMap<Candidate, u32>,
}

impl Memos {
    const UNSEEN: u32 = 0;
    const RUNNING: u32 = 1;
    const FIRST: u32 = 2;

    pub fn new(count: usize) -> Self {
        Self {
            slots: vec![Self::UNSEEN; count],
            pool: Vec::new(),
            singles: QuickMap::default(),
        }
    }

    pub fn get(&self, index: usize) -> Memo {
        match self.slots.get(index) {
            None | Some(&Self::UNSEEN) => Memo::Unseen,
            Some(&Self::RUNNING) => Memo::Running,
            Some(slot) => Memo::Done(self.pool[(slot - Self::FIRST) as usize]),
        }
    }

    pub fn start(&mut self, index: usize) {
        if let Some(slot) = self.slots.get_mut(index) {
            *slot = Self::RUNNING;
        }
    }

    pub fn finish(&mut self, index: usize, values: Values) {
        let Some(slot) = self.slots.get_mut(index) else {
            return;
        };
        let next = self.pool.len() as u32 + Self::FIRST;
        *slot = if values.len == 1 {
            *self.singles.entry(values.items[0]).or_insert(next)
        } else {
            next
        };
        if *slot == next {
            self.pool.push(values);
        }
    }
}
