//! `SELECT_CHALLENGE`.

use crate::sign_in::{Conversation, Reply};
use crate::{Error, Factor, SignIn};

/// The person chooses how to sign in.
#[derive(Clone, Debug)]
pub struct Select {
    asked: Conversation,
    factors: Vec<Factor>,
}

impl Select {
    pub(super) fn of(asked: Conversation, reply: &Reply) -> Self {
        let names = reply.available_challenges.iter();
        Self {
            asked,
            factors: names.filter_map(|name| Factor::parse(name)).collect(),
        }
    }

    /// The ways that are open, in the pool's order. Those that this version does not know are left out.
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// Chooses one; what it asks for comes next.
    pub async fn choose(&self, factor: Factor) -> Result<SignIn, Error> {
        self.asked
            .respond("SELECT_CHALLENGE", &[("ANSWER", factor.name())])
            .await
    }
}
