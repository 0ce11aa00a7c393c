//! Attestation certificates: what every format asks of them.

use aws_lc_rs::signature::{ParsedPublicKey, VerificationAlgorithm};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::X509Extension;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey as SubjectKey;
use x509_parser::x509::{AttributeTypeAndValue, X509Version};

use super::der::check_certificate_frame;
use crate::aaguid::Aaguid;
use crate::cose::{Algorithm, Material, PublicKey};
use crate::error::{Fault, hex};

/// `id-fido-gen-ce-aaguid`.
const AAGUID: &str = "1.3.6.1.4.1.45724.1.1.4";
/// The DER around an AAGUID: OCTET STRING of 16 bytes.
const AAGUID_HEADER: [u8; 2] = [0x04, 0x10];

pub(super) struct Certificate<'a>(X509Certificate<'a>);

impl<'a> Certificate<'a> {
    /// Reads one certificate; nothing may follow it.
    pub(super) fn parse(der: &'a [u8]) -> Result<Self, Fault> {
        match X509Certificate::from_der(der) {
            Ok(([], certificate)) => {
                check_certificate_frame(der)?;
                Ok(Self(certificate))
            }
            Ok((rest, _)) => Err(Fault::new("the end of the certificate", hex(rest))),
            Err(_) => Err(Fault::new("an X.509 certificate", hex(der))),
        }
    }

    /// The first certificate of an `x5c`.
    pub(super) fn leaf(path: &[&'a [u8]]) -> Result<Self, Fault> {
        path.first()
            .map_or_else(|| Err(Fault::new("x5c", "nothing")), |der| Self::parse(der))
    }

    pub(super) fn x509(&self) -> &X509Certificate<'a> {
        &self.0
    }

    /// The extension with this OID, which may be there once.
    pub(super) fn extension(&self, oid: &str) -> Result<Option<&X509Extension<'a>>, Fault> {
        let mut found = self
            .0
            .extensions()
            .iter()
            .filter(|e| e.oid.to_id_string() == oid);
        match (found.next(), found.next()) {
            (extension, None) => Ok(extension),
            (_, Some(_)) => Err(Fault::new(format!("one extension {oid}"), "two")),
        }
    }

    /// Verifies a signature with the certified key, with a COSE algorithm.
    pub(super) fn verify(
        &self,
        algorithm: i128,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Fault> {
        let Some(algorithm) = Algorithm::from_id(algorithm).and_then(Algorithm::aws_lc) else {
            return Err(Fault::new(
                "an alg that is supported",
                format!("{algorithm}"),
            ));
        };
        self.verify_with(algorithm, message, signature)
    }

    pub(super) fn verify_with(
        &self,
        algorithm: &'static dyn VerificationAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Fault> {
        // aws-lc-rs reads the SubjectPublicKeyInfo, and refuses a key of another kind or curve.
        let key = ParsedPublicKey::new(algorithm, self.0.public_key().raw)
            .map_err(|_| Fault::new("a certified key of the algorithm", "another key"))?;
        key.verify_sig(message, signature)
            .map_err(|_| Fault::new("a valid signature of the certified key", hex(signature)))
    }

    /// The certified key must be the credential's.
    pub(super) fn check_key(&self, key: &PublicKey<'_>) -> Result<(), Fault> {
        let info = self.0.public_key();
        let point = info.subject_public_key.data.as_ref();
        let same = match (key.material(), info.parsed()) {
            (Material::Ec { x, y }, Ok(SubjectKey::EC(_))) => {
                point == [&[0x04], x, y].concat().as_slice()
            }
            (Material::Rsa { modulus, exponent }, Ok(SubjectKey::RSA(rsa))) => {
                without_zeros(rsa.modulus) == modulus && without_zeros(rsa.exponent) == exponent
            }
            (Material::Okp(x), Ok(SubjectKey::Unknown(_))) => point == x,
            (Material::Ec { .. } | Material::Rsa { .. } | Material::Okp(_), _) => false,
        };
        // That the bytes of a point are on the same curve too, is for aws-lc-rs to say.
        let same_algorithm = key
            .algorithm()
            .aws_lc()
            .is_some_and(|algorithm| ParsedPublicKey::new(algorithm, info.raw).is_ok());
        if same && same_algorithm {
            return Ok(());
        }
        Err(Fault::new(
            "the credential's key in the certificate",
            hex(point),
        ))
    }

    pub(super) fn check_version_3(&self) -> Result<(), Fault> {
        if self.0.version() == X509Version::V3 {
            return Ok(());
        }
        Err(Fault::new(
            "an X.509 certificate of version 3",
            format!("{}", self.0.version()),
        ))
    }

    /// "The Basic Constraints extension MUST have the CA component set to FALSE."
    pub(super) fn check_end_entity(&self) -> Result<(), Fault> {
        match self.0.basic_constraints() {
            Ok(Some(constraints)) if !constraints.value.ca => Ok(()),
            Ok(Some(_)) => Err(Fault::new("CA FALSE in the basic constraints", "CA TRUE")),
            Ok(None) => Err(Fault::new("basic constraints", "nothing")),
            Err(_) => Err(Fault::new("basic constraints once", "others")),
        }
    }

    /// If the certificate names an AAGUID, it is this one, in an extension that is not critical.
    pub(super) fn check_aaguid(&self, aaguid: Aaguid) -> Result<(), Fault> {
        let Some(extension) = self.extension(AAGUID)? else {
            return Ok(());
        };
        if extension.critical {
            return Err(Fault::new(
                "a non-critical AAGUID extension",
                "a critical one",
            ));
        }
        if extension.value.strip_prefix(&AAGUID_HEADER) == Some(aaguid.0.as_slice()) {
            return Ok(());
        }
        Err(Fault::new(
            format!("AAGUID {aaguid} in the certificate"),
            hex(extension.value),
        ))
    }

    /// The text of an attribute of the subject that is there once and not empty.
    pub(super) fn only_text<'s, 'c: 's>(
        mut attributes: impl Iterator<Item = &'s AttributeTypeAndValue<'c>>,
        name: &str,
    ) -> Result<&'s str, Fault> {
        match (
            attributes.next().map(AttributeTypeAndValue::as_str),
            attributes.next(),
        ) {
            (Some(Ok(text)), None) if !text.is_empty() => Ok(text),
            (Some(_) | None, _) => Err(Fault::new(
                format!("one subject {name}"),
                "none, or more, or no text",
            )),
        }
    }
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let start = number
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(number.len());
    number.get(start..).unwrap_or_default()
}
