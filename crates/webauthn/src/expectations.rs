//! What the relying party expects of a ceremony, and what it keeps of a credential.

use crate::attestation::AttestationPolicy;
use crate::cose::Algorithm;
use crate::origin::AllowedOrigin;

/// What a relying party expects in both ceremonies.
#[derive(Clone, Copy, Debug)]
pub struct Expectations<'a> {
    /// The challenge that was given out for this ceremony, at least 16 random bytes. That it is
    /// used once and not too late is the caller's to keep.
    pub challenge: &'a [u8],
    /// The RP ID: a domain, without a scheme.
    pub rp_id: &'a str,
    /// The origins that may run the ceremony.
    pub origins: &'a [AllowedOrigin],
    /// Whether the page may be embedded in a page of another origin.
    pub cross_origin: CrossOrigin<'a>,
    /// `userVerification` as it stood in the options.
    pub user_verification: UserVerification,
}

/// Whether the ceremony may run in a frame that another origin embeds.
#[derive(Clone, Copy, Debug)]
pub enum CrossOrigin<'a> {
    /// Only on a page of our own.
    Refused,
    /// Also in a frame; a client that names the top origin must name one of these.
    Allowed {
        /// The origins of the pages that may embed ours.
        top_origins: &'a [AllowedOrigin],
    },
}

/// `UserVerificationRequirement` (WebAuthn Level 3 §5.8.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserVerification {
    /// The UV flag must be set.
    Required,
    /// The UV flag may be set.
    Preferred,
    /// The UV flag may be set.
    Discouraged,
}

impl UserVerification {
    /// The value in the options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Preferred => "preferred",
            Self::Discouraged => "discouraged",
        }
    }
}

/// What a relying party expects of a registration beyond [`Expectations`].
#[derive(Clone, Copy, Debug)]
pub struct RegistrationPolicy<'a> {
    /// `user.id` of the options: 1 to 64 bytes that tell nothing about the person.
    pub user_handle: &'a [u8],
    /// The algorithms of `pubKeyCredParams`.
    pub algorithms: &'a [Algorithm],
    /// `mediation` of the options.
    pub mediation: Mediation,
    /// Which credentials are welcome by their backup eligibility.
    pub backup: BackupPolicy,
    /// Which attestation is acceptable.
    pub attestation: &'a AttestationPolicy,
}

/// `mediation` of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mediation {
    /// The person was asked: the UP flag must be set.
    Prompted,
    /// `conditional`: the client had the person's consent before, and UP may be clear (§7.1 step 15).
    Conditional,
}

/// Policy on the BE flag of a registration (§7.1 step 18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BackupPolicy {
    /// Synced and device-bound credentials.
    Any,
    /// Only credentials that cannot leave their authenticator.
    DeviceBoundOnly,
}

/// A credential record (WebAuthn Level 3 §4, `#credential-record`): what the relying party stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCredential {
    /// The credential ID, 1 to 1023 bytes.
    pub id: Vec<u8>,
    /// The `COSE_Key`, as the authenticator wrote it.
    pub public_key: Vec<u8>,
    /// The signature counter; 0 for authenticators without one.
    pub sign_count: u32,
    /// Whether the user was ever verified with this credential.
    pub uv_initialized: bool,
    /// `getTransports()`, as the client gave them.
    pub transports: Vec<String>,
    /// The BE flag; never changes.
    pub backup_eligible: bool,
    /// The BS flag of the latest ceremony.
    pub backup_state: bool,
    /// The user handle of the account that owns the credential.
    pub user_handle: Vec<u8>,
}
