//! Three nodes on one PostgreSQL, whose server loses its power again and again.

use std::time::{Duration, Instant};

use super::crowd::{Crowd, World};
use super::node::Site;
use super::person::Person;
use super::{at_most, chance, rounds};
use crate::postgres::keeper::Keeper;

/// From the moment when the database takes connections again until every node has acknowledged a write.
const BACK: Duration = Duration::from_secs(5);

/// For people who come only to see whether a node serves again.
const PROBES: u64 = 1_000_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_outlive_their_database() {
    let rounds = rounds(3);
    // What was committed is on disk, as on a server that is not for tests.
    let database = Keeper::make(&[
        ("FSYNC", "on"),
        ("PASSWORD", "x"),
        ("CERTIFICATE", ""),
        ("KEY", ""),
    ]);
    database.tell("start");
    let site = Site::new(&database.url("public"));
    let nodes = [site.serve(), site.serve(), site.serve()];
    let pool = site.outputs();
    let world = World::new(&pool, &nodes.each_ref());
    // A way to each node alone.
    let ways = nodes.each_ref().map(|node| World::new(&pool, &[node]));
    let crowd = Crowd::gather(&world, 24);
    let (mut away, mut slowest) = (Duration::ZERO, Duration::ZERO);
    for round in 0..rounds {
        world.more(40 + chance(60)).await;
        let killed = Instant::now();
        tokio::task::block_in_place(|| {
            database.tell("kill");
            database.tell("start");
        });
        let started = Instant::now();
        away = away.max(started.duration_since(killed));
        // To each node comes somebody who signs up there, and does everything else.
        let first = PROBES + u64::from(round) * 3;
        let [one, two, three] = &ways;
        let ((), (), (), ()) = tokio::join!(
            one.live(Person::new(first)),
            two.live(Person::new(first + 1)),
            three.live(Person::new(first + 2)),
            async {
                tokio::join!(one.more(1), two.more(1), three.more(1));
                slowest = slowest.max(started.elapsed());
            }
        );
    }
    let mut wrong = crowd.disperse().await;
    for way in &ways {
        wrong.extend(way.check(way.settled()).await);
    }
    println!(
        "PostgreSQL killed: {rounds} times under 3 nodes; {} writes acknowledged, {} requests without an answer, \
         {} people; {} lost or half there; the database was away for {away:?} at most, and every node wrote again \
         {slowest:?} later at most",
        world.acknowledgements(),
        world.unanswered(),
        world.settled().len(),
        wrong.len(),
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    at_most("the slowest return", BACK, slowest);
}
