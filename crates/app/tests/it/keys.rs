//! `poolhouse keys`.

use std::fs;

use serde_json::Value;

use crate::program::Program;
use crate::serve::{client_id, deployment};

fn keys(config: &str, arguments: &[&str]) -> (bool, String, String) {
    let all = [&["keys", "--config", config], arguments].concat();
    let (status, stdout, stderr) = Program::run(&all);
    (status.success(), stdout, stderr)
}

fn list(config: &str) -> Vec<Value> {
    let (_, stdout, stderr) = keys(config, &["list", "--json"]);
    serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}"))
}

/// How many signing keys are in that state.
fn count(config: &str, state: &str) -> usize {
    list(config)
        .iter()
        .filter(|key| key["state"] == state)
        .count()
}

#[test]
fn signing_keys_are_rotated_while_the_server_runs() {
    let project = deployment("");
    let config = project.config();
    let mut program = Program::serve(&config, &[]);
    assert_eq!((count(&config, "signs"), list(&config).len()), (2, 5));
    let (ok, stdout, _) = keys(&config, &["rotate"]);
    assert!(
        ok && stdout.contains("default: new keys are shown now and sign in a day"),
        "{stdout}"
    );
    assert_eq!(
        (count(&config, "signs"), count(&config, "will sign")),
        (2, 2)
    );
    let (ok, stdout, _) = keys(&config, &["rotate", "--compromised", "--pool", "default"]);
    assert!(ok && stdout.contains("within half a minute"), "{stdout}");
    assert_eq!(
        (count(&config, "signs"), count(&config, "will sign")),
        (2, 0)
    );
    let (ok, _, stderr) = keys(&config, &["rotate", "--pool", "nobodys"]);
    assert!(!ok && stderr.contains("got nobodys"), "{stderr}");
    assert!(program.stop("-TERM").success());
}

#[test]
fn a_data_key_is_added_and_the_master_key_replaced() {
    let project = deployment("");
    let config = project.config();
    let client = client_id(&project);
    let (ok, stdout, _) = keys(&config, &["rotate", "data"]);
    assert!(ok && stdout.contains("seals in 2 minutes"), "{stdout}");
    let data = list(&config)
        .iter()
        .filter(|key| key["purpose"] == "data")
        .count();
    assert_eq!(data, 2);

    let (ok, _, stderr) = keys(&config, &["rotate", "master"]);
    assert!(!ok && stderr.contains("--to"), "{stderr}");
    project.key("new.key", &[9; 32], 0o600);
    let new = project.path().join("new.key");
    let (ok, stdout, stderr) = keys(
        &config,
        &["rotate", "master", "--to", new.to_str().unwrap()],
    );
    assert!(
        ok && stdout.contains("restart every server"),
        "{stdout}{stderr}"
    );
    let (ok, _, stderr) = keys(&config, &["list"]);
    assert!(
        !ok && stderr.contains("sealed with another key"),
        "{stderr}"
    );
    fs::rename(new, project.path().join("master.key")).unwrap();
    assert_eq!(client_id(&project), client);
}
