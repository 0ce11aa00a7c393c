//! The outside world's time and chance: the one place where they are read.

use std::cell::RefCell;
use std::time::{SystemTime, UNIX_EPOCH};

use poolhouse_domain::{Clock, Random, Timestamp};
use zeroize::Zeroize as _;

/// The machine's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the Clock that everybody else is given"
    )]
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The operating system's generator, by way of AWS-LC's.
pub(crate) struct SystemRandom;

/// Bytes that are drawn at once. Each drawing begins with the processor's own generator, which is slow: a sign-in
/// needs a dozen values of 8 to 32 bytes.
const DRAWN: usize = 1024;

thread_local! {
    static STOCK: RefCell<Stock> = const { RefCell::new(Stock::EMPTY) };
}

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        STOCK.with_borrow_mut(|stock| stock.fill(bytes));
    }
}

/// What was drawn and not handed out yet, at the end of its bytes.
struct Stock {
    bytes: [u8; DRAWN],
    left: usize,
}

impl Stock {
    const EMPTY: Self = Self {
        bytes: [0; DRAWN],
        left: 0,
    };

    fn fill(&mut self, wanted: &mut [u8]) {
        for part in wanted.chunks_mut(DRAWN) {
            if self.left < part.len() {
                draw(&mut self.bytes);
                self.left = DRAWN;
            }
            let rest = self.left - part.len();
            let handed_out = &mut self.bytes[rest..self.left];
            part.copy_from_slice(handed_out);
            // It may be a secret now.
            handed_out.zeroize();
            self.left = rest;
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the Random that everybody else is given"
)]
#[expect(
    clippy::expect_used,
    reason = "a server without randomness must not go on"
)]
fn draw(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).expect("the operating system gives randomness");
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn nothing_is_handed_out_twice() {
        let mut seen = HashSet::new();
        for length in [8, 16, 32, 12, 1].into_iter().cycle().take(2_000) {
            let mut value = vec![0; length];
            SystemRandom.fill(&mut value);
            assert!(length < 8 || seen.insert(value), "of {length} bytes");
        }
    }

    #[test]
    fn what_is_longer_than_what_is_drawn_is_filled_to_its_end() {
        let mut long = vec![0; 3 * DRAWN + 7];
        SystemRandom.fill(&mut long);
        for part in long.chunks(7) {
            assert!(part.len() < 7 || part.iter().any(|byte| *byte != 0));
        }
        assert_ne!(long[3 * DRAWN..], [0; 7]);
    }

    #[test]
    fn what_was_handed_out_is_not_kept() {
        let (mut stock, mut value) = (Stock::EMPTY, [0; 32]);
        stock.fill(&mut value);
        assert_eq!(stock.left, DRAWN - 32);
        assert_eq!(stock.bytes[stock.left..], [0; 32]);
        assert_ne!(value, [0; 32]);
    }
}
