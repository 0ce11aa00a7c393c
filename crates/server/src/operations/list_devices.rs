//! `ListDevices`: the user's devices that are remembered, oldest first.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListDevices.html>
//! Deviation: none.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::Timestamp;
use poolhouse_domain::device::{Device, DeviceKey};
use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::devices::{self, Place};
use crate::operations::shapes::DeviceDescription;

/// Devices on a page, where the client does not say: the most that it may ask for.
const PAGE: usize = 60;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    limit: Option<usize>,
    pagination_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    devices: Vec<DeviceDescription>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination_token: Option<String>,
}

/// Errors: `InvalidParameter` (`PaginationToken`), `InvalidUserPoolConfiguration` (the pool remembers
/// no devices), those of the access token. A `Limit` of 0 is none.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Reply, ApiError> {
    let wanted = request.limit.filter(|&limit| limit > 0).unwrap_or(PAGE);
    let after = request.pagination_token.as_deref().map(read_token).transpose()?;
    let mut devices = devices::list(cx, after, wanted + 1).await?;
    let more = devices.len() > wanted;
    devices.truncate(wanted);
    let pagination_token = devices.last().filter(|_| more).map(token);
    Ok(Reply { devices: devices.into_iter().map(Into::into).collect(), pagination_token })
}

/// Where the page ended: it holds nothing that was not on it, so it needs no seal.
fn token(last: &Device) -> String {
    let moment = last.created_at.micros().to_be_bytes();
    URL_SAFE_NO_PAD.encode([moment.as_slice(), last.key.as_str().as_bytes()].concat())
}

fn read_token(token: &str) -> Result<Place, ApiError> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    let (moment, key) = bytes
        .as_deref()
        .and_then(<[u8]>::split_first_chunk)
        .and_then(|(moment, key)| Some((moment, DeviceKey::parse(str::from_utf8(key).ok()?)?)))
        .ok_or(ApiError::PaginationTokenInvalid)?;
    Ok(Place {
        created_at: Timestamp::from_micros(i64::from_be_bytes(*moment)),
        key,
    })
}
