//! The server's side: [`offer`] a challenge, then [`State::verify`] what the client claims.

use std::fmt;

use zeroize::Zeroizing;

use crate::claim::{self, SessionKey};
use crate::group::{BYTES, Element};
use crate::{Claim, Error, Identity, PublicValue, Refused, Verifier};

/// Answers a client's A with B = kv + g^b (RFC 5054 §2.5.3), and gives the state to be kept, sealed,
/// until the claim comes. Costs one exponentiation.
///
/// `b` is fresh randomness of at least 32 bytes ("at least 256 bits", RFC 5054 §2.5.3), which the
/// compiler checks. More makes both steps slower and nothing safer.
pub fn offer<const L: usize>(
    verifier: &Verifier,
    a: PublicValue,
    b: [u8; L],
) -> (PublicValue, State) {
    const { assert!(L >= State::LEAST_PRIVATE_BYTES) };
    let b = Zeroizing::new(b.to_vec());
    let masked = Element::multiplier().mul(verifier.element());
    let public = PublicValue(masked.add(&Element::GENERATOR.pow(&b)));
    let u = *claim::scrambling(&a, &public);
    (public, State { a, u, b })
}

/// What the server remembers between the two steps. Secret: who knows b and sees B can try
/// passwords. Its `Debug` prints nothing, and b is wiped when dropped.
#[derive(Clone)]
pub struct State {
    a: PublicValue,
    /// Instead of B, which is of no further use.
    u: [u8; 32],
    b: Zeroizing<Vec<u8>>,
}

impl State {
    const LEAST_PRIVATE_BYTES: usize = 32;

    /// Judges a claim. Costs two exponentiations, whether it is right or wrong.
    ///
    /// The verifier is the one that the offer was made with; if the password was changed in between,
    /// the claim is refused.
    ///
    /// # Errors
    /// [`Refused`] if the signature is another one than the right password makes of these values.
    pub fn verify(
        &self,
        verifier: &Verifier,
        identity: Identity<'_>,
        claim: Claim<'_>,
    ) -> Result<(), Refused> {
        // S would not depend on v. (SRP-6's own description lets the client look for this; nobody knows
        // an A and a B that hash to it.)
        if self.u == [0; 32] {
            return Err(Refused);
        }
        // S = (A * v^u) ^ b (RFC 5054 §2.6).
        let base = self.a.0.mul(&verifier.element().pow(&self.u));
        let premaster = base.pow(&self.b);
        SessionKey::derive(&self.u, &premaster).verify(identity, claim)
    }

    /// To be sealed: A (384 bytes), u (32), b (the rest), 448 bytes if b has 32.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.a.0.as_bytes().as_slice(), &self.u, &self.b].concat())
    }

    /// From [`State::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let too_short = Error::State {
            got: bytes.len(),
            at_least: BYTES + 32 + Self::LEAST_PRIVATE_BYTES,
        };
        let (a, rest) = bytes.split_first_chunk::<BYTES>().ok_or(too_short)?;
        let (u, b) = rest.split_first_chunk::<32>().ok_or(too_short)?;
        if b.len() < Self::LEAST_PRIVATE_BYTES {
            return Err(too_short);
        }
        Ok(Self {
            a: PublicValue::from_bytes(a)?,
            u: *u,
            b: Zeroizing::new(b.to_vec()),
        })
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("State([secret])")
    }
}
