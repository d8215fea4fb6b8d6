//! What the traps ask: the one thing that an expression certainly is.

use ruff_python_ast::{self as ast, Expr};

use super::Resolver;
use super::library::Origin;
use super::types::{NEVER, NONE, Sym, Ty, Type};
use crate::python::scope::{ClassId, FunctionId, Place};
use crate::python::symbols;

/// A type as far as one that asks for certainty needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    Unknown,
    Module(Sym),
    Class(Sym),
    /// An instance, and the class of its items where it holds several of one class.
    Instance(Sym, Option<Sym>),
    Function(Sym),
    UserClass(ClassId),
    UserInstance(ClassId),
    UserFunction(FunctionId),
}

/// One possibility: what it is and by which name the code calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Candidate {
    pub symbol: Option<Sym>,
    pub value: Value,
}

impl Resolver<'_, '_> {
    /// What a name, an attribute or a call that the walk has seen is, if that is certain.
    pub fn known(&mut self, expr: &Expr) -> Option<Candidate> {
        let place = self.place_of(expr)?;
        let ty = match expr {
            // By the name that the code uses: `os.environ` and not the class of its value.
            Expr::Name(name) => self.name(name, place),
            _ => self.eval(expr, place),
        };
        let single = self.single(ty)?;
        let mut candidate = self.candidate(single);
        if let Expr::Attribute(attribute) = expr {
            let owner = self.eval(&attribute.value, place);
            if let Some(owner) = self.single(owner)
                && let Some(attr) = self.attr(owner, attribute.attr.as_str())
                && attr.sym.is_some()
            {
                candidate.symbol = attr.sym;
            }
        }
        Some(candidate)
    }

    /// The one thing that this is, `None` apart.
    fn single(&self, ty: Ty) -> Option<Ty> {
        let mut members = self
            .types
            .members(ty)
            .iter()
            .filter(|member| *member != NONE);
        let first = members.next()?;
        (members.next().is_none() && first != NEVER).then_some(first)
    }

    fn candidate(&mut self, ty: Ty) -> Candidate {
        let (symbol, value) = match self.types.get(ty) {
            Type::Module(sym) => (Some(sym), Value::Module(sym)),
            Type::Class(sym, _) => (Some(sym), Value::Class(sym)),
            Type::Instance(sym, args) => {
                let item = self.types.item(args, 0);
                let item = item.and_then(|item| match self.types.get(item) {
                    Type::Instance(item, _) => Some(item),
                    _ => None,
                });
                (Some(sym), Value::Instance(sym, item))
            }
            Type::Tuple(_) => match self.class("tuple") {
                Some(tuple) => (Some(tuple), Value::Instance(tuple, None)),
                None => (None, Value::Unknown),
            },
            Type::Function(sym) | Type::Method(sym, _) => (Some(sym), Value::Function(sym)),
            Type::Named(sym, inner) => (Some(sym), self.candidate_of_data(inner)),
            Type::Foreign(sym) => (Some(sym), Value::Unknown),
            Type::UserClass(class, _) => (None, Value::UserClass(class)),
            Type::UserInstance(class, _) => (None, Value::UserInstance(class)),
            Type::UserFunction(function) | Type::UserMethod(function, _) => {
                (None, Value::UserFunction(function))
            }
            _ => (None, Value::Unknown),
        };
        Candidate { symbol, value }
    }

    fn candidate_of_data(&mut self, inner: Ty) -> Value {
        match self.types.get(inner) {
            Type::Named(..) => Value::Unknown,
            _ => match self.single(inner) {
                Some(single) => self.candidate(single).value,
                None => Value::Unknown,
            },
        }
    }

    /// Whether some name of the file can only come out of a star import.
    pub fn takes_from_stars(&mut self) -> bool {
        let model = self.model;
        for usage in &model.uses {
            let name = usage.name.id.as_str();
            if name.starts_with("__") || model.owner(usage.place.scope, usage.id).is_some() {
                continue;
            }
            // `from .part import *` binds `part` as well.
            let is_module = model.stars.iter().any(|(module, level)| {
                *level > 0 && module.is_some_and(|module| module.rsplit('.').next() == Some(name))
            });
            let is_builtin = symbols::builtin(name).is_some();
            if !is_module && (!is_builtin || matches!(self.star_imported(name), Some(Some(_)))) {
                return true;
            }
        }
        false
    }

    /// Whether a base of a method's class, for all that is known, has a method of the same name.
    pub fn may_override(&mut self, function: FunctionId) -> bool {
        let model = self.model;
        let info = model.function(function);
        let Some(class) = info.class else {
            return false;
        };
        let name = info.def.name.as_str();
        let mro = self.user_class_info(class).mro.clone();
        mro.iter().skip(1).any(|base| match self.types.get(*base) {
            Type::UserInstance(base, _) => self.own(base, name).is_some(),
            Type::Instance(base, _) if self.symbol_name(base) == "object" => false,
            Type::Instance(base, _) => {
                let word = self.word(name);
                self.symbol(base).origin == Origin::Foreign
                    || self.library_member(base, word).is_some_and(|member| {
                        let owner = self.symbol(member).owner;
                        owner.is_none_or(|owner| self.symbol_name(owner) != "object")
                    })
            }
            _ => true,
        })
    }

    /// Whether a class says what other classes are like.
    pub fn is_users_protocol(&mut self, class: ClassId) -> bool {
        self.inherits(class, &["typing.Protocol"])
    }

    /// Where an expression stands: the walk noted it for names and attributes.
    pub fn place_of(&self, expr: &Expr) -> Option<Place> {
        let mut current = expr;
        loop {
            current = match current {
                Expr::Name(name) => return self.place_of_name(name),
                Expr::Attribute(attribute) => {
                    if let Some(index) = attribute.node_index.load().as_u32() {
                        return self
                            .model
                            .attributes
                            .get(index as usize)
                            .map(|usage| usage.place);
                    }
                    &attribute.value
                }
                Expr::Call(call) => &call.func,
                Expr::Subscript(subscript) => &subscript.value,
                Expr::Await(awaited) => &awaited.value,
                _ => return None,
            };
        }
    }

    pub fn place_of_name(&self, name: &ast::ExprName) -> Option<Place> {
        let index = name.node_index.load().as_u32()?;
        self.model.uses.get(index as usize).map(|usage| usage.place)
    }
}
