//! What is sealed of a message: all but its recipient and its channel.

use poolhouse_domain::Secret;
use poolhouse_domain::message::{Channel, Link, Message};
use poolhouse_domain::pool::EmailSender;
use serde::{Deserialize, Serialize};

use super::OutboxId;
use crate::StoreError;
use crate::db::{Context, Row};

const PLACE: &str = "outbox/payload";

/// The payload of `message`, sealed for the row `id`.
pub(super) fn seal(
    context: &Context,
    id: &OutboxId,
    message: &Message,
) -> Result<Vec<u8>, StoreError> {
    #[derive(Serialize)]
    struct Payload<'a> {
        subject: &'a str,
        text: &'a str,
        html: Option<&'a str>,
        code: &'a str,
        link: Option<(&'a str, &'a str)>,
        from: Option<&'a EmailSender>,
    }
    let plain = serde_json::to_vec(&Payload {
        subject: &message.subject,
        text: message.text.expose(),
        html: message.html.as_ref().map(|html| html.expose().as_str()),
        code: message.code.expose(),
        link: message
            .link
            .as_ref()
            .map(|it| (it.url.expose().as_str(), it.words.as_str())),
        from: message.from.as_ref(),
    });
    let plain = Secret::new(plain.map_err(StoreError::broken)?);
    Ok(context.vault.seal(PLACE, id.as_str(), plain.expose()))
}

/// The message in the row `id`.
pub(crate) fn message(
    context: &Context,
    row: &Row<'_>,
    id: &OutboxId,
) -> Result<Message, StoreError> {
    #[derive(Deserialize)]
    struct Payload {
        subject: String,
        text: Secret<String>,
        #[serde(default)]
        html: Option<Secret<String>>,
        code: Secret<String>,
        #[serde(default)]
        link: Option<(Secret<String>, String)>,
        #[serde(default)]
        from: Option<EmailSender>,
    }
    let plain = context
        .vault
        .open(PLACE, id.as_str(), &row.blob("outbox.payload")?)?;
    let payload: Payload = serde_json::from_slice(plain.expose())
        .map_err(|why| StoreError::broken(format!("outbox.payload: {why}")))?;
    Ok(Message {
        channel: row.word("outbox.channel", Channel::parse)?,
        to: row.text("outbox.recipient")?,
        subject: payload.subject,
        text: payload.text,
        html: payload.html,
        code: payload.code,
        link: payload.link.map(|(url, words)| Link { url, words }),
        from: payload.from,
    })
}
