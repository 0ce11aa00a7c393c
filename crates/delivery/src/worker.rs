//! The outbox worker.

use std::sync::Arc;
use std::time::Duration;

use poolhouse_domain::{Clock, Timestamp};
use poolhouse_store::{OutboxId, OutboxMessage, Store, StoreError};
use tokio::sync::{Notify, watch};

use crate::Inbox;

/// How many messages are taken from the outbox at a time.
const BATCH: usize = 64;

/// How long taken messages are this worker's. If it dies meanwhile, another one sends them after that.
const LEASE: Duration = Duration::from_secs(30);

/// How often to look for messages that nobody has told of: those of another node that has died.
const ROUND: Duration = Duration::from_secs(10);

/// How long to wait after the store failed: doubled each time, up to the second.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// Where messages go. The list is closed: a new way of sending is a new variant.
pub enum Sender {
    /// Nowhere: they stay here, to be looked at.
    Inbox(Inbox),
}

/// Drains the outbox for as long as it runs.
pub struct Worker {
    store: Store,
    sender: Sender,
    clock: Arc<dyn Clock>,
    wake: Arc<Notify>,
}

/// What became of a message.
struct Settled {
    id: OutboxId,
    /// Whether the row stays, for the inbox.
    keep: bool,
}

impl Worker {
    /// A worker that is told through `wake` when there may be something to send.
    pub const fn new(
        store: Store,
        sender: Sender,
        clock: Arc<dyn Clock>,
        wake: Arc<Notify>,
    ) -> Self {
        Self {
            store,
            sender,
            clock,
            wake,
        }
    }

    /// Sends until `stopping` becomes true, or nobody is left who could say so: what waits is sent
    /// first. A store that fails is asked again, ever more slowly; nothing is lost meanwhile.
    pub async fn run(self, mut stopping: watch::Receiver<bool>) {
        let mut stopped = false;
        let mut pause = None;
        loop {
            pause = match self.drain().await {
                Ok(_) => None,
                Err(error) => {
                    tracing::error!(?error, "the outbox cannot be emptied; trying again");
                    Some(pause.map_or(BACK_OFF.0, |last: Duration| (last * 2).min(BACK_OFF.1)))
                }
            };
            if stopped {
                return;
            }
            tokio::select! {
                () = self.rest(pause) => {}
                _ = stopping.wait_for(|stop| *stop) => stopped = true,
            }
        }
    }

    /// Until there may be something to send; after a failure, for `pause`.
    async fn rest(&self, pause: Option<Duration>) {
        match pause {
            Some(pause) => tokio::time::sleep(pause).await,
            None => {
                let _told = tokio::time::timeout(ROUND, self.wake.notified()).await;
            }
        }
    }

    /// Sends everything that waits and that no other worker has, oldest first. How many messages
    /// went out.
    pub async fn drain(&self) -> Result<usize, StoreError> {
        let mut sent = 0;
        loop {
            let now = self.clock.now();
            let taken = self.take(now).await?;
            if taken.is_empty() {
                return Ok(sent);
            }
            let settled: Vec<Settled> = taken
                .into_iter()
                .map(|message| self.settle(message, now))
                .collect();
            let kept = settled.iter().filter(|settled| settled.keep).count();
            self.record(settled, now).await?;
            sent += kept;
            match &self.sender {
                Sender::Inbox(inbox) if kept > 0 => inbox.changed(),
                Sender::Inbox(_) => {}
            }
        }
    }

    /// The next messages, for this worker alone. Where nothing waits, nothing is written.
    async fn take(&self, now: Timestamp) -> Result<Vec<OutboxMessage>, StoreError> {
        let due = self.store.read(|txn| txn.outbox_due(1));
        if due.await?.is_empty() {
            return Ok(Vec::new());
        }
        self.store
            .write(move |txn| txn.outbox_take(now, now + LEASE, BATCH))
            .await
    }

    fn settle(&self, message: OutboxMessage, now: Timestamp) -> Settled {
        if now >= message.deadline {
            // The id says nothing about the person.
            tracing::warn!(
                message = message.id.as_str(),
                "dropped: its code expired before it was sent"
            );
            return Settled {
                id: message.id,
                keep: false,
            };
        }
        match &self.sender {
            Sender::Inbox(_) => Settled {
                id: message.id,
                keep: true,
            },
        }
    }

    /// One transaction for the batch.
    async fn record(&self, settled: Vec<Settled>, now: Timestamp) -> Result<(), StoreError> {
        self.store
            .write(move |txn| {
                for message in &settled {
                    txn.outbox_sent(&message.id, now, message.keep)?;
                }
                Ok(())
            })
            .await
    }
}
