//! Shapes of the service model that more than one operation has.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::attributes::Attributes;
use poolhouse_domain::challenge::ChallengeName;
use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::flows::{Delivery, Outcome};
use crate::tokens::Tokens;

/// `AttributeType`. A value may be left out, which is the same as an empty one.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attribute {
    pub(super) name: String,
    #[serde(default)]
    pub(super) value: String,
}

/// The attributes by name; of two with one name the last counts.
pub(super) fn attributes(list: Vec<Attribute>) -> Attributes {
    list.into_iter()
        .map(|attribute| (attribute.name, attribute.value))
        .collect()
}

/// `CredentialId`: base64url. What is no base64url is no passkey's id.
pub(super) fn credential_id(text: &str) -> Result<Vec<u8>, ApiError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| ApiError::PasskeyNotFound)
}

/// A reply without members.
#[derive(Serialize)]
pub(super) struct Empty {}

/// `CodeDeliveryDetailsType`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CodeDeliveryDetails {
    destination: String,
    delivery_medium: &'static str,
    attribute_name: &'static str,
}

impl From<Delivery> for CodeDeliveryDetails {
    fn from(delivery: Delivery) -> Self {
        Self {
            destination: delivery.destination,
            delivery_medium: delivery.channel.medium(),
            attribute_name: delivery.attribute.as_str(),
        }
    }
}

/// A reply that says where a code went.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CodeSent {
    pub(super) code_delivery_details: CodeDeliveryDetails,
}

/// The reply of InitiateAuth and of RespondToAuthChallenge.
#[derive(Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AuthReply {
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    challenge_parameters: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_challenges: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authentication_result: Option<AuthenticationResult>,
}

impl From<Outcome> for AuthReply {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Challenge {
                name,
                session,
                parameters,
                available,
            } => Self {
                challenge_name: Some(name.as_str()),
                session: Some(session.expose().clone()),
                challenge_parameters: parameters,
                available_challenges: (!available.is_empty())
                    .then(|| available.into_iter().map(ChallengeName::as_str).collect()),
                authentication_result: None,
            },
            Outcome::SignedIn(tokens) => Self {
                authentication_result: Some(tokens.into()),
                ..Self::default()
            },
        }
    }
}

/// `AuthenticationResultType`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AuthenticationResult {
    access_token: String,
    /// Seconds.
    expires_in: u64,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    id_token: String,
}

impl From<Tokens> for AuthenticationResult {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access.expose().clone(),
            expires_in: tokens.expires_in.as_secs(),
            token_type: "Bearer",
            refresh_token: tokens.refresh.map(|token| token.expose().clone()),
            id_token: tokens.id.expose().clone(),
        }
    }
}
