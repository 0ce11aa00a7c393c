//! Passwords: what a new one must be, and what is kept of it.

#[cfg(test)]
mod tests;

use std::fmt;

use serde::Deserialize;

use crate::Secret;
use crate::client::{AuthFlow, ClientConfig};
use crate::pool::{PasswordPolicy, PoolConfig};

/// The most characters that a password may have (Cognito's `PasswordType`).
pub const LONGEST: usize = 256;

/// The characters that are symbols to Cognito (developer guide, "Password complexity"). A space is
/// one too, where it is neither the first character nor the last.
pub const SYMBOLS: &str = r#"^$*.[]{}()?"!@#%&/\,><':;|_~`=+- "#;

/// A password as it was typed: UTF-8, taken as it is. SRP clients hash what they have, so that
/// nothing here may normalize it.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Password(Secret<String>);

impl Password {
    /// Takes what was typed.
    pub const fn new(typed: Secret<String>) -> Self {
        Self(typed)
    }

    /// The password itself, to be hashed.
    pub const fn expose(&self) -> &String {
        self.0.expose()
    }
}

/// Why a new password is refused: what it lacks, in Cognito's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer characters than the policy asks for.
    TooShort,
    /// More than [`LONGEST`].
    TooLong,
    /// A space at its beginning or end.
    OuterSpace,
    /// Nothing of A-Z.
    NoUppercase,
    /// Nothing of a-z.
    NoLowercase,
    /// Nothing of 0-9.
    NoNumber,
    /// Nothing of [`SYMBOLS`].
    NoSymbol,
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "Password not long enough",
            Self::TooLong => "Password must not be longer than 256 characters",
            Self::OuterSpace => "Password must not begin or end with a space",
            Self::NoUppercase => "Password must have uppercase characters",
            Self::NoLowercase => "Password must have lowercase characters",
            Self::NoNumber => "Password must have numeric characters",
            Self::NoSymbol => "Password must have symbol characters",
        })
    }
}

impl PasswordPolicy {
    /// Whether `password` may be a new one; if not, the first thing that is wrong with it.
    /// Characters are counted as code points (NIST SP 800-63B-4 §3.1.1.2).
    pub fn check(&self, password: &Password) -> Result<(), Weakness> {
        let text = password.expose();
        let length = text.chars().count();
        let has = |of: fn(char) -> bool| text.chars().any(of);
        let least = usize::try_from(self.minimum_length).unwrap_or(usize::MAX);
        let demands = [
            (length >= least, Weakness::TooShort),
            (length <= LONGEST, Weakness::TooLong),
            (
                !text.starts_with(' ') && !text.ends_with(' '),
                Weakness::OuterSpace,
            ),
            (
                !self.require_uppercase || has(|c| c.is_ascii_uppercase()),
                Weakness::NoUppercase,
            ),
            (
                !self.require_lowercase || has(|c| c.is_ascii_lowercase()),
                Weakness::NoLowercase,
            ),
            (
                !self.require_numbers || has(|c| c.is_ascii_digit()),
                Weakness::NoNumber,
            ),
            (
                !self.require_symbols || has(|c| SYMBOLS.contains(c)),
                Weakness::NoSymbol,
            ),
        ];
        let unmet = demands.into_iter().find(|(met, _)| !met);
        unmet.map_or(Ok(()), |(_, weakness)| Err(weakness))
    }
}

/// How a password is kept (D6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashKind {
    /// An SRP verifier, which both SRP and a password in clear can be held against.
    Srp,
    /// Argon2id, for pools in which no client can use SRP.
    Argon2id,
}

impl HashKind {
    const ALL: [Self; 2] = [Self::Srp, Self::Argon2id];

    /// The word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Srp => "srp",
            Self::Argon2id => "argon2id",
        }
    }

    /// How a pool keeps its passwords: as verifiers, unless no client of it can ever use SRP.
    pub fn of_pool(config: &PoolConfig) -> Self {
        let srp = [
            AuthFlow::AllowUserSrpAuth,
            AuthFlow::AllowUserAuth,
            AuthFlow::AllowCustomAuth,
        ];
        let uses_srp = |client: &ClientConfig| srp.into_iter().any(|flow| client.allows(flow));
        if config.clients.iter().any(uses_srp) {
            Self::Srp
        } else {
            Self::Argon2id
        }
    }

    /// The kind of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Bytes of a salt.
pub const SALT_LEN: usize = 16;

/// What is kept of a password: from it nobody signs in, but passwords can be tried against it, so it
/// is a secret too.
#[derive(Clone, Debug)]
pub struct PasswordHash {
    /// How it was made.
    pub kind: HashKind,
    /// Drawn anew for each password.
    pub salt: [u8; SALT_LEN],
    /// What the password and the salt make.
    pub hash: Secret<Vec<u8>>,
}

impl PasswordHash {
    /// Whether the two were made of the same password, in constant time. They were not if their salts
    /// differ: then one of them is of a password that was replaced.
    pub fn matches(&self, other: &Self) -> bool {
        self.kind == other.kind && self.salt == other.salt && self.hash.matches(other.hash.expose())
    }
}
