//! A strict relying-party verifier for WebAuthn Level 3.
//!
//! Two functions do the work: [`registration::verify`] takes the steps of §7.1 and
//! [`authentication::verify`] those of §7.2, each one in order and with its number. Both return a
//! proof that only they can make, or an [`Error`] that names the step, what was expected and what
//! came.
//!
//! Everything is a function of its arguments: no input or output, no clock, no randomness, no
//! `unsafe`. Challenges, lookups and storage belong to the caller. Signatures are verified by
//! aws-lc-rs (Ed448, behind the feature `ed448`, by crrl); certificates are read by x509-parser.
//!
//! Strict means: what the specification says MUST, and what it lets a relying party refuse. Bytes
//! after a structure, non-canonical CBOR, duplicate keys, optional key parameters, points off the
//! curve, padding in base64url and the like are refused, because no honest client sends them.
//!
//! ```
//! use poolhouse_webauthn::{
//!     AllowedOrigin, AuthenticationResponse, CrossOrigin, ExpectedUser, Expectations,
//!     StoredCredential, UserVerification, authentication,
//! };
//!
//! # fn load() -> serde_json::Value {
//! #     serde_json::from_str::<serde_json::Value>(include_str!("../tests/vectors/webauthn-l3-cases.json"))
//! #         .unwrap()["cases"][0].clone()
//! # }
//! # use base64::Engine as _;
//! # let case = load();
//! # let decode = |value: &serde_json::Value| {
//! #     base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
//! # };
//! # let challenge = decode(&case["config"]["challenge"]);
//! # let user_handle = decode(&case["stored"]["userHandle"]);
//! # let (id, public_key) = (decode(&case["stored"]["credentialId"]), decode(&case["stored"]["publicKeyCose"]));
//! # let body = case["credential"].to_string();
//! // What the store knows of the credential.
//! let stored = StoredCredential {
//!     id,
//!     public_key,
//!     sign_count: 0,
//!     uv_initialized: false,
//!     transports: vec!["internal".to_owned()],
//!     backup_eligible: true,
//!     backup_state: true,
//!     user_handle: user_handle.clone(),
//! };
//! let response = AuthenticationResponse::from_json(&body)?;
//! let verified = authentication::verify(
//!     &response,
//!     &Expectations {
//!         challenge: &challenge,
//!         rp_id: "example.org",
//!         origins: &[AllowedOrigin::parse("https://example.org")?],
//!         cross_origin: CrossOrigin::Refused,
//!         user_verification: UserVerification::Preferred,
//!     },
//!     ExpectedUser::Identified { user_handle: &user_handle, allow_credentials: &[&stored.id] },
//!     Some(&stored),
//! )?;
//! assert_eq!(verified.credential().user_handle, user_handle);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(not(test), deny(clippy::indexing_slicing))]
#![deny(clippy::wildcard_enum_match_arm)]

pub mod aaguid;
pub mod attestation;
pub mod authentication;
pub mod authenticator_data;
pub mod cbor;
pub mod client_data;
pub mod cose;
mod error;
mod expectations;
pub mod options;
pub mod origin;
pub mod registration;
mod response;

pub use aaguid::Aaguid;
pub use attestation::{
    Attestation, AttestationPolicy, AttestationType, Format, Trust, TrustAnchors,
};
pub use authentication::{ExpectedUser, VerifiedAuthentication};
pub use cose::Algorithm;
pub use error::{Ceremony, Check, Error, Fault};
pub use expectations::{
    BackupPolicy, CrossOrigin, Expectations, Mediation, RegistrationPolicy, StoredCredential,
    UserVerification,
};
pub use options::{CreationOptions, RequestOptions};
pub use origin::AllowedOrigin;
pub use registration::VerifiedRegistration;
pub use response::{Attachment, AuthenticationResponse, RegistrationResponse};
