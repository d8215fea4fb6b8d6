//! A source as lines, edits of whole lines, and the way back from an edited text to the source.

use std::ops::Range;

use ruff_text_size::{TextRange, TextSize};

use super::Edits;

/// Where each line of a source stands.
pub(super) struct Layout<'s> {
    pub source: &'s str,
    /// Of every line the start, the end of its text, and the end with its line break.
    lines: Vec<[usize; 3]>,
}

/// What stands in place of a line: a piece of it, with other text around.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Edit {
    pub before: String,
    /// Bytes of the source.
    pub kept: Range<usize>,
    pub after: String,
}

impl<'s> Layout<'s> {
    pub fn new(source: &'s str) -> Self {
        let bytes = source.as_bytes();
        let mut lines = Vec::with_capacity(source.len() / 30 + 1);
        let (mut start, mut index) = (0, 0);
        while let Some(&byte) = bytes.get(index) {
            index += 1;
            if byte == b'\n' || byte == b'\r' {
                let end = index - 1;
                if byte == b'\r' && bytes.get(index) == Some(&b'\n') {
                    index += 1;
                }
                lines.push([start, end, index]);
                start = index;
            }
        }
        lines.push([start, source.len(), source.len()]);
        Self { source, lines }
    }

    pub fn count(&self) -> usize {
        self.lines.len()
    }

    fn line(&self, line: usize) -> [usize; 3] {
        let end = self.source.len();
        self.lines.get(line).copied().unwrap_or([end; 3])
    }

    /// The number of the line that holds the byte at `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        self.lines
            .partition_point(|[start, _, _]| *start <= offset)
            .saturating_sub(1)
    }

    /// The line's bytes without its line break.
    pub fn text_range(&self, line: usize) -> Range<usize> {
        let [start, end, _] = self.line(line);
        start..end
    }

    /// The line's bytes with its line break.
    pub fn whole(&self, line: usize) -> Range<usize> {
        let [start, _, next] = self.line(line);
        start..next
    }

    pub fn text(&self, line: usize) -> &'s str {
        &self.source[self.text_range(line)]
    }

    /// The line's white space at the beginning.
    pub fn indent(&self, line: usize) -> &'s str {
        let text = self.text(line);
        let code = text.trim_start_matches([' ', '\t', '\u{c}']);
        &text[..text.len() - code.len()]
    }

    /// How deep the line is indented, a tab being eight columns.
    pub fn depth(&self, line: usize) -> usize {
        depth(self.indent(line))
    }

    /// The bytes of the line without the white space around.
    pub fn code(&self, line: usize) -> Range<usize> {
        let range = self.text_range(line);
        let start = range.start + self.indent(line).len();
        let end = range.start + self.text(line).trim_end().len();
        start..end.max(start)
    }

    pub fn is_code(&self, line: usize) -> bool {
        let code = &self.source[self.code(line)];
        !code.is_empty() && !code.starts_with('#')
    }

    pub fn code_before(&self, line: usize) -> Option<usize> {
        (0..line.min(self.count()))
            .rev()
            .find(|line| self.is_code(*line))
    }

    pub fn code_after(&self, line: usize) -> Option<usize> {
        (line + 1..self.count()).find(|line| self.is_code(*line))
    }
}

/// The columns of a line's white space, as Python counts them.
pub(super) fn depth(indent: &str) -> usize {
    indent.chars().fold(0, |column, letter| match letter {
        '\t' => column / 8 * 8 + 8,
        '\u{c}' => 0,
        _ => column + 1,
    })
}

/// A source with edits in it.
pub(super) struct Patched {
    pub text: String,
    /// Where a line of the source begins in the text.
    starts: Vec<usize>,
    first: usize,
    /// What is the same in both: start in the text, start in the source, length.
    pieces: Vec<[usize; 3]>,
}

impl Patched {
    pub fn new(layout: &Layout<'_>, edits: &Edits) -> Self {
        Self::window(layout, edits, 0..layout.count(), "")
    }

    /// Some lines only, below `head`, which stands in no source.
    pub fn window(layout: &Layout<'_>, edits: &Edits, lines: Range<usize>, head: &str) -> Self {
        let mut patched = Self {
            text: head.to_owned(),
            starts: Vec::with_capacity(lines.len()),
            first: lines.start,
            pieces: Vec::new(),
        };
        for line in lines {
            patched.starts.push(patched.text.len());
            let whole = layout.whole(line);
            match edits.get(&line) {
                None => patched.copy(layout, whole),
                Some(edit) => {
                    patched.text.push_str(&edit.before);
                    patched.copy(layout, edit.kept.clone());
                    patched.text.push_str(&edit.after);
                    patched.copy(layout, layout.text_range(line).end..whole.end);
                }
            }
        }
        patched
    }

    fn copy(&mut self, layout: &Layout<'_>, range: Range<usize>) {
        match self.pieces.last_mut() {
            Some([at, from, length])
                if *at + *length == self.text.len() && *from + *length == range.start =>
            {
                *length += range.len();
            }
            _ if range.is_empty() => {}
            _ => self
                .pieces
                .push([self.text.len(), range.start, range.len()]),
        }
        self.text.push_str(&layout.source[range]);
    }

    /// The number, in the source, of the line that holds a byte of the text.
    pub fn line_of(&self, offset: usize) -> usize {
        let index = self.starts.partition_point(|start| *start <= offset);
        self.first + index.saturating_sub(1)
    }

    pub fn start_of(&self, line: usize) -> usize {
        let index = line.saturating_sub(self.first);
        self.starts.get(index).copied().unwrap_or(self.text.len())
    }

    /// Where a range of the text stands in the source, if it stands there.
    pub fn in_source(&self, range: TextRange) -> Option<TextRange> {
        let range = range.to_std_range();
        let last = range.end.checked_sub(1)?;
        let (start, last) = (self.offset(range.start)?, self.offset(last)?);
        Some(text_range(start..last + 1))
    }

    fn offset(&self, offset: usize) -> Option<usize> {
        let index = self.pieces.partition_point(|[at, _, _]| *at <= offset);
        let [at, from, length] = self.pieces.get(index.checked_sub(1)?)?;
        (offset < at + length).then(|| from + offset - at)
    }
}

/// Sources are far smaller than 4 GB: the guard sees to it.
pub(super) fn text_range(range: Range<usize>) -> TextRange {
    let size = |offset: usize| TextSize::try_from(offset).unwrap_or_default();
    TextRange::new(size(range.start), size(range.end).max(size(range.start)))
}
