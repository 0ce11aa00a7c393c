//! The thread of a connection: it takes a job, runs it, and runs it again where that is safe.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as Lock, PoisonError};

use tokio::sync::{Mutex, mpsc};

use super::failure::Failure;
use super::session::Session;
use super::{Mode, Order, Target};
use crate::StoreError;
use crate::db::job::Job;
use crate::db::{Context, Engine, Txn};

/// How often a job is run again because others were in its way. Each time one of them has got
/// through, so more than as many as can meet on one row.
const CONFLICTS: u32 = 100;

/// How often a job is run again because its connection was lost.
const LOSSES: u32 = 5;

/// What the threads share.
pub(super) struct Shared {
    target: Target,
    context: Context,
    orders: Mutex<mpsc::Receiver<Order>>,
    /// Jobs that met a conflict are run again one at a time, so that they do not meet each other.
    turn: Lock<()>,
    commits: AtomicU64,
}

impl Shared {
    pub(super) fn new(target: Target, context: Context, orders: mpsc::Receiver<Order>) -> Self {
        Self {
            target,
            context,
            orders: Mutex::new(orders),
            turn: Lock::default(),
            commits: AtomicU64::default(),
        }
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    async fn next(&self) -> Option<Order> {
        self.orders.lock().await.recv().await
    }
}

/// The thread's own.
pub(super) struct Worker {
    session: Session,
    shared: Arc<Shared>,
}

impl Worker {
    pub(super) fn new(shared: &Arc<Shared>) -> Result<Self, StoreError> {
        Ok(Self {
            session: Session::new(Arc::clone(shared))?,
            shared: Arc::clone(shared),
        })
    }

    /// The same, for a job that may take long.
    pub(super) fn without_haste(self) -> Self {
        let session = self.session.without_haste();
        Self { session, ..self }
    }

    /// Does jobs until nobody can send any more.
    pub(super) fn run(&mut self) {
        while let Some((mode, mut job)) = self.session.wait(self.shared.next()) {
            let done = self.run_job(mode, &mut *job);
            job.answer(done.map_err(Failure::into_error));
            self.session.tidy();
        }
    }

    /// Runs `job` until it is committed, or failed for a reason of its own, or nothing more can be
    /// done.
    pub(super) fn run_job(&mut self, mode: Mode, job: &mut dyn Job) -> Result<(), Failure> {
        let (mut conflicts, mut losses) = (0, 0);
        let shared = Arc::clone(&self.shared);
        loop {
            let _turn =
                (conflicts > 0).then(|| shared.turn.lock().unwrap_or_else(PoisonError::into_inner));
            match self.attempt(mode, job) {
                Err(Failure::Conflict(_)) if conflicts < CONFLICTS => conflicts += 1,
                Err(Failure::Lost(why)) if losses < LOSSES => {
                    tracing::warn!(
                        why,
                        "the connection was lost; running its transaction again"
                    );
                    losses += 1;
                }
                Err(Failure::Conflict(why) | Failure::Lost(why)) => {
                    tracing::warn!(why, conflicts, losses, "a transaction was given up");
                    return Err(Failure::Final(StoreError::Busy));
                }
                outcome => return outcome,
            }
            self.session.tidy();
        }
    }

    fn attempt(&mut self, mode: Mode, job: &mut dyn Job) -> Result<(), Failure> {
        self.session.begin(mode)?;
        let keep = job.run(&mut Txn {
            engine: Engine::Postgres(&mut self.session),
            context: &self.shared.context,
        });
        self.session.end(mode == Mode::Write && keep)?;
        if mode == Mode::Write && keep {
            self.shared.commits.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}
