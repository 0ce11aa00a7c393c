//! The inbox of `poolhouse dev`: what would have been mailed or texted, kept to be looked at.

use poolhouse_store::{SentMessage, Store, StoreError};
use tokio::sync::watch;

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

    /// The newest messages first, at most `limit`; those to `to` only, if that is given.
    pub async fn list(
        &self,
        to: Option<&str>,
        limit: usize,
    ) -> Result<Vec<SentMessage>, StoreError> {
        let to = to.map(str::to_owned);
        self.store
            .read(move |txn| txn.inbox_list(to.as_deref(), limit))
            .await
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
