//! Finishes an unfinished line in the simplest way: closes its strings and brackets, fills in what is missing.
//!
//! What to fill in is not deduced but tried: the parser says which of a few endings makes a statement. A line is short.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprContext, Stmt};

use super::super::guard;

/// A name that no code has.
const FILLER: &str = "_not_written_yet_";
/// Longer lines are not typed by hand.
const MAX_BYTES: usize = 4_000;
/// Brackets that are closed; deeper ones are not what somebody is typing.
const MAX_OPEN: usize = 40;

/// How a line can be finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Closing {
    /// So many bytes of the text stay: what follows is a comment or a lone backslash.
    pub kept: usize,
    pub suffix: String,
    /// The names that the finished statement binds.
    pub binds: Vec<String>,
    /// The parser has nothing against the result.
    pub is_sound: bool,
}

/// Where the text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// It is a statement of its own.
    Block,
    /// It is the head of a block, and the block is there.
    Head,
    /// It stands inside brackets that another line opened.
    Brackets,
}

/// Finishes `text`, which has no white space at its ends. None where something is closed that was never opened.
pub(super) fn close(text: &str, around: Around) -> Option<Closing> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let scan = scan(text)?;
    let code = &text[..scan.end];
    let closers = closers(&scan.open);
    if code.is_empty() {
        return None;
    }
    let is_head = around != Around::Brackets && begins_block(code);
    if around == Around::Head && !is_head {
        return None;
    }
    let body = if around == Around::Head { "" } else { " pass" };
    let tails: Vec<String> = if is_head {
        let is_def = matches!(first_word(code), "def" | "async");
        [":", "", if is_def { "():" } else { ":" }]
            .iter()
            .map(|tail| format!("{tail}{body}"))
            .collect()
    } else {
        vec![String::new()]
    };
    let (before, after) = context(code, around);
    for filler in [
        "",
        " F",
        " F in F",
        " in F",
        ": F",
        " import F",
        " F import F",
        " else F",
        "=F",
    ] {
        let filler = filler.replace('F', FILLER);
        for tail in &tails {
            let suffix = format!("{filler}{closers}{tail}");
            let tried = format!("{before}{code}{suffix}{after}");
            let parsed = guard::parse(&tried)?;
            let is_sound = parsed.errors().is_empty();
            let binds = if is_sound {
                bound(parsed.suite())
            } else {
                Vec::new()
            };
            guard::drop_tree(parsed);
            if is_sound {
                return Some(Closing {
                    kept: scan.end,
                    suffix,
                    binds,
                    is_sound,
                });
            }
        }
    }
    let tail = match is_head {
        true if code.ends_with(':') => body,
        true => &tails[0],
        false => "",
    };
    Some(Closing {
        kept: scan.end,
        suffix: format!("{closers}{tail}"),
        binds: Vec::new(),
        is_sound: false,
    })
}

/// What must stand around a clause so that it is a statement.
fn context(code: &str, around: Around) -> (String, String) {
    let body = match around {
        Around::Head => "\n pass",
        Around::Block | Around::Brackets => "",
    };
    let before = match first_word(code) {
        _ if around == Around::Brackets => return (format!("{FILLER}("), ")".to_owned()),
        "elif" | "else" => format!("if {FILLER}: pass\n"),
        "except" | "finally" => "try: pass\n".to_owned(),
        "try" => return (String::new(), format!("{body}\nfinally: pass")),
        "case" => {
            let after = if around == Around::Head {
                "\n  pass"
            } else {
                ""
            };
            return (format!("match {FILLER}:\n "), after.to_owned());
        }
        "match" => return (String::new(), format!("\n case {FILLER}: pass")),
        "" if code.starts_with('@') => {
            return (String::new(), format!("\ndef {FILLER}(): pass"));
        }
        _ => String::new(),
    };
    (before, body.to_owned())
}

pub(super) fn first_word(code: &str) -> &str {
    let end = code
        .find(|letter: char| letter != '_' && !letter.is_alphanumeric())
        .unwrap_or(code.len());
    &code[..end]
}

/// Whether a line with this text is the head of a block.
pub(super) fn begins_block(code: &str) -> bool {
    match first_word(code) {
        "async" => matches!(
            first_word(code["async".len()..].trim_start()),
            "def" | "with" | "for"
        ),
        "match" | "case" => code.ends_with(':'),
        word => matches!(
            word,
            "def"
                | "class"
                | "if"
                | "elif"
                | "else"
                | "for"
                | "while"
                | "with"
                | "try"
                | "except"
                | "finally"
        ),
    }
}

/// What the text has opened and not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Bracket(u8),
    String {
        quote: u8,
        is_triple: bool,
        has_fields: bool,
    },
}

struct Scan {
    open: Vec<Open>,
    /// The end of the code.
    end: usize,
}

fn closers(open: &[Open]) -> String {
    let mut closers = String::new();
    for open in open.iter().rev() {
        match open {
            Open::Bracket(closer) => closers.push(char::from(*closer)),
            Open::String {
                quote, is_triple, ..
            } => {
                let count = if *is_triple { 3 } else { 1 };
                closers.extend(std::iter::repeat_n(char::from(*quote), count));
            }
        }
    }
    closers
}

fn scan(text: &str) -> Option<Scan> {
    let bytes = text.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let mut index = 0;
    let mut end = text.len();
    while let Some(&byte) = bytes.get(index) {
        let next = bytes.get(index + 1).copied();
        match open.last().copied() {
            Some(Open::String {
                quote,
                is_triple,
                has_fields,
            }) => match byte {
                b'\\' if next.is_none() => end = index,
                b'\\' => index += 1,
                b'{' if has_fields && next == Some(b'{') => index += 1,
                b'{' if has_fields => open.push(Open::Bracket(b'}')),
                b'\n' | b'\r' if !is_triple => return None,
                _ if byte == quote => {
                    if !is_triple {
                        open.pop();
                    } else if bytes[index..].starts_with(&[quote; 3]) {
                        open.pop();
                        index += 2;
                    }
                }
                _ => {}
            },
            top => match byte {
                b'#' => {
                    let line = bytes[index..]
                        .iter()
                        .position(|byte| matches!(byte, b'\n' | b'\r'));
                    match line {
                        Some(length) => index += length - 1,
                        None => {
                            end = index;
                            break;
                        }
                    }
                }
                b'(' => open.push(Open::Bracket(b')')),
                b'[' => open.push(Open::Bracket(b']')),
                b'{' => open.push(Open::Bracket(b'}')),
                b')' | b']' | b'}' => {
                    if top != Some(Open::Bracket(byte)) {
                        return None;
                    }
                    open.pop();
                }
                b'"' | b'\'' => {
                    let is_triple = bytes[index..].starts_with(&[byte; 3]);
                    let prefix = bytes[..index]
                        .iter()
                        .rev()
                        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
                    let letters: Vec<u8> = prefix.map(u8::to_ascii_lowercase).collect();
                    let has_fields = letters.len() <= 2
                        && letters.iter().any(|letter| matches!(letter, b'f' | b't'));
                    open.push(Open::String {
                        quote: byte,
                        is_triple,
                        has_fields,
                    });
                    index += if is_triple { 2 } else { 0 };
                }
                b'\\' if next.is_none() => end = index,
                _ => {}
            },
        }
        index += 1;
        if open.len() > MAX_OPEN {
            return None;
        }
    }
    let end = text[..end].trim_end().len();
    Some(Scan { open, end })
}

/// Whether the text opens more than it closes, or a string that does not end.
pub(super) fn is_open(text: &str) -> bool {
    scan(text).is_some_and(|scan| !scan.open.is_empty())
}

/// The names that statements bind, those of attributes among them.
fn bound(body: &[Stmt]) -> Vec<String> {
    #[derive(Default)]
    struct Bound {
        names: Vec<String>,
    }
    impl<'a> Visitor<'a> for Bound {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                // Their bodies have scopes of their own, and were not written yet.
                Stmt::FunctionDef(def) => self.names.push(def.name.to_string()),
                Stmt::ClassDef(def) => self.names.push(def.name.to_string()),
                Stmt::Import(import) => {
                    for alias in &import.names {
                        let name = alias.asname.as_ref().unwrap_or(&alias.name);
                        let first = name.split('.').next().unwrap_or_default();
                        self.names.push(first.to_owned());
                    }
                }
                Stmt::ImportFrom(import) => {
                    for alias in &import.names {
                        self.names
                            .push(alias.asname.as_ref().unwrap_or(&alias.name).to_string());
                    }
                }
                _ => visitor::walk_stmt(self, stmt),
            }
        }

        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Name(name) if name.ctx != ExprContext::Load => {
                    self.names.push(name.id.to_string());
                }
                Expr::Attribute(attribute) if attribute.ctx != ExprContext::Load => {
                    self.names.push(attribute.attr.to_string());
                }
                // They bind in a scope of their own.
                Expr::Lambda(_)
                | Expr::ListComp(_)
                | Expr::SetComp(_)
                | Expr::DictComp(_)
                | Expr::Generator(_) => {}
                _ => visitor::walk_expr(self, expr),
            }
        }
    }
    let mut bound = Bound::default();
    bound.visit_body(body);
    bound.names.retain(|name| name != FILLER && name != "*");
    bound.names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(text: &str, around: Around) -> Option<String> {
        let closing = close(text, around)?;
        let finished = format!("{}{}", &text[..closing.kept], closing.suffix);
        closing.is_sound.then(|| finished.replace(FILLER, "_"))
    }

    #[test]
    fn lines_are_finished_in_the_simplest_way() {
        for (text, finished) in [
            ("async def f(", "async def f(): pass"),
            ("with threading.Lock(", "with threading.Lock(): pass"),
            ("foo(bar", "foo(bar)"),
            ("x = f\"{x", "x = f\"{x}\""),
            ("x = f'{x!r:>{w", "x = f'{x!r:>{w}}'"),
            ("\"\"\"", "\"\"\"\"\"\""),
            ("x = [", "x = []"),
            ("x = ", "x = _"),
            ("{", "{}"),
            ("class A(", "class A(): pass"),
            ("class", "class _: pass"),
            ("def", "def _(): pass"),
            ("def f(a, *, b", "def f(a, *, b): pass"),
            ("@", "@ _"),
            ("if x", "if x: pass"),
            ("elif x", "elif x: pass"),
            ("else", "else: pass"),
            ("else:", "else: pass"),
            ("try:", "try: pass"),
            ("except E as", "except E as _: pass"),
            ("for", "for _ in _: pass"),
            ("for x", "for x in _: pass"),
            ("lambda", "lambda: _"),
            ("import", "import _"),
            ("from a import (", "from a import ( _)"),
            ("from a", "from a import _"),
            ("x = (1,", "x = (1,)"),
            ("print(\"abc", "print(\"abc\")"),
            ("return [x for", "return [x for _ in _]"),
            ("async with a(", "async with a(): pass"),
            ("a.b.", "a.b. _"),
            ("foo(a, b=", "foo(a, b= _)"),
            ("{'a': 1, 'b'", "{'a': 1, 'b': _}"),
            ("x = y if z", "x = y if z else _"),
            ("x = foo(  # why (", "x = foo()"),
        ] {
            assert_eq!(
                closed(text.trim_end(), Around::Block).as_deref(),
                Some(finished),
                "{text}"
            );
        }
    }

    #[test]
    fn what_cannot_be_finished_is_not() {
        for text in [")", "x = ]", "foo(a]", "<<<<<<< HEAD", "x y z", "$"] {
            assert_eq!(closed(text, Around::Block), None, "{text}");
        }
    }

    #[test]
    fn heads_and_arguments_are_finished_where_they_stand() {
        let head = |text| closed(text, Around::Head);
        assert_eq!(head("for x in y").as_deref(), Some("for x in y:"));
        assert_eq!(head("def f(a, b").as_deref(), Some("def f(a, b):"));
        assert_eq!(head("foo(bar"), None);
        let inside = |text| closed(text, Around::Brackets);
        assert_eq!(inside("foo(bar").as_deref(), Some("foo(bar)"));
        assert_eq!(inside("def f("), None);
    }

    #[test]
    fn names_that_are_bound_are_known() {
        let binds = |text| close(text, Around::Block).map(|closing| closing.binds);
        assert_eq!(
            binds("x, self.y = foo("),
            Some(vec!["x".into(), "y".into()])
        );
        assert_eq!(binds("def f(a"), Some(vec!["f".into()]));
        assert_eq!(
            binds("from a import b as c, d"),
            Some(vec!["c".into(), "d".into()])
        );
        assert_eq!(binds("foo(bar"), Some(vec![]));
    }
}
