//! Challenges without a type of their own.

use std::collections::BTreeMap;

use crate::sign_in::{Conversation, Reply};
use crate::{Error, SignIn};

/// A challenge by its name, its parameters, and any responses.
#[derive(Clone, Debug)]
pub struct Other {
    name: String,
    asked: Conversation,
    parameters: BTreeMap<String, String>,
}

impl Other {
    pub(super) fn of(name: String, asked: Conversation, reply: Reply) -> Self {
        Self {
            name,
            asked,
            parameters: reply.challenge_parameters,
        }
    }

    /// What the API calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `ChallengeParameters`.
    pub const fn parameters(&self) -> &BTreeMap<String, String> {
        &self.parameters
    }

    /// Sends `ChallengeResponses`; `USERNAME`, `SECRET_HASH` and the Session are added.
    pub async fn answer(&self, responses: &[(&str, &str)]) -> Result<SignIn, Error> {
        self.asked.respond(&self.name, responses).await
    }
}
