//! Servers on each engine, and several nodes on one store.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use poolhouse_domain::clock::TestClock;
use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use poolhouse_domain::{Random, Secret};
use poolhouse_server::{Alarm, App, Parts, router};
use poolhouse_store::{Store, StoreUrl};
use tokio::sync::Notify;
use tower::ServiceExt as _;

use crate::postgres;
use crate::test_server::{NOON, TestServer};

impl TestServer {
    /// Servers with this pool, one on each engine, and three nodes on one store.
    pub(crate) async fn on_each_engine(config: PoolConfig) -> [(&'static str, Self); 3] {
        let folder = tempfile::tempdir().unwrap();
        let on_postgres = Box::pin(Self::new(
            config.clone(),
            folder,
            postgres::url().parse().unwrap(),
        ));
        [
            ("SQLite", Box::pin(Self::with(config.clone())).await),
            ("PostgreSQL", on_postgres.await),
            ("three nodes", Box::pin(Self::of_nodes(config, 3)).await),
        ]
    }

    /// So many nodes that serve this pool from one store. Each request goes to the node after the one that
    /// had the request before, so that with two no step is answered where it was asked for.
    pub(crate) async fn of_nodes(config: PoolConfig, count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Self::new(config, folder, postgres::url().parse().unwrap()).await;
        for _ in 1..count {
            server.add_node().await;
        }
        server
    }
}

/// Two nodes that start on an empty store at the same time sign with the same keys.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_together_have_one_pair_of_keys() {
    let folder = tempfile::tempdir().unwrap();
    let node = |seed| {
        let key = MasterKey::new(Secret::new([7; 32]));
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(seed));
        let url = StoreUrl::from(&*folder.path().join("pool.db"));
        App::new(Parts {
            store: Store::open(&url, key.sealer("store"), Arc::clone(&random)).unwrap(),
            clock: Arc::new(TestClock::at(NOON)),
            random,
            key,
            public_url: "http://localhost:7400".to_owned(),
            outbox: Arc::new(Notify::new()),
            alarm: Alarm::default(),
        })
    };
    let nodes = [node(1), node(2)];
    let serve = |node: &App| {
        let node = node.clone();
        async move {
            let config = PoolConfig::default();
            node.pool_serve("default", "us-east-1", config).await
        }
    };
    let (one, other) = tokio::join!(serve(&nodes[0]), serve(&nodes[1]));
    let pools = [one.unwrap(), other.unwrap()];
    assert_eq!(pools[0].id, pools[1].id);
    assert_eq!(pools[0].clients[0].id, pools[1].clients[0].id);
    let mut keys = Vec::new();
    for (node, pool) in nodes.iter().zip(&pools) {
        let path = format!("/{}/.well-known/jwks.json", pool.id);
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router(node, None).oneshot(request).await.unwrap();
        keys.push(to_bytes(response.into_body(), usize::MAX).await.unwrap());
    }
    assert_eq!(keys[0], keys[1]);
}
