//! Chores of the repository: `cargo xtask <name>`.
//!
//! Each chore is one module with a `run`. This file only finds the one that was asked for.

mod bench_start;
mod build_time;
mod delivery;
mod fuzz;
mod lint;
mod metadata;
mod model;
mod operations;
mod profile;
mod test;
mod torture;
mod workspace;

use std::process::ExitCode;

/// How a chore ends: with an exit status, having said itself what there is to say, or with the reason
/// why it could not be done.
type Outcome = Result<ExitCode, Box<dyn std::error::Error>>;

/// One chore: what one types, what it does, and the function that does it.
struct Chore {
    name: &'static str,
    does: &'static str,
    run: fn(&[String]) -> Outcome,
}

/// Every chore, in the order in which `cargo xtask` lists them.
const CHORES: &[Chore] = &[
    Chore {
        name: "lint",
        does: "the house's rules, deny.toml, rustfmt, clippy",
        run: lint::run,
    },
    Chore {
        name: "test",
        does: "installs what is missing, then runs every test",
        run: test::run,
    },
    Chore {
        name: "fuzz",
        does: "properties of what reads strangers' bytes, for --seconds N",
        run: fuzz::run,
    },
    Chore {
        name: "bench-start",
        does: "time to the ready line, idle memory",
        run: bench_start::run,
    },
    Chore {
        name: "delivery",
        does: "what becomes of mails when the program or the mail server dies",
        run: delivery::run,
    },
    Chore {
        name: "torture",
        does: "kills, failing disks, power cuts: what was acknowledged is still there",
        run: torture::run,
    },
    Chore {
        name: "profile",
        does: "where the time of a scenario of `bench` goes, as a table and a flame graph",
        run: profile::run,
    },
    Chore {
        name: "build-time",
        does: "how long the release build takes from nothing, crate by crate",
        run: build_time::run,
    },
    Chore {
        name: "model",
        does: "the service model of the newest botocore, as the server reads it",
        run: model::run,
    },
    Chore {
        name: "operations",
        does: "docs/operations.md, from the sources and what the tests meet",
        run: operations::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        println!("{}", listing());
        return ExitCode::SUCCESS;
    };
    match find(name).and_then(|chore| (chore.run)(rest)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn find(name: &str) -> Result<&'static Chore, Box<dyn std::error::Error>> {
    if let Some(chore) = CHORES.iter().find(|chore| chore.name == name) {
        return Ok(chore);
    }
    let nearest = CHORES
        .iter()
        .map(|chore| (strsim::damerau_levenshtein(chore.name, name), chore.name))
        .filter(|(distance, _)| *distance <= 3)
        .min();
    let hint = nearest.map_or_else(String::new, |(_, near)| format!(" Did you mean `{near}`?"));
    Err(format!("there is no chore `{name}`.{hint}\n\n{}", listing()).into())
}

fn listing() -> String {
    let lines = CHORES
        .iter()
        .map(|chore| format!("\n  {:<12} {}", chore.name, chore.does));
    format!("cargo xtask <name>\n{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(name: &str) -> String {
        find(name)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn every_chore_is_found_by_its_name() {
        for chore in CHORES {
            assert_eq!(find(chore.name).unwrap().does, chore.does);
        }
    }

    #[test]
    fn a_near_miss_is_told_the_right_name() {
        assert!(error("tets").starts_with("there is no chore `tets`. Did you mean `test`?\n"));
        assert!(error("bench_start").contains("Did you mean `bench-start`?"));
    }

    #[test]
    fn an_unknown_chore_is_told_all_names() {
        let said = error("something");
        assert!(!said.contains("Did you mean"), "{said}");
        assert!(
            CHORES.iter().all(|chore| said.contains(chore.does)),
            "{said}"
        );
    }
}
