//! Hovers and actions at every offset of a source, and some places of it by themselves.

#![no_main]

use interview_lsp::fuzzing::{hover, near};
use libfuzzer_sys::fuzz_target;

// Bytes and not `&str`: what is no UTF-8 is read as an editor would show it, so that no mutation is lost.
fuzz_target!(|bytes: &[u8]| {
    let source = String::from_utf8_lossy(bytes);
    hover(&source);
    near(&source, "");
});
