//! One connection at a time, and the transaction that is open on it.
//!
//! Everything waits: a session belongs to a thread, which also drives the connection, and only while
//! it waits here. What nobody needs the answer of at once does not: BEGIN, writes whose outcome is known from what
//! was read, and what is asked ahead are kept until something is waited for, and go out with it. So a
//! transaction costs a round trip for each time that it has to know something, and one for COMMIT
//! with all that was written before it.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::Statement;

use super::failure::Failure;
use super::flight::{self, Answer, Words};
use super::live::Live;
use super::value::dialect;
use super::whom::Whom;
use super::worker::Shared;
use super::{Mode, Row};
use crate::StoreError;
use crate::db::{Cell, Value};

/// How long to wait for a server that cannot be reached, before whoever asked is told. A standby
/// takes over, or a server starts again, within that.
const PATIENCE: Duration = Duration::from_secs(5);

/// The same, while it is known that nobody answers.
const IMPATIENCE: Duration = Duration::from_secs(1);

/// A thread's way to the server.
pub(crate) struct Session {
    runtime: Runtime,
    shared: Arc<Shared>,
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
    begin: Option<Words>,
    /// Whether it may write.
    writes: bool,
    /// What is yet to be sent, and answers that are yet to be asked for.
    said: Vec<Said>,
    /// Whether what is asked is asked ahead.
    is_ahead: bool,
    /// About whom, if the server is to find that out.
    whom: Option<Whom>,
    /// Whether BEGIN was sent, and neither COMMIT nor ROLLBACK was answered.
    open: bool,
    /// What went wrong. The server does nothing more in this transaction, and COMMIT would be
    /// answered as if it were one.
    failure: Option<Failure>,
}

/// A statement, and what became of it.
struct Said {
    sql: String,
    params: Vec<Cell>,
    words: Words,
    /// Whether somebody asks for its answer.
    asked: bool,
    /// Whether it is about whom the server is to find.
    is_of_whom: bool,
    answer: Option<Answer>,
}

impl Session {
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
        // Serializable, as the session is set to. To read it is enough that nothing moves.
        let begin = match mode {
            Mode::Write => "BEGIN",
            Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        self.transaction = Transaction {
            begin: Some(Words::Script(begin.to_owned())),
            writes: mode == Mode::Write,
            ..Transaction::default()
        };
        Ok(())
    }

    pub(in crate::db) fn execute(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        match self.ask(sql, params, Words::Write)? {
            Answer::Changed(count) => Ok(count),
            Answer::Nothing | Answer::Rows(_) => Ok(0),
        }
    }

    pub(in crate::db) fn query(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<Vec<Row>, StoreError> {
        match self.ask(sql, params, Words::Query)? {
            Answer::Rows(rows) => Ok(rows),
            Answer::Nothing | Answer::Changed(_) => Ok(Vec::new()),
        }
    }

    pub(in crate::db) fn execute_script(&mut self, sql: &str) -> Result<(), StoreError> {
        let bytewise = self.live.as_ref().is_some_and(|live| live.bytewise);
        self.forget(usize::MAX)?;
        self.say(sql, &[], Words::Script(dialect(sql, bytewise)), false);
        self.settle(None)
    }

    /// Runs a write with whatever is waited for next, COMMIT at the latest.
    pub(in crate::db) fn send(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<(), StoreError> {
        // Where nothing may be written there is no COMMIT that would say so.
        if !self.transaction.writes {
            return self.execute(sql, params).map(drop);
        }
        self.forget(usize::MAX)?;
        let words = self.words(sql, params, Words::Write)?;
        self.say(sql, &[], words, false);
        Ok(())
    }

    /// The same of a write that must change a row of `table`, or the transaction fails with
    /// [`StoreError::Conflict`]. The server sees to that: when the count is known here, COMMIT may
    /// have been sent.
    pub(in crate::db) fn send_one(
        &mut self,
        table: &str,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<(), StoreError> {
        self.forget(usize::MAX)?;
        let one = format!("WITH written AS ({sql} RETURNING 1) SELECT 1 / COUNT(*) FROM written");
        let words = self.words(&one, params, |statement, params| {
            Words::WriteOne(statement, params, table.to_owned())
        })?;
        self.say(&one, &[], words, false);
        if self.transaction.writes {
            Ok(())
        } else {
            self.settle(None)
        }
    }

    /// Whether what is asked from now on is asked ahead: it goes out with the rest, and the answer is there
    /// when the same is asked again.
    pub(in crate::db) fn ask_ahead(&mut self, ahead: bool) {
        self.transaction.is_ahead = ahead;
    }

    /// The same of questions about somebody whom `sql` finds, and who is called `stand_in` in them: one at a time.
    pub(in crate::db) fn ask_ahead_of(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        stand_in: &str,
    ) -> Result<(), StoreError> {
        self.forget(usize::MAX)?;
        self.ask_ahead(true);
        self.transaction.whom = None;
        self.query(sql, params)?;
        self.transaction.whom = Some(Whom::new(sql, params, stand_in));
        Ok(())
    }

    /// Ends the transaction: with `keep` what it wrote is kept. To undo it is for
    /// [`Session::tidy`], when nobody waits any more.
    pub(super) fn end(&mut self, keep: bool) -> Result<(), Failure> {
        if keep && self.forget(usize::MAX).is_ok() && self.transaction.has_begun() {
            let _is_told_below = self.settle(Some(&Words::Script("COMMIT".to_owned())));
            self.transaction.open = false;
        }
        match self.transaction.failure.take() {
            // The closure decided by what it was told, and its error is the answer.
            Some(Failure::Final(_)) if !keep => Ok(()),
            Some(failure) => {
                if let Failure::Lost(_) = failure {
                    self.live = None;
                }
                Err(failure)
            }
            None => Ok(()),
        }
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

    /// What a statement is answered. Asked ahead it is nothing, yet.
    fn ask(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        kind: fn(Statement, Vec<Cell>) -> Words,
    ) -> Result<Answer, StoreError> {
        self.check()?;
        let is_ahead = self.transaction.is_ahead;
        if is_ahead || self.transaction.place(sql, params).is_none() {
            if !is_ahead && !is_read(sql) {
                self.forget(usize::MAX)?;
            }
            let words = match self.transaction.whom.as_ref().filter(|_| is_ahead) {
                Some(whom) => {
                    let (text, values) = whom.put_into(sql, params);
                    let values: Vec<Value<'_>> = values.iter().map(Value::from).collect();
                    self.words(&text, &values, kind)?
                }
                None => self.words(sql, params, kind)?,
            };
            self.say(sql, params, words, true);
        }
        if is_ahead {
            return Ok(Answer::Nothing);
        }
        let unanswered = || StoreError::broken("a statement was not answered");
        let place = self.transaction.place(sql, params).ok_or_else(unanswered)?;
        if self.transaction.said[place].answer.is_none() {
            self.settle(None)?;
        }
        let place = self.transaction.place(sql, params).ok_or_else(unanswered)?;
        let said = self.transaction.said.remove(place);
        if !is_read(sql) {
            self.forget(place)?;
        }
        said.answer.ok_or_else(unanswered)
    }

    /// A statement with its values, prepared if it was not yet: that waits too, the first time.
    fn words(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        kind: impl FnOnce(Statement, Vec<Cell>) -> Words,
    ) -> Result<Words, StoreError> {
        self.check()?;
        let Some(Live {
            client, statements, ..
        }) = &mut self.live
        else {
            return Err(StoreError::broken("no transaction is open"));
        };
        let statement = self.runtime.block_on(statements.get(client, sql, params));
        let words = statement
            .map_err(|error| Failure::of_statement(&error))
            .and_then(|statement| {
                flight::check(&statement, params)?;
                let params = params.iter().map(|value| Cell::from(*value)).collect();
                Ok(kind(statement, params))
            });
        words.map_err(|failure| self.fail(failure))
    }

    fn say(&mut self, sql: &str, params: &[Value<'_>], words: Words, asked: bool) {
        self.shared.context().count_statement();
        let Transaction { is_ahead, whom, .. } = &self.transaction;
        let said = Said {
            sql: sql.to_owned(),
            params: params.iter().map(|value| Cell::from(*value)).collect(),
            words,
            asked,
            is_of_whom: *is_ahead && whom.is_some(),
            answer: None,
        };
        self.transaction.said.push(said);
    }

    /// Sends what was not yet, `last` after it, and waits for all the answers.
    fn settle(&mut self, last: Option<&Words>) -> Result<(), StoreError> {
        self.check()?;
        let Some(live) = &self.live else {
            return Err(StoreError::broken("no transaction is open"));
        };
        let transaction = &mut self.transaction;
        let begin = transaction.begin.take();
        let unsent = transaction.said.iter();
        let unsent = unsent.filter(|said| said.answer.is_none());
        let unsent = unsent.map(|said| &said.words);
        let words: Vec<&Words> = begin.iter().chain(unsent).chain(last).collect();
        transaction.open = true;
        self.shared.context().count_round_trip();
        let answers = self
            .runtime
            .block_on(flight::exchange(&live.client, &words));
        let failure = flight::failure(&words, &answers, begin.is_some(), last.is_some());
        if let Some(failure) = failure {
            return Err(self.fail(failure));
        }
        let mut answers = answers
            .into_iter()
            .flatten()
            .skip(usize::from(begin.is_some()));
        let said = &mut transaction.said;
        for said in said.iter_mut().filter(|said| said.answer.is_none()) {
            said.answer = answers.next();
        }
        said.retain(|said| said.asked);
        Ok(())
    }

    /// Forgets what was asked ahead, of the first `count` statements: what is written now may change it.
    fn forget(&mut self, count: usize) -> Result<(), StoreError> {
        let said = &mut self.transaction.said;
        let (mut place, mut was_written) = (0, false);
        said.retain(|said| {
            let stays = !said.asked || place >= count;
            was_written |= !stays && said.answer.is_some() && !is_read(&said.sql);
            place += 1;
            stays
        });
        if was_written {
            let why = StoreError::broken("what was asked ahead and written was not asked for");
            return Err(self.fail(Failure::Final(why)));
        }
        self.check()
    }

    /// Whether the transaction can go on.
    fn check(&self) -> Result<(), StoreError> {
        match &self.transaction.failure {
            Some(failure) => Err(failure.clone().into_error()),
            None => Ok(()),
        }
    }

    /// The transaction has failed.
    fn fail(&mut self, failure: Failure) -> StoreError {
        let failure = self.transaction.failure.insert(failure);
        failure.clone().into_error()
    }

    /// Connects, trying again for a while.
    fn connect(&mut self) -> Result<(), Failure> {
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
}

impl Transaction {
    /// Where a statement is that was asked ahead.
    fn place(&self, sql: &str, params: &[Value<'_>]) -> Option<usize> {
        let found = self.found();
        let is_it = |said: &Said, own: &Cell, value: &Value<'_>| {
            let found = found.filter(|_| said.is_of_whom);
            found.is_some_and(|(whom, found)| whom.is_meant(own, value, found))
                || Value::from(own) == *value
        };
        self.said.iter().position(|said| {
            let mut both = said.params.iter().zip(params);
            said.asked
                && said.sql == sql
                && said.params.len() == params.len()
                && both.all(|(own, value)| is_it(said, own, value))
        })
    }

    /// Whom the server was to find, and has.
    fn found(&self) -> Option<(&Whom, &str)> {
        let whom = self.whom.as_ref()?;
        let mut said = self.said.iter();
        match &said.find(|said| said.sql == whom.sql)?.answer {
            Some(Answer::Rows(rows)) => Some((whom, rows.first()?.try_get("sub").ok()?)),
            _ => None,
        }
    }

    /// Whether there is anything to commit.
    fn has_begun(&self) -> bool {
        self.open || !self.said.is_empty()
    }
}

/// Whether a statement leaves everything as it is.
fn is_read(sql: &str) -> bool {
    sql.starts_with("SELECT")
}
