//! What a person is doing, whatever wire they come by: signing up, signing in, minding their account.
//!
//! Flows hold the rules. Operations translate to them, pages will call them; neither decides anything.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod budgets;
pub(crate) mod ceremony;
pub(crate) mod challenge;
pub(crate) mod codes;
pub(crate) mod contact_decoys;
pub(crate) mod contacts;
pub(crate) mod devices;
pub(crate) mod first_factors;
pub(crate) mod gate;
pub(crate) mod mfa;
pub(crate) mod passkey_decoys;
pub(crate) mod passkeys;
pub(crate) mod passwords;
pub(crate) mod recovery;
pub(crate) mod refresh;
pub(crate) mod responses;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod sign_ins;
pub(crate) mod sign_up;
pub(crate) mod software_token;
pub(crate) mod subject;

use std::collections::BTreeMap;

use poolhouse_domain::Secret;
use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::message::Channel;
use poolhouse_domain::pool::ContactAttribute;

use crate::tokens::Tokens;

/// Where a sign-in stands after a request.
pub(crate) enum Outcome {
    /// The person has something to do.
    Challenge {
        name: ChallengeName,
        /// What the client gives back with the answer.
        session: Secret<String>,
        parameters: BTreeMap<&'static str, String>,
        /// Every way that the person could take.
        available: Vec<ChallengeName>,
    },
    /// The person is in.
    SignedIn(Tokens),
}

/// Where a code went (`CodeDeliveryDetailsType`).
#[derive(Debug)]
pub(crate) struct Delivery {
    /// Masked.
    pub(crate) destination: String,
    pub(crate) channel: Channel,
    pub(crate) attribute: ContactAttribute,
}
