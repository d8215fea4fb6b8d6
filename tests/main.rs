//! The integration tests, one binary: each further one would link everything again.

mod actions;
mod cards;
mod client;
mod commands;
mod content;
mod hovers;
mod layers;
mod malformed;
mod order;
mod positions;
mod process;
mod sessions;
mod settings;
mod typing;
mod wire;
