//! The integration tests, one binary: each further one would link everything again.

mod actions;
mod bank_files;
mod banks;
mod cards;
mod client;
mod commands;
mod content;
mod hostile;
mod hovers;
mod layers;
mod living;
mod malformed;
mod monsters;
mod order;
mod positions;
mod process;
mod reach;
mod sessions;
mod settings;
mod typing;
mod wire;
mod workspace;
