//! What is taken and given as text and as bytes.

use poolhouse_srp::{Error, Identity, PublicValue, Salt, Verifier, server};

use crate::cases::{text, unhex};
use crate::vectors::VECTORS;

const ADA: Identity<'_> = Identity {
    pool: "AbCdEf123",
    user: "ada",
};

fn prime() -> Vec<u8> {
    unhex(text(&VECTORS, "N_hex").unwrap()).unwrap()
}

/// N - `less`, for a small number.
fn below_prime(less: u8) -> Vec<u8> {
    let mut number = prime();
    number[383] -= less;
    number
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}

#[test]
fn a_public_value_is_between_0_and_the_prime() {
    for digits in ["1", "01", "0001", "f", "Ff"] {
        let value = PublicValue::from_hex(digits).unwrap();
        assert_eq!(
            value.to_hex(),
            digits.trim_start_matches('0').to_lowercase()
        );
    }
    let greatest = hex(&below_prime(1));
    for digits in [
        greatest.clone(),
        format!("00{greatest}"),
        greatest.to_uppercase(),
    ] {
        assert_eq!(PublicValue::from_hex(&digits).unwrap().to_hex(), greatest);
    }
    for digits in ["0", "00", &"0".repeat(770), &hex(&prime())] {
        assert_eq!(
            PublicValue::from_hex(digits),
            Err(Error::OutOfRange),
            "{digits}"
        );
    }
}

#[test]
fn digits_are_hexadecimal_and_nothing_else() {
    for digits in [
        "g", "0x1", "+1", "-1", "1 ", " 1", "1\n", "1_0", "１", "é", "1.", "\0",
    ] {
        assert_eq!(
            PublicValue::from_hex(digits),
            Err(Error::NotHex),
            "{digits:?}"
        );
        assert_eq!(Salt::from_hex(digits), Err(Error::NotHex), "{digits:?}");
    }
    assert_eq!(PublicValue::from_hex(""), Err(Error::Empty));
    assert_eq!(Salt::from_hex(""), Err(Error::Empty));
    let too_long = Error::TooLong {
        got: 771,
        at_most: 770,
    };
    assert_eq!(PublicValue::from_hex(&"0".repeat(771)), Err(too_long));
    assert_eq!(
        too_long.to_string(),
        "got 771 digits or bytes, expected at most 770"
    );
}

#[test]
fn a_salt_is_a_number() {
    for (digits, again, bytes) in [
        ("5c46", "5c46", &[0x5c, 0x46][..]),
        ("00005C46", "5c46", &[0x5c, 0x46]),
        ("c46", "c46", &[0x0c, 0x46]),
        ("8c46", "8c46", &[0, 0x8c, 0x46]),
        ("008c46", "8c46", &[0, 0x8c, 0x46]),
        ("0", "0", &[0]),
    ] {
        let salt = Salt::from_hex(digits).unwrap();
        assert_eq!(salt.to_hex(), again);
        assert_eq!(salt.to_bytes(), bytes);
        assert_eq!(Salt::from_bytes(bytes), Ok(salt));
    }
    for longest in [
        Salt::from_bytes(&[0xff; 64]),
        Salt::from_hex(&"f".repeat(128)),
    ] {
        let longest = longest.unwrap();
        assert_eq!(Salt::from_bytes(&longest.to_bytes()), Ok(longest.clone()));
        assert_eq!(
            Salt::from_hex(&format!("00{}", longest.to_hex())),
            Ok(longest)
        );
    }
    let too_long = |got, at_most| Err(Error::TooLong { got, at_most });
    assert_eq!(Salt::from_bytes(&[1; 65]), too_long(65, 64));
    assert_eq!(Salt::from_hex(&"1".repeat(130)), too_long(65, 64));
    assert_eq!(Salt::from_hex(&"0".repeat(131)), too_long(131, 130));
    assert_eq!(Salt::from_bytes(&[]), Err(Error::Empty));
}

#[test]
fn a_fresh_salt_needs_no_padding() {
    for random in [[0; 16], [0xff; 16], [0x80; 16]] {
        let salt = Salt::fresh(random);
        assert_eq!(salt.to_hex().len(), 32);
        assert_eq!(salt.to_bytes().len(), 16);
        assert_eq!(hex(&salt.to_bytes()), salt.to_hex());
    }
    assert_ne!(Salt::fresh([0; 16]), Salt::fresh([1; 16]));
}

#[test]
fn a_verifier_comes_back_from_its_bytes() {
    let salt = Salt::fresh([1; 16]);
    let verifier = Verifier::of(ADA, &salt, "Passw0rd!");
    let bytes = verifier.to_bytes();
    let signed = [&[0], bytes.as_slice()].concat();
    for bytes in [bytes.as_slice(), &signed] {
        let again = Verifier::from_bytes(bytes).unwrap();
        assert!(again.accepts(ADA, &salt, "Passw0rd!"));
        assert!(!again.accepts(ADA, &salt, "Passw0rd"));
        assert!(!again.accepts(ADA, &Salt::fresh([2; 16]), "Passw0rd!"));
        for other in [
            Identity {
                pool: "AbCdEf124",
                ..ADA
            },
            Identity { user: "bob", ..ADA },
        ] {
            assert!(!again.accepts(other, &salt, "Passw0rd!"));
        }
    }
}

/// A device chooses its verifier. One of which everybody knows the logarithm lets everybody in.
#[test]
fn a_verifier_is_not_a_number_whose_powers_are_known() {
    for number in [
        vec![],
        vec![0],
        vec![1],
        vec![0, 0, 1],
        below_prime(1),
        prime(),
        vec![0xff; 384],
        vec![1; 385],
    ] {
        assert_eq!(
            Verifier::from_bytes(&number).unwrap_err(),
            Error::OutOfRange,
            "{}",
            hex(&number)
        );
    }
    for number in [vec![2], below_prime(2)] {
        assert!(Verifier::from_bytes(&number).is_ok());
    }
}

#[test]
fn a_decoy_is_always_the_same_and_nobodys() {
    let [one, again, other] = [[1; 32], [1; 32], [2; 32]].map(|seed| Verifier::decoy(&seed));
    assert_eq!(one.to_bytes(), again.to_bytes());
    assert_ne!(one.to_bytes(), other.to_bytes());
    assert!(!one.accepts(ADA, &Salt::fresh([1; 16]), ""));
    // Its blocks are not one block again and again.
    let bytes = one.to_bytes();
    let mut blocks: Vec<&[u8]> = bytes.chunks(32).collect();
    blocks.sort_unstable();
    blocks.dedup();
    assert_eq!(blocks.len(), 12);
    assert!(Verifier::from_bytes(bytes.as_slice()).is_ok());
}

#[test]
fn an_offer_depends_on_the_verifier_and_on_chance() {
    let [one, other] = [[1; 32], [2; 32]].map(|seed| Verifier::decoy(&seed));
    let a = PublicValue::from_hex("2").unwrap();
    let b = |verifier, random| server::offer::<33>(verifier, a.clone(), random).0;
    assert_eq!(b(&one, [7; 33]), b(&one, [7; 33]));
    assert_ne!(b(&one, [7; 33]), b(&one, [8; 33]));
    assert_ne!(b(&one, [7; 33]), b(&other, [7; 33]));
}

#[test]
fn a_state_is_a_fixed_number_of_bytes() {
    let a = PublicValue::from_hex("2").unwrap();
    let (_, state) = server::offer(&Verifier::decoy(&[1; 32]), a, [7; 33]);
    let bytes = state.to_bytes();
    assert_eq!(bytes.len(), 448);
    assert_eq!(server::State::from_bytes(&bytes).unwrap().to_bytes(), bytes);
    for got in [0, 1, 384, 416, 447] {
        let error = server::State::from_bytes(&bytes[..got]).unwrap_err();
        assert_eq!(error, Error::State { got, at_least: 448 });
    }
    for a in [vec![0; 384], prime()] {
        let forged = [a.as_slice(), &bytes[384..]].concat();
        assert_eq!(
            server::State::from_bytes(&forged).unwrap_err(),
            Error::OutOfRange
        );
    }
}

/// A and B that hash to 0 cannot be found, so the state is written by hand.
#[test]
fn a_scrambling_of_zero_is_refused() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use poolhouse_srp::{Claim, Refused};
    // With A = 1 and u = 0 the premaster secret is 1, whatever the password.
    let mut bytes = vec![0; 448];
    bytes[383] = 1;
    bytes[447] = 1;
    let mac = |key: &[u8], message: &[u8]| {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key);
        aws_lc_rs::hmac::sign(&key, message)
    };
    let extracted = mac(&[0], &[1]);
    let key = mac(extracted.as_ref(), b"Caldera Derived Key\x01");
    let signature = mac(&key.as_ref()[..16], b"AbCdEf123adablocktime");
    let signature = STANDARD.encode(signature);
    let claim = Claim {
        secret_block: b"block",
        timestamp: "time",
        signature: &signature,
    };
    let verdict = |bytes: &[u8]| {
        server::State::from_bytes(bytes)
            .unwrap()
            .verify(&Verifier::decoy(&[1; 32]), ADA, claim)
    };
    assert_eq!(verdict(&bytes), Err(Refused));
}

#[test]
fn debug_says_nothing_of_secrets() {
    use poolhouse_srp::client::{Client, DeviceSecret};
    let verifier = Verifier::decoy(&[1; 32]);
    let (_, state) = server::offer(&verifier, PublicValue::from_hex("2").unwrap(), [7; 33]);
    assert_eq!(
        format!("{verifier:?} {state:?}"),
        "Verifier([secret]) State([secret])"
    );
    let client = format!("{:?}", Client::new([0; 32]));
    assert_eq!(client, "Client { public: PublicValue(1), .. }");
    let device = format!("{:?}", DeviceSecret::new(ADA, [1; 40], [1; 16]));
    assert_eq!(device, "DeviceSecret([secret])");
}
