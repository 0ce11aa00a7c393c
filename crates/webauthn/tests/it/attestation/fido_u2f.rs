//! `fido-u2f`.

use poolhouse_webauthn::{Algorithm, AttestationPolicy, AttestationType};
use rcgen::{KeyPair, SigningKey as _};

use super::{fails, register, x5c};
use crate::authenticator::{Authenticator, RelyingParty, key_pair, sha256};
use crate::certificates::{Authority, key, packed_leaf};
use crate::encode::{bytes, members};

fn statement(authenticator: &Authenticator, key: &KeyPair, certificates: &[Vec<u8>]) -> Vec<u8> {
    let message = [
        &[0],
        sha256(authenticator.rp_id.as_bytes()).as_slice(),
        &sha256(&authenticator.client_data("webauthn.create")),
        &authenticator.id,
        authenticator.key.public_key_raw(),
    ]
    .concat();
    let signature = key.sign(&message).unwrap();
    members(&[("sig", bytes(&signature)), ("x5c", x5c(certificates))])
}

#[test]
fn one_p256_certificate_attests() {
    let (authenticator, key) = (Authenticator::new(Algorithm::Es256), key());
    let leaf = Authority::root("Root").issue(&packed_leaf(), &key);
    let good = statement(&authenticator, &key, std::slice::from_ref(&leaf));
    let attestation = register(&authenticator, "fido-u2f", &good).unwrap();
    assert_eq!(attestation.kind, AttestationType::BasicOrAttCa);

    let two = statement(&authenticator, &key, &[leaf.clone(), leaf.clone()]);
    fails(
        &authenticator,
        "fido-u2f",
        &two,
        "exactly one certificate, got 2",
    );
    let other = statement(&authenticator, &key_pair(Algorithm::Es256), &[leaf]);
    fails(
        &authenticator,
        "fido-u2f",
        &other,
        "a valid signature of the certified key",
    );
    fails(
        &authenticator,
        "fido-u2f",
        &members(&[]),
        "expected sig, got nothing",
    );
}

#[test]
fn other_curves_are_refused() {
    let (authenticator, key) = (
        Authenticator::new(Algorithm::Es256),
        key_pair(Algorithm::Es384),
    );
    let leaf = Authority::root("Root").issue(&packed_leaf(), &key);
    let p384 = statement(&authenticator, &key, &[leaf]);
    fails(
        &authenticator,
        "fido-u2f",
        &p384,
        "a certified key of the algorithm",
    );
    let (authenticator, key) = (
        Authenticator::new(Algorithm::EdDsa),
        key_pair(Algorithm::Es256),
    );
    let leaf = Authority::root("Root").issue(&packed_leaf(), &key);
    let ed25519 = statement(&authenticator, &key, &[leaf]);
    fails(
        &authenticator,
        "fido-u2f",
        &ed25519,
        "an ES256 credential, got EdDsa",
    );
}

#[test]
fn the_aaguid_is_zero_unless_the_policy_says_otherwise() {
    let (mut authenticator, key) = (Authenticator::new(Algorithm::Es256), key());
    authenticator.aaguid[15] = 1;
    let leaf = Authority::root("Root").issue(&packed_leaf(), &key);
    let statement = statement(&authenticator, &key, &[leaf]);
    fails(&authenticator, "fido-u2f", &statement, "a zero AAGUID");
    let mut relying_party = RelyingParty::new();
    relying_party.attestation = AttestationPolicy::specification();
    relying_party
        .register(&authenticator.create("fido-u2f", &statement))
        .unwrap();
}
