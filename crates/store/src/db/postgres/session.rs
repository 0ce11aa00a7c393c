//! A transaction on a thread's connection.
//!
//! Everything waits: a session belongs to a thread, which also drives the connection, and only while
//! it waits here. What nobody needs the answer of at once does not: BEGIN, writes whose outcome is known from what
//! was read, and what is asked ahead are kept until something is waited for, and go out with it. So a
//! transaction costs a round trip for each time that it has to know something, and one for COMMIT
//! with all that was written before it.

use std::sync::Arc;

use tokio_postgres::Statement;

use super::failure::Failure;
use super::flight::{self, Answer, Words};
use super::line::Line;
use super::talk::{Talk, is_read};
use super::value::{cells, dialect};
use super::whom::Whom;
use super::worker::Shared;
use super::{Mode, Row};
use crate::StoreError;
use crate::db::{Cell, Value};

/// A thread's connection, and the transaction that is open on it.
pub(crate) struct Session {
    line: Line,
    transaction: Transaction,
}

/// Where the transaction stands.
#[derive(Default)]
struct Transaction {
    /// BEGIN, as long as it was not sent.
    begin: Option<Words>,
    /// Whether it may write.
    writes: bool,
    talk: Talk,
    /// Whether BEGIN was sent, and neither COMMIT nor ROLLBACK was answered.
    open: bool,
    /// What went wrong. The server does nothing more in this transaction, and COMMIT would be
    /// answered as if it were one.
    failure: Option<Failure>,
}

impl Session {
    pub(super) fn new(shared: Arc<Shared>) -> Result<Self, StoreError> {
        Ok(Self {
            line: Line::new(shared)?,
            transaction: Transaction::default(),
        })
    }

    /// The same, for statements that may take long.
    pub(super) fn without_haste(self) -> Self {
        let line = self.line.without_haste();
        Self { line, ..self }
    }

    /// Waits for `event`, and looks after the connection meanwhile.
    pub(super) fn wait<T>(&self, event: impl Future<Output = T>) -> T {
        self.line.wait(event)
    }

    /// Starts a transaction, over a new connection if there is none.
    pub(super) fn begin(&mut self, mode: Mode) -> Result<(), Failure> {
        self.line.connect()?;
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
        self.forget()?;
        let words = Words::Script(dialect(sql, self.line.is_bytewise()));
        self.say(sql, &[], words, false);
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
        self.forget()?;
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
        self.forget()?;
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
        self.transaction.talk.is_ahead = ahead;
    }

    /// The same of questions about somebody whom `sql` finds, and who is called `stand_in` in them: one at a time.
    pub(in crate::db) fn ask_ahead_of(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        stand_in: &str,
    ) -> Result<(), StoreError> {
        self.forget()?;
        self.ask_ahead(true);
        self.transaction.talk.whom = None;
        self.query(sql, params)?;
        self.transaction.talk.whom = Some(Whom::new(sql, params, stand_in));
        Ok(())
    }

    /// Ends the transaction: with `keep` what it wrote is kept. To undo it is for
    /// [`Session::tidy`], when nobody waits any more.
    pub(super) fn end(&mut self, keep: bool) -> Result<(), Failure> {
        if keep && self.forget().is_ok() && self.transaction.has_begun() {
            let _is_told_below = self.settle(Some(&Words::Script("COMMIT".to_owned())));
            self.transaction.open = false;
        }
        match self.transaction.failure.take() {
            // The closure decided by what it was told, and its error is the answer.
            Some(Failure::Final(_)) if !keep => Ok(()),
            Some(failure) => {
                if let Failure::Lost(_) = failure {
                    self.line.cut();
                }
                Err(failure)
            }
            None => Ok(()),
        }
    }

    /// Undoes what was not kept, and lets go of a connection that cannot.
    pub(super) fn tidy(&mut self) {
        if std::mem::take(&mut self.transaction).open {
            self.line.roll_back();
        }
    }

    /// What a statement is answered. Asked ahead it is nothing, yet.
    fn ask(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        kind: fn(Statement, Vec<Cell>) -> Words,
    ) -> Result<Answer, StoreError> {
        self.check()?;
        if self.transaction.talk.is_ahead {
            let (text, values) = self.transaction.talk.wording(sql, params);
            let values: Vec<Value<'_>> = values.iter().map(Value::from).collect();
            let words = self.words(&text, &values, kind)?;
            self.say(sql, params, words, true);
            return Ok(Answer::Nothing);
        }
        if let Some(answer) = self.take(sql, params)? {
            return Ok(answer);
        }
        if !self.transaction.talk.has(sql, params) {
            if !is_read(sql) {
                self.forget()?;
            }
            let words = self.words(sql, params, kind)?;
            self.say(sql, params, words, true);
        }
        self.settle(None)?;
        self.take(sql, params)?
            .ok_or_else(|| StoreError::broken("a statement was not answered"))
    }

    /// A statement with its values, prepared if it was not yet: that waits too, the first time.
    fn words(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        kind: impl FnOnce(Statement, Vec<Cell>) -> Words,
    ) -> Result<Words, StoreError> {
        self.check()?;
        let words = self.line.prepare(sql, params).and_then(|statement| {
            flight::check(&statement, params)?;
            Ok(kind(statement, cells(params)))
        });
        words.map_err(|failure| self.fail(failure))
    }

    fn say(&mut self, sql: &str, params: &[Value<'_>], words: Words, asked: bool) {
        self.line.context().count_statement();
        self.transaction.talk.say(sql, params, words, asked);
    }

    /// Sends what was not yet, `last` after it, and waits for all the answers.
    fn settle(&mut self, last: Option<&Words>) -> Result<(), StoreError> {
        self.check()?;
        let transaction = &mut self.transaction;
        let begin = transaction.begin.take();
        let unsent = transaction.talk.unsent();
        let words: Vec<&Words> = begin.iter().chain(unsent).chain(last).collect();
        transaction.open = true;
        let (begins, commits) = (begin.is_some(), last.is_some());
        let answers = self.line.exchange(&words);
        let answers = answers.and_then(|answers| flight::judge(&words, answers, begins, commits));
        match answers {
            Ok(answers) => {
                let answers = answers.into_iter().skip(usize::from(begins));
                transaction.talk.hear(answers);
                Ok(())
            }
            Err(failure) => Err(self.fail(failure)),
        }
    }

    fn take(&mut self, sql: &str, params: &[Value<'_>]) -> Result<Option<Answer>, StoreError> {
        let taken = self.transaction.talk.take(sql, params);
        taken.map_err(|why| self.fail(Failure::Final(why)))
    }

    /// Forgets what was asked ahead: what is written now may change it.
    fn forget(&mut self) -> Result<(), StoreError> {
        if let Err(why) = self.transaction.talk.forget(usize::MAX) {
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
}

impl Transaction {
    /// Whether there is anything to commit.
    fn has_begun(&self) -> bool {
        self.open || !self.talk.is_empty()
    }
}
