//! The program under test: run as a person runs it, on loopback and on a port of its own.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Region};
use aws_sdk_cognitoidentityprovider::{Client, Config};
use aws_smithy_http_client::Builder;
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tempfile::TempDir;

const ARRIVES_WITHIN: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// `poolhouse dev` on a copy of the project. It is stopped with this value.
pub struct Poolhouse {
    folder: TempDir,
    program: Child,
    url: String,
    inbox: legacy::Client<HttpConnector, Empty<&'static [u8]>>,
    read: HashMap<String, usize>,
}

/// An app client of the pool.
pub struct AppClient {
    pub id: String,
    pub secret: Option<String>,
}

impl Poolhouse {
    /// Starts it, and waits until it says that it is ready.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("poolhouse-conformance-")
            .tempdir()
            .unwrap();
        copy(&here().join("../sdk-project"), folder.path());
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
        let mut program = Command::new(binary())
            .arg("dev")
            .arg(folder.path())
            .args(["--listen", &free.unwrap().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", binary().display()));
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| url_of(&line.unwrap()));
        let url = url.expect("poolhouse ended and was never ready");
        // What it prints from now on is read away, so that it can go on.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            folder,
            program,
            url,
            inbox: legacy::Client::builder(TokioExecutor::new()).build_http(),
            read: HashMap::new(),
        }
    }

    /// The SDK's client for the pool, as its documentation has it for an endpoint of one's own. No
    /// TLS: the pool is on this machine.
    pub fn cognito(&self) -> Client {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(&self.url)
            .http_client(Builder::new().build_http())
            .build();
        Client::from_conf(config)
    }

    /// The app client of that name.
    pub fn client(&self, name: &str) -> AppClient {
        let mut list = Command::new(binary());
        let list = list.arg("clients").arg(self.folder.path()).arg("--json");
        let listed: Value = serde_json::from_slice(&list.output().unwrap().stdout).unwrap();
        let clients = listed.as_array().unwrap();
        let client = clients.iter().find(|client| client["name"] == name);
        let text = |member: &str| client.unwrap()[member].as_str().map(str::to_owned);
        AppClient {
            id: text("id").unwrap(),
            secret: text("secret"),
        }
    }

    /// The code in the oldest message to an address that was not read yet; waits for it to arrive.
    pub async fn next_code(&mut self, address: &str) -> String {
        let uri = format!("{}/inbox/messages?to={address}", self.url);
        let read = self.read.entry(address.to_owned()).or_default();
        for _ in 0..ARRIVES_WITHIN.as_millis() / LOOK_EVERY.as_millis() {
            let reply = self.inbox.get(uri.parse().unwrap()).await.unwrap();
            let body = reply.into_body().collect().await.unwrap().to_bytes();
            let messages: Vec<Value> = serde_json::from_slice(&body).unwrap();
            if let Some(message) = messages.iter().rev().nth(*read) {
                *read += 1;
                return message["code"].as_str().unwrap().to_owned();
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        panic!(
            "{read} messages to {address} were read, and no other came within {ARRIVES_WITHIN:?}"
        );
    }

    /// Asks the program to stop, as a service manager does, and holds it to a clean end.
    pub fn stop(mut self) {
        let ended = self.program.try_wait().unwrap();
        assert!(ended.is_none(), "poolhouse ended by itself: {ended:?}");
        let id = self.program.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.unwrap().success());
        let status = self.program.wait().unwrap();
        assert!(
            status.success(),
            "SIGTERM should end poolhouse with status 0: {status}"
        );
    }
}

impl Drop for Poolhouse {
    /// After a failed test.
    fn drop(&mut self) {
        _ = self.program.kill();
        _ = self.program.wait();
    }
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn binary() -> PathBuf {
    let given = std::env::var_os("POOLHOUSE_BIN").map(PathBuf::from);
    given.unwrap_or_else(|| here().join("../../target/release/poolhouse"))
}

/// The URL in the line with the word "ready".
fn url_of(line: &str) -> Option<String> {
    let words = line.split_whitespace();
    let url = words.into_iter().find(|word| word.starts_with("http://"))?;
    let is_ready = line.split_whitespace().any(|word| word == "ready");
    is_ready.then(|| url.trim_end_matches(['/', ';']).to_owned())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
