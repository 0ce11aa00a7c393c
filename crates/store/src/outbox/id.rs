//! What messages are called, and in which order.

use std::sync::atomic::{AtomicI64, Ordering};

use poolhouse_domain::random::bytes;
use poolhouse_domain::{Random, Timestamp};

use crate::StoreError;
use crate::db::Row;

/// A message's name. Ids grow in the order in which one node wrote its messages; between nodes, with
/// their clocks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OutboxId(String);

/// Hands out the numbers that put a node's messages and audit events in order: the time,
/// but never the same twice.
#[derive(Debug, Default)]
pub(crate) struct Order(AtomicI64);

impl Order {
    pub(crate) fn next(&self, now: Timestamp) -> i64 {
        let next = |last: i64| now.micros().max(last.saturating_add(1));
        let last = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(next(last)));
        next(last.unwrap_or_default())
    }

    /// Goes on after `last`.
    pub(super) fn resume(&self, last: i64) {
        self.0.store(last, Ordering::SeqCst);
    }
}

impl OutboxId {
    /// The id as text: it says nothing about the message, so it may be logged.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of a message that is in no outbox.
    pub fn of_none(now: Timestamp, random: &dyn Random) -> Self {
        Self::next(&Order::default(), now, random)
    }

    pub(crate) fn of_row(row: &Row<'_>) -> Result<Self, StoreError> {
        row.text("outbox.id").map(Self)
    }

    pub(super) fn next(order: &Order, now: Timestamp, random: &dyn Random) -> Self {
        let unique = u64::from_be_bytes(bytes(random));
        Self(format!("{:016x}{unique:016x}", order.next(now)))
    }

    pub(super) fn order(&self) -> Option<i64> {
        i64::from_str_radix(self.0.get(..16)?, 16).ok()
    }
}
