//! What B tells those who listen.

use num_bigint::BigUint;

use super::*;
use crate::client::{Challenge, Client};
use crate::{Salt, hash};

const ADA: Identity<'_> = Identity {
    pool: "AbCdEf123",
    user: "ada",
};
const ONE: &[u8] = &[1];

/// Euler's criterion: squares to the power of (N - 1) / 2 are 1, other numbers -1.
fn is_square(number: &Element) -> bool {
    let one = Element::from_bytes(ONE).unwrap();
    let half = BigUint::from_bytes_be(one.negated().as_bytes()) >> 1_u32;
    let power = number.pow(&half.to_bytes_be());
    assert!([one.as_bytes(), one.negated().as_bytes()].contains(&power.as_bytes()));
    power.as_bytes() == one.as_bytes()
}

/// 33 bytes that look like chance.
fn random(seed: u8) -> [u8; 33] {
    let (sign, b) = (
        hash::sha256(&[b"sign", &[seed]]),
        hash::sha256(&[b"b", &[seed]]),
    );
    let mut random = [0; 33];
    random[0] = sign[0];
    random[1..].copy_from_slice(&*b);
    random
}

/// B - kv for many offers with one verifier: what is left of B when somebody guesses right.
fn left_by_the_right_guess(count: u8, random: impl Fn(u8) -> [u8; 33]) -> Vec<bool> {
    let verifier = Verifier::of(ADA, &Salt::fresh([1; 16]), "Passw0rd!");
    let masked = Element::multiplier().mul(verifier.element());
    (0..count)
        .map(|seed| {
            let a = PublicValue::from_bytes(ONE).unwrap();
            let (b, _) = offer(&verifier, a, random(seed));
            is_square(&b.0.sub(&masked))
        })
        .collect()
}

#[test]
fn a_right_guess_looks_like_a_wrong_one() {
    let squares = left_by_the_right_guess(64, random);
    let count = squares.iter().filter(|square| **square).count();
    assert!((16..=48).contains(&count), "{count} of 64");
}

/// What it is that the sign hides.
#[test]
fn without_a_sign_a_right_guess_is_always_a_square() {
    let positive = |seed| {
        let mut random = random(seed);
        random[0] &= !1;
        random
    };
    assert_eq!(left_by_the_right_guess(16, positive), [true; 16]);
    let negative = |seed| {
        let mut random = random(seed);
        random[0] |= 1;
        random
    };
    assert_eq!(left_by_the_right_guess(16, negative), [false; 16]);
}

/// Odd and even powers on the client's side, with either sign.
#[test]
fn a_client_does_not_notice_the_sign() {
    let salt = Salt::fresh([1; 16]);
    let verifier = Verifier::of(ADA, &salt, "Passw0rd!");
    for seed in 0..16 {
        let client = Client::new([seed; 32]);
        let a = client.public_value().clone();
        let (b, state) = offer(&verifier, a, random(seed));
        let challenge = Challenge {
            salt: &salt,
            b: &b,
            secret_block: b"block",
        };
        for (password, verdict) in [("Passw0rd!", Ok(())), ("Passw0rd?", Err(Refused))] {
            let signature = client.sign(ADA, password, challenge, "now");
            let claim = Claim {
                secret_block: b"block",
                timestamp: "now",
                signature: &signature,
            };
            assert_eq!(state.verify(&verifier, ADA, claim), verdict, "{seed}");
        }
    }
}

#[test]
fn the_sign_is_the_lowest_bit() {
    let number = Element::from_bytes(&[5]).unwrap();
    for sign in [0, 2, 0xfe] {
        assert_eq!(number.with_sign(sign).as_bytes(), number.as_bytes());
    }
    for sign in [1, 3, 0xff] {
        assert_eq!(
            number.with_sign(sign).as_bytes(),
            number.negated().as_bytes()
        );
    }
    let zero = Element::from_bytes(&[0]).unwrap();
    assert_eq!(zero.negated().as_bytes(), zero.as_bytes());
}
