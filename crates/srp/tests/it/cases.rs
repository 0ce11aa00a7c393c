//! Vector files in the form of `srp.json`: sign-ins with everything that is random in them, and what
//! comes out to the last digit.
//!
//! Shared by the tests and by `examples/vectors.rs`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse_srp::client::{Challenge, Client};
use poolhouse_srp::{Claim, Identity, PublicValue, Salt, Verifier, server};
use serde_json::Value;

/// A case that cannot be read is not a verdict.
pub(crate) type Read<T> = Result<T, Box<dyn std::error::Error>>;

/// One sign-in.
pub(crate) struct SignIn<'v> {
    pub(crate) identity: Identity<'v>,
    pub(crate) password: &'v str,
    pub(crate) salt: Salt,
    pub(crate) a: [u8; 128],
    pub(crate) b: Vec<u8>,
    pub(crate) secret_block: Vec<u8>,
    pub(crate) timestamp: &'v str,
}

/// What comes out of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) verifier: Vec<u8>,
    pub(crate) a: String,
    pub(crate) b: String,
    /// The client's.
    pub(crate) signature: String,
    /// Whether the server takes it, and the password in plain text.
    pub(crate) is_accepted: bool,
}

impl<'v> SignIn<'v> {
    /// From the member `in` of a vector.
    pub(crate) fn read(given: &'v Value) -> Read<Self> {
        Ok(Self {
            identity: Identity {
                pool: text(given, "pool_name_or_device_group_key")?,
                user: text(given, "user_id_for_srp_or_device_key")?,
            },
            password: text(given, "password")?,
            salt: Salt::from_hex(text(given, "salt_hex")?)?,
            a: number(text(given, "a_hex")?)?,
            b: unhex(text(given, "b_hex")?)?,
            secret_block: STANDARD.decode(text(given, "secret_block_b64")?)?,
            timestamp: text(given, "timestamp")?,
        })
    }

    /// Both sides, with the server's state carried along as bytes.
    pub(crate) fn run(&self) -> Read<Outcome> {
        let verifier = Verifier::of(self.identity, &self.salt, self.password);
        let client = Client::new(self.a);
        let a = client.public_value().to_hex();
        let (b, state) = self.offer(&verifier, PublicValue::from_hex(&a)?)?;
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
        let state = server::State::from_bytes(&state.to_bytes())?;
        let verdict = state.verify(&verifier, self.identity, claim);
        Ok(Outcome {
            verifier: verifier.to_bytes().to_vec(),
            a,
            b: b.to_hex(),
            is_accepted: verdict.is_ok()
                && verifier.accepts(self.identity, &self.salt, self.password),
            signature,
        })
    }

    fn offer(&self, verifier: &Verifier, a: PublicValue) -> Read<(PublicValue, server::State)> {
        // A byte for the sign in front, even as in all vectors. More zeros change no number.
        Ok(match self.b.len() {
            32 => server::offer::<33>(verifier, a, widened(&self.b)?),
            _ => server::offer::<129>(verifier, a, widened(&self.b)?),
        })
    }
}

impl Outcome {
    /// From the member `out` of a vector.
    pub(crate) fn read(expected: &Value) -> Read<Self> {
        Ok(Self {
            verifier: number::<384>(text(expected, "verifier_v")?)?.to_vec(),
            a: text(expected, "A")?.to_owned(),
            b: text(expected, "B")?.to_owned(),
            signature: text(expected, "PASSWORD_CLAIM_SIGNATURE")?.to_owned(),
            is_accepted: true,
        })
    }
}

pub(crate) fn text<'v>(value: &'v Value, name: &str) -> Read<&'v str> {
    let text = value.get(name).and_then(Value::as_str);
    text.ok_or_else(|| format!("no text {name}").into())
}

pub(crate) fn unhex(digits: &str) -> Read<Vec<u8>> {
    let digits = format!("{}{digits}", "0".repeat(digits.len() % 2));
    let pairs = digits.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?));
    bytes.collect()
}

/// A number in hexadecimal digits, with zeros in front up to `L` bytes.
pub(crate) fn number<const L: usize>(digits: &str) -> Read<[u8; L]> {
    widened(&unhex(digits)?)
}

fn widened<const L: usize>(number: &[u8]) -> Read<[u8; L]> {
    let zeros = L.checked_sub(number.len()).ok_or("too many digits")?;
    let bytes = [&vec![0; zeros], number].concat();
    Ok(bytes.try_into().map_err(|_| "too many digits")?)
}
