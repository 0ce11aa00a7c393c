//! The command line of the bench.

use std::path::PathBuf;

use clap::Args;

use crate::commands::bench::Scenario;

/// Serves a pool of its own on loopback, in a process of its own, lets people sign in to it from many
/// connections at once, and prints what one sign-in cost that process, beside what its cryptography
/// costs by itself on this machine. Figures of the same run can be compared; those of two machines, or of
/// a machine that was busy, cannot.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  poolhouse bench                                    every scenario
  poolhouse bench passkey refresh --seconds 30 --runs 5
  poolhouse bench email-otp --rate 500               latency at 500 sign-ins a second
  poolhouse bench passkey --rate 50%                 latency at half of what it can do
  poolhouse bench --users 1000000 --data /mnt/disk   the same with a million users
  poolhouse bench passkey --url http://localhost:7400 --outputs amplify_outputs.json --pid 4711")]
pub(crate) struct Bench {
    /// What people do [default: all of it, one after the other].
    #[arg(value_name = "SCENARIO", value_enum)]
    pub(crate) scenarios: Vec<Scenario>,

    /// How many connections there are at once.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) connections: u32,

    /// For how long each scenario runs.
    #[arg(long, value_name = "T", default_value_t = 10.0, value_parser = above_zero)]
    pub(crate) seconds: f64,

    /// How many begin in a second, whether or not those before are done; their latency counts from when
    /// they should have begun. With a percent sign: a part of the peak, which a run without a rate finds
    /// out first, for as long. Without it each connection begins when it is done.
    #[arg(long, value_name = "R", value_parser = rate)]
    pub(crate) rate: Option<Rate>,

    /// How many users the pool has.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub(crate) users: u64,

    /// How often each scenario is run; the run with the median cost is printed, with a rate that with the
    /// median p99.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) runs: u32,

    /// Print JSON in place of the table.
    #[arg(long)]
    pub(crate) json: bool,

    /// Where the store is while it runs: the disk decides what a commit costs [default: the system's
    /// folder for temporary files].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,

    /// A `poolhouse dev` that runs already, in place of one of our own.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,

    /// With --url: the file that it wrote [default: amplify_outputs.json].
    #[arg(long, value_name = "FILE", requires = "url")]
    pub(crate) outputs: Option<PathBuf>,

    /// With --url: its process, on this machine, whose time and memory are to be told.
    #[arg(long, value_name = "PID", requires = "url")]
    pub(crate) pid: Option<u32>,
}

/// How many visits begin in a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rate {
    /// So many.
    PerSecond(f64),
    /// As a part of what comes out where each connection begins when it is done: 1 is all of it.
    OfPeak(f64),
}

fn rate(text: &str) -> Result<Rate, String> {
    let rate = match text.strip_suffix('%') {
        Some(percent) => above_zero(percent).map(|percent| Rate::OfPeak(percent / 100.0)),
        None => above_zero(text).map(Rate::PerSecond),
    };
    rate.map_err(|_| {
        "expected visits a second above 0, or as a part of the peak rate, like 50%".to_owned()
    })
}

fn above_zero(text: &str) -> Result<f64, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "expected a number above 0".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_absolute_or_a_part_of_the_peak() {
        assert_eq!(rate("500"), Ok(Rate::PerSecond(500.0)));
        assert_eq!(rate("0.5"), Ok(Rate::PerSecond(0.5)));
        assert_eq!(rate("50%"), Ok(Rate::OfPeak(0.5)));
        assert_eq!(rate("120%"), Ok(Rate::OfPeak(1.2)));
        for wrong in [
            "", "%", "0", "0%", "-1", "half", "NaN", "inf%", "50 %", "50%%",
        ] {
            let said = rate(wrong).unwrap_err();
            assert!(
                said.starts_with("expected visits a second"),
                "{wrong}: {said}"
            );
        }
    }
}
