//! The vectors: `srp.json` was checked with pycognito 2024.5.1 and holds a fixture of
//! cognito-srp-helper; `srp-amplify-js.json` comes from aws-amplify's own code.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse_srp::client::{Challenge, Client};
use poolhouse_srp::{Error, Identity, PublicValue, Salt, Verifier};
use serde_json::{Value, json};

use crate::cases::{Outcome, SignIn, number, text, unhex};

pub(crate) static VECTORS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../vectors/srp.json")).unwrap());

#[test]
fn every_vector_comes_out_to_the_last_digit() {
    let vectors = VECTORS["vectors"].as_array().unwrap();
    for vector in vectors {
        let sign_in = SignIn::read(&vector["in"]).unwrap();
        let expected = Outcome::read(&vector["out"]).unwrap();
        assert_eq!(sign_in.run().unwrap(), expected, "{}", vector["id"]);
        assert_eq!(sign_in.salt.to_hex(), vector["in"]["salt_hex"]);
    }
    assert_eq!(vectors.len(), 11);
}

#[test]
fn amplify_js_computes_the_same() {
    let file: Value = serde_json::from_str(include_str!("../vectors/srp-amplify-js.json")).unwrap();
    let given = json!({
        "pool_name_or_device_group_key": file["pool"],
        "user_id_for_srp_or_device_key": file["user"],
        "password": file["pass"],
        "salt_hex": file["salt"],
        "a_hex": file["a"],
        "b_hex": file["b"],
        "secret_block_b64": file["secret_block"],
        "timestamp": file["timestamp"],
    });
    let expected = json!({
        "verifier_v": file["v"],
        "A": file["A"],
        "B": file["B"],
        "PASSWORD_CLAIM_SIGNATURE": file["signature"],
    });
    let outcome = SignIn::read(&given).unwrap().run().unwrap();
    assert_eq!(outcome, Outcome::read(&expected).unwrap());
}

/// A client that got its B from a server elsewhere.
#[test]
fn a_published_fixture_signs_the_same() {
    let given = &VECTORS["published_fixture"]["in"];
    let field = |name| text(given, name).unwrap();
    let client = Client::new::<32>(number(field("smallA")).unwrap());
    assert_eq!(client.public_value().to_hex(), field("largeA"));
    let identity = Identity {
        pool: field("poolIdAbbr"),
        user: field("sub"),
    };
    let challenge = Challenge {
        salt: &Salt::from_hex(field("salt")).unwrap(),
        b: &PublicValue::from_hex(field("largeB")).unwrap(),
        secret_block: &STANDARD.decode(field("secret")).unwrap(),
    };
    let signature = client.sign(identity, field("password"), challenge, field("timestamp"));
    assert_eq!(signature, field("passwordSignature"));
}

#[test]
fn a_published_device_has_the_same_verifier() {
    let given = &VECTORS["published_fixture"]["in"];
    let field = |name| text(given, name).unwrap();
    let device = Identity {
        pool: field("deviceGroupKey"),
        user: field("deviceKey"),
    };
    let decode = |name| STANDARD.decode(field(name)).unwrap();
    let salt = Salt::from_bytes(&decode("deviceSalt")).unwrap();
    let verifier = Verifier::from_bytes(&decode("devicePasswordVerifier")).unwrap();
    assert!(verifier.accepts(device, &salt, field("deviceRandomPassword")));
}

#[test]
fn every_forbidden_a_is_refused() {
    let too_long = Error::TooLong {
        got: 100_000,
        at_most: 770,
    };
    let expected = [
        ("zero", Error::OutOfRange),
        ("N", Error::OutOfRange),
        ("2N", Error::OutOfRange),
        ("5N", Error::OutOfRange),
        ("empty", Error::Empty),
        ("non_hex", Error::NotHex),
        ("negative", Error::NotHex),
        ("leading_spaces", Error::NotHex),
        ("N_upper_with_00", Error::OutOfRange),
        ("too_long_100k_digits", too_long),
    ];
    let forbidden = VECTORS["server_must_reject_SRP_A"].as_array().unwrap();
    let got = forbidden.iter().map(|value| {
        // The file has the longest in words.
        let digits = text(value, "A").unwrap();
        let digits = match digits.split_once("... (100000") {
            Some(_) => "f".repeat(100_000),
            None => digits.to_owned(),
        };
        let error = PublicValue::from_hex(&digits).unwrap_err();
        (text(value, "id").unwrap(), error)
    });
    assert_eq!(got.collect::<Vec<_>>(), expected);
}

/// 770 digits are enough for every multiple of N that could be written down: 1 to 255 times.
#[test]
fn no_multiple_of_the_prime_gets_in() {
    let prime = unhex(text(&VECTORS, "N_hex").unwrap()).unwrap();
    for times in 1..=255_u16 {
        let mut product = Vec::new();
        let mut carry = 0;
        for byte in prime.iter().rev() {
            let sum = u16::from(*byte) * times + carry;
            product.push(format!("{:02x}", sum & 0xff));
            carry = sum >> 8;
        }
        product.push(format!("{carry:02x}"));
        product.reverse();
        let error = PublicValue::from_hex(&product.concat());
        assert_eq!(error, Err(Error::OutOfRange), "{times} times");
    }
}
