//! `cargo xtask delivery`: what becomes of mails when the program or the mail server dies.
//!
//! `crash` kills the program while mails go out, and counts what is lost and what comes twice. `outage`
//! kills the mail server while people sign in without it, and measures what they notice. Both have the
//! release binary serve an app, as a person would, and mail to a sink of ours.

mod crash;
mod outage;
mod server;
mod sink;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::Outcome;
use crate::metadata::Metadata;
use crate::test::{Counts, Ran};
use crate::workspace::{program, run as run_program};

const USAGE: &str = "cargo xtask delivery crash [--mails N] [--kills N]
cargo xtask delivery outage [--seconds N]

  --mails N, --kills N   how many mails, and how often the program is killed meanwhile [10000, 100]
  --seconds N            how long the mail server is dead; it is done four times, twice with it alive [60]
  --binary FILE          another program than the release build";

/// What `cargo xtask test` runs of it: little, and soon over.
const LITTLE: crash::Size = crash::Size {
    mails: 300,
    kills: 3,
};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let number = |name, default| number(arguments, name, default);
    let what = arguments.first().map(String::as_str);
    let binary = match value(arguments, "--binary") {
        Some(file) => PathBuf::from(file),
        None => build()?,
    };
    let is_good = match what {
        Some("crash") => {
            let size = crash::Size {
                mails: number("--mails", 10_000)?,
                kills: number("--kills", 100)?,
            };
            let count = crash::run(&binary, size)?;
            println!("{count}");
            count.is_good()
        }
        Some("outage") => outage::run(&binary, number("--seconds", 60)?)?,
        _ => return Err(USAGE.into()),
    };
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The little of it, as one test.
pub(crate) fn test(binary: &Path) -> Result<Ran, Box<dyn Error>> {
    let count = crash::run(binary, LITTLE)?;
    println!("{count}");
    let (passed, failed) = (count.is_good().into(), (!count.is_good()).into());
    let counts = Counts {
        passed,
        failed,
        ..Counts::default()
    };
    Ok((counts, None))
}

fn build() -> Result<PathBuf, Box<dyn Error>> {
    run_program(&mut program("cargo", &["build", "--release", "--locked"]))?;
    Ok(Metadata::read()?.target_directory.join("release/poolhouse"))
}

fn value<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let place = arguments.iter().position(|word| word == name)?;
    arguments.get(place + 1).map(String::as_str)
}

fn number(arguments: &[String], name: &str, default: u32) -> Result<u32, Box<dyn Error>> {
    match value(arguments, name) {
        None => Ok(default),
        Some(text) => text
            .parse()
            .map_err(|_| format!("{name}: got `{text}`, expected a number").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_or_refused() {
        let words: Vec<String> = ["crash", "--mails", "7", "--kills", "x"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(number(&words, "--mails", 1).unwrap(), 7);
        assert_eq!(number(&words, "--seconds", 60).unwrap(), 60);
        let told = number(&words, "--kills", 1).unwrap_err().to_string();
        assert_eq!(told, "--kills: got `x`, expected a number");
    }
}
