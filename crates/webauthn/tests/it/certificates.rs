//! Attestation certificates to order.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

/// 2026-01-01 in seconds since 1970.
pub(crate) const NOW: i64 = 1_767_225_600;

/// Something that issues certificates.
pub(crate) struct Authority {
    params: CertificateParams,
    key: KeyPair,
    pub(crate) der: Vec<u8>,
}

impl Authority {
    pub(crate) fn root(name: &str) -> Self {
        let (params, key) = (authority_params(name, None), key());
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Self { params, key, der }
    }

    pub(crate) fn issue_authority(&self, name: &str, path_length: Option<u8>) -> Self {
        let (params, key) = (authority_params(name, path_length), key());
        let der = self.issue(&params, &key);
        Self { params, key, der }
    }

    pub(crate) fn issue(&self, params: &CertificateParams, key: &KeyPair) -> Vec<u8> {
        let issuer = Issuer::from_params(&self.params, &self.key);
        params.signed_by(key, &issuer).unwrap().der().to_vec()
    }
}

pub(crate) fn key() -> KeyPair {
    KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap()
}

/// A leaf as §8.2.1 wants it.
pub(crate) fn packed_leaf() -> CertificateParams {
    leaf(&[
        (DnType::CountryName, "SE"),
        (DnType::OrganizationName, "Example Keys AB"),
        (DnType::OrganizationalUnitName, "Authenticator Attestation"),
        (DnType::CommonName, "Example Key 1"),
    ])
}

/// A leaf with this subject, valid in 2025 and 2026.
pub(crate) fn leaf(subject: &[(DnType, &str)]) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    for (kind, text) in subject {
        params.distinguished_name.push(kind.clone(), *text);
    }
    params.is_ca = IsCa::ExplicitNoCa;
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2026, 12, 31);
    params
}

pub(crate) fn extension(oid: &[u64], value: &[u8], critical: bool) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(oid, value.to_vec());
    extension.set_criticality(critical);
    extension
}

/// DER: tag, length, contents.
pub(crate) fn der(tag: &[u8], contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let length = match length {
        0..=0x7f => vec![u8::try_from(length).unwrap()],
        0x80..=0xff => vec![0x81, u8::try_from(length).unwrap()],
        _ => panic!("{length} bytes are more than the tests need"),
    };
    [tag, &length, contents].concat()
}

fn authority_params(name: &str, path_length: Option<u8>) -> CertificateParams {
    let mut params = leaf(&[(DnType::CommonName, name)]);
    params.is_ca = IsCa::Ca(match path_length {
        None => BasicConstraints::Unconstrained,
        Some(length) => BasicConstraints::Constrained(length),
    });
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}
