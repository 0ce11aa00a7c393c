//! The vectors: `srp.json` was checked with pycognito 2024.5.1 and holds a fixture of
//! cognito-srp-helper; `srp-amplify-js.json` comes from aws-amplify's own code.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse_srp::client::{Challenge, Client};
use poolhouse_srp::{Claim, Error, Identity, PublicValue, Salt, Verifier, server};
use serde_json::Value;

static VECTORS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../vectors/srp.json")).unwrap());
static AMPLIFY: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../vectors/srp-amplify-js.json")).unwrap());

/// One sign-in with everything that is random in it.
struct SignIn<'a> {
    identity: Identity<'a>,
    password: &'a str,
    salt: Salt,
    a: Vec<u8>,
    b: Vec<u8>,
    secret_block: Vec<u8>,
    timestamp: &'a str,
}

/// What comes out of it.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    verifier: Vec<u8>,
    a: String,
    b: String,
    signature: String,
}

impl SignIn<'_> {
    fn run(&self) -> Outcome {
        let verifier = Verifier::of(self.identity, &self.salt, self.password);
        let client = Client::new::<128>(bytes(&self.a));
        let (b, state) = match self.b.len() {
            32 => server::offer::<32>(&verifier, client.public_value().clone(), bytes(&self.b)),
            _ => server::offer::<128>(&verifier, client.public_value().clone(), bytes(&self.b)),
        };
        let challenge = Challenge {
            salt: &self.salt,
            b: &b,
            secret_block: &self.secret_block,
        };
        let signature = client.sign(self.identity, self.password, challenge, self.timestamp);
        let claim = Claim {
            secret_block: &self.secret_block,
            timestamp: self.timestamp,
            signature: &signature,
        };
        assert_eq!(state.verify(&verifier, self.identity, claim), Ok(()));
        assert!(verifier.accepts(self.identity, &self.salt, self.password));
        Outcome {
            verifier: verifier.to_bytes().to_vec(),
            a: client.public_value().to_hex(),
            b: b.to_hex(),
            signature,
        }
    }
}

#[test]
fn every_vector_comes_out_to_the_last_digit() {
    let vectors = VECTORS["vectors"].as_array().unwrap();
    for vector in vectors {
        let (given, expected) = (&vector["in"], &vector["out"]);
        let sign_in = SignIn {
            identity: Identity {
                pool: text(&given["pool_name_or_device_group_key"]),
                user: text(&given["user_id_for_srp_or_device_key"]),
            },
            password: text(&given["password"]),
            salt: Salt::from_hex(text(&given["salt_hex"])).unwrap(),
            a: unhex(text(&given["a_hex"])),
            b: unhex(text(&given["b_hex"])),
            secret_block: STANDARD.decode(text(&given["secret_block_b64"])).unwrap(),
            timestamp: text(&given["timestamp"]),
        };
        let expected = Outcome {
            verifier: unhex(&format!("{:0>768}", text(&expected["verifier_v"]))),
            a: text(&expected["A"]).to_owned(),
            b: text(&expected["B"]).to_owned(),
            signature: text(&expected["PASSWORD_CLAIM_SIGNATURE"]).to_owned(),
        };
        assert_eq!(sign_in.run(), expected, "{}", vector["id"]);
        assert_eq!(sign_in.salt.to_hex(), text(&given["salt_hex"]));
    }
    assert_eq!(vectors.len(), 11);
}

#[test]
fn amplify_js_computes_the_same() {
    let vector = &*AMPLIFY;
    let sign_in = SignIn {
        identity: Identity {
            pool: text(&vector["pool"]),
            user: text(&vector["user"]),
        },
        password: text(&vector["pass"]),
        salt: Salt::from_hex(text(&vector["salt"])).unwrap(),
        a: unhex(text(&vector["a"])),
        b: unhex(text(&vector["b"])),
        secret_block: STANDARD.decode(text(&vector["secret_block"])).unwrap(),
        timestamp: text(&vector["timestamp"]),
    };
    let expected = Outcome {
        verifier: unhex(text(&vector["v"])),
        a: text(&vector["A"]).to_owned(),
        b: text(&vector["B"]).to_owned(),
        signature: text(&vector["signature"]).to_owned(),
    };
    assert_eq!(sign_in.run(), expected);
}

/// As a client that gets its B from a server.
#[test]
fn a_published_fixture_signs_the_same() {
    let given = &VECTORS["published_fixture"]["in"];
    let client = Client::new::<32>(bytes(&unhex(text(&given["smallA"]))));
    assert_eq!(client.public_value().to_hex(), text(&given["largeA"]));
    let (pool, user) = (text(&given["poolIdAbbr"]), text(&given["sub"]));
    let challenge = Challenge {
        salt: &Salt::from_hex(text(&given["salt"])).unwrap(),
        b: &PublicValue::from_hex(text(&given["largeB"])).unwrap(),
        secret_block: &STANDARD.decode(text(&given["secret"])).unwrap(),
    };
    let (password, timestamp) = (text(&given["password"]), text(&given["timestamp"]));
    let signature = client.sign(Identity { pool, user }, password, challenge, timestamp);
    assert_eq!(signature, text(&given["passwordSignature"]));
}

#[test]
fn a_published_device_has_the_same_verifier() {
    let given = &VECTORS["published_fixture"]["in"];
    let device = Identity {
        pool: text(&given["deviceGroupKey"]),
        user: text(&given["deviceKey"]),
    };
    let decode = |name: &str| STANDARD.decode(text(&given[name])).unwrap();
    let salt = Salt::from_bytes(&decode("deviceSalt")).unwrap();
    let verifier = Verifier::from_bytes(&decode("devicePasswordVerifier")).unwrap();
    assert!(verifier.accepts(device, &salt, text(&given["deviceRandomPassword"])));
}

#[test]
fn every_forbidden_a_is_refused() {
    let forbidden = VECTORS["server_must_reject_SRP_A"].as_array().unwrap();
    for (value, error) in forbidden.iter().zip([
        ("zero", Error::OutOfRange),
        ("N", Error::OutOfRange),
        ("2N", Error::OutOfRange),
        ("5N", Error::OutOfRange),
        ("empty", Error::Empty),
        ("non_hex", Error::NotHex),
        ("negative", Error::NotHex),
        ("leading_spaces", Error::NotHex),
        ("N_upper_with_00", Error::OutOfRange),
        (
            "too_long_100k_digits",
            Error::TooLong {
                got: 100_000,
                at_most: 770,
            },
        ),
    ]) {
        let a = match text(&value["A"]) {
            // The file has these digits in words.
            short if short.contains("digits") => "f".repeat(100_000),
            a => a.to_owned(),
        };
        let got = (text(&value["id"]), PublicValue::from_hex(&a).unwrap_err());
        assert_eq!(got, error);
    }
    assert_eq!(forbidden.len(), 10);
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn unhex(digits: &str) -> Vec<u8> {
    let byte = |i: usize| u8::from_str_radix(&digits[i..i + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// With zeros in front, which change no number.
fn bytes<const L: usize>(number: &[u8]) -> [u8; L] {
    let mut bytes = [0; L];
    bytes[L - number.len()..].copy_from_slice(number);
    bytes
}
