//! What can be measured of the outbox.

use std::ops::Add;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use poolhouse_domain::PoolId;
use poolhouse_domain::message::Channel;

/// One of a pool's queues in numbers. Counts are those of this process since it started; what waits
/// is what waits in the store, whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Whose queue it is.
    pub pool: PoolId,
    /// Which of the pool's.
    pub channel: Channel,
    /// Messages that wait to be sent.
    pub waiting: usize,
    /// How long the first of them has waited.
    pub age: Duration,
    /// Messages that were given up, as long as they are kept to be looked at.
    pub dead_letters: usize,
    /// Messages that a sender took.
    pub sent: u64,
    /// Attempts that failed and are made again.
    pub retried: u64,
    /// Messages that every sender refused.
    pub refused: u64,
    /// Messages whose code expired before they could be sent.
    pub expired: u64,
    /// Senders that do not work now.
    pub senders_down: usize,
    /// What became of messages after a sender took them.
    pub receipts: Receipts,
}

/// What senders that give receipts said of messages later: since they were set up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Receipts {
    /// Messages that reached a phone.
    pub delivered: u64,
    /// Messages that never will.
    pub undelivered: u64,
}

impl Add for Receipts {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            delivered: self.delivered + more.delivered,
            undelivered: self.undelivered + more.undelivered,
        }
    }
}

/// The counts of a queue.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) sent: Count,
    pub(crate) retried: Count,
    pub(crate) refused: Count,
    pub(crate) expired: Count,
}

/// A number that only grows.
#[derive(Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self, more: usize) {
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
