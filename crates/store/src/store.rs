//! The store: opened once, shared by everybody, closed at the end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use poolhouse_domain::message::Channel;
use poolhouse_domain::seal::{MasterKey, Sealer};
use poolhouse_domain::{PoolId, Random};

use crate::db::{Context, Database, Txn};
use crate::outbox::Order;
use crate::vault::Vault;
use crate::{StoreError, StoreUrl};

/// A handle on the store; clones share it.
#[derive(Clone)]
pub struct Store(Arc<Database>);

impl Store {
    /// Opens the store at `url` and brings its schema up to date: an SQLite file, which is made if it
    /// is not there (mode 0600, its folder 0700), or a PostgreSQL database, which has to be there.
    /// `master` seals the keys that seal secrets at rest: it must be the same on every node.
    ///
    /// It waits for disk and network, so it is for the start of a program.
    ///
    /// # Errors
    /// [`StoreError::Broken`] if the database cannot be opened or a newer program made its schema.
    pub fn open(
        url: &StoreUrl,
        master: Sealer,
        random: Arc<dyn Random>,
    ) -> Result<Self, StoreError> {
        let context = Context {
            vault: Vault::new(master, random),
            order: Order::default(),
            at_home: RwLock::default(),
            statements: AtomicU64::default(),
            round_trips: AtomicU64::default(),
        };
        Ok(Self(Arc::new(Database::open(url, context)?)))
    }

    /// What codes and refresh tokens are hashed with: made with the store, and the same for ever.
    pub fn hash_key(&self) -> MasterKey {
        self.0.context().vault.ring().hashes.clone()
    }

    /// What Sessions are sealed with.
    pub fn session_key(&self) -> MasterKey {
        self.0.context().vault.ring().sessions.clone()
    }

    /// Whether the messages of a queue go no further than the inbox: then they are in it as soon as they
    /// are written, and nobody has to send them. Those that wait already do not come there by this.
    pub fn outbox_stays_home(&self, pool: &PoolId, channel: Channel, stays: bool) {
        let queues = &self.0.context().at_home;
        let mut queues = queues.write().unwrap_or_else(PoisonError::into_inner);
        queues.retain(|(of, by)| (of, *by) != (pool, channel));
        if stays {
            queues.push((pool.clone(), channel));
        }
    }

    /// Whether there is more than one data key: something may have to be sealed again.
    pub fn has_old_data_keys(&self) -> bool {
        !self.0.context().vault.ring().others.is_empty()
    }

    /// Runs `work` in a transaction and answers when it is committed to disk. If `work` fails, what
    /// it wrote is undone and its error returned. `work` may be run more than once (on PostgreSQL,
    /// after a serialization failure or a lost connection), so it has no effect but through the
    /// [`Txn`]. Whatever the engine, transactions happen as if one after the other.
    ///
    /// Once accepted the work is done, also if the caller stops waiting.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::Busy`] if others hold the database, or it cannot be reached
    /// now; and [`StoreError::Broken`] if it could not be committed: on SQLite nothing more is
    /// acknowledged then, on PostgreSQL it is not known whether this one was kept.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Txn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.write(work).await
    }

    /// Runs `work` on a snapshot of what is committed; it cannot write.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::Busy`] if the database cannot be reached now, and
    /// [`StoreError::Broken`] if it cannot be read.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Txn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.read(work).await
    }

    /// Whether the store can be written and read.
    ///
    /// # Errors
    /// [`StoreError::Broken`] if it has stopped acknowledging writes, is closed, or cannot be read;
    /// [`StoreError::Busy`] if it cannot be reached now.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.0.check()?;
        self.read(|txn| txn.schema_version().map(drop)).await
    }

    /// How many transactions were committed since the store was opened. Writes that came in at the
    /// same time share one, so it grows by less than the number of writes.
    pub fn commit_count(&self) -> u64 {
        self.0.commits()
    }

    /// How many statements were run since the store was opened, reads included.
    pub fn statement_count(&self) -> u64 {
        self.0.context().statements.load(Ordering::Relaxed)
    }

    /// How often a database server was waited for since the store was opened, but for new connections and
    /// for statements that a connection prepares the first time.
    pub fn round_trip_count(&self) -> u64 {
        self.0.context().round_trips.load(Ordering::Relaxed)
    }

    /// Finishes the work that was accepted and closes the database. Later writes are refused.
    pub async fn close(&self) {
        self.0.close().await;
    }
}
