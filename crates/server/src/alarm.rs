//! Waiting for a moment, to the microsecond where the system can.
//!
//! The runtime's timer has a grain of a millisecond: it rounds up, from whenever it is asked. An answer that
//! waits for the end of a step by it comes too late, and by its time tells a little of when the work was done.

#[cfg(target_os = "linux")]
mod exact;

#[cfg(target_os = "linux")]
use std::sync::Arc;

use tokio::time::{Instant, sleep_until};

/// Wakes whoever waits for a moment. By default it is the runtime's timer, which tests can stop.
#[derive(Clone, Default)]
pub struct Alarm {
    #[cfg(target_os = "linux")]
    exact: Option<Arc<exact::Timer>>,
}

impl Alarm {
    /// One that is exact, where the system has such: on Linux. To be called within a runtime.
    #[must_use]
    pub fn exact() -> Self {
        #[cfg(target_os = "linux")]
        return Self {
            exact: exact::Timer::start()
                .inspect_err(|error| {
                    tracing::warn!(%error, "there is no exact timer: answers wait for up to 1 ms more");
                })
                .map(Arc::new)
                .ok(),
        };
        #[cfg(not(target_os = "linux"))]
        Self::default()
    }

    /// Returns at that moment, or right after it.
    pub async fn wait_until(&self, moment: Instant) {
        if moment <= Instant::now() {
            return;
        }
        #[cfg(target_os = "linux")]
        if let Some(exact) = &self.exact
            && exact.ring_at(moment).await.is_ok()
        {
            return;
        }
        sleep_until(moment).await;
    }
}

#[cfg(test)]
mod tests;
