//! Connections that are lost, and servers that go away and come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use poolhouse_store::{Store, StoreError, Txn};
use tokio::runtime::Handle;

use super::proxy::{Cut, Proxy};
use super::server::{self, Server};
use super::{cause, open, schema};
use crate::contract::sample::{at, read, write};

fn spend(txn: &mut Txn<'_>, id: u8) -> Result<bool, StoreError> {
    txn.session_spend(&[id; 16], at(1))
}

/// Ends every connection of the stores that this schema has.
async fn terminate(server: &Server, schema: &str) {
    // A store's connections say nothing of their schema but in what they last asked.
    server
        .run(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name = 'poolhouse-{schema}'"
        ))
        .await;
}

/// A store whose connections can be told from others', and its name for [`terminate`].
async fn named(server: &Server) -> (Store, String) {
    let url = schema(server).await;
    let name = url.rsplit("%3D").next().unwrap().to_owned();
    let store = open(&format!("{url}&application_name=poolhouse-{name}")).unwrap();
    (store, name)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_connection_that_was_closed_is_replaced() {
    let server = server::shared();
    let (store, name) = named(server).await;
    for id in 0..5 {
        assert!(write(&store, move |txn| spend(txn, id)).await);
        terminate(server, &name).await;
        assert!(read(&store, move |txn| txn.session_is_spent(&[id; 16], at(1))).await);
        terminate(server, &name).await;
    }
}

/// What was lost with its connection is run again, on a new one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_transaction_that_lost_its_connection_is_run_again() {
    let server = server::shared();
    let (store, name) = named(server).await;
    let runs = Arc::new(AtomicUsize::default());
    let (counted, runtime) = (Arc::clone(&runs), Handle::current());
    let spent = write(&store, move |txn| {
        let first = spend(txn, 1)?;
        if counted.fetch_add(1, Ordering::SeqCst) < 2 {
            runtime.block_on(terminate(server, &name));
        }
        Ok((first, spend(txn, 2)?))
    });
    assert_eq!(spent.await, (true, true));
    assert_eq!(runs.load(Ordering::SeqCst), 3);
    assert!(!write(&store, |txn| spend(txn, 1)).await);
}

/// A closure that turns the error into a success of its own does not get what was lost committed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lost_transaction_is_noticed_even_if_its_closure_does_not() {
    let server = server::shared();
    let (store, name) = named(server).await;
    let runs = Arc::new(AtomicUsize::default());
    let (counted, runtime) = (Arc::clone(&runs), Handle::current());
    let spent = write(&store, move |txn| {
        let first = spend(txn, 1)?;
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            runtime.block_on(terminate(server, &name));
        }
        Ok((first, spend(txn, 2).is_ok()))
    });
    assert_eq!(spent.await, (true, true));
    assert!(!write(&store, |txn| spend(txn, 2)).await);
}

/// After COMMIT was sent only the server knows; to run the closure again could do its work twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_commit_without_an_answer_is_reported_and_not_repeated() {
    let server = server::shared();
    let url = schema(server).await;
    let proxy = Proxy::start(server);
    let store = open(&proxy.url(&url)).unwrap();
    let direct = open(&url).unwrap();
    for (id, cut) in [(1, Cut::BeforeCommit), (2, Cut::AfterCommit)] {
        assert!(write(&store, move |txn| spend(txn, id + 100)).await);
        let runs = Arc::new(AtomicUsize::default());
        let counted = Arc::clone(&runs);
        proxy.cut(cut);
        let outcome = store.write(move |txn| {
            counted.fetch_add(1, Ordering::SeqCst);
            spend(txn, id)?;
            // Goes along with COMMIT.
            txn.session_spend_unspent(&[id + 50; 16], at(1))
        });
        let why = cause(outcome.await);
        assert!(
            why.starts_with("whether the transaction was kept is not known"),
            "{why}"
        );
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        // This waits for whatever the server still does with the other one.
        let kept = !write(&direct, move |txn| spend(txn, id)).await;
        assert_eq!(kept, cut == Cut::AfterCommit);
        let with_it = !write(&direct, move |txn| spend(txn, id + 50)).await;
        assert_eq!(with_it, kept);
        store.check().await.unwrap();
    }
}

/// The machine loses its power under load, and comes back: nothing that was acknowledged is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_comes_back_is_found_again() {
    let server = Server::start();
    let store = open(&schema(&server).await).unwrap();
    for (round, end) in (0_u8..).zip(["kill", "stop", "kill"]) {
        let acknowledged = Arc::new(AtomicUsize::default());
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..8_u8 {
            let (store, acknowledged) = (store.clone(), Arc::clone(&acknowledged));
            writers.spawn(async move {
                let mut mine = Vec::new();
                for number in 0..200_u8 {
                    let mut id = [writer; 16];
                    (id[0], id[1]) = (round, number);
                    let outcome = store.write(move |txn| txn.session_spend(&id, at(1))).await;
                    if outcome.is_ok_and(|spent| spent) {
                        mine.push(id);
                        acknowledged.fetch_add(1, Ordering::SeqCst);
                    }
                }
                mine
            });
        }
        while acknowledged.load(Ordering::SeqCst) < 100 {
            tokio::task::yield_now().await;
        }
        tokio::task::block_in_place(|| {
            server.tell(end);
            server.tell("start");
        });
        let kept = writers.join_all().await.concat();
        assert!(kept.len() >= 100);
        for id in kept {
            assert!(read(&store, move |txn| txn.session_is_spent(&id, at(1))).await);
        }
    }
    store.close().await;
}

/// Whoever asks a server that is not there waits for it for a while, and is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_stays_away_is_reported() {
    let server = Server::start();
    let store = open(&schema(&server).await).unwrap();
    assert!(write(&store, |txn| spend(txn, 1)).await);
    tokio::task::block_in_place(|| server.tell("stop"));
    let outcome = store.write(|txn| spend(txn, 2)).await;
    assert!(matches!(outcome, Err(StoreError::Busy)), "{outcome:?}");
    assert!(matches!(store.check().await, Err(StoreError::Busy)));
    tokio::task::block_in_place(|| server.tell("start"));
    assert!(write(&store, |txn| spend(txn, 2)).await);
    store.check().await.unwrap();
}

/// A leader that becomes a standby: the next host takes the writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_host_that_takes_writes_is_found() {
    let servers = [Server::start(), Server::start()];
    let urls = [schema(&servers[0]).await, schema(&servers[1]).await];
    for server in &servers {
        server.run("CREATE SCHEMA shared").await;
    }
    drop(urls);
    let hosts = servers
        .each_ref()
        .map(|server| format!("localhost:{}", server.port));
    let url = format!(
        "postgres://poolhouse:{}@{}/postgres?options=-csearch_path%3Dshared",
        server::PASSWORD.replace(' ', "%20"),
        hosts.join(",")
    );
    // Both have the schema, as a standby has.
    let second = open(&servers[1].url("shared")).unwrap();
    let store = open(&url).unwrap();
    assert!(write(&store, |txn| spend(txn, 1)).await);
    assert!(!read(&second, |txn| txn.session_is_spent(&[1; 16], at(1))).await);

    servers[0]
        .run("ALTER SYSTEM SET default_transaction_read_only = on")
        .await;
    servers[0].run("SELECT pg_reload_conf()").await;
    loop {
        // The settings reach a connection when it is between two transactions.
        write(&store, |txn| spend(txn, 2)).await;
        if read(&second, |txn| txn.session_is_spent(&[2; 16], at(1))).await {
            break;
        }
        write(&store, |txn| txn.expired_sweep(at(2), 100).map(drop)).await;
    }
}
