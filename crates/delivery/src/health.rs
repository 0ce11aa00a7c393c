//! Whether a sender works. One that failed rests, for longer each time, and is then tried with one
//! message: the others need not all wait for the same silence.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use poolhouse_domain::{Random, Timestamp};

use crate::backoff;

/// What is known of a sender.
#[derive(Default)]
pub(crate) struct Health(Mutex<State>);

#[derive(Default)]
struct State {
    /// In a row.
    failures: u32,
    /// It rests until then.
    rests_until: Option<Timestamp>,
}

/// Leave to send one message.
pub(crate) struct Leave {
    /// Whether it is the one by which a sender that failed is tried.
    is_trial: bool,
}

impl Health {
    /// Leave to send at `now`; none while it rests. A trial takes at most `limit`: as long nobody
    /// else gets leave.
    pub(crate) fn leave(&self, now: Timestamp, limit: Duration) -> Option<Leave> {
        let mut state = self.lock();
        if state.failures == 0 {
            return Some(Leave { is_trial: false });
        }
        if state.rests_until.is_some_and(|until| now < until) {
            return None;
        }
        state.rests_until = Some(now + limit);
        Some(Leave { is_trial: true })
    }

    /// It works.
    pub(crate) fn works(&self) {
        *self.lock() = State::default();
    }

    /// It does not. Whoever had leave together with the first that failed says nothing new.
    pub(crate) fn failed(&self, leave: &Leave, now: Timestamp, random: &dyn Random) {
        let mut state = self.lock();
        if state.failures == 0 || leave.is_trial {
            state.failures = state.failures.saturating_add(1);
            let rest = backoff::OF_SENDER.after(state.failures, random);
            state.rests_until = Some(now + rest);
        }
    }

    /// Whether it worked the last time that it was tried.
    pub(crate) fn is_well(&self) -> bool {
        self.lock().failures == 0
    }

    /// When it may be tried again, if it rests.
    pub(crate) fn rests_until(&self) -> Option<Timestamp> {
        self.lock().rests_until
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use poolhouse_domain::random::SeededRandom;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_micros(millis * 1_000)
    }

    #[test]
    fn one_that_failed_rests_and_is_tried_by_one() {
        let (health, random) = (Health::default(), SeededRandom::new(1));
        let (first, second) = (health.leave(at(0), LIMIT), health.leave(at(0), LIMIT));
        assert!(health.is_well());
        health.failed(&first.unwrap(), at(0), &random);
        let until = health.rests_until().unwrap();
        assert!(until >= at(500) && until <= at(1_000));
        health.failed(&second.unwrap(), at(100), &random);
        assert_eq!(health.rests_until(), Some(until), "it was the same failure");

        assert!(health.leave(at(499), LIMIT).is_none());
        let trial = health.leave(at(1_000), LIMIT).unwrap();
        assert!(health.leave(at(1_000), LIMIT).is_none(), "one at a time");
        health.failed(&trial, at(1_500), &random);
        let until = health.rests_until().unwrap();
        assert!(until >= at(2_500) && until <= at(3_500));

        assert!(health.leave(until, LIMIT).is_some());
        health.works();
        assert!(health.is_well() && health.leave(until, LIMIT).is_some());
    }

    #[test]
    fn a_trial_of_which_nothing_is_heard_holds_nobody_up_for_ever() {
        let (health, random) = (Health::default(), SeededRandom::new(1));
        let leave = health.leave(at(0), LIMIT).unwrap();
        health.failed(&leave, at(0), &random);
        assert!(health.leave(at(1_000), LIMIT).is_some());
        assert!(health.leave(at(20_999), LIMIT).is_none());
        assert!(health.leave(at(21_000), LIMIT).is_some());
    }
}
