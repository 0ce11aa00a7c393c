//! Runs a vector file in the form of `tests/vectors/srp.json`:
//! `cargo run -p poolhouse-srp --example vectors -- FILE`.
//!
//! Prints what comes out differently, and last `N of M vectors as expected`; exits with 1 if N is not M.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

#[path = "../tests/it/cases.rs"]
mod cases;

use std::process::ExitCode;

use cases::{Outcome, Read, SignIn, text};
use serde_json::Value;

fn main() -> Read<ExitCode> {
    let path = std::env::args().nth(1).ok_or("usage: verify FILE")?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the file is the command's argument"
    )]
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let vectors = file.get("vectors").and_then(Value::as_array);
    let vectors = vectors.ok_or("no member vectors")?;
    let mut as_expected = 0_usize;
    for vector in vectors {
        let got = SignIn::read(vector.get("in").ok_or("no member in")?)?.run()?;
        let expected = Outcome::read(vector.get("out").ok_or("no member out")?)?;
        if got == expected {
            as_expected += 1;
        } else {
            let id = text(vector, "id")?;
            println!("{id}: expected {expected:?}, got {got:?}");
        }
    }
    println!("{as_expected} of {} vectors as expected", vectors.len());
    Ok(if as_expected == vectors.len() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
