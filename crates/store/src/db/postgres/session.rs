//! One connection at a time, and the transaction that is open on it.
//!
//! Everything waits: a session belongs to a thread, which also drives the connection, and only while
//! it waits here. BEGIN goes out together with the first statement, so a transaction costs a round
//! trip for each statement and one for COMMIT.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error};

use super::failure::Failure;
use super::live::{Live, Statements};
use super::value::dialect;
use super::{Mode, Row, Target};
use crate::StoreError;
use crate::db::Value;

/// How long to wait for a server that cannot be reached, before whoever asked is told. A standby
/// takes over, or a server starts again, within that.
const PATIENCE: Duration = Duration::from_secs(5);

/// The same, while it is known that nobody answers.
const IMPATIENCE: Duration = Duration::from_secs(1);

/// Between two tries to connect: doubled each time, up to the second.
const PAUSE: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(500));

/// A thread's way to the server.
pub(crate) struct Session {
    runtime: Runtime,
    target: Arc<Target>,
    live: Option<Live>,
    /// Whether the server answered when it was last asked.
    reachable: bool,
    /// What is said to a new connection after the usual settings.
    more: &'static str,
    transaction: Transaction,
}

/// Where the transaction stands.
#[derive(Default)]
struct Transaction {
    /// BEGIN, as long as it was not sent.
    begin: Option<&'static str>,
    /// Whether BEGIN was sent, and neither COMMIT nor ROLLBACK was answered.
    open: bool,
    /// What went wrong. The server does nothing more in this transaction, and COMMIT would be
    /// answered as if it were one.
    failure: Option<Failure>,
}

impl Session {
    pub(super) fn new(target: Arc<Target>) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StoreError::broken)?;
        Ok(Self {
            runtime,
            target,
            live: None,
            reachable: true,
            more: "",
            transaction: Transaction::default(),
        })
    }

    /// The same, for statements that may take long.
    pub(super) fn without_haste(self) -> Self {
        let more = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";
        Self { more, ..self }
    }

    /// Waits for `event`. Meanwhile the connection is looked after, so that a server that closes it
    /// is noticed before the next transaction.
    pub(super) fn wait<T>(&self, event: impl Future<Output = T>) -> T {
        self.runtime.block_on(event)
    }

    /// Starts a transaction, over a new connection if there is none.
    pub(super) fn begin(&mut self, mode: Mode) -> Result<(), Failure> {
        let Self { live, .. } = self;
        if live.as_ref().is_none_or(|live| live.client.is_closed()) {
            *live = None;
            self.connect()?;
        }
        self.transaction = Transaction {
            // Serializable, as the session is set to. To read it is enough that nothing moves.
            begin: Some(match mode {
                Mode::Write => "BEGIN",
                Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            }),
            ..Transaction::default()
        };
        Ok(())
    }

    pub(in crate::db) fn execute(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        self.run(async |client, statements| {
            let statement = statements.get(client, sql, params).await?;
            client.execute(&statement, &by_reference(params)).await
        })
    }

    pub(in crate::db) fn query(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        self.run(async |client, statements| {
            let statement = statements.get(client, sql, params).await?;
            client.query(&statement, &by_reference(params)).await
        })
    }

    pub(in crate::db) fn execute_script(&mut self, sql: &str) -> Result<(), StoreError> {
        let bytewise = self.live.as_ref().is_some_and(|live| live.bytewise);
        self.run(async |client, _| client.batch_execute(&dialect(sql, bytewise)).await)
    }

    /// Ends the transaction: with `keep` what it wrote is kept. To undo it is for
    /// [`Session::tidy`], when nobody waits any more.
    pub(super) fn end(&mut self, keep: bool) -> Result<(), Failure> {
        match self.transaction.failure.take() {
            // The closure decided by what it was told, and its error is the answer.
            Some(Failure::Final(_)) if !keep => return Ok(()),
            Some(failure) => {
                if let Failure::Lost(_) = failure {
                    self.live = None;
                }
                return Err(failure);
            }
            None => {}
        }
        let Some(live) = self.live.as_ref().filter(|_| keep && self.transaction.open) else {
            return Ok(());
        };
        let committed = self.runtime.block_on(live.client.batch_execute("COMMIT"));
        self.transaction.open = false;
        committed.map_err(|error| Failure::of_commit(&error))
    }

    /// Undoes what was not kept, and lets go of a connection that cannot.
    pub(super) fn tidy(&mut self) {
        let Some(live) = &self.live else { return };
        let undone = !self.transaction.open
            || self
                .runtime
                .block_on(live.client.batch_execute("ROLLBACK"))
                .is_ok();
        if !undone {
            self.live = None;
        }
        self.transaction = Transaction::default();
    }

    /// Runs `work` in the transaction, and BEGIN before it if that was not sent yet.
    fn run<T>(
        &mut self,
        work: impl AsyncFnOnce(&Client, &mut Statements) -> Result<T, Error>,
    ) -> Result<T, StoreError> {
        if let Some(failure) = &self.transaction.failure {
            return Err(failure.clone().into_error());
        }
        let begin = self.transaction.begin.take();
        let Some(live) = &mut self.live else {
            return Err(StoreError::broken("no transaction is open"));
        };
        self.transaction.open = true;
        let done = self.runtime.block_on(live.run(begin, work));
        done.map_err(|failure| {
            let failure = self.transaction.failure.insert(failure);
            failure.clone().into_error()
        })
    }

    /// Connects, trying again for a while.
    fn connect(&mut self) -> Result<(), Failure> {
        let patience = if self.reachable { PATIENCE } else { IMPATIENCE };
        let mut last = None;
        let connected = self
            .runtime
            .block_on(async { timeout(patience, retry(&self.target, self.more, &mut last)).await });
        match connected {
            Ok(Ok(live)) => {
                if !self.reachable {
                    tracing::info!("the database answers again");
                }
                self.reachable = true;
                self.live = Some(live);
                Ok(())
            }
            Ok(Err(why)) => Err(why),
            Err(_elapsed) => {
                let why = last.unwrap_or_else(|| "it does not answer".to_owned());
                if self.reachable {
                    tracing::error!(why, "the database cannot be reached");
                }
                self.reachable = false;
                Err(Failure::Unreachable(format!("{}: {why}", self.target)))
            }
        }
    }
}

/// Tries until it succeeds, or cannot succeed. Why it did not is in `last`.
async fn retry(target: &Target, more: &str, last: &mut Option<String>) -> Result<Live, Failure> {
    let mut pause = PAUSE.0;
    loop {
        match Live::connect(target, more).await {
            Err(Failure::Lost(why) | Failure::Conflict(why)) => *last = Some(why),
            Err(Failure::Final(StoreError::Broken(why))) => {
                let named = format!("{target}: {why}");
                return Err(Failure::Final(StoreError::broken(named)));
            }
            outcome => return outcome,
        }
        sleep(pause).await;
        pause = (pause * 2).min(PAUSE.1);
    }
}

fn by_reference<'a>(params: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params
        .iter()
        .map(|value| -> &(dyn ToSql + Sync) { value })
        .collect()
}
