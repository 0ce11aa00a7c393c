//! A thread's line to the server: connected anew when it was cut, and driven while the thread waits.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::{Error, Statement};

use super::failure::Failure;
use super::flight::{self, Answer, Words};
use super::live::Live;
use super::worker::Shared;
use crate::StoreError;
use crate::db::{Context, Value};

/// How long to wait for a server that cannot be reached, before whoever asked is told. A standby
/// takes over, or a server starts again, within that.
const PATIENCE: Duration = Duration::from_secs(5);

/// The same, while it is known that nobody answers.
const IMPATIENCE: Duration = Duration::from_secs(1);

/// A thread's way to the server.
pub(super) struct Line {
    runtime: Runtime,
    shared: Arc<Shared>,
    live: Option<Live>,
    /// Whether the server answered when it was last asked.
    reachable: bool,
    /// What is said to a new connection after the usual settings.
    more: &'static str,
}

impl Line {
    pub(super) fn new(shared: Arc<Shared>) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StoreError::broken)?;
        Ok(Self {
            runtime,
            shared,
            live: None,
            reachable: true,
            more: "",
        })
    }

    /// The same, for statements that may take long.
    pub(super) fn without_haste(self) -> Self {
        let more = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";
        Self { more, ..self }
    }

    pub(super) fn context(&self) -> &Context {
        self.shared.context()
    }

    /// Whether text is compared byte by byte without being told to.
    pub(super) fn is_bytewise(&self) -> bool {
        self.live.as_ref().is_some_and(|live| live.bytewise)
    }

    /// Waits for `event`. Meanwhile the connection is looked after, so that a server that closes it
    /// is noticed before the next transaction.
    pub(super) fn wait<T>(&self, event: impl Future<Output = T>) -> T {
        self.runtime.block_on(event)
    }

    /// Connects if there is no connection, trying again for a while.
    pub(super) fn connect(&mut self) -> Result<(), Failure> {
        let live = self.live.as_ref();
        if live.is_some_and(|live| !live.client.is_closed()) {
            return Ok(());
        }
        self.cut();
        let patience = if self.reachable { PATIENCE } else { IMPATIENCE };
        let mut last = None;
        let connected = self.runtime.block_on(async {
            timeout(
                patience,
                Live::connect_at_last(self.shared.target(), self.more, &mut last),
            )
            .await
        });
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
                Err(Failure::Unreachable(format!(
                    "{}: {why}",
                    self.shared.target()
                )))
            }
        }
    }

    /// Lets go of the connection.
    pub(super) fn cut(&mut self) {
        self.live = None;
    }

    /// The statement `sql`, prepared for values like `params` if it was not yet: that waits too.
    pub(super) fn prepare(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<Statement, Failure> {
        let Live {
            client, statements, ..
        } = self.live.as_mut().ok_or_else(unconnected)?;
        let statement = self.runtime.block_on(statements.get(client, sql, params));
        statement.map_err(|error| Failure::of_statement(&error))
    }

    /// Says `words` at once, and waits for as many answers.
    pub(super) fn exchange(&self, words: &[&Words]) -> Result<Vec<Result<Answer, Error>>, Failure> {
        let live = self.live.as_ref().ok_or_else(unconnected)?;
        self.context().count_round_trip();
        Ok(self.wait(flight::exchange(&live.client, words)))
    }

    /// Undoes the transaction that is open, and lets go of a connection that cannot.
    pub(super) fn roll_back(&mut self) {
        let Some(live) = &self.live else { return };
        if self.wait(live.client.batch_execute("ROLLBACK")).is_err() {
            self.cut();
        }
    }
}

fn unconnected() -> Failure {
    Failure::Final(StoreError::broken("no transaction is open"))
}
