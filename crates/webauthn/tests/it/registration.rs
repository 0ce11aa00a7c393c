//! §7.1 step by step, with a software authenticator: what the vectors and derived cases leave out.

use poolhouse_webauthn::{
    Algorithm, AllowedOrigin, Attachment, AttestationType, BackupPolicy, Check, Format, Mediation,
    UserVerification,
};
use serde_json::{Value, json};

use crate::authenticator::{
    AT, Authenticator, BE, BS, ED, ORIGIN, RelyingParty, UP, USER, UV, assert_fails,
};
use crate::encode::{bytes, int, members, text};

fn es256() -> Authenticator {
    Authenticator::new(Algorithm::Es256)
}

/// What a relying party with the usual policy says to a response.
fn fails(response: &Value, step: u8, says: &str) {
    assert_fails(RelyingParty::new().register(response), step, says);
}

#[test]
fn every_algorithm_registers_and_fills_the_record() {
    for algorithm in RelyingParty::new().algorithms {
        let mut authenticator = Authenticator::new(algorithm);
        authenticator.sign_count = 5;
        let verified = RelyingParty::new()
            .register(&authenticator.create_none())
            .unwrap();
        let credential = verified.credential();
        assert_eq!(credential.id, authenticator.id);
        assert_eq!(credential.public_key, authenticator.cose_key);
        assert_eq!(credential.sign_count, 5);
        assert!(credential.uv_initialized && credential.backup_eligible && credential.backup_state);
        assert_eq!(credential.transports, ["internal", "hybrid"]);
        assert_eq!(credential.user_handle, USER);
        assert_eq!(verified.attachment(), Some(Attachment::Platform));
        assert_eq!(verified.attestation().format, Format::None);
        assert_eq!(verified.attestation().kind, AttestationType::None);
        assert!(!verified.attestation().trusted);
        assert!(verified.aaguid().is_zero());
        assert_eq!(verified.clone().into_credential(), *verified.credential());
    }
}

#[test]
fn step_3_members_that_no_check_needs_may_be_missing() {
    // What amplify-swift sends.
    let mut response = es256().create_none();
    response
        .as_object_mut()
        .unwrap()
        .remove("clientExtensionResults");
    response["response"]
        .as_object_mut()
        .unwrap()
        .remove("transports");
    let verified = RelyingParty::new().register(&response).unwrap();
    assert!(verified.credential().transports.is_empty());
    // What amplify-js adds, and what a client may write of itself.
    response["response"]["publicKeyAlgorithm"] = json!(-257);
    response["response"]["publicKey"] = json!("%%%");
    response["response"]["transports"] = Value::Null;
    for (attachment, expected) in [
        (json!("cross-platform"), Some(Attachment::CrossPlatform)),
        (json!("something else"), None),
        (Value::Null, None),
    ] {
        response["authenticatorAttachment"] = attachment;
        assert_eq!(
            RelyingParty::new()
                .register(&response)
                .unwrap()
                .attachment(),
            expected
        );
    }
}

#[test]
fn step_3_refuses_other_shapes() {
    let change = |path: &str, value: Value| {
        let mut response = es256().create_none();
        *response.pointer_mut(path).unwrap() = value;
        response
    };
    fails(&json!([]), 3, "a credential object, got \"[]\"");
    fails(&json!("text"), 3, "a credential object");
    fails(&change("/type", json!("password")), 3, "type public-key");
    fails(&change("/type", json!(1)), 3, "a string as type");
    fails(&change("/id", json!("b3RoZXI")), 3, "id to be rawId");
    fails(&change("/id", json!(7)), 3, "a string as id");
    fails(
        &change("/rawId", json!("YSBjcmVkZW50aWFsIGlk=")),
        3,
        "rawId in base64url",
    );
    fails(&change("/rawId", json!("YSBj+/")), 3, "rawId in base64url");
    fails(
        &change("/clientExtensionResults", json!([])),
        3,
        "clientExtensionResults",
    );
    fails(
        &change("/authenticatorAttachment", json!({})),
        3,
        "authenticatorAttachment",
    );
    fails(&change("/response", json!("e30")), 3, "a response object");
    fails(&change("/response", Value::Null), 3, "a response object");
    fails(
        &change("/response/clientDataJSON", json!({})),
        3,
        "a string as clientDataJSON",
    );
    fails(
        &change("/response/attestationObject", json!("o2M=")),
        3,
        "attestationObject in base64url",
    );
    fails(
        &change("/response/transports", json!("usb")),
        3,
        "transports",
    );
    fails(&change("/response/transports", json!([1])), 3, "transports");
    fails(
        &change("/response/transports", json!(vec!["usb"; 17])),
        3,
        "transports",
    );
    fails(
        &change("/response/transports", json!(["x".repeat(33)])),
        3,
        "transports",
    );
    let mut other_id = es256().create_none();
    other_id["id"] = json!("b3RoZXI");
    other_id["rawId"] = json!("b3RoZXI");
    fails(&other_id, 3, "rawId to be the attested 15 bytes");
}

#[test]
fn steps_7_to_11_check_the_client_data() {
    let with = |member: &str, value: Value| {
        let mut authenticator = es256();
        authenticator.client_data[member] = value;
        authenticator.create_none()
    };
    fails(&with("challenge", json!("BwcH")), 8, "got \"\\\"BwcH\\\"\"");
    fails(&with("challenge", json!(["x"])), 8, "expected Bwc");
    fails(
        &with("origin", json!("https://evil.example")),
        9,
        "one of [https://auth.example.com]",
    );
    fails(&with("origin", json!([ORIGIN])), 9, "one of [");
    fails(
        &with("crossOrigin", json!(true)),
        10,
        "a page that no other origin embeds",
    );
    fails(
        &with("crossOrigin", json!("false")),
        10,
        "true, false or no crossOrigin",
    );
    fails(
        &with("crossOrigin", Value::Null),
        10,
        "true, false or no crossOrigin",
    );
    fails(&with("topOrigin", json!(ORIGIN)), 11, "no topOrigin");
    fails(&with("tokenBinding", json!("present")), 6, "tokenBinding");
    fails(
        &with("tokenBinding", json!({"status": "present?"})),
        6,
        "tokenBinding",
    );
    for status in ["present", "supported"] {
        let response = with("tokenBinding", json!({"status": status, "id": "x"}));
        RelyingParty::new().register(&response).unwrap();
    }
}

#[test]
fn steps_10_and_11_allow_frames_where_they_are_expected() {
    let mut relying_party = RelyingParty::new();
    relying_party.top_origins = Some(vec![AllowedOrigin::parse("https://shop.example").unwrap()]);
    let mut authenticator = es256();
    authenticator.client_data["crossOrigin"] = json!(true);
    relying_party
        .register(&authenticator.create_none())
        .unwrap();
    authenticator.client_data["topOrigin"] = json!("https://shop.example");
    relying_party
        .register(&authenticator.create_none())
        .unwrap();
    for other in [json!("https://evil.example"), json!(7), Value::Null] {
        authenticator.client_data["topOrigin"] = other;
        let result = relying_party.register(&authenticator.create_none());
        assert_fails(result, 11, "one of [https://shop.example]");
    }
    authenticator.client_data["crossOrigin"] = json!(false);
    authenticator.client_data["topOrigin"] = json!("https://shop.example");
    let result = relying_party.register(&authenticator.create_none());
    assert_fails(result, 11, "crossOrigin true beside topOrigin");
}

#[test]
fn step_8_needs_a_challenge_of_sixteen_bytes() {
    let mut relying_party = RelyingParty::new();
    relying_party.challenge.truncate(15);
    let mut authenticator = es256();
    authenticator.client_data["challenge"] = json!("BwcHBwcHBwcHBwcHBwcH");
    assert_fails(
        relying_party.register(&authenticator.create_none()),
        8,
        "16 bytes or more",
    );
}

#[test]
fn step_13_reads_the_attestation_object_to_the_letter() {
    use base64::Engine as _;
    let authenticator = es256();
    let fmt = ("fmt", text("none"));
    let statement = ("attStmt", members(&[]));
    let data = (
        "authData",
        bytes(&authenticator.authenticator_data(UP | AT)),
    );
    let object = |entries: &[&(&str, Vec<u8>)]| {
        let entries: Vec<_> = entries.iter().map(|entry| (*entry).clone()).collect();
        let encoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(members(&entries));
        let mut response = authenticator.create_none();
        response["response"]["attestationObject"] = json!(encoded);
        response
    };
    RelyingParty::new()
        .register(&object(&[&fmt, &statement, &data]))
        .unwrap();
    fails(&object(&[&fmt, &data, &statement]), 13, "canonical");
    fails(&object(&[&fmt, &fmt, &statement, &data]), 13, "unique");
    let other = ("epAtt", vec![0xf4]);
    let unknown = object(&[&fmt, &other, &statement, &data]);
    fails(&unknown, 13, "only the members fmt, attStmt, authData");
    fails(
        &object(&[&statement, &data]),
        13,
        "expected fmt, got nothing",
    );
    fails(&object(&[&fmt, &data]), 13, "expected attStmt, got nothing");
    fails(
        &object(&[&fmt, &statement]),
        13,
        "expected authData, got nothing",
    );
    let bytes_fmt = ("fmt", bytes(b"none"));
    fails(
        &object(&[&bytes_fmt, &statement, &data]),
        13,
        "fmt to be text",
    );
    let number = ("attStmt", int(0));
    fails(&object(&[&fmt, &number, &data]), 13, "attStmt to be a map");
}

#[test]
fn step_13_reads_the_authenticator_data_to_the_letter() {
    let with = |flags: u8, extensions: &[u8]| {
        let mut authenticator = es256();
        authenticator.flags |= flags;
        authenticator.extensions = extensions.to_vec();
        authenticator.create_none()
    };
    let extensions = members(&[("credProtect", int(2))]);
    RelyingParty::new()
        .register(&with(ED, &extensions))
        .unwrap();
    fails(&with(ED, &[]), 13, "a CBOR head");
    fails(&with(ED, &int(1)), 13, "the extension outputs to be a map");
    fails(
        &with(ED, &[extensions.as_slice(), &[0]].concat()),
        13,
        "the end of the authenticator",
    );
    fails(&with(0, &extensions), 13, "the end of the authenticator");
    let mut authenticator = es256();
    authenticator.cose_key = int(1);
    fails(
        &authenticator.create_none(),
        13,
        "credentialPublicKey to be a map",
    );
    authenticator.cose_key = members(&[("a", int(1)), ("a", int(1))]);
    fails(&authenticator.create_none(), 13, "unique");
}

#[test]
fn steps_14_to_19_check_hash_and_flags() {
    let mut authenticator = es256();
    authenticator.rp_id = "example.com";
    fails(
        &authenticator.create_none(),
        14,
        "the hash of \"auth.example.com\"",
    );

    authenticator = es256();
    authenticator.flags = BE;
    fails(&authenticator.create_none(), 15, "the UP flag");
    let mut relying_party = RelyingParty::new();
    relying_party.mediation = Mediation::Conditional;
    relying_party
        .register(&authenticator.create_none())
        .unwrap();

    authenticator.flags = UP | BE;
    relying_party.user_verification = UserVerification::Required;
    assert_fails(
        relying_party.register(&authenticator.create_none()),
        16,
        "the UV flag",
    );
    relying_party.user_verification = UserVerification::Discouraged;
    let verified = relying_party
        .register(&authenticator.create_none())
        .unwrap();
    assert!(!verified.credential().uv_initialized);

    authenticator.flags = UP | UV | BS;
    fails(
        &authenticator.create_none(),
        17,
        "BS clear where BE is clear",
    );

    relying_party.backup = BackupPolicy::DeviceBoundOnly;
    authenticator.flags = UP | UV | BE;
    assert_fails(
        relying_party.register(&authenticator.create_none()),
        18,
        "device-bound",
    );
    authenticator.flags = UP | UV;
    let verified = relying_party
        .register(&authenticator.create_none())
        .unwrap();
    assert!(!verified.credential().backup_eligible);
}

#[test]
fn step_20_takes_the_algorithms_that_were_asked_for() {
    let mut relying_party = RelyingParty::new();
    relying_party.algorithms = vec![Algorithm::Es256];
    let response = Authenticator::new(Algorithm::EdDsa).create_none();
    assert_fails(
        relying_party.register(&response),
        20,
        "one of the algorithms [Es256], got EdDsa",
    );
    let mut authenticator = es256();
    // -9, the fully specified twin of -7.
    authenticator.cose_key[4] = 0x28;
    relying_party
        .register(&authenticator.create_none())
        .unwrap();
}

#[test]
fn step_21_knows_the_formats_and_the_policy() {
    let authenticator = es256();
    for unknown in ["android-safetynet", "compound", "None", ""] {
        let response = authenticator.create(unknown, &members(&[]));
        fails(
            &response,
            21,
            "none, packed, tpm, android-key, apple, fido-u2f",
        );
    }
    let mut relying_party = RelyingParty::new();
    relying_party.attestation.formats = vec![Format::Packed];
    let result = relying_party.register(&authenticator.create_none());
    assert_fails(result, 21, "one of the formats [Packed], got none");
}

#[test]
fn step_25_bounds_the_credential_id() {
    let with = |length| {
        let mut authenticator = es256();
        authenticator.id = vec![1; length];
        authenticator.create_none()
    };
    RelyingParty::new().register(&with(1)).unwrap();
    RelyingParty::new().register(&with(1023)).unwrap();
    fails(&with(0), 25, "1 to 1023 bytes, got 0");
    fails(&with(1024), 25, "1 to 1023 bytes, got 1024");
}

#[test]
fn step_26_refuses_a_credential_that_is_known() {
    let authenticator = es256();
    let mut relying_party = RelyingParty::new();
    relying_party.registered = vec![b"another".to_vec()];
    relying_party
        .register(&authenticator.create_none())
        .unwrap();
    relying_party.registered.push(authenticator.id.clone());
    let error = relying_party
        .register(&authenticator.create_none())
        .expect_err("known");
    assert_eq!(error.check(), Check::CredentialIdUnique);
    assert_eq!(
        error.to_string(),
        "WebAuthn §7.1 step 26, credential ID: expected a credential ID that is new, \
         got 15 bytes 612063726564656e7469616c206964"
    );
}
