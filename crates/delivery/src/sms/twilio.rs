//! Twilio's Messages API.
//!
//! <https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use poolhouse_domain::Secret;
use poolhouse_domain::delivery::{TwilioConfig, TwilioSender};
use serde_json::Value;

use crate::form::Form;
use crate::http::{Endpoint, Http, Reply, secret_header};
use crate::sender::{Failure, Post, SetupError};

const HOST: &str = "https://api.twilio.com";

/// How long Twilio may try at most, in seconds (`ValidityPeriod`).
const VALIDITY: (u64, u64) = (1, 36_000);

/// `code`s of a 400 that are about the sender, whoever the text is for: it is no number of ours, cannot
/// send texts, is missing, or has a full queue.
/// <https://www.twilio.com/docs/api/errors>
const OF_THE_SENDER: [u64; 6] = [21_212, 21_603, 21_606, 21_611, 21_659, 21_660];

/// Twilio.
pub struct Twilio {
    http: Http,
    endpoint: Endpoint,
    credentials: (HeaderName, HeaderValue),
    sender: TwilioSender,
}

impl Twilio {
    /// The account of `config`, with its auth token.
    ///
    /// # Errors
    /// The endpoint is no URL that texts may be sent to, or the token cannot be one.
    pub fn new(
        http: Http,
        config: &TwilioConfig,
        token: &Secret<String>,
    ) -> Result<Self, SetupError> {
        let host = config
            .endpoint
            .as_deref()
            .unwrap_or(HOST)
            .trim_end_matches('/');
        let account = &config.account_sid;
        let pair = Secret::new(format!("{account}:{}", token.expose()));
        let basic = Secret::new(format!("Basic {}", STANDARD.encode(pair.expose())));
        let url = format!("{host}/2010-04-01/Accounts/{account}/Messages.json");
        Ok(Self {
            http,
            endpoint: Endpoint::parse(&url)?,
            credentials: secret_header(AUTHORIZATION, basic.expose())?,
            sender: config.sender.clone(),
        })
    }

    pub(crate) async fn send(&self, post: &Post<'_>) -> Result<(), Failure> {
        let (name, sender) = match &self.sender {
            TwilioSender::From(from) => ("From", from),
            TwilioSender::MessagingService(sid) => ("MessagingServiceSid", sid),
        };
        let left = post.deadline.since(post.now).as_secs();
        let body = Form::default()
            .with("To", &post.message.to)
            .with(name, sender)
            .with("Body", post.message.text.expose())
            .with(
                "ValidityPeriod",
                &left.clamp(VALIDITY.0, VALIDITY.1).to_string(),
            );
        let headers = [
            self.credentials.clone(),
            (CONTENT_TYPE, HeaderValue::from_static(Form::TYPE)),
        ];
        let reply = self
            .http
            .post(&self.endpoint, &headers, body.into_bytes())
            .await?;
        judge(&reply)
    }
}

fn judge(reply: &Reply) -> Result<(), Failure> {
    let body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    match (reply.status.as_u16(), body["code"].as_u64()) {
        (400, Some(code)) if OF_THE_SENDER.contains(&code) => Err(Failure::Down(reply.said())),
        _ => reply.accepted(),
    }
}
