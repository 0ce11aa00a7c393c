//! Devices that a pool remembers, so that one can stand for a second factor.
//!
//! A sign-in from a device that nobody knows gives it a key. The device makes up a secret and confirms
//! the key with a verifier of it; from then on it can prove itself by SRP.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::random::{self, Random};
use crate::{PoolId, Secret, Sub, Timestamp};

/// How many devices a user has at most: one more takes the place of the one that has not signed in
/// for the longest time. AWS documents no limit; without one, anybody who can sign in fills the disk.
pub const MAX_DEVICES: usize = 100;

/// What a pool does with devices, if it remembers them (`DeviceConfiguration`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceConfig {
    /// Whether a remembered device stands for the second factor (`ChallengeRequiredOnNewDevice`).
    pub stands_for_mfa: bool,
    /// Whether a device is remembered only once the user has said so
    /// (`DeviceOnlyRememberedOnUserPrompt`).
    pub asks_user: bool,
}

/// `DeviceKey`: `<region>_<uuid>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceKey(String);

impl DeviceKey {
    /// The longest text that can be a key, in bytes (`DeviceKeyType`).
    const LONGEST: usize = 55;

    /// Takes a key that was made before, as the store or a request has it. Text that cannot be one is
    /// none.
    pub fn parse(text: &str) -> Option<Self> {
        let (region, uuid) = text.rsplit_once('_')?;
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
        let fits = !region.is_empty() && !uuid.is_empty() && text.len() <= Self::LONGEST;
        (fits && region.bytes().all(word) && uuid.bytes().all(hex)).then(|| Self(text.to_owned()))
    }

    /// A new one for a device of `pool`.
    pub fn generate(pool: &PoolId, random: &dyn Random) -> Self {
        Self(format!("{}_{}", pool.region(), random::uuid(random)))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A device that was confirmed.
#[derive(Clone, Debug)]
pub struct Device {
    /// Which.
    pub key: DeviceKey,
    /// Whose.
    pub sub: Sub,
    /// What its client calls it.
    pub name: Option<String>,
    /// The salt of its secret.
    pub salt: Vec<u8>,
    /// What its secret is proved against: kept sealed.
    pub verifier: Secret<Vec<u8>>,
    /// Whether it may prove itself when its user signs in.
    pub remembered: bool,
    /// From where it last signed in or was confirmed, if that is known.
    pub last_ip: Option<IpAddr>,
    /// When it was given its key.
    pub created_at: Timestamp,
    /// When it was confirmed, or else was last remembered or not.
    pub modified_at: Timestamp,
    /// When it last signed in.
    pub authenticated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[test]
    fn a_new_key_has_cognitos_form() {
        let pool = PoolId::new("eu-west-1_AbCdEfGhI");
        let key = DeviceKey::generate(&pool, &SeededRandom::new(1));
        let uuid = key.as_str().strip_prefix("eu-west-1_").unwrap();
        assert_eq!(uuid.len(), 36);
        assert!(uuid.bytes().all(|b| b"0123456789abcdef-".contains(&b)));
        assert_ne!(DeviceKey::generate(&pool, &SeededRandom::new(2)), key);
        assert_eq!(DeviceKey::parse(key.as_str()), Some(key));
    }

    #[test]
    fn what_cannot_be_a_key_is_none() {
        let longest = format!("{}_{}", "r".repeat(18), "a".repeat(36));
        for key in ["us-east-1_0-a", "a_b_c", &longest] {
            assert_eq!(DeviceKey::parse(key).unwrap().as_str(), key);
        }
        let longer = format!("r{longest}");
        for text in [
            "",
            "_",
            "us-east-1",
            "us-east-1_",
            "_abc",
            "us-east-1_XYZ",
            "us east_0",
            &longer,
        ] {
            assert_eq!(DeviceKey::parse(text), None, "{text}");
        }
    }
}
