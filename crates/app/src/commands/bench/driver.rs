//! Visits from many connections at once, and how long each took.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hdrhistogram::Histogram;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};

use super::pace::Pace;
use super::process::{Process, Used};
use super::scenario::Scenario;
use super::visitor::Visitor;
use crate::terminal;

/// For how long visitors come before anything counts: the first ones find memory, statements and pages that
/// nobody has touched, and in three seconds they are more than one in a hundred.
const WARM_UP: Duration = Duration::from_millis(500);

/// How much is to be done.
#[derive(Clone, Copy)]
pub(super) struct Load {
    pub(super) connections: u32,
    pub(super) lasts: Duration,
    /// Visits per second, of all connections together; without one each connection's follows the one before.
    pub(super) rate: Option<f64>,
}

impl Load {
    /// The same, as short as it takes for nothing to be done for the first time.
    pub(super) fn warm_up(self) -> Self {
        Self {
            lasts: self.lasts.min(WARM_UP),
            ..self
        }
    }
}

/// What was done.
pub(super) struct Measured {
    /// Of what succeeded, in microseconds. With a rate it counts from when a visit should have begun, so
    /// that a server that stalls is not spared those that it kept from coming (coordinated omission).
    pub(super) latency: Histogram<u64>,
    /// What did not, by what was said.
    pub(super) failures: BTreeMap<String, u64>,
    pub(super) took: Duration,
    /// What the server had used after a tenth of the time: from then on it should grow no more.
    pub(super) early: Option<Used>,
}

impl Measured {
    fn nothing() -> Self {
        #[expect(clippy::expect_used, reason = "bounds that do not change")]
        let latency = Histogram::new_with_bounds(1, 600_000_000, 3).expect("bounds");
        Self {
            latency,
            failures: BTreeMap::new(),
            took: Duration::ZERO,
            early: None,
        }
    }

    fn add(&mut self, other: Self) {
        let _fits = self.latency.add(other.latency);
        self.add_failures(other.failures);
    }

    /// Counts what failed in a load whose times do not count.
    pub(super) fn add_failures(&mut self, failures: BTreeMap<String, u64>) {
        for (said, times) in failures {
            *self.failures.entry(said).or_default() += times;
        }
    }
}

/// Lets all visitors come until the time is up, and looks at the server's `process` meanwhile. They are
/// handed back, so that their connections last as long as the caller wants.
pub(super) async fn drive(
    load: &Load,
    scenario: Scenario,
    visitors: Vec<Visitor>,
    process: Option<Process>,
) -> (Measured, Vec<Visitor>) {
    let begin = Instant::now();
    let visits = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    let pace = Arc::new(Pace::of(load, begin));
    for visitor in visitors {
        tasks.spawn(come(Arc::clone(&pace), visitor, Arc::clone(&visits)));
    }
    let (mut all, mut done) = (Measured::nothing(), Vec::new());
    let mut second = interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            ended = tasks.join_next() => match ended {
                Some(Ok((one, visitor))) => {
                    all.add(one);
                    done.push(visitor);
                }
                Some(Err(_)) => {}
                None => break,
            },
            _ = second.tick() => {
                let (visits, passed) = (visits.load(Ordering::Relaxed), begin.elapsed());
                if all.early.is_none() && passed >= load.lasts / 10 {
                    all.early = process.and_then(|process| process.used().ok());
                }
                let (passed, of) = (passed.as_secs(), load.lasts.as_secs());
                terminal::progress(&format!("{scenario}: {visits} after {passed} of {of} s"));
            }
        }
    }
    all.took = begin.elapsed();
    (all, done)
}

async fn come(
    pace: Arc<Pace>,
    mut visitor: Visitor,
    visits: Arc<AtomicU64>,
) -> (Measured, Visitor) {
    let mut measured = Measured::nothing();
    while let Some(due) = pace.next().await {
        match visitor.visit().await {
            Ok(()) => {
                let took = due.elapsed().saturating_sub(visitor.read);
                let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
                measured.latency.saturating_record(micros);
                visits.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => *measured.failures.entry(error.to_string()).or_default() += 1,
        }
    }
    (measured, visitor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_visitors_measured_is_put_together() {
        let mut all = Measured::nothing();
        for micros in [100, 200, 300] {
            let mut one = Measured::nothing();
            one.latency.saturating_record(micros);
            one.failures.insert("no".to_owned(), 2);
            all.add(one);
        }
        assert_eq!(all.latency.len(), 3);
        assert_eq!(all.latency.value_at_quantile(0.5), 200);
        assert_eq!(all.failures["no"], 6);
    }

    #[test]
    fn what_takes_too_long_is_counted_all_the_same() {
        let mut one = Measured::nothing();
        one.latency.saturating_record(u64::MAX);
        assert_eq!(one.latency.len(), 1);
    }
}
