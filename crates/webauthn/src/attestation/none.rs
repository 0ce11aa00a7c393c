//! `none` (WebAuthn Level 3 §8.7, `#sctn-none-attestation`): an empty statement.

use super::{AttestationType, Outcome, Statement};

pub(super) fn verify<'a>(statement: &Statement<'a, '_>) -> Outcome<'a> {
    statement
        .members
        .only_text_keys("the statement of none", &[])?;
    Ok((AttestationType::None, Vec::new()))
}
