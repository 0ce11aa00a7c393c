//! `cargo xtask fuzz`: the properties of whatever reads a stranger's bytes, on made-up input, again and
//! again until the time is over.
//!
//! These are the same properties that `cargo test` tries a few hundred times. Each round draws its own
//! input; what fails is shrunk, shown, and kept in the crate's `proptest-regressions`.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::workspace::{program, run as run_program};

/// A crate's properties: the crate, and the tests of its `it` that are properties.
struct Target {
    name: &'static str,
    filter: &'static str,
    /// How many inputs a round tries: a few seconds' worth.
    cases: u32,
}

const TARGETS: &[Target] = &[
    Target {
        name: "define-auth",
        filter: "fuzz::",
        cases: 256,
    },
    Target {
        name: "webauthn",
        filter: "properties::",
        cases: 20_000,
    },
    Target {
        name: "srp",
        filter: "properties::",
        cases: 2_000,
    },
];

/// What is tried, and for how long.
struct Plan {
    targets: Vec<&'static Target>,
    each: Duration,
}

/// Tries every target for its share of the time.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let plan = plan(arguments)?;
    for target in plan.targets {
        let cases = fuzz(target, plan.each)?;
        println!(
            "{}: {cases} cases or more of each property, nothing found",
            target.name
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn plan(arguments: &[String]) -> Result<Plan, Box<dyn Error>> {
    let mut seconds = 60;
    let mut targets = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if word == "--seconds" {
            let number = words.next().ok_or("--seconds needs a number")?;
            seconds = number.parse::<u64>().map_err(|error| {
                format!("--seconds: got `{number}`, expected a number: {error}")
            })?;
            continue;
        }
        let target = TARGETS.iter().find(|target| target.name == word);
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        let unknown = || {
            format!(
                "got `{word}`, expected --seconds N, or of {}",
                names.join(", ")
            )
        };
        targets.push(target.ok_or_else(unknown)?);
    }
    if targets.is_empty() {
        targets.extend(TARGETS);
    }
    let share = u32::try_from(targets.len())?;
    let each = Duration::from_secs(seconds) / share;
    Ok(Plan { targets, each })
}

/// Rounds of one target; how many inputs each of its properties saw.
fn fuzz(target: &Target, time: Duration) -> Result<u64, Box<dyn Error>> {
    let package = format!("poolhouse-{}", target.name);
    let words = [
        "test",
        "--locked",
        "--quiet",
        "--package",
        &package,
        "--test",
        "it",
    ];
    run_program(program("cargo", &words).arg("--no-run"))?;
    let start = Instant::now();
    let mut cases = 0;
    while start.elapsed() < time {
        let number = target.cases.to_string();
        let mut command = program("cargo", &words);
        command
            .args(["--", target.filter])
            .env("PROPTEST_CASES", &number);
        run_program(&mut command)?;
        cases += u64::from(target.cases);
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(words: &[&str]) -> Result<(Vec<&'static str>, Duration), String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let plan = plan(&words).map_err(|error| error.to_string())?;
        let names = plan.targets.iter().map(|target| target.name).collect();
        Ok((names, plan.each))
    }

    #[test]
    fn the_time_is_shared_by_all_or_by_those_that_are_named() {
        let all = planned(&["--seconds", "90"]).unwrap();
        assert_eq!(
            all,
            (
                vec!["define-auth", "webauthn", "srp"],
                Duration::from_secs(30)
            )
        );
        let one = planned(&["webauthn", "--seconds", "90"]).unwrap();
        assert_eq!(one, (vec!["webauthn"], Duration::from_secs(90)));
        assert_eq!(planned(&[]).unwrap().1, Duration::from_secs(20));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (words, said) in [
            (&["--seconds"][..], "--seconds needs a number"),
            (
                &["--seconds", "soon"],
                "--seconds: got `soon`, expected a number",
            ),
            (
                &["webauth"],
                "got `webauth`, expected --seconds N, or of define-auth, webauthn",
            ),
        ] {
            assert!(planned(words).unwrap_err().starts_with(said), "{words:?}");
        }
    }

    #[test]
    fn every_target_is_a_crate_with_such_tests() {
        for target in TARGETS {
            let module = target.filter.trim_end_matches("::");
            let tests = crate::workspace::root()
                .join("crates")
                .join(target.name)
                .join("tests/it");
            assert!(
                tests.join(format!("{module}.rs")).is_file(),
                "{}",
                target.name
            );
        }
    }
}
