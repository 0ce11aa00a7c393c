//! `NEW_PASSWORD_REQUIRED`.

use crate::sign_in::{Conversation, Reply};
use crate::{Error, SignIn};

/// In front of an attribute's name, in what is asked and in what is answered.
const PREFIX: &str = "userAttributes.";

/// The person makes a password of their own, in place of one that an administrator gave.
#[derive(Clone, Debug)]
pub struct NewPassword {
    asked: Conversation,
    required: Vec<String>,
}

impl NewPassword {
    pub(super) fn of(asked: Conversation, reply: &Reply) -> Result<Self, Error> {
        let list = reply.challenge_parameters.get("requiredAttributes");
        let list = list.map_or("[]", String::as_str);
        let names: Vec<String> = serde_json::from_str(list)
            .map_err(|error| Error::answer("requiredAttributes", error.to_string(), "a list"))?;
        let required = names
            .iter()
            .map(|name| name.strip_prefix(PREFIX).unwrap_or(name).to_owned());
        Ok(Self {
            asked,
            required: required.collect(),
        })
    }

    /// The attributes that everybody must have and that this user lacks.
    pub fn required_attributes(&self) -> &[String] {
        &self.required
    }

    /// Takes the new password and the attributes that are missing.
    pub async fn answer(
        &self,
        password: &str,
        attributes: &[(&str, &str)],
    ) -> Result<SignIn, Error> {
        let named: Vec<(String, &str)> = attributes
            .iter()
            .map(|(name, value)| (format!("{PREFIX}{name}"), *value))
            .collect();
        let mut responses = vec![("NEW_PASSWORD", password)];
        responses.extend(named.iter().map(|(name, value)| (name.as_str(), *value)));
        self.asked
            .respond("NEW_PASSWORD_REQUIRED", &responses)
            .await
    }
}
