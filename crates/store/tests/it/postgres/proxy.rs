//! Something between a store and its server that fails when it hurts, or is slow.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::server::Server;

/// When the next connection that commits is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Before the server has heard of it.
    BeforeCommit,
    /// After the server has done it, before it can say so.
    AfterCommit,
}

/// A proxy that cuts connections on demand.
pub(crate) struct Proxy {
    port: u16,
    next: Arc<Mutex<Option<Cut>>>,
}

impl Proxy {
    pub(crate) fn start(server: &Server) -> Self {
        Self::far(server, Duration::ZERO)
    }

    /// One by way of which a question takes so much longer to be answered.
    pub(crate) fn far(server: &Server, delay: Duration) -> Self {
        let socket = server.folder.join(format!(".s.PGSQL.{}", server.port));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let next = Arc::new(Mutex::new(None));
        let cut = Arc::clone(&next);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, cut) = (client.unwrap(), Arc::clone(&cut));
                // Else a second answer waits for the first one to be acknowledged.
                client.set_nodelay(true).unwrap();
                let server = UnixStream::connect(&socket).unwrap();
                let (client_too, server_too) =
                    (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || ask(client_too, server_too, &cut, delay));
                thread::spawn(move || answer(server, client));
            }
        });
        Self { port, next }
    }

    /// `url`, by way of the proxy.
    pub(crate) fn url(&self, url: &str) -> String {
        let (_, query) = url.split_once('?').unwrap();
        let others = query
            .split('&')
            .filter(|setting| !setting.starts_with("host=") && !setting.starts_with("port="));
        let others: Vec<_> = others.collect();
        format!(
            "postgres://poolhouse@localhost:{}/postgres?{}",
            self.port,
            others.join("&")
        )
    }

    /// Cuts the connection that commits next.
    pub(crate) fn cut(&self, when: Cut) {
        *self.next.lock().unwrap() = Some(when);
    }
}

/// What the store says to the server.
fn ask(mut client: TcpStream, mut server: UnixStream, next: &Mutex<Option<Cut>>, delay: Duration) {
    let mut buffer = [0; 8_192];
    while let Ok(length @ 1..) = client.read(&mut buffer) {
        if !delay.is_zero() {
            #[expect(clippy::disallowed_methods, reason = "the way is to take that long")]
            thread::sleep(delay);
        }
        let said = &buffer[..length];
        let commits = said.windows(7).any(|window| window == b"COMMIT\0");
        let cut = if commits {
            next.lock().unwrap().take()
        } else {
            None
        };
        if cut.is_some() {
            client.shutdown(Shutdown::Both).unwrap();
        }
        if cut != Some(Cut::BeforeCommit) && server.write_all(said).is_err() {
            break;
        }
        if cut.is_some() {
            break;
        }
    }
    // The server hears the end of what was said, and does what was said before that.
    let _closed = server.shutdown(Shutdown::Write);
}

/// What the server says to the store.
fn answer(mut server: UnixStream, mut client: TcpStream) {
    let mut buffer = [0; 8_192];
    while let Ok(length @ 1..) = server.read(&mut buffer) {
        if client.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _closed = client.shutdown(Shutdown::Both);
}
