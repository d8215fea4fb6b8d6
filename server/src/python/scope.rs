//! Scopes, bindings and uses of one file: which name is bound where, by what, and where it is read.
//!
//! One walk over the tree collects everything; nothing is resolved here. Who binds what follows the language
//! reference: class scopes are not seen from methods, a comprehension has a scope of its own but for its first
//! iterable, `global` and `nonlocal` bind elsewhere, `except ... as` and `del` unbind.

use ruff_python_ast::{self as ast, Expr, Pattern};
use ruff_text_size::TextRange;

mod flow;
mod walk;

pub(crate) use flow::{Flow, FlowId, Flows, Reference, START};
pub(crate) use walk::walk;

/// Identifiers are hashed often and never hostile enough to matter: files are small and the map is per file.
pub(crate) use rustc_hash::FxHashMap as QuickMap;

macro_rules! ids {
    ($($name:ident),*) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) struct $name(pub u32);
    )*};
}
ids!(
    ScopeId, NameId, BindingId, ClassId, FunctionId, LambdaId, CaptureId, UnpackId
);

pub(crate) const MODULE: ScopeId = ScopeId(0);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Module,
    Function(FunctionId),
    Lambda,
    Class(ClassId),
    Comprehension,
    TypeParams,
}

#[derive(Debug)]
pub(crate) struct Scope {
    pub kind: ScopeKind,
    pub parent: Option<ScopeId>,
    /// The class whose body this scope is in, through functions: what `super()` means.
    pub class: Option<ClassId>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub scope: ScopeId,
    pub flow: FlowId,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound<'a> {
    /// `import a.b` binds `a`, `import a.b as c` the whole.
    Module(&'a str),
    FromImport {
        module: Option<&'a str>,
        level: u32,
        name: &'a str,
    },
    Value(&'a Expr),
    /// The element at an index of what is unpacked, counted from the end where a star comes before it.
    Element {
        value: UnpackId,
        index: u32,
        from_end: bool,
    },
    /// What a star among the targets gathers.
    Rest {
        value: UnpackId,
    },
    Annotated {
        annotation: &'a Expr,
        value: Option<&'a Expr>,
    },
    Parameter {
        annotation: Option<&'a Expr>,
        default: Option<&'a Expr>,
    },
    Enter {
        manager: &'a Expr,
        is_async: bool,
    },
    Item {
        iterable: &'a Expr,
        is_async: bool,
    },
    Exception {
        class: Option<&'a Expr>,
        is_star: bool,
    },
    Augmented(&'a ast::StmtAugAssign),
    Receiver {
        class: ClassId,
        is_class: bool,
    },
    Arguments(Option<&'a Expr>),
    KeywordArguments(Option<&'a Expr>),
    Function(FunctionId),
    Class(ClassId),
    Captured(CaptureId),
    TypeAlias(&'a Expr),
    TypeParam(&'a ast::TypeParam),
    Deleted,
}

/// One step from the subject of a `match` to what a pattern in it sees.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Capture<'a> {
    Subject(&'a Expr),
    /// What is left when a pattern matched.
    Matched(CaptureId, &'a Pattern),
    Element {
        of: CaptureId,
        index: u32,
        from_end: bool,
    },
    Rest(CaptureId),
    Value(CaptureId),
    Attribute(CaptureId, &'a str),
    /// Positional pattern of a class.
    Positional(CaptureId, u32),
    Mapping(CaptureId),
}

#[derive(Debug)]
pub(crate) struct Binding<'a> {
    /// The token that binds.
    pub range: TextRange,
    pub place: Place,
    /// The scope whose name it is: another one after `global` and `nonlocal`.
    pub owner: ScopeId,
    pub bound: Bound<'a>,
    /// The attribute that is bound, where it is no name.
    pub member: Option<&'a ast::ExprAttribute>,
    /// In a branch that never runs.
    pub is_dead: bool,
    /// Bound by `global` or `nonlocal` in another scope: may happen at any time.
    pub elsewhere: bool,
}

#[derive(Debug)]
pub(crate) struct Function<'a> {
    pub def: &'a ast::StmtFunctionDef,
    pub place: Place,
    pub scope: ScopeId,
    /// The class whose body defines it.
    pub class: Option<ClassId>,
    pub yields: bool,
    /// Whether the end of the body can be reached.
    pub falls_through: bool,
}

#[derive(Debug)]
pub(crate) struct Class<'a> {
    pub def: &'a ast::StmtClassDef,
    pub place: Place,
    pub scope: ScopeId,
    /// Behind the last statement of the body.
    pub end: FlowId,
}

#[derive(Debug)]
pub(crate) struct Lambda<'a> {
    pub lambda: &'a ast::ExprLambda,
    /// Inside, where its parameters are seen.
    pub place: Place,
}

/// A name that is read (or deleted).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use<'a> {
    pub name: &'a ast::ExprName,
    pub id: NameId,
    pub place: Place,
    /// The call whose callee this name is.
    pub is_callee: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct AttributeUse<'a> {
    pub attribute: &'a ast::ExprAttribute,
    pub place: Place,
    pub is_callee: bool,
}

/// Everything the walk found out about a file.
pub(crate) struct Model<'a> {
    pub source: &'a str,
    pub scopes: Vec<Scope>,
    pub flows: Flows<'a>,
    pub bindings: Vec<Binding<'a>>,
    pub functions: Vec<Function<'a>>,
    pub classes: Vec<Class<'a>>,
    pub lambdas: Vec<Lambda<'a>>,
    pub captures: Vec<Capture<'a>>,
    pub unpacked: Vec<Bound<'a>>,
    /// What functions return and yield; whether that is `yield from`.
    pub returns: QuickMap<FunctionId, Vec<&'a Expr>>,
    pub yields: QuickMap<FunctionId, Vec<(&'a Expr, bool)>>,
    pub uses: Vec<Use<'a>>,
    pub attributes: Vec<AttributeUse<'a>>,
    /// Names in an import statement, by the dotted path that they stand for, and whether it is a module's.
    pub imported: Vec<(TextRange, String)>,
    /// `from module import *`, and how many dots stand before the module.
    pub stars: Vec<(Option<&'a str>, u32)>,
    names: QuickMap<&'a str, NameId>,
    bound: QuickMap<(ScopeId, NameId), Vec<BindingId>>,
    /// What the methods of a class bind on `self`.
    members: QuickMap<(ClassId, NameId), Vec<BindingId>>,
    /// What names and members are declared to be, wherever they are bound.
    declared_types: QuickMap<(ScopeId, NameId), &'a Expr>,
    declared_members: QuickMap<(ClassId, NameId), (&'a Expr, Place)>,
    /// Names that `global` or `nonlocal` sends to another scope.
    declared: QuickMap<(ScopeId, NameId), ScopeId>,
    /// Whether the tree is too deep to be dropped on this stack.
    pub deep: bool,
}

impl<'a> Model<'a> {
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    pub fn binding(&self, id: BindingId) -> &Binding<'a> {
        &self.bindings[id.0 as usize]
    }

    pub fn function(&self, id: FunctionId) -> &Function<'a> {
        &self.functions[id.0 as usize]
    }

    pub fn class(&self, id: ClassId) -> &Class<'a> {
        &self.classes[id.0 as usize]
    }

    pub fn name_id(&self, name: &str) -> Option<NameId> {
        self.names.get(name).copied()
    }

    pub fn name_count(&self) -> usize {
        self.names.len()
    }

    /// Bindings of a name in one scope, in the order in which they take effect.
    pub fn bindings_in(&self, scope: ScopeId, name: NameId) -> &[BindingId] {
        self.bound.get(&(scope, name)).map_or(&[], Vec::as_slice)
    }

    /// Every identifier of the file; in no order.
    pub fn names(&self) -> impl Iterator<Item = (&'a str, NameId)> {
        self.names.iter().map(|(name, id)| (*name, *id))
    }

    /// The bindings of every name in every scope; in no order.
    pub fn all_bindings(&self) -> impl Iterator<Item = (NameId, &[BindingId])> {
        self.bound
            .iter()
            .map(|((_, id), bindings)| (*id, bindings.as_slice()))
    }

    pub fn members(&self, class: ClassId, name: NameId) -> &[BindingId] {
        self.members.get(&(class, name)).map_or(&[], Vec::as_slice)
    }

    /// The scope that a name read in `scope` belongs to; none if only builtins are left.
    pub fn owner(&self, scope: ScopeId, name: NameId) -> Option<ScopeId> {
        let mut current = Some(scope);
        // A class body is seen from itself and from the annotations in it, not from functions.
        let mut sees_class = true;
        while let Some(id) = current {
            if let Some(target) = self.declared.get(&(id, name)).copied() {
                return self.bound.contains_key(&(target, name)).then_some(target);
            }
            let kind = self.scope(id).kind;
            let is_visible = sees_class || !matches!(kind, ScopeKind::Class(_));
            if is_visible && self.bound.contains_key(&(id, name)) {
                return Some(id);
            }
            sees_class = sees_class && kind == ScopeKind::TypeParams;
            current = self.scope(id).parent;
        }
        None
    }

    /// Whether code in `inner` runs as part of `outer`, so that the order of lines means something.
    pub fn runs_inside(&self, inner: ScopeId, outer: ScopeId) -> bool {
        let mut current = inner;
        loop {
            if current == outer {
                return true;
            }
            match (self.scope(current).kind, self.scope(current).parent) {
                (
                    ScopeKind::Comprehension | ScopeKind::Class(_) | ScopeKind::TypeParams,
                    Some(parent),
                ) => current = parent,
                _ => return false,
            }
        }
    }

    /// Whether a function stands between a name's use and the scope that binds it.
    pub fn is_captured(&self, usage: ScopeId, owner: ScopeId) -> bool {
        if matches!(
            self.scope(owner).kind,
            ScopeKind::Module | ScopeKind::Class(_) | ScopeKind::TypeParams
        ) {
            return false;
        }
        self.crosses_function(usage, owner)
    }

    /// Whether code in `usage` runs later than the code around it in `owner`.
    pub fn crosses_function(&self, usage: ScopeId, owner: ScopeId) -> bool {
        let mut current = usage;
        while current != owner {
            if matches!(
                self.scope(current).kind,
                ScopeKind::Function(_) | ScopeKind::Lambda
            ) {
                return true;
            }
            match self.scope(current).parent {
                Some(parent) => current = parent,
                None => return false,
            }
        }
        false
    }

    pub fn declared_type(&self, scope: ScopeId, name: NameId) -> Option<&'a Expr> {
        self.declared_types.get(&(scope, name)).copied()
    }

    pub fn declared_member(&self, class: ClassId, name: NameId) -> Option<(&'a Expr, Place)> {
        self.declared_members.get(&(class, name)).copied()
    }

    /// Whether `scope` says `global name` or `nonlocal name`.
    pub fn is_declared_elsewhere(&self, scope: ScopeId, name: NameId) -> bool {
        self.declared.contains_key(&(scope, name))
    }

    /// The function that code in this scope belongs to, past comprehensions and lambdas.
    pub fn function_around(&self, scope: ScopeId) -> Option<FunctionId> {
        let mut current = Some(scope);
        while let Some(id) = current {
            match self.scope(id).kind {
                ScopeKind::Function(function) => return Some(function),
                ScopeKind::Class(_) | ScopeKind::Module => return None,
                _ => current = self.scope(id).parent,
            }
        }
        None
    }
}
