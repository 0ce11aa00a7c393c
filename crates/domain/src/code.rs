//! One-time codes: what they are for, and when one holds.
//!
//! A code lives in one row per (user, purpose): a new one replaces the old. The row has a keyed hash
//! of the code, never the code. Attempts are counted in the row before anybody hears the verdict.

use std::time::Duration;

use crate::pool::{ContactAttribute, MfaMethod};
use crate::random::{self, Random};
use crate::throttle::Counter;
use crate::{Secret, Timestamp};

/// How many answers to one code are looked at (D2); the next ones are refused unread.
pub const MAX_ATTEMPTS: u32 = 5;

/// How long a forgotten password can be replaced with a code (developer guide, "Password recovery").
pub const RESET_VALIDITY: Duration = Duration::from_hours(1);

/// What a code proves. A code made for one purpose is nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodePurpose {
    /// Confirms a new account by its address.
    ConfirmSignUp,
    /// Signs in by what arrives at an address or number.
    SignIn(ContactAttribute),
    /// The same as a second factor.
    Mfa(ContactAttribute),
    /// Proves an address or number on record, or one that is to replace it.
    Verify(ContactAttribute),
    /// Replaces a forgotten password.
    ResetPassword,
}

impl CodePurpose {
    /// The word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmSignUp => "confirm_sign_up",
            Self::SignIn(ContactAttribute::Email) => "sign_in_email",
            Self::SignIn(ContactAttribute::PhoneNumber) => "sign_in_sms",
            Self::Mfa(ContactAttribute::Email) => "mfa_email",
            Self::Mfa(ContactAttribute::PhoneNumber) => "mfa_sms",
            Self::Verify(ContactAttribute::Email) => "verify_email",
            Self::Verify(ContactAttribute::PhoneNumber) => "verify_phone_number",
            Self::ResetPassword => "reset_password",
        }
    }
}

impl CodePurpose {
    /// What wrong answers to such a code are counted against.
    pub const fn counter(self) -> Counter {
        match self {
            Self::ConfirmSignUp => Counter::ConfirmSignUp,
            Self::SignIn(contact) => Counter::Factor(contact.factor()),
            Self::Mfa(contact) => Counter::Mfa(MfaMethod::of(contact)),
            Self::Verify(contact) => Counter::Verify(contact),
            Self::ResetPassword => Counter::ResetPassword,
        }
    }
}

/// A new code of `digits` decimal digits.
pub fn generate(random: &dyn Random, digits: usize) -> Secret<String> {
    Secret::new(random::digits(random, digits))
}

/// Whether a request at `now` counts on the code of `issued_at` that is still on its way (D10).
pub fn is_on_its_way(issued_at: Timestamp, now: Timestamp, cooldown: Duration) -> bool {
    !now.is_past(issued_at, cooldown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn the_cooldown_ends_on_the_second() {
        let issued = Timestamp::from_seconds(100);
        let cooldown = Duration::from_secs(30);
        assert!(is_on_its_way(
            issued,
            Timestamp::from_micros(129_999_999),
            cooldown
        ));
        assert!(!is_on_its_way(
            issued,
            Timestamp::from_seconds(130),
            cooldown
        ));
    }

    #[test]
    fn a_code_has_the_length_that_was_asked_for() {
        for digits in [6, 8, 10] {
            let code = generate(&SeededRandom::new(1), digits);
            assert_eq!(code.expose().len(), digits);
            assert!(code.expose().bytes().all(|b| b.is_ascii_digit()));
        }
    }
}
