//! Random operations, in transactions that are kept or undone: an in-memory model, SQLite and
//! PostgreSQL must tell the same story.
//!
//! Keys are few, so that operations meet. `step` has what can be done and does it in a store; `memory`
//! says what must come of it.

mod device;
mod family;
mod memory;
mod message;
mod password;
mod step;

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use memory::{CONFLICT, Memory};
use poolhouse_store::{OutboxId, Store, StoreError};
use proptest::test_runner::{Config, TestRunner};
use step::{Transaction, transactions};

use crate::{postgres, sqlite};

/// Sequences that are tried, and transactions in each.
const SEQUENCES: u32 = 12;
const LENGTH: std::ops::Range<usize> = 40..120;

/// A store, and the names that it gave its messages: they are its own.
struct Subject {
    name: &'static str,
    store: Store,
    messages: Vec<OutboxId>,
}

impl Subject {
    fn new(name: &'static str, store: Store) -> Self {
        Self {
            name,
            store,
            messages: Vec::new(),
        }
    }

    /// What each step said, up to where a conflict was met.
    async fn run(&mut self, transaction: &Transaction) -> Vec<String> {
        let (steps, keep) = (transaction.steps.clone(), transaction.keep);
        let known = self.messages.clone();
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&said);
        let outcome = self.store.write(move |txn| {
            let mut messages = known.clone();
            let mut said = said.lock().unwrap();
            // It may be run again.
            said.clear();
            for step in &steps {
                said.push(step.run(txn, &mut messages)?);
            }
            if keep {
                Ok(messages)
            } else {
                Err(Undone::AsWanted)
            }
        });
        let outcome = outcome.await;
        let mut said = std::mem::take(&mut *heard.lock().unwrap());
        match outcome {
            Ok(messages) => self.messages = messages,
            Err(Undone::AsWanted) => {}
            Err(Undone::For(StoreError::Conflict(_))) => said.push(CONFLICT.to_owned()),
            Err(Undone::For(why)) => panic!("{}: {why:?}", self.name),
        }
        said
    }
}

/// Whether a store said what was expected. It may notice a conflict later than memory does: where a write
/// waits for what is asked next, or for COMMIT (decision 45), which is not to come if nothing is kept.
fn agree(expected: &[String], said: &[String], keep: bool) -> bool {
    match expected.split_last() {
        Some((last, before)) if last == CONFLICT => {
            said.starts_with(before) && (!keep || said.last() == Some(last))
        }
        _ => said == expected,
    }
}

/// Why nothing of a transaction is kept.
enum Undone {
    AsWanted,
    For(StoreError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::For(error)
    }
}

/// Runs a sequence everywhere. The story up to the first difference, if there is one.
async fn differ(sequence: &[Transaction]) -> Result<(), String> {
    let (file, _folder) = sqlite::fresh();
    let (server, ()) = postgres::fresh().await;
    let mut memory = Memory::default();
    let mut subjects = [
        Subject::new("SQLite", file),
        Subject::new("PostgreSQL", server),
    ];
    let mut story = String::new();
    for transaction in [Transaction::first()].iter().chain(sequence) {
        let expected = memory.run(transaction);
        for (step, outcome) in transaction.steps.iter().zip(&expected) {
            writeln!(story, "{step:?}: {outcome}").unwrap();
        }
        writeln!(
            story,
            "{}",
            if transaction.keep { "kept" } else { "undone" }
        )
        .unwrap();
        for subject in &mut subjects {
            let said = subject.run(transaction).await;
            if !agree(&expected, &said, transaction.keep) {
                return Err(format!("{story}{} said: {said:#?}", subject.name));
            }
        }
    }
    for subject in subjects {
        subject.store.close().await;
    }
    Ok(())
}

#[test]
fn memory_sqlite_and_postgresql_agree() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let config = Config {
        cases: SEQUENCES,
        failure_persistence: None,
        ..Config::default()
    };
    let sequences = proptest::collection::vec(transactions(), LENGTH);
    let outcome = TestRunner::new(config).run(&sequences, |sequence| {
        runtime
            .block_on(differ(&sequence))
            .map_err(proptest::test_runner::TestCaseError::fail)
    });
    if let Err(why) = outcome {
        panic!("{why}");
    }
}
