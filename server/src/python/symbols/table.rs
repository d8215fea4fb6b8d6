//! Reads a table: sorted lines, of which a look-up touches one block.
//!
//! Knows lines and where they are; what a detail means is for [`super::notation`].

use std::ops::Range;
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
    /// So many parts hold what every file asks for; the rest is sorted by itself.
    common: usize,
    /// How the first name of each part begins, as a number.
    keys: Vec<u64>,
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
    /// Lines by the hashes of their names, one more than their index: the next slots hold what hashes alike, 0 ends them.
    slots: Box<[u32]>,
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
        let part = Part {
            first: "".into(),
            packed: &[],
            size: 0,
            lines,
        };
        Self::of(vec![part], 0)
    }

    fn of(parts: Vec<Part>, common: usize) -> Self {
        Self {
            common,
            keys: parts.iter().map(|part| key(&part.first)).collect(),
            parts,
        }
    }

    /// The file that `cargo xtask typeshed` writes: the number of common parts and of all, for each part the lengths of its first
    /// name, of its packed and of its inflated lines, and that name; then the parts. Numbers have four bytes, the low one first.
    ///
    /// Common are all names without a dot, what is in the builtins, and the other names of whole modules.
    pub fn from_packed(file: &'static [u8]) -> Option<Self> {
        let mut rest = file;
        let common = number(&mut rest)?;
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
        (common <= parts.len()).then(|| Self::of(parts, common))
    }

    /// The line of exactly this name.
    pub fn lookup(&self, name: &str) -> Option<Entry<'_>> {
        Entry::parse(self.part(name)?.lines().find(name)?)
    }

    /// The lines of what is in a module or class, at any depth.
    #[allow(dead_code, reason = "the resolver of one-level types asks for less")]
    pub fn below<'t>(&'t self, owner: &str) -> impl Iterator<Item = Entry<'t>> + use<'t> {
        let prefix = format!("{owner}.");
        let group = self.group(&prefix);
        let first = self
            .part_after(&group, &prefix)
            .saturating_sub(1)
            .max(group.start);
        let from = self
            .parts
            .get(first)
            .map_or(0, |part| part.lines().position(&prefix));
        let lines = self
            .parts
            .iter()
            .take(group.end)
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
        let group = self.group(name);
        let index = self.part_after(&group, name).checked_sub(1)?;
        self.parts.get(index).filter(|_| index >= group.start)
    }

    /// The parts among which that of a name is.
    fn group(&self, name: &str) -> Range<usize> {
        let common = 0..self.common;
        if common.is_empty() {
            return 0..self.parts.len();
        }
        let Some((head, rest)) = name.split_once('.') else {
            return common;
        };
        if rest == "*" || rest.ends_with(".*") {
            return common;
        }
        let index = self.part_after(&common, head).checked_sub(1);
        let line = index.and_then(|index| self.parts.get(index)?.lines().find(head));
        let is_builtin =
            line.is_some_and(|line| line.as_bytes().get(head.len() + 1) != Some(&b'm'));
        if is_builtin {
            common
        } else {
            self.common..self.parts.len()
        }
    }

    /// The index of the first part of a group that begins behind a name.
    fn part_after(&self, group: &Range<usize>, name: &str) -> usize {
        let wanted = key(name);
        let keys = self.keys.get(group.clone()).unwrap_or_default();
        let parts = self.parts.get(group.clone()).unwrap_or_default();
        let first = keys.partition_point(|key| *key < wanted);
        let alike = parts.iter().zip(keys).skip(first);
        let before = alike.take_while(|(part, key)| **key == wanted && *part.first <= *name);
        group.start + first + before.count()
    }

    /// Bytes of the lines that have been read so far.
    #[cfg(test)]
    pub fn inflated(&self) -> usize {
        let lines = self.parts.iter().filter_map(|part| part.lines.get());
        lines
            .map(|lines| lines.text.len() + (lines.starts.len() + lines.slots.len()) * 4)
            .sum()
    }

    /// Every line; inflates all that was not yet.
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
        let mut lines = Self {
            text: text.into(),
            slots: vec![0; (starts.len() * 2).next_power_of_two()].into(),
            starts: starts.into(),
        };
        for index in 0..lines.starts.len() {
            let name = lines.line(index).and_then(|line| line.split('\t').next());
            let free = name.and_then(|name| lines.probe(name).find(|slot| lines.slots[*slot] == 0));
            if let Some(slot) = free {
                lines.slots[slot] = index as u32 + 1;
            }
        }
        lines
    }

    /// The slots in which a name can be, in the order in which they are filled.
    fn probe(&self, name: &str) -> impl Iterator<Item = usize> + use<> {
        let count = self.slots.len();
        let first = hash(name.as_bytes()) as usize;
        (0..count).map(move |step| first.wrapping_add(step) & (count - 1))
    }

    /// The line of exactly this name.
    fn find(&self, name: &str) -> Option<&str> {
        for slot in self.probe(name) {
            let index = self.slots[slot].checked_sub(1)?;
            let line = self.line(index as usize)?;
            if line.as_bytes().get(name.len()) == Some(&b'\t') && line.starts_with(name) {
                return Some(line);
            }
        }
        None
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

/// The first bytes of a name as a number that sorts as they do.
fn key(name: &str) -> u64 {
    let mut word = [0; 8];
    let length = name.len().min(8);
    word[..length].copy_from_slice(&name.as_bytes()[..length]);
    u64::from_be_bytes(word)
}

/// FxHash, as rustc's tables use it: nobody who could choose the names gains by making them collide.
fn hash(bytes: &[u8]) -> u64 {
    let hash = bytes.chunks(8).fold(0_u64, |hash, chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95)
    });
    // The high bits are the good ones.
    hash >> 32
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
