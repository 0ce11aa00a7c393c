//! What machines do to a store, done on purpose: processes killed, disks that fail, power cuts, databases that
//! go away. Whatever a client was told has to be there afterwards.
//!
//! These run a few rounds each with the other tests. `cargo xtask torture` runs as many as are wanted, with the
//! release binary, judges times, and prints the figures; docs/how-to/torture.md says what they show.

mod backup;
mod cluster;
mod crowd;
mod failover;
mod faults;
mod kill;
mod node;
mod person;
mod power;
mod proxy;

use std::time::Duration;

/// How often: `few` times, or as `cargo xtask torture` says.
fn rounds(few: u32) -> u32 {
    let asked = std::env::var("POOLHOUSE_TORTURE").ok();
    asked.map_or(few, |number| number.parse().unwrap())
}

/// Takes a time as it is, and holds it against its limit where the machine is meant to be quiet and the
/// program to be optimized.
fn at_most(what: &str, limit: Duration, took: Duration) {
    let judged = std::env::var_os("POOLHOUSE_TORTURE").is_some();
    assert!(
        !judged || took <= limit,
        "{what}: got {took:?}, expected at most {limit:?}"
    );
}

/// A number below `limit`.
fn chance(limit: u64) -> u64 {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes) % limit
}
