//! The server's side: [`offer`] a challenge, then [`State::verify`] what the client claims.

use std::fmt;

use zeroize::Zeroizing;

use crate::claim::{self, SessionKey};
use crate::group::{BYTES, Element};
use crate::{Claim, Error, Identity, PublicValue, Refused, Verifier};

/// Answers a client's A with B (RFC 5054 §2.5.3), and gives the state to be kept, sealed, until the
/// claim comes. Costs one exponentiation.
///
/// `random` is fresh: a byte for the sign, then b of at least 32 bytes ("at least 256 bits", RFC 5054
/// §2.5.3), which the compiler checks. More makes both steps slower and nothing safer.
///
/// Deviation: B is kv + g^b or kv - g^b by chance. Cognito's g is a square, so whoever sees kv + g^b can
/// try a password without asking: if it is wrong, B - kv' is as often no square as it is one, and a few
/// dozen answers to `SRP_A`, which count as no attempt, would tell the right password from all
/// others. Of both signs nobody learns anything. A client does not notice: it raises B - kv to a power
/// that is odd or even, so its S is ours or the negative, and [`State::verify`] takes either.
pub fn offer<const L: usize>(
    verifier: &Verifier,
    a: PublicValue,
    random: [u8; L],
) -> (PublicValue, State) {
    const { assert!(L > LEAST, "a byte for the sign, and b") };
    let random = Zeroizing::new(random);
    let mut b = random.iter();
    let sign = b.next().copied().unwrap_or_default();
    let b = b.as_slice();
    let masked = Element::multiplier().mul(verifier.element());
    let public = PublicValue(masked.add(&Element::power_of_generator(b).with_sign(sign)));
    let u = *claim::scrambling(&a, &public);
    let b = Zeroizing::new(b.to_vec());
    (public, State { a, u, b })
}

/// The bytes that b has at least.
const LEAST: usize = 32;

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
        // S = (A * v^u) ^ b (RFC 5054 §2.6), up to its sign. Both are always tried.
        let base = self.a.0.mul(&verifier.element().pow(&self.u));
        let premaster = base.pow(&self.b);
        let is_signed_with = |premaster: &Element| {
            let key = SessionKey::derive(&self.u, premaster);
            key.verify(identity, claim).is_ok()
        };
        if is_signed_with(&premaster) | is_signed_with(&premaster.negated()) {
            Ok(())
        } else {
            Err(Refused)
        }
    }

    /// To be sealed: A (384 bytes), u (32), b (the rest), 448 bytes if b has 32.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.a.0.as_bytes().as_slice(), &self.u, &self.b].concat())
    }

    /// From [`State::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let too_short = Error::State {
            got: bytes.len(),
            at_least: BYTES + 32 + LEAST,
        };
        let (a, rest) = bytes.split_first_chunk::<BYTES>().ok_or(too_short)?;
        let (u, b) = rest.split_first_chunk::<32>().ok_or(too_short)?;
        if b.len() < LEAST {
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

#[cfg(test)]
mod tests;
