//! What a text must do, the plain way: a `String` searched from its beginning, character by character.

use super::{Encoding, Position};

/// Byte ranges of the lines of a text without their line ends, by the protocol's rule.
pub fn lines(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let (mut lines, mut start, mut i) = (Vec::new(), 0, 0);
    while i < bytes.len() {
        let end = i;
        match bytes[i] {
            b'\r' if bytes.get(i + 1) == Some(&b'\n') => i += 2,
            b'\r' | b'\n' => i += 1,
            _ => {
                i += 1;
                continue;
            }
        }
        lines.push((start, end));
        start = i;
    }
    lines.push((start, bytes.len()));
    lines
}

fn width(c: char, encoding: Encoding) -> u32 {
    match encoding {
        Encoding::Utf8 => c.len_utf8() as u32,
        Encoding::Utf16 => c.len_utf16() as u32,
        Encoding::Utf32 => 1,
    }
}

pub fn offset(text: &str, position: Position, encoding: Encoding) -> usize {
    let Some(&(start, end)) = lines(text).get(position.line as usize) else {
        return text.len();
    };
    let mut column = 0;
    for (i, c) in text[start..end].char_indices() {
        column += width(c, encoding);
        if column > position.column {
            return start + i;
        }
    }
    end
}

/// The position of the beginning of the character that holds the byte; within a line end it counts on past the line.
pub fn position(text: &str, offset: usize, encoding: Encoding) -> Position {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let all = lines(text);
    let line = all.iter().rposition(|l| l.0 <= offset).unwrap_or(0);
    let column = text[all[line].0..offset]
        .chars()
        .map(|c| width(c, encoding))
        .sum();
    Position {
        line: line as u32,
        column,
    }
}
