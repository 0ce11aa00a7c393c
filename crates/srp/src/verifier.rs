//! What is kept of a password: v = g^x.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use zeroize::Zeroizing;

use crate::group::{BYTES, Element};
use crate::{Error, Identity, Salt, hash};

/// A verifier (RFC 5054 §2.5.3): from it nobody signs in, but passwords can be tried against it
/// without asking the server. Keep it sealed. Wiped when dropped; its `Debug` prints nothing of it.
#[derive(Clone)]
pub struct Verifier(Element);

impl Verifier {
    /// The verifier of a password, taken as it is: UTF-8, not normalized, any length. Costs one
    /// exponentiation.
    pub fn of(identity: Identity<'_>, salt: &Salt, password: &str) -> Self {
        let x = private_key(identity, salt, password);
        Self(Element::power_of_generator(&*x))
    }

    /// A verifier of which nobody knows the password, for names that nobody has: always the same for
    /// the same seed, and without an exponentiation, so that an answer takes as long as one made with a
    /// stored verifier (RFC 5054 §2.5.1.3).
    pub fn decoy(seed: &[u8; 32]) -> Self {
        let mut bytes = Zeroizing::new([0; BYTES]);
        for (block, counter) in bytes.chunks_mut(32).zip(0_u8..) {
            block.copy_from_slice(&*hash::hmac(seed, &[&[counter]]));
        }
        Self(Element::below_half(&bytes))
    }

    /// Whether this is the password's verifier. Costs one exponentiation, and as long for a wrong
    /// password as for the right one.
    #[must_use]
    pub fn accepts(&self, identity: Identity<'_>, salt: &Salt, password: &str) -> bool {
        let other = Self::of(identity, salt, password);
        verify_slices_are_equal(self.0.as_bytes(), other.0.as_bytes()).is_ok()
    }

    /// From big-endian bytes: [`Verifier::to_bytes`], or what is in the base64 of
    /// `DeviceSecretVerifierConfig`'s `PasswordVerifier`.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for what is not below N, and for 0, 1 and N - 1: whoever knows which of
    /// them it is signs in.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let element = Element::from_bytes(bytes)?;
        if element.is_trivial() {
            return Err(Error::OutOfRange);
        }
        Ok(Self(element))
    }

    /// The verifier as a big-endian number of fixed length, to be sealed.
    pub fn to_bytes(&self) -> Zeroizing<[u8; BYTES]> {
        Zeroizing::new(*self.0.as_bytes())
    }

    pub(crate) const fn element(&self) -> &Element {
        &self.0
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier([secret])")
    }
}

/// x = SHA-256(salt | SHA-256(pool | user | ":" | password)). (RFC 5054 §2.4 hashes with SHA-1, and
/// the user's name alone.)
pub(crate) fn private_key(
    identity: Identity<'_>,
    salt: &Salt,
    password: &str,
) -> Zeroizing<[u8; 32]> {
    let Identity { pool, user } = identity;
    let parts = [pool, user, ":", password].map(str::as_bytes);
    hash::sha256(&[&salt.to_bytes(), &*hash::sha256(&parts)])
}
