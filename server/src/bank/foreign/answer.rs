//! From a block that asks to the question as people read it: its title, where its answer begins, and the parts of that
//! answer that a card shows.

use super::Hit;
use super::choose::{self, Choice, Mark, Pick};
use super::scan::{Block, Kind};
use super::title::{self, Label};
use std::borrow::Cow;
use std::ops::Range;

/// Within so many blocks below a question its answer may be announced (`Answer:`); later ones belong to something else.
const ANNOUNCED_WITHIN: usize = 40;
/// Items of a list that make the first paragraph of an answer.
const ITEMS: usize = 8;
/// The longest text (in bytes) that is taken for a card; a card shows 600 characters.
const CARD_TEXT: usize = 4_000;

/// What a card may show, still as it is written.
#[derive(Debug, Default)]
pub struct Parts<'a> {
    /// The first paragraph, or the first items of a list.
    pub paragraph: Vec<&'a str>,
    /// The paragraph is made of the items of a list.
    pub list: bool,
    pub example: Option<Cow<'a, str>>,
    /// Headings inside the answer, with their lines from 0.
    pub sections: Vec<(&'a str, usize)>,
    /// The first paragraph or item below a heading of pitfalls.
    pub pitfall: Option<&'a str>,
    /// The code of the answer, the first few fences with Python in them.
    pub code: Vec<&'a str>,
    /// All that the answer says, for its inline code; bounded.
    pub prose: &'a str,
}

/// The bytes of a question: from its block to the next question or topic.
pub fn bytes(text: &str, blocks: &[Block], pick: &Pick) -> Range<usize> {
    let start = blocks[pick.block].start as usize;
    let end = blocks
        .get(pick.end)
        .map_or(text.len(), |b| b.start as usize);
    let last = blocks[pick.block..pick.end.max(pick.block + 1).min(blocks.len())]
        .last()
        .map_or(start, |b| b.end as usize);
    // Blocks of HTML can stand on one line: the question ends where its last block does.
    let end = end.max(last.min(text.len())).max(start);
    start..end
}

/// The question of a pick; `None` where nothing is left of its title.
pub fn hit<'a>(
    text: &'a str,
    blocks: &[Block],
    choice: &Choice,
    pick: &Pick,
    topic: Cow<'a, str>,
) -> Option<Hit<'a>> {
    let range = bytes(text, blocks, pick);
    let end = pick.end.max(pick.block + 1).min(blocks.len());
    let mut words = pick.block;
    if blocks[words].kind == Kind::Open {
        words = (words + 1..end).find(|&i| blocks[i].kind == Kind::Summary)?;
    }
    let look = choose::look_at(text, &blocks[words]);
    let mut title = Cow::Borrowed(look.title);
    let mut next = words + 1;
    let mut inline = look.rest;
    let mut continued = false;
    if title.is_empty() {
        // `## Question 3`, and the question itself in the next block.
        let label = blocks[words].text(text);
        let found =
            (next..end.min(next + 4)).find(|&i| !matches!(blocks[i].kind, Kind::Html | Kind::Rule));
        match found {
            Some(i)
                if matches!(
                    blocks[i].kind,
                    Kind::Para | Kind::Heading(_) | Kind::Quote | Kind::Bullet | Kind::Ordered
                ) && choice.marks[i].label != Some(Label::Answer)
                    && choice.marks[i].part.is_none() =>
            {
                let look = choose::look_at(text, &blocks[i]);
                title = Cow::Borrowed(look.title);
                inline = look.rest;
                if blocks[i].kind == Kind::Para && inline.is_empty() {
                    title = joined(blocks[i].source(text), look.title);
                    continued = true;
                }
                next = i + 1;
                words = i;
            }
            _ => title = Cow::Borrowed(label.trim_matches(|c: char| !c.is_alphanumeric())),
        }
    }
    // `Question: ...` shows how the questions of a document are written.
    if !title.contains(char::is_alphanumeric) && !title.contains('`') {
        return None;
    }
    // A title over several lines: `1. What is the difference` and below `between x and y?`
    if !continued
        && inline.is_empty()
        && let Some(following) = blocks.get(next).filter(|_| next < end)
        && following.kind == Kind::Para
        && following.tight
        && following.line == blocks[words].line + 1
        && !title::ends_as_question(&title)
        && title::ends_as_question(following.text(text))
        && choice.marks[next].label.is_none()
        && !choice.marks[next].bold
        && title.chars().count() > 15
        && !title.ends_with(['.', '。', '!', ':'])
    {
        title = Cow::Owned(format!(
            "{title} {}",
            title::look(following.text(text)).title
        ));
        next += 1;
    }
    // `## Mutability`, and below `**Question:** What is ...?`
    if inline.is_empty()
        && let Some(i) = (next..end).find(|&i| blocks[i].kind != Kind::Html)
        && blocks[i].kind == Kind::Para
        && choice.marks[i].label == Some(Label::Question)
        && !choice.marks[i].bare
        && !choice.marks[i].inline
        && matches!(blocks[words].kind, Kind::Heading(_))
    {
        next = i + 1;
    }
    let (answer, first) = if !inline.is_empty() && title::look(inline).label.is_none() {
        (offset(text, inline), next)
    } else if !inline.is_empty() {
        // `**Q: ...** **A:** ...` on one line.
        let look = title::look(inline);
        let shown = if look.title.is_empty() {
            inline
        } else {
            look.title
        };
        (offset(text, shown), next)
    } else {
        begin(text, blocks, choice, next, end, blocks[pick.block].line).unwrap_or((range.end, end))
    };
    let answer = answer.clamp(range.start, range.end);
    let parts = parts(text, blocks, choice, answer, first, end, &range);
    Some(Hit {
        title,
        line: blocks[pick.block].line as usize,
        range,
        answer,
        topic,
        parts,
    })
}

/// A paragraph's lines as one title.
fn joined<'a>(source: &'a str, first: &'a str) -> Cow<'a, str> {
    match source.split_once('\n') {
        Some((_, more)) if source.len() < 400 => {
            let more: Vec<&str> = more.split_whitespace().collect();
            Cow::Owned(format!("{first} {}", more.join(" ")))
        }
        _ => Cow::Borrowed(first),
    }
}

fn offset(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize)
        .saturating_sub(text.as_ptr() as usize)
        .min(text.len())
}

/// Says nothing to a reader: links back to the top, badges, anchors.
fn is_chrome(text: &str, block: &Block, mark: &Mark) -> bool {
    match block.kind {
        Kind::Html | Kind::Rule | Kind::Open | Kind::Close => true,
        // An empty `<pre>` that waits for someone to write the answer.
        Kind::Fence => {
            !block.source(text).starts_with(['`', '~']) && !has_words(block.source(text))
        }
        Kind::Para => {
            let words = block.text(text);
            mark.contents && block.end == block.text_end
                || mark.label.is_none()
                    && mark.number.is_none()
                    && !words.contains('`')
                    && !has_words(words)
                || is_back_link(words)
        }
        _ => false,
    }
}

/// Whether anything but images, addresses and tags stands in a text.
fn has_words(text: &str) -> bool {
    let mut rest = text;
    // The alternative text and the address of an image are no words, nor is the address of a link.
    while let Some(at) = rest.find("![").into_iter().chain(rest.find("](")).min() {
        if super::html::skip_tags(&rest[..at])
            .chars()
            .any(char::is_alphanumeric)
        {
            return true;
        }
        match rest[at..].find(')') {
            Some(close) => rest = &rest[at + close + 1..],
            None => return false,
        }
    }
    super::html::skip_tags(rest)
        .chars()
        .any(char::is_alphanumeric)
}

fn is_back_link(words: &str) -> bool {
    if words.len() > 200 || !words.contains("](#") && !words.contains("href=\"#") {
        return false;
    }
    let lower = words.to_lowercase();
    [
        "back to top",
        "⬆",
        "↥",
        "to top",
        "наверх",
        "вверх",
        "к оглавлению",
        "в начало",
        "назад",
        "к содержанию",
        "догори",
        "нагору",
        "回到顶部",
        "返回",
        "voltar",
        "volver",
        "subir",
        "[↑",
        "🔝",
        "⬆️",
    ]
    .iter()
    .any(|mark| lower.contains(mark))
}

/// Where the answer begins, and the first block that belongs to it as a whole.
fn begin(
    text: &str,
    blocks: &[Block],
    choice: &Choice,
    from: usize,
    to: usize,
    line: u32,
) -> Option<(usize, usize)> {
    let _ = line;
    let marks = &choice.marks;
    let at = |i: usize| (blocks[i].start as usize, i);
    // The announcement of an answer, wherever code, options or a difficulty stand between.
    let mut options = 0;
    let mut items = 0;
    let mut prose = 0;
    let mut headings = 0;
    let mut announced = None;
    let mut checked = None;
    for i in from..to.min(from + ANNOUNCED_WITHIN) {
        let (block, mark) = (&blocks[i], &marks[i]);
        match block.kind {
            Kind::Summary if title::is_answer_summary(block.text(text)) => {
                announced = Some(i);
                break;
            }
            Kind::Heading(_) | Kind::Para | Kind::Bullet | Kind::Ordered | Kind::Quote
                if labelled_answer(text, block, mark) =>
            {
                announced = Some(i);
                break;
            }
            Kind::Bullet | Kind::Ordered => {
                if mark.checked && checked.is_none() {
                    checked = Some(i);
                }
                items += 1;
                options += usize::from(block.task.is_some() || mark.option);
            }
            Kind::Para if mark.option => options += 1,
            Kind::Heading(_) => {
                // Text, and then sections: an answer that ends with `In short:` has begun long before.
                headings += usize::from(prose > headings);
                prose += 1;
            }
            Kind::Para | Kind::Quote if !is_chrome(text, block, mark) => prose += 1,
            _ => {}
        }
        // An announcement after a long text is no announcement of this answer.
        if (prose > 3 || headings >= 2) && options == 0 {
            break;
        }
    }
    // The key of a quiz: one item among others is marked, none of which is an answer by itself.
    if (options >= 2 || items >= 3 && marked_once(marks, from, to))
        && let Some(checked) = checked
    {
        return Some(at(checked));
    }
    if let Some(i) = announced
        && (options > 0 || prose <= 3)
    {
        return behind_label(text, blocks, marks, i, to);
    }
    // A quiz without its key: options are no answer.
    let first = (from..to).find(|&i| !is_chrome(text, &blocks[i], &marks[i]))?;
    let is_option = |i: usize| marks[i].option || blocks[i].task.is_some();
    if options >= 2
        && let Some(start) = (first..to).find(|&i| is_option(i))
        && (first..start).all(|i| matches!(blocks[i].kind, Kind::Para | Kind::Fence | Kind::Html))
        && start - first <= 3
    {
        // Code between two options belongs to them.
        let last = (start..to).rev().find(|&i| is_option(i)).unwrap_or(start);
        let behind = (last + 1..to).find(|&i| {
            !is_chrome(text, &blocks[i], &marks[i])
                && (blocks[i].kind != Kind::Fence || i > last + 1)
        })?;
        return Some(at(behind));
    }
    match blocks[first].kind {
        Kind::Summary => (first + 1..to)
            .find(|&i| !is_chrome(text, &blocks[i], &marks[i]))
            .map(at)
            .or(Some(at(first))),
        _ => Some(at(first)),
    }
}

/// Whether exactly one item is marked as the right one.
fn marked_once(marks: &[Mark], from: usize, to: usize) -> bool {
    marks[from..to.min(from + ANNOUNCED_WITHIN)]
        .iter()
        .filter(|mark| mark.checked)
        .count()
        == 1
}

fn labelled_answer(text: &str, block: &Block, mark: &Mark) -> bool {
    if block.kind == Kind::Quote {
        return title::labelled(block.text(text)) == Some(Label::Answer);
    }
    mark.label == Some(Label::Answer)
        && !(mark.option
            && mark.number.is_none()
            && matches!(block.kind, Kind::Bullet | Kind::Ordered))
}

/// The first text behind `Answer:`, on the same line or below.
fn behind_label(
    text: &str,
    blocks: &[Block],
    marks: &[Mark],
    label: usize,
    to: usize,
) -> Option<(usize, usize)> {
    let block = &blocks[label];
    if block.kind != Kind::Summary {
        let look = title::look(block.text(text));
        let rest = if look.title.is_empty() {
            look.rest
        } else {
            look.title
        };
        // `#### Answer: B` says which option; the reason is below.
        let letter = matches!(block.kind, Kind::Heading(_)) && rest.chars().count() < 3;
        if !rest.is_empty() && !letter {
            return Some((offset(text, rest), label));
        }
        // The label's paragraph may go on over more lines.
        if text
            .get(block.text_end as usize..block.end as usize)
            .is_some_and(|more| !more.trim().is_empty())
        {
            let more = text
                .get(block.text_end as usize..block.end as usize)
                .unwrap_or_default();
            let skip = more.len() - more.trim_start().len();
            return Some((block.text_end as usize + skip, label));
        }
    }
    let mut at = label + 1;
    while at < to {
        if is_chrome(text, &blocks[at], &marks[at]) {
            at += 1;
            continue;
        }
        // `<summary>Answer</summary>` and then `#### Answer: D`.
        if marks[at].label == Some(Label::Answer) && !labelled_answer_is_text(text, &blocks[at]) {
            return behind_label(text, blocks, marks, at, to);
        }
        return Some((blocks[at].start as usize, at));
    }
    None
}

fn labelled_answer_is_text(text: &str, block: &Block) -> bool {
    matches!(block.kind, Kind::Bullet | Kind::Ordered)
        && title::look(block.text(text)).title.is_empty()
}

/// What a card may show of an answer.
fn parts<'a>(
    text: &'a str,
    blocks: &[Block],
    choice: &Choice,
    answer: usize,
    first: usize,
    to: usize,
    range: &Range<usize>,
) -> Parts<'a> {
    let mut parts = Parts::default();
    if answer >= range.end {
        return parts;
    }
    parts.prose = cut(&text[answer..range.end], 6_000);
    let mut in_pitfalls = false;
    let mut done = false;
    let mut first = first;
    // Text on the line of the title or behind a label.
    let own = blocks
        .get(first)
        .filter(|_| first < to)
        .is_none_or(|b| answer != b.start as usize);
    if own {
        let holder = blocks[..to.min(blocks.len())]
            .iter()
            .rposition(|b| (b.start as usize) <= answer && answer <= b.end as usize);
        if let Some(holder) = holder {
            let block = &blocks[holder];
            let end = block.end as usize;
            parts
                .paragraph
                .push(cut(text.get(answer..end).unwrap_or_default(), CARD_TEXT));
            first = first.max(holder + 1);
            // More lines of the same paragraph.
            while first < to
                && blocks[first].kind == Kind::Para
                && blocks[first].tight
                && parts.paragraph.len() < ITEMS
            {
                parts
                    .paragraph
                    .push(cut(inner(&blocks[first], text), CARD_TEXT));
                first += 1;
            }
            done = true;
        }
    }
    let mut item_kind = None;
    let mut open_paragraph = false;
    let to = to.min(blocks.len());
    let first = first.min(to);
    let both = blocks[first..to].iter().zip(&choice.marks[first..to]);
    for (n, (block, mark)) in both.enumerate() {
        match block.kind {
            Kind::Heading(_) => {
                let title = title::look(block.text(text)).title;
                if !title.is_empty() && parts.sections.len() < 64 {
                    parts.sections.push((title, block.line as usize));
                }
                in_pitfalls = crate::bank::parse::is_pitfalls(title);
                open_paragraph = false;
            }
            Kind::Fence => {
                open_paragraph = false;
                fence(text, block, &mut parts);
            }
            Kind::Para | Kind::Quote | Kind::Table if !is_chrome(text, block, mark) => {
                if block.kind == Kind::Table {
                    open_paragraph = false;
                    continue;
                }
                let source = cut(inner(block, text), CARD_TEXT);
                if in_pitfalls && parts.pitfall.is_none() {
                    parts.pitfall = Some(source);
                }
                if block.heading_inside {
                    if parts.sections.len() < 64 {
                        parts
                            .sections
                            .push((title::look(block.text(text)).title, block.line as usize));
                    }
                    continue;
                }
                // The lines of a quote each have their mark.
                let lines = source
                    .split('\n')
                    .map(|line| line.trim_start_matches(['>', ' ']));
                let quote = block.kind == Kind::Quote;
                if open_paragraph && block.tight && parts.paragraph.len() < ITEMS {
                    parts.paragraph.push(source);
                } else if !done {
                    done = true;
                    if item_kind.is_none() && parts.paragraph.is_empty() {
                        match quote {
                            true => parts.paragraph.extend(lines.take(40)),
                            false => parts.paragraph.push(source),
                        }
                        open_paragraph = !quote;
                    }
                } else {
                    open_paragraph = false;
                }
            }
            Kind::Bullet | Kind::Ordered => {
                open_paragraph = false;
                let inner = super::html::skip_tags(block.text(text));
                if in_pitfalls && parts.pitfall.is_none() {
                    parts.pitfall = Some(inner);
                }
                if mark.checked && !done && parts.paragraph.is_empty() {
                    parts.paragraph.push(cut(title::look(inner).title, 400));
                    done = true;
                } else if !done
                    && parts.paragraph.len() < ITEMS
                    && !inner.is_empty()
                    && block.task != Some(false)
                {
                    item_kind = Some(block.kind);
                    parts.list = true;
                    parts.paragraph.push(cut(inner, 400));
                }
            }
            _ => {}
        }
        if done && parts.code.len() >= 3 && parts.example.is_some() && n > 400 {
            break;
        }
    }
    parts
}

/// The text of a block without the mark of a quote or the tag before it.
fn inner<'a>(block: &Block, text: &'a str) -> &'a str {
    let inner = text
        .get(block.text_start as usize..block.end as usize)
        .unwrap_or_default();
    super::html::skip_tags(inner)
}

/// The most lines and bytes of a fence that is looked at for its constructs.
const CODE_BYTES: usize = 2_000;
const EXAMPLE_LINES: usize = 8;

fn fence<'a>(text: &'a str, block: &Block, parts: &mut Parts<'a>) {
    if parts.code.len() >= 3 {
        return;
    }
    let source = block.source(text);
    let Some((opening, body)) = source.split_once('\n') else {
        return;
    };
    let info = opening.trim_matches(['`', '~', ' ', '\r', '{', '}', '.', '>']);
    let language = info
        .split([' ', ',', ':', '{'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let body = body
        .trim_end()
        .trim_end_matches(['`', '~', '>'])
        .trim_end_matches([' ', '>', '\t']);
    let python = match language.as_str() {
        "python" | "py" | "python3" | "pycon" | "python2" | "ipython" => true,
        "" => looks_python(body),
        _ => false,
    };
    let code = body.trim_end();
    if !python || code.trim().is_empty() {
        return;
    }
    let indent = usize::from(block.indent) + usize::from(opening.starts_with('>'));
    if parts.code.is_empty() && code.lines().count() <= EXAMPLE_LINES && code.len() < CODE_BYTES {
        parts.example = Some(
            if indent > 0 || source.starts_with('>') || code.contains("\n>") {
                Cow::Owned(dedent(code))
            } else {
                Cow::Borrowed(code)
            },
        );
    }
    if code.len() <= CODE_BYTES {
        parts.code.push(code);
    }
}

/// Without the indentation and quote marks that all lines share.
pub fn dedent(code: &str) -> String {
    let lines: Vec<&str> = code
        .lines()
        .map(|line| {
            line.strip_prefix("> ")
                .or_else(|| line.strip_prefix('>'))
                .unwrap_or(line)
        })
        .collect();
    let common = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches([' ', '\t']).len())
        .min()
        .unwrap_or(0);
    let stripped: Vec<&str> = lines
        .iter()
        .map(|line| line.get(common..).unwrap_or_else(|| line.trim_start()))
        .collect();
    stripped.join("\n")
}

fn looks_python(code: &str) -> bool {
    code.lines().take(12).any(|line| {
        let line = line.trim_start();
        [
            "def ",
            "import ",
            "from ",
            "class ",
            "print(",
            "async def ",
            "with ",
            "elif ",
            ">>> ",
            "except",
            "lambda ",
        ]
        .iter()
        .any(|word| line.starts_with(word))
            && !line.ends_with(['{', ';'])
    })
}

pub fn cut(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
