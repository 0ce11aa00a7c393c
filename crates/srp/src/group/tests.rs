//! The arithmetic against num-bigint's.

use num_bigint::BigUint;
use proptest::prelude::*;

use super::*;
use crate::fixed_base::LONGEST;

fn prime() -> BigUint {
    BigUint::from_bytes_be(&N)
}

/// A number below N of any size, often one of the extremes.
fn elements() -> impl Strategy<Value = BigUint> {
    prop_oneof![
        1 => (0..3_u8).prop_map(BigUint::from),
        1 => (1..4_u8).prop_map(|less| prime() - less),
        4 => prop::collection::vec(any::<u8>(), 0..=BYTES)
            .prop_map(|bytes| BigUint::from_bytes_be(&bytes) % prime()),
    ]
}

fn element(number: &BigUint) -> Element {
    Element::from_bytes(&number.to_bytes_be()).unwrap()
}

fn number(element: &Element) -> BigUint {
    BigUint::from_bytes_be(element.as_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn mul_add_sub(a in elements(), b in elements()) {
        let (x, y) = (element(&a), element(&b));
        prop_assert_eq!(number(&x.mul(&y)), &a * &b % prime());
        prop_assert_eq!(number(&x.add(&y)), (&a + &b) % prime());
        prop_assert_eq!(number(&x.sub(&y)), (&a + prime() - &b) % prime());
    }

    /// Exponents of every length, with zeros in front, of zeros alone and of ones alone.
    #[test]
    fn pow(base in elements(), exponent in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..=130),
        prop::collection::vec(Just(0), 0..=33),
        prop::collection::vec(Just(0xff), 0..=33),
    ]) {
        let expected = base.modpow(&BigUint::from_bytes_be(&exponent), &prime());
        prop_assert_eq!(number(&element(&base).pow(&exponent)), expected);
    }

    /// Exponents that the table has place for, those with runs of zeros and ones among them, and others.
    #[test]
    fn power_of_generator(exponent in prop_oneof![
        prop::collection::vec(any::<u8>(), LONGEST),
        prop::collection::vec(prop_oneof![Just(0), Just(0xff), any::<u8>()], LONGEST),
        prop::collection::vec(any::<u8>(), 0..=2 * LONGEST),
    ]) {
        let expected = BigUint::from(2_u8).modpow(&BigUint::from_bytes_be(&exponent), &prime());
        prop_assert_eq!(number(&Element::power_of_generator(&exponent)), expected);
    }

    #[test]
    fn bytes(shortest: Vec<u8>, zeros in 0..400_usize) {
        let bytes = [&vec![0; zeros], shortest.as_slice()].concat();
        let expected = BigUint::from_bytes_be(&shortest);
        match Element::from_bytes(&bytes) {
            Ok(element) => prop_assert_eq!(number(&element), expected),
            Err(error) => {
                prop_assert!(expected >= prime());
                prop_assert_eq!(error, Error::OutOfRange);
            }
        }
    }
}

/// N and (N - 1) / 2 are prime, as SRP needs (RFC 5054 §2.1); Fermat's test shows it well enough against
/// a slip of the pen. And it has the form of RFC 3526 §4, as far as that can be said without pi.
#[test]
fn the_prime_is_a_safe_prime() {
    let bytes = |number: BigUint| <[u8; BYTES]>::try_from(number.to_bytes_be()).unwrap();
    let half = prime() >> 1_u32;
    for modulus in [prime(), half.clone()] {
        let arithmetic = Modulus::new(&bytes(modulus.clone()));
        for base in [2_u8, 3, 5] {
            let base = bytes((BigUint::from(base) << 3064_u32) % &modulus);
            let power = arithmetic.pow(&base, &bytes(&modulus - 1_u8));
            assert_eq!(BigUint::from_bytes_be(&power), 1_u8.into());
        }
    }
    // 2 generates the squares, half of all numbers.
    assert_eq!(number(&Element::GENERATOR.pow(&bytes(half))), 1_u8.into());
    assert_eq!(&N[..8], [0xff; 8]);
    assert_eq!(&N[376..], [0xff; 8]);
}

/// Each bit by itself, the first and the last of each row among them.
#[test]
fn every_bit_of_an_exponent_counts() {
    for bit in 0..8 * LONGEST {
        let mut exponent = [0; LONGEST];
        exponent[LONGEST - 1 - bit / 8] = 1 << (bit % 8);
        let power = number(&Element::power_of_generator(&exponent));
        let expected = number(&Element::GENERATOR.pow(&exponent));
        assert_eq!(power, expected, "bit {bit}");
    }
    assert_eq!(
        number(&Element::power_of_generator(&[0; LONGEST])),
        1_u8.into()
    );
}

/// k = SHA-256(00 | N | 02).
#[test]
fn the_multiplier_is_cognitos() {
    let k = integer::to_hex(Element::multiplier().as_bytes());
    assert_eq!(
        k,
        "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
    );
}

#[test]
fn trivial_elements_are_known() {
    for trivial in [BigUint::ZERO, 1_u8.into(), prime() - 1_u8] {
        assert!(element(&trivial).is_trivial());
    }
    for other in [2_u8.into(), prime() - 2_u8] {
        assert!(!element(&other).is_trivial());
    }
    for bytes in [[0; BYTES], [0xff; BYTES]] {
        let element = Element::below_half(&bytes);
        assert!(!element.is_trivial());
        assert!(number(&element) < prime());
    }
}
