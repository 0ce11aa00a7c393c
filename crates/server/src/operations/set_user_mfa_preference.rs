//! `SetUserMFAPreference`: which second factors the user is asked for, and which one first.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html>
//! Deviation: a code by mail or text needs an address or number that was proved.

use poolhouse_domain::mfa::Wish;
use poolhouse_domain::pool::MfaMethod;
use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::mfa;
use crate::operations::shapes::Empty;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    #[serde(rename = "SMSMfaSettings")]
    sms: Option<Settings>,
    #[serde(rename = "SoftwareTokenMfaSettings")]
    software_token: Option<Settings>,
    #[serde(rename = "EmailMfaSettings")]
    email: Option<Settings>,
    #[serde(rename = "WebAuthnMfaSettings")]
    web_authn: Option<Settings>,
}

/// `SMSMfaSettingsType` and the others; that of passkeys has no preference.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Settings {
    enabled: Option<bool>,
    preferred_mfa: Option<bool>,
}

/// Errors: `InvalidParameter` (the factor is not set up, the pool lacks it or requires it, two are
/// preferred), those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Empty, ApiError> {
    let given = [
        (MfaMethod::SmsMfa, request.sms),
        (MfaMethod::SoftwareTokenMfa, request.software_token),
        (MfaMethod::EmailOtp, request.email),
    ];
    let wish = |(method, settings): (MfaMethod, Option<Settings>)| {
        let Settings { enabled, preferred_mfa: preferred } = settings?;
        Some(Wish { method, enabled, preferred })
    };
    let passkeys = request.web_authn.and_then(|settings| settings.enabled);
    mfa::prefer(cx, given.into_iter().filter_map(wish).collect(), passkeys).await?;
    Ok(Empty {})
}
