//! The text of an open document: a rope that takes edits, and the arithmetic between byte offsets and positions in the
//! encodings an editor may count in.
//!
//! This layer must not know Python, the bank or the protocol: positions here are plain numbers.

use ropey::{Rope, RopeSlice};

/// Bytes as text.
///
/// # Errors
/// The line, from 1, of the first byte that is not UTF-8.
pub fn from_utf8(bytes: &[u8]) -> Result<&str, usize> {
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = &bytes[..error.valid_up_to()];
        valid.iter().filter(|byte| **byte == b'\n').count() + 1
    })
}

/// The unit in which an editor counts columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    #[default]
    Utf16,
    Utf32,
}

/// A place in a text: line and column from 0, the column in units of an [`Encoding`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// The text of a document, with the line ends of the language server protocol: `\n`, `\r\n` and a lone `\r`.
#[derive(Clone, Debug, Default)]
pub struct Text {
    rope: Rope,
}

impl Text {
    pub fn new(text: &str) -> Self {
        Text {
            rope: Rope::from_str(text),
        }
    }

    /// Replaces what stands between two positions with `text`.
    ///
    /// Positions past the end of a line mean its end, positions past the last line the end of the text, and a reversed
    /// range is turned round, as the protocol asks or as the least harm. Returns false where a position had to be moved
    /// to another line or the range turned, so that the caller can log it.
    pub fn edit(&mut self, start: Position, end: Position, encoding: Encoding, text: &str) -> bool {
        let lines = self.rope.len_lines() as u32;
        let sound = start <= end && end.line < lines;
        let (start, end) = (start.min(end), start.max(end));
        let start = self.char_at(start, encoding);
        let end = self.char_at(end, encoding).max(start);
        self.rope.remove(start..end);
        self.rope.insert(start, text);
        sound
    }

    /// The byte offset of a position; the nearest one before it that exists where it does not.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        self.rope.char_to_byte(self.char_at(position, encoding))
    }

    /// The position of a byte offset; inside a character that of its beginning, past the end that of the end.
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let char = self.rope.byte_to_char(offset.min(self.rope.len_bytes()));
        let line = self.rope.char_to_line(char);
        let start = self.rope.line_to_char(line);
        let column = match encoding {
            Encoding::Utf8 => self.rope.char_to_byte(char) - self.rope.line_to_byte(line),
            Encoding::Utf16 => self.rope.char_to_utf16_cu(char) - self.rope.char_to_utf16_cu(start),
            Encoding::Utf32 => char - start,
        };
        Position {
            line: line as u32,
            column: column as u32,
        }
    }

    /// How many bytes the text has.
    pub fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn char_at(&self, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.rope.len_lines() {
            return self.rope.len_chars();
        }
        let start = self.rope.line_to_char(line);
        let text = self.rope.line(line);
        let text = text.slice(..text.len_chars() - line_end(text));
        let column = position.column as usize;
        start
            + match encoding {
                Encoding::Utf8 => text.byte_to_char(column.min(text.len_bytes())),
                Encoding::Utf16 => text.utf16_cu_to_char(column.min(text.len_utf16_cu())),
                Encoding::Utf32 => column.min(text.len_chars()),
            }
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        self.rope.chunks().try_for_each(|chunk| f.write_str(chunk))
    }
}

/// How many characters at the end of a line are its line end.
fn line_end(line: RopeSlice) -> usize {
    let count = line.len_chars();
    let last = |back: usize| (count >= back).then(|| line.char(count - back));
    match (last(2), last(1)) {
        (Some('\r'), Some('\n')) => 2,
        (_, Some('\n' | '\r')) => 1,
        _ => 0,
    }
}

#[cfg(any(test, feature = "fuzzing"))]
pub mod model;
#[cfg(test)]
#[path = "tests.rs"]
mod tests;
