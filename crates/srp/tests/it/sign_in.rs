//! Properties of the two sides together, with an adversary between them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse_srp::client::{Challenge, Client};
use poolhouse_srp::{Claim, Identity, PublicValue, Refused, Salt, Verifier, server};
use proptest::prelude::*;

const POOL: &str = "AbCdEf123";
const USER: &str = "6b0e7c1e-3f5a-4d0c-9b1d-2f6f0d9a7c11";
const TIMESTAMP: &str = "Tue Feb 3 04:05:06 UTC 2026";
const SECRET_BLOCK: &[u8] = b"a block of the server's";

/// What one side says and the other hears, or what the server keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    A,
    B,
    Salt,
    SecretBlock,
    Timestamp,
    Signature,
    Pool,
    User,
    Verifier,
    State,
}

const PARTS: [Part; 10] = [
    Part::A,
    Part::B,
    Part::Salt,
    Part::SecretBlock,
    Part::Timestamp,
    Part::Signature,
    Part::Pool,
    Part::User,
    Part::Verifier,
    Part::State,
];

/// A sign-in of somebody who signed up with `password` and types `typed`.
struct SignIn<'a> {
    password: &'a str,
    typed: &'a str,
    /// Everybody's: salt, a, the sign.
    random: [u8; 16],
    /// Which bit of which part is not what it was.
    altered: Option<(Part, usize)>,
}

impl SignIn<'_> {
    fn verdict(&self) -> Result<(), Refused> {
        let SignIn {
            password,
            typed,
            random,
            ..
        } = *self;
        let identity = Identity {
            pool: POOL,
            user: USER,
        };
        let salt = Salt::fresh(random);
        let verifier = Verifier::of(identity, &salt, password);
        let client = Client::new(<[u8; 32]>::try_from([random, random].as_flattened()).unwrap());
        let a = self.heard_number(Part::A, client.public_value());
        // With a b of 0, which nobody draws, every verifier makes the same key.
        let (b, state) = server::offer(&verifier, a, [random[1] | 1; 33]);
        let challenge = Challenge {
            salt: &Salt::from_bytes(&self.heard(Part::Salt, &salt.to_bytes())).unwrap(),
            b: &self.heard_number(Part::B, &b),
            secret_block: SECRET_BLOCK,
        };
        let signature = client.sign(identity, typed, challenge, TIMESTAMP);
        let signature = self.heard(Part::Signature, &STANDARD.decode(signature).unwrap());
        let claim = Claim {
            secret_block: &self.heard(Part::SecretBlock, SECRET_BLOCK),
            timestamp: &self.heard_text(Part::Timestamp, TIMESTAMP),
            signature: &STANDARD.encode(signature),
        };
        let identity = Identity {
            pool: &self.heard_text(Part::Pool, POOL),
            user: &self.heard_text(Part::User, USER),
        };
        let verifier = Verifier::from_bytes(&self.heard(Part::Verifier, &*verifier.to_bytes()));
        let state = server::State::from_bytes(&self.heard(Part::State, &state.to_bytes()));
        state.unwrap().verify(&verifier.unwrap(), identity, claim)
    }

    fn heard(&self, part: Part, said: &[u8]) -> Vec<u8> {
        let mut heard = said.to_vec();
        if let Some((altered, bit)) = self.altered
            && altered == part
        {
            let place = bit / 8 % heard.len();
            heard[place] ^= 1 << (bit % 8);
        }
        heard
    }

    fn heard_number(&self, part: Part, said: &PublicValue) -> PublicValue {
        let digits = format!("{:0>768}", said.to_hex());
        let bytes: Vec<u8> = (0..768)
            .step_by(2)
            .map(|i| u8::from_str_radix(&digits[i..i + 2], 16).unwrap())
            .collect();
        let heard = self.heard(part, &bytes);
        let digits: Vec<String> = heard.iter().map(|byte| format!("{byte:02x}")).collect();
        PublicValue::from_hex(&digits.concat()).unwrap()
    }

    /// The top bit stays, so that it is still ASCII.
    fn heard_text(&self, part: Part, said: &str) -> String {
        let heard = self.heard(part, said.as_bytes());
        let ascii = heard.iter().map(|byte| byte & 0x7f).collect();
        String::from_utf8(ascii).unwrap()
    }
}

/// Empty, one character to 256 of them, of any script.
fn passwords() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[ -~]{1,256}",
        "\\PC{1,256}",
        "[äöü密码🔑é\u{301}]{256}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_right_password_is_accepted(password in passwords(), random: [u8; 16]) {
        let sign_in = SignIn { password: &password, typed: &password, random, altered: None };
        prop_assert_eq!(sign_in.verdict(), Ok(()));
    }

    #[test]
    fn another_password_is_refused(password in passwords(), typed in passwords(), random: [u8; 16]) {
        prop_assume!(password != typed);
        let sign_in = SignIn { password: &password, typed: &typed, random, altered: None };
        prop_assert_eq!(sign_in.verdict(), Err(Refused));
    }

    /// No normalisation, no trimming, no case.
    #[test]
    fn a_password_is_taken_as_it_is(password in passwords(), random: [u8; 16]) {
        for typed in [
            format!("{password} "),
            format!(" {password}"),
            format!("{password}\0"),
            format!("{password}é"),
            format!("{password}e\u{301}"),
        ] {
            let sign_in = SignIn { password: &password, typed: &typed, random, altered: None };
            prop_assert_eq!(sign_in.verdict(), Err(Refused), "{:?}", typed);
        }
    }

    #[test]
    fn one_altered_bit_is_refused(part in prop::sample::select(&PARTS[..]), bit: usize, random: [u8; 16]) {
        // The top bit of a text stays.
        let bit = match part {
            Part::Timestamp | Part::Pool | Part::User if bit % 8 == 7 => bit - 1,
            _ => bit,
        };
        let sign_in = SignIn { password: "Passw0rd!", typed: "Passw0rd!", random, altered: Some((part, bit)) };
        prop_assert_eq!(sign_in.verdict(), Err(Refused));
    }
}

/// Every part at its first and its last bit, whatever proptest comes across.
#[test]
fn every_part_counts() {
    for part in PARTS {
        for bit in [0, 6, usize::MAX - 7, usize::MAX - 1] {
            let sign_in = SignIn {
                password: "Passw0rd!",
                typed: "Passw0rd!",
                random: [0x5a; 16],
                altered: Some((part, bit)),
            };
            assert_eq!(sign_in.verdict(), Err(Refused), "{part:?} {bit}");
        }
    }
}

#[test]
fn a_signature_is_44_characters_of_base64() {
    let identity = Identity {
        pool: POOL,
        user: USER,
    };
    let salt = Salt::fresh([1; 16]);
    let verifier = Verifier::of(identity, &salt, "Passw0rd!");
    let client = Client::new([9; 32]);
    let (b, state) = server::offer(&verifier, client.public_value().clone(), [9; 33]);
    let challenge = Challenge {
        salt: &salt,
        b: &b,
        secret_block: SECRET_BLOCK,
    };
    let signature = client.sign(identity, "Passw0rd!", challenge, TIMESTAMP);
    let verdict = |signature: &str| {
        let claim = Claim {
            secret_block: SECRET_BLOCK,
            timestamp: TIMESTAMP,
            signature,
        };
        state.verify(&verifier, identity, claim)
    };
    assert_eq!(verdict(&signature), Ok(()));
    assert_eq!(signature.len(), 44);
    for other in [
        "",
        "=",
        &signature[..43],
        &signature[..40],
        &format!("{signature}="),
        &format!(" {signature}"),
        &format!("{signature}{signature}"),
        &signature.replace('=', ""),
    ] {
        assert_eq!(verdict(other), Err(Refused), "{other:?}");
    }
}

/// A password that was changed while somebody signs in with the old one.
#[test]
fn the_verifier_is_the_one_that_was_offered() {
    let identity = Identity {
        pool: POOL,
        user: USER,
    };
    let salt = Salt::fresh([1; 16]);
    let [old, new] = ["old", "new"].map(|password| Verifier::of(identity, &salt, password));
    let client = Client::new([9; 32]);
    let (b, state) = server::offer(&old, client.public_value().clone(), [8; 33]);
    for password in ["old", "new"] {
        let challenge = Challenge {
            salt: &salt,
            b: &b,
            secret_block: SECRET_BLOCK,
        };
        let signature = client.sign(identity, password, challenge, TIMESTAMP);
        let claim = Claim {
            secret_block: SECRET_BLOCK,
            timestamp: TIMESTAMP,
            signature: &signature,
        };
        assert_eq!(
            state.verify(&old, identity, claim).is_ok(),
            password == "old"
        );
        assert_eq!(state.verify(&new, identity, claim), Err(Refused));
    }
}
