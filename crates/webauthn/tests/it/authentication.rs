//! §7.2 step by step, with a software authenticator: what the vectors and derived cases leave out.

use poolhouse_webauthn::{
    Algorithm, Attachment, AuthenticationResponse, Check, Error, ExpectedUser, StoredCredential,
    UserVerification, VerifiedAuthentication,
};
use serde_json::{Value, json};

use crate::authenticator::{
    AT, Authenticator, BE, BS, RelyingParty, UP, USER, UV, assert_fails, key_pair,
};

const ALICE: ExpectedUser<'_> = ExpectedUser::Identified {
    user_handle: USER,
    allow_credentials: &[],
};

fn es256() -> Authenticator {
    Authenticator::new(Algorithm::Es256)
}

fn sign_in(
    authenticator: &Authenticator,
    stored: &StoredCredential,
) -> Result<VerifiedAuthentication, Error> {
    RelyingParty::new().authenticate(&authenticator.get(), ALICE, Some(stored))
}

#[test]
fn every_algorithm_signs_in_and_updates_the_record() {
    for algorithm in RelyingParty::new().algorithms {
        let mut authenticator = Authenticator::new(algorithm);
        let stored = authenticator.stored();
        authenticator.sign_count = 9;
        authenticator.flags = UP | UV | BE;
        let verified = sign_in(&authenticator, &stored).unwrap();
        let expected = StoredCredential {
            sign_count: 9,
            backup_state: false,
            ..stored
        };
        assert_eq!(*verified.credential(), expected);
        assert!(verified.user_verified());
        assert_eq!(verified.attachment(), Some(Attachment::CrossPlatform));
        assert_eq!(verified.into_credential(), expected);
    }
}

#[test]
fn uv_initialized_stays_for_the_caller_to_turn_on() {
    let authenticator = es256();
    let stored = StoredCredential {
        uv_initialized: false,
        ..authenticator.stored()
    };
    let verified = sign_in(&authenticator, &stored).unwrap();
    assert!(verified.user_verified());
    assert!(!verified.credential().uv_initialized);
}

#[test]
fn the_response_tells_what_to_look_up() {
    let mut authenticator = es256();
    authenticator.user_handle = Some(USER.to_vec());
    let response = AuthenticationResponse::from_json(&authenticator.get().to_string()).unwrap();
    assert_eq!(response.credential_id(), authenticator.id);
    assert_eq!(response.user_handle(), Some(USER));
    let error = AuthenticationResponse::from_json("{").expect_err("no JSON");
    assert_eq!((error.step(), error.check()), (3, Check::Response));
}

#[test]
fn step_5_takes_credentials_of_the_list_only() {
    let authenticator = es256();
    let (stored, response) = (authenticator.stored(), authenticator.get());
    let with = |allow_credentials: &[&[u8]]| {
        let user = ExpectedUser::Identified {
            user_handle: USER,
            allow_credentials,
        };
        RelyingParty::new().authenticate(&response, user, Some(&stored))
    };
    with(&[]).unwrap();
    with(&[b"another", &stored.id]).unwrap();
    assert_fails(with(&[b"another"]), 5, "a credential of allowCredentials");
    assert_fails(
        with(&[b"a credential"]),
        5,
        "a credential of allowCredentials",
    );
}

#[test]
fn step_6_takes_credentials_of_the_user_only() {
    let mut authenticator = es256();
    let stored = authenticator.stored();
    let relying_party = RelyingParty::new();
    let unknown = relying_party.authenticate(&authenticator.get(), ALICE, None);
    assert_fails(unknown, 6, "a credential that is registered");
    let other_id = StoredCredential {
        id: b"another".to_vec(),
        ..stored.clone()
    };
    assert_fails(
        sign_in(&authenticator, &other_id),
        6,
        "a credential that is registered",
    );
    let mallorys = StoredCredential {
        user_handle: b"mallory".to_vec(),
        ..stored.clone()
    };
    assert_fails(
        sign_in(&authenticator, &mallorys),
        6,
        "a credential of the identified user",
    );
    authenticator.user_handle = Some(b"mallory".to_vec());
    assert_fails(
        sign_in(&authenticator, &stored),
        6,
        "the userHandle of the credential's owner",
    );
    authenticator.user_handle = Some(USER.to_vec());
    sign_in(&authenticator, &stored).unwrap();
    // An empty handle is none: some clients write it for credentials that have none.
    authenticator.user_handle = Some(Vec::new());
    sign_in(&authenticator, &stored).unwrap();
}

#[test]
fn step_6_finds_out_who_it_is_by_the_user_handle() {
    let mut authenticator = es256();
    let stored = authenticator.stored();
    let mut sign_in = |handle: Option<&[u8]>| {
        authenticator.user_handle = handle.map(<[u8]>::to_vec);
        let response = authenticator.get();
        RelyingParty::new().authenticate(&response, ExpectedUser::Discoverable, Some(&stored))
    };
    sign_in(Some(USER)).unwrap();
    assert_fails(sign_in(None), 6, "a userHandle, got nothing");
    assert_fails(sign_in(Some(b"")), 6, "a userHandle, got nothing");
    assert_fails(
        sign_in(Some(b"mallory")),
        6,
        "the userHandle of the credential's owner",
    );
}

#[test]
fn step_7_refuses_attested_credential_data_in_an_assertion() {
    let mut authenticator = es256();
    authenticator.flags |= AT;
    let result = sign_in(&authenticator, &authenticator.stored());
    assert_fails(result, 7, "no attested credential data in an assertion");
}

#[test]
fn steps_8_and_9_read_the_client_data_to_the_letter() {
    use base64::Engine as _;
    let authenticator = es256();
    let stored = authenticator.stored();
    let with = |client_data: &[u8]| {
        let mut response = authenticator.get();
        let encoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(client_data);
        response["response"]["clientDataJSON"] = json!(encoded);
        RelyingParty::new().authenticate(&response, ALICE, Some(&stored))
    };
    let good = authenticator.client_data("webauthn.get");
    assert_fails(
        with(b"{\"type\":\"\xff\"}"),
        8,
        "UTF-8, got another byte at 9",
    );
    assert_fails(with(b"\xef\xbb\xbf\xef\xbb\xbf{}"), 9, "a JSON object");
    assert_fails(with(b""), 9, "a JSON object");
    assert_fails(
        with(b"[\"webauthn.get\",\"x\",\"y\"]"),
        9,
        "expected an object",
    );
    assert_fails(
        with(&[good.as_slice(), b"{}"].concat()),
        9,
        "trailing characters",
    );
    assert_fails(
        with(br#"{"type":"webauthn.get","type":"webauthn.get"}"#),
        9,
        "came twice",
    );
    assert_fails(
        with(br#"{"type":"webauthn.get","typ\u0065":"x"}"#),
        9,
        "came twice",
    );
    assert_fails(with(br#"{"type":"\ud800"}"#), 9, "a JSON object");
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    assert_fails(with(deep.as_bytes()), 9, "recursion limit");
    // Past the parser, only the signature is wrong; a byte order mark is no fault of its own.
    assert_fails(
        with(&[good.as_slice(), b"\n"].concat()),
        21,
        "a valid Es256 signature",
    );
    assert_fails(
        with(&[b"\xef\xbb\xbf", good.as_slice()].concat()),
        21,
        "a valid Es256 signature",
    );
}

#[test]
fn step_10_wants_the_type_of_this_ceremony() {
    let authenticator = es256();
    let stored = authenticator.stored();
    let mut response = authenticator.get();
    response["response"]["clientDataJSON"] =
        authenticator.create_none()["response"]["clientDataJSON"].clone();
    let result = RelyingParty::new().authenticate(&response, ALICE, Some(&stored));
    assert_fails(
        result,
        10,
        "expected webauthn.get, got \"\\\"webauthn.create\\\"\"",
    );
}

#[test]
fn steps_15_to_19_check_hash_and_flags() {
    let mut authenticator = es256();
    let stored = authenticator.stored();
    authenticator.rp_id = "https://auth.example.com";
    assert_fails(
        sign_in(&authenticator, &stored),
        15,
        "the hash of \"auth.example.com\"",
    );
    authenticator.rp_id = "auth.example.com";
    authenticator.flags = UV | BE;
    assert_fails(sign_in(&authenticator, &stored), 16, "the UP flag");
    authenticator.flags = UP | BE;
    assert!(!sign_in(&authenticator, &stored).unwrap().user_verified());
    let mut relying_party = RelyingParty::new();
    relying_party.user_verification = UserVerification::Required;
    let result = relying_party.authenticate(&authenticator.get(), ALICE, Some(&stored));
    assert_fails(result, 17, "the UV flag");
    authenticator.flags = UP | BS;
    assert_fails(
        sign_in(&authenticator, &stored),
        18,
        "BS clear where BE is clear",
    );
    authenticator.flags = UP;
    assert_fails(
        sign_in(&authenticator, &stored),
        19,
        "BE true, as at registration, got false",
    );
    authenticator.flags = UP | BE;
    let device_bound = StoredCredential {
        backup_eligible: false,
        backup_state: false,
        ..stored.clone()
    };
    assert_fails(
        sign_in(&authenticator, &device_bound),
        19,
        "BE false, as at registration",
    );
}

#[test]
fn step_21_refuses_every_single_changed_bit() {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let authenticator = Authenticator::new(algorithm);
        let (stored, response) = (authenticator.stored(), authenticator.get());
        for member in ["clientDataJSON", "authenticatorData", "signature"] {
            let text = response["response"][member].as_str().unwrap();
            let original = base64.decode(text).unwrap();
            for bit in 0..original.len() * 8 {
                let mut changed = original.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let mut response = response.clone();
                response["response"][member] = json!(base64.encode(changed));
                let result = RelyingParty::new().authenticate(&response, ALICE, Some(&stored));
                assert!(result.is_err(), "{algorithm:?} {member} bit {bit}");
            }
        }
    }
}

#[test]
fn step_21_refuses_another_key_and_a_broken_record() {
    let mut authenticator = es256();
    let stored = authenticator.stored();
    authenticator.key = key_pair(Algorithm::Es256);
    assert_fails(
        sign_in(&authenticator, &stored),
        21,
        "a valid Es256 signature",
    );
    let broken = StoredCredential {
        public_key: vec![0xa0],
        ..stored
    };
    let error = sign_in(&authenticator, &broken).expect_err("no key");
    assert_eq!((error.step(), error.check()), (21, Check::PublicKey));
}

#[test]
fn step_22_wants_a_counter_that_grows_or_none() {
    let mut authenticator = es256();
    for (before, now, accepted) in [
        (0, 0, true),
        (0, 1, true),
        (1, 2, true),
        (1, u32::MAX, true),
        (1, 1, false),
        (2, 1, false),
        (1, 0, false),
        (u32::MAX, 0, false),
    ] {
        let stored = StoredCredential {
            sign_count: before,
            ..authenticator.stored()
        };
        authenticator.sign_count = now;
        let result = sign_in(&authenticator, &stored);
        if accepted {
            assert_eq!(result.unwrap().credential().sign_count, now);
        } else {
            assert_fails(
                result,
                22,
                &format!("a signature counter above {before}, got {now}"),
            );
        }
    }
}

#[test]
fn step_3_refuses_other_shapes() {
    let change = |path: &str, value: Value| {
        let authenticator = es256();
        let mut response = authenticator.get();
        *response.pointer_mut(path).unwrap() = value;
        RelyingParty::new().authenticate(&response, ALICE, Some(&authenticator.stored()))
    };
    assert_fails(
        change("/response/signature", Value::Null),
        3,
        "a string as signature",
    );
    assert_fails(
        change("/response/signature", json!("MEU=")),
        3,
        "signature in base64url",
    );
    // The last bits of the last character must be zero: one text for one value.
    assert_fails(
        change("/response/signature", json!("MEV")),
        3,
        "signature in base64url",
    );
    assert_fails(
        change("/response/authenticatorData", json!(1)),
        3,
        "authenticatorData",
    );
    assert_fails(change("/response", json!([])), 3, "a response object");
    assert_fails(change("/type", json!("Public-Key")), 3, "type public-key");
    let mut authenticator = es256();
    authenticator.user_handle = Some(USER.to_vec());
    let mut response = authenticator.get();
    response["response"]["userHandle"] = json!(5);
    let stored = authenticator.stored();
    let result = RelyingParty::new().authenticate(&response, ALICE, Some(&stored));
    assert_fails(result, 3, "a string as userHandle");
}
