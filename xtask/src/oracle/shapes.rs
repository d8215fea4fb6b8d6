//! What a token hangs on, in a few words: `attribute of call of re.compile`, `name = for over str.splitlines`. Disagreements of one
//! shape have one cause.

use super::corpus::File;
use super::stubs::Stubs;
use super::type_checker::{Answer, Lines};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, PySourceType, Stmt};
use ruff_text_size::{Ranged, TextSize};
use std::collections::{HashMap, HashSet};

/// How far a name is followed to what it was bound to.
const DEPTH: usize = 4;

pub struct Shapes<'a> {
    /// Described bindings by the byte where the target begins.
    bindings: HashMap<usize, (String, String)>,
    tokens: HashMap<usize, (String, String)>,
    /// Where a name is bound to an attribute of the same name: `write = file.write`.
    renames: HashSet<usize>,
    file: &'a File,
}

impl<'a> Shapes<'a> {
    pub fn new(file: &'a File, answers: &'a [Answer], stubs: &'a Stubs) -> Shapes<'a> {
        let parsed = ruff_python_parser::parse_unchecked_source(&file.source, PySourceType::Python);
        let mut collector = Collector::default();
        collector.visit_body(parsed.suite());
        let describer = Describer {
            file,
            path: file.path.display().to_string(),
            lines: Lines::new(&file.source),
            answers: answers
                .iter()
                .map(|answer| (answer.offset, answer))
                .collect(),
            stubs,
            bindings: &collector.bindings,
        };
        let both = |describe: &dyn Fn(bool) -> String| (describe(true), describe(false));
        let mut tokens = HashMap::new();
        for (offset, value) in &collector.attributes {
            tokens.insert(
                *offset,
                both(&|named| match describer.is_users(*offset) {
                    true => format!(".x {}", describer.name(*offset, DEPTH, named)),
                    false => format!("attribute of {}", describer.expr(value, DEPTH, named)),
                }),
            );
        }
        for offset in collector.names.keys() {
            tokens.insert(
                *offset,
                both(&|named| describer.name(*offset, DEPTH, named)),
            );
        }
        for (offset, what) in &collector.keywords {
            tokens
                .entry(*offset)
                .or_insert((what.to_string(), what.to_string()));
        }
        let bindings = collector.bindings.iter().map(|(offset, binding)| {
            (
                *offset,
                both(&|named| match binding {
                    Binding::Import => format!("imported {}", describer.name(*offset, 1, named)),
                    _ => describer.binding(binding, DEPTH, named),
                }),
            )
        });
        let renames = collector
            .bindings
            .iter()
            .filter(|(offset, binding)| match binding {
                Binding::Value("=", Expr::Attribute(value)) => file.source[**offset..]
                    .strip_prefix(value.attr.as_str())
                    .is_some_and(|rest| {
                        !rest.starts_with(|c: char| c == '_' || c.is_alphanumeric())
                    }),
                _ => false,
            });
        let renames = renames.map(|(offset, _)| *offset).collect();
        Shapes {
            bindings: bindings.collect(),
            tokens,
            renames,
            file,
        }
    }

    /// Whether a token's name was bound to an attribute of the same name, in this file.
    pub fn renames(&self, answer: &Answer) -> bool {
        let lines = Lines::new(&self.file.source);
        let own = self.file.path.display().to_string();
        answer.declared.iter().any(|place| {
            let offset = lines.offset(&self.file.source, place.line, place.character);
            place.path == own && self.renames.contains(&offset)
        })
    }

    pub fn of(&self, offset: usize) -> (String, String) {
        let found = self.bindings.get(&offset).or(self.tokens.get(&offset));
        found
            .cloned()
            .unwrap_or_else(|| ("elsewhere".to_string(), "elsewhere".to_string()))
    }
}

/// How a name comes to its value.
enum Binding<'a> {
    Value(&'static str, &'a Expr),
    Annotated(&'a Expr),
    Parameter {
        annotation: Option<&'a Expr>,
        default: Option<&'a Expr>,
        stars: &'static str,
    },
    Function {
        returns: Option<&'a Expr>,
        decorators: &'a [ast::Decorator],
        is_async: bool,
    },
    Class,
    Import,
    Other(&'static str),
}

#[derive(Default)]
struct Collector<'a> {
    bindings: HashMap<usize, Binding<'a>>,
    /// Start of the attribute's name, and what it is an attribute of.
    attributes: HashMap<usize, &'a Expr>,
    names: HashMap<usize, ()>,
    keywords: HashMap<usize, &'static str>,
}

fn at(start: TextSize) -> usize {
    start.to_usize()
}

impl<'a> Collector<'a> {
    fn bind(&mut self, target: &'a Expr, how: &'static str, value: &'a Expr) {
        match target {
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                let unpacked = match how {
                    "=" => "unpacked from",
                    "for over" => "unpacked for over",
                    "with" => "unpacked with",
                    other => other,
                };
                elts.iter().for_each(|elt| self.bind(elt, unpacked, value));
            }
            Expr::Starred(starred) => self.bind(&starred.value, "starred from", value),
            Expr::Name(name) => {
                self.bindings
                    .insert(at(name.start()), Binding::Value(how, value));
            }
            Expr::Attribute(attribute) => {
                self.bindings
                    .insert(at(attribute.start()), Binding::Value(how, value));
                self.bindings
                    .insert(at(attribute.attr.start()), Binding::Value(how, value));
            }
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Collector<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Assign(assign) => assign
                .targets
                .iter()
                .for_each(|target| self.bind(target, "=", &assign.value)),
            Stmt::AnnAssign(assign) => {
                let binding = || Binding::Annotated(&assign.annotation);
                self.bindings.insert(at(assign.target.start()), binding());
                if let Expr::Attribute(attribute) = &*assign.target {
                    self.bindings.insert(at(attribute.attr.start()), binding());
                }
            }
            Stmt::AugAssign(assign) => self.bind(&assign.target, "augmented with", &assign.value),
            Stmt::For(statement) => self.bind(&statement.target, "for over", &statement.iter),
            Stmt::With(with) => {
                for item in &with.items {
                    if let Some(target) = &item.optional_vars {
                        self.bind(target, "with", &item.context_expr);
                    }
                }
            }
            Stmt::FunctionDef(def) => {
                self.bindings.insert(
                    at(def.name.start()),
                    Binding::Function {
                        returns: def.returns.as_deref(),
                        decorators: &def.decorator_list,
                        is_async: def.is_async,
                    },
                );
            }
            Stmt::ClassDef(class) => {
                self.bindings.insert(at(class.name.start()), Binding::Class);
            }
            Stmt::Import(import) => import
                .names
                .iter()
                .for_each(|alias| self.visit_import(alias)),
            Stmt::ImportFrom(import) => {
                if let Some(module) = &import.module {
                    self.keywords
                        .insert(at(module.start()), "module of from ... import");
                }
                import
                    .names
                    .iter()
                    .for_each(|alias| self.visit_import(alias));
            }
            Stmt::Global(global) => global.names.iter().for_each(|name| {
                self.keywords.insert(at(name.start()), "global statement");
            }),
            Stmt::Nonlocal(nonlocal) => nonlocal.names.iter().for_each(|name| {
                self.keywords.insert(at(name.start()), "nonlocal statement");
            }),
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_parameters(&mut self, parameters: &'a ast::Parameters) {
        for with_default in parameters
            .posonlyargs
            .iter()
            .chain(&parameters.args)
            .chain(&parameters.kwonlyargs)
        {
            let parameter = &with_default.parameter;
            self.bindings.insert(
                at(parameter.name.start()),
                Binding::Parameter {
                    annotation: parameter.annotation.as_deref(),
                    default: with_default.default.as_deref(),
                    stars: "",
                },
            );
        }
        for (parameter, stars) in [(&parameters.vararg, "*"), (&parameters.kwarg, "**")] {
            if let Some(parameter) = parameter {
                self.bindings.insert(
                    at(parameter.name.start()),
                    Binding::Parameter {
                        annotation: parameter.annotation.as_deref(),
                        default: None,
                        stars,
                    },
                );
            }
        }
        visitor::walk_parameters(self, parameters);
    }

    fn visit_comprehension(&mut self, comprehension: &'a ast::Comprehension) {
        self.bind(&comprehension.target, "for over", &comprehension.iter);
        visitor::walk_comprehension(self, comprehension);
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(inner) = handler;
        if let (Some(name), Some(type_)) = (&inner.name, &inner.type_) {
            self.bindings
                .insert(at(name.start()), Binding::Value("except", type_));
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_keyword(&mut self, keyword: &'a ast::Keyword) {
        if let Some(name) = &keyword.arg {
            self.keywords.insert(at(name.start()), "keyword argument");
        }
        visitor::walk_keyword(self, keyword);
    }

    fn visit_pattern(&mut self, pattern: &'a ast::Pattern) {
        if let ast::Pattern::MatchAs(ast::PatternMatchAs {
            name: Some(name), ..
        }) = pattern
        {
            self.bindings
                .insert(at(name.start()), Binding::Other("case capture"));
        }
        visitor::walk_pattern(self, pattern);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Named(named) => self.bind(&named.target, ":=", &named.value),
            Expr::Attribute(attribute) => {
                self.attributes
                    .insert(at(attribute.attr.start()), &attribute.value);
            }
            Expr::Name(name) => {
                self.names.insert(at(name.start()), ());
            }
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

impl<'a> Collector<'a> {
    fn visit_import(&mut self, alias: &'a ast::Alias) {
        let name = alias.asname.as_ref().unwrap_or(&alias.name);
        self.bindings.insert(at(name.start()), Binding::Import);
        let mut start = at(alias.name.start());
        for part in alias.name.split('.') {
            self.keywords.insert(start, "name in an import");
            start += part.len() + 1;
        }
    }
}

struct Describer<'a> {
    file: &'a File,
    path: String,
    lines: Lines,
    answers: HashMap<usize, &'a Answer>,
    stubs: &'a Stubs,
    bindings: &'a HashMap<usize, Binding<'a>>,
}

impl Describer<'_> {
    /// The library's symbol at a token, as the oracle says.
    fn library(&self, offset: usize, named: bool) -> Option<String> {
        let answer = self.answers.get(&offset)?;
        let symbol = answer
            .declared
            .iter()
            .find_map(|place| self.stubs.at(place))?;
        Some(if named {
            symbol.name.clone()
        } else {
            format!("a library {}", format!("{:?}", symbol.sort).to_lowercase())
        })
    }

    /// Whether the oracle knows the token, and not from the library.
    fn is_users(&self, offset: usize) -> bool {
        let answer = self.answers.get(&offset);
        answer.is_some_and(|answer| {
            !answer.declared.is_empty() && answer.declared.iter().all(|place| !place.stub)
        })
    }

    fn name(&self, offset: usize, depth: usize, named: bool) -> String {
        if let Some(symbol) = self.library(offset, named) {
            return symbol;
        }
        let Some(answer) = self.answers.get(&offset) else {
            return "a name".to_string();
        };
        let declared = &answer.declared;
        let Some(first) = declared.last() else {
            return "a name of no declaration".to_string();
        };
        if first.path != self.path {
            let of = if first
                .path
                .starts_with(&self.file.root.display().to_string())
            {
                "the package"
            } else {
                "another package"
            };
            return format!("a name from another file of {of}");
        }
        let several = if declared.len() > 1 {
            "one of several, the last "
        } else {
            ""
        };
        let start = self
            .lines
            .offset(&self.file.source, first.line, first.character);
        match self.bindings.get(&start) {
            Some(_) if depth == 0 => "…".to_string(),
            Some(binding) => format!("{several}{}", self.binding(binding, depth - 1, named)),
            None => format!("{several}a name bound otherwise"),
        }
    }

    fn binding(&self, binding: &Binding, depth: usize, named: bool) -> String {
        match binding {
            Binding::Value(how, value) => format!("{how} ({})", self.expr(value, depth, named)),
            Binding::Annotated(annotation) => {
                let from = self.foreign(annotation);
                format!("annotated {}{from}", self.text(annotation, named))
            }
            Binding::Parameter {
                annotation: Some(annotation),
                stars,
                ..
            } => {
                let from = self.foreign(annotation);
                format!("parameter {stars}x: {}{from}", self.text(annotation, named))
            }
            Binding::Parameter {
                default: Some(default),
                ..
            } => format!("parameter x={}", self.expr(default, 1, named)),
            Binding::Parameter { stars, .. } => format!("parameter {stars}x"),
            Binding::Function {
                returns,
                decorators,
                is_async,
            } => {
                let decorated: String = decorators
                    .iter()
                    .map(|decorator| format!("@{} ", self.text(&decorator.expression, named)))
                    .collect();
                let word = if *is_async { "async def" } else { "def" };
                match returns {
                    Some(returns) => {
                        let from = self.foreign(returns);
                        format!("{decorated}{word} -> {}{from}", self.text(returns, named))
                    }
                    None => format!("{decorated}{word}"),
                }
            }
            Binding::Class => "a class of the file".to_string(),
            Binding::Import => "imported".to_string(),
            Binding::Other(what) => what.to_string(),
        }
    }

    /// Says so where an annotation uses a name of another file.
    fn foreign(&self, annotation: &Expr) -> String {
        let mut names = Collector::default();
        names.visit_expr(annotation);
        let offsets = names.names.keys().chain(names.attributes.keys());
        let mut described = offsets.map(|offset| self.name(*offset, 0, false));
        let foreign = described.find(|name| name.contains("another file"));
        foreign.map_or(String::new(), |foreign| format!(" ({foreign})"))
    }

    /// An annotation or decorator as it is written, shortened; without names only its form.
    fn text(&self, expr: &Expr, named: bool) -> String {
        if !named {
            return match expr {
                Expr::Name(_) => "Name".to_string(),
                Expr::Attribute(_) => "a.b".to_string(),
                Expr::Subscript(subscript) => format!("{}[..]", self.source(&subscript.value)),
                Expr::BinOp(_) => "A | B".to_string(),
                Expr::StringLiteral(_) => "\"..\"".to_string(),
                Expr::Call(_) => "call".to_string(),
                _ => "other".to_string(),
            };
        }
        self.source(expr)
    }

    fn source(&self, expr: &Expr) -> String {
        let text = self
            .file
            .source
            .get(expr.range().to_std_range())
            .unwrap_or_default();
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.char_indices().nth(40) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }

    fn expr(&self, expr: &Expr, depth: usize, named: bool) -> String {
        if depth == 0 {
            return "…".to_string();
        }
        let inner = |expr: &Expr| self.expr(expr, depth - 1, named);
        match expr {
            Expr::Name(name) if matches!(name.id.as_str(), "self" | "cls") => name.id.to_string(),
            Expr::Name(name) => self.name(at(name.start()), depth - 1, named),
            Expr::Attribute(attribute) => {
                let offset = at(attribute.attr.start());
                if let Some(symbol) = self.library(offset, named) {
                    return symbol;
                }
                if self.is_users(offset) {
                    format!(".x {}", self.name(offset, depth - 1, named))
                } else {
                    format!("attribute of {}", inner(&attribute.value))
                }
            }
            Expr::Call(call) => format!("call of {}", inner(&call.func)),
            Expr::Subscript(subscript) => {
                let what = if subscript.slice.is_slice_expr() {
                    "slice"
                } else {
                    "item"
                };
                format!("{what} of {}", inner(&subscript.value))
            }
            Expr::Await(awaited) => format!("await {}", inner(&awaited.value)),
            Expr::BinOp(operation) => format!(
                "{} {} {}",
                inner(&operation.left),
                operation.op.as_str(),
                inner(&operation.right)
            ),
            Expr::BoolOp(operation) => format!(
                "{}({})",
                operation.op.as_str(),
                operation
                    .values
                    .iter()
                    .map(inner)
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            Expr::UnaryOp(operation) => {
                format!("{} {}", operation.op.as_str(), inner(&operation.operand))
            }
            Expr::If(conditional) => format!(
                "{} if else {}",
                inner(&conditional.body),
                inner(&conditional.orelse)
            ),
            Expr::StringLiteral(_) => "str literal".to_string(),
            Expr::BytesLiteral(_) => "bytes literal".to_string(),
            Expr::NumberLiteral(_) => "number".to_string(),
            Expr::BooleanLiteral(_) => "bool literal".to_string(),
            Expr::NoneLiteral(_) => "None".to_string(),
            Expr::FString(_) => "f-string".to_string(),
            Expr::List(_) => "list display".to_string(),
            Expr::Dict(_) => "dict display".to_string(),
            Expr::Set(_) => "set display".to_string(),
            Expr::Tuple(_) => "tuple display".to_string(),
            Expr::ListComp(_) => "list comprehension".to_string(),
            Expr::DictComp(_) => "dict comprehension".to_string(),
            Expr::SetComp(_) => "set comprehension".to_string(),
            Expr::Generator(_) => "generator expression".to_string(),
            Expr::Lambda(_) => "lambda".to_string(),
            Expr::Compare(_) => "comparison".to_string(),
            Expr::Named(named_expr) => format!(":= {}", inner(&named_expr.value)),
            Expr::Starred(starred) => format!("*{}", inner(&starred.value)),
            Expr::Yield(_) | Expr::YieldFrom(_) => "yield".to_string(),
            _ => "other expression".to_string(),
        }
    }
}
