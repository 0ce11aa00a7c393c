//! What people do, over and over.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;

/// One kind of thing that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scenario {
    /// A code by mail signs in: two requests.
    EmailOtp,
    /// A code by text message signs in: two requests.
    SmsOtp,
    /// A passkey signs in: two requests.
    Passkey,
    /// A password that is sent signs in: one request.
    Password,
    /// A password that is proved signs in: two requests.
    PasswordSrp,
    /// A refresh token gets new tokens: one request.
    Refresh,
    /// An access token gets who it is: one request.
    GetUser,
    /// An access token gets which passkeys there are: one request.
    ListPasskeys,
    /// The pool's public keys: one request.
    Jwks,
}

impl Scenario {
    /// All of them.
    pub(crate) const ALL: [Self; 9] = [
        Self::EmailOtp,
        Self::SmsOtp,
        Self::Passkey,
        Self::Password,
        Self::PasswordSrp,
        Self::Refresh,
        Self::GetUser,
        Self::ListPasskeys,
        Self::Jwks,
    ];

    /// As one types it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EmailOtp => "email-otp",
            Self::SmsOtp => "sms-otp",
            Self::Passkey => "passkey",
            Self::Password => "password",
            Self::PasswordSrp => "password-srp",
            Self::Refresh => "refresh",
            Self::GetUser => "get-user",
            Self::ListPasskeys => "list-passkeys",
            Self::Jwks => "jwks",
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
