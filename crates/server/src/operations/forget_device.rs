//! `ForgetDevice`: the user gives up a device, and what was signed in on it.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgetDevice.html>
//! Deviation: none. The access token, which the model does not demand, is needed: nothing else says whose
//! device it is.

use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::devices;
use crate::operations::shapes::{Empty, device_key};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    device_key: String,
}

/// Errors: `ResourceNotFound` (the user has no such device), `InvalidUserPoolConfiguration` (the pool
/// remembers no devices), those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Empty, ApiError> {
    devices::forget(cx, device_key(&request.device_key)?).await?;
    Ok(Empty {})
}
