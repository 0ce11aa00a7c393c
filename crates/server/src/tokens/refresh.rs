//! Refresh tokens: 256 random bits, kept as a keyed hash only.
//!
//! Under rotation a family has many of them, one after the other. They share those bits; each but
//! the first also says which one it is, under a keyed hash that only we can make. So a replaced token
//! is known for what it is for as long as its family lives, and the store keeps no row for it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::{Secret, random};

use crate::cx::Cx;

/// Characters of the part that all tokens of a family share: 32 bytes.
const SHARED: usize = 43;

/// A refresh token that we made, or one that looks so: its family is yet to be found.
pub(crate) struct RefreshToken {
    shared: Secret<String>,
    /// The first is 0, and each rotation gives the next.
    pub(crate) generation: u32,
}

impl RefreshToken {
    /// The first token of a new family.
    pub(crate) fn generate(cx: &Cx) -> Self {
        let bits = random::bytes::<32>(cx.app.random());
        Self {
            shared: Secret::new(URL_SAFE_NO_PAD.encode(bits)),
            generation: 0,
        }
    }

    /// Takes apart what a client sends; nothing if its generation is not our word.
    pub(crate) fn parse(cx: &Cx, text: &Secret<String>) -> Option<Self> {
        let (shared, rest) = text.expose().split_at_checked(SHARED)?;
        let mut token = Self {
            shared: Secret::new(shared.to_owned()),
            generation: 0,
        };
        if !rest.is_empty() {
            let rest = URL_SAFE_NO_PAD.decode(rest).ok()?;
            let (generation, mark) = rest.split_first_chunk::<4>()?;
            token.generation = u32::from_be_bytes(*generation);
            if token.generation == 0 || !Secret::new(token.mark(cx)).matches(mark) {
                return None;
            }
        }
        Some(token)
    }

    /// Another token of the same family.
    pub(crate) fn with_generation(&self, generation: u32) -> Self {
        Self {
            shared: self.shared.clone(),
            generation,
        }
    }

    /// What the client gets.
    pub(crate) fn text(&self, cx: &Cx) -> Secret<String> {
        let mut text = self.shared.expose().clone();
        if self.generation > 0 {
            let mut rest = self.generation.to_be_bytes().to_vec();
            rest.extend(self.mark(cx));
            URL_SAFE_NO_PAD.encode_string(&rest, &mut text);
        }
        Secret::new(text)
    }

    /// What the store knows the family by.
    pub(crate) fn hash(&self, cx: &Cx) -> [u8; 32] {
        let pool = cx.pool.id.as_str().as_bytes();
        let fields = [pool, self.shared.expose().as_bytes()];
        cx.app.secrets().refresh.of(&fields)
    }

    /// Our word for the generation.
    fn mark(&self, cx: &Cx) -> [u8; 32] {
        let pool = cx.pool.id.as_str().as_bytes();
        let generation = self.generation.to_be_bytes();
        let fields = [pool, self.shared.expose().as_bytes(), &generation];
        cx.app.secrets().refresh.of(&fields)
    }
}
