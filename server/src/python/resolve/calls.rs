//! Calls: which overload is meant, what its type variables are, what it gives.

use std::sync::Arc;

use ruff_python_ast::{self as ast, Expr};

use super::library::{Param, ParamKind, Receiver, SELF, Signature};
use super::types::{EMPTY, GRADUAL, NEVER, NONE, Sym, Ty, Type, UNKNOWN, Word};
use super::{MAX_DEPTH, MAX_ELEMENTS, Resolver};
use crate::python::scope::{ClassId, Place};
use crate::python::symbols::Sort;

/// Types within types that are compared.
const MAX_NESTING: u32 = 6;

/// What a function is called with.
#[derive(Clone, Copy)]
pub(super) enum Args<'e> {
    Call(&'e ast::Arguments, Place),
    Types(&'e [Ty]),
    /// Nobody knows: what does the callable give at all?
    Unknown,
}

/// Whether an argument can go where a parameter wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    No,
    Maybe,
    Yes,
}

/// An argument: its type, and the expression where there is one.
#[derive(Clone, Copy)]
struct Arg<'e> {
    ty: Ty,
    expr: Option<&'e Expr>,
}

impl<'m> Resolver<'m, '_> {
    // Arguments

    fn arg<'e>(&mut self, args: &Args<'e>, index: usize) -> Option<Arg<'e>> {
        match *args {
            Args::Call(arguments, place) => {
                let before = arguments.args.get(..=index)?;
                if before.iter().any(Expr::is_starred_expr) {
                    return None;
                }
                let expr = arguments.args.get(index)?;
                Some(Arg {
                    ty: self.eval(expr, place),
                    expr: Some(expr),
                })
            }
            Args::Types(types) => types.get(index).map(|ty| Arg {
                ty: *ty,
                expr: None,
            }),
            Args::Unknown => None,
        }
    }

    fn named_arg<'e>(&mut self, args: &Args<'e>, name: &str) -> Option<Arg<'e>> {
        let Args::Call(arguments, place) = *args else {
            return None;
        };
        let keyword = arguments.find_keyword(name)?;
        Some(Arg {
            ty: self.eval(&keyword.value, place),
            expr: Some(&keyword.value),
        })
    }

    pub(super) fn positional(&mut self, args: &Args<'_>, index: usize) -> Option<Ty> {
        self.arg(args, index).map(|arg| arg.ty)
    }

    pub(super) fn keyword(&mut self, args: &Args<'_>, name: &str) -> Option<Ty> {
        self.named_arg(args, name).map(|arg| arg.ty)
    }

    // Callables

    /// What calling `callee` gives.
    pub(super) fn call_type(&mut self, callee: Ty, args: &Args<'_>, place: Place) -> Ty {
        if self.depth >= MAX_DEPTH || !self.may_step() {
            return UNKNOWN;
        }
        self.depth += 1;
        let mut all = NEVER;
        for member in self.types.members(callee).iter() {
            if self.types.get(member) == Type::None {
                continue;
            }
            let result = self.call_one(member, args, place);
            all = self.types.union(all, result);
        }
        self.depth -= 1;
        all
    }

    fn call_one(&mut self, callee: Ty, args: &Args<'_>, place: Place) -> Ty {
        match self.types.get(callee) {
            Type::Class(class, given) => self.construct(class, given, args, place),
            Type::Function(function) => self.call_library(function, None, args, place),
            Type::Method(method, receiver) => {
                self.call_library(method, Some(receiver), args, place)
            }
            Type::UserClass(class, given) => self.construct_user(class, given, args),
            Type::UserFunction(function) => self.user_call(function, None, args),
            Type::UserMethod(function, receiver) => self.user_call(function, Some(receiver), args),
            Type::Callable(result) => result,
            Type::Gradual => GRADUAL,
            Type::Distinct(inner) => inner,
            Type::ClassOf(word, bound) => self.types.add(Type::Var(word, bound)),
            Type::Named(_, inner) if inner != callee => self.call_type(inner, args, place),
            Type::Lambda(lambda) => {
                let model = self.model;
                match model.lambdas.get(lambda.0 as usize) {
                    Some(lambda) => self.eval(&lambda.lambda.body, lambda.place),
                    None => UNKNOWN,
                }
            }
            Type::Instance(..) | Type::UserInstance(..) => match self.attr(callee, "__call__") {
                Some(attr) if attr.ty != callee => self.call_type(attr.ty, args, place),
                _ => UNKNOWN,
            },
            _ => UNKNOWN,
        }
    }

    /// Calls a method by its name, as the language does for operators and loops.
    pub(super) fn call_method(&mut self, owner: Ty, name: &str, args: &[Ty]) -> Option<Ty> {
        let attr = self.attr(owner, name)?;
        let place = Place {
            scope: crate::python::scope::MODULE,
            flow: crate::python::scope::START,
        };
        Some(self.call_type(attr.ty, &Args::Types(args), place))
    }

    // Functions of the table

    fn call_library(
        &mut self,
        function: Sym,
        receiver: Option<Ty>,
        args: &Args<'_>,
        place: Place,
    ) -> Ty {
        let Some(entry) = self.symbol(function).entry else {
            return UNKNOWN;
        };
        if let Some(special) = self.call_special(entry.name, args, place) {
            return special;
        }
        let signatures = self.signatures(function);
        let mut map = Vec::new();
        let mut shift = 0;
        if let Some(receiver) = receiver {
            let class = match self.types.get(receiver) {
                Type::Class(class, _) | Type::Instance(class, _) => Some(class),
                _ => self.symbol(function).owner,
            };
            let on_class = matches!(
                self.types.get(receiver),
                Type::Class(..) | Type::UserClass(..)
            );
            let is_plain = signatures.first().is_some_and(|signature| {
                matches!(signature.receiver, Receiver::Plain | Receiver::Typed(_))
            });
            let is_meta = self
                .symbol(function)
                .owner
                .is_some_and(|owner| matches!(self.symbol_name(owner), "type" | "enum.EnumMeta"));
            let mut actual = receiver;
            if on_class && is_plain && !is_meta {
                // `str.upper(text)`: the receiver is the first argument.
                shift = 1;
                if let Some(first) = self.positional(args, 0) {
                    let instance = self.instance_of_class(receiver);
                    if self.is_subclass(first, instance) {
                        actual = first;
                    }
                }
            }
            if let Some(class) = class.or(self.symbol(function).owner) {
                map = self.receiver_map(function, class, actual);
            }
        }
        let result = self.choose(&signatures, &map, receiver, args, shift);
        if entry.sort == Sort::Coroutine {
            return self.coroutine(result);
        }
        result
    }

    /// The result of the overload that these arguments mean.
    fn choose(
        &mut self,
        signatures: &Arc<[Signature]>,
        map: &[(Word, Ty)],
        receiver: Option<Ty>,
        args: &Args<'_>,
        shift: usize,
    ) -> Ty {
        if let [only] = &**signatures {
            let mut solution = map.to_vec();
            self.fit(only, None, receiver, args, shift, &mut solution);
            return self.solve(only.result, &solution);
        }
        let mut possible = NEVER;
        for signature in signatures.iter() {
            let mut solution = map.to_vec();
            let fit = self.fit(
                signature,
                Some(signatures),
                receiver,
                args,
                shift,
                &mut solution,
            );
            if fit == Fit::No {
                continue;
            }
            let result = self.solve(signature.result, &solution);
            if fit == Fit::Yes && possible == NEVER {
                return result;
            }
            possible = if possible == NEVER {
                result
            } else {
                self.agreed(possible, result)
            };
            if possible == UNKNOWN || fit == Fit::Yes {
                break;
            }
        }
        if possible == NEVER { UNKNOWN } else { possible }
    }

    /// What two overloads have in common: the type where they differ only in details, else nothing.
    fn agreed(&mut self, one: Ty, other: Ty) -> Ty {
        let certain = |resolver: &Self, ty: Ty| {
            let mut members = resolver
                .types
                .members(ty)
                .iter()
                .filter(|member| !matches!(*member, UNKNOWN | GRADUAL | NONE))
                .collect::<Vec<_>>();
            members.sort_by_key(|member| format!("{member:?}"));
            members
        };
        let (ones, others) = (certain(self, one), certain(self, other));
        if ones == others {
            return self.types.union(one, other);
        }
        if let ([one], [other]) = (&*ones, &*others)
            && let (Type::Instance(one, _), Type::Instance(other, _)) =
                (self.types.get(*one), self.types.get(*other))
            && one == other
        {
            return self.types.add(Type::Instance(one, EMPTY));
        }
        UNKNOWN
    }

    /// Whether these arguments can mean this overload; solves its type variables on the way.
    fn fit(
        &mut self,
        signature: &Signature,
        siblings: Option<&Arc<[Signature]>>,
        receiver: Option<Ty>,
        args: &Args<'_>,
        shift: usize,
        solution: &mut Vec<(Word, Ty)>,
    ) -> Fit {
        let mut fit = Fit::Yes;
        // Whether there may be more arguments than are written out: by position, by name.
        let (more_values, more_names) = match args {
            Args::Call(arguments, _) => (
                arguments.args.iter().any(Expr::is_starred_expr),
                arguments
                    .keywords
                    .iter()
                    .any(|keyword| keyword.arg.is_none()),
            ),
            Args::Types(_) => (false, false),
            Args::Unknown => (true, true),
        };
        if let (Receiver::Typed(formal) | Receiver::TypedClass(formal), Some(receiver)) =
            (signature.receiver, receiver)
        {
            fit = fit.min(self.assignable(receiver, None, formal, solution, 0));
            if fit == Fit::No {
                return fit;
            }
            self.unify(formal, receiver, solution, 0);
        }
        for param in &signature.params {
            match param.kind {
                ParamKind::Positional(_) | ParamKind::Keyword => {
                    let arg = self.argument_for(param, args, shift);
                    match arg {
                        Some(arg) => {
                            fit = fit.min(self.fit_argument(arg, param.ty, solution));
                        }
                        None if more_names
                            || more_values && matches!(param.kind, ParamKind::Positional(_)) =>
                        {
                            fit = fit.min(Fit::Maybe);
                        }
                        None if !param.has_default => return Fit::No,
                        None => {}
                    }
                }
                ParamKind::Arguments(from) => {
                    for index in from.saturating_add(shift)..MAX_ELEMENTS {
                        match self.arg(args, index) {
                            Some(arg) => {
                                fit = fit.min(self.fit_argument(arg, param.ty, solution));
                            }
                            None => break,
                        }
                    }
                    if let Args::Call(arguments, place) = args
                        && let Some(Expr::Starred(starred)) =
                            arguments.args.iter().find(|arg| arg.is_starred_expr())
                    {
                        let many = self.eval(&starred.value, *place);
                        let ty = self.iterate(many);
                        fit =
                            fit.min(self.fit_argument(Arg { ty, expr: None }, param.ty, solution));
                    }
                }
                ParamKind::Keywords => {
                    if let Args::Call(arguments, place) = args {
                        for keyword in arguments.keywords.iter().take(MAX_ELEMENTS) {
                            if keyword.arg.is_some() {
                                let ty = self.eval(&keyword.value, *place);
                                let arg = Arg {
                                    ty,
                                    expr: Some(&keyword.value),
                                };
                                fit = fit.min(self.fit_argument(arg, param.ty, solution));
                            }
                        }
                    }
                }
            }
            if fit == Fit::No {
                return fit;
            }
        }
        if let (Some(siblings), Args::Call(arguments, _)) = (siblings, args)
            && arguments.args.iter().any(Expr::is_starred_expr)
        {
            // `f(*many)` means the overload that takes many.
            let takes_many = |signature: &Signature| {
                let mut params = signature.params.iter();
                params.any(|param| matches!(param.kind, ParamKind::Arguments(_)))
            };
            if !takes_many(signature) && siblings.iter().any(takes_many) {
                return Fit::No;
            }
        }
        if let Some(siblings) = siblings
            && self.is_excluded(signature, siblings, args, shift)
        {
            return Fit::No;
        }
        fit
    }

    fn argument_for<'e>(
        &mut self,
        param: &Param,
        args: &Args<'e>,
        shift: usize,
    ) -> Option<Arg<'e>> {
        if let ParamKind::Positional(index) = param.kind
            && let Some(arg) = self.arg(args, index + shift)
        {
            return Some(arg);
        }
        if let (Args::Unknown, ParamKind::Positional(_)) = (args, param.kind) {
            return None;
        }
        let name = self.word_text(param.name?);
        self.named_arg(args, &name)
    }

    fn fit_argument(&mut self, arg: Arg<'_>, formal: Ty, solution: &mut Vec<(Word, Ty)>) -> Fit {
        let fit = self.assignable(arg.ty, arg.expr, formal, solution, 0);
        if fit != Fit::No {
            self.unify(formal, arg.ty, solution, 0);
        }
        fit
    }

    /// Whether an argument is given that only another overload lists.
    fn is_excluded(
        &mut self,
        signature: &Signature,
        siblings: &Arc<[Signature]>,
        args: &Args<'_>,
        shift: usize,
    ) -> bool {
        let takes = |wanted: &Param| {
            signature
                .params
                .iter()
                .any(|param| match (param.kind, wanted.kind) {
                    (ParamKind::Arguments(from), ParamKind::Positional(index)) => index >= from,
                    (ParamKind::Arguments(_), ParamKind::Arguments(_)) => true,
                    (ParamKind::Keywords, ParamKind::Keyword | ParamKind::Keywords) => true,
                    (ParamKind::Positional(one), ParamKind::Positional(other)) => one == other,
                    _ => param.name.is_some() && param.name == wanted.name,
                })
        };
        for wanted in siblings.iter().flat_map(|sibling| &sibling.params) {
            if takes(wanted) {
                continue;
            }
            let is_given = match wanted.kind {
                ParamKind::Positional(_) | ParamKind::Keyword => {
                    self.argument_for(wanted, args, shift).is_some()
                }
                // An argument that is neither among the listed nor among the rest.
                ParamKind::Arguments(from) => (from..MAX_ELEMENTS).any(|index| {
                    let is_listed = signature
                        .params
                        .iter()
                        .any(|param| param.kind == ParamKind::Positional(index));
                    !is_listed && self.arg(args, index + shift).is_some()
                }),
                ParamKind::Keywords => match args {
                    Args::Call(arguments, _) => arguments
                        .keywords
                        .iter()
                        .any(|keyword| keyword.arg.is_some()),
                    _ => false,
                },
            };
            if is_given {
                return true;
            }
        }
        false
    }

    // Types against types

    /// Whether a value of type `actual` can go where `formal` is wanted.
    fn assignable(
        &mut self,
        actual: Ty,
        expr: Option<&Expr>,
        formal: Ty,
        solution: &[(Word, Ty)],
        depth: u32,
    ) -> Fit {
        if depth > MAX_NESTING || !self.may_step() {
            return Fit::Maybe;
        }
        if let Type::Union(items) = self.types.get(formal) {
            let mut best = Fit::No;
            for index in 0..self.types.items(items).len() {
                if let Some(item) = self.types.item(items, index) {
                    best = best.max(self.assignable(actual, expr, item, solution, depth));
                }
            }
            if best != Fit::No {
                return best;
            }
        }
        if let Type::Union(_) = self.types.get(actual) {
            let mut worst = Fit::Yes;
            let mut best = Fit::No;
            for member in self.types.members(actual).iter() {
                let fit = self.assignable(member, expr, formal, solution, depth);
                worst = worst.min(fit);
                best = best.max(fit);
            }
            // A part fits: type checkers would take the union apart.
            return if worst == Fit::No && best != Fit::No {
                Fit::Maybe
            } else {
                worst
            };
        }
        match self.types.get(formal) {
            Type::Unknown | Type::Gradual => return Fit::Yes,
            Type::Var(word, bound) => {
                return match solution.iter().find(|(known, _)| *known == word) {
                    Some((_, known)) if *known != formal && word == SELF => {
                        let known = *known;
                        self.assignable(actual, expr, known, &[], depth + 1)
                    }
                    _ if bound != UNKNOWN => self.assignable(actual, expr, bound, &[], depth + 1),
                    _ => Fit::Yes,
                };
            }
            Type::Never => return Fit::No,
            _ => {}
        }
        match (self.types.get(actual), self.types.get(formal)) {
            (Type::Unknown | Type::Gradual | Type::Var(..), _) => Fit::Maybe,
            (Type::Never, _) => Fit::Yes,
            (_, Type::Literal(word)) => self.literal_fit(actual, expr, word),
            (Type::None, Type::None) => Fit::Yes,
            (_, Type::None) => Fit::No,
            (Type::None, Type::Instance(class, _)) => match self.symbol_name(class) {
                "object" | "collections.abc.Hashable" => Fit::Yes,
                _ => Fit::No,
            },
            (Type::Foreign(_) | Type::Named(..), _) => Fit::Maybe,
            (
                Type::Instance(..) | Type::Tuple(_) | Type::UserInstance(..),
                Type::Instance(class, wanted),
            ) => self.instance_fit(actual, class, wanted, solution, depth),
            (Type::Tuple(actual), Type::Tuple(formal)) => {
                if self.types.items(actual).len() != self.types.items(formal).len() {
                    return Fit::No;
                }
                self.items_fit(actual, formal, solution, depth)
            }
            (Type::Instance(class, args), Type::Tuple(formal)) => {
                if self.symbol_name(class) != "tuple" {
                    return Fit::No;
                }
                let item = self.types.item(args, 0).unwrap_or(UNKNOWN);
                let wanted = self.union_of_list(formal);
                self.assignable(item, None, wanted, solution, depth + 1)
                    .min(Fit::Maybe)
            }
            (
                Type::Class(..)
                | Type::UserClass(..)
                | Type::Function(_)
                | Type::Method(..)
                | Type::UserFunction(_)
                | Type::UserMethod(..)
                | Type::Lambda(_)
                | Type::Callable(_)
                | Type::Distinct(_),
                Type::Callable(_),
            ) => Fit::Yes,
            (Type::Instance(..) | Type::UserInstance(..), Type::Callable(_)) => {
                match self.attr(actual, "__call__") {
                    Some(_) => Fit::Yes,
                    None if self.mro(actual).contains(&UNKNOWN) => Fit::Maybe,
                    None => Fit::No,
                }
            }
            (Type::Class(..) | Type::UserClass(..), Type::Class(..) | Type::UserClass(..)) => {
                let actual = self.instance_of_class(actual);
                let formal = self.instance_of_class(formal);
                self.assignable(actual, None, formal, solution, depth + 1)
            }
            (Type::Class(..) | Type::UserClass(..), Type::ClassOf(..)) => Fit::Yes,
            (Type::Class(..) | Type::UserClass(..), Type::Instance(class, _)) => {
                match self.symbol_name(class) {
                    "type" | "object" | "collections.abc.Hashable" => Fit::Yes,
                    "str" | "int" | "bytes" | "bool" | "float" => Fit::No,
                    // An enumeration can be iterated, a metaclass may do anything.
                    _ => Fit::Maybe,
                }
            }
            (
                Type::Function(_)
                | Type::Method(..)
                | Type::UserFunction(_)
                | Type::UserMethod(..)
                | Type::Lambda(_)
                | Type::Callable(_)
                | Type::Module(_),
                Type::Instance(class, _),
            ) => match self.symbol_name(class) {
                "object"
                | "collections.abc.Hashable"
                | "types.FunctionType"
                | "types.MethodType"
                | "types.ModuleType" => Fit::Yes,
                _ => Fit::No,
            },
            (Type::Super(..), _) => Fit::Maybe,
            _ => Fit::No,
        }
    }

    fn items_fit(
        &mut self,
        actual: super::types::Tys,
        formal: super::types::Tys,
        solution: &[(Word, Ty)],
        depth: u32,
    ) -> Fit {
        let mut fit = Fit::Yes;
        for index in 0..self.types.items(formal).len() {
            let Some(formal) = self.types.item(formal, index) else {
                break;
            };
            let actual = self.types.item(actual, index).unwrap_or(UNKNOWN);
            fit = fit.min(self.assignable(actual, None, formal, solution, depth + 1));
        }
        fit
    }

    fn instance_fit(
        &mut self,
        actual: Ty,
        class: Sym,
        wanted: super::types::Tys,
        solution: &[(Word, Ty)],
        depth: u32,
    ) -> Fit {
        let name = self.symbol_name(class);
        if name == "object" {
            return Fit::Yes;
        }
        if let Type::Instance(actual_class, EMPTY) = self.types.get(actual)
            && wanted == EMPTY
        {
            if actual_class == class {
                return Fit::Yes;
            }
            // The numeric tower of PEP 484.
            match (self.symbol_name(actual_class), name) {
                ("int" | "bool", "float" | "complex") | ("float", "complex") => return Fit::Yes,
                _ => {}
            }
        }
        if let Type::Tuple(items) = self.types.get(actual)
            && wanted != EMPTY
            && let Type::Tuple(_) = self.types.get(actual)
            && name == "tuple"
        {
            let formal = self.types.item(wanted, 0).unwrap_or(UNKNOWN);
            let item = self.union_of_list(items);
            return self.assignable(item, None, formal, solution, depth + 1);
        }
        if let Some(args) = self.as_base(actual, class) {
            if args == EMPTY || wanted == EMPTY {
                return Fit::Yes;
            }
            return self.items_fit(args, wanted, solution, depth);
        }
        if self.mro(actual).contains(&UNKNOWN) {
            return Fit::Maybe;
        }
        // The table leaves out what says nothing about names: `__index__` is what integers have.
        if self.symbol_name(class) == "typing.SupportsIndex" {
            let Some(int) = self.class("int") else {
                return Fit::Maybe;
            };
            return match (self.as_base(actual, int), self.types.get(actual)) {
                (Some(_), _) => Fit::Yes,
                (None, Type::UserInstance(..)) => Fit::Maybe,
                (None, _) => Fit::No,
            };
        }
        if !self.is_protocol(class) {
            return Fit::No;
        }
        let members = self.protocol_members(class);
        if members.is_empty() {
            return Fit::Maybe;
        }
        let mut fit = Fit::Yes;
        for member in members.iter() {
            let name = self.word_text(*member);
            if self.attr(actual, &name).is_none() {
                fit = Fit::No;
            }
        }
        fit
    }

    fn literal_fit(&mut self, actual: Ty, expr: Option<&Expr>, word: Word) -> Fit {
        let literals = self.word_text(word);
        let has = |text: &str| literals.split(',').any(|literal| literal == text);
        match expr {
            Some(Expr::BooleanLiteral(literal)) => {
                let text = if literal.value { "True" } else { "False" };
                return if has(text) { Fit::Yes } else { Fit::No };
            }
            Some(Expr::StringLiteral(literal)) => {
                let text = format!("\"{}\"", literal.value.to_str());
                return if has(&text) { Fit::Yes } else { Fit::No };
            }
            Some(Expr::NumberLiteral(literal)) => {
                if let ast::Number::Int(int) = &literal.value {
                    return if has(&int.to_string()) {
                        Fit::Yes
                    } else {
                        Fit::No
                    };
                }
            }
            _ => {}
        }
        let Type::Instance(class, _) = self.types.get(actual) else {
            return Fit::No;
        };
        match self.symbol_name(class) {
            // A flag that is not written out may be either.
            "bool" if has("True") || has("False") => Fit::Maybe,
            _ => Fit::No,
        }
    }

    pub(super) fn is_protocol(&mut self, class: Sym) -> bool {
        let name = self.symbol_name(class);
        if name.starts_with("collections.abc.") {
            return true;
        }
        let detail = self.symbol(class).entry.map_or("", |entry| entry.detail);
        detail.contains("typing.Protocol")
    }

    /// The names that a class must have to do what a protocol asks for.
    pub(super) fn protocol_members(&mut self, class: Sym) -> Arc<[Word]> {
        if let Some(members) = self.protocols.get(&class) {
            return Arc::clone(members);
        }
        let name = Arc::clone(&self.symbol(class).name);
        let abstracts: &[&str] = match &*name {
            "collections.abc.Iterable" => &["__iter__"],
            "collections.abc.Iterator" => &["__next__"],
            "collections.abc.AsyncIterable" => &["__aiter__"],
            "collections.abc.AsyncIterator" => &["__anext__"],
            "collections.abc.Awaitable" => &["__await__"],
            "collections.abc.Hashable" => &["__hash__"],
            "collections.abc.Sized" => &["__len__"],
            "collections.abc.Container" => &["__contains__"],
            "collections.abc.Buffer" => &["__buffer__"],
            "collections.abc.Collection" => &["__iter__", "__len__", "__contains__"],
            "collections.abc.Reversible" => &["__reversed__"],
            _ => &[],
        };
        let members: Arc<[Word]> = if !abstracts.is_empty() {
            abstracts.iter().map(|name| self.word(name)).collect()
        } else if name.starts_with("collections.abc.") {
            // The rest are classes that one inherits from.
            Arc::from([self.word("\0")])
        } else {
            let own: Vec<&'static str> = crate::python::symbols::stdlib()
                .members(&name)
                .filter_map(|entry| entry.name.rsplit('.').next())
                .collect();
            own.into_iter().map(|name| self.word(name)).collect()
        };
        self.protocols.insert(class, Arc::clone(&members));
        members
    }

    /// Finds out what type variables of `formal` are when `actual` is given for it.
    pub(super) fn unify(
        &mut self,
        formal: Ty,
        actual: Ty,
        solution: &mut Vec<(Word, Ty)>,
        depth: u32,
    ) {
        if depth > MAX_NESTING
            || !self.types.has_var(formal)
            || actual == UNKNOWN
            || !self.may_step()
        {
            return;
        }
        match self.types.get(formal) {
            Type::Var(word, _) => match solution.iter().position(|(known, _)| *known == word) {
                Some(_) if word == SELF => {}
                Some(at) => {
                    let known = solution[at].1;
                    solution[at].1 = self.types.union(known, actual);
                }
                None => solution.push((word, actual)),
            },
            Type::ClassOf(word, _) => {
                let instances = self.instances(actual);
                if instances != UNKNOWN {
                    let variable = self.types.add(Type::Var(word, UNKNOWN));
                    self.unify(variable, instances, solution, depth + 1);
                }
            }
            Type::Instance(class, wanted) => {
                for member in self.types.members(actual).iter() {
                    self.unify_instance(class, wanted, member, solution, depth);
                }
            }
            Type::Class(..) => {
                let formal = self.instance_of_class(formal);
                let actual = self.instances(actual);
                self.unify(formal, actual, solution, depth + 1);
            }
            Type::Tuple(formals) => {
                for member in self.types.members(actual).iter() {
                    for index in 0..self.types.items(formals).len() {
                        let Some(formal) = self.types.item(formals, index) else {
                            break;
                        };
                        let item = self.element(member, index, false);
                        self.unify(formal, item, solution, depth + 1);
                    }
                }
            }
            Type::Callable(result) => {
                for member in self.types.members(actual).iter() {
                    let returned = self.result_of(member);
                    self.unify(result, returned, solution, depth + 1);
                }
            }
            Type::Union(items) => self.unify_union(items, actual, solution, depth),
            _ => {}
        }
    }

    fn unify_union(
        &mut self,
        formals: super::types::Tys,
        actual: Ty,
        solution: &mut Vec<(Word, Ty)>,
        depth: u32,
    ) {
        let formals: Vec<Ty> = self.types.items(formals).to_vec();
        let (open, fixed): (Vec<Ty>, Vec<Ty>) = formals
            .into_iter()
            .partition(|formal| self.types.has_var(*formal));
        'members: for member in self.types.members(actual).iter() {
            for formal in &fixed {
                if *formal == member
                    || !self.types.is_open_ended(*formal)
                        && self.assignable(member, None, *formal, solution, depth + 1) == Fit::Yes
                {
                    continue 'members;
                }
            }
            // What says more than a bare variable is asked first.
            let is_bare =
                |resolver: &Self, formal: Ty| matches!(resolver.types.get(formal), Type::Var(..));
            let fitting = open.iter().copied().find(|formal| {
                !is_bare(self, *formal)
                    && self.assignable(member, None, *formal, solution, depth + 1) != Fit::No
            });
            let bare = open.iter().copied().find(|formal| is_bare(self, *formal));
            if let Some(formal) = fitting.or(bare) {
                self.unify(formal, member, solution, depth + 1);
            }
        }
    }

    fn unify_instance(
        &mut self,
        class: Sym,
        wanted: super::types::Tys,
        actual: Ty,
        solution: &mut Vec<(Word, Ty)>,
        depth: u32,
    ) {
        match self.types.get(actual) {
            Type::Unknown | Type::None => return,
            Type::Gradual => {
                for index in 0..self.types.items(wanted).len() {
                    if let Some(formal) = self.types.item(wanted, index) {
                        self.unify(formal, GRADUAL, solution, depth + 1);
                    }
                }
                return;
            }
            _ => {}
        }
        if let Some(args) = self.as_base(actual, class) {
            for index in 0..self.types.items(wanted).len() {
                let (Some(formal), Some(actual)) =
                    (self.types.item(wanted, index), self.types.item(args, index))
                else {
                    break;
                };
                self.unify(formal, actual, solution, depth + 1);
            }
            return;
        }
        let item = match self.symbol_name(class) {
            "collections.abc.Iterable"
            | "collections.abc.Iterator"
            | "_typeshed.SupportsLenAndGetItem" => Some(self.iterate(actual)),
            "collections.abc.AsyncIterable" | "collections.abc.AsyncIterator" => {
                Some(self.iterate_async(actual))
            }
            "collections.abc.Awaitable" => Some(self.awaited(actual)),
            _ => None,
        };
        if let Some(item) = item {
            if let Some(formal) = self.types.item(wanted, 0) {
                self.unify(formal, item, solution, depth + 1);
            }
            return;
        }
        if !self.is_protocol(class) || self.symbol_name(class).starts_with("collections.abc.") {
            return;
        }
        // A protocol: what its methods give against what the methods of the value give.
        let formal = self.types.add(Type::Instance(class, wanted));
        for member in self.protocol_members(class).iter() {
            let name = self.word_text(*member);
            let Some(attr) = self.attr(actual, &name) else {
                continue;
            };
            let Some(asked) = self.attr(formal, &name) else {
                continue;
            };
            let returned = self.result_of(attr.ty);
            let Type::Method(method, _) = self.types.get(asked.ty) else {
                continue;
            };
            let info = self.class_info(class);
            let map = self.arguments(&info, wanted);
            let signatures = self.signatures(method);
            if let Some(signature) = signatures.first() {
                let result = self.substitute(signature.result, &map);
                self.unify(result, returned, solution, depth + 1);
            }
        }
    }

    /// What a callable gives when nothing is known about its arguments.
    pub(super) fn result_of(&mut self, callable: Ty) -> Ty {
        let place = Place {
            scope: crate::python::scope::MODULE,
            flow: crate::python::scope::START,
        };
        self.call_type(callable, &Args::Unknown, place)
    }

    /// Replaces solved type variables, and those that nothing is known about by nothing.
    pub(super) fn solve(&mut self, ty: Ty, solution: &[(Word, Ty)]) -> Ty {
        if !self.types.has_var(ty) {
            return ty;
        }
        self.solve_with(ty, solution)
    }

    // Classes

    fn construct(
        &mut self,
        class: Sym,
        given: super::types::Tys,
        args: &Args<'_>,
        place: Place,
    ) -> Ty {
        match self.symbol_name(class) {
            "super" => return self.super_type(args, place),
            "type" => {
                return match (self.positional(args, 0), self.positional(args, 1)) {
                    (Some(value), None) => self.class_of_instances(value),
                    _ => UNKNOWN,
                };
            }
            "typing.NewType" => {
                if let Args::Call(arguments, _) = args
                    && let Some(base) = arguments.args.get(1)
                {
                    let base = self.annotation(base, place);
                    return self.types.add(Type::Distinct(base));
                }
                return UNKNOWN;
            }
            // What the functional forms make is a class.
            "enum.Enum" | "enum.IntEnum" | "enum.Flag" | "enum.IntFlag" | "enum.StrEnum"
            | "typing.TypedDict" | "typing.NamedTuple" => return UNKNOWN,
            _ => {}
        }
        let info = self.class_info(class);
        if given != EMPTY || info.params.is_empty() {
            return self.types.add(Type::Instance(class, given));
        }
        let own = self.types.list(&info.params);
        let generic = self.types.add(Type::Instance(class, own));
        for method in ["__new__", "__init__"] {
            let word = self.word(method);
            let Some(sym) = self.library_member(class, word) else {
                continue;
            };
            let owner = self.symbol(sym).owner.unwrap_or(class);
            if self.symbol_name(owner) == "object" {
                continue;
            }
            let mut map = Vec::new();
            if owner != class {
                // In terms of the variables of the class that is called.
                let above = self.class_info(owner);
                let seen = self.as_base(generic, owner).unwrap_or(EMPTY);
                map = self.arguments(&above, seen);
            }
            if let Some(result) = self.constructed(sym, method, generic, &map, args)
                && result != UNKNOWN
            {
                let says_something = match self.types.get(result) {
                    Type::Instance(_, args) => self
                        .types
                        .items(args)
                        .iter()
                        .any(|arg| !self.types.is_open_ended(*arg)),
                    _ => true,
                };
                if says_something {
                    return result;
                }
            }
        }
        self.types.add(Type::Instance(class, EMPTY))
    }

    fn constructed(
        &mut self,
        method: Sym,
        name: &str,
        generic: Ty,
        map: &[(Word, Ty)],
        args: &Args<'_>,
    ) -> Option<Ty> {
        let signatures = self.signatures(method);
        let is_new = name == "__new__";
        let mut possible = None;
        for signature in signatures.iter() {
            let siblings = (signatures.len() > 1).then_some(&signatures);
            let adapted = Signature {
                receiver: Receiver::Plain,
                params: signature
                    .params
                    .iter()
                    .map(|param| Param {
                        kind: param.kind,
                        name: param.name,
                        ty: self.substitute(param.ty, map),
                        has_default: param.has_default,
                    })
                    .collect(),
                result: UNKNOWN,
            };
            let mut solution = Vec::new();
            let fit = self.fit(&adapted, siblings, None, args, 0, &mut solution);
            if fit == Fit::No && siblings.is_some() {
                continue;
            }
            let result = match signature.receiver {
                Receiver::Typed(instance) if !is_new => instance,
                _ if is_new => {
                    let result = self.substitute(signature.result, map);
                    self.substitute(result, &[(SELF, generic)])
                }
                _ => generic,
            };
            let result = self.solve(result, &solution);
            match (possible, fit) {
                (None, Fit::Yes) => return Some(result),
                (None, _) => possible = Some(result),
                (Some(before), _) => {
                    let agreed = self.agreed(before, result);
                    if fit == Fit::Yes {
                        return Some(agreed);
                    }
                    possible = Some(agreed);
                }
            }
        }
        possible
    }

    fn super_type(&mut self, args: &Args<'_>, place: Place) -> Ty {
        let scope = match args {
            Args::Call(_, place) => place.scope,
            _ => place.scope,
        };
        let (class, receiver) = match (self.positional(args, 0), self.positional(args, 1)) {
            (Some(class), receiver) => match self.types.get(class) {
                Type::UserClass(class, _) => (Some(class), receiver),
                _ => (None, None),
            },
            _ => (self.model.scope(scope).class, None),
        };
        let Some(class) = class else { return UNKNOWN };
        let receiver = match receiver {
            Some(receiver) if receiver != UNKNOWN => receiver,
            _ => {
                let instance = self.own_instance(class);
                let in_class_method = self.model.function_around(scope).is_some_and(|function| {
                    let decoration = self.decoration(function);
                    decoration.is_class_method || decoration.is_static
                });
                if in_class_method {
                    self.class_of_instances(instance)
                } else {
                    instance
                }
            }
        };
        self.types.add(Type::Super(class, receiver))
    }

    fn construct_user(&mut self, class: ClassId, given: super::types::Tys, args: &Args<'_>) -> Ty {
        let info = self.user_class_info(class);
        if given != EMPTY || info.params.is_empty() {
            return self.types.add(Type::UserInstance(class, given));
        }
        let generic = self.own_instance(class);
        let Some(attr) = self.attr(generic, "__init__") else {
            return self.types.add(Type::UserInstance(class, EMPTY));
        };
        let Type::UserMethod(init, _) = self.types.get(attr.ty) else {
            return self.types.add(Type::UserInstance(class, EMPTY));
        };
        let function = self.model.function(init);
        let (def, place) = (function.def, function.place);
        let mut solution = Vec::new();
        let parameters = def
            .parameters
            .posonlyargs
            .iter()
            .chain(&def.parameters.args);
        for (index, parameter) in parameters.skip(1).enumerate().take(MAX_ELEMENTS) {
            let Some(annotation) = parameter.annotation() else {
                continue;
            };
            let formal = self.annotation(annotation, place);
            let arg = self
                .positional(args, index)
                .or_else(|| self.keyword(args, parameter.name().as_str()));
            if let Some(arg) = arg {
                self.unify(formal, arg, &mut solution, 0);
            }
        }
        self.solve(generic, &solution)
    }

    /// Calls that mean something to a type checker beyond their signature.
    fn call_special(&mut self, name: &str, args: &Args<'_>, place: Place) -> Option<Ty> {
        let Args::Call(arguments, _) = args else {
            return None;
        };
        match name {
            "typing.cast" => {
                let ty = arguments.args.first()?;
                Some(self.annotation(ty, place))
            }
            "typing.reveal_type" | "typing.assert_type" => self.positional(args, 0),
            _ => None,
        }
    }
}
