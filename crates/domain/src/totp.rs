//! Codes of an authenticator app: TOTP (RFC 6238) as every app has it, SHA-1, 6 digits, 30 seconds.
//!
//! A code is good in its own step and in the two beside it, because clocks differ, and once: whoever
//! accepted a step accepts no code of it, or of an earlier one, again (RFC 6238 §5.2).

use std::time::Duration;

use aws_lc_rs::hmac;

use crate::random::{self, Random};
use crate::{Secret, Timestamp};

/// Bytes of a seed: as many as SHA-1 has (RFC 4226 §4, R6).
pub const SEED_LEN: usize = 20;

/// How long a new seed waits for the first code of its app.
pub const SETUP_VALIDITY: Duration = Duration::from_hours(1);

/// Seconds for which an app shows the same code.
const STEP: i64 = 30;

/// Digits of a code, as the power of ten that it is below.
const MODULUS: u32 = 1_000_000;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What the app and we share.
#[derive(Clone, Debug)]
pub struct Seed(Secret<[u8; SEED_LEN]>);

/// What a typed code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the code of this step.
    Right(i64),
    /// It is the code of a step that was accepted already, or of one before it.
    Used,
    /// It is no code of now.
    Wrong,
}

impl Seed {
    /// A new one.
    pub fn generate(random: &dyn Random) -> Self {
        Self(Secret::new(random::bytes(random)))
    }

    /// Takes a seed that was kept; nothing if it has another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Secret::new).map(Self)
    }

    /// The bytes, to be kept sealed.
    pub const fn expose(&self) -> &[u8; SEED_LEN] {
        self.0.expose()
    }

    /// How apps take it (`SecretCode`, RFC 4648 §6): 32 characters, which need no padding.
    pub fn base32(&self) -> Secret<String> {
        let text = self.expose().chunks(5).flat_map(|chunk| {
            let bits = chunk
                .iter()
                .fold(0, |bits: u64, byte| bits << 8 | u64::from(*byte));
            (0..8).rev().map(move |place| {
                let value = usize::try_from(bits >> (5 * place) & 31).unwrap_or_default();
                char::from(BASE32[value])
            })
        });
        Secret::new(text.collect())
    }

    /// The code that an app shows at `moment`.
    pub fn code_at(&self, moment: Timestamp) -> Secret<String> {
        self.code(step_at(moment))
    }

    /// Judges a code at `now`; codes up to the step `accepted` are used up.
    pub fn judge(&self, typed: &Secret<String>, now: Timestamp, accepted: Option<i64>) -> Verdict {
        let present = step_at(now);
        let steps = [present - 1, present, present + 1];
        // All three are compared whatever comes out. Should two steps have one code, the later counts:
        // otherwise it could be used twice.
        let matching = steps.map(|step| self.code(step).matches(typed.expose().as_bytes()));
        let newest = steps
            .into_iter()
            .zip(matching)
            .rfind(|(_, matches)| *matches);
        match newest {
            None => Verdict::Wrong,
            Some((step, _)) if accepted.is_some_and(|accepted| step <= accepted) => Verdict::Used,
            Some((step, _)) => Verdict::Right(step),
        }
    }

    /// HOTP (RFC 4226 §5.3) over the number of the step.
    fn code(&self, step: i64) -> Secret<String> {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.expose());
        let digest = hmac::sign(&key, &step.to_be_bytes());
        let digest = digest.as_ref();
        let offset = usize::from(digest.last().copied().unwrap_or_default() & 15);
        let word = digest[offset..offset + 4]
            .iter()
            .fold(0, |word: u32, byte| word << 8 | u32::from(*byte));
        Secret::new(format!("{:06}", (word & 0x7fff_ffff) % MODULUS))
    }
}

fn step_at(moment: Timestamp) -> i64 {
    moment.seconds().div_euclid(STEP)
}

#[cfg(test)]
mod tests;
