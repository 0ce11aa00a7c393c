//! What a client says by name.

use std::collections::BTreeMap;

use poolhouse_domain::Secret;
use poolhouse_domain::password::Password;

use crate::awsjson::error::ApiError;

/// `ChallengeResponses`, and `AuthParameters` too.
pub(crate) struct Responses(pub(crate) BTreeMap<String, Secret<String>>);

impl Responses {
    /// The response of that name; an empty one counts as not there.
    pub(crate) fn get(&self, name: &str) -> Option<&Secret<String>> {
        self.0.get(name).filter(|value| !value.expose().is_empty())
    }

    /// The same where there must be one.
    pub(crate) fn require(&self, name: &'static str) -> Result<&Secret<String>, ApiError> {
        self.get(name).ok_or(ApiError::MissingParameter(name))
    }

    /// The password of that name.
    pub(crate) fn password(&self, name: &'static str) -> Result<Password, ApiError> {
        self.require(name).map(|typed| Password::new(typed.clone()))
    }

    /// The responses whose names begin so, by the rest of their names.
    pub(crate) fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = (String, String)> {
        self.0.iter().filter_map(move |(name, value)| {
            name.strip_prefix(prefix)
                .map(|rest| (rest.to_owned(), value.expose().clone()))
        })
    }
}
