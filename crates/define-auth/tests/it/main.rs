//! Definitions in, what they mean out.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "these are tests, and their snapshots are long"
)]

mod cases;
mod diagnostics;
mod files;
mod fuzz;
mod hostile;
mod modules;
mod outputs;
mod pools;
mod project;
mod reports;
mod senders;
mod settings;
mod templates;
mod words;
