//! A webhook: somebody else's function sends the message.
//!
//! Signed as the Standard Webhooks specification says (<https://www.standardwebhooks.com>), so that its
//! libraries check it: HMAC-SHA256 over the id, the time and the body. This is where a `handler` of
//! `defineAuth`'s senders goes.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use poolhouse_domain::delivery::WebhookConfig;
use poolhouse_domain::message::Channel;
use poolhouse_domain::{Secret, Timestamp};
use serde_json::json;

use crate::http::{Endpoint, Http};
use crate::mail::Letter;
use crate::sender::{Failure, Post, SetupError};

/// What the specification has before a secret that is base64.
const PREFIX: &str = "whsec_";

/// The fewest bytes of a secret (Standard Webhooks, "Signature scheme").
const FEWEST_BYTES: usize = 24;

/// A webhook.
pub struct Webhook {
    http: Http,
    endpoint: Endpoint,
    name: String,
    key: Box<hmac::Key>,
}

impl Webhook {
    /// The webhook of `config`, whose calls are signed with `secret`.
    ///
    /// # Errors
    /// It is no URL that messages may be sent to, or the secret is too short.
    pub fn new(
        http: Http,
        config: &WebhookConfig,
        secret: &Secret<String>,
    ) -> Result<Self, SetupError> {
        let endpoint = Endpoint::parse(&config.url)?;
        Ok(Self {
            http,
            name: format!("webhook {}", endpoint.0.host().unwrap_or_default()),
            key: Box::new(key(secret)?),
            endpoint,
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn send(&self, post: &Post<'_>) -> Result<(), Failure> {
        let body = body(post)?;
        let id = post.id.as_str();
        let time = post.now.seconds().to_string();
        let signature = sign(&self.key, id, &time, &body);
        let header = |name: &'static str, value: &str| {
            let value = HeaderValue::try_from(value);
            value
                .map(|value| (HeaderName::from_static(name), value))
                .map_err(|error| Failure::Refused(error.to_string()))
        };
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            header("webhook-id", id)?,
            header("webhook-timestamp", &time)?,
            header("webhook-signature", &signature)?,
        ];
        let reply = self
            .http
            .post(&self.endpoint, &headers, body.into_bytes())
            .await?;
        match reply.status.as_u16() {
            // It says itself that it never will.
            410 => Err(Failure::Refused(reply.said())),
            _ => reply.accepted(),
        }
    }
}

fn body(post: &Post<'_>) -> Result<String, Failure> {
    let message = post.message;
    let mut body = json!({
        "id": post.id.as_str(),
        "pool": post.pool.as_str(),
        "channel": message.channel,
        "to": message.to,
        "text": message.text.expose(),
        "code": message.code.expose(),
        "written_at": rfc_3339(post.written_at),
        "expires_at": rfc_3339(post.deadline),
    });
    if message.channel == Channel::Email {
        let letter = Letter::of(post)?;
        body["from"] = letter.from.to_string().into();
        body["reply_to"] = letter.reply_to.map(|to| to.to_string()).into();
        body["subject"] = letter.subject.into();
        body["text"] = letter.text.into();
        body["html"] = letter.html.into();
        if let Some(link) = &message.link {
            body["link"] = link.url.expose().as_str().into();
        }
    }
    Ok(body.to_string())
}

fn rfc_3339(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.micros());
    at.unwrap_or_default().to_string()
}

fn key(secret: &Secret<String>) -> Result<hmac::Key, SetupError> {
    let bytes = match secret.expose().strip_prefix(PREFIX) {
        Some(encoded) => STANDARD.decode(encoded).map_err(|error| {
            SetupError::new(format!("the webhook's secret is no base64: {error}"))
        })?,
        None => secret.expose().as_bytes().to_vec(),
    };
    let bytes = Secret::new(bytes);
    if bytes.expose().len() < FEWEST_BYTES {
        return Err(SetupError::new(format!(
            "the webhook's secret has {} bytes, expected at least {FEWEST_BYTES}",
            bytes.expose().len()
        )));
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, bytes.expose()))
}

/// `webhook-signature`: version 1, with a shared secret.
fn sign(key: &hmac::Key, id: &str, time: &str, body: &str) -> String {
    let mac = hmac::sign(key, format!("{id}.{time}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference implementations.
    #[test]
    fn a_call_is_signed_as_the_specification_says() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let signature = sign(
            &key(&secret).unwrap(),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            "{\"test\": 2432232314}",
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_long_enough() {
        let key = |text: &str| key(&Secret::new(text.to_owned()));
        assert!(key(&"x".repeat(24)).is_ok());
        for short in [
            "",
            "short",
            "whsec_",
            "whsec_c2hvcnQ=",
            "whsec_not base64!!",
        ] {
            assert!(key(short).is_err(), "{short}");
        }
    }
}
