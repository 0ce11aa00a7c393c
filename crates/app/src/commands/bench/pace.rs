//! When visits begin.

use std::time::Duration;

use poolhouse_server::Alarm;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::driver::Load;

/// What says when the next visit is due, shared by all connections.
pub(super) enum Pace {
    /// Whenever a connection is free, until then.
    Closed(Instant),
    /// At a rate, whoever is free or not: each moment is one visit's, and waits for a connection.
    Open(Moments),
}

/// Moments, evenly spaced.
pub(super) struct Moments {
    rate: f64,
    begin: Instant,
    lasts: Duration,
    alarm: Alarm,
    /// Which is next.
    turn: Mutex<f64>,
}

impl Pace {
    /// That of a load which begins now.
    pub(super) fn of(load: &Load, begin: Instant) -> Self {
        match load.rate {
            None => Self::Closed(begin + load.lasts),
            Some(rate) => Self::Open(Moments {
                rate,
                begin,
                lasts: load.lasts,
                // The runtime's timer would have visits begin in bursts, one each millisecond.
                alarm: Alarm::exact(),
                turn: Mutex::new(0.0),
            }),
        }
    }

    /// When the visit is due that the caller is to begin at once; nothing if there are no more. With a rate
    /// it returns at that moment, or later if nobody asked in time.
    pub(super) async fn next(&self) -> Option<Instant> {
        match self {
            Self::Closed(end) => Some(Instant::now()).filter(|now| now < end),
            Self::Open(moments) => moments.next().await,
        }
    }
}

impl Moments {
    /// Nothing that is due is forgotten: who comes too late for a moment has it all the same.
    async fn next(&self) -> Option<Instant> {
        // Whoever has waited longest is next.
        let mut turn = self.turn.lock().await;
        let after = Duration::try_from_secs_f64(*turn / self.rate).ok()?;
        let moment = (after < self.lasts).then(|| self.begin + after)?;
        self.alarm.wait_until(moment).await;
        *turn += 1.0;
        Some(moment)
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
