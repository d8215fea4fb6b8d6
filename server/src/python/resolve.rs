//! Names and attributes to public dotted names: what a variable holds, what a method belongs to.
//!
//! An expression is evaluated to the few things it can be ([`Values`]); where that is not certain, nothing is said.
//! What the user defines is known as such, so that it never looks like the library's. What a library name is and what
//! calls return comes from [`super::symbols`] alone.

use std::sync::Arc;

use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, Operator, UnaryOp};
use ruff_python_parser::parse_string_annotation;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::scope::{
    BindingId, Bound, ClassId, FunctionId, Model, NameId, Place, QuickMap, ScopeId, ScopeKind,
};
use super::symbols::{self, Entry, Sort, Typed};
use super::{Found, rank};

/// Calls of calls that are followed; deeper ones are not evaluated, merely silent.
const MAX_DEPTH: u32 = 60;
/// Bindings of one name that are weighed; a name bound more often than that is anything.
const MAX_BINDINGS: usize = 16;
/// Elements of a display that are looked at to say what it is a list of.
const MAX_ELEMENTS: usize = 16;

/// Bytes of a string annotation that are parsed.
const MAX_ANNOTATION: usize = 1_000;

/// An interned library name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Sym(u32);

struct Symbol {
    name: Arc<str>,
    /// The path that the code uses, where it is not the public one: `_thread` for `threading`.
    path: Arc<str>,
    entry: Option<Entry>,
    /// Of a package that the table does not know: resolved by its path alone.
    foreign: bool,
}

/// What an expression evaluates to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    Unknown,
    None,
    Module(Sym),
    Class(Sym),
    /// An instance, and the class of its items where it holds several of one class.
    Instance(Sym, Option<Sym>),
    Function(Sym),
    /// A library coroutine that was called and not yet awaited.
    Coroutine(Sym),
    /// Data of a module without a known class.
    Data(Sym),
    /// Something of a package that the table does not know, and no class by its looks.
    Foreign(Sym),
    UserClass(ClassId),
    UserInstance(ClassId),
    UserFunction(FunctionId),
    UserCoroutine(FunctionId),
    Super(ClassId),
}

/// One possibility: what it is and by which name the code calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub symbol: Option<Sym>,
    pub value: Value,
}

const UNKNOWN: Candidate = Candidate {
    symbol: None,
    value: Value::Unknown,
};

/// The things that an expression can be: none while nothing is known, several after branches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values {
    items: [Candidate; Values::MAX],
    len: usize,
}

impl Values {
    const MAX: usize = 3;
    const EMPTY: Self = Self {
        items: [UNKNOWN; Self::MAX],
        len: 0,
    };

    fn one(candidate: Candidate) -> Self {
        let mut values = Self::EMPTY;
        values.add(candidate);
        values
    }

    fn unknown() -> Self {
        Self::one(UNKNOWN)
    }

    fn add(&mut self, candidate: Candidate) {
        if self.iter().any(|known| known == candidate) {
            return;
        }
        if self.len == Self::MAX {
            *self = Self::unknown();
        } else {
            self.items[self.len] = candidate;
            self.len += 1;
        }
    }

    fn extend(&mut self, other: Self) {
        for candidate in other.iter() {
            self.add(candidate);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = Candidate> + use<> {
        self.items.into_iter().take(self.len)
    }

    /// The one thing that this is, `None` apart.
    pub fn single(&self) -> Option<Candidate> {
        let mut certain = self
            .iter()
            .filter(|candidate| candidate.value != Value::None);
        let first = certain.next()?;
        certain.next().is_none().then_some(first)
    }
}

/// Whether a binding has been evaluated yet; one that is being evaluated depends on itself.
#[derive(Clone, Copy)]
enum Memo {
    Unseen,
    Running,
    Done(Values),
}

pub(crate) struct Resolver<'m, 'a> {
    pub model: &'m Model<'a>,
    symbols: Vec<Symbol>,
    index: QuickMap<Arc<str>, Sym>,
    /// What `module.name` and `Class.name` turned out to be: the same few are asked for all over a file.
    imports: QuickMap<Box<str>, Candidate>,
    class_members: QuickMap<Box<str>, Candidate>,
    path: String,
    bindings: Vec<Memo>,
    uses: Vec<Memo>,
    attributes: Vec<Memo>,
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
            bindings: vec![Memo::Unseen; model.bindings.len()],
            uses: vec![Memo::Unseen; model.uses.len()],
            attributes: vec![Memo::Unseen; model.attributes.len()],
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
            Sort::Alias => Value::Unknown,
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
                let canonical = symbols::canonical(&format!("{module}.{name}"));
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
        if let Some(Memo::Done(values)) = memo.and_then(|index| self.uses.get(index)) {
            return *values;
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
        if let Some(slot) = memo.and_then(|index| self.uses.get_mut(index)) {
            *slot = Memo::Done(values);
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
        match self.bindings[index] {
            Memo::Done(values) => return values,
            Memo::Running => return Values::EMPTY,
            Memo::Unseen => {}
        }
        if self.depth >= MAX_DEPTH {
            return Values::unknown();
        }
        self.bindings[index] = Memo::Running;
        self.depth += 1;
        let values = self.bound(id);
        self.depth -= 1;
        self.bindings[index] = Memo::Done(values);
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

    // Expressions

    pub fn eval(&mut self, expr: &Expr, place: Place) -> Values {
        if self.depth >= MAX_DEPTH {
            return Values::unknown();
        }
        self.depth += 1;
        let values = self.eval_unguarded(expr, place);
        self.depth -= 1;
        values
    }

    fn eval_unguarded(&mut self, expr: &Expr, place: Place) -> Values {
        let value = match expr {
            Expr::Name(name) => return self.name(name, place),
            Expr::Attribute(attribute) => return self.attribute(attribute, place),
            Expr::Call(call) => {
                let callee = self.eval(&call.func, place);
                return self.map(callee, |resolver, candidate| {
                    resolver.call(candidate, call, place)
                });
            }
            Expr::Await(awaited) => {
                let values = self.eval(&awaited.value, place);
                return self.map(values, |resolver, candidate| {
                    resolver.awaited(candidate.value)
                });
            }
            Expr::Named(named) => return self.eval(&named.value, place),
            Expr::If(conditional) => {
                let mut values = self.eval(&conditional.body, place);
                values.extend(self.eval(&conditional.orelse, place));
                return values;
            }
            Expr::BoolOp(boolean) => {
                let mut values = Values::EMPTY;
                for operand in boolean.values.iter().take(MAX_ELEMENTS) {
                    values.extend(self.eval(operand, place));
                }
                if boolean.op == BoolOp::And && boolean.values.len() > 1 {
                    // `a and b` is one of them, but who names a flag after its last operand?
                    return values.single().map_or_else(Values::unknown, Values::one);
                }
                return values;
            }
            Expr::BinOp(binary) => {
                let left = self.eval(&binary.left, place).single();
                let right = self.eval(&binary.right, place).single();
                match (left, right) {
                    (Some(left), Some(right)) => self.operate(left.value, binary.op, right.value),
                    _ => Value::Unknown,
                }
            }
            Expr::UnaryOp(unary) => match unary.op {
                UnaryOp::Not => self.instance("bool"),
                _ => {
                    let operand = self.eval(&unary.operand, place).single();
                    match operand.map(|operand| operand.value) {
                        Some(Value::Instance(class, None))
                            if matches!(self.symbol_name(class), "int" | "float") =>
                        {
                            Value::Instance(class, None)
                        }
                        _ => Value::Unknown,
                    }
                }
            },
            Expr::Compare(compare) => match *compare.ops {
                [CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn] => self.instance("bool"),
                _ => Value::Unknown,
            },
            Expr::Subscript(subscript) => {
                let values = self.eval(&subscript.value, place);
                return self.map(values, |resolver, candidate| {
                    resolver.subscript(candidate.value, &subscript.slice)
                });
            }
            Expr::List(ast::ExprList { elts, .. }) => self.display("list", elts, place),
            Expr::Set(ast::ExprSet { elts, .. }) => self.display("set", elts, place),
            Expr::Tuple(ast::ExprTuple { elts, .. }) => self.display("tuple", elts, place),
            Expr::ListComp(_) => self.instance("list"),
            Expr::SetComp(_) => self.instance("set"),
            Expr::Dict(_) | Expr::DictComp(_) => self.instance("dict"),
            Expr::StringLiteral(_) | Expr::FString(_) => self.instance("str"),
            Expr::TString(_) => self.instance("string.templatelib.Template"),
            Expr::BytesLiteral(_) => self.instance("bytes"),
            Expr::NumberLiteral(number) => match number.value {
                ast::Number::Int(_) => self.instance("int"),
                ast::Number::Float(_) => self.instance("float"),
                ast::Number::Complex { .. } => self.instance("complex"),
            },
            Expr::BooleanLiteral(_) => self.instance("bool"),
            Expr::NoneLiteral(_) => Value::None,
            _ => Value::Unknown,
        };
        self.valued(value)
    }

    fn display(&mut self, class: &str, elements: &[Expr], place: Place) -> Value {
        let Some(class) = self.class(class) else {
            return Value::Unknown;
        };
        Value::Instance(class, self.common_class(elements, place))
    }

    /// The library class that all elements are instances of.
    fn common_class(&mut self, elements: &[Expr], place: Place) -> Option<Sym> {
        if elements.len() > MAX_ELEMENTS {
            return None;
        }
        let mut common = None;
        for element in elements {
            let Value::Instance(class, _) = self.eval(element, place).single()?.value else {
                return None;
            };
            if common.is_some_and(|common| common != class) {
                return None;
            }
            common = Some(class);
        }
        common
    }

    fn subscript(&mut self, value: Value, slice: &Expr) -> Value {
        match value {
            // `Queue[int]` is still the class.
            Value::Class(_) | Value::UserClass(_) => value,
            Value::Instance(class, item) => match (self.symbol_name(class), slice) {
                ("str" | "bytes" | "list" | "tuple", Expr::Slice(_)) => value,
                ("str", _) => value,
                ("list" | "tuple" | "collections.deque", _) => {
                    item.map_or(Value::Unknown, |item| Value::Instance(item, None))
                }
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    fn absorbs(&self, value: Value) -> bool {
        let Value::Instance(class, _) = value else {
            return false;
        };
        matches!(
            self.symbol_name(class),
            "str" | "bytes" | "list" | "set" | "dict" | "collections.Counter" | "collections.deque"
        )
    }

    fn operate(&mut self, left: Value, operator: Operator, right: Value) -> Value {
        use Operator::{Add, BitAnd, BitOr, BitXor, Div, FloorDiv, LShift, Mod, Mult, RShift, Sub};
        let Value::Instance(left_class, _) = left else {
            return Value::Unknown;
        };
        let left_name = self.symbol_name(left_class);
        if left_name == "str" && operator == Mod || left_name == "pathlib.Path" && operator == Div {
            return left;
        }
        let Value::Instance(right_class, _) = right else {
            return Value::Unknown;
        };
        match (left_name, operator, self.symbol_name(right_class)) {
            ("str" | "list" | "bytes" | "tuple", Add, _) if left_class == right_class => left,
            ("str" | "list" | "bytes" | "tuple", Mult, "int") => left,
            ("int", Div, "int") => self.instance("float"),
            (
                "int",
                Add | Sub | Mult | FloorDiv | Mod | BitAnd | BitOr | BitXor | LShift | RShift,
                "int",
            ) => left,
            ("float", Add | Sub | Mult | Div | FloorDiv | Mod, "int" | "float") => left,
            ("int", Add | Sub | Mult | Div | FloorDiv | Mod, "float") => right,
            ("set" | "frozenset", BitAnd | BitOr | BitXor | Sub, "set" | "frozenset") => left,
            ("dict", BitOr, "dict") => left,
            ("datetime.datetime", Sub, "datetime.datetime")
            | ("datetime.date", Sub, "datetime.date") => self.instance("datetime.timedelta"),
            (
                "datetime.datetime" | "datetime.date" | "datetime.timedelta",
                Add | Sub,
                "datetime.timedelta",
            ) => left,
            _ => Value::Unknown,
        }
    }

    fn call(&mut self, callee: Candidate, call: &ast::ExprCall, place: Place) -> Value {
        match callee.value {
            Value::Class(class) => self.construct(class, place),
            Value::UserClass(class) => Value::UserInstance(class),
            Value::Function(function) => self.returned(function, call),
            Value::UserFunction(function) => {
                let info = self.model.function(function);
                if info.def.is_async && !info.yields {
                    return Value::UserCoroutine(function);
                }
                self.user_returned(function)
            }
            _ => Value::Unknown,
        }
    }

    fn construct(&mut self, class: Sym, place: Place) -> Value {
        match self.symbol_name(class) {
            "super" => match self.model.scope(place.scope).class {
                Some(class) => Value::Super(class),
                None => Value::Unknown,
            },
            // `type(x)` is a class, and so is what the functional forms make.
            "type" | "enum.Enum" | "enum.IntEnum" | "enum.Flag" | "enum.IntFlag"
            | "enum.StrEnum" | "typing.NamedTuple" | "typing.TypedDict" => Value::Unknown,
            _ => Value::Instance(class, None),
        }
    }

    fn returned(&mut self, function: Sym, call: &ast::ExprCall) -> Value {
        let Symbol {
            name,
            entry: Some(entry),
            ..
        } = &self.symbols[function.0 as usize]
        else {
            return Value::Unknown;
        };
        let (name, entry) = (Arc::clone(name), *entry);
        if entry.sort == Sort::Coroutine {
            return Value::Coroutine(function);
        }
        if &*name == "open" || &*name == "pathlib.Path.open" {
            return self.opened(call, usize::from(&*name == "open"));
        }
        let receiver = name
            .rsplit_once('.')
            .and_then(|(owner, _)| self.class(owner));
        self.typed(entry.result(), receiver)
            .unwrap_or(Value::Unknown)
    }

    /// The class of a file depends on the mode it is opened with.
    fn opened(&mut self, call: &ast::ExprCall, position: usize) -> Value {
        let mode = match call.arguments.find_argument_value("mode", position) {
            None => "r",
            Some(Expr::StringLiteral(mode)) => mode.value.to_str(),
            Some(_) => return Value::Unknown,
        };
        let class = match (mode.contains('b'), mode.contains('+'), mode.contains('r')) {
            (false, ..) => "io.TextIOWrapper",
            (true, true, _) => "io.BufferedRandom",
            (true, false, true) => "io.BufferedReader",
            (true, false, false) => "io.BufferedWriter",
        };
        self.instance(class)
    }

    fn user_returned(&mut self, function: FunctionId) -> Value {
        let info = self.model.function(function);
        let (def, place) = (info.def, info.place);
        if def
            .decorator_list
            .iter()
            .any(|decorator| !keeps_result(&decorator.expression))
        {
            return Value::Unknown;
        }
        let returns = def
            .returns
            .as_deref()
            .map(|returns| self.annotation(returns, place));
        returns
            .and_then(|values| values.single())
            .map_or(Value::Unknown, |single| single.value)
    }

    fn awaited(&mut self, value: Value) -> Value {
        match value {
            Value::Coroutine(function) => {
                let Symbol { name, entry, .. } = &self.symbols[function.0 as usize];
                let (name, result) = (Arc::clone(name), entry.and_then(|entry| entry.result()));
                let receiver = name
                    .rsplit_once('.')
                    .and_then(|(owner, _)| self.class(owner));
                self.typed(result, receiver).unwrap_or(Value::Unknown)
            }
            Value::UserCoroutine(function) => self.user_returned(function),
            _ => Value::Unknown,
        }
    }

    // Attributes

    fn attribute(&mut self, attribute: &ast::ExprAttribute, place: Place) -> Values {
        let memo = attribute
            .node_index
            .load()
            .as_u32()
            .map(|index| index as usize);
        match memo.and_then(|index| self.attributes.get(index)) {
            Some(Memo::Done(values)) => return *values,
            Some(Memo::Running) => return Values::EMPTY,
            _ => {}
        }
        if let Some(slot) = memo.and_then(|index| self.attributes.get_mut(index)) {
            *slot = Memo::Running;
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
        if let Some(slot) = memo.and_then(|index| self.attributes.get_mut(index)) {
            *slot = Memo::Done(values);
        }
        values
    }

    fn member(&mut self, owner: Candidate, name: &str) -> Values {
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

    fn class_member(&mut self, class: Sym, name: &str) -> Candidate {
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

    fn class_member_from_table(
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

    fn member_entry(&mut self, sym: Sym, entry: Entry, class: Sym) -> Candidate {
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

    fn user_member(&mut self, class: ClassId, name: &str) -> Values {
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
        let body_values = self.weigh(in_body);
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

    /// Reading a property calls it.
    fn map_properties(&mut self, values: Values) -> Values {
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

    fn inherited(&mut self, class: ClassId, name: &str) -> Values {
        if self.depth >= MAX_DEPTH {
            return Values::unknown();
        }
        let info = self.model.class(class);
        let (def, place) = (info.def, info.place);
        let bases = def
            .arguments
            .as_ref()
            .map_or(&[][..], |arguments| &arguments.args);
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

    // Annotations

    /// What a variable with this annotation holds.
    fn annotation(&mut self, annotation: &Expr, place: Place) -> Values {
        if self.depth >= MAX_DEPTH {
            return Values::unknown();
        }
        self.depth += 1;
        let values = self.annotation_unguarded(annotation, place);
        self.depth -= 1;
        values
    }

    fn annotation_unguarded(&mut self, annotation: &Expr, place: Place) -> Values {
        match annotation {
            Expr::NoneLiteral(_) => Values::one(Candidate {
                symbol: None,
                value: Value::None,
            }),
            Expr::StringLiteral(text) => {
                let mut parts = text.value.iter();
                let (Some(part), None) = (parts.next(), parts.next()) else {
                    return Values::unknown();
                };
                // A tree of its own, dropped on this stack: no annotation is long.
                if part.value.len() > MAX_ANNOTATION {
                    return Values::unknown();
                }
                match parse_string_annotation(self.model.source, part) {
                    Ok(parsed) if !parsed.expr().is_string_literal_expr() => {
                        self.annotation(parsed.expr(), place)
                    }
                    _ => Values::unknown(),
                }
            }
            Expr::BinOp(binary) if binary.op == Operator::BitOr => {
                let mut values = self.annotation(&binary.left, place);
                values.extend(self.annotation(&binary.right, place));
                values
            }
            Expr::Subscript(subscript) => self.generic(subscript, place),
            Expr::Name(_) | Expr::Attribute(_) => {
                let values = self.eval(annotation, place);
                self.instances(values)
            }
            _ => Values::unknown(),
        }
    }

    fn generic(&mut self, subscript: &ast::ExprSubscript, place: Place) -> Values {
        let Some(outer) = self.eval(&subscript.value, place).single() else {
            return Values::unknown();
        };
        let name = outer.symbol.map_or("", |sym| self.symbol_name(sym));
        let arguments = match &*subscript.slice {
            Expr::Tuple(tuple) => tuple.elts.as_slice(),
            single => std::slice::from_ref(single),
        };
        match name {
            "typing.Optional" | "typing.Union" => {
                let mut values = Values::EMPTY;
                for argument in arguments.iter().take(MAX_ELEMENTS) {
                    values.extend(self.annotation(argument, place));
                }
                values
            }
            "typing.Annotated" | "typing.Final" | "typing.ClassVar" | "typing.Required"
            | "typing.NotRequired" | "typing.ReadOnly" => match arguments.first() {
                Some(argument) => self.annotation(argument, place),
                None => Values::unknown(),
            },
            "type" | "typing.Type" => {
                let values = match arguments.first() {
                    Some(argument) => self.annotation(argument, place),
                    None => Values::EMPTY,
                };
                self.map(values, |_, candidate| match candidate.value {
                    Value::Instance(class, _) => Value::Class(class),
                    Value::UserInstance(class) => Value::UserClass(class),
                    _ => Value::Unknown,
                })
            }
            _ => {
                let value = match outer.value {
                    Value::Class(class) => {
                        let item = if holds_items(self.symbol_name(class)) {
                            self.item_class(arguments, place)
                        } else {
                            None
                        };
                        Value::Instance(class, item)
                    }
                    Value::UserClass(class) => Value::UserInstance(class),
                    _ => Value::Unknown,
                };
                self.valued(value)
            }
        }
    }

    /// The item class of `list[X]` or `tuple[X, ...]`.
    fn item_class(&mut self, arguments: &[Expr], place: Place) -> Option<Sym> {
        let mut common = None;
        for argument in arguments
            .iter()
            .take(MAX_ELEMENTS)
            .filter(|argument| !argument.is_ellipsis_literal_expr())
        {
            let Value::Instance(class, _) = self.annotation(argument, place).single()?.value else {
                return None;
            };
            if common.is_some_and(|common| common != class) {
                return None;
            }
            common = Some(class);
        }
        common
    }
}

/// CapWords, as PEP 8 writes classes: `ClientSession`, not `MAX_SIZE` nor `get`.
fn looks_like_class(name: &str) -> bool {
    name.starts_with(|first: char| first.is_uppercase())
        && name.contains(|letter: char| letter.is_lowercase())
}

/// Generic classes whose single parameter is the class of their items.
fn holds_items(class: &str) -> bool {
    matches!(
        class,
        "list"
            | "set"
            | "frozenset"
            | "tuple"
            | "collections.deque"
            | "collections.abc.Iterable"
            | "collections.abc.Iterator"
            | "collections.abc.Collection"
            | "collections.abc.Sequence"
            | "collections.abc.MutableSequence"
            | "collections.abc.Set"
            | "collections.abc.MutableSet"
    )
}

fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        Expr::Call(call) => last_name(&call.func),
        _ => None,
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

/// Decorators after which the function still returns what it says.
fn keeps_result(decorator: &Expr) -> bool {
    matches!(
        last_name(decorator),
        Some(
            "staticmethod"
                | "classmethod"
                | "property"
                | "cached_property"
                | "abstractmethod"
                | "override"
                | "final"
                | "cache"
                | "lru_cache"
                | "wraps"
        )
    )
}
