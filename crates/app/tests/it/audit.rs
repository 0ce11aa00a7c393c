//! `poolhouse audit`.

use std::fs;

use serde_json::{Value, json};

use crate::program::{Program, Project};
use crate::serve::{deployment, deployment_on};
use crate::{postgres, users};

fn audit(project: &Project, more: &[&str]) -> (bool, String) {
    let config = project.config();
    let all = [&["audit", "--config", &config], more].concat();
    let (status, stdout, stderr) = Program::run(&all);
    (status.success(), stdout + &stderr)
}

#[test]
fn says_who_did_what() {
    for store in ["poolhouse.db", &postgres::url()] {
        let project = deployment_on(store);
        let program = Program::serve(&project.config(), &[]);
        let mut subs = Vec::new();
        for email in ["ann@example.com", "bob@example.com"] {
            let body = json!({ "Username": email });
            let answer = users::call(&program, &project, "SignUp", body);
            subs.push(answer["UserSub"].as_str().unwrap().to_owned());
        }
        let (ok, told) = audit(&project, &[]);
        assert!(ok && told.lines().count() == 2, "{told}");
        let first = told.lines().next().unwrap();
        assert!(
            first.contains("Z  sign_up ") && first.contains(&subs[0]),
            "{told}"
        );
        assert!(first.contains("  127.0.0.1  "), "{told}");
        for bob in ["Bob@example.com", &subs[1]] {
            let (ok, told) = audit(&project, &["--user", bob, "--json"]);
            let event: Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told}"));
            assert!(ok && event["sub"] == subs[1].as_str(), "{told}");
            assert_eq!(event["event"], "sign_up");
            assert_eq!(event["ip"], "127.0.0.1");
        }
        let (ok, told) = audit(&project, &["--since", "2100-01-01"]);
        assert!(ok && told.is_empty(), "{told}");
        let (ok, told) = audit(&project, &["--user", "cid@example.com"]);
        assert!(
            !ok && told.contains("got cid@example.com, expected"),
            "{told}"
        );
        let (ok, told) = audit(&project, &["--since", "yesterday"]);
        assert!(!ok && told.contains("expected a day like"), "{told}");
    }
}

#[test]
fn can_be_switched_off() {
    let project = deployment("");
    let config = fs::read_to_string(project.config()).unwrap();
    project.settings(&format!("{config}audit.keep_days = 0\n"));
    let program = Program::serve(&project.config(), &[]);
    let body = json!({ "Username": "ann@example.com" });
    users::call(&program, &project, "SignUp", body);
    let (ok, told) = audit(&project, &[]);
    assert!(ok && told.is_empty(), "{told}");
}
