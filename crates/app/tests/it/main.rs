//! The program as a person runs it: a process, its terminal, its files, its signals.
#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

#[cfg(test)]
mod definition;
#[cfg(test)]
mod dev;
#[cfg(test)]
mod program;
