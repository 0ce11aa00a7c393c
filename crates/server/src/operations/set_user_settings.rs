//! `SetUserSettings`: codes by text message as a second factor, as clients of old turn them on.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserSettings.html>
//! Deviation: the number must have been proved, as for SetUserMFAPreference.

use poolhouse_domain::mfa::Wish;
use poolhouse_domain::pool::{ContactAttribute, MfaMethod};
use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::mfa;
use crate::operations::shapes::{Empty, MfaOption};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    #[serde(rename = "MFAOptions")]
    mfa_options: Vec<MfaOption>,
}

/// Errors: `InvalidParameter` (anything but text messages to `phone_number`; no such number; the pool
/// lacks or requires the factor), those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Empty, ApiError> {
    let number = ContactAttribute::PhoneNumber.as_str();
    if let Some(other) = request.mfa_options.iter().find(|option| !option.is_sms()) {
        return Err(ApiError::invalid_parameter(format!(
            "Invalid MFAOptions: got {} to {}, expected SMS to {number}",
            other.delivery_medium, other.attribute_name
        )));
    }
    let enabled = Some(!request.mfa_options.is_empty());
    let wish = Wish { method: MfaMethod::SmsMfa, enabled, preferred: None };
    mfa::prefer(cx, vec![wish], None).await?;
    Ok(Empty {})
}
