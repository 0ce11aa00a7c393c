//! The options that a client passes to `navigator.credentials`, in the JSON form that Amazon
//! Cognito sends (`CredentialCreationOptions` of StartWebAuthnRegistration, the challenge parameter
//! `CREDENTIAL_REQUEST_OPTIONS`): the same members, in the same order, and no others.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Serialize, Serializer};

use crate::cose::Algorithm;
use crate::expectations::{StoredCredential, UserVerification};

/// `PublicKeyCredentialCreationOptions` (WebAuthn Level 3 §5.4). Serializes to Cognito's JSON: the
/// credential must be discoverable, no attestation is asked for.
#[derive(Clone, Debug)]
pub struct CreationOptions<'a> {
    /// `rp.id`.
    pub rp_id: &'a str,
    /// `rp.name`; Cognito writes the RP ID.
    pub rp_name: &'a str,
    /// `user.id`: 1 to 64 bytes; Cognito takes the ASCII text of the `sub`.
    pub user_handle: &'a [u8],
    /// `user.name`.
    pub user_name: &'a str,
    /// `user.displayName`.
    pub user_display_name: &'a str,
    /// `challenge`: at least 16 random bytes.
    pub challenge: &'a [u8],
    /// `pubKeyCredParams`, the most wanted first.
    pub algorithms: &'a [Algorithm],
    /// `timeout` in milliseconds; Cognito's is 60000.
    pub timeout_ms: u32,
    /// `excludeCredentials`: the IDs of the user's credentials; always written, as amplify-swift
    /// needs it.
    pub exclude_credentials: &'a [&'a [u8]],
    /// `authenticatorSelection.userVerification`.
    pub user_verification: UserVerification,
}

/// `PublicKeyCredentialRequestOptions` (WebAuthn Level 3 §5.5). Serializes to Cognito's JSON.
#[derive(Clone, Debug)]
pub struct RequestOptions<'a> {
    /// `challenge`: at least 16 random bytes.
    pub challenge: &'a [u8],
    /// `timeout` in milliseconds; Cognito's is 180000.
    pub timeout_ms: u32,
    /// `rpId`.
    pub rp_id: &'a str,
    /// `allowCredentials`: the user's credentials; empty if nobody was named.
    pub allow_credentials: &'a [StoredCredential],
    /// `userVerification`.
    pub user_verification: UserVerification,
}

impl Serialize for CreationOptions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        CreationJson {
            rp: RelyingPartyJson {
                id: self.rp_id,
                name: self.rp_name,
            },
            user: UserJson {
                id: URL_SAFE_NO_PAD.encode(self.user_handle),
                name: self.user_name,
                display_name: self.user_display_name,
            },
            challenge: URL_SAFE_NO_PAD.encode(self.challenge),
            pub_key_cred_params: self
                .algorithms
                .iter()
                .map(|algorithm| ParameterJson {
                    kind: PUBLIC_KEY,
                    alg: algorithm.id(),
                })
                .collect(),
            timeout: self.timeout_ms,
            exclude_credentials: self
                .exclude_credentials
                .iter()
                .map(|id| DescriptorJson {
                    kind: PUBLIC_KEY,
                    id: URL_SAFE_NO_PAD.encode(id),
                    transports: &[],
                })
                .collect(),
            authenticator_selection: SelectionJson {
                require_resident_key: true,
                resident_key: "required",
                user_verification: self.user_verification.as_str(),
            },
        }
        .serialize(serializer)
    }
}

impl Serialize for RequestOptions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RequestJson {
            challenge: URL_SAFE_NO_PAD.encode(self.challenge),
            timeout: self.timeout_ms,
            rp_id: self.rp_id,
            allow_credentials: self
                .allow_credentials
                .iter()
                .map(|credential| DescriptorJson {
                    kind: PUBLIC_KEY,
                    id: URL_SAFE_NO_PAD.encode(&credential.id),
                    transports: &credential.transports,
                })
                .collect(),
            user_verification: self.user_verification.as_str(),
        }
        .serialize(serializer)
    }
}

const PUBLIC_KEY: &str = "public-key";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreationJson<'a> {
    rp: RelyingPartyJson<'a>,
    user: UserJson<'a>,
    challenge: String,
    pub_key_cred_params: Vec<ParameterJson>,
    timeout: u32,
    exclude_credentials: Vec<DescriptorJson<'a>>,
    authenticator_selection: SelectionJson,
}

#[derive(Serialize)]
struct RelyingPartyJson<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserJson<'a> {
    id: String,
    name: &'a str,
    display_name: &'a str,
}

#[derive(Serialize)]
struct ParameterJson {
    #[serde(rename = "type")]
    kind: &'static str,
    alg: i32,
}

#[derive(Serialize)]
struct DescriptorJson<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    transports: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SelectionJson {
    require_resident_key: bool,
    resident_key: &'static str,
    user_verification: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestJson<'a> {
    challenge: String,
    timeout: u32,
    rp_id: &'a str,
    allow_credentials: Vec<DescriptorJson<'a>>,
    user_verification: &'static str,
}
