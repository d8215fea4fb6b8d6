//! Inline Markdown made safe and short: what a bank's text may bring to a card.
//!
//! Raw HTML, images and links that are not plain web links go; their text stays. The rule is one for every bank, ours
//! included. This file must not know what a card is.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::ops::Range;

/// A paragraph as one line, without HTML, images and unsafe links.
///
/// Links to `http` and `https` stay; others (`command:`, `file:`, `javascript:`, anchors and relative paths, which lead
/// nowhere from a card) leave their text.
pub fn clean(markdown: &str) -> String {
    let mut text = one_line(markdown);
    // Nothing that would have to go begins otherwise; most texts of a large bank need no parser.
    if memchr::memchr2(b'<', b'[', text.as_bytes()).is_none() {
        return text;
    }
    // Taking a tag out can join what stood around it to a new one (`<<b>script>`): repeat until nothing is found.
    for _ in 0..8 {
        let cuts = unwanted(&text);
        if cuts.is_empty() {
            return text;
        }
        let mut kept = String::with_capacity(text.len());
        let mut from = 0;
        for cut in cuts {
            if cut.start >= from {
                kept.push_str(&text[from..cut.start]);
            }
            from = from.max(cut.end);
        }
        kept.push_str(&text[from..]);
        text = kept;
    }
    text.replace('<', "&lt;").replace("](", "] (")
}

/// The text alone, without any Markdown.
pub fn plain(markdown: &str) -> String {
    // A line of words is its own text.
    if markdown.starts_with(char::is_alphabetic)
        && !markdown.contains([
            '*', '_', '`', '[', ']', '<', '>', '&', '\\', '~', '|', '\n', '\r', '\t',
        ])
    {
        return markdown.trim().to_string();
    }
    let mut text = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(t) | Event::Code(t) => text.push_str(&t),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Item) if !text.ends_with('\n') => {
                text.push('\n')
            }
            _ => {}
        }
    }
    text.trim().to_string()
}

/// A title without marks of emphasis: lists and menus show titles as they are. `__init__` outside of code keeps its marks, as it is
/// meant to have them.
pub fn without_emphasis(title: &str) -> Cow<'_, str> {
    if !title.contains(['*', '_']) {
        return Cow::Borrowed(title);
    }
    let mut cuts: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new(title).into_offset_iter() {
        let length = match event {
            Event::Start(Tag::Emphasis) => 1,
            Event::Start(Tag::Strong) => 2,
            _ => continue,
        };
        let Some(inside) = title.get(range.start + length..range.end.saturating_sub(length)) else {
            continue;
        };
        let name = length == 2
            && title.as_bytes().get(range.start) == Some(&b'_')
            && !inside.contains(' ');
        if !name {
            cuts.push(range.start..range.start + length);
            cuts.push(range.end - length..range.end);
        }
    }
    if cuts.is_empty() {
        return Cow::Borrowed(title);
    }
    cuts.sort_by_key(|cut| cut.start);
    let mut kept = String::with_capacity(title.len());
    let mut from = 0;
    for cut in cuts {
        kept.push_str(title.get(from..cut.start).unwrap_or_default());
        from = from.max(cut.end);
    }
    kept.push_str(title.get(from..).unwrap_or_default());
    Cow::Owned(kept)
}

fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for part in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(part);
    }
    // Control characters have no place on a card, and some terminals obey them. Those behind ASCII begin with this byte.
    if line.bytes().any(|b| b.is_ascii_control() || b == 0xC2) {
        line.retain(|c| !c.is_control());
    }
    line
}

/// The byte ranges to leave out, in order.
fn unwanted(text: &str) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    // For each open element that must go: its range, and the range of what it holds so far.
    let mut open: Vec<(Range<usize>, Option<Range<usize>>)> = Vec::new();
    let mut depth_of_kept_links = 0usize;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match &event {
            Event::Start(Tag::Image { .. }) => open.push((range, None)),
            Event::Start(Tag::Link { dest_url, .. }) if !is_web(dest_url) => {
                open.push((range, None))
            }
            Event::Start(Tag::Link { .. }) => depth_of_kept_links += 1,
            Event::End(TagEnd::Link) if depth_of_kept_links > 0 => depth_of_kept_links -= 1,
            Event::End(TagEnd::Image | TagEnd::Link) => {
                if let Some((whole, inner)) = open.pop() {
                    match inner {
                        Some(inner) => {
                            cuts.push(whole.start..inner.start);
                            cuts.push(inner.end..whole.end);
                        }
                        None => cuts.push(whole),
                    }
                }
            }
            Event::Html(_) | Event::InlineHtml(_) => cuts.push(range),
            _ => {
                for (_, inner) in &mut open {
                    let grown = inner.take().map_or(range.clone(), |i| {
                        i.start.min(range.start)..i.end.max(range.end)
                    });
                    *inner = Some(grown);
                }
            }
        }
    }
    cuts.retain(|cut| !cut.is_empty());
    cuts.sort_by_key(|cut| (cut.start, cut.end));
    cuts
}

fn is_web(url: &str) -> bool {
    let url = url.trim_start().to_ascii_lowercase();
    url.starts_with("https://") || url.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_their_emphasis_and_keep_their_names() {
        for (title, bare) in [
            (
                "What are the _key features_ of **Python**?",
                "What are the key features of Python?",
            ),
            ("What is ***this***?", "What is this?"),
            ("What is __init__?", "What is __init__?"),
            (
                "What are *args and **kwargs?",
                "What are *args and **kwargs?",
            ),
            ("`__slots__` and `*`", "`__slots__` and `*`"),
            ("Is `a_b` _a `b_c`_?", "Is `a_b` a `b_c`?"),
        ] {
            assert_eq!(without_emphasis(title), bare);
        }
    }
}
