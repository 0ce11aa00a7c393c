//! The words of a mail or a text, with Cognito's placeholders.

mod link;
mod locale;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::link::{Link, LinkPage, is_linked};
pub use self::locale::{LocalMessages, Occasion};
use crate::Secret;
use crate::pool::EmailSender;

/// Where the code goes (`{####}`, CreateUserPool `VerificationMessageTemplate`).
pub const CODE: &str = "{####}";

/// What our words for signing in say of a link.
const LINKED: &str =
    "\n\nOr sign in without typing it, in the browser where you asked for it:\n\n{##Sign in##}";

/// A mail as it is configured: a subject, and a body in which [`CODE`] stands for the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailTemplate {
    /// One line.
    pub subject: String,
    /// Text or simple HTML; what Amplify's `verificationEmailBody` returned. Text alone if there is
    /// `html`.
    pub body: String,
    /// The same as HTML, if it is written on its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

/// A text message as it is configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SmsTemplate(pub String);

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// A mail.
    Email,
    /// A text message.
    Sms,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Email, Self::Sms];

    /// The channel of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.as_str() == word)
    }

    /// The word in the store and in the inbox's JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }

    /// Cognito's `DeliveryMediumType`.
    pub const fn medium(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Sms => "SMS",
        }
    }
}

/// A message ready to be sent. It carries a live code, so it is a secret as a whole.
#[derive(Clone, Debug)]
pub struct Message {
    /// How it travels.
    pub channel: Channel,
    /// The stored address or number, never the one that a request typed.
    pub to: String,
    /// Empty for a text message.
    pub subject: String,
    /// The body with the code in it.
    pub text: Secret<String>,
    /// The same as HTML, if it is written on its own.
    pub html: Option<Secret<String>>,
    /// The code alone, so that an inbox can show it large.
    pub code: Secret<String>,
    /// The link in its bodies, if it has one.
    pub link: Option<Link>,
    /// Who a mail is from, if its pool says so.
    pub from: Option<EmailSender>,
}

impl Message {
    /// The message with its code bound to `domain`, if it is a text: phones offer the code there and
    /// nowhere else (<https://wicg.github.io/sms-one-time-codes/>).
    #[must_use]
    pub fn bound_to(mut self, domain: Option<&str>) -> Self {
        if let (Channel::Sms, Some(domain)) = (self.channel, domain) {
            let (text, code) = (self.text.expose(), self.code.expose());
            self.text = Secret::new(format!("{text}\n\n@{domain} #{code}"));
        }
        self
    }
}

/// The words for one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template<'a> {
    /// A mail's, and the page that its link leads to.
    Email(&'a EmailTemplate, Option<&'a LinkPage>),
    /// A text message's.
    Sms(&'a SmsTemplate),
}

impl Template<'_> {
    /// The message to `to` that carries `code`. A subject may hold the placeholder too.
    pub fn render(self, to: &str, code: &Secret<String>) -> Message {
        let (channel, subject, text, html, link) = match self {
            Self::Email(mail, page) => {
                let link = page.and_then(|page| Link::of(mail, page, code));
                let (text, html) = match &link {
                    Some(link) => (
                        link.in_text(&mail.body),
                        mail.html.as_ref().map(|html| link.in_html(html)),
                    ),
                    None => (mail.body.clone(), mail.html.clone()),
                };
                (Channel::Email, mail.subject.as_str(), text, html, link)
            }
            Self::Sms(text) => (Channel::Sms, "", text.0.clone(), None, None),
        };
        let filled = |text: String| Secret::new(text.replace(CODE, code.expose()));
        Message {
            channel,
            to: to.to_owned(),
            subject: subject.replace(CODE, code.expose()),
            text: filled(text),
            html: html.map(filled),
            code: code.clone(),
            link,
            from: None,
        }
    }
}

/// The words of everything that the pool sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Messages {
    /// Proves a new address (`VerificationMessageTemplate`).
    pub verification_email: EmailTemplate,
    /// Proves a new number.
    pub verification_sms: SmsTemplate,
    /// Signs in (`EmailMfaConfiguration`).
    pub sign_in_email: EmailTemplate,
    /// Signs in (`SmsAuthenticationMessage`).
    pub sign_in_sms: SmsTemplate,
    /// Replaces a forgotten password.
    pub reset_email: EmailTemplate,
    /// Replaces a forgotten password.
    pub reset_sms: SmsTemplate,
    /// The page that a link beside a code that signs in leads to, if mails have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkPage>,
    /// The folder that those below are from, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub templates: Option<String>,
    /// Those for people of a locale, by its tag in lower case, or [`LocalMessages::OF_ALL`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub locales: BTreeMap<String, LocalMessages>,
}

impl Messages {
    /// What carries a code for `occasion` to somebody of `locale` (the user's attribute): the words of
    /// that locale, of its language, of all, or else the definition's.
    pub fn of(&self, occasion: Occasion, channel: Channel, locale: Option<&str>) -> Template<'_> {
        let tags = locale.map(locale::tags).unwrap_or_default();
        let mut tags = tags
            .iter()
            .map(String::as_str)
            .chain([LocalMessages::OF_ALL]);
        let local = tags.find_map(|tag| self.locales.get(tag)?.of(occasion, channel));
        match local.unwrap_or_else(|| self.own(occasion, channel)) {
            Template::Email(mail, _) if occasion == Occasion::SignIn => {
                Template::Email(mail, self.link.as_ref())
            }
            other => other,
        }
    }

    /// Has mails that sign in lead to `page` as well: ours at once, others where their words say so.
    pub fn link_to(&mut self, page: LinkPage) {
        if self.sign_in_email.body == Self::default().sign_in_email.body {
            self.sign_in_email.body.push_str(LINKED);
        }
        self.link = Some(page);
    }

    fn own(&self, occasion: Occasion, channel: Channel) -> Template<'_> {
        let (mail, text) = match occasion {
            Occasion::Verification => (&self.verification_email, &self.verification_sms),
            Occasion::SignIn => (&self.sign_in_email, &self.sign_in_sms),
            Occasion::Reset => (&self.reset_email, &self.reset_sms),
        };
        match channel {
            Channel::Email => Template::Email(mail, None),
            Channel::Sms => Template::Sms(text),
        }
    }
}

impl Default for Messages {
    /// `defineAuth`'s texts for a new account; for signing in, ours.
    fn default() -> Self {
        let email = |subject: &str, body: &str| EmailTemplate {
            subject: subject.to_owned(),
            body: body.to_owned(),
            html: None,
        };
        let verification = "The verification code to your new account is {####}";
        Self {
            verification_email: email("Verify your new account", verification),
            verification_sms: SmsTemplate(verification.to_owned()),
            sign_in_email: email("Your sign-in code", "Your sign-in code is {####}"),
            sign_in_sms: SmsTemplate("Your sign-in code is {####}".to_owned()),
            reset_email: email(
                "Your password reset code",
                "Your password reset code is {####}",
            ),
            reset_sms: SmsTemplate("Your password reset code is {####}".to_owned()),
            link: None,
            templates: None,
            locales: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_replaces_every_placeholder() {
        let template = EmailTemplate {
            subject: "Your code".to_owned(),
            body: "<b>{####}</b> or {####}".to_owned(),
            html: Some("<i>{####}</i>".to_owned()),
        };
        let mail = Template::Email(&template, None)
            .render("ann@example.com", &Secret::new("123456".to_owned()));
        assert_eq!(mail.text.expose(), "<b>123456</b> or 123456");
        assert_eq!(mail.html.unwrap().expose(), "<i>123456</i>");
        assert_eq!(mail.subject, "Your code");
        assert_eq!(mail.code.expose(), "123456");
    }

    #[test]
    fn the_code_of_a_text_is_bound_by_its_last_line() {
        let code = Secret::new("123456".to_owned());
        let text = SmsTemplate("Code {####}".to_owned());
        let bound = |domain| {
            let message = Template::Sms(&text).render("+15555550123", &code);
            message.bound_to(domain).text.expose().clone()
        };
        assert_eq!(bound(None), "Code 123456");
        assert_eq!(
            bound(Some("example.com")),
            "Code 123456\n\n@example.com #123456"
        );
        let mail = EmailTemplate {
            subject: String::new(),
            body: "Code {####}".to_owned(),
            html: None,
        };
        let mail = Template::Email(&mail, None).render("ann@example.com", &code);
        assert_eq!(mail.bound_to(Some("a.b")).text.expose(), "Code 123456");
    }

    #[test]
    fn a_message_never_prints_its_code() {
        let template = SmsTemplate("Code {####}".to_owned());
        let code = Secret::new("87654321".to_owned());
        let text = Template::Sms(&template).render("+15555550123", &code);
        assert_eq!(text.text.expose(), "Code 87654321");
        assert_eq!((text.channel, text.subject.as_str()), (Channel::Sms, ""));
        assert!(!format!("{text:?}").contains("8765"));
    }
}
