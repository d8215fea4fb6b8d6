//! One Markdown document to questions: by the format of `content/README.md` where it has our metadata, else by looking at
//! the document whole ([`foreign`]).
//!
//! In our own format pulldown-cmark finds the blocks, so a heading inside a code fence is never a question. This file must
//! not read files or know other documents.

use super::{Level, Question, Section, clean, foreign, plain};
use memchr::memmem;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::collections::HashMap;
use std::ops::Range;

/// The most lines an example may have to stand on a card.
const EXAMPLE_LINES: usize = 8;

/// Section names that hold the mistakes people make, lower case.
const PITFALLS: [&str; 4] = ["pitfalls", "pitfall", "ошибки", "подводные камни"];

/// What a document holds. Warnings carry a line, from 1.
#[derive(Debug, Default)]
pub struct Parsed {
    pub title: Option<String>,
    pub lang: String,
    pub questions: Vec<Question>,
    /// Its author says that there are no questions in it.
    pub asks_nothing: bool,
    pub warnings: Vec<(usize, String)>,
}

/// A block at the top level of the document.
struct Block<'a> {
    kind: Kind<'a>,
    range: Range<usize>,
}

enum Kind<'a> {
    Heading(usize),
    Html,
    Paragraph,
    Code { python: bool, text: String },
    List,
    FrontMatter(&'a str),
    Other,
}

/// Reads a document. Never fails: what is not a question is passed over, what looks like a mistake is a warning.
pub fn parse(text: &str) -> Parsed {
    if let Some(parsed) = without_questions(text) {
        return parsed;
    }
    let own = if has_metadata(text) { own(text) } else { None };
    let mut parsed = own.unwrap_or_else(|| any(text));
    if parsed.lang.is_empty() {
        parsed.lang = guess_language(text).to_string();
    }
    parsed
}

/// A document whose front matter says `questions: none`: a cheat sheet, an index, anything that repeats what stands elsewhere.
fn without_questions(text: &str) -> Option<Parsed> {
    let front = text.strip_prefix("---")?.trim_start_matches([' ', '\r']);
    let front = &front[..memchr::memmem::find(front.as_bytes(), b"\n---")?];
    let says = |line: &str| {
        let (key, value) = line.split_once(':')?;
        Some(key.trim() == "questions" && value.trim() == "none")
    };
    if !front.lines().any(|line| says(line).unwrap_or_default()) {
        return None;
    }
    let mut parsed = Parsed {
        asks_nothing: true,
        ..Parsed::default()
    };
    front_matter(front, &mut parsed);
    if parsed.lang.is_empty() {
        parsed.lang = guess_language(text).to_string();
    }
    Some(parsed)
}

/// A document in our own format; `None` where no heading has metadata below it.
fn own(text: &str) -> Option<Parsed> {
    let blocks = blocks(text);
    let level = question_level(text, &blocks)?;
    let lines = LineStarts::new(text);
    let mut parsed = Parsed::default();
    let mut topic = String::new();
    let mut i = 0;
    while i < blocks.len() {
        let block = &blocks[i];
        i += 1;
        match &block.kind {
            Kind::FrontMatter(body) => front_matter(body, &mut parsed),
            Kind::Heading(depth) if *depth < level => {
                topic = heading_text(text, block);
                if *depth == 1 && parsed.title.is_none() {
                    parsed.title = Some(plain(&topic));
                }
            }
            Kind::Heading(depth) if *depth == level => {
                let title = heading_text(text, block);
                let end = blocks[i..]
                    .iter()
                    .position(|b| matches!(b.kind, Kind::Heading(d) if d <= level))
                    .map_or(blocks.len(), |n| i + n);
                let stop = blocks.get(end).map_or(text.len(), |b| b.range.start);
                if title.is_empty() {
                    let message = "a question's heading is empty".to_string();
                    parsed
                        .warnings
                        .push((lines.line(block.range.start), message));
                } else {
                    let question = question(
                        text,
                        &lines,
                        title,
                        &topic,
                        block.range.start..stop,
                        &blocks[i..end],
                        &mut parsed.warnings,
                    );
                    parsed.questions.push(question);
                }
                i = end;
            }
            _ => {}
        }
    }
    Some(parsed)
}

/// Whether some comment in the text may be metadata: cheap, and where it is wrong `own` finds none.
fn has_metadata(text: &str) -> bool {
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&text.as_bytes()[from..], b"<!--") {
        let start = from + at;
        let mut end = (start + 2_000).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        if metadata(&text[start..end]).is_some() {
            return true;
        }
        from = start + 4;
    }
    false
}

/// The heading level that carries questions: that of the first heading with metadata below it.
fn question_level(text: &str, blocks: &[Block]) -> Option<usize> {
    let pairs = blocks.iter().zip(blocks.iter().skip(1));
    pairs
        .filter_map(|(heading, below)| match (&heading.kind, &below.kind) {
            (Kind::Heading(depth), Kind::Html) => metadata(&text[below.range.clone()])
                .is_some()
                .then_some(*depth),
            _ => None,
        })
        .next()
}

/// Any other document: questions by their marks, constructs by their words.
fn any(text: &str) -> Parsed {
    let found = foreign::questions(text);
    let mut parsed = Parsed {
        title: found.title.map(|title| plain(&clean(title))),
        ..Parsed::default()
    };
    if let Some(front) = found.front_matter.and_then(|range| text.get(range)) {
        front_matter(front, &mut parsed);
    }
    if let Some(line) = found.cut {
        let message = "this document is too large; nothing is read from here on".to_string();
        parsed.warnings.push((line + 1, message));
    }
    let constructs = foreign::constructs(text, &found.hits);
    let mut ids: HashMap<String, usize> = HashMap::new();
    for (hit, inferred) in found.hits.iter().zip(constructs) {
        let question = words(&clean::without_emphasis(&clean(&hit.title)));
        if question.is_empty() {
            continue;
        }
        let mut id = slug(&question);
        if id.is_empty() {
            id = "question".to_string();
        }
        // `What is the output?` fifty times over: each its own, in the order of the document.
        let seen = ids.entry(id.clone()).or_default();
        *seen += 1;
        if *seen > 1 {
            id = format!("{id}-{seen}");
        }
        let parts = &hit.parts;
        let paragraph = match parts.list {
            true => parts
                .paragraph
                .iter()
                .map(|item| item.trim_end_matches([';', ',']).trim())
                .collect::<Vec<_>>()
                .join("; "),
            false => parts.paragraph.join(" "),
        };
        parsed.questions.push(Question {
            id,
            question,
            // The hidden words of a card are shown in its answer.
            answer: match hit.title.contains("[…]") {
                true => clean(&foreign::revealed(&paragraph)).replace("==", ""),
                false => clean(&foreign::with_code(&foreign::revealed(&paragraph))),
            },
            example: parts
                .example
                .as_ref()
                .map(|code| code.trim_end().to_string()),
            pitfall: parts.pitfall.map(clean).filter(|text| !text.is_empty()),
            guessed: inferred.guessed,
            constructs: inferred.names,
            level: Level::default(),
            see: Vec::new(),
            topic: words(&clean(&hit.topic)),
            sections: parts
                .sections
                .iter()
                .map(|(title, line)| Section {
                    title: title.to_string(),
                    line: line + 1,
                })
                .collect(),
            line: hit.line + 1,
            range: hit.range.clone(),
            answer_start: hit.answer,
        });
    }
    parsed
}

/// Single blanks between words: taking out tags and images leaves two.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a heading opens the part of an answer that tells of mistakes.
pub(super) fn is_pitfalls(title: &str) -> bool {
    title.len() < 60 && PITFALLS.contains(&title.to_lowercase().as_str())
}

fn question(
    text: &str,
    lines: &LineStarts,
    title: String,
    topic: &str,
    range: Range<usize>,
    body: &[Block],
    warnings: &mut Vec<(usize, String)>,
) -> Question {
    let mut question = Question {
        id: slug(&title),
        question: title,
        answer: String::new(),
        example: None,
        pitfall: None,
        constructs: Vec::new(),
        guessed: usize::MAX,
        level: Level::default(),
        see: Vec::new(),
        topic: topic.to_string(),
        sections: Vec::new(),
        line: lines.line(range.start),
        answer_start: range.end,
        range,
    };
    let mut python_seen = false;
    let mut in_pitfalls = false;
    for (n, block) in body.iter().enumerate() {
        let source = &text[block.range.clone()];
        let is_metadata = n == 0 && matches!(block.kind, Kind::Html) && metadata(source).is_some();
        if !is_metadata {
            question.answer_start = question.answer_start.min(block.range.start);
        }
        match &block.kind {
            Kind::Html if n == 0 => {
                if let Some(entries) = metadata(source) {
                    let line = lines.line(block.range.start);
                    apply_metadata(&mut question, entries, line, warnings);
                }
            }
            Kind::Heading(_) => {
                let title = heading_source(text, block).to_string();
                in_pitfalls = PITFALLS.contains(&title.to_lowercase().as_str());
                let line = lines.line(block.range.start);
                question.sections.push(Section { title, line });
            }
            Kind::Paragraph if question.sections.is_empty() && question.answer.is_empty() => {
                question.answer = clean(source);
            }
            Kind::Paragraph if in_pitfalls && question.pitfall.is_none() => {
                question.pitfall = Some(clean(source));
            }
            Kind::List if in_pitfalls && question.pitfall.is_none() => {
                question.pitfall = Some(clean(first_item(source)));
            }
            Kind::Code { python: true, text } if !python_seen => {
                python_seen = true;
                let code = text.trim_end();
                if !code.is_empty() && code.lines().count() <= EXAMPLE_LINES {
                    question.example = Some(code.to_string());
                }
            }
            _ => {}
        }
    }
    question
}

/// The entries of a metadata comment, or `None` where the HTML is something else.
fn metadata(html: &str) -> Option<Vec<(&str, &str)>> {
    let inner = html.trim().strip_prefix("<!--")?.split("-->").next()?;
    let entries: Vec<_> = inner
        .split(';')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(|entry| entry.split_once(':').map(|(k, v)| (k.trim(), v.trim())))
        .collect::<Option<_>>()?;
    // A comment such as `<!-- note: mend this -->` is no metadata: one known key must be there.
    entries
        .iter()
        .any(|(key, _)| ["id", "constructs", "level", "see"].contains(key))
        .then_some(entries)
}

fn apply_metadata(
    question: &mut Question,
    entries: Vec<(&str, &str)>,
    line: usize,
    warnings: &mut Vec<(usize, String)>,
) {
    let list = |value: &str| -> Vec<String> {
        value
            .split(',')
            .map(str::trim)
            .filter(|v| !v.is_empty())
            .map(String::from)
            .collect()
    };
    for (key, value) in entries {
        match key {
            "id" if value.is_empty() => {
                warnings.push((line, "the id is empty; one is made from the heading".into()))
            }
            "id" => question.id = value.to_string(),
            "constructs" => question.constructs = list(value),
            "see" => question.see = list(value),
            "level" => match Level::ALL.into_iter().find(|l| l.as_str() == value) {
                Some(level) => question.level = level,
                None => warnings.push((
                    line,
                    format!("unknown level `{value}`: junior, junior+ or middle; taken as junior"),
                )),
            },
            _ => warnings.push((
                line,
                format!("unknown metadata `{key}`: id, constructs, level and see are known"),
            )),
        }
    }
}

fn front_matter(body: &str, parsed: &mut Parsed) {
    for line in body.lines() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim().trim_matches(['"', '\'']);
        match key.trim() {
            "title" if !value.is_empty() => parsed.title = Some(value.to_string()),
            "lang" => parsed.lang = value.to_ascii_lowercase(),
            _ => {}
        }
    }
}

/// The inline text of a heading, cleaned for a card.
fn heading_text(text: &str, block: &Block) -> String {
    clean(heading_source(text, block))
}

/// The inline source of a heading, without its marks.
fn heading_source<'a>(text: &'a str, block: &Block) -> &'a str {
    let line = text[block.range.clone()].trim();
    match line.strip_prefix('#') {
        Some(rest) => rest
            .trim_start_matches('#')
            .trim()
            .trim_end_matches('#')
            .trim_end(),
        // A setext heading: the underline is its last line.
        None => line
            .rsplit_once('\n')
            .map_or(line, |(title, _)| title.trim()),
    }
}

/// The blocks at the top level, in order.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut blocks: Vec<Block> = Vec::new();
    let mut depth = 0usize;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if depth == 0 {
                    let kind = match tag {
                        Tag::Heading { level, .. } => Kind::Heading(level as usize),
                        Tag::HtmlBlock => Kind::Html,
                        Tag::Paragraph => Kind::Paragraph,
                        Tag::CodeBlock(CodeBlockKind::Fenced(info)) => Kind::Code {
                            python: matches!(
                                info.split_whitespace().next(),
                                Some("python" | "py" | "python3")
                            ),
                            text: String::new(),
                        },
                        Tag::List(_) => Kind::List,
                        Tag::MetadataBlock(_) => Kind::FrontMatter(""),
                        _ => Kind::Other,
                    };
                    blocks.push(Block { kind, range });
                }
                depth += 1;
            }
            Event::End(_) => depth -= 1,
            Event::Text(content) if depth == 1 => match blocks.last_mut().map(|b| &mut b.kind) {
                Some(Kind::Code { text, .. }) => text.push_str(&content),
                Some(Kind::FrontMatter(body)) => *body = &text[range],
                _ => {}
            },
            _ => {}
        }
    }
    blocks
}

/// The first item of a list without its mark and without what is nested in it.
fn first_item(list: &str) -> &str {
    let mut found: Option<Range<usize>> = None;
    for (event, range) in Parser::new(list).into_offset_iter().skip(2) {
        match event {
            Event::Start(Tag::Paragraph) if found.is_none() => return &list[range],
            Event::End(TagEnd::Item)
            | Event::Start(
                Tag::List(_) | Tag::CodeBlock(_) | Tag::BlockQuote(_) | Tag::HtmlBlock,
            ) => break,
            _ => found = Some(found.map_or(range.clone(), |f| f.start..range.end.max(f.end))),
        }
    }
    found.map_or("", |range| &list[range])
}

/// A name made from a heading: lower case, letters and digits of any script, hyphens between.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in plain(title).to_lowercase().chars() {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_string()
}

/// How much of a document (in bytes) is looked at for its language.
const LANGUAGE_SAMPLE: usize = 64 * 1024;

/// The language of a text: `ru`, `uk`, `zh`, `pt`, `es`, else `en`. Code and names are Latin in every language, so a third of
/// another script decides.
fn guess_language(text: &str) -> &'static str {
    let mut end = text.len().min(LANGUAGE_SAMPLE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let sample = &text[..end];
    let (mut cyrillic, mut latin, mut ukrainian, mut chinese, mut kana) =
        (0usize, 0usize, 0usize, 0usize, 0usize);
    let (mut portuguese, mut spanish) = (0usize, 0usize);
    latin += sample.bytes().filter(u8::is_ascii_alphabetic).count();
    // Where all is ASCII, as much of the world is, nothing else is to be counted.
    let others = if sample.is_ascii() { "" } else { sample };
    for c in others.chars().filter(|c| !c.is_ascii()) {
        match c {
            'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' => cyrillic += 1,
            'і' | 'ї' | 'є' | 'ґ' | 'І' | 'Ї' | 'Є' | 'Ґ' => {
                cyrillic += 1;
                ukrainian += 1;
            }
            '\u{4E00}'..='\u{9FFF}' => chinese += 1,
            '\u{3040}'..='\u{30FF}' | '\u{AC00}'..='\u{D7AF}' => kana += 1,
            'ã' | 'õ' | 'ç' | 'ê' | 'â' | 'à' | 'Ã' | 'Õ' | 'Ç' => portuguese += 1,
            'ñ' | '¿' | '¡' | 'Ñ' => spanish += 1,
            _ => {}
        }
    }
    if chinese * 8 > latin && kana * 4 < chinese {
        return "zh";
    }
    if cyrillic * 2 > latin {
        return if ukrainian * 50 > cyrillic {
            "uk"
        } else {
            "ru"
        };
    }
    // Words that stand in nearly every sentence of the one and never in the others.
    let lower = sample[..boundary(sample, 16 * 1024)].to_lowercase();
    let occurrences = |word: &str| memmem::find_iter(lower.as_bytes(), word).count();
    let count = |words: &[&str]| -> usize { words.iter().map(|word| occurrences(word)).sum() };
    let pt = portuguese + count(&[" uma ", " é ", "o que ", " não ", " são ", " para que "]);
    let es = spanish + count(&[" una ", " es ", " qué ", " los ", " cuál ", " el "]);
    let en = count(&[" the ", " is ", " are ", " what ", " of "]) / 2;
    if pt.max(es) >= 3 && pt.max(es) > en {
        return if pt > es { "pt" } else { "es" };
    }
    "en"
}

/// The last boundary of a character at or before an offset.
fn boundary(text: &str, offset: usize) -> usize {
    let mut end = text.len().min(offset);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// Where lines begin, to turn an offset into a line by binary search.
struct LineStarts(Vec<usize>);

impl LineStarts {
    fn new(text: &str) -> Self {
        let starts = memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i + 1);
        LineStarts(std::iter::once(0).chain(starts).collect())
    }

    /// The line of a byte offset, from 1.
    fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|&start| start <= offset)
    }
}
