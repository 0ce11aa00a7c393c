//! Signed tokens: compact JWS (RFC 7515) with RS256, and nothing else.
//!
//! The algorithm belongs to the key and is never taken from a token; a header that says anything but
//! what we write is refused (RFC 8725 §3.1).

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, PublicKey};
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::Secret;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::awsjson::error::ApiError;
use crate::tokens::known::Known;

/// Room for the claims of most, in bytes: without, it is found in steps.
const PAYLOAD: usize = 1024;

/// Room for a signature, in bytes: that of a key of 8192 bits, the longest that the library takes. Ours have 2048.
const LONGEST: usize = 1024;

/// One RSA key: signs, and verifies what it signed.
pub(crate) struct SigningKey {
    pair: KeyPair,
    public: ParsedPublicKey,
    /// The JWS header of everything it signs, encoded: fixed, since algorithm and key are.
    header: String,
    known: Known,
    pub(crate) jwk: Jwk,
}

/// A token without its signature, and the key that it is of.
pub(crate) struct Unsigned {
    key: Arc<SigningKey>,
    text: String,
}

/// The public half as a JSON Web Key (RFC 7517).
#[derive(Clone, Serialize)]
pub(crate) struct Jwk {
    alg: &'static str,
    e: String,
    pub(crate) kid: String,
    kty: &'static str,
    n: String,
    #[serde(rename = "use")]
    usage: &'static str,
}

impl SigningKey {
    /// Takes a key from its PKCS#8 form.
    pub(crate) fn from_pkcs8(pkcs8: &Secret<Vec<u8>>) -> Result<Self, ApiError> {
        let pair = KeyPair::from_pkcs8(pkcs8.expose()).map_err(ApiError::internal)?;
        let public = pair.public_key();
        let jwk = Jwk::new(public)?;
        let header = format!(r#"{{"kid":"{}","alg":"RS256"}}"#, jwk.kid);
        let public = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public.as_ref())
            .map_err(ApiError::internal)?;
        Ok(Self {
            pair,
            public,
            header: URL_SAFE_NO_PAD.encode(header),
            known: Known::default(),
            jwk,
        })
    }

    /// The token that says `claims`, to be signed.
    pub(crate) fn token(self: &Arc<Self>, claims: &impl Serialize) -> Result<Unsigned, ApiError> {
        let mut payload = Vec::with_capacity(PAYLOAD);
        serde_json::to_writer(&mut payload, claims).map_err(ApiError::internal)?;
        let mut text = String::with_capacity(self.header.len() + payload.len() * 4 / 3 + 350);
        text.push_str(&self.header);
        text.push('.');
        URL_SAFE_NO_PAD.encode_string(&payload, &mut text);
        Ok(Unsigned {
            key: Arc::clone(self),
            text,
        })
    }

    /// Whether the token claims to be signed by this key: read without trusting it.
    pub(crate) fn is_claimed_by(&self, token: &str) -> bool {
        let header = token.split_once('.').map(|(header, _)| header);
        header == Some(&self.header)
    }

    /// The claims of a token that this key signed; nothing for any other text.
    pub(crate) fn verify<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        if !self.is_claimed_by(token) {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (_header, payload) = signed.split_once('.')?;
        let is_ours = || {
            let signature = URL_SAFE_NO_PAD.decode(signature).ok();
            signature.is_some_and(|it| self.public.verify_sig(signed.as_bytes(), &it).is_ok())
        };
        if !self.known.has_or(token, is_ours) {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }
}

impl Unsigned {
    /// Signs it. Takes a quarter of a millisecond.
    pub(crate) fn sign(self) -> Result<Secret<String>, ApiError> {
        let Self { key, mut text } = self;
        let mut room = [0; LONGEST];
        let signature = room.get_mut(..key.pair.public_modulus_len());
        let signature = signature.ok_or_else(|| ApiError::internal("the key is too long"))?;
        #[expect(clippy::disallowed_methods, reason = "PKCS#1 v1.5 draws no randomness")]
        let unused = SystemRandom::new();
        key.pair
            .sign(&RSA_PKCS1_SHA256, &unused, text.as_bytes(), signature)
            .map_err(ApiError::internal)?;
        text.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut text);
        Ok(Secret::new(text))
    }
}

impl Jwk {
    fn new(public: &PublicKey) -> Result<Self, ApiError> {
        let [e, n] = [public.exponent(), public.modulus()]
            .map(|number| URL_SAFE_NO_PAD.encode(number.big_endian_without_leading_zero()));
        // RFC 7638: the required members in alphabetical order, nothing else.
        let thumbprint = serde_json::to_vec(&serde_json::json!({ "e": e, "kty": "RSA", "n": n }))
            .map_err(ApiError::internal)?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &thumbprint);
        let kid = URL_SAFE_NO_PAD.encode(digest);
        Ok(Self {
            alg: "RS256",
            e,
            kid,
            kty: "RSA",
            n,
            usage: "sig",
        })
    }
}
