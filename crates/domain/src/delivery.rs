//! What messages are sent by: the senders of mails and of texts, in the order in which they are tried.
//!
//! Secrets are not in here, only where they are kept: whoever may read files and the environment
//! brings them.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::sms::Alphabet;

/// The senders of a pool. Where a list is empty nothing leaves the house.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryConfig {
    /// Those of mails: the next one is tried when one fails.
    pub mail: Vec<MailSender>,
    /// Those of texts, likewise.
    pub sms: Vec<SmsSender>,
    /// The domain that the codes of texts are bound to, so that phones fill them in there and nowhere
    /// else; empty if they are bound to none, the relying party's if nothing is said.
    pub sms_domain: Option<String>,
}

/// A way to send mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum MailSender {
    /// A mail server (RFC 5321, 6409).
    Smtp(SmtpConfig),
    /// Amazon SES.
    Ses(AwsConfig),
    /// Resend.
    Resend(ApiConfig),
    /// Postmark.
    Postmark(ApiConfig),
    /// Somebody else's function.
    Webhook(WebhookConfig),
}

/// A way to send texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SmsSender {
    /// Twilio.
    Twilio(TwilioConfig),
    /// Amazon SNS.
    Sns(SnsConfig),
    /// A message centre (SMPP 3.4).
    Smpp(SmppConfig),
    /// Somebody else's function.
    Webhook(WebhookConfig),
}

/// A service of AWS, and who calls it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwsConfig {
    /// The region that it is called in.
    pub region: String,
    /// Whose key.
    pub access_key_id: String,
    /// Where the key is kept.
    pub secret_access_key: SecretPlace,
    /// Another place than AWS's own, without a path.
    pub endpoint: Option<String>,
}

/// A provider that a key opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiConfig {
    /// Where the key is kept.
    pub key: SecretPlace,
    /// Another place than the provider's own, without a path.
    pub endpoint: Option<String>,
}

/// A function behind a URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookConfig {
    /// Where messages are posted to.
    pub url: String,
    /// Where the secret is kept that calls are signed with.
    pub secret: SecretPlace,
}

/// An account with Twilio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwilioConfig {
    /// The account.
    pub account_sid: String,
    /// Where its auth token is kept.
    pub auth_token: SecretPlace,
    /// Who texts are from.
    pub sender: TwilioSender,
    /// Another place than Twilio's own, without a path.
    pub endpoint: Option<String>,
}

/// Who Twilio's texts are from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TwilioSender {
    /// A number or a name.
    From(String),
    /// A messaging service, which chooses.
    MessagingService(String),
}

/// Amazon SNS, and who calls it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnsConfig {
    /// The service.
    pub aws: AwsConfig,
    /// Who texts are from, where countries allow a name.
    pub sender_id: Option<String>,
}

/// A message centre that takes our texts, and who we are to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmppConfig {
    /// Its name, which its certificate must have.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether the connection is encrypted, from the first byte. Not is for this machine only.
    pub tls: bool,
    /// A PEM file with the authorities that its certificate may be of, in place of the machine's.
    pub authorities: Option<String>,
    /// `system_id` (§5.2.1).
    pub system_id: String,
    /// Where the password is kept: at most 8 octets (§5.2.2).
    pub password: SecretPlace,
    /// `system_type` (§5.2.3), if it asks for one.
    pub system_type: Option<String>,
    /// Who texts are from: a number or a name (`source_addr`, §5.2.8).
    pub from: String,
    /// How many texts wait for its answer at a time, at most.
    pub window: u16,
    /// What texts are written in that need no other.
    pub alphabet: Alphabet,
}

impl SmppConfig {
    /// As many texts at a time as hardly any centre minds.
    pub const WINDOW: u16 = 10;

    /// The port that goes with or without TLS (IANA's `ssmpp` and `smpp`).
    pub const fn port(tls: bool) -> u16 {
        if tls { 3550 } else { 2775 }
    }
}

/// A mail server that takes our mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmtpConfig {
    /// Its name, which its certificate must have.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether and how the connection is encrypted.
    pub tls: SmtpTls,
    /// Who we are to it, and what proves that.
    pub login: Option<SmtpLogin>,
    /// A PEM file with the authorities that its certificate may be of, in place of the machine's.
    pub authorities: Option<String>,
    /// How many connections are open at a time, at most.
    pub connections: u16,
}

/// How a connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// From the first byte (RFC 8314 §3.3); port 465.
    Implicit,
    /// By STARTTLS, without which nothing is sent (RFC 3207); port 587.
    Starttls,
    /// Not at all: for this machine only; port 25.
    None,
}

impl SmtpConfig {
    /// As many connections as hardly any server minds.
    pub const CONNECTIONS: u16 = 8;
}

impl SmtpTls {
    /// The port that goes with it.
    pub const fn port(self) -> u16 {
        match self {
            Self::Implicit => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

/// Name and password for a mail server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmtpLogin {
    /// The name.
    pub username: String,
    /// Where the password is kept.
    pub password: SecretPlace,
}

/// Where a secret is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretPlace {
    /// A file that nobody else may read; a newline at its end does not count.
    File(String),
    /// A variable of the environment.
    Environment(String),
}

/// Whether `host` is a name or an address of this machine and never of another.
pub fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_loopback() {
        for host in ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "",
            "localhost.example.com",
            "10.0.0.1",
            "0.0.0.0",
            "example.com",
            "[::]",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
