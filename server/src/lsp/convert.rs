//! Positions of the protocol to byte offsets and back: the only file that reads `.character`.

use super::proto::{Position, Range};
use crate::text::{self, Encoding, Text};

pub fn position(position: Position) -> text::Position {
    text::Position {
        line: position.line,
        column: position.character,
    }
}

/// The byte offset of a position; one that does not exist means the nearest one before it.
pub fn offset(text: &Text, at: Position, encoding: Encoding) -> usize {
    text.offset(position(at), encoding)
}

/// The bytes between the ends of a range, turned round if it is reversed.
pub fn bytes(text: &Text, range: Range, encoding: Encoding) -> std::ops::Range<usize> {
    let (a, b) = (
        offset(text, range.start, encoding),
        offset(text, range.end, encoding),
    );
    a.min(b)..a.max(b)
}

pub fn range(text: &Text, bytes: &std::ops::Range<usize>, encoding: Encoding) -> Range {
    let convert = |offset| {
        let at = text.position(offset, encoding);
        Position::new(at.line, at.column)
    };
    Range::new(convert(bytes.start), convert(bytes.end))
}

/// The range of a whole line that holds `content`, the line counted from 0.
pub fn whole_line(line: usize, content: &str, encoding: Encoding) -> Range {
    let end = Text::new(content).position(content.len(), encoding);
    let line = line as u32;
    Range::new(Position::new(line, 0), Position::new(line, end.column))
}
