//! Checkpoints: what was committed moves from the write-ahead log into the file, beside the writer.
//!
//! SQLite makes them within the COMMIT that made the log too long: thousands of pages and a sync, for which
//! everybody waits who writes. Here a thread with a connection of its own moves them while the writer goes on.
//! Then the writer moves the few that came meanwhile, so that all are moved and the log begins anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Connection;
use super::connect::BUSY_TIMEOUT;
use crate::StoreError;

/// Pages in the log from which on they are moved. More would save work, because many commits write to the same
/// ones, which are moved once; fewer are sooner on the disk, where the next commit waits behind them.
const ENOUGH: i64 = 1_000;

/// Pages from which on the log is too long: somebody reads in it at any time, and the longer it is, the longer
/// each reads.
pub(super) const LONG: i64 = 16_000;

/// Pages that the writer may move itself: about what a commit of many writes.
const FEW: i64 = 100;

/// How often the thread goes through what came meanwhile, before it leaves the rest to the writer.
const ROUNDS: usize = 3;

/// How long who writes may wait for those who read in the log, so that it begins anew.
const PATIENCE: Duration = Duration::from_millis(2);

/// The same if it is too long. Whoever reads for longer, as a backup does, is not waited for.
const PATIENCE_IF_LONG: Duration = Duration::from_millis(50);

/// The thread that makes them, as its writer knows it.
pub(super) struct Checkpoints {
    wanted: SyncSender<()>,
    moved: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// Starts the thread, which `connection` is for.
    pub(super) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (wanted, asked) = sync_channel(1);
        let moved = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&moved);
        let thread = thread::Builder::new()
            .name("store-log".to_owned())
            .spawn(move || make(&connection, &asked, &done))
            .map_err(StoreError::broken)?;
        Ok(Self {
            wanted,
            moved,
            thread,
        })
    }

    /// Whether the thread has left the rest to the writer.
    pub(super) fn is_moved(&self) -> bool {
        self.moved.load(Ordering::Acquire)
    }

    /// Looks how long the log is, between two commits of `writer`: has it made shorter, or does the rest of that.
    /// If it is too long the thread has had no turn, or somebody always reads: then the writer does all of it.
    pub(super) fn look(&self, writer: &Connection) -> Result<(), rusqlite::Error> {
        let log = checkpoint(writer, "NOOP")?;
        if self.moved.swap(false, Ordering::AcqRel) || log.pages > LONG {
            return begin_anew(writer, log.pages);
        }
        if log.pages > ENOUGH {
            match self.wanted.try_send(()) {
                // It is at it, or has ended and said why.
                Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
            }
        }
        Ok(())
    }

    /// Ends the thread, when it has done what it was at.
    pub(super) fn end(self) {
        drop(self.wanted);
        if self.thread.join().is_err() {
            tracing::error!("the thread that makes checkpoints has panicked");
        }
    }
}

fn make(connection: &Connection, asked: &Receiver<()>, moved: &AtomicBool) {
    while asked.recv().is_ok() {
        match move_most(connection) {
            Ok(()) => moved.store(true, Ordering::Release),
            // Nothing is lost: what was not moved is in the log, and is moved the next time.
            Err(error) => tracing::warn!(?error, "the write-ahead log stays as long as it is"),
        }
    }
}

fn move_most(connection: &Connection) -> Result<(), rusqlite::Error> {
    for _ in 0..ROUNDS {
        let log = checkpoint(connection, "PASSIVE")?;
        if log.pages - log.moved <= FEW {
            break;
        }
    }
    Ok(())
}

/// Moves the rest and has the next commit write to the log's beginning, if nobody reads in it by then.
fn begin_anew(writer: &Connection, pages: i64) -> Result<(), rusqlite::Error> {
    let (how, patience) = match pages {
        ..=LONG => ("RESTART", PATIENCE),
        // The file becomes shorter too.
        _ => ("TRUNCATE", PATIENCE_IF_LONG),
    };
    writer.busy_timeout(patience)?;
    let begun = checkpoint(writer, how);
    writer.busy_timeout(BUSY_TIMEOUT)?;
    begun.map(drop)
}

/// What is in the log, in pages, and how many of these were moved.
struct Log {
    pages: i64,
    moved: i64,
}

/// `PRAGMA wal_checkpoint`, <https://sqlite.org/pragma.html#pragma_wal_checkpoint>.
fn checkpoint(connection: &Connection, how: &str) -> Result<Log, rusqlite::Error> {
    let mut statement = connection.prepare_cached(&format!("PRAGMA wal_checkpoint({how})"))?;
    statement.query_row([], |row| {
        Ok(Log {
            pages: row.get("log")?,
            moved: row.get("checkpointed")?,
        })
    })
}
