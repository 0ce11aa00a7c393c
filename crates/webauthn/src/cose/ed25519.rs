//! Which Ed25519 public keys are worth storing.
//!
//! aws-lc-rs takes any 32 bytes as a key and accepts keys of small order, with which one signature
//! fits many messages. Keys and signatures are public, so nothing here needs constant time.

use num_bigint::BigUint;

use crate::error::{Fault, hex};

/// The prime of the field, 2^255 - 19, little-endian.
const P: [u8; 32] = [
    0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
];

/// The constant d of the curve -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032 §5.1), little-endian.
const D: [u8; 32] = [
    0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00,
    0x98, 0xe8, 0x79, 0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52,
];

/// The y coordinate of two of the four points of order 8, little-endian; the other two have -y.
const Y_OF_ORDER_8: [u8; 32] = [
    0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
    0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
];

/// Refuses y coordinates that are not reduced, and the eight points whose order divides 8: order 1
/// (y = 1), 2 (y = -1), 4 (y = 0) and 8.
pub(super) fn check_order(key: &[u8]) -> Result<(), Fault> {
    let (y, p) = (y_coordinate(key), BigUint::from_bytes_le(&P));
    if y >= p {
        return Err(Fault::new("a canonical Ed25519 point", hex(key)));
    }
    let order_8 = BigUint::from_bytes_le(&Y_OF_ORDER_8);
    let zero = BigUint::ZERO;
    let one = BigUint::from(1_u8);
    let small = y == zero || y == one || y == &p - one || y == order_8 || y == p - order_8;
    if small {
        return Err(Fault::new("an Ed25519 point of large order", hex(key)));
    }
    Ok(())
}

/// Refuses y coordinates that no point has: x^2 = (y^2 - 1) / (d y^2 + 1) must be a square, which
/// Euler's criterion tells of the product as well as of the quotient.
pub(super) fn check_on_curve(key: &[u8]) -> Result<(), Fault> {
    let (y, p) = (y_coordinate(key), BigUint::from_bytes_le(&P));
    let one = BigUint::from(1_u8);
    let y_squared = (&y * &y) % &p;
    let numerator = (&y_squared + &p - &one) % &p;
    let denominator = (BigUint::from_bytes_le(&D) * y_squared + &one) % &p;
    let half = (&p - &one) >> 1_u8;
    if (numerator * denominator).modpow(&half, &p) == one {
        return Ok(());
    }
    Err(Fault::new("a point on Ed25519's curve", hex(key)))
}

/// The encoding without the sign bit of x.
fn y_coordinate(key: &[u8]) -> BigUint {
    let mut y = BigUint::from_bytes_le(key);
    y.set_bit(255, false);
    y
}
