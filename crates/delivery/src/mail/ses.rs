//! Amazon SES, API version 2: `SendEmail` with the mail as it would go over SMTP.
//!
//! <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse_domain::Secret;
use poolhouse_domain::delivery::AwsConfig;
use serde_json::json;

use super::Letter;
use crate::aws::Aws;
use crate::http::{Http, Reply};
use crate::sender::{Failure, Post, SetupError};

const HOST: [&str; 3] = ["email", "ses", "/v2/email/outbound-emails"];

/// Errors that tell of the account, whatever the status: any other mail would have them too.
const OF_THE_ACCOUNT: [&str; 5] = [
    "AccountSuspendedException",
    "LimitExceededException",
    "MailFromDomainNotVerifiedException",
    "SendingPausedException",
    "TooManyRequestsException",
];

/// Amazon SES in a region.
pub struct Ses(Aws);

impl Ses {
    /// The service that `config` calls with `secret`, its secret access key.
    ///
    /// # Errors
    /// The endpoint is no URL that mail may be sent to.
    pub fn new(http: Http, config: &AwsConfig, secret: Secret<String>) -> Result<Self, SetupError> {
        Aws::new(http, config, secret, HOST).map(Self)
    }

    pub(crate) async fn send(&self, post: &Post<'_>) -> Result<(), Failure> {
        let letter = Letter::of(post)?;
        let body = json!({
            "FromEmailAddress": letter.from.to_string(),
            "Destination": { "ToAddresses": [letter.to.to_string()] },
            "Content": { "Raw": { "Data": STANDARD.encode(letter.mime()?) } },
        });
        let body = body.to_string().into_bytes();
        let reply = self.0.post("application/json", body, post.now).await?;
        judge(&reply)
    }
}

fn judge(reply: &Reply) -> Result<(), Failure> {
    let kind = reply.headers.get("x-amzn-errortype");
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // `Name:http://...` from some front ends.
    let name = kind.split(':').next().unwrap_or_default();
    if OF_THE_ACCOUNT.contains(&name) {
        return Err(Failure::Down(reply.said()));
    }
    reply.accepted()
}
