//! A link beside the code, which signs in on the browser that asked for it.
//!
//! It leads to a page of the app and brings the code in its fragment, which browsers send to nobody. To
//! open it does nothing: the page answers the challenge, if its browser has the Session.

use serde::{Deserialize, Serialize};

use super::EmailTemplate;
use crate::Secret;
use crate::delivery::is_this_machine;

/// Where a link goes in a mail, around its words: `{##Sign in##}` (`EmailMessageByLink` of
/// CreateUserPool's `VerificationMessageTemplate`).
const PLACE: (&str, &str) = ("{##", "##}");

/// The page of the app that links lead to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LinkPage(String);

/// A link in a message. Its URL has the code, so it is as secret as that.
#[derive(Clone, Debug)]
pub struct Link {
    /// Where it leads. No character of it means anything in HTML.
    pub url: Secret<String>,
    /// What it says.
    pub words: String,
}

impl LinkPage {
    /// Reads `https://host[:port][/path]`, or `http` on this machine. A query would have characters that
    /// mean something in HTML, and the fragment is ours.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => port.parse::<u16>().ok().map(|_| host)?,
            _ => authority,
        };
        let is_made_of = |text: &str, marks: &[u8]| {
            let mut bytes = text.bytes();
            bytes.all(|byte| byte.is_ascii_alphanumeric() || marks.contains(&byte))
        };
        let is_safe = scheme == "https" || (scheme == "http" && is_this_machine(host));
        let is_fit = !host.is_empty() && is_made_of(host, b"-.:[]") && is_made_of(path, b"-._~%/");
        let slash = if path.is_empty() { "/" } else { "" };
        (is_safe && is_fit).then(|| Self(format!("{text}{slash}")))
    }

    /// As it was given, with a path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn with(&self, code: &Secret<String>) -> Secret<String> {
        Secret::new(format!("{}#code={}", self.0, code.expose()))
    }
}

impl Link {
    /// The link to `page` that signs in with `code`, if `mail` has a place for it.
    pub(super) fn of(mail: &EmailTemplate, page: &LinkPage, code: &Secret<String>) -> Option<Self> {
        let mut words = None;
        for text in [Some(&mail.body), mail.html.as_ref()].into_iter().flatten() {
            fill(text, |found| {
                words.get_or_insert_with(|| found.to_owned());
                String::new()
            });
        }
        words.map(|words| Self {
            url: page.with(code),
            words,
        })
    }

    /// `text` with the URL where links go.
    pub(super) fn in_text(&self, text: &str) -> String {
        fill(text, |_| self.url.expose().clone())
    }

    /// `html` with an element where links go. The words around and in it are HTML already.
    pub(super) fn in_html(&self, html: &str) -> String {
        fill(html, |words| anchor(self.url.expose(), words))
    }

    /// `html` with an element where [`Link::in_text`] has left the URL.
    pub fn anchored(&self, html: &str) -> String {
        html.replace(self.url.expose(), &anchor(self.url.expose(), &self.words))
    }
}

impl EmailTemplate {
    /// Whether there is a place for a link.
    pub fn has_link(&self) -> bool {
        let texts = [Some(&self.body), self.html.as_ref()];
        texts.into_iter().flatten().any(|text| is_linked(text))
    }
}

/// Whether a link goes into `text`.
pub fn is_linked(text: &str) -> bool {
    fill(text, |_| String::new()) != text
}

fn anchor(url: &str, words: &str) -> String {
    format!("<a href=\"{url}\">{words}</a>")
}

/// `text` with what `link` makes of its words, where links go.
fn fill(text: &str, mut link: impl FnMut(&str) -> String) -> String {
    let is_words = |words: &str| !words.is_empty() && !words.contains(['{', '}', '\n']);
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(PLACE.0) {
        filled.push_str(before);
        let place = after.split_once(PLACE.1);
        if let Some((words, after)) = place.filter(|(words, _)| is_words(words)) {
            filled.push_str(&link(words));
            rest = after;
        } else {
            filled.push_str(PLACE.0);
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(body: &str, html: Option<&str>) -> EmailTemplate {
        EmailTemplate {
            subject: String::new(),
            body: body.to_owned(),
            html: html.map(str::to_owned),
        }
    }

    fn link(mail: &EmailTemplate) -> Option<Link> {
        let page = LinkPage::parse("https://app.example.com/in").unwrap();
        Link::of(mail, &page, &Secret::new("123456".to_owned()))
    }

    #[test]
    fn a_page_is_https_or_on_this_machine() {
        for page in [
            "https://app.example.com/",
            "https://app.example.com:8443/sign-in/%C3%BC",
            "http://localhost:5173/",
            "http://127.0.0.1/in",
            "http://[::1]:5173/",
            "https://[::1]/",
        ] {
            assert_eq!(LinkPage::parse(page).unwrap().as_str(), page);
        }
        let bare = LinkPage::parse("https://app.example.com").unwrap();
        assert_eq!(bare.as_str(), "https://app.example.com/");
        for other in [
            "",
            "app.example.com",
            "https://",
            "https:///in",
            "http://app.example.com/",
            "http://localhost.example.com/",
            "javascript://localhost/",
            "https://ann@example.com/",
            "https://app.example.com:port/",
            "https://app.example.com:65536/",
            "https://app.example.com/?a=1",
            "https://app.example.com/#in",
            "https://app.example.com/\"><script>",
            "https://app.example.com/a b",
            "https://app.example.com/\n",
            "https://app.example.com/ü",
        ] {
            assert_eq!(LinkPage::parse(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_link_goes_where_its_words_are() {
        let mail = mail("Code {####}\n\n{##Sign in##}", None);
        let link = link(&mail).unwrap();
        assert_eq!(link.words, "Sign in");
        assert_eq!(link.url.expose(), "https://app.example.com/in#code=123456");
        assert_eq!(
            link.in_text(&mail.body),
            "Code {####}\n\nhttps://app.example.com/in#code=123456"
        );
        let element = "<a href=\"https://app.example.com/in#code=123456\">Sign in</a>";
        assert_eq!(
            link.in_html("<p>{##Sign in##}</p>"),
            format!("<p>{element}</p>")
        );
        assert_eq!(
            link.anchored(&link.in_text("<p>{##Sign in##}</p>")),
            format!("<p>{element}</p>")
        );
        assert!(!format!("{link:?}").contains("123456"));
    }

    #[test]
    fn what_is_no_place_stays() {
        for text in [
            "{####}",
            "{##",
            "{##}",
            "{## a\nb ##}",
            "{##{##}",
            "a { b ##}",
            "",
        ] {
            assert!(!is_linked(text), "{text}");
            assert!(link(&mail(text, None)).is_none(), "{text}");
        }
        let all = fill("{####} {##a##} {##b##} {##", |words| format!("<{words}>"));
        assert_eq!(all, "{####} <a> <b> {##");
    }

    #[test]
    fn html_may_have_it_alone() {
        let mail = mail("Code {####}", Some("<p>{####} {##Go##}</p>"));
        assert!(mail.has_link());
        assert_eq!(link(&mail).unwrap().words, "Go");
    }
}
