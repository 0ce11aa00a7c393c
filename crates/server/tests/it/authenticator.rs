//! A passkey in software, with a browser around it. It does what the options say; a test that wants
//! it to lie sets a member.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const UP: u8 = 0x01;
pub(crate) const UV: u8 = 0x04;
const BE: u8 = 0x08;
const BS: u8 = 0x10;
const AT: u8 = 0x40;

pub(crate) struct Authenticator {
    pub(crate) key: EcdsaKeyPair,
    pub(crate) id: Vec<u8>,
    pub(crate) flags: u8,
    /// Counts up with every use, unless it is 0.
    pub(crate) sign_count: u32,
    pub(crate) aaguid: [u8; 16],
    pub(crate) attachment: &'static str,
    pub(crate) transports: &'static [&'static str],
    pub(crate) origin: &'static str,
    /// In place of the relying party in the options.
    pub(crate) rp_id: Option<&'static str>,
    /// `user.id` of the registration; in assertions, `userHandle`.
    pub(crate) user_handle: Option<String>,
}

impl Authenticator {
    /// A synced passkey of iCloud Keychain on a web page of `poolhouse dev`. Its id is `id` often.
    pub(crate) fn new(id: u8) -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            id: vec![id; 20],
            flags: UP | UV | BE | BS,
            sign_count: 0,
            aaguid: 0xfbfc_3007_154e_4ecc_8c0b_6e02_0557_d7bd_u128.to_be_bytes(),
            attachment: "platform",
            transports: &["internal", "hybrid"],
            origin: "http://localhost:5173",
            rp_id: None,
            user_handle: None,
        }
    }

    /// A security key that counts.
    pub(crate) fn security_key(id: u8) -> Self {
        Self {
            flags: UP | UV,
            sign_count: 7,
            aaguid: [0; 16],
            attachment: "cross-platform",
            transports: &["usb"],
            ..Self::new(id)
        }
    }

    pub(crate) fn credential_id(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.id)
    }

    /// `navigator.credentials.create()`.
    pub(crate) fn create(&mut self, options: &Value) -> Value {
        self.user_handle = Some(options["user"]["id"].as_str().unwrap().to_owned());
        let client_data = self.client_data("webauthn.create", options);
        let data = self.data(options["rp"]["id"].as_str().unwrap(), AT);
        let mut object = b"\xa3cfmtdnonegattStmt\xa0hauthData\x58".to_vec();
        object.push(data.len().try_into().unwrap());
        object.extend(data);
        let mut credential = self.credential();
        credential["clientExtensionResults"] = json!({"credProps": {"rk": true}});
        credential["response"] = json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "attestationObject": URL_SAFE_NO_PAD.encode(object),
            "transports": self.transports,
        });
        credential
    }

    /// `navigator.credentials.get()`, as the text that clients send.
    #[expect(
        clippy::disallowed_methods,
        reason = "a test may draw chance as it likes"
    )]
    pub(crate) fn get(&mut self, options: &Value) -> String {
        if self.sign_count > 0 {
            self.sign_count += 1;
        }
        let client_data = self.client_data("webauthn.get", options);
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let signed = [data.as_slice(), &sha256(client_data.as_bytes())].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let mut credential = self.credential();
        credential["response"] = json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "signature": URL_SAFE_NO_PAD.encode(signature),
            "userHandle": self.user_handle,
        });
        credential.to_string()
    }

    fn credential(&self) -> Value {
        json!({
            "id": self.credential_id(),
            "rawId": self.credential_id(),
            "type": "public-key",
            "authenticatorAttachment": self.attachment,
        })
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        json!({
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        })
        .to_string()
    }

    fn data(&self, rp_id: &str, more_flags: u8) -> Vec<u8> {
        let mut data = sha256(self.rp_id.unwrap_or(rp_id).as_bytes());
        data.push(self.flags | more_flags);
        data.extend(self.sign_count.to_be_bytes());
        if more_flags & AT != 0 {
            data.extend(self.aaguid);
            data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
            data.extend(&self.id);
            let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
            data.extend(b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20");
            data.extend(x);
            data.extend(b"\x22\x58\x20");
            data.extend(y);
        }
        data
    }
}

fn sha256(message: &[u8]) -> Vec<u8> {
    digest(&SHA256, message).as_ref().to_vec()
}
