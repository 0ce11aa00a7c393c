//! COSE keys: the one form that each algorithm allows.

use poolhouse_webauthn::Algorithm;
use poolhouse_webauthn::cose::PublicKey;
use rcgen::KeyPair;

use crate::authenticator::{cose_key, key_pair};
use crate::encode::{bytes, int, labels, text};

const ALL: [Algorithm; 6] = [
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::Rs256,
    Algorithm::EdDsa,
    Algorithm::Ed448,
];

fn refusal(key: &[u8]) -> String {
    PublicKey::parse(key)
        .map(|_| ())
        .expect_err("refused")
        .to_string()
}

fn point(key: &KeyPair) -> (Vec<u8>, Vec<u8>) {
    let raw = key.public_key_raw();
    let (x, y) = raw[1..].split_at((raw.len() - 1) / 2);
    (x.to_vec(), y.to_vec())
}

/// An ES256 key with one parameter replaced.
fn es256_with(label: i64, value: Vec<u8>) -> Vec<u8> {
    let (x, y) = point(&key_pair(Algorithm::Es256));
    let mut parameters = vec![
        (1, int(2)),
        (3, int(-7)),
        (-1, int(1)),
        (-2, bytes(&x)),
        (-3, bytes(&y)),
    ];
    parameters.iter_mut().find(|(l, _)| *l == label).unwrap().1 = value;
    labels(&parameters)
}

fn ed25519(x: &[u8]) -> Vec<u8> {
    labels(&[(1, int(1)), (3, int(-8)), (-1, int(6)), (-2, bytes(x))])
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    labels(&[
        (1, int(3)),
        (3, int(-257)),
        (-1, bytes(modulus)),
        (-2, bytes(exponent)),
    ])
}

#[test]
fn identifiers_are_those_of_the_registry() {
    let ids: Vec<i32> = ALL.iter().map(|algorithm| algorithm.id()).collect();
    assert_eq!(ids, [-7, -35, -36, -257, -8, -53]);
    for algorithm in ALL {
        assert_eq!(Algorithm::from_id(algorithm.id().into()), Some(algorithm));
    }
    // RFC 9864's fully specified twins.
    for (id, algorithm) in [(-9, ALL[0]), (-51, ALL[1]), (-52, ALL[2]), (-19, ALL[4])] {
        assert_eq!(Algorithm::from_id(id), Some(algorithm));
    }
    for id in [0, -6, -10, -37, -258, -65_535, 7, i128::MAX] {
        assert_eq!(Algorithm::from_id(id), None);
    }
}

#[test]
fn verifies_signatures_of_every_algorithm_of_aws_lc() {
    for algorithm in &ALL[..5] {
        let key = key_pair(*algorithm);
        let encoded = cose_key(*algorithm, &key);
        let public = PublicKey::parse(&encoded).unwrap();
        assert_eq!(public.algorithm(), *algorithm);
        public.check_point().unwrap();
        let signature = rcgen::SigningKey::sign(&key, b"message").unwrap();
        public.verify(b"message", &signature).unwrap();
        let other = public
            .verify(b"massage", &signature)
            .expect_err("another message");
        assert!(other.to_string().starts_with("expected a valid"), "{other}");
        assert!(public.verify(b"message", &[]).is_err());
        assert!(
            public
                .verify(b"message", &[signature.as_slice(), &[0]].concat())
                .is_err()
        );
    }
}

#[test]
fn refuses_ecdsa_signatures_with_zeros() {
    // CVE-2022-21449: r = s = 0 must not verify, nor any other out-of-range pair.
    let encoded = cose_key(Algorithm::Es256, &key_pair(Algorithm::Es256));
    let public = PublicKey::parse(&encoded).unwrap();
    for zeros in [
        &[0x30, 6, 2, 1, 0, 2, 1, 0][..],
        &[0x30, 6, 2, 1, 1, 2, 1, 0],
        &[0; 64],
    ] {
        assert!(public.verify(b"message", zeros).is_err());
    }
}

#[test]
fn refuses_other_types_curves_and_sizes() {
    for (label, value, says) in [
        (1, int(3), "kty (1) EC2: 2, got 3"),
        (
            1,
            text("EC"),
            "an integer as kty (1) EC2, got a text string",
        ),
        (3, int(0), "an alg (3) that is supported, got 0"),
        (3, int(-35), "crv (-1) of the algorithm: 2, got 1"),
        (
            3,
            bytes(b"\x26"),
            "an integer as alg (3), got a byte string",
        ),
        (-1, int(2), "crv (-1) of the algorithm: 1, got 2"),
        (-1, int(8), "crv (-1) of the algorithm: 1, got 8"),
        (-2, bytes(&[1; 31]), "32 bytes of x (-2), got 31"),
        (-2, bytes(&[1; 33]), "32 bytes of x (-2), got 33"),
        (-2, int(1), "a byte string as x (-2), got an integer"),
        // A compressed point, which WebAuthn forbids.
        (-3, vec![0xf5], "a byte string as y (-3), got a boolean"),
        (-3, bytes(&[1; 32]), "a point on the curve"),
        (-3, bytes(&[0xff; 32]), "a point on the curve"),
    ] {
        let text = refusal(&es256_with(label, value));
        assert!(text.contains(says), "{text} should say {says}");
    }
    let zero = labels(&[
        (1, int(2)),
        (3, int(-7)),
        (-1, int(1)),
        (-2, bytes(&[0; 32])),
        (-3, bytes(&[0; 32])),
    ]);
    assert!(refusal(&zero).contains("a point on the curve"));
}

#[test]
fn refuses_missing_and_optional_parameters() {
    let (x, y) = point(&key_pair(Algorithm::Es256));
    let required = vec![
        (1, int(2)),
        (3, int(-7)),
        (-1, int(1)),
        (-2, bytes(&x)),
        (-3, bytes(&y)),
    ];
    assert!(PublicKey::parse(&labels(&required)).is_ok());
    for place in 0..required.len() {
        let mut without = required.clone();
        without.remove(place);
        assert!(
            PublicKey::parse(&labels(&without)).is_err(),
            "without parameter {place}"
        );
    }
    // kid (2), key_ops (4), and a private key (-4), in canonical order.
    for (place, optional) in [
        (1, (2, bytes(b"kid"))),
        (2, (4, int(2))),
        (5, (-4, bytes(&x))),
    ] {
        let mut with = required.clone();
        with.insert(place, optional);
        assert!(refusal(&labels(&with)).contains("6 parameters"));
    }
    assert!(refusal(&[labels(&required), vec![0]].concat()).contains("the end"));
    assert!(refusal(&int(1)).contains("the COSE_Key to be a map"));
}

#[test]
fn refuses_weak_rsa_keys() {
    let mut modulus = [0xff; 256];
    assert!(PublicKey::parse(&rsa(&modulus, &[1, 0, 1])).is_ok());
    for (exponent, why) in [
        (&[1][..], "1 signs nothing"),
        (&[3], "too small for FIPS 186-5"),
        (&[1, 0, 0], "even"),
        (&[0, 1, 0, 1], "a leading zero"),
        (&[], "empty"),
        (&[1, 0, 0, 0, 1], "longer than four bytes"),
    ] {
        assert!(
            refusal(&rsa(&modulus, exponent)).contains("an odd RSA exponent"),
            "{why}"
        );
    }
    assert!(refusal(&rsa(&modulus[..64], &[1, 0, 1])).contains("got 512 bits"));
    assert!(refusal(&rsa(&[0xff; 1025], &[1, 0, 1])).contains("got 8200 bits"));
    assert!(refusal(&rsa(&[], &[1, 0, 1])).contains("without leading zeros"));
    modulus[0] = 0x7f;
    assert!(refusal(&rsa(&modulus, &[1, 0, 1])).contains("got 2047 bits"));
    modulus[0] = 0;
    assert!(refusal(&rsa(&modulus, &[1, 0, 1])).contains("without leading zeros"));
}

#[test]
fn refuses_ed25519_points_of_small_order_or_off_the_curve() {
    let unhex = |text: &str| -> [u8; 32] {
        std::array::from_fn(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
    };
    let mut small = vec![[0; 32]];
    small[0][0] = 1;
    small.push([0; 32]);
    for text in [
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ] {
        small.push(unhex(text));
    }
    for mut point in small {
        for sign in [0, 0x80] {
            point[31] = point[31] & 0x7f | sign;
            assert!(
                refusal(&ed25519(&point)).contains("large order"),
                "{point:02x?}"
            );
        }
    }
    // p + 3, which is 3 written in a second way.
    let text = "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
    assert!(refusal(&ed25519(&unhex(text))).contains("canonical"));
    assert!(refusal(&ed25519(&[9; 31])).contains("32 bytes of x (-2), got 31"));
    // y = 2 belongs to no point, y = 3 does.
    let (mut two, mut three) = ([0; 32], [0; 32]);
    (two[0], three[0]) = (2, 3);
    let off = ed25519(&two);
    let off = PublicKey::parse(&off)
        .unwrap()
        .check_point()
        .expect_err("off the curve");
    assert!(off.to_string().contains("a point on Ed25519's curve"));
    PublicKey::parse(&ed25519(&three))
        .unwrap()
        .check_point()
        .unwrap();
}

#[test]
fn refuses_ed448_points_of_small_order_or_off_the_curve() {
    let ed448 = |x: &[u8]| labels(&[(1, int(1)), (3, int(-53)), (-1, int(7)), (-2, bytes(x))]);
    let mut one = [0; 57];
    one[0] = 1;
    for point in [one, [0; 57], [0xff; 57]] {
        assert!(refusal(&ed448(&point)).contains("an Ed448 point of large order"));
    }
    assert!(refusal(&ed448(&[1; 56])).contains("57 bytes"));
    let wrong_curve = labels(&[
        (1, int(1)),
        (3, int(-53)),
        (-1, int(6)),
        (-2, bytes(&[1; 57])),
    ]);
    assert!(refusal(&wrong_curve).contains("crv (-1) of the algorithm: 7, got 6"));
}
