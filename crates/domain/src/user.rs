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
mod tests {
    use super::*;

    fn user() -> User {
        let attributes = [("email", "ann@example.com"), ("name", "")];
        User {
            sub: Sub::new("s"),
            status: UserStatus::Unconfirmed,
            enabled: true,
            attributes: attributes.map(|(n, v)| (n.to_owned(), v.to_owned())).into(),
            mfa: MfaSettings::default(),
            created_at: Timestamp::from_seconds(1),
            updated_at: Timestamp::from_seconds(1),
        }
    }

    fn contact(text: &str) -> Contact {
        Contact::parse(ContactAttribute::Email, text).unwrap()
    }

    #[test]
    fn a_proof_confirms_the_account() {
        let mut user = user();
        assert!(!user.is_verified(ContactAttribute::Email));
        user.prove(&contact("ann@example.com"), Timestamp::from_seconds(2));
        assert!(user.is_verified(ContactAttribute::Email));
        assert_eq!(user.status, UserStatus::Confirmed);
        assert_eq!(user.updated_at, Timestamp::from_seconds(2));
    }

    #[test]
    fn a_second_proof_changes_nothing() {
        let mut user = user();
        let contact = contact("ann@example.com");
        assert!(!user.has_proved(&contact));
        user.prove(&contact, Timestamp::from_seconds(2));
        assert!(user.has_proved(&contact));
        assert!(!user.has_proved(&self::contact("Ann@example.com")));
        user.disprove(ContactAttribute::Email, Timestamp::from_seconds(3));
        assert!(!user.has_proved(&contact));
        user.prove(&contact, Timestamp::from_seconds(4));
        user.status = UserStatus::Unconfirmed;
        assert!(!user.has_proved(&contact));
    }

    #[test]
    fn a_proof_of_one_contact_says_nothing_of_the_other() {
        let mut user = user();
        let number = Contact::parse(ContactAttribute::PhoneNumber, "+12065550123").unwrap();
        user.set_contact(&number);
        user.prove(&contact("ann@example.com"), Timestamp::from_seconds(2));
        assert!(!user.is_verified(ContactAttribute::PhoneNumber));
        assert_eq!(user.contact(ContactAttribute::PhoneNumber), Some(number));
    }

    #[test]
    fn a_proof_settles_nothing_about_the_password() {
        for status in [UserStatus::ForceChangePassword, UserStatus::ResetRequired] {
            let mut user = user();
            user.status = status;
            user.prove(&contact("ann@example.com"), Timestamp::from_seconds(2));
            assert!(user.is_verified(ContactAttribute::Email));
            assert_eq!(user.status, status);
        }
    }

    #[test]
    fn a_new_address_is_unproved() {
        let mut user = user();
        user.prove(&contact("ann@example.com"), Timestamp::from_seconds(2));
        user.set_contact(&contact("new@example.com"));
        assert!(!user.is_verified(ContactAttribute::Email));
        assert_eq!(user.attribute("email"), Some("new@example.com"));
    }

    #[test]
    fn what_somebody_else_proved_stays_on_record_unproved() {
        let mut user = user();
        user.prove(&contact("ann@example.com"), Timestamp::from_seconds(2));
        user.disprove(ContactAttribute::Email, Timestamp::from_seconds(3));
        assert!(!user.is_verified(ContactAttribute::Email));
        assert_eq!(user.attribute("email"), Some("ann@example.com"));
        assert_eq!(user.status, UserStatus::Confirmed);
        assert_eq!(user.updated_at, Timestamp::from_seconds(3));
    }

    #[test]
    fn what_is_no_contact_is_none() {
        let mut user = user();
        assert_eq!(user.contact(ContactAttribute::PhoneNumber), None);
        user.attributes
            .insert("phone_number".to_owned(), "0123".to_owned());
        assert_eq!(user.contact(ContactAttribute::PhoneNumber), None);
    }

    #[test]
    fn empty_is_not_there() {
        assert_eq!(user().attribute("name"), None);
        assert_eq!(user().attribute("address"), None);
    }

    #[test]
    fn statuses_keep_their_words() {
        for status in UserStatus::ALL {
            assert_eq!(UserStatus::parse(status.as_str()), Some(status));
        }
        assert_eq!(UserStatus::parse("unconfirmed"), None);
    }
}
