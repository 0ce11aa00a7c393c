//! Shapes of the service model that more than one operation has.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::Timestamp;
use poolhouse_domain::attributes::Attributes;
use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::device::{Device, DeviceKey};
use poolhouse_domain::message::Channel;
use poolhouse_domain::mfa::MfaSettings;
use poolhouse_domain::pool::{ContactAttribute, MfaMethod};
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::awsjson::error::ApiError;
use crate::awsjson::reply::epoch_seconds;
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

/// `MFAOptionType`: of old, and about text messages only.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
pub(super) struct MfaOption {
    pub(super) delivery_medium: String,
    pub(super) attribute_name: String,
}

impl MfaOption {
    /// The only one that there is.
    pub(super) fn sms() -> Self {
        Self {
            delivery_medium: Channel::Sms.medium().to_owned(),
            attribute_name: ContactAttribute::PhoneNumber.as_str().to_owned(),
        }
    }

    /// Whether it is that one.
    pub(super) fn is_sms(&self) -> bool {
        let sms = Self::sms();
        (&self.delivery_medium, &self.attribute_name) == (&sms.delivery_medium, &sms.attribute_name)
    }
}

/// What replies say of a user's second factors; what there is none of is left out.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MfaReply {
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_mfa_setting: Option<&'static str>,
    #[serde(rename = "UserMFASettingList", skip_serializing_if = "Vec::is_empty")]
    user_mfa_setting_list: Vec<&'static str>,
}

impl From<&MfaSettings> for MfaReply {
    fn from(settings: &MfaSettings) -> Self {
        Self {
            preferred_mfa_setting: settings.preferred().map(MfaMethod::as_str),
            user_mfa_setting_list: settings.enabled().map(MfaMethod::as_str).collect(),
        }
    }
}

/// `DeviceKey`. What cannot be one is the key of no device.
pub(super) fn device_key(text: &str) -> Result<DeviceKey, ApiError> {
    DeviceKey::parse(text).ok_or(ApiError::InvalidDeviceKey)
}

/// `DeviceType`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the names are AWS's")]
pub(super) struct DeviceDescription {
    device_key: String,
    device_attributes: Vec<Attribute>,
    device_create_date: Value,
    device_last_modified_date: Value,
    device_last_authenticated_date: Value,
}

impl From<Device> for DeviceDescription {
    /// With the three attributes that Cognito tells users, in its order.
    fn from(device: Device) -> Self {
        let attributes = [
            ("device_status", Some("valid".to_owned())),
            ("device_name", device.name),
            ("last_ip_used", device.last_ip.map(|ip| ip.to_string())),
        ];
        let attributes = attributes.into_iter().filter_map(|(name, value)| {
            let name = name.to_owned();
            value.map(|value| Attribute { name, value })
        });
        // Cognito keeps it in whole seconds, unlike the others.
        let authenticated_at = Timestamp::from_seconds(device.authenticated_at.seconds());
        Self {
            device_key: device.key.as_str().to_owned(),
            device_attributes: attributes.collect(),
            device_create_date: epoch_seconds(device.created_at),
            device_last_modified_date: epoch_seconds(device.modified_at),
            device_last_authenticated_date: epoch_seconds(authenticated_at),
        }
    }
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

/// Text without anything to escape, such as base64url: it is copied, where any other is looked at letter by
/// letter. Of a sign-in's reply it is nearly all.
struct Verbatim(String);

impl Serialize for Verbatim {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = ["\"", &self.0, "\""].concat();
        // Refused if it is anything but one text.
        let raw: &RawValue = serde_json::from_str(&json).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// The reply of InitiateAuth and of RespondToAuthChallenge.
#[derive(Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AuthReply {
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Verbatim>,
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
                session: Some(Verbatim(session.release())),
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
    access_token: Verbatim,
    /// Seconds.
    expires_in: u64,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<Verbatim>,
    id_token: Verbatim,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_device_metadata: Option<NewDeviceMetadata>,
}

/// `NewDeviceMetadataType`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NewDeviceMetadata {
    device_key: String,
    device_group_key: String,
}

impl From<Tokens> for AuthenticationResult {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: Verbatim(tokens.access.release()),
            expires_in: tokens.expires_in.as_secs(),
            token_type: "Bearer",
            refresh_token: tokens.refresh.map(|token| Verbatim(token.release())),
            id_token: Verbatim(tokens.id.release()),
            new_device_metadata: tokens.new_device.map(|new| NewDeviceMetadata {
                device_key: new.key.as_str().to_owned(),
                device_group_key: new.group_key,
            }),
        }
    }
}
