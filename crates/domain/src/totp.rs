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
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    /// The seed of RFC 4226 and of RFC 6238, appendices.
    fn published() -> Seed {
        Seed::from_bytes(b"12345678901234567890").unwrap()
    }

    fn typed(code: &str) -> Secret<String> {
        Secret::new(code.to_owned())
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn hotp_has_the_codes_of_rfc_4226() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (step, code) in (0..).zip(codes) {
            assert_eq!(published().code(step).expose(), code, "{step}");
        }
    }

    #[test]
    fn totp_has_the_codes_of_rfc_6238() {
        let rows = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (moment, code) in rows {
            assert_eq!(published().code_at(at(moment)).expose(), code, "{moment}");
        }
    }

    #[test]
    fn a_code_is_good_in_its_step_and_the_two_beside_it() {
        let seed = published();
        let code = seed.code_at(at(600));
        for (now, good) in [
            (569, false),
            (570, true),
            (600, true),
            (659, true),
            (660, false),
        ] {
            let verdict = seed.judge(&code, at(now), None);
            let expected = if good {
                Verdict::Right(20)
            } else {
                Verdict::Wrong
            };
            assert_eq!(verdict, expected, "{now}");
        }
    }

    #[test]
    fn a_step_is_accepted_once_and_none_before_it() {
        let seed = published();
        let judge =
            |moment, accepted| seed.judge(&seed.code_at(at(moment)), at(600), Some(accepted));
        assert_eq!(judge(600, 19), Verdict::Right(20));
        assert_eq!(judge(600, 20), Verdict::Used);
        assert_eq!(judge(570, 20), Verdict::Used);
        assert_eq!(judge(630, 20), Verdict::Right(21));
        assert_eq!(judge(700, 19), Verdict::Wrong);
    }

    #[test]
    fn of_two_steps_with_one_code_the_later_counts() {
        // Found by search: a seed with one code for two steps that are accepted at one moment.
        let (seed, step) = (Seed::generate(&SeededRandom::new(2113)), 1902);
        assert_eq!(seed.code(step).expose(), seed.code(step + 2).expose());
        let now = at((step + 1) * STEP);
        assert_eq!(
            seed.judge(&seed.code(step), now, None),
            Verdict::Right(step + 2)
        );
    }

    #[test]
    fn anything_else_is_wrong() {
        let seed = published();
        for code in ["", "28708", "2870820", "287083", "\u{662}87082", " 287082"] {
            assert_eq!(
                seed.judge(&typed(code), at(59), None),
                Verdict::Wrong,
                "{code}"
            );
        }
        let other = Seed::generate(&SeededRandom::new(1));
        assert_eq!(other.judge(&typed("287082"), at(59), None), Verdict::Wrong);
    }

    #[test]
    fn apps_read_base32() {
        assert_eq!(
            published().base32().expose(),
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        );
        assert_eq!(
            Seed::from_bytes(&[0xff; 20]).unwrap().base32().expose(),
            &"7".repeat(32)
        );
    }

    #[test]
    fn a_seed_has_160_bits_and_prints_none() {
        assert!(Seed::from_bytes(&[1; 19]).is_none());
        assert!(Seed::from_bytes(&[1; 21]).is_none());
        assert_eq!(format!("{:?}", published()), "Seed([secret])");
    }
}
