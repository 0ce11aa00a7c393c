//! The claim to know a password, and the key that signs it.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::group::Element;
use crate::{Identity, PublicValue, Refused, hash, integer};

/// The answer to `PASSWORD_VERIFIER` or `DEVICE_PASSWORD_VERIFIER`.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// `PASSWORD_CLAIM_SECRET_BLOCK`, decoded from base64. That it is the one that was given out is
    /// for the caller to check.
    pub secret_block: &'a [u8],
    /// `TIMESTAMP`, signed as it was sent. That it is recent is for the caller to check, with
    /// [`Timestamp`](crate::Timestamp).
    pub timestamp: &'a str,
    /// `PASSWORD_CLAIM_SIGNATURE`, in base64.
    pub signature: &'a str,
}

/// u = SHA-256(A | B), both in Cognito's encoding. (RFC 5054 §2.6 pads them to the length of N.)
pub(crate) fn scrambling(a: &PublicValue, b: &PublicValue) -> hash::Hash {
    let [a, b] = [a, b].map(|value| integer::to_signed_bytes(value.0.as_bytes()));
    hash::sha256(&[&a, &b])
}

/// What both sides derive from the premaster secret S.
pub(crate) struct SessionKey(Zeroizing<[u8; 16]>);

impl SessionKey {
    /// HKDF (RFC 5869) with SHA-256, the salt u, and 16 bytes, so that its second step is one block.
    pub(crate) fn derive(u: &[u8; 32], premaster: &Element) -> Self {
        let (u, s) = (
            integer::to_signed_bytes(u),
            integer::to_signed_bytes(premaster.as_bytes()),
        );
        let extracted = hash::hmac(&u, &[&s]);
        let expanded = hash::hmac(&*extracted, &[b"Caldera Derived Key", &[1]]);
        let mut key = Zeroizing::new([0; 16]);
        key.iter_mut()
            .zip(&*expanded)
            .for_each(|(to, from)| *to = *from);
        Self(key)
    }

    /// `PASSWORD_CLAIM_SIGNATURE`.
    pub(crate) fn sign(
        &self,
        identity: Identity<'_>,
        secret_block: &[u8],
        timestamp: &str,
    ) -> String {
        STANDARD.encode(self.signature(identity, secret_block, timestamp))
    }

    /// Compares in constant time.
    pub(crate) fn verify(&self, identity: Identity<'_>, claim: Claim<'_>) -> Result<(), Refused> {
        let claimed = STANDARD.decode(claim.signature).map_err(|_| Refused)?;
        let signature = self.signature(identity, claim.secret_block, claim.timestamp);
        verify_slices_are_equal(&*signature, &claimed).map_err(|_| Refused)
    }

    fn signature(
        &self,
        identity: Identity<'_>,
        secret_block: &[u8],
        timestamp: &str,
    ) -> hash::Hash {
        let Identity { pool, user } = identity;
        let parts = [
            pool.as_bytes(),
            user.as_bytes(),
            secret_block,
            timestamp.as_bytes(),
        ];
        hash::hmac(&*self.0, &parts)
    }
}
