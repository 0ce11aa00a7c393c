//! The inbox: every mail and text that the pool sent, as a page and as JSON.
//!
//! The page is whole without a script. With one it follows the inbox live, by fetching itself anew
//! and taking over the entries that it lacks: there is one place that turns a message into HTML.

use std::time::Duration;

use askama::Template;
use poolhouse_delivery::plain_text;
use poolhouse_domain::Timestamp;
use poolhouse_domain::message::Channel;
use poolhouse_domain::sms::Size;
use serde::{Serialize, Serializer};

use super::render;

/// A message as the inbox shows it, and as `GET /inbox/messages` says it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct InboxMessageView<'a> {
    /// How it travelled.
    pub channel: Channel,
    /// The address or number.
    pub to: &'a str,
    /// Empty for a text message.
    pub subject: &'a str,
    /// The body as it was sent: text or simple HTML.
    pub text: &'a str,
    /// The one-time code in it; empty if it has none.
    pub code: &'a str,
    /// The link in it that signs in, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<&'a str>,
    /// When it was sent; RFC 3339 in JSON.
    #[serde(serialize_with = "rfc_3339")]
    pub sent_at: Timestamp,
}

/// What the inbox shows.
#[derive(Clone, Copy, Debug)]
pub struct InboxView<'a> {
    /// Newest first; only those to [`InboxView::to`], if that is given.
    pub messages: &'a [InboxMessageView<'a>],
    /// How many messages there are, whoever they are to.
    pub count: usize,
    /// The address of `?to=`.
    pub to: Option<&'a str>,
    /// The present moment.
    pub now: Timestamp,
}

/// The inbox page.
pub fn page(view: &InboxView<'_>) -> String {
    render(&Inbox {
        nav: "inbox",
        message_count: view.count,
        version: env!("CARGO_PKG_VERSION"),
        to: view.to.unwrap_or_default(),
        entries: view
            .messages
            .iter()
            .map(|message| Entry::of(message, view.now))
            .collect(),
    })
}

/// The body of `GET /inbox/messages`: an array, in the order given.
pub fn messages_json(messages: &[InboxMessageView<'_>]) -> String {
    serde_json::to_string(messages).unwrap_or_else(|_| "[]".to_owned())
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct Inbox<'a> {
    nav: &'static str,
    message_count: usize,
    version: &'static str,
    to: &'a str,
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    message: &'a InboxMessageView<'a>,
    /// Tells entries apart when the page fetches itself anew.
    key: i64,
    /// The body as text.
    text: String,
    /// Whether `text` leaves out something of the body.
    has_source: bool,
    /// How long a text message is.
    size: Option<Size>,
    exact: String,
    ago: String,
}

impl<'a> Entry<'a> {
    fn of(message: &'a InboxMessageView<'a>, now: Timestamp) -> Self {
        let text = match message.channel {
            Channel::Email => plain_text(message.text),
            Channel::Sms => message.text.to_owned(),
        };
        Self {
            key: message.sent_at.micros(),
            has_source: text != message.text,
            size: (message.channel == Channel::Sms).then(|| Size::of(message.text)),
            text,
            exact: exact(message.sent_at),
            ago: ago(now.since(message.sent_at)),
            message,
        }
    }
}

fn exact(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.micros())
        .unwrap_or_default()
        .to_string()
}

/// `page.js` counts on with the same words.
fn ago(age: Duration) -> String {
    match age.as_secs() {
        0..10 => "just now".to_owned(),
        seconds @ 10..60 => format!("{seconds} s ago"),
        seconds @ 60..3_600 => format!("{} min ago", seconds / 60),
        seconds @ 3_600..86_400 => format!("{} h ago", seconds / 3_600),
        seconds => format!("{} d ago", seconds / 86_400),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn rfc_3339<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&exact(*at))
}
