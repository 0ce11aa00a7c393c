//! The options, byte for byte in Cognito's form.

use poolhouse_webauthn::{
    Algorithm, CreationOptions, RequestOptions, StoredCredential, UserVerification,
};

use crate::authenticator::Authenticator;

#[test]
fn creation_options_are_written_as_cognito_writes_them() {
    let options = CreationOptions {
        rp_id: "auth.example.com",
        rp_name: "auth.example.com",
        user_handle: b"ead0219-2117-439f-8d46",
        user_name: "testuser",
        user_display_name: "testuser",
        challenge: &[0xc3; 16],
        algorithms: &[Algorithm::Es256, Algorithm::Rs256],
        timeout_ms: 60_000,
        exclude_credentials: &[&[0xf0, 0xb0]],
        user_verification: UserVerification::Preferred,
    };
    assert_eq!(
        serde_json::to_string(&options).unwrap(),
        concat!(
            r#"{"rp":{"id":"auth.example.com","name":"auth.example.com"},"#,
            r#""user":{"id":"ZWFkMDIxOS0yMTE3LTQzOWYtOGQ0Ng","name":"testuser","#,
            r#""displayName":"testuser"},"challenge":"w8PDw8PDw8PDw8PDw8PDww","#,
            r#""pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-257}],"#,
            r#""timeout":60000,"excludeCredentials":[{"type":"public-key","id":"8LA"}],"#,
            r#""authenticatorSelection":{"requireResidentKey":true,"residentKey":"required","#,
            r#""userVerification":"preferred"}}"#,
        )
    );
    // amplify-swift wants the list even if it is empty.
    let first = CreationOptions {
        exclude_credentials: &[],
        ..options
    };
    assert!(
        serde_json::to_string(&first)
            .unwrap()
            .contains(r#""excludeCredentials":[],"#)
    );
}

#[test]
fn request_options_are_written_as_cognito_writes_them() {
    let credential = StoredCredential {
        id: vec![0xf0, 0xb0],
        ..Authenticator::new(Algorithm::EdDsa).stored()
    };
    let without_transports = StoredCredential {
        transports: Vec::new(),
        ..credential.clone()
    };
    let options = RequestOptions {
        challenge: &[0xc3; 16],
        timeout_ms: 180_000,
        rp_id: "auth.example.com",
        allow_credentials: &[credential, without_transports],
        user_verification: UserVerification::Required,
    };
    assert_eq!(
        serde_json::to_string(&options).unwrap(),
        concat!(
            r#"{"challenge":"w8PDw8PDw8PDw8PDw8PDww","timeout":180000,"rpId":"auth.example.com","#,
            r#""allowCredentials":[{"type":"public-key","id":"8LA","transports":["internal"]},"#,
            r#"{"type":"public-key","id":"8LA"}],"userVerification":"required"}"#,
        )
    );
    let usernameless = RequestOptions {
        allow_credentials: &[],
        ..options
    };
    assert!(
        serde_json::to_string(&usernameless)
            .unwrap()
            .contains(r#""allowCredentials":[],"#)
    );
}
