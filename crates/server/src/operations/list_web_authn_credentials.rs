//! `ListWebAuthnCredentials`: the user's passkeys, oldest first.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListWebAuthnCredentials.html>
//! Deviation: `LastUsedAt` is ours; clients that do not know it leave it aside.
//! Cannot occur: `LimitExceededException`: there is no limit to listing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::Timestamp;
use poolhouse_domain::passkey::{Attachment, MAX_PASSKEYS, Passkey};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::awsjson::error::ApiError;
use crate::awsjson::reply::epoch_seconds;
use crate::cx::UserCx;
use crate::flows::passkeys::{self, Place};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    credentials: Vec<Description>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `WebAuthnCredentialDescription`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    credential_id: String,
    friendly_credential_name: String,
    relying_party_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    authenticator_attachment: Option<&'static str>,
    authenticator_transports: Vec<String>,
    created_at: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Value>,
}

/// Errors: `InvalidParameter` (`NextToken`), those of the access token. `MaxResults` of 0 is none.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Reply, ApiError> {
    let wanted = request.max_results.filter(|&max| max > 0).unwrap_or(MAX_PASSKEYS);
    let after = request.next_token.as_deref().map(read_token).transpose()?;
    let mut passkeys = passkeys::list(cx, after, wanted + 1).await?;
    let more = passkeys.len() > wanted;
    passkeys.truncate(wanted);
    let next_token = passkeys.last().filter(|_| more).map(token);
    Ok(Reply { credentials: passkeys.into_iter().map(Description::from).collect(), next_token })
}

impl From<Passkey> for Description {
    fn from(passkey: Passkey) -> Self {
        Self {
            credential_id: URL_SAFE_NO_PAD.encode(&passkey.credential_id),
            friendly_credential_name: passkey.name,
            relying_party_id: passkey.relying_party_id,
            authenticator_attachment: passkey.attachment.map(Attachment::as_str),
            authenticator_transports: passkey.transports,
            created_at: epoch_seconds(passkey.created_at),
            last_used_at: passkey.last_used_at.map(epoch_seconds),
        }
    }
}

/// Where the page ended: it holds nothing that was not on it, so it needs no seal.
fn token(last: &Passkey) -> String {
    let moment = last.created_at.micros().to_be_bytes();
    URL_SAFE_NO_PAD.encode([moment.as_slice(), &last.credential_id].concat())
}

fn read_token(token: &str) -> Result<Place, ApiError> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let (moment, id) = bytes
        .as_deref()
        .and_then(<[u8]>::split_first_chunk)
        .filter(|(_, id)| !id.is_empty())
        .ok_or(ApiError::NextTokenInvalid)?;
    Ok(Place {
        created_at: Timestamp::from_micros(i64::from_be_bytes(*moment)),
        credential_id: id.to_vec(),
    })
}
