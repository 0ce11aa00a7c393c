//! `cargo xtask test`: installs what is missing, builds the release binary, runs every test, and ends
//! with the line `N passed, N failed`.

mod libtest;
mod needs;
mod node;
mod python;
mod stream;
mod suite;
mod summary;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

pub(crate) use self::needs::packages;
use self::suite::{Suite, suites};
use self::summary::Part;
pub(crate) use self::summary::{Counts, Ran};
use crate::metadata::Metadata;
use crate::workspace::{program, root, run as run_program};
use crate::{Outcome, delivery, operations};

/// Runs everything, also after a failure, so that one run tells all there is to mend.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let suites = suites(&root(), "conformance")?;
    needs::install(&suites)?;
    let target = Metadata::read()?.target_directory;

    operations::forget()?;
    let mut parts = vec![rust(), timed("errors reached", operations::still_reached)];
    let build = timed("release build", || {
        say("cargo build --release --locked");
        run_program(&mut program("cargo", &["build", "--release", "--locked"]))?;
        Ok((Counts::default(), None))
    });
    let built = build.trouble.is_none();
    parts.push(build);
    let binary = target.join("release/poolhouse");
    parts.push(if built {
        timed("mails, kill -9", || {
            say("mails, and kill -9");
            delivery::test(&binary)
        })
    } else {
        Part::not_run("mails, kill -9".to_owned(), "needs the release build")
    });
    for suite in suites {
        parts.push(if built {
            conformance(&suite, &binary)
        } else {
            Part::not_run(name_of(&suite.folder), "needs the release build")
        });
    }
    print!("{}", summary::table(&parts));
    let failed = parts.iter().map(Part::failed).sum::<u64>();
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn rust() -> Part {
    timed("cargo test", || {
        let words = ["test", "--workspace", "--locked"];
        say("cargo test --workspace --locked");
        // First built on its own, with cargo's own progress on the terminal.
        run_program(program("cargo", &words).arg("--no-run"))?;
        libtest::run(program("cargo", &words).arg("--no-fail-fast"))
    })
}

fn conformance(suite: &Suite, binary: &Path) -> Part {
    let name = name_of(&suite.folder);
    timed(&name, || {
        say(&format!("the tests of {name}"));
        suite.test(binary)
    })
}

fn timed(name: &str, work: impl FnOnce() -> Result<Ran, Box<dyn std::error::Error>>) -> Part {
    let start = Instant::now();
    let (counts, trouble) =
        work().unwrap_or_else(|error| (Counts::default(), Some(error.to_string())));
    Part {
        name: name.to_owned(),
        counts,
        took: start.elapsed(),
        trouble,
    }
}

/// A folder's name from the root.
fn name_of(folder: &Path) -> String {
    folder
        .strip_prefix(root())
        .unwrap_or(folder)
        .display()
        .to_string()
}

fn say(what: &str) {
    println!("\n== {what}");
}
