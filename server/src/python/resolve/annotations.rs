//! Annotations to types: what a variable of this type holds.

use ruff_python_ast::{self as ast, Expr, Operator};
use ruff_python_parser::parse_string_annotation;

use super::types::{EMPTY, NEVER, NONE, Ty, Type, UNKNOWN};
use super::{MAX_DEPTH, MAX_ELEMENTS, Memo, Resolver};
use crate::python::scope::{Bound, Place};

/// Bytes of a string annotation that are parsed.
const MAX_ANNOTATION: usize = 1_000;
/// Members of a union that are written one after the other.
const MAX_TERMS: usize = 32;

impl Resolver<'_, '_> {
    /// What a variable with this annotation holds.
    pub(super) fn annotation(&mut self, annotation: &Expr, place: Place) -> Ty {
        if self.depth >= MAX_DEPTH || !self.may_step() {
            return UNKNOWN;
        }
        self.depth += 1;
        let ty = self.annotation_unguarded(annotation, place);
        self.depth -= 1;
        ty
    }

    fn annotation_unguarded(&mut self, annotation: &Expr, place: Place) -> Ty {
        match annotation {
            Expr::NoneLiteral(_) => NONE,
            Expr::StringLiteral(text) => {
                let mut parts = text.value.iter();
                let (Some(part), None) = (parts.next(), parts.next()) else {
                    return UNKNOWN;
                };
                // A tree of its own, dropped on this stack: no annotation is long.
                if part.value.len() > MAX_ANNOTATION {
                    return UNKNOWN;
                }
                match parse_string_annotation(self.model.source, part) {
                    Ok(parsed) if !parsed.expr().is_string_literal_expr() => {
                        self.annotation(parsed.expr(), place)
                    }
                    _ => UNKNOWN,
                }
            }
            Expr::BinOp(_) => {
                let mut all = NEVER;
                let mut current = annotation;
                for _ in 0..MAX_TERMS {
                    match current {
                        Expr::BinOp(binary) if binary.op == Operator::BitOr => {
                            let right = self.annotation(&binary.right, place);
                            all = self.types.union(right, all);
                            current = &binary.left;
                        }
                        _ => {
                            let left = self.annotation(current, place);
                            return self.types.union(left, all);
                        }
                    }
                }
                UNKNOWN
            }
            Expr::Subscript(subscript) => self.generic(subscript, place),
            Expr::Name(name) => {
                let ty = self.name(name, place);
                self.annotated(ty, Some(name), place)
            }
            Expr::Attribute(attribute) => {
                let ty = self.attribute_symbol(attribute, place);
                self.annotated(ty, None, place)
            }
            Expr::Starred(starred) => self.annotation(&starred.value, place),
            _ => UNKNOWN,
        }
    }

    /// Instances of what an annotation names.
    fn annotated(&mut self, ty: Ty, name: Option<&ast::ExprName>, place: Place) -> Ty {
        let mut all = NEVER;
        for member in self.types.members(ty).iter() {
            let instance = match self.types.get(member) {
                Type::Class(..)
                | Type::UserClass(..)
                | Type::Distinct(_)
                | Type::Alias(_)
                | Type::Gradual
                | Type::None
                | Type::ClassOf(..) => self.instance_of_class(member),
                Type::Named(sym, inner) => {
                    let name = self.symbol_name(sym);
                    match name {
                        "typing.Self" => match self.model.scope(place.scope).class {
                            Some(class) => self.own_instance(class),
                            None => UNKNOWN,
                        },
                        "typing.LiteralString" => self.instance("str"),
                        _ => match self.types.get(inner) {
                            // A variable: no type, unless it is an alias in disguise.
                            Type::Instance(..) | Type::Unknown => UNKNOWN,
                            _ => self.instances(inner),
                        },
                    }
                }
                // A type variable is a value of `typing.TypeVar`, a union one of `types.UnionType`.
                _ => UNKNOWN,
            };
            all = self.types.union(all, instance);
        }
        if (all == UNKNOWN || all == NEVER)
            && let Some(name) = name
            && let Some(alias) = self.alias(name, place)
        {
            return alias;
        }
        // A class that may be one of two is either.
        if all == NEVER { UNKNOWN } else { all }
    }

    /// What a name in an annotation stands for that is bound to a type: `Alias = dict[str, int]`, `T = TypeVar("T")`.
    fn alias(&mut self, name: &ast::ExprName, place: Place) -> Option<Ty> {
        let model = self.model;
        let id = model.name_id(name.id.as_str())?;
        let usage = name
            .node_index
            .load()
            .as_u32()
            .and_then(|index| model.uses.get(index as usize));
        let scope = usage.map_or(place.scope, |usage| usage.place.scope);
        let owner = model.owner(scope, id)?;
        let [binding] = model.bindings_in(owner, id) else {
            return None;
        };
        let key = *binding;
        match self.aliases.get(&key) {
            Some(Memo::Done(ty)) => return (*ty != NEVER).then_some(*ty),
            Some(Memo::Running) => return Some(UNKNOWN),
            _ => {}
        }
        let binding = model.binding(key);
        if binding.place.scope == scope && binding.range.contains_range(name.range) {
            return None;
        }
        let value = match binding.bound {
            Bound::TypeAlias(value) | Bound::Value(value) => value,
            Bound::Annotated {
                value: Some(value), ..
            } => value,
            _ => return None,
        };
        self.aliases.insert(key, Memo::Running);
        let alias = match value {
            Expr::Call(call) => self.type_variable(call, binding.place),
            Expr::Subscript(_)
            | Expr::BinOp(_)
            | Expr::StringLiteral(_)
            | Expr::Name(_)
            | Expr::Attribute(_)
                if self.depth < MAX_DEPTH / 2 =>
            {
                Some(self.annotation(value, binding.place))
            }
            _ => None,
        };
        // `NEVER`: no alias at all.
        self.aliases.insert(key, Memo::Done(alias.unwrap_or(NEVER)));
        alias
    }

    /// `TypeVar("T", bound=X)`.
    fn type_variable(&mut self, call: &ast::ExprCall, place: Place) -> Option<Ty> {
        let callee = self.eval(&call.func, place);
        let Type::Class(class, _) = self.types.get(callee) else {
            return None;
        };
        if self.symbol_name(class) != "typing.TypeVar" {
            return None;
        }
        let Some(Expr::StringLiteral(name)) = call.arguments.args.first() else {
            return None;
        };
        let word = self.word(name.value.to_str());
        let bound = match call.arguments.find_keyword("bound") {
            Some(bound) => self.annotation(&bound.value, place),
            None => UNKNOWN,
        };
        Some(self.types.add(Type::Var(word, bound)))
    }

    /// The arguments of a generic class.
    pub(super) fn type_arguments(&mut self, slice: &Expr, place: Place) -> Vec<Ty> {
        let arguments = match slice {
            Expr::Tuple(tuple) => tuple.elts.as_slice(),
            single => std::slice::from_ref(single),
        };
        let mut types = Vec::new();
        for argument in arguments.iter().take(MAX_ELEMENTS) {
            let ty = match argument {
                Expr::List(_) | Expr::EllipsisLiteral(_) => UNKNOWN,
                argument => self.annotation(argument, place),
            };
            types.push(ty);
        }
        types
    }

    /// `Optional[int]` as a value.
    pub(super) fn special_form(
        &mut self,
        subscript: &ast::ExprSubscript,
        place: Place,
    ) -> Option<Ty> {
        let outer = match &*subscript.value {
            Expr::Name(name) => self.name(name, place),
            Expr::Attribute(attribute) if matches!(&*attribute.value, Expr::Name(_)) => {
                self.attribute_symbol(attribute, place)
            }
            _ => return None,
        };
        let sym = match self.types.get(outer) {
            Type::Named(sym, _) | Type::Class(sym, _) => sym,
            _ => return None,
        };
        let is_special = matches!(
            self.symbol_name(sym),
            "typing.Optional"
                | "typing.Union"
                | "typing.Literal"
                | "typing.Annotated"
                | "typing.Callable"
                | "typing.Tuple"
                | "typing.Type"
                | "tuple"
                | "type"
                | "collections.abc.Callable"
        );
        if !is_special {
            return None;
        }
        let ty = self.generic(subscript, place);
        Some(self.types.add(Type::Alias(ty)))
    }

    fn generic(&mut self, subscript: &ast::ExprSubscript, place: Place) -> Ty {
        let outer = match &*subscript.value {
            Expr::Name(name) => self.name(name, place),
            Expr::Attribute(attribute) => self.attribute_symbol(attribute, place),
            _ => return UNKNOWN,
        };
        let (name, class) = match self.types.get(outer) {
            Type::Named(sym, inner) => (Some(sym), inner),
            Type::Class(sym, _) => (Some(sym), outer),
            _ => (None, outer),
        };
        let name = name.map_or("", |sym| self.symbol_name(sym));
        let arguments = match &*subscript.slice {
            Expr::Tuple(tuple) => tuple.elts.as_slice(),
            single => std::slice::from_ref(single),
        };
        match name {
            "typing.Optional" => {
                let inner = self.annotation(&subscript.slice, place);
                return self.types.union(inner, NONE);
            }
            "typing.Union" => {
                let mut all = NEVER;
                for argument in arguments.iter().take(MAX_TERMS) {
                    let ty = self.annotation(argument, place);
                    all = self.types.union(all, ty);
                }
                return all;
            }
            "typing.Annotated"
            | "typing.Final"
            | "typing.ClassVar"
            | "typing.Required"
            | "typing.NotRequired"
            | "typing.ReadOnly"
            | "typing.Unpack"
            | "dataclasses.InitVar" => {
                return match arguments.first() {
                    Some(argument) => self.annotation(argument, place),
                    None => UNKNOWN,
                };
            }
            "typing.Literal" => return self.literal(arguments, place),
            "typing.TypeGuard" | "typing.TypeIs" => return self.instance("bool"),
            "typing.Callable" | "collections.abc.Callable" => {
                let result = match arguments.last() {
                    Some(result) => self.annotation(result, place),
                    None => UNKNOWN,
                };
                return self.types.add(Type::Callable(result));
            }
            "type" | "typing.Type" => {
                return match arguments.first() {
                    Some(argument) => {
                        let instance = self.annotation(argument, place);
                        self.class_of_instances(instance)
                    }
                    None => UNKNOWN,
                };
            }
            "tuple" | "typing.Tuple" => {
                if let [item, Expr::EllipsisLiteral(_)] = arguments {
                    let item = self.annotation(item, place);
                    return self.instance_of("tuple", &[item]);
                }
                let items = self.type_arguments(&subscript.slice, place);
                let items = self.types.list(&items);
                return self.types.add(Type::Tuple(items));
            }
            _ => {}
        }
        match self.types.get(class) {
            Type::Class(class, EMPTY) => {
                let args = self.type_arguments(&subscript.slice, place);
                let args = self.types.list(&args);
                self.types.add(Type::Instance(class, args))
            }
            Type::UserClass(class, EMPTY) => {
                let args = self.type_arguments(&subscript.slice, place);
                let args = self.types.list(&args);
                self.types.add(Type::UserInstance(class, args))
            }
            // An alias with parameters.
            _ => match &*subscript.value {
                Expr::Name(name) => self.alias(name, place).unwrap_or(UNKNOWN),
                _ => UNKNOWN,
            },
        }
    }

    /// What an attribute names, its own name kept: `typing.Optional`.
    pub(super) fn attribute_symbol(&mut self, attribute: &ast::ExprAttribute, place: Place) -> Ty {
        let owner = self.eval(&attribute.value, place);
        let mut members = self.types.members(owner).iter();
        match (members.next(), members.next()) {
            (Some(only), None) => self
                .attr(only, attribute.attr.as_str())
                .map_or(UNKNOWN, |attr| attr.ty),
            _ => self.attribute(attribute, place),
        }
    }

    fn literal(&mut self, arguments: &[Expr], place: Place) -> Ty {
        let mut all = NEVER;
        for argument in arguments.iter().take(MAX_TERMS) {
            let ty = match argument {
                Expr::Attribute(_) | Expr::UnaryOp(_) => self.eval(argument, place),
                Expr::StringLiteral(_)
                | Expr::BytesLiteral(_)
                | Expr::NumberLiteral(_)
                | Expr::BooleanLiteral(_)
                | Expr::NoneLiteral(_) => self.eval(argument, place),
                _ => UNKNOWN,
            };
            all = self.types.union(all, ty);
        }
        all
    }
}
