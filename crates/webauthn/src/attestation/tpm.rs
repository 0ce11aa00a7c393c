//! `tpm` (WebAuthn Level 3 §8.3, `#sctn-tpm-attestation`).
//!
//! The structures are big-endian and described in TCG's "Trusted Platform Module Library, Part 2:
//! Structures": `TPMT_PUBLIC` (§12.2.4) and `TPMS_ATTEST` (§10.12.8).

mod manufacturers;
mod reader;

use aws_lc_rs::digest::{self, digest};
use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY;
use x509_parser::extensions::GeneralName;

use self::manufacturers::MANUFACTURERS;
use self::reader::{Reader, significant};
use super::certificate::Certificate;
use super::{AttestationType, Outcome, Statement, text};
use crate::cose::{Algorithm, Material};
use crate::error::{Fault, hex, quoted};

/// RSASSA-PKCS1-v1_5 with SHA-1, which the TPMs of older Windows devices still sign with.
const RS1: i128 = -65_535;
const TPM_GENERATED_VALUE: &[u8] = &[0xff, 0x54, 0x43, 0x47];
const TPM_ST_ATTEST_CERTIFY: u16 = 0x8017;
const TPM_ALG_RSA: u16 = 0x0001;
const TPM_ALG_NULL: u16 = 0x0010;
const TPM_ALG_ECC: u16 = 0x0023;
const TCG_KP_AIK_CERTIFICATE: &str = "2.23.133.8.3";
const TPM_MANUFACTURER: &str = "2.23.133.2.1";
const TPM_MODEL: &str = "2.23.133.2.2";
const TPM_VERSION: &str = "2.23.133.2.3";

pub(super) fn verify<'a>(statement: &Statement<'a, '_>, known_manufacturers: bool) -> Outcome<'a> {
    let members = ["alg", "sig", "ver", "x5c", "pubArea", "certInfo"];
    statement
        .members
        .only_text_keys("the statement of tpm", &members)?;
    let version = text(statement.members, "ver")?;
    if version != "2.0" {
        return Err(Fault::new("ver 2.0", quoted(version)));
    }
    let (algorithm, signature) = (statement.algorithm()?, statement.bytes("sig")?);
    // The public area describes the credential key.
    let public_area = statement.bytes("pubArea")?;
    let name = check_public_area(public_area, statement)?;
    // The certificate, and its signature over certInfo.
    let path = statement.certificates()?;
    let leaf = Certificate::leaf(&path)?;
    check_certificate(&leaf, known_manufacturers)?;
    leaf.check_aaguid(statement.attested.aaguid)?;
    let cert_info = statement.bytes("certInfo")?;
    let signed = statement.signed_bytes();
    let extra_data = if algorithm == RS1 {
        leaf.verify_with(
            &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            cert_info,
            signature,
        )?;
        digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &signed)
    } else {
        leaf.verify(algorithm, cert_info, signature)?;
        digest(hash_of(algorithm)?, &signed)
    };
    check_cert_info(cert_info, extra_data.as_ref(), &name)?;
    Ok((AttestationType::AttCa, path))
}

/// The hash algorithm employed in `alg`.
fn hash_of(algorithm: i128) -> Result<&'static digest::Algorithm, Fault> {
    match Algorithm::from_id(algorithm) {
        Some(Algorithm::Es256 | Algorithm::Rs256) => Ok(&digest::SHA256),
        Some(Algorithm::Es384) => Ok(&digest::SHA384),
        Some(Algorithm::Es512) => Ok(&digest::SHA512),
        Some(_) | None => Err(Fault::new("an alg with a hash", format!("{algorithm}"))),
    }
}

/// Checks that `TPMT_PUBLIC` is the credential key, and returns its Name (Part 1 §16): the
/// identifier of its hash algorithm and its hash.
fn check_public_area(area: &[u8], statement: &Statement<'_, '_>) -> Result<Vec<u8>, Fault> {
    let mut reader = Reader::new(area, "pubArea");
    let kind = reader.u16()?;
    let name_algorithm = reader.u16()?;
    reader.take(4)?; // objectAttributes
    reader.sized()?; // authPolicy
    if reader.u16()? != TPM_ALG_NULL {
        // A symmetric algorithm: key bits and mode.
        reader.take(4)?;
    }
    if reader.u16()? != TPM_ALG_NULL {
        reader.u16()?; // the scheme's hash algorithm
    }
    let same = match (kind, statement.key.material()) {
        (TPM_ALG_RSA, Material::Rsa { modulus, exponent }) => {
            reader.u16()?; // keyBits, which the modulus tells too
            let area_exponent = match reader.array::<4>()? {
                [0, 0, 0, 0] => [0, 1, 0, 1], // the default: 65537
                other => *other,
            };
            let area_modulus = significant(reader.sized()?);
            significant(&area_exponent) == exponent && area_modulus == modulus
        }
        (TPM_ALG_ECC, Material::Ec { x, y }) => {
            let curve = reader.u16()?;
            if reader.u16()? != TPM_ALG_NULL {
                reader.u16()?; // the key derivation's hash algorithm
            }
            let (area_x, area_y) = (reader.sized()?, reader.sized()?);
            curve_of(statement.key.algorithm()) == Some(curve)
                && significant(area_x) == significant(x)
                && significant(area_y) == significant(y)
        }
        _ => {
            return Err(Fault::new(
                "pubArea of the credential's key type",
                format!("{kind:#x}"),
            ));
        }
    };
    reader.end()?;
    if !same {
        return Err(Fault::new("the credential's key in pubArea", hex(area)));
    }
    let hash = match name_algorithm {
        0x0004 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        0x000b => &digest::SHA256,
        0x000c => &digest::SHA384,
        0x000d => &digest::SHA512,
        other => return Err(Fault::new("a known nameAlg", format!("{other:#x}"))),
    };
    Ok([
        name_algorithm.to_be_bytes().as_slice(),
        digest(hash, area).as_ref(),
    ]
    .concat())
}

/// `TPM_ECC_CURVE` of an algorithm.
fn curve_of(algorithm: Algorithm) -> Option<u16> {
    match algorithm {
        Algorithm::Es256 => Some(0x0003),
        Algorithm::Es384 => Some(0x0004),
        Algorithm::Es512 => Some(0x0005),
        Algorithm::Rs256 | Algorithm::EdDsa | Algorithm::Ed448 => None,
    }
}

/// Checks `TPMS_ATTEST` with a `TPMS_CERTIFY_INFO`.
fn check_cert_info(info: &[u8], extra_data: &[u8], name: &[u8]) -> Result<(), Fault> {
    let mut reader = Reader::new(info, "certInfo");
    let magic = reader.take(4)?;
    if magic != TPM_GENERATED_VALUE {
        return Err(Fault::new("magic TPM_GENERATED_VALUE", hex(magic)));
    }
    let kind = reader.u16()?;
    if kind != TPM_ST_ATTEST_CERTIFY {
        return Err(Fault::new(
            "type TPM_ST_ATTEST_CERTIFY",
            format!("{kind:#x}"),
        ));
    }
    reader.sized()?; // qualifiedSigner
    let got = reader.sized()?;
    if got != extra_data {
        return Err(Fault::new(
            "extraData to be the hash of the signed bytes",
            hex(got),
        ));
    }
    reader.take(17)?; // clockInfo
    reader.take(8)?; // firmwareVersion
    let got = reader.sized()?;
    if got != name {
        return Err(Fault::new(
            "attested.name to be the Name of pubArea",
            hex(got),
        ));
    }
    reader.sized()?; // attested.qualifiedName
    reader.end()
}

/// §8.3.1 (`#sctn-tpm-cert-requirements`).
fn check_certificate(leaf: &Certificate<'_>, known_manufacturers: bool) -> Result<(), Fault> {
    leaf.check_version_3()?;
    leaf.check_end_entity()?;
    if leaf.x509().subject().iter().next().is_some() {
        return Err(Fault::new(
            "an empty subject",
            quoted(&leaf.x509().subject().to_string()),
        ));
    }
    let usage = leaf.x509().extended_key_usage().ok().flatten();
    let is_aik = usage.is_some_and(|usage| {
        usage
            .value
            .other
            .iter()
            .any(|oid| oid.to_id_string() == TCG_KP_AIK_CERTIFICATE)
    });
    if !is_aik {
        return Err(Fault::new("tcg-kp-AIKCertificate as key usage", "others"));
    }
    let manufacturer = tpm_attribute(leaf, TPM_MANUFACTURER)?;
    tpm_attribute(leaf, TPM_MODEL)?;
    tpm_attribute(leaf, TPM_VERSION)?;
    let known = manufacturer.strip_prefix("id:").is_some_and(|id| {
        MANUFACTURERS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(id))
    });
    if known_manufacturers && !known {
        return Err(Fault::new(
            "a TPM manufacturer of TCG's registry",
            quoted(&manufacturer),
        ));
    }
    Ok(())
}

/// An attribute of the directory name in the subject alternative name (TPMv2-EK-Profile §3.2.9).
fn tpm_attribute(leaf: &Certificate<'_>, oid: &str) -> Result<String, Fault> {
    let names = leaf.x509().subject_alternative_name().ok().flatten();
    let attribute = names
        .iter()
        .flat_map(|names| &names.value.general_names)
        .find_map(|name| {
            let GeneralName::DirectoryName(name) = name else {
                return None;
            };
            let attribute = name
                .iter_attributes()
                .find(|a| a.attr_type().to_id_string() == oid);
            attribute
                .and_then(|attribute| attribute.as_str().ok())
                .map(str::to_owned)
        });
    attribute.ok_or_else(|| Fault::new(format!("{oid} as subject alternative name"), "nothing"))
}
