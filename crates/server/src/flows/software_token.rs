//! Registering an authenticator app: a seed is given out, and the first code of it comes back.
//!
//! The app that was registered before stays good until then.

use poolhouse_domain::code::MAX_ATTEMPTS;
use poolhouse_domain::pool::MfaMethod;
use poolhouse_domain::totp::{SETUP_VALIDITY, Seed, Verdict};
use poolhouse_domain::{Secret, Sub};
use poolhouse_store::{SoftwareToken, Txn};

use crate::awsjson::error::ApiError;
use crate::cx::{Cx, UserCx};
use crate::flows::account;

/// What the app shows now, and what the user calls it.
#[derive(Clone)]
pub(crate) struct FirstCode {
    pub(crate) typed: Secret<String>,
    pub(crate) name: Option<String>,
}

/// Gives the user a new seed, in the form that apps read.
pub(crate) async fn associate(user: &UserCx) -> Result<Secret<String>, ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            account::current(txn, cx, &sub)?;
            begin(txn, cx, &sub)
        })
        .await
}

/// Takes the first code: the app is registered, in place of the one before it.
pub(crate) async fn verify(user: &UserCx, code: FirstCode) -> Result<(), ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            account::current(txn, cx, &sub)?;
            finish(txn, cx, &sub, &code)
        })
        .await?
}

/// Draws a seed and keeps it until its first code comes.
fn begin(txn: &mut Txn<'_>, cx: &Cx, sub: &Sub) -> Result<Secret<String>, ApiError> {
    require_offered(cx)?;
    let seed = Seed::generate(cx.app.random());
    txn.software_token_setup_put(&cx.pool.id, sub, &seed, cx.now + SETUP_VALIDITY)?;
    Ok(seed.base32())
}

/// Judges the first code. The transaction commits also when it is refused: the attempt counts.
fn finish(
    txn: &mut Txn<'_>,
    cx: &Cx,
    sub: &Sub,
    code: &FirstCode,
) -> Result<Result<(), ApiError>, ApiError> {
    require_offered(cx)?;
    let pool = &cx.pool.id;
    let Some(setup) = txn.software_token_setup_attempt(pool, sub, cx.now)? else {
        return Ok(Err(ApiError::SoftwareTokenNotFound));
    };
    if setup.attempts > MAX_ATTEMPTS {
        return Ok(Err(ApiError::AttemptLimitExceeded));
    }
    let Verdict::Right(accepted_step) = setup.seed.judge(&code.typed, cx.now, None) else {
        return Ok(Err(ApiError::SoftwareTokenMismatch));
    };
    let token = SoftwareToken {
        seed: setup.seed,
        name: code.name.clone(),
        accepted_step,
        created_at: cx.now,
    };
    txn.software_token_put(pool, sub, &token)?;
    txn.software_token_setup_delete(pool, sub)?;
    Ok(Ok(()))
}

fn require_offered(cx: &Cx) -> Result<(), ApiError> {
    let offered = cx.pool.config.offers_mfa(MfaMethod::SoftwareTokenMfa);
    offered
        .then_some(())
        .ok_or(ApiError::SoftwareTokenNotEnabled)
}
