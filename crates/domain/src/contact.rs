//! An e-mail address or a phone number: where somebody is reached, and what a code sent there proves.
//!
//! Whatever has to do with a contact is written once for both, and asks it for the little in which
//! they differ.

use std::fmt;

use crate::email::Email;
use crate::mask;
use crate::message::Channel;
use crate::phone::PhoneNumber;
use crate::pool::ContactAttribute;

/// Where somebody can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// By mail.
    Email(Email),
    /// By text message.
    PhoneNumber(PhoneNumber),
}

/// The text is no value of this attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidContact(pub ContactAttribute);

impl Contact {
    /// Parses `text` as a value of `attribute`.
    pub fn parse(attribute: ContactAttribute, text: &str) -> Result<Self, InvalidContact> {
        let parsed = match attribute {
            ContactAttribute::Email => Email::parse(text).ok().map(Self::Email),
            ContactAttribute::PhoneNumber => PhoneNumber::parse(text).ok().map(Self::PhoneNumber),
        };
        parsed.ok_or(InvalidContact(attribute))
    }

    /// The attribute that it is a value of.
    pub const fn attribute(&self) -> ContactAttribute {
        match self {
            Self::Email(_) => ContactAttribute::Email,
            Self::PhoneNumber(_) => ContactAttribute::PhoneNumber,
        }
    }

    /// How messages travel to it.
    pub const fn channel(&self) -> Channel {
        self.attribute().channel()
    }

    /// As the person wrote it: this is where messages are sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(address) => address.as_str(),
            Self::PhoneNumber(number) => number.as_str(),
        }
    }

    /// The form under which it is looked up.
    pub fn key(&self) -> String {
        match self {
            Self::Email(address) => address.key(),
            Self::PhoneNumber(number) => number.as_str().to_owned(),
        }
    }

    /// As it is told to whoever asks; the same for all its spellings.
    pub fn masked(&self) -> String {
        match self {
            Self::Email(address) => mask::email(&address.key()),
            Self::PhoneNumber(number) => mask::phone(number.as_str()),
        }
    }
}

impl fmt::Display for InvalidContact {
    /// In Cognito's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            ContactAttribute::Email => "Invalid email address format.",
            ContactAttribute::PhoneNumber => "Invalid phone number format.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_knows_its_own() {
        let email = Contact::parse(ContactAttribute::Email, "Ann@Example.com").unwrap();
        assert_eq!(email.as_str(), "Ann@Example.com");
        assert_eq!(email.key(), "ann@example.com");
        assert_eq!(email.masked(), "a***@e***");
        assert_eq!(email.channel(), Channel::Email);
        assert_eq!(email.attribute(), ContactAttribute::Email);

        let number = Contact::parse(ContactAttribute::PhoneNumber, "+12065550123").unwrap();
        assert_eq!(number.as_str(), "+12065550123");
        assert_eq!(number.key(), "+12065550123");
        assert_eq!(number.masked(), "+*******0123");
        assert_eq!(number.channel(), Channel::Sms);
        assert_eq!(number.attribute(), ContactAttribute::PhoneNumber);
    }

    #[test]
    fn one_is_not_the_other() {
        for (attribute, text, words) in [
            (
                ContactAttribute::Email,
                "+12065550123",
                "Invalid email address format.",
            ),
            (
                ContactAttribute::PhoneNumber,
                "ann@example.com",
                "Invalid phone number format.",
            ),
        ] {
            let error = Contact::parse(attribute, text).unwrap_err();
            assert_eq!(error.to_string(), words);
        }
    }
}
