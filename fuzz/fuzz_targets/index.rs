//! A whole analysis of a source.

#![no_main]

use libfuzzer_sys::fuzz_target;

// Bytes and not `&str`: what is no UTF-8 is read as an editor would show it, so that no mutation is lost.
fuzz_target!(|bytes: &[u8]| interview_lsp::fuzzing::index(&String::from_utf8_lossy(bytes)));
