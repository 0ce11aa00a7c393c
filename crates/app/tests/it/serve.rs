//! `poolhouse serve`.

use std::fs::{self, Permissions};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};

use crate::program::{DEFINITION, Program, Project};

const SECRET: [u8; 32] = [7; 32];

/// An app's folder with a configuration and a master key, on free ports.
pub(crate) fn deployment(more: &str) -> Project {
    let project = Project::new(DEFINITION);
    project.key("master.key", &SECRET, 0o600);
    configure(&project, more);
    project
}

/// The same with another store.
pub(crate) fn deployment_on(store: &str) -> Project {
    let project = deployment("");
    let config = fs::read_to_string(project.config()).unwrap();
    project.settings(&config.replace("\"poolhouse.db\"", &format!("{store:?}")));
    project
}

fn configure(project: &Project, more: &str) {
    project.settings(&format!(
        "server.public_url = \"http://localhost:7400\"\n\
         server.listen = \"127.0.0.1:0\"\n\
         server.operations = \"127.0.0.1:0\"\n\
         server.store = \"poolhouse.db\"\n\
         server.allow = [\"inbox\"]\n\
         keys.master_file = \"master.key\"\n{more}"
    ));
}

impl Project {
    pub(crate) fn key(&self, name: &str, bytes: &[u8], mode: u32) {
        let path = self.path().join(name);
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn config(&self) -> String {
        self.path()
            .join("poolhouse.toml")
            .to_str()
            .unwrap()
            .to_owned()
    }

    /// What `serve --check` says against the configuration.
    fn refusal(&self) -> String {
        let (status, _, stderr) = Program::run(&["serve", "--config", &self.config(), "--check"]);
        assert_eq!(status.code(), Some(1), "{stderr}");
        stderr
    }
}

/// The id of the only client.
pub(crate) fn client_id(project: &Project) -> String {
    let path = project.path().to_str().unwrap();
    let config = project.config();
    let (_, stdout, stderr) = Program::run(&["clients", path, "--json", "--config", &config]);
    let clients: Value = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stderr}"));
    clients[0]["id"].as_str().unwrap().to_owned()
}

fn sign_up(project: &Project, email: &str) -> String {
    json!({ "ClientId": client_id(project), "Username": email }).to_string()
}

#[test]
fn serves_the_app_that_the_configuration_stands_in() {
    let project = deployment("");
    let mut program = Program::serve(&project.config(), &[]);
    let body = sign_up(&project, "ann@example.com");
    let answer = program.request("POST /", &body);
    assert!(answer.contains("\"UserSub\""), "{answer}");
    let inbox = program.operations("/inbox/messages?to=ann@example.com");
    assert!(inbox.contains("\"code\":\""), "{inbox}");
    assert_eq!(program.operations("/healthz"), "ok\n");
    assert_eq!(program.operations("/readyz"), "ok\n");
    let metrics = program.operations("/metrics");
    let counted = "poolhouse_requests_total{called=\"SignUp\",status=\"200\",exception=\"\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
    for path in ["/healthz", "/metrics", "/inbox/messages", "/inbox"] {
        let answer = program.request(&format!("GET {path}"), "");
        assert!(
            !answer.contains("ok") && !answer.contains("ann"),
            "{path}: {answer}"
        );
    }
    let mail: Value = serde_json::from_str(&inbox).unwrap();
    let code = mail[0]["code"].as_str().unwrap();
    let log = program.stop_and_read_log();
    assert!(log.contains("\"called\":\"SignUp\""), "{log}");
    assert!(!log.contains("ann@") && !log.contains(code), "{log}");
    for line in log.lines() {
        serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("{line}"));
    }
    assert!(!project.exists("poolhouse.db-wal"), "the store was closed");
}

#[test]
fn the_outputs_of_a_served_pool_name_its_address() {
    let project = deployment("");
    let path = project.path().to_str().unwrap();
    let config = project.config();
    let (_, stdout, stderr) = Program::run(&["outputs", path, "--config", &config]);
    let outputs: Value = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stderr}"));
    let cognito = &outputs["Auth"]["Cognito"];
    assert_eq!(cognito["userPoolEndpoint"], "http://localhost:7400/");
    let program = Program::serve(&config, &[]);
    let pool = cognito["userPoolId"].as_str().unwrap();
    let discovery = program.request(&format!("GET /{pool}/.well-known/openid-configuration"), "");
    let issuer = format!("\"issuer\":\"http://localhost:7400/{pool}\"");
    assert!(discovery.contains(&issuer), "{discovery}");
    let other = Project::new(DEFINITION);
    let other = other.path().to_str().unwrap();
    let (_, _, stderr) = Program::run(&["outputs", other, "--config", &config]);
    assert!(
        stderr.contains("has no pool of this app, only default in"),
        "{stderr}"
    );
}

#[test]
fn many_pools_do_not_know_each_other() {
    let (one, other) = (Project::new(DEFINITION), Project::new(DEFINITION));
    let folder = |project: &Project| project.path().display().to_string();
    let pools = format!(
        "server.pools = {{ one = {:?}, other = {:?} }}",
        folder(&one),
        folder(&other)
    );
    let server = deployment(&pools);
    let program = Program::serve(&server.config(), &[]);
    let mut ids = Vec::new();
    for app in [&one, &other] {
        let arguments = [
            "clients",
            &folder(app),
            "--json",
            "--config",
            &server.config(),
        ];
        let (_, stdout, _) = Program::run(&arguments);
        let clients: Value = serde_json::from_str(&stdout).unwrap();
        let id = clients[0]["id"].as_str().unwrap().to_owned();
        let body = json!({ "ClientId": id, "Username": "ann@example.com" }).to_string();
        let answer = program.request("POST /", &body);
        assert!(answer.contains("\"UserSub\""), "{answer}");
        ids.push(id);
    }
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn a_key_that_others_may_read_is_refused() {
    let project = deployment("");
    project.key("master.key", &SECRET, 0o640);
    let told = project.refusal();
    assert!(
        told.contains("mode 640") && told.contains("chmod 600"),
        "{told}"
    );
    project.key("master.key", b"short", 0o600);
    let told = project.refusal();
    assert!(told.contains("got 5 bytes, expected a key of 32"), "{told}");
}

#[test]
fn the_key_can_stand_in_the_environment_which_a_definition_does_not_see() {
    let definition =
        format!("{DEFINITION}\nconsole.log(`sees ${{process.env.POOLHOUSE_MASTER_KEY}}`);");
    let project = Project::new(&definition);
    project.settings(
        "server.public_url = \"http://localhost:7400\"\nserver.store = \"p.db\"\n\
         server.allow = [\"inbox\"]\nlog.format = \"text\"",
    );
    let check = ["serve", "--config", &project.config(), "--check"];
    let (status, _, stderr) = Program::run(&check);
    assert_eq!(status.code(), Some(1));
    assert!(
        stderr.contains("there is no master key. Make one"),
        "{stderr}"
    );
    let key = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    let (status, stdout, stderr) = Program::run_with(&check, &[("POOLHOUSE_MASTER_KEY", key)]);
    assert!(status.success(), "{stderr}");
    assert_eq!(stdout, "nothing is wrong with it\n");
    assert!(
        stderr.contains("sees undefined") && !stderr.contains(key),
        "{stderr}"
    );
    assert!(!project.exists("p.db"), "nothing was opened");
}

#[test]
fn another_master_key_does_not_open_the_store() {
    let project = deployment("");
    client_id(&project);
    Program::serve(&project.config(), &[]);
    project.key("master.key", &[8; 32], 0o600);
    let (status, _, stderr) = Program::run(&["serve", "--config", &project.config()]);
    assert_eq!(status.code(), Some(1));
    assert!(stderr.contains("sealed with another key"), "{stderr}");
}

#[test]
fn what_should_not_be_served_is_not() {
    let project = deployment("");
    let allow = "server.allow = [\"inbox\"]";
    let config = fs::read_to_string(project.path().join("poolhouse.toml")).unwrap();
    project.settings(&config.replace(allow, ""));
    let told = project.refusal();
    assert!(told.contains("nobody would get a code"), "{told}");

    project.settings(&config);
    project.define(&DEFINITION.replace("} },", "}, webAuthn: true },"));
    let told = project.refusal();
    assert!(told.contains("relyingPartyId"), "{told}");

    project.define(DEFINITION);
    project.settings(&format!("{config}[sever]\n"));
    let told = project.refusal();
    assert!(told.contains("did you mean `[server]`?"), "{told}");
}

#[test]
fn a_pool_with_a_sender_needs_no_inbox() {
    let project = deployment("");
    let config = fs::read_to_string(project.path().join("poolhouse.toml")).unwrap();
    let config = config.replace("server.allow = [\"inbox\"]", "");
    let sender = |more: &str| {
        format!(
            "{config}\n[mail]\nfrom = \"login@example.com\"\n\
             senders = [{{ kind = \"smtp\", host = \"mail.example.com\"{more} }}]\n"
        )
    };
    project.settings(&sender(""));
    let (status, _, stderr) = Program::run(&["serve", "--config", &project.config(), "--check"]);
    assert!(status.success(), "{stderr}");

    let login = ", username = \"acme\", password_file = \"password\"";
    project.settings(&sender(login));
    assert!(project.refusal().contains("password"), "it is not there");
    project.key("password", b"secret", 0o644);
    let told = project.refusal();
    assert!(
        told.contains("got mode 644") && told.contains("chmod 600"),
        "{told}"
    );
    project.key("password", b"secret", 0o600);
    let (status, _, stderr) = Program::run(&["serve", "--config", &project.config(), "--check"]);
    assert!(status.success(), "{stderr}");
}

#[test]
fn texts_go_to_countries_that_are_named() {
    let sender = "[[sms.senders]]\nkind = \"webhook\"\nurl = \"https://x.example\"\nsecret_env = \"SECRET\"\n";
    let project = deployment(sender);
    project.define(&DEFINITION.replace("email: {", "phone: { otpLogin: true }, email: {"));
    let told = project.refusal();
    assert!(
        told.contains("would send texts to any country") && told.contains("`sms.countries = "),
        "{told}"
    );
    configure(&project, &format!("sms.countries = [\"DE\"]\n{sender}"));
    let check = ["serve", "--config", &project.config(), "--check"];
    let (status, _, stderr) = Program::run_with(&check, &[("SECRET", "x".repeat(32).as_str())]);
    assert!(status.success(), "{stderr}");
}

#[test]
fn a_pool_of_text_codes_alone_has_to_be_allowed() {
    let project = deployment("");
    project.define(&DEFINITION.replace("email: {", "phone: {"));
    fs::write(
        project.path().join("amplify/backend.ts"),
        "import { defineBackend } from '@aws-amplify/backend';\n\
         import { auth } from './auth/resource';\n\
         const backend = defineBackend({ auth });\n\
         backend.auth.resources.cfnResources.cfnUserPool.addPropertyOverride(\n\
         'Policies.SignInPolicy.AllowedFirstAuthFactors', ['SMS_OTP']);\n",
    )
    .unwrap();
    let told = project.refusal();
    assert!(told.contains("by text message alone"), "{told}");
    configure(&project, "");
    let config = fs::read_to_string(project.path().join("poolhouse.toml")).unwrap();
    project.settings(&config.replace("[\"inbox\"]", "[\"inbox\", \"text-codes-only\"]"));
    let (status, _, stderr) = Program::run(&["serve", "--config", &project.config(), "--check"]);
    assert!(status.success(), "{stderr}");
}

#[test]
fn systemd_is_told_when_it_is_ready_and_when_it_stops() {
    let project = deployment("");
    let socket = project.path().join("notify");
    let told = UnixDatagram::bind(&socket).unwrap();
    let environment = [("NOTIFY_SOCKET", socket.to_str().unwrap())];
    let mut program = Program::serve(&project.config(), &environment);
    let hear = || {
        let mut text = [0; 64];
        let length = told.recv(&mut text).unwrap();
        String::from_utf8(text[..length].to_vec()).unwrap()
    };
    assert_eq!(hear(), "READY=1");
    assert!(program.stop("-TERM").success());
    assert_eq!(hear(), "STOPPING=1");
}

#[test]
fn a_definition_is_read_again_when_told() {
    let project = deployment("log.format = \"text\"");
    let mut program = Program::serve(&project.config(), &[]);
    project.define("nonsense(");
    program.signal("-HUP");
    program.stderr_line("the pools stay as they were");
    project.define(&DEFINITION.replace(
        "otpLogin: true",
        "otpLogin: true, verificationEmailSubject: 'Ahoy'",
    ));
    program.signal("-HUP");
    program.stderr_line("the pools follow their definitions");
    program.request("POST /", &sign_up(&project, "ann@example.com"));
    let inbox = program.operations("/inbox/messages");
    assert!(inbox.contains("Ahoy"), "{inbox}");
}

/// A certificate for `localhost` in the folder's files, and the same for a client to trust.
fn certify(project: &Project) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(project.path().join("chain.pem"), cert.pem()).unwrap();
    project.key("private.pem", signing_key.serialize_pem().as_bytes(), 0o600);
    cert.der().clone()
}

/// What the server says to somebody who trusts one certificate only.
fn ask_over_tls(program: &Program, trusted: &CertificateDer<'static>) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let socket = TcpStream::connect(program.url.trim_start_matches("http://"))?;
    let mut stream = StreamOwned::new(connection, socket);
    stream.write_all(b"GET /nowhere HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn speaks_tls_and_follows_a_certificate_that_is_renewed() {
    let project = deployment(
        "log.format = \"text\"\ntls = { certificate = \"chain.pem\", key = \"private.pem\" }",
    );
    let first = certify(&project);
    let mut program = Program::serve(&project.config(), &[]);
    let answer = ask_over_tls(&program, &first).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");

    fs::write(project.path().join("chain.pem"), "half of i").unwrap();
    program.signal("-HUP");
    program.stderr_line("the certificate stays as it was");
    ask_over_tls(&program, &first).unwrap();

    let second = certify(&project);
    program.signal("-HUP");
    program.stderr_line("the certificate was replaced");
    ask_over_tls(&program, &second).unwrap();
    assert!(ask_over_tls(&program, &first).is_err());
    assert!(program.stop("-TERM").success());

    project.key("private.pem", b"", 0o644);
    let told = project.refusal();
    assert!(
        told.contains("mode 644") && told.contains("chmod 640"),
        "{told}"
    );
}
