//! Runs a case file in the form of `tests/vectors/webauthn-l3-cases.json`:
//! `cargo run -p poolhouse-webauthn --example verify -- FILE`.
//!
//! Prints each wrong verdict, and last `N of M cases as expected`; exits with 1 if N is not M.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

#[path = "../tests/it/cases.rs"]
mod cases;

use std::process::ExitCode;

use cases::{Case, Read};

fn main() -> Read<ExitCode> {
    let path = std::env::args().nth(1).ok_or("usage: verify FILE")?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the file is the command's argument"
    )]
    let file = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let all = Case::all(&file)?;
    let mut as_expected = 0_usize;
    for case in &all {
        let (id, step) = (case.id()?, case.step()?);
        match (case.is_accepted()?, case.run()?) {
            (true, Ok(())) | (false, Err(_)) => as_expected += 1,
            (true, Err(error)) => println!("{id}: expected accept, got reject: {error}"),
            (false, Ok(())) => println!("{id}: expected reject in step {step}, got accept"),
        }
    }
    println!("{as_expected} of {} cases as expected", all.len());
    Ok(if as_expected == all.len() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
