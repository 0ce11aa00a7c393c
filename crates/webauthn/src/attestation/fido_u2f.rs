//! `fido-u2f` (WebAuthn Level 3 §8.6, `#sctn-fido-u2f-attestation`).

use super::certificate::Certificate;
use super::{AttestationType, Outcome, Statement};
use crate::cose::{Algorithm, Material};
use crate::error::Fault;

const ES256: i128 = -7;

pub(super) fn verify<'a>(statement: &Statement<'a, '_>, zero_aaguid: bool) -> Outcome<'a> {
    // Step 1: the syntax.
    statement
        .members
        .only_text_keys("the statement of fido-u2f", &["sig", "x5c"])?;
    let signature = statement.bytes("sig")?;
    // Step 2: exactly one certificate, with a P-256 key (which verifying ES256 below demands).
    let path = statement.certificates()?;
    if path.len() != 1 {
        return Err(Fault::new(
            "exactly one certificate",
            format!("{}", path.len()),
        ));
    }
    let leaf = Certificate::leaf(&path)?;
    // Steps 3-4: the credential key as a raw ANSI X9.62 point.
    let (x, y) = match (statement.key.algorithm(), statement.key.material()) {
        (Algorithm::Es256, Material::Ec { x, y }) => (x, y),
        (other, _) => return Err(Fault::new("an ES256 credential", format!("{other:?}"))),
    };
    if zero_aaguid && !statement.attested.aaguid.is_zero() {
        return Err(Fault::new(
            "a zero AAGUID",
            statement.attested.aaguid.to_string(),
        ));
    }
    // Step 5: verificationData. Step 6: the signature.
    let message = [
        &[0x00],
        statement.rp_id_hash.as_slice(),
        statement.client_data_hash,
        statement.attested.credential_id,
        &[0x04],
        x,
        y,
    ]
    .concat();
    leaf.verify(ES256, &message, signature)?;
    Ok((AttestationType::BasicOrAttCa, path))
}
