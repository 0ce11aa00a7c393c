//! `apple` (WebAuthn Level 3 §8.8, `#sctn-apple-anonymous-attestation`).

use aws_lc_rs::digest::{SHA256, digest};

use super::certificate::Certificate;
use super::{AttestationType, Outcome, Statement};
use crate::error::{Fault, hex};

/// The DER around the nonce: SEQUENCE { [1] EXPLICIT OCTET STRING of 32 bytes }.
const NONCE_HEADER: [u8; 6] = [0x30, 0x24, 0xa1, 0x22, 0x04, 0x20];

pub(super) fn verify<'a>(statement: &Statement<'a, '_>) -> Outcome<'a> {
    // Step 1: the syntax. Older devices also write `alg`, which nothing needs.
    statement
        .members
        .only_text_keys("the statement of apple", &["alg", "x5c"])?;
    let path = statement.certificates()?;
    let leaf = Certificate::leaf(&path)?;
    // Steps 2-4: the nonce in the certificate is the hash of what would be signed elsewhere.
    let nonce = digest(&SHA256, &statement.signed_bytes());
    let extension = leaf.extension("1.2.840.113635.100.8.2")?;
    let value = extension
        .map(|extension| extension.value)
        .unwrap_or_default();
    if value.strip_prefix(&NONCE_HEADER) != Some(nonce.as_ref()) {
        return Err(Fault::new("the nonce in the certificate", hex(value)));
    }
    // Step 5: the certified key is the credential's.
    leaf.check_key(statement.key)?;
    Ok((AttestationType::AnonCa, path))
}
