//! Variables and attributes: what an annotation says, or a value that the stub writes out.

use ruff_python_ast::{self as ast, Expr};

use super::Emitter;
use crate::typeshed::model::{Def, last_name};
use crate::typeshed::names::{Id, Target, is_plain};
use crate::typeshed::types::{Place, Type, variable_kind};

impl Emitter<'_, '_> {
    pub(super) fn variable(
        &self,
        place: &Place,
        annotation: Option<&Expr>,
        value: Option<&Expr>,
        sort: char,
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
            return format!("{sort}\t{}", self.text(&self.infer(place, value, 0)));
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
        let Type::Named(class, args) = self.infer(place, &attribute.value, 0) else {
            return None;
        };
        let class = match args.first() {
            // `maketrans = str.maketrans`
            Some(Type::Named(class, _)) => class,
            _ => &class,
        };
        let mut class = self.ids.get(class)?.clone();
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
}
