//! What is wrong with a definition, and how a person is told.

use std::fmt::Write;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The definition has no meaning.
    Error,
    /// It has one, but perhaps not the one that was meant.
    Warning,
}

/// A place in a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Path from the project folder.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// How many characters of the line are meant, at least 1.
    pub length: usize,
    /// The line's text.
    pub text: String,
}

/// An error or a warning, with all that a person needs to put it right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The error's name: Amplify's where it has one.
    pub name: Option<String>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where.
    pub position: Option<Box<Position>>,
    /// Why: Amplify's details, a cause, what came instead. Each may have several lines.
    pub details: Vec<String>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error of ours.
    pub fn error(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            name: None,
            message: message.into(),
            position: None,
            details: Vec::new(),
            help: None,
        }
    }

    /// A warning.
    pub fn warning(message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(message)
        }
    }

    /// With the error's name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// With one more detail.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.details.push(detail.into());
        self
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With its place.
    #[must_use]
    pub fn at(mut self, position: Option<Position>) -> Self {
        self.position = position.map(Box::new);
        self
    }

    /// The text as a person reads it, ending in a line break; with ANSI colours if `colour`.
    pub fn render(&self, colour: bool) -> String {
        let paint = Paint(colour);
        let (word, hue) = match self.severity {
            Severity::Error => ("error", "1;31"),
            Severity::Warning => ("warning", "1;33"),
        };
        let name = self
            .name
            .as_ref()
            .map_or_else(String::new, |name| format!("{name}: "));
        let headline = visible(&format!(": {name}{}", self.message));
        let mut text = format!("{}{}\n", paint.with(hue, word), paint.with("1", &headline));
        if let Some(position) = &self.position {
            excerpt(&mut text, position, hue, paint);
        }
        for detail in &self.details {
            for line in visible(detail).lines() {
                indented(&mut text, line);
            }
        }
        if let Some(help) = &self.help {
            let lines = visible(help).replace('\n', "\n      ");
            let _ = writeln!(text, "{}: {lines}", paint.with("1;36", "help"));
        }
        text
    }
}

/// All of them, one after the other with a blank line between.
pub fn render(diagnostics: &[Diagnostic], colour: bool) -> String {
    let texts: Vec<String> = diagnostics.iter().map(|d| d.render(colour)).collect();
    texts.join("\n")
}

#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, hue: &str, text: &str) -> String {
        if self.0 {
            format!("\x1b[{hue}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

fn excerpt(text: &mut String, position: &Position, hue: &str, paint: Paint) {
    let number = position.line.to_string();
    let margin = " ".repeat(number.len());
    let bar = paint.with("1;34", "|");
    let (line, before, length) = shown(position);
    let before = " ".repeat(before);
    let carets = paint.with(hue, &"^".repeat(length));
    let Position {
        file,
        line: row,
        column,
        ..
    } = position;
    let file = visible(file);
    let arrow = paint.with("1;34", "-->");
    let number = paint.with("1;34", &number);
    let _ = writeln!(text, "{margin}{arrow} {file}:{row}:{column}");
    let _ = writeln!(text, "{margin} {bar}");
    let _ = writeln!(text, "{number} {bar} {line}");
    let _ = writeln!(text, "{margin} {bar} {before}{carets}");
}

/// The longest source line that is shown whole, in characters.
const WHOLE: usize = 160;
/// How much of a longer one is shown, and how much of that before the place.
const SHOWN: (usize, usize) = (120, 60);

/// The line as far as it is shown, how many characters of that stand before the place, and how many
/// are meant.
fn shown(position: &Position) -> (String, usize, usize) {
    // A tab is as wide as the terminal likes, and other signs are not for terminals: one character
    // each keeps the caret below its place.
    let clean = |character: char| match character {
        '\t' => ' ',
        other if is_unfit(other) => '\u{fffd}',
        other => other,
    };
    let line: Vec<char> = position.text.chars().map(clean).collect();
    let at = position.column.saturating_sub(1);
    let (start, end) = if line.len() <= WHOLE {
        (0, line.len())
    } else {
        let start = at.saturating_sub(SHOWN.1).min(line.len() - SHOWN.0);
        (start, start + SHOWN.0)
    };
    let mut text: String = line.get(start..end).into_iter().flatten().collect();
    let mut before = at.saturating_sub(start);
    let length = position.length.min((end - start).saturating_sub(before));
    if start > 0 {
        text.insert_str(0, "... ");
        before += 4;
    }
    if end < line.len() {
        text.push_str(" ...");
    }
    (text, before, length.max(1))
}

/// A text without what would move a terminal's cursor, or the eye.
fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for character in text.chars() {
        if character != '\n' && is_unfit(character) {
            visible.extend(character.escape_default());
        } else {
            visible.push(character);
        }
    }
    visible
}

/// Control characters, and those that turn the direction of writing.
fn is_unfit(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn indented(text: &mut String, line: &str) {
    let _ = match line {
        "" => writeln!(text),
        line => writeln!(text, "  {line}"),
    };
}
