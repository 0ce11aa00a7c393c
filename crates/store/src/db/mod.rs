//! The seam between the store's methods and the database: everything that is particular to an
//! engine is in here, and nowhere else.
//!
//! Methods write one SQL text for every engine (`?1`, `ON CONFLICT`, `RETURNING`), pass [`Value`]s
//! and read [`Row`]s by column. An expected conflict is told by `ON CONFLICT` and a row count, never
//! by an error: after an error PostgreSQL refuses the rest of the transaction.

mod job;
mod postgres;
mod row;
mod sql;
mod sqlite;
mod url;
mod value;

pub(crate) use row::Row;
pub(crate) use sql::Sql;
pub use url::{StoreUrl, StoreUrlError};
pub(crate) use value::{Cell, Value};

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use poolhouse_domain::message::Channel;
use poolhouse_domain::{PoolId, Sub};

use crate::StoreError;
use crate::outbox::Order;
use crate::vault::Vault;
use job::job;
use row::Columns;
use url::Place;

/// What every transaction has at hand beside the database.
pub(crate) struct Context {
    pub(crate) vault: Vault,
    pub(crate) order: Order,
    /// The queues whose messages go no further than the inbox.
    pub(crate) at_home: RwLock<Vec<(PoolId, Channel)>>,
    /// How many statements were run.
    pub(crate) statements: AtomicU64,
    /// How often the database was waited for over a network.
    pub(crate) round_trips: AtomicU64,
}

impl Context {
    fn count_statement(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    fn count_round_trip(&self) {
        self.round_trips.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether the messages of a queue go no further than the inbox.
    pub(crate) fn stays_home(&self, pool: &PoolId, channel: Channel) -> bool {
        let queues = self.at_home.read().unwrap_or_else(PoisonError::into_inner);
        queues.iter().any(|(of, by)| (of, *by) == (pool, channel))
    }
}

/// A database that is open.
pub(crate) enum Database {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
}

impl Database {
    /// Opens the database at `url` and brings its schema up to date.
    pub(crate) fn open(url: &StoreUrl, context: Context) -> Result<Self, StoreError> {
        Ok(match &url.0 {
            Place::Sqlite(path) => Self::Sqlite(sqlite::Database::open(path, context)?),
            Place::Postgres(target) => Self::Postgres(postgres::Database::open(target, context)?),
        })
    }

    /// Runs `work` in a transaction that is kept if it succeeds.
    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Txn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (job, answer) = job(work);
        match self {
            Self::Sqlite(database) => database.submit(job).await?,
            Self::Postgres(database) => database.submit(postgres::Mode::Write, job).await?,
        }
        answer.await.unwrap_or_else(|_| Err(died().into()))
    }

    /// Runs `work` on a snapshot.
    pub(crate) async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Txn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match self {
            // On the caller's thread: a read takes microseconds, from pages that are in memory, and
            // handing it to another thread and back would take longer.
            Self::Sqlite(database) => database.read(work),
            Self::Postgres(database) => {
                let (job, answer) = job(work);
                database.submit(postgres::Mode::Read, job).await?;
                answer.await.unwrap_or_else(|_| Err(died().into()))
            }
        }
    }

    /// Whether jobs are taken.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(database) => database.check(),
            Self::Postgres(database) => database.check(),
        }
    }

    /// What every transaction has at hand.
    pub(crate) fn context(&self) -> &Context {
        match self {
            Self::Sqlite(database) => database.context(),
            Self::Postgres(database) => database.context(),
        }
    }

    /// How many transactions were committed since the store was opened.
    pub(crate) fn commits(&self) -> u64 {
        match self {
            Self::Sqlite(database) => database.commits(),
            Self::Postgres(database) => database.commits(),
        }
    }

    /// Takes no more jobs, and returns when those that were taken are done.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(database) => database.close().await,
            Self::Postgres(database) => database.close().await,
        }
    }
}

fn died() -> StoreError {
    StoreError::broken("the thread that had the transaction died")
}

fn closed() -> StoreError {
    StoreError::broken("the store is closed")
}

/// An open transaction: all of it is kept, or nothing. The store's methods are methods of this.
pub struct Txn<'a> {
    engine: Engine<'a>,
    /// Shared by all transactions.
    pub(crate) context: &'a Context,
}

enum Engine<'a> {
    Sqlite(&'a mut dyn sqlite::Prepared),
    Postgres(&'a mut postgres::Session),
}

impl Txn<'_> {
    /// Runs a statement and says how many rows it changed.
    pub(crate) fn execute<'s>(
        &mut self,
        sql: impl Into<Sql<'s>>,
        params: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        let sql = sql.into();
        match &mut self.engine {
            Engine::Sqlite(prepared) => {
                self.context.count_statement();
                sqlite::execute(&mut **prepared, sql, params)
            }
            Engine::Postgres(session) => session.execute(sql.text(), params),
        }
    }

    /// Runs a statement whose count of rows nobody needs to know. A database behind a network is told of
    /// it with what is waited for next, so that it costs no time of its own; if it fails, so does the transaction.
    pub(crate) fn send<'s>(
        &mut self,
        sql: impl Into<Sql<'s>>,
        params: &[Value<'_>],
    ) -> Result<(), StoreError> {
        match &mut self.engine {
            Engine::Sqlite(_) => self.execute(sql, params).map(drop),
            Engine::Postgres(session) => session.send(sql.into().text(), params),
        }
    }

    /// The same of a statement that changes a row of `table` for certain, by what this transaction has
    /// read. If it does not the transaction fails: with [`StoreError::Conflict`], here or at its end.
    pub(crate) fn send_one(
        &mut self,
        table: &str,
        sql: &'static str,
        params: &[Value<'_>],
    ) -> Result<(), StoreError> {
        match &mut self.engine {
            Engine::Sqlite(_) => self.insert(table, sql, params),
            Engine::Postgres(session) => session.send_one(table, sql, params),
        }
    }

    /// Runs an `INSERT .. ON CONFLICT` that must add a row to `table`.
    pub(crate) fn insert(
        &mut self,
        table: &str,
        sql: &'static str,
        params: &[Value<'_>],
    ) -> Result<(), StoreError> {
        match self.execute(sql, params)? {
            0 => Err(StoreError::conflict(table)),
            _ => Ok(()),
        }
    }

    /// Lets `work` say what will be asked, so that a database behind a network is asked all of it at once.
    /// In there nothing is found; who asks for the same afterwards, before anything else is written, has
    /// the answer at hand. It changes what a transaction costs, and nothing else: what is not asked
    /// for afterwards was asked in vain, and what was not foreseen is asked then.
    ///
    /// A write may be among it, if it is the first thing that is done afterwards in any case.
    pub fn ask_ahead<T, E>(&mut self, work: impl FnOnce(&mut Txn<'_>) -> Result<T, E>) {
        let Engine::Postgres(session) = &mut self.engine else {
            return;
        };
        session.ask_ahead(true);
        // What has failed fails again when it is asked for.
        let _nothing = work(&mut Txn {
            engine: Engine::Postgres(session),
            context: self.context,
        });
        session.ask_ahead(false);
    }

    /// Whether it is of any use to ask ahead.
    pub fn asks_ahead(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// The same of questions about somebody whom `sql` finds: a row with their `sub`, or that of `stand_in`, if there
    /// is nobody. In `work` they are called `stand_in`, in a text or at the end of a blob. Who asks
    /// afterwards, about whomever it is, has the answers at hand.
    pub(crate) fn ask_ahead_of<T, E>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        stand_in: &Sub,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
    ) {
        let Engine::Postgres(session) = &mut self.engine else {
            return;
        };
        // Also what has failed here fails again when it is asked for.
        let _asked = session.ask_ahead_of(sql, params, stand_in.as_str());
        self.ask_ahead(work);
    }

    /// Runs statements that take no parameters, one after the other. They are written for SQLite:
    /// another engine's names of types are put in here.
    pub(crate) fn execute_script(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.engine {
            Engine::Sqlite(prepared) => sqlite::execute_script(prepared.connection(), sql),
            Engine::Postgres(session) => session.execute_script(sql),
        }
    }

    /// Reads the one row that there must be.
    pub(crate) fn query_one<'s, T>(
        &mut self,
        sql: impl Into<Sql<'s>>,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let sql = sql.into();
        self.query_opt(sql, params, read)?
            .ok_or_else(|| StoreError::broken(format!("no row, expected one: {}", sql.text())))
    }

    /// Reads the first row, if there is one.
    pub(crate) fn query_opt<'s, T>(
        &mut self,
        sql: impl Into<Sql<'s>>,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        // Every row is read, also where one is expected: a RETURNING statement that is not run to
        // its end has not done its work.
        Ok(self.query_many(sql, params, read)?.into_iter().next())
    }

    /// Reads every row.
    pub(crate) fn query_many<'s, T>(
        &mut self,
        sql: impl Into<Sql<'s>>,
        params: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let sql = sql.into();
        match &mut self.engine {
            Engine::Sqlite(prepared) => {
                self.context.count_statement();
                sqlite::query(&mut **prepared, sql, params, read)
            }
            Engine::Postgres(session) => {
                let rows = session.query(sql.text(), params)?;
                rows.iter()
                    .map(|row| read(&Row::new(Columns::Postgres(row))))
                    .collect()
            }
        }
    }
}

#[cfg(test)]
mod tests;
