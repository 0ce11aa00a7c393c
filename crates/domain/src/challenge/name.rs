//! The challenges, by Cognito's names.

use crate::pool::FirstFactor;

/// A challenge, by Cognito's name (`ChallengeNameType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChallengeName {
    /// Choose a first factor.
    SelectChallenge,
    /// Type the code that was mailed.
    EmailOtp,
    /// Type the code that was texted.
    SmsOtp,
    /// Sign with a passkey.
    WebAuthn,
    /// Begin to prove the password without sending it.
    PasswordSrp,
    /// Type the password.
    Password,
    /// Finish proving the password.
    PasswordVerifier,
    /// Replace the password that an administrator gave.
    NewPasswordRequired,
    /// Type the code that was texted, as a second factor. (Of a mailed one, too, the name is
    /// `EMAIL_OTP`.)
    SmsMfa,
    /// Type the code of an authenticator app.
    SoftwareTokenMfa,
    /// Choose a second factor.
    SelectMfaType,
    /// Set up a second factor.
    MfaSetup,
    /// Begin to prove that it is a device that is remembered.
    DeviceSrpAuth,
    /// Finish proving it.
    DevicePasswordVerifier,
}

impl ChallengeName {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::SelectChallenge,
        Self::EmailOtp,
        Self::SmsOtp,
        Self::WebAuthn,
        Self::PasswordSrp,
        Self::Password,
        Self::PasswordVerifier,
        Self::NewPasswordRequired,
        Self::SmsMfa,
        Self::SoftwareTokenMfa,
        Self::SelectMfaType,
        Self::MfaSetup,
        Self::DeviceSrpAuth,
        Self::DevicePasswordVerifier,
    ];

    /// Cognito's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SelectChallenge => "SELECT_CHALLENGE",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SmsOtp => "SMS_OTP",
            Self::WebAuthn => "WEB_AUTHN",
            Self::PasswordSrp => "PASSWORD_SRP",
            Self::Password => "PASSWORD",
            Self::PasswordVerifier => "PASSWORD_VERIFIER",
            Self::NewPasswordRequired => "NEW_PASSWORD_REQUIRED",
            Self::SmsMfa => "SMS_MFA",
            Self::SoftwareTokenMfa => "SOFTWARE_TOKEN_MFA",
            Self::SelectMfaType => "SELECT_MFA_TYPE",
            Self::MfaSetup => "MFA_SETUP",
            Self::DeviceSrpAuth => "DEVICE_SRP_AUTH",
            Self::DevicePasswordVerifier => "DEVICE_PASSWORD_VERIFIER",
        }
    }

    /// The challenge of that name, if we have it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == word)
    }

    /// The challenges that a first factor can be proved by, in the order of `AvailableChallenges`.
    pub const fn of_factor(factor: FirstFactor) -> &'static [Self] {
        match factor {
            FirstFactor::EmailOtp => &[Self::EmailOtp],
            FirstFactor::SmsOtp => &[Self::SmsOtp],
            FirstFactor::WebAuthn => &[Self::WebAuthn],
            FirstFactor::Password => &[Self::PasswordSrp, Self::Password],
        }
    }
}
