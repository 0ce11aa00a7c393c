//! The mail server is dead while people sign in without it.

use std::error::Error;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::server::{App, Program, client_id, sign_up};
use super::sink::Sink;

const LOGIN_WITH: &str = "{ email: { otpLogin: true }, webAuthn: true }";

/// Who signs in without mail, all at once; by how many connections each, and how many of them begin in a
/// second.
const SCENARIOS: [&str; 2] = ["passkey", "password-srp"];
const CONNECTIONS: usize = 4;
const RATE: u32 = 25;

/// How often somebody else asks for a code meanwhile.
const EACH: Duration = Duration::from_millis(50);

/// How much slower the slowest hundredth may be.
const WANTED: f64 = 1.2;

/// How long mails may take once the server is back: a sender rests for up to 15 s.
const RECOVERY: Duration = Duration::from_secs(20);

/// Measures with the mail server alive and dead, twice for so many seconds each. Whether nobody noticed.
pub(super) fn run(binary: &Path, seconds: u32) -> Result<bool, Box<dyn Error>> {
    let measure = |dies| measure(binary, seconds, dies);
    // There and back, and the better of each: what else the machine does only adds.
    let (first, second) = (measure(false)?, measure(true)?);
    let (third, fourth) = (measure(true)?, measure(false)?);
    let mut is_good = true;
    println!("p99 in ms            alive     dead    ratio");
    for (place, scenario) in SCENARIOS.iter().enumerate() {
        let better = |one: &Measured, other: &Measured| one.p99_ms[place].min(other.p99_ms[place]);
        let (alive, dead) = (better(&first, &fourth), better(&second, &third));
        let ratio = dead / alive;
        println!("{scenario:<16} {alive:>9.2} {dead:>8.2} {ratio:>8.2}");
        is_good &= ratio <= WANTED;
    }
    for dead in [second, third] {
        println!(
            "{} codes were asked for meanwhile, {} came within {:.1} s of recovery",
            dead.asked,
            dead.came,
            dead.recovery.as_secs_f64()
        );
        is_good &= dead.came == usize::try_from(dead.asked)?;
    }
    println!("wanted: at most {WANTED}, and all of them within {RECOVERY:?}");
    Ok(is_good)
}

struct Measured {
    /// Of each scenario.
    p99_ms: [f64; SCENARIOS.len()],
    /// Who asked for a code meanwhile, and how many of them got it.
    asked: u32,
    came: usize,
    recovery: Duration,
}

fn measure(binary: &Path, seconds: u32, dies: bool) -> Result<Measured, Box<dyn Error>> {
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
    let bench = |scenario| {
        let mut bench = Command::new(binary);
        bench.args(["bench", scenario, "--json", "--url", &url, "--outputs"]);
        bench
            .arg(&outputs)
            .args(["--seconds", &seconds.to_string()]);
        bench.args(["--connections", &CONNECTIONS.to_string()]);
        bench.args(["--rate", &RATE.to_string()]);
        bench.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    };
    let (over, asked) = (AtomicBool::new(false), AtomicU32::new(0));
    let reports = thread::scope(|scope| {
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
        let reports = both(SCENARIOS.map(bench));
        over.store(true, Ordering::Relaxed);
        reports
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
    Ok(Measured {
        p99_ms: reports,
        asked,
        came: came(),
        recovery,
    })
}

/// What the load generators say, once all of them are done.
fn both(
    running: [std::io::Result<Child>; SCENARIOS.len()],
) -> Result<[f64; SCENARIOS.len()], Box<dyn Error>> {
    let mut p99_ms = [0.0; SCENARIOS.len()];
    for (place, bench) in p99_ms.iter_mut().zip(running) {
        let output = bench?.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        let report: Value =
            serde_json::from_slice(&output.stdout).map_err(|_| said.into_owned())?;
        let p99 = report[0]["latency_us"]["p99"].as_f64();
        *place = p99.ok_or("no p99 in the report")? / 1_000.0;
    }
    Ok(p99_ms)
}

/// Each connection of the load generators has one person, who gets one mail.
fn wait_for_users(sink: &Sink, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) && sink.count() < CONNECTIONS * SCENARIOS.len() {
        thread::sleep(Duration::from_millis(20));
    }
}
