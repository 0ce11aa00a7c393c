//! `cargo xtask build-time`: how long the release build takes from nothing, on two processors, and the
//! crates that take longest.
//!
//! It builds into a folder of its own, which it removes, so that nobody's build is lost.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use serde::Deserialize;

use crate::Outcome;
use crate::metadata::Metadata;
use crate::workspace::{program, run as run_program};

const WANTED: &str = "wanted: at most 8 minutes";

/// How many crates are listed.
const HEAVIEST: usize = 15;

/// What cargo's report says of a crate's build; build scripts, and their runs, are entries too.
#[derive(Debug, Deserialize)]
struct Unit {
    name: String,
    version: String,
    /// In seconds.
    duration: f64,
}

/// Builds, and prints the times.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    let folder = Metadata::read()?.target_directory.join("build-time");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let words = [
        "build",
        "--release",
        "--locked",
        "--jobs",
        "2",
        "--timings",
        "--target-dir",
    ];
    let begin = Instant::now();
    run_program(program("cargo", &words).arg(&folder))?;
    let took = begin.elapsed().as_secs();
    let units = heaviest(&report(&folder)?)?;
    std::fs::remove_dir_all(&folder)?;
    for unit in units.iter().take(HEAVIEST) {
        println!("{:<32}{:>8.1} s", unit.name, unit.duration);
    }
    println!(
        "\nrelease build from nothing: {} min {} s   {WANTED}",
        took / 60,
        took % 60
    );
    Ok(ExitCode::SUCCESS)
}

fn report(folder: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(folder.join("cargo-timings/cargo-timing.html"))
}

/// The crates of cargo's report with all that was built of each, the longest first.
fn heaviest(report: &str) -> Result<Vec<Unit>, Box<dyn std::error::Error>> {
    let data = report
        .split_once("const UNIT_DATA = ")
        .map(|(_, data)| data);
    let data = data
        .and_then(|data| data.split_once(";\n"))
        .map(|(data, _)| data);
    let data = data.ok_or("cargo's report has no UNIT_DATA: has its form changed?")?;
    let mut crates: Vec<Unit> = Vec::new();
    for unit in serde_json::from_str::<Vec<Unit>>(data)? {
        let known = crates
            .iter_mut()
            .find(|known| known.name == unit.name && known.version == unit.version);
        match known {
            Some(known) => known.duration += unit.duration,
            None => crates.push(unit),
        }
    }
    crates.sort_by(|one, other| other.duration.total_cmp(&one.duration));
    Ok(crates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_listed_with_all_that_was_built_of_them() {
        let report = "<script>const UNIT_DATA = [\n\
            {\"i\":0,\"name\":\"small\",\"version\":\"1.0.0\",\"duration\":1.5},\n\
            {\"i\":1,\"name\":\"large\",\"version\":\"2.0.0\",\"duration\":0.5},\n\
            {\"i\":2,\"name\":\"large\",\"version\":\"2.0.0\",\"duration\":9.0}];\nrest";
        let units = heaviest(report).unwrap();
        let shown: Vec<_> = units
            .iter()
            .map(|unit| (unit.name.as_str(), unit.duration))
            .collect();
        assert_eq!(shown, [("large", 9.5), ("small", 1.5)]);
        let error = heaviest("").unwrap_err().to_string();
        assert!(error.contains("UNIT_DATA"), "{error}");
    }
}
