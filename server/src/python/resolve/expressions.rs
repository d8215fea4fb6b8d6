//! Expressions to types: literals, displays, operators, what is awaited, iterated, entered.

use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, Operator, UnaryOp};

use super::calls::Args;
use super::types::{EMPTY, GRADUAL, NEVER, NONE, Ty, Type, UNKNOWN};
use super::{MAX_DEPTH, MAX_ELEMENTS, Resolver};
use crate::python::scope::{LambdaId, Place};

/// Terms of a left-leaning chain of operators that are evaluated.
const MAX_TERMS: usize = 24;

impl Resolver<'_, '_> {
    /// What an expression is, as a value: a variable that holds `sys.stdout` is no `sys.stdout`.
    pub(super) fn eval(&mut self, expr: &Expr, place: Place) -> Ty {
        if self.depth >= MAX_DEPTH || !self.may_step() {
            return UNKNOWN;
        }
        self.depth += 1;
        let ty = self.eval_unguarded(expr, place);
        self.depth -= 1;
        self.strip(ty)
    }

    fn eval_unguarded(&mut self, expr: &Expr, place: Place) -> Ty {
        match expr {
            Expr::Name(name) => self.name(name, place),
            Expr::Attribute(attribute) => self.attribute(attribute, place),
            Expr::Call(call) => {
                let callee = self.eval(&call.func, place);
                if self.types.is_open_ended(callee) {
                    return callee;
                }
                let place = self.place_of(&call.func).unwrap_or(place);
                self.call_type(callee, &Args::Call(&call.arguments, place), place)
            }
            Expr::Await(awaited) => {
                let value = self.eval(&awaited.value, place);
                self.awaited(value)
            }
            Expr::Named(named) => self.eval(&named.value, place),
            Expr::If(conditional) => {
                let one = self.eval(&conditional.body, place);
                let other = self.eval(&conditional.orelse, place);
                self.types.union(one, other)
            }
            Expr::BoolOp(boolean) => self.boolean(boolean, place),
            Expr::BinOp(_) => self.binary(expr, place),
            Expr::UnaryOp(unary) => self.unary(unary, place),
            Expr::Compare(compare) => self.compared(compare, place),
            Expr::Subscript(subscript) => {
                if let Some(alias) = self.special_form(subscript, place) {
                    return alias;
                }
                let value = self.eval(&subscript.value, place);
                self.subscripted(value, Some(&subscript.slice), place)
            }
            Expr::List(ast::ExprList { elts, .. }) => self.display("list", elts, place),
            Expr::Set(ast::ExprSet { elts, .. }) => self.display("set", elts, place),
            Expr::Tuple(ast::ExprTuple { elts, .. }) => {
                if elts.is_empty()
                    || elts.len() > MAX_ELEMENTS
                    || elts.iter().any(Expr::is_starred_expr)
                {
                    return self.display("tuple", elts, place);
                }
                let mut items = Vec::with_capacity(elts.len());
                for element in elts {
                    items.push(self.eval(element, place));
                }
                let items = self.types.list(&items);
                self.types.add(Type::Tuple(items))
            }
            Expr::Dict(dict) => self.dict(dict, place),
            Expr::ListComp(comp) => {
                let item = self.eval(&comp.elt, place);
                self.instance_of("list", &[item])
            }
            Expr::SetComp(comp) => {
                let item = self.eval(&comp.elt, place);
                self.instance_of("set", &[item])
            }
            Expr::DictComp(comp) => {
                let key = match &comp.key {
                    Some(key) => self.eval(key, place),
                    None => UNKNOWN,
                };
                let value = self.eval(&comp.value, place);
                self.instance_of("dict", &[key, value])
            }
            Expr::Generator(generator) => {
                let item = self.eval(&generator.elt, place);
                self.instance_of("types.GeneratorType", &[item, NONE, NONE])
            }
            Expr::StringLiteral(_) | Expr::FString(_) => self.instance("str"),
            Expr::TString(_) => self.instance("string.templatelib.Template"),
            Expr::BytesLiteral(_) => self.instance("bytes"),
            Expr::NumberLiteral(number) => match number.value {
                ast::Number::Int(_) => self.instance("int"),
                ast::Number::Float(_) => self.instance("float"),
                ast::Number::Complex { .. } => self.instance("complex"),
            },
            Expr::BooleanLiteral(_) => self.instance("bool"),
            Expr::NoneLiteral(_) => NONE,
            Expr::EllipsisLiteral(_) => self.instance("types.EllipsisType"),
            Expr::Lambda(lambda) => match lambda.node_index.load().as_u32() {
                Some(index) => self.types.add(Type::Lambda(LambdaId(index))),
                None => UNKNOWN,
            },
            _ => UNKNOWN,
        }
    }

    /// `a and b` is `a` where that is false, else `b`.
    fn boolean(&mut self, boolean: &ast::ExprBoolOp, place: Place) -> Ty {
        let count = boolean.values.len();
        if count > MAX_ELEMENTS {
            return UNKNOWN;
        }
        let mut all = NEVER;
        for (index, operand) in boolean.values.iter().enumerate() {
            let mut ty = self.eval(operand, place);
            if index + 1 < count {
                ty = self.filter_truth(ty, boolean.op == BoolOp::Or);
            }
            all = self.types.union(all, ty);
        }
        all
    }

    fn display(&mut self, class: &str, elements: &[Expr], place: Place) -> Ty {
        if elements.is_empty() {
            return self.instance(class);
        }
        let mut item = NEVER;
        for element in elements.iter().take(MAX_ELEMENTS) {
            let ty = match element {
                Expr::Starred(starred) => {
                    let many = self.eval(&starred.value, place);
                    self.iterate(many)
                }
                element => self.eval(element, place),
            };
            item = self.types.union(item, ty);
        }
        self.instance_of(class, &[item])
    }

    fn dict(&mut self, dict: &ast::ExprDict, place: Place) -> Ty {
        if dict.items.is_empty() {
            return self.instance("dict");
        }
        let (mut keys, mut values) = (NEVER, NEVER);
        for item in dict.items.iter().take(MAX_ELEMENTS) {
            let (key, value) = match &item.key {
                Some(key) => (self.eval(key, place), self.eval(&item.value, place)),
                None => {
                    let other = self.eval(&item.value, place);
                    let key = self.iterate(other);
                    let value = self.subscripted(other, None, place);
                    (key, value)
                }
            };
            keys = self.types.union(keys, key);
            values = self.types.union(values, value);
        }
        self.instance_of("dict", &[keys, values])
    }

    fn unary(&mut self, unary: &ast::ExprUnaryOp, place: Place) -> Ty {
        let method = match unary.op {
            UnaryOp::Not => return self.instance("bool"),
            UnaryOp::USub => "__neg__",
            UnaryOp::UAdd => "__pos__",
            UnaryOp::Invert => "__invert__",
        };
        let operand = self.eval(&unary.operand, place);
        self.call_each(operand, method)
    }

    fn compared(&mut self, compare: &ast::ExprCompare, place: Place) -> Ty {
        let [op] = &*compare.ops else {
            return self.instance("bool");
        };
        let method = match op {
            CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn => return self.instance("bool"),
            CmpOp::Eq => "__eq__",
            CmpOp::NotEq => "__ne__",
            CmpOp::Lt => "__lt__",
            CmpOp::LtE => "__le__",
            CmpOp::Gt => "__gt__",
            CmpOp::GtE => "__ge__",
        };
        let left = self.eval(&compare.left, place);
        let mut all = NEVER;
        for member in self.types.members(left).iter() {
            let result = match self.types.get(member) {
                Type::Instance(..) | Type::Tuple(_) | Type::None => self.instance("bool"),
                Type::UserInstance(..) => self
                    .call_method(member, method, &[UNKNOWN])
                    .unwrap_or(UNKNOWN),
                _ => UNKNOWN,
            };
            all = self.types.union(all, result);
        }
        all
    }

    // Operators

    /// A chain of operators leans to the left, one level a term: it is evaluated in a loop.
    fn binary(&mut self, expr: &Expr, place: Place) -> Ty {
        let mut chain = Vec::new();
        let mut current = expr;
        while let Expr::BinOp(binary) = current {
            if chain.len() >= MAX_TERMS {
                return UNKNOWN;
            }
            chain.push(binary);
            current = &binary.left;
        }
        let mut left = self.eval(current, place);
        for binary in chain.into_iter().rev() {
            let right = self.eval(&binary.right, place);
            left = self.operate(left, binary.op, right, false);
        }
        left
    }

    /// What `left op right` gives; `is_augmented` for `left op= right`.
    pub(super) fn operate(
        &mut self,
        left: Ty,
        operator: Operator,
        right: Ty,
        is_augmented: bool,
    ) -> Ty {
        let mut all = NEVER;
        for left in self.types.members(left).iter() {
            if left == NONE {
                continue;
            }
            for right in self.types.members(right).iter() {
                let is_type = matches!(
                    self.types.get(left),
                    Type::Class(..) | Type::UserClass(..) | Type::Alias(_)
                );
                if right == NONE && left != UNKNOWN && !is_type {
                    continue;
                }
                let result = self.operate_one(left, operator, right, is_augmented);
                all = self.types.union(all, result);
            }
        }
        if all == NEVER { UNKNOWN } else { all }
    }

    fn operate_one(&mut self, left: Ty, operator: Operator, right: Ty, is_augmented: bool) -> Ty {
        if left == GRADUAL {
            return GRADUAL;
        }
        if let (Type::Class(..) | Type::UserClass(..) | Type::Alias(_), Operator::BitOr) =
            (self.types.get(left), operator)
        {
            // `int | str`: a union as an object.
            let left = self.instance_of_class(left);
            let right = self.instance_of_class(right);
            let union = self.types.union(left, right);
            return self.types.add(Type::Alias(union));
        }
        if let (Type::Tuple(one), Type::Tuple(other), Operator::Add) =
            (self.types.get(left), self.types.get(right), operator)
        {
            let mut items = self.types.items(one).to_vec();
            items.extend_from_slice(self.types.items(other));
            if items.len() <= MAX_ELEMENTS {
                let items = self.types.list(&items);
                return self.types.add(Type::Tuple(items));
            }
        }
        if let Some(number) = self.arithmetic(left, operator, right) {
            return number;
        }
        let [forward, backward, in_place] = methods(operator);
        if is_augmented
            && let Some(result) = self.call_method(left, in_place, &[right])
            && result != UNKNOWN
        {
            return result;
        }
        if let Some(result) = self.call_method(left, forward, &[right])
            && result != UNKNOWN
        {
            return result;
        }
        if left == UNKNOWN {
            // Whatever is on the left is asked first.
            return UNKNOWN;
        }
        if matches!(
            self.types.get(right),
            Type::Instance(..) | Type::UserInstance(..)
        ) {
            return self
                .call_method(right, backward, &[left])
                .unwrap_or(UNKNOWN);
        }
        UNKNOWN
    }

    /// Numbers of the builtin classes: their stubs do not say what mixing them gives.
    fn arithmetic(&mut self, left: Ty, operator: Operator, right: Ty) -> Option<Ty> {
        use Operator::{Add, BitAnd, BitOr, BitXor, Div, FloorDiv, Mod, Mult, Pow, Sub};
        let rank = |resolver: &Self, ty: Ty| match resolver.types.get(ty) {
            Type::Instance(class, EMPTY) => match resolver.symbol_name(class) {
                "bool" => Some(0),
                "int" => Some(1),
                "float" => Some(2),
                "complex" => Some(3),
                _ => None,
            },
            _ => None,
        };
        let left = rank(self, left)?;
        let right = match rank(self, right) {
            Some(right) => right,
            None if right == UNKNOWN && left == 2 => 2,
            None => return None,
        };
        let wider = match (operator, left.max(right)) {
            (BitAnd | BitOr | BitXor, 0) => 0,
            (Div, rank) => rank.max(2),
            (Add | Sub | Mult | FloorDiv | Mod | Pow, rank) => rank.max(1),
            (_, rank @ 0..=1) => rank.max(1),
            _ => return None,
        };
        Some(self.instance(["bool", "int", "float", "complex"][wider]))
    }

    // Protocols of the language

    /// What `part` makes of every member of a type. What code does with `None` it means to do with what is there else,
    /// and of what nobody can know nobody knows what it gives.
    fn each(&mut self, ty: Ty, mut part: impl FnMut(&mut Self, Ty) -> Ty) -> Ty {
        if self.depth >= MAX_DEPTH {
            return UNKNOWN;
        }
        self.depth += 1;
        let mut all = NEVER;
        for member in self.types.members(ty).iter() {
            let result = match member {
                NONE => continue,
                GRADUAL => GRADUAL,
                member => part(self, member),
            };
            all = self.types.union(all, result);
        }
        self.depth -= 1;
        if all == NEVER { UNKNOWN } else { all }
    }

    fn call_each(&mut self, ty: Ty, method: &str) -> Ty {
        self.each(ty, |resolver, member| {
            resolver.call_method(member, method, &[]).unwrap_or(UNKNOWN)
        })
    }

    pub(super) fn subscripted(&mut self, value: Ty, slice: Option<&Expr>, place: Place) -> Ty {
        self.each(value, |resolver, member| {
            resolver.subscripted_one(member, slice, place)
        })
    }

    fn subscripted_one(&mut self, value: Ty, slice: Option<&Expr>, place: Place) -> Ty {
        match self.types.get(value) {
            bare @ (Type::Class(_, EMPTY) | Type::UserClass(_, EMPTY)) => {
                let instance = self.instance_of_class(value);
                if self.is_enumeration(instance) {
                    return instance;
                }
                let Some(slice) = slice else { return UNKNOWN };
                let args = self.type_arguments(slice, place);
                let args = self.types.list(&args);
                self.types.add(match bare {
                    Type::Class(class, _) => Type::Class(class, args),
                    Type::UserClass(class, _) => Type::UserClass(class, args),
                    other => other,
                })
            }
            Type::Tuple(items) => match slice {
                Some(Expr::Slice(_)) => {
                    let item = self.union_of_list(items);
                    self.instance_of("tuple", &[item])
                }
                Some(index) => {
                    let count = self.types.items(items).len();
                    let index = match index {
                        Expr::UnaryOp(ast::ExprUnaryOp {
                            op: UnaryOp::USub,
                            operand,
                            ..
                        }) => literal_index(operand).and_then(|index| count.checked_sub(index)),
                        index => literal_index(index),
                    };
                    match index.and_then(|index| self.types.item(items, index)) {
                        Some(item) => item,
                        None => self.union_of_list(items),
                    }
                }
                None => self.union_of_list(items),
            },
            _ if self.is_typed_dict(value) => match slice {
                Some(Expr::StringLiteral(key)) => {
                    let key = key.value.to_str().to_owned();
                    self.attribute_of(value, &key)
                }
                _ => UNKNOWN,
            },
            Type::Instance(..) | Type::UserInstance(..) | Type::Var(..) => {
                let index = match slice {
                    Some(Expr::Slice(_)) => self.instance("slice"),
                    Some(slice) => self.eval(slice, place),
                    None => UNKNOWN,
                };
                self.call_method(value, "__getitem__", &[index])
                    .unwrap_or(UNKNOWN)
            }
            _ => UNKNOWN,
        }
    }

    /// What a loop over `ty` gives.
    pub(super) fn iterate(&mut self, ty: Ty) -> Ty {
        self.each(ty, Self::iterate_one)
    }

    fn iterate_one(&mut self, ty: Ty) -> Ty {
        match self.types.get(ty) {
            Type::Tuple(items) => self.union_of_list(items),
            Type::Class(..) | Type::UserClass(..) => {
                let instance = self.instance_of_class(ty);
                if self.is_enumeration(instance) {
                    instance
                } else {
                    UNKNOWN
                }
            }
            Type::Instance(..) | Type::UserInstance(..) | Type::Var(..) => {
                if let Type::UserInstance(class, _) = self.types.get(ty)
                    && let Some(fields) = self.fields(class)
                {
                    return self.types.union_of(fields);
                }
                if let Type::Instance(..) = self.types.get(ty)
                    && let Some(iterable) = self.class("collections.abc.Iterable")
                    && let Some(args) = self.as_base(ty, iterable)
                {
                    return self.types.item(args, 0).unwrap_or(UNKNOWN);
                }
                if let Some(iterator) = self.call_method(ty, "__iter__", &[]) {
                    if let Some(iterable) = self.class("collections.abc.Iterable")
                        && iterator != ty
                    {
                        let mut all = NEVER;
                        for member in self.types.members(iterator).iter() {
                            let item = match self.as_base(member, iterable) {
                                Some(args) => self.types.item(args, 0).unwrap_or(UNKNOWN),
                                None => {
                                    self.call_method(member, "__next__", &[]).unwrap_or(UNKNOWN)
                                }
                            };
                            all = self.types.union(all, item);
                        }
                        return all;
                    }
                    return self
                        .call_method(iterator, "__next__", &[])
                        .unwrap_or(UNKNOWN);
                }
                let index = self.instance("int");
                self.call_method(ty, "__getitem__", &[index])
                    .unwrap_or(UNKNOWN)
            }
            _ => UNKNOWN,
        }
    }

    /// What `async for` over `ty` gives.
    pub(super) fn iterate_async(&mut self, ty: Ty) -> Ty {
        let iterator = self.call_each(ty, "__aiter__");
        let next = self.call_each(iterator, "__anext__");
        self.awaited(next)
    }

    /// What `await` gives.
    pub(super) fn awaited(&mut self, ty: Ty) -> Ty {
        self.each(ty, |resolver, member| {
            if let Type::Instance(class, args) = resolver.types.get(member)
                && resolver.symbol_name(class) == "types.CoroutineType"
            {
                return resolver.types.item(args, 2).unwrap_or(UNKNOWN);
            }
            let generator = resolver
                .call_method(member, "__await__", &[])
                .unwrap_or(UNKNOWN);
            let class = resolver.class("collections.abc.Generator");
            match class.and_then(|class| resolver.as_base(generator, class)) {
                Some(args) => resolver.types.item(args, 2).unwrap_or(UNKNOWN),
                None => UNKNOWN,
            }
        })
    }

    /// What `with ty as name` binds.
    pub(super) fn entered(&mut self, ty: Ty, is_async: bool) -> Ty {
        self.each(ty, |resolver, member| {
            let method = match resolver.types.get(member) {
                // Nearly every manager of every package returns itself.
                Type::Instance(class, _)
                    if resolver.symbol(class).origin == super::library::Origin::Foreign =>
                {
                    return member;
                }
                _ if is_async => "__aenter__",
                _ => "__enter__",
            };
            let entered = resolver.call_method(member, method, &[]).unwrap_or(UNKNOWN);
            if is_async {
                resolver.awaited(entered)
            } else {
                entered
            }
        })
    }
}

fn literal_index(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::NumberLiteral(number) => match &number.value {
            ast::Number::Int(int) => int.as_usize(),
            _ => None,
        },
        _ => None,
    }
}

/// The methods of an operator: of the left operand, of the right one, and in place.
fn methods(operator: Operator) -> [&'static str; 3] {
    match operator {
        Operator::Add => ["__add__", "__radd__", "__iadd__"],
        Operator::Sub => ["__sub__", "__rsub__", "__isub__"],
        Operator::Mult => ["__mul__", "__rmul__", "__imul__"],
        Operator::MatMult => ["__matmul__", "__rmatmul__", "__imatmul__"],
        Operator::Div => ["__truediv__", "__rtruediv__", "__itruediv__"],
        Operator::Mod => ["__mod__", "__rmod__", "__imod__"],
        Operator::Pow => ["__pow__", "__rpow__", "__ipow__"],
        Operator::LShift => ["__lshift__", "__rlshift__", "__ilshift__"],
        Operator::RShift => ["__rshift__", "__rrshift__", "__irshift__"],
        Operator::BitOr => ["__or__", "__ror__", "__ior__"],
        Operator::BitXor => ["__xor__", "__rxor__", "__ixor__"],
        Operator::BitAnd => ["__and__", "__rand__", "__iand__"],
        Operator::FloorDiv => ["__floordiv__", "__rfloordiv__", "__ifloordiv__"],
    }
}
