//! A disk that fails: libfiu answers the program's own calls with errors, as the kernel would. It is put before the C
//! library, so it reaches SQLite's calls and what it does with the answers, and needs a program that is linked to it.

use std::path::PathBuf;
use std::process::Command;

use super::crowd::{Crowd, World};
use super::node::{Node, Site};
use super::{chance, rounds};

/// How many people there are. Whoever has asked that often after a write failed has given every answer time to
/// arrive that was on its way.
const ALL: u64 = 16;

/// What fails, and the `errno` that it fails with: once, or until the program ends.
const FAULTS: [&str; 6] = [
    "enable name=posix/io/rw/pwrite,failinfo=5,onetime",
    "enable name=posix/io/rw/pwrite,failinfo=28",
    "enable name=posix/io/sync/*,failinfo=5,onetime",
    "enable name=posix/io/rw/pwrite,failinfo=5",
    "enable name=posix/io/sync/*,failinfo=28,onetime",
    "enable name=posix/io/sync/*,failinfo=5",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_acknowledged_after_a_failed_write() {
    let rounds = rounds(6);
    let site = Site::with_a_file();
    let mut node = serve(&site);
    let world = World::new(&site.outputs(), &[&node]);
    let crowd = Crowd::gather(&world, usize::try_from(ALL).unwrap());
    let mut stopped = 0;
    for (round, fault) in (0..rounds).zip(FAULTS.iter().cycle()) {
        world.more(20 + chance(61)).await;
        fail(&site, &node, fault);
        stopped += u32::from(stops(&world, fault).await);
        world.point_at(&[]);
        // Neither may make it worse.
        node.end(["-KILL", "-TERM"][usize::from(round % 2 == 1)]);
        node = tokio::task::block_in_place(|| serve(&site));
        world.point_at(&[&node]);
    }
    let wrong = crowd.disperse().await;
    println!(
        "I/O errors: {rounds}, of which {stopped} stopped the store and the others met a checkpoint; {} writes \
         acknowledged, none after an error; {} lost or half there",
        world.acknowledgements(),
        wrong.len(),
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(
        stopped > 0,
        "no call failed: is the program linked to the C library?"
    );
}

/// Whether the store stopped, and then that it acknowledges nothing any more. Else the error met a checkpoint,
/// which is made again. People wait for mails that do not come, so somebody else asks.
async fn stops(world: &World, fault: &str) -> bool {
    let enough = world.acknowledgements() + 500;
    while is_written(world).await {
        if world.acknowledgements() >= enough {
            return false;
        }
    }
    let mut acknowledged = None;
    for _ in 0..2 {
        for _ in 0..2 * ALL {
            assert!(!is_written(world).await, "acknowledged after {fault}");
        }
        let now = world.acknowledgements();
        assert_eq!(acknowledged.replace(now).unwrap_or(now), now, "{fault}");
    }
    true
}

/// Whether somebody can sign up.
async fn is_written(world: &World) -> bool {
    let email = format!("visitor-{}@example.com", chance(u64::MAX));
    world.client.sign_up(&email, None, &[]).await.is_ok()
}

/// A node whose calls can be made to fail.
fn serve(site: &Site) -> Node {
    let serve = site.command("serve");
    let mut command = Command::new("fiu-run");
    command.args(["-x", "-f"]).arg(pipes(site));
    command.arg(serve.get_program()).args(serve.get_args());
    Node::start(site, command)
}

fn fail(site: &Site, node: &Node, fault: &str) {
    let mut command = Command::new("fiu-ctrl");
    command.args(["-c", fault, "-f"]).arg(pipes(site));
    assert!(
        command
            .arg(node.id().to_string())
            .status()
            .unwrap()
            .success()
    );
}

/// Where libfiu is told what to do.
fn pipes(site: &Site) -> PathBuf {
    site.path("fiu")
}
