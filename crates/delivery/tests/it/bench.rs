//! A store, a clock that the test moves, and a worker.

use std::sync::Arc;
use std::time::Duration;

use poolhouse_delivery::mail::smtp::Smtp;
use poolhouse_delivery::{Figures, Inbox, Parts, Route, Sender, Worker};
use poolhouse_domain::clock::TestClock;
use poolhouse_domain::message::{Channel, Message};
use poolhouse_domain::pool::EmailSender;
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use poolhouse_domain::{Clock as _, PoolId, Secret, Sub, Timestamp};
use poolhouse_store::{DeadLetter, Store, StoreError, StoreUrl};
use tempfile::TempDir;
use tokio::sync::Notify;

use crate::sink::Sink;

pub(crate) struct Bench {
    pub(crate) store: Store,
    pub(crate) inbox: Inbox,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) wake: Arc<Notify>,
    pub(crate) folder: TempDir,
}

/// The pool that messages are of.
pub(crate) fn pool() -> PoolId {
    PoolId::new("us-east-1_AbCdEfGhI")
}

impl Bench {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder);
        let clock = Arc::new(TestClock::at(Timestamp::from_seconds(1_000)));
        let inbox = Inbox::new(store.clone());
        Self {
            store,
            inbox,
            clock,
            wake: Arc::new(Notify::new()),
            folder,
        }
    }

    /// A worker that leaves everything in the inbox.
    pub(crate) fn worker(&self) -> Worker {
        self.worker_with(Route {
            inbox: Some(self.inbox.clone()),
            ..Route::default()
        })
    }

    /// A worker that sends the pool's messages so.
    pub(crate) fn worker_with(&self, route: Route) -> Worker {
        let worker = Worker::new(Parts {
            store: self.store.clone(),
            clock: self.clock.clone(),
            random: Arc::new(SeededRandom::new(5)),
            wake: Arc::clone(&self.wake),
        });
        worker.pool_serve(&pool(), route);
        worker
    }

    /// A worker that sends mails to these servers, the first one first.
    pub(crate) fn worker_to(&self, sinks: &[&Sink]) -> Worker {
        self.worker_with(route_to(sinks))
    }

    /// Leaves a mail that is good for a minute.
    pub(crate) async fn post(&self, to: &str, code: &str) {
        self.post_for(to, code, Duration::from_mins(1)).await;
    }

    /// Leaves a mail that is good for so long.
    pub(crate) async fn post_for(&self, to: &str, code: &str, validity: Duration) {
        self.post_to(&pool(), mail(to, code), validity).await;
    }

    /// Leaves a message of a pool.
    pub(crate) async fn post_to(&self, pool: &PoolId, message: Message, validity: Duration) {
        let (pool, now) = (pool.clone(), self.clock.now());
        let posted = self.store.write::<_, StoreError, _>(move |txn| {
            txn.outbox_insert(&pool, &Sub::new("someone"), &message, now, now + validity)
        });
        posted.await.unwrap();
    }

    pub(crate) fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) async fn codes(&self, to: Option<&str>) -> Vec<String> {
        let list = self.inbox.list(to, 100).await.unwrap();
        list.iter()
            .map(|sent| sent.message.code.expose().clone())
            .collect()
    }

    pub(crate) async fn dead_letters(&self) -> Vec<DeadLetter> {
        let dead = self
            .store
            .read::<_, StoreError, _>(|txn| txn.dead_letter_list(100));
        dead.await.unwrap()
    }
}

/// What is known of the pool's mails.
pub(crate) async fn figures(worker: &Worker) -> Figures {
    let all = worker.figures().await.unwrap();
    let mut mails = all.into_iter().filter(|one| one.channel == Channel::Email);
    mails.next().unwrap()
}

pub(crate) fn route_to(sinks: &[&Sink]) -> Route {
    let smtp = |sink: &&Sink| Sender::Smtp(Box::new(Smtp::new(sink.config(), None, None).unwrap()));
    Route {
        email: sinks.iter().map(smtp).collect(),
        ..Route::default()
    }
}

pub(crate) fn mail(to: &str, code: &str) -> Message {
    Message {
        channel: Channel::Email,
        to: to.to_owned(),
        subject: "Your code".to_owned(),
        text: Secret::new(format!("It is {code}")),
        html: None,
        link: None,
        code: Secret::new(code.to_owned()),
        from: Some(EmailSender {
            address: "login@example.com".to_owned(),
            name: Some("Acme".to_owned()),
            reply_to: None,
        }),
    }
}

pub(crate) fn open(folder: &TempDir) -> Store {
    let sealer = MasterKey::new(Secret::new([7; 32])).sealer("store");
    Store::open(
        &StoreUrl::from(&*folder.path().join("pool.db")),
        sealer,
        Arc::new(SeededRandom::new(1)),
    )
    .unwrap()
}
