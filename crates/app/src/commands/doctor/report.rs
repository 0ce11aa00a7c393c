//! What the doctor says, line by line: some looks take seconds.

use std::fmt;

use crate::failure::Failure;
use crate::terminal;

/// How far the second column is from the first.
const COLUMN: usize = 12;

/// How many things were wrong, and how many odd.
#[derive(Default)]
pub(super) struct Report {
    bad: usize,
    odd: usize,
    parts: usize,
    colour: bool,
}

impl Report {
    /// Nothing was looked at yet.
    pub(super) fn new() -> Self {
        Self {
            colour: terminal::colours(&std::io::stdout()),
            ..Self::default()
        }
    }

    /// What the next lines are about, and where it is.
    pub(super) fn part(&mut self, name: &str, place: &str) {
        if self.parts > 0 {
            terminal::print("");
        }
        self.parts += 1;
        let place = self.styled("2", format!("({place})"));
        terminal::print(&format!("{} {place}", self.styled("1", name)));
    }

    /// A test message is on its way.
    pub(super) fn test(&self, to: &str) {
        terminal::print(&format!(
            "  {}",
            self.styled("2", format!("a test to {to}:"))
        ));
    }

    /// Nothing is wrong with it.
    pub(super) fn good(&mut self, what: &str, says: impl fmt::Display) {
        line(&self.styled("32", "✓"), what, &says.to_string());
    }

    /// Somebody should look at it.
    pub(super) fn odd(&mut self, what: &str, says: impl fmt::Display) {
        self.odd += 1;
        line(&self.styled("33;1", "!"), what, &says.to_string());
    }

    /// It does not work so.
    pub(super) fn bad(&mut self, what: &str, says: impl fmt::Display) {
        self.bad += 1;
        let says = says.to_string();
        let says = says.strip_prefix("error: ").unwrap_or(&says);
        line(&self.styled("31;1", "✗"), what, says);
    }

    fn styled(&self, style: &str, text: impl fmt::Display) -> String {
        if self.colour {
            format!("\u{1b}[{style}m{text}\u{1b}[0m")
        } else {
            text.to_string()
        }
    }

    /// Sums up; what is wrong is the failure of the command.
    pub(super) fn end(self) -> Result<(), Failure> {
        terminal::print("");
        let odd = match self.odd {
            0 => String::new(),
            1 => ", one thing is odd".to_owned(),
            odd => format!(", {odd} things are odd"),
        };
        match self.bad {
            0 => {
                terminal::print(&format!("nothing is wrong{odd}"));
                Ok(())
            }
            1 => Err(Failure::new(format!("one thing is wrong{odd}"))),
            bad => Err(Failure::new(format!("{bad} things are wrong{odd}"))),
        }
    }
}

/// A line, and its further lines below the first; words that are too many go on there too.
fn line(mark: &str, what: &str, says: &str) {
    let indent = COLUMN + 5;
    let before = what.chars().count().max(COLUMN) + 5;
    let width = terminal::width().map(|width| width.saturating_sub(before).max(30));
    let lines = says.lines().flat_map(|line| wrapped(line, width));
    let says = lines
        .collect::<Vec<_>>()
        .join(&format!("\n{}", " ".repeat(indent)));
    terminal::print(&format!("  {mark} {what:<COLUMN$} {says}"));
}

/// `text` in lines of at most `width`, broken between words. What begins with a space is laid out
/// already.
fn wrapped(text: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width.filter(|_| !text.starts_with(' ')) else {
        return vec![text.to_owned()];
    };
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut();
        match last {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words() {
        let text = "one two three a-word-that-is-longer-than-a-line four";
        assert_eq!(
            wrapped(text, Some(13)),
            ["one two three", "a-word-that-is-longer-than-a-line", "four"]
        );
        assert_eq!(wrapped(text, None), [text]);
        assert_eq!(wrapped("  | as it is", Some(5)), ["  | as it is"]);
    }

    #[test]
    fn what_is_wrong_is_counted() {
        let mut report = Report::default();
        report.odd("store", "old");
        assert!(report.end().is_ok());
        let mut report = Report::default();
        report.bad("store", "gone");
        report.bad("mail", "error: gone");
        report.odd("texts", "slow");
        let failure = report.end().unwrap_err();
        assert_eq!(
            failure.to_string(),
            "error: 2 things are wrong, one thing is odd"
        );
    }
}
