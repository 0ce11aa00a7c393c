//! What holds for every input of every parser. The fuzz targets and the property tests of
//! `tests/it/properties.rs` call the same functions.

use poolhouse_webauthn::attestation::AttestationObject;
use poolhouse_webauthn::authenticator_data::AuthenticatorData;
use poolhouse_webauthn::cbor::{self, Value};
use poolhouse_webauthn::client_data::ClientData;
use poolhouse_webauthn::cose::PublicKey;
use poolhouse_webauthn::{
    Algorithm, AllowedOrigin, AttestationPolicy, AuthenticationResponse, BackupPolicy, CrossOrigin,
    Expectations, Mediation, RegistrationPolicy, RegistrationResponse, UserVerification,
    registration,
};

/// What is accepted is canonical: encoding it again gives the same bytes, and nothing may follow.
pub(crate) fn cbor(data: &[u8]) {
    if let Ok(value) = cbor::parse(data) {
        assert_eq!(encode(&value), data);
        assert_self_delimiting(data, |data| cbor::parse(data).is_ok());
    }
    if let Ok((value, rest)) = cbor::parse_prefix(data) {
        assert_eq!([encode(&value).as_slice(), rest].concat(), data);
    }
}

/// Authenticator data says how long it is, and its parts are where it says.
pub(crate) fn authenticator_data(data: &[u8]) {
    let Ok(parsed) = AuthenticatorData::parse(data) else {
        return;
    };
    assert_self_delimiting(data, |data| AuthenticatorData::parse(data).is_ok());
    let mut again = parsed.rp_id_hash.to_vec();
    again.push(data[32]);
    again.extend(parsed.sign_count.to_be_bytes());
    if let Some(attested) = &parsed.attested {
        again.extend(attested.aaguid.0);
        again.extend(
            u16::try_from(attested.credential_id.len())
                .unwrap()
                .to_be_bytes(),
        );
        again.extend(attested.credential_id);
        assert_eq!(
            encode(&Value::Map(attested.public_key_map.clone())),
            attested.public_key
        );
        again.extend(attested.public_key);
    }
    if let Some(extensions) = parsed.extensions {
        again.extend(encode(&Value::Map(extensions)));
    }
    assert_eq!(again, data);
}

/// Client data is one JSON object, and the members are those of a usual parser.
pub(crate) fn client_data(data: &[u8]) {
    let Ok(parsed) = ClientData::parse(data) else {
        return;
    };
    let text = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    let usual: serde_json::Value = serde_json::from_slice(text).unwrap();
    let usual = usual.as_object().expect("an object");
    assert_eq!(parsed.kind.as_ref(), usual.get("type"));
    assert_eq!(parsed.challenge.as_ref(), usual.get("challenge"));
    assert_eq!(parsed.origin.as_ref(), usual.get("origin"));
    assert_eq!(parsed.cross_origin.as_ref(), usual.get("crossOrigin"));
    assert_eq!(parsed.top_origin.as_ref(), usual.get("topOrigin"));
    assert!(ClientData::parse(&[data, b"x"].concat()).is_err());
}

/// A key that is accepted is canonical, of a known algorithm, and verifies no made-up signature.
pub(crate) fn cose(data: &[u8]) {
    let Ok(key) = PublicKey::parse(data) else {
        return;
    };
    assert_self_delimiting(data, |data| PublicKey::parse(data).is_ok());
    assert_eq!(
        Algorithm::from_id(key.algorithm().id().into()),
        Some(key.algorithm())
    );
    assert!(key.verify(b"message", b"").is_err());
    assert!(key.verify(b"message", &[0; 64]).is_err());
    let _ = key.check_point();
}

/// An attestation object is canonical CBOR with nothing after it.
pub(crate) fn attestation_object(data: &[u8]) {
    if AttestationObject::parse(data).is_ok() {
        cbor(data);
        assert!(cbor::parse(data).is_ok());
    }
    // Past the parsers, into the statements and certificates: no input may panic.
    let Ok(object) = AttestationObject::parse(data) else {
        return;
    };
    let Ok(parsed) = AuthenticatorData::parse(object.authenticator_data) else {
        return;
    };
    let Some(attested) = parsed.attested else {
        return;
    };
    register(data, attested.credential_id);
}

/// An allowed origin is written as it was read, and matches itself unless it is a pattern.
pub(crate) fn origin(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(origin) = AllowedOrigin::parse(text) {
        assert_eq!(origin.to_string(), text);
        assert_eq!(origin.matches(text), !text.contains('*'), "{text}");
    }
    for pattern in [
        "https://*.example.com",
        "http://localhost:*",
        "https://example.com",
    ] {
        let pattern = AllowedOrigin::parse(pattern).unwrap();
        if pattern.matches(text) {
            // What a pattern lets in could stand in the list itself.
            assert!(AllowedOrigin::parse(text).is_ok(), "{text}");
        }
    }
}

/// No JSON may panic, and what is read has an ID that reads back.
pub(crate) fn response(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = RegistrationResponse::from_json(text);
    let _ = AuthenticationResponse::from_json(text);
}

fn register(attestation_object: &[u8], id: &[u8]) {
    use base64::Engine as _;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let challenge = [7; 16];
    let client_data = serde_json::json!({
        "type": "webauthn.create", "challenge": encode(&challenge), "origin": "https://example.org",
    });
    let response = RegistrationResponse::from_value(&serde_json::json!({
        "id": encode(id), "rawId": encode(id), "type": "public-key",
        "response": {
            "clientDataJSON": encode(client_data.to_string().as_bytes()),
            "attestationObject": encode(attestation_object),
        },
    }))
    .unwrap();
    let expect = Expectations {
        challenge: &challenge,
        rp_id: "example.org",
        origins: &[AllowedOrigin::parse("https://example.org").unwrap()],
        cross_origin: CrossOrigin::Refused,
        user_verification: UserVerification::Discouraged,
    };
    let policy = RegistrationPolicy {
        user_handle: b"somebody",
        algorithms: &[
            Algorithm::Es256,
            Algorithm::EdDsa,
            Algorithm::Rs256,
            Algorithm::Es384,
        ],
        mediation: Mediation::Conditional,
        backup: BackupPolicy::Any,
        attestation: &AttestationPolicy::specification(),
    };
    let _ = registration::verify(&response, &expect, &policy, |_| false);
}

/// Neither one byte more nor one byte less of an accepted input is accepted.
fn assert_self_delimiting(data: &[u8], accepts: impl Fn(&[u8]) -> bool) {
    assert!(!accepts(&[data, &[0]].concat()), "a byte after the end");
    assert!(!accepts(&data[..data.len() - 1]), "the last byte missing");
}

/// The canonical encoding of a value.
pub(crate) fn encode(value: &Value<'_>) -> Vec<u8> {
    match value {
        Value::Integer(number) if *number >= 0 => head(0, (*number).try_into().unwrap()),
        Value::Integer(number) => head(1, (-1 - number).try_into().unwrap()),
        Value::Bytes(bytes) => [head(2, length(bytes.len())).as_slice(), bytes].concat(),
        Value::Text(text) => [head(3, length(text.len())).as_slice(), text.as_bytes()].concat(),
        Value::Array(items) => head(4, length(items.len()))
            .into_iter()
            .chain(items.iter().flat_map(encode))
            .collect(),
        Value::Map(map) => {
            let entries = map
                .entries()
                .iter()
                .flat_map(|(k, v)| [encode(k), encode(v)].concat());
            head(5, length(map.entries().len()))
                .into_iter()
                .chain(entries)
                .collect()
        }
        Value::Bool(false) => vec![0xf4],
        Value::Bool(true) => vec![0xf5],
        Value::Null => vec![0xf6],
    }
}

/// The head of a CBOR item in its shortest form.
pub(crate) fn head(major: u8, argument: u64) -> Vec<u8> {
    let bytes = argument.to_be_bytes();
    let (info, skip) = match argument {
        0..=0x17 => return vec![major << 5 | bytes[7]],
        0x18..=0xff => (24, 7),
        0x100..=0xffff => (25, 6),
        0x1_0000..=0xffff_ffff => (26, 4),
        0x1_0000_0000.. => (27, 0),
    };
    [&[(major << 5) + info], &bytes[skip..]].concat()
}

fn length(length: usize) -> u64 {
    length.try_into().unwrap()
}
