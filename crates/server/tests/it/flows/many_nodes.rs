//! Two nodes on one store, and every challenge: what one node asks for, the other takes.

use std::collections::BTreeSet;

use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::device::DeviceConfig;
use poolhouse_domain::pool::{ContactAttribute, Mfa, MfaMethod, PoolConfig};
use poolhouse_domain::user::UserStatus;
use serde_json::{Value, json};

use super::{moves, srp};
use crate::authenticator::Authenticator;
use crate::device::Device;
use crate::mfa::{ANN, App, NUMBER, PASSWORD, answer, session_of};
use crate::passkeys;
use crate::test_server::{TestServer, Tokens, pool_of};

const EVE: &str = "eve@example.com";

/// A walk from node to node.
struct Walk {
    t: TestServer,
    name: &'static str,
    /// The challenges that were answered.
    seen: BTreeSet<String>,
}

impl Walk {
    /// InitiateAuth on one node.
    async fn begin(&self, flow: &str, mut parameters: Value) -> Value {
        parameters["USERNAME"] = json!(self.name);
        let body = json!({"AuthFlow": flow, "AuthParameters": parameters});
        self.t.ok("InitiateAuth", body).await
    }

    async fn prefer(&self, challenge: &str) -> Value {
        let parameters = json!({"PREFERRED_CHALLENGE": challenge});
        self.begin("USER_AUTH", parameters).await
    }

    async fn by_password(&self) -> Value {
        self.begin("USER_PASSWORD_AUTH", json!({"PASSWORD": PASSWORD}))
            .await
    }

    /// Answers what `asked` asks for, on the other node.
    async fn answer(&mut self, asked: &Value, responses: Value) -> Value {
        let challenge = asked["ChallengeName"].as_str().unwrap();
        self.seen.insert(challenge.to_owned());
        let body = answer(challenge, self.name, &session_of(asked), responses);
        self.t.ok("RespondToAuthChallenge", body).await
    }

    /// The same with the last answer of a sign-in.
    async fn finish(&mut self, asked: &Value, responses: Value) -> Tokens {
        let reply = self.answer(asked, responses).await;
        let tokens = Tokens::of(&reply);
        assert!(!tokens.access.is_empty(), "{asked}: {reply}");
        // Neither had to hear of the other's sign-in.
        for _ in 0..2 {
            let body = json!({"AccessToken": tokens.access});
            self.t.ok("GetUser", body).await;
        }
        tokens
    }

    async fn by_code(&mut self, challenge: &str, to: &str) {
        let asked = self.prefer(challenge).await;
        let code = self.t.code_for(to).await;
        self.finish(&asked, json!({format!("{challenge}_CODE"): code}))
            .await;
    }

    async fn by_srp(&mut self, asked: &Value) {
        assert_eq!(asked["ChallengeName"], "PASSWORD_VERIFIER", "{asked}");
        let claim = srp::claim(&self.t, asked, PASSWORD);
        let responses = claim.as_object().unwrap().clone();
        // The name in the claim is the `sub`, which is as good.
        self.finish(asked, responses.into()).await;
    }

    /// First factors.
    async fn first_factors(&mut self, passkey: &mut Authenticator) {
        self.by_code("EMAIL_OTP", ANN).await;
        self.t.wait(30);
        self.by_code("SMS_OTP", NUMBER).await;
        let asked = self.prefer("WEB_AUTHN").await;
        let (_, options) = passkeys::challenge(&asked);
        let credential = passkey.get(&options);
        self.finish(&asked, json!({"CREDENTIAL": credential})).await;

        let choice = self.begin("USER_AUTH", json!({})).await;
        let asked = self.answer(&choice, json!({"ANSWER": "WEB_AUTHN"})).await;
        let (_, options) = passkeys::challenge(&asked);
        let credential = passkey.get(&options);
        self.finish(&asked, json!({"CREDENTIAL": credential})).await;

        let asked = self.prefer("PASSWORD").await;
        self.finish(&asked, json!({"PASSWORD": PASSWORD})).await;
        let asked = self.prefer("PASSWORD_SRP").await;
        let asked = self.answer(&asked, json!({"SRP_A": srp::a()})).await;
        self.by_srp(&asked).await;
        let asked = self
            .begin("USER_SRP_AUTH", json!({"SRP_A": srp::a()}))
            .await;
        self.by_srp(&asked).await;
    }

    /// Second factors that Ann set up, by the app last.
    async fn second_factors(&mut self, token: &str) {
        for (setting, response, to) in [
            ("SMSMfaSettings", "SMS_MFA_CODE", NUMBER),
            ("EmailMfaSettings", "EMAIL_OTP_CODE", ANN),
        ] {
            self.t.wait(30);
            let wish = json!({setting: {"Enabled": true, "PreferredMfa": true}});
            self.t.prefer(token, wish).await;
            let asked = self.by_password().await;
            let code = self.t.code_for(to).await;
            self.finish(&asked, json!({response: code})).await;
        }
        let app = self.t.register_app(token).await;
        let none = json!({"SoftwareTokenMfaSettings": {"Enabled": true}, "EmailMfaSettings": {"PreferredMfa": false}});
        self.t.prefer(token, none).await;
        let choice = self.by_password().await;
        let asked = self
            .answer(&choice, json!({"ANSWER": "SOFTWARE_TOKEN_MFA"}))
            .await;
        let code = app.shows(&self.t, 0);
        self.finish(&asked, json!({"SOFTWARE_TOKEN_MFA_CODE": code}))
            .await;
    }

    /// Eve's device stands for her second factor.
    async fn on_a_device(&mut self) {
        let device = Device::of(&self.by_password().await, 1);
        self.t.ok("ConfirmDevice", device.confirmation()).await;
        let parameters = json!({"PASSWORD": PASSWORD, "DEVICE_KEY": device.key});
        let asked = self.begin("USER_PASSWORD_AUTH", parameters).await;
        let responses = json!({"SRP_A": srp::a(), "DEVICE_KEY": device.key});
        let asked = self.answer(&asked, responses).await;
        let claim = device.claim(&self.t, &asked);
        self.finish(&asked, claim["ChallengeResponses"].clone())
            .await;
    }

    /// Everybody has to have an app.
    async fn set_up(&mut self) {
        let asked = self.by_password().await;
        let body = json!({"Session": session_of(&asked)});
        let seed = self.t.ok("AssociateSoftwareToken", body).await;
        let code = App::of(seed["SecretCode"].as_str().unwrap()).shows(&self.t, 0);
        let first = json!({"Session": session_of(&seed), "UserCode": code});
        let done = self.t.ok("VerifySoftwareToken", first).await;
        let asked = json!({"ChallengeName": "MFA_SETUP", "Session": done["Session"]});
        self.finish(&asked, json!({})).await;
    }
}

#[tokio::test]
async fn a_step_of_one_node_is_answered_by_the_other() {
    let config = PoolConfig {
        devices: Some(DeviceConfig {
            stands_for_mfa: true,
            asks_user: false,
        }),
        ..moves::ruled(Mfa::Optional, &MfaMethod::ALL)
    };
    let t = TestServer::of_nodes(config, 2).await;
    let (sub, token) = t.member(ANN).await;
    t.give_number(&token).await;
    let mut passkey = Authenticator::new(1);
    t.enrol(&token, &mut passkey).await;
    let mut walk = Walk {
        t,
        name: ANN,
        seen: BTreeSet::new(),
    };
    walk.first_factors(&mut passkey).await;

    walk.t
        .set_status(&sub, UserStatus::ForceChangePassword)
        .await;
    let asked = walk.by_password().await;
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    walk.finish(&asked, json!({"NEW_PASSWORD": PASSWORD})).await;
    walk.second_factors(&token).await;

    walk.t.register_with_password(EVE, PASSWORD).await;
    walk.name = EVE;
    walk.on_a_device().await;
    let asks_everybody = moves::ruled(Mfa::On, &[MfaMethod::SoftwareTokenMfa]);
    walk.t.reconfigure(asks_everybody).await;
    walk.set_up().await;

    let all = ChallengeName::ALL.map(|name| name.as_str().to_owned());
    assert_eq!(walk.seen, all.into());
}

/// A node that dies in the middle of somebody's sign-up is not missed.
#[tokio::test]
async fn who_began_on_a_node_that_is_gone_goes_on() {
    let config = pool_of(&[ContactAttribute::Email]);
    let mut t = TestServer::of_nodes(config, 2).await;
    t.sign_up(ANN).await;
    let session = t.ask_for_code(ANN).await;
    let gone = t.others.pop().unwrap();
    gone.store.close().await;
    drop(gone);
    let body = TestServer::otp(ANN, &session, &t.code_for(ANN).await);
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
    let body = json!({"RefreshToken": tokens.refresh});
    t.ok("GetTokensFromRefreshToken", body).await;
}
