//! What can go wrong: the pool refuses, does not answer, or answers something else.

use std::fmt;

/// Why a request did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The pool refused it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No answer came. It is not known whether the request had its effect.
    #[error("no answer from {endpoint}")]
    NoAnswer {
        /// Who was asked.
        endpoint: String,
        /// Why.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What came is not an answer of this API.
    #[error("{from}: got {got}, expected {expected}")]
    Answer {
        /// The operation, or the part of its answer.
        from: String,
        /// What came.
        got: String,
        /// What would have been right.
        expected: String,
    },
    /// The client cannot be made, or not be used so.
    #[error("{what}: got {got}, expected {expected}")]
    Config {
        /// What is wrong.
        what: String,
        /// As it was given.
        got: String,
        /// What would be right.
        expected: String,
    },
}

/// An answer that is an error: its name, and its words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {exception}: {message}")]
#[non_exhaustive]
pub struct Refusal {
    /// What was asked: `InitiateAuth`.
    pub operation: String,
    /// What kind of error it is.
    pub exception: Exception,
    /// What the pool says, for people.
    pub message: String,
    /// The HTTP status.
    pub status: u16,
    /// What the request is called in the server's log.
    pub request_id: Option<String>,
}

impl Error {
    /// Whether the pool refused for this reason.
    pub fn is(&self, exception: &Exception) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.exception == *exception)
    }

    pub(crate) fn answer(
        from: impl Into<String>,
        got: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self::Answer {
            from: from.into(),
            got: got.into(),
            expected: expected.into(),
        }
    }

    pub(crate) fn config(
        what: impl Into<String>,
        got: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self::Config {
            what: what.into(),
            got: got.into(),
            expected: expected.into(),
        }
    }
}

macro_rules! exceptions {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// The kinds of errors of the user-pool API, by AWS's names without their ending `Exception`.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Exception {
            $($(#[doc = $doc])+ $name,)+
            /// Any other, by its whole name.
            Other(String),
        }

        impl Exception {
            /// The exception that the service calls `name`.
            pub(crate) fn parse(name: &str) -> Self {
                match name.strip_suffix(ENDING) {
                    $(Some(stringify!($name)) => Self::$name,)+
                    _ => Self::Other(name.to_owned()),
                }
            }
        }

        impl fmt::Display for Exception {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name => write!(f, "{}{ENDING}", stringify!($name)),)+
                    Self::Other(name) => f.write_str(name),
                }
            }
        }
    };
}

/// How the service's names end.
const ENDING: &str = "Exception";

exceptions! {
    /// Another account has the address or number.
    AliasExists,
    /// The code is wrong. It may be typed again.
    CodeMismatch,
    /// The code is too old, or was used.
    ExpiredCode,
    /// The authenticator app's first code is wrong.
    EnableSoftwareTokenMFA,
    /// A fault of the server's.
    InternalError,
    /// A parameter is missing or wrong; the message says which.
    InvalidParameter,
    /// The new password does not do; the message says why.
    InvalidPassword,
    /// Too many of something: attempts, mails, passkeys.
    LimitExceeded,
    /// Wrong password, a Session that is over, a token that is not good.
    NotAuthorized,
    /// The new password was used before.
    PasswordHistoryPolicyViolation,
    /// The password must be reset before anything else.
    PasswordResetRequired,
    /// A refresh token was used after it was replaced: the sign-in is over.
    RefreshTokenReuse,
    /// There is no such client, passkey, session.
    ResourceNotFound,
    /// No authenticator app is registered.
    SoftwareTokenMFANotFound,
    /// Too many wrong answers.
    TooManyFailedAttempts,
    /// Too many requests: try again later.
    TooManyRequests,
    /// The token is not this client's.
    Unauthorized,
    /// The server has no such operation.
    UnknownOperation,
    /// The client may not do that.
    UnsupportedOperation,
    /// Only refresh tokens can be revoked.
    UnsupportedTokenType,
    /// The sign-up was not confirmed.
    UserNotConfirmed,
    /// There is no such user, where the client does not conceal it.
    UserNotFound,
    /// The address, number or name is taken.
    UsernameExists,
    /// The passkey's registration was not started, or too long ago.
    WebAuthnChallengeNotFound,
    /// The passkey's registration was started by another app client.
    WebAuthnClientMismatch,
    /// The pool does not say who it is to authenticators.
    WebAuthnConfigurationMissing,
    /// The pool does not take this kind of passkey.
    WebAuthnCredentialNotSupported,
    /// The pool has no passkeys.
    WebAuthnNotEnabled,
    /// The passkey was made on a page that the pool does not allow.
    WebAuthnOriginNotAllowed,
    /// The passkey is another relying party's.
    WebAuthnRelyingPartyMismatch,
}
