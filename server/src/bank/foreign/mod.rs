//! Questions in documents that know nothing of us: any bank in Markdown, in any mix of formats and any language.
//!
//! [`scan`] reads the lines once, [`choose`] decides which blocks ask, [`answer`] finds where each answer begins, and
//! [`cards`] and [`tables`] read what has one line for both. `docs/banks.md` lists what is recognised.

mod answer;
mod cards;
mod choose;
mod html;
pub mod infer;
mod scan;
mod tables;
mod title;
mod words;

pub use cards::revealed;
use scan::Kind;
use std::borrow::Cow;
use std::ops::Range;

/// A question in the text. Offsets are bytes.
#[derive(Debug)]
pub struct Hit<'a> {
    /// As it is written, without numbers, labels and decorations.
    pub title: Cow<'a, str>,
    pub range: Range<usize>,
    /// Where the answer begins; the end of `range` where there is none.
    pub answer: usize,
    /// From 0.
    pub line: usize,
    pub topic: Cow<'a, str>,
    pub parts: answer::Parts<'a>,
}

#[derive(Debug, Default)]
pub struct Found<'a> {
    pub hits: Vec<Hit<'a>>,
    pub title: Option<&'a str>,
    pub front_matter: Option<Range<usize>>,
    /// The line, from 0, from which on nothing was read.
    pub cut: Option<usize>,
}

/// The questions of a document, in order; no two overlap.
pub fn questions(text: &str) -> Found<'_> {
    let scan = scan::scan(text);
    let choice = choose::choose(text, &scan);
    let mut hits: Vec<Hit> = Vec::new();
    let mut topics = Topics::new(text, &scan);
    cards::find(text, &scan, &mut topics, &mut hits);
    tables::find(text, &scan, &choice, &mut topics, &mut hits);
    let direct = hits.len();
    let mut ahead = 0;
    for pick in &choice.picks {
        let range = answer::bytes(text, &scan.blocks, pick);
        // Cards and rows come first: they are surer, and stand inside of what a heading holds.
        while ahead < direct && hits[ahead].range.end <= range.start {
            ahead += 1;
        }
        if hits[..direct]
            .get(ahead)
            .is_some_and(|hit| hit.range.start < range.end)
        {
            continue;
        }
        let topic = topics.of(pick.topic, pick.block);
        hits.extend(answer::hit(text, &scan.blocks, &choice, pick, topic));
    }
    for hit in &mut hits {
        if let Cow::Owned(title) = with_code(&hit.title) {
            hit.title = Cow::Owned(title);
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
    let title = scan
        .blocks
        .iter()
        .take(200)
        .find(|b| b.kind == Kind::Heading(1))
        .map(|b| title::look(b.text(text)).title)
        .filter(|title| !title.is_empty());
    Found {
        hits,
        title,
        front_matter: scan.front_matter,
        cut: scan.cut,
    }
}

/// Inline code that was written in HTML, as Markdown.
pub fn with_code(text: &str) -> Cow<'_, str> {
    if !text.contains("<code>") || text.contains('`') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("<code>", "`").replace("</code>", "`"))
}

/// The headings above each question.
struct Topics<'a, 's> {
    text: &'a str,
    scan: &'s scan::Scan,
    /// For every heading the one above it.
    above: Vec<u32>,
}

impl<'a, 's> Topics<'a, 's> {
    fn new(text: &'a str, scan: &'s scan::Scan) -> Self {
        let mut above = vec![u32::MAX; scan.blocks.len()];
        // Headings inside of details (level 0, standing for what is above them) end with them.
        let mut open: Vec<(u8, u32)> = Vec::new();
        for (i, block) in scan.blocks.iter().enumerate() {
            let top = open.last().map_or(u32::MAX, |(_, at)| *at);
            above[i] = top;
            match block.kind {
                Kind::Heading(level) => {
                    while open
                        .last()
                        .is_some_and(|(other, _)| *other >= level && *other > 0)
                    {
                        open.pop();
                    }
                    above[i] = open.last().map_or(u32::MAX, |(_, at)| *at);
                    open.push((level, i as u32));
                }
                Kind::Open if block.closed => open.push((0, top)),
                Kind::Close if block.closed => {
                    while open.pop().is_some_and(|(level, _)| level > 0) {}
                }
                _ => {}
            }
        }
        Topics { text, scan, above }
    }

    /// The path of topics of a block, the document's title left out: `Concurrency / Locks`.
    fn of(&self, named: Option<usize>, block: usize) -> Cow<'a, str> {
        let mut names: Vec<&'a str> = Vec::new();
        let mut at = match named {
            Some(named) => Some(named),
            None => self.parent(block),
        };
        while let Some(i) = at {
            let heading = &self.scan.blocks[i];
            let above = self.parent(i);
            let document_title =
                heading.kind == Kind::Heading(1) && above.is_none() && !names.is_empty();
            if !document_title && names.len() < 4 {
                let name = choose::look_at(self.text, heading).title;
                if !name.is_empty() {
                    names.push(name.trim_end_matches([':', '：']));
                }
            }
            at = above;
        }
        match names[..] {
            [] => Cow::Borrowed(""),
            [one] => Cow::Borrowed(one),
            _ => {
                names.reverse();
                Cow::Owned(names.join(" / "))
            }
        }
    }

    fn parent(&self, block: usize) -> Option<usize> {
        self.above
            .get(block)
            .filter(|above| **above != u32::MAX)
            .map(|above| *above as usize)
    }
}

/// The most questions of one document whose code is analysed; parsing costs more than all the rest.
const ANALYSED: usize = 32;

/// What each question is about; nothing where the document is about another language than Python.
pub fn constructs(text: &str, hits: &[Hit]) -> Vec<infer::Inferred> {
    if speaks_of_another_language(text) {
        return hits.iter().map(|_| infer::Inferred::default()).collect();
    }
    let mut all: Vec<infer::Inferred> = Vec::with_capacity(hits.len());
    let mut by_code: Vec<usize> = Vec::new();
    for (i, hit) in hits.iter().enumerate() {
        let mut names = infer::from_title(&hit.title);
        let guessed = names.len();
        infer::from_prose(
            hit.parts.prose,
            &mut names,
            if guessed == 0 { 3 } else { 2 },
        );
        if names.is_empty() && !hit.parts.code.is_empty() && by_code.len() < ANALYSED {
            by_code.push(i);
        }
        all.push(infer::Inferred { names, guessed });
    }
    if !by_code.is_empty() {
        // The parser recurses with the nesting of the code and wants more stack than a worker may have.
        let analysed = std::thread::scope(|scope| {
            let work = || -> Vec<Vec<String>> {
                let codes = by_code
                    .iter()
                    .map(|&i| infer::from_code(&hits[i].parts.code));
                codes.collect()
            };
            let thread = std::thread::Builder::new().stack_size(16 << 20);
            let started = thread.spawn_scoped(scope, work);
            started.ok().and_then(|thread| thread.join().ok())
        });
        for (&i, names) in by_code.iter().zip(analysed.unwrap_or_default()) {
            all[i].names = names;
        }
    }
    all
}

/// Whether the fences, or else the beginning, speak of a language that is not Python.
fn speaks_of_another_language(text: &str) -> bool {
    const OTHERS: [&str; 34] = [
        "js",
        "javascript",
        "jsx",
        "ts",
        "typescript",
        "tsx",
        "java",
        "kotlin",
        "swift",
        "go",
        "golang",
        "rust",
        "c",
        "cpp",
        "c++",
        "csharp",
        "cs",
        "c#",
        "php",
        "ruby",
        "rb",
        "sql",
        "html",
        "css",
        "scss",
        "vue",
        "scala",
        "dart",
        "objc",
        "objective-c",
        "react",
        "node",
        "perl",
        "r",
    ];
    let (mut python, mut other) = (0, 0);
    let mut from = 0;
    let bytes = text.as_bytes();
    while let Some(at) = memchr::memmem::find(&bytes[from..], b"```") {
        let start = from + at + 3;
        let info: String = text[start..]
            .chars()
            .take(14)
            .take_while(|c| c.is_alphanumeric() || matches!(c, '+' | '#' | '-'))
            .collect::<String>()
            .to_ascii_lowercase();
        if matches!(info.as_str(), "python" | "py" | "python3" | "pycon") {
            python += 1;
        } else if OTHERS.contains(&info.as_str()) {
            other += 1;
        }
        from = start;
        if python + other >= 200 {
            break;
        }
    }
    if python + other >= 3 {
        return other > python;
    }
    let head = answer::cut(text, 400).to_lowercase();
    let named = |words: &[&str]| words.iter().any(|word| head.contains(word));
    !named(&["python", "питон", "django", "пайтон"])
        && named(&[
            "javascript",
            "java ",
            "java\n",
            "golang",
            "swift",
            "kotlin",
            "react",
            "angular",
            "typescript",
            "sql ",
            "c++",
            "c#",
            "php",
            "ruby",
            "node.js",
            "android",
            "ios ",
        ])
}

#[cfg(test)]
#[path = "hostile_tests.rs"]
mod tests;
