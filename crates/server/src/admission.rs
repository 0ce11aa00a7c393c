//! Work is let in only as far as it can be done soon; the rest is refused at once, before it costs
//! anything.
//!
//! A queue that grows while everybody in it still waits helps nobody: its end has given up before it
//! is served, and the work is done in vain. So the queue is bounded by the time that its last one
//! would wait. A refusal is an answer that clients understand: they come back later.

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use axum::response::Response;
use poolhouse_domain::Clock;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::awsjson::error::ApiError;
use crate::awsjson::reply;
use crate::listen::Crowd;
use crate::metrics::Metrics;

/// How much work is taken on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Requests that are worked on at a time.
    pub requests: usize,
    /// Of these and of those that wait, from one address.
    pub requests_per_address: usize,
    /// How long a request may wait until it is worked on.
    pub queue: Duration,
    /// How long it may then take.
    pub patience: Duration,
}

impl Default for Work {
    /// So many at a time that they fill a commit of the store; on two processors a second's queue is
    /// longer still.
    fn default() -> Self {
        Self {
            requests: 256,
            requests_per_address: 128,
            queue: Duration::from_millis(500),
            patience: Duration::from_secs(30),
        }
    }
}

/// The gate before the user-pool API. Clones share it.
#[derive(Clone)]
pub struct Admission(Arc<Gate>);

struct Gate {
    work: Work,
    turns: Semaphore,
    waiting: AtomicUsize,
    /// How long work takes, in microseconds: a mean that forgets, `1/16` of each new one.
    mean: AtomicU64,
    of_address: Crowd<IpAddr>,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
}

impl Admission {
    /// A gate that lets in so much of it.
    pub fn new(work: Work, clock: Arc<dyn Clock>, metrics: Metrics) -> Self {
        Self(Arc::new(Gate {
            turns: Semaphore::new(work.requests),
            waiting: AtomicUsize::new(0),
            mean: AtomicU64::new(0),
            of_address: Crowd::new(work.requests_per_address),
            work,
            clock,
            metrics,
        }))
    }

    /// Lets work in that came `from` there when it is its turn, or refuses it.
    pub(crate) async fn admit(
        &self,
        from: Option<IpAddr>,
        work: impl Future<Output = Response>,
    ) -> Response {
        match self.0.pass(from, work).await {
            Ok(response) => response,
            Err(error) => reply::failure(&error),
        }
    }
}

impl Gate {
    async fn pass(
        &self,
        from: Option<IpAddr>,
        work: impl Future<Output = Response>,
    ) -> Result<Response, ApiError> {
        let place = match from {
            Some(address) => {
                let place = self.of_address.enter(address);
                Some(place.ok_or(ApiError::TooManyAtOnce)?)
            }
            None => None,
        };
        let turn = self.turn().await?;
        let start = self.clock.now();
        let done = timeout(self.work.patience, work).await;
        self.learn(self.clock.now().since(start));
        drop((turn, place));
        done.map_err(|_| ApiError::Overloaded)
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, ApiError> {
        if let Ok(turn) = self.turns.try_acquire() {
            return Ok(turn);
        }
        let place = InLine::enter(self);
        if self.mean() * place.number / self.width() > self.work.queue {
            return Err(ApiError::Overloaded);
        }
        let turn = timeout(self.work.queue, self.turns.acquire()).await;
        turn.map_err(|_| ApiError::Overloaded)?
            .map_err(ApiError::internal)
    }

    fn width(&self) -> u32 {
        u32::try_from(self.work.requests).unwrap_or(u32::MAX)
    }

    fn mean(&self) -> Duration {
        Duration::from_micros(self.mean.load(Ordering::Relaxed))
    }

    fn learn(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        // Two that learn at the same time may lose one of the two: it is a mean.
        let mean = self.mean.load(Ordering::Relaxed);
        let next = mean - mean / 16 + took / 16;
        self.mean.store(next, Ordering::Relaxed);
    }
}

/// A place in the queue; left when dropped.
struct InLine<'a> {
    gate: &'a Gate,
    /// From 1: whose turn is next.
    number: u32,
}

impl<'a> InLine<'a> {
    fn enter(gate: &'a Gate) -> Self {
        let before = gate.waiting.fetch_add(1, Ordering::Relaxed);
        gate.metrics.queued(1);
        let number = u32::try_from(before + 1).unwrap_or(u32::MAX);
        Self { gate, number }
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.gate.waiting.fetch_sub(1, Ordering::Relaxed);
        self.gate.metrics.queued(-1);
    }
}
