//! Work that takes a processor for long, so that who has little to do would wait behind it: on threads of its
//! own, and of what takes milliseconds only so much at a time.

mod short;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use self::short::ShortWork;
use crate::awsjson::error::ApiError;

/// The work of one processor that may wait, in milliseconds: who would wait longer is refused.
const LONGEST_QUEUE_MS: usize = 1000;

/// What takes no longer than this, in milliseconds, is short.
const SHORT_MS: u32 = 2;

/// The threads that slow work runs on: as many as there are processors, and a queue that is no longer
/// than a second, so that a flood of guesses is refused and does not take the memory.
pub(crate) struct SlowWork {
    running: Arc<Semaphore>,
    /// Each permit is a millisecond.
    queue: Arc<Semaphore>,
    short: ShortWork,
}

impl SlowWork {
    pub(crate) fn new() -> Self {
        Self::with(available_parallelism().map_or(1, usize::from))
    }

    fn with(processors: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(processors)),
            queue: Arc::new(Semaphore::new(processors * LONGEST_QUEUE_MS)),
            short: ShortWork::start(processors),
        }
    }

    /// Runs `work` of about `cost` milliseconds when it is its turn. Also if nobody waits for it any
    /// more: what has begun counts until it is done.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        cost: u32,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = Arc::clone(&self.queue).try_acquire_many_owned(cost);
        let place = place.map_err(|_| ApiError::TooManyRequests)?;
        let work = move || {
            let done = work();
            drop(place);
            done
        };
        if cost <= SHORT_MS {
            return self.short.run(work).await;
        }
        let turn = Arc::clone(&self.running).acquire_owned().await;
        let turn = turn.map_err(ApiError::internal)?;
        let done = spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(ApiError::internal)
    }

    /// Runs `work` of less than a millisecond that is never refused, as the signatures of a sign-in that is on
    /// record.
    pub(crate) async fn run_short<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        self.short.run(work).await
    }
}
