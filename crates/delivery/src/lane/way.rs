//! The senders that a queue goes by, and what becomes of a message that they did not take.
//!
//! This is the one place where that is decided.

use std::ops::Add;
use std::time::Duration;

use poolhouse_domain::Timestamp;
use poolhouse_store::OutboxMessage;

use super::Sources;
use super::fate::{Fate, Settled};
use crate::figures::Receipts;
use crate::health::{Health, Leave};
use crate::sender::{Failure, Post, Sender};
use crate::{Inbox, backoff};

/// How long a sender may take for a message.
const PATIENCE: Duration = Duration::from_secs(15);

/// How many messages are settled at a time where nothing has to be sent.
const BATCH: usize = 64;

/// A [`Route`](crate::Route), as far as one channel goes.
#[derive(Default)]
pub(super) struct Way {
    senders: Vec<Guarded>,
    pub(super) inbox: Option<Inbox>,
}

struct Guarded {
    sender: Sender,
    health: Health,
}

impl Way {
    pub(super) fn by(senders: Vec<Sender>, inbox: Option<Inbox>) -> Self {
        let guard = |sender| Guarded {
            sender,
            health: Health::default(),
        };
        Self {
            senders: senders.into_iter().map(guard).collect(),
            inbox,
        }
    }

    /// The inbox, if messages go no further.
    pub(super) fn ends_at_home(&self) -> Option<&Inbox> {
        self.inbox.as_ref().filter(|_| self.senders.is_empty())
    }

    /// How many messages may be on their way at `now`: as many as the widest sender takes that works,
    /// one to try those that did not, none while all rest.
    pub(super) fn width(&self, now: Timestamp) -> usize {
        if self.senders.is_empty() {
            return BATCH;
        }
        let well = self.senders.iter().filter(|one| one.health.is_well());
        let widest = well.map(|one| one.sender.width()).max();
        widest.unwrap_or_else(|| usize::from(self.ready_at(now) <= now))
    }

    /// How many more may be ours meanwhile: none while nobody knows whether a sender works.
    pub(super) fn ahead(&self, now: Timestamp) -> usize {
        let is_well = self.senders.iter().any(|one| one.health.is_well());
        if is_well || self.senders.is_empty() {
            self.width(now)
        } else {
            0
        }
    }

    /// When the first sender may be asked, `now` or later.
    pub(super) fn ready_at(&self, now: Timestamp) -> Timestamp {
        let rests = self.senders.iter().map(|one| one.health.rests_until());
        let first = rests.map(|until| until.unwrap_or(now)).min();
        first.map_or(now, |first| first.max(now))
    }

    /// How long a message takes at most, whatever its senders do: so long it is ours.
    pub(super) fn longest(&self) -> Duration {
        let senders = u32::try_from(self.senders.len()).unwrap_or(u32::MAX);
        PATIENCE.saturating_mul(senders.saturating_add(1))
    }

    /// How many senders do not work now.
    pub(super) fn down(&self) -> usize {
        let down = self.senders.iter().filter(|one| !one.health.is_well());
        down.count()
    }

    /// What became of what the senders took, as far as they were told.
    pub(super) fn receipts(&self) -> Receipts {
        let each = self.senders.iter().map(|one| one.sender.receipts());
        each.fold(Receipts::default(), Add::add)
    }

    /// Hands a message to the senders, one after the other, until one takes it.
    pub(super) async fn send(&self, sources: &Sources, message: OutboxMessage) -> Settled {
        let fate = self.fate(sources, &message).await;
        Settled {
            id: message.id,
            at: sources.clock.now(),
            fate,
        }
    }

    async fn fate(&self, sources: &Sources, message: &OutboxMessage) -> Fate {
        if is_late(sources, message) {
            return Fate::Late;
        }
        if self.ends_at_home().is_some() {
            return Fate::Sent;
        }
        let mut last = Failure::Down("there is no sender that works".to_owned());
        let mut refusals = 0;
        for guarded in &self.senders {
            let now = sources.clock.now();
            if is_late(sources, message) {
                return Fate::Late;
            }
            let Some(leave) = guarded.health.leave(now, PATIENCE) else {
                continue;
            };
            match guarded.attempt(sources, &leave, message).await {
                Ok(()) => return Fate::Sent,
                Err(failure) => {
                    refusals += usize::from(matches!(failure, Failure::Refused(_)));
                    last = failure;
                }
            }
        }
        if refusals > 0 && refusals == self.senders.len() {
            return Fate::Refused(last.said().to_owned());
        }
        Fate::Again(
            next_attempt(sources, message, &last),
            last.said().to_owned(),
        )
    }
}

impl Guarded {
    async fn attempt(
        &self,
        sources: &Sources,
        leave: &Leave,
        message: &OutboxMessage,
    ) -> Result<(), Failure> {
        let post = Post {
            id: &message.id,
            pool: &message.pool,
            message: &message.message,
            written_at: message.created_at,
            deadline: message.deadline,
            now: sources.clock.now(),
        };
        let sent = tokio::time::timeout(PATIENCE, self.sender.send(&post)).await;
        let sent = sent.unwrap_or_else(|_| {
            let said = format!("no answer within {} s", PATIENCE.as_secs());
            Err(Failure::Down(said))
        });
        if let Err(Failure::Down(why)) = &sent {
            let (now, random) = (sources.clock.now(), &*sources.random);
            if self.health.is_well() {
                let sender = self.sender.name();
                tracing::warn!(sender, why, "a sender does not work; trying again");
            }
            self.health.failed(leave, now, random);
        } else {
            if !self.health.is_well() {
                tracing::info!(sender = self.sender.name(), "a sender works again");
            }
            self.health.works();
        }
        sent
    }
}

fn next_attempt(sources: &Sources, message: &OutboxMessage, failure: &Failure) -> Timestamp {
    let backoff = match failure {
        Failure::Down(_) => &backoff::OF_SENDER,
        Failure::Later(_) | Failure::Refused(_) => &backoff::OF_MESSAGE,
    };
    sources.clock.now() + backoff.after(message.attempts, &*sources.random)
}

fn is_late(sources: &Sources, message: &OutboxMessage) -> bool {
    sources.clock.now() >= message.deadline
}
