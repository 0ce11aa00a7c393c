//! `GetDevice`: one of the user's devices, remembered or not.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetDevice.html>
//! Deviation: none. The access token, which the model does not demand, is needed: nothing else says whose
//! device it is.

use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::devices;
use crate::operations::shapes::{DeviceDescription, device_key};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    device_key: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    device: DeviceDescription,
}

/// Errors: `ResourceNotFound` (the user has no such device), `InvalidUserPoolConfiguration` (the pool
/// remembers no devices), those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Reply, ApiError> {
    let device = devices::get(cx, device_key(&request.device_key)?).await?;
    Ok(Reply { device: device.into() })
}
