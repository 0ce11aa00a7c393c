//! How many mails a second leave the outbox, and the memory that it takes.
//!
//! `cargo bench -p poolhouse-delivery`; with more messages, `-- 100000`. They wait in SQLite, what is
//! committed is on disk, and they go over SMTP to a sink in this process, in clear and over TLS.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a bench measures and tells"
)]

#[path = "../tests/it/self_signed.rs"]
mod self_signed;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use poolhouse_delivery::mail::smtp::Smtp;
use poolhouse_delivery::{Parts, Route, Sender, Worker};
use poolhouse_domain::clock::TestClock;
use poolhouse_domain::delivery::{SmtpConfig, SmtpTls};
use poolhouse_domain::message::{Channel, Message};
use poolhouse_domain::pool::EmailSender;
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use poolhouse_domain::{PoolId, Secret, Sub, Timestamp};
use poolhouse_store::{Store, StoreError, StoreUrl};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufStream};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use self_signed::acceptor;

const MESSAGES: u32 = 10_000;
/// How many are written in a transaction.
const AT_ONCE: u32 = 500;
const NOW: Timestamp = Timestamp::from_seconds(1_000);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let messages = arguments.iter().find_map(|word| word.parse().ok());
    let messages: u32 = messages.unwrap_or(MESSAGES);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    println!(
        "way       connections   mails/s   transactions  memory before  at most while sending"
    );
    for tls in [SmtpTls::None, SmtpTls::Implicit] {
        for connections in [SmtpConfig::CONNECTIONS, 32] {
            runtime.block_on(measure(messages, tls, connections));
        }
    }
}

async fn measure(messages: u32, tls: SmtpTls, connections: u16) {
    let folder = tempfile::tempdir().unwrap();
    let random = SeededRandom::new(1);
    let sealer = MasterKey::generate(&random).sealer("store");
    let url = StoreUrl::from(&*folder.path().join("bench.db"));
    let store = Store::open(&url, sealer, Arc::new(random)).unwrap();
    fill(&store, messages).await;
    let (sink, authority) = Sink::start(tls).await;
    let config = SmtpConfig {
        host: "localhost".to_owned(),
        port: sink.port,
        tls,
        login: None,
        authorities: None,
        connections,
    };
    let smtp = Smtp::new(config, None, Some(&authority)).unwrap();
    let worker = Worker::new(Parts {
        store: store.clone(),
        clock: Arc::new(TestClock::at(NOW)),
        random: Arc::new(SeededRandom::new(2)),
        wake: Arc::new(Notify::new()),
    });
    let route = Route {
        email: vec![Sender::Smtp(Box::new(smtp))],
        ..Route::default()
    };
    worker.pool_serve(&pool(), route);

    let (before, commits) = (resident_mb(), store.commit_count());
    let mut most = before;
    let start = Instant::now();
    let mut sending = std::pin::pin!(worker.drain());
    let mut look = tokio::time::interval(Duration::from_millis(100));
    let sent = loop {
        tokio::select! {
            sent = &mut sending => break sent.unwrap(),
            _ = look.tick() => most = most.max(resident_mb()),
        }
    };
    let took = start.elapsed();
    let messages = usize::try_from(messages).unwrap();
    assert_eq!(
        (sent, sink.count()),
        (messages, u64::try_from(messages).unwrap())
    );
    println!(
        "{:<9} {connections:>11} {:>9.0} {:>14} {before:>11} MB {most:>19} MB",
        if tls == SmtpTls::None {
            "in clear"
        } else {
            "TLS"
        },
        f64::from(u32::try_from(sent).unwrap()) / took.as_secs_f64(),
        store.commit_count() - commits,
    );
    store.close().await;
}

fn pool() -> PoolId {
    PoolId::new("us-east-1_bench")
}

async fn fill(store: &Store, messages: u32) {
    for first in (0..messages).step_by(AT_ONCE.try_into().unwrap()) {
        let filled = store.write::<_, StoreError, _>(move |txn| {
            for number in first..messages.min(first + AT_ONCE) {
                let (sub, until) = (Sub::new("someone"), NOW + Duration::from_mins(3));
                txn.outbox_insert(&pool(), &sub, &mail(number), NOW, until)?;
            }
            Ok(())
        });
        filled.await.unwrap();
    }
}

fn mail(number: u32) -> Message {
    Message {
        channel: Channel::Email,
        to: format!("person{number}@example.com"),
        subject: "Your sign-in code".to_owned(),
        text: Secret::new("Your sign-in code is 12345678".to_owned()),
        html: None,
        link: None,
        code: Secret::new("12345678".to_owned()),
        from: Some(EmailSender {
            address: "login@example.com".to_owned(),
            name: Some("Acme".to_owned()),
            reply_to: None,
        }),
    }
}

/// A mail server that counts what it takes, and keeps nothing.
struct Sink {
    port: u16,
    count: Arc<AtomicU64>,
}

impl Sink {
    /// The sink, and the authority of its certificate.
    async fn start(tls: SmtpTls) -> (Self, String) {
        let (acceptor, authority) = acceptor("localhost");
        let listener = TcpListener::bind("localhost:0").await.unwrap();
        let (port, count) = (listener.local_addr().unwrap().port(), Arc::default());
        let counted = Arc::clone(&count);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let (acceptor, count) = (acceptor.clone(), Arc::clone(&counted));
                tokio::spawn(async move {
                    if tls == SmtpTls::None {
                        converse(stream, &count).await
                    } else {
                        converse(acceptor.accept(stream).await.ok()?, &count).await
                    }
                });
            }
        });
        (Self { port, count }, authority)
    }

    fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, count: &AtomicU64) -> Option<()> {
    let mut stream = BufStream::new(stream);
    let mut line = String::new();
    let mut reply = "220 sink";
    let mut in_mail = false;
    loop {
        if !in_mail {
            stream.write_all(reply.as_bytes()).await.ok()?;
            stream.write_all(b"\r\n").await.ok()?;
            stream.flush().await.ok()?;
        }
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if in_mail && line != ".\r\n" {
            continue;
        }
        if in_mail {
            count.fetch_add(1, Ordering::SeqCst);
        }
        let begins = !in_mail && line.starts_with("DATA");
        reply = if begins { "354 go on" } else { "250 ok" };
        if begins {
            stream.write_all(b"354 go on\r\n").await.ok()?;
            stream.flush().await.ok()?;
        }
        in_mail = begins;
    }
}

/// `VmRSS` of this process, in megabytes.
fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().unwrap() / 1_024
}
