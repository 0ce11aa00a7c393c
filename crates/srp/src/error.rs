//! What can go wrong.

/// A value that was not taken. None of the texts repeats the value, which may be secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No digits, or no bytes.
    #[error("got nothing, expected a number")]
    Empty,
    /// Something else than 0-9, a-f and A-F.
    #[error("expected hexadecimal digits alone")]
    NotHex,
    /// More digits or bytes than any right value has.
    #[error("got {got} digits or bytes, expected at most {at_most}")]
    TooLong {
        /// How many came.
        got: usize,
        /// How many may come.
        at_most: usize,
    },
    /// A public value that is a multiple of the group's prime, with which any password would do, or
    /// that is larger, which no client sends (RFC 5054 §2.5.4); a verifier of which everybody knows
    /// the password.
    #[error("expected a number between 0 and the group's prime")]
    OutOfRange,
    /// A server's state that this crate did not write.
    #[error("got {got} bytes of state, expected at least {at_least}")]
    State {
        /// How many came.
        got: usize,
        /// How many there always are.
        at_least: usize,
    },
    /// A timestamp in another form.
    #[error("expected a time as in `Tue Feb 3 04:05:06 UTC 2026`")]
    Timestamp,
}

/// A claim that is wrong: whoever made it does not know the password, or something was altered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the claim's signature is not the one that the password makes")]
pub struct Refused;
