//! `poolhouse doctor`: looks at everything that a server needs, one thing after the other, and says what is
//! wrong with it. What one look finds does not end the others.

mod report;

use std::path::Path;
use std::time::Duration;

use poolhouse_delivery::{Failure as Unsent, Post, Route, Sender};
use poolhouse_domain::contact::Contact;
use poolhouse_domain::message::{Channel, Message};
use poolhouse_domain::{Clock as _, PoolId, Secret, Timestamp};
use poolhouse_server::listen::tls::Certificate;
use poolhouse_store::{Backlog, DeadLetter, OutboxId, Store, StoreError};

use self::report::Report;
use super::serve::{CertificateFiles, Served};
use crate::cli::Doctor;
use crate::config::Config;
use crate::failure::Failure;
use crate::project::shown;
use crate::running::runtime;
use crate::system::{SystemClock, SystemRandom};
use crate::{master_key, senders};

/// So long before a certificate ends somebody should have renewed it.
const RENEWAL: Duration = Duration::from_hours(14 * 24);

/// What waits longer than this, waits for something that is wrong.
const LONG: Duration = Duration::from_mins(1);

/// How long a sender may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Looks, and fails if anything is wrong.
pub(crate) fn run(args: &Doctor) -> Result<(), Failure> {
    let mut report = Report::new();
    report.part("the server", &shown(&args.config));
    match Config::read(&args.config) {
        Ok(config) => runtime()?.block_on(look(&mut report, &config, &args.send_test)),
        Err(failure) => report.bad("settings", failure),
    }
    report.end()
}

async fn look(report: &mut Report, config: &Config, tests: &[Contact]) {
    let (url, listen, operations) = (&config.public_url, config.listen, config.operations);
    let settings = format!("{url}, listening on {listen}, operations on {operations}");
    report.good("settings", settings);
    certificate(report, config);
    let store = store(report, config).await;
    for (name, app) in &config.pools {
        report.part(&format!("the pool {name}"), &shown(app));
        pool(report, config, store.as_ref(), name, app, tests).await;
    }
    if let Some(store) = store {
        store.close().await;
    }
}

fn certificate(report: &mut Report, config: &Config) {
    let what = "certificate";
    let Some(files) = config.tls.clone() else {
        return report.good(what, "none: a proxy in front has it, or nobody is far away");
    };
    match CertificateFiles::read(files) {
        Ok(files) => certified(report, files.certificate(), &config.public_url),
        Err(failure) => report.bad(what, failure),
    }
}

/// Whether browsers will take it: they look at the name and at the time.
fn certified(report: &mut Report, certificate: &Certificate, url: &str) {
    let what = "certificate";
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split([':', '/']).next().unwrap_or(host);
    if !certificate.is_for(host) {
        return report.bad(what, format!("it is not for {host}, where clients look"));
    }
    let now = SystemClock.now();
    let Some((from, until)) = certificate.validity() else {
        return report.bad(what, "its dates cannot be read");
    };
    let days = until.since(now).as_secs() / 86_400;
    let says = format!("for {host}, {days} more days");
    match () {
        () if now < from => report.bad(what, format!("for {host}, but it is not valid yet")),
        () if now >= until => report.bad(what, format!("for {host}, but it has expired")),
        () if until.since(now) < RENEWAL => report.odd(what, format!("{says}: renew it")),
        () => report.good(what, says),
    }
}

async fn store(report: &mut Report, config: &Config) -> Option<Store> {
    let master = master_key::read(&config.master)
        .map_err(|failure| report.bad("master key", failure))
        .ok()?;
    report.good("master key", config.master.to_string());
    let (what, url) = ("store", config.store.to_string());
    if config.store.file().is_some_and(|file| !file.exists()) {
        report.odd(what, format!("{url} is not there yet: `serve` makes it"));
        return None;
    }
    let opened = config.open_store(&master);
    let store = opened.map_err(|failure| report.bad(what, failure)).ok()?;
    match store.check().await {
        Ok(()) => report.good(
            what,
            format!("{url} opens with the master key, and answers"),
        ),
        Err(error) => report.bad(what, Failure::caused(url, &error)),
    }
    Some(store)
}

async fn pool(
    report: &mut Report,
    config: &Config,
    store: Option<&Store>,
    name: &str,
    app: &Path,
    tests: &[Contact],
) {
    let served = match Served::read(config, name, app) {
        Ok(served) => served,
        Err(failure) => return report.bad("app", failure),
    };
    match served.definition.warnings.len() {
        0 => report.good("app", "its definition and its settings are right"),
        odd => report.odd(
            "app",
            format!("{odd} remarks: `poolhouse check {}` has them", shown(app)),
        ),
    }
    let id = match store {
        Some(store) => queues(report, store, name).await,
        None => None,
    };
    // Once more, after `Served::read` has found that it can be done.
    let route = senders::route(&served.definition.pool.delivery, &served.folder, None);
    let route = route.unwrap_or_default();
    for (what, senders) in [("mail", &route.email), ("texts", &route.sms)] {
        let names: Vec<&str> = senders.iter().map(Sender::name).collect();
        match names.as_slice() {
            [] => report.good(what, "no sender"),
            names => report.good(what, format!("by {}", names.join(", then "))),
        }
    }
    let id = id.unwrap_or_else(|| PoolId::new(name));
    for to in tests {
        send_tests(report, &served, &id, &route, to).await;
    }
}

/// What waits to be sent and what was given up, of a pool that was served before.
async fn queues(report: &mut Report, store: &Store, name: &str) -> Option<PoolId> {
    let name = name.to_owned();
    let read = store.read::<_, StoreError, _>(move |txn| {
        let Some(pool) = txn.pool_find(&name)? else {
            return Ok(None);
        };
        let mut queues = Vec::new();
        for channel in Channel::ALL {
            let dead = txn.dead_letter_count(&pool, channel)?;
            queues.push((channel, txn.outbox_backlog(&pool, channel)?, dead));
        }
        let letters = txn.dead_letter_list(100)?;
        let last = letters.into_iter().find(|letter| letter.pool == pool);
        Ok(Some((pool, queues, last)))
    });
    match read.await {
        Ok(None) => None,
        Ok(Some((pool, queues, last))) => {
            for (channel, backlog, dead) in queues {
                queue(report, channel, backlog, dead, last.as_ref());
            }
            Some(pool)
        }
        Err(error) => {
            report.bad("outbox", Failure::caused("the store", &error));
            None
        }
    }
}

fn queue(
    report: &mut Report,
    channel: Channel,
    backlog: Backlog,
    dead: usize,
    last: Option<&DeadLetter>,
) {
    let what = match channel {
        Channel::Email => "mail queue",
        Channel::Sms => "text queue",
    };
    let age = backlog.oldest.map(|oldest| SystemClock.now().since(oldest));
    let waiting = match (backlog.waiting, age) {
        (0, _) | (_, None) => "nothing waits".to_owned(),
        (count, Some(age)) => format!("{count} wait, the first for {} s", age.as_secs()),
    };
    let is_stuck = age.is_some_and(|age| age > LONG);
    if dead == 0 && !is_stuck {
        return report.good(what, waiting);
    }
    let last = last.filter(|letter| letter.channel == channel);
    let said = last.and_then(|letter| letter.failure.as_deref());
    let said = said.map_or_else(String::new, |said| {
        format!("; of the last was said: {said}")
    });
    report.odd(
        what,
        format!("{waiting}, {dead} given up within a week{said}"),
    );
}

/// Sends a test to `to` by each sender, not only by the first that takes it.
async fn send_tests(
    report: &mut Report,
    served: &Served,
    pool: &PoolId,
    route: &Route,
    to: &Contact,
) {
    let senders = match to.channel() {
        Channel::Email => &route.email,
        Channel::Sms => &route.sms,
    };
    report.test(to.as_str());
    if senders.is_empty() {
        report.bad(to.as_str(), "no sender of the pool could take it there");
    }
    let message = test_message(served, to);
    for sender in senders {
        let now = SystemClock.now();
        let post = Post {
            id: &OutboxId::of_none(now, &SystemRandom),
            pool,
            message: &message,
            written_at: now,
            deadline: now + Duration::from_mins(10),
            now,
        };
        let sent = tokio::time::timeout(PATIENCE, sender.send(&post)).await;
        let sent = sent.unwrap_or_else(|_| Err(Unsent::Down("no answer".to_owned())));
        answered(report, sender.name(), sent, now);
    }
}

fn answered(report: &mut Report, sender: &str, sent: Result<(), Unsent>, began: Timestamp) {
    let took = SystemClock.now().since(began).as_millis();
    match sent {
        Ok(()) => report.good(sender, format!("took it, after {took} ms")),
        Err(Unsent::Down(said)) => report.bad(sender, format!("does not work: {said}")),
        Err(Unsent::Later(said)) => report.bad(sender, format!("not now: {said}")),
        Err(Unsent::Refused(said)) => report.bad(sender, format!("refused it: {said}")),
    }
}

/// What people get, but for the words: so what is in the way of codes is in the way of this.
fn test_message(served: &Served, to: &Contact) -> Message {
    let config = &served.definition.pool;
    let code = Secret::new("000000".to_owned());
    let text = format!(
        "A test of how {} sends codes, by poolhouse doctor. One looks so: {}",
        served.name,
        code.expose()
    );
    let message = Message {
        channel: to.channel(),
        to: to.as_str().to_owned(),
        subject: match to.channel() {
            Channel::Email => "A test by poolhouse doctor".to_owned(),
            Channel::Sms => String::new(),
        },
        text: Secret::new(text),
        html: None,
        link: None,
        code,
        from: config.email_sender.clone(),
    };
    message.bound_to(config.sms_domain())
}
