//! The mail server is dead: who signs in without mail notices nothing, and codes arrive when it is back if
//! they are still good.

use std::sync::Arc;

use poolhouse_delivery::mail::smtp::Smtp;
use poolhouse_delivery::{Parts, Route, Sender, Worker};
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::pool::{EmailSender, FirstFactor, PoolConfig};
use poolhouse_domain::random::SeededRandom;
use poolhouse_store::StoreError;
use serde_json::json;
use tokio::sync::Notify;

use super::passwords::{ANN, RIGHT, in_clear};
use crate::authenticator::Authenticator;
use crate::passkeys;
use crate::sink::Sink;
use crate::test_server::{TestServer, Tokens, claims};

const BOB: &str = "bob@example.com";
const EVE: &str = "eve@example.com";

/// Codes, passkeys and passwords.
fn pool() -> PoolConfig {
    let mut pool = passkeys::pool();
    pool.first_factors.push(FirstFactor::Password);
    pool.clients[0]
        .auth_flows
        .push(AuthFlow::AllowUserPasswordAuth);
    pool.email_sender = Some(EmailSender::parse("Acme <login@example.com>"));
    pool
}

/// A server that mails to the sink.
struct House {
    t: TestServer,
    worker: Worker,
    sink: Sink,
}

impl House {
    async fn start() -> Self {
        let (t, sink) = (TestServer::with(pool()).await, Sink::start().await);
        let worker = Worker::new(Parts {
            store: t.store.clone(),
            clock: t.clock.clone(),
            random: Arc::new(SeededRandom::new(5)),
            wake: Arc::new(Notify::new()),
        });
        let smtp = Smtp::new(sink.config(), None, None).unwrap();
        let route = Route {
            email: vec![Sender::Smtp(Box::new(smtp))],
            ..Route::default()
        };
        worker.pool_serve(&t.pool.id, route);
        Self { t, worker, sink }
    }

    /// So many seconds, in each of which the worker does what it can. How many mails went out.
    async fn wait(&self, seconds: u64) -> usize {
        let mut sent = 0;
        for _ in 0..seconds {
            self.t.wait(1);
            sent += self.worker.drain().await.unwrap();
        }
        sent
    }

    /// The code in the newest mail that reached the mailbox.
    fn code_for(&self, address: &str) -> Option<String> {
        let mails = self.sink.mails();
        let mail = mails.iter().rev().find(|mail| mail.to == address)?;
        let (_, code) = mail.text.split_once("Your sign-in code is ")?;
        code.get(..8).map(str::to_owned)
    }
}

#[tokio::test]
async fn passkeys_and_passwords_go_on_and_good_codes_arrive_after_it() {
    let mut house = House::start().await;
    let t = &house.t;
    t.register_with_password(ANN, RIGHT).await;
    let mut phone = Authenticator::new(1);
    let password = in_clear(ANN, RIGHT);
    let token = Tokens::of(&t.ok("InitiateAuth", password.clone()).await).access;
    t.enrol(&token, &mut phone).await;
    for name in [BOB, EVE] {
        t.register(name).await;
    }

    house.sink.die().await;
    let too_old = house.t.ask_for_code(EVE).await;
    assert_eq!(house.wait(120).await, 0);
    let good = house.t.ask_for_code(BOB).await;
    for _ in 0..6 {
        let tokens = house.t.sign_in_with(ANN, &mut phone).await;
        assert_eq!(claims(&tokens.access)["amr"], json!(["swk"]));
        let reply = house.t.ok("InitiateAuth", password.clone()).await;
        assert_eq!(claims(&Tokens::of(&reply).access)["amr"], json!(["pwd"]));
        assert_eq!(house.wait(10).await, 0);
    }
    assert!(house.sink.mails().is_empty());

    // Eve's code has just expired, Bob's is good for two more minutes.
    house.sink.rise().await;
    assert_eq!(house.wait(20).await, 1);
    assert_eq!(house.sink.recipients(), [BOB]);
    let code = house.code_for(BOB).unwrap();
    let answer = TestServer::email_otp(BOB, &good, &code);
    let reply = house.t.ok("RespondToAuthChallenge", answer).await;
    assert_eq!(claims(&Tokens::of(&reply).id)["email"], BOB);

    assert_eq!(house.code_for(EVE), None);
    let answer = TestServer::email_otp(EVE, &too_old, &code);
    let refusal = house.t.refusal("RespondToAuthChallenge", answer).await;
    assert!(refusal.starts_with("NotAuthorizedException"), "{refusal}");
    let dead = house
        .t
        .store
        .read::<_, StoreError, _>(|txn| txn.dead_letter_list(10));
    let dead = dead.await.unwrap();
    assert_eq!((dead.len(), dead[0].to.as_str()), (1, EVE));

    // Whoever asks again has a new one at once.
    house.t.ask_for_code(EVE).await;
    assert_eq!(house.worker.drain().await.unwrap(), 1);
    assert!(house.code_for(EVE).is_some());
}
