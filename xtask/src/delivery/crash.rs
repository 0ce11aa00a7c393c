//! The program is killed again and again while mails go out.

use std::error::Error;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::server::{App, Program, address, client_id, free_port, sign_up};
use super::sink::Sink;

const LOGIN_WITH: &str = "{ email: { otpLogin: true } }";

/// How many people sign up at a time.
const PEOPLE: u32 = 8;

/// How long to try to sign somebody up, and to wait for mails after the last kill: longer than a message
/// may be somebody's who died.
const PATIENCE: Duration = Duration::from_mins(2);

/// How long after its turn a kill comes, at most, in microseconds.
const LATEST: u64 = 40_000;

/// What a crash may send again, at most: twice a sender's connections.
const REPEATED: u32 = 16;

/// How much is done.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) mails: u32,
    pub(super) kills: u32,
}

/// What came of it.
pub(super) struct Count {
    size: Size,
    lost: usize,
    /// Mails beyond the first to an address.
    repeated: u32,
    /// The most mails to one address.
    most: u32,
    took: Duration,
}

/// Has people sign up, each with a mail, and kills the server meanwhile. Whoever gets no answer tries
/// again.
pub(super) fn run(binary: &Path, size: Size) -> Result<Count, Box<dyn Error>> {
    let start = Instant::now();
    let sink = Sink::start()?;
    let (port, operations) = (free_port()?, free_port()?);
    let settings = format!(
        "server.public_url = \"http://localhost:{port}\"\nserver.listen = \"127.0.0.1:{port}\"\n\
         server.operations = \"127.0.0.1:{operations}\"\nserver.store = \"poolhouse.db\"\n"
    );
    let app = App::new("crash", LOGIN_WITH, sink.port, &settings)?;
    let folder = app.path().display().to_string();
    let config = app.path().join("poolhouse.toml").display().to_string();
    let client = client_id(binary, &[&folder, "--config", &config])?;
    let (taken, done) = (AtomicU32::new(0), AtomicU32::new(0));
    let serve = || Program::start(binary, &["serve", "--config", &config]);
    let mut program = serve()?;
    thread::scope(|scope| -> Result<(), Box<dyn Error>> {
        for _ in 0..PEOPLE {
            scope.spawn(|| {
                loop {
                    let number = taken.fetch_add(1, Ordering::Relaxed);
                    if number >= size.mails || !sign_up_at_last(port, &client, number) {
                        return;
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for kill in 1..=size.kills {
            let turn = u64::from(size.mails) * u64::from(kill) / u64::from(size.kills + 1);
            while u64::from(done.load(Ordering::Relaxed)) < turn && start.elapsed() < limit(size) {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(Duration::from_micros(dice()? % LATEST));
            program.kill()?;
            program = serve()?;
        }
        Ok(())
    })?;
    let signed_up = done.load(Ordering::Relaxed);
    if signed_up < size.mails {
        return Err(format!("only {signed_up} of {} could sign up", size.mails).into());
    }
    let wanted = usize::try_from(size.mails)?;
    let last = Instant::now();
    while sink.count() < wanted && last.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(100));
    }
    // What is sent twice comes when what died is given out again.
    thread::sleep(Duration::from_secs(1));
    let mails = sink.mails();
    let lost = (0..size.mails).filter(|number| !mails.contains_key(&address(*number)));
    Ok(Count {
        size,
        lost: lost.count(),
        repeated: mails.values().map(|count| count - 1).sum(),
        most: mails.values().copied().max().unwrap_or_default(),
        took: start.elapsed(),
    })
}

/// Tries until there is an answer; one that is already there did, and its answer was lost.
fn sign_up_at_last(port: u16, client: &str, number: u32) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match sign_up(port, client, number) {
            Ok((200, _)) => return true,
            Ok((400, body)) if body.contains("UsernameExists") => return true,
            _ => thread::sleep(Duration::from_millis(5)),
        }
    }
    false
}

fn limit(size: Size) -> Duration {
    PATIENCE + Duration::from_secs(u64::from(size.kills)) + Duration::from_millis(size.mails.into())
}

/// Chance, from the system.
fn dice() -> std::io::Result<u64> {
    use std::io::Read as _;
    let mut bytes = [0; 8];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

impl Count {
    pub(super) fn is_good(&self) -> bool {
        self.lost == 0 && self.repeated <= self.size.kills * REPEATED
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Size { mails, kills } = self.size;
        writeln!(
            f,
            "{mails} mails, {kills} times kill -9, in {:.0} s",
            self.took.as_secs_f64()
        )?;
        writeln!(f, "lost      {:>6}   wanted: 0", self.lost)?;
        writeln!(
            f,
            "repeated  {:>6}   wanted: at most {} ({REPEATED} for each kill)",
            self.repeated,
            kills * REPEATED
        )?;
        write!(f, "most to one address {:>3}", self.most)
    }
}
