//! The store: opened once, shared by everybody, closed at the end.

use std::path::Path;
use std::sync::Arc;

use poolhouse_domain::Random;
use poolhouse_domain::seal::Sealer;

use crate::StoreError;
use crate::db::{Context, Database, Txn, job};
use crate::outbox::Order;
use crate::vault::Vault;

/// A handle on the store; clones share it.
#[derive(Clone)]
pub struct Store(Arc<Database>);

impl Store {
    /// Opens the SQLite file at `path`, or makes it (mode 0600, its folder 0700), and brings its
    /// schema up to date. `sealer` seals secrets at rest: it must be the same for ever.
    ///
    /// # Errors
    /// [`StoreError::Broken`] if the file cannot be opened or a newer program made its schema.
    pub fn open(path: &Path, sealer: Sealer, random: Arc<dyn Random>) -> Result<Self, StoreError> {
        let context = Context {
            vault: Vault::new(sealer, random),
            order: Order::default(),
        };
        Ok(Self(Arc::new(Database::open(path, context)?)))
    }

    /// Runs `work` in a transaction and answers when it is committed to disk. If `work` fails, what
    /// it wrote is undone and its error returned. `work` may be run more than once (on another
    /// engine, after a serialization failure), so it has no effect but through the [`Txn`].
    ///
    /// Once accepted the work is done, also if the caller stops waiting.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::Busy`] if another process holds the file; and
    /// [`StoreError::Broken`] if it could not be committed: then nothing more is acknowledged.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Txn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (job, answer) = job(work);
        self.0.submit(job).await?;
        answer
            .await
            .unwrap_or_else(|_| Err(StoreError::broken("the writer died").into()))
    }

    /// Runs `work` on a snapshot of what is committed; it cannot write.
    ///
    /// It runs on the caller's thread: a read takes microseconds, from pages that are in memory,
    /// and handing it to another thread and back would take longer.
    ///
    /// # Errors
    /// Those of `work`, and [`StoreError::Broken`] if the file cannot be read.
    #[expect(
        clippy::unused_async,
        reason = "an engine behind a network has to wait, and callers must not care"
    )]
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Txn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.read(work)
    }

    /// Whether the store can be written and read.
    ///
    /// # Errors
    /// [`StoreError::Broken`] if it has stopped acknowledging writes, is closed, or cannot be read.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.0.check()?;
        self.read(|txn| txn.schema_version().map(drop)).await
    }

    /// How many transactions were committed since the store was opened. Writes that came in at the
    /// same time share one, so it grows by less than the number of writes.
    pub fn commit_count(&self) -> u64 {
        self.0.commits()
    }

    /// Finishes the writes that were accepted, brings the file up to date and closes it. Later writes
    /// are refused.
    pub async fn close(&self) {
        self.0.close().await;
    }
}
