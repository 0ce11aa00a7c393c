//! Whose password it is.

/// What is hashed with the password, so that equal passwords of two users have nothing in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity<'a> {
    /// A user's pool: what follows the `_` in the pool's id. A device's: its group's key.
    pub pool: &'a str,
    /// A user's `USER_ID_FOR_SRP`. A device's: its key.
    pub user: &'a str,
}
