//! A user, and the states that an account goes through.

use serde::{Deserialize, Serialize};

use crate::attributes::Attributes;
use crate::contact::Contact;
use crate::mfa::MfaSettings;
use crate::pool::ContactAttribute;
use crate::{Sub, Timestamp};

/// The state of an account (`UserStatusType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UserStatus {
    /// Signed up, nothing proved yet.
    Unconfirmed,
    /// An address was proved, or an administrator vouched.
    Confirmed,
    /// An administrator gave a password, which signs in once and must be changed then.
    ForceChangePassword,
    /// An administrator wants the password reset; until then nobody signs in.
    ResetRequired,
}

impl UserStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Unconfirmed,
        Self::Confirmed,
        Self::ForceChangePassword,
        Self::ResetRequired,
    ];

    /// The word in the store and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Confirmed => "CONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Self::ResetRequired => "RESET_REQUIRED",
        }
    }

    /// The status of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// A person's account in a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Who this is; in a pool that signs in by e-mail or phone, also the user name.
    pub sub: Sub,
    /// Where the account stands.
    pub status: UserStatus,
    /// Whether the account may be used at all.
    pub enabled: bool,
    /// What is known about the person, `email_verified` and `phone_number_verified` included.
    pub attributes: Attributes,
    /// Which second factors they are asked for.
    pub mfa: MfaSettings,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl User {
    /// The language that they read, if they said so: a tag, or what somebody took for one.
    pub fn locale(&self) -> Option<&str> {
        self.attribute("locale")
    }

    /// The value of an attribute; an empty one counts as not there.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The address or number on record; what is none counts as not there.
    pub fn contact(&self, attribute: ContactAttribute) -> Option<Contact> {
        let value = self.attribute(attribute.as_str())?;
        Contact::parse(attribute, value).ok()
    }

    /// Whether the address or number on record was proved.
    pub fn is_verified(&self, contact: ContactAttribute) -> bool {
        self.attribute(contact.verified()) == Some("true")
    }

    /// Puts on record an address or number that the person proved to own, which also confirms a new
    /// account. It is no answer to what an administrator asks of the password.
    pub fn prove(&mut self, contact: &Contact, now: Timestamp) {
        self.put(contact, true);
        if self.status == UserStatus::Unconfirmed {
            self.status = UserStatus::Confirmed;
        }
        self.updated_at = now;
    }

    /// Whether [`User::prove`] would change nothing but the time.
    pub fn has_proved(&self, contact: &Contact) -> bool {
        let attribute = contact.attribute();
        self.status != UserStatus::Unconfirmed
            && self.is_verified(attribute)
            && self.attribute(attribute.as_str()) == Some(contact.as_str())
    }

    /// Puts a new address or number on record; what was proved of the old one no longer counts.
    pub fn set_contact(&mut self, contact: &Contact) {
        self.put(contact, false);
    }

    /// Notes that somebody else proved the address or number on record to be theirs.
    pub fn disprove(&mut self, attribute: ContactAttribute, now: Timestamp) {
        let verified = attribute.verified().to_owned();
        self.attributes.insert(verified, false.to_string());
        self.updated_at = now;
    }

    fn put(&mut self, contact: &Contact, verified: bool) {
        let attribute = contact.attribute();
        for (name, value) in [
            (attribute.as_str(), contact.as_str().to_owned()),
            (attribute.verified(), verified.to_string()),
        ] {
            self.attributes.insert(name.to_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests;
