//! Trust in attestation certificates: WebAuthn Level 3 §7.1 steps 23 and 24.

use aws_lc_rs::signature::{self, VerificationAlgorithm};
use x509_parser::extensions::ParsedExtension;

use super::AttestationType;
use super::certificate::Certificate;
use crate::error::{Fault, quoted};

/// Whether attestation certificates must lead to a trust anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Trust is not assessed: a correct statement is enough, and proves nothing about the model.
    NotAssessed,
    /// The certificates must lead to one of the anchors.
    Anchored(TrustAnchors),
}

/// The trust anchors of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustAnchors {
    /// Root certificates, or attestation certificates that are acceptable themselves; DER.
    pub certificates: Vec<Vec<u8>>,
    /// The time for which certificates must be valid: seconds since 1970-01-01 UTC.
    pub now: i64,
    /// Whether no attestation and self attestation are acceptable too.
    pub unattested: bool,
}

/// Returns whether the attestation is trusted, and fails if the policy asks for trust in vain.
pub(super) fn assess(kind: AttestationType, path: &[&[u8]], trust: &Trust) -> Result<bool, Fault> {
    let Trust::Anchored(anchors) = trust else {
        return Ok(false);
    };
    match kind {
        AttestationType::None | AttestationType::SelfAttestation => {
            if anchors.unattested {
                return Ok(false);
            }
            Err(Fault::new(
                "an attestation that leads to a trust anchor",
                format!("{kind:?}"),
            ))
        }
        AttestationType::BasicOrAttCa | AttestationType::AttCa | AttestationType::AnonCa => {
            check_path(path, anchors).map(|()| true)
        }
    }
}

/// The path of RFC 5280 §6, leaf first: each certificate is valid now, is issued and signed by the
/// next, and the last is an anchor or issued by one.
fn check_path(path: &[&[u8]], anchors: &TrustAnchors) -> Result<(), Fault> {
    let mut certificates = Vec::with_capacity(path.len());
    for der in path {
        let certificate = Certificate::parse(der)?;
        check_valid(&certificate, anchors.now)?;
        if anchors.certificates.iter().any(|anchor| anchor == der) {
            return check_issued(&certificates, &certificate);
        }
        check_issued(&certificates, &certificate)?;
        certificates.push(certificate);
    }
    let anchored = anchors.certificates.iter().any(|der| {
        Certificate::parse(der).is_ok_and(|anchor| {
            check_valid(&anchor, anchors.now).is_ok()
                && check_issued(&certificates, &anchor).is_ok()
        })
    });
    if anchored {
        return Ok(());
    }
    let issuer = certificates
        .last()
        .map(|last| last.x509().issuer().to_string());
    Err(Fault::new(
        "a trust anchor",
        quoted(&issuer.unwrap_or_default()),
    ))
}

/// That `issuer` issued the last certificate of the path so far, if there is one.
fn check_issued(path: &[Certificate<'_>], issuer: &Certificate<'_>) -> Result<(), Fault> {
    let Some(subject) = path.last() else {
        return Ok(());
    };
    if subject.x509().issuer().as_raw() != issuer.x509().subject().as_raw() {
        let expected = format!("the certificate of {}", subject.x509().issuer());
        return Err(Fault::new(
            expected,
            quoted(&issuer.x509().subject().to_string()),
        ));
    }
    // Certificates between this issuer and the leaf, which its path length constraint counts.
    let between = path.len() - 1;
    let constraints = issuer.x509().basic_constraints().ok().flatten();
    let may_issue = constraints.is_some_and(|constraints| {
        let longest = constraints.value.path_len_constraint;
        let longest = longest.and_then(|longest| usize::try_from(longest).ok());
        constraints.value.ca && longest.is_none_or(|longest| between <= longest)
    });
    let usage = issuer.x509().key_usage().ok().flatten();
    if !may_issue || usage.is_some_and(|usage| !usage.value.key_cert_sign()) {
        return Err(Fault::new(
            "an issuer that may sign certificates",
            "another certificate",
        ));
    }
    let signature = &subject.x509().signature_value.data;
    let signed = subject.x509().tbs_certificate.as_ref();
    let oid = subject.x509().signature_algorithm.algorithm.to_id_string();
    let valid = signature_algorithms(&oid)
        .iter()
        .any(|algorithm| issuer.verify_with(*algorithm, signed, signature).is_ok());
    if valid {
        return Ok(());
    }
    Err(Fault::new(
        "a certificate signed by its issuer",
        format!("another signature ({oid})"),
    ))
}

fn check_valid(certificate: &Certificate<'_>, now: i64) -> Result<(), Fault> {
    let validity = certificate.x509().validity();
    if now < validity.not_before.timestamp() || validity.not_after.timestamp() < now {
        return Err(Fault::new(
            "a certificate that is valid now",
            format!("{validity:?}"),
        ));
    }
    // RFC 5280 §4.2: what is critical and not understood must be refused.
    let unknown = certificate.x509().extensions().iter().find(|extension| {
        extension.critical
            && !matches!(
                extension.parsed_extension(),
                ParsedExtension::BasicConstraints(_)
                    | ParsedExtension::KeyUsage(_)
                    | ParsedExtension::ExtendedKeyUsage(_)
                    | ParsedExtension::SubjectAlternativeName(_)
            )
    });
    match unknown {
        None => Ok(()),
        Some(extension) => Err(Fault::new(
            "known critical extensions",
            extension.oid.to_id_string(),
        )),
    }
}

/// The algorithms of a certificate signature; for ECDSA the issuer's key tells the curve.
fn signature_algorithms(oid: &str) -> &'static [&'static dyn VerificationAlgorithm] {
    match oid {
        "1.2.840.10045.4.3.2" => &[
            &signature::ECDSA_P256_SHA256_ASN1,
            &signature::ECDSA_P384_SHA256_ASN1,
            &signature::ECDSA_P521_SHA256_ASN1,
        ],
        "1.2.840.10045.4.3.3" => &[
            &signature::ECDSA_P256_SHA384_ASN1,
            &signature::ECDSA_P384_SHA384_ASN1,
            &signature::ECDSA_P521_SHA384_ASN1,
        ],
        "1.2.840.10045.4.3.4" => &[
            &signature::ECDSA_P256_SHA512_ASN1,
            &signature::ECDSA_P384_SHA512_ASN1,
            &signature::ECDSA_P521_SHA512_ASN1,
        ],
        "1.2.840.113549.1.1.11" => &[&signature::RSA_PKCS1_2048_8192_SHA256],
        "1.2.840.113549.1.1.12" => &[&signature::RSA_PKCS1_2048_8192_SHA384],
        "1.2.840.113549.1.1.13" => &[&signature::RSA_PKCS1_2048_8192_SHA512],
        "1.3.101.112" => &[&signature::ED25519],
        _ => &[],
    }
}
