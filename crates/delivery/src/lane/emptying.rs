//! Emptying a queue: while messages are on their way, one transaction after the other writes down what
//! became of the last ones and takes the next.
//!
//! A sender does not wait for the store: as many messages as may be on their way are ours already. Nor
//! does it run ahead of it: no more than twice that many are on their way or not written down yet, and
//! after a crash no more are sent again.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use poolhouse_domain::Timestamp;
use poolhouse_store::{OutboxMessage, StoreError};
use tokio::sync::MutexGuard;
use tokio::task::JoinSet;

use super::fate::Settled;
use super::way::Way;
use super::{Lane, Signals};

/// How long a message of ours may wait until it is on its way; then it is given out again.
const WAIT: Duration = Duration::from_secs(5);

/// A queue that is being emptied.
pub(super) struct Emptying<'a> {
    lane: &'a Arc<Lane>,
    /// What is settled and not written down.
    unrecorded: MutexGuard<'a, Vec<Settled>>,
    flying: JoinSet<Settled>,
    ahead: VecDeque<Taken>,
    turn: Option<Turn<'a>>,
    /// Whether nothing more was due when somebody looked.
    dry: bool,
    closing: bool,
    failed: Option<StoreError>,
    sent: usize,
}

/// A message of ours that is not on its way yet.
struct Taken {
    message: OutboxMessage,
    /// Until then nobody else gets it.
    until: Timestamp,
}

/// A transaction under way.
struct Turn<'a> {
    /// How many of the settled it writes down.
    recorded: usize,
    /// How many messages it takes at most, and until when.
    room: usize,
    until: Timestamp,
    work: Pin<Box<dyn Future<Output = Result<Vec<OutboxMessage>, StoreError>> + Send + 'a>>,
}

impl<'a> Emptying<'a> {
    pub(super) fn of(lane: &'a Arc<Lane>, unrecorded: MutexGuard<'a, Vec<Settled>>) -> Self {
        Self {
            lane,
            unrecorded,
            flying: JoinSet::new(),
            ahead: VecDeque::new(),
            turn: None,
            dry: false,
            closing: false,
            failed: None,
            sent: 0,
        }
    }

    /// To the end, or until the store fails. How many messages went out.
    pub(super) async fn run(
        mut self,
        mut signals: Option<&mut Signals>,
    ) -> Result<usize, StoreError> {
        loop {
            let now = self.lane.sources.clock.now();
            let way = self.lane.way.load_full();
            self.start(&way, now);
            let stopping = signals.as_ref();
            let stopping = stopping.is_some_and(|signals| *signals.stopping.borrow());
            self.begin_turn(&way, now, stopping);
            if self.flying.is_empty() && self.turn.is_none() {
                return self.failed.map_or(Ok(self.sent), Err);
            }
            tokio::select! {
                biased;
                Some(landed) = self.flying.join_next() => {
                    self.unrecorded.extend(landed);
                    self.dry = false;
                }
                Some(ended) = end_of(&mut self.turn) => self.end_turn(ended),
                // More to send while what is on its way takes its time.
                true = news(signals.as_deref_mut()) => self.dry = false,
            }
        }
    }

    /// Sends messages of ours on their way.
    fn start(&mut self, way: &Arc<Way>, now: Timestamp) {
        let width = way.width(now);
        let unrecorded = self.unrecorded.len();
        // Where nobody would send them they come back at once, to be tried again.
        let is_room = |flying| width == 0 || flying < width && flying + unrecorded < 2 * width;
        while is_room(self.flying.len()) {
            let Some(Taken { message, until }) = self.ahead.pop_front() else {
                return;
            };
            if now + way.longest() <= until {
                let (lane, way) = (Arc::clone(self.lane), Arc::clone(way));
                self.flying
                    .spawn(async move { way.send(&lane.sources, message).await });
            }
        }
    }

    /// Begins to write down what is settled, and to take what there is room for.
    fn begin_turn(&mut self, way: &Way, now: Timestamp, stopping: bool) {
        if self.turn.is_some() || self.failed.is_some() {
            return;
        }
        let held = self.flying.len() + self.ahead.len();
        let most = if self.dry || self.closing {
            0
        } else {
            way.width(now) + way.ahead(now)
        };
        let room = most.saturating_sub(held);
        if room == 0 && self.unrecorded.is_empty() {
            return;
        }
        self.closing |= stopping && room > 0;
        let until = now + way.longest() + WAIT;
        let done = self.unrecorded.clone();
        self.turn = Some(Turn {
            recorded: done.len(),
            room,
            until,
            work: Box::pin(self.lane.turn(done, now, room, until)),
        });
    }

    fn end_turn(&mut self, ended: (Turn<'a>, Result<Vec<OutboxMessage>, StoreError>)) {
        let (turn, result) = ended;
        match result {
            Ok(taken) => {
                let done: Vec<_> = self.unrecorded.drain(..turn.recorded).collect();
                let sent = self.lane.count(&done);
                self.sent += sent;
                if sent > 0
                    && let Some(inbox) = &self.lane.way.load().inbox
                {
                    inbox.changed();
                }
                self.dry |= taken.len() < turn.room;
                let until = turn.until;
                let taken = taken.into_iter().map(|message| Taken { message, until });
                self.ahead.extend(taken);
            }
            Err(error) => self.failed = Some(error),
        }
    }
}

impl Lane {
    /// Writes down what is `done` and takes the next messages that are due, for us alone until
    /// `until`. Where there is nothing of either, nothing is written.
    async fn turn(
        &self,
        done: Vec<Settled>,
        now: Timestamp,
        room: usize,
        until: Timestamp,
    ) -> Result<Vec<OutboxMessage>, StoreError> {
        if done.is_empty() && self.next_due().await?.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        let keep = self.way.load().inbox.is_some();
        let (pool, channel) = (self.pool.clone(), self.channel);
        let store = &self.sources.store;
        store
            .write(move |txn| {
                for settled in &done {
                    settled.record(txn, keep)?;
                }
                if room == 0 {
                    return Ok(Vec::new());
                }
                txn.outbox_take(&pool, channel, now, until, room)
            })
            .await
    }
}

/// A transaction that has ended, and how; nothing if there is none.
async fn end_of<'a>(
    turn: &mut Option<Turn<'a>>,
) -> Option<(Turn<'a>, Result<Vec<OutboxMessage>, StoreError>)> {
    let result = turn.as_mut()?.work.as_mut().await;
    Some((turn.take()?, result))
}

/// Ends with true when there may be something to send; if nobody will say so, with false.
async fn news(signals: Option<&mut Signals>) -> bool {
    match signals {
        Some(signals) => signals.told.changed().await.is_ok(),
        None => false,
    }
}
