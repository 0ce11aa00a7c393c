//! A way to send, and what it says of a message.

use std::error::Error;
use std::fmt;

use poolhouse_domain::message::Message;
use poolhouse_domain::{PoolId, Timestamp};
use poolhouse_store::OutboxId;

use crate::Inbox;
use crate::figures::Receipts;
use crate::mail::postmark::Postmark;
use crate::mail::resend::Resend;
use crate::mail::ses::Ses;
use crate::mail::smtp::Smtp;
use crate::sms::smpp::Smpp;
use crate::sms::sns::Sns;
use crate::sms::twilio::Twilio;
use crate::webhook::Webhook;

/// A way to send messages. The list is closed: a new way is a variant here and a file of its own.
pub enum Sender {
    /// A mail server.
    Smtp(Box<Smtp>),
    /// Amazon SES.
    Ses(Ses),
    /// Resend.
    Resend(Resend),
    /// Postmark.
    Postmark(Postmark),
    /// Twilio.
    Twilio(Twilio),
    /// Amazon SNS.
    Sns(Sns),
    /// A message centre.
    Smpp(Box<Smpp>),
    /// Somebody else's function, for mails or for texts.
    Webhook(Webhook),
}

/// How many requests an API gets at a time: no more than hardly any provider minds.
const API_WIDTH: usize = 8;

/// A message that is handed to a sender.
#[derive(Clone, Copy)]
pub struct Post<'a> {
    /// Its name. It stays the same when the message is sent again: whoever is told twice can tell.
    pub id: &'a OutboxId,
    /// Whose it is.
    pub pool: &'a PoolId,
    /// What to send.
    pub message: &'a Message,
    /// When it was written.
    pub written_at: Timestamp,
    /// From when on it is of no use.
    pub deadline: Timestamp,
    /// The present moment.
    pub now: Timestamp,
}

/// Why a message was not sent. The text is what the other side said, for operators: it may name the
/// recipient, so it is not for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The sender does not work: no connection, no answer, wrong credentials, too much traffic. It
    /// would be the same for any other message.
    Down(String),
    /// This message was not taken now, and may be later.
    Later(String),
    /// This message will not be taken.
    Refused(String),
}

/// How the messages of a pool travel.
#[derive(Default)]
pub struct Route {
    /// The senders of its mails: the next one is tried when one fails.
    pub email: Vec<Sender>,
    /// The senders of its texts, likewise.
    pub sms: Vec<Sender>,
    /// Keeps what was sent, to be looked at. Without a sender this is where it goes.
    pub inbox: Option<Inbox>,
}

/// A sender that cannot be set up as it is configured.
#[derive(Debug)]
pub struct SetupError(String);

impl Sender {
    /// What it is called in logs.
    pub fn name(&self) -> &str {
        match self {
            Self::Smtp(smtp) => smtp.name(),
            Self::Ses(_) => "ses",
            Self::Resend(_) => "resend",
            Self::Postmark(_) => "postmark",
            Self::Twilio(_) => "twilio",
            Self::Sns(_) => "sns",
            Self::Smpp(smpp) => smpp.name(),
            Self::Webhook(webhook) => webhook.name(),
        }
    }

    /// How many messages it takes at a time.
    pub(crate) fn width(&self) -> usize {
        match self {
            Self::Smtp(smtp) => smtp.connections(),
            Self::Smpp(smpp) => smpp.window(),
            _ => API_WIDTH,
        }
    }

    /// What became of the messages that it took, as far as it was told.
    pub(crate) fn receipts(&self) -> Receipts {
        match self {
            Self::Smpp(smpp) => smpp.receipts(),
            _ => Receipts::default(),
        }
    }

    /// Sends a message, or says why not. It may be dropped at any time: what was sent by then is not
    /// known.
    pub async fn send(&self, post: &Post<'_>) -> Result<(), Failure> {
        match self {
            Self::Smtp(smtp) => smtp.send(post).await,
            Self::Ses(ses) => ses.send(post).await,
            Self::Resend(resend) => resend.send(post).await,
            Self::Postmark(postmark) => postmark.send(post).await,
            Self::Twilio(twilio) => twilio.send(post).await,
            Self::Sns(sns) => sns.send(post).await,
            Self::Smpp(smpp) => smpp.send(post).await,
            Self::Webhook(webhook) => webhook.send(post).await,
        }
    }
}

impl Failure {
    /// What the other side said.
    pub fn said(&self) -> &str {
        match self {
            Self::Down(said) | Self::Later(said) | Self::Refused(said) => said,
        }
    }
}

impl SetupError {
    pub(crate) fn new(what: impl fmt::Display) -> Self {
        Self(what.to_string())
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for SetupError {}
