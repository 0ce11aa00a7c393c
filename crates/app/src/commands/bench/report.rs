//! What was measured, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::driver::{Load, Measured};
use super::process::Used;
use super::scenario::Scenario;

/// One scenario's figures. What only the server's own process tells is not there for another's.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    scenario: Scenario,
    connections: u32,
    /// Visits per second, if a rate was asked for.
    rate: Option<f64>,
    /// What that is a part of, if it was found out: visits per second with each after the one before.
    pub(super) peak_per_second: Option<f64>,
    /// Visits that succeeded.
    pub(super) visits: u64,
    pub(super) per_second: f64,
    latency_us: Latency,
    /// The server's processor time for one visit.
    cpu_us: Option<f64>,
    /// That of the visit's cryptography alone.
    floor_us: Option<f64>,
    /// The second by the first.
    ratio: Option<f64>,
    /// The latency's p99 in floors.
    p99_floors: Option<f64>,
    /// Bytes that the server wrote for one visit.
    written: Option<f64>,
    /// Transactions of the server's whole life, preparation and delivery included. Each waits for the
    /// disk once; a checkpoint, after a thousand pages, twice more.
    pub(super) commits: Option<u64>,
    /// The most memory that the server held.
    peak_kb: Option<u64>,
    /// How much more it held at the end than after a tenth of the time, as a part of that.
    growth: Option<f64>,
    /// How many more files and sockets the server had open at the end than then, with the same connections.
    more_handles: Option<i64>,
    failures: BTreeMap<String, u64>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Latency {
    p50: u64,
    p99: u64,
    #[serde(rename = "p99.9")]
    p999: u64,
    max: u64,
}

impl Report {
    /// `used` is what the server had used afterwards, and before; `floor` is in nanoseconds.
    pub(super) fn of(
        scenario: Scenario,
        load: &Load,
        measured: &Measured,
        used: Option<(Used, Used)>,
        floor: Option<u64>,
    ) -> Self {
        let visits = measured.latency.len();
        let each = |total: u64| number(total) / number(visits.max(1));
        let latency = |quantile| measured.latency.value_at_quantile(quantile);
        let cpu_us = used.map(|(after, before)| each(after.cpu_us - before.cpu_us));
        let floor_us = floor.map(|nanos| number(nanos) / 1_000.0);
        Self {
            scenario,
            connections: load.connections,
            rate: load.rate,
            peak_per_second: None,
            visits,
            per_second: number(visits) / measured.took.as_secs_f64(),
            latency_us: Latency {
                p50: latency(0.5),
                p99: latency(0.99),
                p999: latency(0.999),
                max: measured.latency.max(),
            },
            cpu_us,
            floor_us,
            ratio: floor_us
                .zip(cpu_us)
                .map(|(floor, cpu)| floor / cpu.max(f64::MIN_POSITIVE)),
            p99_floors: floor_us.map(|floor| number(latency(0.99)) / floor.max(f64::MIN_POSITIVE)),
            written: used.map(|(after, before)| each(after.written - before.written)),
            commits: None,
            peak_kb: used.map(|(after, _)| after.peak_kb),
            growth: used
                .zip(measured.early)
                .map(|((after, _), early)| number(after.held_kb) / number(early.held_kb) - 1.0),
            more_handles: used.zip(measured.early).map(|((after, _), early)| {
                let count = |used: Used| i64::try_from(used.handles).unwrap_or(i64::MAX);
                count(after) - count(early)
            }),
            failures: measured.failures.clone(),
        }
    }

    /// The one in the middle, with everybody's failures: by its p99 at a rate, else by what a visit cost the
    /// server, or by how many there were.
    pub(super) fn median(mut runs: Vec<Self>) -> Option<Self> {
        let cost = |run: &Self| match (run.rate, run.cpu_us) {
            (Some(_), _) => number(run.latency_us.p99),
            (None, Some(cpu_us)) => cpu_us,
            (None, None) => 1.0 / run.per_second,
        };
        runs.sort_by(|one, other| cost(one).total_cmp(&cost(other)));
        let mut failures = BTreeMap::new();
        for (said, times) in runs.iter().flat_map(|run| &run.failures) {
            *failures.entry(said.clone()).or_default() += times;
        }
        let middle = runs.len() / 2;
        let run = runs.into_iter().nth(middle)?;
        Some(Self { failures, ..run })
    }

    pub(super) fn has_failures(&self) -> bool {
        !self.failures.is_empty()
    }
}

/// What failed, said together; nothing if nothing did.
pub(super) fn failures(reports: &[Report]) -> Option<String> {
    let mut said = String::new();
    for report in reports {
        for (words, times) in &report.failures {
            let _ = write!(said, "\n  {} {times} times: {words}", report.scenario);
        }
    }
    (!said.is_empty()).then(|| format!("some visits failed:{said}"))
}

/// One line for each scenario.
pub(super) fn table(reports: &[Report]) -> String {
    let mut table = format!(
        "{:<13}{:>9}{:>9}{:>9}{:>9}{:>10}{:>10}{:>8}{:>11}{:>9}{:>9}{:>9}{:>8}{:>7}\n",
        "",
        "per s",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "CPU us",
        "floor us",
        "ratio",
        "p99/floor",
        "commits",
        "kB",
        "peak MB",
        "growth",
        "files"
    );
    for report in reports {
        let Latency { p50, p99, p999, .. } = report.latency_us;
        let _ = write!(table, "{:<13}{:>9.0}", report.scenario, report.per_second);
        for micros in [p50, p99, p999] {
            let _ = write!(table, "{:>9.2}", number(micros) / 1_000.0);
        }
        let commits = report
            .commits
            .map(|commits| number(commits) / number(report.visits.max(1)));
        for (value, width, digits) in [
            (report.cpu_us, 10, 0),
            (report.floor_us, 10, 0),
            (report.ratio, 8, 3),
            (report.p99_floors, 11, 1),
            (commits, 9, 3),
            (report.written.map(|bytes| bytes / 1_024.0), 9, 1),
            (report.peak_kb.map(|kb| number(kb) / 1_024.0), 9, 1),
        ] {
            let shown = value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"));
            let _ = write!(table, "{shown:>width$}");
        }
        let growth = report
            .growth
            .map(|growth| format!("{:+.1}%", growth * 100.0));
        let _ = write!(table, "{:>8}", growth.as_deref().unwrap_or("-"));
        let files = report.more_handles.map(|more| format!("{more:+}"));
        let _ = write!(table, "{:>7}", files.as_deref().unwrap_or("-"));
        table.push('\n');
    }
    table
}

/// To calculate with: of what is measured here, the first fifteen digits are enough.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "there is no other way to a float"
)]
const fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
