//! PostgreSQL, and what speaks its protocol.
//!
//! A closure runs on a thread that has a connection of its own: there are as many at most as the URL
//! says, so that is also how many transactions a node has in flight. A transaction is SERIALIZABLE: closures
//! are written as if they ran one after the other, as they do on SQLite, and where that cannot be
//! kept up the server says so (40001) and the closure is run again. docs/decisions/0016-postgresql.md
//! has the reasons.
//!
//! - `target`: the URL, and what is made of it. `tls`: who is trusted.
//! - `line`: a connection whenever one is needed. `live`: that connection and its statements. `value`: what
//!   goes through it.
//! - `session`: the transaction on it. `talk`: what is said in it, `whom` about whom, and `flight` what of it
//!   at once.
//! - `failure`: what an error means for the transaction.
//! - `worker`: the thread, and when it runs a closure again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::{mpsc, watch};

use super::job::{Job, job};
use super::{Context, closed};
use crate::{StoreError, migrations};

mod failure;
mod flight;
mod line;
mod live;
mod session;
mod talk;
mod target;
mod tls;
mod value;
mod whom;
mod worker;

use failure::Failure;
pub(super) use session::Session;
pub(super) use target::Target;
pub(super) use tokio_postgres::Row;
pub(super) use value::value;
use worker::{Shared, Worker};

/// Jobs that wait for a connection; whoever comes after them waits to hand theirs in.
const QUEUE: usize = 1024;

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
}

/// A job, and what its transaction may do.
type Order = (Mode, Box<dyn Job>);

/// A database: threads with a connection each, and the jobs that wait for them.
pub(crate) struct Database {
    orders: Mutex<Option<mpsc::Sender<Order>>>,
    ended: watch::Receiver<()>,
    shared: Arc<Shared>,
}

impl Database {
    /// Connects, brings the schema up to date, and starts the threads.
    pub(crate) fn open(target: &Target, context: Context) -> Result<Self, StoreError> {
        let (orders, waiting) = mpsc::channel(QUEUE);
        let shared = Arc::new(Shared::new(target.clone(), context, waiting));
        prepare(&shared)?;
        let (ended, watcher) = watch::channel(());
        for number in 1..=target.connections() {
            let mut worker = Worker::new(&shared)?;
            let ended = ended.clone();
            thread::Builder::new()
                .name(format!("store-{number}"))
                .spawn(move || {
                    worker.run();
                    drop(ended);
                })
                .map_err(StoreError::broken)?;
        }
        Ok(Self {
            orders: Mutex::new(Some(orders)),
            ended: watcher,
            shared,
        })
    }

    /// Hands a job to whichever thread is free next, waiting while the queue is full.
    pub(crate) async fn submit(&self, mode: Mode, job: Box<dyn Job>) -> Result<(), StoreError> {
        let orders = self.orders().clone().ok_or_else(closed)?;
        orders.send((mode, job)).await.map_err(|_| closed())
    }

    /// Whether jobs are taken. Whether the server answers is for a job to find out.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match &*self.orders() {
            Some(orders) if !orders.is_closed() => Ok(()),
            _ => Err(closed()),
        }
    }

    pub(crate) fn context(&self) -> &Context {
        self.shared.context()
    }

    /// How many transactions were committed since the store was opened.
    pub(crate) fn commits(&self) -> u64 {
        self.shared.commits()
    }

    /// Takes no more jobs, and returns when those that were taken are done.
    pub(crate) async fn close(&self) {
        self.orders().take();
        // Nobody ever sends: the channel closes when the last thread ends.
        let _ended = self.ended.clone().changed().await;
    }

    fn orders(&self) -> MutexGuard<'_, Option<mpsc::Sender<Order>>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Brings the schema up to date, on a connection that is closed afterwards. On a thread of its own:
/// whoever opens a store may be inside a runtime, where nothing may wait.
fn prepare(shared: &Arc<Shared>) -> Result<(), StoreError> {
    let work = || {
        let (mut migrate, mut answer) = job::<_, StoreError, _>(migrations::prepare);
        let done = Worker::new(shared)?
            .without_haste()
            .run_job(Mode::Write, &mut *migrate);
        migrate.answer(done.map_err(|failure| match failure {
            Failure::Unreachable(why) => StoreError::broken(why),
            other => other.into_error(),
        }));
        answer
            .try_recv()
            .unwrap_or_else(|_| Err(StoreError::broken("the migration was not run")))
    };
    thread::scope(|scope| scope.spawn(work).join())
        .unwrap_or_else(|_| Err(StoreError::broken("the migration panicked")))
}

#[cfg(test)]
mod tests;
