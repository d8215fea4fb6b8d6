//! interview-lsp: explains the Python under the cursor with interview questions and answers.
//!
//! The layers, each of which may use only those below it: the entry (`main.rs`, [`cli`]), the protocol ([`lsp`]), the
//! features ([`features`]), knowledge ([`bank`], [`python`]) and text ([`text`]). `docs/architecture.md` says why.

// The library is for the binary and the tests: who reads its documentation reads the private parts as well.
#![allow(rustdoc::private_intra_doc_links)]

pub mod bank;
pub mod cli;
pub mod features;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod lsp;
pub mod python;
pub mod settings;
pub mod text;
