//! What is written down of what people do with their accounts: who, what, when, from where. Never a secret,
//! never an address or number.

use std::net::IpAddr;
use std::time::Duration;

use crate::{ClientId, Sub, Timestamp};

/// For how long it is kept where nothing else is said.
pub const KEPT: Duration = Duration::from_hours(90 * 24);

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditKind {
    /// An account was made.
    SignUp,
    /// What it was made with was proved.
    SignUpConfirmed,
    /// Somebody is in; the detail is how (`amr`, RFC 8176).
    SignIn,
    /// A proof was wrong; the detail is what of.
    ProofFailed,
    /// A password was set.
    PasswordSet,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was deleted.
    PasskeyDeleted,
    /// An authenticator app was registered.
    SoftwareTokenAdded,
    /// Other second factors are asked for.
    MfaChanged,
    /// A new address or number was proved; the detail is which attribute.
    ContactProved,
    /// A device was confirmed.
    DeviceConfirmed,
    /// A device was forgotten.
    DeviceForgotten,
    /// A sign-in can be refreshed no more, or all of them; the detail is why.
    SignInEnded,
    /// The account is gone.
    AccountDeleted,
}

impl AuditKind {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::SignUp,
        Self::SignUpConfirmed,
        Self::SignIn,
        Self::ProofFailed,
        Self::PasswordSet,
        Self::PasskeyAdded,
        Self::PasskeyDeleted,
        Self::SoftwareTokenAdded,
        Self::MfaChanged,
        Self::ContactProved,
        Self::DeviceConfirmed,
        Self::DeviceForgotten,
        Self::SignInEnded,
        Self::AccountDeleted,
    ];

    /// The word in the store, and for whoever reads it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::SignUpConfirmed => "sign_up_confirmed",
            Self::SignIn => "sign_in",
            Self::ProofFailed => "proof_failed",
            Self::PasswordSet => "password_set",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyDeleted => "passkey_deleted",
            Self::SoftwareTokenAdded => "software_token_added",
            Self::MfaChanged => "mfa_changed",
            Self::ContactProved => "contact_proved",
            Self::DeviceConfirmed => "device_confirmed",
            Self::DeviceForgotten => "device_forgotten",
            Self::SignInEnded => "sign_in_ended",
            Self::AccountDeleted => "account_deleted",
        }
    }

    /// The kind of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Something that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// When.
    pub at: Timestamp,
    /// To whose.
    pub sub: Sub,
    /// What.
    pub kind: AuditKind,
    /// More of it: a word or two of ours.
    pub detail: String,
    /// Through which app client.
    pub client_id: ClientId,
    /// From where, if that is known.
    pub from: Option<IpAddr>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        for kind in AuditKind::ALL {
            assert_eq!(AuditKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(AuditKind::parse("sign-in"), None);
    }
}
