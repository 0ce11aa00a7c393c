//! Credential public keys: `COSE_Key` maps (RFC 9052 §7) under the rules of WebAuthn Level 3 §5.8.5
//! (`#sctn-alg-identifier`) and §6.5.1.1 (`#sctn-encoded-credPubKey-examples`).
//!
//! A key has exactly the parameters that its algorithm needs, in the one form that WebAuthn allows:
//! `alg` is there, the curve is the algorithm's, points are uncompressed and on the curve.

mod ed25519;
#[cfg(feature = "ed448")]
mod ed448;
mod parameters;

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};

use self::parameters::{bytes, exact_labels, expect_integer, integer, sized};
use crate::cbor::{self, Map};
use crate::error::{Fault, hex};

/// A signature algorithm that credentials may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256 (-7; its fully specified twin -9 is read as the same).
    Es256,
    /// ECDSA on P-384 with SHA-384 (-35; also -51).
    Es384,
    /// ECDSA on P-521 with SHA-512 (-36; also -52).
    Es512,
    /// RSASSA-PKCS1-v1_5 with SHA-256 (-257), 2048 to 8192 bits.
    Rs256,
    /// Ed25519 (-8; also -19).
    EdDsa,
    /// Ed448 (-53); keys are refused without the feature `ed448`.
    Ed448,
}

/// A credential public key, checked and ready to verify signatures.
#[derive(Debug)]
pub struct PublicKey<'a> {
    algorithm: Algorithm,
    material: Material<'a>,
    verifier: Verifier,
}

/// The numbers of a key, borrowed from its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Material<'a> {
    /// Coordinates, big-endian, as long as the field.
    Ec { x: &'a [u8], y: &'a [u8] },
    /// Big-endian without leading zeros.
    Rsa {
        modulus: &'a [u8],
        exponent: &'a [u8],
    },
    /// The encoded point.
    Okp(&'a [u8]),
}

#[derive(Debug)]
enum Verifier {
    AwsLc(ParsedPublicKey),
    #[cfg(feature = "ed448")]
    Ed448(ed448::VerifyingKey),
}

// Labels and values of the IANA "COSE Key Common Parameters" and "COSE Key Type Parameters".
const KTY: i128 = 1;
const ALG: i128 = 3;
const CRV_OR_MODULUS: i128 = -1;
const X_OR_EXPONENT: i128 = -2;
const Y: i128 = -3;
const KTY_OKP: i128 = 1;
const KTY_EC2: i128 = 2;
const KTY_RSA: i128 = 3;

impl Algorithm {
    /// The COSE identifier, as it is asked for in `pubKeyCredParams`.
    pub fn id(self) -> i32 {
        match self {
            Self::Es256 => -7,
            Self::Es384 => -35,
            Self::Es512 => -36,
            Self::Rs256 => -257,
            Self::EdDsa => -8,
            Self::Ed448 => -53,
        }
    }

    /// The algorithm of a COSE identifier. The fully specified identifiers of RFC 9864 mean what
    /// WebAuthn's rules for the older ones come to, so both are read.
    pub fn from_id(id: i128) -> Option<Self> {
        match id {
            -7 | -9 => Some(Self::Es256),
            -35 | -51 => Some(Self::Es384),
            -36 | -52 => Some(Self::Es512),
            -257 => Some(Self::Rs256),
            -8 | -19 => Some(Self::EdDsa),
            -53 => Some(Self::Ed448),
            _ => None,
        }
    }

    /// How aws-lc-rs verifies it; `None` for what it lacks.
    pub(crate) fn aws_lc(self) -> Option<&'static dyn VerificationAlgorithm> {
        match self {
            Self::Es256 => Some(&signature::ECDSA_P256_SHA256_ASN1),
            Self::Es384 => Some(&signature::ECDSA_P384_SHA384_ASN1),
            Self::Es512 => Some(&signature::ECDSA_P521_SHA512_ASN1),
            Self::Rs256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
            Self::EdDsa => Some(&signature::ED25519),
            Self::Ed448 => None,
        }
    }
}

impl<'a> PublicKey<'a> {
    /// Reads a `COSE_Key`; nothing may follow it.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Fault> {
        Self::from_map(&cbor::parse(bytes)?.into_map("the COSE_Key")?)
    }

    /// Checks the members of a `COSE_Key`.
    pub fn from_map(map: &Map<'a>) -> Result<Self, Fault> {
        let id = integer(map, ALG, "alg (3)")?;
        let Some(algorithm) = Algorithm::from_id(id) else {
            return Err(Fault::new("an alg (3) that is supported", format!("{id}")));
        };
        match algorithm {
            Algorithm::Es256 => elliptic(map, algorithm, 1, 32),
            Algorithm::Es384 => elliptic(map, algorithm, 2, 48),
            Algorithm::Es512 => elliptic(map, algorithm, 3, 66),
            Algorithm::Rs256 => rsa(map),
            Algorithm::EdDsa => okp_25519(map),
            Algorithm::Ed448 => okp_448(map),
        }
    }

    /// The algorithm of the key.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Refuses an Ed25519 key that is not a point of the curve. The other kinds are checked while
    /// reading; here it costs an exponentiation that only a registration needs to pay, since no
    /// signature verifies with such a key.
    pub fn check_point(&self) -> Result<(), Fault> {
        match (self.algorithm, self.material) {
            (Algorithm::EdDsa, Material::Okp(x)) => ed25519::check_on_curve(x),
            _ => Ok(()),
        }
    }

    /// Verifies a signature in the form of WebAuthn Level 3 §6.5.5 (`#sctn-signature-attestation-types`):
    /// ECDSA as DER, the others raw.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
        let valid = match &self.verifier {
            Verifier::AwsLc(key) => key.verify_sig(message, signature).is_ok(),
            #[cfg(feature = "ed448")]
            Verifier::Ed448(key) => key.verify(message, signature),
        };
        if valid {
            return Ok(());
        }
        Err(Fault::new(
            format!("a valid {:?} signature", self.algorithm),
            hex(signature),
        ))
    }

    pub(crate) fn material(&self) -> Material<'a> {
        self.material
    }
}

fn elliptic<'a>(
    map: &Map<'a>,
    algorithm: Algorithm,
    curve: i128,
    size: usize,
) -> Result<PublicKey<'a>, Fault> {
    exact_labels(map, &[KTY, ALG, CRV_OR_MODULUS, X_OR_EXPONENT, Y])?;
    expect_integer(map, KTY, "kty (1) EC2", KTY_EC2)?;
    expect_integer(map, CRV_OR_MODULUS, "crv (-1) of the algorithm", curve)?;
    let x = sized(map, X_OR_EXPONENT, "x (-2)", size)?;
    let y = sized(map, Y, "y (-3)", size)?;
    let mut point = Vec::with_capacity(1 + 2 * size);
    point.push(4);
    point.extend_from_slice(x);
    point.extend_from_slice(y);
    let verifier = aws_lc_key(algorithm, &point)
        .ok_or_else(|| Fault::new("a point on the curve", hex(&point)))?;
    Ok(PublicKey {
        algorithm,
        material: Material::Ec { x, y },
        verifier,
    })
}

fn rsa<'a>(map: &Map<'a>) -> Result<PublicKey<'a>, Fault> {
    exact_labels(map, &[KTY, ALG, CRV_OR_MODULUS, X_OR_EXPONENT])?;
    expect_integer(map, KTY, "kty (1) RSA", KTY_RSA)?;
    let modulus = bytes(map, CRV_OR_MODULUS, "n (-1)")?;
    let exponent = bytes(map, X_OR_EXPONENT, "e (-2)")?;
    let bits = match modulus.first() {
        None | Some(0) => return Err(Fault::new("n (-1) without leading zeros", hex(modulus))),
        Some(first) => modulus.len().saturating_mul(8) - leading_zeros(*first),
    };
    if !(2048..=8192).contains(&bits) {
        return Err(Fault::new(
            "an RSA modulus of 2048 to 8192 bits",
            format!("{bits} bits"),
        ));
    }
    // FIPS 186-5 §A.1.1: odd and above 2^16. Longer than 4 bytes is nobody's exponent.
    let value = exponent.iter().try_fold(0_u32, |value, byte| {
        value.checked_mul(256).map(|value| value | u32::from(*byte))
    });
    let plausible = value.is_some_and(|value| value % 2 == 1 && value > 65_536);
    if exponent.first() == Some(&0) || !plausible {
        return Err(Fault::new("an odd RSA exponent above 65536", hex(exponent)));
    }
    let key = PublicKeyComponents {
        n: modulus,
        e: exponent,
    }
    .to_parsed_public_key(&signature::RSA_PKCS1_2048_8192_SHA256)
    .map_err(|_| Fault::new("an RSA key", hex(modulus)))?;
    Ok(PublicKey {
        algorithm: Algorithm::Rs256,
        material: Material::Rsa { modulus, exponent },
        verifier: Verifier::AwsLc(key),
    })
}

fn okp_25519<'a>(map: &Map<'a>) -> Result<PublicKey<'a>, Fault> {
    let x = okp(map, 6, 32)?;
    ed25519::check_order(x)?;
    let verifier = aws_lc_key(Algorithm::EdDsa, x)
        .ok_or_else(|| Fault::new("an Ed25519 public key", hex(x)))?;
    Ok(PublicKey {
        algorithm: Algorithm::EdDsa,
        material: Material::Okp(x),
        verifier,
    })
}

fn okp_448<'a>(map: &Map<'a>) -> Result<PublicKey<'a>, Fault> {
    let x = okp(map, 7, 57)?;
    let verifier = ed448_key(x)?;
    Ok(PublicKey {
        algorithm: Algorithm::Ed448,
        material: Material::Okp(x),
        verifier,
    })
}

#[cfg(feature = "ed448")]
fn ed448_key(x: &[u8]) -> Result<Verifier, Fault> {
    ed448::VerifyingKey::decode(x).map(Verifier::Ed448)
}

#[cfg(not(feature = "ed448"))]
fn ed448_key(_: &[u8]) -> Result<Verifier, Fault> {
    Err(Fault::new("an algorithm that is built in", "Ed448"))
}

fn okp<'a>(map: &Map<'a>, curve: i128, size: usize) -> Result<&'a [u8], Fault> {
    exact_labels(map, &[KTY, ALG, CRV_OR_MODULUS, X_OR_EXPONENT])?;
    expect_integer(map, KTY, "kty (1) OKP", KTY_OKP)?;
    expect_integer(map, CRV_OR_MODULUS, "crv (-1) of the algorithm", curve)?;
    sized(map, X_OR_EXPONENT, "x (-2)", size)
}

fn aws_lc_key(algorithm: Algorithm, bytes: &[u8]) -> Option<Verifier> {
    let key = ParsedPublicKey::new(algorithm.aws_lc()?, bytes).ok()?;
    Some(Verifier::AwsLc(key))
}

fn leading_zeros(byte: u8) -> usize {
    usize::try_from(byte.leading_zeros()).unwrap_or_default()
}
