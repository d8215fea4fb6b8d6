//! Names and attributes to public dotted names: what a variable holds, what a method belongs to.
//!
//! An expression is evaluated to a type ([`types::Type`]), lazily: a name by reading the flow of control backwards to
//! what binds it, an attribute by its owner's type, a call by the signature in the table. Where nothing is known,
//! nothing is said. What the user defines is known as such, so that it never looks like the library's. What a library
//! name is and what calls return comes from [`super::symbols`] alone.
//!
//! Everything is bounded: the depth of evaluation, the members of a union, the steps that are read backwards.

use std::sync::Arc;

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::scope::{
    BindingId, Bound, ClassId, Flow, FlowId, FunctionId, Model, NameId, Place, QuickMap, Reference,
    ScopeId, ScopeKind,
};
use super::{Found, rank};

mod annotations;
mod bindings;
mod calls;
mod expressions;
mod functions;
mod library;
mod members;
mod narrowing;
// Written for the workspace, which keeps one summary a file.
#[cfg_attr(not(test), allow(dead_code))]
mod summary;
mod types;
mod values;

pub(crate) use library::Workspace;
use library::{Origin, Symbol};
#[cfg_attr(not(test), allow(unused_imports))]
pub(crate) use summary::summary;
use types::{NEVER, Sym, Ty, Type, Types, UNKNOWN, Word};
pub(crate) use values::{Candidate, Value};

/// Calls of calls that are followed; deeper ones are not evaluated, merely silent.
const MAX_DEPTH: u32 = 64;
/// Bindings of one name that are weighed; a name bound more often than that is anything.
const MAX_BINDINGS: usize = 24;
/// Elements of a display that are looked at to say what it is a list of.
const MAX_ELEMENTS: usize = 16;
/// Nodes of the flow that are read for one use.
const MAX_WALK: u32 = 20_000;
/// Steps that a file is worth: real code takes a tenth of that.
const STEPS: u32 = 100_000;
const STEPS_PER_BYTE: u32 = 3;
/// Names that one token is given: more are no help.
const MAX_NAMES: usize = 6;

pub(crate) struct Resolver<'m, 'a> {
    pub model: &'m Model<'a>,
    workspace: Option<&'m Workspace<'m>>,
    types: Types,
    words: Vec<Arc<str>>,
    word_index: QuickMap<Arc<str>, Word>,
    symbols: Vec<Symbol<'m>>,
    index: QuickMap<Arc<str>, Sym>,
    /// What `module.name` turned out to be: the same few are asked for all over a file.
    imports: QuickMap<Box<str>, Ty>,
    class_members: QuickMap<(Sym, Word), Option<Sym>>,
    library_attrs: QuickMap<(Sym, Ty, Word), Option<members::Attr>>,
    mros: QuickMap<Ty, Arc<[Ty]>>,
    /// Classes whose bases are being read.
    classes_open: u32,
    path: String,
    bindings: Memos,
    uses: Memos,
    attributes: Memos,
    unpacked: Memos,
    captures: Memos,
    unions: QuickMap<(ScopeId, NameId), Ty>,
    tests: QuickMap<(FlowId, Reference), Memo>,
    user_classes: QuickMap<ClassId, Arc<library::ClassInfo>>,
    user_members: QuickMap<(ClassId, NameId), Option<members::Own>>,
    protocols: QuickMap<Sym, Arc<[Word]>>,
    decorations: QuickMap<FunctionId, functions::Decoration>,
    returns: QuickMap<FunctionId, Memo>,
    builtins: Vec<Option<Option<Ty>>>,
    aliases: QuickMap<BindingId, Memo>,
    /// What the type variables of the signature that is being read can be.
    bounds: Vec<(Word, Ty)>,
    depth: u32,
    steps: u32,
    max_steps: u32,
}

/// Whether something has been evaluated yet; what is being evaluated depends on itself.
#[derive(Debug, Clone, Copy)]
enum Memo {
    Unseen,
    Running,
    Done(Ty),
}

/// What has been evaluated, by index.
struct Memos(Vec<Option<Option<Ty>>>);

impl Memos {
    fn new(count: usize) -> Self {
        Self(vec![None; count])
    }

    fn get(&self, index: usize) -> Memo {
        match self.0.get(index) {
            None | Some(None) => Memo::Unseen,
            Some(Some(None)) => Memo::Running,
            Some(Some(Some(ty))) => Memo::Done(*ty),
        }
    }

    fn start(&mut self, index: usize) {
        if let Some(slot) = self.0.get_mut(index) {
            *slot = Some(None);
        }
    }

    fn finish(&mut self, index: usize, ty: Ty) {
        if let Some(slot) = self.0.get_mut(index) {
            *slot = Some(Some(ty));
        }
    }
}

/// Evaluates the names and attributes that are wanted and emits what they stand for.
///
/// What the file binds and what its functions give is evaluated first, in the order of the lines, whatever is wanted: what
/// goes round in circles is cut where it is entered, and so it is always entered at the same place.
pub(crate) fn resolve(resolver: &mut Resolver<'_, '_>, found: &mut Found) {
    let model = resolver.model;
    for index in 0..model.imported.len() {
        resolver.emit_import(index, found);
    }
    for index in 0..model.bindings.len() {
        resolver.emit_binding(BindingId(index as u32), found);
    }
    for (index, function) in model.functions.iter().enumerate() {
        if function.def.returns.is_none() {
            resolver.user_result(FunctionId(index as u32));
        }
    }
    for index in 0..model.uses.len() {
        if found.wants(model.uses[index].name.range()) {
            resolver.emit_use(index, found);
        }
    }
    for index in 0..model.attributes.len() {
        if found.wants(model.attributes[index].attribute.attr.range()) {
            resolver.emit_attribute(index, found);
        }
    }
}

impl<'m, 'a> Resolver<'m, 'a> {
    pub fn in_workspace(model: &'m Model<'a>, workspace: Option<&'m Workspace<'m>>) -> Self {
        let mut resolver = Self {
            model,
            workspace,
            types: Types::new(),
            words: Vec::with_capacity(128),
            word_index: QuickMap::default(),
            symbols: Vec::with_capacity(256),
            index: QuickMap::default(),
            imports: QuickMap::default(),
            class_members: QuickMap::default(),
            library_attrs: QuickMap::default(),
            mros: QuickMap::default(),
            classes_open: 0,
            path: String::new(),
            bindings: Memos::new(model.bindings.len()),
            uses: Memos::new(model.uses.len()),
            attributes: Memos::new(model.attributes.len()),
            unpacked: Memos::new(model.unpacked.len()),
            captures: Memos::new(model.captures.len()),
            unions: QuickMap::default(),
            tests: QuickMap::default(),
            user_classes: QuickMap::default(),
            user_members: QuickMap::default(),
            protocols: QuickMap::default(),
            decorations: QuickMap::default(),
            returns: QuickMap::default(),
            builtins: vec![None; model.name_count()],
            aliases: QuickMap::default(),
            bounds: Vec::new(),
            depth: 0,
            steps: 0,
            max_steps: u32::try_from(model.source.len())
                .unwrap_or(u32::MAX)
                .saturating_mul(STEPS_PER_BYTE)
                .saturating_add(STEPS),
        };
        // `Self` is the first word: see `library::SELF`.
        resolver.word("Self");
        resolver
    }

    /// Counts a step; whether there are any left.
    fn may_step(&mut self) -> bool {
        self.steps = self.steps.saturating_add(1);
        self.steps <= self.max_steps
    }

    // What tokens are called

    fn emit_import(&mut self, index: usize, found: &mut Found) {
        let model = self.model;
        if let Some((range, path)) = model.imported.get(index) {
            let ty = self.path(path);
            if found.wants(*range) {
                self.emit(ty, *range, found);
            }
        }
    }

    fn emit_binding(&mut self, id: BindingId, found: &mut Found) {
        let binding = self.model.binding(id);
        let is_defined_here = matches!(
            binding.bound,
            Bound::Function(_)
                | Bound::Class(_)
                | Bound::Receiver { .. }
                | Bound::Deleted
                | Bound::TypeParam(_)
                | Bound::TypeAlias(_)
        );
        // The walk lists attributes among the uses too.
        if !is_defined_here && binding.member.is_none() {
            let ty = self.binding(id);
            if found.wants(binding.range) {
                self.emit(ty, binding.range, found);
            }
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
        let ty = self.name(usage.name, usage.place);
        if usage.is_callee {
            self.emit_recursion(ty, usage.place, range, found);
        }
        self.emit(ty, range, found);
    }

    fn emit_recursion(&self, ty: Ty, place: Place, range: TextRange, found: &mut Found) {
        let called = match self.types.get(ty) {
            Type::UserFunction(called) | Type::UserMethod(called, _) => called,
            _ => return,
        };
        if self.model.function_around(place.scope) == Some(called) {
            found.syntax("recursion", range, rank::SPECIFIC);
        }
    }

    /// An attribute is called by the library's name for it; one of the user's own by what it holds.
    fn emit_attribute(&mut self, index: usize, found: &mut Found) {
        let usage = self.model.attributes[index];
        let attribute = usage.attribute;
        let range = attribute.attr.range();
        let name = attribute.attr.as_str();
        let owner = self.eval(&attribute.value, usage.place);
        let mut names = Names::default();
        for member in self.types.members(owner).iter() {
            if let Some(found) = self.attr(member, name) {
                match found.sym {
                    Some(sym) => names.add(sym),
                    None => names.is_user |= found.is_user,
                }
            }
        }
        if names.is_user || names.len == 0 {
            if names.len > 0 {
                return;
            }
            let ty = self.attribute(attribute, usage.place);
            if usage.is_callee {
                self.emit_recursion(ty, usage.place, range, found);
            }
            if names.is_user {
                self.emit(ty, range, found);
            }
            return;
        }
        for sym in names.iter() {
            self.emit_symbol(sym, range, found);
        }
    }

    /// Emits the names of what `ty` can be; nothing where one of them is the user's.
    fn emit(&mut self, ty: Ty, range: TextRange, found: &mut Found) {
        let mut names = Names::default();
        let members = self.types.members(ty);
        // `try: from json import loads / except ImportError: def loads(...)`: the library's where it is there.
        let has_import = members.iter().any(|member| {
            matches!(
                self.types.get(member),
                Type::Function(_) | Type::Class(..) | Type::Module(_)
            )
        });
        for member in members.iter() {
            match self.types.get(member) {
                Type::UserFunction(_) | Type::UserClass(..) if has_import => {}
                Type::Gradual | Type::Never | Type::None => {}
                _ => match self.name_of(member) {
                    Some(sym) => names.add(sym),
                    None => return,
                },
            }
        }
        if names.len > MAX_NAMES {
            return;
        }
        for sym in names.iter() {
            self.emit_symbol(sym, range, found);
        }
    }

    fn emit_symbol(&self, sym: Sym, range: TextRange, found: &mut Found) {
        let symbol = self.symbol(sym);
        if symbol.origin == Origin::Workspace {
            return;
        }
        found.symbol(Arc::clone(&symbol.name), range);
        if let Some(also) = symbol.also {
            found.symbol(Arc::clone(&self.symbol(also).name), range);
        }
    }

    /// The library's name of what a type is: of the class for an instance.
    fn name_of(&mut self, ty: Ty) -> Option<Sym> {
        let sym = match self.types.get(ty) {
            Type::Module(sym)
            | Type::Class(sym, _)
            | Type::Instance(sym, _)
            | Type::Function(sym)
            | Type::Method(sym, _)
            | Type::Foreign(sym)
            | Type::Named(sym, _) => sym,
            Type::Tuple(_) => self.class("tuple")?,
            Type::Alias(inner) => {
                let mut members = self.types.members(inner).iter();
                return match (members.next(), members.next()) {
                    (Some(only), None) if only != ty => self.name_of(only),
                    _ => None,
                };
            }
            _ => return None,
        };
        if let Type::Instance(..) = self.types.get(ty)
            && is_private(self.symbol_name(sym))
        {
            return None;
        }
        (self.symbol(sym).origin != Origin::Workspace).then_some(sym)
    }

    /// Whether the file can start a thread at all.
    pub fn mentions_threads(&self) -> bool {
        ["threading.Thread", "concurrent.futures.ThreadPoolExecutor"]
            .iter()
            .any(|class| self.index.contains_key(*class))
    }

    // Names

    fn name(&mut self, name: &ast::ExprName, place: Place) -> Ty {
        let memo = name.node_index.load().as_u32().map(|index| index as usize);
        if let Some(Memo::Done(ty)) = memo.map(|index| self.uses.get(index)) {
            return ty;
        }
        let usage = memo.and_then(|index| self.model.uses.get(index));
        let (id, place) = match usage {
            Some(usage) => (Some(usage.id), usage.place),
            None => (self.model.name_id(name.id.as_str()), place),
        };
        let Some(id) = id else {
            // Only a string annotation can name what the file's code does not.
            return self.builtin(name.id.as_str()).unwrap_or(UNKNOWN);
        };
        let ty = if usage.is_some() {
            self.lookup(id, name.id.as_str(), place)
        } else {
            self.lookup_anytime(id, name.id.as_str(), place.scope)
        };
        if let Some(index) = memo
            && self.depth < MAX_DEPTH
        {
            self.uses.finish(index, ty);
        }
        ty
    }

    /// What a name is at a place of the code.
    fn lookup(&mut self, id: NameId, name: &str, place: Place) -> Ty {
        let model = self.model;
        let Some(owner) = model.owner(place.scope, id) else {
            let ty = self.global(id, name);
            return self.walked(id, owner_of_builtins(), place, ty);
        };
        if !model.runs_inside(place.scope, owner) {
            let ty = self.union(owner, id, name);
            return self.walked(id, owner, place, ty);
        }
        let reference = Reference::Name(id);
        let bindings = model.bindings_in(owner, id);
        if let [only] = bindings
            && model.flows.touches(reference) == 1
            && !model
                .flows
                .is_touched(reference, place.flow, FlowId(u32::MAX))
        {
            return self.binding(*only);
        }
        let (ty, is_unbound) = self.walk(place.flow, reference, Some(owner), None);
        let elsewhere = self.elsewhere(bindings);
        let ty = self.types.union(ty, elsewhere);
        if ty == NEVER && !is_unbound {
            // Nothing leads here: code that never runs is explained all the same.
            return self.union(owner, id, name);
        }
        if ty != NEVER {
            return match model.declared_type(owner, id) {
                Some(_) if self.types.is_open_ended(ty) => self.union(owner, id, name),
                _ => ty,
            };
        }
        // Not bound yet: a module or class then sees what is around it, a function fails.
        match model.scope(owner).kind {
            ScopeKind::Module => {
                if model.declared_type(owner, id).is_some() {
                    return self.union(owner, id, name);
                }
                self.global(id, name)
            }
            ScopeKind::Class(_) => match model.scope(owner).parent {
                Some(scope) => self.lookup(
                    id,
                    name,
                    Place {
                        scope,
                        flow: place.flow,
                    },
                ),
                None => UNKNOWN,
            },
            _ if model.declared_type(owner, id).is_some() => self.union(owner, id, name),
            _ => UNKNOWN,
        }
    }

    /// What functions bind by `global` or `nonlocal`: at any time.
    fn elsewhere(&mut self, bindings: &[BindingId]) -> Ty {
        let mut ty = NEVER;
        for id in bindings.iter().take(MAX_BINDINGS) {
            if self.model.binding(*id).elsewhere {
                let bound = self.binding(*id);
                ty = self.types.union(ty, bound);
            }
        }
        ty
    }

    /// What tests in this function make of a name from outside.
    fn walked(&mut self, id: NameId, owner: ScopeId, place: Place, ty: Ty) -> Ty {
        let reference = Reference::Name(id);
        let touches = self.model.flows.touches(reference);
        if touches == 0 || touches == self.model.bindings_in(owner, id).len() {
            let is_bound_here = self.model.is_declared_elsewhere(place.scope, id);
            if touches == 0 || !is_bound_here {
                return ty;
            }
        }
        let (walked, _) = self.walk(place.flow, reference, Some(owner), Some(ty));
        if walked == NEVER { ty } else { walked }
    }

    /// What a name can ever be, seen from a scope: for annotations in strings.
    fn lookup_anytime(&mut self, id: NameId, name: &str, scope: ScopeId) -> Ty {
        match self.model.owner(scope, id) {
            Some(owner) => self.union(owner, id, name),
            None => self.global(id, name),
        }
    }

    fn global(&mut self, id: NameId, name: &str) -> Ty {
        if let Some(Some(known)) = self.builtins.get(id.0 as usize) {
            return known.unwrap_or(UNKNOWN);
        }
        let ty = self
            .star_imported(name)
            .unwrap_or_else(|| self.builtin(name).or_else(|| self.module_global(name)));
        if let Some(slot) = self.builtins.get_mut(id.0 as usize) {
            *slot = Some(ty);
        }
        ty.unwrap_or(UNKNOWN)
    }

    /// `__file__` and the like, which every module has.
    fn module_global(&mut self, name: &str) -> Option<Ty> {
        if !name.starts_with("__") {
            return None;
        }
        let module = self.class("types.ModuleType")?;
        let word = self.word(name);
        let sym = self.library_member(module, word)?;
        Some(self.value(sym))
    }

    /// What `from module import *` makes of a name: a type, nothing certain, or no word on it.
    fn star_imported(&mut self, name: &str) -> Option<Option<Ty>> {
        for (star, level) in self.model.stars.iter().rev() {
            let relative = match level {
                0 => None,
                level => self.absolute(*star, *level),
            };
            let star = match level {
                0 => *star,
                _ => relative.as_deref(),
            };
            if let Some(module) = star
                && self.is_workspace(module)
            {
                let ty = self.import_from(module, name);
                if ty != UNKNOWN && !name.starts_with('_') {
                    return Some(Some(ty));
                }
                continue;
            }
            let Some(module) = star.filter(|module| super::symbols::module(module).is_some())
            else {
                // A module that nobody has read may define anything.
                return Some(None);
            };
            let ty = self.import_from(module, name);
            if !name.starts_with('_')
                && ty != UNKNOWN
                && !matches!(self.types.get(ty), Type::Module(_))
            {
                return Some(Some(ty));
            }
        }
        None
    }

    /// Everything that a name is ever bound to in its scope, for code that runs at some other time.
    fn union(&mut self, scope: ScopeId, id: NameId, name: &str) -> Ty {
        if let Some(ty) = self.unions.get(&(scope, id)) {
            return *ty;
        }
        let model = self.model;
        let ty = match model.declared_type(scope, id) {
            Some(annotation) if !is_bare_final(annotation) => {
                let flow = super::scope::START;
                self.annotation(annotation, Place { scope, flow })
            }
            _ => self.weigh(model.bindings_in(scope, id)),
        };
        let ty = if ty == NEVER {
            self.global(id, name)
        } else {
            ty
        };
        if self.depth == 0 {
            self.unions.insert((scope, id), ty);
        }
        ty
    }

    fn weigh(&mut self, ids: &[BindingId]) -> Ty {
        if ids.len() > MAX_BINDINGS {
            return UNKNOWN;
        }
        let model = self.model;
        let is_alive = |id: &BindingId| !model.binding(*id).is_dead;
        let all_dead = !ids.iter().any(is_alive);
        let mut ty = NEVER;
        for id in ids {
            let binding = model.binding(*id);
            if (all_dead || is_alive(id)) && !matches!(binding.bound, Bound::Deleted) {
                let bound = self.binding(*id);
                ty = self.types.union(ty, bound);
            }
        }
        ty
    }

    // Flow

    /// What reaches a node, and whether a way leads there on which nothing was bound. `fallback` is what a reference is
    /// that nothing on the way binds.
    fn walk(
        &mut self,
        from: FlowId,
        reference: Reference,
        owner: Option<ScopeId>,
        fallback: Option<Ty>,
    ) -> (Ty, bool) {
        let model = self.model;
        let mut ways = vec![from];
        let mut visited: Vec<FlowId> = Vec::new();
        let mut reaching: Vec<BindingId> = Vec::new();
        let mut ty = NEVER;
        let mut is_unbound = false;
        let mut walked = 0;
        while let Some(way) = ways.pop() {
            let mut flow = way;
            loop {
                walked += 1;
                self.steps += 1;
                if walked > MAX_WALK || self.steps > self.max_steps {
                    return (fallback.unwrap_or(UNKNOWN), false);
                }
                match model.flows.node(flow) {
                    Flow::Unreachable => break,
                    Flow::Start => {
                        is_unbound = true;
                        break;
                    }
                    Flow::Bind {
                        before,
                        reference: bound,
                        binding,
                    } => {
                        let is_owner = owner.is_none()
                            || matches!(bound, Reference::Chain(_))
                            || owner == Some(model.binding(binding).owner);
                        if bound == reference && is_owner {
                            if matches!(model.binding(binding).bound, Bound::Deleted) {
                                is_unbound = true;
                            } else if !reaching.contains(&binding) {
                                reaching.push(binding);
                            }
                            break;
                        }
                        if model.flows.is_part(bound, reference) {
                            // `self.a` was something else when `self` was.
                            is_unbound = true;
                            break;
                        }
                        flow = before;
                    }
                    Flow::Test {
                        before,
                        reference: tested,
                        ..
                    }
                    | Flow::Case {
                        before,
                        reference: tested,
                        ..
                    } => {
                        if tested == reference && self.depth < MAX_DEPTH {
                            let narrowed = self.tested(flow, reference, owner, fallback);
                            match narrowed {
                                Some(narrowed) => ty = self.types.union(ty, narrowed),
                                None => is_unbound = true,
                            }
                            break;
                        }
                        flow = before;
                    }
                    Flow::Join { entry, ways: id } => {
                        if visited.contains(&flow) {
                            break;
                        }
                        let (from, end) = model.flows.ways(id);
                        if !model.flows.is_touched(reference, entry, end) {
                            flow = entry;
                            continue;
                        }
                        if visited.len() > 512 {
                            return (fallback.unwrap_or(UNKNOWN), false);
                        }
                        visited.push(flow);
                        ways.extend(from.iter().rev());
                        break;
                    }
                }
            }
            if reaching.len() > MAX_BINDINGS {
                return (UNKNOWN, false);
            }
        }
        // Candidates come in the order of the lines that bind them.
        reaching.sort_by_key(|id| id.0);
        let mut all = NEVER;
        for id in reaching {
            let bound = self.binding(id);
            all = self.types.union(all, bound);
        }
        ty = self.types.union(all, ty);
        if is_unbound && let Some(fallback) = fallback {
            ty = self.types.union(ty, fallback);
            is_unbound = false;
        }
        (ty, is_unbound)
    }

    /// What a reference is behind a test of it; none if nothing has bound it.
    fn tested(
        &mut self,
        flow: FlowId,
        reference: Reference,
        owner: Option<ScopeId>,
        fallback: Option<Ty>,
    ) -> Option<Ty> {
        match self.tests.get(&(flow, reference)) {
            Some(Memo::Done(ty)) => return Some(*ty),
            // Round and round: what the other ways bring is all there is.
            Some(Memo::Running) => return Some(NEVER),
            _ => {}
        }
        self.tests.insert((flow, reference), Memo::Running);
        self.depth += 1;
        let narrowed = match self.model.flows.node(flow) {
            Flow::Test {
                before,
                test,
                sense,
                ..
            } => {
                let (ty, is_unbound) = self.walk(before, reference, owner, fallback);
                if ty == NEVER && is_unbound {
                    None
                } else {
                    Some(self.narrow(ty, test, sense))
                }
            }
            Flow::Case {
                before,
                pattern,
                sense,
                ..
            } => {
                let (ty, is_unbound) = self.walk(before, reference, owner, fallback);
                if ty == NEVER && is_unbound {
                    None
                } else {
                    let scope = owner.unwrap_or(super::scope::MODULE);
                    Some(self.matched(ty, pattern, sense, Place { scope, flow }))
                }
            }
            _ => None,
        };
        self.depth -= 1;
        match narrowed {
            Some(ty) => {
                self.tests.insert((flow, reference), Memo::Done(ty));
            }
            None => {
                self.tests.remove(&(flow, reference));
            }
        }
        narrowed
    }

    /// A data symbol's own type, where only what it holds matters.
    fn strip(&mut self, ty: Ty) -> Ty {
        match self.types.get(ty) {
            Type::Named(_, inner) => inner,
            Type::Union(_) => {
                let mut all = NEVER;
                for member in self.types.members(ty).iter() {
                    let member = match self.types.get(member) {
                        Type::Named(_, inner) => inner,
                        _ => member,
                    };
                    all = self.types.union(all, member);
                }
                all
            }
            _ => ty,
        }
    }
}

/// Classes that no documentation names: what is an instance of them is not called after them.
fn is_private(name: &str) -> bool {
    name.rsplit('.')
        .next()
        .is_some_and(|last| last.starts_with('_'))
}

/// Builtins belong to no scope of the file.
fn owner_of_builtins() -> ScopeId {
    ScopeId(u32::MAX)
}

/// `x: Final = value` says nothing about what `x` holds.
fn is_bare_final(annotation: &Expr) -> bool {
    match annotation {
        Expr::Name(name) => matches!(name.id.as_str(), "Final" | "ClassVar"),
        Expr::Attribute(attribute) => matches!(attribute.attr.as_str(), "Final" | "ClassVar"),
        _ => false,
    }
}

/// The names of one token.
#[derive(Default)]
struct Names {
    items: [Option<Sym>; 16],
    len: usize,
    is_user: bool,
}

impl Names {
    fn add(&mut self, sym: Sym) {
        if self.iter().any(|known| known == sym) {
            return;
        }
        if let Some(slot) = self.items.get_mut(self.len) {
            *slot = Some(sym);
            self.len += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = Sym> + use<> {
        self.items.into_iter().flatten()
    }
}
