//! What can go wrong: a [`Fault`] from a parser, an [`Error`] from a ceremony.
//!
//! A parser knows what it expected and what it found. A ceremony adds the check that it was making,
//! and so the numbered step of WebAuthn Level 3 §7.1 or §7.2.

use std::borrow::Cow;
use std::fmt;

/// The two ceremonies of WebAuthn Level 3 §7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ceremony {
    /// §7.1, Registering a New Credential (`#sctn-registering-a-new-credential`).
    Registration,
    /// §7.2, Verifying an Authentication Assertion (`#sctn-verifying-assertion`).
    Authentication,
}

/// The checks of both ceremonies, in the order of the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// The credential has the shape of a `PublicKeyCredential` of this ceremony.
    Response,
    /// The credential is one of `allowCredentials`.
    AllowCredentials,
    /// The credential belongs to the user.
    User,
    /// `clientDataJSON` is UTF-8.
    ClientDataUtf8,
    /// `clientDataJSON` is a JSON object.
    ClientDataJson,
    /// `type` is that of the ceremony.
    Type,
    /// `challenge` is the one that we gave out.
    Challenge,
    /// `origin` is one that we expect.
    Origin,
    /// `crossOrigin` is only set where we expect it.
    CrossOrigin,
    /// `topOrigin` is only there where we expect it, and one that we expect.
    TopOrigin,
    /// The attestation object (registration) and the authenticator data are well formed.
    AuthenticatorData,
    /// `rpIdHash` is the SHA-256 hash of our RP ID.
    RpIdHash,
    /// The UP flag is set.
    UserPresent,
    /// The UV flag is set, if we require it.
    UserVerified,
    /// The BS flag is only set together with BE.
    BackupState,
    /// The BE flag fits the policy (registration) or the record (authentication).
    BackupEligible,
    /// The credential public key is well formed and of an algorithm that we asked for.
    PublicKey,
    /// The attestation statement format is known and accepted.
    AttestationFormat,
    /// The attestation statement is correct.
    AttestationStatement,
    /// The attestation is trustworthy under the policy.
    AttestationTrust,
    /// The credential ID has 1 to 1023 bytes.
    CredentialIdLength,
    /// The credential ID is not registered yet.
    CredentialIdUnique,
    /// The assertion signature is valid.
    Signature,
    /// The signature counter has grown.
    SignCount,
}

/// A check that failed: which, in which ceremony, what it expected and what came.
///
/// The text holds parts of what the client sent (shortened, escaped) and belongs into logs only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    ceremony: Ceremony,
    check: Check,
    fault: Fault,
}

/// What a parser expected and what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    expected: Cow<'static, str>,
    got: Cow<'static, str>,
}

impl Error {
    /// The ceremony that failed.
    pub fn ceremony(&self) -> Ceremony {
        self.ceremony
    }

    /// The check that failed.
    pub fn check(&self) -> Check {
        self.check
    }

    /// The number of the failed step among the list items of §7.1 or §7.2.
    ///
    /// The specification's own cross references ("step 21") count one less from the item on that
    /// verifies the attestation statement.
    pub fn step(&self) -> u8 {
        self.check.step(self.ceremony)
    }

    /// What was expected.
    pub fn expected(&self) -> &str {
        &self.fault.expected
    }

    /// What came instead, shortened and escaped.
    pub fn got(&self) -> &str {
        &self.fault.got
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let section = match self.ceremony {
            Ceremony::Registration => "7.1",
            Ceremony::Authentication => "7.2",
        };
        let (step, check) = (self.step(), self.check.name());
        write!(
            f,
            "WebAuthn §{section} step {step}, {check}: {}",
            self.fault
        )
    }
}

impl std::error::Error for Error {}

impl Fault {
    pub(crate) fn new(
        expected: impl Into<Cow<'static, str>>,
        got: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            expected: expected.into(),
            got: got.into(),
        }
    }

    /// What was expected.
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What came instead, shortened and escaped.
    pub fn got(&self) -> &str {
        &self.got
    }

    pub(crate) fn at(self, ceremony: Ceremony, check: Check) -> Error {
        Error {
            ceremony,
            check,
            fault: self,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, got {}", self.expected, self.got)
    }
}

impl std::error::Error for Fault {}

impl Check {
    /// The number of the step in the ceremony's list; 0 where the ceremony has no such step.
    pub fn step(self, ceremony: Ceremony) -> u8 {
        let (registration, authentication) = self.steps();
        match ceremony {
            Ceremony::Registration => registration,
            Ceremony::Authentication => authentication,
        }
    }

    fn steps(self) -> (u8, u8) {
        match self {
            Self::Response => (3, 3),
            Self::AllowCredentials => (0, 5),
            Self::User => (0, 6),
            Self::ClientDataUtf8 => (5, 8),
            Self::ClientDataJson => (6, 9),
            Self::Type => (7, 10),
            Self::Challenge => (8, 11),
            Self::Origin => (9, 12),
            Self::CrossOrigin => (10, 13),
            Self::TopOrigin => (11, 14),
            Self::AuthenticatorData => (13, 7),
            Self::RpIdHash => (14, 15),
            Self::UserPresent => (15, 16),
            Self::UserVerified => (16, 17),
            Self::BackupState => (17, 18),
            Self::BackupEligible => (18, 19),
            Self::PublicKey => (20, 21),
            Self::AttestationFormat => (21, 0),
            Self::AttestationStatement => (22, 0),
            Self::AttestationTrust => (24, 0),
            Self::CredentialIdLength => (25, 0),
            Self::CredentialIdUnique => (26, 0),
            Self::Signature => (0, 21),
            Self::SignCount => (0, 22),
        }
    }

    /// The check in the specification's words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::AllowCredentials => "allowCredentials",
            Self::User => "user",
            Self::ClientDataUtf8 | Self::ClientDataJson => "clientDataJSON",
            Self::Type => "type",
            Self::Challenge => "challenge",
            Self::Origin => "origin",
            Self::CrossOrigin => "crossOrigin",
            Self::TopOrigin => "topOrigin",
            Self::AuthenticatorData => "authenticator data",
            Self::RpIdHash => "rpIdHash",
            Self::UserPresent => "user presence",
            Self::UserVerified => "user verification",
            Self::BackupState => "backup state",
            Self::BackupEligible => "backup eligibility",
            Self::PublicKey => "credential public key",
            Self::AttestationFormat => "attestation statement format",
            Self::AttestationStatement => "attestation statement",
            Self::AttestationTrust => "attestation trust",
            Self::CredentialIdLength => "credential ID length",
            Self::CredentialIdUnique => "credential ID",
            Self::Signature => "signature",
            Self::SignCount => "signature counter",
        }
    }
}

/// Text of a client for a log: escaped, and cut after 100 characters.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 100;
    match text.char_indices().nth(LONGEST) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}...", text.get(..end).unwrap_or_default()),
    }
}

/// Bytes of a client for a log: their number, and the first 16 in hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = format!("{} bytes", bytes.len());
    for (place, byte) in bytes.iter().take(16).enumerate() {
        let gap = if place == 0 { " " } else { "" };
        // Writing to a String cannot fail.
        let _ = write!(text, "{gap}{byte:02x}");
    }
    if bytes.len() > 16 {
        text.push_str("...");
    }
    text
}
