//! Code that interviewers ask about because it goes wrong.
//!
//! Every trap is local and certain: what is unknown, decorated or guarded in a way that this file cannot judge is
//! passed over, since a false alarm costs more than a miss. Names are resolved by [`super::resolve`]; nothing here
//! goes by how a name looks, except where a harmless reading depends on it.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, CmpOp, ExceptHandler, Expr, Operator, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::resolve::{Candidate, Resolver, Value};
use super::scope::{Binding, Bound, FunctionId, MODULE, Model, ScopeKind};
use super::tokens::TokenIndex;
use super::{Found, rank, symbols};

mod meant;
mod shapes;

use shapes::{
    Kept, Reads, binds, blocks, calls, changes_size, expects_failure, is_assertion, is_fixed,
    is_float_arithmetic, is_literal, is_main_guard, is_number, is_query, is_read_only, is_same,
    is_stub, iterated, last_name, leaves, mentions, raises, reads, releases, target_names, uses_of,
};

const MAX_DEPTH: u32 = 600;

/// Emits every trap of the file.
pub(crate) fn find<'a>(
    resolver: &mut Resolver<'_, 'a>,
    body: &'a [Stmt],
    tokens: &TokenIndex<'_>,
    found: &mut Found,
) {
    let model = resolver.model;
    let before = found.items.len();
    let gives_names = !model.stars.is_empty() && resolver.takes_from_stars();
    let mut names = vec![""; model.name_count()];
    for (name, id) in model.names() {
        names[id.0 as usize] = name;
    }
    let mut hiding = vec![None; model.name_count()];
    for (id, bindings) in model.all_bindings() {
        let index = id.0 as usize;
        for binding in bindings.iter().map(|id| model.binding(*id)) {
            if found.wants(binding.range)
                && *hiding[index].get_or_insert_with(|| hides_builtin(names[index]))
                && hides_from_code(model, binding)
                && !is_prescribed(resolver, binding)
            {
                found.trap("shadowed builtin", binding.range);
            }
        }
    }
    let mut finder = Finder {
        body,
        resolver,
        tokens,
        found,
        shared: None,
        gives_names,
        excused: Vec::new(),
        frame: Frame::module(),
        depth: 0,
    };
    finder.visit_body(body);
    meant::drop_what_is_meant(model.source, before, found);
}

impl Found {
    fn trap(&mut self, name: &'static str, range: TextRange) {
        self.add(super::Item {
            range,
            rank: rank::TRAP,
            kind: super::Kind::Trap,
            name: super::Name::from_static(name),
        });
    }
}

/// What surrounds the code being looked at, within one function.
#[derive(Clone, Copy)]
struct Frame<'a> {
    function: Option<&'a ast::StmtFunctionDef>,
    /// Runs on the event loop: directly in an `async def`.
    is_async: bool,
    /// The body of the innermost loop of this function.
    loop_body: Option<&'a [Stmt]>,
    /// Its condition, if it is a `while`.
    loop_test: Option<&'a Expr>,
    in_finally: bool,
    /// Under `if __name__ == "__main__"`, or in any function or class: not run by an import.
    is_guarded: bool,
    /// In a `with` that may hold a lock.
    is_locked: bool,
    /// In a `try` whose `finally` releases something.
    is_released: bool,
    /// The block ends by leaving the loop or the function: what it does happens once.
    leaves: bool,
    /// Inside the arguments of a query or a subscript, where `==` may be overloaded.
    in_query: bool,
    /// Inside the arguments of a test's assertion, where operators are what is tested.
    in_assertion: bool,
    in_assert: bool,
    /// In a `with` that waits for an exception or a warning: what goes wrong there is meant to.
    is_expected: bool,
}

impl Frame<'_> {
    fn module() -> Self {
        Self {
            function: None,
            is_async: false,
            loop_body: None,
            loop_test: None,
            in_finally: false,
            is_guarded: false,
            is_locked: false,
            is_released: false,
            leaves: false,
            in_query: false,
            in_assertion: false,
            in_assert: false,
            is_expected: false,
        }
    }
}

struct Finder<'r, 'm, 'a, 't, 'f> {
    /// The whole file.
    body: &'a [Stmt],
    resolver: &'r mut Resolver<'m, 'a>,
    tokens: &'t TokenIndex<'t>,
    found: &'f mut Found,
    /// Functions that run in several threads at once; found when somebody asks.
    shared: Option<Vec<FunctionId>>,
    /// Something in the file comes out of a star import.
    gives_names: bool,
    /// Calls that are seen to be right from further out than their block.
    excused: Vec<TextRange>,
    frame: Frame<'a>,
    depth: u32,
}

/// Whether a name is a builtin that people use.
fn hides_builtin(name: &str) -> bool {
    // Words of the interactive prompt, and builtins too young to be known.
    let is_obscure = matches!(
        name,
        "copyright"
            | "credits"
            | "exit"
            | "help"
            | "license"
            | "quit"
            | "frozendict"
            | "sentinel"
            | "aiter"
            | "anext"
    );
    // Most names are no builtin's by their length alone.
    !is_obscure
        && (2..=26).contains(&name.len())
        && !name.starts_with('_')
        && symbols::builtin(name).is_some_and(|entry| entry.name == name)
}

/// Whether a binding hides anything: methods hide nothing, an import says plainly what it does, and in a lambda it is
/// all over at once.
fn hides_from_code(model: &Model<'_>, binding: &Binding<'_>) -> bool {
    let scope = model.scope(binding.place.scope);
    !matches!(
        scope.kind,
        ScopeKind::Class(_) | ScopeKind::Lambda | ScopeKind::TypeParams
    ) && !matches!(
        binding.bound,
        Bound::Module(_)
            | Bound::FromImport { .. }
            | Bound::Deleted
            | Bound::Augmented(_)
            | Bound::Receiver { .. }
    )
}

/// Whether somebody else chose the name: it is that builtin itself, or a parameter whose name the base class, the protocol
/// or the stub prescribes.
fn is_prescribed(resolver: &mut Resolver<'_, '_>, binding: &Binding<'_>) -> bool {
    let model = resolver.model;
    let is_itself = match binding.bound {
        Bound::Value(value)
        | Bound::Parameter {
            default: Some(value),
            ..
        } => value
            .as_name_expr()
            .is_some_and(|name| name.id.as_str() == &model.source[binding.range]),
        _ => false,
    };
    is_itself || is_prescribed_parameter(resolver, binding)
}

fn is_prescribed_parameter(resolver: &mut Resolver<'_, '_>, binding: &Binding<'_>) -> bool {
    let model = resolver.model;
    if !matches!(binding.bound, Bound::Parameter { .. }) {
        return false;
    }
    let ScopeKind::Function(function) = model.scope(binding.place.scope).kind else {
        return false;
    };
    let def = model.function(function).def;
    // `def __exit__(self, type, value, traceback)`
    let is_special =
        def.name.starts_with("__") && def.name.ends_with("__") && &*def.name != "__init__";
    is_special || is_stub(&def.body) || resolver.may_override(function)
}

/// Functions given to more than one thread: to a pool, to `Thread` in a loop, or to `Thread` twice.
fn functions_of_threads(
    resolver: &mut Resolver<'_, '_>,
    body: &[Stmt],
    is_whole: bool,
) -> Vec<FunctionId> {
    struct Calls<'c> {
        calls: Vec<(&'c ast::ExprCall, bool)>,
        loops: u32,
        depth: u32,
    }
    impl<'c> Visitor<'c> for Calls<'c> {
        fn visit_stmt(&mut self, stmt: &'c Stmt) {
            if self.depth >= MAX_DEPTH {
                return;
            }
            let is_loop = matches!(stmt, Stmt::For(_) | Stmt::While(_));
            self.depth += 1;
            self.loops += u32::from(is_loop);
            visitor::walk_stmt(self, stmt);
            self.loops -= u32::from(is_loop);
            self.depth -= 1;
        }

        fn visit_expr(&mut self, expr: &'c Expr) {
            if self.depth >= MAX_DEPTH {
                return;
            }
            let is_loop = matches!(
                expr,
                Expr::ListComp(_) | Expr::SetComp(_) | Expr::Generator(_) | Expr::DictComp(_)
            );
            self.depth += 1;
            self.loops += u32::from(is_loop);
            if let Expr::Call(call) = expr {
                self.calls.push((call, self.loops > 0));
            }
            visitor::walk_expr(self, expr);
            self.loops -= u32::from(is_loop);
            self.depth -= 1;
        }
    }
    // Most files start no threads. Where not every name has been evaluated nobody knows yet.
    if resolver.model.functions.is_empty() || is_whole && !resolver.mentions_threads() {
        return Vec::new();
    }
    let mut calls = Calls {
        calls: Vec::new(),
        loops: 0,
        depth: 0,
    };
    calls.visit_body(body);
    let mut once = Vec::new();
    let mut shared = Vec::new();
    for (call, in_loop) in calls.calls {
        let Some(callee) = resolver.known(&call.func) else {
            continue;
        };
        let Some(symbol) = callee
            .symbol
            .map(|sym| resolver.symbol_name(sym).to_owned())
        else {
            continue;
        };
        let (target, many) = match symbol.as_str() {
            "threading.Thread" => (call.arguments.find_argument_value("target", 1), in_loop),
            "concurrent.futures.ThreadPoolExecutor.submit" => {
                (call.arguments.find_positional(0), in_loop)
            }
            "concurrent.futures.ThreadPoolExecutor.map" => {
                (call.arguments.find_positional(0), true)
            }
            _ => continue,
        };
        let function = target
            .and_then(|target| resolver.known(target))
            .map(|target| target.value);
        if let Some(Value::UserFunction(function)) = function {
            if many || once.contains(&function) {
                shared.push(function);
            }
            once.push(function);
        }
    }
    shared
}

impl<'a> Finder<'_, '_, 'a, '_, '_> {
    /// The library name of what an expression is, if that is certain.
    fn symbol(&mut self, expr: &Expr) -> Option<String> {
        let candidate = self.resolver.known(expr)?;
        candidate
            .symbol
            .map(|sym| self.resolver.symbol_name(sym).to_owned())
    }

    fn class_of(&mut self, expr: &Expr) -> Option<String> {
        match self.resolver.known(expr)?.value {
            Value::Instance(class, _) => Some(self.resolver.symbol_name(class).to_owned()),
            _ => None,
        }
    }

    fn keyword(&mut self, name: &'static str, kind: TokenKind, node: TextRange) {
        if let Some(range) = self.tokens.at(kind, node.start()) {
            self.found.trap(name, range);
        }
    }

    fn defaults(&mut self, parameters: &ast::Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            let Some(default) = parameter.default() else {
                continue;
            };
            // A cache is kept from call to call, and what is only read is not changed.
            let name = parameter.name().as_str();
            if name.contains("cache")
                || name.contains("memo")
                || parameter.annotation().is_some_and(is_read_only)
            {
                continue;
            }
            let is_mutable = match default {
                Expr::List(_) | Expr::Dict(_) | Expr::Set(_) => true,
                Expr::ListComp(_) | Expr::DictComp(_) | Expr::SetComp(_) => true,
                Expr::Call(call) => self.symbol(&call.func).is_some_and(|symbol| {
                    matches!(
                        symbol.as_str(),
                        "list"
                            | "dict"
                            | "set"
                            | "bytearray"
                            | "collections.defaultdict"
                            | "collections.deque"
                            | "collections.OrderedDict"
                            | "collections.Counter"
                    )
                }),
                _ => false,
            };
            if is_mutable {
                self.found.trap("mutable default argument", default.range());
            }
        }
    }

    fn handlers(&mut self, stmt: &'a ast::StmtTry) {
        let mut lets_through = false;
        // What comes after is the answer to a failure: `try: return hash(x)`, or there is an `else` for the other case.
        let is_handled = leaves(&stmt.body) || !stmt.orelse.is_empty();
        for ExceptHandler::ExceptHandler(handler) in &stmt.handlers {
            let is_silent = handler.body.iter().all(|stmt| match stmt {
                Stmt::Pass(_) => true,
                Stmt::Expr(stmt) => stmt.value.is_ellipsis_literal_expr(),
                _ => false,
            });
            let is_silent = is_silent
                && !is_handled
                && !meant::has_comment(self.resolver.model.source, handler.range());
            match &handler.type_ {
                None => {
                    // What is raised again is not lost, nor what the handler before let through.
                    if !raises(&handler.body)
                        && !calls(&handler.body, "exc_info")
                        && !lets_through
                        && !handler.body.is_empty()
                    {
                        self.keyword("bare except", TokenKind::Except, handler.range());
                    }
                    if is_silent && !handler.body.is_empty() {
                        self.keyword("swallowed exception", TokenKind::Except, handler.range());
                    }
                }
                Some(class) if is_silent && !handler.body.is_empty() => {
                    if matches!(
                        self.symbol(class).as_deref(),
                        Some("Exception" | "BaseException")
                    ) {
                        self.keyword("swallowed exception", TokenKind::Except, handler.range());
                    }
                }
                Some(_) => {}
            }
            lets_through |=
                matches!(handler.body.as_slice(), [Stmt::Raise(raise)] if raise.exc.is_none());
        }
    }

    fn compare(&mut self, compare: &'a ast::ExprCompare) {
        let mut left = &*compare.left;
        for (op, right) in compare.ops.iter().zip(&compare.comparators) {
            let name = self.comparison(left, *op, right);
            if let Some(name) = name {
                let between = TextRange::new(left.end(), right.start().max(left.end()));
                let mut words = self.tokens.within(between).filter(|token| {
                    matches!(
                        token.kind(),
                        TokenKind::EqEqual | TokenKind::NotEqual | TokenKind::Is | TokenKind::Not
                    )
                });
                if let Some(first) = words.next() {
                    let range = words
                        .next()
                        .map_or(first.range(), |second| first.range().cover(second.range()));
                    if !self.is_explained(range) {
                        self.found.trap(name, range);
                    }
                }
            }
            left = right;
        }
    }

    /// Whether a comment on the line says that the operator is meant: `# must be != None`.
    fn is_explained(&self, operator: TextRange) -> bool {
        let rest = &self.resolver.model.source[operator.end().to_usize()..];
        let line = rest.lines().next().unwrap_or_default();
        line.split_once('#')
            .is_some_and(|(_, comment)| comment.contains("None"))
    }

    fn comparison(&mut self, left: &Expr, op: CmpOp, right: &Expr) -> Option<&'static str> {
        match op {
            CmpOp::Is | CmpOp::IsNot => (!self.frame.in_assertion
                && (is_literal(left) || is_literal(right)))
            .then_some("is with a literal"),
            CmpOp::Eq | CmpOp::NotEq => {
                if left.is_none_literal_expr() || right.is_none_literal_expr() {
                    return (!self.frame.in_query && !self.frame.in_assertion).then_some("== None");
                }
                if is_float_arithmetic(left) && is_number(right)
                    || is_number(left) && is_float_arithmetic(right)
                {
                    return Some("float compared");
                }
                // A test wants exactly this class.
                let is_tested = self.frame.in_assert || self.frame.in_assertion;
                if !is_tested
                    && (self.is_type_call(left) && self.is_class(right)
                        || self.is_class(left) && self.is_type_call(right))
                {
                    return Some("type compared");
                }
                None
            }
            _ => None,
        }
    }

    fn is_type_call(&mut self, expr: &Expr) -> bool {
        let Expr::Call(call) = expr else { return false };
        let [of] = &*call.arguments.args else {
            return false;
        };
        // Whether an object is of this very class asks its own code, and who caught it by its class; the class of a class
        // is a question for a metaclass.
        let is_about_classes = match of {
            Expr::Name(name) => matches!(name.id.as_str(), "self" | "cls") || self.is_caught(name),
            of => self.is_type_call(of),
        };
        !is_about_classes
            && call.arguments.keywords.is_empty()
            && call.func.is_name_expr()
            && self.symbol(&call.func).as_deref() == Some("type")
    }

    /// Whether a name is bound by an `except` only.
    fn is_caught(&self, name: &ast::ExprName) -> bool {
        let model = self.resolver.model;
        let (Some(id), Some(place)) = (
            model.name_id(name.id.as_str()),
            self.resolver.place_of_name(name),
        ) else {
            return false;
        };
        model.owner(place.scope, id).is_some_and(|owner| {
            model.bindings_in(owner, id).iter().all(|id| {
                let bound = model.binding(*id).bound;
                matches!(bound, Bound::Exception { .. } | Bound::Deleted)
            })
        })
    }

    /// A class for which `isinstance` would do: not a metaclass, nor `date`, of which every `datetime` is an instance.
    fn is_class(&mut self, expr: &Expr) -> bool {
        if !matches!(expr, Expr::Name(_) | Expr::Attribute(_)) {
            return false;
        }
        match self.resolver.known(expr).map(|candidate| candidate.value) {
            Some(Value::Class(class)) => {
                !matches!(self.resolver.symbol_name(class), "type" | "datetime.date")
            }
            Some(Value::UserClass(_)) => true,
            _ => false,
        }
    }

    fn call(&mut self, call: &'a ast::ExprCall) {
        let wants_symbol = self.frame.is_async || !self.frame.is_guarded;
        if !wants_symbol {
            return;
        }
        let Some(symbol) = self.symbol(&call.func) else {
            return;
        };
        let Some(name) = last_name(&call.func) else {
            return;
        };
        let is_class = matches!(
            self.resolver.known(&call.func),
            Some(Candidate {
                value: Value::Class(_),
                ..
            })
        );
        if self.frame.is_async && blocks(&symbol) {
            self.found.trap("blocking call in async", name);
        }
        if !self.frame.is_guarded
            && is_class
            && matches!(
                symbol.as_str(),
                "multiprocessing.Pool" | "concurrent.futures.ProcessPoolExecutor"
            )
        {
            self.found.trap("process pool without main guard", name);
        }
    }

    /// A statement that is a call and nothing else: what it gives is lost.
    fn lone_call(&mut self, call: &'a ast::ExprCall, next: Option<&'a Stmt>) {
        if self.frame.is_expected {
            return;
        }
        let Some(name) = last_name(&call.func) else {
            return;
        };
        let Some(callee) = self.resolver.known(&call.func) else {
            return;
        };
        if let Value::UserFunction(function) = callee.value {
            let info = self.resolver.model.function(function);
            // What stands in for a protocol may be no coroutine function.
            let is_protocol = info
                .class
                .is_some_and(|class| self.resolver.is_users_protocol(class));
            if info.def.is_async
                && !info.yields
                && !is_protocol
                && info.def.decorator_list.is_empty()
            {
                self.found.trap("coroutine never awaited", name);
            }
            return;
        }
        let Some(symbol) = callee
            .symbol
            .map(|sym| self.resolver.symbol_name(sym).to_owned())
        else {
            return;
        };
        if matches!(
            symbol.as_str(),
            "asyncio.create_task"
                | "asyncio.ensure_future"
                | "asyncio.AbstractEventLoop.create_task"
        ) {
            self.found.trap("task not kept", name);
        }
        if matches!(
            symbol.as_str(),
            "threading.Lock.acquire" | "threading.RLock.acquire"
        ) || matches!(
            symbol.as_str(),
            "multiprocessing.Lock.acquire" | "multiprocessing.RLock.acquire"
        ) {
            self.acquired(call, name, next);
        }
    }

    fn acquired(&mut self, call: &ast::ExprCall, name: TextRange, next: Option<&'a Stmt>) {
        let is_released_next = match next {
            Some(Stmt::Try(stmt)) => releases(&stmt.finalbody),
            _ => false,
        };
        // A class that is a lock itself acquires in one method and releases in another.
        let is_protocol = self.frame.function.is_some_and(|function| {
            let name = function.name.as_str();
            name.contains("acquire")
                || name.contains("lock")
                || name.contains("enter")
                || name.contains("start")
        });
        if !is_released_next
            && !self.excused.contains(&call.range())
            && !is_protocol
            && !self.frame.is_released
            && !self.is_signal(call)
            && self.is_for_itself(call, next)
        {
            self.found.trap("lock without with", name);
        }
    }

    /// Whether the lock guards the code after it: released below in the same function, or, by mistake, nowhere. What
    /// another function releases is a signal between threads, and so is a lock that one function takes more
    /// often than it gives back.
    fn is_for_itself(&self, call: &ast::ExprCall, next: Option<&Stmt>) -> bool {
        let Expr::Attribute(acquire) = &*call.func else {
            return false;
        };
        let lock = &*acquire.value;
        let here = self.frame.function.map_or(self.body, |def| &def.body);
        let in_function = self.frame.function.is_some();
        let taken = uses_of(here, lock, "acquire", in_function);
        // A function inside takes it too: the two wait for one another.
        if in_function && taken > uses_of(here, lock, "acquire", false) {
            return false;
        }
        if taken > 1 && taken > uses_of(here, lock, "release", in_function) {
            return false;
        }
        // Taken and given back at once: waited for. That makes sense for a lock of the function around only.
        let is_waited_for = matches!(next, Some(Stmt::Expr(_)))
            && next.is_some_and(|next| {
                uses_of(std::slice::from_ref(next), lock, "release", false) > 0
            })
            && self.is_captured(lock);
        if is_waited_for {
            return false;
        }
        let is_released_here = uses_of(here, lock, "release", false) > 0;
        is_released_here || uses_of(self.body, lock, "release", true) == 0
    }

    /// A name that a function around this one binds.
    fn is_captured(&self, name: &Expr) -> bool {
        let Expr::Name(name) = name else { return false };
        let model = self.resolver.model;
        self.resolver.place_of_name(name).is_some_and(|place| {
            model
                .name_id(name.id.as_str())
                .and_then(|id| model.owner(place.scope, id))
                .is_some_and(|owner| model.is_captured(place.scope, owner))
        })
    }

    /// A lock that lives in this function and is never released in it: a signal, as in `threading.Condition`.
    fn is_signal(&self, call: &ast::ExprCall) -> bool {
        let (Some(def), Expr::Attribute(acquire)) = (self.frame.function, &*call.func) else {
            return false;
        };
        let Expr::Name(lock) = &*acquire.value else {
            return false;
        };
        let model = self.resolver.model;
        let is_local = self.resolver.place_of_name(lock).is_some_and(|place| {
            let owner = model
                .name_id(lock.id.as_str())
                .and_then(|id| model.owner(place.scope, id));
            owner == Some(place.scope)
        });
        is_local && !calls(&def.body, "release")
    }

    fn augmented(&mut self, assign: &'a ast::StmtAugAssign) {
        let Some(operator) = self.tokens.augmented_operator(assign) else {
            return;
        };
        if let Some(body) = self.frame.loop_body
            && !self.frame.leaves
            && assign.op == Operator::Add
            && matches!(*assign.target, Expr::Name(_))
            && !binds(body, &assign.target)
            // What the condition looks at has to be whole in every round.
            && !self.frame.loop_test.is_some_and(|test| mentions(test, &assign.target))
            && self.class_of(&assign.target).as_deref() == Some("str")
            // Nor is what every round reads a result that is only being collected.
            && !reads(body, &assign.target)
        {
            self.found.trap("string built in a loop", operator);
        }
        if self.is_shared_counter(assign) {
            self.found.trap("unguarded shared counter", operator);
        }
    }

    fn is_shared_counter(&mut self, assign: &ast::StmtAugAssign) -> bool {
        let Some(def) = self.frame.function.filter(|_| !self.frame.is_locked) else {
            return false;
        };
        let (body, is_whole) = (self.body, self.found.near.is_none());
        let shared = self
            .shared
            .get_or_insert_with(|| functions_of_threads(self.resolver, body, is_whole));
        let model = self.resolver.model;
        let is_shared = shared
            .iter()
            .any(|function| std::ptr::eq(model.function(*function).def, def));
        if !is_shared || calls(&def.body, "acquire") {
            return false;
        }
        match &*assign.target {
            Expr::Name(name) => self.resolver.place_of(&assign.target).is_some_and(|place| {
                model
                    .name_id(name.id.as_str())
                    .and_then(|id| model.owner(place.scope, id))
                    .is_some_and(|owner| owner == MODULE)
            }),
            Expr::Attribute(attribute) => {
                matches!(
                    self.resolver.known(&attribute.value),
                    Some(Candidate {
                        value: Value::UserInstance(_),
                        ..
                    })
                ) && attribute.value.is_name_expr()
            }
            _ => false,
        }
    }

    /// Changes of what a `for` runs over, in its own body.
    fn changes(&mut self, stmt: &'a ast::StmtFor) {
        let Some(container) = iterated(&stmt.iter) else {
            return;
        };
        let class = match self
            .resolver
            .known(container)
            .map(|candidate| candidate.value)
        {
            Some(Value::Instance(class, _)) => Some(self.resolver.symbol_name(class).to_owned()),
            None | Some(Value::Unknown) => None,
            Some(_) => return,
        };
        let is_container = class.as_deref().is_none_or(|class| {
            matches!(
                class,
                "list"
                    | "dict"
                    | "set"
                    | "collections.deque"
                    | "collections.OrderedDict"
                    | "collections.defaultdict"
                    | "collections.Counter"
                    | "bytearray"
            )
        });
        // A list may grow while it is run through: that is how a list of work is worked off.
        let may_grow = class.as_deref().is_none_or(|class| class == "list");
        if is_container && !binds(&stmt.body, container) {
            let looped = Looped {
                container,
                target: &stmt.target,
                may_grow,
            };
            self.changes_in(&stmt.body, looped, 0);
        }
    }

    fn changes_in(&mut self, body: &'a [Stmt], looped: Looped<'_>, depth: u32) {
        // After a change that leaves the loop, nothing goes wrong.
        if leaves(body) || depth > 20 {
            return;
        }
        for stmt in body {
            match stmt {
                Stmt::Expr(stmt) => {
                    if let Expr::Call(call) = &*stmt.value
                        && let Expr::Attribute(method) = &*call.func
                        && changes_size(method.attr.as_str())
                        && is_same(&method.value, looped.container)
                        && !looped.is_work(call, method.attr.as_str())
                    {
                        self.found
                            .trap("changing while iterating", method.attr.range());
                    }
                }
                Stmt::Delete(delete) => {
                    let is_change = delete.targets.iter().any(|target| match target {
                        Expr::Subscript(subscript) => is_same(&subscript.value, looped.container),
                        _ => false,
                    });
                    if is_change {
                        self.keyword("changing while iterating", TokenKind::Del, delete.range());
                    }
                }
                Stmt::If(stmt) => {
                    self.changes_in(&stmt.body, looped, depth + 1);
                    for clause in &stmt.elif_else_clauses {
                        self.changes_in(&clause.body, looped, depth + 1);
                    }
                }
                Stmt::With(stmt) => self.changes_in(&stmt.body, looped, depth + 1),
                Stmt::Try(stmt) => self.changes_in(&stmt.body, looped, depth + 1),
                _ => {}
            }
        }
    }

    /// Functions made in a loop and kept for later, that read what the loop changes.
    fn late_bindings(&mut self, target: &'a Expr, body: &'a [Stmt]) {
        let mut names = Vec::new();
        target_names(target, &mut names);
        if names.is_empty() {
            return;
        }
        let mut kept = Kept::default();
        kept.visit_body(body);
        for stmt in body {
            if let Stmt::FunctionDef(def) = stmt
                && kept.names.contains(&def.name.as_str())
            {
                self.late_uses(&names, LateBody::Statements(&def.body));
            }
        }
        for function in kept.functions {
            self.late_uses(&names, LateBody::Expression(function));
        }
    }

    fn late_uses(&mut self, names: &[&'a ast::ExprName], body: LateBody<'a>) {
        let mut reads = Reads::default();
        match body {
            LateBody::Statements(body) => reads.visit_body(body),
            LateBody::Expression(body) => reads.visit_expr(body),
        }
        let model = self.resolver.model;
        for read in reads.names {
            let Some(target) = names.iter().find(|target| target.id == read.id) else {
                continue;
            };
            let (Some(id), Some(place)) = (
                model.name_id(read.id.as_str()),
                self.resolver.place_of_name(read),
            ) else {
                continue;
            };
            let is_the_loops = model.owner(place.scope, id).is_some_and(|owner| {
                model.crosses_function(place.scope, owner)
                    && model
                        .bindings_in(owner, id)
                        .iter()
                        .any(|id| model.binding(*id).range == target.range())
            });
            if is_the_loops {
                self.found.trap("late-binding closure", read.range());
            }
        }
    }

    fn statement_list(&mut self, body: &'a [Stmt]) {
        for (index, stmt) in body.iter().enumerate() {
            // `if lock: lock.acquire()` before the `try` that releases it.
            if let Stmt::If(if_) = stmt
                && let Some(Stmt::Expr(last)) = if_.body.last()
                && let Some(Stmt::Try(next)) = body.get(index + 1)
                && releases(&next.finalbody)
            {
                self.excused.push(last.value.range());
            }
            if let Stmt::Expr(stmt) = stmt
                && let Expr::Call(call) = &*stmt.value
                && self.found.wants(stmt.range())
            {
                self.lone_call(call, body.get(index + 1));
            }
        }
    }

    fn inside(&mut self, frame: Frame<'a>, body: &'a [Stmt]) {
        let before = std::mem::replace(&mut self.frame, frame);
        self.visit_body(body);
        self.frame = before;
    }
}

/// What a `for` runs over, and by which name its items go.
#[derive(Clone, Copy)]
struct Looped<'e> {
    container: &'e Expr,
    target: &'e Expr,
    /// It is a list, for all that is known.
    may_grow: bool,
}

impl Looped<'_> {
    /// Whether a call adds something new at the end of a list, or moves what is in it. The item itself, put back, never
    /// comes to an end.
    fn is_work(&self, call: &ast::ExprCall, method: &str) -> bool {
        if call
            .arguments
            .args
            .iter()
            .any(|argument| mentions(argument, self.container))
        {
            return true;
        }
        let puts_back = call
            .arguments
            .args
            .iter()
            .any(|argument| is_same(argument, self.target));
        self.may_grow && matches!(method, "append" | "extend") && !puts_back
    }
}

enum LateBody<'a> {
    Statements(&'a [Stmt]),
    Expression(&'a Expr),
}

impl<'a> Visitor<'a> for Finder<'_, '_, 'a, '_, '_> {
    fn visit_body(&mut self, body: &'a [Stmt]) {
        let before = self.frame.leaves;
        self.frame.leaves |= leaves(body);
        self.statement_list(body);
        visitor::walk_body(self, body);
        self.frame.leaves = before;
    }

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.depth >= MAX_DEPTH || !self.found.wants(stmt.range()) {
            return;
        }
        self.depth += 1;
        match stmt {
            Stmt::FunctionDef(def) => {
                self.defaults(&def.parameters);
                for decorator in &def.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                self.visit_parameters(&def.parameters);
                let frame = Frame {
                    function: Some(def),
                    is_async: def.is_async,
                    is_guarded: true,
                    ..Frame::module()
                };
                self.inside(frame, &def.body);
            }
            Stmt::ClassDef(def) => {
                if let Some(arguments) = &def.arguments {
                    self.visit_arguments(arguments);
                }
                let frame = Frame {
                    is_guarded: self.frame.is_guarded,
                    ..Frame::module()
                };
                self.inside(frame, &def.body);
            }
            Stmt::For(for_) => {
                if !self.frame.is_expected {
                    self.changes(for_);
                }
                self.late_bindings(&for_.target, &for_.body);
                self.visit_expr(&for_.iter);
                let frame = Frame {
                    // A few rounds, the same every time, build nothing long.
                    loop_body: if is_fixed(&for_.iter) {
                        self.frame.loop_body
                    } else {
                        Some(&for_.body)
                    },
                    loop_test: None,
                    leaves: false,
                    ..self.frame
                };
                self.inside(frame, &for_.body);
                self.inside(self.frame, &for_.orelse);
            }
            Stmt::While(while_) => {
                self.visit_expr(&while_.test);
                let frame = Frame {
                    loop_test: Some(&while_.test),
                    loop_body: Some(&while_.body),
                    leaves: false,
                    ..self.frame
                };
                self.inside(frame, &while_.body);
                self.inside(self.frame, &while_.orelse);
            }
            Stmt::If(if_) if is_main_guard(&if_.test) => {
                self.visit_expr(&if_.test);
                self.inside(
                    Frame {
                        is_guarded: true,
                        ..self.frame
                    },
                    &if_.body,
                );
                for clause in &if_.elif_else_clauses {
                    self.visit_elif_else_clause(clause);
                }
            }
            Stmt::With(with) => {
                for item in &with.items {
                    self.visit_with_item(item);
                }
                let may_lock = with.items.iter().any(|item| {
                    self.class_of(&item.context_expr).is_none_or(|class| {
                        class.ends_with("Lock")
                            || class.ends_with("Semaphore")
                            || class.ends_with("Condition")
                    })
                });
                let expects = |item: &ast::WithItem| match &item.context_expr {
                    Expr::Call(call) => expects_failure(&call.func),
                    _ => false,
                };
                let frame = Frame {
                    is_locked: self.frame.is_locked || may_lock,
                    is_expected: self.frame.is_expected || with.items.iter().any(expects),
                    ..self.frame
                };
                self.inside(frame, &with.body);
            }
            Stmt::Try(try_) => {
                self.handlers(try_);
                let frame = Frame {
                    is_released: self.frame.is_released
                        || releases(&try_.finalbody)
                        || try_.handlers.iter().any(|handler| {
                            let ExceptHandler::ExceptHandler(handler) = handler;
                            releases(&handler.body)
                        }),
                    ..self.frame
                };
                self.inside(frame, &try_.body);
                for ExceptHandler::ExceptHandler(handler) in &try_.handlers {
                    self.inside(frame, &handler.body);
                }
                self.inside(frame, &try_.orelse);
                self.inside(
                    Frame {
                        in_finally: true,
                        ..self.frame
                    },
                    &try_.finalbody,
                );
            }
            Stmt::Return(return_) => {
                if self.frame.in_finally {
                    self.keyword("return in finally", TokenKind::Return, return_.range());
                }
                visitor::walk_stmt(self, stmt);
            }
            Stmt::AugAssign(assign) => {
                self.augmented(assign);
                visitor::walk_stmt(self, stmt);
            }
            Stmt::Assert(_) => {
                let before = std::mem::replace(&mut self.frame.in_assert, true);
                visitor::walk_stmt(self, stmt);
                self.frame.in_assert = before;
            }
            // A module that only passes names on is not read for them.
            Stmt::ImportFrom(import) if self.gives_names => {
                for alias in import
                    .names
                    .iter()
                    .filter(|alias| alias.name.as_str() == "*")
                {
                    self.found.trap("star import", alias.name.range());
                }
            }
            _ => visitor::walk_stmt(self, stmt),
        }
        self.depth -= 1;
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.depth >= MAX_DEPTH || !self.found.wants(expr.range()) {
            return;
        }
        self.depth += 1;
        match expr {
            Expr::Compare(compare) => {
                self.compare(compare);
                visitor::walk_expr(self, expr);
            }
            Expr::Call(call) => {
                self.call(call);
                self.visit_expr(&call.func);
                let before = self.frame;
                self.frame.in_query |= is_query(&call.func);
                self.frame.in_assertion |= is_assertion(&call.func);
                self.visit_arguments(&call.arguments);
                self.frame = before;
            }
            Expr::Subscript(subscript) => {
                self.visit_expr(&subscript.value);
                let before = self.frame;
                self.frame.in_query = true;
                self.visit_expr(&subscript.slice);
                self.frame = before;
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.defaults(parameters);
                    self.visit_parameters(parameters);
                }
                let before = self.frame;
                self.frame = Frame {
                    is_guarded: true,
                    in_query: before.in_query,
                    ..Frame::module()
                };
                self.visit_expr(&lambda.body);
                self.frame = before;
            }
            Expr::ListComp(ast::ExprListComp {
                elt, generators, ..
            })
            | Expr::SetComp(ast::ExprSetComp {
                elt, generators, ..
            }) => {
                self.late_in_comprehension(elt, generators);
                visitor::walk_expr(self, expr);
            }
            Expr::DictComp(comp) => {
                self.late_in_comprehension(&comp.value, &comp.generators);
                visitor::walk_expr(self, expr);
            }
            // A long sum leans to the left, one level a term.
            Expr::BinOp(_) => {
                let mut current = expr;
                while let Expr::BinOp(binary) = current {
                    self.visit_expr(&binary.right);
                    current = &binary.left;
                }
                self.visit_expr(current);
            }
            _ => visitor::walk_expr(self, expr),
        }
        self.depth -= 1;
    }
}

impl<'a> Finder<'_, '_, 'a, '_, '_> {
    fn late_in_comprehension(&mut self, element: &'a Expr, generators: &'a [ast::Comprehension]) {
        if let Expr::Lambda(lambda) = element {
            let mut names = Vec::new();
            for comp in generators {
                target_names(&comp.target, &mut names);
            }
            self.late_uses(&names, LateBody::Expression(&lambda.body));
        }
    }
}
