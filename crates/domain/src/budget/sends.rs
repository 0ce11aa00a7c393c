//! What has gone out within a day, and whether more may.
//!
//! It is counted in slots of five minutes. A slot counts as long as any moment of it may lie within the
//! hour or the day, so that no hour and no day, from whichever moment on, ever has more than its limit.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

const HOUR: Duration = Duration::from_hours(1);
pub(super) const DAY: Duration = Duration::from_hours(24);
const SLOT: Duration = Duration::from_mins(5);

/// What may go out in an hour and in a day; without a limit where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// In any hour.
    pub per_hour: Option<u32>,
    /// In any 24 hours.
    pub per_day: Option<u32>,
}

/// What has gone out within a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sends(Vec<Slot>);

/// Five minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    /// Which, since 1970.
    number: u32,
    count: u32,
}

impl Budget {
    pub(super) const fn new(per_hour: u32, per_day: u32) -> Self {
        Self {
            per_hour: Some(per_hour),
            per_day: Some(per_day),
        }
    }

    /// Whether there is a limit.
    pub const fn is_limited(&self) -> bool {
        self.per_hour.is_some() || self.per_day.is_some()
    }

    /// Whether `more` may go out after `sends`.
    pub fn allows(&self, sends: &Sends, more: u32, now: Timestamp) -> bool {
        let fits = |limit: Option<u32>, window| {
            limit.is_none_or(|limit| sends.within(window, now).saturating_add(more) <= limit)
        };
        fits(self.per_hour, HOUR) && fits(self.per_day, DAY)
    }
}

impl Sends {
    /// Counts `more` at `now`, and forgets what is no longer within a day.
    pub fn add(&mut self, more: u32, now: Timestamp) {
        let number = slot(now);
        self.0.retain(|slot| slot.is_within(DAY, number));
        if more == 0 {
            return;
        }
        match self.0.iter_mut().find(|slot| slot.number == number) {
            Some(slot) => slot.count = slot.count.saturating_add(more),
            None => self.0.push(Slot {
                number,
                count: more,
            }),
        }
    }

    /// How many at most went out in the time of length `window` before `now`. What was counted by a clock
    /// that has gone back since, counts.
    pub(super) fn within(&self, window: Duration, now: Timestamp) -> u32 {
        let number = slot(now);
        let recent = self.0.iter().filter(|slot| slot.is_within(window, number));
        recent.fold(0, |sum, slot| sum.saturating_add(slot.count))
    }

    /// From when on nothing of it counts.
    pub fn ends_at(&self) -> Timestamp {
        let last = self.0.iter().map(|slot| slot.number).max();
        let after_last = last.map_or(0, |number| u64::from(number) + 1) * SLOT.as_secs();
        Timestamp::from_seconds(0) + Duration::from_secs(after_last) + DAY
    }

    /// As it is kept: eight bytes a slot.
    pub fn to_bytes(&self) -> Vec<u8> {
        let slots = self.0.iter();
        let bytes = slots.flat_map(|slot| [slot.number.to_be_bytes(), slot.count.to_be_bytes()]);
        bytes.flatten().collect()
    }

    /// What was kept; nothing if it is something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (slots, []) = bytes.as_chunks::<8>() else {
            return None;
        };
        let slot = |[a, b, c, d, e, f, g, h]: &[u8; 8]| Slot {
            number: u32::from_be_bytes([*a, *b, *c, *d]),
            count: u32::from_be_bytes([*e, *f, *g, *h]),
        };
        Some(Self(slots.iter().map(slot).collect()))
    }
}

impl Slot {
    /// Whether a moment of it may lie less than `window` before one of the slot `now`.
    fn is_within(self, window: Duration, now: u32) -> bool {
        let age = u64::from(now.saturating_sub(self.number));
        age <= window.as_secs() / SLOT.as_secs()
    }
}

fn slot(now: Timestamp) -> u32 {
    let since = now.since(Timestamp::from_seconds(0)).as_secs();
    u32::try_from(since / SLOT.as_secs()).unwrap_or(u32::MAX)
}
