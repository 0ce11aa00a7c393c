//! `PASSWORD` and `PASSWORD_SRP` in one call with their choice: there is no need to ask.

use poolhouse_domain::Secret;
use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::password::Password;

use super::{password, srp};
use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::Outcome;
use crate::flows::responses::Responses;
use crate::flows::session::{Session, SrpLeg};

/// A proof of the password that begins in the call that chooses it.
pub(crate) enum Begun<'a> {
    InClear(&'a Secret<String>),
    Srp(&'a Secret<String>),
}

impl<'a> Begun<'a> {
    /// What comes along with the choice of `chosen`.
    pub(crate) fn of(parameters: &'a Responses, chosen: Option<ChallengeName>) -> Option<Self> {
        match chosen? {
            ChallengeName::Password => parameters.get("PASSWORD").map(Self::InClear),
            ChallengeName::PasswordSrp => parameters.get("SRP_A").map(Self::Srp),
            _ => None,
        }
    }

    /// Takes it, in the first call without a Session.
    pub(crate) async fn go_on(
        self,
        cx: &Cx,
        name: &str,
        session: Option<Session>,
    ) -> Result<Outcome, ApiError> {
        match self {
            Self::InClear(typed) => {
                let typed = Password::new(typed.clone());
                password::answer(cx, name.to_owned(), session, typed).await
            }
            Self::Srp(a) => srp::begin(cx, name, session, a, SrpLeg::Whole).await,
        }
    }
}
