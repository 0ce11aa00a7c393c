//! Where a code went, and what a developer finds there.

use serde::Deserialize;

/// What a code is sent by.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
#[non_exhaustive]
pub enum Medium {
    /// By mail.
    Email,
    /// By text message.
    Sms,
    /// Otherwise.
    Other(String),
}

/// Where a code went (`CodeDeliveryDetailsType`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Delivery {
    /// The address or number, masked: `a***@e***`.
    pub destination: String,
    /// By what it went.
    #[serde(rename = "DeliveryMedium")]
    pub medium: Medium,
    /// The attribute that the code proves; a reset code proves none.
    #[serde(rename = "AttributeName")]
    pub attribute: Option<String>,
}

impl From<String> for Medium {
    fn from(name: String) -> Self {
        match name.as_str() {
            "EMAIL" => Self::Email,
            "SMS" => Self::Sms,
            _ => Self::Other(name),
        }
    }
}

/// A mail or text in the inbox of `poolhouse dev`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// Of a text, nothing.
    pub subject: String,
    /// All of it.
    pub text: String,
    /// The code in it.
    pub code: String,
    /// When it was sent (RFC 3339).
    pub sent_at: String,
}

/// A reply that says where a code went.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CodeSent {
    pub(crate) code_delivery_details: Delivery,
}
