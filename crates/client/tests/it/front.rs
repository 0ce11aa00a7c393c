//! A server of the test's own, its clock and its mail, and a client that knows where it is.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, UNIX_EPOCH};

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use axum::Router;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_client::{Challenge, Client, Config, Error, Secret, SignIn, Tokens};
use poolhouse_domain::clock::TestClock;
use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use poolhouse_domain::user::User;
use poolhouse_domain::{Clock as _, PoolId, Random, Sub, Timestamp};
use poolhouse_server::pool::Pool;
use poolhouse_server::{Alarm, App, Parts, router};
use poolhouse_store::{KeyUsage, SigningKey, Store, StoreError, StoreUrl};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

pub(crate) const ANN: &str = "ann@example.com";

/// 2026-11-22T12:00:00Z.
const NOON: Timestamp = Timestamp::from_seconds(1_795_348_800);

/// A running server, and a client of its pool.
pub(crate) struct Front {
    pub(crate) client: Client,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) pool: Arc<Pool>,
    endpoint: String,
    store: Store,
    _folder: tempfile::TempDir,
    _listening: JoinSet<()>,
}

impl Front {
    pub(crate) async fn with(config: PoolConfig) -> Self {
        let clock = Arc::new(TestClock::at(NOON));
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(1));
        let key = MasterKey::new(poolhouse_domain::Secret::new([7; 32]));
        let folder = tempfile::tempdir().unwrap();
        let url = StoreUrl::from(&*folder.path().join("pool.db"));
        let store = Store::open(&url, key.sealer("store"), Arc::clone(&random)).unwrap();
        plant_keys(&store).await;
        let app = App::new(Parts {
            store: store.clone(),
            clock: clock.clone(),
            random,
            key,
            public_url: "http://localhost:7400".to_owned(),
            outbox: Arc::new(Notify::new()),
            alarm: Alarm::default(),
        });
        let pool = app
            .pool_serve("default", "us-east-1", config)
            .await
            .unwrap();
        let (endpoint, listening) =
            listen(Router::new().fallback_service(router(&app, None))).await;
        let mut front = Self {
            client: Client::new(Config::new(&*endpoint, "", "")).unwrap(),
            clock,
            pool,
            endpoint,
            store,
            _folder: folder,
            _listening: listening,
        };
        let mut config = front.config();
        if let Some(secret) = &front.pool.clients[0].secret {
            config = config.with_client_secret(Secret::new(secret.expose().clone()));
        }
        front.client = Client::new(config).unwrap();
        front
    }

    /// What a client of this server is made of; its clock is the server's. A secret is not there.
    pub(crate) fn config(&self) -> Config {
        let clock = Arc::clone(&self.clock);
        let now = move || {
            let micros = u64::try_from(clock.now().micros()).unwrap();
            UNIX_EPOCH + Duration::from_micros(micros)
        };
        let client = &self.pool.clients[0].id;
        let config = Config::new(&*self.endpoint, self.pool.id.as_str(), client.as_str());
        config.with_clock(now)
    }

    /// Where the server is.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Moves the clock.
    pub(crate) fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// The codes that were sent to `name`, the newest first.
    pub(crate) async fn codes_for(&self, name: &str) -> Vec<String> {
        let waiting = self
            .store
            .read::<_, StoreError, _>(|txn| txn.outbox_due(1000));
        let waiting = waiting.await.unwrap().into_iter().rev();
        waiting
            .filter(|mail| mail.message.to == name)
            .map(|mail| mail.message.code.expose().clone())
            .collect()
    }

    /// The newest of them.
    pub(crate) async fn code_for(&self, name: &str) -> String {
        self.codes_for(name).await[0].clone()
    }

    /// Changes an account in the store, as an administrator would.
    pub(crate) async fn change(&self, sub: &str, change: impl Fn(&mut User) + Send + 'static) {
        let (pool, sub) = (self.pool.id.clone(), Sub::new(sub));
        let changed = self.store.write::<_, StoreError, _>(move |txn| {
            let mut user = txn.user_get(&pool, &sub)?.unwrap();
            change(&mut user);
            txn.user_update(&pool, &user)
        });
        assert!(changed.await.unwrap());
    }

    /// Signs up without a password, confirms, and signs in.
    pub(crate) async fn register(&self, name: &str) -> Tokens {
        let attributes = [attribute(name)];
        let sign_up = self.client.sign_up(name, None, &attributes).await.unwrap();
        let code = self.code_for(name).await;
        let confirmed = sign_up.confirm(&code).await.unwrap();
        confirmed.sign_in().await.unwrap().done().unwrap()
    }

    /// Signs up with a password, confirms, and gives the `sub`.
    pub(crate) async fn register_with_password(&self, name: &str, password: &str) -> String {
        let attributes = [attribute(name)];
        let sign_up = self.client.sign_up(name, Some(password), &attributes);
        let sign_up = sign_up.await.unwrap();
        let code = self.code_for(name).await;
        sign_up.confirm(&code).await.unwrap();
        sign_up.sub().to_owned()
    }
}

/// The attribute that a name is.
fn attribute(name: &str) -> (&str, &str) {
    if name.starts_with('+') {
        ("phone_number", name)
    } else {
        ("email", name)
    }
}

/// Serves on a free port until the tasks are dropped.
pub(crate) async fn listen(router: Router) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/", listener.local_addr().unwrap());
    let mut listening = JoinSet::new();
    listening.spawn(async { axum::serve(listener, router).await.unwrap() });
    (endpoint, listening)
}

/// A client of a server that gives everybody the same answer.
pub(crate) async fn answering(
    status: StatusCode,
    headers: [(&'static str, &'static str); 1],
    body: &'static str,
) -> (Client, JoinSet<()>) {
    let answer = move || async move { (status, headers, body) };
    let (endpoint, listening) = listen(Router::new().fallback(answer)).await;
    let config = Config::new(endpoint, "us-east-1_x", "client");
    (Client::new(config).unwrap(), listening)
}

/// What is asked; the sign-in must not be done.
pub(crate) fn asked(sign_in: Result<SignIn, Error>) -> Challenge {
    match sign_in.unwrap() {
        SignIn::Asked(challenge) => challenge,
        SignIn::Done(_) => panic!("the sign-in is done"),
    }
}

/// The words of a refusal.
pub(crate) fn words<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.unwrap_err().to_string()
}

/// What a token claims.
pub(crate) fn claims(token: &Secret) -> Value {
    let payload = token.expose().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// A code of the same length that is not `code`.
pub(crate) fn other_code(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..code.len() - 1])
}

/// Gives a new store its pool's keys: to make them takes longer than most tests do.
async fn plant_keys(store: &Store) {
    static KEYS: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
        [(), ()].map(|()| {
            let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
            pair.as_der().unwrap().as_ref().to_vec()
        })
    });
    let planted = store.write::<_, StoreError, _>(|txn| {
        let pool = PoolId::new("us-east-1_TestPool1");
        txn.pool_insert("default", &pool, NOON)?;
        for (usage, pkcs8) in [KeyUsage::Id, KeyUsage::Access].into_iter().zip(&*KEYS) {
            let key = SigningKey {
                kid: format!("{usage:?}"),
                usage,
                pkcs8: poolhouse_domain::Secret::new(pkcs8.clone()),
                created_at: NOON,
                signs_from: NOON,
            };
            txn.signing_key_insert(&pool, &key)?;
        }
        Ok(())
    });
    planted.await.unwrap();
}
