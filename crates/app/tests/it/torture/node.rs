//! A `poolhouse serve` that can be killed, and the folder that it serves from.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use poolhouse_client::Config;

use crate::program::Project;

/// Every way to sign in that the people of these tests use.
const DEFINITION: &str = "\
import { defineAuth } from '@aws-amplify/backend';

export const auth = defineAuth({
  loginWith: { email: { otpLogin: true }, webAuthn: { relyingPartyId: 'example.com' } },
});
";

/// Refresh tokens are replaced, and whoever lost the answer may ask again.
const BACKEND: &str = "\
import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';

const { cfnUserPoolClient } = defineBackend({ auth }).auth.resources.cfnResources;
cfnUserPoolClient.explicitAuthFlows = ['ALLOW_USER_AUTH'];
cfnUserPoolClient.refreshTokenRotation = { feature: 'ENABLED', retryGracePeriodSeconds: 60 };
";

/// An app, its configuration and its master key.
pub(crate) struct Site(Project);

impl Site {
    /// With its store in a file beside it.
    pub(crate) fn with_a_file() -> Self {
        Self::new("poolhouse.db")
    }

    /// With its store there.
    pub(crate) fn new(store: &str) -> Self {
        let project = Project::new(DEFINITION);
        fs::write(project.path().join("amplify/backend.ts"), BACKEND).unwrap();
        project.key("master.key", &[7; 32], 0o600);
        project.settings(&format!(
            "server.public_url = \"http://localhost:7400\"\n\
             server.listen = \"127.0.0.1:0\"\n\
             server.operations = \"127.0.0.1:0\"\n\
             server.store = {store:?}\n\
             server.allow = [\"inbox\"]\n\
             keys.master_file = \"master.key\"\n\
             log.level = \"warn\"\n"
        ));
        Self(project)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What a client of its pool is made of, but for the address.
    pub(crate) fn outputs(&self) -> Config {
        let output = self.command("outputs").arg(self.0.path()).output().unwrap();
        let (said, why) = (output.stdout, output.stderr);
        Config::from_outputs(&String::from_utf8_lossy(&said))
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&why)))
    }

    /// A command of the program about this site.
    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(binary());
        command.args([name, "--config", &self.0.config()]);
        command
    }

    /// A node that is ready.
    pub(crate) fn serve(&self) -> Node {
        Node::start(self, self.command("serve"))
    }

    /// What its nodes have logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap()
    }
}

/// The program: the release build, or the test's own.
fn binary() -> OsString {
    std::env::var_os("POOLHOUSE_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_poolhouse").into())
}

/// A running `poolhouse serve`; killed when it is forgotten.
pub(crate) struct Node {
    child: Child,
    /// Held until the end: a program that writes into a closed pipe does not end cleanly.
    _stdout: BufReader<ChildStdout>,
    /// Where clients find it: `127.0.0.1:12345`.
    pub(crate) listens: String,
    /// Where its operators do.
    pub(crate) operations: String,
    /// How long it took to be ready.
    pub(crate) started_in: Duration,
}

impl Node {
    /// Runs `command`, which begins to serve `site`.
    pub(crate) fn start(site: &Site, mut command: Command) -> Self {
        let log: File = OpenOptions::new()
            .create(true)
            .append(true)
            .open(site.path("log"))
            .unwrap();
        let start = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .env_remove("AWS_REGION")
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("ready") {
            line.clear();
            assert!(
                stdout.read_line(&mut line).unwrap() > 0,
                "it ended: {}",
                site.log()
            );
        }
        let started_in = start.elapsed();
        let after = |word: &str| {
            let rest = line.split_once(word).unwrap().1;
            rest.split([';', '\n']).next().unwrap().to_owned()
        };
        Self {
            child,
            _stdout: stdout,
            listens: after("listening on "),
            operations: after("operations at http://"),
            started_in,
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, and waits for the end.
    pub(crate) fn kill(&mut self) {
        self.end("-KILL");
    }

    /// Sends a signal, and waits for the end.
    pub(crate) fn end(&mut self, signal: &str) {
        let mut kill = Command::new("kill");
        assert!(
            kill.args([signal, &self.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Where it was not killed before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
