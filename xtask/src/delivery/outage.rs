//! The mail server is dead while people sign in without it.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::server::{App, Program, client_id, sign_up};
use super::sink::Sink;

const LOGIN_WITH: &str = "{ email: { otpLogin: true }, webAuthn: true }";

/// Who signs in without mail, how many at a time, and how many begin in a second.
const SCENARIOS: [&str; 2] = ["passkey", "password-srp"];
const USERS: u32 = 20;
const RATE: u32 = 25;

/// How often somebody else asks for a code meanwhile.
const EACH: Duration = Duration::from_millis(50);

/// How much slower the slowest hundredth may be.
const WANTED: f64 = 1.2;

/// How long mails may take once the server is back: a sender rests for up to 15 s.
const RECOVERY: Duration = Duration::from_secs(20);

/// Measures with the mail server alive and dead, twice for so many seconds each. Whether nobody noticed.
pub(super) fn run(binary: &Path, seconds: u32) -> Result<bool, Box<dyn Error>> {
    let mut is_good = true;
    println!(
        "p99 in ms            alive     dead    ratio   codes asked for   came after recovery"
    );
    for scenario in SCENARIOS {
        let measure = |dies| measure(binary, scenario, seconds, dies);
        // There and back, and the better of each: what else the machine does only adds.
        let (first, second) = (measure(false)?, measure(true)?);
        let (third, fourth) = (measure(true)?, measure(false)?);
        let (alive, dead) = (first.better(fourth), second.better(third));
        let ratio = dead.p99_ms / alive.p99_ms;
        println!(
            "{scenario:<16} {:>9.2} {:>8.2} {ratio:>8.2} {:>17} {:>16} in {:.1} s",
            alive.p99_ms,
            dead.p99_ms,
            dead.asked,
            dead.came,
            dead.recovery.as_secs_f64()
        );
        is_good &= ratio <= WANTED && dead.came == usize::try_from(dead.asked)?;
    }
    println!("wanted: at most {WANTED}, and all of them within {RECOVERY:?}");
    Ok(is_good)
}

struct Measured {
    p99_ms: f64,
    /// Who asked for a code meanwhile, and how many of them got it.
    asked: u32,
    came: usize,
    recovery: Duration,
}

impl Measured {
    fn better(self, other: Self) -> Self {
        if other.p99_ms < self.p99_ms {
            other
        } else {
            self
        }
    }
}

fn measure(
    binary: &Path,
    scenario: &str,
    seconds: u32,
    dies: bool,
) -> Result<Measured, Box<dyn Error>> {
    let sink = Sink::start()?;
    let app = App::new("outage", LOGIN_WITH, sink.port, "")?;
    let folder = app.path().display().to_string();
    let program = Program::start(binary, &["dev", &folder, "--listen", "127.0.0.1:0"])?;
    let url = program.ready.split_whitespace();
    let url = url.into_iter().find(|word| word.starts_with("http://"));
    let url = url.ok_or("no URL")?.trim_end_matches('/').to_owned();
    let port = url.rsplit(':').next().unwrap_or_default().parse()?;
    let client = client_id(binary, &[&folder])?;
    let outputs = app.path().join("amplify_outputs.json");
    let mut bench = Command::new(binary);
    bench.args(["bench", scenario, "--json", "--url", &url, "--outputs"]);
    bench.arg(outputs).args(["--users", &USERS.to_string()]);
    bench.args(["--seconds", &seconds.to_string(), "--connections", "4"]);
    bench.args(["--rate", &RATE.to_string()]);
    let (over, asked) = (AtomicBool::new(false), AtomicU32::new(0));
    let report = thread::scope(|scope| {
        scope.spawn(|| {
            wait_for_users(&sink, &over);
            if dies {
                sink.die();
            }
            while !over.load(Ordering::Relaxed) {
                let number = asked.load(Ordering::Relaxed);
                if matches!(sign_up(port, &client, number), Ok((200, _))) {
                    asked.fetch_add(1, Ordering::Relaxed);
                }
                thread::sleep(EACH);
            }
        });
        let output = bench.output();
        over.store(true, Ordering::Relaxed);
        output
    })?;
    let asked = asked.load(Ordering::Relaxed);
    sink.rise();
    let back = Instant::now();
    let came = || {
        sink.mails()
            .keys()
            .filter(|to| to.starts_with("person"))
            .count()
    };
    while came() < usize::try_from(asked)? && back.elapsed() < RECOVERY {
        thread::sleep(Duration::from_millis(50));
    }
    let recovery = back.elapsed();
    let said = String::from_utf8_lossy(&report.stderr);
    let report: Value = serde_json::from_slice(&report.stdout).map_err(|_| said.into_owned())?;
    let p99 = report[0]["latency_us"]["p99"].as_f64();
    Ok(Measured {
        p99_ms: p99.ok_or("no p99 in the report")? / 1_000.0,
        asked,
        came: came(),
        recovery,
    })
}

/// The load generator's own users have had their mails when no more come.
fn wait_for_users(sink: &Sink, over: &AtomicBool) {
    let mut last = (sink.count(), Instant::now());
    while !over.load(Ordering::Relaxed) {
        let count = sink.count();
        if count != last.0 {
            last = (count, Instant::now());
        } else if count > 0 && last.1.elapsed() > Duration::from_secs(1) {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
}
