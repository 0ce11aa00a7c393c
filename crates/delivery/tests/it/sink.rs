//! A mail server that takes mail in clear and keeps it, unless it is in another mood.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use poolhouse_domain::delivery::{SmtpConfig, SmtpTls};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What the server does with mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Takes,
    /// Answers this to the recipient.
    AtRecipient(&'static str),
    /// Answers this to the whole mail.
    AtEnd(&'static str),
    /// Reads the whole mail and hangs up.
    HangsUp,
    /// Says nothing once it knows the recipient.
    Silent,
}

/// A mail that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) to: String,
    /// As it came.
    pub(crate) text: String,
}

pub(crate) struct Sink {
    address: SocketAddr,
    mood: watch::Sender<Mood>,
    arrived: watch::Sender<Vec<Arrived>>,
    connections: Arc<Mutex<usize>>,
    serving: JoinSet<()>,
}

impl Sink {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut sink = Self {
            address: listener.local_addr().unwrap(),
            mood: watch::Sender::new(Mood::Takes),
            arrived: watch::Sender::default(),
            connections: Arc::default(),
            serving: JoinSet::new(),
        };
        sink.serve(listener);
        sink
    }

    fn serve(&mut self, listener: TcpListener) {
        let (mood, arrived) = (self.mood.clone(), self.arrived.clone());
        let connections = Arc::clone(&self.connections);
        self.serving.spawn(async move {
            let mut open = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                *connections.lock().unwrap() += 1;
                open.spawn(converse(stream, mood.subscribe(), arrived.clone()));
            }
        });
    }

    /// From now on nobody answers, and those who are connected are cut off.
    pub(crate) async fn die(&mut self) {
        self.serving.shutdown().await;
    }

    /// It is back where it was.
    pub(crate) async fn rise(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.serve(listener);
    }

    pub(crate) fn is(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }

    /// As it is for who mails to it.
    pub(crate) fn config(&self) -> SmtpConfig {
        SmtpConfig {
            host: "127.0.0.1".to_owned(),
            port: self.address.port(),
            tls: SmtpTls::None,
            login: None,
            authorities: None,
            connections: 4,
        }
    }

    /// The mails that arrived, in the order of their arrival.
    pub(crate) fn mails(&self) -> Vec<Arrived> {
        self.arrived.borrow().clone()
    }

    /// To whom they were.
    pub(crate) fn recipients(&self) -> Vec<String> {
        self.mails().into_iter().map(|mail| mail.to).collect()
    }

    /// Ends when so many mails have arrived.
    pub(crate) async fn has(&self, count: usize) {
        let mut arrived = self.arrived.subscribe();
        arrived
            .wait_for(|mails| mails.len() >= count)
            .await
            .unwrap();
    }

    /// How often somebody connected.
    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

async fn converse(
    stream: TcpStream,
    mut mood: watch::Receiver<Mood>,
    arrived: watch::Sender<Vec<Arrived>>,
) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 sink ESMTP\r\n").await.ok()?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await.ok()? {
        let now = *mood.borrow_and_update();
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        let reply = match (verb, now) {
            ("EHLO", _) => "250-sink\r\n250 8BITMIME",
            ("RCPT", Mood::AtRecipient(reply)) => reply,
            ("RCPT", _) => {
                let (_, rest) = line.split_once('<')?;
                rest.trim_end_matches('>').clone_into(&mut to);
                if now == Mood::Silent {
                    mood.wait_for(|mood| *mood != Mood::Silent).await.ok()?;
                }
                "250 ok"
            }
            ("DATA", _) => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push_str("\r\n");
                }
                match now {
                    Mood::AtEnd(reply) => reply,
                    Mood::HangsUp => return None,
                    _ => {
                        let to = to.clone();
                        arrived.send_modify(|mails| mails.push(Arrived { to, text }));
                        "250 taken"
                    }
                }
            }
            ("QUIT", _) => return None,
            _ => "250 ok",
        };
        write
            .write_all(format!("{reply}\r\n").as_bytes())
            .await
            .ok()?;
    }
    Some(())
}
