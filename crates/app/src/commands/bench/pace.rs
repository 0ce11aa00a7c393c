//! When visits begin.

use std::thread;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};
use tokio::time::Instant;

use super::driver::Load;

/// What says when the next visit is due, shared by all connections.
pub(super) enum Pace {
    /// Whenever a connection is free, until then.
    Closed(Instant),
    /// At a rate, whoever is free or not: each moment is one visit's, and waits for a connection.
    Open(Mutex<mpsc::Receiver<Instant>>),
}

impl Pace {
    /// That of a load which begins now.
    pub(super) fn of(load: &Load, begin: Instant) -> Self {
        let Some(rate) = load.rate else {
            return Self::Closed(begin + load.lasts);
        };
        // While it is full the thread waits, and catches up afterwards: nothing that is due is forgotten.
        let (due, queue) = mpsc::channel(1);
        let lasts = load.lasts;
        thread::spawn(move || hand_out(rate, begin, lasts, &due));
        Self::Open(Mutex::new(queue))
    }

    /// When the visit is due that the caller is to begin at once; nothing if there are no more. With a rate
    /// it returns at that moment, or later if nobody asked in time.
    pub(super) async fn next(&self) -> Option<Instant> {
        match self {
            Self::Closed(end) => Some(Instant::now()).filter(|now| now < end),
            // Whoever has waited longest is next.
            Self::Open(queue) => queue.lock().await.recv().await,
        }
    }
}

/// Hands out moments, evenly spaced, each when it has come.
#[expect(
    clippy::disallowed_methods,
    reason = "a thread sleeps to 60 us or so, a task to a millisecond"
)]
fn hand_out(rate: f64, begin: Instant, lasts: Duration, due: &mpsc::Sender<Instant>) {
    let mut turn = 0.0;
    while let Ok(after) = Duration::try_from_secs_f64(turn / rate)
        && after < lasts
    {
        let moment = begin + after;
        thread::sleep(moment.saturating_duration_since(Instant::now()));
        if due.blocking_send(moment).is_err() {
            return;
        }
        turn += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(rate: Option<f64>, lasts: Duration) -> Vec<Duration> {
        let begin = Instant::now();
        let load = Load {
            connections: 1,
            lasts,
            rate,
        };
        let pace = Pace::of(&load, begin);
        let mut all = Vec::new();
        while let Some(due) = pace.next().await {
            assert!(due <= Instant::now(), "not before its time");
            all.push(due - begin);
        }
        all
    }

    #[tokio::test]
    async fn with_a_rate_moments_are_evenly_spaced() {
        let due = all(Some(1_000.0), Duration::from_millis(8)).await;
        assert_eq!(due, [0, 1, 2, 3, 4, 5, 6, 7].map(Duration::from_millis));
        let seldom = all(Some(f64::MIN_POSITIVE), Duration::from_millis(1)).await;
        assert_eq!(seldom, [Duration::ZERO]);
    }

    #[tokio::test]
    async fn what_nobody_asked_for_in_time_is_not_forgotten() {
        let due = all(Some(1e8), Duration::from_micros(10)).await;
        assert_eq!(due.len(), 1_000);
        assert_eq!(due.last(), Some(&Duration::from_nanos(9_990)));
    }

    #[tokio::test]
    async fn without_one_the_next_is_due_at_once() {
        let due = all(None, Duration::from_millis(1)).await;
        assert!(due.is_sorted(), "{due:?}");
        assert!(due.iter().all(|due| *due < Duration::from_millis(1)));
    }
}
