//! `cargo xtask profile SCENARIO`: where the server's processor time goes while `poolhouse bench` drives
//! it, as a table and as a flame graph.
//!
//! perf samples the server's process by its processor time. Stacks are unwound by the unwind tables,
//! which release builds have, so that what is measured is the program as it is shipped.

mod flame;
mod kinds;
mod stacks;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::Outcome;
use crate::metadata::Metadata;
use crate::workspace::{capture, program, run as run_program};

/// Samples in a second of processor time: a prime, so that nothing that recurs keeps step with it.
const FREQUENCY: &str = "997";

/// What is to be profiled.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    scenario: String,
    seconds: u32,
    picture: PathBuf,
}

/// Prints the table, and writes the flame graph.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let plan = plan(arguments)?;
    run_program(&mut program("cargo", &["build", "--release", "--locked"]))?;
    let target = Metadata::read()?.target_directory;
    let recording = target.join("profile.data");
    let cost = record(&target.join("release/poolhouse"), &plan, &recording)?;

    let fields = ["script", "--no-inline", "-F", "comm,time,ip,sym", "-i"];
    let mut script = program("perf", &fields);
    let mut stacks = stacks::parse(&capture(script.arg(&recording))?);
    std::fs::remove_file(&recording)?;
    stacks::keep_last(&mut stacks, f64::from(plan.seconds));
    print!("{}", kinds::table(&plan.scenario, &stacks, cost));
    let title = format!(
        "poolhouse, {}: {cost:.0} us of processor time each",
        plan.scenario
    );
    std::fs::write(&plan.picture, flame::picture(&title, &stacks))?;
    println!("\n{} samples; {}", stacks.len(), plan.picture.display());
    Ok(ExitCode::SUCCESS)
}

fn plan(arguments: &[String]) -> Result<Plan, Box<dyn Error>> {
    let mut plan = Plan {
        scenario: "passkey".to_owned(),
        seconds: 10,
        picture: PathBuf::from("flame.svg"),
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--seconds" => {
                let value = value()?;
                plan.seconds = value.parse().map_err(|error| {
                    format!("--seconds: got `{value}`, expected a number: {error}")
                })?;
            }
            "--svg" => plan.picture = PathBuf::from(value()?),
            _ if word.starts_with('-') => {
                return Err(
                    format!("got {word}, expected SCENARIO, --seconds N or --svg FILE").into(),
                );
            }
            _ => plan.scenario.clone_from(word),
        }
    }
    Ok(plan)
}

/// Samples the server of a bench into `recording`. What one visit cost, in microseconds.
fn record(binary: &Path, plan: &Plan, recording: &Path) -> Result<f64, Box<dyn Error>> {
    let mut bench = program(
        &binary.to_string_lossy(),
        &["bench", &plan.scenario, "--json"],
    );
    let bench = bench.args(["--seconds", &plan.seconds.to_string()]);
    let mut bench = bench.stdout(Stdio::piped()).spawn()?;
    let recorded = server_of(&mut bench).and_then(|server| {
        let options = ["record", "--quiet", "-e", "cpu-clock", "-F", FREQUENCY];
        let mut perf = program("perf", &options);
        // The stacks of what many layers of futures call are deep.
        perf.args([
            "--call-graph",
            "dwarf,32768",
            "-p",
            &server.to_string(),
            "-o",
        ]);
        // It ends when the server does.
        run_program(perf.arg(recording))
    });
    if recorded.is_err() {
        let _ = bench.kill();
    }
    let output = bench.wait_with_output()?;
    recorded?;
    let reports: Value = serde_json::from_slice(&output.stdout)?;
    let cost = reports.pointer("/0/cpu_us").and_then(Value::as_f64);
    cost.ok_or_else(|| format!("the bench ended with {}", output.status).into())
}

/// The process that a bench starts, as soon as it has its threads: perf may miss those that begin
/// while it takes hold of the others.
fn server_of(bench: &mut Child) -> Result<u32, Box<dyn Error>> {
    while bench.try_wait()?.is_none() {
        let children = of_tasks(bench.id(), "children");
        if let Some(child) = children
            .iter()
            .find_map(|list| list.split_whitespace().next())
        {
            let server = child.parse()?;
            if of_tasks(server, "comm")
                .iter()
                .any(|name| name.trim() == "store-writer")
            {
                return Ok(server);
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Err("the bench ended without a server".into())
}

/// What the system says of each of a process's threads; nothing of those that are gone.
fn of_tasks(process: u32, file: &str) -> Vec<String> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task"));
    let paths = tasks
        .into_iter()
        .flatten()
        .flatten()
        .map(|task| task.path().join(file));
    paths
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(words: &str) -> Result<Plan, String> {
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        plan(&words).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_profiled_is_asked_for() {
        let expected = Plan {
            scenario: "refresh".to_owned(),
            seconds: 3,
            picture: PathBuf::from("a.svg"),
        };
        assert_eq!(
            planned("refresh --seconds 3 --svg a.svg").unwrap(),
            expected
        );
        assert_eq!(planned("").unwrap().scenario, "passkey");
        for (words, said) in [
            ("--seconds", "--seconds needs a value"),
            ("--seconds x", "--seconds: got `x`, expected a number"),
            (
                "--out x",
                "got --out, expected SCENARIO, --seconds N or --svg FILE",
            ),
        ] {
            let error = planned(words).unwrap_err();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
