//! The one walk over the tree: opens scopes and blocks, notes who binds and who reads, asks for the syntax of each node.

use std::hash::BuildHasherDefault;

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    self as ast, ExceptHandler, Expr, ExprContext, NodeIndex, Parameters, Pattern, Stmt, TypeParam,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{
    AttributeUse, Binding, BindingId, Block, BlockId, Bound, Class, ClassId, Function, FunctionId,
    MODULE, Model, NameId, Place, QuickMap, Scope, ScopeId, ScopeKind, Use,
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
        blocks: vec![Block {
            parent: None,
            is_loop: false,
            choice: 0,
        }],
        bindings: Vec::with_capacity(expected),
        functions: Vec::new(),
        classes: Vec::new(),
        uses: Vec::with_capacity(expected * 2),
        attributes: Vec::with_capacity(expected),
        imported: Vec::new(),
        stars: Vec::new(),
        names: QuickMap::with_capacity_and_hasher(expected / 2, BuildHasherDefault::default()),
        bound: QuickMap::with_capacity_and_hasher(expected / 2, BuildHasherDefault::default()),
        members: QuickMap::default(),
        declared: QuickMap::default(),
        deep: false,
    };
    let mut walker = Walker {
        model,
        syntax: Syntax { tokens, found },
        place: Place {
            scope: MODULE,
            block: BlockId(0),
        },
        receivers: Vec::new(),
        choices: 0,
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
    choices: u32,
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
        let parent = match kind {
            ScopeKind::Function(_) | ScopeKind::Lambda => None,
            _ => Some(before.block),
        };
        self.place = Place {
            scope,
            block: self.push_block(parent, false, 0),
        };
        before
    }

    fn push_block(&mut self, parent: Option<BlockId>, is_loop: bool, choice: u32) -> BlockId {
        self.model.blocks.push(Block {
            parent,
            is_loop,
            choice,
        });
        BlockId(self.model.blocks.len() as u32 - 1)
    }

    fn in_block(&mut self, is_loop: bool, choice: u32, body: &'a [Stmt]) -> BlockId {
        let before = self.place.block;
        let block = self.push_block(Some(before), is_loop, choice);
        self.place.block = block;
        self.visit_body(body);
        self.place.block = before;
        block
    }

    fn choice(&mut self) -> u32 {
        self.choices += 1;
        self.choices
    }

    fn bind(&mut self, name: &'a str, range: TextRange, from: TextSize, bound: Bound<'a>) {
        // Where the parser misses a name it puts an empty one.
        if name.is_empty() || range.is_empty() {
            return;
        }
        let id = self.name(name);
        let declared = self.model.declared.get(&(self.place.scope, id)).copied();
        let scope = declared.unwrap_or(self.place.scope);
        let binding = BindingId(self.model.bindings.len() as u32);
        self.model.bindings.push(Binding {
            range,
            from,
            place: self.place,
            elsewhere: declared.is_some(),
            bound,
        });
        self.model
            .bound
            .entry((scope, id))
            .or_default()
            .push(binding);
    }

    fn bind_identifier(&mut self, identifier: &'a ast::Identifier, bound: Bound<'a>) {
        self.bind(
            identifier.as_str(),
            identifier.range(),
            identifier.end(),
            bound,
        );
    }

    /// Binds every name in an assignment's target.
    fn bind_target(&mut self, target: &'a Expr, from: TextSize, bound: Bound<'a>) {
        match target {
            Expr::Name(name) => self.bind(name.id.as_str(), name.range(), from, bound),
            Expr::Attribute(attribute) => self.bind_member(attribute, from, bound),
            Expr::Starred(starred) => self.bind_target(&starred.value, from, Bound::Unknown),
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                let values = match bound {
                    Bound::Value(Expr::Tuple(ast::ExprTuple { elts: values, .. }))
                    | Bound::Value(Expr::List(ast::ExprList { elts: values, .. }))
                        if values.len() == elts.len()
                            && !elts
                                .iter()
                                .chain(values)
                                .any(|element| element.is_starred_expr()) =>
                    {
                        Some(values)
                    }
                    _ => None,
                };
                for (index, element) in elts.iter().enumerate() {
                    let part = match (values, bound) {
                        (Some(values), _) => Bound::Value(&values[index]),
                        (None, Bound::Value(value)) => Bound::Element(value),
                        _ => Bound::Unknown,
                    };
                    self.bind_target(element, from, part);
                }
            }
            _ => {}
        }
    }

    /// `self.x = ...` in a method binds an attribute of the class.
    fn bind_member(&mut self, attribute: &'a ast::ExprAttribute, from: TextSize, bound: Bound<'a>) {
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
        let binding = BindingId(self.model.bindings.len() as u32);
        let range = attribute.attr.range();
        self.model.bindings.push(Binding {
            range,
            from,
            place: self.place,
            elsewhere: true,
            bound,
        });
        self.model
            .members
            .entry((class, id))
            .or_default()
            .push(binding);
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
            yields: false,
        });

        let outside = self.open_type_params(def.type_params.as_deref());
        self.visit_parameter_expressions(&def.parameters);
        if let Some(returns) = &def.returns {
            self.visit_expr(returns);
        }
        let before = self.open_scope(ScopeKind::Function(id));
        self.model.functions[id.0 as usize].scope = self.place.scope;
        let receiver = class.and_then(|class| {
            receiver(def).map(|(parameter, is_class)| (class, parameter, is_class))
        });
        self.bind_parameters(&def.parameters, receiver);
        self.visit_body(&def.body);
        if receiver.is_some() {
            self.receivers.pop();
        }
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
        });
        let outside = self.open_type_params(def.type_params.as_deref());
        if let Some(arguments) = &def.arguments {
            self.visit_arguments(arguments);
        }
        let before = self.open_scope(ScopeKind::Class(id));
        self.model.classes[id.0 as usize].scope = self.place.scope;
        self.visit_body(&def.body);
        self.place = before;
        if let Some(outside) = outside {
            self.place = outside;
        }
        // A class has its name once its body has run; a function in between sees it all the same.
        self.bind(
            def.name.as_str(),
            def.name.range(),
            def.end(),
            Bound::Class(id),
        );
    }

    fn open_type_params(&mut self, params: Option<&'a ast::TypeParams>) -> Option<Place> {
        let params = params?;
        let before = self.open_scope(ScopeKind::TypeParams);
        for param in &params.type_params {
            self.bind(
                param.name().as_str(),
                param.name().range(),
                TextSize::new(0),
                Bound::Unknown,
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
        let start = TextSize::new(0);
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
                    Bound::KeywordArguments
                } else {
                    Bound::Arguments
                }
            } else {
                match parameter.annotation() {
                    Some(annotation) => Bound::Annotated(annotation),
                    None => Bound::Unknown,
                }
            };
            self.bind(name.as_str(), name.range(), start, bound);
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
        for (index, comp) in generators.iter().enumerate() {
            if index > 0 {
                self.visit_expr(&comp.iter);
            }
            let bound = Bound::Item {
                iterable: &comp.iter,
                is_async: comp.is_async,
            };
            self.bind_target(&comp.target, TextSize::new(0), bound);
            self.visit_expr(&comp.target);
            for test in &comp.ifs {
                self.visit_expr(test);
            }
        }
        for part in parts.into_iter().flatten() {
            self.visit_expr(part);
        }
        self.place = before;
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
                    self.bind(first, range, alias.end(), Bound::Module(first));
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
                self.model.stars.push(module.filter(|_| stmt.level == 0));
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
        if attribute.ctx != ExprContext::Store {
            self.read_attribute(attribute, is_callee);
        }
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
            self.syntax.binary(binary);
            self.visit_expr(&binary.right);
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

    fn mark_yield(&mut self) {
        if let Some(function) = self.model.function_around(self.place.scope)
            && !self.in_lambda()
        {
            self.model.functions[function.0 as usize].yields = true;
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
        self.syntax.statement(stmt);
        match stmt {
            Stmt::FunctionDef(def) => self.visit_function(def),
            Stmt::ClassDef(def) => self.visit_class(def),
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                for target in &assign.targets {
                    self.visit_expr(target);
                    self.bind_target(target, assign.end(), Bound::Value(&assign.value));
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
                    assign.end(),
                    Bound::Annotated(&assign.annotation),
                );
            }
            Stmt::AugAssign(assign) => {
                self.visit_expr(&assign.value);
                match &*assign.target {
                    Expr::Name(name) => self.read(name, false),
                    Expr::Attribute(attribute) => {
                        self.visit_expr(&assign.target);
                        self.read_attribute(attribute, false);
                    }
                    target => self.visit_expr(target),
                }
                self.bind_target(&assign.target, assign.end(), Bound::Augmented(assign));
            }
            Stmt::TypeAlias(alias) => {
                if let Expr::Name(name) = &*alias.name {
                    self.bind(name.id.as_str(), name.range(), alias.end(), Bound::Unknown);
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
                    self.bind_target(target, delete.end(), Bound::Deleted);
                }
            }
            Stmt::For(for_) => {
                self.visit_expr(&for_.iter);
                let before = self.place.block;
                let block = self.push_block(Some(before), true, 0);
                self.place.block = block;
                self.visit_expr(&for_.target);
                let bound = Bound::Item {
                    iterable: &for_.iter,
                    is_async: for_.is_async,
                };
                self.bind_target(&for_.target, for_.iter.end(), bound);
                self.visit_body(&for_.body);
                self.place.block = before;
                self.in_block(false, 0, &for_.orelse);
            }
            Stmt::While(while_) => {
                let before = self.place.block;
                let block = self.push_block(Some(before), true, 0);
                // The test runs again after every round: it sees what the body binds.
                self.place.block = block;
                self.visit_expr(&while_.test);
                self.visit_body(&while_.body);
                self.place.block = before;
                self.in_block(false, 0, &while_.orelse);
            }
            Stmt::If(if_) => {
                self.main_guard(&if_.test);
                self.visit_expr(&if_.test);
                let choice = self.choice();
                self.in_block(false, choice, &if_.body);
                for clause in &if_.elif_else_clauses {
                    if let Some(test) = &clause.test {
                        self.visit_expr(test);
                    }
                    self.in_block(false, choice, &clause.body);
                }
            }
            Stmt::With(with) => {
                for item in &with.items {
                    self.visit_expr(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.visit_expr(target);
                        let bound = Bound::Enter(&item.context_expr);
                        self.bind_target(target, item.end(), bound);
                    }
                }
                self.visit_body(&with.body);
            }
            Stmt::Match(match_) => {
                self.visit_expr(&match_.subject);
                let choice = self.choice();
                for case in &match_.cases {
                    let before = self.place.block;
                    self.place.block = self.push_block(Some(before), false, choice);
                    self.visit_pattern(&case.pattern);
                    if let Some(guard) = &case.guard {
                        self.visit_expr(guard);
                    }
                    self.visit_body(&case.body);
                    self.place.block = before;
                }
            }
            Stmt::Try(try_) => {
                let body = self.in_block(false, 0, &try_.body);
                for ExceptHandler::ExceptHandler(handler) in &try_.handlers {
                    if let Some(class) = &handler.type_ {
                        self.visit_expr(class);
                    }
                    let before = self.place.block;
                    self.place.block = self.push_block(Some(before), false, 0);
                    if let Some(name) = &handler.name {
                        let class = handler.type_.as_deref();
                        self.bind_identifier(
                            name,
                            Bound::Exception {
                                class,
                                is_star: try_.is_star,
                            },
                        );
                    }
                    self.visit_body(&handler.body);
                    self.place.block = before;
                }
                // `else` runs only after the whole body did.
                let before = self.place.block;
                self.place.block = body;
                self.in_block(false, 0, &try_.orelse);
                self.place.block = before;
                self.visit_body(&try_.finalbody);
            }
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
        if !expr.is_bin_op_expr() {
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
                    self.bind(
                        name.id.as_str(),
                        name.range(),
                        named.end(),
                        Bound::Value(&named.value),
                    );
                    self.place = inside;
                }
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.visit_parameter_expressions(parameters);
                }
                let before = self.open_scope(ScopeKind::Lambda);
                if let Some(parameters) = &lambda.parameters {
                    self.bind_parameters(parameters, None);
                }
                self.visit_expr(&lambda.body);
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
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                self.mark_yield();
                visitor::walk_expr(self, expr);
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
        match pattern {
            Pattern::MatchAs(capture) => {
                if let Some(name) = &capture.name {
                    let bound = match capture.pattern.as_deref() {
                        Some(Pattern::MatchClass(class)) => Bound::Pattern(&class.cls),
                        _ => Bound::Unknown,
                    };
                    self.bind_identifier(name, bound);
                }
            }
            Pattern::MatchStar(star) => {
                if let Some(name) = &star.name {
                    self.bind_identifier(name, Bound::Unknown);
                }
            }
            Pattern::MatchMapping(mapping) => {
                if let Some(name) = &mapping.rest {
                    self.bind_identifier(name, Bound::Unknown);
                }
            }
            _ => {}
        }
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
