//! What a document holds besides its questions: where its links lead, what can be linked to, and its Python.
//!
//! For checks only; cards and search know nothing of it. This file must not read files.

use percent_encoding::percent_decode_str;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::collections::HashSet;
use std::ops::Range;

/// Offsets are bytes into the document.
#[derive(Debug, Default)]
pub struct Marks {
    /// Links and images that lead neither to the web nor to a place that only the site knows.
    pub links: Vec<Link>,
    /// What `#...` may name, as [`anchor_key`] writes it.
    pub anchors: HashSet<String>,
    pub python: Vec<Block>,
}

#[derive(Debug)]
pub struct Link {
    /// The relative path, decoded; empty where the link stays in its document.
    pub path: String,
    pub anchor: Option<String>,
    pub range: Range<usize>,
}

/// A fenced block of Python.
#[derive(Debug)]
pub struct Block {
    pub code: String,
    /// Where pieces of the code stand: offset in the code, offset in the document.
    pieces: Vec<(usize, usize)>,
}

impl Block {
    /// The place in the document of a place in the code.
    pub fn place(&self, offset: usize) -> usize {
        let piece = self.pieces.partition_point(|(code, _)| *code <= offset);
        let piece = piece.checked_sub(1).and_then(|i| self.pieces.get(i));
        piece.map_or(0, |(code, text)| text + (offset - code))
    }
}

/// What two spellings of one anchor have in common: generators differ in blanks, punctuation and emoji.
pub fn anchor_key(anchor: &str) -> String {
    let decoded = percent_decode_str(anchor).decode_utf8_lossy();
    let letters = decoded.chars().flat_map(char::to_lowercase);
    letters.filter(|c| c.is_alphanumeric()).collect()
}

pub fn marks(text: &str) -> Marks {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut marks = Marks::default();
    let mut heading: Option<String> = None;
    let mut block: Option<Block> = None;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { id, .. }) => {
                marks.anchors.extend(id.map(|id| anchor_key(&id)));
                heading = Some(String::new());
            }
            Event::End(TagEnd::Heading(_)) => {
                let key = anchor_key(&heading.take().unwrap_or_default());
                // The second heading of a name is `name-1`.
                let mut name = key.clone();
                let mut number = 0;
                while !marks.anchors.insert(name) && number < 1000 {
                    number += 1;
                    name = format!("{key}{number}");
                }
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let word = info.split([' ', ',', '{', '\t']).next().unwrap_or_default();
                let python = ["python", "py", "python3"];
                let python = python.iter().any(|name| word.eq_ignore_ascii_case(name));
                block = python.then(|| Block {
                    code: String::new(),
                    pieces: Vec::new(),
                });
            }
            Event::End(TagEnd::CodeBlock) => marks.python.extend(block.take()),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                marks.links.extend(link(&dest_url, range));
            }
            Event::Text(content) => {
                if let Some(block) = &mut block {
                    block.pieces.push((block.code.len(), range.start));
                    block.code.push_str(&content);
                } else if let Some(heading) = &mut heading {
                    heading.push_str(&content);
                }
            }
            Event::Code(content) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&content);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                marks.anchors.extend(html_anchors(&html));
            }
            _ => {}
        }
    }
    marks
}

/// A link inside of the bank; the web, other schemes and paths from a site's root are none of ours.
fn link(target: &str, range: Range<usize>) -> Option<Link> {
    let (path, anchor) = match target.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (target, None),
    };
    let path = path.split('?').next().unwrap_or_default();
    let other = path.starts_with('/') || path.contains([':', '\\', '{', '<']);
    if other || target.is_empty() {
        return None;
    }
    Some(Link {
        path: percent_decode_str(path).decode_utf8_lossy().into_owned(),
        anchor: anchor.filter(|a| !a.is_empty()).map(String::from),
        range,
    })
}

/// The values of `id` and `name` in tags.
fn html_anchors(html: &str) -> impl Iterator<Item = String> {
    let attributes = [" id=", " name="];
    attributes.into_iter().flat_map(move |attribute| {
        html.match_indices(attribute).filter_map(move |(at, _)| {
            let rest = html.get(at + attribute.len()..)?;
            let rest = rest.trim_start_matches(['"', '\'']);
            let value = rest.split(['"', '\'', '>', ' ', '\n']).next()?;
            Some(anchor_key(value)).filter(|key| !key.is_empty())
        })
    })
}
