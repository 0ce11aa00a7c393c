//! The outbox worker.

use std::sync::Arc;

use poolhouse_domain::message::Channel;
use poolhouse_domain::{Clock, PoolId, Random};
use poolhouse_store::{Store, StoreError};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use crate::lane::{Lane, Signals, Sources};
use crate::{Figures, Route};

/// What a [`Worker`] is made of.
pub struct Parts {
    /// Where messages wait.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance, for the length of waits.
    pub random: Arc<dyn Random>,
    /// Told after each commit that put a message into the outbox.
    pub wake: Arc<Notify>,
}

/// Sends what is in the outbox for as long as it runs. Clones are the same worker.
#[derive(Clone)]
pub struct Worker {
    sources: Arc<Sources>,
    wake: Arc<Notify>,
    /// Grows, never shrinks: a pool's mails and its texts each have one.
    lanes: Arc<watch::Sender<Vec<Arc<Lane>>>>,
}

impl Worker {
    /// A worker that knows no pool yet.
    pub fn new(parts: Parts) -> Self {
        let Parts {
            store,
            clock,
            random,
            wake,
        } = parts;
        Self {
            sources: Arc::new(Sources {
                store,
                clock,
                random,
            }),
            wake,
            lanes: Arc::default(),
        }
    }

    /// From now on the messages of `pool` go by `route`. Messages of a pool that was never named here
    /// wait.
    pub fn pool_serve(&self, pool: &PoolId, mut route: Route) {
        self.lanes.send_modify(|lanes| {
            for channel in Channel::ALL {
                if !lanes.iter().any(|lane| lane.is_of(pool, channel)) {
                    let sources = Arc::clone(&self.sources);
                    lanes.push(Arc::new(Lane::new(sources, pool.clone(), channel)));
                }
            }
            for lane in lanes.iter() {
                for channel in Channel::ALL {
                    if lane.is_of(pool, channel) {
                        lane.reroute(&mut route);
                    }
                }
            }
        });
    }

    /// Sends until `stopping` becomes true, or nobody is left who could say so: what waits and goes
    /// at once is sent first.
    pub async fn run(self, mut stopping: watch::Receiver<bool>) {
        let (tell, _) = watch::channel(0_u64);
        let mut lanes = self.lanes.subscribe();
        let mut running = JoinSet::new();
        loop {
            let begun: Vec<_> = lanes.borrow_and_update().clone();
            for lane in begun.into_iter().skip(running.len()) {
                running.spawn(lane.run(Signals {
                    told: tell.subscribe(),
                    stopping: stopping.clone(),
                }));
            }
            tokio::select! {
                () = self.wake.notified() => {
                    // All of them, whoever it is for.
                    let waits = self.lanes().iter().filter(|lane| lane.hears()).count();
                    if waits > 0 {
                        tell.send_modify(|count| *count = count.wrapping_add(1));
                    }
                }
                _ = lanes.changed() => {}
                _ = stopping.wait_for(|stop| *stop) => break,
            }
        }
        running.join_all().await;
    }

    /// Sends everything that is due and can be sent now. How many messages went out.
    pub async fn drain(&self) -> Result<usize, StoreError> {
        let mut sent = 0;
        for lane in self.lanes() {
            sent += lane.empty(None).await?;
        }
        Ok(sent)
    }

    /// The queues in numbers.
    pub async fn figures(&self) -> Result<Vec<Figures>, StoreError> {
        let mut figures = Vec::new();
        for lane in self.lanes() {
            figures.push(lane.figures().await?);
        }
        Ok(figures)
    }

    fn lanes(&self) -> Vec<Arc<Lane>> {
        self.lanes.borrow().clone()
    }
}
