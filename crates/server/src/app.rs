//! What all requests share: the store, the pools, and where time and chance come from.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use poolhouse_domain::audit::KEPT;
use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::seal::{KeyedHash, MasterKey, Sealer};
use poolhouse_domain::{ClientId, Clock, PoolId, Random, Timestamp};
use poolhouse_store::{Store, StoreError};
use serde_json::Value;
use tokio::sync::Notify;

use crate::alarm::Alarm;
use crate::awsjson::error::ApiError;
use crate::metrics::Metrics;
use crate::pool::{Client, Pool};
use crate::relying_party::Association;
use crate::slow_work::SlowWork;
use crate::tokens::jws::SigningKey;

/// The running server. Cheap to clone: every clone is the same server.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// What an [`App`] is made of; `app` (the binary) and the tests hand it in.
pub struct Parts {
    /// Where everything is kept.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// What codes and refresh tokens are hashed with.
    pub key: MasterKey,
    /// Where clients find us, without a slash at the end: `http://127.0.0.1:7400`.
    pub public_url: String,
    /// Told after each commit that put a message into the outbox.
    pub outbox: Arc<Notify>,
    /// What answers wait by that take whole steps of time.
    pub alarm: Alarm,
}

struct Shared {
    store: Store,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    public_url: String,
    outbox: Arc<Notify>,
    alarm: Alarm,
    secrets: Secrets,
    slow_work: SlowWork,
    metrics: Metrics,
    /// Seconds for which audit events are kept; 0 if none are written.
    audit_kept: AtomicU64,
    pools: ArcSwap<Pools>,
}

/// One derived key for each purpose.
pub(crate) struct Secrets {
    /// Seals Sessions (D1).
    pub(crate) sessions: Sealer,
    /// Hashes one-time codes.
    pub(crate) codes: KeyedHash,
    /// Hashes refresh tokens.
    pub(crate) refresh: KeyedHash,
    /// Makes up what all devices of a user have in common.
    pub(crate) devices: KeyedHash,
    /// Names whose budget it is.
    pub(crate) budgets: KeyedHash,
    /// Makes up the same stranger for the same unknown name (D9).
    pub(crate) decoys: KeyedHash,
}

/// The pools by what a request names them with.
#[derive(Default)]
struct Pools {
    by_id: HashMap<PoolId, Arc<Pool>>,
    by_client: HashMap<ClientId, (Arc<Pool>, Arc<Client>)>,
}

impl App {
    /// A server without pools.
    pub fn new(parts: Parts) -> Self {
        let secrets = Secrets {
            sessions: parts.store.session_key().sealer("session"),
            codes: parts.key.keyed_hash("one-time code"),
            refresh: parts.key.keyed_hash("refresh token"),
            devices: parts.key.keyed_hash("device group"),
            budgets: parts.key.keyed_hash("send budget"),
            decoys: parts.key.keyed_hash("decoy"),
        };
        Self(Arc::new(Shared {
            store: parts.store,
            clock: parts.clock,
            random: parts.random,
            public_url: parts.public_url,
            outbox: parts.outbox,
            alarm: parts.alarm,
            secrets,
            slow_work: SlowWork::new(),
            metrics: Metrics::default(),
            audit_kept: AtomicU64::new(KEPT.as_secs()),
            pools: ArcSwap::default(),
        }))
    }

    /// Serves `config` as the pool called `name`, from the next request on. The first time, its
    /// identifiers and signing keys are made; later they are found again, so that a changed
    /// definition keeps pool, clients and users.
    pub async fn pool_serve(
        &self,
        name: &str,
        region: &str,
        config: PoolConfig,
    ) -> Result<Arc<Pool>, ApiError> {
        let pool = Arc::new(Pool::open(self, name, region, config).await?);
        self.0.pools.rcu(|pools| {
            let mut by_id = pools.by_id.clone();
            by_id.insert(pool.id.clone(), Arc::clone(&pool));
            Pools::new(by_id)
        });
        Ok(pool)
    }

    /// Takes the keys as they are in the store now: those of the store itself, and every pool's. What
    /// another node has made is known here from then on.
    pub async fn keys_renew(&self) -> Result<(), ApiError> {
        let now = self.now();
        let renewed = self
            .store()
            .read::<_, StoreError, _>(move |txn| txn.store_keys_load(now));
        renewed.await?;
        let pools: Vec<Arc<Pool>> = self.0.pools.load().by_id.values().cloned().collect();
        for pool in pools {
            let keys = pool.keys.load().renewed(self.store(), &pool.id).await?;
            pool.keys.store(Arc::new(keys));
        }
        Ok(())
    }

    /// Keeps audit events of from now on for so long, in whole seconds; without a time none are written.
    pub fn audit_keep(&self, time: Option<Duration>) {
        let seconds = time.map_or(0, |time| time.as_secs());
        self.0.audit_kept.store(seconds, Ordering::Relaxed);
    }

    /// For how long audit events are kept, if they are.
    pub(crate) fn audit_kept(&self) -> Option<Duration> {
        let seconds = self.0.audit_kept.load(Ordering::Relaxed);
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.0.random
    }

    /// Time and chance themselves, for layers that keep them.
    pub(crate) fn sources(&self) -> (Arc<dyn Clock>, Arc<dyn Random>) {
        (Arc::clone(&self.0.clock), Arc::clone(&self.0.random))
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Where passwords are hashed.
    pub(crate) fn slow_work(&self) -> &SlowWork {
        &self.0.slow_work
    }

    pub(crate) fn public_url(&self) -> &str {
        &self.0.public_url
    }

    /// The present moment: asked once for each request.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Wakes the outbox worker.
    pub(crate) fn wake_outbox(&self) {
        self.0.outbox.notify_one();
    }

    pub(crate) fn alarm(&self) -> &Alarm {
        &self.0.alarm
    }

    pub(crate) fn pool(&self, id: &PoolId) -> Option<Arc<Pool>> {
        self.0.pools.load().by_id.get(id).cloned()
    }

    /// The pool that a request names.
    pub(crate) fn pool_of_request(&self, id: &str) -> Result<Arc<Pool>, ApiError> {
        let pool = self.pool(&PoolId::new(id));
        pool.ok_or_else(|| ApiError::PoolNotFound(id.to_owned()))
    }

    /// Every pool that is served.
    pub(crate) fn pool_ids(&self) -> Vec<PoolId> {
        self.0.pools.load().by_id.keys().cloned().collect()
    }

    /// The key of any pool for access tokens that this one names.
    pub(crate) fn access_key(&self, token: &str) -> Option<Arc<SigningKey>> {
        let pools = self.0.pools.load();
        let mut pools = pools.by_id.values();
        pools.find_map(|pool| pool.keys.load().access(token))
    }

    /// The document of the pools whose relying party is `host`.
    pub(crate) fn association(&self, kind: Association, host: &str) -> Option<Value> {
        let pools = self.0.pools.load();
        let of_host = pools.by_id.values().filter(|pool| {
            let party = pool.relying_party.as_ref();
            party.is_some_and(|party| party.id == host)
        });
        kind.document(of_host.map(|pool| &pool.config))
    }

    pub(crate) fn client(&self, id: &ClientId) -> Result<(Arc<Pool>, Arc<Client>), ApiError> {
        let found = self.0.pools.load().by_client.get(id).cloned();
        found.ok_or_else(|| ApiError::ClientNotFound(id.as_str().to_owned()))
    }
}

impl Pools {
    fn new(by_id: HashMap<PoolId, Arc<Pool>>) -> Self {
        let by_client = by_id
            .values()
            .flat_map(|pool| pool.clients.iter().map(move |client| (pool, client)))
            .map(|(pool, client)| (client.id.clone(), (Arc::clone(pool), Arc::clone(client))))
            .collect();
        Self { by_id, by_client }
    }
}
