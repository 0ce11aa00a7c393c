//! Runs a PostgreSQL server for tests: Debian's programs, in a folder that goes away.
//!
//! The server's tests take this file too, so it knows no driver.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

const SCRIPT: &str = include_str!("server.sh");

/// Whom the servers run as when we are root, which PostgreSQL refuses to be.
const NOBODY: &[&str] = &["--reuid=nobody", "--regid=nogroup", "--clear-groups"];

/// A server that was made, and can be started. It ends with this value; or with this process, however
/// that ends.
pub(crate) struct Keeper {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    shell: Mutex<(Child, Option<ChildStdin>, BufReader<ChildStdout>)>,
}

impl Keeper {
    /// A server as the script's environment says.
    pub(crate) fn make(environment: &[(&str, &str)]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|socket| socket.local_addr())
            .unwrap()
            .port();
        let mut shell = unprivileged_shell()
            .args(["-c", SCRIPT, "server.sh"])
            .arg(programs())
            .arg(port.to_string())
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = shell.stdin.take();
        let mut answers = BufReader::new(shell.stdout.take().unwrap());
        let folder = PathBuf::from(line(&mut answers));
        assert_eq!(line(&mut answers), "done", "the server could not be made");
        Self {
            folder,
            port,
            shell: Mutex::new((shell, input, answers)),
        }
    }

    /// Has it `start`, `stop` (its clients are told), `kill` (nobody is), or make a `schema NAME`.
    pub(crate) fn tell(&self, what: &str) {
        let mut shell = self.shell.lock().unwrap();
        let (_, input, answers) = &mut *shell;
        writeln!(input.as_mut().unwrap(), "{what}").unwrap();
        assert_eq!(line(answers), "done", "the server did not {what}");
    }

    /// The URL of a schema, by the server's socket.
    pub(crate) fn url(&self, schema: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        let port = self.port;
        format!(
            "postgres://poolhouse@/postgres?host={folder}&port={port}&options=-csearch_path%3D{schema}"
        )
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let (shell, input, _) = self.shell.get_mut().unwrap();
        drop(input.take());
        shell.wait().unwrap();
    }
}

fn line(answers: &mut impl BufRead) -> String {
    let mut line = String::new();
    answers.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

/// A shell that is not root.
fn unprivileged_shell() -> Command {
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
        .expect("the tests need PostgreSQL's server: apt-get install postgresql")
        .join("bin")
}
