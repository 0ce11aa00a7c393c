//! Refresh tokens: whose sign-in it is and which, and 256 random bits, kept as a keyed hash only.
//!
//! Under rotation a family has many of them, one after the other. They share those bits; each says which
//! one it is. A keyed hash that only we can make is over all of it, so what we did not make is refused
//! without asking the store, a replaced token is known for what it is for as long as its family lives, and
//! the store keeps no row for it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::token::RefreshFamily;
use poolhouse_domain::{Secret, Sub, random};
use poolhouse_store::{StoreError, Txn};

use crate::cx::Cx;

/// Characters of an `origin_jti`, a UUID.
const JTI: usize = 36;

/// A refresh token that we made: its family may be gone.
pub(crate) struct RefreshToken {
    bits: Secret<[u8; 32]>,
    sub: Sub,
    origin_jti: String,
    /// The first is 0, and each rotation gives the next.
    pub(crate) generation: u32,
}

impl RefreshToken {
    /// The first token of a new family.
    pub(crate) fn generate(cx: &Cx, family: &RefreshFamily) -> Self {
        Self {
            bits: Secret::new(random::bytes(cx.app.random())),
            sub: family.sub.clone(),
            origin_jti: family.origin_jti.clone(),
            generation: 0,
        }
    }

    /// Whose it is.
    pub(crate) const fn sub(&self) -> &Sub {
        &self.sub
    }

    /// Takes apart what a client sends; nothing if it is not our word.
    pub(crate) fn parse(cx: &Cx, text: &Secret<String>) -> Option<Self> {
        let bytes = Secret::new(URL_SAFE_NO_PAD.decode(text.expose()).ok()?);
        let (mark, rest) = bytes.expose().split_first_chunk::<32>()?;
        let (bits, rest) = rest.split_first_chunk()?;
        let (generation, rest) = rest.split_first_chunk()?;
        let (origin_jti, sub) = std::str::from_utf8(rest).ok()?.split_at_checked(JTI)?;
        let token = Self {
            bits: Secret::new(*bits),
            sub: Sub::new(sub),
            origin_jti: origin_jti.to_owned(),
            generation: u32::from_be_bytes(*generation),
        };
        Secret::new(token.mark(cx)).matches(mark).then_some(token)
    }

    /// Another token of the same family.
    pub(crate) fn with_generation(&self, generation: u32) -> Self {
        Self {
            bits: self.bits.clone(),
            sub: self.sub.clone(),
            origin_jti: self.origin_jti.clone(),
            generation,
        }
    }

    /// What the client gets.
    pub(crate) fn text(&self, cx: &Cx) -> Secret<String> {
        let bytes = [
            &self.mark(cx),
            self.bits.expose().as_slice(),
            &self.generation.to_be_bytes(),
            self.origin_jti.as_bytes(),
            self.sub.as_str().as_bytes(),
        ];
        let bytes = Secret::new(bytes.concat());
        Secret::new(URL_SAFE_NO_PAD.encode(bytes.expose()))
    }

    /// What the store knows the family's tokens by.
    pub(crate) fn hash(&self, cx: &Cx) -> [u8; 32] {
        let pool = cx.pool.id.as_str().as_bytes();
        cx.app.secrets().refresh.of(&[pool, self.bits.expose()])
    }

    /// Its family, revoked or not.
    pub(crate) fn family(
        &self,
        txn: &mut Txn<'_>,
        cx: &Cx,
    ) -> Result<Option<RefreshFamily>, StoreError> {
        txn.refresh_family_find(&cx.pool.id, &self.sub, &self.origin_jti, &self.hash(cx))
    }

    /// Our word for it.
    fn mark(&self, cx: &Cx) -> [u8; 32] {
        let pool = cx.pool.id.as_str().as_bytes();
        let generation = self.generation.to_be_bytes();
        cx.app.secrets().refresh.of(&[
            pool,
            self.bits.expose(),
            &generation,
            self.origin_jti.as_bytes(),
            self.sub.as_str().as_bytes(),
        ])
    }
}
