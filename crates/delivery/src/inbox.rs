//! The inbox of `poolhouse dev`: what would have been mailed or texted, kept to be looked at.

use std::time::Duration;

use poolhouse_store::{OutboxMessage, SentMessage, Store, StoreError};
use tokio::sync::watch;

/// How long a look into the inbox waits for mail that is on its way: longer than a busy disk takes.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many waiting messages are looked at.
const LOOKED_AT: usize = 20;

/// A handle on the inbox; clones share it. Its messages are the outbox's own rows, kept once sent, so
/// that they survive a restart like everything else.
#[derive(Clone)]
pub struct Inbox {
    store: Store,
    changes: watch::Sender<u64>,
}

impl Inbox {
    /// The inbox of `store`.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            changes: watch::Sender::new(0),
        }
    }

    /// The newest messages first, at most `limit`; those to `to` only, if that is given. Messages that
    /// are on their way are waited for, but not for long: whoever has just signed up finds the mail.
    pub async fn list(
        &self,
        to: Option<&str>,
        limit: usize,
    ) -> Result<Vec<SentMessage>, StoreError> {
        let _ = tokio::time::timeout(PATIENCE, self.settled()).await;
        let to = to.map(str::to_owned);
        self.store
            .read(move |txn| txn.inbox_list(to.as_deref(), limit))
            .await
    }

    /// Ends when nothing waits to be sent. What was tried in vain may wait for long, and is not waited
    /// for.
    async fn settled(&self) -> Result<(), StoreError> {
        let mut changes = self.changes();
        while self.is_awaited().await? && changes.changed().await.is_ok() {}
        Ok(())
    }

    async fn is_awaited(&self) -> Result<bool, StoreError> {
        let waiting = self.store.read(|txn| txn.outbox_due(LOOKED_AT));
        let waiting: Vec<OutboxMessage> = waiting.await?;
        Ok(waiting.iter().any(|message| message.attempts <= 1))
    }

    /// Forgets every message.
    pub async fn clear(&self) -> Result<(), StoreError> {
        self.store
            .write::<(), StoreError, _>(|txn| txn.inbox_clear().map(drop))
            .await?;
        self.changed();
        Ok(())
    }

    /// Changes whenever the inbox does.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(crate) fn changed(&self) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}
