//! What binds a name to the type that the name has from there on.

use ruff_python_ast::{self as ast, Expr, Pattern};

use super::types::{EMPTY, GRADUAL, NEVER, NONE, Ty, Type, UNKNOWN};
use super::{MAX_DEPTH, MAX_ELEMENTS, Memo, Resolver, is_bare_final};
use crate::python::scope::{BindingId, Bound, Capture, CaptureId, Place, UnpackId};

impl Resolver<'_, '_> {
    pub(super) fn binding(&mut self, id: BindingId) -> Ty {
        let index = id.0 as usize;
        match self.bindings.get(index) {
            Memo::Done(ty) => return ty,
            Memo::Running => return NEVER,
            Memo::Unseen => {}
        }
        if self.depth >= MAX_DEPTH {
            return UNKNOWN;
        }
        self.bindings.start(index);
        self.depth += 1;
        let binding = self.model.binding(id);
        let ty = self.bound(binding.bound, binding.place);
        self.depth -= 1;
        self.bindings.finish(index, ty);
        ty
    }

    fn bound(&mut self, bound: Bound<'_>, place: Place) -> Ty {
        match bound {
            Bound::Module(path) => self.module(path),
            Bound::FromImport {
                module: Some(module),
                level: 0,
                name,
            } => self.import_from(module, name),
            Bound::FromImport {
                module,
                level,
                name,
            } => self.relative(module, level, name),
            Bound::Value(value) => self.eval(value, place),
            Bound::Element {
                value,
                index,
                from_end,
            } => {
                let whole = self.unpacked(value, place);
                self.element(whole, index as usize, from_end)
            }
            Bound::Rest { value } => {
                let whole = self.unpacked(value, place);
                let item = self.iterate(whole);
                self.instance_of("list", &[item])
            }
            Bound::Item {
                iterable,
                is_async: false,
            } => {
                let iterable = self.eval(iterable, place);
                self.iterate(iterable)
            }
            Bound::Item { iterable, .. } => {
                let iterable = self.eval(iterable, place);
                self.iterate_async(iterable)
            }
            Bound::Annotated { annotation, value } => {
                let declared = if is_bare_final(annotation) {
                    UNKNOWN
                } else {
                    self.annotation(annotation, place)
                };
                match value {
                    Some(value) => {
                        let value = self.eval(value, place);
                        self.assigned(declared, value)
                    }
                    None => declared,
                }
            }
            Bound::Parameter {
                annotation: Some(annotation),
                ..
            } => self.annotation(annotation, place),
            Bound::Parameter {
                default: Some(default),
                ..
            } => {
                let default = self.eval(default, place);
                self.types.union(GRADUAL, default)
            }
            // `*args: P.args`, `**kwargs: Unpack[Options]`: not what each of them is, but all together.
            Bound::Arguments(Some(Expr::Attribute(attribute)))
            | Bound::KeywordArguments(Some(Expr::Attribute(attribute)))
                if matches!(attribute.attr.as_str(), "args" | "kwargs") =>
            {
                UNKNOWN
            }
            Bound::KeywordArguments(Some(annotation @ Expr::Subscript(subscript)))
                if super::functions::last_name(&subscript.value) == Some("Unpack") =>
            {
                self.annotation(annotation, place)
            }
            Bound::Arguments(annotation) => {
                let item = self.optional_annotation(annotation, place);
                self.instance_of("tuple", &[item])
            }
            Bound::KeywordArguments(annotation) => {
                let item = self.optional_annotation(annotation, place);
                let key = self.instance("str");
                self.instance_of("dict", &[key, item])
            }
            Bound::Enter { manager, is_async } => {
                let manager = self.eval(manager, place);
                self.entered(manager, is_async)
            }
            Bound::Exception { class: None, .. } => GRADUAL,
            Bound::Exception {
                class: Some(class),
                is_star,
            } => self.caught(class, is_star, place),
            Bound::Augmented(assign) => {
                let before = self.eval(&assign.target, place);
                let operand = self.eval(&assign.value, place);
                self.operate(before, assign.op, operand, true)
            }
            Bound::Receiver { class, is_class } => {
                let instance = self.own_instance(class);
                if is_class {
                    self.class_of_instances(instance)
                } else {
                    instance
                }
            }
            Bound::Function(function) => self.function_type(function),
            Bound::Class(class) => self.types.add(Type::UserClass(class, EMPTY)),
            Bound::Captured(capture) => self.capture(capture, place),
            Bound::TypeParam(param) => self.type_param(param, place),
            Bound::Parameter { .. } => GRADUAL,
            Bound::TypeAlias(value) => {
                let ty = self.annotation(value, place);
                self.types.add(Type::Alias(ty))
            }
            Bound::Deleted => UNKNOWN,
        }
    }

    fn optional_annotation(&mut self, annotation: Option<&Expr>, place: Place) -> Ty {
        match annotation {
            Some(annotation) => self.annotation(annotation, place),
            None => GRADUAL,
        }
    }

    fn type_param(&mut self, param: &ast::TypeParam, place: Place) -> Ty {
        let word = self.word(param.name().as_str());
        let bound = match param {
            ast::TypeParam::TypeVar(variable) => match variable.bound.as_deref() {
                Some(Expr::Tuple(_)) | None => UNKNOWN,
                Some(bound) => self.annotation(bound, place),
            },
            _ => UNKNOWN,
        };
        let variable = self.types.add(Type::Var(word, bound));
        self.class_of_instances(variable)
    }

    /// What a declared variable holds once a value has been assigned.
    fn assigned(&mut self, declared: Ty, value: Ty) -> Ty {
        if self.types.is_open_ended(declared) || value == NEVER {
            return value;
        }
        let mut all = NEVER;
        for member in self.types.members(value).iter() {
            let member = match self.types.get(member) {
                Type::Unknown | Type::Gradual => declared,
                // What the declaration does not allow is not believed.
                Type::None if !self.types.members(declared).iter().any(|ty| ty == NONE) => declared,
                // What a display holds is known better by the declaration, and which dict it is.
                Type::Instance(class, _) => {
                    let is_dict = self.symbol_name(class) == "dict";
                    let same = self.types.members(declared).iter().find(|declared| {
                        matches!(self.types.get(*declared), Type::Instance(other, _) if other == class)
                            || is_dict && self.is_typed_dict(*declared)
                    });
                    same.unwrap_or(member)
                }
                _ => member,
            };
            all = self.types.union(all, member);
        }
        all
    }

    fn caught(&mut self, class: &Expr, is_star: bool, place: Place) -> Ty {
        let mut caught = NEVER;
        let classes = match class {
            Expr::Tuple(classes) => classes.elts.as_slice(),
            class => std::slice::from_ref(class),
        };
        for class in classes.iter().take(MAX_ELEMENTS) {
            let class = self.eval(class, place);
            let instances = self.instances(class);
            caught = self.types.union(caught, instances);
        }
        if is_star {
            return self.instance_of("ExceptionGroup", &[caught]);
        }
        caught
    }

    fn unpacked(&mut self, id: UnpackId, place: Place) -> Ty {
        let index = id.0 as usize;
        match self.unpacked.get(index) {
            Memo::Done(ty) => return ty,
            Memo::Running => return NEVER,
            Memo::Unseen => {}
        }
        let Some(bound) = self.model.unpacked.get(index).copied() else {
            return UNKNOWN;
        };
        if self.depth >= MAX_DEPTH {
            return UNKNOWN;
        }
        self.unpacked.start(index);
        self.depth += 1;
        let ty = self.bound(bound, place);
        self.depth -= 1;
        self.unpacked.finish(index, ty);
        ty
    }

    /// One element of what is taken apart, counted from the end where `from_end`.
    pub(super) fn element(&mut self, whole: Ty, index: usize, from_end: bool) -> Ty {
        let of = |count: usize| match from_end {
            true => count.checked_sub(index),
            false => Some(index),
        };
        let mut all = NEVER;
        for member in self.types.members(whole).iter() {
            let element = match self.types.get(member) {
                Type::Tuple(items) => of(self.types.items(items).len())
                    .and_then(|index| self.types.item(items, index))
                    .unwrap_or(UNKNOWN),
                Type::UserInstance(class, _) => match self.fields(class) {
                    Some(fields) => of(fields.len())
                        .and_then(|index| fields.get(index).copied())
                        .unwrap_or(UNKNOWN),
                    None => self.iterate(member),
                },
                _ => self.iterate(member),
            };
            all = self.types.union(all, element);
        }
        all
    }

    /// Instances of the classes that `ty` can be.
    pub(super) fn instances(&mut self, ty: Ty) -> Ty {
        let mut all = NEVER;
        for member in self.types.members(ty).iter() {
            let instance = self.instance_of_class(member);
            all = self.types.union(all, instance);
        }
        all
    }

    pub(super) fn instance_of_class(&mut self, class: Ty) -> Ty {
        match self.types.get(class) {
            Type::Class(class, args) => match self.symbol_name(class) {
                "typing.Any" => GRADUAL,
                "collections.abc.Callable" => self.types.add(Type::Callable(UNKNOWN)),
                _ => self.types.add(Type::Instance(class, args)),
            },
            Type::UserClass(class, args) => self.types.add(Type::UserInstance(class, args)),
            Type::ClassOf(word, bound) => self.types.add(Type::Var(word, bound)),
            Type::Named(_, inner) => self.instance_of_class(inner),
            Type::Distinct(inner) | Type::Alias(inner) => inner,
            Type::None => NONE,
            Type::Gradual => GRADUAL,
            // A tuple of classes, as `isinstance` takes them.
            Type::Tuple(items) => {
                let items = self.union_of_list(items);
                self.instances(items)
            }
            _ => UNKNOWN,
        }
    }

    // What patterns capture

    fn capture(&mut self, id: CaptureId, place: Place) -> Ty {
        let index = id.0 as usize;
        match self.captures.get(index) {
            Memo::Done(ty) => return ty,
            Memo::Running => return NEVER,
            Memo::Unseen => {}
        }
        let Some(capture) = self.model.captures.get(index).copied() else {
            return UNKNOWN;
        };
        if self.depth >= MAX_DEPTH {
            return UNKNOWN;
        }
        self.captures.start(index);
        self.depth += 1;
        let ty = match capture {
            Capture::Subject(subject) => self.eval(subject, place),
            Capture::Matched(of, pattern) => {
                let subject = self.capture(of, place);
                self.matched(subject, pattern, true, place)
            }
            Capture::Element {
                of,
                index,
                from_end,
            } => {
                let subject = self.capture(of, place);
                self.element(subject, index as usize, from_end)
            }
            Capture::Rest(of) => {
                let subject = self.capture(of, place);
                let item = self.iterate(subject);
                self.instance_of("list", &[item])
            }
            Capture::Value(of) => {
                let subject = self.capture(of, place);
                self.subscripted(subject, None, place)
            }
            Capture::Mapping(of) => {
                let subject = self.capture(of, place);
                let key = self.iterate(subject);
                let value = self.subscripted(subject, None, place);
                self.instance_of("dict", &[key, value])
            }
            Capture::Attribute(of, name) => {
                let subject = self.capture(of, place);
                self.attribute_of(subject, name)
            }
            Capture::Positional(of, index) => {
                let subject = self.capture(of, place);
                self.positional_part(subject, index as usize)
            }
        };
        self.depth -= 1;
        self.captures.finish(index, ty);
        ty
    }

    /// What the positional pattern of a class sees: the value itself for the builtins, else by `__match_args__`.
    fn positional_part(&mut self, subject: Ty, index: usize) -> Ty {
        let mut all = NEVER;
        for member in self.types.members(subject).iter() {
            let part = match self.types.get(member) {
                Type::UserInstance(class, _) => {
                    let names = self.field_names(class);
                    match names.get(index) {
                        Some(name) => self.attribute_of(member, name),
                        None => UNKNOWN,
                    }
                }
                Type::Instance(class, _)
                    if index == 0
                        && matches!(
                            self.symbol_name(class),
                            "bool"
                                | "bytearray"
                                | "bytes"
                                | "dict"
                                | "float"
                                | "frozenset"
                                | "int"
                                | "list"
                                | "set"
                                | "str"
                                | "tuple"
                        ) =>
                {
                    member
                }
                _ => UNKNOWN,
            };
            all = self.types.union(all, part);
        }
        all
    }

    /// What is left of `ty` when a pattern matched, or when it did not.
    pub(super) fn matched(&mut self, ty: Ty, pattern: &Pattern, sense: bool, place: Place) -> Ty {
        match pattern {
            Pattern::MatchClass(class) => {
                let is_bare =
                    class.arguments.patterns.is_empty() && class.arguments.keywords.is_empty();
                // A pattern that asks for more may fail for an instance of the class too.
                if !sense && !is_bare {
                    return ty;
                }
                let classes = self.eval(&class.cls, place);
                self.filter_instances(ty, classes, sense)
            }
            Pattern::MatchSingleton(singleton)
                if matches!(singleton.value, ast::Singleton::None) =>
            {
                self.filter_none(ty, sense)
            }
            Pattern::MatchAs(capture) => match capture.pattern.as_deref() {
                Some(inner) => self.matched(ty, inner, sense, place),
                None if sense => ty,
                None => NEVER,
            },
            Pattern::MatchOr(or) => {
                if sense {
                    let mut all = NEVER;
                    for pattern in or.patterns.iter().take(MAX_ELEMENTS) {
                        let part = self.matched(ty, pattern, true, place);
                        all = self.types.union(all, part);
                    }
                    return all;
                }
                let mut rest = ty;
                for pattern in or.patterns.iter().take(MAX_ELEMENTS) {
                    rest = self.matched(rest, pattern, false, place);
                }
                rest
            }
            _ => ty,
        }
    }
}
