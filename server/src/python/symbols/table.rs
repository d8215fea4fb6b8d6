//! Reads a table: sorted lines, of which a look-up touches one block.
//!
//! Knows lines and where they are; what a detail means is for [`super::notation`].

use std::sync::OnceLock;

/// What stands behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Module,
    Class,
    Function,
    Coroutine,
    Property,
    Data,
    /// A generic alias: `typing.List` is hovered as itself, its instances are of the class in the detail.
    Generic,
    Alias,
    /// A set of literal strings under a name.
    Literals,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry<'t> {
    pub name: &'t str,
    pub sort: Sort,
    /// What follows the sort: the notation depends on that.
    pub detail: &'t str,
}

impl<'t> Entry<'t> {
    fn parse(line: &'t str) -> Option<Self> {
        let mut fields = line.splitn(3, '\t');
        let name = fields.next()?;
        let sort = match fields.next()? {
            "m" => Sort::Module,
            "c" => Sort::Class,
            "f" => Sort::Function,
            "a" => Sort::Coroutine,
            "p" => Sort::Property,
            "d" => Sort::Data,
            "g" => Sort::Generic,
            "=" => Sort::Alias,
            "l" => Sort::Literals,
            _ => return None,
        };
        Some(Self {
            name,
            sort,
            detail: fields.next().unwrap_or(""),
        })
    }
}

/// Names and what they are: of the standard library, or of one module of the user's.
pub(crate) struct Table {
    parts: Vec<Part>,
}

/// A run of lines that is read as a whole.
struct Part {
    /// The first name in it.
    first: Box<str>,
    /// Deflated lines and their inflated size; empty where the lines were never packed.
    packed: &'static [u8],
    size: usize,
    lines: OnceLock<Lines>,
}

#[derive(Default)]
struct Lines {
    text: Box<str>,
    /// Where each line starts.
    starts: Box<[u32]>,
}

/// A part of the standard library's table is a few dozen KiB; more than this is no table of ours.
const MAX_PART: usize = 1 << 20;

impl Table {
    /// A table of lines in any order. A line that cannot be read is left out.
    pub fn from_text(text: &str) -> Self {
        let mut lines: Vec<&str> = text
            .lines()
            .filter(|line| Entry::parse(line).is_some())
            .collect();
        lines.sort_unstable_by_key(|line| line.split('\t').next());
        let mut sorted = String::with_capacity(text.len() + 1);
        for line in lines {
            sorted.push_str(line);
            sorted.push('\n');
        }
        let lines = OnceLock::new();
        let _ = lines.set(Lines::new(sorted));
        Self {
            parts: vec![Part {
                first: "".into(),
                packed: &[],
                size: 0,
                lines,
            }],
        }
    }

    /// The file that `cargo xtask typeshed` writes: the number of parts, for each part the lengths of its first name, of its
    /// packed and of its inflated lines, and that name; then the parts. Numbers have four bytes, the low one first.
    pub fn from_packed(file: &'static [u8]) -> Option<Self> {
        let mut rest = file;
        let count = number(&mut rest)?;
        let mut heads = Vec::new();
        for _ in 0..count {
            let (name, packed, size) = (number(&mut rest)?, number(&mut rest)?, number(&mut rest)?);
            let first = std::str::from_utf8(take(&mut rest, name)?).ok()?;
            heads.push((first, packed, size));
        }
        let mut parts = Vec::with_capacity(heads.len());
        for (first, packed, size) in heads {
            parts.push(Part {
                first: first.into(),
                packed: take(&mut rest, packed)?,
                size: size.min(MAX_PART),
                lines: OnceLock::new(),
            });
        }
        Some(Self { parts })
    }

    /// The line of exactly this name.
    pub fn lookup(&self, name: &str) -> Option<Entry<'_>> {
        let lines = self.part(name)?.lines();
        let index = lines.position(name);
        let line = lines.line(index)?;
        let is_it = line.as_bytes().get(name.len()) == Some(&b'\t') && line.starts_with(name);
        if is_it { Entry::parse(line) } else { None }
    }

    /// The lines of what is in a module or class, at any depth.
    pub fn below<'t>(&'t self, owner: &str) -> impl Iterator<Item = Entry<'t>> + use<'t> {
        let prefix = format!("{owner}.");
        let first = self
            .parts
            .partition_point(|part| *part.first <= *prefix)
            .saturating_sub(1);
        let from = self
            .parts
            .get(first)
            .map_or(0, |part| part.lines().position(&prefix));
        let lines = self
            .parts
            .iter()
            .skip(first)
            .enumerate()
            .flat_map(move |(index, part)| {
                let lines = part.lines();
                let from = if index == 0 { from } else { 0 };
                (from..lines.starts.len()).filter_map(|index| lines.line(index))
            });
        lines
            .take_while(move |line| line.starts_with(prefix.as_str()))
            .filter_map(Entry::parse)
    }

    /// The part in which a name would be.
    fn part(&self, name: &str) -> Option<&Part> {
        let after = self.parts.partition_point(|part| *part.first <= *name);
        self.parts.get(after.checked_sub(1)?)
    }

    /// Bytes of the lines that have been read so far.
    #[cfg(test)]
    pub fn inflated(&self) -> usize {
        let lines = self.parts.iter().filter_map(|part| part.lines.get());
        lines
            .map(|lines| lines.text.len() + lines.starts.len() * 4)
            .sum()
    }

    #[cfg(test)]
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flat_map(|part| part.lines().text.lines())
    }
}

impl Part {
    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| {
            let inflated =
                miniz_oxide::inflate::decompress_to_vec_with_limit(self.packed, self.size);
            let text = inflated
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok());
            text.map(Lines::new).unwrap_or_default()
        })
    }
}

impl Lines {
    fn new(text: String) -> Self {
        let ends = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at as u32 + 1);
        let mut starts: Vec<u32> = Vec::with_capacity(text.len() / 40);
        starts.extend(std::iter::once(0).chain(ends));
        starts.pop();
        Self {
            text: text.into(),
            starts: starts.into(),
        }
    }

    /// The index of the first line whose name is not less than `name`.
    fn position(&self, name: &str) -> usize {
        let text = self.text.as_bytes();
        let name = name.as_bytes();
        self.starts.partition_point(|start| {
            let line = text.get(*start as usize..).unwrap_or_default();
            // The tab behind a name sorts before every letter of a longer one.
            let head = line.get(..name.len()).unwrap_or(line);
            head < name
        })
    }

    fn line(&self, index: usize) -> Option<&str> {
        let start = *self.starts.get(index)? as usize;
        let end = self
            .starts
            .get(index + 1)
            .map_or(self.text.len(), |end| *end as usize);
        self.text.get(start..end.checked_sub(1)?)
    }
}

fn number(rest: &mut &'static [u8]) -> Option<usize> {
    let (bytes, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(u32::from_le_bytes(*bytes) as usize)
}

fn take(rest: &mut &'static [u8], length: usize) -> Option<&'static [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}
