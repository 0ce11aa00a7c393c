//! `packed`: self attestation and certificates.

use poolhouse_webauthn::{Algorithm, AttestationType, Format};
use rcgen::{BasicConstraints, DnType, IsCa, KeyPair, SigningKey as _};

use super::{fails, register, x5c};
use crate::authenticator::{Authenticator, key_pair};
use crate::certificates::{Authority, der, extension, key, leaf, packed_leaf};
use crate::encode::{array, bytes, int, members};

const AAGUID: &[u64] = &[1, 3, 6, 1, 4, 1, 45724, 1, 1, 4];

fn self_statement(alg: i64, signature: &[u8]) -> Vec<u8> {
    members(&[("alg", int(alg)), ("sig", bytes(signature))])
}

fn statement(authenticator: &Authenticator, key: &KeyPair, certificates: &[Vec<u8>]) -> Vec<u8> {
    let signature = key.sign(&authenticator.to_be_attested()).unwrap();
    members(&[
        ("alg", int(-7)),
        ("sig", bytes(&signature)),
        ("x5c", x5c(certificates)),
    ])
}

/// What is said of a certificate with these parameters.
fn fails_with(params: &rcgen::CertificateParams, says: &str) {
    let (authenticator, key) = (Authenticator::new(Algorithm::Es256), key());
    let der = Authority::root("Root").issue(params, &key);
    let statement = statement(&authenticator, &key, &[der]);
    fails(&authenticator, "packed", &statement, says);
}

#[test]
fn self_attestation_is_signed_with_the_credential_key() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let authenticator = Authenticator::new(algorithm);
        let signature = authenticator
            .key
            .sign(&authenticator.to_be_attested())
            .unwrap();
        let statement = self_statement(algorithm.id().into(), &signature);
        let attestation = register(&authenticator, "packed", &statement).unwrap();
        assert_eq!(attestation.format, Format::Packed);
        assert_eq!(attestation.kind, AttestationType::SelfAttestation);
        assert!(!attestation.trusted);
    }
}

#[test]
fn self_attestation_of_another_key_or_algorithm_is_refused() {
    let authenticator = Authenticator::new(Algorithm::Es256);
    let signed = authenticator.to_be_attested();
    let good = authenticator.key.sign(&signed).unwrap();
    let other = key_pair(Algorithm::Es256).sign(&signed).unwrap();
    fails(
        &authenticator,
        "packed",
        &self_statement(-7, &other),
        "a valid Es256 signature",
    );
    fails(
        &authenticator,
        "packed",
        &self_statement(-8, &good),
        "alg of the credential, Es256",
    );
    fails(
        &authenticator,
        "packed",
        &self_statement(0, &good),
        "alg of the credential, Es256",
    );
    let text_alg = members(&[("alg", bytes(b"-7")), ("sig", bytes(&good))]);
    fails(&authenticator, "packed", &text_alg, "alg to be an integer");
    fails(
        &authenticator,
        "packed",
        &members(&[("alg", int(-7))]),
        "expected sig, got nothing",
    );
    fails(
        &authenticator,
        "packed",
        &members(&[]),
        "expected alg, got nothing",
    );
    let ecdaa = members(&[
        ("alg", int(-7)),
        ("sig", bytes(&good)),
        ("ecdaaKeyId", bytes(b"x")),
    ]);
    fails(
        &authenticator,
        "packed",
        &ecdaa,
        "only the members alg, sig, x5c",
    );
}

#[test]
fn a_certificate_attests() {
    let (mut authenticator, key) = (Authenticator::new(Algorithm::EdDsa), key());
    authenticator.aaguid = [7; 16];
    let mut params = packed_leaf();
    params.custom_extensions = vec![extension(AAGUID, &der(&[4], &[7; 16]), false)];
    let leaf = Authority::root("Root").issue(&params, &key);
    let statement = statement(&authenticator, &key, &[leaf]);
    let attestation = register(&authenticator, "packed", &statement).unwrap();
    assert_eq!(attestation.kind, AttestationType::BasicOrAttCa);
    assert!(!attestation.trusted);
    // Another AAGUID than the certificate's.
    authenticator.aaguid = [8; 16];
    let signature = key.sign(&authenticator.to_be_attested()).unwrap();
    let leaf = Authority::root("Root").issue(&params, &key);
    let moved = members(&[
        ("alg", int(-7)),
        ("sig", bytes(&signature)),
        ("x5c", x5c(&[leaf])),
    ]);
    fails(
        &authenticator,
        "packed",
        &moved,
        "AAGUID 08080808-0808-0808-0808-080808080808",
    );
}

#[test]
fn a_signature_of_another_key_is_refused() {
    let (authenticator, other) = (Authenticator::new(Algorithm::Es256), key());
    let leaf = Authority::root("Root").issue(&packed_leaf(), &key());
    let wrong_key = statement(&authenticator, &other, std::slice::from_ref(&leaf));
    fails(
        &authenticator,
        "packed",
        &wrong_key,
        "a valid signature of the certified key",
    );
    let signature = bytes(&other.sign(b"x").unwrap());
    for (alg, says) in [
        (-257, "a certified key of the algorithm"),
        (-35, "a certified key of the algorithm"),
        (-53, "an alg that is supported"),
        (-65_535, "an alg that is supported"),
    ] {
        let statement = members(&[
            ("alg", int(alg)),
            ("sig", signature.clone()),
            ("x5c", x5c(std::slice::from_ref(&leaf))),
        ]);
        fails(&authenticator, "packed", &statement, says);
    }
}

#[test]
fn x5c_holds_certificates() {
    let (authenticator, key) = (Authenticator::new(Algorithm::Es256), key());
    let leaf = Authority::root("Root").issue(&packed_leaf(), &key);
    let signature = bytes(&key.sign(&authenticator.to_be_attested()).unwrap());
    for (x5c, says) in [
        (array(&[]), "x5c to hold certificates"),
        (bytes(&leaf), "x5c to hold certificates, got a byte string"),
        (array(&[int(1)]), "a certificate in x5c, got an integer"),
        (array(&[bytes(b"not DER")]), "an X.509 certificate"),
        (
            array(&[bytes(&[leaf.as_slice(), &[0]].concat())]),
            "the end of the certificate",
        ),
        (
            array(&[bytes(&leaf[..leaf.len() - 1])]),
            "an X.509 certificate",
        ),
    ] {
        let statement = members(&[("alg", int(-7)), ("sig", signature.clone()), ("x5c", x5c)]);
        fails(&authenticator, "packed", &statement, says);
    }
}

#[test]
fn the_certificate_is_an_end_entity_with_a_complete_subject() {
    let mut params = packed_leaf();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    fails_with(&params, "CA FALSE");
    params.is_ca = IsCa::NoCa;
    fails_with(&params, "basic constraints, got nothing");
    let complete = [
        (DnType::CountryName, "SE"),
        (DnType::OrganizationName, "Example Keys AB"),
        (DnType::OrganizationalUnitName, "Authenticator Attestation"),
        (DnType::CommonName, "Example Key 1"),
    ];
    for (missing, says) in ["subject C,", "subject O,", "subject OU,", "subject CN,"]
        .into_iter()
        .enumerate()
    {
        let mut subject = complete.to_vec();
        subject.remove(missing);
        fails_with(&leaf(&subject), says);
    }
    for (place, value, says) in [
        (0, "SWE", "an ISO 3166 country"),
        (0, "se", "an ISO 3166 country"),
        (
            2,
            "authenticator attestation",
            "Authenticator Attestation as subject OU",
        ),
    ] {
        let mut subject = complete.clone();
        subject[place].1 = value;
        fails_with(&leaf(&subject), says);
    }
}

#[test]
fn the_aaguid_extension_is_wrapped_twice_and_not_critical() {
    let mut params = packed_leaf();
    let wrapped = der(&[4], &[0; 16]);
    params.custom_extensions = vec![extension(AAGUID, &wrapped, true)];
    fails_with(&params, "a non-critical AAGUID extension");
    params.custom_extensions = vec![extension(AAGUID, &[0; 16], false)];
    fails_with(
        &params,
        "AAGUID 00000000-0000-0000-0000-000000000000 in the certificate",
    );
    params.custom_extensions = vec![extension(AAGUID, &wrapped, false); 2];
    fails_with(&params, "one extension 1.3.6.1.4.1.45724.1.1.4, got two");
}
