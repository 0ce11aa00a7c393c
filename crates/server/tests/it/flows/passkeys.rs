//! Signing in with a passkey.

use poolhouse_domain::passkey::FactorConfiguration;
use poolhouse_domain::pool::{Mfa, MfaMethod, PoolConfig};
use poolhouse_domain::user::UserStatus;
use serde_json::json;

use crate::authenticator::{Authenticator, UV};
use crate::passkeys::{challenge, pool};
use crate::test_server::{TestServer, Tokens, claims};

pub(crate) const ANN: &str = "ann@example.com";
pub(crate) const BOB: &str = "bob@example.com";
pub(crate) const BAD: &str = "NotAuthorizedException: Incorrect username or password.";
const USED: &str =
    "NotAuthorizedException: Invalid session for the user, session can only be used once.";

#[tokio::test]
async fn preferred() {
    let t = TestServer::with_passkeys().await;
    let (mut phone, mut key) = (Authenticator::new(1), Authenticator::security_key(2));
    let token = t.register_with(ANN, &mut phone).await.access;
    t.wait(1);
    t.enrol(&token, &mut key).await;
    let reply = t.start_web_authn(ANN).await;
    let (session, options) = challenge(&reply);
    assert_eq!(
        options,
        json!({
            "challenge": options["challenge"],
            "timeout": 180_000,
            "rpId": "localhost",
            "allowCredentials": [
                {"type": "public-key", "id": phone.credential_id(), "transports": ["internal", "hybrid"]},
                {"type": "public-key", "id": key.credential_id(), "transports": ["usb"]},
            ],
            "userVerification": "preferred",
        })
    );
    assert_eq!(
        reply,
        json!({
            "ChallengeName": "WEB_AUTHN",
            "Session": session,
            "ChallengeParameters": reply["ChallengeParameters"],
            "AvailableChallenges": ["EMAIL_OTP", "WEB_AUTHN"],
        })
    );
    let body = TestServer::web_authn(ANN, &session, &phone.get(&options));
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
    assert_eq!(claims(&tokens.access)["amr"], json!(["swk"]));
    assert_eq!(claims(&tokens.id)["acr"], "urn:cognito:loa:3");
    let tokens = t.sign_in_with(ANN, &mut key).await;
    assert_eq!(claims(&tokens.access)["amr"], json!(["hwk"]));
    // The tokens are good, and what they say stays so.
    t.ok("GetUser", json!({"AccessToken": tokens.access})).await;
    let body = json!({"RefreshToken": tokens.refresh});
    let refreshed = Tokens::of(&t.ok("GetTokensFromRefreshToken", body).await);
    assert_eq!(claims(&refreshed.access)["amr"], json!(["hwk"]));
}

#[tokio::test]
async fn selected() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    t.register_with(ANN, &mut authenticator).await;
    let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}});
    let reply = t.ok("InitiateAuth", body).await;
    assert_eq!(reply["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(
        reply["AvailableChallenges"],
        json!(["EMAIL_OTP", "WEB_AUTHN"])
    );
    let body = TestServer::select(ANN, reply["Session"].as_str().unwrap(), "WEB_AUTHN");
    let (session, options) = challenge(&t.ok("RespondToAuthChallenge", body).await);
    let body = TestServer::web_authn(ANN, &session, &authenticator.get(&options));
    t.ok("RespondToAuthChallenge", body).await;
}

#[tokio::test]
async fn without_a_passkey_there_is_a_choice() {
    let t = TestServer::with_passkeys().await;
    t.register(ANN).await;
    let reply = t.start_web_authn(ANN).await;
    assert_eq!(reply["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(reply["AvailableChallenges"], json!(["EMAIL_OTP"]));
    let body = TestServer::select(ANN, reply["Session"].as_str().unwrap(), "WEB_AUTHN");
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "InvalidParameterException: Invalid ANSWER: got WEB_AUTHN, expected one of EMAIL_OTP"
    );
}

#[tokio::test]
async fn cancelled_then_a_code() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    t.register_with(ANN, &mut authenticator).await;
    let (session, options) = t.ask_for_passkey(ANN).await;
    let reply = t
        .ok(
            "RespondToAuthChallenge",
            TestServer::select(ANN, &session, "EMAIL_OTP"),
        )
        .await;
    assert_eq!(reply["ChallengeName"], "EMAIL_OTP");
    let code = t.code_for(ANN).await;
    let body = TestServer::email_otp(ANN, reply["Session"].as_str().unwrap(), &code);
    t.ok("RespondToAuthChallenge", body).await;
    // The dialog that was closed is worth nothing any more.
    let body = TestServer::web_authn(ANN, &session, &authenticator.get(&options));
    assert_eq!(t.refusal("RespondToAuthChallenge", body).await, USED);
}

#[tokio::test]
async fn cancelled_then_the_passkey_after_all() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    t.register_with(ANN, &mut authenticator).await;
    let (session, options) = t.ask_for_passkey(ANN).await;
    let body = TestServer::select(ANN, &session, "WEB_AUTHN");
    let (session, again) = challenge(&t.ok("RespondToAuthChallenge", body).await);
    assert_ne!(options["challenge"], again["challenge"]);
    let body = TestServer::web_authn(ANN, &session, &authenticator.get(&again));
    t.ok("RespondToAuthChallenge", body).await;
}

#[tokio::test]
async fn a_session_is_worth_one_answer() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    t.register_with(ANN, &mut authenticator).await;
    let (session, options) = t.ask_for_passkey(ANN).await;
    let right = TestServer::web_authn(ANN, &session, &authenticator.get(&options));
    t.ok("RespondToAuthChallenge", right.clone()).await;
    assert_eq!(t.refusal("RespondToAuthChallenge", right).await, USED);

    let (session, options) = t.ask_for_passkey(ANN).await;
    let wrong = TestServer::web_authn(ANN, &session, "{}");
    assert_eq!(t.refusal("RespondToAuthChallenge", wrong).await, BAD);
    let right = TestServer::web_authn(ANN, &session, &authenticator.get(&options));
    assert_eq!(t.refusal("RespondToAuthChallenge", right).await, USED);
    let mut without = TestServer::web_authn(ANN, &t.ask_for_passkey(ANN).await.0, "");
    without["ChallengeResponses"]
        .as_object_mut()
        .unwrap()
        .remove("CREDENTIAL");
    assert_eq!(
        t.refusal("RespondToAuthChallenge", without).await,
        "InvalidParameterException: Missing required parameter CREDENTIAL"
    );
}

#[tokio::test]
async fn it_takes_three_minutes_at_most() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    t.register_with(ANN, &mut authenticator).await;
    for (wait, good) in [(179, true), (180, false)] {
        let (session, options) = t.ask_for_passkey(ANN).await;
        t.wait(wait);
        let body = TestServer::web_authn(ANN, &session, &authenticator.get(&options));
        if good {
            t.ok("RespondToAuthChallenge", body).await;
        } else {
            let refusal = t.refusal("RespondToAuthChallenge", body).await;
            assert!(refusal.ends_with("session is expired."), "{refusal}");
        }
    }
}

#[tokio::test]
async fn a_bad_assertion_sounds_like_an_unknown_one() {
    let t = TestServer::with_passkeys().await;
    let mut good = Authenticator::new(1);
    t.register_with(ANN, &mut good).await;
    let handle = good.user_handle.clone();
    let like_good = |id| Authenticator {
        user_handle: handle.clone(),
        ..Authenticator::new(id)
    };
    for mut bad in [
        // An unknown passkey, and another key under a known id.
        like_good(9),
        like_good(1),
        Authenticator {
            origin: "https://evil.example",
            ..like_good(1)
        },
        Authenticator {
            rp_id: Some("example.com"),
            ..like_good(1)
        },
    ] {
        assert_eq!(t.not_signed_in(ANN, &mut bad).await, BAD);
    }
    let mut strange = |change: fn(&mut Authenticator)| {
        let before = (
            good.origin,
            good.rp_id,
            good.flags,
            good.user_handle.clone(),
        );
        change(&mut good);
        let options = json!({"challenge": "AAAA", "rpId": "localhost"});
        let assertion = good.get(&options);
        (good.origin, good.rp_id, good.flags, good.user_handle) = before;
        assertion
    };
    for assertion in [
        strange(|_| ()),
        "[]".to_owned(),
        "null".to_owned(),
        "not json".to_owned(),
        strange(|good| good.user_handle = Some("Zm9v".to_owned())),
    ] {
        let (session, _) = t.ask_for_passkey(ANN).await;
        let body = TestServer::web_authn(ANN, &session, &assertion);
        assert_eq!(t.refusal("RespondToAuthChallenge", body).await, BAD);
    }
    // By itself it is good, with or without a user handle.
    t.sign_in_with(ANN, &mut good).await;
    good.user_handle = None;
    t.sign_in_with(ANN, &mut good).await;
    good.origin = "https://evil.example";
    assert_eq!(t.not_signed_in(ANN, &mut good).await, BAD);
}

#[tokio::test]
async fn bad_assertions_switch_nothing_off() {
    let t = TestServer::with_passkeys().await;
    let mut good = Authenticator::new(1);
    t.register_with(ANN, &mut good).await;
    for _ in 0..120 {
        assert_eq!(t.not_signed_in(ANN, &mut Authenticator::new(1)).await, BAD);
    }
    t.sign_in_with(ANN, &mut good).await;
}

#[tokio::test]
async fn a_passkey_switches_codes_on_again() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    t.register_with(ANN, &mut authenticator).await;
    for _ in 0..20 {
        t.wait(30);
        let session = t.ask_for_code(ANN).await;
        let wrong = TestServer::other_code(&t.code_for(ANN).await);
        for _ in 0..5 {
            t.refusal(
                "RespondToAuthChallenge",
                TestServer::email_otp(ANN, &session, &wrong),
            )
            .await;
        }
    }
    let reply = t.start_web_authn(ANN).await;
    assert_eq!(reply["AvailableChallenges"], json!(["WEB_AUTHN"]));
    t.sign_in_with(ANN, &mut authenticator).await;
    let reply = t.start_web_authn(ANN).await;
    assert_eq!(
        reply["AvailableChallenges"],
        json!(["EMAIL_OTP", "WEB_AUTHN"])
    );
}

#[tokio::test]
async fn anothers_passkey_is_refused() {
    let t = TestServer::with_passkeys().await;
    let (mut of_ann, mut of_bob) = (Authenticator::new(1), Authenticator::new(2));
    t.register_with(ANN, &mut of_ann).await;
    t.register_with(BOB, &mut of_bob).await;
    assert_eq!(t.not_signed_in(ANN, &mut of_bob).await, BAD);
    of_bob.user_handle.clone_from(&of_ann.user_handle);
    assert_eq!(t.not_signed_in(ANN, &mut of_bob).await, BAD);
    // Nor does it help to give Ann's Session with Bob's name.
    let (session, options) = t.ask_for_passkey(ANN).await;
    let body = TestServer::web_authn(BOB, &session, &of_bob.get(&options));
    let refusal = t.refusal("RespondToAuthChallenge", body).await;
    assert_eq!(
        refusal,
        "NotAuthorizedException: Invalid session for the user."
    );
}

#[tokio::test]
async fn the_account_must_be_usable() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    let token = t.register_with(ANN, &mut authenticator).await.access;
    let answer = async |authenticator: &mut Authenticator, change| {
        let (session, options) = t.ask_for_passkey(ANN).await;
        t.change_user(&token, change).await;
        let body = TestServer::web_authn(ANN, &session, &authenticator.get(&options));
        t.refusal("RespondToAuthChallenge", body).await
    };
    assert_eq!(
        answer(&mut authenticator, |user| user.status =
            UserStatus::Unconfirmed)
        .await,
        "UserNotConfirmedException: User is not confirmed."
    );
    t.change_user(&token, |user| user.status = UserStatus::Confirmed)
        .await;
    assert_eq!(
        answer(&mut authenticator, |user| user.enabled = false).await,
        "NotAuthorizedException: User is disabled."
    );
    // From now on the account is answered like a stranger's.
    let (reply, again) = (t.start_web_authn(ANN).await, t.start_web_authn(ANN).await);
    assert_eq!(reply["ChallengeName"], again["ChallengeName"]);
    t.change_user(&token, |user| user.enabled = true).await;
    t.sign_in_with(ANN, &mut authenticator).await;
}

#[tokio::test]
async fn who_leaves_in_between_does_not_come_in() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    let token = t.register_with(ANN, &mut authenticator).await.access;
    let (session, options) = t.ask_for_passkey(ANN).await;
    t.ok("DeleteUser", json!({"AccessToken": token})).await;
    let body = TestServer::web_authn(ANN, &session, &authenticator.get(&options));
    assert_eq!(t.refusal("RespondToAuthChallenge", body).await, BAD);
    // The new account of that name has nothing of the old one's.
    let token = t.register(ANN).await.access;
    assert!(t.passkeys(&token).await.is_empty());
}

#[tokio::test]
async fn user_verification_is_required_or_preferred() {
    let mut t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    t.register_with(ANN, &mut authenticator).await;
    authenticator.flags &= !UV;
    t.sign_in_with(ANN, &mut authenticator).await;

    let mut config = pool();
    config
        .relying_party
        .as_mut()
        .unwrap()
        .user_verification_required = true;
    t.reconfigure(config).await;
    assert_eq!(
        t.ask_for_passkey(ANN).await.1["userVerification"],
        "required"
    );
    assert_eq!(t.not_signed_in(ANN, &mut authenticator).await, BAD);
    authenticator.flags |= UV;
    t.sign_in_with(ANN, &mut authenticator).await;
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused() {
    let t = TestServer::with_passkeys().await;
    let mut key = Authenticator::security_key(1);
    t.register_with(ANN, &mut key).await;
    t.sign_in_with(ANN, &mut key).await;
    let count = key.sign_count;
    for rollback in [count - 1, count - 2, 1] {
        // `get` counts up once before it signs.
        key.sign_count = rollback;
        assert_eq!(t.not_signed_in(ANN, &mut key).await, BAD, "{rollback}");
    }
    key.sign_count = 0;
    assert_eq!(t.not_signed_in(ANN, &mut key).await, BAD);
    key.sign_count = count;
    t.sign_in_with(ANN, &mut key).await;
}

#[tokio::test]
async fn a_passkey_outlives_a_restart() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    t.register_with(ANN, &mut authenticator).await;
    let (session, options) = t.ask_for_passkey(ANN).await;
    let t = t.restart().await;
    let body = TestServer::web_authn(ANN, &session, &authenticator.get(&options));
    t.ok("RespondToAuthChallenge", body).await;
}

#[tokio::test]
async fn passkeys_of_an_old_relying_party_are_not_asked_for() {
    let mut t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    let token = t.register_with(ANN, &mut authenticator).await.access;
    let (session, options) = t.ask_for_passkey(ANN).await;
    let mut config = pool();
    config.relying_party.as_mut().unwrap().id = "example.com".to_owned();
    t.reconfigure(config).await;
    let body = TestServer::web_authn(ANN, &session, &authenticator.get(&options));
    assert_eq!(t.refusal("RespondToAuthChallenge", body).await, BAD);
    assert_eq!(
        t.start_web_authn(ANN).await["AvailableChallenges"],
        json!(["EMAIL_OTP"])
    );
    assert_eq!(t.passkeys(&token).await.len(), 1);

    // A pool that gives passkeys up does not take those that were asked for before.
    t.reconfigure(pool()).await;
    let (session, options) = t.ask_for_passkey(ANN).await;
    t.reconfigure(PoolConfig::default()).await;
    let body = TestServer::web_authn(ANN, &session, &authenticator.get(&options));
    let refusal = t.refusal("RespondToAuthChallenge", body).await;
    assert_eq!(
        refusal,
        "NotAuthorizedException: Invalid session for the user."
    );
}

/// Who must show two factors begins with neither a code nor, unless it counts for two in the pool and
/// for them, a passkey.
#[tokio::test]
async fn with_mfa_a_passkey_must_be_two_factors() {
    let mut t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    let token = t.register_with(ANN, &mut authenticator).await.access;
    let (session, options) = t.ask_for_passkey(ANN).await;
    let mut config = PoolConfig {
        mfa: Mfa::On,
        mfa_methods: vec![MfaMethod::SoftwareTokenMfa],
        ..pool()
    };
    t.reconfigure(config.clone()).await;
    let initiate = |name: &str| {
        let parameters = json!({"USERNAME": name, "PREFERRED_CHALLENGE": "WEB_AUTHN"});
        json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters})
    };
    for name in [ANN, "~passkey", "nobody@example.com"] {
        let refusal = t.refusal("InitiateAuth", initiate(name)).await;
        assert_eq!(
            refusal, "NotAuthorizedException: No way to sign in is open to the user.",
            "{name}"
        );
    }
    let body = TestServer::web_authn(ANN, &session, &authenticator.get(&options));
    assert_eq!(t.refusal("RespondToAuthChallenge", body).await, BAD);

    config.passkeys.factor = FactorConfiguration::MultiFactorWithUserVerification;
    t.reconfigure(config).await;
    let refusal = t.refusal("InitiateAuth", initiate(ANN)).await;
    assert_eq!(
        refusal,
        "NotAuthorizedException: No way to sign in is open to the user."
    );
    assert_eq!(t.not_signed_in("~passkey", &mut authenticator).await, BAD);
    t.register_app(&token).await;
    t.prefer(&token, json!({"WebAuthnMfaSettings": {"Enabled": true}}))
        .await;
    let reply = t.start_web_authn(ANN).await;
    assert_eq!(reply["AvailableChallenges"], json!(["WEB_AUTHN"]));
    assert_eq!(challenge(&reply).1["userVerification"], "required");
    t.sign_in_with(ANN, &mut authenticator).await;
    authenticator.flags &= !UV;
    assert_eq!(t.not_signed_in(ANN, &mut authenticator).await, BAD);
}
