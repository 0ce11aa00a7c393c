//! PostgreSQL servers for the tests: Debian's programs, in a folder that goes away.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use tokio_postgres::NoTls;

/// The password of the user `poolhouse`, for connections by TCP.
pub(crate) const PASSWORD: &str = "correct horse";

const SCRIPT: &str = include_str!("server.sh");

/// Whom the servers run as when we are root, which PostgreSQL refuses to be.
const NOBODY: &[&str] = &["--reuid=nobody", "--regid=nogroup", "--clear-groups"];

/// A server. It ends with this value; or with this process, however that ends.
pub(crate) struct Server {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    /// The authority that its certificate for `localhost` is from, in PEM.
    pub(crate) authority: String,
    keeper: Mutex<(Child, Option<ChildStdin>, BufReader<ChildStdout>)>,
}

/// The server that the tests share. Each has a schema of its own in it.
pub(crate) fn shared() -> &'static Server {
    static SHARED: OnceLock<Server> = OnceLock::new();
    SHARED.get_or_init(Server::start)
}

impl Server {
    /// A running server. It survives no power cut, and need not.
    pub(crate) fn start() -> Self {
        Self::with("off")
    }

    /// A running server; with `fsync` "on" it is set up as one that is not for tests.
    pub(crate) fn with(fsync: &str) -> Self {
        let server = Self::make(fsync);
        server.tell("start");
        server
    }

    fn make(fsync: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|socket| socket.local_addr())
            .unwrap()
            .port();
        let identity = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let mut keeper = shell()
            .args(["-c", SCRIPT, "server.sh"])
            .arg(programs())
            .arg(port.to_string())
            .env("FSYNC", fsync)
            .env("PASSWORD", PASSWORD)
            .env("CERTIFICATE", identity.cert.pem())
            .env("KEY", identity.signing_key.serialize_pem())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = keeper.stdin.take();
        let mut answers = BufReader::new(keeper.stdout.take().unwrap());
        let folder = PathBuf::from(line(&mut answers));
        assert_eq!(line(&mut answers), "done", "the server could not be made");
        Self {
            folder,
            port,
            authority: identity.cert.pem(),
            keeper: Mutex::new((keeper, input, answers)),
        }
    }

    /// Has it `start`, `stop` (its clients are told) or `kill` (nobody is).
    pub(crate) fn tell(&self, word: &str) {
        let mut keeper = self.keeper.lock().unwrap();
        let (_, input, answers) = &mut *keeper;
        writeln!(input.as_mut().unwrap(), "{word}").unwrap();
        assert_eq!(line(answers), "done", "the server did not {word}");
    }

    /// The URL of a schema, by the server's socket.
    pub(crate) fn url(&self, schema: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        let port = self.port;
        format!(
            "postgres://poolhouse@/postgres?host={folder}&port={port}&options=-csearch_path%3D{schema}"
        )
    }

    /// Runs statements as somebody who may do everything.
    pub(crate) async fn run(&self, sql: &str) -> Vec<tokio_postgres::SimpleQueryMessage> {
        let (client, connection) = tokio_postgres::connect(&self.url("public"), NoTls)
            .await
            .unwrap();
        tokio::select! {
            biased;
            rows = client.simple_query(sql) => rows.unwrap(),
            ended = connection => panic!("the connection ended: {ended:?}"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let (keeper, input, _) = self.keeper.get_mut().unwrap();
        drop(input.take());
        keeper.wait().unwrap();
    }
}

fn line(answers: &mut impl BufRead) -> String {
    let mut line = String::new();
    answers.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

/// A shell that is not root.
fn shell() -> Command {
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        let mut command = Command::new("setpriv");
        command.args(NOBODY).arg("sh");
        command
    } else {
        Command::new("sh")
    }
}

/// The folder of the newest PostgreSQL that is installed.
fn programs() -> PathBuf {
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let newest = versions
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("bin/initdb").is_file())
        .max_by_key(|path| version(path));
    newest
        .expect("the store's tests need PostgreSQL's server: apt-get install postgresql")
        .join("bin")
}
