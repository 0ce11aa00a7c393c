//! The text of a mail whose body is simple HTML, as `verificationEmailBody` may return.
//!
//! For reading, not for safety: what comes out is escaped like any other text.

/// `body` without its tags, with line breaks where a browser would show them. A body that has no
/// tags comes back as it is.
pub fn plain_text(body: &str) -> String {
    let Some(first) = Tag::next(body) else {
        return body.to_owned();
    };
    let mut text = String::new();
    let mut found = Some(first);
    let mut rest = body;
    while let Some(tag) = found {
        push_words(&mut text, tag.before);
        rest = tag.after;
        match tag.name.as_str() {
            "style" | "script" | "title" => rest = past_end_tag(rest, &tag.name),
            "br" => break_line(&mut text),
            name if PARAGRAPHS.contains(&name) => end_line(&mut text, 2),
            name if LINES.contains(&name) => end_line(&mut text, 1),
            _ => {}
        }
        found = Tag::next(rest);
    }
    push_words(&mut text, rest);
    text.trim().to_owned()
}

/// Elements with space around them.
const PARAGRAPHS: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "table",
    "blockquote",
    "pre",
    "hr",
];

/// Elements on lines of their own.
const LINES: &[&str] = &["div", "li", "tr", "section", "header", "footer", "center"];

/// A start tag, an end tag or a comment (which has no name), with what stands around it.
struct Tag<'a> {
    before: &'a str,
    /// In lower case, without a slash.
    name: String,
    after: &'a str,
}

impl<'a> Tag<'a> {
    fn next(text: &'a str) -> Option<Self> {
        let (at, inner) = text
            .match_indices('<')
            .map(|(at, _)| (at, text.get(at + 1..).unwrap_or_default()))
            .find(|(_, inner)| {
                inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!')
            })?;
        let end = if inner.starts_with("!--") { "-->" } else { ">" };
        let (tag, after) = inner.split_once(end)?;
        let name = tag.trim_start_matches('/');
        let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next();
        Some(Self {
            before: text.get(..at).unwrap_or_default(),
            name: name.unwrap_or_default().to_ascii_lowercase(),
            after,
        })
    }
}

fn past_end_tag<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some(tag) = Tag::next(rest) {
        let is_end = rest
            .get(tag.before.len()..)
            .is_some_and(|t| t.starts_with("</"));
        rest = tag.after;
        if is_end && tag.name == name {
            return rest;
        }
    }
    ""
}

/// Appends `text` with every run of white space as one space, and none at the start of a line.
fn push_words(text: &mut String, more: &str) {
    let mut at_space = text.is_empty() || text.ends_with(char::is_whitespace);
    for c in decoded(more).chars() {
        let is_space = c.is_ascii_whitespace();
        if !(is_space && at_space) {
            text.push(if is_space { ' ' } else { c });
        }
        at_space = is_space;
    }
}

/// Appends a line break; no more than one empty line comes of it.
fn break_line(text: &mut String) {
    let is_in_line = !text.trim_end_matches(' ').ends_with('\n');
    end_line(text, if is_in_line { 1 } else { 2 });
}

/// Makes `text` end with at least `breaks` line breaks, unless it is empty.
fn end_line(text: &mut String, breaks: usize) {
    text.truncate(text.trim_end_matches(' ').len());
    let present = text.len() - text.trim_end_matches('\n').len();
    if !text.is_empty() {
        text.push_str(&"\n".repeat(breaks.saturating_sub(present)));
    }
}

/// `text` with its character references resolved; those that it does not know stay.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let reference = after
            .split_once(';')
            .and_then(|(name, after)| Some((character(name)?, after)));
        if let Some((c, after)) = reference {
            out.push(c);
            rest = after;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            number.ok().and_then(char::from_u32)
        }
    }
}

#[cfg(test)]
mod tests;
