//! Random operations, in transactions that are kept or undone: an in-memory model, SQLite and
//! PostgreSQL must tell the same story.
//!
//! Keys are few, so that operations meet. `step` has what can be done and does it in a store; `memory`
//! says what must come of it.

mod device;
mod memory;
mod step;

use std::fmt::Write as _;

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

    /// What each step said, up to the one that met a conflict.
    async fn run(&mut self, transaction: &Transaction) -> Vec<String> {
        let (steps, keep) = (transaction.steps.clone(), transaction.keep);
        let known = self.messages.clone();
        let outcome = self.store.write(move |txn| {
            let (mut said, mut messages) = (Vec::new(), known.clone());
            for step in &steps {
                match step.run(txn, &mut messages) {
                    Ok(outcome) => said.push(outcome),
                    Err(StoreError::Conflict(_)) => {
                        said.push(CONFLICT.to_owned());
                        return Err(Undone::Steps(said));
                    }
                    Err(other) => return Err(Undone::Failed(other)),
                }
            }
            if keep {
                Ok((said, messages))
            } else {
                Err(Undone::Steps(said))
            }
        });
        match outcome.await {
            Ok((said, messages)) => {
                self.messages = messages;
                said
            }
            Err(Undone::Steps(said)) => said,
            Err(Undone::Failed(why)) => panic!("{}: {why:?}", self.name),
        }
    }
}

/// Why nothing of a transaction is kept.
enum Undone {
    Steps(Vec<String>),
    Failed(StoreError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
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
    for transaction in sequence {
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
            if said != expected {
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
