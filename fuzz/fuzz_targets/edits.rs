//! Edits of an open document, against a model.

#![no_main]

use interview_lsp::fuzzing;
use interview_lsp::text::{Encoding, Position};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Session {
    start: String,
    edits: Vec<((u8, u8), (u8, u8), String)>,
    encoding: u8,
}

fuzz_target!(|session: Session| {
    let position = |(line, column): (u8, u8)| Position {
        line: line.into(),
        column: column.into(),
    };
    let edits = session.edits.into_iter();
    let edits: Vec<_> = edits.map(|(a, b, text)| (position(a), position(b), text)).collect();
    let encoding = match session.encoding % 3 {
        0 => Encoding::Utf8,
        1 => Encoding::Utf16,
        _ => Encoding::Utf32,
    };
    fuzzing::edits(&session.start, &edits, encoding);
});
