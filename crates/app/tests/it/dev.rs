//! `poolhouse dev`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::program::{DEFINITION, Program, Project};

const WRONG: &str = "\
import { defineAuth } from '@aws-amplify/backend';

export const auth = defineAuth({
  loginWith: { emial: { otpLogin: true } },
});
";

#[test]
fn serves_the_definition_and_writes_the_outputs() {
    let project = Project::new(DEFINITION);
    let program = Program::dev(project.path());
    let cognito = &project.outputs()["Auth"]["Cognito"];
    assert_eq!(cognito["userPoolEndpoint"], format!("{}/", program.url));
    assert_eq!(cognito["passwordless"]["emailOtpEnabled"], true);
    assert!(
        cognito["userPoolId"]
            .as_str()
            .unwrap()
            .starts_with("us-east-1_")
    );
    let declaration = fs::read_to_string(project.path().join("amplify_outputs.json.d.ts")).unwrap();
    assert!(declaration.contains("declare const outputs: ResourcesConfig"));
    assert_eq!(program.request("GET /healthz", ""), "ok\n");
    assert!(program.request("GET /", "").contains("Poolhouse"));
}

#[test]
fn the_folder_the_amplify_folder_and_the_file_will_all_do() {
    let project = Project::new(DEFINITION);
    for name in ["", "amplify", "amplify/auth", "amplify/auth/resource.ts"] {
        let mut program = Program::dev(&project.path().join(name));
        assert!(program.stop("-TERM").success(), "{name}");
        assert!(project.exists("amplify_outputs.json"));
    }
    assert!(!project.exists("amplify/.poolhouse"));
}

#[test]
fn settings_are_followed_and_win_over_what_dev_adds() {
    let project = Project::new(&DEFINITION.replace("} },", "}, webAuthn: true },"));
    let mut program = Program::dev(project.path());
    let asked = serde_json::json!({
        "AuthFlow": "USER_AUTH",
        "AuthParameters": {"USERNAME": "~passkey", "PREFERRED_CHALLENGE": "WEB_AUTHN"},
    });
    let nameless = "\\\"allowCredentials\\\":[]";
    let reply = program.call(&project, "InitiateAuth", asked.clone());
    assert!(reply.contains(nameless), "{reply}");
    project.settings("passkeys.usernameless = false");
    program.stdout_line("reloaded");
    let reply = program.call(&project, "InitiateAuth", asked);
    assert!(!reply.contains(nameless), "{reply}");
    assert!(program.stop("-TERM").success());
}

/// Asks for the code of a sign-up twelve times, and says how many were sent by the end of the run.
fn codes(project: &Project, name: &str) -> usize {
    let mut program = Program::dev(project.path());
    program.sign_up(project, name);
    for _ in 1..12 {
        let reply = program.call(project, "ResendConfirmationCode", json!({"Username": name}));
        assert!(reply.contains("\"Destination\":"), "{reply}");
    }
    assert!(program.stop("-TERM").success());
    let program = Program::dev(project.path());
    let inbox = program.request(&format!("GET /inbox/messages?to={name}"), "");
    inbox.matches("\"sent_at\"").count()
}

#[test]
fn codes_have_no_budgets_unless_they_are_written() {
    let project = Project::new(DEFINITION);
    project.settings("codes.cooldown_seconds = 0");
    assert_eq!(codes(&project, "ann@example.com"), 12);
    project.settings("codes.cooldown_seconds = 0\nbudgets.address_per_day = 7\n");
    assert_eq!(codes(&project, "bob@example.com"), 5, "those of production");
    project.settings("codes.cooldown_seconds = 0\nmail.refused_domains_file = 'list'\n");
    fs::write(project.path().join("list"), "example.com\nexample.\n").unwrap();
    let (_, _, stderr) = Program::run(&["dev", project.path().to_str().unwrap()]);
    assert!(stderr.contains("list:2: expected a domain"), "{stderr}");
    fs::write(project.path().join("list"), "example.com # nothing real\n").unwrap();
    assert_eq!(codes(&project, "cid@mail.example.com"), 0);
}

#[test]
fn passkeys_need_no_name_on_this_machine() {
    let project = Project::new(&DEFINITION.replace("} },", "}, webAuthn: true },"));
    let mut program = Program::dev(project.path());
    let asked = serde_json::json!({
        "AuthFlow": "USER_AUTH",
        "AuthParameters": {"USERNAME": "~passkey", "PREFERRED_CHALLENGE": "WEB_AUTHN"},
    });
    let reply = program.call(&project, "InitiateAuth", asked);
    assert!(reply.contains("\\\"rpId\\\":\\\"localhost\\\""), "{reply}");
    assert!(reply.contains("\\\"allowCredentials\\\":[]"), "{reply}");
    assert!(program.stop("-TERM").success());
}

#[test]
fn pool_and_users_stay_from_run_to_run() {
    let project = Project::new(DEFINITION);
    let mut first = Program::dev(project.path());
    assert!(
        first
            .sign_up(&project, "ann@example.com")
            .contains("\"UserSub\"")
    );
    let ids = |project: &Project| {
        let outputs = project.outputs();
        ["userPoolId", "userPoolClientId"].map(|id| outputs["Auth"]["Cognito"][id].clone())
    };
    let before = ids(&project);
    assert!(first.stop("-TERM").success());

    let second = Program::dev(project.path());
    assert_eq!(ids(&project), before);
    assert!(
        second
            .sign_up(&project, "ann@example.com")
            .contains("UsernameExistsException")
    );
}

#[test]
fn what_is_kept_is_for_its_owner_alone() {
    let project = Project::new(DEFINITION);
    let _program = Program::dev(project.path());
    let mode = |name: &str| {
        let metadata = fs::metadata(project.path().join(".poolhouse").join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(""), 0o700);
    assert_eq!(mode("deployment.key"), 0o600);
    assert_eq!(mode("pool.db"), 0o600);
    assert_eq!(
        fs::read_to_string(project.path().join(".poolhouse/.gitignore")).unwrap(),
        "*\n"
    );
}

#[test]
fn stops_cleanly_when_told() {
    for signal in ["-INT", "-TERM"] {
        let project = Project::new(DEFINITION);
        let mut program = Program::dev(project.path());
        assert!(program.stop(signal).success(), "{signal}");
        assert!(
            !project.exists(".poolhouse/pool.db-wal"),
            "the store was closed"
        );
    }
}

#[test]
fn a_wrong_definition_is_told_with_its_place_and_leaves_no_trace() {
    let project = Project::new(WRONG);
    let (status, stdout, stderr) = Program::run(&["dev", project.path().to_str().unwrap()]);
    assert_eq!(status.code(), Some(1));
    assert_eq!(stdout, "");
    assert!(stderr.contains("amplify/auth/resource.ts:4:16"), "{stderr}");
    assert!(
        stderr.contains("emial") && stderr.contains("email"),
        "{stderr}"
    );
    for name in [
        ".poolhouse",
        "amplify_outputs.json",
        "amplify_outputs.json.d.ts",
    ] {
        assert!(!project.exists(name), "{name}");
    }
}

#[test]
fn a_changed_definition_is_followed_and_a_wrong_one_is_not() {
    let project = Project::new(DEFINITION);
    let mut program = Program::dev(project.path());
    let good = project.outputs();

    project.define(WRONG);
    let told = program.stderr_line("-->");
    assert!(told.contains("amplify/auth/resource.ts:4:16"), "{told}");
    program.stderr_line("stays as it was");
    assert_eq!(project.outputs(), good);
    assert!(
        program
            .sign_up(&project, "ann@example.com")
            .contains("\"UserSub\"")
    );

    project.define(&DEFINITION.replace(
        "otpLogin: true",
        "otpLogin: true, verificationEmailSubject: 'Hello'",
    ));
    program.stdout_line("reloaded");
    assert_eq!(project.outputs(), good);
    assert!(
        program
            .sign_up(&project, "bob@example.com")
            .contains("\"UserSub\"")
    );
    let mail = program.request("GET /inbox/messages?to=bob@example.com", "");
    assert!(mail.contains("Hello"), "{mail}");

    project.define(&DEFINITION.replace("{ otpLogin: true }", "true"));
    program.stdout_line("reloaded");
    assert!(project.outputs()["Auth"]["Cognito"]["passwordless"].is_null());
    let refused = program.sign_up(&project, "cat@example.com");
    assert!(
        refused.contains("Missing required parameter Password"),
        "{refused}"
    );
}

#[test]
fn a_folder_without_an_app_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (status, _, stderr) = Program::run(&["dev", folder.path().to_str().unwrap()]);
    assert_eq!(status.code(), Some(1));
    assert!(stderr.contains("amplify/auth/resource.ts"), "{stderr}");
    let (status, _, stderr) = Program::run(&["dev", "/no/such/folder"]);
    assert_eq!(status.code(), Some(1));
    assert!(stderr.contains("/no/such/folder"), "{stderr}");
}

#[test]
fn a_taken_port_is_told() {
    let project = Project::new(DEFINITION);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (status, _, stderr) = Program::run(&[
        "dev",
        project.path().to_str().unwrap(),
        "--listen",
        &address,
    ]);
    assert_eq!(status.code(), Some(1));
    assert!(
        stderr.contains(&address) && stderr.contains("--listen"),
        "{stderr}"
    );
}

#[test]
fn a_key_that_is_damaged_is_not_replaced() {
    let project = Project::new(DEFINITION);
    fs::create_dir(project.path().join(".poolhouse")).unwrap();
    let key = project.path().join(".poolhouse/deployment.key");
    fs::write(&key, "short").unwrap();
    let (status, _, stderr) = Program::run(&[
        "dev",
        project.path().to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ]);
    assert_eq!(status.code(), Some(1));
    assert!(
        stderr.contains("got a key of 5 bytes, expected 32"),
        "{stderr}"
    );
    assert_eq!(fs::read(&key).unwrap(), b"short");
}

#[test]
fn help_has_examples() {
    let (status, stdout, _) = Program::run(&["dev", "--help"]);
    assert!(status.success());
    assert!(stdout.contains("Examples:") && stdout.contains("poolhouse dev examples/passwordless"));
    let (status, _, stderr) = Program::run(&["dev", "--lisen", "127.0.0.1:1"]);
    assert_eq!(status.code(), Some(2));
    assert!(
        stderr.contains("--listen"),
        "the nearest right one: {stderr}"
    );
}

#[test]
fn the_log_has_no_code_token_or_address_in_it() {
    for format in ["text", "json"] {
        let project = Project::new(DEFINITION);
        let mut program =
            Program::dev_with(project.path(), &["--log", "trace", "--log-format", format]);
        assert!(
            program
                .sign_up(&project, "canary@example.com")
                .contains("\"UserSub\"")
        );
        let inbox = program.request("GET /inbox/messages?to=canary@example.com", "");
        let code = inbox
            .split("\"code\":\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        let confirmed = program.confirm(&project, "canary@example.com", &code);
        let session = confirmed.split('"').nth(3).unwrap().to_owned();
        let log = program.stop_and_read_log();
        assert!(log.contains("ConfirmSignUp"), "{log}");
        for secret in [code.as_str(), session.as_str(), "canary"] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
        if format == "json" {
            for line in log.lines() {
                serde_json::from_str::<serde_json::Value>(line).unwrap();
            }
        }
    }
}

#[test]
fn one_folder_is_served_by_one_process() {
    let project = Project::new(DEFINITION);
    let _first = Program::dev(project.path());
    let outputs = project.outputs();
    let (status, _, stderr) = Program::run(&[
        "dev",
        project.path().to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ]);
    assert_eq!(status.code(), Some(1));
    assert!(
        stderr.contains("another poolhouse serves this folder") && stderr.contains("--data"),
        "{stderr}"
    );
    assert_eq!(project.outputs(), outputs);
}

#[test]
fn files_that_a_failed_definition_asked_for_are_followed_too() {
    let project = Project::new(DEFINITION);
    let mut program = Program::dev(project.path());
    project.define(&format!(
        "import {{ subject }} from './words';\n{}",
        DEFINITION.replace(
            "otpLogin: true",
            "otpLogin: true, verificationEmailSubject: subject",
        )
    ));
    program.stderr_line("stays as it was");
    let words = project.path().join("amplify/auth/words.ts");
    fs::write(&words, "export const subject = 'Ahoy';\n").unwrap();
    program.stdout_line("reloaded");
    program.sign_up(&project, "ann@example.com");
    assert!(program.request("GET /inbox/messages", "").contains("Ahoy"));
    fs::write(&words, "export const subject = 'Farewell';\n").unwrap();
    program.stdout_line("reloaded");
    program.sign_up(&project, "bob@example.com");
    assert!(
        program
            .request("GET /inbox/messages", "")
            .contains("Farewell")
    );
}
