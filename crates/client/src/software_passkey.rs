//! A passkey in software, with the browser around it: for tests and benchmarks. Nothing protects its key.
//!
//! It does what the options say, as a synced passkey on a page of one origin would: user present and
//! verified, ES256, no attestation, a counter that stays at zero.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::Error;

/// Flags of authenticator data (WebAuthn Level 3 §6.1): user present, user verified, backup eligible,
/// backed up.
const FLAGS: u8 = 0x01 | 0x04 | 0x08 | 0x10;
/// That it holds a new credential.
const ATTESTED: u8 = 0x40;

/// The `AAGUID` of an authenticator that does not say which it is.
const AAGUID: [u8; 16] = [0; 16];

/// The length of the ids of credentials that [`SoftwarePasskey::create`] makes, in bytes.
const ID_LEN: usize = 16;

/// A passkey, and the page that it is used on.
#[derive(Clone, Debug)]
pub struct SoftwarePasskey {
    /// What it signs with.
    pub key: SoftwareKey,
    /// The credential's id.
    pub id: Vec<u8>,
    /// Whose it is, as the pool says it (`user.id`).
    pub user_handle: Vec<u8>,
    /// Where the page comes from: `http://localhost:5173`.
    pub origin: String,
}

/// A key pair on P-256. Passkeys may share one, so that a benchmark need not make thousands.
#[derive(Clone)]
pub struct SoftwareKey(Arc<EcdsaKeyPair>);

impl SoftwareKey {
    /// A new one.
    ///
    /// # Errors
    /// [`Error::Config`] if the machine gives no randomness.
    pub fn generate() -> Result<Self, Error> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING);
        let pair = pair.map_err(|_| no_randomness())?;
        Ok(Self(Arc::new(pair)))
    }

    /// The public half as a `COSE_Key` (RFC 9053 §7.1.1), as a relying party keeps it.
    pub fn cose(&self) -> Vec<u8> {
        // Uncompressed (SEC 1 §2.3.3): a byte, x, y.
        let (x, y) = self
            .0
            .public_key()
            .as_ref()
            .get(1..)
            .unwrap_or_default()
            .split_at(32);
        [
            b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".as_slice(),
            x,
            b"\x22\x58\x20",
            y,
        ]
        .concat()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        #[expect(clippy::disallowed_methods, reason = "the client's own chance")]
        let random = SystemRandom::new();
        let signature = self.0.sign(&random, message).map_err(|_| no_randomness())?;
        Ok(signature.as_ref().to_vec())
    }
}

impl SoftwarePasskey {
    /// `navigator.credentials.create()` on a page of `origin`: the passkey, and what the page sends to
    /// [`Registration::complete`](crate::Registration::complete).
    ///
    /// # Errors
    /// [`Error::Answer`] if these are no options.
    pub fn create(origin: &str, options: &str) -> Result<(Self, Value), Error> {
        let options = parse(options)?;
        let mut id = vec![0; ID_LEN];
        #[expect(clippy::disallowed_methods, reason = "the client's own chance")]
        aws_lc_rs::rand::fill(&mut id).map_err(|_| no_randomness())?;
        let user_handle = URL_SAFE_NO_PAD.decode(text(&options, "/user/id")?);
        let passkey = Self {
            key: SoftwareKey::generate()?,
            id,
            user_handle: user_handle.map_err(|error| unreadable(&error))?,
            origin: origin.to_owned(),
        };
        let credential = passkey.attest(&options)?;
        Ok((passkey, credential))
    }

    fn attest(&self, options: &Value) -> Result<Value, Error> {
        let client_data = self.client_data("webauthn.create", options)?;
        let mut data = authenticator_data(text(options, "/rp/id")?, FLAGS | ATTESTED);
        data.extend(AAGUID);
        data.extend(
            u16::try_from(self.id.len())
                .unwrap_or(u16::MAX)
                .to_be_bytes(),
        );
        data.extend(&self.id);
        data.extend(self.key.cose());
        let mut object = b"\xa3cfmtdnonegattStmt\xa0hauthData\x58".to_vec();
        // 148 bytes: CBOR's length must take as little room as it can.
        object.push(u8::try_from(data.len()).unwrap_or(u8::MAX));
        object.extend(data);
        Ok(self.credential(&json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "attestationObject": URL_SAFE_NO_PAD.encode(object),
            "transports": ["internal"],
        })))
    }

    /// `navigator.credentials.get()`: what the page sends to
    /// [`WebAuthn::answer`](crate::challenge::WebAuthn::answer).
    ///
    /// # Errors
    /// [`Error::Answer`] if these are no options.
    pub fn get(&self, options: &str) -> Result<Value, Error> {
        let options = parse(options)?;
        let client_data = self.client_data("webauthn.get", &options)?;
        let data = authenticator_data(text(&options, "/rpId")?, FLAGS);
        let signed = [&*data, digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        Ok(self.credential(&json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "signature": URL_SAFE_NO_PAD.encode(self.key.sign(&signed)?),
            "userHandle": URL_SAFE_NO_PAD.encode(&self.user_handle),
        })))
    }

    fn credential(&self, response: &Value) -> Value {
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        })
    }

    fn client_data(&self, kind: &str, options: &Value) -> Result<String, Error> {
        let data = json!({
            "type": kind,
            "challenge": text(options, "/challenge")?,
            "origin": self.origin,
            "crossOrigin": false,
        });
        Ok(data.to_string())
    }
}

impl fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SoftwareKey([secret])")
    }
}

/// The hash of the relying party's id, flags, and a counter that does not count.
fn authenticator_data(rp_id: &str, flags: u8) -> Vec<u8> {
    let mut data = digest(&SHA256, rp_id.as_bytes()).as_ref().to_vec();
    data.push(flags);
    data.extend([0; 4]);
    data
}

fn parse(options: &str) -> Result<Value, Error> {
    serde_json::from_str(options).map_err(|error| unreadable(&error))
}

fn text<'a>(options: &'a Value, place: &str) -> Result<&'a str, Error> {
    let found = options.pointer(place).and_then(Value::as_str);
    found.ok_or_else(|| Error::answer("the passkey's options", format!("no {place}"), "one"))
}

fn unreadable(error: &dyn std::error::Error) -> Error {
    Error::answer(
        "the passkey's options",
        error.to_string(),
        "WebAuthn's JSON",
    )
}

fn no_randomness() -> Error {
    Error::config("the machine", "no randomness", "some")
}
