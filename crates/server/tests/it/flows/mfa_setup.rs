//! `MFA_SETUP`: a pool that asks everybody for a second factor, and somebody who has none.

use poolhouse_domain::pool::{ContactAttribute, Mfa, MfaMethod, PoolConfig};
use serde_json::{Value, json};

use crate::mfa::{ANN, App, NUMBER, answer, in_clear, pool, session_of};
use crate::test_server::{TestServer, Tokens, claims, pool_of};

const INVALID: &str = "NotAuthorizedException: Invalid session for the user.";
const USED: &str =
    "NotAuthorizedException: Invalid session for the user, session can only be used once.";

/// A pool for people with a number, that asks all of them for these.
fn required(methods: &[MfaMethod]) -> PoolConfig {
    let mut phone = pool_of(&[ContactAttribute::PhoneNumber]);
    phone.schema.0.retain(|spec| spec.name != "email");
    PoolConfig {
        mfa: Mfa::On,
        mfa_methods: methods.to_vec(),
        first_factors: Vec::new(),
        clients: pool().clients,
        ..phone
    }
}

async fn server(methods: &[MfaMethod]) -> TestServer {
    TestServer::with(required(methods)).await
}

fn set_up(session: &str, responses: Value) -> Value {
    answer("MFA_SETUP", NUMBER, session, responses)
}

async fn associate(t: &TestServer, session: &str) -> (App, String) {
    let reply = t
        .ok("AssociateSoftwareToken", json!({"Session": session}))
        .await;
    let app = App::of(reply["SecretCode"].as_str().unwrap());
    (app, session_of(&reply))
}

fn verify(session: &str, code: &str) -> Value {
    json!({"Session": session, "UserCode": code, "FriendlyDeviceName": "Mine"})
}

#[tokio::test]
async fn an_app_is_set_up_in_the_sign_in() {
    let t = server(&[MfaMethod::SoftwareTokenMfa]).await;
    let sub = t.register_with_password(NUMBER, crate::mfa::PASSWORD).await;
    let reply = t.first_factor(NUMBER).await;
    let session = session_of(&reply);
    let expected = json!({
        "ChallengeName": "MFA_SETUP",
        "Session": session,
        "ChallengeParameters": {
            "MFAS_CAN_SETUP": r#"["SOFTWARE_TOKEN_MFA"]"#,
            "USER_ID_FOR_SRP": sub,
        },
    });
    assert_eq!(reply, expected);
    assert_eq!(
        t.refusal("RespondToAuthChallenge", set_up(&session, json!({})))
            .await,
        "InvalidParameterException: User has not verified software token mfa"
    );

    let (app, associated) = associate(&t, &session).await;
    let wrong = verify(&associated, &app.wrong(&t));
    assert_eq!(
        t.refusal("VerifySoftwareToken", wrong).await,
        "EnableSoftwareTokenMFAException: Code mismatch"
    );
    let reply = t
        .ok(
            "VerifySoftwareToken",
            verify(&associated, &app.shows(&t, 0)),
        )
        .await;
    let verified = session_of(&reply);
    assert_eq!(reply, json!({"Status": "SUCCESS", "Session": verified}));
    let done = set_up(&verified, json!({}));
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", done.clone()).await);
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "otp", "mfa"]));
    assert_eq!(t.refusal("RespondToAuthChallenge", done).await, USED);
    let app_alone = json!(["SOFTWARE_TOKEN_MFA", ["SOFTWARE_TOKEN_MFA"]]);
    assert_eq!(t.mfa_of(&tokens.access).await, app_alone);

    // None of the Sessions on the way is good for a second app.
    for session in [&session, &associated] {
        let again = json!({"Session": session});
        let refusal = t.refusal("AssociateSoftwareToken", again).await;
        assert!([INVALID, USED].contains(&refusal.as_str()), "{refusal}");
    }
    // From now on the app is asked for.
    let reply = t.first_factor(NUMBER).await;
    assert_eq!(reply["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    assert_eq!(reply["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"], "Mine");
}

#[tokio::test]
async fn an_address_is_set_up_in_the_sign_in() {
    let t = server(&MfaMethod::ALL[1..]).await;
    t.register_with_password(NUMBER, crate::mfa::PASSWORD).await;
    let reply = t.first_factor(NUMBER).await;
    assert_eq!(
        reply["ChallengeParameters"]["MFAS_CAN_SETUP"],
        r#"["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#
    );
    let session = session_of(&reply);
    assert_eq!(
        t.refusal(
            "RespondToAuthChallenge",
            set_up(&session, json!({"EMAIL": "no address"}))
        )
        .await,
        "InvalidParameterException: Invalid email address format."
    );
    let reply = t
        .ok(
            "RespondToAuthChallenge",
            set_up(&session, json!({"EMAIL": ANN})),
        )
        .await;
    assert_eq!(reply["ChallengeName"], "EMAIL_OTP");
    assert_eq!(
        reply["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"],
        "a***@e***"
    );
    let code = json!({"EMAIL_OTP_CODE": t.code_for(ANN).await});
    let body = answer("EMAIL_OTP", NUMBER, &session_of(&reply), code);
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
    let id = claims(&tokens.id);
    assert_eq!(id["amr"], json!(["pwd", "email_otp", "mfa"]));
    assert_eq!(
        (&id["email"], &id["email_verified"]),
        (&json!(ANN), &json!(true))
    );
    assert_eq!(
        t.mfa_of(&tokens.access).await,
        json!(["EMAIL_OTP", ["EMAIL_OTP"]])
    );
    assert_eq!(t.first_factor(NUMBER).await["ChallengeName"], "EMAIL_OTP");
    // The Session that asked for it is good for no other address.
    let other = set_up(&session, json!({"EMAIL": "eve@example.com"}));
    assert_eq!(t.refusal("RespondToAuthChallenge", other).await, INVALID);
}

#[tokio::test]
async fn an_address_is_another_persons_until_it_is_proved() {
    let t = server(&[MfaMethod::EmailOtp]).await;
    t.register_with_password(NUMBER, crate::mfa::PASSWORD).await;
    let session = session_of(&t.first_factor(NUMBER).await);
    let reply = t
        .ok(
            "RespondToAuthChallenge",
            set_up(&session, json!({"EMAIL": ANN})),
        )
        .await;
    let wrong = TestServer::other_code(&t.code_for(ANN).await);
    let body = answer(
        "EMAIL_OTP",
        NUMBER,
        &session_of(&reply),
        json!({"EMAIL_OTP_CODE": wrong}),
    );
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "CodeMismatchException: Invalid code or auth state for the user."
    );
    // A slip can be mended, once the first mail has had its time.
    let other = set_up(&session, json!({"EMAIL": "ann@example.org"}));
    assert_eq!(
        t.refusal("RespondToAuthChallenge", other.clone()).await,
        "LimitExceededException: Attempt limit exceeded, please try after some time."
    );
    t.wait(30);
    let reply = t.ok("RespondToAuthChallenge", other).await;
    let code = json!({"EMAIL_OTP_CODE": t.code_for("ann@example.org").await});
    let body = answer("EMAIL_OTP", NUMBER, &session_of(&reply), code);
    t.ok("RespondToAuthChallenge", body).await;
}

#[tokio::test]
async fn where_only_texts_are_offered_a_number_is_needed_first() {
    let mut t = TestServer::with(pool()).await;
    let config = PoolConfig {
        mfa: Mfa::On,
        mfa_methods: vec![MfaMethod::SmsMfa],
        ..pool()
    };
    let (_, token) = t.member(ANN).await;
    t.reconfigure(config).await;
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN)).await,
        "MFAMethodNotFoundException: The user has no second factor, and none can be set up in a sign-in."
    );
    t.give_number(&token).await;
    assert_eq!(t.first_factor(ANN).await["ChallengeName"], "SMS_MFA");
}

#[tokio::test]
async fn who_has_an_address_is_asked_for_its_code_at_once() {
    let mut t = TestServer::with(pool()).await;
    t.member(ANN).await;
    let config = PoolConfig {
        mfa: Mfa::On,
        first_factors: Vec::new(),
        ..pool()
    };
    t.reconfigure(config).await;
    assert_eq!(t.first_factor(ANN).await["ChallengeName"], "EMAIL_OTP");
}

#[tokio::test]
async fn the_operations_for_apps_want_a_token_or_a_session() {
    let t = server(&[MfaMethod::SoftwareTokenMfa]).await;
    t.register_with_password(NUMBER, crate::mfa::PASSWORD).await;
    let session = session_of(&t.first_factor(NUMBER).await);
    let one = "InvalidParameterException: Give either AccessToken or Session: got none";
    let both = "InvalidParameterException: Give either AccessToken or Session: got both";
    assert_eq!(t.refusal("AssociateSoftwareToken", json!({})).await, one);
    assert_eq!(
        t.refusal("VerifySoftwareToken", json!({"UserCode": "123456"}))
            .await,
        one
    );
    let two = json!({"AccessToken": "a", "Session": session});
    assert_eq!(t.refusal("AssociateSoftwareToken", two).await, both);
    let altered = format!("{}A", &session[..session.len() - 1]);
    for bad in ["A".repeat(30), altered] {
        let refusal = t
            .refusal("AssociateSoftwareToken", json!({"Session": bad}))
            .await;
        assert_eq!(refusal, INVALID);
    }
    t.wait(180);
    assert_eq!(
        t.refusal("AssociateSoftwareToken", json!({"Session": session}))
            .await,
        "NotAuthorizedException: Invalid session for the user, session is expired."
    );
}

#[tokio::test]
async fn a_setup_survives_a_restart() {
    let t = server(&[MfaMethod::SoftwareTokenMfa]).await;
    t.register_with_password(NUMBER, crate::mfa::PASSWORD).await;
    let session = session_of(&t.first_factor(NUMBER).await);
    let (app, session) = associate(&t, &session).await;
    let t = t.restart().await;
    let reply = t
        .ok("VerifySoftwareToken", verify(&session, &app.shows(&t, 0)))
        .await;
    let t = t.restart().await;
    let done = set_up(&session_of(&reply), json!({}));
    t.ok("RespondToAuthChallenge", done).await;
}
