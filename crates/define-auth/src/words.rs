//! The folder of words (`messages.templates`): a folder for each locale, in it a file for each message.
//!
//! ```text
//! templates/de/sign-in.mail.txt      Subject: Dein Code, an empty line, and the text
//! templates/de/sign-in.mail.html     the same as HTML, if it is to be written on its own
//! templates/de/sign-in.sms.txt       a text message
//! templates/default/...              for everybody else
//! ```
//!
//! What is not there is said in the words of the definition. Everything that is not understood is
//! refused.

use std::collections::BTreeMap;

use poolhouse_domain::message::{
    CODE, EmailTemplate, LocalMessages, Occasion, SmsTemplate, is_linked,
};
use poolhouse_domain::pool::PoolConfig;

use crate::diagnostic::{Diagnostic, Position};
use crate::position;
use crate::project::{FileError, Files};
use crate::props::shape::nearest;
use crate::settings::{self, Said};

const MAIL: &str = "mail.txt";
const HTML: &str = "mail.html";
const TEXT: &str = "sms.txt";

/// What a mail's first line begins with.
const SUBJECT: &str = "Subject:";

/// Reads the words in the folder that `said`, what `text` sets, names, if it does, and lays them over
/// `pool`. The files that were read.
///
/// # Errors
/// Everything that is wrong with them.
pub(crate) fn lay_over(
    pool: &mut PoolConfig,
    files: &dyn Files,
    text: &str,
    said: &Said,
) -> Result<Vec<String>, Vec<Diagnostic>> {
    let Some(folder) = &pool.messages.templates else {
        return Ok(Vec::new());
    };
    let setting = said.get("messages.templates").map(String::as_str);
    let mut reading = Reading {
        files,
        said: position::written(settings::FILE, text, setting),
        has_links: pool.messages.link.is_some(),
        locales: BTreeMap::new(),
        sources: Vec::new(),
        wrong: Vec::new(),
    };
    for name in reading.list(folder) {
        if let Some(tag) = name.strip_suffix('/').filter(|tag| is_tag(tag)) {
            reading.locale(folder, tag);
        } else {
            let path = format!("{folder}/{name}");
            let wrong = Diagnostic::error(format!("{path} is no locale"));
            reading.wrong.push(wrong.at(beginning(&path, "")).help(
                "name a folder after a locale, such as `de` or `pt-BR`, or `default` for all others",
            ));
        }
    }
    if !reading.wrong.is_empty() {
        return Err(reading.wrong);
    }
    pool.messages.locales = reading.locales;
    Ok(reading.sources)
}

/// A warning if links lead somewhere and there are none: the words that sign in have no place for them.
pub(crate) fn without_links(pool: &PoolConfig, text: &str, said: &Said) -> Option<Diagnostic> {
    let messages = &pool.messages;
    let setting = said.get("messages.link")?;
    let locales = messages.locales.values();
    let mails = locales.filter_map(|words| words.mails.get(&Occasion::SignIn));
    let mut mails = mails.chain([&messages.sign_in_email]);
    let warning = Diagnostic::warning(
        "`messages.link` has no effect: no mail that signs in has a place for it",
    )
    .at(position::written(settings::FILE, text, Some(setting)))
    .help("write `{##Sign in##}` where it goes, with words of yours");
    (!mails.any(EmailTemplate::has_link)).then_some(warning)
}

struct Reading<'f> {
    files: &'f dyn Files,
    /// Where the folder is named.
    said: Option<Position>,
    /// Whether mails that sign in may have links.
    has_links: bool,
    /// By the locale's tag, in lower case.
    locales: BTreeMap<String, LocalMessages>,
    sources: Vec<String>,
    wrong: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn locale(&mut self, folder: &str, tag: &str) {
        let folder = format!("{folder}/{tag}");
        let there = self.list(&folder);
        for name in &there {
            if !names().any(|known| known == *name) {
                self.wrong.push(unknown(&folder, name));
            }
        }
        let mut local = LocalMessages::default();
        for occasion in Occasion::ALL {
            let path = |kind: &str| format!("{folder}/{}.{kind}", occasion.as_str());
            let has = |kind: &str| there.contains(&format!("{}.{kind}", occasion.as_str()));
            if has(MAIL) {
                let html = has(HTML).then(|| path(HTML));
                local.mails.extend(
                    self.mail(&path(MAIL), html, occasion)
                        .map(|mail| (occasion, mail)),
                );
            } else if has(HTML) {
                let wrong = Diagnostic::error(format!("{} stands alone", path(HTML)));
                let wrong = wrong.at(beginning(&path(HTML), ""));
                self.wrong.push(wrong.help(format!(
                    "write {}: the subject, and the words for those who read no HTML",
                    path(MAIL)
                )));
            }
            if has(TEXT) {
                let text = self.text(&path(TEXT), None);
                let text = text.map(|text| (occasion, SmsTemplate(text.trim().to_owned())));
                local.texts.extend(text);
            }
        }
        self.locales.insert(tag.to_ascii_lowercase(), local);
    }

    fn mail(&mut self, path: &str, html: Option<String>, of: Occasion) -> Option<EmailTemplate> {
        let text = self.text(path, Some(of));
        let html = html.map(|path| self.text(&path, Some(of)));
        let text = text?;
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let (second, body) = rest.split_once('\n').unwrap_or((rest, ""));
        let subject = first.strip_prefix(SUBJECT).map(str::trim);
        let Some(subject) = subject.filter(|it| !it.is_empty() && second.trim().is_empty()) else {
            let wrong = Diagnostic::error(format!("{path} has no subject"));
            self.wrong.push(wrong.at(beginning(path, &text)).help(
                "write `Subject: ` and the subject on the first line, and leave the second empty",
            ));
            return None;
        };
        Some(EmailTemplate {
            subject: subject.to_owned(),
            body: body.trim().to_owned(),
            html: html.flatten(),
        })
    }

    /// A file with words around a code, and in a mail that signs in around a link.
    fn text(&mut self, path: &str, mail: Option<Occasion>) -> Option<String> {
        let text = match self.files.read(path) {
            Ok(text) => text.replace("\r\n", "\n"),
            Err(error) => {
                let wrong = Diagnostic::error(format!("{path}: {error}"));
                self.wrong.push(wrong.at(beginning(path, "")));
                return None;
            }
        };
        self.sources.push(path.to_owned());
        let before = self.wrong.len();
        for (line, words) in (1..).zip(text.lines()) {
            for (column, placeholder) in placeholders(words) {
                let is_link = is_linked(placeholder) && mail == Some(Occasion::SignIn);
                if placeholder == CODE || (is_link && self.has_links) {
                    continue;
                }
                let (message, help) = if is_link {
                    (
                        format!("{path}: `{placeholder}` leads nowhere"),
                        "set `messages.link`: the page of the app that it leads to".to_owned(),
                    )
                } else {
                    (
                        format!("{path}: there is no placeholder `{placeholder}`"),
                        format!("`{CODE}` is where the code goes"),
                    )
                };
                let wrong = Diagnostic::error(message).help(help);
                let at = position::at(path, &text, (line, column));
                self.wrong.push(wrong.at(at));
            }
        }
        // The subject may have it too, but is not where people look for it.
        let body = match text.split_once('\n') {
            Some((first, rest)) if first.starts_with(SUBJECT) => rest,
            _ => text.as_str(),
        };
        if self.wrong.len() == before && !body.contains(CODE) {
            let wrong = Diagnostic::error(format!("{path} has no code"));
            let wrong = wrong.at(beginning(path, &text));
            self.wrong
                .push(wrong.help(format!("write `{CODE}` where the code goes")));
        }
        Some(text)
    }

    fn list(&mut self, folder: &str) -> Vec<String> {
        self.files.list(folder).unwrap_or_else(|error| {
            let said = match error {
                FileError::Missing => "there is no such folder".to_owned(),
                other => other.to_string(),
            };
            let wrong = Diagnostic::error(format!("{folder}: {said}"));
            self.wrong.push(wrong.at(self.said.clone()));
            Vec::new()
        })
    }
}

fn beginning(path: &str, text: &str) -> Option<Position> {
    position::at(path, text, (1, 1))
}

/// The names that files may have.
fn names() -> impl Iterator<Item = String> {
    let kinds =
        |occasion: Occasion| [MAIL, HTML, TEXT].map(|kind| format!("{}.{kind}", occasion.as_str()));
    Occasion::ALL.into_iter().flat_map(kinds)
}

fn unknown(folder: &str, name: &str) -> Diagnostic {
    let names: Vec<String> = names().collect();
    let wrong = Diagnostic::error(format!("{folder}/{name} is no message"));
    let wrong = wrong.at(beginning(&format!("{folder}/{name}"), ""));
    wrong.help(match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", names.join(", ")),
    })
}

/// What stands in braces like the name of something or the words of a link, with its column from 1. CSS
/// and JSON do not: they have a colon.
fn placeholders(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = line[from..].find('{').map(|at| from + at) {
        let Some(close) = line[open..].find('}').map(|at| open + at + 1) else {
            break;
        };
        let word = line[open..close].trim_matches(['{', '}', ' ']);
        let is_name = |c: char| c.is_alphanumeric() || "_.#-".contains(c);
        let whole = &line[open..close];
        if !word.is_empty() && (word.chars().all(is_name) || is_linked(whole)) {
            found.push((line[..open].chars().count() + 1, whole));
        }
        from = close;
    }
    found
}

/// A language, and what narrows it (RFC 5646), or the word for all others.
fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let is_language = (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    text == LocalMessages::OF_ALL || is_language && parts.all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_a_name_in_braces() {
        for (line, expected) in [
            ("Code {####}.", &[(6, "{####}")][..]),
            ("é {###} {code}", &[(3, "{###}"), (9, "{code}")]),
            ("{{code}}", &[(1, "{{code}")]),
            ("${ code }", &[(2, "{ code }")]),
            ("{##Sign in: now!##}", &[(1, "{##Sign in: now!##}")]),
            ("p { margin: 0 } a{color:red}", &[]),
            ("{\"a\": 1} {} {a b} {", &[]),
        ] {
            assert_eq!(placeholders(line), expected, "{line}");
        }
    }

    #[test]
    fn a_tag_is_a_language_and_what_narrows_it() {
        for tag in ["de", "pt-BR", "zh-Hant-TW", "es-419", "default"] {
            assert!(is_tag(tag), "{tag}");
        }
        for other in ["", "german", "de_AT", "d", "de-", "../de", "de-überall"] {
            assert!(!is_tag(other), "{other}");
        }
    }
}
