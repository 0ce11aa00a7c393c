//! `android-key`.

use poolhouse_webauthn::{Algorithm, AttestationPolicy, AttestationType};
use rcgen::SigningKey as _;

use super::{fails, register, x5c};
use crate::authenticator::{Authenticator, RelyingParty, key_pair, sha256};
use crate::certificates::{Authority, der, extension, leaf};
use crate::encode::{bytes, int, members};

const KEY_DESCRIPTION: &[u64] = &[1, 3, 6, 1, 4, 1, 11_129, 2, 1, 17];

/// Members of an `AuthorizationList`, with their explicit tags.
fn purpose(purposes: &[u8]) -> Vec<u8> {
    let purposes: Vec<u8> = purposes
        .iter()
        .flat_map(|purpose| der(&[2], &[*purpose]))
        .collect();
    der(&[0xa1], &der(&[0x31], &purposes))
}

fn origin(origin: u8) -> Vec<u8> {
    der(&[0xbf, 0x85, 0x3e], &der(&[2], &[origin]))
}

fn all_applications() -> Vec<u8> {
    der(&[0xbf, 0x84, 0x58], &der(&[5], &[]))
}

struct Key {
    authenticator: Authenticator,
    challenge: Vec<u8>,
    software: Vec<u8>,
    hardware: Vec<u8>,
}

impl Key {
    fn new() -> Self {
        let authenticator = Authenticator::new(Algorithm::Es256);
        Self {
            challenge: sha256(&authenticator.client_data("webauthn.create")),
            authenticator,
            software: Vec::new(),
            hardware: [purpose(&[2]), origin(0)].concat(),
        }
    }

    fn description(&self) -> Vec<u8> {
        let members = [
            der(&[2], &[0x01, 0x2c]),
            der(&[0x0a], &[1]),
            der(&[2], &[0x01, 0x2c]),
            der(&[0x0a], &[1]),
            der(&[4], &self.challenge),
            der(&[4], &[]),
            der(&[0x30], &self.software),
            der(&[0x30], &self.hardware),
        ];
        der(&[0x30], &members.concat())
    }

    fn statement_with(&self, description: &[u8]) -> Vec<u8> {
        let mut params = leaf(&[]);
        params.custom_extensions = vec![extension(KEY_DESCRIPTION, description, false)];
        let key = &self.authenticator.key;
        let signature = key.sign(&self.authenticator.to_be_attested()).unwrap();
        members(&[
            ("alg", int(-7)),
            ("sig", bytes(&signature)),
            ("x5c", x5c(&[Authority::root("Root").issue(&params, key)])),
        ])
    }

    fn statement(&self) -> Vec<u8> {
        self.statement_with(&self.description())
    }

    fn fails(&self, says: &str) {
        fails(&self.authenticator, "android-key", &self.statement(), says);
    }
}

#[test]
fn a_key_of_the_trusted_environment_attests() {
    let key = Key::new();
    let attestation = register(&key.authenticator, "android-key", &key.statement()).unwrap();
    assert_eq!(attestation.kind, AttestationType::BasicOrAttCa);
    // Android puts more into the lists.
    let more = Key {
        hardware: [purpose(&[2, 3]), origin(0)].concat(),
        ..Key::new()
    };
    register(&more.authenticator, "android-key", &more.statement()).unwrap();
}

#[test]
fn a_key_of_software_is_for_the_policy() {
    let mut key = Key::new();
    (key.software, key.hardware) = (key.hardware, key.software);
    key.fails("origin and purpose in the TEE's list");
    let mut relying_party = RelyingParty::new();
    relying_party.attestation = AttestationPolicy::specification();
    let response = key.authenticator.create("android-key", &key.statement());
    relying_party.register(&response).unwrap();
}

#[test]
fn keys_for_other_uses_are_refused() {
    let with = |hardware: Vec<u8>| Key {
        hardware,
        ..Key::new()
    };
    with([purpose(&[2]), all_applications(), origin(0)].concat()).fails("allApplications");
    with([purpose(&[2]), origin(2)].concat()).fails("origin KM_ORIGIN_GENERATED");
    with([purpose(&[0, 1]), origin(0)].concat()).fails("purpose KM_PURPOSE_SIGN");
    with([purpose(&[]), origin(0)].concat()).fails("purpose KM_PURPOSE_SIGN");
    with(purpose(&[2])).fails("origin and purpose in the TEE's list");
    with(origin(0)).fails("origin and purpose in the TEE's list");
    // What the software's list says counts too, against the key.
    Key {
        software: all_applications(),
        ..Key::new()
    }
    .fails("allApplications");
    Key {
        software: origin(1),
        ..Key::new()
    }
    .fails("origin KM_ORIGIN_GENERATED");
}

#[test]
fn the_challenge_is_the_hash_of_the_client_data() {
    Key {
        challenge: sha256(b"another"),
        ..Key::new()
    }
    .fails("attestationChallenge");
    Key {
        challenge: Vec::new(),
        ..Key::new()
    }
    .fails("attestationChallenge");
}

#[test]
fn the_description_is_well_formed() {
    let key = Key::new();
    let good = key.description();
    for (description, says) in [
        (Vec::new(), "one SEQUENCE as KeyDescription"),
        (
            [good.clone(), good.clone()].concat(),
            "one SEQUENCE as KeyDescription",
        ),
        (good[..good.len() - 1].to_vec(), "DER"),
        (der(&[0x31], &[]), "an element with tag"),
        (
            der(&[0x30], &der(&[2], &[1]).repeat(5)),
            "an element with tag",
        ),
        (der(&[0x30], &der(&[2], &[1])), "8 members, got fewer"),
    ] {
        let statement = key.statement_with(&description);
        fails(&key.authenticator, "android-key", &statement, says);
    }
    let signature = key
        .authenticator
        .key
        .sign(&key.authenticator.to_be_attested())
        .unwrap();
    let without = Authority::root("Root").issue(&leaf(&[]), &key.authenticator.key);
    let statement = members(&[
        ("alg", int(-7)),
        ("sig", bytes(&signature)),
        ("x5c", x5c(&[without])),
    ]);
    fails(
        &key.authenticator,
        "android-key",
        &statement,
        "Android's KeyDescription, got nothing",
    );
}

#[test]
fn the_certified_key_is_the_credential_key() {
    let mut key = Key::new();
    // The certificate and the signature are of another key than the one in the authenticator data.
    key.authenticator.key = key_pair(Algorithm::Es256);
    key.fails("the credential's key in the certificate");
}
