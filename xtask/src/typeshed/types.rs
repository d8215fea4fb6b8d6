//! Annotations to types in the table's notation, which `server/src/python/symbols.rs` describes.
//!
//! Knows what names stand for; must not know which lines the table has.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use ruff_python_ast::{self as ast, Expr, TypeParam};

use super::model::{Def, last_name};
use super::names::{Id, Names, Target, is_plain};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    Any,
    None,
    /// `Self`
    Own,
    Ellipsis,
    Named(String, Vec<Type>),
    Var(String),
    Union(Vec<Type>),
    /// A value as code writes it, and its class.
    Literal(String, String),
    /// A large set of strings by the name of the alias that lists them.
    Strings(String),
}

/// A set of literals larger than this is written by the name of its alias.
const MANY_LITERALS: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VarKind {
    Plain,
    Parameters,
    Tuple,
}

#[derive(Debug, Clone)]
pub struct Param {
    pub name: String,
    kind: VarKind,
    default: Option<Type>,
}

/// Where an annotation stands.
#[derive(Clone)]
pub struct Place {
    pub module: String,
    /// The classes around it, outermost first.
    pub around: Vec<String>,
    /// Type parameters of PEP 695 that are in scope.
    pub vars: Vec<(String, VarKind)>,
}

impl Place {
    pub fn of_module(module: &str) -> Self {
        Self {
            module: module.to_owned(),
            around: Vec::new(),
            vars: Vec::new(),
        }
    }

    pub fn with(&self, params: Option<&ast::TypeParams>) -> Self {
        let mut place = self.clone();
        for param in params.into_iter().flat_map(|params| params.iter()) {
            place.vars.push(match param {
                TypeParam::TypeVar(var) => (var.name.to_string(), VarKind::Plain),
                TypeParam::TypeVarTuple(var) => (var.name.to_string(), VarKind::Tuple),
                TypeParam::ParamSpec(var) => (var.name.to_string(), VarKind::Parameters),
            });
        }
        place
    }
}

pub struct Types<'n, 'a> {
    pub names: &'n Names<'a>,
    params: RefCell<HashMap<Id, Vec<Param>>>,
    /// Aliases that are being expanded: one that needs itself is anything.
    running: RefCell<Vec<Id>>,
    /// Aliases that are written by name, and what they list.
    pub literals: RefCell<HashMap<String, Vec<String>>>,
}

impl<'n, 'a> Types<'n, 'a> {
    pub fn new(names: &'n Names<'a>) -> Self {
        Self {
            names,
            params: RefCell::default(),
            running: RefCell::default(),
            literals: RefCell::default(),
        }
    }

    /// The place inside a class.
    pub fn inside(&self, id: &Id) -> Place {
        let around: Vec<String> = id.name.split('.').map(str::to_owned).collect();
        let mut place = Place::of_module(&id.module);
        for depth in 1..=around.len() {
            let class = Id::new(&id.module, &around[..depth].join("."));
            if let Some(class) = self.names.class(&class) {
                place = place.with(class.node.type_params.as_deref());
            }
        }
        place.around = around;
        place
    }

    pub fn eval(&self, place: &Place, expr: &Expr) -> Type {
        match expr {
            Expr::NoneLiteral(_) => Type::None,
            Expr::EllipsisLiteral(_) => Type::Ellipsis,
            Expr::StringLiteral(text) => {
                match ruff_python_parser::parse_expression(text.value.to_str()) {
                    Ok(parsed) => self.eval(place, parsed.expr()),
                    Err(_) => Type::Any,
                }
            }
            Expr::BinOp(union) if union.op == ast::Operator::BitOr => union_of(vec![
                self.eval(place, &union.left),
                self.eval(place, &union.right),
            ]),
            Expr::Name(_) | Expr::Attribute(_) => self.named(place, expr, None),
            Expr::Subscript(subscript) => {
                self.named(place, &subscript.value, Some(&subscript.slice))
            }
            // What is unpacked into parameters, and lists of them.
            Expr::Starred(_) | Expr::List(_) => Type::Ellipsis,
            _ => Type::Any,
        }
    }

    fn named(&self, place: &Place, head: &Expr, slice: Option<&Expr>) -> Type {
        let args: Vec<&Expr> = match slice {
            None => Vec::new(),
            Some(Expr::Tuple(tuple)) => tuple.elts.iter().collect(),
            Some(single) => vec![single],
        };
        if let Expr::Name(name) = head
            && let Some((name, kind)) = place
                .vars
                .iter()
                .rev()
                .find(|(var, _)| var == name.id.as_str())
        {
            return variable(name, *kind);
        }
        if let Expr::Attribute(attribute) = head {
            // `_P.args`
            if matches!(attribute.attr.as_str(), "args" | "kwargs") {
                return Type::Any;
            }
        }
        let Some(Target::Definition(id)) = self.names.resolve(&place.module, &place.around, head)
        else {
            return Type::Any;
        };
        if let Some(special) = self.special(place, &id, &args) {
            return special;
        }
        match self.names.def(&id) {
            Some(Def::Class(_)) => {
                let args = args.into_iter().map(|arg| self.eval(place, arg)).collect();
                self.applied(&id, args)
            }
            Some(Def::TypeAlias(alias)) => {
                let params = alias.type_params.as_deref();
                let inner = self.around(&id).with(params);
                let names = inner.vars.iter().map(|(name, _)| name.clone()).collect();
                self.alias(place, &id, &inner, &alias.value, Some(names), &args)
            }
            Some(Def::Variable {
                annotation,
                value: Some(value),
            }) => {
                if let Some(kind) = variable_kind(value) {
                    return variable(id.name.rsplit('.').next().unwrap_or_default(), kind);
                }
                if let Expr::Call(call) = value {
                    // `NewType("X", int)`
                    return match (last_name(&call.func), call.arguments.args.get(1)) {
                        (Some("NewType"), Some(base)) => self.eval(&self.around(&id), base),
                        _ => Type::Any,
                    };
                }
                if !is_plain(*annotation) {
                    return Type::Any;
                }
                let inner = self.around(&id);
                self.alias(place, &id, &inner, value, None, &args)
            }
            _ => Type::Any,
        }
    }

    /// The place where a definition stands.
    pub fn around(&self, id: &Id) -> Place {
        match id.name.rsplit_once('.') {
            Some((owner, _)) => self.inside(&Id::new(&id.module, owner)),
            None => Place::of_module(&id.module),
        }
    }

    fn alias(
        &self,
        place: &Place,
        id: &Id,
        inner: &Place,
        value: &Expr,
        params: Option<Vec<String>>,
        args: &[&Expr],
    ) -> Type {
        if self.running.borrow().contains(id) {
            return Type::Any;
        }
        self.running.borrow_mut().push(id.clone());
        let body = self.eval(inner, value);
        self.running.borrow_mut().pop();
        if let Type::Union(items) = &body {
            let strings: Vec<String> = items
                .iter()
                .filter_map(|item| match item {
                    Type::Literal(value, class) if class == "str" => Some(value.clone()),
                    _ => None,
                })
                .collect();
            if strings.len() == items.len() && strings.len() > MANY_LITERALS {
                let name = self.names.canonical(id);
                self.literals.borrow_mut().insert(name.clone(), strings);
                return Type::Strings(name);
            }
        }
        let params = params.unwrap_or_else(|| body.vars());
        if params.is_empty() {
            return body;
        }
        let args: Vec<Type> = args.iter().map(|arg| self.eval(place, arg)).collect();
        let solved = |name: &str| {
            let index = params.iter().position(|param| param == name)?;
            Some(args.get(index).cloned().unwrap_or(Type::Any))
        };
        body.substitute(&solved)
    }

    /// A class with its arguments, those with a default filled in.
    fn applied(&self, id: &Id, mut args: Vec<Type>) -> Type {
        if !args.is_empty() {
            let params = self.params(id);
            if params.len() == 1 && params[0].kind != VarKind::Plain {
                args = vec![Type::Ellipsis];
            }
            for param in params.iter().skip(args.len()) {
                let given = |name: &str| {
                    let index = params.iter().position(|param| param.name == name)?;
                    args.get(index).cloned()
                };
                let default = param
                    .default
                    .as_ref()
                    .map_or(Type::Any, |default| default.substitute(&given));
                args.push(default);
            }
        }
        Type::Named(self.names.canonical(id), args)
    }

    /// The type parameters of a class.
    pub fn params(&self, id: &Id) -> Vec<Param> {
        let id = self
            .names
            .one_with(id)
            .filter(|one| self.names.class(one).is_some())
            .unwrap_or(id);
        if let Some(params) = self.params.borrow().get(id) {
            return params.clone();
        }
        // A class whose bases mention itself.
        self.params.borrow_mut().insert(id.clone(), Vec::new());
        let params = self.find_params(id);
        self.params.borrow_mut().insert(id.clone(), params.clone());
        params
    }

    fn find_params(&self, id: &Id) -> Vec<Param> {
        let Some(class) = self.names.class(id) else {
            return Vec::new();
        };
        let place = self.inside(id);
        if let Some(params) = &class.node.type_params {
            let one = |param: &TypeParam| {
                let (name, kind, default) = match param {
                    TypeParam::TypeVar(var) => (&var.name, VarKind::Plain, &var.default),
                    TypeParam::TypeVarTuple(var) => (&var.name, VarKind::Tuple, &var.default),
                    TypeParam::ParamSpec(var) => (&var.name, VarKind::Parameters, &var.default),
                };
                Param {
                    name: name.to_string(),
                    kind,
                    default: default.as_deref().map(|default| self.eval(&place, default)),
                }
            };
            return params.iter().map(one).collect();
        }
        let place = self.around(id);
        let mut names: Vec<(String, VarKind)> = Vec::new();
        for base in class.node.bases() {
            let Expr::Subscript(subscript) = base else {
                continue;
            };
            if matches!(last_name(&subscript.value), Some("Generic" | "Protocol")) {
                names.clear();
                self.mentioned(&place, &subscript.slice, &mut names);
                break;
            }
            self.mentioned(&place, &subscript.slice, &mut names);
        }
        names
            .into_iter()
            .map(|(name, kind)| {
                let default = self.default_of(&id.module, &name);
                Param {
                    name,
                    kind,
                    default,
                }
            })
            .collect()
    }

    fn mentioned(&self, place: &Place, expr: &Expr, found: &mut Vec<(String, VarKind)>) {
        match expr {
            Expr::Name(name) => {
                let target = self.names.resolve(&place.module, &place.around, expr);
                let Some(Target::Definition(id)) = target else {
                    return;
                };
                if let Some(Def::Variable {
                    value: Some(value), ..
                }) = self.names.def(&id)
                    && let Some(kind) = variable_kind(value)
                {
                    let entry = (name.id.to_string(), kind);
                    if !found.contains(&entry) {
                        found.push(entry);
                    }
                }
            }
            Expr::Tuple(tuple) => tuple
                .elts
                .iter()
                .for_each(|item| self.mentioned(place, item, found)),
            Expr::List(list) => list
                .elts
                .iter()
                .for_each(|item| self.mentioned(place, item, found)),
            Expr::Starred(starred) => self.mentioned(place, &starred.value, found),
            Expr::Subscript(subscript) => {
                self.mentioned(place, &subscript.value, found);
                self.mentioned(place, &subscript.slice, found);
            }
            Expr::BinOp(union) => {
                self.mentioned(place, &union.left, found);
                self.mentioned(place, &union.right, found);
            }
            _ => {}
        }
    }

    fn default_of(&self, module: &str, name: &str) -> Option<Type> {
        let (id, call) = self.made(module, name)?;
        let default = call.arguments.find_keyword("default")?;
        Some(self.eval(&Place::of_module(&id.module), &default.value))
    }

    /// What a type variable that a function mentions can only be: its bound, or one of its constraints.
    pub fn bound_of(
        &self,
        place: &Place,
        params: Option<&ast::TypeParams>,
        name: &str,
    ) -> Option<Type> {
        let own = params
            .into_iter()
            .flat_map(|params| params.iter())
            .find_map(|param| match param {
                TypeParam::TypeVar(var) if var.name.as_str() == name => Some(var),
                _ => None,
            });
        if let Some(own) = own {
            return match own.bound.as_deref()? {
                Expr::Tuple(constraints) => Some(union_of(
                    constraints
                        .iter()
                        .map(|one| self.eval(place, one))
                        .collect(),
                )),
                bound => Some(self.eval(place, bound)),
            };
        }
        let (id, call) = self.made(&place.module, name)?;
        let place = Place::of_module(&id.module);
        if let Some(bound) = call.arguments.find_keyword("bound") {
            return Some(self.eval(&place, &bound.value));
        }
        let constraints = call
            .arguments
            .args
            .get(1..)
            .filter(|constraints| !constraints.is_empty())?;
        Some(union_of(
            constraints
                .iter()
                .map(|one| self.eval(&place, one))
                .collect(),
        ))
    }

    /// The call that makes a type variable.
    fn made(&self, module: &str, name: &str) -> Option<(Id, &'a ast::ExprCall)> {
        let Some(Target::Definition(id)) = self.names.lookup(module, name) else {
            return None;
        };
        match self.names.def(&id) {
            Some(Def::Variable {
                value: Some(value @ Expr::Call(call)),
                ..
            }) => variable_kind(value).map(|_| (id, call)),
            _ => None,
        }
    }

    /// Forms that are no classes, although some are defined as such.
    fn special(&self, place: &Place, id: &Id, args: &[&Expr]) -> Option<Type> {
        let first = || {
            args.first()
                .map_or(Type::Any, |first| self.eval(place, first))
        };
        let all = || {
            args.iter()
                .map(|arg| self.eval(place, arg))
                .collect::<Vec<_>>()
        };
        let applied = |name: &str| Type::Named(name.to_owned(), all());
        match id.module.as_str() {
            "typing" | "typing_extensions" | "_typeshed" => {}
            "types" if id.name == "NoneType" => return Some(Type::None),
            "dataclasses" if id.name == "InitVar" => return Some(first()),
            "builtins" if id.name == "tuple" => {
                let mut items = all();
                // `tuple[*Ts]`, `tuple[int, *tuple[str, ...]]`: nobody knows how many.
                let star = args
                    .iter()
                    .any(|arg| arg.is_starred_expr() || last_subscript(arg) == Some("Unpack"));
                if star {
                    items = vec![Type::Any, Type::Ellipsis];
                }
                if args.len() == 1
                    && args[0]
                        .as_tuple_expr()
                        .is_some_and(|inner| inner.elts.is_empty())
                {
                    items.clear();
                }
                return Some(Type::Named("tuple".to_owned(), items));
            }
            _ => return None,
        }
        Some(match id.name.as_str() {
            "Any" => Type::Any,
            "Self" => Type::Own,
            "NoReturn" | "Never" => Type::Named("typing.NoReturn".to_owned(), Vec::new()),
            "LiteralString" => Type::Named("str".to_owned(), Vec::new()),
            "Optional" => union_of(vec![first(), Type::None]),
            "Union" => union_of(all()),
            "Literal" => union_of(args.iter().map(|arg| self.literal(place, arg)).collect()),
            "ClassVar" | "Final" | "Required" | "NotRequired" | "ReadOnly" | "Annotated" => first(),
            "TypeGuard" | "TypeIs" => Type::Named("bool".to_owned(), Vec::new()),
            "Unpack" | "Concatenate" => Type::Ellipsis,
            "Callable" => {
                let result = args
                    .get(1)
                    .map_or(Type::Any, |result| self.eval(place, result));
                Type::Named(
                    "collections.abc.Callable".to_owned(),
                    vec![Type::Ellipsis, result],
                )
            }
            "Type" => applied("type"),
            "Tuple" => applied("tuple"),
            "TypeAlias" | "Generic" | "Protocol" => Type::Any,
            "TypeForm" => Type::Any,
            _ => return None,
        })
    }

    fn literal(&self, place: &Place, expr: &Expr) -> Type {
        let literal = |value: String, class: &str| Type::Literal(value, class.to_owned());
        match expr {
            Expr::NoneLiteral(_) => Type::None,
            Expr::BooleanLiteral(value) => literal(
                if value.value { "True" } else { "False" }.to_owned(),
                "bool",
            ),
            Expr::NumberLiteral(number) => match &number.value {
                ast::Number::Int(value) => literal(value.to_string(), "int"),
                _ => Type::Any,
            },
            Expr::UnaryOp(operation) => match self.literal(place, &operation.operand) {
                Type::Literal(value, class) => literal(format!("-{value}"), &class),
                _ => Type::Any,
            },
            Expr::StringLiteral(text) => {
                let text = text.value.to_str();
                let is_plain = text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+-_.:/".contains(c));
                if is_plain {
                    literal(format!("\"{text}\""), "str")
                } else {
                    Type::Named("str".to_owned(), Vec::new())
                }
            }
            Expr::BytesLiteral(_) => Type::Named("bytes".to_owned(), Vec::new()),
            // A member of an enumeration.
            Expr::Attribute(attribute) => self.eval(place, &attribute.value),
            // Another alias of literals.
            Expr::Name(_) | Expr::Subscript(_) => self.eval(place, expr),
            _ => Type::Any,
        }
    }
}

fn last_subscript(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Subscript(subscript) => last_name(&subscript.value),
        _ => None,
    }
}

fn variable(name: &str, kind: VarKind) -> Type {
    match kind {
        VarKind::Plain => Type::Var(name.to_owned()),
        VarKind::Parameters | VarKind::Tuple => Type::Ellipsis,
    }
}

/// Whether a value makes a type variable, and which kind.
pub fn variable_kind(value: &Expr) -> Option<VarKind> {
    let Expr::Call(call) = value else { return None };
    // `ast` imports it as `_TypeVar`.
    match last_name(&call.func)?.trim_start_matches('_') {
        "TypeVar" => Some(VarKind::Plain),
        "ParamSpec" => Some(VarKind::Parameters),
        "TypeVarTuple" => Some(VarKind::Tuple),
        _ => None,
    }
}

/// A union without repetition and without what says nothing: `str | Any` is a stub's way to spare a check for `None`.
pub fn union_of(items: Vec<Type>) -> Type {
    let mut flat: Vec<Type> = Vec::new();
    let mut none = false;
    for item in items {
        let inner = match item {
            Type::Union(inner) => inner,
            other => vec![other],
        };
        for item in inner {
            match item {
                Type::None => none = true,
                item if flat.contains(&item) => {}
                item => flat.push(item),
            }
        }
    }
    if flat.len() > 1 || none {
        flat.retain(|item| *item != Type::Any);
    }
    if none {
        flat.push(Type::None);
    }
    match flat.len() {
        0 => Type::Any,
        1 => flat.remove(0),
        _ => Type::Union(flat),
    }
}

impl Type {
    /// The type variables in it, in their order.
    pub fn vars(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.visit(&mut |item| {
            if let Self::Var(name) = item
                && !found.contains(name)
            {
                found.push(name.clone());
            }
        });
        found
    }

    /// The classes in it.
    pub fn classes(&self, found: &mut BTreeSet<String>) {
        self.visit(&mut |item| {
            if let Self::Named(name, _) | Self::Strings(name) = item {
                found.insert(name.clone());
            }
        });
    }

    fn visit(&self, see: &mut dyn FnMut(&Self)) {
        see(self);
        match self {
            Self::Named(_, inner) | Self::Union(inner) => {
                inner.iter().for_each(|item| item.visit(see))
            }
            _ => {}
        }
    }

    pub fn substitute(&self, solved: &dyn Fn(&str) -> Option<Self>) -> Self {
        match self {
            Self::Var(name) => solved(name).unwrap_or_else(|| self.clone()),
            Self::Named(name, args) => Self::Named(
                name.clone(),
                args.iter().map(|arg| arg.substitute(solved)).collect(),
            ),
            Self::Union(items) => {
                union_of(items.iter().map(|item| item.substitute(solved)).collect())
            }
            _ => self.clone(),
        }
    }

    /// Literals become their classes.
    pub fn widened(&self) -> Self {
        match self {
            Self::Literal(_, class) => Self::Named(class.clone(), Vec::new()),
            Self::Strings(_) => Self::Named("str".to_owned(), Vec::new()),
            Self::Named(name, args) => {
                Self::Named(name.clone(), args.iter().map(Self::widened).collect())
            }
            Self::Union(items) => union_of(items.iter().map(Self::widened).collect()),
            _ => self.clone(),
        }
    }

    /// In the notation of the table; literals as they are.
    pub fn text(&self) -> String {
        match self {
            Self::Any => "Any".to_owned(),
            Self::None => "None".to_owned(),
            Self::Own => "Self".to_owned(),
            Self::Ellipsis => "...".to_owned(),
            Self::Var(name) | Self::Strings(name) => name.clone(),
            Self::Literal(value, _) => format!("Literal[{value}]"),
            Self::Named(name, args) if args.is_empty() => name.clone(),
            Self::Named(name, args) => {
                let args: Vec<String> = args.iter().map(Self::text).collect();
                format!("{name}[{}]", args.join(","))
            }
            Self::Union(items) => {
                let values: Vec<&str> = items
                    .iter()
                    .filter_map(|item| match item {
                        Self::Literal(value, _) => Some(value.as_str()),
                        _ => None,
                    })
                    .collect();
                let mut parts: Vec<String> = Vec::new();
                if !values.is_empty() {
                    parts.push(format!("Literal[{}]", values.join(",")));
                }
                parts.extend(
                    items
                        .iter()
                        .filter(|item| !matches!(item, Self::Literal(..)))
                        .map(Self::text),
                );
                parts.join("|")
            }
        }
    }
}
