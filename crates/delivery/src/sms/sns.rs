//! Amazon SNS: `Publish` to a phone number.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>

use poolhouse_domain::Secret;
use poolhouse_domain::delivery::SnsConfig;

use crate::aws::Aws;
use crate::form::Form;
use crate::http::{Http, Reply};
use crate::sender::{Failure, Post, SetupError};

const HOST: [&str; 3] = ["sns", "sns", "/"];

/// Error codes that tell of the recipient or the text; others tell of the account.
const OF_THE_TEXT: [&str; 4] = [
    "InvalidParameter",
    "InvalidParameterValue",
    "OptedOut",
    "ValidationException",
];

/// Amazon SNS in a region.
pub struct Sns {
    aws: Aws,
    sender_id: Option<String>,
}

impl Sns {
    /// The service that `config` calls with `secret`, its secret access key.
    ///
    /// # Errors
    /// The endpoint is no URL that texts may be sent to.
    pub fn new(http: Http, config: &SnsConfig, secret: Secret<String>) -> Result<Self, SetupError> {
        Ok(Self {
            aws: Aws::new(http, &config.aws, secret, HOST)?,
            sender_id: config.sender_id.clone(),
        })
    }

    pub(crate) async fn send(&self, post: &Post<'_>) -> Result<(), Failure> {
        let mut body = Form::default()
            .with("Action", "Publish")
            .with("Version", "2010-03-31")
            .with("PhoneNumber", &post.message.to)
            .with("Message", post.message.text.expose());
        // Transactional: for what must arrive, and at once.
        let mut attributes = vec![("AWS.SNS.SMS.SMSType", "Transactional")];
        if let Some(sender) = &self.sender_id {
            attributes.push(("AWS.SNS.SMS.SenderID", sender));
        }
        for (number, (name, value)) in (1..).zip(attributes) {
            let entry = format!("MessageAttributes.entry.{number}");
            body = body
                .with(&format!("{entry}.Name"), name)
                .with(&format!("{entry}.Value.DataType"), "String")
                .with(&format!("{entry}.Value.StringValue"), value);
        }
        let reply = self
            .aws
            .post(Form::TYPE, body.into_bytes(), post.now)
            .await?;
        judge(&reply)
    }
}

fn judge(reply: &Reply) -> Result<(), Failure> {
    if reply.status.is_success() {
        return Ok(());
    }
    let (_, rest) = reply.body.split_once("<Code>").unwrap_or_default();
    let (code, _) = rest.split_once("</Code>").unwrap_or_default();
    if OF_THE_TEXT.contains(&code) {
        Err(Failure::Refused(reply.said()))
    } else {
        Err(Failure::Down(reply.said()))
    }
}
