//! What is written down of what people do.

use std::net::IpAddr;

use poolhouse_domain::audit::{AuditEvent, AuditKind};
use poolhouse_domain::pool::{Mfa, MfaMethod};
use poolhouse_domain::throttle::FACTOR_REST;
use poolhouse_domain::{Sub, Timestamp};
use poolhouse_store::{AuditFilter, StoreError};
use serde_json::json;

use super::moves;
use crate::authenticator::Authenticator;
use crate::mfa::{ANN, PASSWORD, in_clear};
use crate::passkeys::about;
use crate::test_server::{TestServer, Tokens, claims};

impl TestServer {
    /// Everything that was written down.
    async fn audit(&self) -> Vec<AuditEvent> {
        let pool = self.pool.id.clone();
        let filter = AuditFilter {
            sub: None,
            since: Timestamp::from_seconds(0),
        };
        let page = self
            .store
            .read::<_, StoreError, _>(move |txn| txn.audit_page(&pool, &filter, None, 1000));
        let page = page.await.unwrap();
        page.into_iter().map(|(_, event)| event).collect()
    }

    /// What was written down since the last time, and more of it.
    async fn new_events(&self, seen: &mut usize) -> Vec<String> {
        let all = self.audit().await;
        let new = all[*seen..].iter();
        let told = new.map(|event| format!("{} {}", event.kind.as_str(), event.detail));
        let told = told.map(|told| told.trim_end().to_owned()).collect();
        *seen = all.len();
        self.wait(30);
        told
    }
}

/// Someone who has signed up and in with a password: their user id and a token.
async fn newcomer(t: &TestServer, seen: &mut usize) -> (String, String) {
    let sub = t.sign_up_with_password(ANN, PASSWORD).await;
    let code = t.code_for(ANN).await;
    let wrong = json!({"Username": ANN, "ConfirmationCode": TestServer::other_code(&code)});
    t.refusal("ConfirmSignUp", wrong).await;
    let right = json!({"Username": ANN, "ConfirmationCode": code});
    t.ok("ConfirmSignUp", right).await;
    let signed_up = [
        "sign_up",
        "password_set",
        "proof_failed confirm_sign_up",
        "sign_up_confirmed",
    ];
    assert_eq!(t.new_events(seen).await, signed_up);

    let mut wrong = in_clear(ANN);
    wrong["AuthParameters"]["PASSWORD"] = json!("Wr0ng-horse");
    t.refusal("InitiateAuth", wrong).await;
    let token = Tokens::of(&t.first_factor(ANN).await).access;
    let signed_in = ["proof_failed password", "sign_in pwd"];
    assert_eq!(t.new_events(seen).await, signed_in);
    (sub, token)
}

/// Nothing that was written down names anybody else, or says an address or a password.
async fn tells_no_more_than_who(t: &TestServer, sub: &str) {
    let all = t.audit().await;
    assert!(all.iter().all(|event| event.sub.as_str() == sub));
    let told = format!("{all:?}");
    assert!(
        !told.contains("example.com") && !told.contains("orse"),
        "{told}"
    );
}

#[tokio::test]
async fn sign_ins_are_written_down() {
    for (engine, t) in
        TestServer::on_each_engine(moves::ruled(Mfa::Optional, &MfaMethod::ALL)).await
    {
        let seen = &mut 0;
        let (sub, token) = newcomer(&t, seen).await;

        let session = t.ask_for_code(ANN).await;
        let code = t.code_for(ANN).await;
        let wrong = TestServer::otp(ANN, &session, &TestServer::other_code(&code));
        t.refusal("RespondToAuthChallenge", wrong).await;
        let right = TestServer::otp(ANN, &session, &code);
        t.ok("RespondToAuthChallenge", right).await;
        let by_code = ["proof_failed sign_in_email", "sign_in email_otp"];
        assert_eq!(t.new_events(seen).await, by_code, "{engine}");

        let mut passkey = Authenticator::new(1);
        t.enrol(&token, &mut passkey).await;
        t.sign_in_with(ANN, &mut passkey).await;
        let body = about(&token, &passkey.credential_id());
        t.ok("DeleteWebAuthnCredential", body).await;
        let by_passkey = ["passkey_added", "sign_in swk", "passkey_deleted"];
        assert_eq!(t.new_events(seen).await, by_passkey, "{engine}");
        tells_no_more_than_who(&t, &sub).await;
    }
}

#[tokio::test]
async fn changes_are_written_down_and_reading_is_not() {
    for (engine, t) in
        TestServer::on_each_engine(moves::ruled(Mfa::Optional, &MfaMethod::ALL)).await
    {
        let seen = &mut 0;
        let (sub, token) = newcomer(&t, seen).await;

        // Neither what is read nor what goes on.
        let session = t.ask_for_code(ANN).await;
        let right = TestServer::otp(ANN, &session, &t.code_for(ANN).await);
        let other = Tokens::of(&t.ok("RespondToAuthChallenge", right).await);
        t.ok("GetUser", json!({"AccessToken": token})).await;
        let refresh = json!({"RefreshToken": other.refresh});
        t.ok("GetTokensFromRefreshToken", refresh).await;
        t.start_any(ANN).await;
        t.ok("RevokeToken", json!({"Token": other.refresh})).await;
        t.ok("RevokeToken", json!({"Token": other.refresh})).await;
        let ended = ["sign_in email_otp", "sign_in_ended revoked"];
        assert_eq!(t.new_events(seen).await, ended, "{engine}");

        t.register_app(&token).await;
        let settings = json!({"SoftwareTokenMfaSettings": {"Enabled": true}});
        t.prefer(&token, settings).await;
        let body = json!({
            "AccessToken": token, "PreviousPassword": PASSWORD, "ProposedPassword": "N3w-horse",
        });
        t.ok("ChangePassword", body).await;
        let changed = ["software_token_added", "mfa_changed", "password_set"];
        assert_eq!(t.new_events(seen).await, changed, "{engine}");

        t.ok("DeleteUser", json!({"AccessToken": token})).await;
        assert_eq!(t.new_events(seen).await, ["account_deleted"], "{engine}");
        tells_no_more_than_who(&t, &sub).await;
    }
}

#[tokio::test]
async fn a_sign_out_and_where_it_came_from() {
    let t = TestServer::start().await;
    let token = t.register(ANN).await.access;
    let from = "2001:db8::7";
    t.call_from(from, "GlobalSignOut", json!({"AccessToken": token}))
        .await;
    let last = t.audit().await.pop().unwrap();
    assert_eq!(last.kind, AuditKind::SignInEnded);
    assert_eq!(last.detail, "everywhere");
    assert_eq!(last.from, Some(from.parse::<IpAddr>().unwrap()));
    assert_eq!(last.client_id.as_str(), t.client_id());
    assert_eq!(last.at, crate::test_server::NOON);
    assert_eq!(last.sub, Sub::new(claims(&token)["sub"].as_str().unwrap()));
}

/// Anybody can make up names: what is written down of them goes when their failures do.
#[tokio::test]
async fn strangers_are_written_down_for_a_day_and_users_for_as_long_as_is_said() {
    let t = TestServer::start().await;
    t.register(ANN).await;
    for name in [ANN, "nobody@example.com"] {
        let session = t.ask_for_code(name).await;
        let wrong = TestServer::otp(name, &session, "00000000");
        t.refusal("RespondToAuthChallenge", wrong).await;
    }
    let failed = async |t: &TestServer| {
        let all = t.audit().await;
        let failed = all
            .iter()
            .filter(|event| event.kind == AuditKind::ProofFailed);
        failed.count()
    };
    assert_eq!(failed(&t).await, 2);
    t.wait(FACTOR_REST.as_secs() + 1);
    t.sweep().await;
    assert_eq!(failed(&t).await, 1);
    t.wait(89 * 24 * 60 * 60);
    t.sweep().await;
    assert!(t.audit().await.is_empty());
}

#[tokio::test]
async fn nothing_is_written_down_where_nobody_wants_it() {
    let t = TestServer::start().await;
    t.keep_audit(None);
    t.register(ANN).await;
    assert!(t.audit().await.is_empty());
}
