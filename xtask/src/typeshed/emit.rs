//! Definitions to lines of the table.
//!
//! The notation is described in `server/src/python/symbols.rs`, which reads it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use ruff_python_ast::Expr;

mod aliases;
mod functions;
mod values;

use functions::Receiver;

use super::model::{Class, Def, last_name};
use super::names::{Id, Names, Target, is_plain, is_private, is_private_module};
use super::types::{Place, Type, Types};

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
    "__fspath__",
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

pub struct Emitter<'n, 'a> {
    names: &'n Names<'a>,
    types: Types<'n, 'a>,
    ids: HashMap<String, Id>,
    lines: BTreeMap<String, String>,
    /// Private classes that the types of public names mention.
    wanted: RefCell<BTreeSet<String>>,
}

/// The lines of the table, without their names, by these.
pub fn lines(names: &Names<'_>) -> BTreeMap<String, String> {
    // Where several definitions have one name, the one that this leads to is written.
    let (first, rest): (Vec<&Id>, Vec<&Id>) = names.bound.keys().partition(|id| names.is_first(id));
    let ids: Vec<&Id> = first
        .into_iter()
        .chain(rest)
        .filter(|id| names.one_with(id).is_none())
        .collect();
    let mut by_name = HashMap::new();
    for id in &ids {
        by_name
            .entry(names.canonical(id))
            .or_insert_with(|| (*id).clone());
    }
    let mut emitter = Emitter {
        names,
        types: Types::new(names),
        ids: by_name,
        lines: BTreeMap::new(),
        wanted: RefCell::default(),
    };
    for id in ids {
        let name = names.canonical(id);
        if emitter.is_public(&name) {
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
            // `__getattr__` of a module and the like.
            Some(Def::Function(_))
                if id.name.starts_with("__") && !SPECIAL_ATTRIBUTES.contains(&id.name.as_str()) => {
            }
            Some(Def::Function(overloads)) => {
                let place = Place::of_module(&id.module);
                let line = self.function(&place, overloads, Receiver::None, &[]);
                self.line(name.to_owned(), line);
            }
            Some(Def::Variable { annotation, value }) => {
                let place = Place::of_module(&id.module);
                let line = self.variable(&place, *annotation, *value, 'd');
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
        if let Some(rest) = name.strip_prefix("__")
            && rest.ends_with("__")
        {
            return SPECIAL_METHODS.contains(&name)
                || SPECIAL_ATTRIBUTES.contains(&name)
                || is_generic && matches!(name, "__init__" | "__new__");
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
                value: Some(_),
            } if self.is_enum(class) && !is_private(name) => {
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
                let line = self.variable(place, *annotation, *value, 'p');
                // `__hash__: ClassVar[None]` and the like take something away.
                if line != "p\tNone" || !name.starts_with("__") {
                    self.line(full, line);
                }
            }
            _ => {}
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
                    } else if let Some(id) = self.inner_class(&name)
                        && let Some(class) = self.names.class(&id)
                    {
                        self.class(&id, class, &name);
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
}
