//! interview-lsp: explains the Python under the cursor with interview questions and answers.
//!
//! The layers, each of which may use only those below it: the entry (`main.rs`, [`cli`]), the protocol ([`lsp`]), the
//! features ([`features`]), knowledge ([`bank`], [`python`]) and text ([`text`]). `docs/architecture.md` says why.

pub mod bank;
pub mod cli;
pub mod features;
pub mod lsp;
pub mod python;
pub mod settings;
pub mod text;
