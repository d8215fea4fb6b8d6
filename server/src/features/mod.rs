//! What the server can do, as functions from plain data to plain data.
//!
//! Features join the bank with Python source. They must not know the protocol: positions are byte offsets, answers are
//! structs that the protocol layer or the command line turns into their own shape.

pub mod actions;
pub mod bank_file;
pub mod card;
pub mod check;
pub mod explain;
pub mod keyboard;
pub mod lookup;
mod metadata;
pub mod open;
pub mod report;
pub mod search;
mod words;
