//! What the text of one line says about itself: labels, numbers, question words, decorations.
//!
//! This file knows the words of the languages that banks are written in. It must not know the document around the line.

use super::{html, words};
use memchr::{memchr, memchr_iter};

/// What a line is called by its first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// `Q7.`, `Вопрос:`, `题目3:`
    Question,
    /// `A:`, `Ответ:`, `答案`
    Answer,
}

/// A line that is something else than a question, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `Table of Contents`: what is below it repeats the document.
    Contents,
    /// `Introduction`, `Resources`, `License`: the document speaks of itself.
    Chrome,
    /// `Example`, `Explanation`, `Output`: a part of an answer.
    Answer,
}

/// A line taken apart.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look<'a> {
    pub label: Option<Label>,
    /// The number before the title, and its last part where it has several (`2.13`).
    pub number: Option<(u32, Option<u32>)>,
    /// Bold from its first word on.
    pub bold: bool,
    /// What is left: the title. Empty where the line holds only a label.
    pub title: &'a str,
    /// Text behind a bold title or a label on the same line.
    pub rest: &'a str,
    /// How sure it is a question by its words alone, from 0 to 100.
    pub strength: u8,
    pub part: Option<Part>,
    /// All of it is one link, to here or to a neighbour (`true`) or into the web (`false`).
    pub link: Option<bool>,
    /// `A) ...`, `b. ...`: one of several answers to choose from.
    pub option: bool,
}

/// At least this strong is a question by its own words.
pub const STRONG: u8 = 75;
/// Looking at a line ends after so many bytes.
const LONGEST: usize = 1_000;

/// Takes a line's inline text apart.
pub fn look(text: &str) -> Look<'_> {
    let text = cut(text, LONGEST);
    let mut look = Look {
        option: is_option(text),
        ..Look::default()
    };
    let mut rest = text.trim();
    for _ in 0..12 {
        let before = rest;
        rest = skip_decoration(rest);
        if let Some((inside, behind)) = link(rest)
            && behind.trim_matches([' ', '.', '*', '_']).is_empty()
        {
            let target = rest[inside.len() + 2..].trim_start_matches(['(', ' ']);
            if !inside.starts_with('!') {
                look.link = Some(!target.starts_with("http"));
                rest = inside;
                continue;
            }
        }
        if let Some((inside, behind)) = emphasis(rest) {
            let inner = self::look(inside);
            let strong = rest.starts_with("**") || rest.starts_with("__");
            look.bold |= strong;
            look.link = look.link.or(inner.link);
            let behind = behind.trim_start();
            if inner.title.is_empty() && (inner.label.is_some() || inner.number.is_some()) {
                // `**Question:** What is ...`, `**1)** What is ...`
                look.label = look.label.or(inner.label);
                look.number = look.number.or(inner.number);
                rest = behind.trim_start_matches([':', '：', '.', ')', '-', '–', '—', ' ', '*']);
                continue;
            }
            if behind.trim_matches(['*', '_', ' ', ':', '：']).is_empty() {
                look.label = look.label.or(inner.label);
                look.number = look.number.or(inner.number);
                rest = inner.title;
                if inner.rest.is_empty() {
                    continue;
                }
                look.rest = inner.rest;
                break;
            }
            let question = ends_as_question(inside) || inner.label == Some(Label::Question);
            if strong && question && !ends_as_question(behind) {
                look.label = look.label.or(inner.label);
                look.number = look.number.or(inner.number);
                rest = inner.title;
                look.rest = behind;
                break;
            }
            if inner.label.is_some() || inner.number.is_some() {
                // `**Q1** What is ...`, `**1. What** is ...`
                look.label = look.label.or(inner.label);
                look.number = look.number.or(inner.number);
                rest = &rest[offset(rest, inner.title)..];
            }
            break;
        }
        if look.label.is_none()
            && let Some((label, number, behind)) = label(rest)
        {
            look.label = Some(label);
            look.number = look.number.or(number.map(|n| (n, None)));
            rest = behind;
            continue;
        }
        if look.number.is_none()
            && let Some((number, behind)) = number(rest)
        {
            look.number = Some(number);
            rest = behind;
            continue;
        }
        if before == rest {
            break;
        }
    }
    look.title = trim_title(rest);
    look.part = part(look.title);
    look.strength = if look.option || look.part.is_some() {
        0
    } else {
        strength(look.title)
    };
    look
}

fn offset(outer: &str, inner: &str) -> usize {
    (inner.as_ptr() as usize)
        .saturating_sub(outer.as_ptr() as usize)
        .min(outer.len())
}

fn cut(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The title without decorations behind it: `[💡12/100]`, `{#anchor}`, `[↑](#top)`, `<br>`, marks of emphasis.
fn trim_title(title: &str) -> &str {
    let mut title = title.trim();
    for _ in 0..8 {
        let before = title;
        title = title.trim_end_matches(|c: char| c.is_whitespace() || is_symbol(c) || c == '\\');
        if title.ends_with('>')
            && let Some(at) = title.rfind('<')
            && html::is_tag(&title[at..])
        {
            title = title[..at].trim_end();
        }
        if title.ends_with('}')
            && let Some(at) = title.rfind(['{'])
            && title[at..].starts_with("{#") | title[at..].starts_with("{:")
        {
            title = title[..at].trim_end();
        }
        if title.ends_with(']')
            && let Some(at) = title.rfind('[')
            && !title[at..].contains('`')
            && (title[at..].chars().any(is_symbol)
                || title[at..].contains('/')
                    && title[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
        {
            title = title[..at].trim_end();
        }
        // A link back to the top.
        if title.ends_with(')')
            && let Some(at) = title.rfind("](#")
            && let Some(open) = title[..at].rfind('[')
            && open > 0
            && !title[open + 1..at].chars().any(char::is_alphanumeric)
        {
            title = title[..open].trim_end();
        }
        if title.ends_with(':')
            && title.matches(':').count() == 2
            && title[..title.len() - 1]
                .rfind(':')
                .is_some_and(|at| is_shortcode(&title[at + 1..title.len() - 1]))
        {
            title = title[..title[..title.len() - 1].rfind(':').unwrap_or(0)].trim_end();
        }
        // A mark of emphasis that closes what began outside of the title.
        for mark in ["**", "__"] {
            if title.ends_with(mark)
                && title.matches(mark).count() % 2 == 1
                && !(mark == "__" && title.ends_with("__") && dunder_end(title))
            {
                title = title[..title.len() - mark.len()].trim_end();
            }
        }
        if title == before {
            break;
        }
    }
    title
}

/// Whether the text ends in a special method's name, `what is __init__`.
fn dunder_end(title: &str) -> bool {
    title
        .trim_end_matches('_')
        .rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .next()
        .is_some_and(|word| word.starts_with("__"))
}

fn is_shortcode(word: &str) -> bool {
    !word.is_empty()
        && word.len() < 40
        && word.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-' || b == b'+'
        })
        && word.bytes().any(|b| b.is_ascii_lowercase())
}

/// Emoji and other signs that carry no words.
pub fn is_symbol(c: char) -> bool {
    matches!(c,
        '\u{2190}'..='\u{23FF}' | '\u{2460}'..='\u{24FF}' | '\u{25A0}'..='\u{27BF}' | '\u{2900}'..='\u{297F}'
        | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{FE0E}' | '\u{FE0F}' | '\u{20E3}'
        | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{E0020}'..='\u{E007F}' | '®' | '©' | '™')
        && c != '←'
        && c != '→'
}

pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}')
}

/// Skips emoji, `:shortcodes:`, tags, `>`, `[ ]` and bars at the beginning.
fn skip_decoration(text: &str) -> &str {
    let mut rest = text;
    for _ in 0..16 {
        let before = rest;
        rest = rest.trim_start_matches(|c: char| {
            c.is_whitespace() || is_symbol(c) || matches!(c, '>' | '|' | '•' | '·' | '\\')
        });
        // A digit of an emoji (`1️⃣`) is a number like another.
        if rest.starts_with('<') && !rest.starts_with("<!--") {
            let end = rest.find('>').map_or(0, |at| at + 1);
            if html::is_tag(&rest[..end]) && !rest.starts_with("<code") {
                rest = &rest[end..];
            }
        }
        if rest.starts_with("![")
            && let Some(at) = rest.find(')')
        {
            rest = &rest[at + 1..];
        }
        if let Some(behind) = rest.strip_prefix(':')
            && let Some(at) = behind.find(':')
            && is_shortcode(&behind[..at])
        {
            rest = &behind[at + 1..];
        }
        if let Some(behind) = rest.strip_prefix('[')
            && let Some(at) = behind.find(']')
            && !behind[at + 1..].starts_with('(')
            && at < 24
            && (behind[..at].trim().is_empty()
                || behind[..at] == *"x"
                || behind[..at].chars().any(is_symbol)
                || is_fraction(&behind[..at]))
        {
            rest = &behind[at + 1..];
        }
        if rest.starts_with("---") || rest.starts_with("===") {
            rest = rest.trim_start_matches(['-', '=', ' ']);
        }
        if rest.len() == before.len() {
            break;
        }
    }
    rest
}

fn is_fraction(text: &str) -> bool {
    text.split_once('/').is_some_and(|(a, b)| {
        let digits = |s: &str| !s.trim().is_empty() && s.trim().bytes().all(|b| b.is_ascii_digit());
        digits(a) && digits(b)
    })
}

/// `[inside](target)` at the beginning: what is inside, and what is behind the link.
fn link(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('[')?;
    let mut depth = 0;
    let mut close = None;
    for (at, c) in rest.char_indices() {
        match c {
            '[' => depth += 1,
            ']' if depth == 0 => {
                close = Some(at);
                break;
            }
            ']' => depth -= 1,
            _ => {}
        }
    }
    let inside = &rest[..close?];
    let target = rest[close? + 1..].strip_prefix('(')?;
    let mut depth = 0;
    for (at, c) in target.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some((inside, &target[at + 1..])),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Emphasis at the beginning: what is inside, and what is behind it.
fn emphasis(text: &str) -> Option<(&str, &str)> {
    for mark in ["***", "**_", "**", "__"] {
        let Some(rest) = text.strip_prefix(mark) else {
            continue;
        };
        let close = if mark == "**_" { "_**" } else { mark };
        if rest.starts_with([' ', '*']) && mark == "**" && !rest.starts_with(' ') {
            continue;
        }
        let at = rest.find(close)?;
        let inside = &rest[..at];
        let behind = &rest[at + close.len()..];
        let code = inside.matches('`').count() % 2 == 1;
        if inside.trim().is_empty() || code {
            return None;
        }
        // `__init__` is a name; `**kwargs` closes nowhere.
        if mark == "__" {
            let name = inside
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit());
            if name || behind.starts_with(|c: char| c.is_alphanumeric()) {
                return None;
            }
        }
        return Some((inside, behind));
    }
    for mark in ['*', '_'] {
        if let Some(rest) = text.strip_prefix(mark)
            && let Some(inside) = rest.trim_end().strip_suffix(mark)
            && !inside.contains(mark)
            && !inside.is_empty()
            && !inside.starts_with(' ')
        {
            return Some((inside, ""));
        }
    }
    None
}

/// The mark of an item in a numbered list and how long it is: `1. `, `12) `, `1、`, `1.Что`, `2.1 `, `(3) `, `01 - `.
pub fn ordered_mark(text: &str) -> Option<usize> {
    let (_, behind) = number(text)?;
    Some(text.len() - behind.len())
}

/// A number that begins a title, and what is behind it.
fn number(text: &str) -> Option<((u32, Option<u32>), &str)> {
    let (open, body) = match text.strip_prefix(['(', '（', '№', '#']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let paren = text.starts_with(['(', '（']);
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let n = digits(body);
    if n == 0 || n > 4 {
        return None;
    }
    let first: u32 = body[..n].parse().ok()?;
    let mut rest = &body[n..];
    let mut last = None;
    // `2.1`, `1.2.3`
    for _ in 0..3 {
        let Some(tail) = rest.strip_prefix('.') else {
            break;
        };
        let n = digits(tail);
        if n == 0 || n > 3 {
            break;
        }
        last = tail[..n].parse().ok();
        rest = &tail[n..];
    }
    // The keycap of an emoji: `1️⃣`.
    let keycap = rest.trim_start_matches(['\u{FE0F}', '\u{20E3}']);
    if keycap.len() < rest.len() {
        return Some(((first, last), keycap.trim_start_matches([' ', '.', ')'])));
    }
    let number = (first, last);
    if paren {
        let rest = rest.strip_prefix([')', '）'])?;
        return Some((number, rest.trim_start_matches(['.', ' '])));
    }
    for mark in ['、', '．', '）', '：', '，'] {
        if let Some(behind) = rest.strip_prefix(mark) {
            return Some((number, behind.trim_start()));
        }
    }
    if let Some(behind) = rest.strip_prefix(['.', ')']) {
        let behind = behind.strip_prefix([')', '.']).unwrap_or(behind);
        if behind.is_empty() || behind.starts_with([' ', '\t', '\u{a0}', '\u{3000}']) {
            return Some((number, behind.trim_start()));
        }
        // `1.Что`, but not `3.x` and not `3.14`.
        let next = behind.chars().next()?;
        let begins = next.is_uppercase()
            || matches!(
                next,
                '*' | '`' | '[' | '¿' | '_' | '<' | '"' | '«' | '“' | '#' | '【' | '《'
            )
            || next.is_alphabetic() && !next.is_ascii();
        return begins.then_some((number, behind));
    }
    let spaced = rest.trim_start();
    if spaced.len() < rest.len() || open && rest.is_empty() {
        // `01 - What is`, `7: What is`; `2.1 What is` and `3 What is` only where a caller asks for numbers of headings.
        for mark in ["- ", "– ", "— "] {
            if let Some(behind) = spaced.strip_prefix(mark) {
                return Some((number, behind.trim_start()));
            }
        }
        if last.is_some()
            && spaced.starts_with(|c: char| c.is_alphabetic() || matches!(c, '`' | '¿' | '*'))
        {
            return Some((number, spaced));
        }
    }
    if let Some(behind) = rest.strip_prefix(": ") {
        return Some((number, behind.trim_start()));
    }
    if last.is_some() && rest.starts_with(is_cjk) {
        return Some((number, rest));
    }
    None
}

/// The number of a heading, which needs no mark: `## 3 装饰器`.
pub fn heading_number(title: &str) -> Option<((u32, Option<u32>), &str)> {
    let n = title.bytes().take_while(u8::is_ascii_digit).count();
    if n == 0 || n > 4 {
        return None;
    }
    let behind = &title[n..];
    if behind.is_empty() {
        return Some(((title[..n].parse().ok()?, None), behind));
    }
    behind
        .starts_with([' ', '\u{a0}', '\t'])
        .then(|| title[..n].parse().ok())
        .flatten()
        .map(|number| ((number, None), behind.trim_start()))
}

/// Whether a line begins with a label; cheap, for every line of a document.
pub fn labelled(line: &str) -> Option<Label> {
    let start = line.trim_start_matches(|c: char| {
        c.is_whitespace() || is_symbol(c) || matches!(c, '*' | '_' | '>' | '#' | '-')
    });
    let first = start.chars().next()?;
    // The first letters of all labels there are.
    let possible = matches!(
        first.to_ascii_lowercase(),
        'q' | 'a'
            | 's'
            | 'p'
            | 'r'
            | 'e'
            | 'c'
            | 'v'
            | 'i'
            | '<'
            | ':'
            | 'd'
            | 'f'
            | 'y'
            | 'm'
            | 'g'
            | 'h'
            | 't'
    ) || matches!(
        first,
        'В' | 'О' | 'П' | 'З' | 'Р' | 'в' | 'о' | 'п' | 'з' | 'р' | 'Ч' | 'К'
    ) || is_cjk(first);
    if !possible {
        return None;
    }
    let mut rest = skip_decoration(start);
    rest = rest.trim_start_matches(['*', '_', ' ']);
    label(rest).map(|(label, ..)| label)
}

/// A label at the beginning of a text: which, its number, and what is behind it.
fn label(text: &str) -> Option<(Label, Option<u32>, &str)> {
    if let Some(found) = cjk_label(text) {
        return Some(found);
    }
    // Words before the mark, a number among them.
    let mut rest = text;
    let mut kind: Option<Label> = None;
    let mut short = false;
    let mut number = None;
    let mut words = 0;
    loop {
        let length = rest
            .char_indices()
            .find(|(_, c)| !(c.is_alphabetic() || *c == '\'' || *c == '’'))
            .map_or(rest.len(), |(at, _)| at);
        let word = &rest[..length];
        if word.is_empty() {
            break;
        }
        if word.len() > 32 || words >= 6 {
            return None;
        }
        let lower = word.to_lowercase();
        match word_of_label(&lower) {
            Some(Word::Label(found)) if kind.is_none() || kind == Some(found) => {
                // `Q` and `A` must be capitals; `q` is a variable.
                if word.len() <= 2 && !word.starts_with(char::is_uppercase) {
                    return None;
                }
                short = word.chars().count() == 1;
                kind = Some(found);
            }
            Some(Word::Filler) => {}
            _ if short && words == 1 => break,
            _ => return None,
        }
        words += 1;
        rest = rest[length..].trim_start_matches([' ', '\u{a0}', '-', '_']);
        let digits = rest.trim_start_matches(['№', '#', '(', '[', ' ']);
        let n = digits.bytes().take_while(u8::is_ascii_digit).count();
        if n > 0 && n <= 4 && kind.is_some() {
            let behind = &digits[n..];
            // `Q3.2` and `A/B` are no labels.
            number = digits[..n].parse().ok();
            rest = behind.trim_start_matches([')', ']']);
            if behind.len() != rest.len() {
                rest = rest.trim_start();
            }
            break;
        }
    }
    let kind = kind?;
    let trimmed = rest.trim_start_matches(['*', '_', ' ']);
    let closed = trimmed.trim_start_matches([' ', '\u{a0}']);
    for mark in [':', '：', '.', ')', '、', '|'] {
        if let Some(behind) = closed.strip_prefix(mark) {
            // A single letter with a full stop is an option or a middle initial.
            if short && number.is_none() && matches!(mark, '.' | ')') && kind == Label::Answer {
                return None;
            }
            // `Question.` ends a sentence; `Que.` and `Ans.` are labels.
            if mark == '.'
                && number.is_none()
                && !(words == 1 && text.chars().take_while(|c| c.is_alphabetic()).count() <= 4)
            {
                return None;
            }
            let behind = behind.trim_start_matches([':', '.', ')']).trim_start();
            // `Que. 2 What is ...`
            if number.is_none()
                && let Some(((first, None), rest)) = heading_number(behind)
            {
                return Some((kind, Some(first), rest));
            }
            return Some((kind, number, behind));
        }
    }
    for mark in ["- ", "– ", "— ", "-> ", "=> ", "→"] {
        if let Some(behind) = closed.strip_prefix(mark) {
            return Some((kind, number, behind.trim_start()));
        }
    }
    if closed.trim_matches(['*', '_', ' ', '!', '…']).is_empty() && (!short || number.is_some()) {
        // A line of its own: `Answer`, `**Question 5**`.
        return Some((kind, number, ""));
    }
    if number.is_some() && kind == Label::Question && rest.starts_with([' ', '\u{a0}', '*', '_']) {
        return Some((kind, number, trimmed));
    }
    // `Q What is django?`
    if short && kind == Label::Question && text.starts_with("Q ") && ends_as_question(rest) {
        return Some((kind, number, rest));
    }
    // `**Питання**   Що таке ...`: the label ends where its emphasis does.
    if (rest.starts_with("**") || rest.starts_with("__")) && !short {
        return Some((kind, number, rest.trim_start_matches(['*', '_', ' '])));
    }
    None
}

fn cjk_label(text: &str) -> Option<(Label, Option<u32>, &str)> {
    if !text.starts_with(is_cjk) {
        return None;
    }
    const LABELS: [(&str, Label); 18] = [
        ("面试题", Label::Question),
        ("题目", Label::Question),
        ("題目", Label::Question),
        ("问题", Label::Question),
        ("問題", Label::Question),
        ("提问", Label::Question),
        ("题", Label::Question),
        ("问", Label::Question),
        ("問", Label::Question),
        ("参考答案", Label::Answer),
        ("正确答案", Label::Answer),
        ("答案", Label::Answer),
        ("解答", Label::Answer),
        ("回答", Label::Answer),
        ("查看答案", Label::Answer),
        ("解析", Label::Answer),
        ("答", Label::Answer),
        ("点击查看答案", Label::Answer),
    ];
    let (label, rest) = LABELS
        .into_iter()
        .find_map(|(word, label)| Some((label, text.strip_prefix(word)?)))?;
    let rest = rest.trim_start();
    let n = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = (n > 0 && n <= 4).then(|| rest[..n].parse().ok()).flatten();
    let behind = if number.is_some() { &rest[n..] } else { rest };
    let trimmed = behind.trim_start_matches(['*', ' ']);
    if let Some(behind) = trimmed.strip_prefix([':', '：', '.', '、', ')', '）']) {
        return Some((label, number, behind.trim_start()));
    }
    let alone = trimmed.trim_matches(['*', ' ']).is_empty()
        && text.chars().count() > 1
        && (label == Label::Answer || number.is_some());
    (alone || number.is_some() && behind.starts_with(' ')).then_some((label, number, trimmed))
}

enum Word {
    Label(Label),
    /// Stands beside a label: `Correct answer`, `Show answer`.
    Filler,
}

fn word_of_label(word: &str) -> Option<Word> {
    let section = words::lists().labels.get(word)?;
    Some(match section {
        words::Labels::Question => Word::Label(Label::Question),
        words::Labels::Answer => Word::Label(Label::Answer),
        words::Labels::Filler => Word::Filler,
    })
}

/// Names for the summary of an answer: `Answer`, `Click to expand`, `Solution`.
pub fn is_answer_summary(text: &str) -> bool {
    let look = look(text);
    if look.label == Some(Label::Answer) {
        return look.title.chars().count() <= 3;
    }
    let words = look.title.to_lowercase();
    let words = words.trim_matches(|c: char| !c.is_alphanumeric() && !is_cjk(c));
    words::lists().summary.contains(words) || is_answer_phrase(words)
}

/// `see the answer`, `clique para ver a resposta`: short and names an answer.
fn is_answer_phrase(words: &str) -> bool {
    let count = words.split_whitespace().count();
    let names = &words::lists().names_answer;
    count <= 6 && !words.ends_with('?') && names.iter().any(|word| words.contains(word))
}

/// Whether the text ends in a question mark, decorations and closing marks left aside.
pub fn ends_as_question(text: &str) -> bool {
    // The last bytes decide; most lines end in a letter or a full stop.
    let bytes = text.as_bytes();
    let tail = &bytes[bytes.len().saturating_sub(48)..];
    let wide = || memchr_iter(0xEF, tail).any(|at| tail[at..].starts_with("？".as_bytes()));
    if memchr(b'?', tail).is_none() && !wide() {
        return false;
    }
    let text = trim_title(cut_front(text, 200));
    let text = text.trim_end_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '*' | '_'
                    | ')'
                    | '"'
                    | '»'
                    | '”'
                    | '\''
                    | '.'
                    | '!'
                    | ':'
                    | '`'
                    | '\\'
                    | '|'
                    | '。'
                    | ']'
                    | '）'
            )
    });
    text.ends_with(['?', '？'])
}

fn cut_front(text: &str, limit: usize) -> &str {
    let mut start = text.len().saturating_sub(limit);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}

/// Whether the text behind `##` can be nothing but a question: for the end of a fence that nobody closed.
pub fn is_surely_question(text: &str) -> bool {
    let look = look(text);
    let look = match heading_number(look.title) {
        Some((number, _)) => Look {
            number: Some(number),
            ..look
        },
        None => look,
    };
    look.strength >= 90 && look.title.contains(' ')
        || look.label == Some(Label::Question)
        || look.number.is_some() && look.strength >= STRONG
}

fn is_option(text: &str) -> bool {
    let text = text.trim_start_matches(['*', '_', ' ', '`', '(', '[']);
    let mut chars = text.chars();
    let letter = chars
        .next()
        .is_some_and(|c| matches!(c, 'a'..='h' | 'A'..='H' | 'а'..='е' | 'А'..='Е'));
    let mark = chars
        .next()
        .is_some_and(|c| matches!(c, ')' | '.' | ':' | '、' | ']' | '．'));
    let next = chars.next();
    // `A: ` behind a `Q: ` is an answer: the label has gone first.
    letter
        && mark
        && next.is_none_or(|c| !c.is_alphanumeric() || !c.is_ascii())
        && !text.starts_with("a.k")
}

fn part(title: &str) -> Option<Part> {
    if title.len() > 80 {
        return None;
    }
    let lower = title.to_lowercase();
    let name = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let lists = words::lists();
    if lists.contents.contains(name) {
        return Some(Part::Contents);
    }
    let about = lists.about_start.iter().any(|word| name.starts_with(word))
        && lists.about_end.iter().any(|word| {
            name.ends_with(word)
                || name.contains(&format!("{word}s"))
                || name.contains(&format!("this {word}"))
        });
    if about || lists.chrome.contains(name) {
        return Some(Part::Chrome);
    }
    lists.part.contains(name).then_some(Part::Answer)
}

/// How sure a title is a question by its words, from 0 to 100.
///
/// Every paragraph of a document comes by here, so what most of them lack is looked for in their bytes.
fn strength(title: &str) -> u8 {
    if !title.contains(char::is_alphanumeric) {
        return 0;
    }
    if ends_as_question(title) {
        return 95;
    }
    let bytes = title.as_bytes();
    let has_words = |count: usize| title.split_whitespace().take(count).count() == count;
    let asks = memchr(b'?', bytes).is_some()
        && !title.contains("?>")
        && !title.contains("://")
        && has_words(3);
    let wide = may_be_wide(bytes);
    let inverted = || memchr_iter(0xC2, bytes).any(|at| bytes.get(at + 1) == Some(&0xBF));
    if asks || wide && title.contains('？') || inverted() {
        return 80;
    }
    if wide && title.contains(is_cjk) {
        return cjk_strength(title);
    }
    if has_words(2) && begins_as_question(title) {
        return if has_words(3) { 85 } else { STRONG };
    }
    WEAK
}

/// Says something and does not ask.
const WEAK: u8 = 25;

/// Whether there may be a character behind U+2FFF, as all of Chinese and Japanese and their punctuation are: bytes of an encoding as
/// high as theirs begin no others.
fn may_be_wide(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| *byte >= 0xE3)
}

fn cjk_strength(title: &str) -> u8 {
    let lists = words::lists();
    let holds = |words: &[&str]| words.iter().any(|word| title.contains(word));
    if holds(&lists.zh_asks) {
        85
    } else if holds(&lists.zh_perhaps) {
        50
    } else {
        25
    }
}

/// Whether the first words ask or command an answer.
fn begins_as_question(title: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '\'' || c == '’' || c == '-';
    let head = cut(title, 160).trim_start_matches(|c: char| !c.is_alphanumeric());
    // Two words are enough, and making all of a title lower case would cost more than looking at them.
    let behind_word = |text: &str| text.find(|c| !is_part(c)).unwrap_or(text.len());
    let first = behind_word(head);
    let blank = head[first..].find(is_part).unwrap_or(head.len() - first);
    let end = first + blank + behind_word(&head[first + blank..]);
    let head = head[..end].to_lowercase();
    let mut words = head.split(|c| !is_part(c)).filter(|w| !w.is_empty());
    let Some(first) = words.next() else {
        return false;
    };
    let second = words.next().unwrap_or_default();
    let lists = words::lists();
    lists.asks.contains(first)
        || lists.commands.contains(first) && !second.is_empty() && !lists.things.contains(second)
        || lists
            .pairs
            .get(first)
            .is_some_and(|next| next.contains(second))
}

/// A line that only names decks: `#flashcards/python #card`.
pub fn is_card_tag(rest: &str) -> bool {
    let lower = cut(rest, 80).to_lowercase();
    ["flashcard", "card", "anki", "карточк", "sr/"]
        .iter()
        .any(|tag| lower.starts_with(tag))
}

/// `[name]: https://...`
pub fn is_link_definition(text: &str) -> bool {
    text.find("]:").is_some_and(|at| {
        let target = text[at + 2..].trim_start();
        at < 200 && (target.starts_with("http") || target.starts_with(['#', '.', '/', '<']))
    })
}

/// `--- | :---:`
pub fn is_delimiter_row(text: &str) -> bool {
    text.contains('|')
        && text.contains('-')
        && text
            .bytes()
            .all(|b| matches!(b, b'|' | b'-' | b':' | b' ' | b'\t'))
}

pub fn opens_toc(comment: &str) -> bool {
    let lower = cut(comment, 120).to_lowercase();
    lower.contains("toc")
        && !closes_toc(&lower)
        && (lower.contains("start")
            || lower
                .trim_start_matches("<!--")
                .trim_start()
                .starts_with("toc"))
}

pub fn closes_toc(comment: &str) -> bool {
    let lower = cut(comment, 120).to_lowercase();
    lower.contains("toc")
        && (lower.contains("end") || lower.contains("stop") || lower.contains("/toc"))
}

/// Whether an unfenced line is code rather than prose.
pub fn is_code_like(line: &str) -> bool {
    let keyword = [
        "def ", "import ", "from ", "print(", "print ", "return ", "class ", "for ", "while ",
        "if ", "with ", "async ", ">>>", "$ ", "const ", "let ", "var ",
    ]
    .iter()
    .any(|k| line.starts_with(k));
    let ends = line.ends_with([':', ';', ')', '}', '{', ']']);
    keyword && ends
        || line.ends_with(';')
        || line.starts_with(">>>")
        || line.contains(" = ") && !line.ends_with(['.', '?'])
}
