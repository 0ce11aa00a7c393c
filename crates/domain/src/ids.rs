//! Identifiers, each a type of its own so that one cannot stand in for another.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::random::{self, Random};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes an identifier that was made before, as the store or a request has it.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A user pool: `<region>_<9 of [0-9A-Za-z]>`. Amplify reads the region from it.
    PoolId
}
id! {
    /// An app client: 26 of `[0-9a-z]`.
    ClientId
}
id! {
    /// A user, for ever: a UUID that is never given to anybody else.
    Sub
}

impl PoolId {
    /// A new pool id in `region`, which is a part of the name only.
    pub fn generate(region: &str, random: &dyn Random) -> Self {
        const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        Self(format!("{region}_{}", random::symbols(random, ALPHABET, 9)))
    }

    /// The part before the underscore.
    pub fn region(&self) -> &str {
        self.0.split('_').next().unwrap_or_default()
    }
}

impl ClientId {
    /// A new client id.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random::symbols(
            random,
            b"0123456789abcdefghijklmnopqrstuvwxyz",
            26,
        ))
    }
}

impl Sub {
    /// A new user's id.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random::uuid(random))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn a_pool_id_carries_its_region() {
        let id = PoolId::generate("eu-west-1", &SeededRandom::new(1));
        assert_eq!(id.region(), "eu-west-1");
        let rest = id.as_str().strip_prefix("eu-west-1_").unwrap();
        assert_eq!(rest.len(), 9);
        assert!(rest.bytes().all(|b| b.is_ascii_alphanumeric()));
    }

    #[test]
    fn a_client_id_is_26_of_its_alphabet() {
        let id = ClientId::generate(&SeededRandom::new(1));
        assert_eq!(id.as_str().len(), 26);
        assert!(
            id.as_str()
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
        );
    }
}
