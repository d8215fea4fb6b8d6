//! Annotations to values: what a variable of this type holds.

use ruff_python_ast::{self as ast, Expr, Operator};
use ruff_python_parser::parse_string_annotation;

use super::values::{Candidate, Sym, Value, Values};
use super::{MAX_DEPTH, MAX_ELEMENTS, Resolver};
use crate::python::scope::Place;

/// Bytes of a string annotation that are parsed.
const MAX_ANNOTATION: usize = 1_000;

impl Resolver<'_, '_> {
    /// What a variable with this annotation holds.
    pub(super) fn annotation(&mut self, annotation: &Expr, place: Place) -> Values {
        if self.depth >= MAX_DEPTH {
            return Values::unknown();
        }
        self.depth += 1;
        let values = self.annotation_unguarded(annotation, place);
        self.depth -= 1;
        values
    }

    pub(super) fn annotation_unguarded(&mut self, annotation: &Expr, place: Place) -> Values {
        match annotation {
            Expr::NoneLiteral(_) => Values::one(Candidate {
                symbol: None,
                value: Value::None,
            }),
            Expr::StringLiteral(text) => {
                let mut parts = text.value.iter();
                let (Some(part), None) = (parts.next(), parts.next()) else {
                    return Values::unknown();
                };
                // A tree of its own, dropped on this stack: no annotation is long.
                if part.value.len() > MAX_ANNOTATION {
                    return Values::unknown();
                }
                match parse_string_annotation(self.model.source, part) {
                    Ok(parsed) if !parsed.expr().is_string_literal_expr() => {
                        self.annotation(parsed.expr(), place)
                    }
                    _ => Values::unknown(),
                }
            }
            Expr::BinOp(binary) if binary.op == Operator::BitOr => {
                let mut values = self.annotation(&binary.left, place);
                values.extend(self.annotation(&binary.right, place));
                values
            }
            Expr::Subscript(subscript) => self.generic(subscript, place),
            Expr::Name(_) | Expr::Attribute(_) => {
                let values = self.eval(annotation, place);
                self.instances(values)
            }
            _ => Values::unknown(),
        }
    }

    pub(super) fn generic(&mut self, subscript: &ast::ExprSubscript, place: Place) -> Values {
        let Some(outer) = self.eval(&subscript.value, place).single() else {
            return Values::unknown();
        };
        let name = outer.symbol.map_or("", |sym| self.symbol_name(sym));
        let arguments = match &*subscript.slice {
            Expr::Tuple(tuple) => tuple.elts.as_slice(),
            single => std::slice::from_ref(single),
        };
        match name {
            "typing.Optional" | "typing.Union" => {
                let mut values = Values::EMPTY;
                for argument in arguments.iter().take(MAX_ELEMENTS) {
                    values.extend(self.annotation(argument, place));
                }
                values
            }
            "typing.Annotated" | "typing.Final" | "typing.ClassVar" | "typing.Required"
            | "typing.NotRequired" | "typing.ReadOnly" => match arguments.first() {
                Some(argument) => self.annotation(argument, place),
                None => Values::unknown(),
            },
            "type" | "typing.Type" => {
                let values = match arguments.first() {
                    Some(argument) => self.annotation(argument, place),
                    None => Values::EMPTY,
                };
                self.map(values, |_, candidate| match candidate.value {
                    Value::Instance(class, _) => Value::Class(class),
                    Value::UserInstance(class) => Value::UserClass(class),
                    _ => Value::Unknown,
                })
            }
            _ => {
                let value = match outer.value {
                    Value::Class(class) => {
                        let item = if holds_items(self.symbol_name(class)) {
                            self.item_class(arguments, place)
                        } else {
                            None
                        };
                        Value::Instance(class, item)
                    }
                    Value::UserClass(class) => Value::UserInstance(class),
                    _ => Value::Unknown,
                };
                self.valued(value)
            }
        }
    }

    /// The item class of `list[X]` or `tuple[X, ...]`.
    pub(super) fn item_class(&mut self, arguments: &[Expr], place: Place) -> Option<Sym> {
        let mut common = None;
        for argument in arguments
            .iter()
            .take(MAX_ELEMENTS)
            .filter(|argument| !argument.is_ellipsis_literal_expr())
        {
            let Value::Instance(class, _) = self.annotation(argument, place).single()?.value else {
                return None;
            };
            if common.is_some_and(|common| common != class) {
                return None;
            }
            common = Some(class);
        }
        common
    }
}

/// Generic classes whose single parameter is the class of their items.
fn holds_items(class: &str) -> bool {
    matches!(
        class,
        "list"
            | "set"
            | "frozenset"
            | "tuple"
            | "collections.deque"
            | "collections.abc.Iterable"
            | "collections.abc.Iterator"
            | "collections.abc.Collection"
            | "collections.abc.Sequence"
            | "collections.abc.MutableSequence"
            | "collections.abc.Set"
            | "collections.abc.MutableSet"
    )
}
