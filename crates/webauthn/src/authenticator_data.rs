//! Authenticator data (WebAuthn Level 3 §6.1, `#sctn-authenticator-data`), byte by byte.

use aws_lc_rs::digest::{SHA256, digest};

use crate::aaguid::Aaguid;
use crate::cbor::{self, Map};
use crate::error::{Ceremony, Check, Error, Fault, hex};
use crate::expectations::{Expectations, UserVerification};

/// The flags byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(u8);

/// Authenticator data, borrowed from its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorData<'a> {
    /// SHA-256 of the RP ID.
    pub rp_id_hash: &'a [u8; 32],
    /// The flags.
    pub flags: Flags,
    /// The signature counter.
    pub sign_count: u32,
    /// Present if and only if the AT flag is set.
    pub attested: Option<AttestedCredentialData<'a>>,
    /// The extension outputs; present if and only if the ED flag is set.
    pub extensions: Option<Map<'a>>,
}

/// Attested credential data (§6.5.1, `#sctn-attested-credential-data`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestedCredentialData<'a> {
    /// The model of the authenticator; zero if it does not say.
    pub aaguid: Aaguid,
    /// The credential ID; its length is checked in §7.1 step 25.
    pub credential_id: &'a [u8],
    /// The `COSE_Key` as it was encoded.
    pub public_key: &'a [u8],
    /// The `COSE_Key` as a map; its members are checked in §7.1 step 20.
    pub public_key_map: Map<'a>,
}

impl Flags {
    /// UP: the person was present.
    pub fn user_present(self) -> bool {
        self.0 & 0x01 != 0
    }

    /// UV: the authenticator verified the person.
    pub fn user_verified(self) -> bool {
        self.0 & 0x04 != 0
    }

    /// BE: the credential may be backed up.
    pub fn backup_eligible(self) -> bool {
        self.0 & 0x08 != 0
    }

    /// BS: the credential is backed up.
    pub fn backup_state(self) -> bool {
        self.0 & 0x10 != 0
    }

    fn attested(self) -> bool {
        self.0 & 0x40 != 0
    }

    fn extensions(self) -> bool {
        self.0 & 0x80 != 0
    }
}

impl<'a> AuthenticatorData<'a> {
    /// Reads the whole of `bytes`: what the flags announce must be there, and nothing else.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Fault> {
        let (rp_id_hash, rest) = chunk::<32>(bytes, "rpIdHash")?;
        let ([flags], rest) = chunk::<1>(rest, "flags")?;
        let (sign_count, rest) = chunk::<4>(rest, "signCount")?;
        let flags = Flags(*flags);
        let (attested, rest) = if flags.attested() {
            let (attested, rest) = AttestedCredentialData::parse_prefix(rest)?;
            (Some(attested), rest)
        } else {
            (None, rest)
        };
        let (extensions, rest) = if flags.extensions() {
            let (value, rest) = cbor::parse_prefix(rest)?;
            (Some(value.into_map("the extension outputs")?), rest)
        } else {
            (None, rest)
        };
        if !rest.is_empty() {
            return Err(Fault::new("the end of the authenticator data", hex(rest)));
        }
        let sign_count = u32::from_be_bytes(*sign_count);
        Ok(Self {
            rp_id_hash,
            flags,
            sign_count,
            attested,
            extensions,
        })
    }

    /// RP ID hash, user presence, user verification, backup flags: §7.1 steps 14-17 and §7.2 steps
    /// 15-18.
    pub(crate) fn verify(
        &self,
        ceremony: Ceremony,
        expect: &Expectations<'_>,
        presence_required: bool,
    ) -> Result<(), Error> {
        let expected = digest(&SHA256, expect.rp_id.as_bytes());
        if expected.as_ref() != self.rp_id_hash {
            let rp_id = expect.rp_id;
            return Err(
                Fault::new(format!("the hash of {rp_id:?}"), hex(self.rp_id_hash))
                    .at(ceremony, Check::RpIdHash),
            );
        }
        if presence_required && !self.flags.user_present() {
            return Err(Fault::new("the UP flag", "UP clear").at(ceremony, Check::UserPresent));
        }
        let verification_required = expect.user_verification == UserVerification::Required;
        if verification_required && !self.flags.user_verified() {
            return Err(Fault::new("the UV flag", "UV clear").at(ceremony, Check::UserVerified));
        }
        if self.flags.backup_state() && !self.flags.backup_eligible() {
            return Err(
                Fault::new("BS clear where BE is clear", "BS set").at(ceremony, Check::BackupState)
            );
        }
        Ok(())
    }
}

impl<'a> AttestedCredentialData<'a> {
    fn parse_prefix(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Fault> {
        let (aaguid, rest) = chunk::<16>(bytes, "aaguid")?;
        let (length, rest) = chunk::<2>(rest, "credentialIdLength")?;
        let length = usize::from(u16::from_be_bytes(*length));
        let Some((credential_id, rest)) = rest.split_at_checked(length) else {
            let left = rest.len();
            return Err(Fault::new(
                format!("{length} bytes of credentialId"),
                format!("{left}"),
            ));
        };
        let (value, after) = cbor::parse_prefix(rest)?;
        let public_key_map = value.into_map("credentialPublicKey")?;
        let key_length = rest.len().saturating_sub(after.len());
        let public_key = rest.get(..key_length).unwrap_or_default();
        let aaguid = Aaguid(*aaguid);
        Ok((
            Self {
                aaguid,
                credential_id,
                public_key,
                public_key_map,
            },
            after,
        ))
    }
}

fn chunk<'a, const N: usize>(
    bytes: &'a [u8],
    what: &str,
) -> Result<(&'a [u8; N], &'a [u8]), Fault> {
    bytes.split_first_chunk::<N>().ok_or_else(|| {
        let left = bytes.len();
        Fault::new(
            format!("{N} bytes of {what}"),
            format!("the end after {left}"),
        )
    })
}
