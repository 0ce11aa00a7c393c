//! Sealing and keyed hashing under one deployment key.
//!
//! One secret key per deployment; every purpose derives its own key from it (HKDF-SHA-256, RFC 5869)
//! so that nothing sealed for one purpose opens, or matches, for another. Sealing is AES-256-GCM-SIV
//! (RFC 8452), which forgives a repeated nonce.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac};

use crate::Secret;
use crate::random::{self, Random};

/// Bytes of a deployment key.
pub const KEY_LEN: usize = 32;

/// The deployment key: whoever has it can make Sessions and read what is sealed in the store.
#[derive(Clone, Debug)]
pub struct MasterKey(Secret<[u8; KEY_LEN]>);

impl MasterKey {
    /// Takes a key that was kept.
    pub const fn new(bytes: Secret<[u8; KEY_LEN]>) -> Self {
        Self(bytes)
    }

    /// Makes a new key.
    pub fn generate(random: &dyn Random) -> Self {
        Self(Secret::new(random::bytes(random)))
    }

    /// The bytes, to be kept somewhere safe.
    pub const fn expose(&self) -> &[u8; KEY_LEN] {
        self.0.expose()
    }

    /// The sealer for `purpose`.
    pub fn sealer(&self, purpose: &str) -> Sealer {
        Sealer::new(&self.derive(purpose))
    }

    /// The keyed hash for `purpose`.
    pub fn keyed_hash(&self, purpose: &str) -> KeyedHash {
        KeyedHash(hmac::Key::new(
            hmac::HMAC_SHA256,
            self.derive(purpose).expose(),
        ))
    }

    #[expect(
        clippy::expect_used,
        reason = "32 bytes of HKDF-SHA-256 output cannot be refused"
    )]
    fn derive(&self, purpose: &str) -> Secret<[u8; KEY_LEN]> {
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"poolhouse").extract(self.0.expose());
        let mut key = [0; KEY_LEN];
        prk.expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut key))
            .expect("HKDF gives up to 255 blocks");
        Secret::new(key)
    }
}

/// Seals bytes for one purpose.
#[derive(Debug)]
pub struct Sealer(LessSafeKey);

impl Sealer {
    #[expect(
        clippy::expect_used,
        reason = "the key has the one length that the cipher takes"
    )]
    fn new(key: &Secret<[u8; KEY_LEN]>) -> Self {
        Self(LessSafeKey::new(
            UnboundKey::new(&AES_256_GCM_SIV, key.expose()).expect("a 256-bit key"),
        ))
    }

    /// `nonce ‖ ciphertext ‖ tag` of `plain`, bound to `context`: it opens with that context only.
    #[expect(clippy::expect_used, reason = "fails only beyond 2^36 bytes")]
    pub fn seal(&self, random: &dyn Random, context: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = random::bytes(random);
        let length = NONCE_LEN + plain.len();
        let mut sealed = Vec::with_capacity(length + self.0.algorithm().tag_len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context),
                &mut sealed[NONCE_LEN..],
            )
            .expect("a short message");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// What [`Sealer::seal`] was given, or nothing if a bit of it, or the context, is another.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut body = body.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self
            .0
            .open_in_place(nonce, Aad::from(context), &mut body)
            .ok()?
            .len();
        body.truncate(length);
        Some(Secret::new(body))
    }
}

/// HMAC-SHA-256 for one purpose, over fields that cannot run into each other.
#[derive(Debug)]
pub struct KeyedHash(hmac::Key);

impl KeyedHash {
    /// The hash of `fields`, in order.
    pub fn of(&self, fields: &[&[u8]]) -> [u8; 32] {
        let mut hash = hmac::Context::with_key(&self.0);
        for field in fields {
            hash.update(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(field);
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(hash.sign().as_ref());
        bytes
    }

    /// Whether `expected` is the hash of `fields`, in constant time.
    pub fn matches(&self, fields: &[&[u8]], expected: &[u8]) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.of(fields), expected).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    fn master() -> MasterKey {
        MasterKey::generate(&SeededRandom::new(1))
    }

    #[test]
    fn what_is_sealed_opens_with_its_context_only() {
        let sealer = master().sealer("session");
        let sealed = sealer.seal(&SeededRandom::new(2), b"pool a", b"hello");
        assert_eq!(sealer.open(b"pool a", &sealed).unwrap().expose(), b"hello");
        assert!(sealer.open(b"pool b", &sealed).is_none());
        assert!(master().sealer("outbox").open(b"pool a", &sealed).is_none());
    }

    #[test]
    fn every_altered_bit_is_refused() {
        let sealer = master().sealer("session");
        let sealed = sealer.seal(&SeededRandom::new(2), b"", b"hello");
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(sealer.open(b"", &altered).is_none(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(
                sealer.open(b"", &sealed[..length]).is_none(),
                "length {length}"
            );
        }
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        let hash = master().keyed_hash("code");
        assert_ne!(hash.of(&[b"ab", b"c"]), hash.of(&[b"a", b"bc"]));
        assert!(hash.matches(&[b"ab"], &hash.of(&[b"ab"])));
        assert!(!hash.matches(&[b"ab"], &hash.of(&[b"ba"])));
        assert_ne!(hash.of(&[b"ab"]), master().keyed_hash("decoy").of(&[b"ab"]));
    }
}
