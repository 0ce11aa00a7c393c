//! Ed448 (RFC 8032 §5.2), which aws-lc-rs lacks.

use std::fmt;

use crrl::ed448::PublicKey;

use crate::error::{Fault, hex};

pub(super) struct VerifyingKey(PublicKey);

impl VerifyingKey {
    /// Refuses what is not a point, and points of small order.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Fault> {
        match PublicKey::decode(bytes) {
            Some(key) if key.point.has_low_order() == 0 => Ok(Self(key)),
            Some(_) | None => Err(Fault::new("an Ed448 point of large order", hex(bytes))),
        }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_raw(signature, message)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ed448 key")
    }
}
