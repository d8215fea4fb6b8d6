//! Flashcards: `question :: answer`, a `?` alone between the two sides, `==hidden==` words.
//!
//! Read only where the document says that it has cards, or where the marks can be nothing else.

use super::scan::{Block, Kind, Scan};
use super::title;
use super::{Hit, Topics, answer};
use std::borrow::Cow;

/// Adds the cards of a document to the hits.
pub fn find<'a>(text: &'a str, scan: &Scan, topics: &mut Topics<'a, '_>, hits: &mut Vec<Hit<'a>>) {
    let tagged = scan.flashcards
        || scan.front_matter.clone().is_some_and(|range| {
            text.get(range)
                .is_some_and(|front| front.to_lowercase().contains("flashcard"))
        });
    let colons = memchr::memmem::find(text.as_bytes(), b"::").is_some();
    if !tagged && !colons && !has_lone_mark(text, &scan.blocks) {
        return;
    }
    let before = hits.len();
    let mut i = 0;
    while i < scan.blocks.len() {
        let block = &scan.blocks[i];
        i += 1;
        match block.kind {
            Kind::Para | Kind::Bullet => {}
            _ => continue,
        }
        if is_mark(block.source(text)) {
            two_sides(text, scan, i - 1, topics, hits);
            continue;
        }
        if colons && block.source(text).contains("{{c") {
            deletions(text, block, i - 1, topics, hits);
            continue;
        }
        if colons {
            one_line(text, block, i - 1, topics, hits);
        }
        if tagged && block.source(text).contains("==") {
            cloze(text, block, i - 1, topics, hits);
        }
    }
    // `std::vector` in a sentence or two makes no deck.
    if !tagged {
        let certain = hits[before..]
            .iter()
            .filter(|hit| title::ends_as_question(&hit.title))
            .count();
        let many = hits.len() - before;
        if many < 2 || certain * 2 < many && certain < 2 {
            hits.truncate(before);
        }
    }
    hits.sort_by_key(|hit| hit.range.start);
    let mut end = 0;
    hits.retain(|hit| {
        let apart = hit.range.start >= end;
        if apart {
            end = hit.range.end;
        }
        apart
    });
}

fn is_mark(line: &str) -> bool {
    matches!(line.trim(), "?" | "??" | "？")
}

fn has_lone_mark(text: &str, blocks: &[Block]) -> bool {
    blocks
        .iter()
        .any(|b| b.kind == Kind::Para && b.tight && b.end - b.start <= 3 && is_mark(b.source(text)))
}

/// A line of a block, where it starts in the text, and what stands in it behind the block's mark.
struct Line<'a> {
    start: usize,
    line: &'a str,
    content: &'a str,
}

fn lines<'a>(text: &'a str, block: &Block) -> impl Iterator<Item = Line<'a>> {
    let mut next = block.start as usize;
    // Of the first line only.
    let mut mark = (block.text_start - block.start) as usize;
    block.source(text).split('\n').map(move |line| {
        let start = next;
        next += line.len() + 1;
        Line {
            start,
            line,
            content: line.get(std::mem::take(&mut mark)..).unwrap_or_default(),
        }
    })
}

/// `question :: answer`, each on a line of its own.
fn one_line<'a>(
    text: &'a str,
    block: &Block,
    index: usize,
    topics: &mut Topics<'a, '_>,
    hits: &mut Vec<Hit<'a>>,
) {
    for (
        n,
        Line {
            start,
            line,
            content,
        },
    ) in lines(text, block).enumerate()
    {
        let Some((front, back)) = sides(content) else {
            continue;
        };
        let look = title::look(front);
        if look.title.is_empty() {
            continue;
        }
        let back = strip_comment(back);
        let answer = if back.is_empty() {
            start + line.trim_end().len()
        } else {
            back.as_ptr() as usize - text.as_ptr() as usize
        };
        let mut parts = answer::Parts::default();
        if !back.is_empty() {
            parts.paragraph.push(answer::cut(back, 4_000));
            parts.prose = answer::cut(back, 4_000);
        }
        hits.push(Hit {
            title: Cow::Borrowed(look.title),
            line: block.line as usize + n,
            range: start..start + line.trim_end().len(),
            answer,
            topic: topics.of(None, index),
            parts,
        });
    }
}

/// The two sides of ` :: ` or ` ::: ` outside of inline code.
fn sides(line: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    while let Some(at) = line.get(from..)?.find("::") {
        let at = from + at;
        let front = &line[..at];
        let back = line[at..].trim_start_matches(':');
        let marks = line.len() - at - back.len();
        let code = front.matches('`').count() % 2 == 1;
        let spaced = front.ends_with(' ') && (back.starts_with(' ') || back.is_empty());
        let asked = title::ends_as_question(front) && !back.starts_with('<');
        if !code && marks <= 3 && (spaced || asked) && front.trim().contains(' ') {
            return Some((front.trim(), back.trim()));
        }
        from = at + marks.max(2);
    }
    None
}

fn strip_comment(text: &str) -> &str {
    text.find("<!--SR:")
        .map_or(text, |at| text[..at].trim_end())
}

/// A `?` alone on a line: the paragraph above it asks, what is below answers.
fn two_sides<'a>(
    text: &'a str,
    scan: &Scan,
    mark: usize,
    topics: &mut Topics<'a, '_>,
    hits: &mut Vec<Hit<'a>>,
) {
    let blocks = &scan.blocks;
    // The front may be several blocks that touch: text and a fence.
    let mut first = mark;
    while first > 0
        && blocks[first].tight
        && matches!(
            blocks[first - 1].kind,
            Kind::Para | Kind::Fence | Kind::Bullet | Kind::Ordered
        )
        && !is_mark(blocks[first - 1].source(text))
    {
        first -= 1;
    }
    // A heading right above the mark is the front itself.
    if first == mark
        && first > 0
        && matches!(blocks[first - 1].kind, Kind::Heading(_))
        && blocks[mark].tight
    {
        first -= 1;
    }
    if first == mark || mark + 1 > blocks.len() {
        return;
    }
    let mut end = mark + 1;
    while end < blocks.len()
        && (blocks[end].tight || end == mark + 1)
        && !matches!(blocks[end].kind, Kind::Heading(_))
    {
        end += 1;
    }
    let source = blocks[first].text(text);
    let look = title::look(source);
    if look.title.is_empty() {
        return;
    }
    // The other lines of the front, text only.
    let lines = blocks[first..mark]
        .iter()
        .take_while(|b| b.kind == Kind::Para)
        .map(|b| b.source(text))
        .collect::<Vec<_>>()
        .join(" ");
    let title = if lines.trim_end() == source || lines.is_empty() || lines.len() > 400 {
        Cow::Borrowed(look.title)
    } else {
        Cow::Owned(lines.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let start = blocks[first].start as usize;
    let stop = blocks[end - 1].end as usize;
    let back = blocks[mark + 1..end]
        .iter()
        .find(|b| !matches!(b.kind, Kind::Html | Kind::Rule));
    let answer = back.map_or(stop, |b| b.start as usize);
    let mut parts = answer::Parts::default();
    if let Some(back) = back {
        parts.prose = answer::cut(text.get(answer..stop).unwrap_or_default(), 4_000);
        match back.kind {
            Kind::Para | Kind::Quote => parts
                .paragraph
                .push(answer::cut(strip_comment(back.source(text)), 4_000)),
            Kind::Bullet | Kind::Ordered => parts.paragraph.extend(
                blocks[mark + 1..end]
                    .iter()
                    .filter(|b| matches!(b.kind, Kind::Bullet | Kind::Ordered))
                    .take(8)
                    .map(|b| b.text(text)),
            ),
            _ => {}
        }
    }
    hits.push(Hit {
        title,
        line: blocks[first].line as usize,
        range: start..stop,
        answer: answer.min(stop),
        topic: topics.of(None, first),
        parts,
    });
}

/// Anki's `What is a list? {{c1::A sequence}}`, each on a line of its own.
fn deletions<'a>(
    text: &'a str,
    block: &Block,
    index: usize,
    topics: &mut Topics<'a, '_>,
    hits: &mut Vec<Hit<'a>>,
) {
    for (
        n,
        Line {
            start,
            line,
            content,
        },
    ) in lines(text, block).enumerate()
    {
        let content = content.trim_end();
        let Some(first) = hidden(content) else {
            continue;
        };
        let (title, answer) = if title::ends_as_question(&content[..first.start]) {
            let title = title::look(&content[..first.start]).title;
            (Cow::Borrowed(title), &content[first.start..])
        } else {
            let mut title = String::new();
            let mut rest = content;
            while let Some(range) = hidden(rest) {
                title.push_str(&rest[..range.start]);
                title.push_str("[…]");
                rest = &rest[range.end..];
            }
            title.push_str(rest);
            (Cow::Owned(title), content)
        };
        // Code such as `{{c::d}}` in a template names nothing.
        if title.split_whitespace().count() < 2 {
            continue;
        }
        hits.push(Hit {
            title,
            line: block.line as usize + n,
            range: start..start + line.trim_end().len(),
            answer: answer.as_ptr() as usize - text.as_ptr() as usize,
            topic: topics.of(None, index),
            parts: answer::Parts {
                paragraph: vec![answer::cut(answer, 4_000)],
                prose: answer::cut(answer, 4_000),
                ..answer::Parts::default()
            },
        });
    }
}

/// A text with the words that Anki hides: `{{c1::words::a hint}}`.
pub fn revealed(text: &str) -> Cow<'_, str> {
    let mut rest = text;
    let mut shown = String::new();
    while let Some(range) = hidden(rest) {
        let inner = &rest[range.start..range.end - 2];
        let words = inner.split("::").nth(1).unwrap_or_default();
        shown.push_str(&rest[..range.start]);
        shown.push_str(words);
        rest = &rest[range.end..];
    }
    if shown.is_empty() {
        return Cow::Borrowed(text);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// The bytes of the first `{{c1::...}}` outside of inline code.
fn hidden(text: &str) -> Option<std::ops::Range<usize>> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find("{{c") {
        let start = from + at;
        let behind = &text[start + 3..];
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        let code = text[..start].matches('`').count() % 2 == 1;
        if digits > 0
            && !code
            && behind[digits..].starts_with("::")
            && let Some(end) = behind.find("}}")
        {
            return Some(start..start + 3 + end + 2);
        }
        from = start + 3;
    }
    None
}

/// `The ==GIL== lets one thread run.`: the words between the marks are asked for.
fn cloze<'a>(
    text: &'a str,
    block: &Block,
    index: usize,
    topics: &mut Topics<'a, '_>,
    hits: &mut Vec<Hit<'a>>,
) {
    let source = strip_comment(block.text(text));
    let mut title = String::new();
    let mut rest = source;
    let mut hidden = 0;
    while let Some((before, behind)) = rest.split_once("==") {
        let Some((inside, after)) = behind.split_once("==") else {
            break;
        };
        // `a == b` is code.
        if inside.is_empty()
            || inside.starts_with(' ')
            || inside.ends_with(' ')
            || before.matches('`').count() % 2 == 1
        {
            return;
        }
        title.push_str(before);
        title.push_str("[…]");
        hidden += 1;
        rest = after;
    }
    if hidden == 0 || source.split_whitespace().count() < 3 {
        return;
    }
    title.push_str(rest);
    let start = block.start as usize;
    let end = block.end as usize;
    if hits.last().is_some_and(|hit| hit.range.end > start) {
        return;
    }
    let mut parts = answer::Parts::default();
    parts.paragraph.push(source);
    parts.prose = source;
    hits.push(Hit {
        title: Cow::Owned(title),
        line: block.line as usize,
        range: start..end,
        answer: block.text_start as usize,
        topic: topics.of(None, index),
        parts,
    });
}
