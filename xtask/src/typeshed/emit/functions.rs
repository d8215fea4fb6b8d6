//! Functions and methods: which parameters of which overloads a line lists.

use std::collections::BTreeSet;

use ruff_python_ast::{self as ast, Expr};

use super::Emitter;
use crate::typeshed::model::{Node, last_name};
use crate::typeshed::names::Id;
use crate::typeshed::types::{Place, Type, union_of};

const PROPERTIES: &[&str] = &[
    "property",
    "cached_property",
    "abstractproperty",
    "DynamicClassAttribute",
    "_magic_enum_attr",
    "_builtins_property",
    "_property",
];

/// How a function takes its first argument.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Receiver {
    None,
    Instance,
    Class,
    Static,
}

struct Signature {
    type_params: Option<&'static ast::TypeParams>,
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

impl Emitter<'_, '_> {
    pub(super) fn method(
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
    pub(super) fn function(
        &self,
        place: &Place,
        overloads: &[Node<ast::StmtFunctionDef>],
        receiver: Receiver,
        constructed: &[String],
    ) -> String {
        let is_async = overloads.iter().all(|node| node.is_async);
        let signatures: Vec<Signature> = overloads
            .iter()
            .map(|node| {
                let mut signature = self.signature(place, node, receiver);
                // `anext` is a coroutine function only in one of its ways to be called.
                if node.is_async && !is_async {
                    let coroutine = "collections.abc.Coroutine".to_owned();
                    let args = vec![Type::Any, Type::Any, signature.result];
                    signature.result = Type::Named(coroutine, args);
                }
                signature
            })
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
            if !agree && signatures.len() > 1 {
                let listed = signature
                    .params
                    .iter()
                    .filter(is_needed)
                    .map(|param| &param.kind);
                let vars: BTreeSet<String> = listed.flat_map(Type::vars).collect();
                for var in vars.iter().filter(|var| !class_params.contains(var)) {
                    let bound = self.types.bound_of(place, signature.type_params, var);
                    if let Some(bound) = bound.filter(|bound| *bound != Type::Any) {
                        items.push(format!("{var}<{}", self.text(&bound)));
                    }
                }
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
        node: Node<ast::StmtFunctionDef>,
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
            type_params: node.type_params.as_deref(),
            receiver: first,
            params,
            result: eval(node.returns.as_deref()),
        }
    }
}
