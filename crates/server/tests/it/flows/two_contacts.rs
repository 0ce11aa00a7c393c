//! A pool that signs in by e-mail address and by phone number: which of the two is meant when.

use poolhouse_domain::pool::ContactAttribute::{Email, PhoneNumber};
use poolhouse_domain::pool::{ContactAttribute, PoolConfig};
use serde_json::{Value, json};

use crate::test_server::{TestServer, Tokens, claims, contact, pool_of};

const MAIL: &str = "ann@example.com";
const PHONE: &str = "+12065550123";

/// As `defineAuth` makes it: both must be given at sign-up.
async fn server() -> TestServer {
    TestServer::with(pool_of(&[Email, PhoneNumber])).await
}

/// As it is with `userAttributes: { phoneNumber: { required: false }, email: { required: false } }`.
fn either() -> PoolConfig {
    let mut pool = pool_of(&[Email, PhoneNumber]);
    for spec in &mut pool.schema.0 {
        spec.required = false;
    }
    pool
}

fn attributes(values: &[&str]) -> Value {
    let list = values
        .iter()
        .map(|value| json!({"Name": contact(value).as_str(), "Value": value}));
    list.collect()
}

/// Signs up as `name` with both, and gives the access token of whoever confirmed it.
async fn register(t: &TestServer, name: &str, both: &[&str]) -> Tokens {
    let body = json!({"Username": name, "UserAttributes": attributes(both)});
    t.ok("SignUp", body).await;
    let code = t.code_for(name).await;
    let body = json!({"Username": name, "ConfirmationCode": code});
    let session = t.ok("ConfirmSignUp", body).await["Session"].clone();
    let body =
        json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": name}, "Session": session});
    Tokens::of(&t.ok("InitiateAuth", body).await)
}

async fn verified(t: &TestServer, token: &str) -> [Option<bool>; 2] {
    let user = t.ok("GetUser", json!({"AccessToken": token})).await;
    let list = user["UserAttributes"].as_array().unwrap().clone();
    ContactAttribute::ALL.map(|contact| {
        let proof = list
            .iter()
            .find(|given| given["Name"] == contact.verified());
        proof.map(|proof| proof["Value"] == "true")
    })
}

async fn prove(t: &TestServer, token: &str, value: &str) -> Value {
    let attribute = contact(value).as_str();
    let code = t.code_for(value).await;
    let body = json!({"AccessToken": token, "AttributeName": attribute, "Code": code});
    t.call("VerifyUserAttribute", body).await.body
}

/// Signs in by a code to `to`, as `name`.
async fn sign_in(t: &TestServer, name: &str, to: &str) -> Tokens {
    let challenge = contact(to).factor().as_str();
    let reply = t.start_with(name, challenge).await;
    assert_eq!(reply["ChallengeName"], challenge);
    let session = reply["Session"].as_str().unwrap();
    let body = TestServer::otp_to(challenge, name, session, &t.code_for(to).await);
    Tokens::of(&t.ok("RespondToAuthChallenge", body).await)
}

#[tokio::test]
async fn the_code_of_a_sign_up_goes_to_what_one_signed_up_with() {
    for (name, other, proved) in [(MAIL, PHONE, [true, false]), (PHONE, MAIL, [false, true])] {
        let t = server().await;
        let tokens = register(&t, name, &[MAIL, PHONE]).await;
        assert_eq!(verified(&t, &tokens.access).await, proved.map(Some));
        assert!(t.mail_to(other).await.is_empty(), "{other}");
    }
}

#[tokio::test]
async fn a_sub_stands_for_what_one_signed_up_with() {
    for name in [MAIL, PHONE] {
        let t = server().await;
        let body = json!({"Username": name, "UserAttributes": attributes(&[MAIL, PHONE])});
        let sub = t.ok("SignUp", body).await["UserSub"].clone();
        t.wait(30);
        let sent = t
            .ok("ResendConfirmationCode", json!({"Username": sub}))
            .await;
        let attribute = contact(name).as_str();
        assert_eq!(sent["CodeDeliveryDetails"]["AttributeName"], attribute);
        let code = t.code_for(name).await;
        let body = json!({"Username": sub, "ConfirmationCode": code});
        t.ok("ConfirmSignUp", body).await;
    }
}

#[tokio::test]
async fn where_one_is_proved_the_code_goes_there() {
    let pool = PoolConfig {
        auto_verified_attributes: vec![Email],
        ..pool_of(&[Email, PhoneNumber])
    };
    let t = TestServer::with(pool).await;
    let body = json!({"Username": PHONE, "UserAttributes": attributes(&[MAIL])});
    let reply = t.ok("SignUp", body).await;
    assert_eq!(reply["CodeDeliveryDetails"]["AttributeName"], "email");
    let code = t.code_for(MAIL).await;
    let body = json!({"Username": PHONE, "ConfirmationCode": code});
    t.ok("ConfirmSignUp", body).await;
    sign_in(&t, PHONE, MAIL).await;
    t.wait(30);
    sign_in(&t, MAIL, MAIL).await;
}

#[tokio::test]
async fn both_must_be_given_where_both_are_required() {
    let t = server().await;
    for (name, missing) in [(MAIL, "phone_number"), (PHONE, "email")] {
        assert_eq!(
            t.refusal("SignUp", json!({"Username": name})).await,
            format!(
                "InvalidParameterException: Attributes did not conform to the schema: {missing}: The attribute is required"
            )
        );
    }
    assert_eq!(
        t.refusal("SignUp", json!({"Username": "ann"})).await,
        "InvalidParameterException: Username should be either an email or a phone number."
    );
}

/// The Authenticator sends an empty address for whoever signs up by text message.
#[tokio::test]
async fn the_other_may_be_left_blank() {
    let t = server().await;
    let blank = json!([{"Name": "email", "Value": ""}, {"Name": "phone_number", "Value": PHONE}]);
    let body = json!({"Username": PHONE, "UserAttributes": blank});
    t.ok("SignUp", body).await;
    let body = json!({"Username": PHONE, "ConfirmationCode": t.code_for(PHONE).await});
    let session = t.ok("ConfirmSignUp", body).await["Session"].clone();
    let body =
        json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": PHONE}, "Session": session});
    let tokens = Tokens::of(&t.ok("InitiateAuth", body).await);
    assert_eq!(verified(&t, &tokens.access).await, [None, Some(true)]);
}

#[tokio::test]
async fn the_other_becomes_a_login_when_it_is_proved() {
    let t = server().await;
    let token = register(&t, MAIL, &[MAIL, PHONE]).await.access;
    // Until then it is a stranger's: the same answer, and no text.
    t.start_otp(PHONE).await;
    assert!(t.mail_to(PHONE).await.is_empty());

    let ask = json!({"AccessToken": token, "AttributeName": "phone_number"});
    let sent = t.ok("GetUserAttributeVerificationCode", ask).await;
    assert_eq!(
        sent["CodeDeliveryDetails"],
        json!({
            "Destination": "+*******0123", "DeliveryMedium": "SMS", "AttributeName": "phone_number",
        })
    );
    assert_eq!(prove(&t, &token, PHONE).await, json!({}));
    assert_eq!(verified(&t, &token).await, [Some(true); 2]);
    let tokens = sign_in(&t, PHONE, PHONE).await;
    assert_eq!(claims(&tokens.id)["sub"], claims(&token)["sub"]);
    sign_in(&t, PHONE, MAIL).await;
    t.wait(30);
    sign_in(&t, MAIL, PHONE).await;
}

#[tokio::test]
async fn a_code_that_signs_in_proves_where_it_went() {
    let t = server().await;
    let token = register(&t, MAIL, &[MAIL, PHONE]).await.access;
    assert_eq!(verified(&t, &token).await, [Some(true), Some(false)]);
    sign_in(&t, MAIL, PHONE).await;
    assert_eq!(verified(&t, &token).await, [Some(true); 2]);
    t.wait(30);
    sign_in(&t, PHONE, PHONE).await;
}

#[tokio::test]
async fn either_code_confirms_a_new_account() {
    for to in [MAIL, PHONE] {
        let t = server().await;
        let body = json!({"Username": MAIL, "UserAttributes": attributes(&[MAIL, PHONE])});
        t.ok("SignUp", body).await;
        let token = sign_in(&t, MAIL, to).await.access;
        assert_eq!(
            verified(&t, &token).await,
            [MAIL, PHONE].map(|contact| Some(contact == to))
        );
    }
}

#[tokio::test]
async fn one_may_be_added_later() {
    for (name, added) in [(MAIL, PHONE), (PHONE, MAIL)] {
        let t = TestServer::with(either()).await;
        let token = register(&t, name, &[]).await.access;
        let factors = || t.ok("GetUserAuthFactors", json!({"AccessToken": token}));
        let only = contact(name).factor().as_str();
        assert_eq!(factors().await["ConfiguredUserAuthFactors"], json!([only]));
        let change = json!({"AccessToken": token, "UserAttributes": attributes(&[added])});
        let reply = t.ok("UpdateUserAttributes", change).await;
        let sent = reply["CodeDeliveryDetailsList"].as_array().unwrap();
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0]["AttributeName"], contact(added).as_str());
        // It waits for its proof, and until then signs nobody in.
        assert_eq!(
            t.start_any(name).await["AvailableChallenges"],
            json!([only])
        );

        assert_eq!(prove(&t, &token, added).await, json!({}));
        assert_eq!(
            factors().await["ConfiguredUserAuthFactors"],
            json!(["EMAIL_OTP", "SMS_OTP"])
        );
        assert_eq!(
            t.start_any(added).await["AvailableChallenges"],
            json!(["EMAIL_OTP", "SMS_OTP"])
        );
        sign_in(&t, added, added).await;
    }
}

#[tokio::test]
async fn both_may_be_changed_at_once() {
    let t = server().await;
    let token = register(&t, MAIL, &[MAIL, PHONE]).await.access;
    let new = ["ann@example.org", "+12065550199"];
    let change = json!({"AccessToken": token, "UserAttributes": attributes(&new)});
    let reply = t.ok("UpdateUserAttributes", change).await;
    let sent = reply["CodeDeliveryDetailsList"].as_array().unwrap();
    let media: Vec<_> = sent.iter().map(|sent| &sent["DeliveryMedium"]).collect();
    assert_eq!(media, ["EMAIL", "SMS"]);
    // A code proves what it was sent for, and nothing else.
    let code = t.code_for(new[0]).await;
    let body = json!({"AccessToken": token, "AttributeName": "phone_number", "Code": code});
    let refusal = t.refusal("VerifyUserAttribute", body).await;
    assert!(refusal.starts_with("CodeMismatchException"), "{refusal}");
    for value in new {
        assert_eq!(prove(&t, &token, value).await, json!({}));
    }
    for value in new {
        sign_in(&t, value, value).await;
    }
}

#[tokio::test]
async fn what_is_anothers_cannot_be_given_nor_proved() {
    let t = server().await;
    register(&t, PHONE, &[PHONE, "bob@example.com"]).await;
    let body = json!({"Username": MAIL, "UserAttributes": attributes(&[MAIL, PHONE])});
    assert_eq!(
        t.refusal("SignUp", body).await,
        "UsernameExistsException: An account with the given phone_number already exists."
    );
    // Who was first to give it has not proved it yet; who proves it first has it.
    let eve = register(&t, "eve@example.com", &["eve@example.com", "+12065550199"]).await;
    let ann = register(&t, MAIL, &[MAIL, "+12065550199"]).await;
    for token in [&ann.access, &eve.access] {
        let ask = json!({"AccessToken": token, "AttributeName": "phone_number"});
        t.ok("GetUserAttributeVerificationCode", ask).await;
    }
    let codes: Vec<_> = t.mail_to("+12065550199").await;
    let verify = |token: &str, code: &str| json!({"AccessToken": token, "AttributeName": "phone_number", "Code": code});
    t.ok("VerifyUserAttribute", verify(&ann.access, &codes[1].code))
        .await;
    let alias = "AliasExistsException: An account with the phone_number already exists.";
    let late = verify(&eve.access, &codes[0].code);
    assert_eq!(t.refusal("VerifyUserAttribute", late).await, alias);
    // Nor by signing in with a code to it.
    let session = t.start_with("eve@example.com", "SMS_OTP").await["Session"].clone();
    let code = t.code_for("+12065550199").await;
    let session = session.as_str().unwrap();
    let body = TestServer::otp_to("SMS_OTP", "eve@example.com", session, &code);
    assert_eq!(t.refusal("RespondToAuthChallenge", body).await, alias);
    let tokens = sign_in(&t, "+12065550199", MAIL).await;
    assert_eq!(claims(&tokens.id)["sub"], claims(&ann.id)["sub"]);
}

#[tokio::test]
async fn the_order_is_cognitos_whatever_the_pool_says() {
    let mut pool = pool_of(&[PhoneNumber, Email]);
    pool.first_factors.reverse();
    let t = TestServer::with(pool).await;
    register(&t, MAIL, &[MAIL, PHONE]).await;
    let reply = t.start_any(MAIL).await;
    assert_eq!(reply["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(
        reply["AvailableChallenges"],
        json!(["EMAIL_OTP", "SMS_OTP"])
    );
    for (answer, medium) in [("SMS_OTP", "SMS"), ("EMAIL_OTP", "EMAIL")] {
        let session = t.start_any(MAIL).await["Session"].clone();
        let body = json!({
            "ChallengeName": "SELECT_CHALLENGE", "Session": session,
            "ChallengeResponses": {"USERNAME": MAIL, "ANSWER": answer},
        });
        let reply = t.ok("RespondToAuthChallenge", body).await;
        let sent = &reply["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"];
        assert_eq!(
            (&reply["ChallengeName"], sent),
            (&json!(answer), &json!(medium))
        );
    }
}

#[tokio::test]
async fn a_code_for_one_is_nothing_for_the_other() {
    let t = server().await;
    register(&t, MAIL, &[MAIL, PHONE]).await;
    let session = |challenge: &'static str| {
        let t = &t;
        async move {
            let reply = t.start_with(MAIL, challenge).await;
            reply["Session"].as_str().unwrap().to_owned()
        }
    };
    let [mail, text] = [session("EMAIL_OTP").await, session("SMS_OTP").await];
    let [mailed, texted] = [t.code_for(MAIL).await, t.code_for(PHONE).await];
    let answer = |challenge, session: &str, code: &str| {
        let body = TestServer::otp_to(challenge, MAIL, session, code);
        t.call("RespondToAuthChallenge", body)
    };
    for (challenge, session, code, refusal) in [
        ("EMAIL_OTP", &mail, &texted, "CodeMismatchException"),
        ("SMS_OTP", &text, &mailed, "CodeMismatchException"),
        ("SMS_OTP", &mail, &texted, "NotAuthorizedException"),
        ("EMAIL_OTP", &text, &mailed, "NotAuthorizedException"),
    ] {
        let reply = answer(challenge, session, code).await;
        assert_eq!(reply.body["__type"], refusal);
    }
    let reply = answer("EMAIL_OTP", &mail, &mailed).await;
    assert!(reply.status.is_success(), "{}", reply.body);
    let reply = answer("SMS_OTP", &text, &texted).await;
    assert!(reply.status.is_success(), "{}", reply.body);
}

#[tokio::test]
async fn wrong_codes_switch_off_one_factor_and_not_the_other() {
    let t = server().await;
    register(&t, MAIL, &[MAIL, PHONE]).await;
    for _ in 0..20 {
        t.wait(30);
        let session = t.start_with(MAIL, "SMS_OTP").await["Session"].clone();
        let wrong = TestServer::other_code(&t.code_for(PHONE).await);
        for _ in 0..5 {
            let session = session.as_str().unwrap();
            let body = TestServer::otp_to("SMS_OTP", MAIL, session, &wrong);
            t.refusal("RespondToAuthChallenge", body).await;
        }
    }
    let sent = t.mail_to(PHONE).await.len();
    t.wait(30);
    let reply = t.start_with(MAIL, "SMS_OTP").await;
    assert_eq!(reply["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(reply["AvailableChallenges"], json!(["EMAIL_OTP"]));
    assert_eq!(t.mail_to(PHONE).await.len(), sent);
    sign_in(&t, MAIL, MAIL).await;
}
