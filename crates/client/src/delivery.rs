//! Where a code went.

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

/// A reply that says where a code went.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CodeSent {
    pub(crate) code_delivery_details: Delivery,
}
