//! `apple`.

use poolhouse_webauthn::{Algorithm, AttestationType};

use super::{fails, register, x5c};
use crate::authenticator::{Authenticator, key_pair, sha256};
use crate::certificates::{Authority, der, extension, leaf};
use crate::encode::{int, members};

const NONCE: &[u64] = &[1, 2, 840, 113_635, 100, 8, 2];

fn certificate(authenticator: &Authenticator, nonce: &[u8]) -> Vec<u8> {
    let mut params = leaf(&[]);
    let value = der(&[0x30], &der(&[0xa1], &der(&[4], nonce)));
    params.custom_extensions = vec![extension(NONCE, &value, false)];
    Authority::root("Root").issue(&params, &authenticator.key)
}

#[test]
fn the_certificate_carries_nonce_and_key() {
    for algorithm in [
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::Rs256,
        Algorithm::EdDsa,
    ] {
        let authenticator = Authenticator::new(algorithm);
        let leaf = certificate(&authenticator, &sha256(&authenticator.to_be_attested()));
        let statement = members(&[("x5c", x5c(std::slice::from_ref(&leaf)))]);
        let attestation = register(&authenticator, "apple", &statement).unwrap();
        assert_eq!(attestation.kind, AttestationType::AnonCa);
        // Older devices.
        let statement = members(&[("alg", int(-7)), ("x5c", x5c(&[leaf]))]);
        register(&authenticator, "apple", &statement).unwrap();
    }
}

#[test]
fn another_nonce_or_key_is_refused() {
    let mut authenticator = Authenticator::new(Algorithm::Es256);
    let nonce = sha256(&authenticator.to_be_attested());
    for wrong in [&sha256(b"another")[..], &nonce[..31], &[]] {
        let statement = members(&[("x5c", x5c(&[certificate(&authenticator, wrong)]))]);
        fails(
            &authenticator,
            "apple",
            &statement,
            "the nonce in the certificate",
        );
    }
    let without = Authority::root("Root").issue(&leaf(&[]), &authenticator.key);
    let statement = members(&[("x5c", x5c(&[without]))]);
    fails(
        &authenticator,
        "apple",
        &statement,
        "the nonce in the certificate, got 0 bytes",
    );

    for algorithm in [Algorithm::Es256, Algorithm::Rs256] {
        authenticator.key = key_pair(algorithm);
        let statement = members(&[("x5c", x5c(&[certificate(&authenticator, &nonce)]))]);
        fails(
            &authenticator,
            "apple",
            &statement,
            "the credential's key in the certificate",
        );
    }
    fails(
        &authenticator,
        "apple",
        &members(&[]),
        "expected x5c, got nothing",
    );
}
