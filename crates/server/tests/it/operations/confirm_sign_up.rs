//! `ConfirmSignUp`.

use poolhouse_domain::pool::ContactAttribute::{Email, PhoneNumber};
use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};

use crate::test_server::{TestServer, Tokens, claims, pool_of};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn the_right_code_confirms_and_its_session_signs_in() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let id = claims(&tokens.id);
    assert_eq!(id["email"], ANN);
    assert_eq!(id["email_verified"], true);
    assert_eq!(id["amr"], json!(["email_otp"]));
}

#[tokio::test]
async fn the_session_comes_also_after_wrong_codes() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.sign_up(ann).await;
        let code = t.code_for(ann).await;
        let body = json!({"Username": ann, "ConfirmationCode": TestServer::other_code(&code)});
        for _ in 0..4 {
            assert_eq!(
                t.refusal("ConfirmSignUp", body.clone()).await,
                "CodeMismatchException: Invalid verification code provided, please try again."
            );
        }
        let reply = t
            .ok(
                "ConfirmSignUp",
                json!({"Username": ann, "ConfirmationCode": code}),
            )
            .await;
        let body = json!({
            "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ann}, "Session": reply["Session"],
        });
        assert!(
            !Tokens::of(&t.ok("InitiateAuth", body).await)
                .access
                .is_empty()
        );
    }
}

#[tokio::test]
async fn the_fifth_wrong_code_is_the_last_that_is_looked_at() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.sign_up(ann).await;
        let code = t.code_for(ann).await;
        let wrong = json!({"Username": ann, "ConfirmationCode": TestServer::other_code(&code)});
        for _ in 0..5 {
            t.refusal("ConfirmSignUp", wrong.clone()).await;
        }
        assert_eq!(
            t.refusal(
                "ConfirmSignUp",
                json!({"Username": ann, "ConfirmationCode": code})
            )
            .await,
            "LimitExceededException: Attempt limit exceeded, please try after some time."
        );
        t.wait(30);
        t.ok("ResendConfirmationCode", json!({"Username": ann}))
            .await;
        let code = t.code_for(ann).await;
        t.ok(
            "ConfirmSignUp",
            json!({"Username": ann, "ConfirmationCode": code}),
        )
        .await;
    }
}

#[tokio::test]
async fn confirming_twice_is_refused() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        assert_eq!(
            t.refusal(
                "ConfirmSignUp",
                json!({"Username": ann, "ConfirmationCode": "123456"})
            )
            .await,
            "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED"
        );
    }
}

#[tokio::test]
async fn a_code_holds_for_a_day_to_the_second() {
    let t = TestServer::start().await;
    t.sign_up(ANN).await;
    let code = t.code_for(ANN).await;
    let body = json!({"Username": ANN, "ConfirmationCode": code});
    t.wait(24 * 60 * 60);
    assert_eq!(
        t.refusal("ConfirmSignUp", body).await,
        "ExpiredCodeException: Invalid code provided, please request a code again."
    );

    t.sign_up("bob@example.com").await;
    let body = json!({"Username": "bob@example.com", "ConfirmationCode": t.code_for("bob@example.com").await});
    t.wait(24 * 60 * 60 - 1);
    t.ok("ConfirmSignUp", body).await;
}

#[tokio::test]
async fn a_sign_in_code_does_not_confirm() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.sign_up(ann).await;
        t.ask_for_code(ann).await;
        let sign_in_code = t.code_for(ann).await;
        assert_eq!(sign_in_code.len(), 8);
        assert_eq!(
            t.refusal(
                "ConfirmSignUp",
                json!({"Username": ann, "ConfirmationCode": sign_in_code})
            )
            .await,
            "CodeMismatchException: Invalid verification code provided, please try again."
        );
    }
}

const PHONE: &str = "+12065550123";

/// A pool where people sign in by both, and prove their number when they sign up.
fn numbers_first() -> PoolConfig {
    PoolConfig {
        auto_verified_attributes: vec![PhoneNumber],
        ..pool_of(&[Email, PhoneNumber])
    }
}

/// Two people give one number, and the first proves it: what she got for it, and how the other
/// confirms.
async fn two_with_one_number() -> (TestServer, Tokens, Value) {
    let t = TestServer::with(numbers_first()).await;
    let mut bodies = Vec::new();
    for name in [ANN, "bob@example.com"] {
        let attributes = json!([
            {"Name": "email", "Value": name}, {"Name": "phone_number", "Value": PHONE},
        ]);
        let body = json!({"Username": name, "UserAttributes": attributes});
        t.ok("SignUp", body).await;
        bodies.push(json!({"Username": name, "ConfirmationCode": t.code_for(PHONE).await}));
    }
    let session = t.ok("ConfirmSignUp", bodies[0].clone()).await["Session"].clone();
    let parameters = json!({"USERNAME": ANN});
    let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters, "Session": session});
    let ann = Tokens::of(&t.ok("InitiateAuth", body).await);
    (t, ann, bodies.remove(1))
}

/// The claims of whoever signs in as `name` by a code.
async fn signed_in(t: &TestServer, name: &str) -> Value {
    t.wait(30);
    let session = t.ask_for_code(name).await;
    let body = TestServer::otp(name, &session, &t.code_for(name).await);
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
    claims(&tokens.id)
}

#[tokio::test]
async fn a_number_that_somebody_else_proved_is_theirs() {
    let (t, _, bob) = two_with_one_number().await;
    for force in [None, Some(false)] {
        let mut body = bob.clone();
        body["ForceAliasCreation"] = json!(force);
        assert_eq!(
            t.refusal("ConfirmSignUp", body).await,
            "AliasExistsException: An account with the phone_number already exists."
        );
    }
    assert_eq!(signed_in(&t, PHONE).await["email"], ANN);
}

#[tokio::test]
async fn who_proves_it_may_take_it_over() {
    let (t, ann, mut bob) = two_with_one_number().await;
    t.refusal("ConfirmSignUp", bob.clone()).await;
    bob["ForceAliasCreation"] = json!(true);
    t.ok("ConfirmSignUp", bob).await;

    let id = signed_in(&t, PHONE).await;
    assert_eq!(id["email"], "bob@example.com");
    assert_eq!(id["phone_number_verified"], true);
    // She keeps it on record, and nothing that was proved of it.
    let reply = t.ok(
        "GetTokensFromRefreshToken",
        json!({"RefreshToken": ann.refresh}),
    );
    let id = claims(&Tokens::of(&reply.await).id);
    assert_eq!(id["phone_number"], PHONE);
    assert_eq!(id["phone_number_verified"], false);
    // Nor does she get it back by what she knows.
    let session = t.start_with(ANN, "SMS_OTP").await["Session"].clone();
    let code = t.code_for(PHONE).await;
    let body = TestServer::otp_to("SMS_OTP", ANN, session.as_str().unwrap(), &code);
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "AliasExistsException: An account with the phone_number already exists."
    );
}

#[tokio::test]
async fn a_wrong_code_takes_nothing_over() {
    let (t, _, bob) = two_with_one_number().await;
    let wrong = TestServer::other_code(bob["ConfirmationCode"].as_str().unwrap());
    let body = json!({
        "Username": bob["Username"], "ConfirmationCode": wrong, "ForceAliasCreation": true,
    });
    let refusal = t.refusal("ConfirmSignUp", body).await;
    assert!(refusal.starts_with("CodeMismatchException"), "{refusal}");
    assert_eq!(signed_in(&t, PHONE).await["email"], ANN);
}

#[tokio::test]
async fn nobody_is_in_the_way_of_most() {
    let t = TestServer::start().await;
    t.sign_up(ANN).await;
    let code = t.code_for(ANN).await;
    let body = json!({"Username": ANN, "ConfirmationCode": code, "ForceAliasCreation": true});
    t.ok("ConfirmSignUp", body).await;
    assert_eq!(signed_in(&t, ANN).await["email_verified"], true);
}
