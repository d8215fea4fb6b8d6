//! Questions about the shape of code that need no names resolved: what a block leaves, calls, binds, keeps for later.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Number, Operator, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::MAX_DEPTH;

/// Lambdas and names that a loop's body keeps for later: appended, stored, or given to something that calls back.
#[derive(Default)]
pub(super) struct Kept<'a> {
    pub functions: Vec<&'a Expr>,
    pub names: Vec<&'a str>,
    depth: u32,
}

impl<'a> Kept<'a> {
    fn keep(&mut self, value: &'a Expr) {
        match value {
            Expr::Lambda(lambda) => self.functions.push(&lambda.body),
            Expr::Name(name) => self.names.push(name.id.as_str()),
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Kept<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.depth >= MAX_DEPTH || matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            return;
        }
        self.depth += 1;
        if let Stmt::Assign(assign) = stmt
            && assign
                .targets
                .iter()
                .any(|target| matches!(target, Expr::Subscript(_)))
        {
            self.keep(&assign.value);
        }
        visitor::walk_stmt(self, stmt);
        self.depth -= 1;
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.depth >= MAX_DEPTH || matches!(expr, Expr::Lambda(_)) {
            return;
        }
        self.depth += 1;
        if let Expr::Call(call) = expr {
            if let Expr::Attribute(method) = &*call.func
                && keeps_argument(method.attr.as_str())
            {
                for argument in &call.arguments.args {
                    self.keep(argument);
                }
            }
            for keyword in &call.arguments.keywords {
                if matches!(
                    keyword.arg.as_deref(),
                    Some("target" | "command" | "callback")
                ) {
                    self.keep(&keyword.value);
                }
            }
        }
        visitor::walk_expr(self, expr);
        self.depth -= 1;
    }
}

/// Every name that is read in a function's body, nested functions included.
#[derive(Default)]
pub(super) struct Reads<'a> {
    pub names: Vec<&'a ast::ExprName>,
    depth: u32,
}

impl<'a> Visitor<'a> for Reads<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            visitor::walk_stmt(self, stmt);
            self.depth -= 1;
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        match expr {
            Expr::Name(name) if name.ctx == ExprContext::Load => self.names.push(name),
            _ => visitor::walk_expr(self, expr),
        }
        self.depth -= 1;
    }
}

pub(super) fn keeps_argument(method: &str) -> bool {
    matches!(
        method,
        "append"
            | "appendleft"
            | "add"
            | "insert"
            | "setdefault"
            | "put"
            | "put_nowait"
            | "submit"
            | "call_later"
            | "call_at"
            | "call_soon"
            | "call_soon_threadsafe"
            | "add_done_callback"
            | "connect"
            | "register"
            | "subscribe"
    )
}

pub(super) fn target_names<'a>(target: &'a Expr, names: &mut Vec<&'a ast::ExprName>) {
    match target {
        Expr::Name(name) => names.push(name),
        Expr::Starred(starred) => target_names(&starred.value, names),
        Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
            for element in elts {
                target_names(element, names);
            }
        }
        _ => {}
    }
}

pub(super) fn blocks(symbol: &str) -> bool {
    matches!(
        symbol,
        "time.sleep"
            | "requests.get"
            | "requests.post"
            | "requests.put"
            | "requests.patch"
            | "requests.delete"
            | "requests.head"
            | "requests.options"
            | "requests.request"
            | "subprocess.run"
            | "subprocess.call"
            | "subprocess.check_call"
            | "subprocess.check_output"
            | "subprocess.getoutput"
            | "os.system"
            | "urllib.request.urlopen"
            | "input"
            | "open"
    )
}

pub(super) fn changes_size(method: &str) -> bool {
    matches!(
        method,
        "append"
            | "appendleft"
            | "extend"
            | "insert"
            | "remove"
            | "pop"
            | "popleft"
            | "popitem"
            | "clear"
            | "add"
            | "discard"
    )
}

/// What a `for` runs over, where changing it shows: a name or attribute, itself or its views.
pub(super) fn iterated(iter: &Expr) -> Option<&Expr> {
    match iter {
        Expr::Name(_) => Some(iter),
        Expr::Attribute(attribute) => iterated(&attribute.value).map(|_| iter),
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(view)
                if call.arguments.is_empty()
                    && matches!(view.attr.as_str(), "items" | "keys" | "values") =>
            {
                iterated(&view.value)
            }
            Expr::Name(name) if name.id.as_str() == "enumerate" && call.arguments.len() == 1 => {
                call.arguments.args.first().and_then(iterated)
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether two expressions are the same chain of names.
pub(super) fn is_same(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::Name(one), Expr::Name(other)) => one.id == other.id,
        (Expr::Attribute(one), Expr::Attribute(other)) => {
            one.attr.as_str() == other.attr.as_str() && is_same(&one.value, &other.value)
        }
        _ => false,
    }
}

/// Whether a target, which may unpack, is or contains this name or attribute.
fn holds(target: &Expr, name: &Expr) -> bool {
    match target {
        Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
            elts.iter().any(|element| holds(element, name))
        }
        Expr::Starred(starred) => holds(&starred.value, name),
        _ => is_same(target, name),
    }
}

/// Whether two attributes have the same name: what is `self.lock` in one function may be `worker.lock` in another.
fn has_same_name(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::Attribute(one), Expr::Attribute(other)) => one.attr.as_str() == other.attr.as_str(),
        _ => false,
    }
}

/// Whether an expression reads this name or attribute.
pub(super) fn mentions(expr: &Expr, name: &Expr) -> bool {
    struct Mentions<'e> {
        name: &'e Expr,
        found: bool,
        depth: u32,
    }
    impl<'b> Visitor<'b> for Mentions<'_> {
        fn visit_expr(&mut self, expr: &'b Expr) {
            self.found |= is_same(expr, self.name);
            if !self.found && self.depth < MAX_DEPTH {
                self.depth += 1;
                visitor::walk_expr(self, expr);
                self.depth -= 1;
            }
        }
    }
    let mut mentions = Mentions {
        name,
        found: false,
        depth: 0,
    };
    mentions.visit_expr(expr);
    mentions.found
}

/// How often `body` calls a method on this very name or attribute; in the functions inside it too, if asked.
pub(super) fn uses_of(body: &[Stmt], object: &Expr, method: &str, everywhere: bool) -> usize {
    struct Uses<'e> {
        object: &'e Expr,
        method: &'e str,
        everywhere: bool,
        count: usize,
        depth: u32,
    }
    impl<'b> Visitor<'b> for Uses<'_> {
        fn visit_stmt(&mut self, stmt: &'b Stmt) {
            let is_function = matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
            if self.depth < MAX_DEPTH && (self.everywhere || !is_function) {
                self.depth += 1;
                visitor::walk_stmt(self, stmt);
                self.depth -= 1;
            }
        }

        fn visit_expr(&mut self, expr: &'b Expr) {
            if self.depth >= MAX_DEPTH {
                return;
            }
            self.depth += 1;
            if let Expr::Attribute(attribute) = expr
                && attribute.attr.as_str() == self.method
                && (is_same(&attribute.value, self.object)
                    || self.everywhere && has_same_name(&attribute.value, self.object))
            {
                self.count += 1;
            }
            visitor::walk_expr(self, expr);
            self.depth -= 1;
        }
    }
    let mut uses = Uses {
        object,
        method,
        everywhere,
        count: 0,
        depth: 0,
    };
    uses.visit_body(body);
    uses.count
}

/// Whether this code may raise by itself, other than in functions that it defines.
pub(super) fn raises(body: &[Stmt]) -> bool {
    struct Raises {
        found: bool,
        depth: u32,
    }
    impl<'b> Visitor<'b> for Raises {
        fn visit_stmt(&mut self, stmt: &'b Stmt) {
            self.found |= stmt.is_raise_stmt();
            let is_function = matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
            if !self.found && !is_function && self.depth < MAX_DEPTH {
                self.depth += 1;
                visitor::walk_stmt(self, stmt);
                self.depth -= 1;
            }
        }

        fn visit_expr(&mut self, _: &'b Expr) {}
    }
    let mut raises = Raises {
        found: false,
        depth: 0,
    };
    raises.visit_body(body);
    raises.found
}

/// A display written out: it has as many elements every time.
pub(super) fn is_fixed(iter: &Expr) -> bool {
    match iter {
        Expr::Tuple(ast::ExprTuple { elts, .. })
        | Expr::List(ast::ExprList { elts, .. })
        | Expr::Set(ast::ExprSet { elts, .. }) => !elts.iter().any(Expr::is_starred_expr),
        _ => false,
    }
}

/// Methods and functions by which tests claim something.
pub(super) fn is_assertion(func: &Expr) -> bool {
    called(func).is_some_and(|name| name.starts_with("assert"))
}

/// Context managers of tests that wait for an exception or a warning.
pub(super) fn expects_failure(func: &Expr) -> bool {
    called(func).is_some_and(|name| {
        name.starts_with("assertRaises")
            || name.starts_with("assertWarns")
            || matches!(name, "raises" | "warns" | "check_warnings" | "suppress")
    })
}

fn called(func: &Expr) -> Option<&str> {
    match func {
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        Expr::Name(name) => Some(name.id.as_str()),
        _ => None,
    }
}

/// Whether code anywhere in `body` assigns to this name or attribute, other than in place.
pub(super) fn binds(body: &[Stmt], target: &Expr) -> bool {
    struct Binds<'e> {
        target: &'e Expr,
        found: bool,
        depth: u32,
    }
    impl<'b> Visitor<'b> for Binds<'_> {
        fn visit_stmt(&mut self, stmt: &'b Stmt) {
            if self.found || self.depth >= MAX_DEPTH {
                return;
            }
            self.depth += 1;
            match stmt {
                Stmt::Assign(assign) => {
                    self.found |= assign
                        .targets
                        .iter()
                        .any(|target| holds(target, self.target));
                }
                Stmt::AnnAssign(assign) => self.found |= is_same(&assign.target, self.target),
                Stmt::For(for_) => self.found |= holds(&for_.target, self.target),
                _ => {}
            }
            visitor::walk_stmt(self, stmt);
            self.depth -= 1;
        }

        fn visit_expr(&mut self, _: &'b Expr) {}
    }
    let mut binds = Binds {
        target,
        found: false,
        depth: 0,
    };
    binds.visit_body(body);
    binds.found
}

/// Whether a statement of this body calls a method of this name.
pub(super) fn calls(body: &[Stmt], method: &str) -> bool {
    struct Calls<'e> {
        method: &'e str,
        found: bool,
        depth: u32,
    }
    impl<'b> Visitor<'b> for Calls<'_> {
        fn visit_stmt(&mut self, stmt: &'b Stmt) {
            if !self.found && self.depth < MAX_DEPTH {
                self.depth += 1;
                visitor::walk_stmt(self, stmt);
                self.depth -= 1;
            }
        }

        fn visit_expr(&mut self, expr: &'b Expr) {
            if self.found || self.depth >= MAX_DEPTH {
                return;
            }
            self.depth += 1;
            if let Expr::Call(call) = expr
                && let Expr::Attribute(attribute) = &*call.func
                && attribute.attr.as_str() == self.method
            {
                self.found = true;
            }
            visitor::walk_expr(self, expr);
            self.depth -= 1;
        }
    }
    let mut calls = Calls {
        method,
        found: false,
        depth: 0,
    };
    calls.visit_body(body);
    calls.found
}

pub(super) fn releases(finalbody: &[Stmt]) -> bool {
    calls(finalbody, "release")
}

/// Whether control does not come back to the loop after this block.
pub(super) fn leaves(body: &[Stmt]) -> bool {
    body.last()
        .is_some_and(|last| matches!(last, Stmt::Break(_) | Stmt::Return(_) | Stmt::Raise(_)))
}

pub(super) fn is_main_guard(test: &Expr) -> bool {
    let Expr::Compare(compare) = test else {
        return false;
    };
    let is_name = |expr: &Expr| {
        expr.as_name_expr()
            .is_some_and(|name| name.id.as_str() == "__name__")
    };
    is_name(&compare.left) || compare.comparators.iter().any(is_name)
}

/// Calls whose arguments are conditions of a query language, not of Python.
pub(super) fn is_query(func: &Expr) -> bool {
    let Some(name) = called(func) else {
        return false;
    };
    matches!(
        name,
        "filter"
            | "where"
            | "having"
            | "and_"
            | "or_"
            | "not_"
            | "join"
            | "outerjoin"
            | "on"
            | "case"
            | "when"
            | "select"
    )
}

/// Literals that have no identity to speak of.
pub(super) fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::FString(_) => true,
        Expr::List(_) | Expr::Dict(_) | Expr::Set(_) | Expr::Tuple(_) => true,
        Expr::UnaryOp(unary) => unary.operand.is_number_literal_expr(),
        _ => false,
    }
}

/// A number written out, or a sum, difference, product or quotient of such.
pub(super) fn is_number(expr: &Expr) -> bool {
    match expr {
        Expr::NumberLiteral(_) => true,
        Expr::UnaryOp(unary) => is_number(&unary.operand),
        Expr::BinOp(binary) => {
            matches!(
                binary.op,
                Operator::Add | Operator::Sub | Operator::Mult | Operator::Div
            ) && is_number(&binary.left)
                && is_number(&binary.right)
        }
        _ => false,
    }
}

/// A number of [`is_number`] with a float in it that binary cannot hold. What else is in a sum may be no float at all.
pub(super) fn is_float_arithmetic(expr: &Expr) -> bool {
    fn is_inexact(expr: &Expr) -> bool {
        match expr {
            Expr::NumberLiteral(number) => match number.value {
                // Halves, quarters and so on are exact, and so is every whole number.
                Number::Float(value) => (value * 1024.0).fract() != 0.0,
                _ => false,
            },
            Expr::BinOp(binary) => is_inexact(&binary.left) || is_inexact(&binary.right),
            Expr::UnaryOp(unary) => is_inexact(&unary.operand),
            _ => false,
        }
    }
    is_number(expr) && is_inexact(expr)
}

/// The token by which a callee is called.
pub(super) fn last_name(func: &Expr) -> Option<TextRange> {
    match func {
        Expr::Name(name) => Some(name.range()),
        Expr::Attribute(attribute) => Some(attribute.attr.range()),
        _ => None,
    }
}

/// Whether code in `body` reads this name.
pub(super) fn reads(body: &[Stmt], target: &Expr) -> bool {
    let Expr::Name(target) = target else {
        return false;
    };
    let mut reads = Reads::default();
    reads.visit_body(body);
    reads.names.iter().any(|name| name.id == target.id)
}

/// A body that says nothing but what the function is like: `...`, behind a docstring or not.
pub(super) fn is_stub(body: &[Stmt]) -> bool {
    body.last().is_some_and(|last| match last {
        Stmt::Expr(last) => last.value.is_ellipsis_literal_expr(),
        _ => false,
    })
}

/// An annotation that promises not to change what is given.
pub(super) fn is_read_only(annotation: &Expr) -> bool {
    let name = match annotation {
        Expr::Subscript(subscript) => called(&subscript.value),
        other => called(other),
    };
    matches!(
        name,
        Some("AbstractSet" | "Collection" | "Container" | "Iterable" | "Mapping" | "Sequence")
    )
}
