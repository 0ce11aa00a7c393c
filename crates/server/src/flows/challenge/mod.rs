//! One file for each challenge: how it is put, and what an answer is worth.

pub(crate) mod begun;
pub(crate) mod device_srp;
mod email_otp;
pub(crate) mod mfa_code;
pub(crate) mod mfa_setup;
pub(crate) mod new_password;
mod otp;
pub(crate) mod password;
pub(crate) mod second_factor;
pub(crate) mod select_challenge;
pub(crate) mod select_mfa_type;
mod sms_otp;
pub(crate) mod software_token_mfa;
pub(crate) mod srp;
pub(crate) mod web_authn;

use poolhouse_domain::challenge::ChallengeName;
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::Outcome;
use crate::flows::responses::Responses;
use crate::flows::session::{Session, SrpLeg, State};
use crate::flows::subject::Subject;
use email_otp::EMAIL_OTP;
use sms_otp::SMS_OTP;

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

/// Takes what the person answers to the challenge `name`.
pub(crate) async fn answer(
    cx: &Cx,
    name: ChallengeName,
    session: Session,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    let is_second = matches!(session.state, State::MfaCode { .. });
    match name {
        ChallengeName::EmailOtp | ChallengeName::SmsMfa if is_second => {
            mfa_code::answer(cx, session, responses).await
        }
        // A code by text that is no second factor has a name of its own.
        ChallengeName::SmsMfa => Err(ApiError::SessionInvalid),
        ChallengeName::SelectChallenge => select_challenge::answer(cx, session, responses).await,
        ChallengeName::EmailOtp => EMAIL_OTP.answer(cx, session, responses).await,
        ChallengeName::SmsOtp => SMS_OTP.answer(cx, session, responses).await,
        ChallengeName::WebAuthn => web_authn::answer(cx, session, responses).await,
        ChallengeName::Password => {
            let typed = responses.password("PASSWORD")?;
            password::answer(cx, session.name.clone(), Some(session), typed).await
        }
        ChallengeName::PasswordSrp => {
            let a = responses.require("SRP_A")?;
            srp::begin(cx, &session.name.clone(), Some(session), a, SrpLeg::Whole).await
        }
        ChallengeName::PasswordVerifier => srp::answer(cx, session, responses).await,
        ChallengeName::NewPasswordRequired => new_password::answer(cx, session, responses).await,
        ChallengeName::SoftwareTokenMfa => software_token_mfa::answer(cx, session, responses).await,
        ChallengeName::SelectMfaType => select_mfa_type::answer(cx, session, responses).await,
        ChallengeName::MfaSetup => mfa_setup::answer(cx, session, responses).await,
        ChallengeName::DeviceSrpAuth | ChallengeName::DevicePasswordVerifier => {
            device_srp::answer(cx, session, responses).await
        }
    }
}

/// The one of `open` whose `word` is the answer.
fn chosen<T: Copy>(answer: &str, open: &[T], word: fn(T) -> &'static str) -> Result<T, ApiError> {
    let mut all = open.iter().copied();
    all.find(|one| word(*one) == answer).ok_or_else(|| {
        let expected: Vec<_> = open.iter().copied().map(word).collect();
        let expected = expected.join(", ");
        ApiError::invalid_parameter(format!(
            "Invalid ANSWER: got {answer}, expected one of {expected}"
        ))
    })
}
