//! Edits and positions against a naive model: a `String` searched from its beginning, character by character.

use super::*;
use proptest::prelude::*;

/// Byte ranges of the lines of a text without their line ends, by the protocol's rule.
fn lines(text: &str) -> Vec<(usize, usize)> {
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

fn naive_offset(text: &str, position: Position, encoding: Encoding) -> usize {
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
fn naive_position(text: &str, offset: usize, encoding: Encoding) -> Position {
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

fn any_text() -> impl Strategy<Value = String> {
    // Each line end, each width of UTF-8 and UTF-16, and characters that other rules take for line ends.
    let piece = prop_oneof![
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("x"),
        Just("lock = L()"),
        Just("ж"),
        Just("мьютекс"),
        Just("🐍"),
        Just("e\u{301}"),
        Just("中"),
        Just("\u{2028}"),
        Just("\u{85}"),
        Just("\u{b}"),
        Just("\t"),
        Just(" "),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn any_position() -> impl Strategy<Value = Position> {
    (
        prop_oneof![0..20u32, Just(u32::MAX)],
        prop_oneof![0..30u32, Just(u32::MAX)],
    )
        .prop_map(|(line, column)| Position { line, column })
}

fn any_encoding() -> impl Strategy<Value = Encoding> {
    prop_oneof![
        Just(Encoding::Utf8),
        Just(Encoding::Utf16),
        Just(Encoding::Utf32)
    ]
}

proptest! {
    #[test]
    fn edits_match_the_model(
        start in any_text(),
        edits in prop::collection::vec((any_position(), any_position(), any_text()), 0..12),
        encoding in any_encoding(),
    ) {
        let mut text = Text::new(&start);
        let mut model = start;
        for (a, b, insert) in edits {
            let (from, to) = (a.min(b), a.max(b));
            let from = naive_offset(&model, from, encoding);
            let to = naive_offset(&model, to, encoding).max(from);
            model.replace_range(from..to, &insert);
            text.edit(a, b, encoding, &insert);
            prop_assert_eq!(text.to_string(), model.clone());
        }
        prop_assert_eq!(text.len(), model.len());
    }

    #[test]
    fn positions_match_the_model(text in any_text(), position in any_position(), encoding in any_encoding()) {
        prop_assert_eq!(Text::new(&text).offset(position, encoding), naive_offset(&text, position, encoding));
    }

    #[test]
    fn offsets_match_the_model(text in any_text(), offset in 0..200usize, encoding in any_encoding()) {
        prop_assert_eq!(Text::new(&text).position(offset, encoding), naive_position(&text, offset, encoding));
    }

    #[test]
    fn offsets_survive_the_way_there_and_back(text in any_text(), encoding in any_encoding()) {
        let rope = Text::new(&text);
        for (start, end) in lines(&text) {
            for (i, _) in text[start..end].char_indices() {
                let offset = start + i;
                prop_assert_eq!(rope.offset(rope.position(offset, encoding), encoding), offset);
            }
        }
    }
}

#[test]
fn an_edit_past_the_end_is_applied_at_the_end_and_reported() {
    let mut text = Text::new("a\nb");
    let far = Position { line: 9, column: 0 };
    assert!(!text.edit(far, far, Encoding::Utf16, "c"));
    assert_eq!(text.to_string(), "a\nbc");
}

#[test]
fn a_column_inside_a_surrogate_pair_means_its_beginning() {
    let text = Text::new("🐍x");
    let inside = Position { line: 0, column: 1 };
    assert_eq!(text.offset(inside, Encoding::Utf16), 0);
    assert_eq!(
        text.offset(Position { line: 0, column: 2 }, Encoding::Utf16),
        4
    );
}
