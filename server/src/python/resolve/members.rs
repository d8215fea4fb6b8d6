//! Attributes: of modules, of the library's classes and of the user's, with what they inherit.

use std::sync::Arc;

use ruff_python_ast::{self as ast, Expr, Stmt};

use super::library::{ClassInfo, Origin, SELF};
use super::types::{EMPTY, GRADUAL, NEVER, Sym, Ty, Type, UNKNOWN, Word};
use super::{MAX_DEPTH, Memo, Resolver};
use crate::python::scope::{Bound, ClassId, NameId, Place, Reference};
use crate::python::symbols::{self, Sort};

/// Fields of a class that are told apart by their order.
const MAX_FIELDS: usize = 64;

/// What an attribute is: its type, and the library's name for it unless the user defines it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attr {
    pub ty: Ty,
    pub sym: Option<Sym>,
    pub is_user: bool,
}

/// What a class of the user's defines itself under a name, before it is bound to a receiver.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    pub ty: Ty,
}

impl<'m> Resolver<'m, '_> {
    /// The type of an attribute where it stands.
    pub(super) fn attribute(&mut self, attribute: &ast::ExprAttribute, place: Place) -> Ty {
        let memo = attribute
            .node_index
            .load()
            .as_u32()
            .map(|index| index as usize);
        match memo.map(|index| self.attributes.get(index)) {
            Some(Memo::Done(ty)) => return ty,
            Some(Memo::Running) => return NEVER,
            _ => {}
        }
        let place = memo
            .and_then(|index| self.model.attributes.get(index))
            .map_or(place, |usage| usage.place);
        if let Some(index) = memo {
            self.attributes.start(index);
        }
        let owner = self.eval(&attribute.value, place);
        let mut ty = self.attribute_of(owner, attribute.attr.as_str());
        if self.model.flows.has_chains() && memo.is_some() {
            ty = self.walked_attribute(attribute, place, ty);
        }
        if let Some(index) = memo {
            self.attributes.finish(index, ty);
        }
        ty
    }

    /// What the code before has made of an attribute: `self.x = ...`, `isinstance(self.x, C)`.
    fn walked_attribute(&mut self, attribute: &ast::ExprAttribute, place: Place, ty: Ty) -> Ty {
        let Some(reference) = self.reference(attribute) else {
            return ty;
        };
        if self.model.flows.touches(reference) == 0 {
            return ty;
        }
        let (walked, _) = self.walk(place.flow, reference, None, Some(ty));
        if walked == NEVER || self.types.is_open_ended(walked) {
            ty
        } else {
            walked
        }
    }

    fn reference(&self, attribute: &ast::ExprAttribute) -> Option<Reference> {
        let owner = match &*attribute.value {
            Expr::Name(name) => Reference::Name(self.model.name_id(name.id.as_str())?),
            Expr::Attribute(outer) => self.reference(outer)?,
            _ => return None,
        };
        let id = self.model.name_id(attribute.attr.as_str())?;
        self.model.flows.chain(owner, id)
    }

    /// The type of an attribute of whatever `owner` can be.
    pub(super) fn attribute_of(&mut self, owner: Ty, name: &str) -> Ty {
        let mut ty = NEVER;
        for member in self.types.members(owner).iter() {
            let found = match self.attr(member, name) {
                Some(attr) => self.strip(attr.ty),
                // What `None` does not have is asked of something else.
                None if self.types.get(member) == Type::None => NEVER,
                None if member == GRADUAL => GRADUAL,
                None => UNKNOWN,
            };
            ty = self.types.union(ty, found);
        }
        if ty == NEVER { UNKNOWN } else { ty }
    }

    /// The attribute of one type; none where nobody knows.
    pub(super) fn attr(&mut self, owner: Ty, name: &str) -> Option<Attr> {
        if self.depth >= MAX_DEPTH || !self.may_step() {
            return None;
        }
        self.depth += 1;
        let attr = self.attr_unguarded(owner, name);
        self.depth -= 1;
        attr
    }

    fn attr_unguarded(&mut self, owner: Ty, name: &str) -> Option<Attr> {
        match self.types.get(owner) {
            Type::Module(module) => self.module_attr(module, name),
            Type::Foreign(sym) => {
                let path = format!("{}.{name}", self.symbol_name(sym));
                let ty = self.foreign(&path);
                Some(self.named(ty))
            }
            Type::Class(class, _) => self
                .library_attr(class, owner, name)
                .or_else(|| self.meta_attr(owner, name)),
            Type::Instance(class, _) => self.library_attr(class, owner, name),
            Type::Tuple(_) => {
                let class = self.class("tuple")?;
                self.library_attr(class, owner, name)
            }
            Type::None => {
                let none = self.instance("types.NoneType");
                self.attr(none, name)
            }
            Type::UserInstance(class, _) => self.user_attr(class, owner, name, false),
            Type::UserClass(class, _) => self
                .user_attr(class, owner, name, false)
                .or_else(|| self.meta_attr(owner, name)),
            Type::Super(class, receiver) => self.user_attr(class, receiver, name, true),
            Type::Var(_, bound) if bound != UNKNOWN => {
                let mut attrs = self.types.members(bound).iter();
                match (attrs.next(), attrs.next()) {
                    (Some(only), None) => self.attr(only, name),
                    _ => None,
                }
            }
            Type::UserFunction(function) if self.decoration(function).is_property => {
                let property = self.instance("property");
                self.attr(property, name)
            }
            Type::Function(_) | Type::UserFunction(_) | Type::Lambda(_) | Type::Callable(_) => {
                let function = self.instance("types.FunctionType");
                self.attr(function, name)
            }
            Type::Method(..) | Type::UserMethod(..) => {
                let method = self.instance("types.MethodType");
                let function = self.instance("types.FunctionType");
                self.attr(method, name)
                    .or_else(|| self.attr(function, name))
            }
            Type::Named(_, inner) => {
                let mut members = self.types.members(inner).iter();
                match (members.next(), members.next()) {
                    (Some(only), None) if only != owner => self.attr(only, name),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What a type from an import is called by.
    fn named(&mut self, ty: Ty) -> Attr {
        let sym = match self.types.get(ty) {
            Type::Module(sym)
            | Type::Class(sym, _)
            | Type::Function(sym)
            | Type::Foreign(sym)
            | Type::Named(sym, _) => Some(sym),
            _ => None,
        };
        let sym = sym.filter(|sym| self.symbol(*sym).origin != Origin::Workspace);
        Attr {
            ty,
            sym,
            is_user: sym.is_none(),
        }
    }

    fn module_attr(&mut self, module: Sym, name: &str) -> Option<Attr> {
        let path = Arc::clone(&self.symbol(module).path);
        let ty = self.import_from(&path, name);
        if ty != UNKNOWN {
            return Some(self.named(ty));
        }
        let module = self.instance("types.ModuleType");
        if name.starts_with("__") && name != "__getattr__" {
            return self.attr(module, name);
        }
        None
    }

    /// What a class has because it is an object itself.
    fn meta_attr(&mut self, class: Ty, name: &str) -> Option<Attr> {
        let instance = self.instance_of_class(class);
        let meta = if self.is_enumeration(instance) {
            "enum.EnumMeta"
        } else {
            "type"
        };
        let meta = self.class(meta)?;
        self.library_attr(meta, class, name)
    }

    // The library's classes

    /// The member of a class of the table: its own or inherited, named after the class it is asked of.
    pub(super) fn library_member(&mut self, class: Sym, name: Word) -> Option<Sym> {
        if let Some(known) = self.class_members.get(&(class, name)) {
            return *known;
        }
        let found = self.find_library_member(class, name);
        self.class_members.insert((class, name), found);
        found
    }

    fn find_library_member(&mut self, class: Sym, name: Word) -> Option<Sym> {
        if self.symbol_name(class) == "typing.TypedDict" {
            // What it makes are dicts, and it is no class itself when the code runs.
            let dict = self.class("dict")?;
            return self.library_member(dict, name);
        }
        let name = self.word_text(name);
        let info = self.class_info(class);
        let called: Arc<str> = match symbols::documented(self.symbol_name(class)) {
            Some(name) => name.into(),
            None => Arc::clone(&self.symbol(class).name),
        };
        for base in &info.mro {
            let Type::Instance(owner, _) = self.types.get(*base) else {
                return None;
            };
            let owner_name = Arc::clone(&self.symbol(owner).name);
            let path = self.join(&owner_name, &name);
            let origin = self.symbol(owner).origin;
            let entry = match origin {
                Origin::Library => symbols::line(&path),
                Origin::Workspace => self.find(&path).map(|(entry, _)| entry),
                Origin::Foreign => None,
            };
            self.path = path;
            let Some(entry) = entry.filter(|entry| entry.sort != Sort::Module) else {
                continue;
            };
            if self.symbol(class).origin == Origin::Workspace && origin == Origin::Library {
                // What a class of the user's inherits from the library goes by the library's name.
                return self.inherited_member(&info, &name);
            }
            let path = format!("{called}.{name}");
            let sym = self.intern(&path, Some(entry), origin);
            if owner != class && self.symbols[sym.0 as usize].owner.is_none() {
                self.symbols[sym.0 as usize].owner = Some(owner);
                if &*owner_name != "object" {
                    let also = format!("{owner_name}.{name}");
                    let also = self.intern(&also, Some(entry), origin);
                    self.symbols[also.0 as usize].owner = Some(owner);
                    self.symbols[sym.0 as usize].also = Some(also);
                }
            } else if self.symbols[sym.0 as usize].owner.is_none() {
                self.symbols[sym.0 as usize].owner = Some(owner);
            }
            return Some(sym);
        }
        None
    }

    fn inherited_member(&mut self, info: &ClassInfo, name: &str) -> Option<Sym> {
        let name = self.word(name);
        info.mro
            .iter()
            .find_map(|base| match self.types.get(*base) {
                Type::Instance(base, _) if self.symbol(base).origin == Origin::Library => {
                    self.library_member(base, name)
                }
                _ => None,
            })
    }

    fn library_attr(&mut self, class: Sym, receiver: Ty, name: &str) -> Option<Attr> {
        if self.symbol(class).origin == Origin::Foreign {
            let path = format!("{}.{name}", self.symbol_name(class));
            let sym = self.intern(&path, None, Origin::Foreign);
            // What an attribute of an unknown instance is, nobody knows.
            return Some(Attr {
                ty: self.types.add(Type::Named(sym, UNKNOWN)),
                sym: Some(sym),
                is_user: false,
            });
        }
        let word = self.word(name);
        if let Some(known) = self.library_attrs.get(&(class, receiver, word)) {
            return *known;
        }
        let attr = self.library_member(class, word).map(|sym| {
            let is_user = self.symbol(sym).origin == Origin::Workspace;
            Attr {
                ty: self.bind_member(sym, class, receiver),
                sym: (!is_user).then_some(sym),
                is_user,
            }
        });
        if self.classes_open == 0 {
            self.library_attrs.insert((class, receiver, word), attr);
        }
        attr
    }

    /// The type of a member that is reached through `receiver`.
    fn bind_member(&mut self, sym: Sym, class: Sym, receiver: Ty) -> Ty {
        let Some(entry) = self.symbol(sym).entry else {
            return UNKNOWN;
        };
        match entry.sort {
            Sort::Function | Sort::Coroutine => self.types.add(Type::Method(sym, receiver)),
            Sort::Class => {
                let nested = self.intern(entry.name, Some(entry), self.symbol(sym).origin);
                self.types.add(Type::Class(nested, EMPTY))
            }
            Sort::Property | Sort::Data => {
                if self.is_special_attribute(entry.name, "__class__") {
                    return self.class_of_instances(receiver);
                }
                let ty = self.value(sym);
                let map = self.receiver_map(sym, class, receiver);
                self.solve_with(ty, &map)
            }
            _ => self.symbol_type(sym),
        }
    }

    fn is_special_attribute(&self, path: &str, name: &str) -> bool {
        path.rsplit('.').next() == Some(name)
    }

    /// What the type variables of the class that defines a member are for this receiver, and `Self`.
    pub(super) fn receiver_map(&mut self, sym: Sym, class: Sym, receiver: Ty) -> Vec<(Word, Ty)> {
        let instance = match self.types.get(receiver) {
            Type::Class(..) | Type::UserClass(..) => self.instance_of_class(receiver),
            Type::Tuple(items) => {
                let item = self.union_of_list(items);
                self.instance_of("tuple", &[item])
            }
            _ => receiver,
        };
        let mut map = vec![(SELF, instance)];
        let owner = self.symbol(sym).owner.unwrap_or(class);
        let info = self.class_info(owner);
        if !info.params.is_empty() {
            let args = self.as_base(instance, owner).unwrap_or(EMPTY);
            let arguments = self.arguments(&info, args);
            map.extend(arguments);
        }
        if self.symbol_name(owner) == "enum.EnumType" || self.symbol_name(owner) == "enum.EnumMeta"
        {
            // The metaclass speaks of its members by a variable of each function.
            let member = self.word("_EnumMemberT");
            map.push((member, instance));
        }
        map
    }

    // The user's classes

    /// An instance of a class as its own methods see it: generic in its parameters.
    pub(super) fn own_instance(&mut self, class: ClassId) -> Ty {
        let info = self.user_class_info(class);
        let args = self.types.list(&info.params);
        self.types.add(Type::UserInstance(class, args))
    }

    pub(super) fn user_class_info(&mut self, class: ClassId) -> Arc<ClassInfo> {
        if let Some(info) = self.user_classes.get(&class) {
            return Arc::clone(info);
        }
        let own = self.types.add(Type::UserInstance(class, EMPTY));
        if self.depth >= MAX_DEPTH {
            // Nobody inherits from so many: what is above may be anything.
            return Arc::new(ClassInfo {
                params: Vec::new(),
                mro: vec![own, UNKNOWN],
            });
        }
        self.depth += 1;
        self.classes_open += 1;
        // Against a class that is its own base.
        self.user_classes.insert(
            class,
            Arc::new(ClassInfo {
                params: Vec::new(),
                mro: vec![own],
            }),
        );
        let info = self.model.class(class);
        let (def, place) = (info.def, info.place);
        let mut direct = Vec::new();
        let mut params: Vec<Ty> = Vec::new();
        let mut is_explicit = false;
        if let Some(type_params) = &def.type_params {
            is_explicit = true;
            for param in &type_params.type_params {
                let word = self.word(param.name().as_str());
                params.push(self.types.add(Type::Var(word, UNKNOWN)));
            }
        }
        for base in bases(def) {
            let ty = self.base(base, place);
            if !is_explicit && let Expr::Subscript(subscript) = base {
                let arguments = match &*subscript.slice {
                    Expr::Tuple(tuple) => tuple.elts.as_slice(),
                    single => std::slice::from_ref(single),
                };
                for argument in arguments.iter().take(MAX_FIELDS) {
                    let argument = self.annotation(argument, place);
                    if matches!(self.types.get(argument), Type::Var(..))
                        && !params.contains(&argument)
                    {
                        params.push(argument);
                    }
                }
            }
            direct.push(ty);
        }
        let args = self.types.list(&params);
        let own = self.types.add(Type::UserInstance(class, args));
        if direct.is_empty() {
            direct.push(self.instance("object"));
        }
        let mut lists = Vec::new();
        for base in &direct {
            let mro = self.mro(*base);
            lists.push(mro.to_vec());
        }
        lists.push(direct);
        let mut mro = vec![own];
        self.merge(&mut mro, lists);
        let info = Arc::new(ClassInfo { params, mro });
        self.classes_open -= 1;
        self.depth -= 1;
        self.user_classes.insert(class, Arc::clone(&info));
        info
    }

    /// An instance of what stands in a base list.
    pub(super) fn base(&mut self, base: &Expr, place: Place) -> Ty {
        let ty = match base {
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => self.annotation(base, place),
            _ => {
                let ty = self.eval(base, place);
                self.instances(ty)
            }
        };
        let mut members = self.types.members(ty).iter();
        // `try: from a import Base / except ImportError: from b import Base`: the first will do.
        let first = members.find(|member| *member != UNKNOWN);
        first.unwrap_or(UNKNOWN)
    }

    fn user_attr(
        &mut self,
        class: ClassId,
        receiver: Ty,
        name: &str,
        skips_own: bool,
    ) -> Option<Attr> {
        let start = match self.types.get(receiver) {
            Type::UserClass(..) => self.instance_of_class(receiver),
            _ => receiver,
        };
        let mro = self.mro(start);
        let mut from = 0;
        if skips_own {
            from = mro
                .iter()
                .position(|ty| {
                    matches!(self.types.get(*ty), Type::UserInstance(known, _) if known == class)
                })
                .map_or(1, |at| at + 1);
        }
        let last = mro.len().saturating_sub(1);
        for (index, base) in mro.iter().enumerate().skip(from) {
            match self.types.get(*base) {
                Type::UserInstance(owner, args) => {
                    if let Some(own) = self.own(owner, name) {
                        let mut ty = self.bind_own(own.ty, owner, receiver);
                        if args != EMPTY {
                            let info = self.user_class_info(owner);
                            let map = self.arguments(&info, args);
                            ty = self.substitute(ty, &map);
                        }
                        return Some(Attr {
                            ty,
                            sym: None,
                            is_user: true,
                        });
                    }
                }
                Type::Instance(owner, _) => {
                    let word = self.word(name);
                    if self.symbol(owner).origin == Origin::Foreign {
                        return self.library_attr(owner, receiver, name);
                    }
                    let Some(sym) = self.library_member(owner, word) else {
                        continue;
                    };
                    let is_objects = self
                        .symbol(sym)
                        .owner
                        .is_some_and(|owner| self.symbol_name(owner) == "object");
                    if is_objects && index < last {
                        continue;
                    }
                    let is_user = self.symbol(sym).origin == Origin::Workspace;
                    return Some(Attr {
                        ty: self.bind_member(sym, owner, receiver),
                        sym: (!is_user).then_some(sym),
                        is_user,
                    });
                }
                // An unknown base may have anything.
                _ => return None,
            }
        }
        None
    }

    /// What a class of the user's defines itself: in its body, or on `self` in its methods.
    pub(super) fn own(&mut self, class: ClassId, name: &str) -> Option<Own> {
        // A name that nothing in the file binds can only come from a base.
        let id = self.model.name_id(name)?;
        if let Some(own) = self.user_members.get(&(class, id)) {
            return *own;
        }
        let own = self.find_own(class, id);
        if self.depth <= 1 {
            self.user_members.insert((class, id), own);
        }
        own
    }

    fn find_own(&mut self, class: ClassId, id: NameId) -> Option<Own> {
        let model = self.model;
        let info = model.class(class);
        let in_body = model.bindings_in(info.scope, id);
        let in_methods = model.members(class, id);
        if in_body.is_empty() && in_methods.is_empty() {
            return None;
        }
        let place = Place {
            scope: info.scope,
            flow: info.end,
        };
        if let Some(annotation) = model.declared_type(info.scope, id)
            && !super::is_bare_final(annotation)
        {
            let ty = self.annotation(annotation, place);
            return Some(Own { ty });
        }
        if let Some((annotation, place)) = model.declared_member(class, id)
            && !super::is_bare_final(annotation)
        {
            let ty = self.annotation(annotation, place);
            return Some(Own { ty });
        }
        let mut ty = NEVER;
        if !in_body.is_empty() {
            let (body, _) = self.walk(info.end, Reference::Name(id), Some(info.scope), None);
            ty = if body == NEVER {
                self.weigh(in_body)
            } else {
                body
            };
            let assigns = in_body
                .iter()
                .any(|id| matches!(model.binding(*id).bound, Bound::Value(_)));
            let instance = self.types.add(Type::UserInstance(class, EMPTY));
            if assigns && self.is_enumeration(instance) {
                // The members of an enumeration are of its own class, whatever is written there.
                return Some(Own { ty: instance });
            }
        }
        if !in_methods.is_empty() {
            let on_self = self.weigh(in_methods);
            ty = self.types.union(ty, on_self);
        }
        if ty == NEVER {
            ty = UNKNOWN;
        }
        Some(Own { ty })
    }

    /// Whether instances are members of an enumeration.
    pub(super) fn is_enumeration(&mut self, instance: Ty) -> bool {
        match self.types.get(instance) {
            Type::Instance(..) | Type::UserInstance(..) => {
                let mro = self.mro(instance);
                mro.iter().any(|base| match self.types.get(*base) {
                    Type::Instance(class, _) => self.symbol_name(class) == "enum.Enum",
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// Whether instances are dicts whose keys are declared.
    pub(super) fn is_typed_dict(&mut self, instance: Ty) -> bool {
        let is_users = match self.types.get(instance) {
            Type::UserInstance(..) => true,
            Type::Instance(class, _) => self.symbol(class).origin == Origin::Workspace,
            _ => false,
        };
        is_users
            && self
                .class("typing.TypedDict")
                .is_some_and(|base| self.as_base(instance, base).is_some())
    }

    /// Whether a class of the user's has this class of the library above it.
    pub(super) fn inherits(&mut self, class: ClassId, wanted: &[&str]) -> bool {
        let info = self.user_class_info(class);
        info.mro.iter().any(|base| match self.types.get(*base) {
            Type::Instance(class, _) => wanted.contains(&self.symbol_name(class)),
            _ => false,
        })
    }

    /// The names of the fields of a class, in order: annotated in its body.
    pub(super) fn field_names(&self, class: ClassId) -> Vec<String> {
        let mut names = Vec::new();
        for stmt in &self.model.class(class).def.body {
            if let Stmt::AnnAssign(field) = stmt
                && let Expr::Name(name) = &*field.target
                && names.len() < MAX_FIELDS
            {
                names.push(name.id.to_string());
            }
        }
        names
    }

    /// The types of the fields of a named tuple; none for any other class.
    pub(super) fn fields(&mut self, class: ClassId) -> Option<Vec<Ty>> {
        if !self.inherits(class, &["typing.NamedTuple"]) {
            return None;
        }
        let names = self.field_names(class);
        let instance = self.types.add(Type::UserInstance(class, EMPTY));
        let fields = names
            .iter()
            .map(|name| self.attribute_of(instance, name))
            .collect();
        Some(fields)
    }
}

/// What stands in the base list of a class, keywords left out.
pub(super) fn bases(def: &ast::StmtClassDef) -> &[ast::Expr] {
    def.arguments
        .as_ref()
        .map_or(&[], |arguments| &arguments.args)
}
