//! Edits and positions against the plain [`model`].

use super::model::lines;
use super::*;
use crate::fuzzing;
use proptest::prelude::*;

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
        fuzzing::edits(&start, &edits, encoding);
    }

    #[test]
    fn positions_match_the_model(text in any_text(), position in any_position(), encoding in any_encoding()) {
        prop_assert_eq!(Text::new(&text).offset(position, encoding), model::offset(&text, position, encoding));
    }

    #[test]
    fn offsets_match_the_model(text in any_text(), offset in 0..200usize, encoding in any_encoding()) {
        prop_assert_eq!(Text::new(&text).position(offset, encoding), model::position(&text, offset, encoding));
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
