//! The one walk over the tree: opens scopes and blocks, notes who binds and who reads, asks for the syntax of each node.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    self as ast, ExceptHandler, Expr, ExprContext, NodeIndex, Parameters, Pattern, Stmt, TypeParam,
};
use ruff_text_size::{Ranged, TextRange};

use super::flow::{START, UNREACHABLE, constant, is_call_of, tested};
use super::{
    AttributeUse, Binding, BindingId, Bound, Capture, CaptureId, Class, ClassId, FlowId, Flows,
    Function, FunctionId, Lambda, MODULE, Model, NameId, Place, QuickMap, Reference, Scope,
    ScopeId, ScopeKind, UnpackId, Use,
};
use crate::python::catalogue::special_method;
use crate::python::syntax::Syntax;
use crate::python::tokens::TokenIndex;
use crate::python::{Found, rank};

/// Nodes below one another that are visited; CPython's own parser gives up earlier.
const MAX_DEPTH: u32 = 600;
/// A left-leaning chain of operators is walked without recursion, but dropping it recurses.
const MAX_CHAIN: usize = 2_000;

/// Tokens of a dotted path that are told apart; no package is nested anywhere near as deep.
const MAX_PATH_TOKENS: usize = 64;
/// Attributes of attributes that flow follows: `self.a.b`.
const MAX_CHAIN_LENGTH: usize = 4;
/// Patterns within patterns whose names are bound to something known.
const MAX_PATTERN: u32 = 100;
/// Places in one `try` that are told apart by what is bound there.
const MAX_RAISES: usize = 64;

/// Walks a file once: syntax into `found`, the rest into the model.
pub(crate) fn walk<'a>(
    source: &'a str,
    body: &'a [Stmt],
    tokens: &TokenIndex<'_>,
    found: &mut Found,
) -> Model<'a> {
    // Room for what a file of this size has, so that nothing is moved while it grows.
    let expected = tokens.len() / 8;
    let model = Model {
        source,
        scopes: vec![Scope {
            kind: ScopeKind::Module,
            parent: None,
            class: None,
        }],
        flows: Flows::new(),
        bindings: Vec::with_capacity(expected),
        functions: Vec::new(),
        classes: Vec::new(),
        lambdas: Vec::new(),
        captures: Vec::new(),
        unpacked: Vec::new(),
        returns: QuickMap::default(),
        yields: QuickMap::default(),
        uses: Vec::with_capacity(expected * 2),
        attributes: Vec::with_capacity(expected),
        imported: Vec::new(),
        stars: Vec::new(),
        names: QuickMap::with_capacity_and_hasher(expected / 2, Default::default()),
        bound: QuickMap::with_capacity_and_hasher(expected / 2, Default::default()),
        members: QuickMap::default(),
        declared_types: QuickMap::default(),
        declared_members: QuickMap::default(),
        declared: QuickMap::default(),
        deep: false,
    };
    let mut walker = Walker {
        model,
        syntax: Syntax { tokens, found },
        place: Place {
            scope: MODULE,
            flow: START,
        },
        receivers: Vec::new(),
        loops: Vec::new(),
        tries: Vec::new(),
        dead: 0,
        walruses: 0,
        depth: 0,
    };
    walker.syntax.docstring(body);
    walker.visit_body(body);
    walker.model
}

struct Walker<'a, 't, 'f> {
    model: Model<'a>,
    syntax: Syntax<'t, 'f>,
    place: Place,
    /// First parameters of the methods around: `(scope, name, class)`.
    receivers: Vec<(ScopeId, NameId, ClassId)>,
    /// The loops around, within the function: their heads, and the ways that leave them by `break`.
    loops: Vec<(FlowId, Vec<FlowId>)>,
    /// For each `try` around, within the function, where an exception can come from.
    tries: Vec<Vec<FlowId>>,
    /// How many branches around never run.
    dead: u32,
    /// How many `:=` there were so far.
    walruses: u32,
    depth: u32,
}

impl<'a> Walker<'a, '_, '_> {
    fn name(&mut self, name: &'a str) -> NameId {
        let next = NameId(self.model.names.len() as u32);
        *self.model.names.entry(name).or_insert(next)
    }

    fn open_scope(&mut self, kind: ScopeKind) -> Place {
        let before = self.place;
        let class = match kind {
            ScopeKind::Class(class) => Some(class),
            _ => self.model.scope(before.scope).class,
        };
        self.model.scopes.push(Scope {
            kind,
            parent: Some(before.scope),
            class,
        });
        let scope = ScopeId(self.model.scopes.len() as u32 - 1);
        // Class bodies and comprehensions run where they stand; a function's body runs some other time.
        let flow = match kind {
            ScopeKind::Function(_) | ScopeKind::Lambda => START,
            _ => before.flow,
        };
        self.place = Place { scope, flow };
        before
    }

    /// Adds a node that binds, and the way from there to the handlers around.
    fn flow_bind(&mut self, reference: Reference, binding: BindingId) {
        if self.place.flow == UNREACHABLE {
            return;
        }
        self.place.flow = self.model.flows.bind(self.place.flow, reference, binding);
        self.may_raise();
    }

    fn may_raise(&mut self) {
        let flow = self.place.flow;
        if let Some(ways) = self.tries.last_mut()
            && ways.len() < MAX_RAISES
        {
            ways.push(flow);
        }
    }

    /// The name, or the attributes of a name, that flow can say something about.
    fn reference(&mut self, expr: &'a Expr) -> Option<Reference> {
        let mut attributes: [&'a str; MAX_CHAIN_LENGTH] = [""; MAX_CHAIN_LENGTH];
        let mut count = 0;
        let mut current = expr;
        loop {
            match current {
                Expr::Name(name) if !name.range().is_empty() => {
                    let mut reference = Reference::Name(self.name(name.id.as_str()));
                    for attribute in attributes[..count].iter().rev() {
                        let id = self.name(attribute);
                        reference = self.model.flows.make_chain(reference, id);
                    }
                    return Some(reference);
                }
                Expr::Attribute(attribute) if count < MAX_CHAIN_LENGTH => {
                    attributes[count] = attribute.attr.as_str();
                    count += 1;
                    current = &attribute.value;
                }
                _ => return None,
            }
        }
    }

    fn bind(&mut self, name: &'a str, range: TextRange, bound: Bound<'a>) {
        // Where the parser misses a name it puts an empty one.
        if name.is_empty() || range.is_empty() {
            return;
        }
        let id = self.name(name);
        let declared = self.model.declared.get(&(self.place.scope, id)).copied();
        let owner = declared.unwrap_or(self.place.scope);
        let binding = self.push_binding(range, bound, None, owner);
        self.model
            .bound
            .entry((owner, id))
            .or_default()
            .push(binding);
        match bound {
            // `x: int` says what `x` is to be and binds nothing.
            Bound::Annotated { value: None, .. } => {}
            _ => self.flow_bind(Reference::Name(id), binding),
        }
        if let Bound::Annotated { annotation, .. }
        | Bound::Parameter {
            annotation: Some(annotation),
            ..
        } = bound
        {
            self.model
                .declared_types
                .entry((owner, id))
                .or_insert(annotation);
        }
    }

    fn push_binding(
        &mut self,
        range: TextRange,
        bound: Bound<'a>,
        member: Option<&'a ast::ExprAttribute>,
        owner: ScopeId,
    ) -> BindingId {
        let binding = BindingId(self.model.bindings.len() as u32);
        self.model.bindings.push(Binding {
            range,
            place: self.place,
            owner,
            bound,
            member,
            is_dead: self.dead > 0,
            elsewhere: owner != self.place.scope,
        });
        binding
    }

    fn bind_identifier(&mut self, identifier: &'a ast::Identifier, bound: Bound<'a>) {
        self.bind(identifier.as_str(), identifier.range(), bound);
    }

    /// Binds every name in an assignment's target.
    fn bind_target(&mut self, target: &'a Expr, bound: Bound<'a>) {
        match target {
            Expr::Name(name) => self.bind(name.id.as_str(), name.range(), bound),
            Expr::Attribute(attribute) => self.bind_member(target, attribute, bound),
            Expr::Starred(starred) => self.bind_target(&starred.value, bound),
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                self.bind_targets(elts, bound);
            }
            _ => {}
        }
    }

    fn bind_targets(&mut self, targets: &'a [Expr], bound: Bound<'a>) {
        if let Bound::Value(Expr::Tuple(ast::ExprTuple { elts: values, .. }))
        | Bound::Value(Expr::List(ast::ExprList { elts: values, .. })) = bound
            && values.len() == targets.len()
            && !targets.iter().chain(values).any(Expr::is_starred_expr)
        {
            for (target, value) in targets.iter().zip(values) {
                self.bind_target(target, Bound::Value(value));
            }
            return;
        }
        let value = UnpackId(self.model.unpacked.len() as u32);
        self.model.unpacked.push(bound);
        let star = targets.iter().position(Expr::is_starred_expr);
        for (index, target) in targets.iter().enumerate() {
            let part = match (bound, star) {
                (Bound::Deleted, _) => bound,
                (_, Some(star)) if star == index => Bound::Rest { value },
                (_, Some(star)) if index > star => Bound::Element {
                    value,
                    index: (targets.len() - index) as u32,
                    from_end: true,
                },
                _ => Bound::Element {
                    value,
                    index: index as u32,
                    from_end: false,
                },
            };
            self.bind_target(target, part);
        }
    }

    /// `self.x = ...` in a method binds an attribute of the class.
    fn bind_member(
        &mut self,
        target: &'a Expr,
        attribute: &'a ast::ExprAttribute,
        bound: Bound<'a>,
    ) {
        let range = attribute.attr.range();
        if range.is_empty() {
            return;
        }
        let binding = self.push_binding(range, bound, Some(attribute), self.place.scope);
        if let Some(reference) = self.reference(target)
            && !matches!(bound, Bound::Annotated { value: None, .. })
        {
            self.flow_bind(reference, binding);
        }
        let Expr::Name(receiver) = &*attribute.value else {
            return;
        };
        let receiver = self.name(receiver.id.as_str());
        let Some(owner) = self.model.owner(self.place.scope, receiver) else {
            return;
        };
        let Some(&(_, _, class)) = self
            .receivers
            .iter()
            .rev()
            .find(|(scope, name, _)| *scope == owner && *name == receiver)
        else {
            return;
        };
        let id = self.name(attribute.attr.as_str());
        self.model
            .members
            .entry((class, id))
            .or_default()
            .push(binding);
        if let Bound::Annotated { annotation, .. } = bound {
            self.model
                .declared_members
                .entry((class, id))
                .or_insert((annotation, self.place));
        }
    }

    fn visit_function(&mut self, def: &'a ast::StmtFunctionDef) {
        for decorator in &def.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        let class = match self.model.scope(self.place.scope).kind {
            ScopeKind::Class(class) => Some(class),
            _ => None,
        };
        self.defined_name(&def.name, class);
        let id = FunctionId(self.model.functions.len() as u32);
        self.bind_identifier(&def.name, Bound::Function(id));
        let place = self.place;
        self.model.functions.push(Function {
            def,
            place,
            scope: place.scope,
            class,
            yields: false,
            falls_through: false,
        });

        let outside = self.open_type_params(def.type_params.as_deref());
        self.visit_parameter_expressions(&def.parameters);
        if let Some(returns) = &def.returns {
            self.visit_expr(returns);
        }
        let before = self.open_scope(ScopeKind::Function(id));
        let loops = std::mem::take(&mut self.loops);
        let tries = std::mem::take(&mut self.tries);
        self.model.functions[id.0 as usize].scope = self.place.scope;
        let receiver = class.and_then(|class| {
            receiver(def).map(|(parameter, is_class)| (class, parameter, is_class))
        });
        self.bind_parameters(&def.parameters, receiver);
        self.visit_body(&def.body);
        if receiver.is_some() {
            self.receivers.pop();
        }
        self.model.functions[id.0 as usize].falls_through = self.place.flow != UNREACHABLE;
        self.loops = loops;
        self.tries = tries;
        self.place = before;
        if let Some(outside) = outside {
            self.place = outside;
        }
        if self.model.functions[id.0 as usize].yields {
            let name = if def.is_async {
                "async generator"
            } else {
                "generator"
            };
            self.syntax.emit(name, def.name.range(), rank::PART_OF);
        }
    }

    /// The name of a method says more than that it is a name.
    fn defined_name(&mut self, name: &ast::Identifier, class: Option<ClassId>) {
        let is_module_hook = class.is_none()
            && self.place.scope == MODULE
            && matches!(name.as_str(), "__getattr__" | "__dir__");
        if (class.is_some() || is_module_hook)
            && let Some(method) = special_method(name.as_str())
        {
            self.syntax.emit(method, name.range(), rank::SPECIFIC);
        }
        if class.is_some() && is_mangled(name.as_str()) {
            self.syntax
                .emit("name mangling", name.range(), rank::SPECIFIC);
        }
    }

    fn visit_class(&mut self, def: &'a ast::StmtClassDef) {
        for decorator in &def.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        let id = ClassId(self.model.classes.len() as u32);
        let place = self.place;
        self.model.classes.push(Class {
            def,
            place,
            scope: place.scope,
            end: place.flow,
        });
        let outside = self.open_type_params(def.type_params.as_deref());
        if let Some(arguments) = &def.arguments {
            self.visit_arguments(arguments);
        }
        let before = self.open_scope(ScopeKind::Class(id));
        self.model.classes[id.0 as usize].scope = self.place.scope;
        self.visit_body(&def.body);
        self.model.classes[id.0 as usize].end = self.place.flow;
        self.place.scope = outside.unwrap_or(before).scope;
        // A class has its name once its body has run; a function in between sees it all the same.
        self.bind(def.name.as_str(), def.name.range(), Bound::Class(id));
    }

    fn open_type_params(&mut self, params: Option<&'a ast::TypeParams>) -> Option<Place> {
        let params = params?;
        let before = self.open_scope(ScopeKind::TypeParams);
        for param in &params.type_params {
            self.bind(
                param.name().as_str(),
                param.name().range(),
                Bound::TypeParam(param),
            );
        }
        for param in &params.type_params {
            if let TypeParam::TypeVar(variable) = param
                && let Some(bound) = &variable.bound
            {
                self.visit_expr(bound);
            }
            if let Some(default) = param.default() {
                self.visit_expr(default);
            }
        }
        Some(before)
    }

    /// Defaults and annotations belong to the scope around the function.
    fn visit_parameter_expressions(&mut self, parameters: &'a Parameters) {
        for parameter in parameters {
            if let Some(default) = parameter.default() {
                self.visit_expr(default);
            }
            if let Some(annotation) = parameter.annotation() {
                self.visit_expr(annotation);
            }
        }
    }

    fn bind_parameters(
        &mut self,
        parameters: &'a Parameters,
        receiver: Option<(ClassId, &'a ast::Identifier, bool)>,
    ) {
        for parameter in parameters {
            let name = parameter.name();
            let bound = if let Some((class, _, is_class)) =
                receiver.filter(|(_, first, _)| first.range() == name.range())
            {
                let syntax = if is_class { "cls" } else { "self" };
                self.syntax.emit(syntax, name.range(), rank::PART_OF);
                let id = self.name(name.as_str());
                self.receivers.push((self.place.scope, id, class));
                Bound::Receiver { class, is_class }
            } else if parameter.is_variadic() {
                let is_keywords = parameters
                    .kwarg
                    .as_ref()
                    .is_some_and(|kwarg| kwarg.range() == parameter.range());
                if is_keywords {
                    Bound::KeywordArguments(parameter.annotation())
                } else {
                    Bound::Arguments(parameter.annotation())
                }
            } else {
                Bound::Parameter {
                    annotation: parameter.annotation(),
                    default: parameter.default(),
                }
            };
            self.bind(name.as_str(), name.range(), bound);
        }
    }

    fn visit_comprehension_scope(
        &mut self,
        generators: &'a [ast::Comprehension],
        parts: [Option<&'a Expr>; 2],
    ) {
        let Some(first) = generators.first() else {
            return;
        };
        self.visit_expr(&first.iter);
        let before = self.open_scope(ScopeKind::Comprehension);
        let entry = self.place.flow;
        let walruses = self.walruses;
        for (index, comp) in generators.iter().enumerate() {
            if index > 0 {
                self.visit_expr(&comp.iter);
            }
            let bound = Bound::Item {
                iterable: &comp.iter,
                is_async: comp.is_async,
            };
            self.bind_target(&comp.target, bound);
            self.visit_expr(&comp.target);
            for test in &comp.ifs {
                let (yes, _) = self.visit_test(test);
                self.place.flow = yes;
            }
        }
        for part in parts.into_iter().flatten() {
            self.visit_expr(part);
        }
        // Only a walrus binds anything that is seen outside.
        let flow = if self.walruses == walruses {
            entry
        } else {
            let end = self.place.flow;
            self.model.flows.join(entry, vec![entry, end])
        };
        self.place = Place {
            scope: before.scope,
            flow,
        };
    }

    fn visit_import(&mut self, stmt: &'a ast::StmtImport) {
        for alias in &stmt.names {
            let whole = alias.name.as_str();
            self.imported_path(alias.name.range(), "");
            match &alias.asname {
                Some(asname) => self.bind_identifier(asname, Bound::Module(whole)),
                None => {
                    let first = whole.split('.').next().unwrap_or(whole);
                    let end = self
                        .syntax
                        .tokens
                        .find(TokenKind::Dot, alias.name.start(), alias.name.end())
                        .map_or(alias.name.end(), |dot| dot.start());
                    let range = TextRange::new(alias.name.start(), end.max(alias.name.start()));
                    self.bind(first, range, Bound::Module(first));
                }
            }
        }
    }

    fn visit_import_from(&mut self, stmt: &'a ast::StmtImportFrom) {
        let module = stmt.module.as_ref().map(ast::Identifier::as_str);
        if stmt.level == 0
            && let Some(module) = &stmt.module
        {
            self.imported_path(module.range(), "");
        }
        for alias in &stmt.names {
            if alias.name.as_str() == "*" {
                self.model.stars.push((module, stmt.level));
                continue;
            }
            let bound = Bound::FromImport {
                module,
                level: stmt.level,
                name: alias.name.as_str(),
            };
            let bound_name = alias.asname.as_ref().unwrap_or(&alias.name);
            self.bind_identifier(bound_name, bound);
            if alias.asname.is_some()
                && stmt.level == 0
                && let Some(module) = module
            {
                self.imported_path(alias.name.range(), module);
            }
        }
    }

    /// The names of a dotted path, each with the path up to it.
    fn imported_path(&mut self, range: TextRange, package: &str) {
        let mut path = package.to_owned();
        for token in self.syntax.tokens.within(range).take(MAX_PATH_TOKENS) {
            if token.kind() != TokenKind::Name && !token.kind().is_soft_keyword() {
                continue;
            }
            let Some(word) = self.model.source.get(token.range().to_std_range()) else {
                continue;
            };
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(word);
            self.model.imported.push((token.range(), path.clone()));
        }
    }

    fn declare(&mut self, names: &'a [ast::Identifier], is_global: bool) {
        for name in names {
            let id = self.name(name.as_str());
            let target = if is_global {
                Some(MODULE)
            } else {
                let outer = self.model.scope(self.place.scope).parent;
                outer.and_then(|outer| self.enclosing_function(outer, id))
            };
            if let Some(target) = target.filter(|target| *target != self.place.scope) {
                self.model.declared.insert((self.place.scope, id), target);
            }
        }
    }

    /// The nearest function around that binds the name; if none does yet, the nearest function: the code is unfinished
    /// or binds it below.
    fn enclosing_function(&self, from: ScopeId, name: NameId) -> Option<ScopeId> {
        let mut nearest = None;
        let mut current = Some(from);
        while let Some(id) = current {
            let scope = self.model.scope(id);
            if matches!(scope.kind, ScopeKind::Function(_)) {
                nearest = nearest.or(Some(id));
                if !self.model.bindings_in(id, name).is_empty() {
                    return Some(id);
                }
            }
            current = scope.parent;
        }
        nearest
    }

    fn read(&mut self, name: &'a ast::ExprName, is_callee: bool) {
        if name.range().is_empty() {
            return;
        }
        let id = self.name(name.id.as_str());
        name.node_index
            .set(NodeIndex::from(self.model.uses.len() as u32));
        self.model.uses.push(Use {
            name,
            id,
            place: self.place,
            is_callee,
        });
    }

    fn read_attribute(&mut self, attribute: &'a ast::ExprAttribute, is_callee: bool) {
        if !attribute.attr.range().is_empty() {
            attribute
                .node_index
                .set(NodeIndex::from(self.model.attributes.len() as u32));
            self.model.attributes.push(AttributeUse {
                attribute,
                place: self.place,
                is_callee,
            });
        }
    }

    fn visit_callee(&mut self, func: &'a Expr) {
        match func {
            Expr::Name(name) => self.read(name, true),
            Expr::Attribute(attribute) if self.depth < MAX_DEPTH => {
                self.depth += 1;
                self.visit_attribute(attribute, true);
                self.depth -= 1;
            }
            _ => self.visit_expr(func),
        }
    }

    fn visit_attribute(&mut self, attribute: &'a ast::ExprAttribute, is_callee: bool) {
        self.visit_expr(&attribute.value);
        if attribute.attr.range().is_empty() {
            return;
        }
        let name = attribute.attr.as_str();
        if let Some(method) = special_method(name) {
            self.syntax
                .emit(method, attribute.attr.range(), rank::SPECIFIC);
        }
        if is_mangled(name) && self.model.scope(self.place.scope).class.is_some() {
            self.syntax
                .emit("name mangling", attribute.attr.range(), rank::SPECIFIC);
        }
        self.read_attribute(attribute, is_callee);
    }

    /// `a + b + c + ...` leans to the left, one level a term: it is walked in a loop.
    fn visit_operators(&mut self, expr: &'a Expr) {
        let mut chain = Vec::new();
        let mut current = expr;
        while let Expr::BinOp(binary) = current {
            chain.push(binary);
            current = &binary.left;
        }
        if chain.len() > MAX_CHAIN {
            self.model.deep = true;
        }
        self.visit_expr(current);
        for binary in chain.into_iter().rev() {
            if self.syntax.found.wants(binary.range()) {
                self.syntax.binary(binary);
            }
            self.visit_expr(&binary.right);
        }
    }

    /// Visits a test: where the code goes on when it holds, and when it does not.
    fn visit_test(&mut self, test: &'a Expr) -> (FlowId, FlowId) {
        if self.depth >= MAX_DEPTH {
            self.model.deep = true;
            return (self.place.flow, self.place.flow);
        }
        match test {
            Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::Not => {
                self.depth += 1;
                self.syntax.expression(test);
                let (yes, no) = self.visit_test(&unary.operand);
                self.depth -= 1;
                (no, yes)
            }
            Expr::BoolOp(boolean) => {
                self.depth += 1;
                self.syntax.expression(test);
                let ways = self.visit_boolean(boolean);
                self.depth -= 1;
                ways
            }
            _ => {
                self.visit_expr(test);
                let flow = self.place.flow;
                match constant(test) {
                    Some(true) => return (flow, UNREACHABLE),
                    Some(false) => return (UNREACHABLE, flow),
                    None => {}
                }
                if flow == UNREACHABLE {
                    return (flow, flow);
                }
                match tested(test).and_then(|tested| self.reference(tested)) {
                    Some(reference) => (
                        self.model.flows.test(flow, reference, test, true),
                        self.model.flows.test(flow, reference, test, false),
                    ),
                    None => (flow, flow),
                }
            }
        }
    }

    /// `and` and `or` look at an operand only when those before it leave the question open.
    fn visit_boolean(&mut self, boolean: &'a ast::ExprBoolOp) -> (FlowId, FlowId) {
        let entry = self.place.flow;
        let is_and = boolean.op == ast::BoolOp::And;
        let mut decided = Vec::new();
        for value in &boolean.values {
            let (yes, no) = self.visit_test(value);
            let (goes_on, is_decided) = if is_and { (yes, no) } else { (no, yes) };
            decided.push(is_decided);
            self.place.flow = goes_on;
        }
        let goes_on = self.place.flow;
        let decided = self.model.flows.join(entry, decided);
        if is_and {
            (goes_on, decided)
        } else {
            (decided, goes_on)
        }
    }

    /// Visits a body that runs when `flow` does; what never runs is looked at all the same.
    fn visit_branch(&mut self, entry: FlowId, flow: FlowId, body: &'a [Stmt]) -> FlowId {
        let is_dead = flow == UNREACHABLE && entry != UNREACHABLE;
        self.place.flow = if is_dead { entry } else { flow };
        self.dead += u32::from(is_dead);
        self.visit_body(body);
        self.dead -= u32::from(is_dead);
        if is_dead {
            UNREACHABLE
        } else {
            self.place.flow
        }
    }

    fn visit_if(&mut self, if_: &'a ast::StmtIf) {
        let entry = self.place.flow;
        let (yes, mut no) = self.visit_test(&if_.test);
        let mut ends = vec![self.visit_branch(entry, yes, &if_.body)];
        for clause in &if_.elif_else_clauses {
            let before = if no == UNREACHABLE { entry } else { no };
            self.place.flow = before;
            let (yes, otherwise) = match &clause.test {
                Some(test) => self.visit_test(test),
                None => (before, UNREACHABLE),
            };
            let yes = if no == UNREACHABLE { UNREACHABLE } else { yes };
            no = if no == UNREACHABLE {
                UNREACHABLE
            } else {
                otherwise
            };
            let end = self.visit_branch(before, yes, &clause.body);
            ends.push(end);
        }
        ends.push(no);
        self.place.flow = self.model.flows.join(entry, ends);
    }

    fn visit_loop(
        &mut self,
        entry: FlowId,
        head: FlowId,
        exit: FlowId,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) {
        self.loops.push((head, Vec::new()));
        self.visit_body(body);
        let end = self.place.flow;
        self.model.flows.lead_back(head, end);
        self.model.flows.end_loop(head);
        let mut ends = self.loops.pop().map_or_else(Vec::new, |(_, breaks)| breaks);
        self.place.flow = exit;
        self.visit_body(orelse);
        ends.push(self.place.flow);
        self.place.flow = self.model.flows.join(entry, ends);
    }

    fn visit_try(&mut self, try_: &'a ast::StmtTry) {
        let entry = self.place.flow;
        self.tries.push(vec![entry]);
        self.visit_body(&try_.body);
        let body_end = self.place.flow;
        let mut raises = self.tries.pop().unwrap_or_default();
        raises.push(body_end);
        let raised = self.model.flows.join(entry, raises);
        let mut ends = Vec::new();
        for ExceptHandler::ExceptHandler(handler) in &try_.handlers {
            self.place.flow = raised;
            if let Some(class) = &handler.type_ {
                self.visit_expr(class);
            }
            if let Some(name) = &handler.name {
                let class = handler.type_.as_deref();
                let is_star = try_.is_star;
                self.bind_identifier(name, Bound::Exception { class, is_star });
            }
            self.visit_body(&handler.body);
            ends.push(self.place.flow);
        }
        self.place.flow = body_end;
        self.visit_body(&try_.orelse);
        ends.push(self.place.flow);
        let normal = self.model.flows.join(entry, ends);
        self.place.flow = normal;
        if !try_.finalbody.is_empty() {
            self.place.flow = self.model.flows.join(entry, vec![normal, raised]);
            let before = self.model.flows.last();
            self.visit_body(&try_.finalbody);
            // After the statement only what ended well goes on.
            if self.place.flow != UNREACHABLE
                && (normal == UNREACHABLE || self.model.flows.last() == before)
            {
                self.place.flow = normal;
            }
        }
        // What was raised and not caught goes to the handlers around.
        let after = self.place.flow;
        if let Some(ways) = self.tries.last_mut()
            && ways.len() < MAX_RAISES
        {
            ways.push(raised);
            ways.push(after);
        }
    }

    fn visit_match(&mut self, match_: &'a ast::StmtMatch) {
        self.visit_expr(&match_.subject);
        let entry = self.place.flow;
        let reference = self.reference(&match_.subject);
        let subject = self.capture(Capture::Subject(&match_.subject));
        let mut ends = Vec::new();
        let mut next = entry;
        for case in &match_.cases {
            self.place.flow = match reference {
                Some(reference) if next != UNREACHABLE => {
                    self.model.flows.case(next, reference, &case.pattern, true)
                }
                _ => next,
            };
            self.visit_pattern(&case.pattern);
            self.bind_pattern(&case.pattern, subject, 0);
            if let Some(guard) = &case.guard {
                let (yes, _) = self.visit_test(guard);
                self.place.flow = yes;
            }
            self.visit_body(&case.body);
            ends.push(self.place.flow);
            if case.guard.is_none() {
                let is_irrefutable =
                    matches!(&case.pattern, Pattern::MatchAs(capture) if capture.pattern.is_none());
                next = match reference {
                    _ if is_irrefutable => UNREACHABLE,
                    Some(reference) if next != UNREACHABLE => {
                        self.model.flows.case(next, reference, &case.pattern, false)
                    }
                    _ => next,
                };
            }
        }
        ends.push(next);
        self.place.flow = self.model.flows.join(entry, ends);
    }

    fn capture(&mut self, capture: Capture<'a>) -> CaptureId {
        self.model.captures.push(capture);
        CaptureId(self.model.captures.len() as u32 - 1)
    }

    /// Binds the names in a pattern that looks at `subject`.
    fn bind_pattern(&mut self, pattern: &'a Pattern, subject: CaptureId, depth: u32) {
        if depth > MAX_PATTERN {
            return;
        }
        match pattern {
            Pattern::MatchAs(capture) => {
                let mut seen = subject;
                if let Some(inner) = capture.pattern.as_deref() {
                    self.bind_pattern(inner, subject, depth + 1);
                    seen = self.capture(Capture::Matched(subject, inner));
                }
                if let Some(name) = &capture.name {
                    self.bind_identifier(name, Bound::Captured(seen));
                }
            }
            Pattern::MatchOr(or) => {
                for pattern in &or.patterns {
                    self.bind_pattern(pattern, subject, depth + 1);
                }
            }
            Pattern::MatchSequence(sequence) => {
                let patterns = &sequence.patterns;
                let star = patterns.iter().position(Pattern::is_match_star);
                for (index, pattern) in patterns.iter().enumerate() {
                    if let Pattern::MatchStar(star) = pattern {
                        if let Some(name) = &star.name {
                            let rest = self.capture(Capture::Rest(subject));
                            self.bind_identifier(name, Bound::Captured(rest));
                        }
                        continue;
                    }
                    let from_end = star.is_some_and(|star| index > star);
                    let index = if from_end {
                        patterns.len() - index
                    } else {
                        index
                    };
                    let element = self.capture(Capture::Element {
                        of: subject,
                        index: index as u32,
                        from_end,
                    });
                    self.bind_pattern(pattern, element, depth + 1);
                }
            }
            Pattern::MatchMapping(mapping) => {
                let value = self.capture(Capture::Value(subject));
                for pattern in &mapping.patterns {
                    self.bind_pattern(pattern, value, depth + 1);
                }
                if let Some(name) = &mapping.rest {
                    let rest = self.capture(Capture::Mapping(subject));
                    self.bind_identifier(name, Bound::Captured(rest));
                }
            }
            Pattern::MatchClass(class) => {
                let seen = self.capture(Capture::Matched(subject, pattern));
                for (index, pattern) in class.arguments.patterns.iter().enumerate() {
                    let part = self.capture(Capture::Positional(seen, index as u32));
                    self.bind_pattern(pattern, part, depth + 1);
                }
                for keyword in &class.arguments.keywords {
                    let part = self.capture(Capture::Attribute(seen, keyword.attr.as_str()));
                    self.bind_pattern(&keyword.pattern, part, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn main_guard(&mut self, test: &'a Expr) {
        let Expr::Compare(compare) = test else { return };
        if self.place.scope != MODULE || !matches!(*compare.ops, [ast::CmpOp::Eq]) {
            return;
        }
        let sides = [&*compare.left, &compare.comparators[0]];
        for (name, text) in [(sides[0], sides[1]), (sides[1], sides[0])] {
            if let (Expr::Name(name), Expr::StringLiteral(text)) = (name, text)
                && name.id.as_str() == "__name__"
                && text.value.to_str() == "__main__"
            {
                self.syntax
                    .emit("if __name__ == \"__main__\"", name.range(), rank::SPECIFIC);
            }
        }
    }

    fn mark_yield(&mut self, value: Option<&'a Expr>, is_from: bool) {
        if let Some(function) = self.model.function_around(self.place.scope)
            && !self.in_lambda()
        {
            self.model.functions[function.0 as usize].yields = true;
            if let Some(value) = value {
                let yields = self.model.yields.entry(function).or_default();
                yields.push((value, is_from));
            }
        }
    }

    fn in_lambda(&self) -> bool {
        let mut current = Some(self.place.scope);
        while let Some(id) = current {
            match self.model.scope(id).kind {
                ScopeKind::Lambda => return true,
                ScopeKind::Comprehension => current = self.model.scope(id).parent,
                _ => return false,
            }
        }
        false
    }
}

/// The first parameter of a method and whether it is the class; none for a static method.
fn receiver(def: &ast::StmtFunctionDef) -> Option<(&ast::Identifier, bool)> {
    let parameters = &def.parameters;
    let first = parameters
        .posonlyargs
        .first()
        .or(parameters.args.first())?
        .name();
    let is_decorated = |name: &str| {
        def.decorator_list.iter().any(|decorator| {
            decorator
                .expression
                .as_name_expr()
                .is_some_and(|decorator| decorator.id.as_str() == name)
        })
    };
    let takes_class = matches!(
        def.name.as_str(),
        "__new__" | "__init_subclass__" | "__class_getitem__"
    );
    if is_decorated("staticmethod") && !takes_class {
        return None;
    }
    Some((
        first,
        takes_class || is_decorated("classmethod") || first.as_str() == "cls",
    ))
}

/// Calls after which nothing runs.
fn never_returns(expr: &Expr) -> bool {
    let Expr::Call(call) = expr else { return false };
    match &*call.func {
        Expr::Attribute(attribute) => match &*attribute.value {
            Expr::Name(module) => matches!(
                (module.id.as_str(), attribute.attr.as_str()),
                ("sys", "exit") | ("os", "_exit" | "abort")
            ),
            _ => false,
        },
        _ => is_call_of(call, "exit") || is_call_of(call, "quit"),
    }
}

/// Whether Python puts the class's name in front of this one.
fn is_mangled(name: &str) -> bool {
    name.starts_with("__") && !name.ends_with("__") && name.len() > 2
}

impl<'a> Visitor<'a> for Walker<'a, '_, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.depth >= MAX_DEPTH {
            self.model.deep = true;
            return;
        }
        self.depth += 1;
        if self.syntax.found.wants(stmt.range()) {
            self.syntax.statement(stmt);
        }
        match stmt {
            Stmt::FunctionDef(def) => self.visit_function(def),
            Stmt::ClassDef(def) => self.visit_class(def),
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                for target in &assign.targets {
                    self.visit_expr(target);
                    self.bind_target(target, Bound::Value(&assign.value));
                }
            }
            Stmt::AnnAssign(assign) => {
                self.visit_expr(&assign.annotation);
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                }
                self.visit_expr(&assign.target);
                self.bind_target(
                    &assign.target,
                    Bound::Annotated {
                        annotation: &assign.annotation,
                        value: assign.value.as_deref(),
                    },
                );
            }
            Stmt::AugAssign(assign) => {
                self.visit_expr(&assign.value);
                match &*assign.target {
                    Expr::Name(name) => self.read(name, false),
                    target => self.visit_expr(target),
                }
                self.bind_target(&assign.target, Bound::Augmented(assign));
            }
            Stmt::TypeAlias(alias) => {
                if let Expr::Name(name) = &*alias.name {
                    let value = Bound::TypeAlias(&alias.value);
                    self.bind(name.id.as_str(), name.range(), value);
                }
                let outside = self.open_type_params(alias.type_params.as_deref());
                self.visit_expr(&alias.value);
                if let Some(outside) = outside {
                    self.place = outside;
                }
            }
            Stmt::Delete(delete) => {
                for target in &delete.targets {
                    self.visit_expr(target);
                    self.bind_target(target, Bound::Deleted);
                }
            }
            Stmt::For(for_) => {
                self.visit_expr(&for_.iter);
                let entry = self.place.flow;
                let head = self.model.flows.begin_loop(entry);
                self.place.flow = head;
                self.visit_expr(&for_.target);
                let bound = Bound::Item {
                    iterable: &for_.iter,
                    is_async: for_.is_async,
                };
                self.bind_target(&for_.target, bound);
                self.visit_loop(entry, head, head, &for_.body, &for_.orelse);
            }
            Stmt::While(while_) => {
                let entry = self.place.flow;
                // The test runs again after every round: it sees what the body binds.
                let head = self.model.flows.begin_loop(entry);
                self.place.flow = head;
                let (yes, no) = self.visit_test(&while_.test);
                self.place.flow = yes;
                self.visit_loop(entry, head, no, &while_.body, &while_.orelse);
            }
            Stmt::If(if_) => {
                self.main_guard(&if_.test);
                self.visit_if(if_);
            }
            Stmt::Break(_) => {
                let flow = self.place.flow;
                if let Some((_, breaks)) = self.loops.last_mut() {
                    breaks.push(flow);
                }
                self.place.flow = UNREACHABLE;
            }
            Stmt::Continue(_) => {
                let flow = self.place.flow;
                if let Some((head, _)) = self.loops.last() {
                    self.model.flows.lead_back(*head, flow);
                }
                self.place.flow = UNREACHABLE;
            }
            Stmt::Return(return_) => {
                visitor::walk_stmt(self, stmt);
                if let (Some(function), Some(value)) = (
                    self.model.function_around(self.place.scope),
                    return_.value.as_deref(),
                ) {
                    self.model.returns.entry(function).or_default().push(value);
                }
                self.place.flow = UNREACHABLE;
            }
            Stmt::Raise(_) => {
                visitor::walk_stmt(self, stmt);
                self.place.flow = UNREACHABLE;
            }
            Stmt::Assert(assert) => {
                let (yes, no) = self.visit_test(&assert.test);
                if let Some(message) = &assert.msg {
                    self.place.flow = no;
                    self.visit_expr(message);
                }
                self.place.flow = yes;
            }
            Stmt::Expr(lone) => {
                visitor::walk_stmt(self, stmt);
                if never_returns(&lone.value) {
                    self.place.flow = UNREACHABLE;
                }
            }
            Stmt::With(with) => {
                for item in &with.items {
                    self.visit_expr(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.visit_expr(target);
                        let bound = Bound::Enter {
                            manager: &item.context_expr,
                            is_async: with.is_async,
                        };
                        self.bind_target(target, bound);
                    }
                }
                self.visit_body(&with.body);
            }
            Stmt::Match(match_) => self.visit_match(match_),
            Stmt::Try(try_) => self.visit_try(try_),
            Stmt::Import(import) => self.visit_import(import),
            Stmt::ImportFrom(import) => self.visit_import_from(import),
            Stmt::Global(global) => self.declare(&global.names, true),
            Stmt::Nonlocal(nonlocal) => self.declare(&nonlocal.names, false),
            _ => visitor::walk_stmt(self, stmt),
        }
        self.depth -= 1;
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.depth >= MAX_DEPTH {
            self.model.deep = true;
            return;
        }
        self.depth += 1;
        if !expr.is_bin_op_expr() && self.syntax.found.wants(expr.range()) {
            self.syntax.expression(expr);
        }
        match expr {
            Expr::Name(name) => match name.ctx {
                ExprContext::Load | ExprContext::Del => self.read(name, false),
                ExprContext::Store | ExprContext::Invalid => self.class_level_name(name),
            },
            Expr::Attribute(attribute) => self.visit_attribute(attribute, false),
            Expr::Call(call) => {
                self.visit_callee(&call.func);
                self.visit_arguments(&call.arguments);
            }
            Expr::BinOp(_) => self.visit_operators(expr),
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                self.visit_expr(&named.target);
                if let Expr::Name(name) = &*named.target {
                    // The walrus binds in the scope around the comprehension.
                    let inside = self.place;
                    while matches!(
                        self.model.scope(self.place.scope).kind,
                        ScopeKind::Comprehension
                    ) {
                        let Some(parent) = self.model.scope(self.place.scope).parent else {
                            break;
                        };
                        self.place.scope = parent;
                    }
                    self.walruses += 1;
                    self.bind(name.id.as_str(), name.range(), Bound::Value(&named.value));
                    self.place.scope = inside.scope;
                }
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.visit_parameter_expressions(parameters);
                }
                let before = self.open_scope(ScopeKind::Lambda);
                let loops = std::mem::take(&mut self.loops);
                let tries = std::mem::take(&mut self.tries);
                if let Some(parameters) = &lambda.parameters {
                    self.bind_parameters(parameters, None);
                }
                lambda
                    .node_index
                    .set(NodeIndex::from(self.model.lambdas.len() as u32));
                self.model.lambdas.push(Lambda {
                    lambda,
                    place: self.place,
                });
                self.visit_expr(&lambda.body);
                self.loops = loops;
                self.tries = tries;
                self.place = before;
            }
            Expr::ListComp(ast::ExprListComp {
                elt, generators, ..
            })
            | Expr::SetComp(ast::ExprSetComp {
                elt, generators, ..
            })
            | Expr::Generator(ast::ExprGenerator {
                elt, generators, ..
            }) => {
                self.visit_comprehension_scope(generators, [Some(elt), None]);
            }
            Expr::DictComp(comp) => {
                self.visit_comprehension_scope(
                    &comp.generators,
                    [comp.key.as_deref(), Some(&comp.value)],
                );
            }
            Expr::Yield(yield_) => {
                self.mark_yield(yield_.value.as_deref(), false);
                visitor::walk_expr(self, expr);
            }
            Expr::YieldFrom(yield_) => {
                self.mark_yield(Some(&yield_.value), true);
                visitor::walk_expr(self, expr);
            }
            Expr::BoolOp(boolean) => {
                let entry = self.place.flow;
                let (yes, no) = self.visit_boolean(boolean);
                self.place.flow = self.model.flows.join(entry, vec![yes, no]);
            }
            Expr::If(conditional) => {
                let entry = self.place.flow;
                let (yes, no) = self.visit_test(&conditional.test);
                self.place.flow = yes;
                self.visit_expr(&conditional.body);
                let yes = self.place.flow;
                self.place.flow = no;
                self.visit_expr(&conditional.orelse);
                let no = self.place.flow;
                self.place.flow = self.model.flows.join(entry, vec![yes, no]);
            }
            _ => visitor::walk_expr(self, expr),
        }
        self.depth -= 1;
    }

    fn visit_interpolated_string_element(&mut self, element: &'a ast::InterpolatedStringElement) {
        if self.depth >= MAX_DEPTH {
            self.model.deep = true;
            return;
        }
        self.depth += 1;
        visitor::walk_interpolated_string_element(self, element);
        self.depth -= 1;
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        if self.depth >= MAX_DEPTH {
            self.model.deep = true;
            return;
        }
        self.depth += 1;
        self.syntax.pattern(pattern);
        visitor::walk_pattern(self, pattern);
        self.depth -= 1;
    }
}

impl<'a> Walker<'a, '_, '_> {
    /// A class body can bind a special method by assignment, and its private variables are mangled like attributes.
    fn class_level_name(&mut self, name: &'a ast::ExprName) {
        if !matches!(self.model.scope(self.place.scope).kind, ScopeKind::Class(_)) {
            return;
        }
        if let Some(method) = special_method(name.id.as_str()) {
            self.syntax.emit(method, name.range(), rank::SPECIFIC);
        }
        if is_mangled(name.id.as_str()) {
            self.syntax
                .emit("name mangling", name.range(), rank::SPECIFIC);
        }
    }
}
