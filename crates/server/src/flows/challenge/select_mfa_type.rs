//! `SELECT_MFA_TYPE`: the person chooses one of their second factors.

use std::collections::BTreeMap;

use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::pool::MfaMethod;
use poolhouse_domain::second_factor::SecondFactor;

use super::chosen;
use super::second_factor::{self, words};
use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::Outcome;
use crate::flows::gate::{self, Next, Proved};
use crate::flows::responses::Responses;
use crate::flows::session::{self, Session, State};

/// Asks which one it shall be.
pub(crate) fn offer(cx: &Cx, proved: &Proved, methods: &[MfaMethod]) -> Result<Outcome, ApiError> {
    let state = State::SelectMfaType {
        proofs: proved.proofs.clone(),
    };
    Ok(Outcome::Challenge {
        name: ChallengeName::SelectMfaType,
        session: session::seal_for(cx, &proved.user.sub, &proved.name, state)?,
        parameters: BTreeMap::from([
            ("MFAS_CAN_CHOOSE", words(methods)?),
            ("USER_ID_FOR_SRP", proved.user.sub.to_string()),
        ]),
        available: Vec::new(),
    })
}

/// Takes the choice, which must still be one that the person has.
pub(crate) async fn answer(
    cx: &Cx,
    session: Session,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    let State::SelectMfaType { proofs } = session.state.clone() else {
        return Err(ApiError::SessionInvalid);
    };
    let answer = responses.require("ANSWER")?.expose().clone();
    let next = cx
        .write(move |txn, cx| {
            let proved = Proved {
                spent: session.spend(txn)?,
                user: session.user(txn, cx)?,
                name: session.name.clone(),
                proofs: proofs.clone(),
            };
            let open = match gate::asked(txn, cx, &proved.user, &proved.proofs)? {
                SecondFactor::Choose(methods) => methods,
                SecondFactor::Ask(method) => vec![method],
                _ => return Err(ApiError::SessionInvalid),
            };
            let chosen = chosen(&answer, &open, MfaMethod::as_str)?;
            second_factor::ask(txn, cx, &proved, chosen).map(Next::Challenge)
        })
        .await?;
    next.outcome(cx).await
}
