//! User attributes: the pool's schema, and whether given values fit it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::contact::Contact;
use crate::pool::ContactAttribute;

/// A user's attributes by name. `sub` is not among them: it is the user.
pub type Attributes = BTreeMap<String, String>;

/// The OpenID Connect claims that every pool has (AWS: "Standard attributes"), but for `sub`.
pub const STANDARD: [&str; 19] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];

/// The longest value of an attribute, in characters (AWS quota).
pub const VALUE_MAX: usize = 2048;

/// What a pool says about one attribute (CloudFormation `SchemaAttribute`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeSpec {
    /// `email`, `custom:role`, ...: with its prefix.
    pub name: String,
    /// Whether nobody can sign up without it.
    pub required: bool,
    /// Whether it can change after sign-up.
    pub mutable: bool,
    /// What values it takes.
    pub kind: AttributeKind,
}

/// The values that an attribute takes; bounds are inclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttributeKind {
    /// Text, of so many characters.
    String {
        /// Fewest characters.
        min: Option<u32>,
        /// Most characters.
        max: Option<u32>,
    },
    /// A whole number, in decimal.
    Number {
        /// Least value.
        min: Option<i64>,
        /// Greatest value.
        max: Option<i64>,
    },
    /// `true` or `false`.
    Boolean,
    /// An ISO 8601 date and time.
    DateTime,
}

/// The attributes that a pool knows: the standard ones, and what the definition says beyond them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Schema(pub Vec<AttributeSpec>);

/// Who asks for an attribute to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// A person who signs up: required attributes must be there, immutable ones may be set. What is
    /// empty was left blank: that will do for an address or number, since the Authenticator always
    /// blanks the address of who signs up by text message.
    SignUp,
    /// A signed-in user: immutable attributes may not be touched.
    User,
    /// Somebody whom an administrator made an account for, at the first sign-in: what is missing is
    /// added, whatever it is.
    Invited,
}

impl Schema {
    /// The specification of `name`, if the pool has such an attribute.
    pub fn get(&self, name: &str) -> Option<AttributeSpec> {
        let own = self.0.iter().find(|spec| spec.name == name).cloned();
        own.or_else(|| STANDARD.contains(&name).then(|| standard(name)))
    }

    /// Checks values that a client wants to write, and says what is wrong in Cognito's words.
    pub fn check(&self, given: &Attributes, writer: Writer) -> Result<(), String> {
        let blank = |value: &str| writer == Writer::SignUp && value.is_empty();
        for (name, value) in given.iter().filter(|(_, value)| !blank(value)) {
            let spec = self
                .get(name)
                .ok_or_else(|| refusal(name, "Attribute does not exist in the schema."))?;
            if writer == Writer::User && !spec.mutable {
                return Err(format!("user.{name}: Attribute cannot be updated."));
            }
            if let Some(contact) = ContactAttribute::parse(name).filter(|_| !value.is_empty()) {
                Contact::parse(contact, value).map_err(|error| error.to_string())?;
            }
            spec.kind.check(value).map_err(|why| refusal(name, &why))?;
        }
        let is_given = |name: &str| match given.get(name) {
            Some(value) => !value.is_empty() || ContactAttribute::parse(name).is_some(),
            None => false,
        };
        let missing = self
            .0
            .iter()
            .find(|spec| spec.required && !is_given(&spec.name));
        match missing {
            Some(spec) if writer == Writer::SignUp => {
                Err(refusal(&spec.name, "The attribute is required"))
            }
            _ => Ok(()),
        }
    }
}

impl AttributeKind {
    fn check(&self, value: &str) -> Result<(), String> {
        match self {
            Self::String { min, max } => check_length(value, *min, *max),
            Self::Number { min, max } => check_number(value, *min, *max),
            Self::Boolean if value == "true" || value == "false" => Ok(()),
            Self::Boolean => Err("Value must be true or false.".to_owned()),
            Self::DateTime => check_length(value, Some(1), None),
        }
    }
}

fn standard(name: &str) -> AttributeSpec {
    let kind = match name {
        "email_verified" | "phone_number_verified" => AttributeKind::Boolean,
        "updated_at" => AttributeKind::Number {
            min: Some(0),
            max: None,
        },
        "birthdate" => AttributeKind::String {
            min: Some(10),
            max: Some(10),
        },
        _ => AttributeKind::String {
            min: None,
            max: None,
        },
    };
    AttributeSpec {
        name: name.to_owned(),
        required: false,
        mutable: true,
        kind,
    }
}

fn check_length(value: &str, min: Option<u32>, max: Option<u32>) -> Result<(), String> {
    let length = value.chars().count();
    let bound = |limit: Option<u32>| limit.and_then(|limit| usize::try_from(limit).ok());
    if bound(min).is_some_and(|min| length < min) {
        return Err("String must be longer.".to_owned());
    }
    if length > bound(max).unwrap_or(VALUE_MAX).min(VALUE_MAX) {
        return Err("String must be no longer.".to_owned());
    }
    Ok(())
}

fn check_number(value: &str, min: Option<i64>, max: Option<i64>) -> Result<(), String> {
    let number: i64 = value
        .parse()
        .map_err(|_| "Value must be a number.".to_owned())?;
    if min.is_some_and(|min| number < min) {
        return Err("Number must be greater.".to_owned());
    }
    if max.is_some_and(|max| number > max) {
        return Err("Number must be less.".to_owned());
    }
    Ok(())
}

fn refusal(name: &str, why: &str) -> String {
    format!("Attributes did not conform to the schema: {name}: {why}")
}

#[cfg(test)]
mod tests;
