//! What an expression can be: types, interned, so that the resolver copies and compares four bytes.

use std::sync::Arc;

use crate::python::scope::{ClassId, FunctionId, LambdaId, QuickMap};

/// An interned dotted name of a library, of a package or of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Sym(pub(super) u32);

/// An interned identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Word(pub(super) u32);

/// An interned type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Ty(u32);

/// An interned list of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Tys(u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    Unknown,
    /// What nobody can know: `Any`, a parameter without an annotation. It hides nothing that is known besides.
    Gradual,
    /// Nothing at all: the union of no types.
    Never,
    None,
    Module(Sym),
    /// A class as an object, with its arguments where it is `list[int]`.
    Class(Sym, Tys),
    Instance(Sym, Tys),
    /// A tuple of known length.
    Tuple(Tys),
    /// A type variable, and what it is at least.
    Var(Word, Ty),
    /// The class that a type variable stands for.
    ClassOf(Word, Ty),
    /// Literals as the table writes them, comma separated; only parameters have this type.
    Literal(Word),
    Function(Sym),
    /// A method by the class that it was found on, and what it is called on.
    Method(Sym, Ty),
    /// Something of a package that the table does not know, and no class by its looks.
    Foreign(Sym),
    /// Data of a module that is known by its own name: `os.environ`, `typing.Optional`.
    Named(Sym, Ty),
    /// What can be called and returns this.
    Callable(Ty),
    UserClass(ClassId, Tys),
    UserInstance(ClassId, Tys),
    UserFunction(FunctionId),
    UserMethod(FunctionId, Ty),
    Lambda(LambdaId),
    /// `super()` in this class, for this receiver.
    Super(ClassId, Ty),
    /// The callable that `typing.NewType` makes.
    Distinct(Ty),
    /// A type as a value that is no class: `Optional[int]`, `int | str`.
    Alias(Ty),
    Union(Tys),
}

pub(crate) const UNKNOWN: Ty = Ty(0);
pub(crate) const NEVER: Ty = Ty(1);
pub(crate) const NONE: Ty = Ty(2);
pub(crate) const GRADUAL: Ty = Ty(3);
pub(crate) const EMPTY: Tys = Tys(0);

/// Types that a union tells apart; what can be more things is anything.
const MAX_UNION: usize = 12;

pub(super) struct Types {
    types: Vec<Type>,
    /// Whether a type variable is in it, beside each type.
    open: Vec<bool>,
    index: QuickMap<Type, Ty>,
    lists: Vec<Arc<[Ty]>>,
    list_index: QuickMap<Arc<[Ty]>, Tys>,
}

impl Types {
    pub fn new() -> Self {
        let mut types = Self {
            types: Vec::with_capacity(256),
            open: Vec::with_capacity(256),
            index: QuickMap::default(),
            lists: Vec::with_capacity(64),
            list_index: QuickMap::default(),
        };
        for fixed in [Type::Unknown, Type::Never, Type::None, Type::Gradual] {
            types.add(fixed);
        }
        types.list(&[]);
        types
    }

    pub fn add(&mut self, item: Type) -> Ty {
        let next = Ty(self.types.len() as u32);
        let ty = *self.index.entry(item).or_insert(next);
        if ty == next {
            let open = self.is_open(item);
            self.types.push(item);
            self.open.push(open);
        }
        ty
    }

    fn is_open(&self, item: Type) -> bool {
        match item {
            Type::Var(..) | Type::ClassOf(..) => true,
            Type::Class(_, list)
            | Type::Instance(_, list)
            | Type::UserClass(_, list)
            | Type::UserInstance(_, list)
            | Type::Tuple(list)
            | Type::Union(list) => self.items(list).iter().any(|item| self.has_var(*item)),
            Type::Callable(result) | Type::Alias(result) => self.has_var(result),
            _ => false,
        }
    }

    pub fn has_var(&self, ty: Ty) -> bool {
        self.open.get(ty.0 as usize).copied().unwrap_or(false)
    }

    pub fn get(&self, ty: Ty) -> Type {
        self.types
            .get(ty.0 as usize)
            .copied()
            .unwrap_or(Type::Unknown)
    }

    pub fn list(&mut self, items: &[Ty]) -> Tys {
        if let Some(list) = self.list_index.get(items) {
            return *list;
        }
        let list = Tys(self.lists.len() as u32);
        let items: Arc<[Ty]> = items.into();
        self.lists.push(Arc::clone(&items));
        self.list_index.insert(items, list);
        list
    }

    pub fn items(&self, list: Tys) -> &[Ty] {
        self.lists.get(list.0 as usize).map_or(&[], |items| items)
    }

    pub fn item(&self, list: Tys, index: usize) -> Option<Ty> {
        self.items(list).get(index).copied()
    }

    /// The types that `ty` can be: itself, if it is no union.
    pub fn members(&self, ty: Ty) -> Members {
        let mut members = Members {
            items: [UNKNOWN; MAX_UNION],
            len: 0,
        };
        match self.get(ty) {
            Type::Union(list) => {
                let items = self.items(list);
                members.len = items.len().min(MAX_UNION);
                members.items[..members.len].copy_from_slice(&items[..members.len]);
            }
            Type::Never => {}
            _ => {
                members.items[0] = ty;
                members.len = 1;
            }
        }
        members
    }

    /// Whether nothing is known about what this is.
    pub fn is_open_ended(&self, ty: Ty) -> bool {
        matches!(ty, UNKNOWN | GRADUAL)
    }

    pub fn union(&mut self, one: Ty, other: Ty) -> Ty {
        if one == other || other == NEVER {
            return one;
        }
        if one == NEVER {
            return other;
        }
        let mut all = self.members(one);
        for member in self.members(other).iter() {
            if all.items[..all.len].contains(&member) {
                continue;
            }
            if all.len == MAX_UNION {
                return UNKNOWN;
            }
            all.items[all.len] = member;
            all.len += 1;
        }
        self.of_members(&all.items[..all.len])
    }

    /// The union of types that are no unions and differ.
    pub fn of_members(&mut self, members: &[Ty]) -> Ty {
        match members {
            [] => NEVER,
            [only] => *only,
            many => {
                let list = self.list(many);
                self.add(Type::Union(list))
            }
        }
    }

    pub fn union_of(&mut self, types: impl IntoIterator<Item = Ty>) -> Ty {
        let mut all = NEVER;
        for ty in types {
            all = self.union(all, ty);
        }
        all
    }
}

/// The members of a union, copied so that they can be looked at while types are made.
#[derive(Clone, Copy)]
pub(super) struct Members {
    items: [Ty; MAX_UNION],
    len: usize,
}

impl Members {
    pub fn iter(&self) -> impl Iterator<Item = Ty> + use<> {
        let Self { items, len } = *self;
        items.into_iter().take(len)
    }
}
