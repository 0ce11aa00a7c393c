//! A and B, which the two sides send each other.

use std::fmt;

use crate::Error;
use crate::group::Element;
use crate::integer;

/// A public value: `SRP_A`, g^a, or `SRP_B`, kv + g^b. Between 0 and N, both excluded.
#[derive(Clone)]
pub struct PublicValue(pub(crate) Element);

impl PublicValue {
    /// The most digits that are looked at: those of N, and a zero byte in front, which clients send
    /// that keep to Java's encoding.
    const DIGITS: usize = 770;

    /// From hexadecimal digits of either case.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for 0, N, and everything above: a multiple of N would make the session
    /// key the same for every password (RFC 5054 §2.5.4, §2.6).
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        Self::from_bytes(&integer::from_hex(text, Self::DIGITS)?)
    }

    /// As Cognito and its clients send it: lower-case digits, no leading zeros.
    pub fn to_hex(&self) -> String {
        integer::to_hex(self.0.as_bytes())
    }

    /// This to the power of `exponent`, by the library's exponentiation alone: what a load generator holds the
    /// rest of a sign-in against.
    #[must_use]
    pub fn power(&self, exponent: &[u8; 32]) -> Self {
        Self(self.0.pow(exponent))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        match integer::shortest(bytes) {
            [] => Err(Error::OutOfRange),
            number => Element::from_bytes(number).map(Self),
        }
    }
}

impl PartialEq for PublicValue {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes() == other.0.as_bytes()
    }
}

impl Eq for PublicValue {}

impl fmt::Debug for PublicValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicValue({})", self.to_hex())
    }
}
