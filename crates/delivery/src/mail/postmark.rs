//! Postmark's API.
//!
//! <https://postmarkapp.com/developer/api/email-api>

use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use poolhouse_domain::Secret;
use poolhouse_domain::delivery::ApiConfig;
use serde_json::{Value, json};

use super::Letter;
use crate::http::{Endpoint, Http, Reply, secret_header};
use crate::sender::{Failure, Post, SetupError};

const HOST: &str = "https://api.postmarkapp.com";
const TOKEN: HeaderName = HeaderName::from_static("x-postmark-server-token");

/// `ErrorCode`s of a 422 that are about the recipient or the mail; the others are about the account.
/// <https://postmarkapp.com/developer/api/overview#error-codes>
const OF_THE_MAIL: [u64; 2] = [300, 406];

/// Postmark.
pub struct Postmark {
    http: Http,
    endpoint: Endpoint,
    token: (HeaderName, HeaderValue),
}

impl Postmark {
    /// Postmark with a server token.
    ///
    /// # Errors
    /// The endpoint is no URL that mail may be sent to, or the token cannot be one.
    pub fn new(http: Http, config: &ApiConfig, token: &Secret<String>) -> Result<Self, SetupError> {
        let host = config.endpoint.as_deref().unwrap_or(HOST);
        Ok(Self {
            http,
            endpoint: Endpoint::parse(&format!("{}/email", host.trim_end_matches('/')))?,
            token: secret_header(TOKEN, token.expose())?,
        })
    }

    pub(crate) async fn send(&self, post: &Post<'_>) -> Result<(), Failure> {
        let letter = Letter::of(post)?;
        let header = |name: &str, value: &str| json!({ "Name": name, "Value": value });
        let body = json!({
            "From": letter.from.to_string(),
            "To": letter.to.to_string(),
            "ReplyTo": letter.reply_to.as_ref().map(ToString::to_string),
            "Subject": letter.subject,
            "TextBody": letter.text,
            "HtmlBody": letter.html,
            "Headers": [
                header("Message-ID", &letter.id),
                header("X-PM-KeepID", "true"),
                header("Auto-Submitted", "auto-generated"),
            ],
            "TrackOpens": false,
            "TrackLinks": "None",
            "MessageStream": "outbound",
        });
        let headers = [
            self.token.clone(),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        ];
        let body = body.to_string().into_bytes();
        let reply = self.http.post(&self.endpoint, &headers, body).await?;
        judge(&reply)
    }
}

fn judge(reply: &Reply) -> Result<(), Failure> {
    let body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    match (reply.status.as_u16(), body["ErrorCode"].as_u64()) {
        (422, Some(code)) if !OF_THE_MAIL.contains(&code) => Err(Failure::Down(reply.said())),
        _ => reply.accepted(),
    }
}
