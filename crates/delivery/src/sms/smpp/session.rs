//! A session with a message centre: an exchange of PDUs that both sides begin (SMPP §2).
//!
//! It ends when the connection does, when the centre says nothing for two rounds of `enquire_link`, or
//! when it is dropped. Who waits for an answer then hears that there is none.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::BytesMut;
use lettre::transport::smtp::client::AsyncTokioStream;
use poolhouse_store::OutboxId;
use rusmpp::decode::DecodeWithLength as _;
use rusmpp::encode::Length as _;
use rusmpp::encode::owned::Encode as _;
use rusmpp::pdus::{DataSmResp, DeliverSmResp};
use rusmpp::{Command, CommandId, CommandStatus, Pdu};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, ReadHalf, WriteHalf};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::receipts::Ledger;
use crate::sender::Failure;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often the centre is asked whether it is there (`enquire_link`, SMPP §4.11).
const ROUND: Duration = Duration::from_secs(30);

/// PDUs that wait to be written, at most: who has more waits.
const QUEUE: usize = 64;

/// The octets of a PDU: those of its header (SMPP §3.2), and the most that are read.
const HEADER: usize = 16;
const MOST: usize = 64 * 1024;

type Stream = Box<dyn AsyncTokioStream>;

/// A session, until it is dropped.
pub(super) struct Session {
    to_write: mpsc::Sender<Command>,
    asked: Arc<Asked>,
    _exchange: JoinSet<()>,
}

/// What the centre answered.
pub(super) struct Answer {
    pub(super) status: CommandStatus,
    pdu: Option<Pdu>,
}

/// What it was asked and has not answered yet.
#[derive(Default)]
struct Asked(Mutex<Open>);

#[derive(Default)]
struct Open {
    /// The last `sequence_number`.
    last: u32,
    /// Whether the centre has ended it (`unbind`, SMPP §4.2): it takes no more texts.
    is_unbound: bool,
    questions: HashMap<u32, Question>,
}

struct Question {
    tell: oneshot::Sender<Answer>,
    /// The message of which a receipt was asked for.
    receipt: Option<OutboxId>,
}

/// A PDU as it came. Its body is none if it cannot be read, or is not there.
struct Frame {
    id: CommandId,
    status: CommandStatus,
    sequence: u32,
    pdu: Option<Pdu>,
}

impl Session {
    /// A session over a connection, not bound yet. Receipts go into `ledger`.
    pub(super) fn over(stream: Stream, ledger: Arc<Ledger>) -> Self {
        let (read, write) = tokio::io::split(stream);
        let (to_write, queue) = mpsc::channel(QUEUE);
        let asked = Arc::<Asked>::default();
        let reader = Reader {
            read,
            to_write: to_write.clone(),
            asked: Arc::clone(&asked),
            ledger,
        };
        let mut exchange = JoinSet::new();
        let end = Arc::clone(&asked);
        exchange.spawn(async move {
            let heard = AtomicBool::new(true);
            tokio::select! {
                _ = reader.run(&heard) => {}
                _ = Writer { write, queue }.run(&heard, &end) => {}
            }
            end.lock().questions.clear();
        });
        Self {
            to_write,
            asked,
            _exchange: exchange,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        !self.to_write.is_closed() && !self.asked.lock().is_unbound
    }

    /// Sends a request and waits for its answer. Of what is then known to be taken a receipt may come,
    /// which is about `receipt`.
    ///
    /// # Errors
    /// [`Failure::Down`] if there is no answer.
    pub(super) async fn ask(&self, pdu: Pdu, receipt: Option<OutboxId>) -> Result<Answer, Failure> {
        let (tell, told) = oneshot::channel();
        let sequence = self.asked.add(Question { tell, receipt });
        let command = Command::new(CommandStatus::EsmeRok, sequence, pdu);
        let ended = || Failure::Down("the session ended".to_owned());
        self.to_write.send(command).await.map_err(|_| ended())?;
        match tokio::time::timeout(PATIENCE, told).await {
            Ok(answer) => answer.map_err(|_| ended()),
            Err(_) => Err(Failure::Down(format!(
                "no answer within {} s",
                PATIENCE.as_secs()
            ))),
        }
    }
}

struct Writer {
    write: WriteHalf<Stream>,
    queue: mpsc::Receiver<Command>,
}

impl Writer {
    async fn run(mut self, heard: &AtomicBool, asked: &Asked) -> io::Result<()> {
        let mut round = tokio::time::interval(ROUND);
        round.tick().await;
        loop {
            let command = tokio::select! {
                command = self.queue.recv() => match command {
                    Some(command) => command,
                    None => return Ok(()),
                },
                _ = round.tick() => {
                    if !heard.swap(false, Ordering::Relaxed) {
                        return Ok(());
                    }
                    let sequence = asked.lock().next();
                    Command::new(CommandStatus::EsmeRok, sequence, Pdu::EnquireLink)
                }
            };
            self.write.write_all(&written(&command)?).await?;
            self.write.flush().await?;
        }
    }
}

struct Reader {
    read: ReadHalf<Stream>,
    to_write: mpsc::Sender<Command>,
    asked: Arc<Asked>,
    ledger: Arc<Ledger>,
}

impl Reader {
    async fn run(mut self, heard: &AtomicBool) -> io::Result<()> {
        loop {
            let frame = self.next().await?;
            heard.store(true, Ordering::Relaxed);
            let reply = match frame.id {
                id if id.is_response() => {
                    self.answered(frame);
                    continue;
                }
                CommandId::EnquireLink => Pdu::EnquireLinkResp,
                CommandId::DeliverSm => {
                    if let Some(Pdu::DeliverSm(delivered)) = &frame.pdu {
                        self.ledger.told(delivered);
                    }
                    // Taken whatever it is: it would come again and again.
                    Pdu::DeliverSmResp(DeliverSmResp::default())
                }
                CommandId::DataSm => Pdu::DataSmResp(DataSmResp::default()),
                CommandId::Unbind => {
                    // What it was asked before it may still answer; it hangs up, or we do once it has.
                    self.asked.lock().is_unbound = true;
                    Pdu::UnbindResp
                }
                CommandId::AlertNotification | CommandId::Outbind => continue,
                _ => Pdu::GenericNack,
            };
            let status = match reply {
                Pdu::GenericNack => CommandStatus::EsmeRinvcmdid,
                _ => CommandStatus::EsmeRok,
            };
            let reply = Command::new(status, frame.sequence, reply);
            if self.to_write.send(reply).await.is_err() {
                return Ok(());
            }
        }
    }

    fn answered(&self, frame: Frame) {
        let question = self.asked.lock().questions.remove(&frame.sequence);
        let Some(Question { tell, receipt }) = question else {
            return;
        };
        let answer = Answer {
            status: frame.status,
            pdu: frame.pdu,
        };
        // Here, because the receipt may be what comes next.
        if let (Some(receipt), Some(name)) = (receipt, answer.message_id()) {
            self.ledger.expect(name, receipt);
        }
        let _ = tell.send(answer);
    }

    async fn next(&mut self) -> io::Result<Frame> {
        let length = self.read.read_u32().await?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if !(HEADER..=MOST).contains(&length) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let id = self.read.read_u32().await?;
        let status = self.read.read_u32().await?;
        let sequence = self.read.read_u32().await?;
        let mut octets = BytesMut::new();
        for word in [id, status, sequence] {
            octets.extend_from_slice(&word.to_be_bytes());
        }
        let header = octets.len();
        octets.resize(length - (HEADER - header), 0);
        let body = octets.get_mut(header..).unwrap_or_default();
        self.read.read_exact(body).await?;
        let length = octets.len();
        let command = Command::decode(&mut octets, length).ok();
        Ok(Frame {
            id: id.into(),
            status: status.into(),
            sequence,
            pdu: command.and_then(|(command, _)| command.pdu().cloned()),
        })
    }
}

impl Answer {
    /// What the centre calls the message that it took.
    fn message_id(&self) -> Option<&str> {
        match &self.pdu {
            Some(Pdu::SubmitSmResp(taken)) if self.status == CommandStatus::EsmeRok => {
                Some(taken.message_id().as_str())
            }
            _ => None,
        }
    }
}

impl Asked {
    fn add(&self, question: Question) -> u32 {
        let mut open = self.lock();
        let sequence = open.next();
        open.questions.insert(sequence, question);
        sequence
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// From 1 to 0x7fffffff, and again (SMPP §3.2).
    fn next(&mut self) -> u32 {
        self.last = self.last % 0x7fff_ffff + 1;
        self.last
    }
}

fn written(command: &Command) -> io::Result<BytesMut> {
    let length = command.length() + 4;
    let whole = u32::try_from(length).map_err(io::Error::other)?;
    let mut octets = BytesMut::with_capacity(length);
    octets.extend_from_slice(&whole.to_be_bytes());
    command.encode(&mut octets);
    Ok(octets)
}
