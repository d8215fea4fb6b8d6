//! Stubs to scopes: what each module of typeshed binds, over all supported versions and platforms.
//!
//! Knows Python's statements; must not know how names and types are written in the table.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ruff_python_ast::{self as ast, Expr, Stmt};

/// Minor versions of Python 3 that the table speaks for, the one that wins first.
const VERSIONS: &[i64] = &[15, 14, 13, 12, 11];
/// Platforms, the one that wins first.
const PLATFORMS: &[&str] = &["linux", "darwin", "win32"];

/// The condition under which a stub is read.
#[derive(Clone, Copy)]
struct Condition {
    minor: i64,
    platform: &'static str,
}

/// The trees live as long as the program, which ends when the table is written.
pub type Node<T> = &'static T;

#[derive(Clone)]
pub enum Def {
    Class(Class),
    /// Several are overloads.
    Function(Vec<Node<ast::StmtFunctionDef>>),
    Variable {
        annotation: Option<Node<Expr>>,
        value: Option<Node<Expr>>,
    },
    TypeAlias(Node<ast::StmtTypeAlias>),
    /// `from module import name`; public where the stub says `as name`.
    From {
        module: String,
        name: String,
        public: bool,
    },
    Module {
        path: String,
        public: bool,
    },
}

#[derive(Clone)]
pub struct Class {
    pub node: Node<ast::StmtClassDef>,
    pub scope: Scope,
}

#[derive(Clone, Default)]
pub struct Scope {
    pub names: BTreeMap<String, Def>,
    /// `__all__`, if there is one.
    pub all: Option<BTreeSet<String>>,
    pub stars: Vec<String>,
}

/// All modules by their dotted names.
#[derive(Default)]
pub struct Library {
    pub modules: BTreeMap<String, Scope>,
}

/// The source of a stub.
pub struct Stub {
    /// What to call it in an error.
    pub place: String,
    pub module: String,
    pub is_package: bool,
    pub source: String,
}

struct Walker<'a> {
    condition: Condition,
    module: &'a str,
    is_package: bool,
    /// `__all__ += other.__all__`
    all_of: Vec<String>,
}

impl Library {
    /// Reads stubs. Where two describe one module, what the first says holds, and the second adds to it.
    pub fn read(stubs: &[Stub]) -> Result<Self, String> {
        let mut library = Self::default();
        for stub in stubs {
            let suite = parse(stub)?;
            library.add(&stub.module, stub.is_package, suite);
        }
        Ok(library)
    }

    fn add(&mut self, module: &str, is_package: bool, suite: Node<[Stmt]>) {
        for platform in PLATFORMS {
            for minor in VERSIONS {
                let mut walker = Walker {
                    condition: Condition {
                        minor: *minor,
                        platform,
                    },
                    module,
                    is_package,
                    all_of: Vec::new(),
                };
                let mut scope = Scope::default();
                walker.suite(suite, &mut scope);
                for other in walker.all_of {
                    let names = self.modules.get(&other).and_then(|other| other.all.clone());
                    scope
                        .all
                        .get_or_insert_default()
                        .extend(names.into_iter().flatten());
                }
                self.modules
                    .entry(module.to_owned())
                    .or_default()
                    .merge(scope);
            }
        }
    }

    pub fn is_module(&self, path: &str) -> bool {
        self.modules.contains_key(path)
    }
}

impl Scope {
    /// Adds what an earlier scope does not know.
    fn merge(&mut self, other: Self) {
        for (name, def) in other.names {
            match (self.names.get_mut(&name), def) {
                (Some(Def::Class(known)), Def::Class(class)) => {
                    // A class of the overlay that names no bases only adds to the stub's.
                    if known.node.arguments.is_none() && known.node.type_params.is_none() {
                        known.node = class.node;
                    }
                    known.scope.merge(class.scope);
                }
                (Some(_), _) => {}
                (None, def) => {
                    self.names.insert(name, def);
                }
            }
        }
        if let Some(all) = other.all {
            self.all.get_or_insert_default().extend(all);
        }
        for star in other.stars {
            if !self.stars.contains(&star) {
                self.stars.push(star);
            }
        }
    }
}

impl Walker<'_> {
    fn suite(&mut self, suite: Node<[Stmt]>, scope: &mut Scope) {
        for stmt in suite {
            self.stmt(stmt, scope);
        }
    }

    fn stmt(&mut self, stmt: Node<Stmt>, scope: &mut Scope) {
        match stmt {
            Stmt::If(branch) => self.branch(branch, scope),
            Stmt::Try(attempt) => self.suite(&attempt.body, scope),
            Stmt::With(with) => self.suite(&with.body, scope),
            Stmt::ClassDef(node) => {
                let mut inner = Scope::default();
                self.suite(&node.body, &mut inner);
                let class = Class { node, scope: inner };
                scope.names.insert(node.name.to_string(), Def::Class(class));
            }
            Stmt::FunctionDef(node) => function(node, scope),
            Stmt::AnnAssign(assign) => {
                if let Expr::Name(name) = &*assign.target {
                    let def = Def::Variable {
                        annotation: Some(&assign.annotation),
                        value: assign.value.as_deref(),
                    };
                    scope.names.insert(name.id.to_string(), def);
                }
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    let Expr::Name(name) = target else { continue };
                    if name.id.as_str() == "__all__" {
                        scope.all = Some(BTreeSet::new());
                        self.all(&assign.value, scope);
                        continue;
                    }
                    let def = Def::Variable {
                        annotation: None,
                        value: Some(&assign.value),
                    };
                    scope.names.insert(name.id.to_string(), def);
                }
            }
            Stmt::AugAssign(assign)
                if assign
                    .target
                    .as_name_expr()
                    .is_some_and(|name| name.id.as_str() == "__all__") =>
            {
                self.all(&assign.value, scope);
            }
            Stmt::TypeAlias(alias) => {
                if let Expr::Name(name) = &*alias.name {
                    scope
                        .names
                        .insert(name.id.to_string(), Def::TypeAlias(alias));
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let path = alias.name.as_str();
                    let (name, path) = match &alias.asname {
                        Some(name) => (name.as_str(), path),
                        None => {
                            let top = path.split('.').next().unwrap_or(path);
                            (top, top)
                        }
                    };
                    let def = Def::Module {
                        path: path.to_owned(),
                        public: alias
                            .asname
                            .as_ref()
                            .is_some_and(|name| *name == alias.name),
                    };
                    scope.names.insert(name.to_owned(), def);
                }
            }
            Stmt::ImportFrom(import) => self.import(import, scope),
            _ => {}
        }
    }

    fn import(&self, import: &'static ast::StmtImportFrom, scope: &mut Scope) {
        let mut module = import
            .module
            .as_ref()
            .map_or("", |module| module.as_str())
            .to_owned();
        if import.level > 0 {
            let mut parts: Vec<&str> = self.module.split('.').collect();
            let up = import.level as usize - usize::from(self.is_package);
            parts.truncate(parts.len().saturating_sub(up));
            if !module.is_empty() {
                parts.push(&module);
            }
            module = parts.join(".");
        }
        for alias in &import.names {
            let name = alias.name.as_str();
            if name == "*" {
                scope.stars.push(module.clone());
                continue;
            }
            if name == "__all__" {
                // Beside a star import: what that exports is exported here.
                continue;
            }
            let bound = alias.asname.as_ref().map_or(name, |name| name.as_str());
            let def = Def::From {
                module: module.clone(),
                name: name.to_owned(),
                public: alias
                    .asname
                    .as_ref()
                    .is_some_and(|bound| bound.as_str() == name),
            };
            scope.names.insert(bound.to_owned(), def);
        }
    }

    fn all(&mut self, value: &Expr, scope: &mut Scope) {
        let all = scope.all.get_or_insert_default();
        match value {
            Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
                let names = elts.iter().filter_map(|name| name.as_string_literal_expr());
                all.extend(names.map(|name| name.value.to_str().to_owned()));
            }
            Expr::BinOp(sum) => {
                self.all(&sum.left, scope);
                self.all(&sum.right, scope);
            }
            Expr::Attribute(attribute) if attribute.attr.as_str() == "__all__" => {
                if let Expr::Name(module) = &*attribute.value {
                    let path = match scope.names.get(module.id.as_str()) {
                        Some(Def::Module { path, .. }) => path.clone(),
                        Some(Def::From { module, name, .. }) => format!("{module}.{name}"),
                        _ => return,
                    };
                    self.all_of.push(path);
                }
            }
            _ => {}
        }
    }

    fn branch(&mut self, branch: Node<ast::StmtIf>, scope: &mut Scope) {
        let mut certain = self.condition.holds(&branch.test);
        if certain != Some(false) {
            self.suite(&branch.body, scope);
        }
        for clause in &branch.elif_else_clauses {
            if certain == Some(true) {
                return;
            }
            certain = match &clause.test {
                Some(test) => self.condition.holds(test),
                None => Some(true),
            };
            if certain != Some(false) {
                self.suite(&clause.body, scope);
            }
        }
    }
}

fn function(node: Node<ast::StmtFunctionDef>, scope: &mut Scope) {
    let is_accessor = node.decorator_list.iter().any(|decorator| {
        matches!(&decorator.expression, Expr::Attribute(attribute)
            if matches!(attribute.attr.as_str(), "setter" | "deleter"))
    });
    if is_accessor {
        return;
    }
    let is_overload = node
        .decorator_list
        .iter()
        .any(|decorator| last_name(&decorator.expression) == Some("overload"));
    match scope.names.get_mut(node.name.as_str()) {
        Some(Def::Function(overloads)) if is_overload => overloads.push(node),
        _ => {
            scope
                .names
                .insert(node.name.to_string(), Def::Function(vec![node]));
        }
    }
}

/// The last word of a dotted expression or of what is called.
pub fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        Expr::Call(call) => last_name(&call.func),
        _ => None,
    }
}

impl Condition {
    /// Whether a test of a stub is true, if it can be told.
    fn holds(self, test: &Expr) -> Option<bool> {
        match test {
            Expr::BooleanLiteral(literal) => Some(literal.value),
            Expr::Name(name) if name.id.as_str() == "TYPE_CHECKING" => Some(true),
            Expr::UnaryOp(operation) if operation.op == ast::UnaryOp::Not => {
                self.holds(&operation.operand).map(|holds| !holds)
            }
            Expr::BoolOp(operation) => {
                let is_or = operation.op == ast::BoolOp::Or;
                let mut certain = Some(!is_or);
                for value in &operation.values {
                    match self.holds(value) {
                        Some(holds) if holds == is_or => return Some(is_or),
                        Some(_) => {}
                        None => certain = None,
                    }
                }
                certain
            }
            Expr::Compare(comparison) => self.compares(comparison),
            _ => None,
        }
    }

    fn compares(self, comparison: &ast::ExprCompare) -> Option<bool> {
        let (Expr::Attribute(left), [operator], [right]) = (
            &*comparison.left,
            &*comparison.ops,
            &*comparison.comparators,
        ) else {
            return None;
        };
        match (left.attr.as_str(), right) {
            ("version_info", Expr::Tuple(version)) => {
                let number = |index: usize| match version.elts.get(index) {
                    Some(Expr::NumberLiteral(ast::ExprNumberLiteral {
                        value: ast::Number::Int(number),
                        ..
                    })) => number.as_i64(),
                    _ => Some(0),
                };
                let wanted = (number(0)?, number(1)?);
                let have = (3, self.minor);
                Some(match operator {
                    ast::CmpOp::GtE => have >= wanted,
                    ast::CmpOp::Lt => have < wanted,
                    ast::CmpOp::Gt => have > wanted,
                    ast::CmpOp::LtE => have <= wanted,
                    ast::CmpOp::Eq => have == wanted,
                    ast::CmpOp::NotEq => have != wanted,
                    _ => return None,
                })
            }
            ("platform", Expr::StringLiteral(platform)) => {
                let same = platform.value.to_str() == self.platform;
                match operator {
                    ast::CmpOp::Eq => Some(same),
                    ast::CmpOp::NotEq => Some(!same),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Every stub below `stdlib` that its `VERSIONS` grants to a supported version.
pub fn stubs(stdlib: &Path) -> Result<Vec<Stub>, String> {
    let granted = granted(stdlib)?;
    let mut files = Vec::new();
    list(stdlib, &mut files)?;
    let mut stubs = Vec::new();
    for path in files {
        let relative = path
            .strip_prefix(stdlib)
            .map_err(|error| error.to_string())?;
        let mut parts: Vec<String> = relative
            .with_extension("")
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        let is_package = parts.last().is_some_and(|last| last == "__init__");
        if is_package {
            parts.pop();
        }
        let module = parts.join(".");
        if is_granted(&granted, &module) {
            stubs.push(Stub {
                place: path.display().to_string(),
                module,
                is_package,
                source: read(&path)?,
            });
        }
    }
    Ok(stubs)
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The modules of typeshed's `VERSIONS` and their last minor version, if they have one.
fn granted(stdlib: &Path) -> Result<BTreeMap<String, Option<i64>>, String> {
    let text = read(&stdlib.join("VERSIONS"))?;
    let mut granted = BTreeMap::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or("");
        let Some((module, range)) = line.split_once(':') else {
            continue;
        };
        let last = range.split_once('-').map_or("", |(_, last)| last.trim());
        let last = last.strip_prefix("3.").and_then(|minor| minor.parse().ok());
        granted.insert(module.trim().to_owned(), last);
    }
    Ok(granted)
}

fn is_granted(granted: &BTreeMap<String, Option<i64>>, module: &str) -> bool {
    let oldest = VERSIONS.last().copied().unwrap_or_default();
    let mut path = module;
    loop {
        if let Some(last) = granted.get(path) {
            return last.is_none_or(|last| last >= oldest);
        }
        match path.rsplit_once('.') {
            Some((package, _)) => path = package,
            None => return false,
        }
    }
}

fn list(folder: &Path, files: &mut Vec<std::path::PathBuf>) -> Result<(), String> {
    let show = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(show)? {
        paths.push(entry.map_err(show)?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "pyi") {
            files.push(path);
        }
    }
    Ok(())
}

fn parse(stub: &Stub) -> Result<Node<[Stmt]>, String> {
    let parsed = ruff_python_parser::parse_unchecked_source(&stub.source, ast::PySourceType::Stub);
    if let Some(error) = parsed.errors().first() {
        return Err(format!("{}: {error}", stub.place));
    }
    let module = Box::leak(Box::new(parsed.into_syntax()));
    Ok(&module.body)
}
