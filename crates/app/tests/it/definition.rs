//! The commands that read a definition and serve nothing: `check`, `synth`, `outputs`, `init`.

use serde_json::Value;

use crate::program::{DEFINITION, Program, Project};

fn run(command: &str, project: &Project, flags: &[&str]) -> String {
    let path = project.path().to_str().unwrap();
    let arguments: Vec<&str> = [command, path]
        .into_iter()
        .chain(flags.iter().copied())
        .collect();
    let (status, stdout, stderr) = Program::run(&arguments);
    assert!(status.success(), "{stderr}");
    stdout
}

#[test]
fn check_says_what_was_understood() {
    let project = Project::new(DEFINITION);
    let table = run("check", &project, &[]);
    assert!(table.contains("code by e-mail"), "{table}");
    let json: Value = serde_json::from_str(&run("check", &project, &["--json"])).unwrap();
    assert_eq!(
        json["pool"]["first_factors"],
        serde_json::json!(["PASSWORD", "EMAIL_OTP"])
    );
    assert!(!project.exists(".poolhouse"), "nothing is made");
}

#[test]
fn check_shows_the_settings_and_refuses_wrong_ones() {
    let project = Project::new(DEFINITION);
    project.settings("[codes]\nsign_in_digits = 6\n");
    let json: Value = serde_json::from_str(&run("check", &project, &["--json"])).unwrap();
    assert_eq!(json["pool"]["codes"]["sign_in_digits"], 6);
    assert!(run("check", &project, &[]).contains("codes.sign_in_digits = 6"));

    project.settings("[codes]\nsign_in_digit = 6\n");
    let (status, stdout, stderr) = Program::run(&["check", project.path().to_str().unwrap()]);
    assert_eq!((status.code(), stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("poolhouse.toml:2:1"), "{stderr}");
    assert!(
        stderr.contains("did you mean `sign_in_digits`?"),
        "{stderr}"
    );
}

#[test]
fn synth_gives_equal_bytes_for_equal_definitions() {
    let project = Project::new(DEFINITION);
    let template = run("synth", &project, &[]);
    assert_eq!(template, run("synth", &project, &[]));
    let json: Value = serde_json::from_str(&template).unwrap();
    let kinds = json["Resources"]
        .as_object()
        .unwrap()
        .values()
        .map(|resource| &resource["Type"]);
    assert_eq!(
        kinds
            .filter(|kind| *kind == "AWS::Cognito::UserPool")
            .count(),
        1
    );
}

#[test]
fn a_branch_needs_its_name_and_app() {
    let more = DEFINITION.replace("} },", "}, phone: { otpLogin: true }, webAuthn: true },");
    let project = Project::new(&more);
    let flags = ["--type", "branch", "--branch", "main", "--app-id", "d1a2b3"];
    assert!(run("synth", &project, &flags).contains("main.d1a2b3.amplifyapp.com"));
    let path = project.path().to_str().unwrap();
    let (status, _, stderr) = Program::run(&["synth", path, "--type", "branch"]);
    assert_eq!(status.code(), Some(2));
    assert!(
        stderr.contains("--branch") && stderr.contains("--app-id"),
        "{stderr}"
    );
}

#[test]
fn what_is_served_is_not_called_missing() {
    let more = DEFINITION.replace("} },", "}, phone: { otpLogin: true }, webAuthn: true },");
    served(&more);
    let factors = "} }, multifactor: { mode: 'OPTIONAL', sms: true, totp: true },";
    served(&DEFINITION.replace("} },", factors));
}

fn served(definition: &str) {
    let project = Project::new(definition);
    let (status, stdout, stderr) = Program::run(&["check", project.path().to_str().unwrap()]);
    assert!(status.success());
    assert!(!stdout.contains("Not served here"), "{stdout}");
    assert!(!stderr.contains("not served yet"), "{stderr}");
}

#[test]
fn outputs_are_those_of_the_pool_that_dev_serves() {
    let project = Project::new(DEFINITION);
    let id = |text: &str, path: &str| {
        let json: Value = serde_json::from_str(text).unwrap();
        json.pointer(path).unwrap().as_str().unwrap().to_owned()
    };
    let before = id(
        &run("outputs", &project, &["--format", "outputs"]),
        "/auth/user_pool_id",
    );
    let _program = Program::dev(project.path());
    let served = project.outputs();
    assert_eq!(served["Auth"]["Cognito"]["userPoolId"], before.as_str());

    let js = run(
        "outputs",
        &project,
        &["--endpoint", "https://auth.example.com"],
    );
    assert_eq!(id(&js, "/Auth/Cognito/userPoolId"), before);
    assert_eq!(
        id(&js, "/Auth/Cognito/userPoolEndpoint"),
        "https://auth.example.com/"
    );
    let flutter = run("outputs", &project, &["--format", "flutter"]);
    assert_eq!(
        id(&flutter, "/auth/user_pool_endpoint"),
        "http://localhost:7400/"
    );
    let gen1 = run(
        "outputs",
        &project,
        &["--format", "gen1", "--endpoint", "https://auth.example.com"],
    );
    assert!(gen1.contains("\"auth.example.com\""), "{gen1}");
}

#[test]
fn clients_are_listed_with_their_secrets() {
    let project = Project::new(DEFINITION);
    let backend = "\
import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';
const backend = defineBackend({ auth });
backend.auth.resources.userPool.addClient('Server', { generateSecret: true });
";
    std::fs::write(project.path().join("amplify/backend.ts"), backend).unwrap();
    let listed = run("clients", &project, &["--json"]);
    let json: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(json[0]["name"], "default");
    assert_eq!(json[0]["secret"], Value::Null);
    assert_eq!(json[1]["name"], "Server");
    let secret = json[1]["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 51);
    assert_eq!(run("clients", &project, &["--json"]), listed);
    let table = run("clients", &project, &[]);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("default  ") && lines[0].ends_with("  no secret"));
    assert!(lines[1].starts_with("Server   ") && lines[1].ends_with(secret));
    assert!(run("check", &project, &[]).contains("with a secret"));
}

#[test]
fn init_writes_a_starter_and_never_over_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let (status, stdout, _) = Program::run(&["init", path]);
    assert!(status.success());
    assert!(stdout.contains("poolhouse dev"), "{stdout}");
    let (status, ..) = Program::run(&["check", path]);
    assert!(status.success(), "the starter is a good definition");

    let file = folder.path().join("amplify/auth/resource.ts");
    std::fs::write(&file, "mine").unwrap();
    let (status, _, stderr) = Program::run(&["init", path]);
    assert_eq!(status.code(), Some(1));
    assert!(stderr.contains("is there already"), "{stderr}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn the_region_of_a_new_pool_is_the_environments() {
    let project = Project::new(DEFINITION);
    let path = project.path().to_str().unwrap();
    let (status, stdout, _) = Program::run_with(&["outputs", path], &[("AWS_REGION", "eu-west-1")]);
    assert!(status.success());
    assert!(stdout.contains("\"userPoolId\": \"eu-west-1_"), "{stdout}");

    let project = Project::new(DEFINITION);
    let path = project.path().to_str().unwrap();
    let (status, _, stderr) = Program::run_with(&["outputs", path], &[("AWS_REGION", "us_west x")]);
    assert_eq!(status.code(), Some(1));
    assert!(
        stderr.contains("got \"us_west x\", expected a name like us-east-1"),
        "{stderr}"
    );
}
