//! The table's lines to types: names, modules, classes with their bases, signatures.

use std::sync::Arc;

use super::types::{EMPTY, GRADUAL, NEVER, NONE, Sym, Ty, Type, Tys, UNKNOWN, Word};
use super::{MAX_DEPTH, Resolver};
use crate::python::symbols::notation::{Overload, Slot};
use crate::python::symbols::table::Entry;
use crate::python::symbols::{self, Sort, Table};

/// Types within types that are read; no stub nests deeper.
const MAX_NESTING: u32 = 12;
/// Classes that a class may inherit from, directly or not.
pub(super) const MAX_MRO: usize = 64;

/// `Self`, which the resolver interns first.
pub(super) const SELF: Word = Word(0);

/// Who says what a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Library,
    /// Of a package that nobody has read: resolved by its path alone.
    Foreign,
    /// Of another module of the user's: never a symbol to explain.
    Workspace,
}

pub(super) struct Symbol<'m> {
    pub name: Arc<str>,
    /// The path that the code uses, where it is not the public one: `_thread` for `threading`.
    pub path: Arc<str>,
    pub entry: Option<Entry<'m>>,
    pub origin: Origin,
    /// The class that defines a member, and its name there where that is another one.
    pub owner: Option<Sym>,
    pub also: Option<Sym>,
    pub class: Option<Arc<ClassInfo>>,
    pub signatures: Option<Arc<[Signature]>>,
    pub value: Option<Ty>,
}

/// A class's type parameters, and itself and its bases in the order of look-up, in terms of the parameters.
pub(super) struct ClassInfo {
    pub params: Vec<Ty>,
    pub mro: Vec<Ty>,
}

/// One overload of a function.
#[derive(Debug)]
pub(super) struct Signature {
    pub receiver: Receiver,
    pub params: Vec<Param>,
    pub result: Ty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Receiver {
    Plain,
    /// What the annotation of `self` or `cls` says.
    Typed(Ty),
    TypedClass(Ty),
    Class,
    Static,
}

#[derive(Debug)]
pub(super) struct Param {
    pub kind: ParamKind,
    pub name: Option<Word>,
    pub ty: Ty,
    pub has_default: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ParamKind {
    Positional(usize),
    Keyword,
    Arguments(usize),
    Keywords,
}

/// The user's other modules, as far as somebody has read them: names in the notation of the table.
pub(crate) struct Workspace<'w> {
    /// The package that the file is in: what a leading dot means.
    pub package: &'w str,
    /// The table of the module that a dotted name is of, or is.
    pub table: &'w dyn Fn(&str) -> Option<&'w Table>,
    /// What is imported from other modules stays a name: for a summary, which must depend on its own file alone.
    pub symbolic: bool,
}

impl<'m> Resolver<'m, '_> {
    pub(super) fn word(&mut self, text: &str) -> Word {
        if let Some(word) = self.word_index.get(text) {
            return *word;
        }
        let word = Word(self.words.len() as u32);
        let text: Arc<str> = text.into();
        self.words.push(Arc::clone(&text));
        self.word_index.insert(text, word);
        word
    }

    pub(super) fn word_text(&self, word: Word) -> Arc<str> {
        self.words
            .get(word.0 as usize)
            .cloned()
            .unwrap_or_else(|| Arc::from(""))
    }

    pub(super) fn symbol(&self, sym: Sym) -> &Symbol<'m> {
        &self.symbols[sym.0 as usize]
    }

    pub fn symbol_name(&self, sym: Sym) -> &str {
        &self.symbol(sym).name
    }

    pub(super) fn intern(&mut self, name: &str, entry: Option<Entry<'m>>, origin: Origin) -> Sym {
        self.intern_as(name, name, entry, origin)
    }

    pub(super) fn intern_as(
        &mut self,
        path: &str,
        name: &str,
        entry: Option<Entry<'m>>,
        origin: Origin,
    ) -> Sym {
        if let Some(sym) = self.index.get(path) {
            return *sym;
        }
        let sym = Sym(self.symbols.len() as u32);
        let path: Arc<str> = path.into();
        let name = if *path == *name {
            Arc::clone(&path)
        } else {
            name.into()
        };
        self.symbols.push(Symbol {
            name,
            path: Arc::clone(&path),
            entry,
            origin,
            owner: None,
            also: None,
            class: None,
            signatures: None,
            value: None,
        });
        self.index.insert(path, sym);
        sym
    }

    /// The line of a name, of the library or of the workspace.
    pub(super) fn find(&self, name: &str) -> Option<(Entry<'m>, Origin)> {
        if let Some(entry) = symbols::find(name) {
            return Some((entry, Origin::Library));
        }
        self.find_in_workspace(name)
    }

    /// The line of a name of the user's other modules, or of what they import under it.
    pub(super) fn find_in_workspace(&self, name: &str) -> Option<(Entry<'m>, Origin)> {
        let workspace = self.workspace?;
        let mut name = name;
        for _ in 0..MAX_NESTING {
            let entry = (workspace.table)(name)?.lookup(name)?;
            if entry.sort != Sort::Alias {
                return Some((entry, Origin::Workspace));
            }
            if let Some(entry) = symbols::find(entry.detail) {
                return Some((entry, Origin::Library));
            }
            name = entry.detail;
        }
        None
    }

    /// What a line of the table stands for, as an expression that names it.
    pub(super) fn entry(&mut self, entry: Entry<'m>, origin: Origin) -> Ty {
        let sym = self.intern(entry.name, Some(entry), origin);
        self.symbol_type(sym)
    }

    pub(super) fn symbol_type(&mut self, sym: Sym) -> Ty {
        let Some(entry) = self.symbol(sym).entry else {
            return UNKNOWN;
        };
        let ty = match entry.sort {
            Sort::Module => Type::Module(sym),
            Sort::Class => Type::Class(sym, EMPTY),
            Sort::Function | Sort::Coroutine => Type::Function(sym),
            Sort::Generic => {
                let origin = self.find(entry.detail);
                let class = match origin {
                    Some((class, origin)) => self.entry(class, origin),
                    None => UNKNOWN,
                };
                Type::Named(sym, class)
            }
            // A variable of another module of the user's goes by what it holds, as those of this one do.
            Sort::Property | Sort::Data if self.symbol(sym).origin == Origin::Workspace => {
                return self.value(sym);
            }
            Sort::Property | Sort::Data => Type::Named(sym, self.value(sym)),
            _ => Type::Unknown,
        };
        self.types.add(ty)
    }

    /// The type that the table gives to data or to an attribute.
    pub(super) fn value(&mut self, sym: Sym) -> Ty {
        if let Some(ty) = self.symbol(sym).value {
            return ty;
        }
        let text = self.symbol(sym).entry.map_or("", |entry| entry.detail);
        let ty = self.parse(text);
        self.symbols[sym.0 as usize].value = Some(ty);
        ty
    }

    pub(super) fn foreign(&mut self, name: &str) -> Ty {
        let sym = self.intern(name, None, Origin::Foreign);
        let last = name.rsplit('.').next().unwrap_or(name);
        self.types.add(if looks_like_class(last) {
            Type::Class(sym, EMPTY)
        } else {
            Type::Foreign(sym)
        })
    }

    /// A class by its name in the table.
    pub(super) fn class(&mut self, name: &str) -> Option<Sym> {
        if let Some(sym) = self.index.get(name) {
            let symbol = self.symbol(*sym);
            return match symbol.entry {
                Some(entry) if entry.sort == Sort::Class => Some(*sym),
                Some(entry) if entry.sort == Sort::Generic => self.class(entry.detail),
                _ => None,
            };
        }
        let (entry, origin) = self.find(name)?;
        match entry.sort {
            Sort::Class => Some(self.intern(entry.name, Some(entry), origin)),
            Sort::Generic => {
                let (entry, origin) = self.find(entry.detail)?;
                (entry.sort == Sort::Class).then(|| self.intern(entry.name, Some(entry), origin))
            }
            _ => None,
        }
    }

    pub(super) fn instance(&mut self, class: &str) -> Ty {
        self.instance_of(class, &[])
    }

    pub(super) fn instance_of(&mut self, class: &str, args: &[Ty]) -> Ty {
        match self.class(class) {
            Some(class) => {
                let args = self.types.list(args);
                self.types.add(Type::Instance(class, args))
            }
            None => UNKNOWN,
        }
    }

    // Types as the table writes them

    /// The type that `text` is in the notation of the table.
    pub(super) fn parse(&mut self, text: &str) -> Ty {
        if text.is_empty() {
            return UNKNOWN;
        }
        let mut rest = text;
        self.parse_union(&mut rest, 0)
    }

    fn parse_union(&mut self, rest: &mut &str, depth: u32) -> Ty {
        let mut ty = self.parse_one(rest, depth);
        while let Some(tail) = rest.strip_prefix('|') {
            *rest = tail;
            let other = self.parse_one(rest, depth);
            ty = self.types.union(ty, other);
        }
        ty
    }

    fn parse_one(&mut self, rest: &mut &str, depth: u32) -> Ty {
        let end = rest.find(['[', ']', ',', '|']).unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        *rest = tail;
        if name == "Literal" {
            return self.parse_literal(rest);
        }
        let mut args = Vec::new();
        let mut has_ellipsis = false;
        if let Some(tail) = rest.strip_prefix('[') {
            *rest = tail;
            if depth >= MAX_NESTING {
                *rest = "";
                return UNKNOWN;
            }
            loop {
                if rest.is_empty() {
                    break;
                }
                if let Some(tail) = rest.strip_prefix("...") {
                    *rest = tail;
                    has_ellipsis = true;
                    args.push(UNKNOWN);
                } else if rest.starts_with('[') {
                    // A parameter list: nobody asks what it says.
                    self.parse_one(rest, depth + 1);
                    args.push(UNKNOWN);
                } else {
                    let arg = self.parse_union(rest, depth + 1);
                    args.push(arg);
                }
                if let Some(tail) = rest.strip_prefix(',') {
                    *rest = tail;
                } else {
                    *rest = rest.strip_prefix(']').unwrap_or(rest);
                    break;
                }
            }
        }
        self.named_type(name, &args, has_ellipsis)
    }

    /// `["r","w"]`: kept as text, since only what is written in a call is compared with it.
    fn parse_literal(&mut self, rest: &mut &str) -> Ty {
        let mut is_quoted = false;
        let mut end = rest.len();
        for (index, byte) in rest.bytes().enumerate() {
            match byte {
                b'"' => is_quoted = !is_quoted,
                b']' if !is_quoted => {
                    end = index;
                    break;
                }
                _ => {}
            }
        }
        let inner = rest.get(1..end).unwrap_or("");
        *rest = rest.get(end + 1..).unwrap_or("");
        let word = self.word(inner);
        self.types.add(Type::Literal(word))
    }

    fn named_type(&mut self, name: &str, args: &[Ty], has_ellipsis: bool) -> Ty {
        match name {
            "" | "?" => return UNKNOWN,
            "Any" => return GRADUAL,
            "None" => return NONE,
            "Never" | "NoReturn" | "typing.NoReturn" | "typing.Never" => return NEVER,
            "Self" => return self.types.add(Type::Var(SELF, UNKNOWN)),
            "type" => {
                return match args.first() {
                    Some(arg) => self.class_of_instances(*arg),
                    None => self.instance("type"),
                };
            }
            "tuple" if !has_ellipsis && !args.is_empty() => {
                let args = self.types.list(args);
                return self.types.add(Type::Tuple(args));
            }
            "tuple" => {
                let item = args.first().copied();
                return self.instance_of("tuple", item.as_slice());
            }
            // Of a module of the user's: a type as a value that is no class.
            "typing.TypeAlias" if args.len() == 1 => {
                let ty = args.first().copied().unwrap_or(UNKNOWN);
                return self.types.add(Type::Alias(ty));
            }
            "typing.NewType" if args.len() == 1 => {
                let ty = args.first().copied().unwrap_or(UNKNOWN);
                return self.types.add(Type::Distinct(ty));
            }
            "collections.abc.Callable" | "typing.Callable" => {
                let result = args.last().copied().unwrap_or(UNKNOWN);
                return self.types.add(Type::Callable(result));
            }
            _ => {}
        }
        if let Some(class) = self.class(name) {
            let args = self.types.list(args);
            return self.types.add(Type::Instance(class, args));
        }
        if !name.contains('.') {
            let word = self.word(name);
            let bound = self.bounds.iter().find(|(known, _)| *known == word);
            let bound = bound.map_or(UNKNOWN, |(_, bound)| *bound);
            return self.types.add(Type::Var(word, bound));
        }
        match self.find(name) {
            Some((entry, _)) if entry.sort == Sort::Literals => {
                let word = self.word(entry.detail);
                self.types.add(Type::Literal(word))
            }
            _ => UNKNOWN,
        }
    }

    /// `type[X]` for `X`: the classes whose instances these are.
    pub(super) fn class_of_instances(&mut self, ty: Ty) -> Ty {
        let mut classes = NEVER;
        for member in self.types.members(ty).iter() {
            let class = match self.types.get(member) {
                Type::Instance(class, args) => self.types.add(Type::Class(class, args)),
                Type::UserInstance(class, args) => self.types.add(Type::UserClass(class, args)),
                Type::Tuple(_) => match self.class("tuple") {
                    Some(class) => self.types.add(Type::Class(class, EMPTY)),
                    None => UNKNOWN,
                },
                // `type[T]` stays what `T` will turn out to be.
                Type::Var(word, bound) => self.types.add(Type::ClassOf(word, bound)),
                Type::Gradual => GRADUAL,
                _ => UNKNOWN,
            };
            classes = self.types.union(classes, class);
        }
        classes
    }

    // Classes

    pub(super) fn class_info(&mut self, class: Sym) -> Arc<ClassInfo> {
        if let Some(info) = &self.symbol(class).class {
            return Arc::clone(info);
        }
        let entry = self
            .symbol(class)
            .entry
            .filter(|entry| entry.sort == Sort::Class);
        let params = entry.into_iter().flat_map(|entry| entry.type_params());
        let params: Vec<Ty> = params
            .map(|param| {
                let word = self.word(param.trim_start_matches('*'));
                self.types.add(Type::Var(word, UNKNOWN))
            })
            .collect();
        let args = self.types.list(&params);
        let own = self.types.add(Type::Instance(class, args));
        if self.depth >= MAX_DEPTH {
            return Arc::new(ClassInfo {
                params,
                mro: vec![own, UNKNOWN],
            });
        }
        self.depth += 1;
        self.classes_open += 1;
        // Against a class that is its own base.
        self.symbols[class.0 as usize].class = Some(Arc::new(ClassInfo {
            params: params.clone(),
            mro: vec![own],
        }));
        let mut lists = Vec::new();
        let mut direct = Vec::new();
        for base in entry.into_iter().flat_map(|entry| entry.bases()) {
            let base = self.parse(base);
            direct.push(base);
            lists.push(self.mro(base).to_vec());
        }
        if direct.is_empty() && &*self.symbol(class).name != "object" && entry.is_some() {
            let object = self.instance("object");
            direct.push(object);
            lists.push(vec![object]);
        }
        lists.push(direct);
        let mut mro = vec![own];
        self.merge(&mut mro, lists);
        let info = Arc::new(ClassInfo { params, mro });
        self.classes_open -= 1;
        self.depth -= 1;
        self.symbols[class.0 as usize].class = Some(Arc::clone(&info));
        info
    }

    /// An instance's class and its bases in the order of look-up, with their arguments.
    pub(super) fn mro(&mut self, ty: Ty) -> Arc<[Ty]> {
        if let Some(mro) = self.mros.get(&ty) {
            return Arc::clone(mro);
        }
        let mro: Arc<[Ty]> = self.find_mro(ty).into();
        // While a class is being looked at, its bases are not all there.
        if self.classes_open == 0 {
            self.mros.insert(ty, Arc::clone(&mro));
        }
        mro
    }

    fn find_mro(&mut self, ty: Ty) -> Vec<Ty> {
        match self.types.get(ty) {
            Type::Instance(class, args) => {
                let info = self.class_info(class);
                self.specialise(&info, args)
            }
            Type::UserInstance(class, args) => {
                let info = self.user_class_info(class);
                self.specialise(&info, args)
            }
            Type::Tuple(items) => {
                let item = self.union_of_list(items);
                let tuple = self.instance_of("tuple", &[item]);
                self.find_mro(tuple)
            }
            _ => vec![UNKNOWN],
        }
    }

    fn specialise(&mut self, info: &ClassInfo, args: Tys) -> Vec<Ty> {
        if info.params.is_empty() {
            return info.mro.clone();
        }
        let map = self.arguments(info, args);
        info.mro
            .iter()
            .map(|base| self.substitute(*base, &map))
            .collect()
    }

    /// What each type parameter of a class is for these arguments.
    pub(super) fn arguments(&self, info: &ClassInfo, args: Tys) -> Vec<(Word, Ty)> {
        let args = self.types.items(args);
        info.params
            .iter()
            .enumerate()
            .filter_map(|(index, param)| match self.types.get(*param) {
                Type::Var(word, _) => Some((word, args.get(index).copied().unwrap_or(GRADUAL))),
                _ => None,
            })
            .collect()
    }

    pub(super) fn union_of_list(&mut self, items: Tys) -> Ty {
        let mut all = NEVER;
        for index in 0..self.types.items(items).len() {
            if let Some(item) = self.types.item(items, index) {
                all = self.types.union(all, item);
            }
        }
        if all == NEVER { UNKNOWN } else { all }
    }

    /// The C3 linearisation (<https://docs.python.org/3/howto/mro.html>), appended to `mro`; where the bases allow
    /// none, one that is as near as can be.
    pub(super) fn merge(&mut self, mro: &mut Vec<Ty>, mut lists: Vec<Vec<Ty>>) {
        while mro.len() < MAX_MRO {
            lists.retain(|list| !list.is_empty());
            let heads = lists.iter().map(|list| list[0]);
            let candidate = heads.clone().find(|head| {
                lists.iter().all(|list| {
                    !list[1..]
                        .iter()
                        .any(|other| self.is_same_class(*head, *other))
                })
            });
            let Some(next) = candidate.or_else(|| heads.clone().next()) else {
                return;
            };
            for list in &mut lists {
                list.retain(|other| !self.is_same_class(next, *other));
            }
            mro.push(next);
        }
    }

    pub(super) fn is_same_class(&self, one: Ty, other: Ty) -> bool {
        if one == other {
            return true;
        }
        match (self.types.get(one), self.types.get(other)) {
            (Type::Instance(one, _), Type::Instance(other, _)) => one == other,
            (Type::UserInstance(one, _), Type::UserInstance(other, _)) => one == other,
            _ => false,
        }
    }

    /// The type arguments with which an instance is one of the class `base`, if it is.
    pub(super) fn as_base(&mut self, ty: Ty, base: Sym) -> Option<Tys> {
        if let Type::Instance(class, args) = self.types.get(ty)
            && class == base
        {
            return Some(args);
        }
        let mro = self.mro(ty);
        mro.iter().find_map(|ty| match self.types.get(*ty) {
            Type::Instance(class, args) if class == base => Some(args),
            _ => None,
        })
    }

    /// Replaces type variables by what they are.
    pub(super) fn substitute(&mut self, ty: Ty, map: &[(Word, Ty)]) -> Ty {
        if map.is_empty() {
            return ty;
        }
        self.substitute_within(ty, map, false, 0)
    }

    /// The same, and variables that the map does not know are unknown.
    pub(super) fn solve_with(&mut self, ty: Ty, map: &[(Word, Ty)]) -> Ty {
        self.substitute_within(ty, map, true, 0)
    }

    fn substitute_within(&mut self, ty: Ty, map: &[(Word, Ty)], erases: bool, depth: u32) -> Ty {
        if !self.types.has_var(ty) {
            return ty;
        }
        if depth > MAX_NESTING {
            return UNKNOWN;
        }
        let list = |resolver: &mut Self, args: Tys| {
            if args == EMPTY {
                return args;
            }
            let mut changed = Vec::new();
            for index in 0..resolver.types.items(args).len() {
                if let Some(arg) = resolver.types.item(args, index) {
                    let arg = resolver.substitute_within(arg, map, erases, depth + 1);
                    changed.push(arg);
                }
            }
            resolver.types.list(&changed)
        };
        let changed = match self.types.get(ty) {
            Type::Var(word, _) => {
                return map
                    .iter()
                    .find(|(known, _)| *known == word)
                    .map_or(if erases { UNKNOWN } else { ty }, |(_, ty)| *ty);
            }
            Type::ClassOf(word, _) => {
                return match map.iter().find(|(known, _)| *known == word) {
                    Some((_, ty)) => self.class_of_instances(*ty),
                    None if erases => UNKNOWN,
                    None => ty,
                };
            }
            Type::Instance(class, args) => Type::Instance(class, list(self, args)),
            Type::Class(class, args) => Type::Class(class, list(self, args)),
            Type::UserInstance(class, args) => Type::UserInstance(class, list(self, args)),
            Type::UserClass(class, args) => Type::UserClass(class, list(self, args)),
            Type::Tuple(items) => Type::Tuple(list(self, items)),
            Type::Alias(inner) => {
                Type::Alias(self.substitute_within(inner, map, erases, depth + 1))
            }
            Type::Callable(result) => {
                Type::Callable(self.substitute_within(result, map, erases, depth + 1))
            }
            Type::Union(items) => {
                let mut all = NEVER;
                for index in 0..self.types.items(items).len() {
                    if let Some(item) = self.types.item(items, index) {
                        let item = self.substitute_within(item, map, erases, depth + 1);
                        all = self.types.union(all, item);
                    }
                }
                return all;
            }
            _ => return ty,
        };
        self.types.add(changed)
    }

    // Signatures

    pub(super) fn signatures(&mut self, function: Sym) -> Arc<[Signature]> {
        if let Some(signatures) = &self.symbol(function).signatures {
            return Arc::clone(signatures);
        }
        let entry = self.symbol(function).entry;
        let signatures: Arc<[Signature]> = entry
            .into_iter()
            .flat_map(|entry| entry.overloads())
            .map(|overload| self.signature(overload))
            .collect();
        self.symbols[function.0 as usize].signatures = Some(Arc::clone(&signatures));
        signatures
    }

    fn signature(&mut self, overload: Overload<'_>) -> Signature {
        let mut receiver = Receiver::Plain;
        let mut params = Vec::new();
        self.bounds.clear();
        for (name, bound) in overload.bounds() {
            let word = self.word(name);
            let bound = self.parse(bound);
            self.bounds.push((word, bound));
        }
        for param in overload.params() {
            let ty = self.parse(param.kind);
            let (kind, name) = match param.slot {
                Slot::Static => {
                    receiver = Receiver::Static;
                    continue;
                }
                Slot::Receiver { is_class } => {
                    receiver = match (param.kind, is_class) {
                        ("", _) => Receiver::Class,
                        (_, true) => Receiver::TypedClass(ty),
                        (_, false) => Receiver::Typed(ty),
                    };
                    continue;
                }
                Slot::Positional(index, name) => (ParamKind::Positional(index), name),
                Slot::Keyword(name) => (ParamKind::Keyword, name),
                Slot::Rest(index) => (ParamKind::Arguments(index), ""),
                Slot::Keywords => (ParamKind::Keywords, ""),
            };
            let name = (!name.is_empty()).then(|| self.word(name));
            params.push(Param {
                kind,
                name,
                ty,
                has_default: param.has_default,
            });
        }
        let result = self.parse(overload.result);
        self.bounds.clear();
        Signature {
            receiver,
            params,
            result,
        }
    }

    // Modules and paths

    pub(super) fn module(&mut self, path: &str) -> Ty {
        if let Some(entry) = symbols::module(path).and_then(symbols::find) {
            let sym = self.intern_as(path, entry.name, Some(entry), Origin::Library);
            return self.types.add(Type::Module(sym));
        }
        if let Some((entry, Origin::Workspace)) = self.find(path)
            && entry.sort == Sort::Module
        {
            let sym = self.intern(path, Some(entry), Origin::Workspace);
            return self.types.add(Type::Module(sym));
        }
        let sym = self.intern(path, None, Origin::Foreign);
        self.types.add(Type::Foreign(sym))
    }

    /// The dotted path of an import statement: a module, or something in one.
    pub(super) fn path(&mut self, path: &str) -> Ty {
        if symbols::module(path).is_some() {
            return self.module(path);
        }
        match path.rsplit_once('.') {
            Some((package, name)) if symbols::module(package).is_some() => {
                self.import_from(package, name)
            }
            _ if self.is_workspace(path) => self.module(path),
            Some(_) => self.foreign(path),
            None => self.module(path),
        }
    }

    pub(super) fn is_workspace(&self, path: &str) -> bool {
        self.workspace.is_some_and(|workspace| {
            (workspace.table)(path).is_some_and(|table| table.lookup(path).is_some())
        })
    }

    /// `from . import name` and `from .module import name`.
    pub(super) fn relative(&mut self, module: Option<&str>, level: u32, name: &str) -> Ty {
        let Some(mut path) = self.absolute(module, level) else {
            return UNKNOWN;
        };
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        // What is beside a file of the user's is the user's, whatever the library calls by the same name.
        match self.find_in_workspace(&path) {
            Some((entry, origin)) => self.entry(entry, origin),
            None if self.workspace.is_some_and(|workspace| workspace.symbolic) => {
                self.foreign(&path)
            }
            None => UNKNOWN,
        }
    }

    /// The dotted name of a module that is named from the package of this file.
    pub(super) fn absolute(&self, module: Option<&str>, level: u32) -> Option<String> {
        let mut package = self.workspace?.package;
        for _ in 1..level {
            package = package.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
        let mut path = package.to_owned();
        if let Some(module) = module {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(module);
        }
        Some(path)
    }

    pub(super) fn import_from(&mut self, module: &str, name: &str) -> Ty {
        let path = self.join(module, name);
        let ty = match self.imports.get(path.as_str()) {
            Some(known) => *known,
            None => {
                let ty = self.import_from_table(module, name);
                self.imports.insert(path.as_str().into(), ty);
                ty
            }
        };
        self.path = path;
        ty
    }

    /// The path of a member, in a buffer that is used again and again.
    pub(super) fn join(&mut self, owner: &str, name: &str) -> String {
        let mut path = std::mem::take(&mut self.path);
        path.clear();
        path.push_str(owner);
        path.push('.');
        path.push_str(name);
        path
    }

    fn import_from_table(&mut self, module: &str, name: &str) -> Ty {
        // What newer Pythons have is lent to older ones under other names.
        let lender = match module {
            "typing_extensions" => Some("typing"),
            "_typeshed.wsgi" => Some("wsgiref.types"),
            _ => None,
        };
        if let Some(lender) = lender {
            for module in [lender, "collections.abc", "warnings", "types"] {
                if let Some(entry) = symbols::find(&format!("{module}.{name}")) {
                    return self.entry(entry, Origin::Library);
                }
            }
        }
        if module == "builtins" {
            return self.builtin(name).unwrap_or(UNKNOWN);
        }
        let path = format!("{module}.{name}");
        match symbols::module(module) {
            Some(public) => {
                let entry = symbols::find(&format!("{public}.{name}"))
                    // `_thread.lock`: the implementation's own name for what is public elsewhere.
                    .or_else(|| symbols::find(&path));
                match entry {
                    Some(entry) => self.entry(entry, Origin::Library),
                    None if symbols::module(&path).is_some() => self.module(&path),
                    None => UNKNOWN,
                }
            }
            None if symbols::is_known_package(module) => {
                let canonical = symbols::canonical(&path);
                match symbols::find(&canonical) {
                    Some(entry) => self.entry(entry, Origin::Library),
                    None => self.foreign(&canonical),
                }
            }
            None => match self.find(&path) {
                Some((entry, origin)) => self.entry(entry, origin),
                None if self.is_workspace(module) => UNKNOWN,
                None => self.foreign(&path),
            },
        }
    }

    pub(super) fn builtin(&mut self, name: &str) -> Option<Ty> {
        let entry = symbols::builtin(name)?;
        Some(self.entry(entry, Origin::Library))
    }
}

/// CapWords, as PEP 8 writes classes: `ClientSession`, not `MAX_SIZE` nor `get`.
fn looks_like_class(name: &str) -> bool {
    name.starts_with(|first: char| first.is_uppercase())
        && name.contains(|letter: char| letter.is_lowercase())
}
