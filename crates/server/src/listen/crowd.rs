//! Counting who is here, and nobody beyond a limit.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many of each kind are here. What is remembered is bounded by who is here: a kind of which
/// nobody is left is forgotten.
pub(crate) struct Crowd<K: Eq + Hash + Clone> {
    most: usize,
    here: Arc<Mutex<HashMap<K, usize>>>,
}

/// Somebody's place; given back when dropped.
pub(crate) struct Place<K: Eq + Hash + Clone> {
    kind: K,
    here: Arc<Mutex<HashMap<K, usize>>>,
}

impl<K: Eq + Hash + Clone> Crowd<K> {
    /// At most `most` of each kind.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            here: Arc::default(),
        }
    }

    /// A place for one more of `kind`, if there is one.
    pub(crate) fn enter(&self, kind: K) -> Option<Place<K>> {
        let mut here = lock(&self.here);
        let count = here.get(&kind).copied().unwrap_or(0);
        if count >= self.most {
            return None;
        }
        here.insert(kind.clone(), count + 1);
        drop(here);
        Some(Place {
            kind,
            here: Arc::clone(&self.here),
        })
    }
}

impl<K: Eq + Hash + Clone> Drop for Place<K> {
    fn drop(&mut self) {
        let mut here = lock(&self.here);
        match here.get_mut(&self.kind) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(here.remove(&self.kind)),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_comes_in_beyond_the_limit_and_who_leaves_makes_room() {
        let crowd = Crowd::new(2);
        let first = crowd.enter("a").unwrap();
        let second = crowd.enter("a").unwrap();
        assert!(crowd.enter("a").is_none());
        let other = crowd.enter("b").unwrap();
        drop(first);
        let third = crowd.enter("a").unwrap();
        assert!(crowd.enter("a").is_none());
        drop((second, third, other));
        assert!(lock(&crowd.here).is_empty(), "nobody is remembered");
    }
}
