//! Refresh tokens: 256 random bits, kept as a keyed hash only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::{Secret, random};

use crate::cx::Cx;

/// A new refresh token.
pub(crate) fn generate(cx: &Cx) -> Secret<String> {
    Secret::new(URL_SAFE_NO_PAD.encode(random::bytes::<32>(cx.app.random())))
}

/// What the store knows a refresh token by.
pub(crate) fn hash(cx: &Cx, token: &Secret<String>) -> [u8; 32] {
    let fields = [cx.pool.id.as_str().as_bytes(), token.expose().as_bytes()];
    cx.app.secrets().refresh.of(&fields)
}
