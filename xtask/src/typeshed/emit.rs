//! Definitions to lines of the table.
//!
//! The notation is described in `server/src/python/symbols.rs`, which reads it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use ruff_python_ast::{self as ast, Expr};

use super::model::{Class, Def, Node, last_name};
use super::names::{Id, Names, Target, is_plain, is_private, is_private_module, join};
use super::types::{Place, Type, Types, union_of, variable_kind};

/// Special methods whose results are what syntax gives; others say nothing about types.
const SPECIAL_METHODS: &[&str] = &[
    "__abs__",
    "__add__",
    "__aenter__",
    "__aiter__",
    "__and__",
    "__anext__",
    "__await__",
    "__call__",
    "__divmod__",
    "__enter__",
    "__floordiv__",
    "__get__",
    "__getattr__",
    "__getitem__",
    "__iadd__",
    "__iand__",
    "__ifloordiv__",
    "__ilshift__",
    "__imatmul__",
    "__imod__",
    "__imul__",
    "__invert__",
    "__ior__",
    "__ipow__",
    "__irshift__",
    "__isub__",
    "__iter__",
    "__itruediv__",
    "__ixor__",
    "__lshift__",
    "__matmul__",
    "__missing__",
    "__mod__",
    "__mul__",
    "__neg__",
    "__next__",
    "__or__",
    "__pos__",
    "__pow__",
    "__radd__",
    "__rand__",
    "__rdivmod__",
    "__reversed__",
    "__rfloordiv__",
    "__rlshift__",
    "__rmatmul__",
    "__rmod__",
    "__rmul__",
    "__ror__",
    "__round__",
    "__rpow__",
    "__rrshift__",
    "__rshift__",
    "__rsub__",
    "__rtruediv__",
    "__rxor__",
    "__sub__",
    "__truediv__",
    "__xor__",
    "__ceil__",
    "__floor__",
    "__trunc__",
    "__prepare__",
];
/// Attributes with two underscores that code reads.
const SPECIAL_ATTRIBUTES: &[&str] = &[
    "__annotations__",
    "__bases__",
    "__cause__",
    "__class__",
    "__closure__",
    "__code__",
    "__context__",
    "__defaults__",
    "__dict__",
    "__doc__",
    "__file__",
    "__func__",
    "__globals__",
    "__kwdefaults__",
    "__members__",
    "__module__",
    "__mro__",
    "__name__",
    "__notes__",
    "__origin__",
    "__args__",
    "__parameters__",
    "__path__",
    "__qualname__",
    "__self__",
    "__spec__",
    "__traceback__",
    "__type_params__",
    "__version__",
    "__wrapped__",
    "__bound__",
    "__constraints__",
    "__loader__",
    "__package__",
    "__subclasses__",
    "__stdout__",
    "__stderr__",
    "__stdin__",
    "__excepthook__",
    "__displayhook__",
    "__breakpointhook__",
    "__unraisablehook__",
    "__import__",
];
const PROPERTIES: &[&str] = &[
    "property",
    "cached_property",
    "abstractproperty",
    "DynamicClassAttribute",
    "_magic_enum_attr",
    "_builtins_property",
    "_property",
];

pub struct Emitter<'n, 'a> {
    names: &'n Names<'a>,
    types: Types<'n, 'a>,
    ids: HashMap<String, Id>,
    lines: BTreeMap<String, String>,
    /// Private classes that the types of public names mention.
    wanted: RefCell<BTreeSet<String>>,
}

/// How a function takes its first argument.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Receiver {
    None,
    Instance,
    Class,
    Static,
}

struct Signature {
    receiver: Option<Type>,
    params: Vec<Parameter>,
    result: Type,
}

#[derive(Clone, PartialEq)]
struct Parameter {
    /// How it is called before the colon: `0 key`, `key`, `*1`, `**`.
    key: String,
    kind: Type,
    has_default: bool,
}

impl Parameter {
    fn text(&self) -> String {
        let default = if self.has_default { "=" } else { "" };
        format!("{}:{}{default}", self.key, self.kind.text())
    }
}

/// The sorted lines of the table.
pub fn lines(names: &Names<'_>) -> BTreeMap<String, String> {
    let mut emitter = Emitter {
        names,
        types: Types::new(names),
        ids: names
            .bound
            .keys()
            .map(|id| (names.canonical(id), id.clone()))
            .collect(),
        lines: BTreeMap::new(),
        wanted: RefCell::default(),
    };
    // Merged bases have the name of the class that they are one with, which is the one to write.
    for id in names.bound.keys() {
        if names.one_with(id).is_none() {
            emitter.ids.insert(names.canonical(id), id.clone());
        }
    }
    for id in names.bound.keys() {
        let name = names.canonical(id);
        if emitter.is_public(&name) && names.one_with(id).is_none() {
            emitter.definition(id, &name);
        }
    }
    emitter.private_classes();
    emitter.literals();
    emitter.other_names();
    emitter.modules();
    for name in &names.rules.without {
        emitter.lines.remove(name);
    }
    emitter.lines
}

impl Emitter<'_, '_> {
    fn is_public(&self, name: &str) -> bool {
        if self
            .names
            .rules
            .public
            .iter()
            .any(|public| name == public || name.starts_with(&format!("{public}.")))
        {
            return true;
        }
        let (module, last) = name.rsplit_once('.').unwrap_or(("", name));
        let all = self
            .names
            .library
            .modules
            .get(module)
            .and_then(|scope| scope.all.as_ref());
        if !is_private_module(module) && all.is_some_and(|all| all.contains(last)) {
            return true;
        }
        !self
            .names
            .rules
            .internal
            .contains(module.split('.').next().unwrap_or(module))
            && !name.split('.').any(is_private)
    }

    fn line(&mut self, name: String, line: String) {
        self.lines.entry(name).or_insert(line);
    }

    /// A type in the notation, literals widened.
    fn text(&self, kind: &Type) -> String {
        let kind = kind.widened();
        kind.classes(&mut self.wanted.borrow_mut());
        kind.text()
    }

    fn definition(&mut self, id: &Id, name: &str) {
        match self.names.def(id) {
            Some(Def::Class(class)) => self.class(id, class, name),
            Some(Def::Function(overloads)) => {
                let place = Place::of_module(&id.module);
                let line = self.function(&place, overloads, Receiver::None, &[]);
                self.line(name.to_owned(), line);
            }
            Some(Def::Variable { annotation, value }) => {
                let place = Place::of_module(&id.module);
                let line = self.variable(&place, *annotation, *value, None, 'd', 0);
                self.line(name.to_owned(), line);
            }
            Some(Def::TypeAlias(_)) => {
                self.line(name.to_owned(), "d\ttyping.TypeAliasType".to_owned())
            }
            _ => {}
        }
    }

    fn class(&mut self, id: &Id, class: &Class, name: &str) {
        if self.lines.contains_key(name) {
            return;
        }
        let params: Vec<String> = self
            .types
            .params(id)
            .into_iter()
            .map(|param| param.name)
            .collect();
        let mut bodies = vec![(id.clone(), class.clone())];
        for other in self.names.merged_into(id) {
            if let Some(class) = self.names.class(&other) {
                bodies.push((other, class.clone()));
            }
        }
        let mut bases: Vec<String> = Vec::new();
        for (id, class) in &bodies {
            let place = self
                .types
                .around(id)
                .with(class.node.type_params.as_deref());
            for base in class.node.bases() {
                let head = match base {
                    Expr::Subscript(subscript) => &*subscript.value,
                    other => other,
                };
                let text = match last_name(head) {
                    Some("Generic" | "object") => continue,
                    Some("Protocol") => "typing.Protocol".to_owned(),
                    Some("NamedTuple") => "typing.NamedTuple".to_owned(),
                    Some("TypedDict") => "typing.TypedDict".to_owned(),
                    _ => self.text(&self.types.eval(&place, base)),
                };
                let own = text.split('[').next() == Some(name);
                if !own && text != "Any" && !bases.contains(&text) {
                    bases.push(text);
                }
            }
        }
        let mut detail = String::new();
        if !params.is_empty() {
            detail = format!("[{}] ", params.join(","));
        }
        detail.push_str(&bases.join(";"));
        self.line(name.to_owned(), format!("c\t{}", detail.trim_end()));
        let is_typed_dict = bases.iter().any(|base| base == "typing.TypedDict");
        for (id, class) in &bodies {
            let place = self.types.inside(id);
            for (member, def) in &class.scope.names {
                let is_field = matches!(def, Def::Variable { .. });
                if !is_typed_dict || !is_field {
                    self.member(id, &place, name, &params, member, def);
                }
            }
        }
    }

    fn is_member(&self, name: &str, is_generic: bool) -> bool {
        if let Some(rest) = name.strip_prefix("__") {
            if rest.ends_with("__") {
                return SPECIAL_METHODS.contains(&name)
                    || SPECIAL_ATTRIBUTES.contains(&name)
                    || is_generic && matches!(name, "__init__" | "__new__");
            }
        }
        // `_fields_` and `_missing_` are documented; so are a named tuple's.
        !is_private(name)
            || name.len() > 2 && name.ends_with('_')
            || matches!(
                name,
                "_asdict" | "_replace" | "_make" | "_fields" | "_field_defaults"
            )
    }

    fn member(
        &mut self,
        class: &Id,
        place: &Place,
        owner: &str,
        params: &[String],
        name: &str,
        def: &Def,
    ) {
        if !self.is_member(name, !params.is_empty()) {
            return;
        }
        let full = format!("{owner}.{name}");
        match def {
            Def::Class(inner) => {
                let id = class.inner(name);
                self.class(&id, inner, &full);
            }
            Def::Function(overloads) => {
                let line = self.method(place, overloads, params, name);
                self.line(full, line);
            }
            Def::Variable {
                annotation: None,
                value: Some(value),
            } if self.is_enum(class) && !is_private(name) => {
                let _ = value;
                let line = format!("p\t{owner}");
                self.line(full, line);
            }
            Def::Variable { annotation, value } => {
                if let (true, Some(Expr::Name(other))) = (is_plain(*annotation), value) {
                    // `__radd__ = __add__`
                    if let Some(Def::Function(overloads)) = self
                        .names
                        .class(class)
                        .and_then(|class| class.scope.names.get(other.id.as_str()))
                    {
                        let line = self.method(place, overloads, params, name);
                        self.line(full, line);
                        return;
                    }
                }
                let line = self.variable(place, *annotation, *value, Some(owner), 'p', 0);
                // `__hash__: ClassVar[None]` and the like take something away.
                if line != "p\tNone" || !name.starts_with("__") {
                    self.line(full, line);
                }
            }
            _ => {}
        }
    }

    fn method(
        &self,
        place: &Place,
        overloads: &[Node<ast::StmtFunctionDef>],
        params: &[String],
        name: &str,
    ) -> String {
        let has = |wanted: &[&str]| {
            overloads.iter().any(|node| {
                node.decorator_list.iter().any(|decorator| {
                    last_name(&decorator.expression).is_some_and(|name| wanted.contains(&name))
                })
            })
        };
        if has(PROPERTIES) {
            let kinds = overloads.iter().map(|node| match &node.returns {
                Some(returns) => self
                    .types
                    .eval(&place.with(node.type_params.as_deref()), returns),
                None => Type::Any,
            });
            return format!("p\t{}", self.text(&union_of(kinds.collect())));
        }
        let receiver = if has(&["staticmethod"]) {
            Receiver::Static
        } else if has(&["classmethod"]) {
            Receiver::Class
        } else {
            Receiver::Instance
        };
        let constructs = matches!(name, "__init__" | "__new__");
        let wanted = if constructs { params } else { &[] };
        let mut line = self.function(place, overloads, receiver, wanted);
        if name == "__new__" {
            line = line.replace("(cls, ", "(").replace("(cls)", "()");
        }
        line
    }

    /// A function's line. `constructed` are the type variables that a constructor's arguments give.
    fn function(
        &self,
        place: &Place,
        overloads: &[Node<ast::StmtFunctionDef>],
        receiver: Receiver,
        constructed: &[String],
    ) -> String {
        let is_async = overloads.iter().any(|node| node.is_async);
        let signatures: Vec<Signature> = overloads
            .iter()
            .map(|node| self.signature(place, node, receiver))
            .collect();
        let class_params: Vec<String> = match place.around.is_empty() {
            true => Vec::new(),
            false => {
                let id = Id::new(&place.module, &place.around.join("."));
                self.types
                    .params(&id)
                    .into_iter()
                    .map(|param| param.name)
                    .collect()
            }
        };
        let results: BTreeSet<String> = signatures
            .iter()
            .map(|signature| signature.result.widened().text())
            .collect();
        let own = |kind: &Type| -> bool {
            kind.vars()
                .iter()
                .any(|var| !class_params.contains(var) || receiver == Receiver::Class)
        };
        let agree = results.len() == 1
            && constructed.is_empty()
            && !signatures.iter().any(|signature| own(&signature.result));
        let shared: Vec<Parameter> = match (signatures.split_first(), signatures.len() > 1) {
            (Some((first, rest)), true) => {
                let everywhere =
                    |param: &&Parameter| rest.iter().all(|other| other.params.contains(param));
                first.params.iter().filter(everywhere).cloned().collect()
            }
            _ => Vec::new(),
        };
        let mut texts: Vec<String> = Vec::new();
        for signature in &signatures {
            let mut wanted = signature.result.vars();
            wanted.retain(|var| !class_params.contains(var) || receiver == Receiver::Class);
            wanted.extend(constructed.iter().cloned());
            let mentions = |kind: &Type| kind.vars().iter().any(|var| wanted.contains(var));
            let is_needed = |param: &&Parameter| {
                !agree && (signatures.len() > 1 && !shared.contains(param) || mentions(&param.kind))
            };
            let mut items: Vec<String> = Vec::new();
            match (&signature.receiver, receiver) {
                (Some(kind), Receiver::Instance)
                    if !agree
                        && (signatures.len() > 1 || mentions(kind) || !constructed.is_empty()) =>
                {
                    items.push(format!("self:{}", kind.text()));
                }
                (Some(kind), Receiver::Class)
                    if !agree && (signatures.len() > 1 || mentions(kind)) =>
                {
                    items.push(format!("cls:{}", kind.text()));
                }
                (_, Receiver::Class) => items.push("cls".to_owned()),
                (_, Receiver::Static) => items.push("static".to_owned()),
                _ => {}
            }
            for param in signature.params.iter().filter(is_needed) {
                param.kind.classes(&mut self.wanted.borrow_mut());
                items.push(param.text());
            }
            if let Some(kind) = &signature.receiver {
                kind.classes(&mut self.wanted.borrow_mut());
            }
            let text = format!("({}) {}", items.join(", "), self.text(&signature.result));
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let sort = if is_async { 'a' } else { 'f' };
        format!("{sort}\t{}", texts.join(" | "))
    }

    fn signature(
        &self,
        place: &Place,
        node: &ast::StmtFunctionDef,
        receiver: Receiver,
    ) -> Signature {
        let place = place.with(node.type_params.as_deref());
        let eval = |annotation: Option<&Expr>| {
            annotation.map_or(Type::Any, |annotation| self.types.eval(&place, annotation))
        };
        let parameters = &*node.parameters;
        let is_new = node.name.as_str() == "__new__";
        let takes_first = matches!(receiver, Receiver::Instance | Receiver::Class) || is_new;
        let mut positional = parameters
            .posonlyargs
            .iter()
            .map(|param| (param, true))
            .collect::<Vec<_>>();
        // Before PEP 570 positional-only parameters were written `__x`.
        let mut old_style = positional.is_empty();
        for (index, param) in parameters.args.iter().enumerate() {
            let name = param.name().as_str();
            let is_first = index == 0 && takes_first && positional.is_empty();
            old_style &= is_first || name.starts_with("__") && !name.ends_with("__");
            positional.push((param, old_style && !is_first));
        }
        let mut first = None;
        if takes_first && !positional.is_empty() {
            let (param, _) = positional.remove(0);
            first = param
                .annotation()
                .filter(|_| !is_new)
                .map(|annotation| self.types.eval(&place, annotation));
        }
        let mut params: Vec<Parameter> = Vec::new();
        for (index, (param, is_only)) in positional.iter().enumerate() {
            let name = param.name().as_str();
            params.push(Parameter {
                key: if *is_only {
                    index.to_string()
                } else {
                    format!("{index} {name}")
                },
                kind: eval(param.annotation()),
                has_default: param.default.is_some(),
            });
        }
        if let Some(rest) = &parameters.vararg {
            params.push(Parameter {
                key: format!("*{}", positional.len()),
                kind: eval(rest.annotation()),
                has_default: false,
            });
        }
        for param in &parameters.kwonlyargs {
            params.push(Parameter {
                key: param.name().to_string(),
                kind: eval(param.annotation()),
                has_default: param.default.is_some(),
            });
        }
        if let Some(rest) = &parameters.kwarg {
            params.push(Parameter {
                key: "**".to_owned(),
                kind: eval(rest.annotation()),
                has_default: false,
            });
        }
        Signature {
            receiver: first,
            params,
            result: eval(node.returns.as_deref()),
        }
    }

    fn variable(
        &self,
        place: &Place,
        annotation: Option<&Expr>,
        value: Option<&Expr>,
        owner: Option<&str>,
        sort: char,
        depth: usize,
    ) -> String {
        let is_bare_final = annotation.is_some_and(|annotation| {
            matches!(annotation, Expr::Name(_) | Expr::Attribute(_))
                && last_name(annotation) == Some("Final")
        });
        if let Some(value) = value.filter(|_| is_bare_final || annotation.is_none()) {
            if variable_kind(value).is_some() {
                return format!("{sort}\ttyping.TypeVar");
            }
            if let Some(line) = self.bound_method(place, value) {
                return line;
            }
            let _ = owner;
            return format!("{sort}\t{}", self.text(&self.infer(place, value, depth)));
        }
        match annotation {
            Some(_) if is_plain(annotation) => format!("{sort}\tAny"),
            Some(annotation) => {
                format!("{sort}\t{}", self.text(&self.types.eval(place, annotation)))
            }
            None => format!("{sort}\tAny"),
        }
    }

    /// `choice = _inst.choice`: a function with what the method of an instance gives.
    fn bound_method(&self, place: &Place, value: &Expr) -> Option<String> {
        let Expr::Attribute(attribute) = value else {
            return None;
        };
        let Type::Named(class, _) = self.infer(place, &attribute.value, 0) else {
            return None;
        };
        let mut class = self.ids.get(&class)?.clone();
        for _ in 0..8 {
            let def = self.names.class(&class)?;
            if let Some(Def::Function(overloads)) = def.scope.names.get(attribute.attr.as_str()) {
                let inner = self.types.inside(&class);
                return Some(self.method(&inner, overloads, &[], attribute.attr.as_str()));
            }
            let base = def.node.bases().first()?;
            let Some(Target::Definition(next)) = self.names.resolve(&class.module, &[], base)
            else {
                return None;
            };
            class = next;
        }
        None
    }

    /// The type of a value that a stub writes out.
    fn infer(&self, place: &Place, value: &Expr, depth: usize) -> Type {
        let plain = |name: &str| Type::Named(name.to_owned(), Vec::new());
        if depth > 8 {
            return Type::Any;
        }
        match value {
            Expr::StringLiteral(_) | Expr::FString(_) => plain("str"),
            Expr::BytesLiteral(_) => plain("bytes"),
            Expr::BooleanLiteral(_) => plain("bool"),
            Expr::NoneLiteral(_) => Type::None,
            Expr::NumberLiteral(number) => match number.value {
                ast::Number::Int(_) => plain("int"),
                ast::Number::Float(_) => plain("float"),
                ast::Number::Complex { .. } => plain("complex"),
            },
            Expr::UnaryOp(operation) => self.infer(place, &operation.operand, depth + 1),
            Expr::Tuple(_) => plain("tuple"),
            Expr::List(_) => plain("list"),
            Expr::Dict(_) => plain("dict"),
            Expr::Call(call) => {
                match self.names.resolve(&place.module, &place.around, &call.func) {
                    Some(Target::Definition(id)) if self.names.class(&id).is_some() => {
                        plain(&self.names.canonical(&id))
                    }
                    _ => Type::Any,
                }
            }
            Expr::Name(_) | Expr::Attribute(_) => {
                let Some(Target::Definition(id)) =
                    self.names.resolve(&place.module, &place.around, value)
                else {
                    return Type::Any;
                };
                let inner = self.types.around(&id);
                match self.names.def(&id) {
                    Some(Def::Class(_)) => {
                        Type::Named("type".to_owned(), vec![plain(&self.names.canonical(&id))])
                    }
                    Some(Def::Function(_)) => Type::Any,
                    Some(Def::Variable { annotation, value }) => {
                        let class = id
                            .name
                            .rsplit_once('.')
                            .map(|(class, _)| Id::new(&id.module, class));
                        if let Some(class) =
                            class.filter(|class| annotation.is_none() && self.is_enum(class))
                        {
                            return plain(&self.names.canonical(&class));
                        }
                        match (annotation, value) {
                            (Some(annotation), _)
                                if last_name(annotation) != Some("Final")
                                    && !is_plain(Some(annotation)) =>
                            {
                                self.types.eval(&inner, annotation)
                            }
                            (_, Some(value)) => self.infer(&inner, value, depth + 1),
                            _ => Type::Any,
                        }
                    }
                    _ => Type::Any,
                }
            }
            _ => Type::Any,
        }
    }

    fn is_enum(&self, id: &Id) -> bool {
        let mut class = id.clone();
        for _ in 0..8 {
            if class == Id::new("enum", "Enum") {
                return true;
            }
            let Some(def) = self.names.class(&class) else {
                return false;
            };
            let bases = def.node.bases();
            // The enumeration is the last base: `class IntEnum(int, ReprEnum)`.
            let Some(base) = bases.last() else {
                return false;
            };
            match self.names.resolve(&class.module, &[], base) {
                Some(Target::Definition(next)) if next != class => class = next,
                _ => return false,
            }
        }
        false
    }

    /// Private classes that types of the table mention, and those that these mention.
    fn private_classes(&mut self) {
        let mut seen = BTreeSet::new();
        loop {
            let wanted: Vec<String> = self.wanted.borrow().difference(&seen).cloned().collect();
            if wanted.is_empty() {
                return;
            }
            for name in wanted {
                if !self.lines.contains_key(&name) {
                    if let Some(id) = self.ids.get(&name).cloned() {
                        if self.names.class(&id).is_some() {
                            self.definition(&id, &name);
                        }
                    } else if let Some(id) = self.inner_class(&name) {
                        if let Some(class) = self.names.class(&id) {
                            self.class(&id, class, &name);
                        }
                    }
                }
                seen.insert(name);
            }
        }
    }

    fn inner_class(&self, name: &str) -> Option<Id> {
        let (owner, last) = name.rsplit_once('.')?;
        let owner = self.ids.get(owner)?;
        Some(owner.inner(last))
    }

    fn literals(&mut self) {
        let literals = self.types.literals.borrow().clone();
        for (name, values) in literals {
            if self.wanted.borrow().contains(&name) {
                self.lines.insert(name, format!("l\t{}", values.join(",")));
            }
        }
    }

    /// Lines for the other names of what has a line.
    fn other_names(&mut self) {
        // From each module to the modules where its names are public, with their number.
        let mut moved: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        let mut stayed: BTreeMap<String, usize> = BTreeMap::new();
        let mut others: Vec<(String, String, String)> = Vec::new();
        for (id, places) in &self.names.bound {
            let public = self.names.canonical(id);
            if !self.lines.contains_key(&public) {
                continue;
            }
            for (module, name) in places {
                if self
                    .names
                    .rules
                    .internal
                    .contains(module.split('.').next().unwrap_or(module))
                    && !self.names.rules.undocumented.contains(module)
                {
                    continue;
                }
                let path = join(module, name);
                if path == public {
                    *stayed.entry(module.clone()).or_default() += 1;
                    continue;
                }
                if is_private(name) && id.module != *module {
                    continue;
                }
                if let Some((home, last)) = public.rsplit_once('.') {
                    if last == name {
                        *moved
                            .entry(module.clone())
                            .or_default()
                            .entry(home.to_owned())
                            .or_default() += 1;
                    }
                }
                others.push((module.clone(), name.clone(), public.clone()));
            }
        }
        let mut modules = self.names.rules.modules.clone();
        for (module, homes) in moved {
            let Some((home, count)) = homes.into_iter().max_by_key(|(_, count)| *count) else {
                continue;
            };
            let is_internal =
                is_private_module(&module) || self.names.rules.undocumented.contains(&module);
            let all_moved = stayed.get(&module).copied().unwrap_or(0) == 0;
            if self.names.library.is_module(&home) && (is_internal || all_moved && count > 1) {
                modules.entry(module).or_insert(home);
            }
        }
        for (module, name, public) in others {
            let path = join(&module, &name);
            let is_generic = module == "typing"
                && !public.starts_with("typing.")
                && self.is_class(&public)
                && name != "Text";
            if is_generic {
                self.lines.insert(path, format!("g\t{public}"));
                continue;
            }
            let by_module = modules
                .get(&module)
                .is_some_and(|home| format!("{home}.{name}") == public);
            if !by_module {
                self.line(path, format!("=\t{public}"));
            }
        }
        for (module, home) in modules {
            self.line(format!("{module}.*"), format!("=\t{home}.*"));
        }
    }

    fn is_class(&self, name: &str) -> bool {
        self.lines
            .get(name)
            .is_some_and(|line| line.starts_with('c'))
    }

    fn modules(&mut self) {
        for module in self.names.library.modules.keys() {
            if module.starts_with("_typeshed")
                || !self.is_public(module)
                || self.names.rules.modules.contains_key(module)
            {
                continue;
            }
            let prefix = format!("{module}.");
            let has_own = self
                .lines
                .range(prefix.clone()..)
                .take_while(|(name, _)| name.starts_with(&prefix))
                .any(|(_, line)| !line.starts_with('='));
            if has_own || !self.lines.contains_key(&format!("{module}.*")) {
                self.line(module.clone(), "m\t".to_owned());
            }
        }
    }
}
