//! `poolhouse backup` and `restore`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::program::Program;
use crate::serve::{client_id, deployment, deployment_on};
use crate::{postgres, users};

fn run(command: &str, config: &str, more: &[&str]) -> (bool, String) {
    let (status, stdout, stderr) = Program::run(&[&[command, "--config", config], more].concat());
    (status.success(), stdout + &stderr)
}

fn call(program: &Program, operation: &str, body: &Value) -> Value {
    serde_json::from_str(&program.operation(operation, &body.to_string())).unwrap()
}

#[test]
fn a_backup_brings_back_what_was_and_nothing_that_came_after() {
    let project = deployment("");
    let program = Program::serve(&project.config(), &[]);
    let client = client_id(&project);
    let sign_up = |program: &Program, name: &str| {
        call(
            program,
            "SignUp",
            &json!({ "ClientId": client, "Username": name }),
        )
    };
    let ann = sign_up(&program, "ann@example.com");
    assert!(ann["UserSub"].is_string(), "{ann}");
    let file = project.path().join("backup");
    let to = ["--to", file.to_str().unwrap()];
    let (ok, told) = run("backup", &project.config(), &to);
    assert!(ok && told.contains("rows are in"), "{told}");
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(!project.exists("backup.new"));
    sign_up(&program, "bob@example.com");

    let other = deployment("");
    let from = ["--from", file.to_str().unwrap()];
    let (ok, told) = run(
        "restore",
        &other.config(),
        &[&from[..], &["--sign-out"]].concat(),
    );
    assert!(ok && told.contains("rows were restored"), "{told}");
    let (ok, told) = run("restore", &other.config(), &from);
    assert!(
        !ok && told.contains("got a store with 1 pools, expected an empty one"),
        "{told}"
    );
    assert_eq!(client_id(&other), client);
    let program = Program::serve(&other.config(), &[]);
    let again = sign_up(&program, "ann@example.com");
    assert_eq!(again["__type"], "UsernameExistsException");
    assert!(sign_up(&program, "bob@example.com")["UserSub"].is_string());
}

#[test]
fn who_was_signed_in_stays_so_and_who_signed_in_later_is_not() {
    let project = deployment("");
    let program = Program::serve(&project.config(), &[]);
    let sign_in = || {
        let reply = users::sign_in(&program, &project, "ann@example.com");
        reply["AuthenticationResult"]["RefreshToken"].clone()
    };
    users::register(&program, &project, "ann@example.com");
    let before = sign_in();
    let file = project.path().join("backup");
    let (ok, told) = run(
        "backup",
        &project.config(),
        &["--to", file.to_str().unwrap()],
    );
    assert!(ok, "{told}");
    let after = sign_in();

    let other = deployment_on(&postgres::url());
    let (ok, told) = run(
        "restore",
        &other.config(),
        &["--from", file.to_str().unwrap()],
    );
    assert!(ok, "{told}");
    let program = Program::serve(&other.config(), &[]);
    let refresh = |token: &Value| {
        let body = json!({ "RefreshToken": token });
        users::call(&program, &other, "GetTokensFromRefreshToken", body)
    };
    let reply = refresh(&before);
    assert!(
        reply["AuthenticationResult"]["IdToken"].is_string(),
        "{reply}"
    );
    let refused = refresh(&after);
    assert_eq!(refused["__type"], "NotAuthorizedException", "{refused}");
    assert_eq!(refused["message"], "Invalid Refresh Token", "{refused}");
}
