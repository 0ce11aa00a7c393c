//! Second factors by policy (reference §5.5): every row of the table, after every way to show a
//! password, and what is open to codes and passkeys.

use poolhouse_domain::passkey::FactorConfiguration::{
    self, MultiFactorWithUserVerification as Two, SingleFactor as One,
};
use poolhouse_domain::pool::{ContactAttribute, FirstFactor, Mfa, MfaMethod, PoolConfig};
use poolhouse_domain::user::UserStatus;
use serde_json::{Value, json};

use super::srp;
use crate::authenticator::Authenticator;
use crate::mfa::{ANN, App, NUMBER, PASSWORD, answer, in_clear, pool, session_of};
use crate::passkeys;
use crate::test_server::{TestServer, Tokens, claims, pool_of};

/// Every way to show a password.
const WAYS: [Way; 7] = [
    Way::UserPassword,
    Way::UserSrp,
    Way::Password,
    Way::PasswordSrp,
    Way::ChosenPassword,
    Way::ChosenPasswordSrp,
    Way::NewPassword,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// `USER_PASSWORD_AUTH`.
    UserPassword,
    /// `USER_SRP_AUTH`.
    UserSrp,
    /// `USER_AUTH`, preferred and in the first call.
    Password,
    PasswordSrp,
    /// `USER_AUTH`, chosen.
    ChosenPassword,
    ChosenPasswordSrp,
    /// `NEW_PASSWORD_REQUIRED` after any of them.
    NewPassword,
}

impl Way {
    /// The reply to the password, whatever is asked next.
    async fn go(self, t: &TestServer, sub: &str) -> Value {
        match self {
            Self::UserPassword => t.ok("InitiateAuth", in_clear(ANN)).await,
            Self::UserSrp => {
                let parameters = json!({"USERNAME": ANN, "SRP_A": srp::a()});
                let body = json!({"AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters});
                prove(t, &t.ok("InitiateAuth", body).await).await
            }
            Self::Password => prefer(t, "PASSWORD", json!({"PASSWORD": PASSWORD})).await,
            Self::PasswordSrp => {
                let asked = prefer(t, "PASSWORD_SRP", json!({"SRP_A": srp::a()})).await;
                prove(t, &asked).await
            }
            Self::ChosenPassword => choose(t, "PASSWORD", json!({"PASSWORD": PASSWORD})).await,
            Self::ChosenPasswordSrp => {
                let asked = choose(t, "PASSWORD_SRP", json!({"SRP_A": srp::a()})).await;
                prove(t, &asked).await
            }
            Self::NewPassword => {
                t.set_status(sub, UserStatus::ForceChangePassword).await;
                let asked = t.first_factor(ANN).await;
                let new = json!({"NEW_PASSWORD": PASSWORD});
                let body = answer("NEW_PASSWORD_REQUIRED", ANN, &session_of(&asked), new);
                t.ok("RespondToAuthChallenge", body).await
            }
        }
    }
}

/// `USER_AUTH` with a preference.
async fn prefer(t: &TestServer, preferred: &str, mut parameters: Value) -> Value {
    parameters["USERNAME"] = json!(ANN);
    parameters["PREFERRED_CHALLENGE"] = json!(preferred);
    let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
    t.ok("InitiateAuth", body).await
}

/// `USER_AUTH`, and a choice with what it asks for.
async fn choose(t: &TestServer, choice: &str, mut responses: Value) -> Value {
    responses["ANSWER"] = json!(choice);
    let session = session_of(&t.start_any(ANN).await);
    let body = answer("SELECT_CHALLENGE", ANN, &session, responses);
    t.ok("RespondToAuthChallenge", body).await
}

/// Ends what `PASSWORD_VERIFIER` asks.
async fn prove(t: &TestServer, asked: &Value) -> Value {
    let body = srp::verifier(asked, &srp::claim(t, asked, PASSWORD));
    t.ok("RespondToAuthChallenge", body).await
}

/// A pool with all first factors and these rules.
fn ruled(mfa: Mfa, passkeys: FactorConfiguration) -> PoolConfig {
    let mut config = PoolConfig {
        mfa,
        first_factors: FirstFactor::ALL.to_vec(),
        mfa_methods: MfaMethod::ALL.to_vec(),
        clients: pool().clients,
        relying_party: passkeys::pool().relying_party,
        passkeys: passkeys::pool().passkeys,
        ..pool_of(&[ContactAttribute::Email])
    };
    config.passkeys.factor = passkeys;
    config
}

/// Ann: with a password, an address, a number, a passkey, and an app.
struct Member {
    t: TestServer,
    sub: String,
    token: String,
    app: App,
    passkey: Authenticator,
}

impl Member {
    async fn new() -> Self {
        let t = TestServer::with(ruled(Mfa::Optional, Two)).await;
        let (sub, token) = t.member(ANN).await;
        t.give_number(&token).await;
        let app = t.register_app(&token).await;
        let mut passkey = Authenticator::new(1);
        t.enrol(&token, &mut passkey).await;
        Self {
            t,
            sub,
            token,
            app,
            passkey,
        }
    }

    /// Asks to be asked for exactly these; `preferred` is one of them.
    async fn decide(&self, methods: &[MfaMethod], preferred: Option<MfaMethod>, passkeys: bool) {
        let wish = |method| {
            let enabled = methods.contains(&method);
            json!({"Enabled": enabled, "PreferredMfa": preferred == Some(method)})
        };
        let mut wishes = json!({
            "SMSMfaSettings": wish(MfaMethod::SmsMfa),
            "SoftwareTokenMfaSettings": wish(MfaMethod::SoftwareTokenMfa),
            "EmailMfaSettings": wish(MfaMethod::EmailOtp),
        });
        wishes["WebAuthnMfaSettings"] = json!({"Enabled": passkeys});
        self.t.prefer(&self.token, wishes).await;
    }

    /// Answers what `reply` asks, to the end.
    async fn finish(&self, reply: &Value) -> Tokens {
        self.t.wait(30);
        let session = session_of(reply);
        let name = reply["ChallengeName"].as_str().unwrap();
        let responses = match name {
            "SOFTWARE_TOKEN_MFA" => json!({"SOFTWARE_TOKEN_MFA_CODE": self.app.shows(&self.t, 0)}),
            "SMS_MFA" => json!({"SMS_MFA_CODE": self.t.code_for(NUMBER).await}),
            "EMAIL_OTP" => json!({"EMAIL_OTP_CODE": self.t.code_for(ANN).await}),
            other => panic!("{other} is no second factor"),
        };
        let body = answer(name, ANN, &session, responses);
        Tokens::of(&self.t.ok("RespondToAuthChallenge", body).await)
    }

    /// Whether codes and the passkey are offered first, and whether the passkey signs in.
    async fn offered(&mut self) -> (bool, bool) {
        let reply = self.t.start_any(ANN).await;
        let offered = reply["AvailableChallenges"].as_array().unwrap();
        let has = |name: &str| offered.contains(&json!(name));
        assert!(has("PASSWORD") && has("PASSWORD_SRP"), "{reply}");
        assert_eq!(has("EMAIL_OTP"), has("SMS_OTP"));
        let preferred = self.t.start_web_authn(ANN).await;
        if has("WEB_AUTHN") {
            let tokens = self.t.sign_in_with(ANN, &mut self.passkey).await;
            assert!(!tokens.access.is_empty());
        } else {
            assert_eq!(preferred["ChallengeName"], "SELECT_CHALLENGE");
        }
        (has("EMAIL_OTP"), has("WEB_AUTHN"))
    }
}

const APP: MfaMethod = MfaMethod::SoftwareTokenMfa;
const TEXT: MfaMethod = MfaMethod::SmsMfa;
const MAIL: MfaMethod = MfaMethod::EmailOtp;

/// What comes after a password where somebody decided so and the pool wants to hear it.
fn asked_by(methods: &[MfaMethod], preferred: Option<MfaMethod>) -> &'static str {
    match (methods, preferred) {
        (_, Some(method)) => method.as_str(),
        ([only], None) => only.as_str(),
        _ => "SELECT_MFA_TYPE",
    }
}

#[tokio::test]
async fn after_each_password_the_second_factor_is_asked_for() {
    let mut ann = Member::new().await;
    for (methods, preferred) in [
        (&[APP][..], None),
        (&[TEXT], None),
        (&[MAIL], Some(MAIL)),
        (&[APP, TEXT], None),
        (&[APP, TEXT], Some(TEXT)),
        (&MfaMethod::ALL, Some(APP)),
    ] {
        ann.t.reconfigure(ruled(Mfa::Optional, One)).await;
        ann.decide(methods, preferred, false).await;
        for mfa in [Mfa::Optional, Mfa::On] {
            // Where everybody is asked, what somebody has is asked for too, if they prefer nothing.
            let expected = match (mfa, preferred) {
                (Mfa::On, None) => "SELECT_MFA_TYPE",
                _ => asked_by(methods, preferred),
            };
            ann.t.reconfigure(ruled(mfa, One)).await;
            for way in WAYS {
                let reply = way.go(&ann.t, &ann.sub).await;
                let got = reply["ChallengeName"].as_str().unwrap_or_default();
                assert_eq!(got, expected, "{mfa:?} {methods:?} {preferred:?} {way:?}");
                assert_eq!(reply.get("AuthenticationResult"), None);
                ann.t.wait(30);
            }
        }
    }
}

#[tokio::test]
async fn each_password_and_each_second_factor_make_two() {
    let ann = Member::new().await;
    for (method, amr, acr) in [(APP, "otp", 4), (TEXT, "sms", 3), (MAIL, "email_otp", 3)] {
        ann.decide(&[method], Some(method), false).await;
        for way in WAYS {
            ann.t.wait(30);
            let tokens = ann.finish(&way.go(&ann.t, &ann.sub).await).await;
            for token in [&tokens.access, &tokens.id] {
                let claims = claims(token);
                assert_eq!(claims["amr"], json!(["pwd", amr, "mfa"]), "{way:?}");
                assert_eq!(claims["acr"], format!("urn:cognito:loa:{acr}"), "{way:?}");
            }
            let body = json!({"RefreshToken": tokens.refresh});
            let refreshed = Tokens::of(&ann.t.ok("GetTokensFromRefreshToken", body).await);
            assert_eq!(claims(&refreshed.access)["amr"], json!(["pwd", amr, "mfa"]));
        }
    }
}

/// Pool, whether she set something up, passkeys of the pool, whether she counts one as two; then
/// whether codes and whether the passkey may be first, and whether a password is enough.
#[tokio::test]
async fn the_table() {
    let mut ann = Member::new().await;
    for (mfa, configured, factor, two, codes, passkey, enough) in [
        (Mfa::Off, false, One, false, true, true, true),
        (Mfa::Off, true, One, false, true, true, true),
        (Mfa::Off, true, Two, true, true, true, true),
        (Mfa::Optional, false, One, false, true, true, true),
        (Mfa::Optional, false, Two, false, true, true, true),
        (Mfa::Optional, true, One, false, false, false, false),
        (Mfa::Optional, true, One, true, false, false, false),
        (Mfa::Optional, true, Two, false, false, false, false),
        (Mfa::Optional, true, Two, true, false, true, false),
        (Mfa::On, true, One, false, false, false, false),
        (Mfa::On, true, One, true, false, false, false),
        (Mfa::On, true, Two, false, false, false, false),
        (Mfa::On, true, Two, true, false, true, false),
    ] {
        let row = format!("{mfa:?} {configured} {factor:?} {two}");
        ann.t.reconfigure(ruled(Mfa::Optional, Two)).await;
        let methods: &[MfaMethod] = if configured { &[APP] } else { &[] };
        ann.decide(methods, None, two).await;
        ann.t.reconfigure(ruled(mfa, factor)).await;
        assert_eq!(ann.offered().await, (codes, passkey), "{row}");
        for way in WAYS {
            let reply = way.go(&ann.t, &ann.sub).await;
            let signed_in = reply["AuthenticationResult"]["AccessToken"].is_string();
            assert_eq!(signed_in, enough, "{row} {way:?}");
            ann.t.wait(30);
        }
    }
}

/// The two rows of somebody in a pool that asks everybody, who has nothing yet.
#[tokio::test]
async fn who_must_and_has_nothing_sets_something_up() {
    let mut t = TestServer::with(ruled(Mfa::Optional, One)).await;
    let (sub, token) = t.member(ANN).await;
    let mut passkey = Authenticator::new(1);
    t.enrol(&token, &mut passkey).await;
    let required = |methods: &[MfaMethod]| PoolConfig {
        mfa_methods: methods.to_vec(),
        ..ruled(Mfa::On, One)
    };
    t.reconfigure(required(&[APP, TEXT])).await;
    let open = t.start_any(ANN).await["AvailableChallenges"].clone();
    assert_eq!(open, json!(["PASSWORD_SRP", "PASSWORD"]));
    for way in WAYS {
        let reply = way.go(&t, &sub).await;
        assert_eq!(reply["ChallengeName"], "MFA_SETUP", "{way:?}");
        let can = &reply["ChallengeParameters"]["MFAS_CAN_SETUP"];
        assert_eq!(can, r#"["SMS_MFA","SOFTWARE_TOKEN_MFA"]"#);
    }
    t.reconfigure(required(&[TEXT])).await;
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN)).await,
        "MFAMethodNotFoundException: The user has no second factor, and none can be set up in a sign-in."
    );
}

#[tokio::test]
async fn a_passkey_that_is_two_says_so() {
    let mut ann = Member::new().await;
    ann.decide(&[APP], None, true).await;
    for mfa in [Mfa::Optional, Mfa::On] {
        ann.t.reconfigure(ruled(mfa, Two)).await;
        let tokens = ann.t.sign_in_with(ANN, &mut ann.passkey).await;
        assert_eq!(claims(&tokens.access)["amr"], json!(["swk", "mfa"]));
    }
    ann.t.reconfigure(ruled(Mfa::Off, One)).await;
    let tokens = ann.t.sign_in_with(ANN, &mut ann.passkey).await;
    assert_eq!(claims(&tokens.access)["amr"], json!(["swk"]));
}

/// A confirmation is as good as a code, so it signs in where a code would.
#[tokio::test]
async fn a_confirmation_signs_in_where_one_factor_is_enough() {
    for (mfa, signs_in) in [(Mfa::Off, true), (Mfa::Optional, true), (Mfa::On, false)] {
        let t = TestServer::with(ruled(mfa, One)).await;
        t.sign_up_with_password(ANN, PASSWORD).await;
        let body = json!({"Username": ANN, "ConfirmationCode": t.code_for(ANN).await});
        let session = t.ok("ConfirmSignUp", body).await["Session"].clone();
        let parameters = json!({"USERNAME": ANN});
        let body = json!({
            "AuthFlow": "USER_AUTH", "AuthParameters": parameters, "Session": session,
        });
        let reply = t.ok("InitiateAuth", body).await;
        if signs_in {
            let tokens = Tokens::of(&reply);
            assert_eq!(claims(&tokens.access)["amr"], json!(["email_otp"]));
        } else {
            assert_eq!(reply["ChallengeName"], "SELECT_CHALLENGE");
            let open = json!(["PASSWORD_SRP", "PASSWORD"]);
            assert_eq!(reply["AvailableChallenges"], open);
        }
    }
}

#[tokio::test]
async fn a_confirmation_signs_in_nobody_who_set_up_a_second_factor() {
    let t = TestServer::with(ruled(Mfa::Optional, One)).await;
    t.sign_up_with_password(ANN, PASSWORD).await;
    let body = json!({"Username": ANN, "ConfirmationCode": t.code_for(ANN).await});
    let session = t.ok("ConfirmSignUp", body).await["Session"].clone();
    let token = Tokens::of(&t.first_factor(ANN).await).access;
    t.register_app(&token).await;
    t.prefer(
        &token,
        json!({"SoftwareTokenMfaSettings": {"Enabled": true}}),
    )
    .await;
    let parameters = json!({"USERNAME": ANN});
    let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters, "Session": session});
    assert_eq!(
        t.refusal("InitiateAuth", body).await,
        "NotAuthorizedException: Invalid session for the user."
    );
}
