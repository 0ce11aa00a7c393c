//! `cargo xtask bench-start`: how long `poolhouse dev` takes to be ready, and the memory it then holds.
//!
//! A benchmark, not a test: it prints what it measures beside what is wanted, and judges nothing.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::metadata::Metadata;
use crate::workspace::{capture, program, root, run as run_program};

const ROUNDS: usize = 20;
const WANTED: &str = "wanted: at most 60 ms";
const WANTED_MEMORY: &str = "wanted: at most 20 MB";

/// One start: how long it took, and the memory held a second later.
struct Start {
    took: Duration,
    resident_kb: u64,
}

/// Starts the release binary again and again on a copy of the example.
pub(crate) fn run(_arguments: &[String]) -> Outcome {
    run_program(&mut program("cargo", &["build", "--release", "--locked"]))?;
    let binary = Metadata::read()?.target_directory.join("release/poolhouse");
    let folder = std::env::temp_dir().join(format!("poolhouse-bench-{}", std::process::id()));
    copy_example(&folder)?;
    let outcome = measure(&binary, &folder);
    std::fs::remove_dir_all(&folder)?;
    let (first, starts) = outcome?;
    let times = starts.iter().map(|start| start.took.as_micros()).collect();
    let memory = starts
        .iter()
        .map(|start| u128::from(start.resident_kb))
        .collect();
    println!(
        "first start (makes the pool and its keys)  {:>8}",
        thousandths(first.took.as_micros(), "ms")
    );
    println!(
        "later starts, median of {ROUNDS}               {:>8}   {WANTED}",
        thousandths(median(times), "ms")
    );
    println!(
        "idle memory, median of {ROUNDS}                {:>8}   {WANTED_MEMORY}",
        thousandths(median(memory), "MB")
    );
    Ok(ExitCode::SUCCESS)
}

fn measure(binary: &Path, folder: &Path) -> Result<(Start, Vec<Start>), Box<dyn Error>> {
    let first = start(binary, folder)?;
    let later = (0..ROUNDS)
        .map(|_| start(binary, folder))
        .collect::<Result<_, _>>()?;
    Ok((first, later))
}

/// The definition as git has it, without what earlier runs or npm put beside it.
fn copy_example(folder: &Path) -> Result<(), Box<dyn Error>> {
    let files = capture(&mut program(
        "git",
        &["ls-files", "examples/passwordless/amplify"],
    ))?;
    for file in files.lines() {
        let to = folder.join(file.trim_start_matches("examples/passwordless/"));
        std::fs::create_dir_all(to.parent().unwrap_or(folder))?;
        std::fs::copy(root().join(file), to)?;
    }
    Ok(())
}

fn start(binary: &Path, folder: &Path) -> Result<Start, Box<dyn Error>> {
    let mut command = Command::new(binary);
    command
        .arg("dev")
        .arg(folder)
        .args(["--listen", "127.0.0.1:0"]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let begin = Instant::now();
    let mut child = command.spawn()?;
    // Held until the end: a program that writes into a closed pipe does not end cleanly.
    let mut output = BufReader::new(child.stdout.take().ok_or("no standard output")?);
    let outcome = watch(&mut output, child.id(), begin);
    // Asked to stop as a person's process manager would; it is to go by itself.
    run_program(&mut program("kill", &["-TERM", &child.id().to_string()]))?;
    let status = child.wait()?;
    match outcome {
        Ok(start) if status.success() => Ok(start),
        Ok(_) => {
            Err(format!("poolhouse ended with {status} after SIGTERM, expected success").into())
        }
        Err(error) => Err(error),
    }
}

fn watch(output: &mut impl BufRead, id: u32, begin: Instant) -> Result<Start, Box<dyn Error>> {
    let mut line = String::new();
    while !line.contains("ready") {
        line.clear();
        if output.read_line(&mut line)? == 0 {
            return Err("poolhouse ended before it was ready: run it by hand to see why".into());
        }
    }
    let took = begin.elapsed();
    std::thread::sleep(Duration::from_secs(1));
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    Ok(Start {
        took,
        resident_kb: resident_kb(&status).ok_or("no VmRSS in /proc")?,
    })
}

/// `VmRSS: 12345 kB` → 12345
fn resident_kb(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn median(mut values: Vec<u128>) -> u128 {
    values.sort_unstable();
    let middle = values.len() / 2;
    let upper = values.get(middle).copied().unwrap_or_default();
    match values.len() % 2 {
        0 => u128::midpoint(
            values
                .get(middle.saturating_sub(1))
                .copied()
                .unwrap_or_default(),
            upper,
        ),
        _ => upper,
    }
}

/// 51 234 of a unit's thousandths → `51.2 ms`
fn thousandths(value: u128, unit: &str) -> String {
    format!("{}.{} {unit}", value / 1000, value % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![9, 1, 5]), 5);
        assert_eq!(median(vec![9, 1, 5, 7]), 6);
        assert_eq!(median(vec![]), 0);
    }

    #[test]
    fn memory_is_read_from_proc() {
        let status = "Name:\tpoolhouse\nVmRSS:\t   12345 kB\nRssAnon:\t    9000 kB\n";
        assert_eq!(resident_kb(status), Some(12345));
        assert_eq!(resident_kb("Name:\tpoolhouse\n"), None);
    }

    #[test]
    fn our_own_memory_is_there() {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        assert!(resident_kb(&status).unwrap() > 100);
    }

    #[test]
    fn values_are_shown_with_one_digit() {
        assert_eq!(thousandths(51_289, "ms"), "51.2 ms");
        assert_eq!(thousandths(900, "MB"), "0.9 MB");
    }
}
