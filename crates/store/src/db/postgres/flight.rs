//! What is said to the server together: all of it goes out at once, and is answered in its order.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row, Statement};

use super::failure::Failure;
use super::value::fits;
use crate::StoreError;
use crate::db::{Cell, Value};

/// Something that is said to the server.
pub(super) enum Words {
    /// Statements without parameters, whose answer says nothing but that they were carried out.
    Script(String),
    /// A statement that returns rows.
    Query(Statement, Vec<Cell>),
    /// A statement that changes rows.
    Write(Statement, Vec<Cell>),
    /// One that divides by the number of rows that it changes in this table.
    WriteOne(Statement, Vec<Cell>, String),
}

/// What the server says to it.
pub(super) enum Answer {
    Nothing,
    Rows(Vec<Row>),
    Changed(u64),
}

impl Words {
    async fn say(&self, client: &Client) -> Result<Answer, Error> {
        match self {
            Self::Script(text) => client.batch_execute(text).await.map(|()| Answer::Nothing),
            Self::Query(statement, params) => {
                let rows = client.query(statement, &by_reference(params)).await?;
                Ok(Answer::Rows(rows))
            }
            Self::Write(statement, params) | Self::WriteOne(statement, params, _) => {
                let changed = client.execute(statement, &by_reference(params)).await?;
                Ok(Answer::Changed(changed))
            }
        }
    }
}

/// Refuses values that are not what a statement takes: one that cannot be put into words would be left
/// out, and the rest of the transaction sent.
pub(super) fn check(statement: &Statement, params: &[Value<'_>]) -> Result<(), Failure> {
    let broken = |why: String| Err(Failure::Final(StoreError::broken(why)));
    let expected = statement.params();
    if expected.len() != params.len() {
        let (got, expected) = (params.len(), expected.len());
        return broken(format!("got {got} parameters, expected {expected}"));
    }
    let mut both = params.iter().zip(expected);
    match both.find(|(value, kind)| !fits(value, kind)) {
        Some((value, kind)) => broken(format!("got {}, expected {kind}", value.kind())),
        None => Ok(()),
    }
}

/// Says `words` at once. There are as many answers, in their order.
pub(super) async fn exchange(client: &Client, words: &[&Words]) -> Vec<Result<Answer, Error>> {
    let mut waiting: Vec<_> = words
        .iter()
        .map(|said| Box::pin(said.say(client)))
        .collect();
    let mut answers: Vec<_> = words.iter().map(|_| None).collect();
    let mut are_sent = false;
    // What is polled first is sent first, and the server does one after the other.
    poll_fn(|context| {
        let mut all = Poll::Ready(());
        for (asked, answer) in waiting.iter_mut().zip(&mut answers) {
            if answer.is_some() {
                continue;
            }
            match Pin::new(asked).poll(context) {
                Poll::Ready(said) => *answer = Some(said),
                // None after it is answered before it.
                Poll::Pending if are_sent => return Poll::Pending,
                Poll::Pending => all = Poll::Pending,
            }
        }
        are_sent = true;
        all
    })
    .await;
    answers.into_iter().flatten().collect()
}

/// The answers, if there is no error among them; else what the first one means for the transaction. `begins`
/// says whether BEGIN was first, and `commits` whether COMMIT was last.
pub(super) fn judge(
    words: &[&Words],
    answers: Vec<Result<Answer, Error>>,
    begins: bool,
    commits: bool,
) -> Result<Vec<Answer>, Failure> {
    match failure(words, &answers, begins, commits) {
        Some(failure) => Err(failure),
        None => Ok(answers.into_iter().flatten().collect()),
    }
}

fn failure(
    words: &[&Words],
    answers: &[Result<Answer, Error>],
    begins: bool,
    commits: bool,
) -> Option<Failure> {
    let mut errors = answers.iter().enumerate();
    let (place, error) = errors.find_map(|(place, said)| Some((place, said.as_ref().err()?)))?;
    let is_commit = commits && place + 1 == answers.len();
    // No transaction was open around the others, if they were carried out at all.
    let is_bare = begins && place == 0 && answers.iter().any(Result::is_ok);
    // Of a statement that the server says has failed, COMMIT keeps nothing. If it says nothing, it may
    // have done all of it.
    let is_unheard = commits && error.as_db_error().is_none();
    if is_commit || is_bare || is_unheard {
        return Some(Failure::of_commit(error));
    }
    match words.get(place) {
        Some(Words::WriteOne(_, _, table)) if error.code() == Some(&SqlState::DIVISION_BY_ZERO) => {
            Some(Failure::Final(StoreError::conflict(table)))
        }
        _ => Some(Failure::of_statement(error)),
    }
}

fn by_reference(params: &[Cell]) -> Vec<&(dyn ToSql + Sync)> {
    params
        .iter()
        .map(|value| -> &(dyn ToSql + Sync) { value })
        .collect()
}
