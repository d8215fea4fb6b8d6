//! HTML in banks: lines of it inside Markdown, and files that are HTML from end to end.
//!
//! No parser of HTML: tags that carry structure become blocks, all others are passed over. Entities stay as they are.

use super::scan::{Block, Kind, MAX_BLOCKS};
use memchr::{memchr, memmem};
use std::ops::Range;

/// A tag longer than this (in bytes) is text.
const MAX_TAG: usize = 4_096;

/// The name of the tag that a text begins with, in lower case where the author wrote it so; empty for none.
pub fn name(text: &str) -> &str {
    let Some(rest) = text.strip_prefix('<') else {
        return "";
    };
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let length = rest
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'-')
        .count();
    if length > 16 || !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return "";
    }
    &rest[..length]
}

/// Whether the text is one tag from its first byte to its last.
pub fn is_tag(text: &str) -> bool {
    let name = name(text);
    !name.is_empty() && tag_end(text) == Some(text.len())
}

/// Where the tag that a text begins with ends.
fn tag_end(text: &str) -> Option<usize> {
    let name_length = name(text).len();
    if name_length == 0 {
        return None;
    }
    let bytes = text.as_bytes();
    let mut at = 1 + usize::from(bytes.get(1) == Some(&b'/')) + name_length;
    // `<http://...>` and `<T>` with more behind the name are no tags.
    if !matches!(bytes.get(at)?, b'>' | b' ' | b'/' | b'\t' | b'\n' | b'\r') {
        return None;
    }
    let mut quote = 0u8;
    let limit = text.len().min(MAX_TAG);
    while at < limit {
        let b = bytes[at];
        if quote != 0 {
            if b == quote {
                quote = 0;
            }
        } else if b == b'"' || b == b'\'' {
            quote = b;
        } else if b == b'>' {
            return Some(at + 1);
        }
        at += 1;
    }
    None
}

/// The text behind the tags that it begins with and that carry no structure: `<br>`, `<a name="x"></a>`.
pub fn skip_inline(text: &str) -> &str {
    let mut rest = text;
    while let Some(end) = tag_end(rest)
        && !is_structure(name(rest))
    {
        rest = rest[end..].trim_start();
    }
    rest
}

/// Whether a tag of this name divides a text into blocks.
pub fn is_structure(name: &str) -> bool {
    matches!(
        name,
        "h1" | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "p"
            | "div"
            | "summary"
            | "details"
            | "li"
            | "ol"
            | "ul"
            | "dt"
            | "dd"
    )
}

/// The text behind the tags that it begins with.
pub fn skip_tags(text: &str) -> &str {
    let mut rest = text;
    while let Some(end) = tag_end(rest) {
        rest = rest[end..].trim_start();
    }
    rest
}

/// Whether a document is HTML from end to end.
pub fn is_document(text: &str) -> bool {
    let mut head = text.trim_start();
    if !head.starts_with('<') {
        return false;
    }
    let mut end = head.len().min(4_096);
    while !head.is_char_boundary(end) {
        end -= 1;
    }
    head = &head[..end];
    let lower = head.to_ascii_lowercase();
    lower.starts_with("<!doctype") || lower.starts_with("<html") || lower.contains("<body")
}

/// The blocks of a document in HTML.
pub fn document(text: &str, blocks: &mut Vec<Block>) {
    let model = Block {
        kind: Kind::Para,
        start: 0,
        end: 0,
        text_start: 0,
        text_end: 0,
        line: 0,
        indent: 0,
        heading_inside: false,
        task: None,
        closed: false,
        tight: false,
    };
    line(text, 0..text.len(), model, blocks);
}

/// The blocks of some HTML: one line of a Markdown document, or all of one in HTML.
pub fn line(text: &str, range: Range<usize>, model: Block, blocks: &mut Vec<Block>) {
    let bytes = text.as_bytes();
    let mut lines = Lines {
        bytes,
        at: range.start,
        line: model.line,
    };
    let mut at = range.start;
    let before = blocks.len();
    // The element whose text is being collected, where its tag began, and where its text did.
    let mut open: (Kind, usize, usize) = (Kind::Para, at, at);
    let mut lists: Vec<bool> = Vec::new();
    let flush = |blocks: &mut Vec<Block>,
                 open: (Kind, usize, usize),
                 to: usize,
                 depth: usize,
                 lines: &mut Lines| {
        let (kind, start, from) = open;
        let raw = &text[from.min(to)..to];
        let inner = raw.trim();
        let begin = from.min(to) + (raw.len() - raw.trim_start().len());
        if skip_tags(inner).is_empty() && !matches!(kind, Kind::Fence) {
            return;
        }
        let line = lines.line(begin);
        blocks.push(Block {
            kind,
            start: if blocks.len() == before && kind == Kind::Para {
                begin
            } else {
                start
            } as u32,
            end: (begin + inner.len()) as u32,
            text_start: begin as u32,
            text_end: (begin + inner.len()) as u32,
            line,
            indent: model.indent + (depth.saturating_sub(1) * 2).min(200) as u16,
            tight: model.tight && blocks.len() == before,
            ..model
        });
    };
    while at < range.end && blocks.len() < MAX_BLOCKS {
        let Some(found) = memchr(b'<', &bytes[at..range.end]) else {
            break;
        };
        let tag_at = at + found;
        let rest = &text[tag_at..range.end];
        if rest.starts_with("<!--") {
            let end = memmem::find(rest.as_bytes(), b"-->").map_or(rest.len(), |e| e + 3);
            at = tag_at + end;
            continue;
        }
        if rest.starts_with("<!") {
            at = tag_at + memchr(b'>', rest.as_bytes()).map_or(rest.len(), |e| e + 1);
            open.2 = open.2.max(at);
            continue;
        }
        let Some(length) = tag_end(rest) else {
            at = tag_at + 1;
            continue;
        };
        let behind = tag_at + length;
        let closing = rest.starts_with("</");
        let name = name(rest).to_ascii_lowercase();
        at = behind;
        let kind = match name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading(name.as_bytes()[1] - b'0'),
            "summary" => Kind::Summary,
            "li" => {
                if lists.last() == Some(&true) {
                    Kind::Ordered
                } else {
                    Kind::Bullet
                }
            }
            "dt" => Kind::Heading(6),
            "p" | "div" | "dd" | "section" | "article" | "main" | "td" | "th" | "tr" | "table"
            | "tbody" | "thead" | "body" | "html" | "head" | "title" | "header" | "footer"
            | "nav" | "dl" | "center" | "blockquote" | "button" | "figure" => Kind::Para,
            "details" | "hr" | "ol" | "ul" => Kind::Html,
            "script" | "style" | "pre" | "title_" => Kind::Fence,
            _ => continue,
        };
        flush(blocks, open, tag_at, lists.len(), &mut lines);
        open = (Kind::Para, behind, behind);
        match name.as_str() {
            "details" => {
                let kind = if closing { Kind::Close } else { Kind::Open };
                blocks.push(Block {
                    kind,
                    start: tag_at as u32,
                    end: behind as u32,
                    text_start: behind as u32,
                    text_end: behind as u32,
                    line: lines.line(tag_at),
                    tight: false,
                    ..model
                });
            }
            "ol" | "ul" if closing => {
                lists.pop();
            }
            "ol" | "ul" => lists.push(name == "ol"),
            "script" | "style" | "pre" | "title" | "head" if !closing && name != "head" => {
                let close = format!("</{name}");
                let end = memmem::find(&bytes[behind..range.end], close.as_bytes())
                    .map_or(range.end, |e| behind + e);
                if name == "pre" {
                    flush(
                        blocks,
                        (Kind::Fence, tag_at, behind),
                        end,
                        lists.len(),
                        &mut lines,
                    );
                }
                at = end;
                open = (Kind::Para, end, end);
            }
            _ if !closing && name != "hr" => open = (kind, tag_at, behind),
            _ => {}
        }
    }
    flush(blocks, open, range.end, lists.len(), &mut lines);
    if blocks.len() == before {
        blocks.push(Block {
            kind: Kind::Html,
            end: range.end as u32,
            ..model
        });
    }
}

/// Counts lines up to offsets that only grow.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    fn line(&mut self, offset: usize) -> u32 {
        if offset > self.at {
            self.line += memchr::memchr_iter(b'\n', &self.bytes[self.at..offset]).count() as u32;
            self.at = offset;
        }
        self.line
    }
}
