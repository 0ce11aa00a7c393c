//! What every command says: results to stdout, remarks to stderr.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the terminal"
)]

use std::fmt;
use std::io::IsTerminal;

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

/// How far something is, on a terminal in a line that the next one replaces; an empty one ends it.
pub(crate) fn progress(line: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\r\u{1b}[K{line}");
    }
}

/// How much of something is done, to be shown as it grows.
pub(crate) fn bar(done: u64, of: u64) -> String {
    const WIDTH: u64 = 30;
    let part = |whole| done.min(of).saturating_mul(whole) / of.max(1);
    let cell = |at| if at < part(WIDTH) { '#' } else { '.' };
    let cells: String = (0..WIDTH).map(cell).collect();
    format!("[{cells}] {:>3}%", part(100))
}

/// Whether to colour what goes to `stream`: if it is a terminal, and `NO_COLOR` (no-color.org) is not set.
#[expect(
    clippy::disallowed_methods,
    reason = "the binary is where the environment is read"
)]
pub(crate) fn colours(stream: &impl IsTerminal) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    stream.is_terminal() && !refused
}

/// How wide the terminal is that results go to, in characters; nothing if they go elsewhere.
pub(crate) fn width() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0.into())
}

/// What is odd about a definition, and what it printed.
pub(crate) fn oddities(definition: &Definition) {
    let colour = colours(&std::io::stderr());
    eprint!("{}", diagnostic::render(&definition.warnings, colour));
    for line in &definition.printed {
        eprintln!("{line}");
    }
}

/// What is odd about a definition, what it printed, and what it asks for in vain.
pub(crate) fn remarks(definition: &Definition) {
    oddities(definition);
    for feature in missing(definition) {
        eprintln!("warning: not served yet: {feature}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_grows_with_what_is_done() {
        assert_eq!(bar(0, 1_000), format!("[{}]   0%", ".".repeat(30)));
        let half = format!("[{}{}]  50%", "#".repeat(15), ".".repeat(15));
        assert_eq!(bar(500, 1_000), half);
        for all in [bar(1_000, 1_000), bar(7, 5)] {
            assert_eq!(all, format!("[{}] 100%", "#".repeat(30)));
        }
    }
}
