//! A `poolhouse` process in the test's hands.

use std::fs;
use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};

use serde_json::{Value, json};

/// The definition of the README.
pub(crate) const DEFINITION: &str = "\
import { defineAuth } from '@aws-amplify/backend';

export const auth = defineAuth({
  loginWith: { email: { otpLogin: true } },
});
";

/// An app in a folder of its own.
pub(crate) struct Project(tempfile::TempDir);

impl Project {
    pub(crate) fn new(definition: &str) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(project.path().join("amplify/auth")).unwrap();
        project.define(definition);
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn define(&self, definition: &str) {
        fs::write(self.path().join("amplify/auth/resource.ts"), definition).unwrap();
    }

    pub(crate) fn settings(&self, text: &str) {
        fs::write(self.path().join("poolhouse.toml"), text).unwrap();
    }

    pub(crate) fn exists(&self, name: &str) -> bool {
        self.path().join(name).exists()
    }

    pub(crate) fn outputs(&self) -> Value {
        let text = fs::read_to_string(self.path().join("amplify_outputs.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

impl Project {
    fn client_id(&self) -> String {
        let outputs = self.outputs();
        outputs["Auth"]["Cognito"]["userPoolClientId"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

/// A running process; killed if the test forgets it.
pub(crate) struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
    pub(crate) url: String,
    /// Of `serve`: where health and metrics are.
    pub(crate) operations: String,
}

impl Program {
    fn command(arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_poolhouse"));
        command
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env_remove("AWS_REGION");
        command
    }

    /// Runs to its end: status, stdout, stderr.
    pub(crate) fn run(arguments: &[&str]) -> (ExitStatus, String, String) {
        Self::run_with(arguments, &[])
    }

    /// [`Program::run`] with more variables in its environment.
    pub(crate) fn run_with(
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> (ExitStatus, String, String) {
        let mut command = Self::command(arguments);
        let output = command.envs(environment.iter().copied()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status, text(output.stdout), text(output.stderr))
    }

    /// `poolhouse dev` on a free port, once it is ready.
    pub(crate) fn dev(path: &Path) -> Self {
        Self::dev_with(path, &[])
    }

    /// [`Program::dev`] with more flags.
    pub(crate) fn dev_with(path: &Path, flags: &[&str]) -> Self {
        let path = path.to_str().unwrap();
        let mut arguments = vec!["dev", path, "--listen", "127.0.0.1:0"];
        arguments.extend(flags);
        let mut program = Self::start(&arguments, &[]);
        let line = program.stdout_line("ready");
        let url = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"))
            .unwrap();
        program.url = url.trim_end_matches('/').to_owned();
        program
    }

    /// `poolhouse serve` with this configuration, once it is ready.
    pub(crate) fn serve(config: &str, environment: &[(&str, &str)]) -> Self {
        let mut program = Self::start(&["serve", "--config", config], environment);
        let line = program.stdout_line("ready");
        let after = |word: &str| {
            let rest = line.split_once(word).unwrap().1;
            format!("http://{}", rest.split(';').next().unwrap())
        };
        program.url = after("listening on ");
        program.operations = after("operations at http://");
        program
    }

    fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = Self::command(arguments);
        let mut child = command.envs(environment.iter().copied()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self {
            child,
            stdout,
            stderr,
            url: String::new(),
            operations: String::new(),
        }
    }

    /// The next line on stdout with `word` in it.
    pub(crate) fn stdout_line(&mut self, word: &str) -> String {
        next_line(&mut self.stdout, word)
    }

    /// The next line on stderr with `word` in it.
    pub(crate) fn stderr_line(&mut self, word: &str) -> String {
        next_line(&mut self.stderr, word)
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let mut kill = Command::new("kill");
        assert!(kill.args([signal, &id]).status().unwrap().success());
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn stop(&mut self, signal: &str) -> ExitStatus {
        self.signal(signal);
        self.child.wait().unwrap()
    }

    /// Stops the program and gives all that it logged.
    pub(crate) fn stop_and_read_log(&mut self) -> String {
        assert!(self.stop("-TERM").success());
        let mut log = String::new();
        self.stderr.read_to_string(&mut log).unwrap();
        log
    }

    /// The body of an answer to a request.
    pub(crate) fn request(&self, head: &str, body: &str) -> String {
        self.send(head, "SignUp", body)
    }

    /// Calls an operation as the project's app client.
    pub(crate) fn call(&self, project: &Project, operation: &str, mut body: Value) -> String {
        body["ClientId"] = project.client_id().into();
        self.send("POST /", operation, &body.to_string())
    }

    /// The body of an answer to an operation.
    pub(crate) fn operation(&self, operation: &str, body: &str) -> String {
        self.send("POST /", operation, body)
    }

    /// The body of an answer at the operations address.
    pub(crate) fn operations(&self, path: &str) -> String {
        send(&self.operations, &format!("GET {path}"), "", "")
    }

    fn send(&self, head: &str, operation: &str, body: &str) -> String {
        send(&self.url, head, operation, body)
    }

    /// Signs up in the project's pool.
    pub(crate) fn sign_up(&self, project: &Project, email: &str) -> String {
        self.call(project, "SignUp", json!({ "Username": email }))
    }

    /// Confirms a sign-up.
    pub(crate) fn confirm(&self, project: &Project, email: &str, code: &str) -> String {
        self.call(
            project,
            "ConfirmSignUp",
            json!({ "Username": email, "ConfirmationCode": code }),
        )
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn send(url: &str, head: &str, operation: &str, body: &str) -> String {
    let address = url.replace("localhost", "127.0.0.1");
    let mut stream = TcpStream::connect(address.trim_start_matches("http://")).unwrap();
    let length = body.len();
    write!(
        stream,
        "{head} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\
             content-type: application/x-amz-json-1.1\r\n\
             x-amz-target: AWSCognitoIdentityProviderService.{operation}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

fn next_line(lines: &mut impl std::io::BufRead, word: &str) -> String {
    let mut seen = String::new();
    loop {
        let start = seen.len();
        let read = lines.read_line(&mut seen).unwrap();
        assert!(read > 0, "no line with {word:?} in:\n{seen}");
        if seen[start..].contains(word) {
            return seen[start..].trim().to_owned();
        }
    }
}
