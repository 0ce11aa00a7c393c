//! Messages that were sent and kept, to be looked at in the inbox of `poolhouse dev`.

use poolhouse_domain::Timestamp;
use poolhouse_domain::message::Message;

use crate::outbox::payload;
use crate::{OutboxId, StoreError, Txn};

/// How many sent messages are kept for the inbox; sweeping removes those before them.
pub const SENT_KEPT: usize = 500;

/// A message that was sent and kept.
#[derive(Clone, Debug)]
pub struct SentMessage {
    /// Its name.
    pub id: OutboxId,
    /// What was sent, and to whom.
    pub message: Message,
    /// When.
    pub sent_at: Timestamp,
}

impl Txn<'_> {
    /// Messages that were sent and kept, newest first, at most `limit`; to `to` only, if given,
    /// without regard to case.
    pub fn inbox_list(
        &mut self,
        to: Option<&str>,
        limit: usize,
    ) -> Result<Vec<SentMessage>, StoreError> {
        let context = self.context;
        self.query_many(
            "SELECT id, channel, recipient, payload, sent_at FROM outbox
             WHERE sent_at IS NOT NULL AND (?1 = '' OR LOWER(recipient) = LOWER(?1))
             ORDER BY id DESC LIMIT ?2",
            &[to.unwrap_or_default().into(), limit.into()],
            |row| {
                let id = OutboxId::of_row(row)?;
                Ok(SentMessage {
                    message: payload::message(context, row, &id)?,
                    id,
                    sent_at: row.time("outbox.sent_at")?,
                })
            },
        )
    }

    /// Forgets the messages that were sent and kept. How many there were.
    pub fn inbox_clear(&mut self) -> Result<u64, StoreError> {
        self.execute("DELETE FROM outbox WHERE sent_at IS NOT NULL", &[])
    }
}
