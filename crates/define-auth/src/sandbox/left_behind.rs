//! Definitions that did not stop when their time was over.
//!
//! The engine asks whether it should stop once in ten thousand calls and turns of a loop. What it
//! does between two questions cannot be stopped: a sort of a sparse array of 2^32 elements, a search
//! for a megabyte in a megabyte, ten thousand copies of a long text. The thread goes on until that is
//! done or the process ends, with a core and the engine's memory; so there are few of them at most.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// How many definitions may be left behind in a process before it runs no more.
pub(super) const MAX: usize = 4;

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// How many have been left behind and are still running.
pub(super) fn count() -> usize {
    COUNT.load(Ordering::SeqCst)
}

/// Whether a definition is waited for; shared by its thread and by who waits.
#[derive(Clone, Debug, Default)]
pub(super) struct Fate(Arc<AtomicU8>);

const AWAITED: u8 = 0;
const DONE: u8 = 1;
const LEFT: u8 = 2;

impl Fate {
    /// The definition's thread is done.
    pub(super) fn done(&self) {
        if self.turn(DONE) == Err(LEFT) {
            COUNT.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// Nobody waits any longer.
    pub(super) fn leave(&self) {
        COUNT.fetch_add(1, Ordering::SeqCst);
        if self.turn(LEFT) == Err(DONE) {
            COUNT.fetch_sub(1, Ordering::SeqCst);
        }
    }

    fn turn(&self, to: u8) -> Result<u8, u8> {
        self.0
            .compare_exchange(AWAITED, to, Ordering::SeqCst, Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_is_left_counts_and_only_while_running() {
        let (early, late) = (Fate::default(), Fate::default());
        early.done();
        early.leave();
        assert_eq!(count(), 0);
        late.leave();
        assert_eq!(count(), 1);
        late.done();
        assert_eq!(count(), 0);
    }
}
