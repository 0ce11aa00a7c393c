//! `poolhouse bench`: that it measures, not what.

use serde_json::Value;

use crate::program::{DEFINITION, Program, Project};

/// So little that it is over soon.
const LITTLE: [&str; 6] = ["--seconds", "0.3", "--connections", "2", "--users", "5"];

#[test]
fn every_scenario_comes_out() {
    let (status, stdout, stderr) = Program::run(&[&["bench", "--json"], &LITTLE[..]].concat());
    assert!(status.success(), "{stderr}");
    let reports: Value = serde_json::from_str(&stdout).unwrap();
    let names: Vec<_> = reports.as_array().unwrap().iter().collect();
    let name = |report: &Value| report["scenario"].as_str().unwrap().to_owned();
    let scenarios = [
        "email-otp",
        "sms-otp",
        "passkey",
        "password",
        "password-srp",
        "refresh",
        "get-user",
        "list-passkeys",
        "jwks",
    ];
    assert_eq!(
        names.iter().map(|report| name(report)).collect::<Vec<_>>(),
        scenarios
    );
    for report in names {
        assert!(report["visits"].as_u64().unwrap() > 0, "{report}");
        assert!(
            report["latency_us"]["p50"].as_u64().unwrap() > 0,
            "{report}"
        );
        assert!(report["commits"].as_u64().unwrap() > 0, "{report}");
        assert!(report["peak_kb"].as_u64().unwrap() > 1_000, "{report}");
        assert_eq!(report["floor_us"].is_null(), name(report) == "jwks");
    }
}

#[test]
fn without_json_it_is_a_table() {
    let arguments = [
        &["bench", "jwks", "--runs", "2", "--rate", "50"],
        &LITTLE[..],
    ]
    .concat();
    let (status, stdout, stderr) = Program::run(&arguments);
    assert!(status.success(), "{stderr}");
    let lines: Vec<_> = stdout.lines().collect();
    assert!(lines[0].contains("p99.9 ms"), "{stdout}");
    assert!(lines[1].starts_with("jwks "), "{stdout}");
    assert_eq!(lines.len(), 2);
}

#[test]
fn a_server_that_runs_already_is_measured_too() {
    let project = Project::new(&DEFINITION.replace("} },", "}, webAuthn: true },"));
    let mut program = Program::dev(project.path());
    let outputs = project.path().join("amplify_outputs.json");
    let there = [
        "--url",
        &program.url,
        "--outputs",
        outputs.to_str().unwrap(),
    ];
    let scenarios = [
        "bench",
        "--json",
        "email-otp",
        "passkey",
        "password-srp",
        "refresh",
    ];
    // Twice each: nobody signs up a second time.
    let half = ["--rate", "50%"];
    let arguments = [&scenarios, &there[..], &half, &LITTLE[..]].concat();
    let (status, stdout, stderr) = Program::run(&arguments);
    assert!(status.success(), "{stderr}");
    let reports: Value = serde_json::from_str(&stdout).unwrap();
    for report in reports.as_array().unwrap() {
        assert!(report["visits"].as_u64().unwrap() > 0, "{report}");
        assert!(report["cpu_us"].is_null(), "{report}");
        let peak = report["peak_per_second"].as_f64().unwrap();
        let part = report["rate"].as_f64().unwrap() / peak;
        assert!((part - 0.5).abs() < 1e-9, "{report}");
        assert!(report["p99_floors"].as_f64().unwrap() > 0.0, "{report}");
    }
    assert!(program.stop("-TERM").success());
}

#[test]
fn what_fails_is_said() {
    let project = Project::new(DEFINITION);
    let mut program = Program::dev(project.path());
    let outputs = project.path().join("amplify_outputs.json");
    let there = [
        "--url",
        &program.url,
        "--outputs",
        outputs.to_str().unwrap(),
    ];
    let arguments = [&["bench", "password"], &there[..], &LITTLE[..]].concat();
    let (status, _, stderr) = Program::run(&arguments);
    assert!(!status.success());
    let said = "USER_PASSWORD_AUTH flow not enabled for this client";
    assert!(stderr.contains(said), "{stderr}");
    assert!(program.stop("-TERM").success());
}

#[test]
fn nobody_is_there() {
    let project = Project::new(DEFINITION);
    let outputs = project.path().join("amplify_outputs.json");
    let outputs = outputs.to_str().unwrap();
    let there = ["bench", "jwks", "--url", "http://127.0.0.1:1", "--outputs"];
    let (status, _, stderr) = Program::run(&[&there, &[outputs][..]].concat());
    assert!(!status.success());
    assert!(stderr.contains("amplify_outputs.json"), "{stderr}");
    for wrong in [
        ["--rate", "0"],
        ["--rate", "x"],
        ["--rate", "0%"],
        ["--seconds", "0"],
        ["--seconds", "-1"],
        ["--runs", "0"],
        ["--connections", "0"],
        ["--pid", "1"],
    ] {
        let (status, _, stderr) = Program::run(&[&["bench"], &wrong[..]].concat());
        assert_eq!(status.code(), Some(2), "{stderr}");
    }
}
