//! The HTML of a mail: the words of the definition in a frame that is easy to read, light or dark.
//!
//! No picture, no link, no script and nothing from elsewhere: nothing tells whether it was read.

use askama::Template;

use crate::plain_text;

/// The mail that says `body`, which is text or simple HTML and has `code` in it. `brand` stands on
/// top. A body that is a whole page is taken as it is.
pub(super) fn page(subject: &str, body: &str, code: &str, brand: &str) -> Option<String> {
    if is_page(body) {
        return Some(body.to_owned());
    }
    let has_markup = plain_text(body) != body;
    let frame = Frame {
        subject,
        brand,
        code,
        body: if has_markup {
            Body::Markup(body)
        } else {
            Body::Text(Words::of(body, code))
        },
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

#[derive(Template)]
#[template(path = "mail.html")]
struct Frame<'a> {
    subject: &'a str,
    brand: &'a str,
    code: &'a str,
    body: Body<'a>,
}

/// What the definition has the mail say.
enum Body<'a> {
    /// HTML of the developer's own.
    Markup(&'a str),
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
type Paragraph<'a> = Vec<&'a str>;

impl<'a> Words<'a> {
    fn of(body: &'a str, code: &str) -> Self {
        let all: Vec<&str> = body.split("\n\n").collect();
        let place = all.iter().position(|paragraph| paragraph.contains(code));
        let Some(place) = place.filter(|_| !code.is_empty()) else {
            return Self {
                before: all.into_iter().filter_map(paragraph).collect(),
                after: Vec::new(),
            };
        };
        let (before, after) = all.split_at(place + 1);
        let mut before: Vec<&str> = before.to_vec();
        if let Some(last) = before.last_mut() {
            *last = led_to(last, code);
        }
        Self {
            before: before.into_iter().filter_map(paragraph).collect(),
            after: after.iter().copied().filter_map(paragraph).collect(),
        }
    }
}

/// A paragraph that ends with the code, without it.
fn led_to<'a>(paragraph: &'a str, code: &str) -> &'a str {
    let end = paragraph.trim_end_matches(['.', '!', ' ', '\r', '\n']);
    let before = end.strip_suffix(code).unwrap_or(paragraph);
    before.trim_end()
}

fn paragraph(text: &str) -> Option<Paragraph<'_>> {
    let lines = text.trim().lines().map(str::trim_end);
    let lines: Vec<&str> = lines.collect();
    (!lines.is_empty()).then_some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str) -> String {
        let page = page("Subject", body, "12345678", "Acme").unwrap();
        let (_, main) = page.split_once("</style>").unwrap();
        plain_text(main)
    }

    #[test]
    fn a_sentence_leads_to_its_code() {
        let shown = shown("Your sign-in code is 12345678");
        assert_eq!(shown, "Acme\n\nYour sign-in code is\n\n12345678");
    }

    #[test]
    fn a_code_in_the_middle_stays_there_and_is_shown_as_well() {
        assert_eq!(
            shown("Hello,\n\nuse 12345678 to sign in.\nSee you!\n\nYours"),
            "Acme\n\nHello,\n\nuse 12345678 to sign in.\nSee you!\n\n12345678\n\nYours"
        );
    }

    #[test]
    fn text_is_escaped_and_markup_is_the_developers() {
        let text = page("S", "1 < 2 & 12345678", "12345678", "A & <b>").unwrap();
        assert!(text.contains("1 &#60; 2 &#38;"), "{text}");
        assert!(text.contains("A &#38; &#60;b&#62;"), "{text}");
        let markup = page("S", "<b>12345678</b>", "12345678", "").unwrap();
        assert!(markup.contains("<b>12345678</b>") && markup.contains("<style>"));
    }

    #[test]
    fn a_whole_page_is_left_alone() {
        for body in ["<!DOCTYPE html><p>1", "  <HTML><p>1</p></HTML>"] {
            assert_eq!(page("S", body, "1", "Acme").unwrap(), body);
        }
    }

    #[test]
    fn nothing_comes_from_elsewhere() {
        let page = page("S", "Your code is 12345678", "12345678", "Acme").unwrap();
        for banned in ["http:", "https:", "<img", "<a ", "<script", "url("] {
            assert!(!page.contains(banned), "{banned}");
        }
        assert!(page.is_ascii());
    }
}
