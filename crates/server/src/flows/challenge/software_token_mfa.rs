//! `SOFTWARE_TOKEN_MFA`: a code from the person's authenticator app is the second factor.

use std::collections::BTreeMap;

use poolhouse_domain::Secret;
use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::pool::MfaMethod;
use poolhouse_domain::throttle::Counter;
use poolhouse_domain::token::Amr;
use poolhouse_domain::totp::Verdict;
use poolhouse_domain::user::User;
use poolhouse_store::Txn;

use super::second_factor::check_asked;
use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::gate::{self, Proved};
use crate::flows::responses::Responses;
use crate::flows::session::{self, Session, State};
use crate::flows::{Outcome, audit};

/// Asks for a code, of the app by the name that the person gave it.
pub(crate) fn offer(txn: &mut Txn<'_>, cx: &Cx, proved: &Proved) -> Result<Outcome, ApiError> {
    let user = &proved.user;
    let mut parameters = BTreeMap::from([("USER_ID_FOR_SRP", user.sub.to_string())]);
    let token = txn.software_token_get(&cx.pool.id, &user.sub)?;
    if let Some(name) = token.and_then(|token| token.name) {
        parameters.insert("FRIENDLY_DEVICE_NAME", name);
    }
    let state = State::SoftwareTokenMfa {
        proofs: proved.proofs.clone(),
    };
    Ok(Outcome::Challenge {
        name: ChallengeName::SoftwareTokenMfa,
        session: session::seal_for(cx, &user.sub, &proved.name, state)?,
        parameters,
        available: Vec::new(),
    })
}

/// Takes the code. A wrong one leaves the Session as it is, so that the person can try again.
pub(crate) async fn answer(
    cx: &Cx,
    session: Session,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    let State::SoftwareTokenMfa { proofs } = session.state.clone() else {
        return Err(ApiError::SessionInvalid);
    };
    let typed = responses.require("SOFTWARE_TOKEN_MFA_CODE")?.clone();
    let next = cx
        .write(move |txn, cx| {
            let unspent = session.check_unspent(txn)?;
            let user = session.user(txn, cx)?;
            check_asked(txn, cx, &user, &proofs, |asked| {
                asked.may_be(MfaMethod::SoftwareTokenMfa)
            })?;
            if let Err(refusal) = judge(txn, cx, &user, &typed)? {
                // Committed all the same: the attempt counts.
                return Ok(Err(refusal));
            }
            let proved = Proved {
                spent: unspent.spend(txn)?,
                user,
                name: session.name.clone(),
                proofs: proofs.clone().and(Amr::Otp),
            };
            gate::proceed(txn, cx, proved).map(Ok)
        })
        .await??;
    next.outcome(cx).await
}

/// Counts an answer, then judges it, then uses up its step. After five wrong ones the person waits,
/// twice as long after each that follows, as for a password.
fn judge(
    txn: &mut Txn<'_>,
    cx: &Cx,
    user: &User,
    typed: &Secret<String>,
) -> Result<Result<(), ApiError>, ApiError> {
    let (pool, sub) = (&cx.pool.id, &user.sub);
    let counter = Counter::Mfa(MfaMethod::SoftwareTokenMfa);
    let failures = txn.factor_failures_get(pool, sub, counter)?;
    if failures.is_some_and(|failures| failures.is_locked(cx.now)) {
        return Ok(Err(ApiError::AttemptLimitExceeded));
    }
    let Some(token) = txn.software_token_get(pool, sub)? else {
        return Ok(Err(ApiError::SoftwareTokenNotFound));
    };
    txn.factor_failure_count(pool, sub, counter, cx.now)?;
    match token.seed.judge(typed, cx.now, Some(token.accepted_step)) {
        Verdict::Right(step) if txn.software_token_use(pool, sub, step)? => {
            txn.factor_failures_reset(pool, sub, counter)?;
            Ok(Ok(()))
        }
        Verdict::Right(_) | Verdict::Used => Ok(Err(ApiError::SoftwareTokenUsed)),
        Verdict::Wrong => {
            audit::failed(txn, cx, sub, true, "software_token")?;
            Ok(Err(ApiError::CodeMismatchSoftwareToken))
        }
    }
}
