//! What people sign in with, and by: contacts and factors, by Cognito's names.

use serde::{Deserialize, Serialize};

use crate::message::Channel;
use crate::token::Amr;

/// What people sign in with in place of a user name (`UsernameAttributes`), and what a code can prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactAttribute {
    /// The e-mail address.
    Email,
    /// The phone number.
    PhoneNumber,
}

impl ContactAttribute {
    /// Both, in Cognito's order.
    pub const ALL: [Self; 2] = [Self::Email, Self::PhoneNumber];

    /// The contact whose attribute has that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|contact| contact.as_str() == name)
    }

    /// The attribute's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
        }
    }

    /// The attribute that says whether the contact was proved.
    pub const fn verified(self) -> &'static str {
        match self {
            Self::Email => "email_verified",
            Self::PhoneNumber => "phone_number_verified",
        }
    }

    /// How messages travel to it.
    pub const fn channel(self) -> Channel {
        match self {
            Self::Email => Channel::Email,
            Self::PhoneNumber => Channel::Sms,
        }
    }

    /// The first factor that is a code sent to it.
    pub const fn factor(self) -> FirstFactor {
        match self {
            Self::Email => FirstFactor::EmailOtp,
            Self::PhoneNumber => FirstFactor::SmsOtp,
        }
    }
}

/// A first factor (`AllowedFirstAuthFactors`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FirstFactor {
    /// A password.
    Password,
    /// A code by mail.
    EmailOtp,
    /// A code by text message.
    SmsOtp,
    /// A passkey.
    WebAuthn,
}

impl FirstFactor {
    /// All of them, in the order of `AvailableChallenges`.
    pub const ALL: [Self; 4] = [Self::Password, Self::EmailOtp, Self::SmsOtp, Self::WebAuthn];

    /// Cognito's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "PASSWORD",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SmsOtp => "SMS_OTP",
            Self::WebAuthn => "WEB_AUTHN",
        }
    }
}

/// Whether a second factor is asked for (`MfaConfiguration`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Mfa {
    /// Never.
    #[default]
    Off,
    /// Of those who set one up.
    Optional,
    /// Of everybody.
    On,
}

/// A second factor (`EnabledMfas`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MfaMethod {
    /// A code by text message.
    SmsMfa,
    /// A code from an authenticator app.
    SoftwareTokenMfa,
    /// A code by mail.
    EmailOtp,
}

impl MfaMethod {
    /// All of them, in Cognito's order.
    pub const ALL: [Self; 3] = [Self::SmsMfa, Self::SoftwareTokenMfa, Self::EmailOtp];

    /// Cognito's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SmsMfa => "SMS_MFA",
            Self::SoftwareTokenMfa => "SOFTWARE_TOKEN_MFA",
            Self::EmailOtp => "EMAIL_OTP",
        }
    }

    /// The method that sends codes to this attribute.
    pub const fn of(contact: ContactAttribute) -> Self {
        match contact {
            ContactAttribute::Email => Self::EmailOtp,
            ContactAttribute::PhoneNumber => Self::SmsMfa,
        }
    }

    /// What a right code of it proves.
    pub const fn amr(self) -> Amr {
        match self {
            Self::SmsMfa => Amr::Sms,
            Self::SoftwareTokenMfa => Amr::Otp,
            Self::EmailOtp => Amr::EmailOtp,
        }
    }

    /// The attribute that it sends codes to; none for an app.
    pub const fn contact(self) -> Option<ContactAttribute> {
        match self {
            Self::SmsMfa => Some(ContactAttribute::PhoneNumber),
            Self::EmailOtp => Some(ContactAttribute::Email),
            Self::SoftwareTokenMfa => None,
        }
    }
}
