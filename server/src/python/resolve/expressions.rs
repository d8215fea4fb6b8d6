//! Expressions to values: literals, calls, operators, what is awaited.

use std::sync::Arc;

use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, Operator, UnaryOp};

use super::values::{Candidate, Sym, Symbol, Value, Values};
use super::{MAX_DEPTH, MAX_ELEMENTS, Resolver};
use crate::python::scope::{FunctionId, Place};
use crate::python::symbols::Sort;

impl Resolver<'_, '_> {
    pub(super) fn eval(&mut self, expr: &Expr, place: Place) -> Values {
        if self.depth >= MAX_DEPTH {
            return Values::unknown();
        }
        self.depth += 1;
        let values = self.eval_unguarded(expr, place);
        self.depth -= 1;
        values
    }

    pub(super) fn eval_unguarded(&mut self, expr: &Expr, place: Place) -> Values {
        let value = match expr {
            Expr::Name(name) => return self.name(name, place),
            Expr::Attribute(attribute) => return self.attribute(attribute, place),
            Expr::Call(call) => {
                let callee = self.eval(&call.func, place);
                return self.map(callee, |resolver, candidate| {
                    resolver.call(candidate, call, place)
                });
            }
            Expr::Await(awaited) => {
                let values = self.eval(&awaited.value, place);
                return self.map(values, |resolver, candidate| {
                    resolver.awaited(candidate.value)
                });
            }
            Expr::Named(named) => return self.eval(&named.value, place),
            Expr::If(conditional) => {
                let mut values = self.eval(&conditional.body, place);
                values.extend(self.eval(&conditional.orelse, place));
                return values;
            }
            Expr::BoolOp(boolean) => {
                let mut values = Values::EMPTY;
                for operand in boolean.values.iter().take(MAX_ELEMENTS) {
                    values.extend(self.eval(operand, place));
                }
                if boolean.op == BoolOp::And && boolean.values.len() > 1 {
                    // `a and b` is one of them, but who names a flag after its last operand?
                    return values.single().map_or_else(Values::unknown, Values::one);
                }
                return values;
            }
            Expr::BinOp(binary) => {
                let left = self.eval(&binary.left, place).single();
                let right = self.eval(&binary.right, place).single();
                match (left, right) {
                    (Some(left), Some(right)) => self.operate(left.value, binary.op, right.value),
                    _ => Value::Unknown,
                }
            }
            Expr::UnaryOp(unary) => match unary.op {
                UnaryOp::Not => self.instance("bool"),
                _ => {
                    let operand = self.eval(&unary.operand, place).single();
                    match operand.map(|operand| operand.value) {
                        Some(Value::Instance(class, None))
                            if matches!(self.symbol_name(class), "int" | "float") =>
                        {
                            Value::Instance(class, None)
                        }
                        _ => Value::Unknown,
                    }
                }
            },
            Expr::Compare(compare) => match *compare.ops {
                [CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn] => self.instance("bool"),
                _ => Value::Unknown,
            },
            Expr::Subscript(subscript) => {
                let values = self.eval(&subscript.value, place);
                return self.map(values, |resolver, candidate| {
                    resolver.subscript(candidate.value, &subscript.slice)
                });
            }
            Expr::List(ast::ExprList { elts, .. }) => self.display("list", elts, place),
            Expr::Set(ast::ExprSet { elts, .. }) => self.display("set", elts, place),
            Expr::Tuple(ast::ExprTuple { elts, .. }) => self.display("tuple", elts, place),
            Expr::ListComp(_) => self.instance("list"),
            Expr::SetComp(_) => self.instance("set"),
            Expr::Dict(_) | Expr::DictComp(_) => self.instance("dict"),
            Expr::StringLiteral(_) | Expr::FString(_) => self.instance("str"),
            Expr::TString(_) => self.instance("string.templatelib.Template"),
            Expr::BytesLiteral(_) => self.instance("bytes"),
            Expr::NumberLiteral(number) => match number.value {
                ast::Number::Int(_) => self.instance("int"),
                ast::Number::Float(_) => self.instance("float"),
                ast::Number::Complex { .. } => self.instance("complex"),
            },
            Expr::BooleanLiteral(_) => self.instance("bool"),
            Expr::NoneLiteral(_) => Value::None,
            _ => Value::Unknown,
        };
        self.valued(value)
    }

    pub(super) fn display(&mut self, class: &str, elements: &[Expr], place: Place) -> Value {
        let Some(class) = self.class(class) else {
            return Value::Unknown;
        };
        Value::Instance(class, self.common_class(elements, place))
    }

    /// The library class that all elements are instances of.
    pub(super) fn common_class(&mut self, elements: &[Expr], place: Place) -> Option<Sym> {
        if elements.len() > MAX_ELEMENTS {
            return None;
        }
        let mut common = None;
        for element in elements {
            let Value::Instance(class, _) = self.eval(element, place).single()?.value else {
                return None;
            };
            if common.is_some_and(|common| common != class) {
                return None;
            }
            common = Some(class);
        }
        common
    }

    pub(super) fn subscript(&mut self, value: Value, slice: &Expr) -> Value {
        match value {
            // `Queue[int]` is still the class.
            Value::Class(_) | Value::UserClass(_) => value,
            Value::Instance(class, item) => match (self.symbol_name(class), slice) {
                ("str" | "bytes" | "list" | "tuple", Expr::Slice(_)) => value,
                ("str", _) => value,
                ("list" | "tuple" | "collections.deque", _) => {
                    item.map_or(Value::Unknown, |item| Value::Instance(item, None))
                }
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    pub(super) fn absorbs(&self, value: Value) -> bool {
        let Value::Instance(class, _) = value else {
            return false;
        };
        matches!(
            self.symbol_name(class),
            "str" | "bytes" | "list" | "set" | "dict" | "collections.Counter" | "collections.deque"
        )
    }

    pub(super) fn operate(&mut self, left: Value, operator: Operator, right: Value) -> Value {
        use Operator::{Add, BitAnd, BitOr, BitXor, Div, FloorDiv, LShift, Mod, Mult, RShift, Sub};
        let Value::Instance(left_class, _) = left else {
            return Value::Unknown;
        };
        let left_name = self.symbol_name(left_class);
        if left_name == "str" && operator == Mod || left_name == "pathlib.Path" && operator == Div {
            return left;
        }
        let Value::Instance(right_class, _) = right else {
            return Value::Unknown;
        };
        match (left_name, operator, self.symbol_name(right_class)) {
            ("str" | "list" | "bytes" | "tuple", Add, _) if left_class == right_class => left,
            ("str" | "list" | "bytes" | "tuple", Mult, "int") => left,
            ("int", Div, "int") => self.instance("float"),
            (
                "int",
                Add | Sub | Mult | FloorDiv | Mod | BitAnd | BitOr | BitXor | LShift | RShift,
                "int",
            ) => left,
            ("float", Add | Sub | Mult | Div | FloorDiv | Mod, "int" | "float") => left,
            ("int", Add | Sub | Mult | Div | FloorDiv | Mod, "float") => right,
            ("set" | "frozenset", BitAnd | BitOr | BitXor | Sub, "set" | "frozenset") => left,
            ("dict", BitOr, "dict") => left,
            ("datetime.datetime", Sub, "datetime.datetime")
            | ("datetime.date", Sub, "datetime.date") => self.instance("datetime.timedelta"),
            (
                "datetime.datetime" | "datetime.date" | "datetime.timedelta",
                Add | Sub,
                "datetime.timedelta",
            ) => left,
            _ => Value::Unknown,
        }
    }

    pub(super) fn call(&mut self, callee: Candidate, call: &ast::ExprCall, place: Place) -> Value {
        match callee.value {
            Value::Class(class) => self.construct(class, place),
            Value::UserClass(class) => Value::UserInstance(class),
            Value::Function(function) => self.returned(function, call),
            Value::UserFunction(function) => {
                let info = self.model.function(function);
                if info.def.is_async && !info.yields {
                    return Value::UserCoroutine(function);
                }
                self.user_returned(function)
            }
            _ => Value::Unknown,
        }
    }

    pub(super) fn construct(&mut self, class: Sym, place: Place) -> Value {
        match self.symbol_name(class) {
            "super" => match self.model.scope(place.scope).class {
                Some(class) => Value::Super(class),
                None => Value::Unknown,
            },
            // `type(x)` is a class, and so is what the functional forms make.
            "type" | "enum.Enum" | "enum.IntEnum" | "enum.Flag" | "enum.IntFlag"
            | "enum.StrEnum" | "typing.NamedTuple" | "typing.TypedDict" => Value::Unknown,
            _ => Value::Instance(class, None),
        }
    }

    pub(super) fn returned(&mut self, function: Sym, call: &ast::ExprCall) -> Value {
        let Symbol {
            name,
            entry: Some(entry),
            ..
        } = &self.symbols[function.0 as usize]
        else {
            return Value::Unknown;
        };
        let (name, entry) = (Arc::clone(name), *entry);
        if entry.sort == Sort::Coroutine {
            return Value::Coroutine(function);
        }
        if &*name == "open" || &*name == "pathlib.Path.open" {
            return self.opened(call, usize::from(&*name == "open"));
        }
        let receiver = name
            .rsplit_once('.')
            .and_then(|(owner, _)| self.class(owner));
        self.typed(entry.result(), receiver)
            .unwrap_or(Value::Unknown)
    }

    /// The class of a file depends on the mode it is opened with.
    pub(super) fn opened(&mut self, call: &ast::ExprCall, position: usize) -> Value {
        let mode = match call.arguments.find_argument_value("mode", position) {
            None => "r",
            Some(Expr::StringLiteral(mode)) => mode.value.to_str(),
            Some(_) => return Value::Unknown,
        };
        let class = match (mode.contains('b'), mode.contains('+'), mode.contains('r')) {
            (false, ..) => "io.TextIOWrapper",
            (true, true, _) => "io.BufferedRandom",
            (true, false, true) => "io.BufferedReader",
            (true, false, false) => "io.BufferedWriter",
        };
        self.instance(class)
    }

    pub(super) fn user_returned(&mut self, function: FunctionId) -> Value {
        let info = self.model.function(function);
        let (def, place) = (info.def, info.place);
        if def
            .decorator_list
            .iter()
            .any(|decorator| !keeps_result(&decorator.expression))
        {
            return Value::Unknown;
        }
        let returns = def
            .returns
            .as_deref()
            .map(|returns| self.annotation(returns, place));
        returns
            .and_then(|values| values.single())
            .map_or(Value::Unknown, |single| single.value)
    }

    pub(super) fn awaited(&mut self, value: Value) -> Value {
        match value {
            Value::Coroutine(function) => {
                let Symbol { name, entry, .. } = &self.symbols[function.0 as usize];
                let (name, result) = (Arc::clone(name), entry.and_then(|entry| entry.result()));
                let receiver = name
                    .rsplit_once('.')
                    .and_then(|(owner, _)| self.class(owner));
                self.typed(result, receiver).unwrap_or(Value::Unknown)
            }
            Value::UserCoroutine(function) => self.user_returned(function),
            _ => Value::Unknown,
        }
    }
}

/// Decorators after which the function still returns what it says.
fn keeps_result(decorator: &Expr) -> bool {
    matches!(
        last_name(decorator),
        Some(
            "staticmethod"
                | "classmethod"
                | "property"
                | "cached_property"
                | "abstractmethod"
                | "override"
                | "final"
                | "cache"
                | "lru_cache"
                | "wraps"
        )
    )
}

pub(super) fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        Expr::Call(call) => last_name(&call.func),
        _ => None,
    }
}
