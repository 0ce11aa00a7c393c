//! The one gate to tokens: whatever was proved, the account decides what is still to be done.

use poolhouse_domain::audit::AuditKind;
use poolhouse_domain::device::Device;
use poolhouse_domain::gate::{Demand, Proofs, demand};
use poolhouse_domain::mfa::Situation;
use poolhouse_domain::second_factor::SecondFactor;
use poolhouse_domain::user::User;
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::challenge::{device_srp, new_password, second_factor};
use crate::flows::session::Spent;
use crate::flows::{Outcome, audit, devices, mfa};
use crate::tokens::{self, SignIn};

/// Somebody who has just proved something, with a Session that can prove it no more.
pub(crate) struct Proved {
    pub(crate) spent: Spent,
    pub(crate) user: User,
    /// As the person typed it: the Sessions of later steps carry it on.
    pub(crate) name: String,
    /// All of this sign-in.
    pub(crate) proofs: Proofs,
}

/// What is next. To be told after the commit only: see [`Next::outcome`].
pub(crate) enum Next {
    /// Something else is asked for.
    Challenge(Outcome),
    /// Nothing is.
    SignedIn(Box<SignIn>),
}

/// Lets in, asks for more or refuses, in the order of [`demand`].
pub(crate) fn proceed(txn: &mut Txn<'_>, cx: &Cx, proved: Proved) -> Result<Next, ApiError> {
    let device = devices::named(txn, cx, &proved.user.sub)?;
    match demanded(txn, cx, &proved.user, &proved.proofs, device.as_ref())? {
        Demand::NewPassword => new_password::offer(cx, proved).map(Next::Challenge),
        Demand::SecondFactor(asked) => {
            second_factor::offer(txn, cx, &proved, &asked).map(Next::Challenge)
        }
        Demand::Device => device_srp::offer(cx, proved).map(Next::Challenge),
        Demand::Nothing => let_in(txn, cx, proved).map(Box::new).map(Next::SignedIn),
        refused => Err(refusal(&refused)),
    }
}

/// What is asked of somebody between their first factor and their second, as of now: the account may
/// have changed since the Session was made. Whoever shows a second factor may, also on a device that would
/// stand in for it.
pub(crate) fn asked(
    txn: &mut Txn<'_>,
    cx: &Cx,
    user: &User,
    proofs: &Proofs,
) -> Result<SecondFactor, ApiError> {
    match demanded(txn, cx, user, proofs, None)? {
        Demand::SecondFactor(asked) => Ok(asked),
        other => Err(refusal(&other)),
    }
}

fn demanded(
    txn: &mut Txn<'_>,
    cx: &Cx,
    user: &User,
    proofs: &Proofs,
    device: Option<&Device>,
) -> Result<Demand, ApiError> {
    let has = mfa::on_record(txn, cx, user)?;
    let pool = &cx.pool.config;
    let situation = Situation { pool, has: &has };
    Ok(demand(user, proofs, situation, device))
}

const fn refusal(demand: &Demand) -> ApiError {
    match demand {
        Demand::Disabled => ApiError::UserDisabled,
        Demand::PasswordReset => ApiError::PasswordResetRequired,
        Demand::Confirmation => ApiError::UserNotConfirmed,
        Demand::GivenPassword => ApiError::IncorrectCredentials,
        // Of a Session that is for something else.
        Demand::NewPassword | Demand::SecondFactor(_) | Demand::Device | Demand::Nothing => {
            ApiError::SessionInvalid
        }
    }
}

fn let_in(txn: &mut Txn<'_>, cx: &Cx, proved: Proved) -> Result<SignIn, ApiError> {
    // That it was spent is all there is to know of it.
    let Proved {
        spent: Spent { .. },
        user,
        proofs,
        ..
    } = proved;
    let device = devices::of_sign_in(txn, cx, &user.sub)?;
    let amr = proofs.amr();
    let how: Vec<&str> = amr.iter().map(|amr| amr.as_str()).collect();
    audit::note(txn, cx, &user.sub, AuditKind::SignIn, &how.join(" "))?;
    SignIn::begin(txn, cx, user, amr, device)
}

impl Next {
    /// The answer, after the commit: tokens are signed now, and a code that is asked for leaves.
    pub(crate) async fn outcome(self, cx: &Cx) -> Result<Outcome, ApiError> {
        match self {
            Self::Challenge(outcome) => {
                cx.app.wake_outbox();
                Ok(outcome)
            }
            Self::SignedIn(sign_in) => tokens::issue(cx, *sign_in).await.map(Outcome::SignedIn),
        }
    }
}
