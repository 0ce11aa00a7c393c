//! `cargo xtask operations`: the page of the operations that clients call, `docs/operations.md`.
//!
//! It is made of three things. The service model says which operations there are and which errors
//! AWS documents for each. The head of each operation's file says where we differ (`Deviation:`) and
//! which of those errors cannot come up here, and why (`Cannot occur:`; what holds for all operations
//! stands in `operations/mod.rs`). And the server's own tests say which they have met: while they
//! run, every refusal is noted with the test that met it.
//!
//! So that the page cannot rot: `cargo xtask lint` makes it anew from the sources, with the tests
//! that it names, and misses an error that is neither reached nor excused, and a test that is gone;
//! `cargo xtask test` makes it anew from what the tests have met in this very run.

mod model;
mod page;
mod seen;
mod source;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::process::ExitCode;

use self::model::Model;
use self::seen::Seen;
use self::source::Sources;
use crate::Outcome;
use crate::lint::tree::{Finding, Tree};
use crate::metadata::Metadata;
use crate::test::{Counts, Ran};
use crate::workspace::root;

/// The page, from the repository's root.
const PAGE: &str = "docs/operations.md";

/// Writes the page from what the server's tests met when all of them last ran.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let tree = Tree::read()?;
    fs::write(root().join(PAGE), from_run(&tree)?)?;
    let found = check(&Tree::read()?);
    for finding in &found {
        println!("{finding}");
    }
    println!("{PAGE}: {} to mend", found.len());
    Ok(if found.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What of the page is not as the sources have it, and which errors nobody has thought of.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let model = match Model::read(tree) {
        Ok(model) => model,
        Err(error) => return vec![finding(&error.to_string())],
    };
    let (sources, page) = (Sources::read(tree), page_of(tree));
    let seen = Seen::of_page(&page);
    let mut found = sources.check(&model, &seen);
    found.extend(seen.check(tree).into_iter().map(|why| finding(&why)));
    if page::render(&model, &sources, &seen) != page {
        found.push(finding(
            "not what the sources say: run `cargo test`, then `cargo xtask operations`",
        ));
    }
    found
}

/// Before a run of all tests: forgets what earlier ones met.
pub(crate) fn forget() -> Result<(), Box<dyn Error>> {
    Seen::forget(&Metadata::read()?.target_directory)
}

/// After a run of all tests: whether they met what the page says that they do, and nothing else.
pub(crate) fn still_reached() -> Result<Ran, Box<dyn Error>> {
    let tree = Tree::read()?;
    let wrong = differences(&page_of(&tree), &from_run(&tree)?);
    for line in &wrong {
        println!("{line}");
    }
    let failed = u64::try_from(wrong.len())?;
    let counts = Counts {
        passed: u64::from(failed == 0),
        failed,
        ..Counts::default()
    };
    let trouble = format!("{PAGE} is not what the tests met: run `cargo xtask operations`");
    Ok((counts, (failed > 0).then_some(trouble)))
}

/// The page as the tests of the last run have it.
fn from_run(tree: &Tree) -> Result<String, Box<dyn Error>> {
    let run = Seen::of_run(&Metadata::read()?.target_directory)?;
    let seen = run.preferring(&Seen::of_page(&page_of(tree)));
    Ok(page::render(
        &Model::read(tree)?,
        &Sources::read(tree),
        &seen,
    ))
}

/// The rows that only one of two pages has, with the operations that they are of.
fn differences(page: &str, run: &str) -> Vec<String> {
    let (page, run) = (rows(page), rows(run));
    let gone = page.difference(&run);
    let gone = gone.map(|(operation, row)| format!("{PAGE}, not in this run: {operation}: {row}"));
    let new = run.difference(&page);
    let new = new.map(|(operation, row)| format!("in this run, not in {PAGE}: {operation}: {row}"));
    gone.chain(new).collect()
}

fn rows(page: &str) -> BTreeSet<(&str, &str)> {
    let mut operation = "";
    let mut rows = BTreeSet::new();
    for line in page.lines() {
        operation = line.strip_prefix("## ").unwrap_or(operation);
        rows.insert((operation, line));
    }
    rows
}

fn page_of(tree: &Tree) -> String {
    let page = tree.files.iter().find(|file| file.path == PAGE);
    page.map(|file| file.text.clone()).unwrap_or_default()
}

fn finding(message: &str) -> Finding {
    Finding {
        path: PAGE.to_owned(),
        line: 0,
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE_OF_TWO: &str = "## A\n| `X` | [`a::b`](f) |\n## B\n| `X` | cannot occur: none |\n";

    #[test]
    fn a_run_that_meets_what_the_page_says_differs_in_nothing() {
        assert!(differences(PAGE_OF_TWO, PAGE_OF_TWO).is_empty());
    }

    #[test]
    fn what_no_test_meets_any_more_and_what_one_newly_meets_is_told() {
        let run = "## A\n## B\n| `X` | [`c::d`](f) |\n";
        assert_eq!(
            differences(PAGE_OF_TWO, run),
            [
                "docs/operations.md, not in this run: A: | `X` | [`a::b`](f) |",
                "docs/operations.md, not in this run: B: | `X` | cannot occur: none |",
                "in this run, not in docs/operations.md: B: | `X` | [`c::d`](f) |",
            ]
        );
    }
}
