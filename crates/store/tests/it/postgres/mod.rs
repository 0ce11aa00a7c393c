//! What PostgreSQL promises beside the contract.

pub(crate) mod server;

mod connecting;
mod migrations;
mod outages;
mod proxy;
mod serial;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use poolhouse_store::{Store, StoreError};
use server::Server;

crate::contract::contract!(crate::postgres::fresh());

/// An empty store on the server that the tests share.
pub(crate) async fn fresh() -> (Store, ()) {
    let url = schema(server::shared()).await;
    (open(&url).unwrap(), ())
}

/// The URL of a schema that nobody has used yet.
pub(crate) async fn schema(server: &Server) -> String {
    let name = format!("test_{}", number());
    server.run(&format!("CREATE SCHEMA {name}")).await;
    server.url(&name)
}

/// The store at `url`, as one more node opens it.
pub(crate) fn open(url: &str) -> Result<Store, StoreError> {
    let sealer = MasterKey::generate(&SeededRandom::new(1)).sealer("store");
    let random = Arc::new(SeededRandom::new(number()));
    Store::open(&url.parse().unwrap(), sealer, random)
}

fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) fn cause(outcome: Result<impl Sized, StoreError>) -> String {
    match outcome.err().expect("an error") {
        StoreError::Broken(cause) => cause.to_string(),
        other => panic!("got {other:?}, expected a broken store"),
    }
}
