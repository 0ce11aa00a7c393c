//! SQLite: transactions, statements, and its errors in our words.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::available_parallelism;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, Statement, ToSql};
use tokio::sync::{mpsc, watch};

use super::job::Job;
use super::{Columns, Context, Engine, Sql, Txn, Value, closed};
use crate::{StoreError, migrations};

pub(super) use rusqlite::{Connection, Row};

mod checkpoint;
mod connect;
mod statements;
mod writer;

use checkpoint::Checkpoints;
use connect::{connect, connect_reader, connect_writer, create_private};
pub(super) use statements::Prepared;
use writer::Writer;

/// Jobs that wait for the writer; whoever comes after them waits to hand theirs in.
const QUEUE: usize = 1024;

/// An SQLite file: one connection that writes, on a thread of its own, and others that read.
pub(crate) struct Database {
    path: PathBuf,
    context: Arc<Context>,
    jobs: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    ended: watch::Receiver<()>,
    readers: Mutex<Vec<Connection>>,
    commits: Arc<AtomicU64>,
    broken: Arc<OnceLock<StoreError>>,
}

impl Database {
    /// Opens the file, made if it is not there, and brings its schema up to date.
    pub(crate) fn open(path: &Path, context: Context) -> Result<Self, StoreError> {
        let path = path.to_owned();
        create_private(&path)
            .map_err(|why| StoreError::broken(format!("{}: {why}", path.display())))?;
        let mut connection = connect_writer(&path)?;
        let context = Arc::new(context);
        transact(&mut connection, &context, "BEGIN IMMEDIATE", |txn| {
            migrations::prepare(txn)
        })?;
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let (commits, broken) = (Arc::default(), Arc::default());
        let ended = Writer {
            connection,
            checkpoints: Checkpoints::start(connect(&path)?)?,
            context: Arc::clone(&context),
            jobs: waiting,
            commits: Arc::clone(&commits),
            broken: Arc::clone(&broken),
        }
        .start()?;
        Ok(Self {
            path,
            context,
            jobs: Mutex::new(Some(jobs)),
            ended,
            readers: Mutex::default(),
            commits,
            broken,
        })
    }

    /// Hands a job to the writer, waiting while its queue is full.
    pub(crate) async fn submit(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let jobs = lock(&self.jobs).clone().ok_or_else(closed)?;
        jobs.send(job).await.map_err(|_| closed())
    }

    /// Runs `work` on a snapshot of what is committed.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        work: impl Fn(&mut Txn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = lock(&self.readers).pop();
        let mut connection = idle.map_or_else(|| self.open_readers(), Ok)?;
        let result = transact(&mut connection, &self.context, "BEGIN", work);
        // One whose transaction could not be ended is of no more use.
        if connection.is_autocommit() {
            lock(&self.readers).push(connection);
        }
        result
    }

    /// Opens a connection for each processor, as there are threads that read at once, and hands out one: if
    /// they were opened one by one, a server that has run for minutes would still open files.
    fn open_readers(&self) -> Result<Connection, StoreError> {
        for _ in 1..available_parallelism().map_or(1, usize::from) {
            let connection = connect_reader(&self.path)?;
            lock(&self.readers).push(connection);
        }
        connect_reader(&self.path)
    }

    /// Whether the writer takes jobs and commits them.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        if let Some(why) = self.broken.get() {
            return Err(why.clone());
        }
        match &*lock(&self.jobs) {
            Some(jobs) if !jobs.is_closed() => Ok(()),
            _ => Err(closed()),
        }
    }

    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// How many transactions were committed since the store was opened.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Takes no more jobs, and returns when those that were taken are done and the file is closed.
    pub(crate) async fn close(&self) {
        lock(&self.jobs).take();
        lock(&self.readers).clear();
        // The writer never sends: the channel closes when its thread ends.
        let _ended = self.ended.clone().changed().await;
    }
}

/// Runs `work` in a transaction that `begin` starts.
fn transact<T, E: From<StoreError>>(
    prepared: &mut dyn Prepared,
    context: &Context,
    begin: &'static str,
    work: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
) -> Result<T, E> {
    control(prepared, begin)?;
    match work(&mut txn(prepared, context)) {
        Ok(value) => {
            control(prepared, "COMMIT")?;
            Ok(value)
        }
        Err(why) => {
            control(prepared, "ROLLBACK")?;
            Err(why)
        }
    }
}

fn txn<'a>(prepared: &'a mut dyn Prepared, context: &'a Context) -> Txn<'a> {
    Txn {
        engine: Engine::Sqlite(prepared),
        context,
    }
}

pub(super) fn execute(
    prepared: &mut dyn Prepared,
    sql: Sql<'_>,
    params: &[Value<'_>],
) -> Result<u64, StoreError> {
    let mut changed = 0;
    lend(prepared, sql, params, &mut |statement| {
        changed = statement.raw_execute().map_err(translate)?;
        Ok(())
    })?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

/// Begins or ends a transaction or a savepoint.
fn control(prepared: &mut dyn Prepared, sql: &'static str) -> Result<(), StoreError> {
    let run =
        &mut |statement: &mut Statement<'_>| statement.raw_execute().map(drop).map_err(translate);
    prepared.lend(sql.into(), run)
}

pub(super) fn execute_script(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.execute_batch(sql).map_err(translate)
}

pub(super) fn query<T>(
    prepared: &mut dyn Prepared,
    sql: Sql<'_>,
    params: &[Value<'_>],
    mut read: impl FnMut(&super::Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut read_rows = Vec::new();
    lend(prepared, sql, params, &mut |statement| {
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(translate)? {
            read_rows.push(read(&super::Row::new(Columns::Sqlite(row)))?);
        }
        Ok(())
    })?;
    Ok(read_rows)
}

/// What is in the column of that name, `table.column`. SQLite compares all names to find one, so the place in
/// `next` is looked at first: rows are mostly read in the order of their columns.
pub(super) fn value<'a>(
    row: &'a Row<'_>,
    column: &str,
    next: &Cell<usize>,
) -> Result<Value<'a>, rusqlite::Error> {
    let (columns, likely) = (row.as_ref(), next.get());
    let is_it = |name| {
        let table = column.strip_suffix(name);
        table.is_some_and(|table| table.is_empty() || table.ends_with('.'))
    };
    let place = match columns.column_name(likely) {
        Ok(name) if is_it(name) => likely,
        _ => columns.column_index(super::row::name(column))?,
    };
    next.set(place + 1);
    match row.get_ref(place)? {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        text @ ValueRef::Text(_) => Ok(Value::Text(text.as_str()?)),
        ValueRef::Blob(bytes) => Ok(Value::Blob(bytes)),
        real @ ValueRef::Real(_) => Err(rusqlite::Error::InvalidColumnType(
            place,
            column.to_owned(),
            real.data_type(),
        )),
    }
}

/// Lends `work` the statement with its parameters bound.
fn lend(
    prepared: &mut dyn Prepared,
    sql: Sql<'_>,
    params: &[Value<'_>],
    work: &mut dyn FnMut(&mut Statement<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    // After some errors (disk full, I/O) SQLite drops the whole transaction. A statement that
    // followed would be committed by itself.
    if prepared.connection().is_autocommit() {
        return Err(StoreError::broken("the transaction was lost"));
    }
    prepared.lend(sql, &mut |statement| {
        // Their highest number.
        let count = statement.parameter_count();
        if count > params.len() {
            let sql = sql.text();
            return Err(StoreError::broken(format!("a parameter is missing: {sql}")));
        }
        for (place, value) in (1..=count).zip(params) {
            statement
                .raw_bind_parameter(place, value)
                .map_err(translate)?;
        }
        work(statement)
    })
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn translate(error: rusqlite::Error) -> StoreError {
    match &error {
        rusqlite::Error::SqliteFailure(failure, message) => match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
            ErrorCode::ConstraintViolation => {
                StoreError::conflict(table(message.as_deref().unwrap_or_default()))
            }
            _ => StoreError::broken(error),
        },
        _ => StoreError::broken(error),
    }
}

/// The table of `UNIQUE constraint failed: table.column, table.column`; of messages without one, the
/// whole message.
fn table(message: &str) -> &str {
    message
        .split_once(": ")
        .and_then(|(_, columns)| columns.split('.').next())
        .unwrap_or(message)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
