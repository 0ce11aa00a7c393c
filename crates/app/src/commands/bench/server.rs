//! The server that is measured: a process of its own, with a pool and a store that are gone afterwards.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use poolhouse_client::Config;
use poolhouse_domain::Clock as _;
use poolhouse_store::Store;
use serde_json::Value;

use super::people::People;
use super::process::Process;
use crate::cli::{Kept, Kind, Read};
use crate::data;
use crate::failure::Failure;
use crate::files;
use crate::identified::Identified;
use crate::system::{SystemClock, SystemRandom};

/// Every way to sign in that there is.
const DEFINITION: &str = "\
import { defineAuth } from '@aws-amplify/backend';

export const auth = defineAuth({
  loginWith: { email: { otpLogin: true }, phone: { otpLogin: true }, webAuthn: true },
});
";
const BACKEND: &str = "\
import { defineBackend } from '@aws-amplify/backend';
import { auth } from './auth/resource';

const backend = defineBackend({ auth });
backend.auth.resources.cfnResources.cfnUserPoolClient.explicitAuthFlows = [
  'ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH',
];
";

/// Nothing is logged but how many transactions there were, once, at the end.
const LOG: &str = "off,poolhouse::commands::dev=info";

/// A server that runs.
pub(super) struct Server {
    pub(super) process: Process,
    /// Its store, opened once more by us.
    pub(super) store: Store,
    child: Child,
    /// Held until the end: a program that writes into a closed pipe does not end cleanly.
    _stdout: BufReader<ChildStdout>,
    folder: Folder,
}

impl Server {
    /// Makes a pool with these people, and serves it on a free port.
    pub(super) async fn start(parent: Option<&Path>, people: &People) -> Result<Self, Failure> {
        let folder = Folder::new(parent)?;
        let read = Read {
            dir: folder.0.clone(),
            kind: Kind::Sandbox,
            branch: None,
            app_id: None,
        };
        let kept = Kept {
            data: None,
            config: None,
        };
        let pool = tokio::task::block_in_place(|| Identified::read(&read, &kept))?.pool_id;
        let data = data::open(&folder.0.join(".poolhouse"), Arc::new(SystemRandom))?;
        people
            .move_in(&data.store, &pool, SystemClock.now())
            .await?;
        let mut child = spawn(&folder.0)?;
        let stdout = child.stdout.take();
        let mut stdout = BufReader::new(stdout.ok_or_else(|| Failure::new("no pipe"))?);
        let mut line = String::new();
        while !line.contains("ready") {
            line.clear();
            let read = stdout.read_line(&mut line);
            if read.map_err(|error| Failure::caused("the server's output", &error))? == 0 {
                return Err(ended(&mut child));
            }
        }
        remember(&folder.0.join(".poolhouse/pool.db"))?;
        Ok(Self {
            process: Process(child.id()),
            store: data.store,
            child,
            _stdout: stdout,
            folder,
        })
    }

    /// What a client of it is made of.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        let path = self.folder.0.join("amplify_outputs.json");
        let outputs = files::read_text(&path)?;
        Config::from_outputs(&outputs).map_err(|error| Failure::caused(path.display(), &error))
    }

    /// Ends it as a process manager would, and says how many transactions it committed.
    pub(super) async fn stop(&mut self) -> Result<u64, Failure> {
        self.store.close().await;
        let failed = |error: io::Error| Failure::caused("cannot stop the server", &error);
        let id = self.child.id().to_string();
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .map_err(failed)?;
        let mut log = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut log).map_err(failed)?;
        }
        let status = self.child.wait().map_err(failed)?;
        let commits = log.lines().find_map(|line| {
            let line: Value = serde_json::from_str(line).ok()?;
            line.get("commits")?.as_u64()
        });
        let commits = commits.filter(|_| status.success());
        commits.ok_or_else(|| Failure::new(format!("the server ended with {status}: {log}")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where something failed before `stop`; afterwards it does nothing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a file, so that the system has it in memory, as it has a store's that was in use for a while: of what was
/// just written, the first may be gone again.
fn remember(file: &Path) -> Result<(), Failure> {
    let read = fs::File::open(file).and_then(|mut file| io::copy(&mut file, &mut io::sink()));
    read.map(drop).map_err(|error| Failure::io(file, &error))
}

fn spawn(folder: &Path) -> Result<Child, Failure> {
    let failed = |error: io::Error| Failure::caused("cannot start the server", &error);
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    command
        .arg("dev")
        .arg(folder)
        .args(["--listen", "127.0.0.1:0"]);
    command.args(["--log", LOG, "--log-format", "json"]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().map_err(failed)
}

/// A server that ended before it was ready, and why.
fn ended(child: &mut Child) -> Failure {
    let mut said = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read_to_string(&mut said);
    }
    Failure::new(format!(
        "the server ended before it was ready: {}",
        said.trim()
    ))
}

/// A project's folder, which goes away.
struct Folder(PathBuf);

impl Folder {
    fn new(parent: Option<&Path>) -> Result<Self, Failure> {
        let parent = parent.map_or_else(std::env::temp_dir, Path::to_owned);
        let folder = Self(parent.join(format!("poolhouse-bench-{}", std::process::id())));
        for (name, text) in [
            ("amplify/auth/resource.ts", DEFINITION),
            ("amplify/backend.ts", BACKEND),
        ] {
            let path = folder.0.join(name);
            let made = fs::create_dir_all(path.parent().unwrap_or(&path));
            made.and_then(|()| data::replace(&path, text))
                .map_err(|error| Failure::io(&path, &error))?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
