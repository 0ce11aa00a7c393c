//! How many wrong answers an account's factor survives (NIST SP 800-63B-4 §3.2.2, D2).

use std::time::Duration;

use crate::Timestamp;
use crate::pool::{ContactAttribute, FirstFactor, MfaMethod};

/// After so many wrong answers in a row a factor is switched off.
pub const MAX_FACTOR_FAILURES: u32 = 100;

/// So many wrong passwords in a row cost no waiting (developer guide, "Lockout behavior for failed
/// sign-in attempts").
pub const FREE_PASSWORD_FAILURES: u32 = 5;

/// The longest that a wrong password locks out.
pub const LONGEST_LOCKOUT: Duration = Duration::from_mins(15);

/// A factor that was switched off comes back after this long without an answer.
pub const FACTOR_REST: Duration = Duration::from_hours(24);

/// What wrong answers are counted against. Each is a row of its own: a right answer to one forgives
/// nothing of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counter {
    /// Signing in by a factor.
    Factor(FirstFactor),
    /// A second factor. Strangers cannot guess at it: a first factor comes before.
    Mfa(MfaMethod),
    /// Confirming a new account.
    ConfirmSignUp,
    /// Proving an address or number.
    Verify(ContactAttribute),
    /// Replacing a forgotten password.
    ResetPassword,
}

impl Counter {
    /// The word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Factor(factor) => factor.as_str(),
            Self::Mfa(MfaMethod::SmsMfa) => "mfa_sms",
            Self::Mfa(MfaMethod::SoftwareTokenMfa) => "mfa_software_token",
            Self::Mfa(MfaMethod::EmailOtp) => "mfa_email",
            Self::ConfirmSignUp => "confirm_sign_up",
            Self::Verify(ContactAttribute::Email) => "verify_email",
            Self::Verify(ContactAttribute::PhoneNumber) => "verify_phone_number",
            Self::ResetPassword => "reset_password",
        }
    }

    /// Whether a right answer starts the count anew. Proving an address does not: whoever guesses at
    /// other people's could forgive themselves with their own in between.
    pub const fn is_reset_by_success(self) -> bool {
        !matches!(self, Self::Verify(_))
    }
}

impl From<FirstFactor> for Counter {
    fn from(factor: FirstFactor) -> Self {
        Self::Factor(factor)
    }
}

/// The wrong answers of one factor of one user, across sessions, clients and restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactorFailures {
    /// In a row, the newest included.
    pub count: u32,
    /// When the newest was counted.
    pub last_at: Timestamp,
}

impl FactorFailures {
    /// Whether the factor is switched off at `now`.
    pub fn is_disabled(&self, now: Timestamp) -> bool {
        self.count >= MAX_FACTOR_FAILURES && !now.is_past(self.last_at, FACTOR_REST)
    }

    /// Whether passwords are refused unread at `now`: after the fifth wrong one for a second, and
    /// twice as long after each that follows, up to [`LONGEST_LOCKOUT`]; and while the factor is
    /// switched off.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        let Some(beyond) = self.count.checked_sub(FREE_PASSWORD_FAILURES) else {
            return false;
        };
        let wait = 1_u64
            .checked_shl(beyond)
            .map_or(LONGEST_LOCKOUT, Duration::from_secs);
        self.is_disabled(now) || !now.is_past(self.last_at, wait.min(LONGEST_LOCKOUT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_password_after_the_fifth_doubles_the_wait() {
        let last_at = Timestamp::from_seconds(1_000);
        let waits = |count| {
            let failures = FactorFailures { count, last_at };
            let at = |seconds| failures.is_locked(last_at + Duration::from_secs(seconds));
            (0..2_000).find(|&seconds| !at(seconds))
        };
        for (count, seconds) in [
            (1, 0),
            (4, 0),
            (5, 1),
            (6, 2),
            (7, 4),
            (10, 32),
            (14, 512),
            (15, 900),
            (16, 900),
            (68, 900),
            (69, 900),
            (99, 900),
        ] {
            assert_eq!(waits(count), Some(seconds), "{count}");
        }
        assert_eq!(waits(100), None, "switched off for a day");
    }

    #[test]
    fn a_hundred_failures_switch_it_off_for_a_day() {
        let last_at = Timestamp::from_seconds(1_000);
        let at = |count| FactorFailures { count, last_at };
        assert!(!at(99).is_disabled(last_at));
        assert!(at(100).is_disabled(last_at));
        assert!(at(100).is_disabled(Timestamp::from_seconds(1_000 + 86_399)));
        assert!(!at(100).is_disabled(Timestamp::from_seconds(1_000 + 86_400)));
    }
}
