//! `packed` (WebAuthn Level 3 §8.2, `#sctn-packed-attestation`).

use super::certificate::Certificate;
use super::{AttestationType, Outcome, Statement};
use crate::cose::Algorithm;
use crate::error::{Fault, quoted};

pub(super) fn verify<'a>(statement: &Statement<'a, '_>) -> Outcome<'a> {
    statement
        .members
        .only_text_keys("the statement of packed", &["alg", "sig", "x5c"])?;
    let (algorithm, signature) = (statement.algorithm()?, statement.bytes("sig")?);
    if statement.members.text_key("x5c").is_none() {
        // Self attestation: the credential key itself signs.
        if Algorithm::from_id(algorithm) != Some(statement.key.algorithm()) {
            let expected = format!("alg of the credential, {:?}", statement.key.algorithm());
            return Err(Fault::new(expected, format!("{algorithm}")));
        }
        statement.key.verify(&statement.signed_bytes(), signature)?;
        return Ok((AttestationType::SelfAttestation, Vec::new()));
    }
    let path = statement.certificates()?;
    let leaf = Certificate::leaf(&path)?;
    leaf.verify(algorithm, &statement.signed_bytes(), signature)?;
    check_certificate(&leaf)?;
    leaf.check_aaguid(statement.attested.aaguid)?;
    Ok((AttestationType::BasicOrAttCa, path))
}

/// §8.2.1 (`#sctn-packed-attestation-cert-requirements`).
fn check_certificate(leaf: &Certificate<'_>) -> Result<(), Fault> {
    leaf.check_version_3()?;
    leaf.check_end_entity()?;
    let subject = leaf.x509().subject();
    let country = Certificate::only_text(subject.iter_country(), "C")?;
    if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(Fault::new(
            "an ISO 3166 country as subject C",
            quoted(country),
        ));
    }
    let unit = Certificate::only_text(subject.iter_organizational_unit(), "OU")?;
    if unit != "Authenticator Attestation" {
        return Err(Fault::new(
            "Authenticator Attestation as subject OU",
            quoted(unit),
        ));
    }
    Certificate::only_text(subject.iter_organization(), "O")?;
    Certificate::only_text(subject.iter_common_name(), "CN")?;
    Ok(())
}
