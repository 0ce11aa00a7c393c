//! Passkeys of people who do not exist (D9; WebAuthn Level 3 §14.6.2).
//!
//! About half of all strangers seem to have one or two passkeys, always the same ones, with ids that
//! look like those of common authenticators. What answers them is judged like any other assertion,
//! against a key that nobody signs in with.

use poolhouse_domain::Sub;
use poolhouse_webauthn::StoredCredential;

use crate::cx::Cx;

/// Id lengths and transports of common authenticators: Google Password Manager, iCloud Keychain,
/// Windows Hello.
const KINDS: [(usize, &[&str]); 4] = [
    (16, &["hybrid", "internal"]),
    (20, &["hybrid", "internal"]),
    (16, &["hybrid", "internal"]),
    (32, &["internal"]),
];

/// A COSE key (ES256) with the base point of P-256: a valid key, whose verdict counts for nothing.
const NOBODYS_KEY: [u8; 77] = [
    0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c,
    0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb,
    0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x22, 0x58, 0x20, 0x4f, 0xe3, 0x42,
    0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33,
    0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
];

/// The passkeys of the stranger whose `sub` is made up from what was typed.
pub(crate) fn of(cx: &Cx, sub: &Sub) -> Vec<StoredCredential> {
    let [chance, ..] = hash(cx, b"how many", sub.as_str().as_bytes());
    let count: u8 = match chance {
        0..=127 => 0,
        128..=223 => 1,
        224..=255 => 2,
    };
    (0..count).map(|place| passkey(cx, sub, place)).collect()
}

/// The record to judge an assertion by whose credential is unknown, so that it costs what a known
/// one costs. Its verdict says nothing.
pub(crate) fn stand_in(cx: &Cx, id: &[u8], user_handle: &[u8]) -> StoredCredential {
    let [backup, ..] = hash(cx, b"backup", id);
    StoredCredential {
        id: id.to_vec(),
        public_key: NOBODYS_KEY.to_vec(),
        sign_count: 0,
        uv_initialized: true,
        transports: Vec::new(),
        backup_eligible: backup & 1 == 1,
        backup_state: false,
        user_handle: user_handle.to_vec(),
    }
}

fn passkey(cx: &Cx, sub: &Sub, place: u8) -> StoredCredential {
    let id = hash(cx, &[place], sub.as_str().as_bytes());
    let [kind, ..] = hash(cx, b"kind", &id);
    let (length, transports) = KINDS[usize::from(kind) % KINDS.len()];
    let mut made = stand_in(cx, &id[..length], sub.as_str().as_bytes());
    made.transports = transports.iter().map(|&name| name.to_owned()).collect();
    made
}

fn hash(cx: &Cx, of: &[u8], what: &[u8]) -> [u8; 32] {
    let pool = cx.pool.id.as_str().as_bytes();
    cx.app.secrets().decoys.of(&[b"passkey", pool, of, what])
}
