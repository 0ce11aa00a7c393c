//! Reads a `.env` file the way the `dotenv` package does.

/// The names and values in `text`; a later one of the same name wins.
pub(super) fn parse(text: &str) -> Vec<(String, String)> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut rest = text.as_str();
    let mut found: Vec<(String, String)> = Vec::new();
    while !rest.is_empty() {
        let (entry, after) = entry(rest);
        if let Some((name, value)) = entry {
            found.retain(|(known, _)| *known != name);
            found.push((name, value));
        }
        rest = after;
    }
    found
}

/// The entry that the first line begins, if it begins one, and what comes after it.
fn entry(text: &str) -> (Option<(String, String)>, &str) {
    let (line, after) = text.split_once('\n').unwrap_or((text, ""));
    let start = line.trim_start();
    let start = start
        .strip_prefix("export")
        .filter(|rest| rest.starts_with([' ', '\t']))
        .map_or(start, str::trim_start);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let length = start.find(|c| !is_name(c)).unwrap_or(start.len());
    let (name, separator) = start.split_at(length);
    let blank = separator.trim_start();
    let value = match blank.strip_prefix('=') {
        Some(value) => value,
        // `NAME: value` needs the blank.
        None => match separator.strip_prefix(':') {
            Some(value) if value.starts_with([' ', '\t']) => value,
            _ => return (None, after),
        },
    };
    if name.is_empty() {
        return (None, after);
    }
    // A quoted value may go on over several lines.
    let offset = text.len() - after.len() - value.len() - usize::from(line.len() < text.len());
    let whole = &text[offset..];
    let opened = whole.trim_start_matches([' ', '\t']);
    if let Some(quote) = opened
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))
    {
        let inner = &opened[1..];
        if let Some(end) = closing(inner, quote) {
            let after = inner[end + 1..]
                .split_once('\n')
                .map_or("", |(_, after)| after);
            let value = &inner[..end];
            let value = match quote {
                '"' => value.replace("\\n", "\n").replace("\\r", "\r"),
                _ => value.to_owned(),
            };
            return (Some((name.to_owned(), value)), after);
        }
    }
    let value = value.split('#').next().unwrap_or_default().trim();
    (Some((name.to_owned(), value.to_owned())), after)
}

/// Where the quote that closes the value stands: not one behind a backslash.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let closes = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(at)
    })
}
