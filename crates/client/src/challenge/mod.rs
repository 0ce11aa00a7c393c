//! What a sign-in may ask for. Each kind has its answers as methods; an answer that is refused with
//! [`CodeMismatch`](crate::Exception::CodeMismatch), or as a wrong password, leaves the challenge as it
//! is, for another try.

mod mfa;
mod new_password;
mod other;
mod otp;
mod password;
mod select;
mod web_authn;

pub use mfa::{MfaSetup, SelectMfa, SoftwareTokenSetup};
pub use new_password::NewPassword;
pub use other::Other;
pub use otp::Otp;
pub use password::{Password, PasswordSrp};
pub use select::Select;
pub use web_authn::WebAuthn;

use crate::Error;
use crate::sign_in::{Conversation, Reply};

/// What is asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Challenge {
    /// `SELECT_CHALLENGE`: to choose a way to sign in.
    Select(Select),
    /// `EMAIL_OTP`: the code that was mailed.
    EmailOtp(Otp),
    /// `SMS_OTP`: the code that was sent as a text message.
    SmsOtp(Otp),
    /// `WEB_AUTHN`: a passkey.
    WebAuthn(WebAuthn),
    /// `PASSWORD`: the password, to be sent.
    Password(Password),
    /// `PASSWORD_SRP`: the password, to be proved without being sent.
    PasswordSrp(PasswordSrp),
    /// `SMS_MFA`: a second factor, the code that was sent as a text message. (One by mail is an
    /// [`EmailOtp`](Self::EmailOtp) too.)
    SmsMfa(Otp),
    /// `SOFTWARE_TOKEN_MFA`: a second factor, the code that the authenticator app shows.
    SoftwareTokenMfa(Otp),
    /// `SELECT_MFA_TYPE`: to choose a second factor.
    SelectMfa(SelectMfa),
    /// `MFA_SETUP`: to set up a second factor.
    MfaSetup(MfaSetup),
    /// `NEW_PASSWORD_REQUIRED`: a password of the person's own, in place of one that they were given.
    NewPassword(NewPassword),
    /// Anything that this version has no type for.
    Other(Other),
}

impl Challenge {
    pub(crate) fn of(conversation: Conversation, mut reply: Reply) -> Result<Self, Error> {
        let missing = || Error::answer("the sign-in", "neither", "tokens or a challenge");
        let name = reply.challenge_name.take().ok_or_else(missing)?;
        let asked = conversation.after(&mut reply);
        Ok(match name.as_str() {
            "SELECT_CHALLENGE" => Self::Select(Select::of(asked, &reply)),
            "EMAIL_OTP" => Self::EmailOtp(Otp::email(asked, &reply)),
            "SMS_OTP" => Self::SmsOtp(Otp::sms(asked, &reply)),
            "WEB_AUTHN" => Self::WebAuthn(WebAuthn::of(asked, reply)?),
            "PASSWORD" => Self::Password(Password(asked)),
            "PASSWORD_SRP" => Self::PasswordSrp(PasswordSrp(asked)),
            "SMS_MFA" => Self::SmsMfa(Otp::sms_mfa(asked, &reply)),
            "SOFTWARE_TOKEN_MFA" => Self::SoftwareTokenMfa(Otp::software_token(asked, &reply)),
            "SELECT_MFA_TYPE" => Self::SelectMfa(SelectMfa::of(asked, &reply)?),
            "MFA_SETUP" => Self::MfaSetup(MfaSetup::of(asked, &reply)?),
            "NEW_PASSWORD_REQUIRED" => Self::NewPassword(NewPassword::of(asked, &reply)?),
            _ => Self::Other(Other::of(name, asked, reply)),
        })
    }

    /// What the API calls it.
    pub fn name(&self) -> &str {
        match self {
            Self::Select(_) => "SELECT_CHALLENGE",
            Self::EmailOtp(_) => "EMAIL_OTP",
            Self::SmsOtp(_) => "SMS_OTP",
            Self::WebAuthn(_) => "WEB_AUTHN",
            Self::Password(_) => "PASSWORD",
            Self::PasswordSrp(_) => "PASSWORD_SRP",
            Self::SmsMfa(_) => "SMS_MFA",
            Self::SoftwareTokenMfa(_) => "SOFTWARE_TOKEN_MFA",
            Self::SelectMfa(_) => "SELECT_MFA_TYPE",
            Self::MfaSetup(_) => "MFA_SETUP",
            Self::NewPassword(_) => "NEW_PASSWORD_REQUIRED",
            Self::Other(other) => other.name(),
        }
    }
}
