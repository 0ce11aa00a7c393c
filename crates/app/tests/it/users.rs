//! `poolhouse export users` and `import users`: JSON lines.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::postgres;
use crate::program::{Program, Project};
use crate::serve::{client_id, deployment, deployment_on};

const PASSWORD: &str = "Correct-horse-7";

/// Somebody who has one of everything, and somebody who has nothing.
const LINES: &str = concat!(
    r#"{"poolhouse":"users 1","pool":"eu-west-1_AbCdEfGhI","secrets":true}"#,
    "\n",
    r#"{"sub":"0b5c2b6e-7a3c-4c8e-9a57-2c0b4f1d6a01","status":"CONFIRMED","enabled":true,"attributes":{"email":"Ann@example.com","email_verified":"true","name":"Ann \"Ä\" O'Neil\nthe second"},"logins":{"email":"ann@example.com"},"pending":{"email":"new@example.com"},"mfa":{"enabled":["SOFTWARE_TOKEN_MFA"],"preferred":"SOFTWARE_TOKEN_MFA","passkeys":true},"createdAt":1795348800000001,"updatedAt":1795348800000002,"passkeys":[{"credentialId":"AAECAw==","publicKey":"pQECAyYgAQ==","signCount":7,"uvInitialized":true,"backupEligible":true,"backupState":false,"transports":["internal","hybrid"],"attachment":"platform","aaguid":"AAAAAAAAAAAAAAAAAAAAAA==","name":"Ann's phone","relyingPartyId":"example.com","createdAt":1795348800000003,"lastUsedAt":null}],"passwords":[{"kind":"srp","salt":"AAAAAAAAAAAAAAAAAAAAAA==","hash":"AQID","setAt":1795348800000004},{"kind":"argon2id","salt":"BBBBBBBBBBBBBBBBBBBBBA==","hash":"BAUG","setAt":1795348800000005}],"softwareToken":{"seed":"AAECAwQFBgcICQoLDA0ODxAREhM=","name":"phone","acceptedStep":59844960,"createdAt":1795348800000006}}"#,
    "\n",
    r#"{"sub":"0b5c2b6e-7a3c-4c8e-9a57-2c0b4f1d6a02","status":"UNCONFIRMED","enabled":false,"attributes":{},"logins":{},"mfa":{"enabled":[],"preferred":null,"passkeys":false},"createdAt":1795348800000007,"updatedAt":1795348800000008}"#,
    "\n",
);

pub(crate) fn users(verb: &str, project: &Project, arguments: &[&str]) -> (bool, String) {
    let config = project.config();
    let all = [&[verb, "users", "--config", &config], arguments].concat();
    let (status, stdout, stderr) = Program::run(&all);
    (status.success(), stdout + &stderr)
}

pub(crate) fn import(project: &Project, name: &str, text: &str) -> (bool, String) {
    import_with(project, name, text, &[])
}

fn import_with(project: &Project, name: &str, text: &str, more: &[&str]) -> (bool, String) {
    let path = project.path().join(name);
    fs::write(&path, text).unwrap();
    let from = ["--from", path.to_str().unwrap()];
    users("import", project, &[&from[..], more].concat())
}

pub(crate) fn export(project: &Project, name: &str, more: &[&str]) -> String {
    let path = project.path().join(name);
    let to = ["--to", path.to_str().unwrap()];
    let (ok, told) = users("export", project, &[&to[..], more].concat());
    assert!(ok, "{told}");
    fs::read_to_string(path).unwrap()
}

pub(crate) fn call(program: &Program, project: &Project, operation: &str, body: Value) -> Value {
    let mut body = body;
    body["ClientId"] = client_id(project).into();
    serde_json::from_str(&program.operation(operation, &body.to_string())).unwrap()
}

/// Signs in somebody who was registered.
pub(crate) fn sign_in(program: &Program, project: &Project, email: &str) -> Value {
    let parameters = json!({
        "USERNAME": email, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD,
    });
    let body = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
    call(program, project, "InitiateAuth", body)
}

/// Somebody who signed up with a password, and whose address is proved.
pub(crate) fn register(program: &Program, project: &Project, email: &str) {
    let body = json!({ "Username": email, "Password": PASSWORD });
    call(program, project, "SignUp", body);
    let mail = program.operations(&format!("/inbox/messages?to={email}"));
    let mail: Value = serde_json::from_str(&mail).unwrap();
    let code = mail[0]["code"].as_str().unwrap();
    let body = json!({ "Username": email, "ConfirmationCode": code });
    call(program, project, "ConfirmSignUp", body);
}

#[test]
fn everything_comes_back_from_either_engine() {
    let mut lines = LINES.to_owned();
    for store in ["poolhouse.db", &postgres::url()] {
        let project = deployment_on(store);
        let (ok, told) = import(&project, "in.jsonl", &lines);
        assert!(ok, "{store}: {told}");
        assert_eq!(told, "2 users were imported, 0 were there already\n");
        lines = export(&project, "out.jsonl", &["--secrets"]);
        assert_eq!(lines, LINES, "{store}");
        let mode = fs::metadata(project.path().join("out.jsonl")).unwrap();
        assert_eq!(mode.permissions().mode() & 0o777, 0o600);
        let (ok, told) = import(&project, "in.jsonl", &lines);
        assert!(
            ok && told.contains("0 users were imported, 2 were there already"),
            "{told}"
        );
    }
}

#[test]
fn people_sign_in_where_they_were_taken() {
    let project = deployment("");
    let program = Program::serve(&project.config(), &[]);
    register(&program, &project, "ann@example.com");
    let secret = export(&project, "secret.jsonl", &["--secrets"]);
    let open = export(&project, "open.jsonl", &[]);
    assert!(
        secret.contains("passwords") && !open.contains("passwords"),
        "{open}"
    );
    let to = users("export", &project, &["--to", "-"]);
    assert!(to.0 && to.1.starts_with(&open), "{}", to.1);
    assert!(
        to.1.contains("1 users' passwords were left out"),
        "{}",
        to.1
    );

    // Into a store that never had the pool it goes with its id, without which no password is right.
    let new = deployment_on(&postgres::url());
    import(&new, "users.jsonl", &secret);
    let program = Program::serve(&new.config(), &[]);
    let tokens = sign_in(&program, &new, "ann@example.com");
    assert!(
        tokens["AuthenticationResult"]["IdToken"].is_string(),
        "{tokens}"
    );

    // A pool that was there before has another.
    let other = deployment("");
    client_id(&other);
    let (ok, told) = import(&other, "users.jsonl", &secret);
    assert!(ok && told.contains("1 users lost their password"), "{told}");
    let program = Program::serve(&other.config(), &[]);
    let refused = sign_in(&program, &other, "ann@example.com");
    assert!(refused["AuthenticationResult"].is_null(), "{refused}");
    let parameters = json!({ "USERNAME": "ann@example.com", "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let body = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
    let asked = call(&program, &other, "InitiateAuth", body);
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP", "{asked}");
}

#[test]
fn an_app_that_is_not_brought_along_is_not_asked_for() {
    let project = deployment("");
    import(&project, "in.jsonl", LINES);
    let open = export(&project, "open.jsonl", &[]);
    assert!(
        open.contains("SOFTWARE_TOKEN_MFA") && !open.contains("softwareToken"),
        "{open}"
    );
    let other = deployment("");
    let (ok, told) = import(&other, "in.jsonl", &open);
    assert!(
        ok && told.contains("1 users had an authenticator app"),
        "{told}"
    );
    let left = export(&other, "out.jsonl", &["--secrets"]);
    assert!(!left.contains("SOFTWARE_TOKEN_MFA"), "{left}");
}

#[test]
fn one_wrong_line_imports_nobody_unless_it_may_be_put_aside() {
    let project = deployment("");
    let wrong = LINES.to_owned()
        + &LINES
            .lines()
            .nth(2)
            .unwrap()
            .replace("6a02", "6a03")
            .replace("UNCONFIRMED", "ASLEEP")
        + "\n\n{\n"
        + &LINES.lines().nth(2).unwrap().replace("6a02", "6A04")
        + "\n"
        + &LINES
            .lines()
            .nth(1)
            .unwrap()
            .replace("6a01", "6a05")
            .replace(":\"ann@", ":\"ANN@");
    let (ok, told) = import(&project, "in.jsonl", &wrong);
    assert!(
        !ok && told.contains("4 of 6 users are wrong, so nobody was imported"),
        "{told}"
    );
    for why in [
        "in.jsonl: line 4: unknown variant `ASLEEP`",
        "in.jsonl: line 6: EOF while parsing an object at column 1",
        "line 7: sub: got \"0b5c2b6e-7a3c-4c8e-9a57-2c0b4f1d6A04\", expected a UUID",
        "line 8: logins.email: got \"ANN@example.com\", expected \"ann@example.com\"",
    ] {
        assert!(told.contains(why), "{why}: {told}");
    }
    let (exported, _) = users("export", &project, &["--to", "-"]);
    assert!(!exported, "not even the pool is there");

    let rejects = project.path().join("wrong.jsonl");
    let rejects = ["--rejects", rejects.to_str().unwrap()];
    let (ok, told) = import_with(&project, "in.jsonl", &wrong, &rejects);
    assert!(
        ok && told.contains("2 users were imported") && told.contains("4 lines are in"),
        "{told}"
    );
    let left = fs::read_to_string(rejects[1]).unwrap();
    assert_eq!(left.lines().count(), 5, "{left}");
    let mended = left.replace("ASLEEP", "UNCONFIRMED").replace("\n{\n", "\n");
    let mended = mended
        .replace("6A04", "6a04")
        .replace("ANN@", "bob@")
        .replace("Ann@", "bob@");
    let mended = mended.replace("AAECAw==", "BBBBBA==");
    let (ok, told) = import(&project, "mended.jsonl", &mended);
    assert!(ok && told.contains("3 users were imported"), "{told}");
    let (ok, told) = import_with(&project, "in.jsonl", &wrong, &rejects);
    assert!(!ok && told.contains("File exists"), "{told}");
}

#[test]
fn what_is_anothers_stays_theirs() {
    let project = deployment("");
    import(&project, "in.jsonl", LINES);
    let ann = LINES.lines().nth(1).unwrap().replace("6a01", "6a09");
    let again = format!("{}\n{ann}\n", LINES.lines().next().unwrap());
    let (ok, told) = import(&project, "again.jsonl", &again);
    let why = "line 2: another user of the pool has this email; 0 users were imported before it";
    assert!(!ok && told.contains(why), "{told}");
}

#[test]
fn what_is_no_such_file_is_told() {
    let project = deployment("");
    for (text, why) in [
        ("", "got an empty file"),
        ("{\"sub\":1}", "expected {\"poolhouse\":\"users 1\"}"),
        ("{\"poolhouse\":\"users 2\"}", "got \"users 2\", expected"),
        (
            "{\"poolhouse\":\"users 1\",\"pool\":\"shop\"}",
            "got \"shop\", expected a pool's id",
        ),
    ] {
        let (ok, told) = import(&project, "in.jsonl", text);
        assert!(!ok && told.contains(why), "{told}");
    }
    let (ok, told) = import(&project, "in.jsonl", &"x".repeat(2 << 20));
    assert!(
        !ok && told.contains("line 1: got more than 1048576 bytes"),
        "{told}"
    );
    let (ok, told) = users("export", &project, &["--to", "x.csv", "--secrets"]);
    assert!(!ok && told.contains("no place for them"), "{told}");
    let (ok, told) = users("export", &project, &["--to", "-", "--pool", "shop"]);
    assert!(
        !ok && told.contains("got shop, expected one of default"),
        "{told}"
    );
}
