//! The program, serving an app that mails to the sink.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A folder with an app in it, until it is dropped.
pub(super) struct App(PathBuf);

impl App {
    /// An app in which people sign in with `login_with`, that mails to a sink at `port`, with more in its
    /// `poolhouse.toml`.
    pub(super) fn new(
        name: &str,
        login_with: &str,
        port: u16,
        more: &str,
    ) -> std::io::Result<Self> {
        let name = format!("poolhouse-{name}-{}", std::process::id());
        let app = Self(std::env::temp_dir().join(name));
        std::fs::create_dir_all(app.0.join("amplify/auth"))?;
        let definition = format!(
            "import {{ defineAuth }} from '@aws-amplify/backend';\n\n\
             export const auth = defineAuth({{\n  loginWith: {login_with},\n  \
             senders: {{ email: {{ fromEmail: 'login@example.com' }} }},\n}});\n"
        );
        std::fs::write(app.0.join("amplify/auth/resource.ts"), definition)?;
        let settings = format!(
            "{more}\n[[mail.senders]]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n"
        );
        std::fs::write(app.0.join("poolhouse.toml"), settings)?;
        Ok(app)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running program; it is killed when dropped.
pub(super) struct Program {
    child: Child,
    /// Held until the end: who writes into a closed pipe does not end cleanly.
    _said: BufReader<ChildStdout>,
    /// The line with the word `ready`.
    pub(super) ready: String,
}

impl Program {
    /// Runs `binary` with `arguments` until it is ready. What it logs goes nowhere.
    pub(super) fn start(binary: &Path, arguments: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(binary);
        command
            .args(arguments)
            .env("POOLHOUSE_MASTER_KEY", MASTER_KEY);
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut said = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let mut ready = String::new();
        while !ready.contains("ready") {
            ready.clear();
            if said.read_line(&mut ready)? == 0 {
                return Err(format!("poolhouse {arguments:?} was never ready").into());
            }
        }
        Ok(Self {
            child,
            _said: said,
            ready,
        })
    }

    /// As `kill -9` does.
    pub(super) fn kill(&mut self) -> std::io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

const MASTER_KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// The id of the app's client.
pub(super) fn client_id(binary: &Path, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let mut command = Command::new(binary);
    command.args(["clients", "--json"]).args(arguments);
    let output = command.env("POOLHOUSE_MASTER_KEY", MASTER_KEY).output()?;
    let clients: Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let id = clients[0]["id"].as_str();
    Ok(id.ok_or("there is no client")?.to_owned())
}

/// A port that nobody listens on.
pub(super) fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Signs somebody up, by a connection of their own and from an address of their own: status and body.
pub(super) fn sign_up(
    port: u16,
    client: &str,
    number: u32,
) -> Result<(u16, String), Box<dyn Error>> {
    let body = json!({ "ClientId": client, "Username": address(number) }).to_string();
    let [a, b, c, _] = number.to_le_bytes();
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    write!(
        stream,
        "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\
         content-type: application/x-amz-json-1.1\r\nx-forwarded-for: 10.{c}.{b}.{a}\r\n\
         x-amz-target: AWSCognitoIdentityProviderService.SignUp\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("half an answer")?;
    let status = head.split(' ').nth(1).ok_or("no status")?;
    Ok((status.parse()?, body.to_owned()))
}

pub(super) fn address(number: u32) -> String {
    format!("person{number}@example.com")
}
