//! A mail, ready for a mail server or for a provider's API.
//!
//! Headers are values of their types until they are written, and whoever writes them encodes what does
//! not belong there (RFC 2047): no text can end a header and begin another.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lettre::Address;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use poolhouse_domain::pool::EmailSender;

use super::html;
use crate::plain_text;
use crate::sender::{Failure, Post};

/// A mail with all its parts.
pub struct Letter {
    /// Who it is from.
    pub from: Mailbox,
    /// Where answers go, if not there.
    pub reply_to: Option<Mailbox>,
    /// Whom it is for.
    pub to: Address,
    /// One line.
    pub subject: String,
    /// The body as text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// `Message-ID`, with its angle brackets. It is the same each time that the message is sent, so
    /// that a mailbox can tell that it has it already.
    pub id: String,
    date: SystemTime,
    boundary: String,
}

/// That no person wrote it, so that no holiday note answers it (RFC 3834 §5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Letter {
    /// The mail that `post` is.
    ///
    /// # Errors
    /// [`Failure::Down`] if the pool does not say who its mails are from, and [`Failure::Refused`] if
    /// the recipient is no address.
    pub fn of(post: &Post<'_>) -> Result<Self, Failure> {
        let message = post.message;
        let from = message.from.as_ref().ok_or_else(|| {
            Failure::Down("who mails are from is not said: set `mail.from`".to_owned())
        })?;
        let to = message
            .to
            .parse()
            .map_err(|error| Failure::Refused(format!("the recipient is no address: {error}")))?;
        let subject = one_line(&message.subject);
        let body = message.text.expose();
        let brand = from.name.as_deref().unwrap_or_default();
        let text = match &message.html {
            Some(_) => body.clone(),
            None => plain_text(body),
        };
        let html = html::page(&subject, message, brand);
        let (reply_to, from) = (from.reply_to.as_deref(), mailbox(from)?);
        let written = u64::try_from(post.written_at.seconds()).unwrap_or_default();
        Ok(Self {
            reply_to: reply_to
                .map(address)
                .transpose()?
                .map(|to| Mailbox::new(None, to)),
            to,
            subject,
            text,
            html: html.ok_or_else(|| Failure::Refused("its HTML cannot be made".to_owned()))?,
            id: format!("<{}@{}>", post.id.as_str(), from.email.domain()),
            date: UNIX_EPOCH + Duration::from_secs(written),
            boundary: format!("=_{}", post.id.as_str()),
            from,
        })
    }

    /// As it goes over the wire (RFC 5322, 2045): headers, the text, the HTML.
    pub fn mime(&self) -> Result<Vec<u8>, Failure> {
        let mut builder = Message::builder()
            .date(self.date)
            .from(self.from.clone())
            .to(Mailbox::new(None, self.to.clone()))
            .subject(self.subject.clone())
            .message_id(Some(self.id.clone()))
            .header(AutoSubmitted);
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        let part = |kind: ContentType, text: &str| {
            SinglePart::builder().header(kind).body(text.to_owned())
        };
        let parts = MultiPart::alternative()
            .boundary(&self.boundary)
            .singlepart(part(ContentType::TEXT_PLAIN, &self.text))
            .singlepart(part(ContentType::TEXT_HTML, &self.html));
        let message = builder.multipart(parts);
        message
            .map(|message| message.formatted())
            .map_err(|error| Failure::Refused(error.to_string()))
    }
}

fn mailbox(from: &EmailSender) -> Result<Mailbox, Failure> {
    let name = from.name.as_deref().map(one_line);
    Ok(Mailbox::new(name, address(&from.address)?))
}

fn address(text: &str) -> Result<Address, Failure> {
    text.parse()
        .map_err(|error| Failure::Down(format!("{text:?} cannot be a sender: {error}")))
}

/// Without line breaks and other control characters.
fn one_line(text: &str) -> String {
    let spaced = text.replace(char::is_control, " ");
    spaced.trim().to_owned()
}

#[cfg(test)]
mod tests;
