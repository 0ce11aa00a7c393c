//! The HTML of a mail: the words of the definition in a frame that is easy to read, light or dark.
//!
//! No picture, no script, nothing from elsewhere, and no link but the one that signs in: nothing tells
//! whether it was read.

use std::borrow::Cow;

use askama::Template;
use poolhouse_domain::message::{Link, Message};

use crate::plain_text;

/// The mail that says what `message` does: its HTML, or else its text, which may be simple HTML. `brand`
/// stands on top. What is a whole page is taken as it is.
pub(super) fn page(subject: &str, message: &Message, brand: &str) -> Option<String> {
    let body = Body::of(message);
    if let Body::Markup(markup) = &body
        && is_page(markup)
    {
        return Some(markup.clone().into_owned());
    }
    let frame = Frame {
        subject,
        brand,
        code: message.code.expose(),
        words: message.link.as_ref().map_or("", |link| &link.words),
        url: url(message).unwrap_or_default(),
        body,
    };
    frame.render().ok()
}

fn is_page(body: &str) -> bool {
    let start = body.trim_start();
    ["<!doctype", "<html"].iter().any(|tag| {
        start
            .get(..tag.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(tag))
    })
}

fn url(message: &Message) -> Option<&str> {
    let link: &Link = message.link.as_ref()?;
    Some(link.url.expose())
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Frame<'a> {
    subject: &'a str,
    brand: &'a str,
    code: &'a str,
    /// Those of the link.
    words: &'a str,
    url: &'a str,
    body: Body<'a>,
}

/// What the definition has the mail say.
enum Body<'a> {
    /// HTML of the developer's own.
    Markup(Cow<'a, str>),
    Text(Words<'a>),
}

/// Text, taken apart at its code, which is shown large.
struct Words<'a> {
    /// The paragraphs up to the code. One that leads to it, such as `Your code is`, ends before it;
    /// one with the code in its middle is whole.
    before: Vec<Paragraph<'a>>,
    /// Those after it.
    after: Vec<Paragraph<'a>>,
}

/// Its lines.
struct Paragraph<'a>(Vec<Line<'a>>);

/// What stands around the link in it; all of it, if that is elsewhere.
type Line<'a> = Vec<&'a str>;

impl Paragraph<'_> {
    /// Whether it is the link and nothing else, which is shown as a button.
    fn is_link(&self) -> bool {
        matches!(self.0.as_slice(), [line] if line.as_slice() == ["", ""])
    }
}

impl<'a> Body<'a> {
    fn of(message: &'a Message) -> Self {
        let text = message.text.expose();
        match (&message.html, &message.link) {
            (Some(html), _) => Self::Markup(html.expose().into()),
            (None, _) if plain_text(text) == *text => Self::Text(Words::of(message)),
            (None, Some(link)) => Self::Markup(link.anchored(text).into()),
            (None, None) => Self::Markup(text.into()),
        }
    }
}

impl<'a> Words<'a> {
    fn of(message: &'a Message) -> Self {
        let (code, url) = (message.code.expose().as_str(), url(message));
        let all: Vec<&str> = message.text.expose().split("\n\n").collect();
        let paragraphs = |texts: &[&'a str]| -> Vec<Paragraph<'a>> {
            let texts = texts.iter();
            texts.filter_map(|text| paragraph(text, url)).collect()
        };
        // The link has the code in it as well.
        let is_there = |text: &&str| lines(text, url).flatten().any(|part| part.contains(code));
        let Some(place) = all.iter().position(is_there).filter(|_| !code.is_empty()) else {
            return Self {
                before: paragraphs(&all),
                after: Vec::new(),
            };
        };
        let (before, after) = all.split_at(place + 1);
        let mut before: Vec<&str> = before.to_vec();
        if let Some(last) = before.last_mut() {
            *last = led_to(last, code);
        }
        Self {
            before: paragraphs(&before),
            after: paragraphs(after),
        }
    }
}

/// A paragraph that ends with the code, without it.
fn led_to<'a>(paragraph: &'a str, code: &str) -> &'a str {
    let end = paragraph.trim_end_matches(['.', '!', ' ', '\r', '\n']);
    let before = end.strip_suffix(code).unwrap_or(paragraph);
    before.trim_end()
}

fn paragraph<'a>(text: &'a str, url: Option<&str>) -> Option<Paragraph<'a>> {
    let lines: Vec<Line<'_>> = lines(text, url).collect();
    (!lines.is_empty()).then_some(Paragraph(lines))
}

fn lines<'a>(text: &'a str, url: Option<&str>) -> impl Iterator<Item = Line<'a>> {
    let lines = text.trim().lines().map(str::trim_end);
    lines.map(move |line| match url {
        Some(url) => line.split(url).collect(),
        None => vec![line],
    })
}

#[cfg(test)]
mod tests;
