//! `PASSWORD`: the password itself signs in, as an answer or in the first call.

use std::collections::BTreeMap;

use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::gate::Proofs;
use poolhouse_domain::password::Password;
use poolhouse_domain::token::Amr;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::gate::{self, Proved};
use crate::flows::session::{self, Session, Spent, State};
use crate::flows::subject::Subject;
use crate::flows::{Outcome, devices, passwords};

/// Asks for the password.
pub(crate) fn offer(
    cx: &Cx,
    subject: &Subject,
    typed: &str,
    available: Vec<ChallengeName>,
) -> Result<Outcome, ApiError> {
    Ok(Outcome::Challenge {
        name: ChallengeName::Password,
        session: session::seal(cx, subject, typed, State::Password)?,
        parameters: BTreeMap::new(),
        available,
    })
}

/// Takes the password of `name`, in the first call without a Session. A wrong one leaves the Session
/// as it is, so that the person can try again.
pub(crate) async fn answer(
    cx: &Cx,
    name: String,
    session: Option<Session>,
    typed: Password,
) -> Result<Outcome, ApiError> {
    if session.is_none() {
        devices::check_first_call(cx, &name).await?;
    }
    let guess = passwords::guess(cx, &name, &typed).await?;
    let tried = guess.clone();
    let (sub, next) = cx
        .write(move |txn, cx| {
            let subject = Subject::find(txn, cx, &name)?;
            let unspent = match &session {
                Some(session) => {
                    session.check_subject(&subject)?;
                    Some(session.check_unspent(txn)?)
                }
                None => None,
            };
            let user = match passwords::judge(txn, cx, subject, |kept| kept.matches(&tried))? {
                Ok(user) => user,
                // Committed all the same: the attempt counts.
                Err(refusal) => return Ok(Err(refusal)),
            };
            let sub = user.sub.clone();
            let proved = Proved {
                spent: match unspent {
                    Some(unspent) => unspent.spend(txn)?,
                    None => Spent::nothing(),
                },
                user,
                name: name.clone(),
                proofs: Proofs::of(Amr::Pwd),
            };
            gate::proceed(txn, cx, proved).map(|next| Ok((sub, next)))
        })
        .await??;
    passwords::renew(cx, &sub, &guess, &typed).await?;
    next.outcome(cx).await
}
