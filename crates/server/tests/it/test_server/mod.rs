//! A server in the test's hands: its clock, its chance, its nodes. `calls` asks it, `people` sign up and in.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use axum::body::{Body, to_bytes};
use axum::http::Request;
use poolhouse_delivery::{Inbox, Route, Worker};
use poolhouse_domain::attributes::AttributeSpec;
use poolhouse_domain::clock::TestClock;
use poolhouse_domain::pool::{ContactAttribute, FirstFactor, PoolConfig};
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use poolhouse_domain::{PoolId, Random, Secret, Timestamp};
use poolhouse_server::pool::Pool;
use poolhouse_server::{Alarm, App, DevPages, Front, Parts, operations_router, router};
use poolhouse_store::{KeyUsage, SigningKey, Store, StoreError, StoreUrl};
use tokio::sync::{Notify, watch};
use tower::ServiceExt as _;

pub(crate) use self::calls::Answer;
pub(crate) use self::people::{Mail, Tokens, claims, contact, header};

mod calls;
mod people;

/// 2026-11-22T12:00:00Z.
pub(crate) const NOON: Timestamp = Timestamp::from_seconds(1_795_348_800);

/// A running server with one pool.
pub(crate) struct TestServer {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) store: Store,
    app: App,
    router: Front,
    /// More nodes on the same store: each request goes to the one after that of the request before.
    pub(crate) others: Vec<Node>,
    turn: AtomicUsize,
    /// Each process draws other ids than the one before it.
    seed: u64,
    config: PoolConfig,
    folder: Arc<tempfile::TempDir>,
    url: StoreUrl,
}

/// Another process that serves the same pool.
pub(crate) struct Node {
    pub(crate) app: App,
    pub(crate) store: Store,
    pub(crate) router: Front,
}

impl TestServer {
    /// A server whose pool signs in by codes to e-mail addresses, and conceals who is unknown.
    pub(crate) async fn start() -> Self {
        Self::with(PoolConfig::default()).await
    }

    /// For each kind of contact a server whose pool signs in by codes to such, and somebody's.
    pub(crate) async fn of_each_contact() -> [(Self, &'static str); 2] {
        let phone = pool_of(&[ContactAttribute::PhoneNumber]);
        [
            (Self::start().await, "ann@example.com"),
            (Self::with(phone).await, "+12065550123"),
        ]
    }

    /// A server with this pool.
    pub(crate) async fn with(config: PoolConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = StoreUrl::from(&*folder.path().join("pool.db"));
        Self::new(config, folder, url).await
    }

    /// The same, whose answers wait as a server's do that runs by itself.
    pub(crate) async fn exact(config: PoolConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = StoreUrl::from(&*folder.path().join("pool.db"));
        let clock = Arc::new(TestClock::at(NOON));
        Self::open(config, clock, Arc::new(folder), url, 1, Alarm::exact()).await
    }

    pub(crate) async fn new(config: PoolConfig, folder: tempfile::TempDir, url: StoreUrl) -> Self {
        let clock = Arc::new(TestClock::at(NOON));
        Self::open(config, clock, Arc::new(folder), url, 1, Alarm::default()).await
    }

    /// The server after a restart: nothing is left of it but its files.
    pub(crate) async fn restart(self) -> Self {
        self.close().await;
        let Self {
            config,
            clock,
            folder,
            url,
            seed,
            ..
        } = self;
        Self::open(config, clock, folder, url, seed + 1, Alarm::default()).await
    }

    async fn open(
        config: PoolConfig,
        clock: Arc<TestClock>,
        folder: Arc<tempfile::TempDir>,
        url: StoreUrl,
        seed: u64,
        alarm: Alarm,
    ) -> Self {
        let (store, app) = start(&url, &clock, seed, alarm);
        plant_keys(&store).await;
        let pool = app
            .pool_serve("default", "us-east-1", config.clone())
            .await
            .unwrap();
        Self {
            clock,
            pool,
            store,
            router: router(&app, None),
            app,
            others: Vec::new(),
            turn: AtomicUsize::new(0),
            seed,
            config,
            folder,
            url,
        }
    }

    /// Lets one more node serve the pool.
    pub(crate) async fn add_node(&mut self) {
        let seed = 100 + self.others.len();
        let (store, app) = start(
            &self.url,
            &self.clock,
            u64::try_from(seed).unwrap(),
            Alarm::default(),
        );
        let served = app.pool_serve("default", "us-east-1", self.config.clone());
        served.await.unwrap();
        let router = router(&app, None);
        self.others.push(Node { app, store, router });
    }

    /// The same server with the pages of `dev`; they end when the sender says so.
    pub(crate) fn with_pages(mut self) -> (Self, Inbox, watch::Sender<bool>) {
        let (stop, stopping) = watch::channel(false);
        let inbox = Inbox::new(self.store.clone());
        let pages = DevPages {
            pool: self.pool.id.clone(),
            inbox: inbox.clone(),
            definition: "amplify/auth/resource.ts".to_owned(),
            outputs: "amplify_outputs.json".to_owned(),
            stopping,
        };
        self.router = router(&self.app, Some(pages));
        (self, inbox, stop)
    }

    /// Serves another definition under the same name, as `dev` does when the file changes.
    pub(crate) async fn reconfigure(&mut self, config: PoolConfig) {
        self.try_reconfigure(config).await.unwrap();
    }

    /// The same with a definition that may be refused, and then why it is.
    pub(crate) async fn try_reconfigure(&mut self, config: PoolConfig) -> Result<(), String> {
        let served = self.app.pool_serve("default", "us-east-1", config.clone());
        self.pool = served.await.map_err(|error| {
            let cause = std::error::Error::source(&error);
            cause.map_or_else(|| error.to_string(), ToString::to_string)
        })?;
        for Node { app, .. } in &self.others {
            let served = app.pool_serve("default", "us-east-1", config.clone());
            served.await.unwrap();
        }
        self.config = config;
        Ok(())
    }

    /// The pool's app client.
    pub(crate) fn client_id(&self) -> &str {
        self.pool.clients[0].id.as_str()
    }

    /// Keeps audit events for so long, or writes none.
    pub(crate) fn keep_audit(&self, time: Option<Duration>) {
        self.app.audit_keep(time);
    }

    /// What operators read at `/metrics`, once everything that waits is in the inbox.
    pub(crate) async fn metrics(&self) -> String {
        let worker = Worker::new(poolhouse_delivery::Parts {
            store: self.store.clone(),
            clock: self.clock.clone(),
            random: Arc::new(SeededRandom::new(3)),
            wake: Arc::new(Notify::new()),
        });
        let route = Route {
            inbox: Some(Inbox::new(self.store.clone())),
            ..Route::default()
        };
        worker.pool_serve(&self.pool.id, route);
        worker.drain().await.unwrap();
        let router = operations_router(&self.app, &worker, None);
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// Takes the keys as another node may have made them, as a server does every half minute.
    pub(crate) async fn hear_of_keys(&self) {
        self.app.keys_renew().await.unwrap();
        for Node { app, .. } in &self.others {
            app.keys_renew().await.unwrap();
        }
    }

    /// Closes every node's store.
    async fn close(&self) {
        self.store.close().await;
        for Node { store, .. } in &self.others {
            store.close().await;
        }
    }

    /// Takes the store's file away.
    pub(crate) async fn lose_store(&self) {
        self.store.close().await;
        std::fs::remove_file(self.folder.path().join("pool.db")).unwrap();
    }

    /// Moves the clock.
    pub(crate) fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// A process with a store and no pool yet. Nodes with one seed would draw the same ids.
fn start(url: &StoreUrl, clock: &Arc<TestClock>, seed: u64, alarm: Alarm) -> (Store, App) {
    let random: Arc<dyn Random> = Arc::new(SeededRandom::new(seed));
    let key = MasterKey::new(Secret::new([7; 32]));
    let store = Store::open(url, key.sealer("store"), Arc::clone(&random)).unwrap();
    let app = App::new(Parts {
        store: store.clone(),
        clock: clock.clone(),
        random,
        key,
        public_url: "http://localhost:7400".to_owned(),
        outbox: Arc::new(Notify::new()),
        alarm,
    });
    (store, app)
}

/// A pool that signs in by codes to these contacts: what `defineAuth` makes of `otpLogin` on each.
pub(crate) fn pool_of(contacts: &[ContactAttribute]) -> PoolConfig {
    let mut config = PoolConfig {
        username_attributes: contacts.to_vec(),
        auto_verified_attributes: contacts.to_vec(),
        verify_before_update: contacts.to_vec(),
        ..PoolConfig::default()
    };
    let template = config.schema.0.remove(0);
    config.first_factors = vec![FirstFactor::Password];
    for contact in contacts {
        config.first_factors.push(contact.factor());
        config.schema.0.push(AttributeSpec {
            name: contact.as_str().to_owned(),
            ..template.clone()
        });
    }
    config
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
        if txn.pool_find("default")?.is_some() {
            return Ok(());
        }
        let pool = PoolId::new("us-east-1_TestPool1");
        txn.pool_insert("default", &pool, NOON)?;
        for (usage, pkcs8) in [KeyUsage::Id, KeyUsage::Access].into_iter().zip(&*KEYS) {
            let (kid, pkcs8) = (format!("{usage:?}"), Secret::new(pkcs8.clone()));
            txn.signing_key_insert(
                &pool,
                &SigningKey {
                    kid,
                    usage,
                    pkcs8,
                    created_at: NOON,
                    signs_from: NOON,
                },
            )?;
        }
        Ok(())
    });
    planted.await.unwrap();
}
