//! A mail server that remembers to whom mails were, and can die.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// A mail server on this machine. Clones are the same.
#[derive(Clone)]
pub(super) struct Sink {
    pub(super) port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    is_dead: bool,
    connected: Vec<TcpStream>,
    /// How many mails came for each address.
    mails: HashMap<String, u32>,
}

impl Sink {
    pub(super) fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let sink = Self {
            port: listener.local_addr()?.port(),
            state: Arc::default(),
        };
        let serving = sink.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serving.accept(stream);
            }
        });
        Ok(sink)
    }

    /// Whoever is connected is cut off, and whoever connects is turned away.
    pub(super) fn die(&self) {
        let mut state = self.lock();
        state.is_dead = true;
        for stream in state.connected.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub(super) fn rise(&self) {
        self.lock().is_dead = false;
    }

    /// How many mails came for each address.
    pub(super) fn mails(&self) -> HashMap<String, u32> {
        self.lock().mails.clone()
    }

    /// To how many addresses mails came.
    pub(super) fn count(&self) -> usize {
        self.lock().mails.len()
    }

    fn accept(&self, stream: TcpStream) {
        let mut state = self.lock();
        // A stream that is dropped is a connection that is closed at once.
        if !state.is_dead
            && let Ok(other) = stream.try_clone()
        {
            state.connected.push(other);
            let sink = self.clone();
            thread::spawn(move || sink.converse(stream));
        }
    }

    fn converse(&self, mut stream: TcpStream) -> Option<()> {
        stream.set_nodelay(true).ok()?;
        let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
        stream.write_all(b"220 sink\r\n").ok()?;
        let mut to = String::new();
        while let Some(Ok(line)) = lines.next() {
            let reply: &[u8] = match line.split([' ', ':']).next()? {
                "RCPT" => {
                    let (_, rest) = line.split_once('<')?;
                    rest.trim_end_matches('>').clone_into(&mut to);
                    b"250 ok\r\n"
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").ok()?;
                    while lines.next()?.ok()? != "." {}
                    // Before the answer, which may never be read.
                    *self.lock().mails.entry(to.clone()).or_default() += 1;
                    b"250 taken\r\n"
                }
                "QUIT" => return None,
                _ => b"250 ok\r\n",
            };
            stream.write_all(reply).ok()?;
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
