//! Powers of one base, from a table: the comb of Lim and Lee ("More Flexible Exponentiation with
//! Precomputation", CRYPTO 1994; Handbook of Applied Cryptography §14.6.3).
//!
//! An exponent is written as [`TEETH`] rows of [`SPACING`] bits, one above the other. The table has the
//! product of the base's powers for each column that there can be, so that a column costs a squaring and a
//! multiplication: 52 of each, where a power without a table costs 256 squarings and a multiplication for
//! every five of them. As everywhere here nothing branches on the exponent and no memory is looked up by it:
//! the whole table is read for each column.

use std::array;
use std::hint::black_box;

use zeroize::Zeroizing;

use crate::bignum::{Lifted, Modulus};

/// Rows of an exponent, and so the bits of a column.
const TEETH: usize = 5;

/// Bits of a row.
const SPACING: usize = 52;

/// The longest exponent, in bytes: what the rows have place for.
pub(crate) const LONGEST: usize = 32;

/// The table of a base modulo an odd number of `L` bytes.
pub(crate) struct FixedBase<const L: usize>([[u8; L]; 1 << TEETH]);

impl<const L: usize> FixedBase<L> {
    pub(crate) fn new(modulus: &Modulus<L>, base: &[u8; L]) -> Self {
        // The base to the power of each row's lowest bit.
        let mut power = modulus.lift(base);
        let rows: [Lifted<L>; TEETH] = array::from_fn(|_| {
            let row = power.clone();
            for _ in 0..SPACING {
                power = modulus.product(&power, &power);
            }
            row
        });
        Self(array::from_fn(|column| {
            let mut product = modulus.lift(&one());
            for (tooth, row) in rows.iter().enumerate() {
                if column >> tooth & 1 == 1 {
                    product = modulus.product(&product, row);
                }
            }
            product.to_bytes()
        }))
    }

    /// The base to the power of a number of [`LONGEST`] bytes, big-endian.
    pub(crate) fn pow(&self, modulus: &Modulus<L>, exponent: &[u8; LONGEST]) -> [u8; L] {
        let mut power = modulus.lift(&one());
        for column in (0..SPACING).rev() {
            power = modulus.product(&power, &power);
            let entry = self.select(bits(exponent, column));
            power = modulus.product(&power, &Lifted::from_bytes(&entry));
        }
        modulus.lower(&power)
    }

    /// The entry of that number, in the same time as any other.
    fn select(&self, number: u8) -> Zeroizing<[u8; L]> {
        let mut selected = Zeroizing::new([0; L]);
        for (place, entry) in (0_u8..).zip(&self.0) {
            // All ones where place and number are the same, else zero.
            let mask = black_box(u8::from(place != number).wrapping_sub(1));
            for (to, from) in selected.iter_mut().zip(entry) {
                *to |= from & mask;
            }
        }
        selected
    }
}

/// A column of the exponent: a bit of each row, that of the lowest row first.
fn bits(exponent: &[u8; LONGEST], column: usize) -> u8 {
    let bit = |tooth: usize| {
        let place = tooth * SPACING + column;
        let byte = exponent.iter().rev().nth(place / 8).copied();
        (byte.unwrap_or_default() >> (place % 8) & 1) << tooth
    };
    (0..TEETH).map(bit).sum()
}

const fn one<const L: usize>() -> [u8; L] {
    let mut one = [0; L];
    if let Some(last) = one.last_mut() {
        *last = 1;
    }
    one
}
