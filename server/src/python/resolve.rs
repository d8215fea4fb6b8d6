//! Names and attributes to public dotted names: what a variable holds, what a method belongs to.
//!
//! An expression is evaluated to the few things it can be ([`Values`]); where that is not certain, nothing is said.
//! What the user defines is known as such, so that it never looks like the library's. What a library name is and what
//! calls return comes from [`super::symbols`] alone.

use std::sync::Arc;

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::scope::{BindingId, Bound, ClassId, Model, NameId, Place, QuickMap, ScopeId, ScopeKind};
use super::symbols::{self, Entry, Sort, Typed};
use super::{Found, rank};

mod annotations;
mod expressions;
mod members;
mod values;

pub(crate) use values::{Candidate, Value};
use values::{Memo, Memos, Sym, Symbol, UNKNOWN, Values};

/// Calls of calls that are followed; deeper ones are not evaluated, merely silent.
const MAX_DEPTH: u32 = 60;
/// Bindings of one name that are weighed; a name bound more often than that is anything.
const MAX_BINDINGS: usize = 16;
/// Elements of a display that are looked at to say what it is a list of.
const MAX_ELEMENTS: usize = 16;

pub(crate) struct Resolver<'m, 'a> {
    pub model: &'m Model<'a>,
    symbols: Vec<Symbol>,
    index: QuickMap<Arc<str>, Sym>,
    /// What `module.name` and `Class.name` turned out to be: the same few are asked for all over a file.
    imports: QuickMap<Box<str>, Candidate>,
    class_members: QuickMap<Box<str>, Candidate>,
    path: String,
    bindings: Memos,
    uses: Memos,
    attributes: Memos,
    unions: QuickMap<(ScopeId, NameId), Values>,
    members: QuickMap<(ClassId, NameId), Values>,
    builtins: Vec<Option<Option<Candidate>>>,
    depth: u32,
}

/// Evaluates every name and attribute of the file and emits what they stand for.
pub(crate) fn resolve(resolver: &mut Resolver<'_, '_>, found: &mut Found) {
    let model = resolver.model;
    for (range, path) in &model.imported {
        let candidate = resolver.path(path);
        resolver.emit(Values::one(candidate), *range, found);
    }
    for index in 0..model.bindings.len() {
        let binding = &model.bindings[index];
        let is_defined_here = matches!(
            binding.bound,
            Bound::Function(_)
                | Bound::Class(_)
                | Bound::Receiver { .. }
                | Bound::Deleted
                | Bound::Unknown
        );
        if !is_defined_here {
            let values = resolver.binding(BindingId(index as u32));
            resolver.emit(values, binding.range, found);
        }
    }
    for index in 0..model.uses.len() {
        resolver.emit_use(index, found);
    }
    for usage in &model.attributes {
        let values = resolver.attribute(usage.attribute, usage.place);
        let range = usage.attribute.attr.range();
        if usage.is_callee {
            resolver.emit_recursion(values, usage.place, range, found);
        }
        resolver.emit(values, range, found);
    }
}

impl<'m, 'a> Resolver<'m, 'a> {
    pub fn new(model: &'m Model<'a>) -> Self {
        Self {
            model,
            symbols: Vec::new(),
            index: QuickMap::default(),
            imports: QuickMap::default(),
            class_members: QuickMap::default(),
            path: String::new(),
            bindings: Memos::new(model.bindings.len()),
            uses: Memos::new(model.uses.len()),
            attributes: Memos::new(model.attributes.len()),
            unions: QuickMap::default(),
            members: QuickMap::default(),
            builtins: vec![None; model.name_count()],
            depth: 0,
        }
    }

    /// What a name, an attribute or a call that the walk has seen is, if that is certain.
    pub fn known(&mut self, expr: &Expr) -> Option<Candidate> {
        let place = self.place_of(expr)?;
        self.eval(expr, place).single()
    }

    /// Where an expression stands: the walk noted it for names and attributes.
    pub fn place_of(&self, expr: &Expr) -> Option<Place> {
        let mut current = expr;
        loop {
            current = match current {
                Expr::Name(name) => return self.place_of_name(name),
                Expr::Attribute(attribute) => {
                    if let Some(index) = attribute.node_index.load().as_u32() {
                        return self
                            .model
                            .attributes
                            .get(index as usize)
                            .map(|usage| usage.place);
                    }
                    &attribute.value
                }
                Expr::Call(call) => &call.func,
                Expr::Subscript(subscript) => &subscript.value,
                Expr::Await(awaited) => &awaited.value,
                _ => return None,
            };
        }
    }

    pub fn place_of_name(&self, name: &ast::ExprName) -> Option<Place> {
        let index = name.node_index.load().as_u32()?;
        self.model.uses.get(index as usize).map(|usage| usage.place)
    }

    /// Whether the file can start a thread at all.
    pub fn mentions_threads(&self) -> bool {
        ["threading.Thread", "concurrent.futures.ThreadPoolExecutor"]
            .iter()
            .any(|class| self.index.contains_key(*class))
    }

    pub fn symbol_name(&self, sym: Sym) -> &str {
        &self.symbols[sym.0 as usize].name
    }

    fn emit(&self, values: Values, range: TextRange, found: &mut Found) {
        // One possibility that is not the library's makes the rest a guess.
        if values
            .iter()
            .any(|candidate| candidate.symbol.is_none() && candidate.value != Value::None)
        {
            return;
        }
        for sym in values.iter().filter_map(|candidate| candidate.symbol) {
            found.symbol(Arc::clone(&self.symbols[sym.0 as usize].name), range);
        }
    }

    fn emit_use(&mut self, index: usize, found: &mut Found) {
        let usage = self.model.uses[index];
        let range = usage.name.range();
        if let Some(owner) = self.model.owner(usage.place.scope, usage.id) {
            if self.model.is_captured(usage.place.scope, owner) {
                found.syntax("closure", range, rank::CLOSURE);
            }
            let first = self.model.bindings_in(owner, usage.id).first();
            if let Some(Bound::Receiver { is_class, .. }) =
                first.map(|id| self.model.binding(*id).bound)
            {
                found.syntax(if is_class { "cls" } else { "self" }, range, rank::PART_OF);
            }
        }
        let values = self.name(usage.name, usage.place);
        if usage.is_callee {
            self.emit_recursion(values, usage.place, range, found);
        }
        self.emit(values, range, found);
    }

    fn emit_recursion(&self, values: Values, place: Place, range: TextRange, found: &mut Found) {
        let Some(Candidate {
            value: Value::UserFunction(called),
            ..
        }) = values.single()
        else {
            return;
        };
        if self.model.function_around(place.scope) == Some(called) {
            found.syntax("recursion", range, rank::SPECIFIC);
        }
    }

    fn intern(&mut self, name: &str, entry: Option<Entry>, foreign: bool) -> Sym {
        self.intern_as(name, name, entry, foreign)
    }

    fn intern_as(&mut self, path: &str, name: &str, entry: Option<Entry>, foreign: bool) -> Sym {
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
            foreign,
        });
        self.index.insert(path, sym);
        sym
    }

    /// The candidate that a table entry stands for, called by its canonical name.
    fn entry(&mut self, entry: Entry) -> Candidate {
        let sym = self.intern(entry.name, Some(entry), false);
        let value = match entry.sort {
            Sort::Module => Value::Module(sym),
            Sort::Class => Value::Class(sym),
            Sort::Function | Sort::Coroutine => Value::Function(sym),
            Sort::Generic => match entry
                .result()
                .and_then(|origin| symbols::find(origin.class))
            {
                Some(origin) => Value::Class(self.intern(origin.name, Some(origin), false)),
                None => Value::Data(sym),
            },
            Sort::Property | Sort::Data => {
                self.typed(entry.result(), None).unwrap_or(Value::Data(sym))
            }
            Sort::Alias | Sort::Literals => Value::Unknown,
        };
        Candidate {
            symbol: Some(sym),
            value,
        }
    }

    fn foreign(&mut self, name: &str) -> Candidate {
        let sym = self.intern(name, None, true);
        let last = name.rsplit('.').next().unwrap_or(name);
        let value = if looks_like_class(last) {
            Value::Class(sym)
        } else {
            Value::Foreign(sym)
        };
        Candidate {
            symbol: Some(sym),
            value,
        }
    }

    /// A class by its name in the table.
    fn class(&mut self, name: &str) -> Option<Sym> {
        if let Some(sym) = self.index.get(name) {
            let symbol = &self.symbols[sym.0 as usize];
            if symbol
                .entry
                .is_some_and(|entry| entry.sort == Sort::Class && entry.name == name)
            {
                return Some(*sym);
            }
        }
        let entry = symbols::find(name).filter(|entry| entry.sort == Sort::Class)?;
        Some(self.intern(entry.name, Some(entry), false))
    }

    fn instance(&mut self, class: &str) -> Value {
        self.class(class)
            .map_or(Value::Unknown, |class| Value::Instance(class, None))
    }

    /// What the table says that a call gives or an attribute holds; `receiver` is the class that `self` means.
    fn typed(&mut self, typed: Option<Typed>, receiver: Option<Sym>) -> Option<Value> {
        let typed = typed?;
        match typed.class {
            "None" => Some(Value::None),
            "self" => receiver.map(|receiver| Value::Instance(receiver, None)),
            class => {
                let class = self.class(class)?;
                let item = if typed.item.is_empty() {
                    None
                } else {
                    self.class(typed.item)
                };
                Some(Value::Instance(class, item))
            }
        }
    }

    // Modules and paths

    fn module(&mut self, path: &str) -> Candidate {
        match symbols::module(path).and_then(symbols::find) {
            Some(entry) => {
                let sym = self.intern_as(path, entry.name, Some(entry), false);
                Candidate {
                    symbol: Some(sym),
                    value: Value::Module(sym),
                }
            }
            None => self.foreign_module(path),
        }
    }

    fn foreign_module(&mut self, path: &str) -> Candidate {
        let sym = self.intern(path, None, true);
        Candidate {
            symbol: Some(sym),
            value: Value::Foreign(sym),
        }
    }

    /// The dotted path of an import statement: a module, or something in one.
    fn path(&mut self, path: &str) -> Candidate {
        if symbols::module(path).is_some() {
            return self.module(path);
        }
        match path.rsplit_once('.') {
            Some((package, name)) if symbols::module(package).is_some() => {
                self.import_from(package, name)
            }
            Some(_) => self.foreign(path),
            None => self.module(path),
        }
    }

    fn import_from(&mut self, module: &str, name: &str) -> Candidate {
        let path = self.join(module, name);
        let candidate = match self.imports.get(path.as_str()) {
            Some(known) => *known,
            None => {
                let candidate = self.import_from_table(module, name);
                self.imports.insert(path.as_str().into(), candidate);
                candidate
            }
        };
        self.path = path;
        candidate
    }

    /// The path of a member, in a buffer that is used again and again.
    fn join(&mut self, owner: &str, name: &str) -> String {
        let mut path = std::mem::take(&mut self.path);
        path.clear();
        path.push_str(owner);
        path.push('.');
        path.push_str(name);
        path
    }

    fn import_from_table(&mut self, module: &str, name: &str) -> Candidate {
        if module == "builtins" {
            return self.builtin(name).unwrap_or(UNKNOWN);
        }
        match symbols::module(module) {
            Some(public) => {
                let entry = symbols::find(&format!("{public}.{name}")).or_else(|| {
                    // `_thread.lock`: the implementation's own name for what is public elsewhere.
                    symbols::find(&format!("{module}.{name}"))
                });
                match entry {
                    Some(entry) => self.entry(entry),
                    None if symbols::module(&format!("{module}.{name}")).is_some() => {
                        self.module(&format!("{module}.{name}"))
                    }
                    None => UNKNOWN,
                }
            }
            None if symbols::is_known_package(module) => {
                let path = format!("{module}.{name}");
                let canonical = symbols::canonical(&path);
                match symbols::find(&canonical) {
                    Some(entry) => self.entry(entry),
                    None => self.foreign(&canonical),
                }
            }
            None => self.foreign(&format!("{module}.{name}")),
        }
    }

    // Names

    fn name(&mut self, name: &ast::ExprName, place: Place) -> Values {
        let memo = name.node_index.load().as_u32().map(|index| index as usize);
        if let Some(Memo::Done(values)) = memo.map(|index| self.uses.get(index)) {
            return values;
        }
        let usage = memo.and_then(|index| self.model.uses.get(index));
        let id = usage
            .map(|usage| usage.id)
            .or_else(|| self.model.name_id(name.id.as_str()));
        let Some(id) = id else {
            // Only a string annotation can name what the file's code does not.
            return self
                .builtin(name.id.as_str())
                .map_or(Values::EMPTY, Values::one);
        };
        let values = self.lookup(id, name.id.as_str(), name.start(), place);
        if let Some(index) = memo {
            self.uses.finish(index, values);
        }
        values
    }

    fn lookup(&mut self, id: NameId, name: &str, position: TextSize, place: Place) -> Values {
        let Some(owner) = self.model.owner(place.scope, id) else {
            return self.global(id, name);
        };
        if !self.model.runs_inside(place.scope, owner) {
            return self.union(owner, id);
        }
        if let Some(values) = self.flow(owner, id, position, place) {
            return values;
        }
        // Not bound yet: a module or class then sees what is around it, a function fails.
        match self.model.scope(owner).kind {
            ScopeKind::Module => self.global(id, name),
            ScopeKind::Class(_) => match self.model.scope(owner).parent {
                Some(parent) => {
                    let block = place.block;
                    self.lookup(
                        id,
                        name,
                        position,
                        Place {
                            scope: parent,
                            block,
                        },
                    )
                }
                None => Values::unknown(),
            },
            _ => Values::unknown(),
        }
    }

    fn global(&mut self, id: NameId, name: &str) -> Values {
        if let Some(Some(known)) = self.builtins.get(id.0 as usize) {
            return known.map_or_else(Values::unknown, Values::one);
        }
        let candidate = self
            .star_imported(name)
            .unwrap_or_else(|| self.builtin(name));
        if let Some(slot) = self.builtins.get_mut(id.0 as usize) {
            *slot = Some(candidate);
        }
        candidate.map_or_else(Values::unknown, Values::one)
    }

    /// What `from module import *` makes of a name: a candidate, nothing certain, or no word on it.
    fn star_imported(&mut self, name: &str) -> Option<Option<Candidate>> {
        for star in self.model.stars.iter().rev() {
            let Some(module) = star.filter(|module| symbols::module(module).is_some()) else {
                // A module that nobody has read may define anything.
                return Some(None);
            };
            let candidate = self.import_from(module, name);
            if !name.starts_with('_')
                && candidate != UNKNOWN
                && !matches!(candidate.value, Value::Module(_))
            {
                return Some(Some(candidate));
            }
        }
        None
    }

    fn builtin(&mut self, name: &str) -> Option<Candidate> {
        let entry = symbols::builtin(name)?;
        Some(self.entry(entry))
    }

    /// Everything that a name is ever bound to in its scope, for code that runs at some other time.
    fn union(&mut self, scope: ScopeId, id: NameId) -> Values {
        if let Some(values) = self.unions.get(&(scope, id)) {
            return *values;
        }
        let ids = self.model.bindings_in(scope, id);
        let values = self.weigh(ids);
        if self.depth == 0 {
            self.unions.insert((scope, id), values);
        }
        values
    }

    fn weigh(&mut self, ids: &[BindingId]) -> Values {
        if ids.len() > MAX_BINDINGS {
            return Values::unknown();
        }
        let mut values = Values::EMPTY;
        for id in ids {
            if !matches!(self.model.binding(*id).bound, Bound::Deleted) {
                let bound = self.binding(*id);
                values.extend(bound);
            }
        }
        values
    }

    /// What a name can hold at a position of the code that binds it; none if it is not bound there.
    fn flow(
        &mut self,
        owner: ScopeId,
        id: NameId,
        position: TextSize,
        place: Place,
    ) -> Option<Values> {
        let model = self.model;
        let ids = model.bindings_in(owner, id);
        let count = ids.partition_point(|id| model.binding(*id).from <= position);
        let mut reaching = Vec::new();
        let mut certain = None;
        let around = model.loop_around(place.block);
        for id in ids[..count].iter().rev() {
            let binding = model.binding(*id);
            if reaching.len() >= MAX_BINDINGS {
                return Some(Values::unknown());
            }
            if binding.elsewhere {
                reaching.push(*id);
                continue;
            }
            let block = binding.place.block;
            let same_loop = around.is_some_and(|around| model.encloses(around, block));
            if !same_loop && model.exclude_each_other(block, place.block) {
                continue;
            }
            if !matches!(binding.bound, Bound::Deleted) {
                reaching.push(*id);
            }
            if model.encloses(block, place.block) {
                certain = Some(block);
                break;
            }
        }
        // Candidates come in the order of the lines that bind them.
        reaching.reverse();
        // The end of a loop's body comes before its beginning.
        for id in ids[count..].iter().take(MAX_BINDINGS) {
            let binding = model.binding(*id);
            let reaches = binding.elsewhere
                || around.is_some_and(|around| {
                    model.encloses(around, binding.place.block)
                        && !certain.is_some_and(|certain| model.encloses(around, certain))
                });
            if reaches && !matches!(binding.bound, Bound::Deleted) {
                reaching.push(*id);
            }
        }
        let mut values = Values::EMPTY;
        for id in &reaching {
            let bound = self.binding(*id);
            values.extend(bound);
        }
        (!reaching.is_empty()).then_some(values)
    }

    fn binding(&mut self, id: BindingId) -> Values {
        let index = id.0 as usize;
        match self.bindings.get(index) {
            Memo::Done(values) => return values,
            Memo::Running => return Values::EMPTY,
            Memo::Unseen => {}
        }
        if self.depth >= MAX_DEPTH {
            return Values::unknown();
        }
        self.bindings.start(index);
        self.depth += 1;
        let values = self.bound(id);
        self.depth -= 1;
        self.bindings.finish(index, values);
        values
    }

    fn bound(&mut self, id: BindingId) -> Values {
        let binding = self.model.binding(id);
        let place = binding.place;
        match binding.bound {
            Bound::Module(path) => Values::one(self.module(path)),
            Bound::FromImport {
                module: Some(module),
                level: 0,
                name,
            } => Values::one(self.import_from(module, name)),
            Bound::FromImport { .. } => Values::unknown(),
            Bound::Value(value) => {
                let values = self.eval(value, place);
                self.named_by_value(values)
            }
            Bound::Element(value)
            | Bound::Item {
                iterable: value,
                is_async: false,
            } => {
                let values = self.eval(value, place);
                self.map(values, |resolver, candidate| resolver.item(candidate.value))
            }
            Bound::Item { is_async: true, .. } => Values::unknown(),
            Bound::Annotated(annotation) => self.annotation(annotation, place),
            Bound::Enter(manager) => {
                let values = self.eval(manager, place);
                self.map(values, |resolver, candidate| {
                    resolver.entered(candidate.value)
                })
            }
            Bound::Exception { class: None, .. } => Values::unknown(),
            Bound::Exception { is_star: true, .. } => {
                let group = self.instance("ExceptionGroup");
                self.valued(group)
            }
            Bound::Exception {
                class: Some(Expr::Tuple(classes)),
                ..
            } => {
                let mut values = Values::EMPTY;
                for class in classes.elts.iter().take(MAX_ELEMENTS) {
                    let class = self.eval(class, place);
                    values.extend(self.instances(class));
                }
                values
            }
            Bound::Exception {
                class: Some(class), ..
            }
            | Bound::Pattern(class) => {
                let class = self.eval(class, place);
                self.instances(class)
            }
            Bound::Augmented(assign) => {
                let before = self.eval(&assign.target, place);
                let operand = self.eval(&assign.value, place);
                self.map(before, |resolver, candidate| match operand.single() {
                    // Whatever is added to text or to a container, it stays one.
                    _ if resolver.absorbs(candidate.value) => candidate.value,
                    Some(operand) => resolver.operate(candidate.value, assign.op, operand.value),
                    None => Value::Unknown,
                })
            }
            Bound::Receiver {
                class,
                is_class: true,
            } => self.valued(Value::UserClass(class)),
            Bound::Receiver {
                class,
                is_class: false,
            } => self.valued(Value::UserInstance(class)),
            Bound::Arguments => {
                let value = self.instance("tuple");
                self.valued(value)
            }
            Bound::KeywordArguments => {
                let value = self.instance("dict");
                self.valued(value)
            }
            Bound::Function(function) => self.valued(Value::UserFunction(function)),
            Bound::Class(class) => self.valued(Value::UserClass(class)),
            Bound::Deleted | Bound::Unknown => Values::unknown(),
        }
    }

    /// A value that code calls by what it is: a variable that holds a lock is named after the lock.
    fn valued(&self, value: Value) -> Values {
        let symbol = match value {
            Value::Module(sym)
            | Value::Class(sym)
            | Value::Instance(sym, _)
            | Value::Function(sym)
            | Value::Data(sym)
            | Value::Foreign(sym) => Some(sym),
            _ => None,
        };
        Values::one(Candidate { symbol, value })
    }

    fn named_by_value(&self, values: Values) -> Values {
        let mut named = Values::EMPTY;
        for candidate in values.iter() {
            named.extend(self.valued(candidate.value));
        }
        named
    }

    fn map(
        &mut self,
        values: Values,
        mut change: impl FnMut(&mut Self, Candidate) -> Value,
    ) -> Values {
        let mut changed = Values::EMPTY;
        for candidate in values.iter() {
            let value = change(self, candidate);
            changed.extend(self.valued(value));
        }
        changed
    }

    /// Instances of the classes that these values are.
    fn instances(&mut self, classes: Values) -> Values {
        self.map(classes, |_, candidate| match candidate.value {
            Value::Class(class) => Value::Instance(class, None),
            Value::UserClass(class) => Value::UserInstance(class),
            _ => Value::Unknown,
        })
    }

    fn item(&mut self, value: Value) -> Value {
        match value {
            Value::Instance(_, Some(item)) => Value::Instance(item, None),
            Value::Instance(class, None) => match symbols::iterates(self.symbol_name(class)) {
                Some(item) => self.instance(item),
                None => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    /// What `with value as name` binds.
    fn entered(&mut self, value: Value) -> Value {
        match value {
            Value::Instance(class, item) => {
                let symbol = &self.symbols[class.0 as usize];
                if symbol.foreign {
                    // Nearly every manager of every package returns itself.
                    return value;
                }
                match symbols::enters(&symbol.name) {
                    Some("self") => Value::Instance(class, item),
                    Some("None") => Value::None,
                    Some(other) => self.instance(other),
                    None => Value::Unknown,
                }
            }
            Value::UserInstance(class) => self.user_entered(class),
            _ => Value::Unknown,
        }
    }

    fn user_entered(&mut self, class: ClassId) -> Value {
        for method in ["__enter__", "__aenter__"] {
            let Some(Value::UserFunction(function)) = self
                .user_member(class, method)
                .single()
                .map(|candidate| candidate.value)
            else {
                continue;
            };
            let def = self.model.function(function).def;
            if def.returns.is_some() {
                let place = self.model.function(function).place;
                let returns = def
                    .returns
                    .as_deref()
                    .map(|returns| self.annotation(returns, place));
                return returns
                    .and_then(|values| values.single())
                    .map_or(Value::Unknown, |single| single.value);
            }
            let returns_itself = def.body.last().is_some_and(|last| match last {
                ast::Stmt::Return(ast::StmtReturn {
                    value: Some(value), ..
                }) => value
                    .as_name_expr()
                    .is_some_and(|name| name.id.as_str() == "self"),
                _ => false,
            });
            return if returns_itself {
                Value::UserInstance(class)
            } else {
                Value::Unknown
            };
        }
        Value::Unknown
    }
}

/// CapWords, as PEP 8 writes classes: `ClientSession`, not `MAX_SIZE` nor `get`.
fn looks_like_class(name: &str) -> bool {
    name.starts_with(|first: char| first.is_uppercase())
        && name.contains(|letter: char| letter.is_lowercase())
}
