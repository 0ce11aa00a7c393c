//! Words for people of a locale.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Channel, EmailTemplate, SmsTemplate, Template};

/// What a code is for, as far as its words go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// It proves an address or a number.
    Verification,
    /// It signs in.
    SignIn,
    /// It replaces a forgotten password.
    Reset,
}

/// The words for people of a locale. What is not among them is said in other words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalMessages {
    /// Mails.
    pub mails: BTreeMap<Occasion, EmailTemplate>,
    /// Texts.
    pub texts: BTreeMap<Occasion, SmsTemplate>,
}

impl Occasion {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Verification, Self::SignIn, Self::Reset];

    /// What it is called in the name of a file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::SignIn => "sign-in",
            Self::Reset => "reset",
        }
    }
}

impl LocalMessages {
    /// Stands in place of a tag for the words that everybody else gets.
    pub const OF_ALL: &str = "default";

    pub(super) fn of(&self, occasion: Occasion, channel: Channel) -> Option<Template<'_>> {
        match channel {
            Channel::Email => {
                let mail = self.mails.get(&occasion)?;
                Some(Template::Email(mail, None))
            }
            Channel::Sms => self.texts.get(&occasion).map(Template::Sms),
        }
    }
}

/// A locale and what it is a part of, the nearest first: `de_AT` is `de-at`, then `de` (RFC 4647 §3.4).
/// Cognito's `locale` is a text that anybody may have written in any way.
pub(super) fn tags(locale: &str) -> Vec<String> {
    let whole = locale.split(['.', '@']).next().unwrap_or_default();
    let whole = whole.trim().replace('_', "-").to_ascii_lowercase();
    let ends = whole.match_indices('-').map(|(at, _)| at);
    let mut tags: Vec<String> = ends
        .filter_map(|at| whole.get(..at))
        .map(str::to_owned)
        .collect();
    tags.push(whole.clone());
    tags.reverse();
    tags
}

#[cfg(test)]
mod tests {
    use crate::message::Messages;

    use super::*;

    #[test]
    fn a_locale_is_a_part_of_its_language() {
        for (locale, expected) in [
            ("de", &["de"][..]),
            ("de-AT", &["de-at", "de"]),
            ("de_AT.UTF-8", &["de-at", "de"]),
            ("zh-Hant-TW", &["zh-hant-tw", "zh-hant", "zh"]),
            ("", &[""]),
        ] {
            assert_eq!(tags(locale), expected, "{locale}");
        }
    }

    #[test]
    fn the_nearest_words_are_taken() {
        let text = |words: &str| (Occasion::SignIn, SmsTemplate(words.to_owned()));
        let local = |words| LocalMessages {
            texts: [text(words)].into(),
            ..LocalMessages::default()
        };
        let mut messages = Messages::default();
        let said = |messages: &Messages, occasion, locale| match messages.of(
            occasion,
            Channel::Sms,
            locale,
        ) {
            Template::Sms(words) => words.0.clone(),
            Template::Email(..) => String::new(),
        };
        let own = "Your sign-in code is {####}";
        assert_eq!(said(&messages, Occasion::SignIn, Some("de")), own);
        for (tag, words) in [("de", "de"), ("de-at", "at"), ("pt-br", "br")] {
            messages.locales.insert(tag.to_owned(), local(words));
        }
        for (locale, expected) in [
            (Some("de-AT"), "at"),
            (Some("de-CH"), "de"),
            (Some("DE"), "de"),
            (Some("pt-BR"), "br"),
            (Some("pt"), own),
            (Some("default"), own),
            (None, own),
        ] {
            assert_eq!(said(&messages, Occasion::SignIn, locale), expected);
        }
        assert_eq!(
            said(&messages, Occasion::Reset, Some("de")),
            messages.reset_sms.0
        );
        let of_all = LocalMessages::OF_ALL.to_owned();
        messages.locales.insert(of_all, local("all"));
        assert_eq!(said(&messages, Occasion::SignIn, Some("pt")), "all");
        assert_eq!(said(&messages, Occasion::SignIn, None), "all");
        assert_eq!(said(&messages, Occasion::SignIn, Some("de")), "de");
    }
}
