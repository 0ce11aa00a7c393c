//! `poolhouse bench`: what a sign-in costs, beside what its cryptography alone costs.
//!
//! The server is a process of its own, `poolhouse dev` as anybody runs it, so that the system's accounting
//! tells its processor time from ours. The people of its pool are put into its store beforehand, and the
//! codes are read from there, so that it does nothing but what is measured.

mod codes;
mod driver;
mod floor;
mod pace;
mod people;
mod process;
mod report;
mod scenario;
mod server;
mod visitor;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use poolhouse_client::{Client, Config};

use self::codes::Codes;
use self::driver::Load;
use self::floor::Floor;
use self::people::People;
use self::process::Process;
use self::report::Report;
pub(crate) use self::scenario::Scenario;
use self::server::Server;
use self::visitor::{Place, Visitor};
use crate::cli::{Bench, Rate};
use crate::failure::Failure;
use crate::files;
use crate::terminal;

/// Runs every scenario, and prints what came of it.
pub(crate) fn run(args: &Bench) -> Result<(), Failure> {
    // One thread has the time: each that sleeps is one more that the server has to wake.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Failure::caused("cannot start", &error))?;
    let reports = runtime.block_on(measure_all(args))?;
    if args.json {
        let json = serde_json::to_string_pretty(&reports);
        terminal::print(&json.map_err(|error| Failure::caused("cannot print JSON", &error))?);
    } else {
        terminal::print(report::table(&reports).trim_end());
    }
    match report::failures(&reports) {
        None => Ok(()),
        Some(failures) => Err(Failure::new(failures)),
    }
}

async fn measure_all(args: &Bench) -> Result<Vec<Report>, Failure> {
    let load = Load {
        connections: args.connections,
        lasts: Duration::try_from_secs_f64(args.seconds)
            .map_err(|error| Failure::caused("--seconds", &error))?,
        rate: None,
    };
    let mut scenarios = args.scenarios.clone();
    if scenarios.is_empty() {
        scenarios = Scenario::ALL.to_vec();
    }
    let joined = Arc::new(AtomicU64::new(0));
    let mut reports = Vec::new();
    for scenario in scenarios {
        let mut runs = Vec::new();
        for _ in 0..args.runs.max(1) {
            runs.push(one_run(args, scenario, load, &joined).await?);
        }
        reports.extend(Report::median(runs));
    }
    Ok(reports)
}

/// One run, or two where the first has to find out what the rate is of the second.
async fn one_run(
    args: &Bench,
    scenario: Scenario,
    load: Load,
    joined: &Arc<AtomicU64>,
) -> Result<Report, Failure> {
    let at = async |rate| {
        let load = Load { rate, ..load };
        match &args.url {
            Some(url) => elsewhere(args, url, scenario, &load, joined).await,
            None => here(args, scenario, &load).await,
        }
    };
    let part = match args.rate {
        None => return at(None).await,
        Some(Rate::PerSecond(rate)) => return at(Some(rate)).await,
        Some(Rate::OfPeak(part)) => part,
    };
    let peak = at(None).await?;
    if peak.has_failures() {
        // That is no peak: it is told in place of what was asked for.
        return Ok(peak);
    }
    let mut report = at(Some(part * peak.per_second)).await?;
    report.peak_per_second = Some(peak.per_second);
    Ok(report)
}

/// Against a server of our own.
async fn here(args: &Bench, scenario: Scenario, load: &Load) -> Result<Report, Failure> {
    // Two at once must never be the same person: the second would get no code of their own.
    let people = People::new(args.users.max(4 * u64::from(load.connections)))?;
    let mut server = Server::start(args.data.as_deref(), &people).await?;
    let place = Place::Own {
        people,
        codes: Arc::new(Codes::of(server.store.clone())),
        turn: Arc::new(AtomicU64::new(0)),
    };
    let config = server.config()?;
    let process = server.process;
    let mut report = measure(&config, place, scenario, load, Some(process)).await?;
    report.commits = Some(server.stop().await?);
    Ok(report)
}

/// Against one that runs already.
async fn elsewhere(
    args: &Bench,
    url: &str,
    scenario: Scenario,
    load: &Load,
    joined: &Arc<AtomicU64>,
) -> Result<Report, Failure> {
    let default = PathBuf::from("amplify_outputs.json");
    let path = args.outputs.as_ref().unwrap_or(&default);
    let outputs = files::read_text(path)?;
    let config = Config::from_outputs(&outputs)
        .map_err(|error| Failure::caused(path.display(), &error))?
        .with_endpoint(url);
    let process = args.pid.map(Process);
    let place = Place::Elsewhere {
        joined: Arc::clone(joined),
    };
    measure(&config, place, scenario, load, process).await
}

async fn measure(
    config: &Config,
    place: Place,
    scenario: Scenario,
    load: &Load,
    process: Option<Process>,
) -> Result<Report, Failure> {
    let connect = || {
        let client = Client::new(config.clone().with_timeout(Duration::from_mins(1)));
        client.map_err(|error| Failure::caused("cannot begin", &error))
    };
    let mut visitors = Vec::new();
    for number in 0..load.connections {
        let mut visitor = Visitor::new(connect()?, &place, scenario, number, load.connections);
        visitor
            .prepare()
            .await
            .map_err(|error| Failure::caused(format!("{scenario}: cannot prepare"), &error))?;
        visitors.push(visitor);
        terminal::progress(&format!("{scenario}: {} ready", visitors.len()));
    }
    let floor = Floor::new()?;
    let before = floor.measure(scenario);
    let (warm, visitors) = driver::drive(&load.warm_up(), scenario, visitors, None).await;
    let used_before = process.map(Process::used).transpose()?;
    let (mut measured, visitors) = driver::drive(load, scenario, visitors, process).await;
    measured.add_failures(warm.failures);
    let used = process.map(Process::used).transpose()?.zip(used_before);
    drop(visitors);
    let floor = before
        .zip(floor.measure(scenario))
        .map(|(one, other)| u64::midpoint(one, other));
    terminal::progress("");
    Ok(Report::of(scenario, load, &measured, used, floor))
}
