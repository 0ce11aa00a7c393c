//! A software authenticator with a browser around it. Every part can be bent: tests set a member
//! and look which step complains.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_webauthn::{
    Algorithm, AllowedOrigin, AttestationPolicy, AuthenticationResponse, BackupPolicy, CrossOrigin,
    Error, Expectations, ExpectedUser, Mediation, RegistrationPolicy, RegistrationResponse,
    StoredCredential, UserVerification, VerifiedAuthentication, VerifiedRegistration,
    authentication, registration,
};
use rcgen::{KeyPair, SigningKey as _};
use serde_json::{Value, json};

use crate::encode::{bytes, int, labels, members, text};

pub(crate) const CHALLENGE: [u8; 32] = [7; 32];
pub(crate) const RP_ID: &str = "auth.example.com";
pub(crate) const ORIGIN: &str = "https://auth.example.com";
pub(crate) const USER: &[u8] = b"6f1d1c7e-9ce0-4a5b-8df5-000000000001";

pub(crate) const UP: u8 = 0x01;
pub(crate) const UV: u8 = 0x04;
pub(crate) const BE: u8 = 0x08;
pub(crate) const BS: u8 = 0x10;
pub(crate) const AT: u8 = 0x40;
pub(crate) const ED: u8 = 0x80;

pub(crate) struct Authenticator {
    pub(crate) key: KeyPair,
    pub(crate) cose_key: Vec<u8>,
    pub(crate) id: Vec<u8>,
    pub(crate) aaguid: [u8; 16],
    pub(crate) flags: u8,
    pub(crate) sign_count: u32,
    pub(crate) rp_id: &'static str,
    /// Bytes after the rest of the authenticator data.
    pub(crate) extensions: Vec<u8>,
    /// The client data, without `type`, which the ceremony sets.
    pub(crate) client_data: Value,
    pub(crate) user_handle: Option<Vec<u8>>,
}

impl Authenticator {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let key = key_pair(algorithm);
        Self {
            cose_key: cose_key(algorithm, &key),
            key,
            id: b"a credential id".to_vec(),
            aaguid: [0; 16],
            flags: UP | UV | BE | BS,
            sign_count: 0,
            rp_id: RP_ID,
            extensions: Vec::new(),
            client_data: json!({
                "challenge": URL_SAFE_NO_PAD.encode(CHALLENGE),
                "origin": ORIGIN,
                "crossOrigin": false,
            }),
            user_handle: None,
        }
    }

    pub(crate) fn client_data(&self, kind: &str) -> Vec<u8> {
        let mut data = self.client_data.clone();
        data["type"] = json!(kind);
        data.to_string().into_bytes()
    }

    /// Authenticator data with the attested credential data, if `flags` say so.
    pub(crate) fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        let mut data = sha256(self.rp_id.as_bytes());
        data.push(flags);
        data.extend(self.sign_count.to_be_bytes());
        if flags & AT != 0 {
            data.extend(self.aaguid);
            data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
            data.extend(&self.id);
            data.extend(&self.cose_key);
        }
        data.extend(&self.extensions);
        data
    }

    /// `authenticatorData || clientDataHash` of a registration.
    pub(crate) fn to_be_attested(&self) -> Vec<u8> {
        [
            self.authenticator_data(self.flags | AT),
            sha256(&self.client_data("webauthn.create")),
        ]
        .concat()
    }

    /// A registration response with this attestation.
    pub(crate) fn create(&self, fmt: &str, statement: &[u8]) -> Value {
        let object = members(&[
            ("fmt", text(fmt)),
            ("attStmt", statement.to_vec()),
            ("authData", bytes(&self.authenticator_data(self.flags | AT))),
        ]);
        json!({
            "id": URL_SAFE_NO_PAD.encode(&self.id),
            "rawId": URL_SAFE_NO_PAD.encode(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": true}},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(self.client_data("webauthn.create")),
                "attestationObject": URL_SAFE_NO_PAD.encode(object),
                "transports": ["internal", "hybrid"],
            },
        })
    }

    /// A registration response without attestation.
    pub(crate) fn create_none(&self) -> Value {
        self.create("none", &members(&[]))
    }

    /// An authentication response.
    pub(crate) fn get(&self) -> Value {
        let (data, client_data) = (
            self.authenticator_data(self.flags),
            self.client_data("webauthn.get"),
        );
        let signed = [data.as_slice(), &sha256(&client_data)].concat();
        let signature = self.key.sign(&signed).unwrap();
        let mut response = json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data),
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "signature": URL_SAFE_NO_PAD.encode(signature),
        });
        if let Some(handle) = &self.user_handle {
            response["userHandle"] = json!(URL_SAFE_NO_PAD.encode(handle));
        }
        json!({
            "id": URL_SAFE_NO_PAD.encode(&self.id),
            "rawId": URL_SAFE_NO_PAD.encode(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "cross-platform",
            "response": response,
        })
    }

    pub(crate) fn stored(&self) -> StoredCredential {
        StoredCredential {
            id: self.id.clone(),
            public_key: self.cose_key.clone(),
            sign_count: 0,
            uv_initialized: true,
            transports: vec!["internal".to_owned()],
            backup_eligible: true,
            backup_state: true,
            user_handle: USER.to_vec(),
        }
    }
}

/// The relying party of the tests: what it expects, to be changed at will.
pub(crate) struct RelyingParty {
    pub(crate) challenge: Vec<u8>,
    pub(crate) origins: Vec<AllowedOrigin>,
    /// `None`: cross-origin frames are refused.
    pub(crate) top_origins: Option<Vec<AllowedOrigin>>,
    pub(crate) user_verification: UserVerification,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) mediation: Mediation,
    pub(crate) backup: BackupPolicy,
    pub(crate) attestation: AttestationPolicy,
    pub(crate) registered: Vec<Vec<u8>>,
}

impl RelyingParty {
    pub(crate) fn new() -> Self {
        Self {
            challenge: CHALLENGE.to_vec(),
            origins: vec![AllowedOrigin::parse(ORIGIN).unwrap()],
            top_origins: None,
            user_verification: UserVerification::Preferred,
            algorithms: vec![
                Algorithm::Es256,
                Algorithm::Es384,
                Algorithm::Es512,
                Algorithm::Rs256,
                Algorithm::EdDsa,
            ],
            mediation: Mediation::Prompted,
            backup: BackupPolicy::Any,
            attestation: AttestationPolicy::default(),
            registered: Vec::new(),
        }
    }

    fn expectations(&self) -> Expectations<'_> {
        Expectations {
            challenge: &self.challenge,
            rp_id: RP_ID,
            origins: &self.origins,
            cross_origin: match &self.top_origins {
                None => CrossOrigin::Refused,
                Some(top_origins) => CrossOrigin::Allowed { top_origins },
            },
            user_verification: self.user_verification,
        }
    }

    pub(crate) fn register(&self, response: &Value) -> Result<VerifiedRegistration, Error> {
        let policy = RegistrationPolicy {
            user_handle: USER,
            algorithms: &self.algorithms,
            mediation: self.mediation,
            backup: self.backup,
            attestation: &self.attestation,
        };
        let response = RegistrationResponse::from_value(response)?;
        registration::verify(&response, &self.expectations(), &policy, |id| {
            self.registered.iter().any(|known| known == id)
        })
    }

    pub(crate) fn authenticate(
        &self,
        response: &Value,
        user: ExpectedUser<'_>,
        stored: Option<&StoredCredential>,
    ) -> Result<VerifiedAuthentication, Error> {
        let response = AuthenticationResponse::from_value(response)?;
        authentication::verify(&response, &self.expectations(), user, stored)
    }
}

/// A step and words of its error.
pub(crate) fn assert_fails<T: std::fmt::Debug>(result: Result<T, Error>, step: u8, says: &str) {
    let error = result.expect_err(says);
    assert_eq!(error.step(), step, "{error}");
    assert!(
        error.to_string().contains(says),
        "{error} should say {says}"
    );
}

pub(crate) fn sha256(message: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message)
        .as_ref()
        .to_vec()
}

pub(crate) fn key_pair(algorithm: Algorithm) -> KeyPair {
    let rcgen_algorithm = match algorithm {
        Algorithm::Es256 => &rcgen::PKCS_ECDSA_P256_SHA256,
        Algorithm::Es384 => &rcgen::PKCS_ECDSA_P384_SHA384,
        Algorithm::Es512 => &rcgen::PKCS_ECDSA_P521_SHA512,
        Algorithm::Rs256 => &rcgen::PKCS_RSA_SHA256,
        Algorithm::EdDsa => &rcgen::PKCS_ED25519,
        Algorithm::Ed448 => panic!("no Ed448 keys here"),
    };
    KeyPair::generate_for(rcgen_algorithm).unwrap()
}

pub(crate) fn cose_key(algorithm: Algorithm, key: &KeyPair) -> Vec<u8> {
    let raw = key.public_key_raw();
    let alg = int(algorithm.id().into());
    let elliptic = |curve| {
        let (x, y) = raw[1..].split_at((raw.len() - 1) / 2);
        labels(&[
            (1, int(2)),
            (3, alg.clone()),
            (-1, int(curve)),
            (-2, bytes(x)),
            (-3, bytes(y)),
        ])
    };
    match algorithm {
        Algorithm::Es256 => elliptic(1),
        Algorithm::Es384 => elliptic(2),
        Algorithm::Es512 => elliptic(3),
        Algorithm::Rs256 => {
            let (modulus, exponent) = rsa_numbers(raw);
            labels(&[
                (1, int(3)),
                (3, alg),
                (-1, bytes(&modulus)),
                (-2, bytes(&exponent)),
            ])
        }
        Algorithm::EdDsa => labels(&[(1, int(1)), (3, alg), (-1, int(6)), (-2, bytes(raw))]),
        Algorithm::Ed448 => panic!("no Ed448 keys here"),
    }
}

/// Modulus and exponent of a PKCS #1 public key, without leading zeros.
pub(crate) fn rsa_numbers(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
    use x509_parser::prelude::FromDer as _;
    let (_, key) = x509_parser::public_key::RSAPublicKey::from_der(der).unwrap();
    let trim = |number: &[u8]| {
        number
            .iter()
            .copied()
            .skip_while(|byte| *byte == 0)
            .collect::<Vec<u8>>()
    };
    (trim(key.modulus), trim(key.exponent))
}
