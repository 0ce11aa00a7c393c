//! A closure on its way to a connection, and its result on the way back.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::Txn;
use crate::StoreError;

/// A closure that waits for its transaction, and somebody who waits for its answer.
pub(crate) trait Job: Send {
    /// Does the work. Whether what it wrote is to be kept. Called again, it starts from nothing.
    fn run(&mut self, txn: &mut Txn<'_>) -> bool;

    /// Answers, when it is known whether the transaction was committed.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

/// The [`Job`] of `work`, and where its answer arrives.
pub(crate) fn job<T, E, F>(work: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    F: Fn(&mut Txn<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let job = Waiting {
        work,
        result: None,
        reply,
    };
    (Box::new(job), answer)
}

struct Waiting<T, E, F> {
    work: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Waiting<T, E, F>
where
    F: Fn(&mut Txn<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, txn: &mut Txn<'_>) -> bool {
        // Unwind safe: whatever the closure left half done in the database is rolled back.
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(txn)))
            .unwrap_or_else(|_| Err(StoreError::broken("the transaction panicked").into()));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let not_run = || Err(StoreError::broken("the transaction was not run").into());
        let result = match committed {
            Ok(()) => self.result.unwrap_or_else(not_run),
            Err(why) => Err(why.into()),
        };
        // Whoever asked may have gone away; what was written stays written.
        let _gone = self.reply.send(result);
    }
}
