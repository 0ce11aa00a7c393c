//! `cargo xtask torture NAME [ROUNDS]`: the tests of `crates/app/tests/it/torture`, with as many rounds as it takes to
//! believe them, against the release binary. Each prints its figures in a line, and judges its times.

use std::process::ExitCode;

use crate::Outcome;
use crate::metadata::Metadata;
use crate::test::packages;
use crate::workspace::{program, run as run_program};

/// One way to hurt it.
struct Show {
    name: &'static str,
    does: &'static str,
    /// The test's path in its binary.
    test: &'static str,
    /// How often, if nothing is said.
    rounds: u32,
}

const SHOWS: &[Show] = &[
    Show {
        name: "kill",
        does: "kill -9 while people sign up, sign in, enrol, refresh, leave",
        test: "torture::kill::a_killed_server_has_kept_what_it_acknowledged",
        rounds: 200,
    },
    Show {
        name: "failover",
        does: "PostgreSQL killed under three nodes behind a proxy",
        test: "torture::failover::nodes_outlive_their_database",
        rounds: 50,
    },
    Show {
        name: "backup",
        does: "backups while people write, restored and asked for everybody",
        test: "torture::backup::a_backup_under_load_is_whole",
        rounds: 30,
    },
    Show {
        name: "faults",
        does: "EIO and ENOSPC on SQLite's writes and syncs, by libfiu",
        test: "torture::faults::nothing_is_acknowledged_after_a_failed_write",
        rounds: 120,
    },
    Show {
        name: "power",
        does: "images of a disk that lost its power, from a log of its writes and syncs",
        test: "torture::power::a_power_cut_loses_nothing_that_was_acknowledged",
        rounds: 300,
    },
    Show {
        name: "cluster",
        does: "the leader of a Patroni cluster lost under three nodes",
        test: "torture::cluster::nodes_follow_the_leader",
        rounds: 10,
    },
];

/// Runs one of them, or all.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let chosen: Vec<&Show> = match arguments.first().map(String::as_str) {
        None => return Err(listing().into()),
        Some("all") => SHOWS.iter().collect(),
        Some(name) => SHOWS.iter().filter(|show| show.name == name).collect(),
    };
    if chosen.is_empty() {
        return Err(listing().into());
    }
    let rounds: Option<u32> = arguments.get(1).map(|number| number.parse()).transpose()?;
    packages()?;
    run_program(&mut program("cargo", &["build", "--release", "--locked"]))?;
    let binary = Metadata::read()?.target_directory.join("release/poolhouse");
    for show in chosen {
        let words = [
            "test",
            "--workspace",
            "--locked",
            "--test",
            "it",
            "--",
            "--exact",
        ];
        let mut test = program("cargo", &words);
        test.args([show.test, "--nocapture"])
            .env("POOLHOUSE_BIN", &binary)
            .env(
                "POOLHOUSE_TORTURE",
                rounds.unwrap_or(show.rounds).to_string(),
            );
        run_program(&mut test)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn listing() -> String {
    let lines = SHOWS.iter().map(|show| {
        let Show {
            name, does, rounds, ..
        } = show;
        format!("\n  {name:<10} {does} ({rounds} times)")
    });
    format!(
        "cargo xtask torture NAME|all [ROUNDS]\n{}",
        lines.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_show_is_a_test_that_is_there() {
        for show in SHOWS {
            let mut words = show.test.split("::");
            let path: Vec<_> = words.by_ref().take(2).collect();
            let file = crate::workspace::root()
                .join("crates/app/tests/it")
                .join(path.join("/"))
                .with_extension("rs");
            let source = std::fs::read_to_string(&file).unwrap();
            assert!(
                source.contains(&format!("fn {}()", words.next().unwrap())),
                "{}",
                show.test
            );
        }
    }

    #[test]
    fn whoever_asks_for_none_or_another_is_told_which_there_are() {
        for words in [&[][..], &["fire".to_owned()]] {
            let told = run(words).unwrap_err().to_string();
            assert!(SHOWS.iter().all(|show| told.contains(show.does)), "{told}");
        }
    }
}
