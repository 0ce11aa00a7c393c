//! SHA-256 and HMAC over several parts, wiped when dropped.

use aws_lc_rs::{digest, hmac};
use zeroize::Zeroizing;

pub(crate) type Hash = Zeroizing<[u8; 32]>;

pub(crate) fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    copy(context.finish().as_ref())
}

pub(crate) fn hmac(key: &[u8], parts: &[&[u8]]) -> Hash {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        context.update(part);
    }
    copy(context.sign().as_ref())
}

fn copy(bytes: &[u8]) -> Hash {
    let mut hash = Zeroizing::new([0; 32]);
    hash.copy_from_slice(bytes);
    hash
}
