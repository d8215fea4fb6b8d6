//! A document of a bank, and the cards of its questions.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| interview_lsp::fuzzing::bank(&String::from_utf8_lossy(bytes)));
