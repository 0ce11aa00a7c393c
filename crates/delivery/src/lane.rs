//! One of a pool's queues: what is due is taken, handed to its senders, and written down.
//!
//! `emptying` keeps them going, `way` decides what becomes of a message that was not sent, `fate` writes
//! it down.

mod emptying;
mod fate;
mod way;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use poolhouse_domain::message::Channel;
use poolhouse_domain::{Clock, PoolId, Random, Timestamp};
use poolhouse_store::{Store, StoreError};
use tokio::sync::{Mutex, watch};

use self::emptying::Emptying;
use self::fate::Settled;
use self::way::Way;
use crate::Route;
use crate::figures::{Counts, Figures};

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

/// What a lane is told while it runs.
pub(crate) struct Signals {
    /// Changes when there may be something to send.
    pub(crate) told: watch::Receiver<u64>,
    /// Becomes true at the end.
    pub(crate) stopping: watch::Receiver<bool>,
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
        let senders = std::mem::take(senders);
        let way = Way::by(senders, route.inbox.clone());
        let store = &self.sources.store;
        store.outbox_stays_home(&self.pool, self.channel, way.ends_at_home().is_some());
        self.way.store(Arc::new(way));
    }

    /// There may be something to send: whether there can be, or it is in the inbox already.
    pub(crate) fn hears(&self) -> bool {
        let way = self.way.load();
        let inbox = way.ends_at_home();
        inbox.inspect(|inbox| inbox.changed()).is_none()
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
        let due = self.next_due().await?;
        let now = self.sources.clock.now();
        let ready = self.way.load().ready_at(now);
        Ok(due.map_or(ROUND, |due| due.max(ready).since(now).min(ROUND)))
    }

    /// When the next message is due, if one waits.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let (pool, channel) = (self.pool.clone(), self.channel);
        let store = &self.sources.store;
        store.read(move |txn| txn.outbox_next(&pool, channel)).await
    }

    /// Sends everything that is due and can be sent now, and says how many messages went out. Once it
    /// is to stop, no more than what goes at a time is begun.
    pub(crate) async fn empty(
        self: &Arc<Self>,
        signals: Option<&mut Signals>,
    ) -> Result<usize, StoreError> {
        let unrecorded = self.unrecorded.lock().await;
        Emptying::of(self, unrecorded).run(signals).await
    }

    /// The queue in numbers.
    pub(crate) async fn figures(&self) -> Result<Figures, StoreError> {
        let (pool, channel) = (self.pool.clone(), self.channel);
        let store = &self.sources.store;
        let read = store.read::<_, StoreError, _>(move |txn| {
            let dead_letters = txn.dead_letter_count(&pool, channel)?;
            Ok((txn.outbox_backlog(&pool, channel)?, dead_letters))
        });
        let (backlog, dead_letters) = read.await?;
        let now = self.sources.clock.now();
        let age = backlog.oldest.map(|oldest| now.since(oldest));
        let way = self.way.load();
        Ok(Figures {
            pool: self.pool.clone(),
            channel,
            waiting: backlog.waiting,
            age: age.unwrap_or_default(),
            dead_letters,
            sent: self.counts.sent.get(),
            retried: self.counts.retried.get(),
            refused: self.counts.refused.get(),
            expired: self.counts.expired.get(),
            senders_down: way.down(),
            receipts: way.receipts(),
        })
    }
}
