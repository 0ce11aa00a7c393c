//! AWS's patterns, which are Java's, as expressions of the `regex` crate.
//!
//! Java's `\w`, `\s` and `\d` are ASCII, its `.` stops at five line ends, and AWS asks that the
//! whole value match (`java.util.regex.Pattern`; `Matcher.matches`).

use regex::Regex;

/// Patterns that need look-around, which `regex` has not, and the same without it.
const WITHOUT_LOOK_AROUND: [(&str, &str); 1] = [(
    r"^[0-9A-Za-z\.\-_]*(?<!\.)$",
    r"(?:[0-9A-Za-z.\-_]*[0-9A-Za-z\-_])?",
)];

/// The expression that matches what `java` matches as a whole.
#[expect(
    clippy::expect_used,
    reason = "a test compiles every pattern of the model"
)]
pub(super) fn compile(java: &str) -> Regex {
    Regex::new(&translate(java)).expect("the model has only patterns that translate")
}

fn translate(java: &str) -> String {
    if let Some((_, same)) = WITHOUT_LOOK_AROUND
        .iter()
        .find(|(pattern, _)| *pattern == java)
    {
        return format!(r"\A(?:{same})\z");
    }
    let mut rust = String::with_capacity(java.len() * 2);
    let mut in_class = false;
    let mut symbols = java.chars();
    while let Some(symbol) = symbols.next() {
        match symbol {
            '\\' => rust.push_str(&escape(symbols.next())),
            '.' if !in_class && !java.starts_with("(?s)") => {
                rust.push_str(r"[^\n\r\x{85}\x{2028}\x{2029}]");
            }
            _ => {
                in_class = symbol == '[' || in_class && symbol != ']';
                rust.push(symbol);
            }
        }
    }
    format!(r"\A(?:{rust})\z")
}

/// What stands behind a backslash. The classes stay classes, also within another.
fn escape(symbol: Option<char>) -> String {
    match symbol {
        Some('w') => "[0-9A-Za-z_]".to_owned(),
        Some('d') => "[0-9]".to_owned(),
        Some('s') => r"[ \t\n\x0B\f\r]".to_owned(),
        Some('S') => r"[^ \t\n\x0B\f\r]".to_owned(),
        other => other.map_or_else(String::new, |symbol| format!("\\{symbol}")),
    }
}
