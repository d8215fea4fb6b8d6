//! One node of the tree to the constructs of its own tokens. Looks at nothing but the node: names, scopes and what a
//! name means belong to [`super::scope`] and [`super::resolve`].

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{
    self as ast, BoolOp, CmpOp, ExceptHandler, Expr, ExprContext, Operator, Parameters, Pattern,
    Stmt, StringFlags, UnaryOp,
};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::tokens::TokenIndex;
use super::{Found, rank};

/// Emits into one [`Found`] with one token list; the fields never change while a file is walked.
pub(crate) struct Syntax<'t, 'f> {
    pub tokens: &'t TokenIndex<'t>,
    pub found: &'f mut Found,
}

impl Syntax<'_, '_> {
    pub fn emit(&mut self, name: &'static str, range: TextRange, rank: u8) {
        self.found.syntax(name, range, rank);
    }

    fn emit_opt(&mut self, name: &'static str, range: Option<TextRange>, rank: u8) {
        if let Some(range) = range {
            self.emit(name, range, rank);
        }
    }

    /// The keyword that begins at `offset`.
    fn keyword(&mut self, name: &'static str, kind: TokenKind, offset: TextSize) {
        self.emit_opt(name, self.tokens.at(kind, offset), rank::PLAIN);
    }

    /// A keyword that may follow `async`: both together, then the keyword alone.
    fn async_keyword(
        &mut self,
        names: [&'static str; 2],
        kind: TokenKind,
        is_async: bool,
        range: TextRange,
    ) {
        let Some(word) = self.tokens.find(kind, range.start(), range.end()) else {
            return;
        };
        if is_async && let Some(async_) = self.tokens.at(TokenKind::Async, range.start()) {
            self.emit(names[0], async_.cover(word), rank::SPECIFIC);
        }
        self.emit(names[1], word, rank::PLAIN);
    }

    /// The keyword of a clause, between what comes before it and the clause's first statement.
    fn clause(&mut self, name: &'static str, kind: TokenKind, from: TextSize, body: &[Stmt]) {
        self.clause_of(name, kind, from, body, rank::PLAIN);
    }

    fn clause_of(
        &mut self,
        name: &'static str,
        kind: TokenKind,
        from: TextSize,
        body: &[Stmt],
        rank: u8,
    ) {
        if let Some(first) = body.first() {
            self.emit_opt(name, self.tokens.find_back(kind, from, first.start()), rank);
        }
    }

    /// A loop's `else` means something that no other `else` does, and is an `else` all the same.
    fn loop_else(&mut self, name: &'static str, after: TextSize, body: &[Stmt]) {
        self.clause_of(name, TokenKind::Else, after, body, rank::SPECIFIC);
        self.clause("else", TokenKind::Else, after, body);
    }

    pub fn statement(&mut self, stmt: &Stmt) {
        let start = stmt.start();
        match stmt {
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::ClassDef(def) => self.class(def),
            Stmt::Return(_) => self.keyword("return", TokenKind::Return, start),
            Stmt::Delete(_) => self.keyword("del", TokenKind::Del, start),
            Stmt::TypeAlias(_) => self.keyword("type alias", TokenKind::Type, start),
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.target(target);
                }
            }
            Stmt::AugAssign(assign) => {
                let operator = self.tokens.augmented_operator(assign);
                self.emit_opt("+=", operator, rank::PLAIN);
            }
            Stmt::AnnAssign(assign) => {
                let colon = self.tokens.find(
                    TokenKind::Colon,
                    assign.target.end(),
                    assign.annotation.start(),
                );
                self.emit_opt("type hint", colon, rank::PLAIN);
            }
            Stmt::For(stmt) => {
                let head = TextRange::new(start, stmt.target.start().max(start));
                self.async_keyword(["async for", "for"], TokenKind::For, stmt.is_async, head);
                self.target(&stmt.target);
                let after = stmt.body.last().map_or(stmt.iter.end(), Ranged::end);
                self.loop_else("for ... else", after, &stmt.orelse);
            }
            Stmt::While(stmt) => {
                self.keyword("while", TokenKind::While, start);
                let after = stmt.body.last().map_or(stmt.test.end(), Ranged::end);
                self.loop_else("while ... else", after, &stmt.orelse);
            }
            Stmt::If(stmt) => {
                self.keyword("if", TokenKind::If, start);
                for clause in &stmt.elif_else_clauses {
                    match &clause.test {
                        Some(_) => self.keyword("elif", TokenKind::Elif, clause.start()),
                        None => self.keyword("else", TokenKind::Else, clause.start()),
                    }
                }
            }
            Stmt::With(stmt) => {
                let head = stmt.items.first().map_or(stmt.end(), Ranged::start);
                self.async_keyword(
                    ["async with", "with"],
                    TokenKind::With,
                    stmt.is_async,
                    TextRange::new(start, head),
                );
                for item in &stmt.items {
                    if let Some(target) = &item.optional_vars {
                        self.target(target);
                    }
                }
            }
            Stmt::Match(stmt) => {
                self.keyword("match", TokenKind::Match, start);
                for case in &stmt.cases {
                    self.keyword("case", TokenKind::Case, case.start());
                }
            }
            Stmt::Raise(stmt) => self.raise(stmt),
            Stmt::Try(stmt) => self.try_statement(stmt),
            Stmt::Assert(_) => self.keyword("assert", TokenKind::Assert, start),
            Stmt::Import(stmt) => {
                let word = self.tokens.find(TokenKind::Import, start, stmt.end());
                if stmt.is_lazy
                    && let (Some(lazy), Some(word)) = (self.tokens.at(TokenKind::Lazy, start), word)
                {
                    self.emit("lazy import", lazy.cover(word), rank::SPECIFIC);
                }
                self.emit_opt("import", word, rank::PLAIN);
            }
            Stmt::ImportFrom(stmt) => self.import_from(stmt),
            Stmt::Global(_) => self.keyword("global", TokenKind::Global, start),
            Stmt::Nonlocal(_) => self.keyword("nonlocal", TokenKind::Nonlocal, start),
            Stmt::Pass(_) => self.keyword("pass", TokenKind::Pass, start),
            Stmt::Break(_) => self.keyword("break", TokenKind::Break, start),
            Stmt::Continue(_) => self.keyword("continue", TokenKind::Continue, start),
            Stmt::Expr(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    fn function(&mut self, def: &ast::StmtFunctionDef) {
        self.decorators(&def.decorator_list);
        let from = def.decorator_list.last().map_or(def.start(), Ranged::end);
        if let Some(word) = self
            .tokens
            .find_back(TokenKind::Def, from, def.name.start())
        {
            let async_ = if def.is_async {
                self.tokens.find_back(TokenKind::Async, from, word.start())
            } else {
                None
            };
            match async_ {
                Some(async_) => self.emit("async def", async_.cover(word), rank::SPECIFIC),
                None => self.emit("def", word, rank::PLAIN),
            }
        }
        self.parameters(&def.parameters);
        if let Some(returns) = &def.returns {
            let arrow =
                self.tokens
                    .find_back(TokenKind::Rarrow, def.parameters.end(), returns.start());
            self.emit_opt("type hint", arrow, rank::PLAIN);
        }
        self.docstring(&def.body);
    }

    fn class(&mut self, def: &ast::StmtClassDef) {
        self.decorators(&def.decorator_list);
        let from = def.decorator_list.last().map_or(def.start(), Ranged::end);
        self.emit_opt(
            "class",
            self.tokens
                .find_back(TokenKind::Class, from, def.name.start()),
            rank::PLAIN,
        );
        if let Some(arguments) = &def.arguments {
            let name = match arguments.args.len() {
                0 => None,
                1 => Some("inheritance"),
                _ => Some("multiple inheritance"),
            };
            if let Some(name) = name {
                self.brackets(name, arguments.range(), TokenKind::Lpar, TokenKind::Rpar);
            }
            self.unpacked_keywords(&arguments.keywords);
            for keyword in &arguments.keywords {
                if let Some(arg) = keyword
                    .arg
                    .as_ref()
                    .filter(|arg| arg.as_str() == "metaclass")
                {
                    self.emit("metaclass", arg.range(), rank::SPECIFIC);
                }
            }
        }
        self.docstring(&def.body);
    }

    fn unpacked_keywords(&mut self, keywords: &[ast::Keyword]) {
        for keyword in keywords.iter().filter(|keyword| keyword.arg.is_none()) {
            self.keyword("unpacking", TokenKind::DoubleStar, keyword.start());
        }
    }

    fn decorators(&mut self, decorators: &[ast::Decorator]) {
        for decorator in decorators {
            self.emit_opt(
                "decorator",
                self.tokens.at(TokenKind::At, decorator.start()),
                rank::PLAIN,
            );
        }
    }

    /// The quotes that open the docstring of a module, class or function with this body.
    pub fn docstring(&mut self, body: &[Stmt]) {
        let Some(Stmt::Expr(stmt)) = body.first() else {
            return;
        };
        let Expr::StringLiteral(literal) = &*stmt.value else {
            return;
        };
        if let Some(first) = literal.value.iter().next() {
            let opener = first.flags.opener_len();
            let quotes = if first.flags.is_triple_quoted() {
                TextSize::new(3)
            } else {
                TextSize::new(1)
            };
            let start = first.start() + opener - quotes;
            self.emit("docstring", TextRange::at(start, quotes), rank::SPECIFIC);
        }
    }

    pub fn parameters(&mut self, parameters: &Parameters) {
        let end = parameters.end();
        if let Some(last) = parameters.posonlyargs.last() {
            let slash = self.tokens.find(TokenKind::Slash, last.end(), end);
            self.emit_opt("positional-only parameters", slash, rank::PLAIN);
        }
        if parameters.vararg.is_none()
            && let Some(first) = parameters.kwonlyargs.first()
        {
            let from = parameters
                .args
                .last()
                .or(parameters.posonlyargs.last())
                .map_or(parameters.start(), Ranged::end);
            let star = self.tokens.find_back(TokenKind::Star, from, first.start());
            self.emit_opt("keyword-only parameters", star, rank::PLAIN);
        }
        for (name, kind, parameter) in [
            ("*args", TokenKind::Star, &parameters.vararg),
            ("**kwargs", TokenKind::DoubleStar, &parameters.kwarg),
        ] {
            if let Some(parameter) = parameter {
                let star = self
                    .tokens
                    .find_back(kind, parameters.start(), parameter.name.start());
                if let Some(star) = star {
                    self.emit(name, star.cover(parameter.name.range()), rank::SPECIFIC);
                }
            }
        }
        for parameter in parameters {
            let parameter_end = parameter.as_parameter().end();
            if let Some(annotation) = parameter.annotation() {
                let colon =
                    self.tokens
                        .find(TokenKind::Colon, parameter.name().end(), annotation.start());
                self.emit_opt("type hint", colon, rank::PLAIN);
            }
            if let Some(default) = parameter.default() {
                let equal = self
                    .tokens
                    .find(TokenKind::Equal, parameter_end, default.start());
                self.emit_opt("default argument", equal, rank::PLAIN);
            }
        }
    }

    fn raise(&mut self, stmt: &ast::StmtRaise) {
        let word = self.tokens.at(TokenKind::Raise, stmt.start());
        if let (Some(exc), Some(cause)) = (&stmt.exc, &stmt.cause) {
            self.emit_opt("raise ... from", word, rank::SPECIFIC);
            let from = self
                .tokens
                .find_back(TokenKind::From, exc.end(), cause.start());
            self.emit_opt("raise ... from", from, rank::SPECIFIC);
        }
        self.emit_opt("raise", word, rank::PLAIN);
    }

    fn try_statement(&mut self, stmt: &ast::StmtTry) {
        self.keyword("try", TokenKind::Try, stmt.start());
        let mut end = stmt.body.last().map_or(stmt.start(), Ranged::end);
        for ExceptHandler::ExceptHandler(handler) in &stmt.handlers {
            end = handler.end();
            let Some(except) = self.tokens.at(TokenKind::Except, handler.start()) else {
                continue;
            };
            let until = handler
                .type_
                .as_ref()
                .map_or(except.end(), |type_| type_.start());
            match self
                .tokens
                .find(TokenKind::Star, except.end(), until)
                .filter(|_| stmt.is_star)
            {
                Some(star) => self.emit("except*", except.cover(star), rank::SPECIFIC),
                None => self.emit("except", except, rank::PLAIN),
            }
        }
        self.clause("try ... else", TokenKind::Else, end, &stmt.orelse);
        let end = stmt.orelse.last().map_or(end, Ranged::end);
        self.clause("finally", TokenKind::Finally, end, &stmt.finalbody);
    }

    fn import_from(&mut self, stmt: &ast::StmtImportFrom) {
        let from = self.tokens.find(TokenKind::From, stmt.start(), stmt.end());
        let after = stmt.module.as_ref().map_or(stmt.start(), Ranged::end);
        let import = self.tokens.find(TokenKind::Import, after, stmt.end());
        if stmt.is_lazy
            && let (Some(lazy), Some(from)) = (self.tokens.at(TokenKind::Lazy, stmt.start()), from)
        {
            self.emit("lazy import", lazy.cover(from), rank::SPECIFIC);
            self.emit_opt("lazy import", import, rank::SPECIFIC);
        }
        self.emit_opt("from ... import", from, rank::PLAIN);
        self.emit_opt("from ... import", import, rank::PLAIN);
        for alias in stmt.names.iter().filter(|alias| alias.name.as_str() == "*") {
            self.emit("import *", alias.name.range(), rank::SPECIFIC);
        }
    }

    /// An assignment's target: its commas unpack.
    pub fn target(&mut self, target: &Expr) {
        let elements = match target {
            Expr::Tuple(tuple) => &tuple.elts,
            Expr::List(list) => &list.elts,
            _ => return,
        };
        for (index, element) in elements.iter().enumerate() {
            let until = elements.get(index + 1).map_or(target.end(), Ranged::start);
            self.emit_opt(
                "unpacking",
                self.tokens.find(TokenKind::Comma, element.end(), until),
                rank::PLAIN,
            );
            // Targets nest as deep as the brackets that the guard lets through.
            self.target(element);
        }
    }

    fn brackets(
        &mut self,
        name: &'static str,
        range: TextRange,
        open: TokenKind,
        close: TokenKind,
    ) {
        let rank = rank::PLAIN;
        self.emit_opt(name, self.tokens.at(open, range.start()), rank);
        if let Some(last) = range.end().checked_sub(TextSize::new(1)) {
            self.emit_opt(name, self.tokens.at(close, last), rank);
        }
    }

    pub fn expression(&mut self, expr: &Expr) {
        match expr {
            Expr::BoolOp(boolean) => {
                let (name, kind) = match boolean.op {
                    BoolOp::And => ("and", TokenKind::And),
                    BoolOp::Or => ("or", TokenKind::Or),
                };
                for pair in boolean.values.windows(2) {
                    let word = self.tokens.find(kind, pair[0].end(), pair[1].start());
                    self.emit_opt(name, word, rank::PLAIN);
                }
            }
            Expr::Named(named) => {
                let word = self.tokens.find(
                    TokenKind::ColonEqual,
                    named.target.end(),
                    named.value.start(),
                );
                self.emit_opt(":=", word, rank::PLAIN);
            }
            Expr::BinOp(binary) => self.binary(binary),
            Expr::UnaryOp(unary) => match unary.op {
                UnaryOp::Not => self.keyword("not", TokenKind::Not, unary.start()),
                UnaryOp::Invert => self.keyword("~", TokenKind::Tilde, unary.start()),
                UnaryOp::UAdd | UnaryOp::USub => {}
            },
            Expr::Lambda(lambda) => {
                self.keyword("lambda", TokenKind::Lambda, lambda.start());
                if let Some(parameters) = &lambda.parameters {
                    self.parameters(parameters);
                }
            }
            Expr::If(conditional) => {
                let word = self.tokens.find_back(
                    TokenKind::If,
                    conditional.body.end(),
                    conditional.test.start(),
                );
                self.emit_opt("conditional expression", word, rank::PLAIN);
                let word = self.tokens.find_back(
                    TokenKind::Else,
                    conditional.test.end(),
                    conditional.orelse.start(),
                );
                self.emit_opt("conditional expression", word, rank::PLAIN);
            }
            Expr::Dict(dict) => {
                self.brackets("dict", dict.range(), TokenKind::Lbrace, TokenKind::Rbrace);
                let mut from = dict.start();
                for item in &dict.items {
                    if item.key.is_none() {
                        let stars =
                            self.tokens
                                .find_back(TokenKind::DoubleStar, from, item.value.start());
                        self.emit_opt("unpacking", stars, rank::PLAIN);
                    }
                    from = item.value.end();
                }
            }
            Expr::Set(set) => {
                self.brackets("set", set.range(), TokenKind::Lbrace, TokenKind::Rbrace)
            }
            Expr::List(list) => {
                if list.ctx == ExprContext::Load {
                    self.brackets("list", list.range(), TokenKind::Lsqb, TokenKind::Rsqb);
                }
            }
            Expr::Tuple(tuple) => {
                if tuple.ctx == ExprContext::Load && tuple.parenthesized {
                    self.brackets("tuple", tuple.range(), TokenKind::Lpar, TokenKind::Rpar);
                }
            }
            Expr::ListComp(comp) => {
                self.brackets(
                    "list comprehension",
                    comp.range(),
                    TokenKind::Lsqb,
                    TokenKind::Rsqb,
                );
                self.comprehensions("list comprehension", &comp.generators);
            }
            Expr::SetComp(comp) => {
                self.brackets(
                    "set comprehension",
                    comp.range(),
                    TokenKind::Lbrace,
                    TokenKind::Rbrace,
                );
                self.comprehensions("set comprehension", &comp.generators);
            }
            Expr::DictComp(comp) => {
                self.brackets(
                    "dict comprehension",
                    comp.range(),
                    TokenKind::Lbrace,
                    TokenKind::Rbrace,
                );
                self.comprehensions("dict comprehension", &comp.generators);
                if comp.key.is_none() {
                    let stars = self.tokens.find_back(
                        TokenKind::DoubleStar,
                        comp.start(),
                        comp.value.start(),
                    );
                    self.emit_opt("unpacking", stars, rank::PLAIN);
                }
            }
            Expr::Generator(comp) => {
                if comp.parenthesized {
                    self.brackets(
                        "generator expression",
                        comp.range(),
                        TokenKind::Lpar,
                        TokenKind::Rpar,
                    );
                }
                self.comprehensions("generator expression", &comp.generators);
            }
            Expr::Await(await_) => self.keyword("await", TokenKind::Await, await_.start()),
            Expr::Yield(yield_) => self.keyword("yield", TokenKind::Yield, yield_.start()),
            Expr::YieldFrom(yield_) => {
                let word = self.tokens.at(TokenKind::Yield, yield_.start());
                let from = self
                    .tokens
                    .find(TokenKind::From, yield_.start(), yield_.value.start());
                if let (Some(word), Some(from)) = (word, from) {
                    self.emit("yield from", word.cover(from), rank::SPECIFIC);
                }
            }
            Expr::Compare(compare) => self.compare(compare),
            Expr::Call(call) => self.unpacked_keywords(&call.arguments.keywords),
            Expr::FString(literal) => {
                for part in literal.value.iter() {
                    match part {
                        ast::FStringPart::Literal(part) => {
                            self.string(
                                part.start(),
                                part.flags.opener_len(),
                                None,
                                part.flags.prefix().is_raw(),
                            );
                        }
                        ast::FStringPart::FString(part) => {
                            let raw = part.flags.prefix().is_raw();
                            self.string(
                                part.start(),
                                part.flags.opener_len(),
                                Some("f-string"),
                                raw,
                            );
                        }
                    }
                }
            }
            Expr::TString(literal) => {
                for part in literal.value.iter() {
                    let raw = part.flags.prefix().is_raw();
                    self.string(part.start(), part.flags.opener_len(), Some("t-string"), raw);
                }
            }
            Expr::StringLiteral(literal) => {
                for part in literal.value.iter() {
                    self.string(
                        part.start(),
                        part.flags.opener_len(),
                        None,
                        part.flags.prefix().is_raw(),
                    );
                }
            }
            Expr::BytesLiteral(literal) => {
                for part in literal.value.iter() {
                    let raw = part.flags.prefix().is_raw();
                    self.string(part.start(), part.flags.opener_len(), Some("bytes"), raw);
                }
            }
            Expr::BooleanLiteral(literal) => {
                let name = if literal.value { "True" } else { "False" };
                self.emit(name, literal.range(), rank::PLAIN);
            }
            Expr::NoneLiteral(literal) => self.emit("None", literal.range(), rank::PLAIN),
            Expr::EllipsisLiteral(literal) => self.emit("Ellipsis", literal.range(), rank::PLAIN),
            Expr::Starred(starred) => self.keyword("unpacking", TokenKind::Star, starred.start()),
            Expr::Slice(slice) => {
                for token in self.slice_colons(slice) {
                    self.emit("slice", token, rank::PLAIN);
                }
            }
            Expr::Attribute(_)
            | Expr::Subscript(_)
            | Expr::Name(_)
            | Expr::NumberLiteral(_)
            | Expr::IpyEscapeCommand(_) => {}
        }
    }

    fn string(&mut self, start: TextSize, opener: TextSize, name: Option<&'static str>, raw: bool) {
        let range = TextRange::at(start, opener);
        if let Some(name) = name {
            self.emit(name, range, rank::PLAIN);
        }
        if raw {
            self.emit("raw string", range, rank::ALSO);
        }
    }

    pub fn binary(&mut self, binary: &ast::ExprBinOp) {
        let (name, kind) = match binary.op {
            Operator::FloorDiv => ("//", TokenKind::DoubleSlash),
            Operator::Mod => ("%", TokenKind::Percent),
            Operator::Pow => ("**", TokenKind::DoubleStar),
            Operator::MatMult => ("@", TokenKind::At),
            Operator::LShift => ("<<", TokenKind::LeftShift),
            Operator::RShift => (">>", TokenKind::RightShift),
            Operator::BitAnd => ("&", TokenKind::Amper),
            Operator::BitOr => ("|", TokenKind::Vbar),
            Operator::BitXor => ("^", TokenKind::CircumFlex),
            Operator::Add | Operator::Sub | Operator::Mult | Operator::Div => return,
        };
        self.emit_opt(
            name,
            self.tokens
                .find(kind, binary.left.end(), binary.right.start()),
            rank::PLAIN,
        );
    }

    fn compare(&mut self, compare: &ast::ExprCompare) {
        let mut left = compare.left.end();
        for (op, right) in compare.ops.iter().zip(&compare.comparators) {
            let between = TextRange::new(left, right.start().max(left));
            left = right.end();
            let mut words = self
                .tokens
                .within(between)
                .filter(|token| is_comparison(token.kind()));
            let Some(first) = words.next().map(Ranged::range) else {
                continue;
            };
            let whole = words
                .next()
                .map_or(first, |second| first.cover(second.range()));
            let name = match op {
                CmpOp::Eq => Some("=="),
                CmpOp::NotEq => Some("!="),
                CmpOp::Is | CmpOp::IsNot => Some("is"),
                CmpOp::In | CmpOp::NotIn => Some("in"),
                CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => None,
            };
            if compare.ops.len() > 1 {
                self.emit("chained comparison", whole, rank::SPECIFIC);
            }
            if let Some(name) = name {
                self.emit(name, whole, rank::PLAIN);
            }
        }
    }

    fn comprehensions(&mut self, name: &'static str, generators: &[ast::Comprehension]) {
        for comp in generators {
            let word = self
                .tokens
                .find(TokenKind::For, comp.start(), comp.target.start());
            if let Some(word) = word {
                match self
                    .tokens
                    .at(TokenKind::Async, comp.start())
                    .filter(|_| comp.is_async)
                {
                    Some(async_) => {
                        self.emit("async for", async_.cover(word), rank::SPECIFIC);
                        self.emit(name, async_.cover(word), rank::PART_OF);
                    }
                    None => self.emit(name, word, rank::PLAIN),
                }
            }
            self.target(&comp.target);
            let word = self
                .tokens
                .find_back(TokenKind::In, comp.target.end(), comp.iter.start());
            self.emit_opt(name, word, rank::PLAIN);
            let mut from = comp.iter.end();
            for test in &comp.ifs {
                self.emit_opt(
                    name,
                    self.tokens.find_back(TokenKind::If, from, test.start()),
                    rank::PLAIN,
                );
                from = test.end();
            }
        }
    }

    /// The colons of a slice. Those inside its parts (a lambda's, a nested slice's) are not its own.
    fn slice_colons(&self, slice: &ast::ExprSlice) -> Vec<TextRange> {
        let mut colons = Vec::with_capacity(2);
        let mut from = slice
            .lower
            .as_ref()
            .map_or(slice.start(), |lower| lower.end());
        for part in [&slice.upper, &slice.step] {
            let until = part.as_ref().map_or(slice.end(), |part| part.start());
            if let Some(colon) = self.tokens.find(TokenKind::Colon, from, until) {
                from = part.as_ref().map_or(colon.end(), |part| part.end());
                colons.push(colon);
            }
        }
        colons
    }

    pub fn pattern(&mut self, pattern: &Pattern) {
        if let Pattern::MatchSingleton(singleton) = pattern {
            let name = match singleton.value {
                ast::Singleton::None => "None",
                ast::Singleton::True => "True",
                ast::Singleton::False => "False",
            };
            if name.text_len() == singleton.range().len() {
                self.emit(name, singleton.range(), rank::PLAIN);
            }
        }
    }
}

fn is_comparison(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Less
            | TokenKind::Greater
            | TokenKind::LessEqual
            | TokenKind::GreaterEqual
            | TokenKind::EqEqual
            | TokenKind::NotEqual
            | TokenKind::Is
            | TokenKind::In
            | TokenKind::Not
    )
}
