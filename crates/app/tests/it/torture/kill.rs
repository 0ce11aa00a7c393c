//! `kill -9` at any moment.

use std::fs;
use std::process::Command;
use std::time::Duration;

use super::crowd::{Crowd, World};
use super::node::Site;
use super::{at_most, chance, rounds};

/// How long a start may take, from the command to the line that says that it serves.
const START: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_killed_server_has_kept_what_it_acknowledged() {
    let rounds = rounds(5);
    let site = Site::with_a_file();
    let mut node = site.serve();
    let world = World::new(&site.outputs(), &[&node]);
    let crowd = Crowd::gather(&world, 16);
    let mut slowest = Duration::ZERO;
    for _ in 0..rounds {
        world.more(20 + chance(61)).await;
        // Not always right after an acknowledgement.
        for _ in 0..chance(200) {
            tokio::task::yield_now().await;
        }
        node.kill();
        world.point_at(&[]);
        node = tokio::task::block_in_place(|| site.serve());
        slowest = slowest.max(node.started_in);
        world.point_at(&[&node]);
    }
    let wrong = crowd.disperse().await;
    println!(
        "kill -9: {rounds} times; {} writes acknowledged, {} requests without an answer, {} people; {} lost or \
         half there; slowest start {slowest:?}",
        world.acknowledgements(),
        world.unanswered(),
        world.settled().len(),
        wrong.len(),
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    node.kill();
    assert_eq!(sqlite_says(&site), "ok\n");
    at_most("the slowest start", START, slowest);
}

/// These tests see it when something is lost: here all that happened since the file was copied.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_lost_is_noticed() {
    let site = Site::with_a_file();
    let mut node = site.serve();
    let world = World::new(&site.outputs(), &[&node]);
    let crowd = Crowd::gather(&world, 4);
    for (from, to) in [("poolhouse.db", "copy"), ("copy", "poolhouse.db")] {
        world.more(60).await;
        world.point_at(&[]);
        node.kill();
        for side in ["", "-wal"] {
            let path = |name: &str| site.path(&format!("{name}{side}"));
            fs::copy(path(from), path(to)).unwrap();
        }
        node = tokio::task::block_in_place(|| site.serve());
        world.point_at(&[&node]);
    }
    assert!(!crowd.disperse().await.is_empty());
}

/// What SQLite's own check says of the file.
pub(super) fn sqlite_says(site: &Site) -> String {
    let mut command = Command::new("sqlite3");
    command.arg(site.path("poolhouse.db"));
    command.args(["PRAGMA integrity_check", "PRAGMA foreign_key_check"]);
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}
