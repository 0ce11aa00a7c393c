//! A message centre, over SMPP 3.4: what operators and most gateways speak.
//!
//! "SMPP" and a section mean the Short Message Peer to Peer Protocol Specification v3.4, issue 1.2. PDUs
//! are made and read by `rusmpp`; a session is ours (`session`). One is opened with the first text and
//! kept. A text that is too long for one message goes as several, joined by their headers (3GPP TS 23.040
//! §9.2.3.24.1).

mod receipts;
mod session;

use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::client::AsyncTokioStream;
use poolhouse_domain::Secret;
use poolhouse_domain::delivery::{SmppConfig, is_this_machine};
use poolhouse_domain::sms::{Alphabet, Written};
use poolhouse_store::OutboxId;
use rusmpp::pdus::{BindTransceiver, SubmitSm};
use rusmpp::types::{COctetString, EmptyOrFullCOctetString, OctetString};
use rusmpp::values::{DataCoding, EsmClass, InterfaceVersion, Npi, RegisteredDelivery, Ton};
use rusmpp::{CommandStatus, Pdu};
use tokio::sync::Mutex;

use self::receipts::Ledger;
use self::session::{Answer, Session};
use crate::figures::Receipts;
use crate::sender::{Failure, Post, SetupError};
use crate::tls::{self, Tls};

/// `esm_class` (SMPP §5.2.12): nothing special, and with a user data header.
const PLAIN: u8 = 0x00;
const WITH_HEADER: u8 = 0x40;

/// `registered_delivery` (SMPP §5.2.17): tell us what became of it, whatever it is.
const TELL: u8 = 0x01;

/// The longest `validity_period` that is written here (SMPP §7.1.1), in seconds.
const LONGEST: u64 = 24 * 60 * 60 - 1;

/// A message centre.
pub struct Smpp {
    config: SmppConfig,
    name: String,
    tls: Option<Tls>,
    bind: BindTransceiver,
    from: (Ton, Npi, COctetString<1, 21>),
    /// Whoever has this lock may open one.
    session: Mutex<Option<Arc<Session>>>,
    ledger: Arc<Ledger>,
}

impl Smpp {
    /// The message centre of `config`. `authorities` is a PEM text with the authorities to trust in place
    /// of the machine's.
    ///
    /// # Errors
    /// A name, the password or the sender is too long or not in ASCII, the authorities are none, or it
    /// would be a connection in clear to another machine.
    pub fn new(
        config: SmppConfig,
        password: &Secret<String>,
        authorities: Option<&str>,
    ) -> Result<Self, SetupError> {
        if !config.tls && !is_this_machine(&config.host) {
            return Err(SetupError::new(format!(
                "{}: got tls = \"none\", expected \"implicit\": texts in clear stay on this machine",
                config.host
            )));
        }
        let system_type = config.system_type.clone().unwrap_or_default();
        let bind = BindTransceiver::builder()
            .system_id(word("system_id", &config.system_id)?)
            .password(word("the password", password.expose())?)
            .system_type(word("system_type", &system_type)?)
            .interface_version(InterfaceVersion::Smpp3_4)
            .build();
        let tls = config.tls.then(|| Tls::to(&config.host, authorities));
        Ok(Self {
            name: format!("smpp {}:{}", config.host, config.port),
            tls: tls.transpose()?,
            bind,
            from: source(&config.from)?,
            session: Mutex::default(),
            ledger: Arc::default(),
            config,
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How many texts it has at a time.
    pub(crate) fn window(&self) -> usize {
        self.config.window.into()
    }

    pub(crate) fn receipts(&self) -> Receipts {
        self.ledger.receipts()
    }

    pub(crate) async fn send(&self, post: &Post<'_>) -> Result<(), Failure> {
        let parts = self.parts(post)?;
        let session = self.session().await?;
        let last = parts.len().saturating_sub(1);
        for (number, part) in parts.into_iter().enumerate() {
            // One receipt is asked for, with the last: it stands for the whole text.
            let receipt = (number == last).then(|| post.id.clone());
            let answer = session.ask(Pdu::SubmitSm(part), receipt).await;
            let judged = answer.and_then(|answer| judge(&answer));
            if let Err(Failure::Down(_)) = judged {
                self.forget(&session).await;
            }
            judged?;
        }
        Ok(())
    }

    /// The session, opened if there is none.
    async fn session(&self) -> Result<Arc<Session>, Failure> {
        let mut current = self.session.lock().await;
        if let Some(session) = current.as_ref().filter(|session| session.is_open()) {
            return Ok(Arc::clone(session));
        }
        // Before the next one: a centre may take no two from the same name.
        current.take();
        let stream = self.connect().await;
        let stream = stream.map_err(|error| Failure::Down(error.to_string()))?;
        let session = Session::over(stream, Arc::clone(&self.ledger));
        let bind = Pdu::BindTransceiver(self.bind.clone());
        let answer = session.ask(bind, None).await?;
        if answer.status != CommandStatus::EsmeRok {
            return Err(Failure::Down(format!(
                "bind_transceiver: {}",
                said(&answer)
            )));
        }
        Ok(Arc::clone(current.insert(Arc::new(session))))
    }

    /// Ends a session that does not work: the next text opens another.
    async fn forget(&self, session: &Arc<Session>) {
        let mut current = self.session.lock().await;
        current.take_if(|current| Arc::ptr_eq(current, session));
    }

    async fn connect(&self) -> std::io::Result<Box<dyn AsyncTokioStream>> {
        let stream = tls::connect(&self.config.host, self.config.port).await?;
        Ok(match &self.tls {
            Some(tls) => Box::new(tls.encrypt(stream).await?),
            None => Box::new(stream),
        })
    }

    /// The messages that the text travels in.
    fn parts(&self, post: &Post<'_>) -> Result<Vec<SubmitSm>, Failure> {
        let text = post.message.text.expose();
        let Written { alphabet, segments } = Written::within(self.config.alphabet, text);
        let refused = |error: &dyn ToString| Failure::Refused(error.to_string());
        let to = post.message.to.trim_start_matches('+').to_owned();
        let to = COctetString::from_string(to).map_err(|error| refused(&error))?;
        let validity = validity(post.deadline.since(post.now));
        let validity =
            EmptyOrFullCOctetString::from_string(validity).map_err(|error| refused(&error))?;
        let count = u8::try_from(segments.len()).map_err(|error| refused(&error))?;
        let (ton, npi, from) = self.from.clone();
        let all = SubmitSm::builder()
            .source_addr_ton(ton)
            .source_addr_npi(npi)
            .source_addr(from)
            .dest_addr_ton(Ton::International)
            .dest_addr_npi(Npi::Isdn)
            .destination_addr(to)
            .validity_period(validity)
            .data_coding(match alphabet {
                Alphabet::Gsm => DataCoding::McSpecific,
                Alphabet::Latin1 => DataCoding::Latin1,
                Alphabet::Ucs2 => DataCoding::Ucs2,
            })
            .esm_class(EsmClass::from(if count > 1 { WITH_HEADER } else { PLAIN }))
            .build();
        let mut parts = Vec::new();
        for (number, segment) in (1..=count).zip(segments) {
            let mut octets = if count > 1 {
                vec![5, 0, 3, reference(post.id), count, number]
            } else {
                Vec::new()
            };
            octets.extend(segment);
            let octets = OctetString::from_vec(octets).map_err(|error| refused(&error))?;
            let mut part = all.clone().with_short_message(octets);
            part.registered_delivery =
                RegisteredDelivery::from(if number == count { TELL } else { 0 });
            parts.push(part);
        }
        Ok(parts)
    }
}

/// What joins the messages of a text. It is the same when the text is sent again, so that a phone which
/// has some of them can tell.
fn reference(id: &OutboxId) -> u8 {
    id.as_str()
        .bytes()
        .fold(0, |sum: u8, byte| sum.wrapping_mul(31).wrapping_add(byte))
}

/// `validity_period`, relative: how long it may be tried (SMPP §7.1.1.2).
fn validity(left: Duration) -> String {
    let seconds = left.as_secs().clamp(1, LONGEST);
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("000000{hours:02}{minutes:02}{:02}000R", seconds % 60)
}

/// What kind of a sender it is (SMPP §5.2.5, §5.2.6): a number with its country, one without, such as a
/// short code, or a name.
fn source(from: &str) -> Result<(Ton, Npi, COctetString<1, 21>), SetupError> {
    let digits = from.strip_prefix('+').unwrap_or(from);
    let (ton, npi, text) = if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        (Ton::Alphanumeric, Npi::Unknown, from)
    } else if digits.len() < from.len() {
        (Ton::International, Npi::Isdn, digits)
    } else {
        (Ton::Unknown, Npi::Unknown, digits)
    };
    Ok((ton, npi, word("from", text)?))
}

fn word<const MOST: usize>(name: &str, text: &str) -> Result<COctetString<1, MOST>, SetupError> {
    COctetString::from_string(text.to_owned()).map_err(|_| {
        SetupError::new(format!(
            "{name}: got {} octets, expected at most {}, in ASCII",
            text.len(),
            MOST - 1
        ))
    })
}

/// What an answer to `submit_sm` means (SMPP §5.1.3).
fn judge(answer: &Answer) -> Result<(), Failure> {
    match answer.status {
        CommandStatus::EsmeRok => Ok(()),
        CommandStatus::EsmeRinvdstadr
        | CommandStatus::EsmeRinvdstton
        | CommandStatus::EsmeRinvdstnpi
        | CommandStatus::EsmeRinvmsglen
        | CommandStatus::EsmeRxPAppn
        | CommandStatus::EsmeRxRAppn => Err(Failure::Refused(said(answer))),
        CommandStatus::EsmeRxTAppn | CommandStatus::EsmeRsubmitfail => {
            Err(Failure::Later(said(answer)))
        }
        _ => Err(Failure::Down(said(answer))),
    }
}

fn said(answer: &Answer) -> String {
    format!(
        "command_status 0x{:08x} ({:?})",
        u32::from(answer.status),
        answer.status
    )
}

#[cfg(test)]
mod tests;
