//! Many people at once, and what became of them.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use poolhouse_client::{Client, Config};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::node::Node;
use super::person::{Halt, Person};
use super::proxy::Proxy;

/// How long whoever had no answer waits before they ask again.
const BACK_OFF: Duration = Duration::from_millis(50);

/// Where people are: how they reach the nodes, and what was said to them so far.
pub(crate) struct World {
    pub(crate) pool: Config,
    pub(crate) client: Client,
    pub(crate) inbox: Client,
    nodes: Proxy,
    operations: Proxy,
    up: watch::Sender<bool>,
    acknowledged: watch::Sender<u64>,
    unanswered: watch::Sender<u64>,
    born: AtomicU64,
    /// What everybody was told, and what they asked for, in the order of time.
    journal: Mutex<Vec<(SystemTime, Person)>>,
    wrong: Mutex<Vec<String>>,
    ending: AtomicBool,
}

impl World {
    /// The people of a pool that these nodes serve.
    pub(crate) fn new(pool: &Config, nodes: &[&Node]) -> Arc<Self> {
        let (proxy, operations) = (Proxy::start(), Proxy::start());
        let client = |proxy: &Proxy| Client::new(pool.clone().with_endpoint(&*proxy.url)).unwrap();
        let world = Self {
            pool: pool.clone(),
            client: client(&proxy),
            inbox: client(&operations),
            nodes: proxy,
            operations,
            up: watch::Sender::new(false),
            acknowledged: watch::Sender::new(0),
            unanswered: watch::Sender::new(0),
            born: AtomicU64::default(),
            journal: Mutex::default(),
            wrong: Mutex::default(),
            ending: AtomicBool::default(),
        };
        world.point_at(nodes);
        Arc::new(world)
    }

    /// These serve from now on. While there are none, nobody asks.
    pub(crate) fn point_at(&self, nodes: &[&Node]) {
        self.nodes
            .point_at(nodes.iter().map(|node| node.listens.clone()));
        self.operations
            .point_at(nodes.iter().map(|node| node.operations.clone()));
        self.up.send_replace(!nodes.is_empty());
    }

    /// A write was acknowledged.
    pub(crate) fn acknowledged(&self) {
        self.acknowledged.send_modify(|number| *number += 1);
    }

    /// How many writes were acknowledged so far.
    pub(crate) fn acknowledgements(&self) -> u64 {
        *self.acknowledged.borrow()
    }

    /// Waits until so many more were.
    pub(crate) async fn more(&self, number: u64) {
        more(&self.acknowledged, number).await;
    }

    /// Writes down how far somebody is, or what they are about to ask for.
    pub(crate) fn note(&self, person: &Person) {
        let mut journal = self.journal.lock().unwrap();
        journal.push((SystemTime::now(), person.clone()));
    }

    /// How far everybody was at that time; at the end who was told something last.
    pub(crate) fn at(&self, time: SystemTime) -> Vec<Person> {
        let journal = self.journal.lock().unwrap();
        let past = journal.partition_point(|(at, _)| *at <= time);
        let mut seen = HashSet::new();
        let latest = journal[..past]
            .iter()
            .rev()
            .filter(|(_, person)| seen.insert(&person.email));
        let mut people: Vec<_> = latest.map(|(_, person)| person.clone()).collect();
        people.reverse();
        people
    }

    /// Those who have nothing left to do.
    pub(crate) fn settled(&self) -> Vec<Person> {
        let mut people = self.at(SystemTime::now());
        people.retain(Person::is_settled);
        people
    }

    /// Requests that nobody answered, or with an error of the server's.
    pub(crate) fn unanswered(&self) -> u64 {
        *self.unanswered.borrow()
    }

    /// A whole life, from wherever it stands.
    pub(crate) async fn live(&self, mut person: Person) {
        while !person.is_settled() {
            self.up.subscribe().wait_for(|up| *up).await.unwrap();
            match person.step(self).await {
                Ok(()) => {}
                Err(Halt::Unanswered) => {
                    self.unanswered.send_modify(|number| *number += 1);
                    // As AWS's SDKs do, and everybody else who is told that it is too much.
                    tokio::time::sleep(BACK_OFF).await;
                }
                Err(Halt::Wrong(what)) => {
                    let mut wrong = self.wrong.lock().unwrap();
                    return wrong.push(format!("{person:?}: {what}"));
                }
            }
        }
    }

    /// Holds everybody's word against what is so, and gives what is not so.
    pub(crate) async fn check(&self, people: Vec<Person>) -> Vec<String> {
        let mut wrong = std::mem::take(&mut *self.wrong.lock().unwrap());
        for mut person in people {
            let mut checked = person.check(self, false).await;
            while let Err(Halt::Unanswered) = checked {
                tokio::time::sleep(BACK_OFF).await;
                checked = person.check(self, true).await;
            }
            if let Err(what) = checked {
                wrong.push(format!("{person:?}: {what:?}"));
            }
        }
        wrong
    }
}

/// Waits until a count has risen by `number`.
async fn more(count: &watch::Sender<u64>, number: u64) {
    let mut watched = count.subscribe();
    let target = *watched.borrow() + number;
    watched.wait_for(|now| *now >= target).await.unwrap();
}

/// People who come, and others after them.
pub(crate) struct Crowd {
    world: Arc<World>,
    lives: JoinSet<()>,
}

impl Crowd {
    /// So many at a time, until they are told to [`disperse`](Crowd::disperse).
    pub(crate) fn gather(world: &Arc<World>, people: usize) -> Self {
        let mut lives = JoinSet::new();
        for _ in 0..people {
            let world = Arc::clone(world);
            lives.spawn(async move {
                while !world.ending.load(Ordering::Relaxed) {
                    let number = world.born.fetch_add(1, Ordering::Relaxed);
                    world.live(Person::new(number)).await;
                }
            });
        }
        Self {
            world: Arc::clone(world),
            lives,
        }
    }

    /// Everybody does what they still have to do, and nobody comes any more. Gives what is wrong.
    pub(crate) async fn disperse(self) -> Vec<String> {
        self.world.ending.store(true, Ordering::Relaxed);
        self.lives.join_all().await;
        let people = self.world.settled();
        self.world.check(people).await
    }
}
