//! Attestation: the object, the formats, and what is trusted (WebAuthn Level 3 §6.5.4, §8).
//!
//! `android-safetynet` is refused: Google has turned its service off, and the format is deprecated.

mod android_key;
mod apple;
mod certificate;
mod der;
mod fido_u2f;
mod none;
mod packed;
mod tpm;
mod trust;

use crate::authenticator_data::AttestedCredentialData;
use crate::cbor::{self, Map, Value};
use crate::cose::PublicKey;
use crate::error::{Ceremony, Check, Error, Fault, quoted};

pub use trust::{Trust, TrustAnchors};

/// An attestation statement format (§8.1, `#sctn-attstn-fmt-ids`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `none` (§8.7).
    None,
    /// `packed` (§8.2).
    Packed,
    /// `tpm` (§8.3).
    Tpm,
    /// `android-key` (§8.4).
    AndroidKey,
    /// `apple` (§8.8).
    Apple,
    /// `fido-u2f` (§8.6).
    FidoU2f,
}

/// An attestation type (§6.5.3, `#sctn-attestation-types`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttestationType {
    /// Nothing is attested.
    None,
    /// Signed with the credential's own key.
    SelfAttestation,
    /// Signed with a key of the model (Basic) or certified by an attestation CA (AttCA); the
    /// statement alone does not tell which.
    BasicOrAttCa,
    /// Certified by an attestation CA.
    AttCa,
    /// Certified by an anonymization CA.
    AnonCa,
}

/// What an attestation came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// The format of the statement.
    pub format: Format,
    /// The type of the attestation.
    pub kind: AttestationType,
    /// Whether its certificates lead to a trust anchor of the policy.
    pub trusted: bool,
}

/// Which attestations are acceptable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationPolicy {
    /// The formats that are accepted.
    pub formats: Vec<Format>,
    /// Whether certificates must lead to a trust anchor.
    pub trust: Trust,
    /// `fido-u2f`: the AAGUID must be zero, as a U2F device has none. FIDO's conformance list asks
    /// for it, WebAuthn §8.6 does not.
    pub fido_u2f_zero_aaguid: bool,
    /// `tpm`: the manufacturer must be in TCG's registry. FIDO's conformance list asks for it,
    /// WebAuthn §8.3 does not.
    pub tpm_known_manufacturers: bool,
    /// `android-key`: origin and purpose of the key must be vouched for by the trusted execution
    /// environment. WebAuthn §8.4 leaves it to the relying party.
    pub android_key_hardware: bool,
}

impl Default for AttestationPolicy {
    /// Every format, each checked as strictly as it can be; no trust anchors are asked for, which
    /// is what a relying party that asks for no attestation wants.
    fn default() -> Self {
        Self {
            formats: Format::ALL.to_vec(),
            trust: Trust::NotAssessed,
            fido_u2f_zero_aaguid: true,
            tpm_known_manufacturers: true,
            android_key_hardware: true,
        }
    }
}

impl AttestationPolicy {
    /// Every format, and nothing beyond what WebAuthn itself asks of it.
    pub fn specification() -> Self {
        Self {
            fido_u2f_zero_aaguid: false,
            tpm_known_manufacturers: false,
            android_key_hardware: false,
            ..Self::default()
        }
    }
}

impl Format {
    /// All formats that are verified here.
    pub const ALL: [Self; 6] = [
        Self::None,
        Self::Packed,
        Self::Tpm,
        Self::AndroidKey,
        Self::Apple,
        Self::FidoU2f,
    ];

    /// The identifier, compared with case (§7.1 step 21).
    pub fn parse(fmt: &str) -> Result<Self, Fault> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == fmt)
            .ok_or_else(|| {
                let known: Vec<&str> = Self::ALL.iter().map(|format| format.as_str()).collect();
                Fault::new(format!("one of {}", known.join(", ")), quoted(fmt))
            })
    }

    /// The identifier.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Packed => "packed",
            Self::Tpm => "tpm",
            Self::AndroidKey => "android-key",
            Self::Apple => "apple",
            Self::FidoU2f => "fido-u2f",
        }
    }
}

/// An attestation object (§6.5.4, `#sctn-generating-an-attestation-object`): exactly `fmt`,
/// `attStmt` and `authData`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationObject<'a> {
    /// `fmt`.
    pub format: &'a str,
    /// `attStmt`.
    pub statement: Map<'a>,
    /// `authData`, unread.
    pub authenticator_data: &'a [u8],
}

impl<'a> AttestationObject<'a> {
    /// Reads the whole of `bytes`.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Fault> {
        let map = cbor::parse(bytes)?.into_map("the attestation object")?;
        map.only_text_keys("an attestation object", &["fmt", "attStmt", "authData"])?;
        let statement = map.text_key("attStmt").cloned();
        Ok(Self {
            format: text(&map, "fmt")?,
            statement: statement
                .ok_or_else(|| Fault::new("attStmt", "nothing"))?
                .into_map("attStmt")?,
            authenticator_data: bytes_member(&map, "authData")?,
        })
    }
}

/// What a verification procedure is given (§6.5.2).
pub(crate) struct Statement<'a, 's> {
    pub(crate) members: &'s Map<'a>,
    pub(crate) authenticator_data: &'a [u8],
    pub(crate) client_data_hash: &'s [u8],
    pub(crate) rp_id_hash: &'a [u8; 32],
    pub(crate) attested: &'s AttestedCredentialData<'a>,
    pub(crate) key: &'s PublicKey<'a>,
}

/// What a verification procedure returns: the type and the trust path, leaf first.
type Outcome<'a> = Result<(AttestationType, Vec<&'a [u8]>), Fault>;

/// §7.1 steps 21 (accepted formats), 22 (the statement), 23 and 24 (trust).
pub(crate) fn verify(
    format: Format,
    statement: &Statement<'_, '_>,
    policy: &AttestationPolicy,
) -> Result<Attestation, Error> {
    let at = |fault: Fault, check| fault.at(Ceremony::Registration, check);
    if !policy.formats.contains(&format) {
        let expected = format!("one of the formats {:?}", policy.formats);
        return Err(at(
            Fault::new(expected, format.as_str()),
            Check::AttestationFormat,
        ));
    }
    let (kind, path) = match format {
        Format::None => none::verify(statement),
        Format::Packed => packed::verify(statement),
        Format::Tpm => tpm::verify(statement, policy.tpm_known_manufacturers),
        Format::AndroidKey => android_key::verify(statement, policy.android_key_hardware),
        Format::Apple => apple::verify(statement),
        Format::FidoU2f => fido_u2f::verify(statement, policy.fido_u2f_zero_aaguid),
    }
    .map_err(|fault| at(fault, Check::AttestationStatement))?;
    let trusted = trust::assess(kind, &path, &policy.trust)
        .map_err(|fault| at(fault, Check::AttestationTrust))?;
    Ok(Attestation {
        format,
        kind,
        trusted,
    })
}

impl Statement<'_, '_> {
    /// `authenticatorData || clientDataHash`, which most formats sign.
    fn signed_bytes(&self) -> Vec<u8> {
        [self.authenticator_data, self.client_data_hash].concat()
    }

    /// `alg`, a COSE algorithm identifier.
    fn algorithm(&self) -> Result<i128, Fault> {
        match self.members.text_key("alg") {
            Some(Value::Integer(id)) => Ok(*id),
            Some(other) => Err(Fault::new("alg to be an integer", other.kind())),
            None => Err(Fault::new("alg", "nothing")),
        }
    }
}

impl<'a> Statement<'a, '_> {
    /// A member that is a byte string.
    fn bytes(&self, name: &str) -> Result<&'a [u8], Fault> {
        bytes_member(self.members, name)
    }

    /// `x5c`: at least one certificate, leaf first.
    fn certificates(&self) -> Result<Vec<&'a [u8]>, Fault> {
        let items = match self.members.text_key("x5c") {
            Some(Value::Array(items)) if !items.is_empty() => items,
            Some(other) => return Err(Fault::new("x5c to hold certificates", other.kind())),
            None => return Err(Fault::new("x5c", "nothing")),
        };
        items
            .iter()
            .map(|item| {
                if let Value::Bytes(der) = item {
                    return Ok(*der);
                }
                Err(Fault::new("a certificate in x5c", item.kind()))
            })
            .collect()
    }
}

fn text<'a>(map: &Map<'a>, name: &str) -> Result<&'a str, Fault> {
    match map.text_key(name) {
        Some(Value::Text(text)) => Ok(text),
        Some(other) => Err(Fault::new(format!("{name} to be text"), other.kind())),
        None => Err(Fault::new(name.to_owned(), "nothing")),
    }
}

fn bytes_member<'a>(map: &Map<'a>, name: &str) -> Result<&'a [u8], Fault> {
    match map.text_key(name) {
        Some(Value::Bytes(bytes)) => Ok(bytes),
        Some(other) => Err(Fault::new(
            format!("{name} to be a byte string"),
            other.kind(),
        )),
        None => Err(Fault::new(name.to_owned(), "nothing")),
    }
}
