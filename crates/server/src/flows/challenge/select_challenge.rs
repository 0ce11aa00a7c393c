//! `SELECT_CHALLENGE`: the person chooses how to sign in.

use std::collections::BTreeMap;

use poolhouse_domain::challenge::ChallengeName;

use super::begun::Begun;
use super::chosen;
use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::responses::Responses;
use crate::flows::session::{self, Session, State};
use crate::flows::subject::Subject;
use crate::flows::{Outcome, challenge, first_factors};

/// Asks which way it shall be.
pub(crate) fn offer(
    cx: &Cx,
    subject: &Subject,
    typed: &str,
    available: Vec<ChallengeName>,
) -> Result<Outcome, ApiError> {
    Ok(Outcome::Challenge {
        name: ChallengeName::SelectChallenge,
        session: session::seal(cx, subject, typed, State::SelectChallenge)?,
        parameters: BTreeMap::new(),
        available,
    })
}

/// Takes the choice, which must still be open.
pub(crate) async fn answer(
    cx: &Cx,
    session: Session,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    let answer = responses.require("ANSWER")?.expose().clone();
    // The choice and what it asks for in one call are the answer to it.
    if let Some(by_password) = Begun::of(responses, ChallengeName::parse(&answer)) {
        return by_password
            .go_on(cx, &session.name.clone(), Some(session))
            .await;
    }
    cx.write_and_send(move |txn, cx| {
        let subject = Subject::find(txn, cx, &session.name)?;
        session.check_subject(&subject)?;
        session.spend(txn)?;
        let available = first_factors::available(txn, cx, &subject)?;
        let chosen = chosen(&answer, &available, ChallengeName::as_str)?;
        challenge::offer(txn, cx, &subject, &session.name, chosen, available)
    })
    .await
}
