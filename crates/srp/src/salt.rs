//! The salt of a verifier.

use crate::Error;
use crate::integer;

/// A salt. A number to Cognito, as everything is: leading zeros are not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salt(Vec<u8>);

impl Salt {
    /// The longest salt that is taken, in bytes without leading zeros. Cognito's have 16.
    pub const BYTES: usize = 64;

    /// With a zero byte in front, as clients write a number whose top bit is set.
    const DIGITS: usize = 2 * (Self::BYTES + 1);

    /// A fresh salt from 16 random bytes, of which it keeps 126 bits: it begins with the bits 01, so
    /// that no client's padding or stripping of zeros can make a difference.
    pub fn fresh(mut random: [u8; 16]) -> Self {
        let [first, ..] = &mut random;
        *first = *first & 0x3f | 0x40;
        Self(random.to_vec())
    }

    /// From hexadecimal digits of either case, as in `SALT`.
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        Self::from_bytes(&integer::from_hex(text, Self::DIGITS)?)
    }

    /// From big-endian bytes, as [`Salt::to_bytes`] gives them and as they are in the base64 of
    /// `DeviceSecretVerifierConfig`'s `Salt`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.is_empty() {
            return Err(Error::Empty);
        }
        let number = integer::shortest(bytes);
        if number.len() > Self::BYTES {
            return Err(Error::TooLong {
                got: number.len(),
                at_most: Self::BYTES,
            });
        }
        Ok(Self(number.to_vec()))
    }

    /// As `SALT` in a challenge's parameters: lower-case digits, no leading zeros.
    pub fn to_hex(&self) -> String {
        integer::to_hex(&self.0)
    }

    /// As it is hashed: the shortest two's complement.
    pub fn to_bytes(&self) -> Vec<u8> {
        integer::to_signed_bytes(&self.0).to_vec()
    }
}
