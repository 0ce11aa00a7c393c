//! Asking for a second factor: whichever the gate demands.

use poolhouse_domain::gate::Proofs;
use poolhouse_domain::pool::MfaMethod;
use poolhouse_domain::second_factor::SecondFactor;
use poolhouse_domain::user::User;
use poolhouse_store::Txn;

use super::mfa_code::{self, To};
use super::{mfa_setup, select_mfa_type, software_token_mfa};
use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::Outcome;
use crate::flows::gate::{self, Proved};

/// Puts the challenge that `asked` names.
pub(crate) fn offer(
    txn: &mut Txn<'_>,
    cx: &Cx,
    proved: &Proved,
    asked: &SecondFactor,
) -> Result<Outcome, ApiError> {
    match asked {
        SecondFactor::Ask(method) => ask(txn, cx, proved, *method),
        SecondFactor::Choose(methods) => select_mfa_type::offer(cx, proved, methods),
        SecondFactor::SetUp(methods) => mfa_setup::offer(cx, proved, methods),
        SecondFactor::Impossible | SecondFactor::Nothing => Err(ApiError::MfaMethodNotFound),
    }
}

/// Asks for this one.
pub(crate) fn ask(
    txn: &mut Txn<'_>,
    cx: &Cx,
    proved: &Proved,
    method: MfaMethod,
) -> Result<Outcome, ApiError> {
    match method.contact() {
        Some(contact) => mfa_code::offer(txn, cx, proved, To::Record(contact)),
        None => software_token_mfa::offer(txn, cx, proved),
    }
}

/// Refuses an answer to what is no longer asked: somebody set up or gave up a second factor since the
/// Session was made, or the account was switched off.
pub(super) fn check_asked(
    txn: &mut Txn<'_>,
    cx: &Cx,
    user: &User,
    proofs: &Proofs,
    fits: impl FnOnce(&SecondFactor) -> bool,
) -> Result<(), ApiError> {
    let asked = gate::asked(txn, cx, user, proofs)?;
    fits(&asked).then_some(()).ok_or(ApiError::SessionInvalid)
}

/// `methods` as parameters list them: JSON in a string.
pub(super) fn words(methods: &[MfaMethod]) -> Result<String, ApiError> {
    serde_json::to_string(methods).map_err(ApiError::internal)
}
