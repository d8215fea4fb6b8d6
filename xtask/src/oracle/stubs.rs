//! The standard library's stubs as the type checker carries them: what stands at a place, which class has which bases, and how
//! names are spelled.

use super::type_checker::{Lines, Location};
use ruff_python_ast::{self as ast, Expr, PySourceType, Stmt};
use ruff_text_size::Ranged;
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// The public name of a symbol, by the server's own table.
fn canonical(name: &str) -> String {
    interview_lsp::python::canonical(name).into_owned()
}

/// Stub packages that describe nothing of the standard library at run time.
const NO_LIBRARY: [&str; 3] = ["_typeshed", "typing_extensions", "ty_extensions"];

/// Stubs import in chains, but short ones: a guard against cycles.
const MAX_IMPORTS: usize = 6;

/// Classes are inherited in longer chains nowhere: a guard against cycles.
const MAX_ANCESTORS: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Module,
    Class,
    Function,
    Other,
}

#[derive(Clone, Debug)]
pub struct Symbol {
    /// The public name.
    pub name: String,
    pub sort: Sort,
}

#[derive(Default)]
pub struct Stubs {
    symbols: HashMap<String, HashMap<(u32, u32), Symbol>>,
    modules: HashSet<String>,
    /// Bases by public name; the classes of `if sys.version_info` branches are one.
    bases: HashMap<String, Vec<String>>,
    /// The last parts of all public names.
    spelled: HashSet<String>,
    builtins: HashSet<String>,
    /// What a stub imports, by the name that it then has there: `os.sep` is `posixpath.sep`.
    imported: HashMap<String, String>,
    /// `typing.Iterable` to `collections.abc.Iterable`: one class in the stubs, which `typing` happens to define.
    abstract_bases: HashMap<String, String>,
}

impl Stubs {
    pub fn read(folder: &Path) -> Result<Stubs, String> {
        let mut stubs = Stubs::default();
        let mut folders = vec![folder.to_path_buf()];
        while let Some(next) = folders.pop() {
            let entries =
                std::fs::read_dir(&next).map_err(|e| format!("{}: {e}", next.display()))?;
            for path in entries.flatten().map(|entry| entry.path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "pyi") {
                    let source = std::fs::read_to_string(&path)
                        .map_err(|e| format!("{}: {e}", path.display()))?;
                    let relative = path
                        .strip_prefix(folder)
                        .unwrap_or(&path)
                        .to_string_lossy()
                        .replace('\\', "/");
                    stubs.add(&relative, &source);
                }
            }
        }
        Ok(stubs)
    }

    fn add(&mut self, path: &str, source: &str) {
        let dotted = path.trim_end_matches(".pyi").replace('/', ".");
        let module = dotted
            .strip_suffix(".__init__")
            .unwrap_or(&dotted)
            .to_string();
        let parsed = ruff_python_parser::parse_unchecked_source(source, PySourceType::Stub);
        let mut file = StubFile {
            package: if path.ends_with("__init__.pyi") {
                module.clone()
            } else {
                module
                    .rsplit_once('.')
                    .map_or(String::new(), |(package, _)| package.to_string())
            },
            module: module.clone(),
            lines: Lines::new(source),
            source,
            imports: HashMap::new(),
            found: HashMap::new(),
            bases: Vec::new(),
        };
        file.body(parsed.suite(), &module);
        let library = !NO_LIBRARY
            .iter()
            .any(|name| module == *name || module.starts_with(&format!("{name}.")));
        if library {
            for symbol in file.found.values() {
                let last = symbol.name.rsplit('.').next().unwrap_or(&symbol.name);
                if !last.starts_with('_') {
                    self.spelled.insert(last.to_string());
                }
            }
            self.modules.insert(module.clone());
        }
        if module == "builtins" {
            let names = file.found.values().map(|symbol| symbol.name.clone());
            self.builtins
                .extend(names.filter(|name| !name.contains('.')));
        }
        for (local, full) in &file.imports {
            self.imported
                .insert(format!("{module}.{local}"), full.clone());
        }
        if module == "_collections_abc" {
            let imported = file
                .imports
                .iter()
                .filter(|(_, full)| full.starts_with("typing."));
            self.abstract_bases = imported
                .map(|(local, full)| (full.clone(), format!("collections.abc.{local}")))
                .collect();
        }
        let bases: Vec<_> = file
            .bases
            .iter()
            .map(|(class, bases)| {
                let bases: Vec<String> = bases.iter().map(|base| file.absolute(base)).collect();
                (class.clone(), bases)
            })
            .collect();
        for (class, bases) in bases {
            let known = self.bases.entry(class).or_default();
            for base in bases {
                if !known.contains(&base) {
                    known.push(base);
                }
            }
        }
        let mut found = file.found;
        found.entry((0, 0)).or_insert(Symbol {
            name: canonical(&module),
            sort: Sort::Module,
        });
        self.symbols.insert(path.to_string(), found);
    }

    /// What stands at a place in a stub; `None` for a parameter and for what is not the standard library.
    pub fn at(&self, location: &Location) -> Option<&Symbol> {
        let top = location.path.split(['/', '.']).next().unwrap_or_default();
        if !location.stub || NO_LIBRARY.contains(&top) {
            return None;
        }
        self.symbols
            .get(&location.path)?
            .get(&(location.line, location.character))
    }

    /// Whether the standard library or the builtins hold `name`, as far as its first part tells.
    pub fn is_library(&self, name: &str) -> bool {
        let top = name.split('.').next().unwrap_or(name);
        self.modules.contains(top) || self.builtins.contains(top)
    }

    pub fn is_module(&self, name: &str) -> bool {
        self.modules.contains(name)
    }

    pub fn is_spelled(&self, word: &str) -> bool {
        self.spelled.contains(word)
    }

    /// One name for the classes that `typing` and `collections.abc` share, and for their members: the oracle cannot tell
    /// which of the two was written.
    pub fn shared_name(&self, name: &str) -> String {
        let mut dots = name.match_indices('.').skip(1).map(|(dot, _)| dot);
        let end = dots.next().unwrap_or(name.len());
        match self.abstract_bases.get(&name[..end]) {
            Some(class) => format!("{class}{}", &name[end..]),
            None => name.to_string(),
        }
    }

    /// The names under which the stubs know `name`, which may be a member of what they import: `os.sep` is also `os.path.sep`.
    pub fn names(&self, name: &str) -> Vec<String> {
        let mut names = vec![self.shared_name(name)];
        let mut next = name.to_string();
        for _ in 0..MAX_IMPORTS {
            let ends = next
                .match_indices('.')
                .map(|(dot, _)| dot)
                .chain([next.len()])
                .collect::<Vec<_>>();
            let found = ends
                .into_iter()
                .rev()
                .find_map(|end| Some((self.imported.get(&next[..end])?, end)));
            let Some((full, end)) = found else { break };
            next = format!("{full}{}", &next[end..]);
            let public = self.shared_name(&canonical(&next));
            if !names.contains(&public) {
                names.push(public);
            }
        }
        names
    }

    pub fn is_enumeration(&self, class: &str) -> bool {
        self.inherits(class, "enum.Enum")
    }

    /// Whether `ancestor` is `class` or what it inherits from; both are public names, the second a shared one.
    pub fn inherits(&self, class: &str, ancestor: &str) -> bool {
        let mut queue = vec![class];
        for _ in 0..MAX_ANCESTORS {
            let Some(next) = queue.pop() else {
                return false;
            };
            if self.shared_name(next) == ancestor {
                return true;
            }
            let typing = self
                .abstract_bases
                .iter()
                .find(|(_, shared)| *shared == next)
                .map(|(typing, _)| typing.as_str());
            queue.extend(
                self.bases
                    .get(typing.unwrap_or(next))
                    .into_iter()
                    .flatten()
                    .map(String::as_str),
            );
        }
        false
    }
}

struct StubFile<'s> {
    module: String,
    package: String,
    lines: Lines,
    source: &'s str,
    /// Local names to the dotted names that they were imported as.
    imports: HashMap<String, String>,
    found: HashMap<(u32, u32), Symbol>,
    bases: Vec<(String, Vec<String>)>,
}

impl StubFile<'_> {
    fn body(&mut self, body: &[Stmt], inside: &str) {
        for stmt in body {
            self.statement(stmt, inside);
        }
    }

    fn statement(&mut self, stmt: &Stmt, inside: &str) {
        match stmt {
            Stmt::FunctionDef(def) => {
                self.found(
                    def.name.range.start().to_usize(),
                    inside,
                    &def.name,
                    Sort::Function,
                );
            }
            Stmt::ClassDef(class) => {
                let name = self.found(
                    class.name.range.start().to_usize(),
                    inside,
                    &class.name,
                    Sort::Class,
                );
                let bases = class.bases().iter().filter_map(dotted);
                self.bases.push((name, bases.collect()));
                self.body(&class.body, &format!("{inside}.{}", class.name));
            }
            Stmt::Assign(assign) => assign
                .targets
                .iter()
                .for_each(|target| self.target(target, inside)),
            Stmt::AnnAssign(assign) => self.target(&assign.target, inside),
            Stmt::TypeAlias(alias) => self.target(&alias.name, inside),
            Stmt::If(branch) => {
                self.body(&branch.body, inside);
                for clause in &branch.elif_else_clauses {
                    self.body(&clause.body, inside);
                }
            }
            Stmt::Try(tried) => {
                self.body(&tried.body, inside);
                for ast::ExceptHandler::ExceptHandler(handler) in &tried.handlers {
                    self.body(&handler.body, inside);
                }
            }
            Stmt::With(with) => self.body(&with.body, inside),
            Stmt::Import(import) => {
                for alias in &import.names {
                    let (local, full) = match &alias.asname {
                        Some(name) => (name.as_str(), alias.name.as_str()),
                        None => {
                            let top = alias.name.split('.').next().unwrap_or(&alias.name);
                            (top, top)
                        }
                    };
                    self.imports.insert(local.to_string(), full.to_string());
                }
            }
            Stmt::ImportFrom(import) => {
                let from = self.imported_module(import);
                for alias in &import.names {
                    let local = alias.asname.as_ref().unwrap_or(&alias.name);
                    let full = format!("{from}.{}", alias.name);
                    self.imports.insert(local.to_string(), full.clone());
                    let place = self
                        .lines
                        .position(self.source, local.range.start().to_usize());
                    self.found.insert(
                        place,
                        Symbol {
                            name: canonical(&full),
                            sort: Sort::Other,
                        },
                    );
                }
            }
            _ => {}
        }
    }

    fn imported_module(&self, import: &ast::StmtImportFrom) -> String {
        let name = import.module.as_ref().map_or("", |module| module.as_str());
        if import.level == 0 {
            return name.to_string();
        }
        let mut package = self.package.as_str();
        for _ in 1..import.level {
            package = package.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
        [package, name]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(".")
    }

    fn target(&mut self, target: &Expr, inside: &str) {
        if let Expr::Name(name) = target {
            self.found(name.start().to_usize(), inside, &name.id, Sort::Other);
        }
    }

    /// Notes a symbol and returns its public name.
    fn found(&mut self, offset: usize, inside: &str, name: &str, sort: Sort) -> String {
        let name = canonical(&format!("{inside}.{name}"));
        let place = self.lines.position(self.source, offset);
        self.found.insert(
            place,
            Symbol {
                name: name.clone(),
                sort,
            },
        );
        name
    }

    /// The public name of what this file calls `name`.
    fn absolute(&self, name: &str) -> String {
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        let mut full = match self.imports.get(first) {
            Some(full) => full.clone(),
            None => {
                let here = canonical(&format!("{}.{first}", self.module));
                if self.found.values().any(|symbol| symbol.name == here) {
                    here
                } else {
                    first.to_string()
                }
            }
        };
        if !rest.is_empty() {
            full = format!("{full}.{rest}");
        }
        canonical(&full)
    }
}

/// `a.b[c]` as `a.b`.
fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => {
            Some(format!("{}.{}", dotted(&attribute.value)?, attribute.attr))
        }
        Expr::Subscript(subscript) => dotted(&subscript.value),
        _ => None,
    }
}
