//! The user's functions: what their decorators make of them, what they return.

use std::sync::Arc;

use ruff_python_ast::{self as ast, Expr};

use super::calls::Args;
use super::library::SELF;
use super::types::{EMPTY, GRADUAL, NEVER, NONE, Ty, Type, UNKNOWN, Word};
use super::{MAX_DEPTH, MAX_ELEMENTS, Memo, Resolver};
use crate::python::scope::{ClassId, FunctionId};

/// `return`s of one function that are weighed to say what it gives.
const MAX_RETURNS: usize = 12;

/// The last word of a name: `contextmanager` of `contextlib.contextmanager`.
pub(super) fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

/// What decorators make of a function.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Decoration {
    pub is_property: bool,
    pub is_class_method: bool,
    pub is_static: bool,
    pub is_overload: bool,
    /// `@x.setter`: says nothing about what reading gives.
    pub is_accessor: bool,
    /// What it is instead, where it is no plain function any more.
    pub replaced: Option<Ty>,
}

impl<'a> Resolver<'_, 'a> {
    pub(super) fn decoration(&mut self, function: FunctionId) -> Decoration {
        if let Some(decoration) = self.decorations.get(&function) {
            return *decoration;
        }
        // A decorator that needs the function it decorates finds it plain.
        self.decorations.insert(function, Decoration::default());
        let info = self.model.function(function);
        let (def, place) = (info.def, info.place);
        let mut decoration = Decoration {
            is_class_method: info.class.is_some()
                && matches!(def.name.as_str(), "__init_subclass__" | "__class_getitem__"),
            is_static: info.class.is_some() && def.name.as_str() == "__new__",
            ..Decoration::default()
        };
        for decorator in def.decorator_list.iter().rev() {
            let expr = &decorator.expression;
            if let Expr::Attribute(attribute) = expr
                && matches!(attribute.attr.as_str(), "setter" | "deleter" | "getter")
            {
                decoration.is_accessor = true;
                continue;
            }
            let decorator = self.eval(expr, place);
            let name = match self.types.get(decorator) {
                Type::Class(sym, _) | Type::Function(sym) => Arc::clone(&self.symbol(sym).name),
                _ => Arc::from(""),
            };
            match &*name {
                "property"
                | "functools.cached_property"
                | "enum.property"
                | "abc.abstractproperty"
                | "types.DynamicClassAttribute" => {
                    decoration.is_property = true;
                }
                "classmethod" | "abc.abstractclassmethod" => decoration.is_class_method = true,
                "staticmethod" | "abc.abstractstaticmethod" => decoration.is_static = true,
                "typing.overload" => decoration.is_overload = true,
                "abc.abstractmethod"
                | "typing.override"
                | "typing.final"
                | "typing.no_type_check"
                | "warnings.deprecated"
                | "types.coroutine"
                | "atexit.register" => {}
                _ => {
                    let before = match decoration.replaced {
                        Some(replaced) => replaced,
                        None => self.types.add(Type::UserFunction(function)),
                    };
                    let after = self.call_type(decorator, &Args::Types(&[before]), place);
                    let after = self.cached(after, before);
                    if after != before {
                        decoration.replaced = Some(after);
                    }
                }
            }
        }
        if self.depth < MAX_DEPTH {
            self.decorations.insert(function, decoration);
        } else {
            self.decorations.remove(&function);
        }
        decoration
    }

    /// `@lru_cache(maxsize=9)`: what it gives is called with the function, which the table does not say of a callable.
    fn cached(&mut self, after: Ty, before: Ty) -> Ty {
        let Type::Instance(class, args) = self.types.get(after) else {
            return after;
        };
        let is_solved = self.types.item(args, 0).is_some_and(|item| item != UNKNOWN);
        if is_solved || self.symbol_name(class) != "functools._lru_cache_wrapper" {
            return after;
        }
        let result = self.result_of(before);
        self.instance_of("functools._lru_cache_wrapper", &[result])
    }

    /// What the name of a function holds.
    pub(super) fn function_type(&mut self, function: FunctionId) -> Ty {
        match self.decoration(function).replaced {
            // Kept: what is bound to a class needs the function for its decorations.
            Some(replaced) if self.model.function(function).class.is_none() => replaced,
            _ => self.types.add(Type::UserFunction(function)),
        }
    }

    /// Binds what a class defines to the receiver that it is read from.
    pub(super) fn bind_own(&mut self, ty: Ty, class: ClassId, receiver: Ty) -> Ty {
        let mut all = NEVER;
        let members = self.types.members(ty);
        let mut has_getter = false;
        for member in members.iter() {
            if let Type::UserFunction(function) = self.types.get(member)
                && !self.decoration(function).is_accessor
            {
                has_getter = true;
            }
        }
        for member in members.iter() {
            let bound = match self.types.get(member) {
                Type::UserFunction(function) if self.model.function(function).class.is_some() => {
                    let decoration = self.decoration(function);
                    if decoration.is_accessor {
                        if has_getter {
                            continue;
                        }
                        // `@x.setter` of an inherited property, or of one that was defined above.
                        let getter = self.getter(function, class);
                        match getter {
                            Some(getter) => self.property_value(getter, receiver),
                            None => UNKNOWN,
                        }
                    } else {
                        self.bind_function(function, receiver)
                    }
                }
                // A descriptor is asked for what it gives.
                Type::Instance(descriptor, _)
                    if matches!(
                        self.symbol_name(descriptor),
                        "functools.cached_property" | "property"
                    ) =>
                {
                    self.described(member, receiver)
                }
                _ => member,
            };
            all = self.types.union(all, bound);
        }
        all
    }

    fn described(&mut self, descriptor: Ty, receiver: Ty) -> Ty {
        let owner = self.class_of_instances(receiver);
        self.call_method(descriptor, "__get__", &[receiver, owner])
            .unwrap_or(UNKNOWN)
    }

    fn getter(&mut self, setter: FunctionId, class: ClassId) -> Option<FunctionId> {
        let model = self.model;
        let name = model.function(setter).def.name.as_str();
        let id = model.name_id(name)?;
        let bindings = model.bindings_in(model.class(class).scope, id);
        for binding in bindings.iter().take(super::MAX_BINDINGS) {
            if let crate::python::scope::Bound::Function(function) = model.binding(*binding).bound
                && self.decoration(function).is_property
            {
                return Some(function);
            }
        }
        None
    }

    fn property_value(&mut self, function: FunctionId, receiver: Ty) -> Ty {
        let ty = self.user_call(function, Some(receiver), &Args::Types(&[]));
        if ty == NEVER { UNKNOWN } else { ty }
    }

    fn bind_function(&mut self, function: FunctionId, receiver: Ty) -> Ty {
        let decoration = self.decoration(function);
        let on_class = matches!(
            self.types.get(receiver),
            Type::UserClass(..) | Type::Class(..)
        );
        if decoration.is_property {
            if on_class {
                return self.instance("property");
            }
            return self.property_value(function, receiver);
        }
        if let Some(replaced) = decoration.replaced {
            return replaced;
        }
        if decoration.is_static || on_class && !decoration.is_class_method {
            return self.types.add(Type::UserFunction(function));
        }
        let receiver = if decoration.is_class_method && !on_class {
            self.class_of_instances(receiver)
        } else {
            receiver
        };
        self.types.add(Type::UserMethod(function, receiver))
    }

    /// What calling a function of the user's gives.
    pub(super) fn user_call(
        &mut self,
        function: FunctionId,
        receiver: Option<Ty>,
        args: &Args<'_>,
    ) -> Ty {
        let result = self.user_result(function);
        if !self.types.has_var(result) {
            return result;
        }
        let info = self.model.function(function);
        let (def, place) = (info.def, info.place);
        let mut solution: Vec<(Word, Ty)> = Vec::new();
        if let Some(receiver) = receiver {
            let instance = match self.types.get(receiver) {
                Type::UserClass(..) | Type::Class(..) => self.instance_of_class(receiver),
                _ => receiver,
            };
            solution.push((SELF, instance));
            if let Some(class) = info.class {
                let own = self.user_class_info(class);
                if !own.params.is_empty() {
                    let seen =
                        self.mro(instance)
                            .iter()
                            .find_map(|base| match self.types.get(*base) {
                                Type::UserInstance(known, args) if known == class => Some(args),
                                _ => None,
                            });
                    let map = self.arguments(&own, seen.unwrap_or(EMPTY));
                    solution.extend(map);
                }
            }
        }
        let skipped = usize::from(receiver.is_some());
        let parameters = &def.parameters;
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        for (index, parameter) in positional.enumerate().take(MAX_ELEMENTS) {
            let Some(annotation) = parameter.annotation() else {
                continue;
            };
            if index < skipped && receiver.is_some() {
                // `self: T` is solved by the receiver.
                let formal = self.annotation(annotation, place);
                if let Some(receiver) = receiver {
                    self.unify(formal, receiver, &mut solution, 0);
                }
                continue;
            }
            let formal = self.annotation(annotation, place);
            if !self.types.has_var(formal) {
                continue;
            }
            let arg = self
                .positional(args, index - skipped)
                .or_else(|| self.keyword(args, parameter.name().as_str()));
            if let Some(arg) = arg {
                self.unify(formal, arg, &mut solution, 0);
            }
        }
        for parameter in parameters.kwonlyargs.iter().take(MAX_ELEMENTS) {
            if let Some(annotation) = parameter.annotation() {
                let formal = self.annotation(annotation, place);
                if let Some(arg) = self.keyword(args, parameter.name().as_str()) {
                    self.unify(formal, arg, &mut solution, 0);
                }
            }
        }
        if let Some(rest) = parameters.vararg.as_deref()
            && let Some(annotation) = rest.annotation()
        {
            let formal = self.annotation(annotation, place);
            let first = parameters.posonlyargs.len() + parameters.args.len();
            for index in first.saturating_sub(skipped)..MAX_ELEMENTS {
                match self.positional(args, index) {
                    Some(arg) => self.unify(formal, arg, &mut solution, 0),
                    None => break,
                }
            }
        }
        self.solve(result, &solution)
    }

    /// What a call gives before its type variables are solved.
    pub(super) fn user_result(&mut self, function: FunctionId) -> Ty {
        match self.returns.get(&function) {
            Some(Memo::Done(ty)) => return *ty,
            Some(Memo::Running) => return UNKNOWN,
            _ => {}
        }
        if self.depth >= MAX_DEPTH {
            return UNKNOWN;
        }
        self.returns.insert(function, Memo::Running);
        self.depth += 1;
        let ty = self.find_result(function);
        self.depth -= 1;
        self.returns.insert(function, Memo::Done(ty));
        ty
    }

    fn find_result(&mut self, function: FunctionId) -> Ty {
        let info = self.model.function(function);
        let def = info.def;
        let returned = match &def.returns {
            Some(annotation) => self.annotation(annotation, info.place),
            None => self.inferred(function, def),
        };
        if info.yields {
            if def.returns.is_some() {
                return returned;
            }
            let item = self.yielded(function);
            return if def.is_async {
                self.instance_of("types.AsyncGeneratorType", &[item, UNKNOWN])
            } else {
                self.instance_of("types.GeneratorType", &[item, UNKNOWN, returned])
            };
        }
        if def.is_async {
            return self.coroutine(returned);
        }
        returned
    }

    /// A coroutine that gives `result` when it is awaited.
    pub(super) fn coroutine(&mut self, result: Ty) -> Ty {
        self.instance_of("types.CoroutineType", &[UNKNOWN, UNKNOWN, result])
    }

    /// What the `return`s of an unannotated function give.
    fn inferred(&mut self, function: FunctionId, def: &'a ast::StmtFunctionDef) -> Ty {
        let model = self.model;
        // A method that only raises or does nothing is there to be overridden.
        let is_stub = def.body.iter().all(|stmt| match stmt {
            ast::Stmt::Pass(_) | ast::Stmt::Raise(_) => true,
            ast::Stmt::Expr(stmt) => {
                stmt.value.is_ellipsis_literal_expr() || stmt.value.is_string_literal_expr()
            }
            _ => false,
        });
        if is_stub {
            return GRADUAL;
        }
        let returns = model.returns.get(&function).map_or(&[][..], Vec::as_slice);
        if returns.len() > MAX_RETURNS {
            return GRADUAL;
        }
        let place = crate::python::scope::Place {
            scope: model.function(function).scope,
            flow: crate::python::scope::START,
        };
        let mut ty = if model.function(function).falls_through {
            NONE
        } else {
            NEVER
        };
        for value in returns {
            let value = self.eval(value, place);
            ty = self.types.union(ty, value);
        }
        if ty == NEVER { UNKNOWN } else { ty }
    }

    fn yielded(&mut self, function: FunctionId) -> Ty {
        let model = self.model;
        let place = crate::python::scope::Place {
            scope: model.function(function).scope,
            flow: crate::python::scope::START,
        };
        let mut ty = NEVER;
        let yields = model.yields.get(&function).map_or(&[][..], Vec::as_slice);
        for (value, is_from) in yields.iter().take(MAX_RETURNS) {
            let mut value = self.eval(value, place);
            if *is_from {
                value = self.iterate(value);
            }
            ty = self.types.union(ty, value);
        }
        if ty == NEVER { UNKNOWN } else { ty }
    }
}
