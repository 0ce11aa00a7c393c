//! A pool that signs in by phone number: what differs from mails, word for word. What holds for both
//! is run for both elsewhere.

use poolhouse_domain::pool::ContactAttribute::PhoneNumber;
use serde_json::json;

use crate::test_server::{TestServer, Tokens, claims, pool_of};

const ANN: &str = "+12065550123";

async fn server() -> TestServer {
    TestServer::with(pool_of(&[PhoneNumber])).await
}

#[tokio::test]
async fn a_sign_up_is_texted_a_code() {
    let t = server().await;
    let attributes =
        json!([{"Name": "phone_number", "Value": ANN}, {"Name": "email", "Value": ""}]);
    let body = json!({"Username": ANN, "UserAttributes": attributes});
    let reply = t.ok("SignUp", body).await;
    let details = json!({
        "Destination": "+*******0123", "DeliveryMedium": "SMS", "AttributeName": "phone_number",
    });
    assert_eq!(
        reply,
        json!({
            "UserConfirmed": false, "UserSub": reply["UserSub"], "CodeDeliveryDetails": details,
        })
    );
    let texts = t.mail_to(ANN).await;
    assert_eq!((texts.len(), texts[0].subject.as_str()), (1, ""));
    assert_eq!(texts[0].code.len(), 6);
    assert_eq!(
        texts[0].text,
        format!(
            "The verification code to your new account is {}",
            texts[0].code
        )
    );
    t.wait(30);
    let resent = t.ok("ResendConfirmationCode", json!({"Username": ANN}));
    assert_eq!(resent.await, json!({"CodeDeliveryDetails": details}));
}

#[tokio::test]
async fn the_confirmation_signs_in_and_proves_the_number() {
    let t = server().await;
    let tokens = t.register(ANN).await;
    let id = claims(&tokens.id);
    assert_eq!(id["phone_number"], ANN);
    assert_eq!(id["phone_number_verified"], true);
    assert_eq!(id["amr"], json!(["sms"]));
    assert_eq!(id["acr"], "urn:cognito:loa:2");
    assert!(id.get("email_verified").is_none());
    let factors = t.ok("GetUserAuthFactors", json!({"AccessToken": tokens.access}));
    assert_eq!(
        factors.await["ConfiguredUserAuthFactors"],
        json!(["SMS_OTP"])
    );
}

#[tokio::test]
async fn a_sign_in_is_texted_eight_digits() {
    let mut pool = pool_of(&[PhoneNumber]);
    pool.messages.sign_in_sms.0 = "{####} lets you in".to_owned();
    let t = TestServer::with(pool).await;
    t.register(ANN).await;
    let reply = t.start_with(ANN, "SMS_OTP").await;
    assert_eq!(
        reply,
        json!({
            "ChallengeName": "SMS_OTP",
            "Session": reply["Session"],
            "ChallengeParameters": {
                "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
                "CODE_DELIVERY_DESTINATION": "+*******0123",
            },
            "AvailableChallenges": ["SMS_OTP"],
        })
    );
    let text = &t.mail_to(ANN).await[0];
    assert_eq!(text.code.len(), 8);
    assert_eq!(text.text, format!("{} lets you in", text.code));
    let body = json!({
        "ChallengeName": "SMS_OTP", "Session": reply["Session"],
        "ChallengeResponses": {"USERNAME": ANN, "SMS_OTP_CODE": text.code},
    });
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
    assert_eq!(claims(&tokens.access)["amr"], json!(["sms"]));
}

#[tokio::test]
async fn a_text_is_asked_for_by_its_own_name() {
    let t = server().await;
    t.register(ANN).await;
    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    let body = json!({
        "ChallengeName": "SMS_OTP", "Session": session,
        "ChallengeResponses": {"USERNAME": ANN, "EMAIL_OTP_CODE": code},
    });
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "InvalidParameterException: Missing required parameter SMS_OTP_CODE"
    );
    assert_eq!(
        t.refusal(
            "RespondToAuthChallenge",
            TestServer::otp_to("EMAIL_OTP", ANN, &session, &code)
        )
        .await,
        "NotAuthorizedException: Invalid session for the user."
    );
    t.ok(
        "RespondToAuthChallenge",
        TestServer::otp(ANN, &session, &code),
    )
    .await;
}

#[tokio::test]
async fn a_number_is_written_in_e164_alone() {
    let t = server().await;
    for name in [
        "12065550123",
        "+1-206-555-0123",
        "+1206555012",
        "+999123456789",
        "+0155555501",
        "ann@example.com",
        "ann",
    ] {
        let refusal = t.refusal("SignUp", json!({"Username": name})).await;
        assert_eq!(
            refusal, "InvalidParameterException: Invalid phone number format.",
            "{name}"
        );
    }
    let body = json!({
        "Username": ANN, "UserAttributes": [{"Name": "phone_number", "Value": "+12065550124"}],
    });
    assert_eq!(
        t.refusal("SignUp", body).await,
        "InvalidParameterException: The attribute phone_number must be the username."
    );
}

#[tokio::test]
async fn one_number_has_one_account() {
    let t = server().await;
    t.sign_up(ANN).await;
    assert_eq!(
        t.refusal("SignUp", json!({"Username": ANN})).await,
        "UsernameExistsException: User already exists"
    );
}

#[tokio::test]
async fn an_address_is_a_plain_attribute_here() {
    let t = server().await;
    let token = t.register(ANN).await.access;
    let change = json!({
        "AccessToken": token, "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}],
    });
    let reply = t.ok("UpdateUserAttributes", change).await;
    assert_eq!(reply, json!({"CodeDeliveryDetailsList": []}));
    assert!(t.mail_to("ann@example.com").await.is_empty());
    // It can be proved when somebody asks for it, and yet nobody signs in with it.
    let ask = json!({"AccessToken": token, "AttributeName": "email"});
    t.ok("GetUserAttributeVerificationCode", ask).await;
    let code = t.code_for("ann@example.com").await;
    let prove = json!({"AccessToken": token, "AttributeName": "email", "Code": code});
    t.ok("VerifyUserAttribute", prove).await;
    let reply = t.start_any("ann@example.com").await;
    assert_eq!(reply["AvailableChallenges"], json!(["SMS_OTP"]));
    t.start_with("ann@example.com", "SMS_OTP").await;
    assert_eq!(t.mail_to(ANN).await.len(), 1, "only the sign-up's");
}
