//! What a test says about what it tests: `isinstance`, `is None`, truth.

use ruff_python_ast::{self as ast, CmpOp, Expr};

use super::Resolver;
use super::types::{EMPTY, NEVER, NONE, Ty, Type, UNKNOWN};
use crate::python::scope::{Place, START};

impl Resolver<'_, '_> {
    /// What is left of `ty` where `test` was true, or was not.
    pub(super) fn narrow(&mut self, ty: Ty, test: &Expr, sense: bool) -> Ty {
        match test {
            Expr::Name(_) | Expr::Attribute(_) | Expr::Named(_) => self.filter_truth(ty, sense),
            Expr::Compare(compare) => self.narrow_compared(ty, compare, sense),
            Expr::Call(call) => {
                let place = self.place_of(&call.func).unwrap_or(Place {
                    scope: crate::python::scope::MODULE,
                    flow: START,
                });
                let Expr::Name(function) = &*call.func else {
                    return ty;
                };
                let second = call.arguments.args.get(1);
                match (function.id.as_str(), second) {
                    ("isinstance", Some(classes)) => {
                        let classes = self.class_expression(classes, place);
                        self.filter_instances(ty, classes, sense)
                    }
                    ("issubclass", Some(classes)) => {
                        if !sense {
                            return ty;
                        }
                        let classes = self.class_expression(classes, place);
                        let instances = self.instances(ty);
                        let instances = self.filter_instances(instances, classes, true);
                        self.class_of_instances(instances)
                    }
                    ("callable", None) => self.filter_callable(ty, sense),
                    _ => ty,
                }
            }
            _ => ty,
        }
    }

    fn narrow_compared(&mut self, ty: Ty, compare: &ast::ExprCompare, sense: bool) -> Ty {
        let ([op], [right]) = (&*compare.ops, &*compare.comparators) else {
            return ty;
        };
        let sense = match op {
            CmpOp::Is | CmpOp::Eq | CmpOp::In => sense,
            CmpOp::IsNot | CmpOp::NotEq => !sense,
            _ => return ty,
        };
        let is_none = right.is_none_literal_expr() || compare.left.is_none_literal_expr();
        if is_none {
            return self.filter_none(ty, sense);
        }
        if let Expr::Call(_) = &*compare.left {
            // `type(x) is C`: another class may be a subclass.
            if !sense {
                return ty;
            }
            let place = self.place_of(right).unwrap_or(Place {
                scope: crate::python::scope::MODULE,
                flow: START,
            });
            let class = self.eval(right, place);
            return self.filter_instances(ty, class, true);
        }
        if *op == CmpOp::In && sense {
            let elements = match right {
                Expr::Tuple(tuple) => tuple.elts.as_slice(),
                Expr::List(list) => list.elts.as_slice(),
                Expr::Set(set) => set.elts.as_slice(),
                _ => return ty,
            };
            if !elements.iter().any(Expr::is_none_literal_expr) {
                return self.filter_none(ty, false);
            }
        }
        ty
    }

    /// The second argument of `isinstance`: a class, a tuple of them, or a union.
    fn class_expression(&mut self, classes: &Expr, place: Place) -> Ty {
        match classes {
            Expr::Tuple(tuple) => {
                let mut all = NEVER;
                for class in tuple.elts.iter().take(super::MAX_ELEMENTS) {
                    let class = self.class_expression(class, place);
                    all = self.types.union(all, class);
                }
                all
            }
            Expr::BinOp(binary) if binary.op == ast::Operator::BitOr => {
                let left = self.class_expression(&binary.left, place);
                let right = self.class_expression(&binary.right, place);
                self.types.union(left, right)
            }
            _ => self.eval(classes, place),
        }
    }

    pub(super) fn filter_none(&mut self, ty: Ty, keeps_none: bool) -> Ty {
        if keeps_none {
            return NONE;
        }
        self.filter(ty, |resolver, member| {
            resolver.types.get(member) != Type::None
        })
    }

    fn filter(&mut self, ty: Ty, mut keeps: impl FnMut(&mut Self, Ty) -> bool) -> Ty {
        let mut kept = NEVER;
        for member in self.types.members(ty).iter() {
            if keeps(self, member) {
                kept = self.types.union(kept, member);
            }
        }
        kept
    }

    /// What can be true, or false.
    pub(super) fn filter_truth(&mut self, ty: Ty, sense: bool) -> Ty {
        self.filter(ty, |resolver, member| match resolver.types.get(member) {
            Type::None => !sense,
            Type::Class(..)
            | Type::UserClass(..)
            | Type::Module(_)
            | Type::Function(_)
            | Type::Method(..)
            | Type::UserFunction(_)
            | Type::UserMethod(..)
            | Type::Lambda(_) => sense,
            Type::Instance(..) | Type::UserInstance(..) if !sense => resolver.can_be_false(member),
            _ => true,
        })
    }

    fn can_be_false(&mut self, ty: Ty) -> bool {
        ["__bool__", "__len__"]
            .iter()
            .any(|method| self.attr(ty, method).is_some())
            || self.mro(ty).contains(&UNKNOWN)
    }

    fn filter_callable(&mut self, ty: Ty, sense: bool) -> Ty {
        self.filter(ty, |resolver, member| match resolver.types.get(member) {
            Type::None | Type::Module(_) | Type::Tuple(_) => !sense,
            Type::Class(..)
            | Type::UserClass(..)
            | Type::Function(_)
            | Type::Method(..)
            | Type::UserFunction(_)
            | Type::UserMethod(..)
            | Type::Lambda(_)
            | Type::Callable(_) => sense,
            Type::Instance(..) | Type::UserInstance(..) => {
                resolver.attr(member, "__call__").is_some() == sense
            }
            _ => true,
        })
    }

    /// What is an instance of one of the classes, or of none of them.
    pub(super) fn filter_instances(&mut self, ty: Ty, classes: Ty, sense: bool) -> Ty {
        let wanted = self.instances(classes);
        if self.types.is_open_ended(wanted) || wanted == NEVER {
            return if sense { wanted } else { ty };
        }
        let wanted = self.types.members(wanted);
        let mut all = NEVER;
        for member in self.types.members(ty).iter() {
            if !sense {
                let is_one = wanted.iter().any(|class| self.is_subclass(member, class));
                if !is_one {
                    all = self.types.union(all, member);
                }
                continue;
            }
            for class in wanted.iter() {
                let kept = if self.types.is_open_ended(member) {
                    class
                } else if self.is_subclass(member, class) {
                    member
                } else if self.is_subclass(class, member) {
                    self.with_arguments_of(class, member)
                } else {
                    continue;
                };
                all = self.types.union(all, kept);
            }
        }
        if all == NEVER && sense {
            // Nothing that is known fits: what is tested may be more than that.
            for class in wanted.iter() {
                all = self.types.union(all, class);
            }
        }
        all
    }

    /// `list` seen where a `Sequence[int]` is known is a `list[int]`.
    fn with_arguments_of(&mut self, class: Ty, known: Ty) -> Ty {
        let (Type::Instance(sym, EMPTY), Type::Instance(base, args)) =
            (self.types.get(class), self.types.get(known))
        else {
            return class;
        };
        if args == EMPTY {
            return class;
        }
        let info = self.class_info(sym);
        if info.params.is_empty() {
            return class;
        }
        let own = self.types.list(&info.params.clone());
        let generic = self.types.add(Type::Instance(sym, own));
        let Some(seen) = self.as_base(generic, base) else {
            return class;
        };
        let mut solution = Vec::new();
        for index in 0..self.types.items(seen).len() {
            if let (Some(formal), Some(actual)) =
                (self.types.item(seen, index), self.types.item(args, index))
            {
                self.unify(formal, actual, &mut solution, 0);
            }
        }
        self.solve(generic, &solution)
    }

    /// Whether every instance of the class of `one` is one of the class of `other`.
    pub(super) fn is_subclass(&mut self, one: Ty, other: Ty) -> bool {
        if one == other {
            return true;
        }
        match (self.types.get(one), self.types.get(other)) {
            (Type::None, Type::Instance(class, _)) => self.symbol_name(class) == "object",
            (Type::Class(..) | Type::UserClass(..), Type::Instance(class, _)) => {
                matches!(self.symbol_name(class), "type" | "object")
            }
            (
                Type::Instance(..) | Type::UserInstance(..) | Type::Tuple(_),
                Type::Instance(..) | Type::UserInstance(..),
            ) => {
                let mro = self.mro(one);
                mro.iter().any(|base| self.is_same_class(*base, other))
            }
            _ => false,
        }
    }
}
