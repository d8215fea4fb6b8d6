//! What a definition is called: which module binds it, under how many names, and which of those is the public one.
//!
//! Knows scopes; must not know types.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ruff_python_ast::{self as ast, Expr};

use super::model::{Class, Def, Library};

/// A definition by the module and the dotted name below it that define it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id {
    pub module: String,
    pub name: String,
}

impl Id {
    pub fn new(module: &str, name: &str) -> Self {
        Self {
            module: module.to_owned(),
            name: name.to_owned(),
        }
    }

    pub fn inner(&self, name: &str) -> Self {
        Self {
            module: self.module.clone(),
            name: format!("{}.{name}", self.name),
        }
    }

    fn last(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(&self.name)
    }
}

/// What a name stands for after all imports and renamings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Definition(Id),
    Module(String),
}

/// The rules that code cannot find out: `names.txt`.
#[derive(Default)]
pub struct Rules {
    /// Public names that are preferred to what the order of [`Names::best`] gives.
    pub preferred: BTreeMap<String, String>,
    /// Modules that nobody is told about although their names look public.
    pub undocumented: BTreeSet<String>,
    /// Implementation modules that are one with a public one.
    pub modules: BTreeMap<String, String>,
    /// Names that are not to be there.
    pub without: BTreeSet<String>,
    /// Documented names that look private.
    pub public: BTreeSet<String>,
    /// Packages that exist for stubs alone, and third-party ones: their own names are left out.
    pub internal: BTreeSet<String>,
}

pub struct Names<'a> {
    pub library: &'a Library,
    pub rules: Rules,
    /// All names of each definition, as (module, name).
    pub bound: BTreeMap<Id, Vec<(String, String)>>,
    canonical: HashMap<Id, String>,
    /// Private bases that are one with their public subclass.
    merged: HashMap<Id, Id>,
}

impl Rules {
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rules = Self::default();
        for (index, line) in text.lines().enumerate() {
            let words: Vec<&str> = line
                .split('#')
                .next()
                .unwrap_or("")
                .split_whitespace()
                .collect();
            match words[..] {
                [] => {}
                ["name", from, to] => {
                    rules.preferred.insert(from.to_owned(), to.to_owned());
                }
                ["undocumented", module] => {
                    rules.undocumented.insert(module.to_owned());
                }
                ["module", from, to] => {
                    rules.modules.insert(from.to_owned(), to.to_owned());
                }
                ["public", name] => {
                    rules.public.insert(name.to_owned());
                }
                ["internal", package] => {
                    rules.internal.insert(package.to_owned());
                }
                ["without", name] => {
                    rules.without.insert(name.to_owned());
                }
                _ => return Err(format!("names.txt:{}: cannot read `{line}`", index + 1)),
            }
        }
        Ok(rules)
    }
}

pub fn is_private(word: &str) -> bool {
    word.starts_with('_') && !word.starts_with("__")
}

/// Modules that are private by their names, or by the names of their packages.
pub fn is_private_module(path: &str) -> bool {
    path.split('.').any(is_private)
}

impl<'a> Names<'a> {
    pub fn new(library: &'a Library, rules: Rules) -> Self {
        let mut names = Self {
            library,
            rules,
            bound: BTreeMap::new(),
            canonical: HashMap::new(),
            merged: HashMap::new(),
        };
        for module in library.modules.keys() {
            for name in names.bound_in(module) {
                if !names.is_offered(module, &name) {
                    continue;
                }
                if let Some(Target::Definition(id)) = names.lookup(module, &name) {
                    let places = names.bound.entry(id).or_default();
                    places.push((module.clone(), name));
                }
            }
        }
        names.merge_bases();
        let ids: Vec<Id> = names.bound.keys().cloned().collect();
        for id in ids {
            let best = names.best(&id);
            names.canonical.insert(id, best);
        }
        names
    }

    /// Every name of a module, those of star imports included.
    fn bound_in(&self, module: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        if let Some(scope) = self.library.modules.get(module) {
            found.extend(scope.names.keys().cloned());
            for star in &scope.stars {
                if star != module {
                    let inner = self.bound_in(star);
                    found.extend(
                        inner
                            .into_iter()
                            .filter(|name| self.is_exported(star, name)),
                    );
                }
            }
        }
        found
    }

    /// Whether a module offers a name to others: by `__all__`, else by binding it under a public name.
    pub fn is_exported(&self, module: &str, name: &str) -> bool {
        let Some(scope) = self.library.modules.get(module) else {
            return false;
        };
        if scope.all.as_ref().is_some_and(|all| all.contains(name)) {
            return true;
        }
        let by_star = scope
            .stars
            .iter()
            .any(|star| star != module && self.is_exported(star, name));
        match scope.names.get(name) {
            Some(Def::From { public, .. } | Def::Module { public, .. }) => *public || by_star,
            Some(_) => by_star || scope.all.is_none() && !is_private(name),
            None => by_star,
        }
    }

    /// Whether a name is more than an import for the module's own use.
    pub fn is_offered(&self, module: &str, name: &str) -> bool {
        let def = self
            .library
            .modules
            .get(module)
            .and_then(|scope| scope.names.get(name));
        let is_import = matches!(def, Some(Def::From { .. } | Def::Module { .. }));
        def.is_some() && !is_import || self.is_exported(module, name)
    }

    pub fn def(&self, id: &Id) -> Option<&'a Def> {
        let mut scope = self.library.modules.get(&id.module)?;
        let mut words = id.name.split('.').peekable();
        loop {
            let def = scope.names.get(words.next()?)?;
            if words.peek().is_none() {
                return Some(def);
            }
            match def {
                Def::Class(class) => scope = &class.scope,
                _ => return None,
            }
        }
    }

    pub fn class(&self, id: &Id) -> Option<&'a Class> {
        match self.def(id) {
            Some(Def::Class(class)) => Some(class),
            _ => None,
        }
    }

    /// What `name` is in a module.
    pub fn lookup(&self, module: &str, name: &str) -> Option<Target> {
        self.lookup_within(module, name, 0)
    }

    fn lookup_within(&self, module: &str, name: &str, depth: usize) -> Option<Target> {
        if depth > 20 {
            return None;
        }
        let scope = self.library.modules.get(module)?;
        if let Some(def) = scope.names.get(name) {
            return match def {
                Def::From {
                    module: from,
                    name: original,
                    ..
                } => {
                    let path = format!("{from}.{original}");
                    // `from . import path as _path` beside `path = _path`
                    if from == module && self.library.is_module(&path) {
                        return Some(Target::Module(path));
                    }
                    if (from != module || original != name)
                        && let Some(target) = self.lookup_within(from, original, depth + 1)
                    {
                        return Some(target);
                    }
                    self.library
                        .is_module(&path)
                        .then_some(Target::Module(path))
                }
                Def::Module { path, .. } => Some(Target::Module(path.clone())),
                Def::Variable {
                    annotation,
                    value: Some(value),
                } if is_plain(*annotation) => {
                    let renamed = match value {
                        Expr::Name(other) if other.id.as_str() == name => None,
                        _ => self.dotted(module, value, depth + 1),
                    };
                    match renamed {
                        Some(Target::Module(path)) => Some(Target::Module(path)),
                        // Only what is defined as such keeps its name: a variable that holds another is its own.
                        Some(Target::Definition(id))
                            if matches!(
                                self.def(&id),
                                Some(Def::Class(_) | Def::Function(_) | Def::TypeAlias(_))
                            ) && (!id.name.contains('.') || self.class(&id).is_some()) =>
                        {
                            Some(Target::Definition(id))
                        }
                        _ => Some(Target::Definition(Id::new(module, name))),
                    }
                }
                _ => Some(Target::Definition(Id::new(module, name))),
            };
        }
        for star in &scope.stars {
            if star != module
                && self.is_exported(star, name)
                && let Some(target) = self.lookup_within(star, name, depth + 1)
            {
                return Some(target);
            }
        }
        let path = format!("{module}.{name}");
        self.library
            .is_module(&path)
            .then_some(Target::Module(path))
    }

    /// What a dotted expression is in a module or among the builtins.
    fn dotted(&self, module: &str, expr: &Expr, depth: usize) -> Option<Target> {
        match expr {
            Expr::Name(name) => self
                .lookup_within(module, name.id.as_str(), depth)
                .or_else(|| self.lookup_within("builtins", name.id.as_str(), depth)),
            Expr::Attribute(attribute) => {
                let owner = self.dotted(module, &attribute.value, depth)?;
                self.inside(&owner, attribute.attr.as_str(), depth)
            }
            _ => None,
        }
    }

    fn inside(&self, owner: &Target, name: &str, depth: usize) -> Option<Target> {
        match owner {
            Target::Module(path) => self.lookup_within(path, name, depth + 1),
            Target::Definition(id) => {
                let inner = id.inner(name);
                self.def(&inner).map(|_| Target::Definition(inner))
            }
        }
    }

    /// What a dotted expression is, seen from inside the classes `around` of a module.
    pub fn resolve(&self, module: &str, around: &[String], expr: &Expr) -> Option<Target> {
        match expr {
            Expr::Name(name) => {
                let name = name.id.as_str();
                for depth in (1..=around.len()).rev() {
                    let id = Id::new(module, &format!("{}.{name}", around[..depth].join(".")));
                    match self.def(&id) {
                        Some(Def::Class(_) | Def::TypeAlias(_)) => {
                            return Some(Target::Definition(id));
                        }
                        Some(Def::Variable {
                            value: Some(value),
                            annotation,
                        }) if is_plain(*annotation) => {
                            let is_itself = value
                                .as_name_expr()
                                .is_some_and(|value| value.id.as_str() == name);
                            return if is_itself {
                                self.dotted(module, value, 0)
                            } else {
                                Some(Target::Definition(id))
                            };
                        }
                        _ => {}
                    }
                }
                self.dotted(module, expr, 0)
            }
            Expr::Attribute(attribute) => {
                let owner = self.resolve(module, around, &attribute.value)?;
                self.inside(&owner, attribute.attr.as_str(), 0)
            }
            Expr::Subscript(subscript) => self.resolve(module, around, &subscript.value),
            _ => None,
        }
    }

    /// `class socket(_socket.socket)`: a private base of the same name, or of that name with an underscore, is the class itself.
    fn merge_bases(&mut self) {
        let mut merged = HashMap::new();
        for id in self.bound.keys() {
            let Some(class) = self.class(id) else {
                continue;
            };
            if is_private_module(&id.module) || is_private(id.last()) {
                continue;
            }
            for base in class.node.bases() {
                let Some(Target::Definition(base)) = self.resolve(&id.module, &[], base) else {
                    continue;
                };
                let same = base.last().trim_start_matches('_') == id.last();
                if same
                    && base != *id
                    && (is_private_module(&base.module) || is_private(base.last()))
                {
                    merged.insert(base, id.clone());
                }
            }
        }
        for (from, to) in self.rules.preferred.clone() {
            // `name a.B c.D` of two classes, where the second is a subclass of the first.
            let (Some(from), Some(to)) = (self.path(&from), self.path(&to)) else {
                continue;
            };
            if from != to && self.class(&from).is_some() && self.class(&to).is_some() {
                merged.insert(from, to);
            }
        }
        self.merged = merged;
    }

    /// The definition of a dotted name as someone would import it.
    fn path(&self, path: &str) -> Option<Id> {
        let (module, name) = path.rsplit_once('.').unwrap_or(("builtins", path));
        match self.lookup(module, name) {
            Some(Target::Definition(id)) => Some(id),
            _ => None,
        }
    }

    /// The class that a private base is one with.
    pub fn one_with(&self, id: &Id) -> Option<&Id> {
        self.merged.get(id)
    }

    /// What else counts as the body of a class.
    pub fn merged_into(&self, id: &Id) -> Vec<Id> {
        let mut found: Vec<Id> = self
            .merged
            .iter()
            .filter(|(_, to)| *to == id)
            .map(|(from, _)| from.clone())
            .collect();
        found.sort();
        found
    }

    fn best(&self, id: &Id) -> String {
        if let Some(public) = self.merged.get(id) {
            return self.best(public);
        }
        let own = join(&id.module, &id.name);
        if let Some(preferred) = self.rules.preferred.get(&own) {
            return preferred.clone();
        }
        if let Some(public) = self.rules.modules.get(&id.module)
            && self.lookup(public, &id.name).is_some()
        {
            return join(public, &id.name);
        }
        let places = self.bound.get(id).map_or(&[][..], Vec::as_slice);
        let best = places.iter().min_by_key(|(module, name)| {
            let path = join(module, name);
            (
                !self
                    .rules
                    .preferred
                    .values()
                    .any(|preferred| *preferred == path),
                is_private_module(module) || self.rules.modules.contains_key(module),
                is_private(name),
                self.rules.undocumented.contains(module),
                !self.is_exported(module, name),
                // The abstract classes live in `typing` only for the stubs.
                module != "collections.abc" && module != "builtins",
                name != id.last(),
                module != "builtins",
                module.split('.').count(),
                *module != id.module,
                path,
            )
        });
        best.map_or(own, |(module, name)| join(module, name))
    }

    /// Whether a definition is what its public name leads to: `ntpath.join` has the name of `posixpath.join`.
    pub fn is_first(&self, id: &Id) -> bool {
        let public = self.canonical(id);
        let (module, name) = public.rsplit_once('.').unwrap_or(("builtins", &public));
        self.lookup(module, name) == Some(Target::Definition(id.clone()))
    }

    /// The public name of a definition.
    pub fn canonical(&self, id: &Id) -> String {
        if let Some(name) = self.canonical.get(id) {
            return name.clone();
        }
        match id.name.rsplit_once('.') {
            Some((owner, name)) => {
                let own = join(&id.module, &id.name);
                if let Some(preferred) = self.rules.preferred.get(&own) {
                    return preferred.clone();
                }
                format!("{}.{name}", self.canonical(&Id::new(&id.module, owner)))
            }
            None => self.best(id),
        }
    }
}

/// Builtins are bare. Private ones are not: a bare name that is no builtin is a type variable.
pub fn join(module: &str, name: &str) -> String {
    if module == "builtins" && !is_private(name) {
        name.to_owned()
    } else {
        format!("{module}.{name}")
    }
}

/// An assignment that may only give another name: `X = Y` or `X: TypeAlias = Y`.
pub fn is_plain(annotation: Option<&Expr>) -> bool {
    annotation.is_none_or(|annotation| match annotation {
        Expr::Name(name) => name.id.as_str() == "TypeAlias",
        Expr::Attribute(ast::ExprAttribute { attr, .. }) => attr.as_str() == "TypeAlias",
        _ => false,
    })
}
