//! Power cuts: strace writes down what SQLite writes and syncs, and of that images are made as a disk may have them that
//! lost its power at any moment. What was synced is there; of what was not, each sector of 512 bytes may be or not.

mod log;

use std::fs;
use std::process::Command;
use std::time::{Duration, SystemTime};

use self::log::Log;
use super::crowd::{Crowd, World};
use super::kill::sqlite_says;
use super::node::{Node, Site};
use super::person::Person;
use super::{chance, rounds};

/// How many people are asked about each image: those who were told something last.
const ASKED: usize = 24;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_power_cut_loses_nothing_that_was_acknowledged() {
    let rounds = rounds(5);
    let site = Site::with_a_file();
    // Makes the store, which no other process touches from here on.
    let pool = site.outputs();
    let before = fs::read(site.path("poolhouse.db")).unwrap();
    let mut node = tokio::task::block_in_place(|| serve(&site));
    let ready = SystemTime::now();
    let world = World::new(&pool, &[&node]);
    let crowd = Crowd::gather(&world, 16);
    world.more(100 + 10 * u64::from(rounds)).await;
    world.point_at(&[]);
    let strace = tracer(&node);
    node.kill();
    let ended = SystemTime::now();
    wait_for(&strace);
    let log = Log::read(&site.path("trace"), &site.path("poolhouse.db"), before);
    let mut wrong = world.check(Vec::new()).await;
    for ending in ["", "-wal"] {
        let there = fs::read(site.path(&format!("poolhouse.db{ending}"))).unwrap();
        assert!(
            log.explains(ending, &there),
            "poolhouse.db{ending}: the log is not whole"
        );
    }
    let (mut asked, mut unsynced) = (0, 0);
    for _ in 0..rounds {
        let lasted = ended.duration_since(ready).unwrap().as_micros();
        let cut = ready + Duration::from_micros(chance(u64::try_from(lasted).unwrap()));
        let image = Site::with_a_file();
        unsynced += log.cut(cut, &image.path("poolhouse.db"));
        let mut people = world.at(cut);
        people.drain(..people.len().saturating_sub(ASKED));
        asked += people.len();
        wrong.extend(look_into(&image, &world, people).await);
    }
    drop(crowd);
    println!(
        "power cut: {rounds} images of {} writes acknowledged, with {unsynced} writes that were not synced; {asked} \
         people asked; {} lost or half there",
        world.acknowledgements(),
        wrong.len(),
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Serves an image, and lets everybody go on from what they were told.
async fn look_into(image: &Site, world: &World, people: Vec<Person>) -> Vec<String> {
    let mut node = tokio::task::block_in_place(|| image.serve());
    let there = World::new(&world.pool, &[&node]);
    for person in people {
        there.live(person).await;
    }
    let mut wrong = there.check(there.settled()).await;
    node.kill();
    let said = sqlite_says(image);
    if said != "ok\n" {
        wrong.push(said);
    }
    wrong
}

/// Who traces a node.
fn tracer(node: &Node) -> String {
    let status = fs::read_to_string(format!("/proc/{}/status", node.id())).unwrap();
    let traced = status
        .lines()
        .find_map(|line| line.strip_prefix("TracerPid:\t"));
    traced.unwrap().to_owned()
}

/// Waits until a process that is nobody's child here has written its last line.
fn wait_for(process: &str) {
    let mut tail = Command::new("tail");
    tail.args(["-s", "0.1", "-f", "/dev/null", "--pid", process]);
    assert!(tail.status().unwrap().success());
}

/// A node whose writes are written down, a file for each of its threads.
fn serve(site: &Site) -> Node {
    fs::create_dir(site.path("trace")).unwrap();
    let serve = site.command("serve");
    let mut command = Command::new("strace");
    command.args([
        "-D",
        "-ff",
        "--seccomp-bpf",
        "-qq",
        "-y",
        "-xx",
        "-ttt",
        "-T",
        "-s",
        "1000000",
    ]);
    command.args(["-e", "trace=pwrite64,fsync,fdatasync,ftruncate", "-o"]);
    command.arg(site.path("trace/thread"));
    command.arg(serve.get_program()).args(serve.get_args());
    Node::start(site, command)
}
