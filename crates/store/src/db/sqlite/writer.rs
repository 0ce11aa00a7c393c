//! The writer: one thread, one connection, and one commit for everybody who waits.
//!
//! A commit costs a sync of the disk, milliseconds, while a job costs microseconds. So the jobs that
//! came in during a commit share the next one. One that fails takes nobody along: mostly it has not
//! written yet, and if it has, the batch is run once more with a savepoint around each job, which costs
//! a copy of every page that two jobs write to. Nobody is answered before COMMIT has returned; if it
//! fails, the state of the disk is unknown, and nothing is acknowledged any more until the program
//! starts anew.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use tokio::sync::{mpsc, watch};

use super::checkpoint::Checkpoints;
use super::statements::Kept;
use super::{Connection, control, execute_script, txn};
use crate::StoreError;
use crate::db::Context;
use crate::db::job::Job;

/// Jobs that share one commit at most, so that the first does not wait for long.
const BATCH: usize = 256;

/// Commits between two looks at how long the log is.
const LOOK: u64 = 64;

/// The thread's own.
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) checkpoints: Checkpoints,
    pub(super) context: Arc<Context>,
    pub(super) jobs: mpsc::Receiver<Box<dyn Job>>,
    pub(super) commits: Arc<AtomicU64>,
    pub(super) broken: Arc<OnceLock<StoreError>>,
}

impl Writer {
    /// Starts the thread. The channel that it returns closes when the thread has ended, which it
    /// does when nobody can send jobs any more.
    pub(super) fn start(self) -> Result<watch::Receiver<()>, StoreError> {
        let (ended, watcher) = watch::channel(());
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                self.work();
                drop(ended);
            })
            .map_err(StoreError::broken)?;
        Ok(watcher)
    }

    fn work(mut self) {
        let mut statements = Kept::of(&self.connection);
        while let Some(first) = self.jobs.blocking_recv() {
            // Whoever is about to hand in a job does so first: with idle processors it returns at once, on busy
            // ones the commit is shared by more.
            thread::yield_now();
            let mut batch = vec![first];
            while batch.len() < BATCH
                && let Ok(next) = self.jobs.try_recv()
            {
                batch.push(next);
            }
            let committed = self.commit(&mut statements, &mut batch);
            for job in batch {
                job.answer(committed.clone());
            }
            if self.is_to_look()
                && let Err(error) = self.checkpoints.look(&self.connection)
            {
                tracing::warn!(?error, "the write-ahead log stays as long as it is");
            }
        }
        self.checkpoints.end();
        if let Err(error) = execute_script(&self.connection, "PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::warn!(?error, "the store was closed without a checkpoint");
        }
    }

    /// Whether it is time to look at the log: now and then, and when most of it was moved.
    fn is_to_look(&self) -> bool {
        self.commits.load(Ordering::Relaxed).is_multiple_of(LOOK) || self.checkpoints.is_moved()
    }

    fn commit(
        &self,
        statements: &mut Kept<'_>,
        batch: &mut [Box<dyn Job>],
    ) -> Result<(), StoreError> {
        if let Some(broken) = self.broken.get() {
            return Err(broken.clone());
        }
        match control(statements, "BEGIN IMMEDIATE") {
            Ok(()) => {}
            Err(StoreError::Busy) => return Err(StoreError::Busy),
            Err(why) => return Err(self.break_down(why)),
        }
        let committed = self
            .run_jobs(statements, batch)
            .and_then(|()| control(statements, "COMMIT"));
        match committed {
            Ok(()) => {}
            // Another process came in between two runs of the batch: nothing was begun.
            Err(StoreError::Busy) if self.connection.is_autocommit() => {
                return Err(StoreError::Busy);
            }
            Err(why) => return Err(self.break_down(why)),
        }
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// An error here is the whole transaction's: SQLite gave it up, savepoints and all.
    fn run_jobs(
        &self,
        statements: &mut Kept<'_>,
        batch: &mut [Box<dyn Job>],
    ) -> Result<(), StoreError> {
        let is_clean = batch.iter_mut().all(|job| {
            let before = self.connection.total_changes();
            self.run(statements, &mut **job) || self.connection.total_changes() == before
        });
        if is_clean {
            return Ok(());
        }
        control(statements, "ROLLBACK")?;
        control(statements, "BEGIN IMMEDIATE")?;
        batch.iter_mut().try_for_each(|job| {
            control(statements, "SAVEPOINT job")?;
            if !self.run(statements, &mut **job) {
                control(statements, "ROLLBACK TO job")?;
            }
            control(statements, "RELEASE job")
        })
    }

    /// Whether what the job wrote is to be kept.
    fn run(&self, statements: &mut Kept<'_>, job: &mut dyn Job) -> bool {
        job.run(&mut txn(statements, &self.context))
    }

    /// Stops acknowledging, for good.
    fn break_down(&self, why: StoreError) -> StoreError {
        let broken = match why {
            broken @ StoreError::Broken(_) => broken,
            other => StoreError::broken(other),
        };
        tracing::error!(error = ?broken, "the store stops: nothing is written until a restart");
        // Often SQLite has rolled back by itself; that this fails then says nothing new.
        let _rolled_back = execute_script(&self.connection, "ROLLBACK");
        self.broken.get_or_init(|| broken).clone()
    }
}

#[cfg(test)]
mod tests;
