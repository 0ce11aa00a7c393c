//! What becomes of a message that is not sent at once.

use std::time::Duration;

use poolhouse_domain::PoolId;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::bench::{Bench, figures, mail, pool, route_to};
use crate::sink::{Mood, Sink};

#[tokio::test]
async fn a_mail_goes_out_once_and_leaves_nothing_behind() {
    let (bench, sink) = (Bench::new(), Sink::start().await);
    let worker = bench.worker_to(&[&sink]);
    for name in ["ann", "bob", "eve"] {
        bench.post(&format!("{name}@example.com"), "123456").await;
    }
    assert_eq!(worker.drain().await.unwrap(), 3);
    assert_eq!(worker.drain().await.unwrap(), 0);
    let mut to = sink.recipients();
    to.sort();
    assert_eq!(
        to,
        ["ann@example.com", "bob@example.com", "eve@example.com"]
    );
    assert!(bench.codes(None).await.is_empty(), "nothing is kept");
    let figures = figures(&worker).await;
    assert_eq!((figures.waiting, figures.sent, figures.retried), (0, 3, 0));
}

#[tokio::test]
async fn what_was_sent_stays_in_the_inbox_where_there_is_one() {
    let (bench, sink) = (Bench::new(), Sink::start().await);
    let mut route = route_to(&[&sink]);
    route.inbox = Some(bench.inbox.clone());
    let worker = bench.worker_with(route);
    bench.post("ann@example.com", "123456").await;
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(sink.recipients(), ["ann@example.com"]);
    assert_eq!(bench.codes(None).await, ["123456"]);
}

#[tokio::test]
async fn connections_are_used_again() {
    let (bench, sink) = (Bench::new(), Sink::start().await);
    let worker = bench.worker_to(&[&sink]);
    for round in 0..3 {
        for _ in 0..20 {
            bench.post("ann@example.com", "123456").await;
        }
        assert_eq!(worker.drain().await.unwrap(), 20, "{round}");
    }
    assert!(sink.connections() <= 4, "{}", sink.connections());
}

#[tokio::test]
async fn connections_that_were_closed_meanwhile_cost_nothing() {
    let (bench, mut sink) = (Bench::new(), Sink::start().await);
    let worker = bench.worker_to(&[&sink]);
    bench.post("ann@example.com", "1").await;
    assert_eq!(worker.drain().await.unwrap(), 1);
    sink.die().await;
    sink.rise().await;
    bench.post("ann@example.com", "2").await;
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(figures(&worker).await.retried, 0);
}

/// Nothing is lost, nothing is asked in vain but by one message at a time, and what is still good
/// arrives when the server is back.
#[tokio::test]
async fn a_server_that_is_dead_for_a_minute() {
    let (bench, mut sink) = (Bench::new(), Sink::start().await);
    let worker = bench.worker_to(&[&sink]);
    sink.die().await;
    for number in 0..100 {
        let to = format!("person{number}@example.com");
        bench.post_for(&to, "123456", Duration::from_mins(3)).await;
    }
    bench
        .post_for("late@example.com", "1", Duration::from_secs(30))
        .await;
    assert_eq!(worker.drain().await.unwrap(), 0);
    for _ in 0..60 {
        bench.wait(1);
        assert_eq!(worker.drain().await.unwrap(), 0);
    }
    let during = figures(&worker).await;
    assert_eq!(
        (during.senders_down, during.age),
        (1, Duration::from_mins(1))
    );
    assert!(during.retried < 20, "{during:?}");

    sink.rise().await;
    let mut sent = 0;
    for _ in 0..30 {
        bench.wait(1);
        sent += worker.drain().await.unwrap();
    }
    assert_eq!(sent, 100);
    let mut to = sink.recipients();
    to.sort();
    to.dedup();
    assert_eq!(to.len(), 100);
    let after = figures(&worker).await;
    assert_eq!(
        (after.waiting, after.senders_down, after.expired),
        (0, 0, 1)
    );
    let dead = bench.dead_letters().await;
    assert_eq!(dead[0].to, "late@example.com");
}

#[tokio::test]
async fn the_next_sender_takes_what_the_first_does_not() {
    for mood in [
        Mood::AtRecipient("421 too busy"),
        Mood::AtRecipient("450 greylisted"),
        Mood::AtEnd("550 not through me"),
        Mood::HangsUp,
    ] {
        let (bench, first, second) = (Bench::new(), Sink::start().await, Sink::start().await);
        let worker = bench.worker_to(&[&first, &second]);
        first.is(mood);
        bench.post("ann@example.com", "123456").await;
        assert_eq!(worker.drain().await.unwrap(), 1, "{mood:?}");
        assert_eq!(second.recipients(), ["ann@example.com"]);
        assert!(first.recipients().is_empty());
    }
}

#[tokio::test]
async fn the_first_sender_is_used_again_when_it_works() {
    let (bench, mut first, second) = (Bench::new(), Sink::start().await, Sink::start().await);
    let worker = bench.worker_to(&[&first, &second]);
    first.die().await;
    for _ in 0..10 {
        bench.post("ann@example.com", "1").await;
    }
    assert_eq!(worker.drain().await.unwrap(), 10);
    first.rise().await;
    bench.post("bob@example.com", "2").await;
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(second.recipients().len(), 11, "the first one rests");
    bench.wait(1);
    bench.post("eve@example.com", "3").await;
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(first.recipients(), ["eve@example.com"]);
}

#[tokio::test]
async fn a_mailbox_that_asks_for_patience_is_tried_later_and_holds_nobody_up() {
    let (bench, sink) = (Bench::new(), Sink::start().await);
    let worker = bench.worker_to(&[&sink]);
    sink.is(Mood::AtRecipient("450 4.2.0 greylisted"));
    bench.post("ann@example.com", "1").await;
    assert_eq!(worker.drain().await.unwrap(), 0);
    sink.is(Mood::Takes);
    bench.post("bob@example.com", "2").await;
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(sink.recipients(), ["bob@example.com"]);
    bench.wait(2);
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(sink.recipients(), ["bob@example.com", "ann@example.com"]);
}

#[tokio::test]
async fn a_mailbox_that_every_sender_refuses_is_given_up() {
    let (bench, first, second) = (Bench::new(), Sink::start().await, Sink::start().await);
    let worker = bench.worker_to(&[&first, &second]);
    first.is(Mood::AtRecipient("550 5.1.1 no such user"));
    second.is(Mood::AtEnd("554 5.7.1 spam"));
    bench.post("nobody@example.com", "1").await;
    assert_eq!(worker.drain().await.unwrap(), 0);
    let dead = bench.dead_letters().await;
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (dead[0].to.as_str(), dead[0].attempts),
        ("nobody@example.com", 1)
    );
    let said = dead[0].failure.clone().unwrap();
    assert!(
        said.contains("554") && said.contains("5.7.1 spam"),
        "{said}"
    );
    bench.wait(60);
    assert_eq!(worker.drain().await.unwrap(), 0);
    assert_eq!(figures(&worker).await.refused, 1);
}

#[tokio::test]
async fn a_code_that_expired_is_not_sent() {
    let (bench, mut sink) = (Bench::new(), Sink::start().await);
    let worker = bench.worker_to(&[&sink]);
    sink.die().await;
    bench.post("ann@example.com", "1").await;
    assert_eq!(worker.drain().await.unwrap(), 0);
    sink.rise().await;
    bench.wait(60);
    assert_eq!(worker.drain().await.unwrap(), 0);
    assert!(sink.mails().is_empty());
    let dead = bench.dead_letters().await;
    let said = dead[0].failure.clone().unwrap();
    assert!(said.to_lowercase().contains("connection refused"), "{said}");
}

/// What it may have taken is sent again, and can be told by its Message-ID.
#[tokio::test]
async fn a_mail_of_which_nothing_is_known_is_sent_again() {
    let (bench, first, second) = (Bench::new(), Sink::start().await, Sink::start().await);
    let worker = bench.worker_to(&[&first, &second]);
    bench.post("ann@example.com", "1").await;
    let (taken, until) = (bench.store.clone(), Duration::from_secs(10));
    let now = poolhouse_domain::Clock::now(&*bench.clock);
    let lost = taken.write::<_, poolhouse_store::StoreError, _>(move |txn| {
        let email = poolhouse_domain::message::Channel::Email;
        txn.outbox_take(&pool(), email, now, now + until, 1)
    });
    let lost = lost.await.unwrap();
    let post = poolhouse_delivery::Post {
        id: &lost[0].id,
        pool: &lost[0].pool,
        message: &lost[0].message,
        written_at: lost[0].created_at,
        deadline: lost[0].deadline,
        now,
    };
    // Sent, and the process died before it could write that down.
    route_to(&[&first]).email[0].send(&post).await.unwrap();
    bench.wait(10);
    assert_eq!(worker.drain().await.unwrap(), 1);
    let mails = first.mails();
    assert_eq!(mails.len(), 2);
    let id = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("Message-ID:"));
        line.unwrap().to_owned()
    };
    assert_eq!(id(&mails[0].text), id(&mails[1].text));
}

#[tokio::test]
async fn without_a_sender_a_message_waits_for_one() {
    let (bench, sink) = (Bench::new(), Sink::start().await);
    let worker = bench.worker_to(&[]);
    bench.post("ann@example.com", "1").await;
    assert_eq!(worker.drain().await.unwrap(), 0);
    worker.pool_serve(&pool(), route_to(&[&sink]));
    bench.wait(2);
    assert_eq!(worker.drain().await.unwrap(), 1);
}

/// Time stands still but for waits: the moment that everything waits for the network, the limit is
/// reached.
#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let (bench, sink) = (Bench::new(), Sink::start().await);
    let worker = bench.worker_to(&[&sink]);
    sink.is(Mood::Silent);
    bench.post("ann@example.com", "1").await;
    tokio::time::pause();
    assert_eq!(worker.drain().await.unwrap(), 0);
    tokio::time::resume();
    assert_eq!(figures(&worker).await.senders_down, 1);
    sink.is(Mood::Takes);
    bench.wait(2);
    assert_eq!(worker.drain().await.unwrap(), 1);
    assert_eq!(
        sink.recipients(),
        ["ann@example.com"],
        "the first was broken off"
    );
}

#[tokio::test]
async fn a_server_that_hangs_holds_up_no_other_pool() {
    let (bench, silent, good) = (Bench::new(), Sink::start().await, Sink::start().await);
    let other = PoolId::new("us-east-1_OtherPool");
    let worker = bench.worker_to(&[&silent]);
    worker.pool_serve(&other, route_to(&[&good]));
    silent.is(Mood::Silent);
    let (stop, stopping) = watch::channel(false);
    let mut tasks = JoinSet::new();
    for _ in 0..10 {
        bench.post("ann@example.com", "1").await;
    }
    tasks.spawn(worker.run(stopping));
    for count in 1..5 {
        let mail = mail("bob@example.com", "2");
        bench.post_to(&other, mail, Duration::from_mins(1)).await;
        bench.wake.notify_one();
        good.has(count).await;
    }
    silent.is(Mood::Takes);
    silent.has(10).await;
    stop.send(true).unwrap();
    tasks.join_all().await;
}

#[tokio::test]
async fn a_pool_that_comes_later_is_served_by_the_worker_that_runs() {
    let (bench, sink) = (Bench::new(), Sink::start().await);
    let later = PoolId::new("us-east-1_LaterPool");
    let worker = bench.worker();
    let (stop, stopping) = watch::channel(false);
    let mut tasks = JoinSet::new();
    tasks.spawn(worker.clone().run(stopping));
    let mail = mail("ann@example.com", "1");
    bench.post_to(&later, mail, Duration::from_mins(1)).await;
    worker.pool_serve(&later, route_to(&[&sink]));
    sink.has(1).await;
    stop.send(true).unwrap();
    tasks.join_all().await;
}
