//! What every command says: results to stdout, remarks to stderr.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the terminal"
)]

use std::fmt;
use std::io::IsTerminal as _;

use poolhouse_define_auth::{Definition, diagnostic};

use crate::served::missing;

/// A result.
pub(crate) fn print(text: &str) {
    println!("{text}");
}

/// A remark, or a failure.
pub(crate) fn say(text: impl fmt::Display) {
    eprintln!("{text}");
}

/// What is odd about a definition, what it printed, and what it asks for in vain.
pub(crate) fn remarks(definition: &Definition) {
    eprint!(
        "{}",
        diagnostic::render(&definition.warnings, std::io::stderr().is_terminal())
    );
    for line in &definition.printed {
        eprintln!("{line}");
    }
    for feature in missing(definition) {
        eprintln!("warning: not served yet: {feature}");
    }
}
