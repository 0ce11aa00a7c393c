//! `UpdateDeviceStatus`: one of the user's devices is to be remembered, or no longer.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateDeviceStatus.html>
//! Deviation: none.

use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::devices;
use crate::operations::shapes::{Empty, device_key};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    device_key: String,
    device_remembered_status: Option<Status>,
}

/// `DeviceRememberedStatusType`.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Status {
    Remembered,
    NotRemembered,
}

/// Errors: `ResourceNotFound` (the user has no such device), `InvalidParameter` (no status),
/// `InvalidUserPoolConfiguration` (the pool remembers no devices), those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Empty, ApiError> {
    let status = request.device_remembered_status;
    let status = status.ok_or(ApiError::MissingParameter("DeviceRememberedStatus"))?;
    let key = device_key(&request.device_key)?;
    devices::remember(cx, key, status == Status::Remembered).await?;
    Ok(Empty {})
}
