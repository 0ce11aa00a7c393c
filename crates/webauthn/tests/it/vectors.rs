//! The W3C test vectors (WebAuthn Level 3, `#sctn-test-vectors`) and the cases derived from them.

use poolhouse_webauthn::{
    Aaguid, Algorithm, AllowedOrigin, AttestationPolicy, AttestationType, AuthenticationResponse,
    BackupPolicy, CrossOrigin, Error, Expectations, ExpectedUser, Format, Mediation,
    RegistrationPolicy, RegistrationResponse, StoredCredential, Trust, TrustAnchors,
    UserVerification, VerifiedAuthentication, VerifiedRegistration, authentication, registration,
};
use serde_json::{Value, json};

use crate::authenticator::assert_fails;
use crate::cases::Case;
use crate::certificates::NOW;

const VECTORS: &str = include_str!("../vectors/webauthn-l3.json");
const CASES: &str = include_str!("../vectors/webauthn-l3-cases.json");

const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::Es256,
    Algorithm::EdDsa,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::Ed448,
    Algorithm::Rs256,
];

/// Every case gets its verdict, and a rejected one fails in the step that the case names.
#[test]
fn every_case_comes_out_as_expected() {
    let file: Value = serde_json::from_str(CASES).unwrap();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for case in Case::all(&file).unwrap() {
        count += 1;
        let (id, step) = (case.id().unwrap(), case.step().unwrap());
        match (case.is_accepted().unwrap(), case.run().unwrap()) {
            (true, Ok(())) => {}
            (false, Err(error)) if u64::from(error.step()) == step => {}
            (_, verdict) => wrong.push(format!("{id} (step {step}): {verdict:?}")),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(count, 779);
}

fn unhex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect()
}

/// One of the fifteen pairs.
struct Vector {
    value: Value,
    policy: AttestationPolicy,
    cross_origin: bool,
    user_verification: UserVerification,
}

impl Vector {
    fn all() -> Vec<Self> {
        let file: Value = serde_json::from_str(VECTORS).unwrap();
        let root = unhex(&file["attestation_root"]["attestation_ca_cert"]);
        let mut policy = AttestationPolicy::specification();
        policy.trust = Trust::Anchored(TrustAnchors {
            certificates: vec![root],
            now: NOW,
            unattested: true,
        });
        let vectors = file["vectors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| Self {
                value: value.clone(),
                policy: policy.clone(),
                cross_origin: true,
                user_verification: UserVerification::Preferred,
            });
        vectors.collect()
    }

    fn named(id: &str) -> Self {
        Self::all()
            .into_iter()
            .find(|vector| vector.value["id"] == id)
            .unwrap()
    }

    fn expect(&self, ceremony: &str, member: &str) -> Value {
        let ceremonies = json!({"registration": "reg", "authentication": "auth"});
        let short = ceremonies[ceremony].as_str().unwrap();
        self.value["expect"][format!("{short}_{member}")].clone()
    }

    fn response(&self, ceremony: &str) -> Value {
        let parts = self.value["b64url"][ceremony].clone();
        let id = self.value["b64url"]["registration"]["credential_id"].clone();
        json!({"id": id, "rawId": id, "type": "public-key", "response": parts})
    }

    fn with_expectations<T>(&self, ceremony: &str, run: impl FnOnce(&Expectations<'_>) -> T) -> T {
        let top_origins = [AllowedOrigin::parse("https://example.com").unwrap()];
        run(&Expectations {
            challenge: &unhex(&self.value[ceremony]["challenge"]),
            rp_id: "example.org",
            origins: &[AllowedOrigin::parse("https://example.org").unwrap()],
            cross_origin: if self.cross_origin {
                CrossOrigin::Allowed {
                    top_origins: &top_origins,
                }
            } else {
                CrossOrigin::Refused
            },
            user_verification: self.user_verification,
        })
    }

    fn register_response(&self, response: &Value) -> Result<VerifiedRegistration, Error> {
        let policy = RegistrationPolicy {
            user_handle: b"alice",
            algorithms: &ALGORITHMS,
            mediation: Mediation::Prompted,
            backup: BackupPolicy::Any,
            attestation: &self.policy,
        };
        let response = RegistrationResponse::from_value(response)?;
        self.with_expectations("registration", |expect| {
            registration::verify(&response, expect, &policy, |_| false)
        })
    }

    fn register(&self) -> Result<VerifiedRegistration, Error> {
        self.register_response(&self.response("registration"))
    }

    fn authenticate(&self, stored: &StoredCredential) -> Result<VerifiedAuthentication, Error> {
        let response = AuthenticationResponse::from_value(&self.response("authentication"))?;
        let user = ExpectedUser::Identified {
            user_handle: b"alice",
            allow_credentials: &[&stored.id],
        };
        self.with_expectations("authentication", |expect| {
            authentication::verify(&response, expect, user, Some(stored))
        })
    }
}

#[test]
fn fifteen_registrations_and_fifteen_authentications_pass() {
    let vectors = Vector::all();
    assert_eq!(vectors.len(), 15);
    for vector in vectors {
        let (id, expect) = (&vector.value["id"], &vector.value["expect"]);
        let verified = vector
            .register()
            .unwrap_or_else(|error| panic!("{id}: {error}"));
        let credential = verified.credential();
        let flags = vector.expect("registration", "flags");
        let flag = |name: &str| flags.as_str().unwrap().split(' ').any(|flag| flag == name);
        assert_eq!(
            credential.id,
            unhex(&vector.value["registration"]["credential_id"]),
            "{id}"
        );
        assert_eq!(
            credential.public_key,
            unhex(&expect["cose_key_hex"]),
            "{id}"
        );
        assert_eq!(credential.uv_initialized, flag("UV"), "{id}");
        assert_eq!(credential.backup_eligible, flag("BE"), "{id}");
        assert_eq!(credential.backup_state, flag("BS"), "{id}");
        assert_eq!(credential.sign_count, 0, "{id}");
        assert_eq!(
            verified.aaguid().0.as_slice(),
            unhex(&expect["aaguid_in_authdata"]),
            "{id}"
        );
        let attestation = verified.attestation();
        assert_eq!(attestation.format.as_str(), expect["fmt"], "{id}");
        let has_certificates = !matches!(
            attestation.kind,
            AttestationType::None | AttestationType::SelfAttestation
        );
        assert_eq!(attestation.trusted, has_certificates, "{id}");

        let verified = vector
            .authenticate(credential)
            .unwrap_or_else(|error| panic!("{id}: {error}"));
        let flags = vector.expect("authentication", "flags");
        let flag = |name: &str| flags.as_str().unwrap().split(' ').any(|flag| flag == name);
        assert_eq!(verified.user_verified(), flag("UV"), "{id}");
        assert_eq!(verified.credential().backup_state, flag("BS"), "{id}");
    }
}

#[test]
fn the_vectors_say_what_a_stricter_relying_party_accepts() {
    for mut vector in Vector::all() {
        let accepted = |vector: &Vector| {
            let stored = Vector::named(vector.value["id"].as_str().unwrap())
                .register()
                .unwrap();
            (
                vector.register().is_ok(),
                vector.authenticate(stored.credential()).is_ok(),
            )
        };
        let expected = |member: &str| {
            let expected = &vector.value["expect"][member];
            (
                expected["registration"].as_bool().unwrap(),
                expected["authentication"].as_bool().unwrap(),
            )
        };
        let (uv, cross_origin) = (
            expected("accepted_if_uv_required"),
            expected("accepted_if_cross_origin_forbidden"),
        );
        vector.cross_origin = false;
        assert_eq!(accepted(&vector), cross_origin, "{}", vector.value["id"]);
        vector.cross_origin = true;
        vector.user_verification = UserVerification::Required;
        assert_eq!(accepted(&vector), uv, "{}", vector.value["id"]);
    }
}

#[test]
fn the_strict_policy_refuses_what_the_specification_lets_pass() {
    for (id, says) in [
        (
            "fido-u2f-es256",
            "a zero AAGUID, got afb3c2ef-c054-df42-5013-d5c88e79c3c1",
        ),
        ("tpm-es256", "a TPM manufacturer of TCG's registry"),
        ("android-key-es256", "origin and purpose in the TEE's list"),
    ] {
        let mut vector = Vector::named(id);
        vector.policy = AttestationPolicy::default();
        assert_fails(vector.register(), 22, says);
    }
    let mut formats = Vec::new();
    for mut vector in Vector::all() {
        vector.policy = AttestationPolicy::default();
        formats.extend(
            vector
                .register()
                .map(|verified| verified.attestation().format),
        );
    }
    formats.dedup();
    assert_eq!(
        formats,
        [
            Format::None,
            Format::Packed,
            Format::None,
            Format::Packed,
            Format::Apple
        ]
    );
}

/// With a trust anchor, certificates and all, no bit of these attestation objects can change.
#[test]
fn every_changed_bit_of_an_attested_registration_is_refused() {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    for id in [
        "packed-self-es256",
        "packed-es256",
        "packed-eddsa",
        "tpm-es256",
        "apple-es256",
    ] {
        let vector = Vector::named(id);
        let mut response = vector.response("registration");
        let text = response["response"]["attestationObject"].as_str().unwrap();
        let original = base64.decode(text).unwrap();
        let accepted: Vec<(usize, usize)> = (0..original.len() * 8)
            .map(|bit| (bit / 8, bit % 8))
            .filter(|(byte, bit)| {
                let mut changed = original.clone();
                changed[*byte] ^= 1 << bit;
                response["response"]["attestationObject"] = json!(base64.encode(changed));
                vector.register_response(&response).is_ok()
            })
            .collect();
        assert_eq!(accepted, [], "{id}: (byte, bit)");
    }
}

#[test]
fn another_root_is_not_trusted() {
    let mut vector = Vector::named("packed-es256");
    let other = crate::certificates::Authority::root("Root");
    vector.policy.trust = Trust::Anchored(TrustAnchors {
        certificates: vec![other.der],
        now: NOW,
        unattested: true,
    });
    assert_fails(vector.register(), 24, "a trust anchor");
}

#[test]
fn names_come_from_the_aaguid() {
    let verified = Vector::named("none-es256").register().unwrap();
    assert_eq!(verified.aaguid().friendly_name(), None);
    assert_ne!(verified.aaguid(), Aaguid::default());
}
