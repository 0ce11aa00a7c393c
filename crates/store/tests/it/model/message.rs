//! What can be done with messages: in a store, and in memory.

use poolhouse_domain::Timestamp;
use poolhouse_domain::message::{Channel, Message};
use poolhouse_store::{OutboxId, StoreError, Txn};
use proptest::prelude::*;

use super::memory::say;
use super::step::{Who, quarter};
use crate::contract::sample;

#[derive(Clone, Copy, Debug)]
pub(super) enum MessageStep {
    Insert(Who, u8),
    Take(Who, u8, usize),
    Sent(usize, u8, bool),
    Due,
    Inbox,
}

pub(super) fn message_step<W>(who: impl Fn() -> W) -> impl Strategy<Value = MessageStep>
where
    W: Strategy<Value = Who> + 'static,
{
    let moment = || 0..6_u8;
    prop_oneof![
        (who(), moment()).prop_map(|(who, now)| MessageStep::Insert(who, now)),
        (who(), moment(), 1..4_usize)
            .prop_map(|(who, now, limit)| MessageStep::Take(who, now, limit)),
        (0..8_usize, moment(), any::<bool>())
            .prop_map(|(place, now, keep)| MessageStep::Sent(place, now, keep)),
        Just(MessageStep::Due),
        Just(MessageStep::Inbox),
    ]
}

/// How a message is told from others: by its number.
fn numbered(number: usize) -> String {
    format!("message {number}")
}

impl MessageStep {
    /// Does it in a store, which named the messages so far.
    pub(super) fn run(
        self,
        txn: &mut Txn<'_>,
        messages: &mut Vec<OutboxId>,
    ) -> Result<String, StoreError> {
        let code = |message: &Message| message.code.expose().clone();
        Ok(match self {
            Self::Insert(who, now) => {
                let mail = sample::mail("ann@example.com", &numbered(messages.len()));
                let (now, end) = (quarter(now), quarter(now + 1));
                messages.push(txn.outbox_insert(&who.pool(), &who.sub(), &mail, now, end)?);
                say(())
            }
            Self::Take(who, now, limit) => {
                let (now, until) = (quarter(now), quarter(now + 2));
                let taken = txn.outbox_take(&who.pool(), Channel::Email, now, until, limit)?;
                let taken = taken.iter().map(|taken| code(&taken.message));
                say(taken.collect::<Vec<_>>())
            }
            Self::Sent(place, now, keep) => match messages.get(place) {
                Some(id) => say(txn.outbox_sent(id, quarter(now), keep)?),
                None => say("no such message"),
            },
            Self::Due => {
                let due = txn.outbox_due(100)?;
                say(due.iter().map(|due| code(&due.message)).collect::<Vec<_>>())
            }
            Self::Inbox => {
                let kept = txn.inbox_list(Some("ANN@example.com"), 100)?;
                let kept = kept.iter().map(|kept| (code(&kept.message), kept.sent_at));
                say(kept.collect::<Vec<_>>())
            }
        })
    }
}

/// The messages of everybody, in the order in which they were written.
#[derive(Clone, Default)]
pub(super) struct Messages(Vec<Kept>);

#[derive(Clone)]
struct Kept {
    who: Who,
    due_at: Timestamp,
    sent_at: Option<Timestamp>,
    erased: bool,
}

impl Kept {
    fn waits(&self) -> bool {
        !self.erased && self.sent_at.is_none()
    }
}

impl Messages {
    /// What must come of a step.
    pub(super) fn step(&mut self, step: MessageStep) -> String {
        match step {
            MessageStep::Insert(who, now) => {
                self.0.push(Kept {
                    who,
                    due_at: quarter(now),
                    sent_at: None,
                    erased: false,
                });
                say(())
            }
            MessageStep::Take(who, now, limit) => say(self.take(who, now, limit)),
            MessageStep::Sent(place, now, keep) => {
                let Some(message) = self.0.get_mut(place) else {
                    return say("no such message");
                };
                let waited = message.waits();
                if waited {
                    message.sent_at = Some(quarter(now));
                    message.erased = !keep;
                }
                say(waited)
            }
            MessageStep::Due => {
                let messages = self.0.iter().enumerate();
                let due = messages.filter(|(_, message)| message.waits());
                say(due.map(|(number, _)| numbered(number)).collect::<Vec<_>>())
            }
            MessageStep::Inbox => {
                let messages = self.0.iter().enumerate().rev();
                let kept = messages.filter(|(_, message)| !message.erased);
                let sent = kept.filter_map(|(number, message)| {
                    message.sent_at.map(|sent_at| (numbered(number), sent_at))
                });
                say(sent.collect::<Vec<_>>())
            }
        }
    }

    fn take(&mut self, who: Who, now: u8, limit: usize) -> Vec<String> {
        let messages = self.0.iter().enumerate();
        let due = messages.filter(|(_, message)| {
            message.waits() && message.who.in_pool_of(who) && message.due_at <= quarter(now)
        });
        let mut due: Vec<_> = due.map(|(at, message)| (message.due_at, at)).collect();
        due.sort_unstable();
        due.truncate(limit);
        let mut taken: Vec<_> = due.into_iter().map(|(_, at)| at).collect();
        taken.sort_unstable();
        for at in &taken {
            self.0[*at].due_at = quarter(now + 2);
        }
        taken.into_iter().map(numbered).collect()
    }

    /// Their user is gone.
    pub(super) fn forget(&mut self, who: Who) {
        for message in &mut self.0 {
            message.erased |= message.who == who;
        }
    }
}
