//! `tpm`: structures built byte by byte.

use aws_lc_rs::digest::{SHA256, SHA384, digest};
use poolhouse_webauthn::{Algorithm, AttestationPolicy, AttestationType};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, SigningKey as _};
use serde_json::Value;

use super::{fails, register, x5c};
use crate::authenticator::{Authenticator, RelyingParty, assert_fails, rsa_numbers};
use crate::certificates::{Authority, der, extension, key, leaf};
use crate::encode::{bytes, int, members, text};

const SUBJECT_ALTERNATIVE_NAME: &[u64] = &[2, 5, 29, 17];
const AIK_CERTIFICATE: &[u64] = &[2, 23, 133, 8, 3];

fn sized(contents: &[u8]) -> Vec<u8> {
    [
        &u16::try_from(contents.len()).unwrap().to_be_bytes()[..],
        contents,
    ]
    .concat()
}

/// A subject alternative name with one directory name of these attributes (2.23.133.2.x).
fn directory_name(attributes: &[(u8, &str)]) -> Vec<u8> {
    let relative: Vec<u8> = attributes
        .iter()
        .flat_map(|(last, value)| {
            let oid = der(&[6], &[0x67, 0x81, 0x05, 0x02, *last]);
            let attribute = der(&[0x30], &[oid, der(&[0x0c], value.as_bytes())].concat());
            der(&[0x31], &attribute)
        })
        .collect();
    der(&[0x30], &der(&[0xa4], &der(&[0x30], &relative)))
}

fn certificate_params() -> CertificateParams {
    let mut params = leaf(&[]);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Other(AIK_CERTIFICATE.to_vec())];
    let name = directory_name(&[(1, "id:494E5443"), (2, "Model"), (3, "id:00000002")]);
    params.custom_extensions = vec![extension(SUBJECT_ALTERNATIVE_NAME, &name, true)];
    params
}

/// Everything in a statement, to be bent.
struct Tpm {
    authenticator: Authenticator,
    attestation_key: KeyPair,
    certificate: CertificateParams,
    version: &'static str,
    public_area: Vec<u8>,
    /// Before and after the length of the extra data.
    header: Vec<u8>,
    extra_data: Option<Vec<u8>>,
    name: Option<Vec<u8>>,
    end: Vec<u8>,
}

impl Tpm {
    fn new(algorithm: Algorithm) -> Self {
        let authenticator = Authenticator::new(algorithm);
        Self {
            public_area: public_area(algorithm, &authenticator.key, 0x000b),
            authenticator,
            attestation_key: key(),
            certificate: certificate_params(),
            version: "2.0",
            header: vec![0xff, 0x54, 0x43, 0x47, 0x80, 0x17, 0, 0],
            extra_data: None,
            name: None,
            end: vec![0, 0],
        }
    }

    fn cert_info(&self) -> Vec<u8> {
        let extra_data = digest(&SHA256, &self.authenticator.to_be_attested());
        let extra_data = self.extra_data.as_deref().unwrap_or(extra_data.as_ref());
        let name = [&[0x00, 0x0b], digest(&SHA256, &self.public_area).as_ref()].concat();
        let name = self.name.as_deref().unwrap_or(&name);
        [
            self.header.as_slice(),
            &sized(extra_data),
            &[0; 25],
            &sized(name),
            &self.end,
        ]
        .concat()
    }

    fn statement(&self) -> Vec<u8> {
        let cert_info = self.cert_info();
        let signature = self.attestation_key.sign(&cert_info).unwrap();
        let leaf = Authority::root("Root").issue(&self.certificate, &self.attestation_key);
        members(&[
            ("alg", int(-7)),
            ("sig", bytes(&signature)),
            ("ver", text(self.version)),
            ("x5c", x5c(&[leaf])),
            ("pubArea", bytes(&self.public_area)),
            ("certInfo", bytes(&cert_info)),
        ])
    }

    fn fails(&self, says: &str) {
        fails(&self.authenticator, "tpm", &self.statement(), says);
    }
}

/// `TPMT_PUBLIC` without symmetric algorithm and scheme.
fn public_area(algorithm: Algorithm, key: &KeyPair, name_algorithm: u16) -> Vec<u8> {
    let raw = key.public_key_raw();
    let start = |kind: u16| {
        let parts = [kind.to_be_bytes(), name_algorithm.to_be_bytes()].concat();
        [
            parts,
            vec![0, 4, 0, 0],
            sized(&[7; 32]),
            vec![0, 0x10, 0, 0x10],
        ]
        .concat()
    };
    if algorithm == Algorithm::Rs256 {
        // Exponent 0 is the default, 65537.
        let (modulus, _) = rsa_numbers(raw);
        return [start(1), vec![0x08, 0, 0, 0, 0, 0], sized(&modulus)].concat();
    }
    let curve = match algorithm {
        Algorithm::Es256 => 3,
        Algorithm::Es384 => 4,
        _ => panic!("{algorithm:?} is not tested"),
    };
    let (x, y) = raw[1..].split_at((raw.len() - 1) / 2);
    [start(0x23), vec![0, curve, 0, 0x10], sized(x), sized(y)].concat()
}

#[test]
fn elliptic_and_rsa_keys_attest() {
    for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::Rs256] {
        let tpm = Tpm::new(algorithm);
        let attestation = register(&tpm.authenticator, "tpm", &tpm.statement()).unwrap();
        assert_eq!(attestation.kind, AttestationType::AttCa);
    }
}

#[test]
fn the_name_uses_the_hash_that_the_public_area_says() {
    let mut tpm = Tpm::new(Algorithm::Es256);
    tpm.public_area = public_area(Algorithm::Es256, &tpm.authenticator.key, 0x000c);
    tpm.fails("attested.name to be the Name of pubArea");
    let hash = digest(&SHA384, &tpm.public_area);
    tpm.name = Some([&[0x00, 0x0c], hash.as_ref()].concat());
    register(&tpm.authenticator, "tpm", &tpm.statement()).unwrap();
    tpm.public_area = public_area(Algorithm::Es256, &tpm.authenticator.key, 0x0027);
    tpm.fails("a known nameAlg, got 0x27");
}

#[test]
fn the_public_area_is_the_credential_key() {
    let mut tpm = Tpm::new(Algorithm::Es256);
    tpm.public_area = Tpm::new(Algorithm::Es256).public_area;
    tpm.fails("the credential's key in pubArea");
    tpm.public_area = Tpm::new(Algorithm::Rs256).public_area;
    tpm.fails("pubArea of the credential's key type, got 0x1");
    tpm.public_area = public_area(Algorithm::Es256, &tpm.authenticator.key, 0x000b);
    // The curve of P-384 with the point of P-256.
    let mut other_curve = tpm.public_area.clone();
    other_curve[47] = 4;
    assert_eq!(tpm.public_area[47], 3);
    tpm.public_area = other_curve;
    tpm.fails("the credential's key in pubArea");
    let mut rsa = Tpm::new(Algorithm::Rs256);
    let exponent = rsa.public_area.len() - 258 - 1;
    rsa.public_area[exponent] = 3;
    rsa.fails("the credential's key in pubArea");
}

#[test]
fn structures_are_read_to_their_end_and_no_further() {
    let good = Tpm::new(Algorithm::Es256);
    for length in 0..good.public_area.len() {
        let mut tpm = Tpm::new(Algorithm::Es256);
        tpm.public_area.truncate(length);
        assert!(
            register(&tpm.authenticator, "tpm", &tpm.statement()).is_err(),
            "{length} bytes"
        );
    }
    let mut tpm = Tpm::new(Algorithm::Es256);
    tpm.public_area.push(0);
    tpm.fails("the end of pubArea");
    let mut tpm = Tpm::new(Algorithm::Es256);
    tpm.end.push(0);
    tpm.fails("the end of certInfo");
    tpm.end = Vec::new();
    tpm.fails("2 more bytes of certInfo");
}

#[test]
fn the_certified_structure_is_checked() {
    let mut tpm = Tpm::new(Algorithm::Es256);
    tpm.header[0] = 0xfe;
    tpm.fails("magic TPM_GENERATED_VALUE");
    tpm = Tpm::new(Algorithm::Es256);
    tpm.header[5] = 0x18;
    tpm.fails("type TPM_ST_ATTEST_CERTIFY, got 0x8018");
    tpm = Tpm::new(Algorithm::Es256);
    tpm.extra_data = Some(vec![0; 32]);
    tpm.fails("extraData to be the hash of the signed bytes");
    tpm.extra_data = Some(Vec::new());
    tpm.fails("extraData to be the hash of the signed bytes");
    tpm = Tpm::new(Algorithm::Es256);
    tpm.name = Some(vec![0; 34]);
    tpm.fails("attested.name to be the Name of pubArea");
    tpm = Tpm::new(Algorithm::Es256);
    tpm.version = "1.2";
    tpm.fails("ver 2.0, got \"1.2\"");
}

#[test]
fn the_signature_is_that_of_the_certified_key() {
    let tpm = Tpm::new(Algorithm::Es256);
    let cert_info = tpm.cert_info();
    let leaf = Authority::root("Root").issue(&tpm.certificate, &tpm.attestation_key);
    let statement = |alg, key: &KeyPair| {
        members(&[
            ("alg", int(alg)),
            ("sig", bytes(&key.sign(&cert_info).unwrap())),
            ("ver", text("2.0")),
            ("x5c", x5c(std::slice::from_ref(&leaf))),
            ("pubArea", bytes(&tpm.public_area)),
            ("certInfo", bytes(&cert_info)),
        ])
    };
    let other = statement(-7, &key());
    fails(
        &tpm.authenticator,
        "tpm",
        &other,
        "a valid signature of the certified key",
    );
    let rs1 = statement(-65_535, &tpm.attestation_key);
    fails(
        &tpm.authenticator,
        "tpm",
        &rs1,
        "a certified key of the algorithm",
    );
}

#[test]
fn the_certificate_is_that_of_an_attestation_key() {
    let fails_with = |change: &dyn Fn(&mut CertificateParams), says: &str| {
        let mut tpm = Tpm::new(Algorithm::Es256);
        change(&mut tpm.certificate);
        tpm.fails(says);
    };
    let name = |attributes: &[(u8, &str)]| {
        vec![extension(
            SUBJECT_ALTERNATIVE_NAME,
            &directory_name(attributes),
            true,
        )]
    };
    let intel = (1, "id:494E5443");
    fails_with(
        &|params| params.distinguished_name.push(DnType::CommonName, "TPM"),
        "an empty subject",
    );
    fails_with(
        &|params| params.extended_key_usages.clear(),
        "tcg-kp-AIKCertificate",
    );
    fails_with(
        &|params| params.custom_extensions.clear(),
        "2.23.133.2.1 as subject alternative",
    );
    fails_with(
        &|params| params.custom_extensions = name(&[(2, "Model"), (3, "id:02")]),
        "2.23.133.2.1 as subject alternative",
    );
    fails_with(
        &|params| params.custom_extensions = name(&[intel, (3, "id:02")]),
        "2.23.133.2.2 as subject alternative",
    );
    fails_with(
        &|params| params.custom_extensions = name(&[intel, (2, "Model")]),
        "2.23.133.2.3 as subject alternative",
    );
    fails_with(
        &|params| params.is_ca = rcgen::IsCa::NoCa,
        "basic constraints",
    );
}

#[test]
fn the_manufacturer_is_known_unless_the_policy_says_otherwise() {
    let mut tpm = Tpm::new(Algorithm::Es256);
    let attributes = [(1, "id:00000000"), (2, "Model"), (3, "id:02")];
    tpm.certificate.custom_extensions = vec![extension(
        SUBJECT_ALTERNATIVE_NAME,
        &directory_name(&attributes),
        true,
    )];
    tpm.fails("a TPM manufacturer of TCG's registry, got \"id:00000000\"");
    let mut relying_party = RelyingParty::new();
    relying_party.attestation = AttestationPolicy::specification();
    let response = tpm.authenticator.create("tpm", &tpm.statement());
    relying_party.register(&response).unwrap();
}

/// An RS1 statement as older Windows devices write it; `tests/vectors/tpm-rs1.json`.
#[test]
fn sha_1_of_older_devices_is_read_in_this_format_only() {
    let file: Value = serde_json::from_str(include_str!("../../vectors/tpm-rs1.json")).unwrap();
    let relying_party = RelyingParty::new();
    let attestation = relying_party
        .register(&file["credential"])
        .unwrap()
        .attestation();
    assert_eq!(attestation.kind, AttestationType::AttCa);
    let changed = relying_party.register(&file["changed"]);
    assert_fails(changed, 22, "extraData to be the hash of the signed bytes");
}
