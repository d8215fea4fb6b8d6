//! Attributes: of modules, of the library's classes and of the user's, with what they inherit.

use std::sync::Arc;

use ruff_python_ast as ast;

use super::expressions::last_name;
use super::values::{Candidate, Memo, Sym, UNKNOWN, Value, Values};
use super::{MAX_DEPTH, Resolver};
use crate::python::scope::{BindingId, Bound, ClassId, Place};
use crate::python::symbols::{self, Entry, Sort};

impl Resolver<'_, '_> {
    pub(super) fn attribute(&mut self, attribute: &ast::ExprAttribute, place: Place) -> Values {
        let memo = attribute
            .node_index
            .load()
            .as_u32()
            .map(|index| index as usize);
        match memo.map(|index| self.attributes.get(index)) {
            Some(Memo::Done(values)) => return values,
            Some(Memo::Running) => return Values::EMPTY,
            _ => {}
        }
        if let Some(index) = memo {
            self.attributes.start(index);
        }
        let owner = self.eval(&attribute.value, place);
        let mut values = Values::EMPTY;
        for candidate in owner.iter() {
            if candidate.value != Value::None {
                let member = self.member(candidate, attribute.attr.as_str());
                values.extend(member);
            }
        }
        if values.len == 0 && owner.len > 0 {
            values = Values::unknown();
        }
        if let Some(index) = memo {
            self.attributes.finish(index, values);
        }
        values
    }

    pub(super) fn member(&mut self, owner: Candidate, name: &str) -> Values {
        let candidate = match owner.value {
            Value::Module(module) => {
                let module = Arc::clone(&self.symbols[module.0 as usize].path);
                self.import_from(&module, name)
            }
            Value::Class(class) | Value::Instance(class, _) => self.class_member(class, name),
            Value::Foreign(sym) => {
                let path = format!("{}.{name}", self.symbol_name(sym));
                self.foreign(&path)
            }
            Value::UserClass(class) | Value::UserInstance(class) => {
                return self.user_member(class, name);
            }
            Value::Super(class) => return self.inherited(class, name),
            _ => UNKNOWN,
        };
        Values::one(candidate)
    }

    pub(super) fn class_member(&mut self, class: Sym, name: &str) -> Candidate {
        let owner = Arc::clone(&self.symbols[class.0 as usize].name);
        let path = self.join(&owner, name);
        let candidate = match self.class_members.get(path.as_str()) {
            Some(known) => *known,
            None => {
                let candidate = self.class_member_from_table(class, &owner, name, &path);
                self.class_members.insert(path.as_str().into(), candidate);
                candidate
            }
        };
        self.path = path;
        candidate
    }

    pub(super) fn class_member_from_table(
        &mut self,
        class: Sym,
        owner: &str,
        name: &str,
        path: &str,
    ) -> Candidate {
        if self.symbols[class.0 as usize].foreign {
            let sym = self.intern(path, None, true);
            // What an attribute of an unknown instance is, nobody knows.
            return Candidate {
                symbol: Some(sym),
                value: Value::Function(sym),
            };
        }
        let Some(entry) = symbols::member(owner, name) else {
            return UNKNOWN;
        };
        // An inherited method goes by the name of the class it is called on; the card falls back to the bases.
        let sym = self.intern(path, Some(entry), false);
        self.member_entry(sym, entry, class)
    }

    pub(super) fn member_entry(&mut self, sym: Sym, entry: Entry, class: Sym) -> Candidate {
        let value = match entry.sort {
            Sort::Function | Sort::Coroutine => Value::Function(sym),
            Sort::Class => Value::Class(sym),
            _ => self
                .typed(entry.result(), Some(class))
                .unwrap_or(Value::Unknown),
        };
        Candidate {
            symbol: Some(sym),
            value,
        }
    }

    pub(super) fn user_member(&mut self, class: ClassId, name: &str) -> Values {
        // A name that nothing in the file binds can only come from a base.
        let Some(id) = self.model.name_id(name) else {
            return self.inherited(class, name);
        };
        if let Some(values) = self.members.get(&(class, id)) {
            return *values;
        }
        if self.depth >= MAX_DEPTH {
            return Values::unknown();
        }
        self.depth += 1;
        let in_body = self.model.bindings_in(self.model.class(class).scope, id);
        let in_methods = self.model.members(class, id);
        let mut values = self.weigh(in_methods);
        let body_values = if self.is_enum(class) && self.assigns(in_body) {
            // The members of an enumeration are of its own class, whatever is written there.
            self.valued(Value::UserInstance(class))
        } else {
            self.weigh(in_body)
        };
        values.extend(body_values);
        values = self.map_properties(values);
        if in_body.is_empty() && in_methods.is_empty() {
            values = self.inherited(class, name);
        }
        self.depth -= 1;
        if self.depth == 0 {
            self.members.insert((class, id), values);
        }
        values
    }

    fn assigns(&self, bindings: &[BindingId]) -> bool {
        bindings
            .iter()
            .any(|id| matches!(self.model.binding(*id).bound, Bound::Value(_)))
    }

    /// Whether the class is an enumeration by one of its own bases.
    fn is_enum(&mut self, class: ClassId) -> bool {
        let info = self.model.class(class);
        let (def, place) = (info.def, info.place);
        let bases = bases(def);
        bases.iter().any(|base| {
            let base = self.eval(base, place).single().map(|base| base.value);
            let Some(Value::Class(base)) = base else {
                return false;
            };
            matches!(
                self.symbol_name(base),
                "enum.Enum"
                    | "enum.IntEnum"
                    | "enum.StrEnum"
                    | "enum.Flag"
                    | "enum.IntFlag"
                    | "enum.ReprEnum"
            )
        })
    }

    /// Reading a property calls it.
    pub(super) fn map_properties(&mut self, values: Values) -> Values {
        let mut mapped = Values::EMPTY;
        for candidate in values.iter() {
            match candidate.value {
                Value::UserFunction(function) if is_property(self.model.function(function).def) => {
                    let value = self.user_returned(function);
                    mapped.extend(self.valued(value));
                }
                _ => mapped.add(candidate),
            }
        }
        mapped
    }

    pub(super) fn inherited(&mut self, class: ClassId, name: &str) -> Values {
        if self.depth >= MAX_DEPTH {
            return Values::unknown();
        }
        let info = self.model.class(class);
        let (def, place) = (info.def, info.place);
        let bases = bases(def);
        self.depth += 1;
        let mut values = Values::EMPTY;
        for base in bases {
            let Some(base) = self.eval(base, place).single() else {
                values = Values::unknown();
                break;
            };
            let found = match base.value {
                Value::Class(base) => {
                    let candidate = self.class_member(base, name);
                    if candidate == UNKNOWN {
                        Values::EMPTY
                    } else {
                        Values::one(candidate)
                    }
                }
                Value::UserClass(base) if base != class => self.user_member(base, name),
                Value::UserClass(_) => Values::EMPTY,
                // An unknown base may have anything.
                _ => Values::unknown(),
            };
            if found.iter().any(|candidate| candidate != UNKNOWN) {
                values = found;
                break;
            }
            if !matches!(base.value, Value::Class(_) | Value::UserClass(_)) {
                values = found;
                break;
            }
        }
        self.depth -= 1;
        if values.len == 0 {
            Values::unknown()
        } else {
            values
        }
    }
}

fn is_property(def: &ast::StmtFunctionDef) -> bool {
    def.decorator_list.iter().any(|decorator| {
        matches!(
            last_name(&decorator.expression),
            Some("property" | "cached_property")
        )
    })
}

/// What stands in the base list of a class, keywords left out.
fn bases(def: &ast::StmtClassDef) -> &[ast::Expr] {
    def.arguments
        .as_ref()
        .map_or(&[], |arguments| &arguments.args)
}
