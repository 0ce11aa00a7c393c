//! Who may begin with what (reference: "MFA with passwordless"), for everybody without a second
//! factor of their own, and for those to whom a passkey is two.

use poolhouse_domain::passkey::FactorConfiguration::{
    self, MultiFactorWithUserVerification as Two, SingleFactor as One,
};
use poolhouse_domain::pool::ContactAttribute::{Email, PhoneNumber};
use poolhouse_domain::pool::{FirstFactor, Mfa, MfaMethod, PoolConfig};
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::passkeys;
use crate::test_server::{TestServer, Tokens, pool_of};

const ANN: &str = "ann@example.com";
const PHONE: &str = "+12065550123";
const NONE: &str = "NotAuthorizedException: No way to sign in is open to the user.";

/// Every factor but passwords, and these rules on second factors.
fn pool(mfa: Mfa, passkeys: FactorConfiguration) -> PoolConfig {
    let mut pool = PoolConfig {
        mfa,
        mfa_methods: vec![MfaMethod::EmailOtp],
        first_factors: vec![
            FirstFactor::EmailOtp,
            FirstFactor::SmsOtp,
            FirstFactor::WebAuthn,
        ],
        relying_party: passkeys::pool().relying_party,
        passkeys: passkeys::pool().passkeys,
        ..pool_of(&[Email, PhoneNumber])
    };
    pool.passkeys.factor = passkeys;
    pool
}

/// Says that a passkey is two factors.
fn passkey_is_two() -> Value {
    json!({"WebAuthnMfaSettings": {"Enabled": true}})
}

fn sign_up(name: &str, phone: &str) -> Value {
    let attributes = json!([
        {"Name": "email", "Value": name}, {"Name": "phone_number", "Value": phone},
    ]);
    json!({"Username": name, "UserAttributes": attributes})
}

/// Somebody with an address, a number and a passkey, in a pool without second factors.
async fn server() -> (TestServer, Tokens, Authenticator) {
    let t = TestServer::with(pool(Mfa::Off, One)).await;
    t.ok("SignUp", sign_up(ANN, PHONE)).await;
    let session = t.ask_for_code(ANN).await;
    let body = TestServer::otp(ANN, &session, &t.code_for(ANN).await);
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
    let mut authenticator = Authenticator::new(1);
    t.enrol(&tokens.access, &mut authenticator).await;
    (t, tokens, authenticator)
}

#[tokio::test]
async fn the_table() {
    let all = json!(["EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]);
    let (mut t, tokens, _) = server().await;
    for (mfa, passkeys, two, offered) in [
        (Mfa::Off, One, false, all.clone()),
        (Mfa::Off, Two, false, all.clone()),
        (Mfa::Optional, One, false, all.clone()),
        (Mfa::Optional, Two, false, all.clone()),
        (Mfa::On, One, false, json!([])),
        (Mfa::On, Two, false, json!([])),
        // What the user wants of passkeys counts where the pool wants it too.
        (Mfa::On, Two, true, json!(["WEB_AUTHN"])),
        (Mfa::On, One, true, json!([])),
        (Mfa::Optional, Two, true, all.clone()),
        (Mfa::Off, Two, true, all),
    ] {
        if two {
            t.reconfigure(pool(Mfa::On, Two)).await;
            t.prefer(&tokens.access, passkey_is_two()).await;
        }
        t.reconfigure(pool(mfa, passkeys)).await;
        let factors = json!({"AccessToken": tokens.access});
        let factors = t.ok("GetUserAuthFactors", factors).await;
        assert_eq!(
            factors["ConfiguredUserAuthFactors"], offered,
            "{mfa:?} {passkeys:?} {two}"
        );
        let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}});
        if offered == json!([]) {
            assert_eq!(t.refusal("InitiateAuth", body).await, NONE);
        } else {
            let reply = t.ok("InitiateAuth", body).await;
            assert_eq!(
                reply["AvailableChallenges"], offered,
                "{mfa:?} {passkeys:?} {two}"
            );
        }
    }
}

#[tokio::test]
async fn a_preference_that_is_not_open_is_a_choice() {
    let (mut t, tokens, _) = server().await;
    t.reconfigure(pool(Mfa::On, Two)).await;
    t.prefer(&tokens.access, passkey_is_two()).await;
    let sent = t.mail_to(PHONE).await.len();
    for preferred in ["EMAIL_OTP", "SMS_OTP"] {
        let reply = t.start_with(ANN, preferred).await;
        assert_eq!(reply["ChallengeName"], "SELECT_CHALLENGE");
        assert_eq!(reply["AvailableChallenges"], json!(["WEB_AUTHN"]));
    }
    assert_eq!(t.mail_to(PHONE).await.len(), sent);
}

#[tokio::test]
async fn a_code_on_its_way_is_worth_nothing_where_codes_were_closed() {
    for (way, to) in [("EMAIL_OTP", ANN), ("SMS_OTP", PHONE)] {
        let (mut t, ..) = server().await;
        let session = t.start_with(ANN, way).await["Session"].clone();
        let body = TestServer::otp_to(way, ANN, session.as_str().unwrap(), &t.code_for(to).await);
        let without = PoolConfig {
            first_factors: vec![FirstFactor::WebAuthn],
            ..pool(Mfa::Off, One)
        };
        for closed in [pool(Mfa::On, Two), without] {
            t.reconfigure(closed).await;
            assert_eq!(
                t.refusal("RespondToAuthChallenge", body.clone()).await,
                "NotAuthorizedException: Invalid session for the user."
            );
        }
        t.reconfigure(pool(Mfa::Off, One)).await;
        t.ok("RespondToAuthChallenge", body).await;
    }
}

#[tokio::test]
async fn a_confirmation_signs_in_only_where_such_a_code_would() {
    let (mut t, ..) = server().await;
    let name = "bob@example.com";
    t.ok("SignUp", sign_up(name, "+12065550199")).await;
    let body = json!({"Username": name, "ConfirmationCode": t.code_for(name).await});
    let session = t.ok("ConfirmSignUp", body).await["Session"].clone();
    let body =
        json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": name}, "Session": session});
    let by_text = PoolConfig {
        first_factors: vec![FirstFactor::SmsOtp],
        ..pool(Mfa::Off, One)
    };
    t.reconfigure(by_text).await;
    let reply = t.ok("InitiateAuth", body.clone()).await;
    assert_eq!(reply["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(reply["AvailableChallenges"], json!(["SMS_OTP"]));
    t.reconfigure(pool(Mfa::Off, One)).await;
    assert!(
        !Tokens::of(&t.ok("InitiateAuth", body).await)
            .access
            .is_empty()
    );
}

#[tokio::test]
async fn who_must_have_two_factors_cannot_sign_up_with_one() {
    let t = TestServer::with(pool(Mfa::On, Two)).await;
    assert_eq!(
        t.refusal("SignUp", sign_up(ANN, PHONE)).await,
        "InvalidParameterException: Missing required parameter Password"
    );
}
