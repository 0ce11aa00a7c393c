//! Between clients and nodes: every request goes to the next node in turn, over a connection of its own.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A round-robin proxy. Its address stays while its nodes come and go.
pub(crate) struct Proxy {
    /// `http://127.0.0.1:12345/`
    pub(crate) url: String,
    nodes: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let nodes = Arc::new(Mutex::new(Vec::<String>::new()));
        let proxied = Arc::clone(&nodes);
        thread::spawn(move || {
            for client in listener.incoming() {
                let node = {
                    let mut nodes = proxied.lock().unwrap();
                    if nodes.is_empty() {
                        continue;
                    }
                    nodes.rotate_left(1);
                    nodes[0].clone()
                };
                // Whatever fails, the client finds its connection closed.
                thread::spawn(move || client.and_then(|client| carry(client, &node)));
            }
        });
        Self { url, nodes }
    }

    /// From now on to these, or to nobody.
    pub(crate) fn point_at(&self, nodes: impl IntoIterator<Item = String>) {
        *self.nodes.lock().unwrap() = nodes.into_iter().collect();
    }
}

/// One request and its answer. The node is told that there will not be another one.
fn carry(mut client: TcpStream, node: &str) -> io::Result<()> {
    let mut server = TcpStream::connect(node)?;
    server.set_nodelay(true)?;
    let mut head = Vec::new();
    while !head.windows(2).any(|window| window == b"\r\n") {
        let mut some = [0; 4096];
        let length = client.read(&mut some)?;
        if length == 0 {
            return Ok(());
        }
        head.extend_from_slice(&some[..length]);
    }
    let line = head
        .windows(2)
        .position(|window| window == b"\r\n")
        .unwrap();
    let (line, rest) = head.split_at(line);
    server.write_all(&[line, b"\r\nconnection: close", rest].concat())?;
    let (mut asked, mut heard) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || io::copy(&mut asked, &mut heard));
    let answered = io::copy(&mut server, &mut client);
    client.shutdown(Shutdown::Both)?;
    answered.map(drop)
}
