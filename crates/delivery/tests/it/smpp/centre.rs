//! A message centre on this machine, octet by octet.

use std::sync::{Arc, Mutex};

use poolhouse_delivery::sms::smpp::Smpp;
use poolhouse_delivery::{Route, Sender};
use poolhouse_domain::Secret;
use poolhouse_domain::delivery::{SecretPlace, SmppConfig};
use poolhouse_domain::sms::Alphabet;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex as Turns, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::self_signed::acceptor;

/// `command_id`s (SMPP §5.1.2.1).
pub(super) const SUBMIT: u32 = 0x04;
pub(super) const DELIVER: u32 = 0x05;
pub(super) const UNBIND: u32 = 0x06;
pub(super) const BIND: u32 = 0x09;
pub(super) const ENQUIRE: u32 = 0x15;
pub(super) const RESPONSE: u32 = 0x8000_0000;

type Bound = Turns<Option<Box<dyn AsyncWrite + Send + Unpin>>>;

/// A PDU as it went over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) id: u32,
    pub(super) status: u32,
    pub(super) sequence: u32,
    pub(super) body: Vec<u8>,
}

/// A message centre on this machine, which takes what `answer` says.
pub(super) struct Centre {
    port: u16,
    got: watch::Sender<Vec<Unit>>,
    /// The status with which texts are answered; none is no answer.
    answer: Arc<Mutex<Option<u32>>>,
    /// The way to who is bound.
    bound: Arc<Bound>,
    /// Ends with this.
    serving: JoinSet<()>,
}

impl Centre {
    pub(super) async fn start() -> Self {
        Self::with(None).await
    }

    /// Over TLS, with the authority of its certificate, which is `name`'s.
    pub(super) async fn over_tls(name: &str) -> (Self, String) {
        let (acceptor, authority) = acceptor(name);
        (Self::with(Some(acceptor)).await, authority)
    }

    async fn with(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut centre = Self {
            port: listener.local_addr().unwrap().port(),
            got: watch::Sender::default(),
            answer: Arc::new(Mutex::new(Some(0))),
            bound: Arc::default(),
            serving: JoinSet::new(),
        };
        let (got, answer) = (centre.got.clone(), Arc::clone(&centre.answer));
        let bound = Arc::clone(&centre.bound);
        centre.serving.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let Some((mut read, write)) = halves(stream, tls.as_ref()).await else {
                    continue;
                };
                *bound.lock().await = Some(write);
                while let Some(unit) = next(&mut read).await {
                    got.send_modify(|units| units.push(unit.clone()));
                    let answer = *answer.lock().unwrap();
                    reply(&unit, answer, &bound).await;
                }
            }
        });
        centre
    }

    pub(super) fn config(&self) -> SmppConfig {
        SmppConfig {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            tls: false,
            authorities: None,
            system_id: "acme".to_owned(),
            password: SecretPlace::Environment("unused".to_owned()),
            system_type: Some("OTP".to_owned()),
            from: "Acme".to_owned(),
            window: 4,
            alphabet: Alphabet::Gsm,
        }
    }

    pub(super) fn route(&self) -> Route {
        route_by(self.config())
    }

    pub(super) fn answers(&self, status: Option<u32>) {
        *self.answer.lock().unwrap() = status;
    }

    /// What came of a kind.
    pub(super) fn got(&self, id: u32) -> Vec<Unit> {
        let units = self.got.borrow();
        units.iter().filter(|unit| unit.id == id).cloned().collect()
    }

    /// Begins an exchange, and waits for the answer.
    pub(super) async fn says(&self, id: u32, sequence: u32, body: &[u8]) -> Unit {
        write(&self.bound, id, 0, sequence, body).await;
        let mut got = self.got.subscribe();
        let is_it = |unit: &&Unit| unit.id == id | RESPONSE && unit.sequence == sequence;
        let units = got.wait_for(|units| units.iter().any(|unit| is_it(&unit)));
        let units = units.await.unwrap();
        units.iter().find(is_it).unwrap().clone()
    }

    /// As if nothing of a kind had come.
    pub(super) fn forget(&self, id: u32) {
        self.got
            .send_modify(|units| units.retain(|unit| unit.id != id));
    }

    pub(super) async fn hangs_up(&self) {
        *self.bound.lock().await = None;
    }
}

pub(super) fn route_by(config: SmppConfig) -> Route {
    let password = Secret::new("secret08".to_owned());
    let smpp = Smpp::new(config, &password, None).unwrap();
    Route {
        sms: vec![Sender::Smpp(Box::new(smpp))],
        ..Route::default()
    }
}

type Halves = (
    Box<dyn AsyncRead + Send + Unpin>,
    Box<dyn AsyncWrite + Send + Unpin>,
);

async fn halves(stream: TcpStream, tls: Option<&TlsAcceptor>) -> Option<Halves> {
    let Some(tls) = tls else {
        let (read, write) = stream.into_split();
        return Some((Box::new(read), Box::new(write)));
    };
    let (read, write) = tokio::io::split(tls.accept(stream).await.ok()?);
    Some((Box::new(read), Box::new(write)))
}

async fn next(read: &mut (impl AsyncRead + Unpin)) -> Option<Unit> {
    let length = read.read_u32().await.ok()?;
    let mut word = async || read.read_u32().await.ok();
    let (id, status, sequence) = (word().await?, word().await?, word().await?);
    let mut body = vec![0; usize::try_from(length).unwrap() - 16];
    read.read_exact(&mut body).await.ok()?;
    Some(Unit {
        id,
        status,
        sequence,
        body,
    })
}

async fn reply(unit: &Unit, answer: Option<u32>, bound: &Bound) {
    let id = unit.id | RESPONSE;
    match (unit.id, answer) {
        (BIND, _) if !unit.body.starts_with(b"acme\0secret08\0OTP\0\x34") => {
            write(bound, id, 0x0e, unit.sequence, b"").await;
        }
        (BIND, _) => write(bound, id, 0, unit.sequence, b"centre\0").await,
        (ENQUIRE, _) => write(bound, id, 0, unit.sequence, b"").await,
        (SUBMIT, Some(0)) => {
            let name = format!("m{}\0", unit.sequence);
            write(bound, id, 0, unit.sequence, name.as_bytes()).await;
        }
        (SUBMIT, Some(status)) => write(bound, id, status, unit.sequence, b"").await,
        _ => {}
    }
}

async fn write(bound: &Bound, id: u32, status: u32, sequence: u32, body: &[u8]) {
    let length = u32::try_from(16 + body.len()).unwrap();
    let header = [length, id, status, sequence].map(u32::to_be_bytes);
    let unit = [&header.concat(), body].concat();
    if let Some(write) = bound.lock().await.as_mut() {
        write.write_all(&unit).await.unwrap();
        write.flush().await.unwrap();
    }
}
