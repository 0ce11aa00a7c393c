//! §7.1 steps 22 to 24: each format, and trust.

mod android_key;
mod apple;
mod fido_u2f;
mod none;
mod packed;
mod tpm;
mod trust;

use poolhouse_webauthn::{Attestation, Error};

use crate::authenticator::{Authenticator, RelyingParty, assert_fails};
use crate::encode::{array, bytes};

/// `x5c`.
fn x5c(certificates: &[Vec<u8>]) -> Vec<u8> {
    let certificates: Vec<_> = certificates.iter().map(|der| bytes(der)).collect();
    array(&certificates)
}

/// What a relying party with the strictest policy says.
fn register(
    authenticator: &Authenticator,
    fmt: &str,
    statement: &[u8],
) -> Result<Attestation, Error> {
    let response = authenticator.create(fmt, statement);
    RelyingParty::new()
        .register(&response)
        .map(|verified| verified.attestation())
}

fn fails(authenticator: &Authenticator, fmt: &str, statement: &[u8], says: &str) {
    assert_fails(register(authenticator, fmt, statement), 22, says);
}
