//! Work that takes a part of a millisecond, as signatures do.
//!
//! On a thread that answers requests it would hold up whoever comes after it there, although a processor may be
//! idle. To hand it to another thread costs some microseconds, and where those have enough to do already it buys
//! nothing: then it is done at once. So a busy server changes threads seldom.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::{Semaphore, oneshot};

use crate::awsjson::error::ApiError;

/// Threads that end with this.
pub(super) struct ShortWork {
    queue: Arc<Queue>,
    /// One for each piece of work that runs on the threads or waits for them.
    places: Arc<Semaphore>,
}

impl ShortWork {
    /// As many threads as there are processors; for each, one piece of work may wait.
    pub(super) fn start(processors: usize) -> Self {
        let queue = Arc::new(Queue::default());
        let start = |_: &usize| {
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new().name("short-work".to_owned());
            thread.spawn(move || queue.work()).is_ok()
        };
        // Without threads there are no places, and everything is done at once.
        let threads = (0..processors).filter(start).count();
        Self {
            queue,
            places: Arc::new(Semaphore::new(2 * threads)),
        }
    }

    /// Runs `work`: on one of the threads, or at once if they have enough to do. What has begun goes on also if nobody
    /// waits for it any more.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return Ok(work());
        };
        let (answer, done) = oneshot::channel();
        self.queue.push(Box::new(move || {
            let result = work();
            drop(place);
            // Whoever asked may have gone.
            let _heard = answer.send(result);
        }));
        done.await.map_err(ApiError::internal)
    }
}

impl Drop for ShortWork {
    fn drop(&mut self) {
        self.queue.end();
    }
}

type Work = Box<dyn FnOnce() + Send>;

/// What waits for a thread.
#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Work>,
    has_ended: bool,
}

impl Queue {
    fn push(&self, work: Work) {
        self.state().waiting.push_back(work);
        self.changed.notify_one();
    }

    /// No more comes. What waits is still done.
    fn end(&self) {
        self.state().has_ended = true;
        self.changed.notify_all();
    }

    /// A thread's life.
    fn work(&self) {
        yield_to_others();
        while let Some(work) = self.next() {
            // After a fault the answer's sender is gone, and whoever waits hears of that.
            let _fault = catch_unwind(AssertUnwindSafe(work));
        }
    }

    /// Waits for what is next; nothing after the end.
    fn next(&self) -> Option<Work> {
        let idle = |state: &mut State| state.waiting.is_empty() && !state.has_ended;
        let state = self.changed.wait_while(self.state(), idle);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        state.waiting.pop_front()
    }

    /// Nothing that can fail is done with it, so it is whole also if a thread has panicked.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes this thread less urgent than those that answer requests and write, so that they get a processor at once.
/// On Linux that can be said of a thread; elsewhere it would be said of the whole process.
fn yield_to_others() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{getpriority_process, setpriority_process};

        let lower = getpriority_process(None).map(|nice| (nice + NICE).min(LEAST_URGENT));
        if let Err(error) = lower.and_then(|nice| setpriority_process(None, nice)) {
            tracing::debug!(%error, "signing is as urgent as answering");
        }
    }
}

/// A third of the weight: on a machine that does other work too it still goes on.
#[cfg(target_os = "linux")]
const NICE: i32 = 5;

#[cfg(target_os = "linux")]
const LEAST_URGENT: i32 = 19;

#[cfg(test)]
mod tests;
