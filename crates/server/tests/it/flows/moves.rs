//! Every step of a sign-in against every answer, through the front door: what is not in the table of
//! moves is refused before anybody looks at it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use poolhouse_domain::challenge::{Answer, ChallengeName, Step, is_legal};
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::device::DeviceConfig;
use poolhouse_domain::pool::{ContactAttribute, FirstFactor, Mfa, MfaMethod, PoolConfig};
use poolhouse_domain::user::UserStatus;
use serde_json::{Value, json};

use super::srp;
use crate::authenticator::Authenticator;
use crate::device::Device;
use crate::mfa::{ANN, App, PASSWORD, answer, in_clear, pool, session_of};
use crate::passkeys;
use crate::test_server::{TestServer, pool_of};

const INVALID: &str = "NotAuthorizedException: Invalid session for the user.";

/// A Session for each step that has one, and the name that it is for.
async fn sessions(t: &mut TestServer) -> Vec<(Step, &'static str, String)> {
    let (sub, token) = t.member(ANN).await;
    t.give_number(&token).await;
    t.enrol(&token, &mut Authenticator::new(1)).await;
    t.register_app(&token).await;
    let mut made = Vec::new();
    made.push((Step::SignUpConfirmed, BOB, t.confirm(BOB).await));
    made.push((
        Step::SelectChallenge,
        ANN,
        session_of(&t.start_any(ANN).await),
    ));
    for (step, preferred) in [
        (Step::EmailOtp, "EMAIL_OTP"),
        (Step::SmsOtp, "SMS_OTP"),
        (Step::WebAuthn, "WEB_AUTHN"),
        (Step::Password, "PASSWORD"),
        (Step::PasswordSrp, "PASSWORD_SRP"),
    ] {
        made.push((step, ANN, session_of(&t.start_with(ANN, preferred).await)));
    }
    let anybody = t.start_web_authn("~passkey").await;
    made.push((Step::DiscoverableWebAuthn, "~passkey", session_of(&anybody)));
    for (step, flow, extra) in [
        (Step::PasswordVerifier, "USER_SRP_AUTH", json!({})),
        (
            Step::CustomPasswordVerifier,
            "CUSTOM_AUTH",
            json!({"CHALLENGE_NAME": "SRP_A"}),
        ),
    ] {
        let mut parameters = extra;
        parameters["USERNAME"] = json!(ANN);
        parameters["SRP_A"] = json!(srp::a());
        let body = json!({"AuthFlow": flow, "AuthParameters": parameters});
        made.push((step, ANN, session_of(&t.ok("InitiateAuth", body).await)));
    }
    t.set_status(&sub, UserStatus::ForceChangePassword).await;
    made.push((
        Step::NewPasswordRequired,
        ANN,
        session_of(&t.first_factor(ANN).await),
    ));
    t.set_status(&sub, UserStatus::Confirmed).await;
    made.extend(second(t, &token).await);
    made
}

/// Those of the steps after a first factor.
async fn second(t: &mut TestServer, token: &str) -> Vec<(Step, &'static str, String)> {
    let mut made = Vec::new();
    for (step, member) in [
        (Step::EmailMfa, "EmailMfaSettings"),
        (Step::SmsMfa, "SMSMfaSettings"),
        (Step::SoftwareTokenMfa, "SoftwareTokenMfaSettings"),
    ] {
        t.prefer(
            token,
            json!({member: {"Enabled": true, "PreferredMfa": true}}),
        )
        .await;
        made.push((step, ANN, session_of(&t.first_factor(ANN).await)));
    }
    let none = json!({"SoftwareTokenMfaSettings": {"PreferredMfa": false}});
    t.prefer(token, none).await;
    made.push((
        Step::SelectMfaType,
        ANN,
        session_of(&t.first_factor(ANN).await),
    ));

    for name in [BEN, EVE] {
        t.register_with_password(name, PASSWORD).await;
    }
    made.extend(on_a_device(t).await);
    t.reconfigure(ruled(Mfa::On, &[MfaMethod::SoftwareTokenMfa]))
        .await;
    let [ben, eve] = [BEN, EVE].map(|name| t.first_factor(name));
    made.push((Step::MfaSetup, EVE, session_of(&eve.await)));
    let body = json!({"Session": session_of(&ben.await)});
    let seed = t.ok("AssociateSoftwareToken", body).await;
    let code = App::of(seed["SecretCode"].as_str().unwrap()).shows(t, 0);
    let first = json!({"Session": session_of(&seed), "UserCode": code});
    let done = t.ok("VerifySoftwareToken", first).await;
    made.push((Step::MfaSetupDone, BEN, session_of(&done)));
    made
}

/// Those of a device that stands in for a second factor.
async fn on_a_device(t: &mut TestServer) -> Vec<(Step, &'static str, String)> {
    let remembering = PoolConfig {
        devices: Some(DeviceConfig {
            stands_for_mfa: true,
            asks_user: false,
        }),
        ..ruled(Mfa::Optional, &MfaMethod::ALL)
    };
    t.reconfigure(remembering).await;
    let device = Device::of(&t.first_factor(EVE).await, 1);
    t.ok("ConfirmDevice", device.confirmation()).await;
    let mut body = in_clear(EVE);
    body["AuthParameters"]["DEVICE_KEY"] = json!(device.key);
    let first = t.ok("InitiateAuth", body).await;
    let responses = json!({"SRP_A": srp::a(), "DEVICE_KEY": device.key});
    let begin = answer("DEVICE_SRP_AUTH", EVE, &session_of(&first), responses);
    let begun = t.ok("RespondToAuthChallenge", begin).await;
    vec![
        (Step::DeviceSrpAuth, EVE, session_of(&first)),
        (Step::DevicePasswordVerifier, EVE, session_of(&begun)),
    ]
}

const BOB: &str = "bob@example.com";
const BEN: &str = "ben@example.com";
const EVE: &str = "eve@example.com";

pub(super) fn ruled(mfa: Mfa, methods: &[MfaMethod]) -> PoolConfig {
    let mut config = PoolConfig {
        mfa,
        mfa_methods: methods.to_vec(),
        first_factors: FirstFactor::ALL.to_vec(),
        relying_party: passkeys::pool().relying_party,
        passkeys: passkeys::pool().passkeys,
        clients: pool().clients,
        ..pool_of(&[ContactAttribute::Email])
    };
    config.clients[0].auth_flows.push(AuthFlow::AllowCustomAuth);
    config
}

/// The operation and the body of an answer that is wrong in all but its form.
fn call(given: Answer, name: &str, session: &str) -> (&'static str, Value) {
    match given {
        Answer::Initiate => {
            let parameters = json!({"USERNAME": name});
            let body = json!({
                "AuthFlow": "USER_AUTH", "AuthParameters": parameters, "Session": session,
            });
            ("InitiateAuth", body)
        }
        Answer::InitiateWithPassword => {
            let mut body = in_clear(name);
            body["AuthParameters"]["PASSWORD"] = json!("Wr0ng-horse");
            body["Session"] = json!(session);
            ("InitiateAuth", body)
        }
        Answer::AssociateSoftwareToken => ("AssociateSoftwareToken", json!({"Session": session})),
        Answer::VerifySoftwareToken => {
            let body = json!({"Session": session, "UserCode": "000000"});
            ("VerifySoftwareToken", body)
        }
        Answer::Respond(challenge) => {
            let block = URL_SAFE_NO_PAD.decode(session).unwrap();
            let responses = json!({
                "ANSWER": "nothing",
                "EMAIL_OTP_CODE": "no", "SMS_OTP_CODE": "no", "SMS_MFA_CODE": "no",
                "SOFTWARE_TOKEN_MFA_CODE": "no",
                "CREDENTIAL": "{}",
                "PASSWORD": "Wr0ng-horse",
                "SRP_A": "00",
                "PASSWORD_CLAIM_SECRET_BLOCK": STANDARD.encode(block),
                "PASSWORD_CLAIM_SIGNATURE": "", "TIMESTAMP": "today",
                "NEW_PASSWORD": "short",
            });
            (
                "RespondToAuthChallenge",
                answer(challenge.as_str(), name, session, responses),
            )
        }
    }
}

#[tokio::test]
async fn what_is_not_in_the_table_is_refused_by_every_session() {
    let config = ruled(Mfa::Optional, &MfaMethod::ALL);
    refuses_what_is_not_in_the_table(TestServer::with(config.clone()).await).await;
    refuses_what_is_not_in_the_table(TestServer::of_nodes(config, 2).await).await;
}

async fn refuses_what_is_not_in_the_table(mut t: TestServer) {
    let sessions = sessions(&mut t).await;
    assert_eq!(sessions.len(), 19, "all steps but the first and the last");
    let others = [
        Answer::Initiate,
        Answer::AssociateSoftwareToken,
        Answer::VerifySoftwareToken,
    ];
    let answers: Vec<_> = others
        .into_iter()
        .chain(ChallengeName::ALL.map(Answer::Respond))
        .collect();
    // Of one Session the refusals come first: what is legal may use it up.
    for legal in [false, true] {
        for (step, name, session) in &sessions {
            for given in answers
                .iter()
                .filter(|given| is_legal(*step, **given) == legal)
            {
                let (operation, body) = call(*given, name, session);
                let answer = t.call(operation, body).await;
                let said = format!(
                    "{}: {}",
                    answer.body["__type"].as_str().unwrap_or_default(),
                    answer.body["message"].as_str().unwrap_or_default()
                );
                // What is looked at is refused too, for what it says, or not.
                assert_eq!(said == INVALID, !legal, "{step:?} {given:?}: {said}");
            }
        }
    }
}
