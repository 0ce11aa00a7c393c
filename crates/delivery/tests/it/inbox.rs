//! Messages that stay in the house: the inbox of `poolhouse dev`.

use std::time::Duration;

use poolhouse_delivery::Inbox;
use poolhouse_domain::Clock as _;
use poolhouse_domain::message::Channel;
use poolhouse_store::StoreError;
use tokio::sync::watch;

use crate::bench::{Bench, open, pool, route_to};
use crate::sink::Sink;

#[tokio::test]
async fn messages_arrive_newest_on_top() {
    let bench = Bench::new();
    for code in ["111111", "222222", "333333"] {
        bench.post("ann@example.com", code).await;
    }
    bench.post("bob@example.com", "444444").await;
    let sent = bench
        .store
        .read::<_, StoreError, _>(|txn| txn.inbox_list(None, 100));
    assert!(
        sent.await.unwrap().is_empty(),
        "nothing arrives before it is sent"
    );
    assert_eq!(bench.worker().drain().await.unwrap(), 4);
    assert_eq!(
        bench.codes(None).await,
        ["444444", "333333", "222222", "111111"]
    );
    assert_eq!(
        bench.codes(Some("ANN@example.com")).await,
        ["333333", "222222", "111111"]
    );
    assert_eq!(
        bench.worker().drain().await.unwrap(),
        0,
        "each is sent once"
    );
}

/// Two nodes, one outbox: what one has taken the other leaves alone, until the lease ends.
#[tokio::test]
async fn what_another_worker_has_taken_is_left_to_it() {
    let bench = Bench::new();
    bench.post("ann@example.com", "111111").await;
    let now = bench.clock.now();
    let until = now + Duration::from_secs(30);
    let taken = bench
        .store
        .write::<_, StoreError, _>(move |txn| {
            txn.outbox_take(&pool(), Channel::Email, now, until, 10)
        })
        .await
        .unwrap();
    assert_eq!(taken.len(), 1);
    bench.post("ann@example.com", "222222").await;
    assert_eq!(bench.worker().drain().await.unwrap(), 1);

    // The other one never says that it was sent.
    bench.clock.advance(Duration::from_secs(29));
    assert_eq!(bench.worker().drain().await.unwrap(), 0);
    bench.clock.advance(Duration::from_secs(1));
    assert_eq!(bench.worker().drain().await.unwrap(), 1);
    assert_eq!(bench.codes(None).await, ["222222", "111111"]);
}

#[tokio::test]
async fn two_workers_send_each_message_once() {
    let bench = Bench::new();
    for code in 0..200 {
        bench.post("ann@example.com", &code.to_string()).await;
    }
    let workers = [bench.worker(), bench.worker()];
    let (one, other) = tokio::join!(workers[0].drain(), workers[1].drain());
    assert_eq!(one.unwrap() + other.unwrap(), 200);
}

#[tokio::test]
async fn more_than_a_batch_is_sent_in_one_go() {
    let bench = Bench::new();
    for code in 0..150 {
        bench.post("ann@example.com", &code.to_string()).await;
    }
    assert_eq!(bench.worker().drain().await.unwrap(), 150);
}

#[tokio::test]
async fn a_message_past_its_deadline_is_dropped() {
    let bench = Bench::new();
    bench.post("ann@example.com", "111111").await;
    bench.clock.advance(Duration::from_secs(59));
    bench.post("ann@example.com", "222222").await;
    bench.clock.advance(Duration::from_secs(1));
    assert_eq!(bench.worker().drain().await.unwrap(), 1);
    assert_eq!(bench.codes(None).await, ["222222"]);
    assert_eq!(
        bench.worker().drain().await.unwrap(),
        0,
        "the other is gone, not waiting"
    );
}

#[tokio::test]
async fn the_inbox_survives_a_restart_and_can_be_cleared() {
    let bench = Bench::new();
    bench.post("ann@example.com", "111111").await;
    bench.worker().drain().await.unwrap();
    bench.store.close().await;
    let inbox = Inbox::new(open(&bench.folder));
    assert_eq!(inbox.list(None, 100).await.unwrap().len(), 1);
    let mut changes = inbox.changes();
    inbox.clear().await.unwrap();
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    assert!(inbox.list(None, 100).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_worker_sends_when_it_is_woken_and_before_it_stops() {
    let bench = Bench::new();
    let mut changes = bench.inbox.changes();
    let (stop, stopping) = watch::channel(false);
    let mut tasks = tokio::task::JoinSet::new();
    bench.post("ann@example.com", "111111").await;
    tasks.spawn(bench.worker().run(stopping));
    changes.changed().await.unwrap();
    assert_eq!(bench.codes(None).await, ["111111"]);

    bench.post("ann@example.com", "222222").await;
    bench.wake.notify_one();
    changes.changed().await.unwrap();
    assert_eq!(bench.codes(None).await, ["222222", "111111"]);

    bench.post("ann@example.com", "333333").await;
    stop.send(true).unwrap();
    tasks.join_all().await;
    assert_eq!(bench.codes(None).await, ["333333", "222222", "111111"]);
}

#[tokio::test]
async fn the_worker_ends_when_nobody_can_stop_it() {
    let bench = Bench::new();
    bench.post("ann@example.com", "111111").await;
    let (stop, stopping) = watch::channel(false);
    drop(stop);
    bench.worker().run(stopping).await;
    assert_eq!(bench.codes(None).await, ["111111"]);
}

#[tokio::test]
async fn a_store_that_failed_is_asked_again() {
    let bench = Bench::new();
    bench.post("ann@example.com", "111111").await;
    let (here, away) = (
        bench.folder.path().join("pool.db"),
        bench.folder.path().join("away"),
    );
    std::fs::rename(&here, &away).unwrap();

    let mut changes = bench.inbox.changes();
    let (stop, stopping) = watch::channel(false);
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(bench.worker().run(stopping));
    // One thread, and a read does not wait: by now the worker has tried.
    tokio::task::yield_now().await;
    assert!(bench.store.check().await.is_err());
    assert!(!changes.has_changed().unwrap());

    std::fs::rename(&away, &here).unwrap();
    changes.changed().await.unwrap();
    assert_eq!(bench.codes(None).await, ["111111"]);
    stop.send(true).unwrap();
    tasks.join_all().await;
}

#[tokio::test]
async fn a_worker_stops_though_its_store_fails() {
    let bench = Bench::new();
    bench.post("ann@example.com", "111111").await;
    bench.store.close().await;
    let (stop, stopping) = watch::channel(false);
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(bench.worker().run(stopping));
    tokio::task::yield_now().await;
    stop.send(true).unwrap();
    tasks.join_all().await;

    // The message is still there for the next run.
    let store = open(&bench.folder);
    let due = store
        .read::<_, StoreError, _>(|txn| txn.outbox_due(10))
        .await;
    assert_eq!(due.unwrap().len(), 1);
}

#[tokio::test]
async fn a_broken_store_is_told_not_swallowed() {
    let bench = Bench::new();
    bench.post("ann@example.com", "111111").await;
    bench.store.close().await;
    assert!(bench.worker().drain().await.is_err());
}

#[tokio::test]
async fn a_look_into_the_inbox_waits_for_mail_that_is_on_its_way() {
    let bench = Bench::new();
    bench.post("ann@example.com", "111111").await;
    let worker = bench.worker();
    let (codes, sent) = tokio::join!(bench.codes(None), worker.drain());
    assert_eq!(sent.unwrap(), 1);
    assert_eq!(codes, ["111111"]);
}

/// A queue without a sender: nobody has to take what is written from now on, and who looks at the inbox is
/// told all the same.
#[tokio::test]
async fn what_goes_no_further_than_the_inbox_is_in_it_at_once() {
    let bench = Bench::new();
    bench.post("ann@example.com", "111111").await;
    let worker = bench.worker();
    for kept_by_now in 1..=2 {
        bench.post("ann@example.com", "222222").await;
        let kept = bench.store.read::<_, StoreError, _>(|txn| {
            let due = txn.outbox_due(9)?;
            assert_eq!(due.len(), 1, "what was written before waits");
            Ok(txn.inbox_list(None, 100)?.len())
        });
        assert_eq!(kept.await.unwrap(), kept_by_now);
    }
    assert_eq!(worker.drain().await.unwrap(), 1);

    // Where there is a sender they wait for it.
    let sink = Sink::start().await;
    worker.pool_serve(&pool(), route_to(&[&sink]));
    bench.post("ann@example.com", "444444").await;
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(bench.codes(None).await.len(), 3);
}
