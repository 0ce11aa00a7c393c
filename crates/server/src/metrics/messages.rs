//! Messages in numbers: what waits, what was sent, and what was not.

use std::sync::atomic::Ordering;

use poolhouse_delivery::Figures;
use poolhouse_domain::budget::Withheld;
use poolhouse_domain::message::Channel;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// The queues as they were when they were last looked at, and what never came into one.
#[derive(Default)]
pub(super) struct Messages {
    waiting: Family<Queue, Gauge>,
    age: Family<Queue, Gauge>,
    dead: Family<Queue, Gauge>,
    down: Family<Queue, Gauge>,
    settled: Family<Settled, Counter>,
    withheld: Family<Unsent, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Queue {
    pool: String,
    channel: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Settled {
    pool: String,
    channel: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Unsent {
    pool: String,
    channel: &'static str,
    why: &'static str,
}

impl Messages {
    pub(super) fn register(&self, registry: &mut Registry) {
        let mut gauge = |name: &str, help: &str, gauge: &Family<Queue, Gauge>| {
            registry.register(name, help, gauge.clone());
        };
        gauge(
            "outbox_waiting",
            "Messages that wait to be sent",
            &self.waiting,
        );
        gauge(
            "outbox_dead_letters",
            "Messages of the last week that were given up",
            &self.dead,
        );
        gauge("senders_down", "Senders that do not work now", &self.down);
        registry.register_with_unit(
            "outbox_age",
            "How long the first message that waits has waited",
            Unit::Seconds,
            self.age.clone(),
        );
        registry.register(
            "messages",
            "Messages that this process sent, tried in vain and tries again, or gave up: refused by every \
             sender, or expired",
            self.settled.clone(),
        );
        registry.register(
            "messages_withheld",
            "Messages that were asked for and not sent: a budget was spent, or nothing goes there",
            self.withheld.clone(),
        );
    }

    /// Takes the queues as they are now.
    pub(super) fn update(&self, queues: &[Figures]) {
        for figures in queues {
            let pool = figures.pool.as_str();
            let channel = figures.channel.as_str();
            let queue = Queue {
                pool: pool.to_owned(),
                channel,
            };
            let age = i64::try_from(figures.age.as_secs()).unwrap_or(i64::MAX);
            self.age.get_or_create(&queue).set(age);
            for (gauge, count) in [
                (&self.waiting, figures.waiting),
                (&self.dead, figures.dead_letters),
                (&self.down, figures.senders_down),
            ] {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                gauge.get_or_create(&queue).set(count);
            }
            for (outcome, count) in [
                ("sent", figures.sent),
                ("retried", figures.retried),
                ("refused", figures.refused),
                ("expired", figures.expired),
            ] {
                let settled = Settled {
                    pool: pool.to_owned(),
                    channel,
                    outcome,
                };
                let counter = self.settled.get_or_create(&settled);
                // They only grow, there too.
                counter.inner().store(count, Ordering::Relaxed);
            }
        }
    }

    pub(super) fn withheld(&self, pool: &str, channel: Channel, why: Withheld) {
        let unsent = Unsent {
            pool: pool.to_owned(),
            channel: channel.as_str(),
            why: why.as_str(),
        };
        self.withheld.get_or_create(&unsent).inc();
    }
}
