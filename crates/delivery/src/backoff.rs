//! How long to wait before something that failed is tried again.

use std::time::Duration;

use poolhouse_domain::{Random, random};

/// A wait that doubles with each failure in a row, up to a limit.
pub(crate) struct Backoff {
    /// After the first failure.
    pub(crate) first: Duration,
    /// At most.
    pub(crate) most: Duration,
}

/// For a message that a sender did not take now, such as a mailbox that asks to be tried later.
pub(crate) const OF_MESSAGE: Backoff = Backoff {
    first: Duration::from_secs(2),
    most: Duration::from_mins(5),
};

/// For a sender that does not work: short, because codes do not live long.
pub(crate) const OF_SENDER: Backoff = Backoff {
    first: Duration::from_secs(1),
    most: Duration::from_secs(15),
};

impl Backoff {
    /// The wait after so many failures in a row, at least one: somewhere between the half and the
    /// whole, so that what failed together is not tried together.
    pub(crate) fn after(&self, failures: u32, random: &dyn Random) -> Duration {
        let doubled = 1_u32.checked_shl(failures.saturating_sub(1));
        let factor = doubled.unwrap_or(u32::MAX);
        let whole = self.first.saturating_mul(factor).min(self.most);
        let jitter = u32::from(u16::from_be_bytes(random::bytes(random)));
        whole / 2 + (whole / 2) * jitter / u32::from(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use poolhouse_domain::random::SeededRandom;

    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_limit() {
        let random = SeededRandom::new(1);
        for (failures, most) in [
            (1, 2),
            (2, 4),
            (3, 8),
            (7, 128),
            (8, 256),
            (9, 300),
            (32, 300),
            (33, 300),
            (u32::MAX, 300),
        ] {
            let most = Duration::from_secs(most);
            for _ in 0..100 {
                let wait = OF_MESSAGE.after(failures, &random);
                assert!(wait >= most / 2 && wait <= most, "{failures}: {wait:?}");
            }
        }
    }

    #[test]
    fn what_failed_together_is_spread() {
        let random = SeededRandom::new(1);
        let waits: Vec<_> = (0..50).map(|_| OF_SENDER.after(9, &random)).collect();
        let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
        assert!(
            most.abs_diff(*least) > Duration::from_secs(5),
            "{least:?} {most:?}"
        );
    }
}
