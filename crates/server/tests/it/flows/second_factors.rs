//! Second factors at sign-in: what is asked, in whole replies, and what an answer is worth.

use poolhouse_domain::pool::{MfaMethod, PoolConfig};
use serde_json::{Value, json};

use crate::mfa::{ANN, NUMBER, answer, pool, session_of};
use crate::test_server::{TestServer, Tokens, claims};

const WRONG_CODE: &str = "CodeMismatchException: Invalid code or auth state for the user.";
const WRONG_APP_CODE: &str = "CodeMismatchException: Invalid code received for user";
const USED_APP_CODE: &str = "ExpiredCodeException: Your software token has already been used once.";
const USED: &str =
    "NotAuthorizedException: Invalid session for the user, session can only be used once.";

fn amr(tokens: &Tokens) -> Value {
    let (id, access) = (claims(&tokens.id), claims(&tokens.access));
    assert_eq!((&id["amr"], &id["acr"]), (&access["amr"], &access["acr"]));
    json!([access["amr"], access["acr"]])
}

#[tokio::test]
async fn an_app_is_asked_for() {
    let t = TestServer::with(pool()).await;
    let (sub, token) = t.member(ANN).await;
    let app = t.register_app(&token).await;
    t.prefer(
        &token,
        json!({"SoftwareTokenMfaSettings": {"Enabled": true, "PreferredMfa": true}}),
    )
    .await;

    let reply = t.first_factor(ANN).await;
    let session = session_of(&reply);
    let expected = json!({
        "ChallengeName": "SOFTWARE_TOKEN_MFA",
        "Session": session,
        "ChallengeParameters": {"USER_ID_FOR_SRP": sub, "FRIENDLY_DEVICE_NAME": "Ann's phone"},
    });
    assert_eq!(reply, expected);

    let typed = |name: &str, code: &str| {
        answer(
            "SOFTWARE_TOKEN_MFA",
            name,
            &session,
            json!({"SOFTWARE_TOKEN_MFA_CODE": code}),
        )
    };
    let refusal = t
        .refusal("RespondToAuthChallenge", typed(ANN, &app.wrong(&t)))
        .await;
    assert_eq!(refusal, WRONG_APP_CODE);
    let right = typed(&sub, &app.shows(&t, 0));
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", right.clone()).await);
    assert_eq!(
        amr(&tokens),
        json!([["pwd", "otp", "mfa"], "urn:cognito:loa:4"])
    );
    assert_eq!(t.refusal("RespondToAuthChallenge", right).await, USED);
}

#[tokio::test]
async fn a_code_of_an_app_is_used_once() {
    let t = TestServer::with(pool()).await;
    let (_, token) = t.member(ANN).await;
    let app = t.associate(&token).await;
    let first = crate::mfa::first_code(&token, &app.shows(&t, 0));
    t.ok("VerifySoftwareToken", first).await;
    t.prefer(
        &token,
        json!({"SoftwareTokenMfaSettings": {"Enabled": true}}),
    )
    .await;
    let type_in = async |code: String| {
        let session = session_of(&t.first_factor(ANN).await);
        let body = answer(
            "SOFTWARE_TOKEN_MFA",
            ANN,
            &session,
            json!({"SOFTWARE_TOKEN_MFA_CODE": code}),
        );
        t.call("RespondToAuthChallenge", body).await
    };
    // The code that registered the app is used up, and so is the one before it.
    for seconds in [0, -30] {
        let answer = type_in(app.shows(&t, seconds)).await;
        assert_eq!(
            answer.body["message"],
            "Your software token has already been used once."
        );
    }
    let next = app.shows(&t, 30);
    assert!(type_in(next.clone()).await.status.is_success());
    let again = type_in(next).await.body;
    assert_eq!(
        format!(
            "{}: {}",
            again["__type"].as_str().unwrap(),
            again["message"].as_str().unwrap()
        ),
        USED_APP_CODE
    );
    t.wait(90);
    assert!(type_in(app.shows(&t, -30)).await.status.is_success());
    assert!(type_in(app.shows(&t, 0)).await.status.is_success());
}

#[tokio::test]
async fn a_text_is_asked_for_and_proves_the_number() {
    let t = TestServer::with(pool()).await;
    let (sub, token) = t.member(ANN).await;
    t.give_number(&token).await;
    t.prefer(&token, json!({"SMSMfaSettings": {"Enabled": true}}))
        .await;
    t.set_attributes(&token, &[("phone_number_verified", "false")])
        .await;

    let reply = t.first_factor(ANN).await;
    let session = session_of(&reply);
    let expected = json!({
        "ChallengeName": "SMS_MFA",
        "Session": session,
        "ChallengeParameters": {
            "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
            "CODE_DELIVERY_DESTINATION": "+*******0123",
            "USER_ID_FOR_SRP": sub,
        },
    });
    assert_eq!(reply, expected);
    let code = t.code_for(NUMBER).await;
    assert_eq!(code.len(), 6);
    let typed = |code: &str| answer("SMS_MFA", ANN, &session, json!({"SMS_MFA_CODE": code}));
    let wrong = typed(&TestServer::other_code(&code));
    assert_eq!(t.refusal("RespondToAuthChallenge", wrong).await, WRONG_CODE);
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", typed(&code)).await);
    assert_eq!(
        amr(&tokens),
        json!([["pwd", "sms", "mfa"], "urn:cognito:loa:3"])
    );
    assert_eq!(claims(&tokens.id)["phone_number_verified"], true);
    assert_eq!(
        t.refusal("RespondToAuthChallenge", typed(&code)).await,
        USED
    );
}

#[tokio::test]
async fn a_mail_is_asked_for() {
    let t = TestServer::with(pool()).await;
    let (sub, token) = t.member(ANN).await;
    t.prefer(&token, json!({"EmailMfaSettings": {"Enabled": true}}))
        .await;
    let reply = t.first_factor(ANN).await;
    let session = session_of(&reply);
    let expected = json!({
        "ChallengeName": "EMAIL_OTP",
        "Session": session,
        "ChallengeParameters": {
            "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
            "CODE_DELIVERY_DESTINATION": "a***@e***",
            "USER_ID_FOR_SRP": sub,
        },
    });
    assert_eq!(reply, expected);
    let code = t.code_for(ANN).await;
    let typed = |code: &str| answer("EMAIL_OTP", ANN, &session, json!({"EMAIL_OTP_CODE": code}));
    let wrong = typed(&TestServer::other_code(&code));
    assert_eq!(t.refusal("RespondToAuthChallenge", wrong).await, WRONG_CODE);
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", typed(&code)).await);
    assert_eq!(
        amr(&tokens),
        json!([["pwd", "email_otp", "mfa"], "urn:cognito:loa:3"])
    );
}

#[tokio::test]
async fn of_several_the_person_chooses() {
    let t = TestServer::with(pool()).await;
    let (sub, token) = t.member(ANN).await;
    t.give_number(&token).await;
    let app = t.register_app(&token).await;
    let on = json!({"Enabled": true});
    t.prefer(
        &token,
        json!({"SMSMfaSettings": on, "SoftwareTokenMfaSettings": on, "EmailMfaSettings": on}),
    )
    .await;
    let reply = t.first_factor(ANN).await;
    let session = session_of(&reply);
    let expected = json!({
        "ChallengeName": "SELECT_MFA_TYPE",
        "Session": session,
        "ChallengeParameters": {
            "MFAS_CAN_CHOOSE": r#"["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#,
            "USER_ID_FOR_SRP": sub,
        },
    });
    assert_eq!(reply, expected);
    let choose = |choice: &str| answer("SELECT_MFA_TYPE", ANN, &session, json!({"ANSWER": choice}));
    for nonsense in ["SMS_OTP", "PASSWORD", "sms_mfa"] {
        assert_eq!(
            t.refusal("RespondToAuthChallenge", choose(nonsense)).await,
            format!(
                "InvalidParameterException: Invalid ANSWER: got {nonsense}, expected one of \
                 SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP"
            )
        );
    }
    // A slip leaves the Session good; a choice uses it up.
    let chosen = t
        .ok("RespondToAuthChallenge", choose("SOFTWARE_TOKEN_MFA"))
        .await;
    assert_eq!(
        t.refusal("RespondToAuthChallenge", choose("SMS_MFA")).await,
        USED
    );
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": app.shows(&t, 0)});
    let body = answer("SOFTWARE_TOKEN_MFA", ANN, &session_of(&chosen), code);
    assert!(
        !Tokens::of(&t.ok("RespondToAuthChallenge", body).await)
            .access
            .is_empty()
    );

    for (choice, place) in [("SMS_MFA", NUMBER), ("EMAIL_OTP", ANN)] {
        t.wait(30);
        let session = session_of(&t.first_factor(ANN).await);
        let body = answer("SELECT_MFA_TYPE", ANN, &session, json!({"ANSWER": choice}));
        let chosen = t.ok("RespondToAuthChallenge", body).await;
        assert_eq!(chosen["ChallengeName"], choice);
        let code = json!({format!("{choice}_CODE"): t.code_for(place).await});
        let body = answer(choice, ANN, &session_of(&chosen), code);
        assert!(
            !Tokens::of(&t.ok("RespondToAuthChallenge", body).await)
                .access
                .is_empty()
        );
    }
}

#[tokio::test]
async fn the_preferred_one_is_asked_for() {
    let t = TestServer::with(pool()).await;
    let (_, token) = t.member(ANN).await;
    t.register_app(&token).await;
    let both = json!({
        "SoftwareTokenMfaSettings": {"Enabled": true},
        "EmailMfaSettings": {"Enabled": true, "PreferredMfa": true},
    });
    t.prefer(&token, both).await;
    assert_eq!(t.first_factor(ANN).await["ChallengeName"], "EMAIL_OTP");
    let app = json!({"SoftwareTokenMfaSettings": {"Enabled": true, "PreferredMfa": true}});
    t.prefer(&token, app).await;
    assert_eq!(
        t.first_factor(ANN).await["ChallengeName"],
        "SOFTWARE_TOKEN_MFA"
    );
    let off = json!({"Enabled": false});
    t.prefer(
        &token,
        json!({"SoftwareTokenMfaSettings": off, "EmailMfaSettings": off}),
    )
    .await;
    assert!(!Tokens::of(&t.first_factor(ANN).await).access.is_empty());
}

#[tokio::test]
async fn a_code_that_was_asked_for_before_does_not_get_by() {
    let t = TestServer::with(pool()).await;
    let (_, token) = t.member(ANN).await;
    t.register_app(&token).await;
    let session = t.ask_for_code(ANN).await;
    t.prefer(
        &token,
        json!({"SoftwareTokenMfaSettings": {"Enabled": true}}),
    )
    .await;
    let body = TestServer::email_otp(ANN, &session, &t.code_for(ANN).await);
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "NotAuthorizedException: Invalid session for the user."
    );
}

#[tokio::test]
async fn what_the_pool_gives_up_is_still_asked_of_who_has_it() {
    let mut t = TestServer::with(pool()).await;
    let (_, token) = t.member(ANN).await;
    t.register_app(&token).await;
    t.prefer(
        &token,
        json!({"SoftwareTokenMfaSettings": {"Enabled": true}}),
    )
    .await;
    t.reconfigure(PoolConfig {
        mfa_methods: vec![MfaMethod::SmsMfa],
        ..pool()
    })
    .await;
    assert_eq!(
        t.first_factor(ANN).await["ChallengeName"],
        "SOFTWARE_TOKEN_MFA"
    );
}

#[tokio::test]
async fn a_session_is_for_its_challenge_and_its_person() {
    let t = TestServer::with(pool()).await;
    let (_, token) = t.member(ANN).await;
    let app = t.register_app(&token).await;
    t.prefer(
        &token,
        json!({"SoftwareTokenMfaSettings": {"Enabled": true}}),
    )
    .await;
    let (_, bobs) = t.member("bob@example.com").await;
    t.prefer(&bobs, json!({"EmailMfaSettings": {"Enabled": true}}))
        .await;
    let session = session_of(&t.first_factor(ANN).await);
    let invalid = "NotAuthorizedException: Invalid session for the user.";
    for (challenge, responses) in [
        ("SMS_MFA", json!({"SMS_MFA_CODE": "123456"})),
        ("EMAIL_OTP", json!({"EMAIL_OTP_CODE": "123456"})),
        ("SELECT_MFA_TYPE", json!({"ANSWER": "EMAIL_OTP"})),
        ("MFA_SETUP", json!({})),
        ("PASSWORD", json!({"PASSWORD": "x"})),
        ("SELECT_CHALLENGE", json!({"ANSWER": "EMAIL_OTP"})),
    ] {
        let body = answer(challenge, ANN, &session, responses);
        assert_eq!(
            t.refusal("RespondToAuthChallenge", body).await,
            invalid,
            "{challenge}"
        );
    }
    let code = json!({"SOFTWARE_TOKEN_MFA_CODE": app.shows(&t, 0)});
    let body = answer(
        "SOFTWARE_TOKEN_MFA",
        "bob@example.com",
        &session,
        code.clone(),
    );
    assert_eq!(t.refusal("RespondToAuthChallenge", body).await, invalid);
    let body = answer("SOFTWARE_TOKEN_MFA", ANN, &session, json!({}));
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "InvalidParameterException: Missing required parameter SOFTWARE_TOKEN_MFA_CODE"
    );
    t.ok(
        "RespondToAuthChallenge",
        answer("SOFTWARE_TOKEN_MFA", ANN, &session, code),
    )
    .await;
}

#[tokio::test]
async fn who_lost_what_was_asked_for_begins_anew() {
    let t = TestServer::with(pool()).await;
    let (sub, token) = t.member(ANN).await;
    t.give_number(&token).await;
    t.prefer(&token, json!({"SMSMfaSettings": {"Enabled": true}}))
        .await;
    let session = session_of(&t.first_factor(ANN).await);
    let code = t.code_for(NUMBER).await;
    t.set_attributes(&token, &[("phone_number", "+12065550199")])
        .await;
    let body = answer("SMS_MFA", ANN, &session, json!({"SMS_MFA_CODE": code}));
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body.clone()).await,
        WRONG_CODE
    );
    t.set_attributes(&token, &[("phone_number", "")]).await;
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body.clone()).await,
        "NotAuthorizedException: Invalid session for the user."
    );
    let nothing_left = "MFAMethodNotFoundException: The user has no second factor, and none can be set up in a sign-in.";
    assert_eq!(
        t.refusal("InitiateAuth", crate::mfa::in_clear(ANN)).await,
        nothing_left
    );
    let ways = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}});
    let session = session_of(&t.ok("InitiateAuth", ways).await);
    let by_password = json!({"ANSWER": "PASSWORD", "PASSWORD": crate::mfa::PASSWORD});
    let chosen = answer("SELECT_CHALLENGE", ANN, &session, by_password);
    assert_eq!(
        t.refusal("RespondToAuthChallenge", chosen).await,
        nothing_left
    );
    t.disable(&sub).await;
    t.set_attributes(&token, &[("phone_number", NUMBER)]).await;
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "NotAuthorizedException: User is disabled."
    );
}
