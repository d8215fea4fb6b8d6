//! What a module of the user's offers to others, in the notation of the table: the other half of [`super::Workspace`].
//!
//! Only what can be imported is written: the module's own names, its classes and what they have. A type that nobody
//! knows is `?`, so that a reader can tell it from `Any`.

use std::fmt::Write;

use ruff_python_ast as ast;

use super::members::bases;
use super::types::{EMPTY, NEVER, Ty, Type, Tys};
use super::{MAX_ELEMENTS, Resolver};
use crate::python::scope::{ClassId, FunctionId, MODULE, NameId, Place, ScopeKind};

/// Names of a module or class that are written.
const MAX_NAMES: usize = 4_000;
/// Classes within classes.
const MAX_NESTING: usize = 4;
/// Types within types.
const MAX_DEPTH: u32 = 6;

/// The lines of the module `name`: what the file that `resolver` knows offers.
pub(crate) fn summary(resolver: &mut Resolver<'_, '_>, name: &str) -> String {
    let mut writer = Writer {
        resolver,
        module: name,
        lines: Vec::new(),
    };
    writer.lines.push(format!("{name}\tm"));
    writer.module_names();
    let mut lines = writer.lines;
    lines.sort_unstable();
    lines.dedup_by(|later, earlier| later.split('\t').next() == earlier.split('\t').next());
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

struct Writer<'r, 'm, 'a> {
    resolver: &'r mut Resolver<'m, 'a>,
    module: &'r str,
    lines: Vec<String>,
}

impl Writer<'_, '_, '_> {
    fn module_names(&mut self) {
        let model = self.resolver.model;
        let mut names: Vec<(&str, NameId)> = model
            .names()
            .filter(|(_, id)| !model.bindings_in(MODULE, *id).is_empty())
            .collect();
        names.sort_unstable_by_key(|(name, _)| *name);
        for (name, id) in names.into_iter().take(MAX_NAMES) {
            let ty = self.resolver.union(MODULE, id, name);
            let path = format!("{}.{name}", self.module);
            self.name(&path, ty, 0);
        }
    }

    /// The line, or lines, of a name that is worth `ty`.
    fn name(&mut self, path: &str, ty: Ty, nesting: usize) {
        let mut members = self.resolver.types.members(ty).iter();
        let first = members.next();
        let only = if members.next().is_none() {
            first
        } else {
            None
        };
        match only.map(|only| self.resolver.types.get(only)) {
            Some(
                Type::Module(sym) | Type::Function(sym) | Type::Named(sym, _) | Type::Foreign(sym),
            ) => {
                let target = self.resolver.symbol_name(sym).to_owned();
                self.lines.push(format!("{path}\t=\t{target}"));
            }
            Some(Type::Class(sym, EMPTY)) => {
                let target = self.resolver.symbol_name(sym).to_owned();
                self.lines.push(format!("{path}\t=\t{target}"));
            }
            Some(Type::UserClass(class, _)) => match self.class_path(class) {
                Some(own) if own == path => self.class(path, class, nesting),
                Some(own) => self.lines.push(format!("{path}\t=\t{own}")),
                None => {}
            },
            Some(Type::UserFunction(_)) => self.functions(path, ty, None),
            _ => {
                let overloads = self.resolver.types.members(ty);
                if overloads
                    .iter()
                    .all(|member| matches!(self.resolver.types.get(member), Type::UserFunction(_)))
                    && ty != NEVER
                {
                    self.functions(path, ty, None);
                } else {
                    let text = self.text(ty, 0);
                    self.lines.push(format!("{path}\td\t{text}"));
                }
            }
        }
    }

    /// The name by which a class can be imported; none for one in a function.
    fn class_path(&self, class: ClassId) -> Option<String> {
        let model = self.resolver.model;
        let mut names = vec![model.class(class).def.name.as_str()];
        let mut scope = Some(model.class(class).place.scope);
        for _ in 0..=MAX_NESTING {
            let id = scope?;
            match model.scope(id).kind {
                ScopeKind::Module => {
                    let mut path = self.module.to_owned();
                    for name in names.iter().rev() {
                        path.push('.');
                        path.push_str(name);
                    }
                    return Some(path);
                }
                ScopeKind::Class(outer) => names.push(model.class(outer).def.name.as_str()),
                ScopeKind::TypeParams => {}
                _ => return None,
            }
            scope = model.scope(id).parent;
        }
        None
    }

    fn class(&mut self, path: &str, class: ClassId, nesting: usize) {
        if nesting > MAX_NESTING {
            return;
        }
        let model = self.resolver.model;
        let info = self.resolver.user_class_info(class);
        let mut line = format!("{path}\tc");
        let params = self.resolver.types.list(&info.params);
        if params != EMPTY {
            let params = self.list(params, 0);
            let _ = write!(line, "\t[{params}]");
        }
        let def = model.class(class).def;
        let place = model.class(class).place;
        let mut written = Vec::new();
        for base in bases(def).iter().take(MAX_ELEMENTS) {
            let base = self.resolver.base(base, place);
            written.push(self.text(base, 0));
        }
        if !written.is_empty() {
            line.push(if params == EMPTY { '\t' } else { ' ' });
            line.push_str(&written.join(";"));
        }
        self.lines.push(line);
        let scope = model.class(class).scope;
        let mut names: Vec<(&str, NameId)> = model
            .names()
            .filter(|(_, id)| {
                !model.bindings_in(scope, *id).is_empty() || !model.members(class, *id).is_empty()
            })
            .collect();
        names.sort_unstable_by_key(|(name, _)| *name);
        for (name, _) in names.into_iter().take(MAX_NAMES) {
            let Some(own) = self.resolver.own(class, name) else {
                continue;
            };
            let path = format!("{path}.{name}");
            self.member(&path, class, own.ty, nesting);
        }
    }

    fn member(&mut self, path: &str, class: ClassId, ty: Ty, nesting: usize) {
        let members = self.resolver.types.members(ty);
        let functions = members
            .iter()
            .filter(|member| {
                matches!(self.resolver.types.get(*member), Type::UserFunction(function)
                    if self.resolver.model.function(function).class.is_some())
            })
            .count();
        let count = members.iter().count();
        if let Some(Type::UserClass(nested, _)) = members
            .iter()
            .next()
            .filter(|_| count == 1)
            .map(|only| self.resolver.types.get(only))
            && self.class_path(nested).as_deref() == Some(path)
        {
            self.class(path, nested, nesting + 1);
            return;
        }
        if functions == 0 || functions < count {
            let instance = self.resolver.own_instance(class);
            let bound = self.resolver.bind_own(ty, class, instance);
            let text = self.text(bound, 0);
            self.lines.push(format!("{path}\tp\t{text}"));
            return;
        }
        let is_plain = members
            .iter()
            .all(|member| match self.resolver.types.get(member) {
                Type::UserFunction(function) => {
                    let decoration = self.resolver.decoration(function);
                    !decoration.is_property
                        && !decoration.is_accessor
                        && decoration.replaced.is_none()
                }
                _ => false,
            });
        if is_plain {
            self.functions(path, ty, Some(class));
        } else {
            let instance = self.resolver.own_instance(class);
            let bound = self.resolver.bind_own(ty, class, instance);
            let text = self.text(bound, 0);
            self.lines.push(format!("{path}\tp\t{text}"));
        }
    }

    /// A function, or the overloads of one.
    fn functions(&mut self, path: &str, ty: Ty, class: Option<ClassId>) {
        let mut functions = Vec::new();
        for member in self.resolver.types.members(ty).iter() {
            if let Type::UserFunction(function) = self.resolver.types.get(member) {
                functions.push(function);
            }
        }
        let has_overloads = functions
            .iter()
            .any(|function| self.resolver.decoration(*function).is_overload);
        let mut ways = Vec::new();
        let mut is_async = false;
        for function in functions {
            let decoration = self.resolver.decoration(function);
            if has_overloads && !decoration.is_overload {
                continue;
            }
            let info = self.resolver.model.function(function);
            is_async = info.def.is_async && !info.yields;
            ways.push(self.way(function, class));
        }
        let sort = if is_async { 'a' } else { 'f' };
        self.lines
            .push(format!("{path}\t{sort}\t{}", ways.join(" | ")));
    }

    fn way(&mut self, function: FunctionId, class: Option<ClassId>) -> String {
        let info = self.resolver.model.function(function);
        let (def, place) = (info.def, info.place);
        let decoration = self.resolver.decoration(function);
        let mut result = self.resolver.user_result(function);
        if def.is_async
            && !info.yields
            && let Type::Instance(_, args) = self.resolver.types.get(result)
        {
            // The table says what awaiting gives.
            result = self.resolver.types.item(args, 2).unwrap_or(result);
        }
        let mut params = Vec::new();
        if class.is_some() {
            if decoration.is_static {
                params.push("static".to_owned());
            } else if decoration.is_class_method {
                params.push("cls".to_owned());
            }
        }
        let skipped = usize::from(class.is_some() && !decoration.is_static);
        self.params(def, place, skipped, &mut params);
        let result = self.text(result, 0);
        format!("({}) {result}", params.join(", "))
    }

    /// The parameters that say something about type variables.
    fn params(
        &mut self,
        def: &ast::StmtFunctionDef,
        place: Place,
        skipped: usize,
        params: &mut Vec<String>,
    ) {
        let parameters = &def.parameters;
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        for (index, parameter) in positional.enumerate().skip(skipped).take(MAX_ELEMENTS) {
            if let Some(annotation) = parameter.annotation() {
                let ty = self.resolver.annotation(annotation, place);
                if self.resolver.types.has_var(ty) {
                    let text = self.text(ty, 0);
                    let default = if parameter.default.is_some() { "=" } else { "" };
                    let name = parameter.name().as_str();
                    params.push(format!("{} {name}:{text}{default}", index - skipped));
                }
            }
        }
        for parameter in parameters.kwonlyargs.iter().take(MAX_ELEMENTS) {
            if let Some(annotation) = parameter.annotation() {
                let ty = self.resolver.annotation(annotation, place);
                if self.resolver.types.has_var(ty) {
                    let text = self.text(ty, 0);
                    let default = if parameter.default.is_some() { "=" } else { "" };
                    params.push(format!("{}:{text}{default}", parameter.name().as_str()));
                }
            }
        }
    }

    /// A type in the notation of the table.
    fn text(&mut self, ty: Ty, depth: u32) -> String {
        if depth > MAX_DEPTH {
            return "?".to_owned();
        }
        match self.resolver.types.get(ty) {
            Type::Gradual => "Any".to_owned(),
            Type::None => "None".to_owned(),
            Type::Never => "typing.NoReturn".to_owned(),
            Type::Instance(sym, args) => {
                let name = self.resolver.symbol_name(sym).to_owned();
                if args == EMPTY {
                    return name;
                }
                let args = self.list(args, depth + 1);
                // A tuple of any length.
                let more = if name == "tuple" { ",..." } else { "" };
                format!("{name}[{args}{more}]")
            }
            Type::Class(sym, args) => {
                let instance = self.resolver.types.add(Type::Instance(sym, args));
                format!("type[{}]", self.text(instance, depth + 1))
            }
            Type::UserInstance(class, args) => {
                let Some(name) = self.class_path(class) else {
                    return "?".to_owned();
                };
                if args == EMPTY {
                    return name;
                }
                format!("{name}[{}]", self.list(args, depth + 1))
            }
            Type::UserClass(class, _) => match self.class_path(class) {
                Some(name) => format!("type[{name}]"),
                None => "?".to_owned(),
            },
            Type::Tuple(items) => format!("tuple[{}]", self.list(items, depth + 1)),
            Type::Var(word, _) => self.resolver.word_text(word).to_string(),
            Type::Callable(result) => {
                format!(
                    "collections.abc.Callable[...,{}]",
                    self.text(result, depth + 1)
                )
            }
            Type::Alias(inner) => format!("typing.TypeAlias[{}]", self.text(inner, depth + 1)),
            Type::Distinct(inner) => format!("typing.NewType[{}]", self.text(inner, depth + 1)),
            Type::Named(_, inner) => self.text(inner, depth + 1),
            Type::Function(_)
            | Type::Method(..)
            | Type::UserFunction(_)
            | Type::UserMethod(..)
            | Type::Lambda(_) => {
                let result = self.resolver.result_of(ty);
                format!(
                    "collections.abc.Callable[...,{}]",
                    self.text(result, depth + 1)
                )
            }
            Type::Union(items) => {
                let items = self.resolver.types.items(items).to_vec();
                let texts: Vec<String> = items
                    .into_iter()
                    .map(|item| self.text(item, depth + 1))
                    .collect();
                texts.join("|")
            }
            _ => "?".to_owned(),
        }
    }

    fn list(&mut self, items: Tys, depth: u32) -> String {
        let items = self.resolver.types.items(items).to_vec();
        let texts: Vec<String> = items
            .into_iter()
            .map(|item| self.text(item, depth))
            .collect();
        texts.join(",")
    }
}
