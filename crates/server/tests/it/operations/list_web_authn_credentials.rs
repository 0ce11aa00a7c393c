//! `ListWebAuthnCredentials`.

use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::test_server::{NOON, TestServer};

const ANN: &str = "ann@example.com";

async fn page(t: &TestServer, token: &str, max: usize, next: &Value) -> (Vec<String>, Value) {
    let body = json!({"AccessToken": token, "MaxResults": max, "NextToken": next});
    let reply = t.ok("ListWebAuthnCredentials", body).await;
    let ids = reply["Credentials"].as_array().unwrap().iter();
    let ids = ids.map(|passkey| passkey["CredentialId"].as_str().unwrap().to_owned());
    (ids.collect(), reply["NextToken"].clone())
}

#[tokio::test]
async fn says_what_is_known_of_each() {
    let t = TestServer::with_passkeys().await;
    let (mut phone, mut key) = (Authenticator::new(1), Authenticator::security_key(2));
    let token = t.register_with(ANN, &mut phone).await.access;
    t.wait(60);
    t.enrol(&token, &mut key).await;
    t.wait(60);
    t.sign_in_with(ANN, &mut key).await;
    #[expect(clippy::cast_precision_loss, reason = "a date")]
    #[expect(clippy::as_conversions, reason = "a date")]
    let noon = NOON.seconds() as f64;
    let reply = t
        .ok("ListWebAuthnCredentials", json!({"AccessToken": token}))
        .await;
    assert_eq!(
        reply,
        json!({"Credentials": [
            {
                "CredentialId": phone.credential_id(),
                "FriendlyCredentialName": "iCloud Keychain",
                "RelyingPartyId": "localhost",
                "AuthenticatorAttachment": "platform",
                "AuthenticatorTransports": ["internal", "hybrid"],
                "CreatedAt": noon,
            },
            {
                "CredentialId": key.credential_id(),
                "FriendlyCredentialName": "Passkey on a security key",
                "RelyingPartyId": "localhost",
                "AuthenticatorAttachment": "cross-platform",
                "AuthenticatorTransports": ["usb"],
                "CreatedAt": noon + 60.0,
                "LastUsedAt": noon + 120.0,
            },
        ]})
    );
}

#[tokio::test]
async fn comes_in_pages() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    let mut ids = Vec::new();
    for id in 0..5 {
        let mut authenticator = Authenticator::new(id);
        t.enrol(&token, &mut authenticator).await;
        ids.push(authenticator.credential_id());
    }
    let mut seen = Vec::new();
    let mut next = Value::Null;
    let mut pages = 0;
    loop {
        let (ids, token) = page(&t, &token, 2, &next).await;
        seen.extend(ids);
        pages += 1;
        next = token;
        if next.is_null() {
            break;
        }
    }
    assert_eq!((seen, pages), (ids.clone(), 3));
    // A page that ends with the last has no successor; 0 asks for no particular number.
    assert_eq!(
        page(&t, &token, 5, &Value::Null).await,
        (ids.clone(), Value::Null)
    );
    assert_eq!(page(&t, &token, 0, &Value::Null).await, (ids, Value::Null));
}

#[tokio::test]
async fn a_page_goes_on_where_the_last_one_ended() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    for id in 0..3 {
        t.enrol(&token, &mut Authenticator::new(id)).await;
    }
    let (first, next) = page(&t, &token, 1, &Value::Null).await;
    let body = json!({"AccessToken": token, "CredentialId": first[0]});
    t.ok("DeleteWebAuthnCredential", body).await;
    let (rest, _) = page(&t, &token, 20, &next).await;
    assert_eq!(rest.len(), 2);
}

#[tokio::test]
async fn tokens_of_pages_must_be_ours() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    for next in ["x", "AAAAAAAAAAA", "!!!!", "AAAA"] {
        let body = json!({"AccessToken": token, "NextToken": next});
        assert_eq!(
            t.refusal("ListWebAuthnCredentials", body).await,
            "InvalidParameterException: Invalid NextToken.",
            "{next}"
        );
    }
    let body = json!({"AccessToken": token, "MaxResults": 21});
    let refusal = t.refusal("ListWebAuthnCredentials", body).await;
    assert!(refusal.contains("less than or equal to 20"), "{refusal}");
}

#[tokio::test]
async fn everybody_sees_their_own() {
    let t = TestServer::with_passkeys().await;
    t.register_with(ANN, &mut Authenticator::new(1)).await;
    let bob = t.register("bob@example.com").await.access;
    assert_eq!(
        t.ok("ListWebAuthnCredentials", json!({"AccessToken": bob}))
            .await,
        json!({"Credentials": []})
    );
    let refusal = t
        .refusal("ListWebAuthnCredentials", json!({"AccessToken": "x.y.z"}))
        .await;
    assert_eq!(refusal, "NotAuthorizedException: Invalid Access Token");
}
