//! One of a pool's queues: what is due is taken, sent by the first sender that works, and settled.
//!
//! This is the one place where it is decided what becomes of a message that was not sent.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use poolhouse_domain::message::Channel;
use poolhouse_domain::{Clock, PoolId, Random, Timestamp};
use poolhouse_store::{OutboxId, OutboxMessage, Store, StoreError};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;

use crate::backoff;
use crate::figures::{Counts, Figures};
use crate::health::{Health, Leave};
use crate::sender::{Failure, Post, Sender};
use crate::{Inbox, Route};

/// How long a sender may take for a message.
const PATIENCE: Duration = Duration::from_secs(15);

/// How many messages are settled at a time where nothing has to be sent.
const BATCH: usize = 64;

/// How often to look for messages that nobody has told of: those of another node that has died.
const ROUND: Duration = Duration::from_secs(10);

/// How long to wait after the store failed: doubled each time, up to the second.
const STORE_PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// What lanes share.
pub(crate) struct Sources {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

/// A queue, and the senders that it goes by.
pub(crate) struct Lane {
    sources: Arc<Sources>,
    pool: PoolId,
    channel: Channel,
    way: ArcSwap<Way>,
    counts: Counts,
    /// What was sent or not, and could not be written down yet. Whoever has this lock is the one who
    /// empties the queue.
    unrecorded: Mutex<Vec<Settled>>,
}

/// A [`Route`], as far as one channel goes.
#[derive(Default)]
struct Way {
    senders: Vec<Guarded>,
    inbox: Option<Inbox>,
}

struct Guarded {
    sender: Sender,
    health: Health,
}

/// What a lane is told while it runs.
pub(crate) struct Signals {
    /// Changes when there may be something to send.
    pub(crate) told: watch::Receiver<u64>,
    /// Becomes true at the end.
    pub(crate) stopping: watch::Receiver<bool>,
}

/// What became of a message.
#[derive(Clone)]
struct Settled {
    id: OutboxId,
    at: Timestamp,
    fate: Fate,
}

#[derive(Clone)]
enum Fate {
    Sent,
    /// To be tried again then.
    Again(Timestamp, String),
    Refused(String),
    /// Its code expired.
    Late,
}

impl Lane {
    pub(crate) fn new(sources: Arc<Sources>, pool: PoolId, channel: Channel) -> Self {
        Self {
            sources,
            pool,
            channel,
            way: ArcSwap::from_pointee(Way::default()),
            counts: Counts::default(),
            unrecorded: Mutex::default(),
        }
    }

    pub(crate) fn is_of(&self, pool: &PoolId, channel: Channel) -> bool {
        self.pool == *pool && self.channel == channel
    }

    /// From now on messages go by these senders; those on their way go on as they were.
    pub(crate) fn reroute(&self, route: &mut Route) {
        let senders = match self.channel {
            Channel::Email => &mut route.email,
            Channel::Sms => &mut route.sms,
        };
        let guard = |sender| Guarded {
            sender,
            health: Health::default(),
        };
        self.way.store(Arc::new(Way {
            senders: std::mem::take(senders).into_iter().map(guard).collect(),
            inbox: route.inbox.clone(),
        }));
    }

    /// Sends until `stopping` becomes true, or nobody is left who could say so; what then waits and
    /// goes at once is sent first. A store that fails is asked again, ever more slowly.
    pub(crate) async fn run(self: Arc<Self>, mut signals: Signals) {
        let mut stopped = false;
        let mut pause = None;
        loop {
            let emptied = self.empty(Some(&mut signals)).await;
            let rest = match emptied {
                Ok(_) => self.rest().await,
                Err(error) => Err(error),
            };
            let rest = match rest {
                Ok(rest) => {
                    pause = None;
                    rest
                }
                Err(error) => {
                    tracing::error!(?error, "the outbox cannot be emptied; trying again");
                    let (first, most) = STORE_PAUSE;
                    let longer = pause.map_or(first, |last: Duration| (last * 2).min(most));
                    *pause.insert(longer)
                }
            };
            if stopped {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                Ok(()) = signals.told.changed(), if pause.is_none() => {}
                _ = signals.stopping.wait_for(|stop| *stop) => stopped = true,
            }
        }
    }

    /// How long nothing can be sent, unless something new comes.
    async fn rest(&self) -> Result<Duration, StoreError> {
        let (pool, channel) = (self.pool.clone(), self.channel);
        let read = self
            .sources
            .store
            .read(move |txn| txn.outbox_next(&pool, channel));
        let due: Option<Timestamp> = read.await?;
        let now = self.sources.clock.now();
        let ready = self.way.load().ready_at(now);
        Ok(due.map_or(ROUND, |due| due.max(ready).since(now).min(ROUND)))
    }

    /// Sends everything that is due and can be sent now, and says how many messages went out. Once it
    /// is to stop, no more than what goes at a time is begun.
    pub(crate) async fn empty(
        self: &Arc<Self>,
        mut signals: Option<&mut Signals>,
    ) -> Result<usize, StoreError> {
        let mut settled = self.unrecorded.lock().await;
        let mut flying = JoinSet::new();
        let mut sent = self.record(&mut settled).await?;
        let mut failed = None;
        let mut closing = false;
        loop {
            let way = self.way.load_full();
            let width = way.width(self.sources.clock.now());
            let room = width.saturating_sub(flying.len());
            if failed.is_none() && !closing && room > 0 && room * 2 >= width {
                closing = signals
                    .as_ref()
                    .is_some_and(|signals| *signals.stopping.borrow());
                match self.take(&way, room).await {
                    Ok(taken) => {
                        for message in taken {
                            let (lane, way) = (Arc::clone(self), Arc::clone(&way));
                            flying.spawn(async move { lane.send(&way, message).await });
                        }
                    }
                    Err(error) => failed = Some(error),
                }
            }
            tokio::select! {
                biased;
                landed = flying.join_next() => match landed {
                    Some(landed) => settled.extend(landed),
                    None => return failed.map_or(Ok(sent), Err),
                },
                // More to send while what is on its way takes its time.
                true = news(signals.as_deref_mut()) => {}
            }
            while let Some(landed) = flying.try_join_next() {
                settled.extend(landed);
            }
            match self.record(&mut settled).await {
                Ok(more) => sent += more,
                Err(error) => failed = Some(error),
            }
        }
    }

    /// The next messages that are due, for us alone. Where nothing is due, nothing is written.
    async fn take(&self, way: &Way, room: usize) -> Result<Vec<OutboxMessage>, StoreError> {
        let (pool, channel) = (self.pool.clone(), self.channel);
        let now = self.sources.clock.now();
        let of = pool.clone();
        let next = self
            .sources
            .store
            .read(move |txn| txn.outbox_next(&of, channel));
        let next: Option<Timestamp> = next.await?;
        if next.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        let until = now + way.longest();
        let store = &self.sources.store;
        store
            .write(move |txn| txn.outbox_take(&pool, channel, now, until, room))
            .await
    }

    /// Hands a message to the senders, one after the other, until one takes it.
    async fn send(&self, way: &Way, message: OutboxMessage) -> Settled {
        let fate = self.fate(way, &message).await;
        Settled {
            id: message.id,
            at: self.sources.clock.now(),
            fate,
        }
    }

    async fn fate(&self, way: &Way, message: &OutboxMessage) -> Fate {
        if self.is_late(message) {
            return Fate::Late;
        }
        if way.senders.is_empty() && way.inbox.is_some() {
            return Fate::Sent;
        }
        let mut last = Failure::Down("there is no sender that works".to_owned());
        let mut refusals = 0;
        for guarded in &way.senders {
            let now = self.sources.clock.now();
            if self.is_late(message) {
                return Fate::Late;
            }
            let Some(leave) = guarded.health.leave(now, PATIENCE) else {
                continue;
            };
            match self.attempt(guarded, &leave, message).await {
                Ok(()) => return Fate::Sent,
                Err(failure) => {
                    refusals += usize::from(matches!(failure, Failure::Refused(_)));
                    last = failure;
                }
            }
        }
        if refusals > 0 && refusals == way.senders.len() {
            return Fate::Refused(last.said().to_owned());
        }
        Fate::Again(self.next_attempt(message, &last), last.said().to_owned())
    }

    async fn attempt(
        &self,
        guarded: &Guarded,
        leave: &Leave,
        message: &OutboxMessage,
    ) -> Result<(), Failure> {
        let post = Post {
            id: &message.id,
            pool: &message.pool,
            message: &message.message,
            written_at: message.created_at,
            deadline: message.deadline,
            now: self.sources.clock.now(),
        };
        let sent = tokio::time::timeout(PATIENCE, guarded.sender.send(&post)).await;
        let sent = sent.unwrap_or_else(|_| {
            let said = format!("no answer within {} s", PATIENCE.as_secs());
            Err(Failure::Down(said))
        });
        if let Err(Failure::Down(why)) = &sent {
            let (now, random) = (self.sources.clock.now(), &*self.sources.random);
            if guarded.health.is_well() {
                let sender = guarded.sender.name();
                tracing::warn!(sender, why, "a sender does not work; trying again");
            }
            guarded.health.failed(leave, now, random);
        } else {
            if !guarded.health.is_well() {
                tracing::info!(sender = guarded.sender.name(), "a sender works again");
            }
            guarded.health.works();
        }
        sent
    }

    fn next_attempt(&self, message: &OutboxMessage, failure: &Failure) -> Timestamp {
        let backoff = match failure {
            Failure::Down(_) => &backoff::OF_SENDER,
            Failure::Later(_) | Failure::Refused(_) => &backoff::OF_MESSAGE,
        };
        self.sources.clock.now() + backoff.after(message.attempts, &*self.sources.random)
    }

    fn is_late(&self, message: &OutboxMessage) -> bool {
        self.sources.clock.now() >= message.deadline
    }

    /// Writes down what became of messages, in one transaction, and forgets it. How many were sent.
    async fn record(&self, settled: &mut Vec<Settled>) -> Result<usize, StoreError> {
        if settled.is_empty() {
            return Ok(0);
        }
        let inbox = self.way.load().inbox.clone();
        let keep = inbox.is_some();
        let done = settled.clone();
        let recorded = self.sources.store.write::<(), StoreError, _>(move |txn| {
            for Settled { id, at, fate } in &done {
                match fate {
                    Fate::Sent => txn.outbox_sent(id, *at, keep)?,
                    Fate::Again(due_at, why) => txn.outbox_postpone(id, *due_at, why)?,
                    Fate::Refused(why) => txn.outbox_fail(id, *at, Some(why))?,
                    Fate::Late => txn.outbox_fail(id, *at, None)?,
                };
            }
            Ok(())
        });
        recorded.await?;
        let sent = self.count(settled);
        settled.clear();
        if let Some(inbox) = inbox.filter(|_| sent > 0) {
            inbox.changed();
        }
        Ok(sent)
    }

    fn count(&self, done: &[Settled]) -> usize {
        let mut sent = 0;
        for settled in done {
            let message = settled.id.as_str();
            match &settled.fate {
                Fate::Sent => sent += 1,
                Fate::Again(..) => self.counts.retried.add(1),
                Fate::Refused(_) => {
                    tracing::warn!(message, "given up: every sender refused it");
                    self.counts.refused.add(1);
                }
                Fate::Late => {
                    tracing::warn!(message, "given up: its code expired before it was sent");
                    self.counts.expired.add(1);
                }
            }
        }
        self.counts.sent.add(sent);
        sent
    }

    /// The queue in numbers.
    pub(crate) async fn figures(&self) -> Result<Figures, StoreError> {
        let (pool, channel) = (self.pool.clone(), self.channel);
        let store = &self.sources.store;
        let backlog = store
            .read::<_, StoreError, _>(move |txn| txn.outbox_backlog(&pool, channel))
            .await?;
        let now = self.sources.clock.now();
        let age = backlog.oldest.map(|oldest| now.since(oldest));
        let way = self.way.load();
        let down = way.senders.iter().filter(|one| !one.health.is_well());
        Ok(Figures {
            pool: self.pool.clone(),
            channel,
            waiting: backlog.waiting,
            age: age.unwrap_or_default(),
            sent: self.counts.sent.get(),
            retried: self.counts.retried.get(),
            refused: self.counts.refused.get(),
            expired: self.counts.expired.get(),
            senders_down: down.count(),
        })
    }
}

impl Way {
    /// How many messages may be on their way at `now`: as many as the widest sender takes that works,
    /// one to try those that did not, none while all rest.
    fn width(&self, now: Timestamp) -> usize {
        if self.senders.is_empty() {
            return BATCH;
        }
        let well = self.senders.iter().filter(|one| one.health.is_well());
        let widest = well.map(|one| one.sender.width()).max();
        widest.unwrap_or_else(|| usize::from(self.ready_at(now) <= now))
    }

    /// When the first sender may be asked, `now` or later.
    fn ready_at(&self, now: Timestamp) -> Timestamp {
        let rests = self.senders.iter().map(|one| one.health.rests_until());
        let first = rests.map(|until| until.unwrap_or(now)).min();
        first.map_or(now, |first| first.max(now))
    }

    /// How long a message takes at most, whatever its senders do: so long it is ours.
    fn longest(&self) -> Duration {
        let senders = u32::try_from(self.senders.len()).unwrap_or(u32::MAX);
        PATIENCE.saturating_mul(senders.saturating_add(1))
    }
}

/// Ends with true when there may be something to send; if nobody will say so, with false.
async fn news(signals: Option<&mut Signals>) -> bool {
    match signals {
        Some(signals) => signals.told.changed().await.is_ok(),
        None => false,
    }
}
