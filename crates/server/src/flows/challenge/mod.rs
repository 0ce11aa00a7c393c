//! One file for each challenge: how it is put, and what an answer is worth.

pub(crate) mod device_srp;
mod email_otp;
pub(crate) mod mfa_code;
pub(crate) mod mfa_setup;
pub(crate) mod new_password;
mod otp;
pub(crate) mod password;
pub(crate) mod second_factor;
pub(crate) mod select_mfa_type;
mod sms_otp;
pub(crate) mod software_token_mfa;
pub(crate) mod srp;
pub(crate) mod web_authn;

pub(crate) use email_otp::EMAIL_OTP;
pub(crate) use sms_otp::SMS_OTP;

use poolhouse_domain::challenge::ChallengeName;
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::Outcome;
use crate::flows::subject::Subject;

/// Whether to put this challenge to somebody sends them something, and so writes.
pub(crate) const fn is_sent(name: ChallengeName) -> bool {
    matches!(name, ChallengeName::EmailOtp | ChallengeName::SmsOtp)
}

/// Asks ahead for what [`offer`] reads of whoever `stand_in` stands for.
pub(crate) fn ask_ahead(
    txn: &mut Txn<'_>,
    cx: &Cx,
    stand_in: &Subject,
    name: ChallengeName,
) -> Result<(), ApiError> {
    match name {
        ChallengeName::EmailOtp => EMAIL_OTP.ask_ahead(txn, cx, stand_in),
        ChallengeName::SmsOtp => SMS_OTP.ask_ahead(txn, cx, stand_in),
        ChallengeName::WebAuthn => web_authn::ask_ahead(txn, cx, stand_in),
        _ => Ok(()),
    }
}

/// Puts the challenge `name` to the person.
pub(crate) fn offer(
    txn: &mut Txn<'_>,
    cx: &Cx,
    subject: &Subject,
    typed: &str,
    name: ChallengeName,
    available: Vec<ChallengeName>,
) -> Result<Outcome, ApiError> {
    match name {
        ChallengeName::EmailOtp => EMAIL_OTP.offer(txn, cx, subject, typed, available),
        ChallengeName::SmsOtp => SMS_OTP.offer(txn, cx, subject, typed, available),
        ChallengeName::WebAuthn => web_authn::offer(txn, cx, subject, typed, available),
        ChallengeName::Password => password::offer(cx, subject, typed, available),
        ChallengeName::PasswordSrp => srp::offer(cx, subject, typed, available),
        // Nobody chooses these: the gate asks for what it wants.
        ChallengeName::SelectChallenge
        | ChallengeName::PasswordVerifier
        | ChallengeName::NewPasswordRequired
        | ChallengeName::SmsMfa
        | ChallengeName::SoftwareTokenMfa
        | ChallengeName::SelectMfaType
        | ChallengeName::MfaSetup
        | ChallengeName::DeviceSrpAuth
        | ChallengeName::DevicePasswordVerifier => Err(ApiError::SessionInvalid),
    }
}
