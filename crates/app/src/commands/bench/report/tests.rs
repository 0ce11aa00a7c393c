//! Figures of one run, of several, and how they are shown.

use std::time::Duration;

use hdrhistogram::Histogram;

use super::*;

fn measured(failures: &[(&str, u64)]) -> Measured {
    let mut latency = Histogram::new(3).unwrap();
    for micros in 1..=1_000 {
        latency.record(micros).unwrap();
    }
    let failures = failures
        .iter()
        .map(|(said, times)| ((*said).to_owned(), *times));
    Measured {
        latency,
        failures: failures.collect(),
        took: Duration::from_secs(2),
        early: Some(Used {
            held_kb: 16_000,
            ..Used::default()
        }),
    }
}

fn used(cpu_us: u64) -> Used {
    Used {
        cpu_us,
        held_kb: 16_400,
        peak_kb: 20_480,
        written: 1_024_000,
        handles: 10,
    }
}

const LOAD: Load = Load {
    connections: 4,
    lasts: Duration::from_secs(2),
    rate: None,
};

fn report(cpu_us: u64) -> Report {
    let used = Some((used(cpu_us), Used::default()));
    Report::of(
        Scenario::Passkey,
        &LOAD,
        &measured(&[]),
        used,
        Some(500_000),
    )
}

#[test]
fn figures_are_those_of_one_visit() {
    let mut report = report(625_000);
    report.commits = Some(500);
    assert_eq!(report.visits, 1_000);
    let lines = table(&[report]);
    let line: Vec<_> = lines.lines().nth(1).unwrap().split_whitespace().collect();
    let expected = [
        "passkey", "500", "0.50", "0.99", "1.00", "625", "500", "0.800", "2.0", "0.500", "1.0",
        "20.0", "+2.5%", "+10",
    ];
    assert_eq!(line, expected);
}

#[test]
fn what_is_not_known_is_left_out() {
    let report = Report::of(Scenario::Jwks, &LOAD, &measured(&[]), None, None);
    let lines = table(std::slice::from_ref(&report));
    assert_eq!(lines.matches(" -").count(), 9, "{lines}");
    assert_eq!(
        serde_json::to_value(&report).unwrap()["cpu_us"],
        serde_json::Value::Null
    );
}

#[test]
fn the_median_is_by_cost() {
    let runs = [300, 100, 200].map(|cpu| report(cpu * 1_000)).to_vec();
    assert_eq!(Report::median(runs).unwrap().cpu_us, Some(200.0));
    assert!(Report::median(Vec::new()).is_none());
}

#[test]
fn the_median_is_by_p99_at_a_rate() {
    let runs = [(300, 1), (100, 3), (200, 2)].map(|(cpu, p99)| {
        let mut run = report(cpu * 1_000);
        run.rate = Some(500.0);
        run.latency_us.p99 = p99;
        run
    });
    assert_eq!(Report::median(runs.to_vec()).unwrap().latency_us.p99, 2);
}

#[test]
fn the_median_has_the_failures_of_all() {
    let runs = [1, 2, 3].map(|cpu| {
        let used = Some((used(cpu), Used::default()));
        Report::of(Scenario::Jwks, &LOAD, &measured(&[("no", 2)]), used, None)
    });
    let median = Report::median(runs.to_vec()).unwrap();
    assert!(median.has_failures());
    assert_eq!(median.failures["no"], 6);
}

#[test]
fn failures_are_told_by_what_was_said() {
    let with = measured(&[("no", 2), ("never", 1)]);
    let report = Report::of(Scenario::SmsOtp, &LOAD, &with, None, None);
    let said = failures(&[report]).unwrap();
    assert_eq!(
        said,
        "some visits failed:\n  sms-otp 1 times: never\n  sms-otp 2 times: no"
    );
    assert_eq!(failures(&[self::report(1)]), None);
}
