//! What a document holds besides its questions: where its links lead, what can be linked to, its fences and its Python.
//!
//! For those who mend and write banks; cards and search know nothing of it. This file must not read files.

use percent_encoding::percent_decode_str;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::collections::HashMap;
use std::ops::Range;

/// Offsets are bytes into the document.
#[derive(Debug, Default)]
pub struct Marks {
    /// Links and images that lead neither to the web nor to a place that only the site knows.
    pub links: Vec<Link>,
    /// What `#...` may name, by its [`anchor_key`].
    pub anchors: HashMap<String, Anchor>,
    pub python: Vec<Block>,
    /// Fenced code of any language, the fences included.
    pub fences: Vec<Range<usize>>,
    pub front_matter: Option<Range<usize>>,
}

/// A heading or a place with a name of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// As a link writes it: for a heading by the rules of GitHub.
    pub name: String,
    /// The heading's text; empty where there is none.
    pub title: String,
    /// The heading or the tag.
    pub range: Range<usize>,
    /// The name where the author wrote one: in `{#name}`, `id="name"`.
    pub given: Option<Range<usize>>,
}

#[derive(Debug)]
pub struct Link {
    /// The relative path, decoded; empty where the link stays in its document.
    pub path: String,
    pub anchor: Option<String>,
    pub range: Range<usize>,
    /// Where the anchor stands, if it stands in `range` as it is.
    pub anchor_range: Option<Range<usize>>,
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

/// What GitHub makes of a heading: lower case, letters, digits, `-` and `_`, a hyphen for each blank.
fn github_name(title: &str) -> String {
    let lower = title.trim().chars().flat_map(char::to_lowercase);
    let kept = lower.filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
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
                if let Some(id) = id {
                    let given = find(text, &range, &format!("#{id}"), 1);
                    marks.add(&id, "", range, given);
                }
                heading = Some(String::new());
            }
            Event::End(TagEnd::Heading(_)) => {
                marks.add_heading(&heading.take().unwrap_or_default(), range);
            }
            Event::Start(Tag::MetadataBlock(_)) => marks.front_matter = Some(range),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let word = info.split([' ', ',', '{', '\t']).next().unwrap_or_default();
                let python = ["python", "py", "python3"];
                let python = python.iter().any(|name| word.eq_ignore_ascii_case(name));
                block = python.then(|| Block {
                    code: String::new(),
                    pieces: Vec::new(),
                });
                marks.fences.push(range);
            }
            Event::End(TagEnd::CodeBlock) => marks.python.extend(block.take()),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                marks.links.extend(link(text, &dest_url, range));
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
                for (at, name) in html_anchors(&html) {
                    let start = range.start + at;
                    let given = start..start + name.len();
                    let given = (text.get(given.clone()) == Some(name)).then_some(given);
                    marks.add(name, "", range.clone(), given);
                }
            }
            _ => {}
        }
    }
    marks
}

impl Marks {
    fn add(&mut self, name: &str, title: &str, range: Range<usize>, given: Option<Range<usize>>) {
        let anchor = Anchor {
            name: name.to_string(),
            title: title.to_string(),
            range,
            given,
        };
        self.anchors.entry(anchor_key(name)).or_insert(anchor);
    }

    fn add_heading(&mut self, title: &str, range: Range<usize>) {
        let (key, name) = (anchor_key(title), github_name(title));
        // The second heading of a name is `name-1`.
        if !self.anchors.contains_key(&key) {
            return self.add(&name, title, range, None);
        }
        let free = (1..1000).find(|n| !self.anchors.contains_key(&format!("{key}{n}")));
        if let Some(number) = free {
            self.add(&format!("{name}-{number}"), title, range, None);
        }
    }
}

/// Where a name stands in a part of the text, so many bytes of it left out: the last time, since titles come first.
fn find(text: &str, within: &Range<usize>, name: &str, skip: usize) -> Option<Range<usize>> {
    let at = text.get(within.clone())?.rfind(name)? + within.start;
    Some(at + skip..at + name.len())
}

/// A link inside of the bank; the web, other schemes and paths from a site's root are none of ours.
fn link(text: &str, target: &str, range: Range<usize>) -> Option<Link> {
    let (path, anchor) = match target.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (target, None),
    };
    let path = path.split('?').next().unwrap_or_default();
    let other = path.starts_with('/') || path.contains([':', '\\', '{', '<']);
    if other || target.is_empty() {
        return None;
    }
    let anchor = anchor.filter(|a| !a.is_empty());
    Some(Link {
        path: percent_decode_str(path).decode_utf8_lossy().into_owned(),
        anchor_range: anchor.and_then(|a| find(text, &range, &format!("#{a}"), 1)),
        anchor: anchor.map(String::from),
        range,
    })
}

/// The values of `id` and `name` in tags, and where each begins.
fn html_anchors(html: &str) -> impl Iterator<Item = (usize, &str)> {
    let attributes = [" id=", " name="];
    attributes.into_iter().flat_map(move |attribute| {
        html.match_indices(attribute).filter_map(move |(at, _)| {
            let after = html.get(at + attribute.len()..)?;
            let rest = after.trim_start_matches(['"', '\'']);
            let value = rest.split(['"', '\'', '>', ' ', '\n']).next()?;
            let start = at + attribute.len() + (after.len() - rest.len());
            Some((start, value)).filter(|(_, value)| !anchor_key(value).is_empty())
        })
    })
}
