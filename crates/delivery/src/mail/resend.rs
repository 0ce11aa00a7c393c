//! Resend's API.
//!
//! <https://resend.com/docs/api-reference/emails/send-email>

use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use poolhouse_domain::Secret;
use poolhouse_domain::delivery::ApiConfig;
use serde_json::json;

use super::Letter;
use crate::http::{Endpoint, Http, secret_header};
use crate::sender::{Failure, Post, SetupError};

const HOST: &str = "https://api.resend.com";
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Resend.
pub struct Resend {
    http: Http,
    endpoint: Endpoint,
    key: (HeaderName, HeaderValue),
}

impl Resend {
    /// Resend with an API key.
    ///
    /// # Errors
    /// The endpoint is no URL that mail may be sent to, or the key cannot be one.
    pub fn new(http: Http, config: &ApiConfig, key: &Secret<String>) -> Result<Self, SetupError> {
        let host = config.endpoint.as_deref().unwrap_or(HOST);
        let bearer = Secret::new(format!("Bearer {}", key.expose()));
        Ok(Self {
            http,
            endpoint: Endpoint::parse(&format!("{}/emails", host.trim_end_matches('/')))?,
            key: secret_header(AUTHORIZATION, bearer.expose())?,
        })
    }

    pub(crate) async fn send(&self, post: &Post<'_>) -> Result<(), Failure> {
        let letter = Letter::of(post)?;
        let body = json!({
            "from": letter.from.to_string(),
            "to": [letter.to.to_string()],
            "reply_to": letter.reply_to.as_ref().map(ToString::to_string),
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "headers": { "Message-ID": letter.id, "Auto-Submitted": "auto-generated" },
        });
        let id = HeaderValue::try_from(post.id.as_str());
        let id = id.map_err(|error| Failure::Refused(error.to_string()))?;
        let headers = [
            self.key.clone(),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (IDEMPOTENCY_KEY, id),
        ];
        let body = body.to_string().into_bytes();
        let reply = self.http.post(&self.endpoint, &headers, body).await?;
        match reply.status.as_u16() {
            // The same mail is being sent by a request that was given up.
            409 => Err(Failure::Later(reply.said())),
            _ => reply.accepted(),
        }
    }
}
