//! What is counted, and how Prometheus reads it.
//!
//! Labels are words of ours: operations, routes, exceptions, reasons. Never anything that a client
//! typed, which would be both a leak and a memory without end.

mod messages;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use poolhouse_delivery::Figures;
use poolhouse_domain::budget::Withheld;
use poolhouse_domain::message::Channel;
use poolhouse_store::Store;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use self::messages::Messages;

/// What the content type of the text is: OpenMetrics, which Prometheus prefers.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Bounds of the histograms, in seconds: from a refresh to a client that has given up.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// The counters of a process. Clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<Counted>);

struct Counted {
    registry: Registry,
    requests: Family<Answer, Counter>,
    seconds: Family<Called, Histogram, fn() -> Histogram>,
    queue: Gauge,
    connections: Gauge,
    refused: Family<Why, Counter>,
    commits: Gauge,
    messages: Messages,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    called: Cow<'static, str>,
    status: u16,
    exception: Cow<'static, str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Called {
    called: Cow<'static, str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Why {
    why: Refused,
}

/// Why a connection was closed unanswered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Refused {
    /// There are as many as there may be.
    Full,
    /// There are as many as there may be from its address.
    OfAddress,
}

/// An open connection, until it is dropped.
pub(crate) struct Connection(Gauge);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("poolhouse");
        let counted = Counted {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            queue: Gauge::default(),
            connections: Gauge::default(),
            refused: Family::default(),
            commits: Gauge::default(),
            messages: Messages::default(),
            registry: Registry::default(),
        };
        registry.register(
            "requests",
            "Requests that were answered",
            counted.requests.clone(),
        );
        registry.register(
            "request_seconds",
            "How long it took to answer, the time in the queue included",
            counted.seconds.clone(),
        );
        registry.register(
            "queue",
            "Requests that wait for their turn",
            counted.queue.clone(),
        );
        registry.register(
            "connections",
            "Open connections",
            counted.connections.clone(),
        );
        registry.register(
            "connections_refused",
            "Connections that were closed unanswered",
            counted.refused.clone(),
        );
        registry.register(
            "store_commits",
            "Transactions that the store has committed since the start; on SQLite many share one",
            counted.commits.clone(),
        );
        counted.messages.register(&mut registry);
        Self(Arc::new(Counted {
            registry,
            ..counted
        }))
    }
}

impl Metrics {
    /// Everything as Prometheus reads it, with the queues as they are now.
    pub(crate) fn text(
        &self,
        store: &Store,
        queues: &[Figures],
    ) -> Result<String, std::fmt::Error> {
        self.0.messages.update(queues);
        let commits = i64::try_from(store.commit_count());
        self.0.commits.set(commits.unwrap_or(i64::MAX));
        let mut text = String::new();
        encode(&mut text, &self.0.registry)?;
        Ok(text)
    }

    /// A request was answered. `exception` is empty if none.
    pub(crate) fn answered(
        &self,
        called: Cow<'static, str>,
        status: u16,
        exception: Cow<'static, str>,
        took: Duration,
    ) {
        let answer = Answer {
            called,
            status,
            exception,
        };
        self.0.requests.get_or_create(&answer).inc();
        let called = Called {
            called: answer.called,
        };
        let seconds = self.0.seconds.get_or_create(&called);
        seconds.observe(took.as_secs_f64());
    }

    /// Somebody was not sent a message. A transaction that is tried again counts again.
    pub(crate) fn message_withheld(&self, pool: &str, channel: Channel, why: Withheld) {
        self.0.messages.withheld(pool, channel, why);
    }

    pub(crate) fn queued(&self, change: i64) {
        self.0.queue.inc_by(change);
    }

    pub(crate) fn connection_opened(&self) -> Connection {
        self.0.connections.inc();
        Connection(self.0.connections.clone())
    }

    pub(crate) fn connection_refused(&self, why: Refused) {
        self.0.refused.get_or_create(&Why { why }).inc();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Metrics {
        /// How many connections were refused for the reason of that name.
        pub(crate) fn refused(&self, why: &str) -> u64 {
            let kinds = [Refused::Full, Refused::OfAddress].into_iter();
            let of_name = kinds.filter(|kind| format!("{kind:?}") == why);
            of_name
                .map(|why| self.0.refused.get_or_create(&Why { why }).get())
                .sum()
        }

        /// The line of the text that begins so.
        pub(crate) fn line(&self, start: &str) -> String {
            let mut text = String::new();
            encode(&mut text, &self.0.registry).unwrap();
            let line = text.lines().find(|line| line.starts_with(start));
            line.unwrap_or_else(|| panic!("no {start} in {text}"))
                .to_owned()
        }
    }

    #[test]
    fn answers_are_counted_by_what_was_called_and_how_it_ended() {
        let metrics = Metrics::default();
        for _ in 0..3 {
            metrics.answered(
                "SignUp".into(),
                400,
                "UsernameExistsException".into(),
                Duration::from_millis(3),
            );
        }
        assert!(metrics.line("poolhouse_requests_total{").ends_with(
            "{called=\"SignUp\",status=\"400\",exception=\"UsernameExistsException\"} 3"
        ));
        let bucket = metrics.line("poolhouse_request_seconds_bucket{le=\"0.005\"");
        assert!(bucket.ends_with(" 3"), "{bucket}");
        let open = metrics.connection_opened();
        assert_eq!(
            metrics.line("poolhouse_connections "),
            "poolhouse_connections 1"
        );
        drop(open);
        assert_eq!(
            metrics.line("poolhouse_connections "),
            "poolhouse_connections 0"
        );
    }
}
