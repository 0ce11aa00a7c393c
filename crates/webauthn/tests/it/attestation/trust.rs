//! Steps 23 and 24: paths from a packed attestation to a trust anchor.

use poolhouse_webauthn::{Algorithm, Attestation, AttestationType, Error, Trust, TrustAnchors};
use rcgen::{CertificateParams, IsCa, KeyPair, SigningKey as _, date_time_ymd};

use super::x5c;
use crate::authenticator::{Authenticator, RelyingParty, assert_fails, key_pair};
use crate::certificates::{Authority, NOW, extension, key, packed_leaf};
use crate::encode::{bytes, int, members};

/// A registration with these certificates, the first being that of `key`.
fn assess(
    key: &KeyPair,
    path: &[Vec<u8>],
    anchors: &[&[u8]],
    now: i64,
) -> Result<Attestation, Error> {
    let authenticator = Authenticator::new(Algorithm::Es256);
    let signature = key.sign(&authenticator.to_be_attested()).unwrap();
    let statement = members(&[
        ("alg", int(-7)),
        ("sig", bytes(&signature)),
        ("x5c", x5c(path)),
    ]);
    let mut relying_party = RelyingParty::new();
    relying_party.attestation.trust = Trust::Anchored(TrustAnchors {
        certificates: anchors.iter().map(|der| der.to_vec()).collect(),
        now,
        unattested: false,
    });
    let response = authenticator.create("packed", &statement);
    relying_party
        .register(&response)
        .map(|verified| verified.attestation())
}

fn fails(key: &KeyPair, path: &[Vec<u8>], anchors: &[&[u8]], says: &str) {
    assert_fails(assess(key, path, anchors, NOW), 24, says);
}

#[test]
fn paths_of_any_length_lead_to_the_anchor() {
    let key = key();
    let root = Authority::root("Root");
    let (outer, other) = (
        root.issue_authority("Outer", None),
        Authority::root("Other"),
    );
    let inner = outer.issue_authority("Inner", Some(0));
    let direct = root.issue(&packed_leaf(), &key);
    let deep = inner.issue(&packed_leaf(), &key);
    let anchors: &[&[u8]] = &[&other.der, &root.der];
    for path in [
        vec![direct.clone()],
        vec![direct.clone(), root.der.clone()],
        vec![deep.clone(), inner.der.clone(), outer.der.clone()],
        vec![
            deep.clone(),
            inner.der.clone(),
            outer.der.clone(),
            root.der.clone(),
        ],
    ] {
        assert!(assess(&key, &path, anchors, NOW).unwrap().trusted);
    }
    // An intermediate authority, or the attestation certificate, may be the anchor itself.
    assert!(
        assess(&key, &[deep.clone(), inner.der.clone()], &[&outer.der], NOW)
            .unwrap()
            .trusted
    );
    assert!(
        assess(&key, std::slice::from_ref(&deep), &[&deep], NOW)
            .unwrap()
            .trusted
    );
    // Missing, unordered and foreign links.
    fails(&key, std::slice::from_ref(&deep), anchors, "a trust anchor");
    fails(
        &key,
        &[deep.clone(), outer.der.clone(), inner.der.clone()],
        anchors,
        "the certificate of",
    );
    fails(
        &key,
        &[deep.clone(), inner.der.clone(), root.der.clone()],
        anchors,
        "the certificate of",
    );
    fails(
        &key,
        std::slice::from_ref(&direct),
        &[&other.der],
        "a trust anchor",
    );
    fails(&key, &[direct], &[], "a trust anchor");
    fails(
        &key,
        &[deep, inner.der, outer.der],
        &[b"not DER"],
        "a trust anchor",
    );
}

#[test]
fn an_anchor_is_known_by_its_key_not_by_its_name() {
    let key = key();
    let (root, impostor) = (Authority::root("Root"), Authority::root("Root"));
    let leaf = impostor.issue(&packed_leaf(), &key);
    fails(
        &key,
        std::slice::from_ref(&leaf),
        &[&root.der],
        "a trust anchor",
    );
    fails(
        &key,
        &[leaf.clone(), root.der.clone()],
        &[&root.der],
        "a certificate signed by its issuer",
    );
    assert!(
        assess(&key, &[leaf], &[&impostor.der], NOW)
            .unwrap()
            .trusted
    );
}

#[test]
fn only_authorities_issue_and_only_as_far_as_they_may() {
    let key = key();
    let root = Authority::root("Root");
    let short = root.issue_authority("Short", Some(0));
    let beyond = short.issue_authority("Beyond", None);
    let path = vec![beyond.issue(&packed_leaf(), &key), beyond.der, short.der];
    fails(
        &key,
        &path,
        &[&root.der],
        "an issuer that may sign certificates",
    );

    // A leaf that issues: its certificate says CA FALSE.
    let mut leaf = packed_leaf();
    leaf.is_ca = IsCa::ExplicitNoCa;
    let issuing_key = crate::certificates::key();
    let issuing = root.issue(&leaf, &issuing_key);
    let issuer = rcgen::Issuer::from_params(&leaf, &issuing_key);
    let issued = packed_leaf()
        .signed_by(&key, &issuer)
        .unwrap()
        .der()
        .to_vec();
    fails(
        &key,
        &[issued, issuing],
        &[&root.der],
        "an issuer that may sign certificates",
    );
}

#[test]
fn certificates_are_valid_at_the_time_given() {
    let key = key();
    let root = Authority::root("Root");
    let path = [root.issue(&packed_leaf(), &key)];
    let assess_at = |now| assess(&key, &path, &[&root.der], now);
    let year = 366 * 24 * 60 * 60;
    assert!(assess_at(NOW).unwrap().trusted);
    assert_fails(
        assess_at(NOW - 2 * year),
        24,
        "a certificate that is valid now",
    );
    assert_fails(
        assess_at(NOW + 2 * year),
        24,
        "a certificate that is valid now",
    );
    // 2025-01-01T00:00:00Z and 2026-12-31T00:00:00Z are inside.
    for (edge, inside) in [(1_735_689_600, 1), (1_798_675_200, -1)] {
        assert!(assess_at(edge).unwrap().trusted);
        assert_fails(
            assess_at(edge - inside),
            24,
            "a certificate that is valid now",
        );
    }
    let mut expired: CertificateParams = packed_leaf();
    expired.not_after = date_time_ymd(2025, 6, 1);
    let path = [root.issue(&expired, &key)];
    assert_fails(
        assess(&key, &path, &[&root.der], NOW),
        24,
        "a certificate that is valid now",
    );
}

#[test]
fn critical_extensions_must_be_understood() {
    let key = key();
    let root = Authority::root("Root");
    let mut params = packed_leaf();
    params.custom_extensions = vec![extension(&[1, 2, 3, 4], &[5, 0], false)];
    let path = [root.issue(&params, &key)];
    assert!(assess(&key, &path, &[&root.der], NOW).unwrap().trusted);
    params.custom_extensions = vec![extension(&[1, 2, 3, 4], &[5, 0], true)];
    fails(
        &key,
        &[root.issue(&params, &key)],
        &[&root.der],
        "known critical extensions, got 1.2.3.4",
    );
}

#[test]
fn paths_may_mix_algorithms() {
    for algorithm in [
        Algorithm::Es384,
        Algorithm::Es512,
        Algorithm::Rs256,
        Algorithm::EdDsa,
    ] {
        let (leaf_key, root_key) = (key(), key_pair(algorithm));
        let mut root = packed_leaf();
        root.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let root_der = root.self_signed(&root_key).unwrap().der().to_vec();
        let issuer = rcgen::Issuer::from_params(&root, &root_key);
        let mut params = packed_leaf();
        params
            .distinguished_name
            .push(rcgen::DnType::LocalityName, "Stockholm");
        let leaf = params.signed_by(&leaf_key, &issuer).unwrap().der().to_vec();
        assert!(
            assess(&leaf_key, &[leaf], &[&root_der], NOW)
                .unwrap()
                .trusted,
            "{algorithm:?}"
        );
    }
}

#[test]
fn no_attestation_and_self_attestation_are_for_the_policy() {
    let authenticator = Authenticator::new(Algorithm::Es256);
    let signature = authenticator
        .key
        .sign(&authenticator.to_be_attested())
        .unwrap();
    let own = members(&[("alg", int(-7)), ("sig", bytes(&signature))]);
    for (response, kind) in [
        (authenticator.create_none(), AttestationType::None),
        (
            authenticator.create("packed", &own),
            AttestationType::SelfAttestation,
        ),
    ] {
        let mut relying_party = RelyingParty::new();
        let mut anchors = TrustAnchors {
            certificates: Vec::new(),
            now: NOW,
            unattested: true,
        };
        relying_party.attestation.trust = Trust::Anchored(anchors.clone());
        let attestation = relying_party.register(&response).unwrap().attestation();
        assert_eq!((attestation.kind, attestation.trusted), (kind, false));
        anchors.unattested = false;
        relying_party.attestation.trust = Trust::Anchored(anchors);
        let result = relying_party.register(&response);
        assert_fails(result, 24, "an attestation that leads to a trust anchor");
    }
}
