//! AAGUIDs: which model made a credential, and what people call it.

use std::fmt;

/// `UUID name`, one a line; `#` begins a comment.
const NAMES: &str = include_str!("aaguid.txt");

/// An authenticator attestation GUID (WebAuthn Level 3 §6.5.1): 16 bytes, zero for "does not say".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Aaguid(pub [u8; 16]);

impl Aaguid {
    /// Whether the authenticator does not say.
    pub fn is_zero(self) -> bool {
        self.0 == [0; 16]
    }

    /// The name of the model for people, for example "iCloud Keychain"; from the list in
    /// `aaguid.txt`. Proven by nothing unless an attestation was trusted.
    pub fn friendly_name(self) -> Option<&'static str> {
        let uuid = self.to_string();
        NAMES
            .lines()
            .find_map(|line| line.strip_prefix(uuid.as_str())?.strip_prefix(' '))
    }
}

impl fmt::Display for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if matches!(place, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}
