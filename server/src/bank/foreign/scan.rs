//! One pass over the lines of a document: a flat list of blocks with their bytes and lines.
//!
//! Not CommonMark: people's banks hold TAB-indented lists, headings without a blank after the `#`, fences that never end.
//! What the blocks mean is not decided here.

use super::html;
use super::title;
use memchr::{memchr, memmem};
use std::ops::Range;

/// More blocks than this no person wrote; what follows is left out.
pub const MAX_BLOCKS: usize = 1_000_000;
/// How often the scanner goes back because a fence was never closed: each time may read to the end of the document.
const MAX_REWINDS: usize = 64;
/// A block of HTML or a comment that is longer (in bytes) is not looked through for its end.
const MAX_COMMENT: usize = 1 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// With the level, from 1.
    Heading(u8),
    /// An item of a numbered list.
    Ordered,
    Bullet,
    Para,
    Quote,
    Fence,
    /// Rows of a table, header and delimiter included.
    Table,
    Summary,
    /// `<details>`; whether its end was found is in [`Block::closed`].
    Open,
    Close,
    /// Tags without text, link definitions and other things that say nothing.
    Html,
    Rule,
}

/// A block. Offsets are bytes into the text; every one is the boundary of a character.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    pub kind: Kind,
    /// Where the block's first line begins, without its indentation.
    pub start: u32,
    /// Behind its last character, without the line's end.
    pub end: u32,
    /// The inline text of the first line, behind marks such as `##` and `-`.
    pub text_start: u32,
    pub text_end: u32,
    /// From 0.
    pub line: u32,
    /// Columns before the block; a TAB goes to the next multiple of four.
    pub indent: u16,
    /// For an item: its text is a heading (`1. ### What is ...`).
    pub heading_inside: bool,
    /// A `[x]` before the text of an item: `Some(true)` where it is checked.
    pub task: Option<bool>,
    /// For [`Kind::Open`]: there is a `</details>` for it.
    pub closed: bool,
    /// No blank line above.
    pub tight: bool,
}

impl Block {
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.text_start as usize..self.text_end as usize)
            .unwrap_or_default()
    }

    pub fn source<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

#[derive(Debug, Default)]
pub struct Scan {
    pub blocks: Vec<Block>,
    pub front_matter: Option<Range<usize>>,
    /// The line at which a document with too many blocks is given up.
    pub cut: Option<usize>,
    /// `#flashcards` or `<!--SR:...-->`: the file belongs to a program for cards.
    pub flashcards: bool,
}

/// A line without its end, and where it begins.
#[derive(Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
    number: usize,
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    next: usize,
    number: usize,
    out: Scan,
    /// The last line was blank.
    blank: bool,
    /// Columns of the text of the innermost open item, if a list is open.
    item: Option<u16>,
    rewinds: usize,
    /// There is no `-->` behind this byte.
    no_comment_end: usize,
    /// Levels of headings seen, one bit each.
    levels: u8,
    /// How many blocks there were when the last one was plain text that the next line may go on with.
    plain: usize,
}

/// Reads the blocks of a document of at most 4 GiB.
pub fn scan(text: &str) -> Scan {
    if u32::try_from(text.len()).is_err() {
        return Scan {
            cut: Some(0),
            ..Scan::default()
        };
    }
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        next: 0,
        number: 0,
        out: Scan::default(),
        blank: true,
        item: None,
        rewinds: 0,
        no_comment_end: usize::MAX,
        levels: 0,
        plain: 0,
    };
    if html::is_document(text) {
        html::document(text, &mut scanner.out.blocks);
    } else {
        scanner.front_matter();
        while let Some(line) = scanner.line() {
            scanner.block(line);
            if scanner.out.blocks.len() >= MAX_BLOCKS {
                scanner.out.cut = Some(scanner.number);
                break;
            }
        }
    }
    let mut out = scanner.out;
    pair_details(&mut out.blocks);
    out
}

impl<'a> Scanner<'a> {
    fn line(&mut self) -> Option<Line> {
        if self.next >= self.bytes.len() {
            return None;
        }
        let start = self.next;
        let rest = &self.bytes[start..];
        let length = memchr(b'\n', rest).unwrap_or(rest.len());
        self.next = start + length + 1;
        let mut end = start + length;
        if end > start && self.bytes[end - 1] == b'\r' {
            end -= 1;
        }
        let number = self.number;
        self.number += 1;
        Some(Line { start, end, number })
    }

    fn front_matter(&mut self) {
        if !self.text.starts_with("---") {
            return;
        }
        let (next, number) = (self.next, self.number);
        let opening = self.line();
        let body = self.next;
        if opening.is_some_and(|l| self.text[l.start..l.end].trim_end() == "---") {
            while let Some(line) = self.line() {
                let content = self.text[line.start..line.end].trim_end();
                if content == "---" || content == "..." {
                    self.out.front_matter = Some(body..line.start);
                    return;
                }
                // A rule at the top of a document is no front matter.
                if line.number > 200 || content.starts_with('#') && content.starts_with("##") {
                    break;
                }
            }
        }
        (self.next, self.number) = (next, number);
    }

    /// The first byte of the line that is no blank, and its column.
    fn indentation(&self, line: Line) -> (usize, usize) {
        let (mut at, mut column) = (line.start, 0usize);
        while at < line.end {
            match self.bytes[at] {
                b' ' => column += 1,
                b'\t' => column = column / 4 * 4 + 4,
                0xC2 if self.bytes.get(at + 1) == Some(&0xA0) => {
                    column += 1;
                    at += 1;
                }
                0xE3 if self.bytes.get(at + 1) == Some(&0x80)
                    && self.bytes.get(at + 2) == Some(&0x80) =>
                {
                    column += 2;
                    at += 2;
                }
                _ => break,
            }
            at += 1;
        }
        (at.min(line.end), column)
    }

    fn block(&mut self, line: Line) {
        let (at, column) = self.indentation(line);
        if at >= line.end {
            self.blank = true;
            return;
        }
        let tight = !self.blank;
        self.blank = false;
        let first = self.bytes[at];
        let mut block = Block {
            kind: Kind::Para,
            start: at as u32,
            end: line.end as u32,
            text_start: at as u32,
            text_end: self.trim_end(at, line.end) as u32,
            line: line.number as u32,
            indent: column.min(usize::from(u16::MAX)) as u16,
            heading_inside: false,
            task: None,
            closed: false,
            tight,
        };
        match first {
            b'`' | b'~' => {
                if self.fence(line, at, &block) {
                    return;
                }
                self.para(block);
            }
            b'>' => self.quote(line, block),
            b'#' => self.hashes(line, at, column, block),
            b'|' => self.table_row(block),
            b'<' => self.tag(line, at, block),
            b'-' | b'*' | b'+' | b'_' | b'=' => self.dashes(line, at, column, block),
            b'0'..=b'9' => {
                if let Some(skip) = title::ordered_mark(&self.text[at..line.end]) {
                    block.kind = Kind::Ordered;
                    self.item(line, at + skip, column, block);
                } else {
                    self.para(block);
                }
            }
            b'(' => {
                // `(1) What is ...`
                if let Some(skip) = title::ordered_mark(&self.text[at..line.end]) {
                    block.kind = Kind::Ordered;
                    self.item(line, at + skip, column, block);
                } else {
                    self.para(block);
                }
            }
            b'{' if self.text[at..line.end].starts_with("{:") => {
                // Kramdown: `{:toc}` and attributes.
                block.kind = Kind::Html;
                self.push(block);
            }
            0xE2 => {
                // `• What is ...`, `– ...`
                let rest = &self.text[at..line.end];
                let bullet = ['•', '●', '◦', '▪', '‣', '∙']
                    .into_iter()
                    .find(|&c| rest.starts_with(c));
                match bullet {
                    Some(c) => {
                        block.kind = Kind::Bullet;
                        self.item(line, at + c.len_utf8(), column, block);
                    }
                    None => self.para(block),
                }
            }
            _ => self.para(block),
        }
    }

    fn push(&mut self, block: Block) {
        self.out.blocks.push(block);
    }

    fn trim_end(&self, start: usize, end: usize) -> usize {
        start + self.text[start..end].trim_end().len()
    }

    /// A fenced block from its first line on; `false` where the line is no fence, as ```` ```x``` ```` is inline code.
    fn fence(&mut self, line: Line, at: usize, block: &Block) -> bool {
        let Some((mark, length)) = fence_mark(&self.text[at..line.end]) else {
            return false;
        };
        let quoted = false;
        self.fence_body(mark, length, quoted, *block);
        true
    }

    fn fence_body(&mut self, mark: u8, length: usize, quoted: bool, mut block: Block) {
        block.kind = Kind::Fence;
        // Where a fence is not closed, the text goes on at the first line behind it that can only be a question.
        let mut way_out: Option<(usize, usize)> = None;
        let mut blank = false;
        let opening = (self.next, self.number);
        while let Some(line) = self.line() {
            let (mut at, column) = self.indentation(line);
            if quoted {
                if self.bytes.get(at) != Some(&b'>') || at >= line.end {
                    (self.next, self.number) = (line.start, line.number);
                    block.end = line.start.saturating_sub(1).max(block.start as usize) as u32;
                    self.close_fence(block);
                    return;
                }
                while at < line.end && matches!(self.bytes[at], b'>' | b' ') {
                    at += 1;
                }
            }
            if at >= line.end {
                blank = true;
                continue;
            }
            let first = self.bytes[at];
            if first == mark {
                let run = self.bytes[at..line.end]
                    .iter()
                    .take_while(|b| **b == mark)
                    .count();
                let info = self.text[at + run..line.end].trim();
                if run >= length && info.is_empty() {
                    block.end = line.end as u32;
                    self.close_fence(block);
                    return;
                }
                // Another fence opens: this one was never closed.
                if run >= 3 && !info.is_empty() && !info.contains('`') && way_out.is_some() {
                    break;
                }
            }
            if first == b'#' && blank && column <= 3 && way_out.is_none() {
                let hashes = self.bytes[at..line.end]
                    .iter()
                    .take_while(|b| **b == b'#')
                    .count();
                let seen = (2..=6).contains(&hashes) && self.levels & (1 << hashes) != 0;
                if seen && title::is_surely_question(&self.text[at + hashes..line.end]) {
                    way_out = Some((line.start, line.number));
                }
            }
            blank = false;
        }
        match way_out {
            Some((next, number)) if self.rewinds < MAX_REWINDS => {
                self.rewinds += 1;
                (self.next, self.number) = (next, number);
                block.end = next.saturating_sub(1).max(block.start as usize) as u32;
            }
            _ => {
                // CommonMark: to the end of the document, unless the next fence took over.
                let _ = opening;
                block.end = (self.next.min(self.bytes.len() + 1) - 1)
                    .min(self.bytes.len())
                    .max(block.start as usize) as u32;
                while !self.text.is_char_boundary(block.end as usize) {
                    block.end += 1;
                }
            }
        }
        self.close_fence(block);
    }

    fn close_fence(&mut self, block: Block) {
        self.push(block);
        self.blank = false;
    }

    fn quote(&mut self, line: Line, mut block: Block) {
        let mut at = block.start as usize;
        while at < line.end && matches!(self.bytes[at], b'>' | b' ' | b'\t') {
            at += 1;
        }
        let rest = &self.text[at..line.end];
        if rest.trim().is_empty() {
            // An empty quote line divides paragraphs of a quote.
            self.blank = true;
            return;
        }
        if let Some((mark, length)) = fence_mark(rest) {
            self.fence_body(mark, length, true, block);
            return;
        }
        block.kind = Kind::Quote;
        block.text_start = at as u32;
        let look = title::labelled(rest);
        if look == Some(title::Label::Question) {
            block.kind = Kind::Para;
            self.push(block);
            return;
        }
        if look.is_none()
            && block.tight
            && let Some(last) = self.out.blocks.last_mut()
            && last.kind == Kind::Quote
        {
            last.end = block.end;
            return;
        }
        self.push(block);
    }

    /// Whether a heading or a list may stand at this column: not in what CommonMark takes for code below an item.
    fn in_reach(&self, column: usize) -> bool {
        column <= 3
            || self
                .item
                .is_some_and(|item| column <= usize::from(item) + 3)
    }

    fn hashes(&mut self, line: Line, at: usize, column: usize, mut block: Block) {
        let hashes = self.bytes[at..line.end]
            .iter()
            .take_while(|b| **b == b'#')
            .count();
        let rest = &self.text[at + hashes..line.end];
        let spaced = rest.starts_with([' ', '\t', '\u{a0}', '\u{3000}']) || rest.is_empty();
        let tag = hashes == 1 && !spaced;
        if tag && title::is_card_tag(rest) {
            self.out.flashcards = true;
            block.kind = Kind::Html;
            self.push(block);
            return;
        }
        // `#Title of a document` reads as a title, `#tag` and `#include <x>` do not.
        let titled = rest.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '*')
            || rest.starts_with(title::is_cjk);
        let titled = titled && (hashes > 1 || rest.trim().contains(' ') && !rest.contains(" #"));
        let heading = (1..=6).contains(&hashes)
            && self.in_reach(column)
            && (spaced || hashes > 1 && !rest.starts_with('!') || titled);
        // `# a comment` between lines of code that nobody fenced.
        let comment = hashes == 1 && block.tight && self.code_above();
        if !heading || comment {
            self.para(block);
            return;
        }
        let (start, end) = heading_text(self.text, at + hashes, line.end);
        block.text_start = start as u32;
        block.text_end = end as u32;
        // Indented to the text of an item, it divides that item's text and not the document.
        if self
            .item
            .is_some_and(|item| column >= usize::from(item) && column > 1)
        {
            block.heading_inside = true;
            self.push(block);
            return;
        }
        block.kind = Kind::Heading(hashes as u8);
        self.levels |= 1u8.checked_shl(hashes as u32).unwrap_or(0);
        if column <= 3 {
            self.item = None;
        }
        self.push(block);
    }

    /// Whether the line above looks like code.
    fn code_above(&self) -> bool {
        let Some(last) = self.out.blocks.last() else {
            return false;
        };
        if last.kind != Kind::Para {
            return false;
        }
        let source = last.source(self.text);
        let line = source.rsplit('\n').next().unwrap_or_default().trim();
        title::is_code_like(line)
    }

    fn table_row(&mut self, mut block: Block) {
        block.kind = Kind::Table;
        if block.tight
            && let Some(last) = self.out.blocks.last_mut()
            && last.kind == Kind::Table
        {
            last.end = block.end;
            return;
        }
        self.push(block);
    }

    fn tag(&mut self, line: Line, at: usize, mut block: Block) {
        let rest = &self.text[at..line.end];
        if rest.starts_with("<!--") {
            self.comment(line, at, block);
            return;
        }
        let name = html::name(rest);
        match name {
            "pre" | "script" | "style" | "code"
                if rest.starts_with('<') && !rest.starts_with("</") =>
            {
                // Code in HTML: to its closing tag.
                let window_end = self.window(at);
                let close = format!("</{name}");
                let found = memmem::find(&self.bytes[at..window_end], close.as_bytes());
                match found {
                    Some(offset) if offset > rest.len() || name != "code" => {
                        self.skip_to(at + offset);
                        block.kind = if name == "pre" || name == "code" {
                            Kind::Fence
                        } else {
                            Kind::Html
                        };
                        block.end = (self.next - 1).min(self.bytes.len()) as u32;
                        block.end = block.end.max(block.start);
                        self.push(block);
                    }
                    _ if name == "code" => self.para(block),
                    _ => {
                        block.kind = Kind::Html;
                        self.push(block);
                    }
                }
            }
            "a" | "b" | "strong" | "i" | "em" | "u" | "span" | "font" | "img" | "kbd" | "sub"
            | "sup" | "br" | "mark" => {
                let rest_text = html::skip_tags(rest);
                let structure = html::skip_inline(rest);
                if structure.len() < rest.len() && html::is_structure(html::name(structure)) {
                    let from = line.end - structure.len();
                    block.start = from as u32;
                    html::line(self.text, from..line.end, block, &mut self.out.blocks);
                } else if rest_text.trim().is_empty() {
                    block.kind = Kind::Html;
                    self.push(block);
                } else {
                    self.para(block);
                }
            }
            "" => self.para(block),
            _ => {
                let before = self.out.blocks.len();
                html::line(self.text, at..line.end, block, &mut self.out.blocks);
                // Tags end what an item holds only where they are not indented.
                if self.out.blocks[before..]
                    .iter()
                    .any(|b| matches!(b.kind, Kind::Heading(_)))
                {
                    self.item = None;
                }
            }
        }
    }

    /// How far the end of a comment or of code is looked for.
    fn window(&self, from: usize) -> usize {
        (from + MAX_COMMENT).min(self.bytes.len())
    }

    /// Goes on behind the line that holds a byte.
    fn skip_to(&mut self, offset: usize) {
        while self.next <= offset && self.line().is_some() {}
    }

    fn comment(&mut self, line: Line, at: usize, mut block: Block) {
        block.kind = Kind::Html;
        let inner = &self.text[at..line.end];
        if inner.starts_with("<!--SR:") {
            self.out.flashcards = true;
        }
        if at >= self.no_comment_end {
            self.push(block);
            return;
        }
        let end = memmem::find(&self.bytes[at..self.window(at)], b"-->");
        let Some(end) = end else {
            self.no_comment_end = at;
            self.push(block);
            return;
        };
        let comment = &self.text[at..at + end];
        if title::opens_toc(comment) {
            // A table of contents that a program keeps: up to its end mark, if there is one.
            let (next, number) = (self.next, self.number);
            self.skip_to(at + end);
            let mut left = 2_000;
            while let Some(line) = self.line() {
                let content = self.text[line.start..line.end].trim_start();
                if content.starts_with("<!--") && title::closes_toc(content) {
                    block.end = line.end as u32;
                    self.push(block);
                    return;
                }
                left -= 1;
                if left == 0 {
                    break;
                }
            }
            (self.next, self.number) = (next, number);
        }
        let behind = at + end + 3;
        self.skip_to(at + end);
        let line_end = (self.next - 1).min(self.bytes.len());
        if behind < line_end && !self.text[behind..line_end].trim().is_empty() {
            // `<!-- x --> text`
            let start =
                behind + (line_end - behind - self.text[behind..line_end].trim_start().len());
            block.start = start as u32;
            block.text_start = start as u32;
            block.end = line_end as u32;
            block.text_end = self.trim_end(start, line_end) as u32;
            block.kind = Kind::Para;
            self.push(block);
            return;
        }
        block.end = line_end as u32;
        self.push(block);
        let _ = line;
    }

    /// Lines that begin with `-`, `*`, `+`, `_` or `=`: rules, underlines of headings, items, bold text.
    fn dashes(&mut self, line: Line, at: usize, column: usize, mut block: Block) {
        let rest = &self.text[at..line.end];
        let mark = self.bytes[at];
        let only_marks = rest.bytes().all(|b| b == mark || b == b' ' || b == b'\t');
        let count = rest.bytes().filter(|b| *b == mark).count();
        if only_marks && (count >= 2 && matches!(mark, b'=' | b'-') || count >= 3) {
            if matches!(mark, b'=' | b'-')
                && block.tight
                && !rest.trim_end().contains(' ')
                && self.setext(if mark == b'=' { 1 } else { 2 }, line)
            {
                return;
            }
            block.kind = Kind::Rule;
            self.push(block);
            return;
        }
        let spaced = rest[1..].starts_with([' ', '\t', '\u{a0}']);
        if matches!(mark, b'-' | b'*' | b'+') && spaced {
            block.kind = Kind::Bullet;
            self.item(line, at + 1, column, block);
            return;
        }
        // `-What is ...`, without a blank.
        if mark == b'-'
            && rest[1..].starts_with(|c: char| c.is_alphabetic() || c == '*' || c == '`')
        {
            block.kind = Kind::Bullet;
            self.item(line, at + 1, column, block);
            return;
        }
        self.para(block);
    }

    /// Makes the line above a heading; `false` where that is no title.
    fn setext(&mut self, level: u8, line: Line) -> bool {
        let text = self.text;
        let Some(last) = self.out.blocks.last_mut() else {
            return false;
        };
        let one_line = last.kind == Kind::Para
            && last.line + 1 == line.number as u32
            && last.indent <= 3
            && (!last.tight || level == 1);
        let words = last.text(text);
        if !one_line
            || words.chars().count() > 150
            || words.ends_with(['.', ';', '。']) && level == 2
        {
            return false;
        }
        last.kind = Kind::Heading(level);
        last.end = line.end as u32;
        self.levels |= 1 << level;
        self.item = None;
        true
    }

    /// An item of a list whose text begins somewhere behind `from`.
    fn item(&mut self, line: Line, from: usize, column: usize, mut block: Block) {
        let rest = &self.text[from..line.end];
        let mut start = from + (rest.len() - rest.trim_start().len());
        if start >= line.end {
            block.text_start = line.end as u32;
            block.text_end = line.end as u32;
            self.item = Some((column + 2).min(usize::from(u16::MAX)) as u16);
            self.push(block);
            return;
        }
        if let Some((done, skip)) = task(&self.text[start..line.end]) {
            block.task = Some(done);
            start += skip;
        }
        let rest = &self.text[start..line.end];
        // `1. ### What is ...`, `- ## What`
        let hashes = rest.bytes().take_while(|b| *b == b'#').count();
        if (1..=6).contains(&hashes) && rest[hashes..].starts_with([' ', '\t']) {
            block.heading_inside = true;
            let (a, b) = heading_text(self.text, start + hashes, line.end);
            block.text_start = a as u32;
            block.text_end = b as u32;
        } else {
            block.text_start = start as u32;
            block.text_end = self.trim_end(start, line.end) as u32;
        }
        self.item =
            Some((column + (start - block.start as usize)).min(usize::from(u16::MAX)) as u16);
        // An item that begins with a fence: `- ```python`.
        if let Some((mark, length)) = fence_mark(rest) {
            block.text_end = block.text_start;
            let mut fence = block;
            fence.start = start as u32;
            fence.text_start = start as u32;
            fence.tight = true;
            block.end = start as u32;
            self.push(block);
            self.fence_body(mark, length, false, fence);
            return;
        }
        if rest.starts_with("<details") || rest.starts_with("<summary") {
            block.end = start as u32;
            block.text_end = block.text_start;
            self.push(block);
            let mut inner = block;
            inner.kind = Kind::Para;
            inner.start = start as u32;
            inner.end = line.end as u32;
            html::line(self.text, start..line.end, inner, &mut self.out.blocks);
            return;
        }
        self.push(block);
    }

    fn para(&mut self, block: Block) {
        let words = block.text(self.text);
        let head = {
            let mut cut = words.len().min(48);
            while !words.is_char_boundary(cut) {
                cut -= 1;
            }
            &words[..cut]
        };
        if head.starts_with('[') && title::is_link_definition(words) {
            self.push(Block {
                kind: Kind::Html,
                ..block
            });
            return;
        }
        // What says nothing by itself goes on with the paragraph above it.
        let plain = !head.starts_with(['*', '_', ':', '?', '=', '<'])
            && !title::ends_as_question(words)
            && title::labelled(head).is_none();
        let blocks = self.out.blocks.len();
        if block.tight
            && plain
            && let Some(last) = self.out.blocks.last_mut()
            && self.plain == blocks
        {
            last.end = block.end;
            return;
        }
        // A table without a bar at its edge: `Question | Answer`.
        if block.tight
            && title::is_delimiter_row(words)
            && let Some(last) = self.out.blocks.last_mut()
            && last.kind == Kind::Para
            && last.source(self.text).contains('|')
        {
            last.kind = Kind::Table;
            last.end = block.end;
            return;
        }
        if block.tight
            && words.contains('|')
            && let Some(last) = self.out.blocks.last_mut()
            && last.kind == Kind::Table
        {
            last.end = block.end;
            return;
        }
        if block.indent == 0 && !block.tight {
            // Text at the margin after a blank line ends a list for the purpose of indentation only.
            self.item = None;
        }
        self.push(block);
        if plain {
            self.plain = self.out.blocks.len();
        }
    }
}

/// `[ ]` or `[x]` and how many bytes it takes.
fn task(rest: &str) -> Option<(bool, usize)> {
    let bytes = rest.as_bytes();
    let done = match bytes.get(..3)? {
        b"[ ]" => false,
        b"[x]" | b"[X]" => true,
        _ => return None,
    };
    let behind = &rest[3..];
    Some((done, 3 + behind.len() - behind.trim_start().len()))
}

/// The mark of a fence and how many there are, if the line opens one.
fn fence_mark(rest: &str) -> Option<(u8, usize)> {
    let mark = *rest.as_bytes().first()?;
    if !matches!(mark, b'`' | b'~') {
        return None;
    }
    let length = rest.bytes().take_while(|b| *b == mark).count();
    let info = &rest[length..];
    (length >= 3 && !(mark == b'`' && info.contains('`'))).then_some((mark, length))
}

/// The text of an ATX heading without closing marks.
fn heading_text(text: &str, from: usize, to: usize) -> (usize, usize) {
    let rest = &text[from..to];
    let start = from + (rest.len() - rest.trim_start().len());
    if start >= to {
        return (to, to);
    }
    let body = text[start..to].trim_end();
    let closed = body.trim_end_matches('#');
    // `C#` keeps its mark.
    let body = if closed.len() < body.len() && (closed.is_empty() || closed.ends_with(' ')) {
        closed.trim_end()
    } else {
        body
    };
    (start, start + body.len())
}

/// Finds for each `<details>` whether it is closed. A stack, so that forgotten ends do not take what follows.
fn pair_details(blocks: &mut [Block]) {
    let mut open: Vec<usize> = Vec::new();
    for i in 0..blocks.len() {
        match blocks[i].kind {
            Kind::Open => open.push(i),
            Kind::Close => {
                if let Some(at) = open.pop() {
                    blocks[at].closed = true;
                    blocks[i].closed = true;
                }
            }
            _ => {}
        }
    }
}
