//! `cargo xtask lint`: the house's rules, the dependencies' policy, rustfmt and clippy.
//!
//! Everything is looked at even when something was found, quick things first.

mod dependencies;
mod house;
mod layers;
pub(crate) mod tree;

use std::process::ExitCode;
use std::time::Instant;

use self::tree::{Finding, Tree};
use crate::Outcome;
use crate::metadata::Metadata;
use crate::workspace::{self, program};

/// Checks everything, and fails when anything was found.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let mut broken = 0;
    let tree = Tree::read()?;
    for rule in house::RULES {
        broken += report(rule.asks, &(rule.check)(&tree));
    }
    broken += report(
        "dependencies point down only",
        &layers::check(&Metadata::read()?),
    );
    broken += report(
        "deny.toml is obeyed, every dependency explained",
        &dependencies::check()?,
    );
    for note in house::notes(&tree) {
        println!("  note  {note}");
    }
    for arguments in [
        "fmt --all --check",
        // A workspace of its own, with a client that takes long to compile.
        "fmt --manifest-path conformance/aws-sdk-rust/Cargo.toml --check",
        "clippy --workspace --all-targets --locked -- -D warnings",
    ] {
        broken += cargo(arguments);
    }
    match broken {
        0 => println!("lint: nothing to mend"),
        some => println!("lint: {some} to mend, said above"),
    }
    Ok(if broken == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Says how one rule is kept, and returns how often it is not.
fn report(asks: &str, found: &[Finding]) -> usize {
    println!(
        "  {}  {asks}",
        if found.is_empty() { "ok  " } else { "FAIL" }
    );
    for finding in found {
        println!("        {finding}");
    }
    found.len()
}

/// Runs one of cargo's own checks, which says itself what it finds.
fn cargo(arguments: &str) -> usize {
    let start = Instant::now();
    let words: Vec<&str> = arguments.split(' ').collect();
    let outcome = workspace::run(&mut program("cargo", &words));
    let seconds = start.elapsed().as_secs();
    println!(
        "  {}  cargo {arguments} ({seconds} s)",
        if outcome.is_ok() { "ok  " } else { "FAIL" }
    );
    usize::from(outcome.is_err())
}
