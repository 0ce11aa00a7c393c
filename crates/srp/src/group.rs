//! The numbers modulo the 3072-bit prime N of RFC 3526 §4, and g = 2.
//!
//! RFC 5054 appendix A has the same prime with g = 5, whose powers are all numbers. Those of 2 are the
//! squares only, one number in two; [`server::offer`](crate::server::offer) has to make up for it.

use std::sync::LazyLock;

use zeroize::{Zeroize, Zeroizing};

use crate::bignum::Modulus;
use crate::fixed_base::FixedBase;
use crate::{Error, hash, integer};

/// The length of N.
pub(crate) const BYTES: usize = 384;

/// A number below N. Wiped when dropped, since most of them are secret.
#[derive(Clone)]
pub(crate) struct Element([u8; BYTES]);

impl Element {
    /// The generator g.
    pub(crate) const GENERATOR: Self = {
        let mut two = [0; BYTES];
        two[BYTES - 1] = 2;
        Self(two)
    };

    /// The multiplier k = SHA-256(N | g), where both are in Cognito's encoding. (RFC 5054 §2.5.3
    /// pads g to the length of N.)
    pub(crate) fn multiplier() -> &'static Self {
        static MULTIPLIER: LazyLock<Element> = LazyLock::new(|| {
            let g = integer::to_signed_bytes(&Element::GENERATOR.0);
            let mut number = [0; BYTES];
            let (_, low) = number.split_at_mut(BYTES - 32);
            low.copy_from_slice(&*hash::sha256(&[&integer::to_signed_bytes(&N), &g]));
            Element(number)
        });
        &MULTIPLIER
    }

    /// From big-endian bytes, of which the leading ones may be zero.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let shortest = integer::shortest(bytes);
        let missing = BYTES.checked_sub(shortest.len()).ok_or(Error::OutOfRange)?;
        let mut number = Zeroizing::new([0; BYTES]);
        for (to, from) in number.iter_mut().skip(missing).zip(shortest) {
            *to = *from;
        }
        if *number < N {
            Ok(Self(*number))
        } else {
            Err(Error::OutOfRange)
        }
    }

    /// From any bytes, of which the first two bits become 01: then they are below N, whose first bits
    /// are all ones, and not trivial.
    pub(crate) fn below_half(bytes: &[u8; BYTES]) -> Self {
        let mut number = Self(*bytes);
        let [first, ..] = &mut number.0;
        *first = *first & 0x3f | 0x40;
        number
    }

    /// Whether this is 0, 1 or N - 1, whose powers anybody can tell.
    pub(crate) fn is_trivial(&self) -> bool {
        const ONE: [u8; BYTES] = {
            let mut number = [0; BYTES];
            number[BYTES - 1] = 1;
            number
        };
        const MINUS_ONE: [u8; BYTES] = {
            let mut number = N;
            number[BYTES - 1] -= 1;
            number
        };
        [[0; BYTES], ONE, MINUS_ONE].contains(&self.0)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// The generator to the power of a number, which is secret except for its length.
    pub(crate) fn power_of_generator(exponent: &[u8]) -> Self {
        static POWERS: LazyLock<FixedBase<BYTES>> =
            LazyLock::new(|| FixedBase::new(&MODULUS, &Element::GENERATOR.0));
        match exponent.try_into() {
            Ok(exponent) => Self(POWERS.pow(&MODULUS, exponent)),
            Err(_) => Self::GENERATOR.pow(exponent),
        }
    }

    /// This to the power of a number, which is secret except for its length.
    pub(crate) fn pow(&self, exponent: &[u8]) -> Self {
        Self(MODULUS.pow(&self.0, exponent))
    }

    pub(crate) fn mul(&self, other: &Self) -> Self {
        Self(MODULUS.mul(&self.0, &other.0))
    }

    pub(crate) fn add(&self, other: &Self) -> Self {
        Self(MODULUS.add(&self.0, &other.0))
    }

    pub(crate) fn sub(&self, other: &Self) -> Self {
        Self(MODULUS.sub(&self.0, &other.0))
    }

    pub(crate) fn negated(&self) -> Self {
        Self(MODULUS.sub(&[0; BYTES], &self.0))
    }

    /// This, or the negative if `sign` is odd, in the same time.
    pub(crate) fn with_sign(&self, sign: u8) -> Self {
        let mask = 0_u8.wrapping_sub(sign & 1);
        let mut chosen = self.negated();
        for (to, positive) in chosen.0.iter_mut().zip(&self.0) {
            *to = (*to & mask) | (positive & !mask);
        }
        chosen
    }
}

impl Drop for Element {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

static MODULUS: LazyLock<Modulus<BYTES>> = LazyLock::new(|| Modulus::new(&N));

/// N = 2^3072 - 2^3008 - 1 + 2^64 * (floor(2^2942 * pi) + 1690314).
const N: [u8; BYTES] = from_digits(
    b"ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74\
      020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437\
      4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
      ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05\
      98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb\
      9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b\
      e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718\
      3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33\
      a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7\
      abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864\
      d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e2\
      08e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
);

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn from_digits(digits: &[u8; 2 * BYTES]) -> [u8; BYTES] {
    const fn value(digit: u8) -> u8 {
        match digit {
            b'0'..=b'9' => digit - b'0',
            _ => digit - b'a' + 10,
        }
    }
    let mut bytes = [0; BYTES];
    let mut place = 0;
    while place < BYTES {
        bytes[place] = value(digits[2 * place]) << 4 | value(digits[2 * place + 1]);
        place += 1;
    }
    bytes
}

#[cfg(test)]
mod tests;
