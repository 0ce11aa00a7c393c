//! The tokens that a key has verified, so that it does not verify the same one at every request.
//!
//! Kept are digests of whole tokens, and no more than [`BUCKETS`] x [`WAYS`] of them: a token that is
//! forgotten is verified again. What is said of a token by anything but its signature (whether it has
//! expired, was revoked, whose it is) is not kept, and a key that is withdrawn takes its digests along.

use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};

/// Places for digests that begin alike: the one that came first goes first.
const WAYS: usize = 4;

const BUCKETS: usize = 1024;

type Digest = [u8; SHA256_OUTPUT_LEN];

/// Empty until the first is added. A place without a digest is all zeros, which no token is known to have.
#[derive(Default)]
pub(super) struct Known(Mutex<Vec<[Digest; WAYS]>>);

impl Known {
    /// Whether `token` is known, to the last character; if not, whether `verify` says that it is good,
    /// and then it is known.
    pub(super) fn has_or(&self, token: &str, verify: impl FnOnce() -> bool) -> bool {
        let mut of_token = [0; SHA256_OUTPUT_LEN];
        of_token.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        let [high, low, ..] = of_token;
        let place = usize::from(u16::from_be_bytes([high, low])) % BUCKETS;
        let is_known = |buckets: &[[Digest; WAYS]]| {
            let bucket = buckets.get(place);
            bucket.is_some_and(|bucket| bucket.contains(&of_token))
        };
        if is_known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return true;
        }
        // Meanwhile others may ask.
        let is_good = verify();
        if is_good {
            let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if buckets.is_empty() {
                *buckets = vec![[[0; SHA256_OUTPUT_LEN]; WAYS]; BUCKETS];
            }
            if !is_known(&buckets)
                && let Some(bucket) = buckets.get_mut(place)
            {
                bucket.rotate_right(1);
                bucket[0] = of_token;
            }
        }
        is_good
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_verified(known: &Known, token: &str) -> bool {
        let mut verified = false;
        assert!(known.has_or(token, || {
            verified = true;
            true
        }));
        verified
    }

    #[test]
    fn a_token_is_verified_once() {
        let known = Known::default();
        assert!(is_verified(&known, "a.b.c"));
        assert!(!is_verified(&known, "a.b.c"));
        assert!(is_verified(&known, "a.b.d"));
        assert!(is_verified(&known, "a.b.c "));
    }

    #[test]
    fn what_is_not_good_is_not_known() {
        let known = Known::default();
        assert!(!known.has_or("bad", || false));
        assert!(!known.has_or("bad", || false));
        assert!(
            is_verified(&known, "bad"),
            "nobody remembers that it was not"
        );
    }

    #[test]
    fn as_many_are_known_as_there_is_room_for() {
        let known = Known::default();
        let tokens: Vec<String> = (0..20_000)
            .map(|number| format!("token {number}"))
            .collect();
        for token in &tokens {
            assert!(is_verified(&known, token));
        }
        let bytes = known
            .0
            .lock()
            .unwrap()
            .iter()
            .map(size_of_val)
            .sum::<usize>();
        assert_eq!(bytes, BUCKETS * WAYS * SHA256_OUTPUT_LEN);
        assert!(!is_verified(&known, &tokens[19_999]), "the newest is known");
        assert!(is_verified(&known, &tokens[0]), "the first is forgotten");
    }
}
