//! Opening the file: who may read it, and how SQLite is to work on it.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::execute_script;
use crate::StoreError;

/// How long to wait for another process that writes.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Statements that a connection keeps prepared: more than the store has.
const STATEMENTS: usize = 128;

/// Folder and file that nobody else may read. SQLite gives its side files the file's own mode.
pub(super) fn create_private(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)?;
    Ok(())
}

pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let named = |why| StoreError::broken(format!("{}: {why}", path.display()));
    // Without CREATE: a file that went away is an error, not an empty store.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(named)?;
    configure(&connection).map_err(named)?;
    Ok(connection)
}

fn configure(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Else statements with a range are compiled again whenever a bound of it is another.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; -- readers go on while the writer writes
         PRAGMA synchronous = FULL; -- committed is on disk, through a power cut
         PRAGMA wal_autocheckpoint = 0; -- a thread makes them
         PRAGMA cache_size = -8000; -- KiB: what everybody's rows hang from stays in it
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON; -- what is deleted does not stay in free pages
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;",
    )
}

/// What it has read stays valid, since nobody else writes: the rows of some hundred thousand people.
pub(super) fn connect_writer(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path)?;
    execute_script(&connection, "PRAGMA cache_size = -32000")?;
    Ok(connection)
}

pub(super) fn connect_reader(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path)?;
    execute_script(&connection, "PRAGMA query_only = ON")?;
    Ok(connection)
}

#[cfg(test)]
mod tests;
