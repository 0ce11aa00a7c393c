//! Registering an authenticator app: a seed is given out, and the first code of it comes back.
//!
//! Who does so is signed in, and shows an access token; or they are in the middle of a sign-in that
//! wants a second factor of them, and show its Session. An app that was registered before stays good
//! until the new one has shown a code.

use poolhouse_domain::audit::AuditKind;
use poolhouse_domain::challenge::Answer;
use poolhouse_domain::code::MAX_ATTEMPTS;
use poolhouse_domain::pool::MfaMethod;
use poolhouse_domain::token::Amr;
use poolhouse_domain::totp::{SETUP_VALIDITY, Seed, Verdict};
use poolhouse_domain::{Secret, Sub};
use poolhouse_store::{SoftwareToken, Txn};

use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::cx::{Cx, UserCx};
use crate::flows::challenge::mfa_setup;
use crate::flows::session::{self, Session, State};
use crate::flows::{account, audit};

/// What a request shows: one of the two.
pub(crate) struct Shown {
    pub(crate) access_token: Option<Secret<String>>,
    pub(crate) session: Option<Secret<String>>,
}

/// What the app shows now, and what the user calls it.
#[derive(Clone)]
pub(crate) struct FirstCode {
    pub(crate) typed: Secret<String>,
    pub(crate) name: Option<String>,
}

/// A new seed, in the form that apps read.
pub(crate) struct Associated {
    pub(crate) seed: Secret<String>,
    /// For the next step, where the request had one.
    pub(crate) session: Option<Secret<String>>,
}

/// Who registers.
enum Registrant {
    User(UserCx),
    SigningIn(Cx, Session),
}

/// Gives a new seed.
pub(crate) async fn associate(app: &App, shown: Shown) -> Result<Associated, ApiError> {
    match Registrant::of(app, shown, Answer::AssociateSoftwareToken).await? {
        Registrant::User(user) => {
            let sub = user.user.sub.clone();
            let seed = user.cx.write(move |txn, cx| {
                account::current(txn, cx, &sub)?;
                begin(txn, cx, &sub)
            });
            let (seed, session) = (seed.await?, None);
            Ok(Associated { seed, session })
        }
        Registrant::SigningIn(cx, session) => {
            cx.write(move |txn, cx| {
                let user = mfa_setup::awaiting(txn, cx, &session, MfaMethod::SoftwareTokenMfa)?;
                let seed = begin(txn, cx, &user.sub)?;
                let session = Some(prolong(cx, &session)?);
                Ok(Associated { seed, session })
            })
            .await
        }
    }
}

/// Takes the first code: the app is registered, in place of the one before it. In a sign-in it is the
/// second factor at once, and from now on it is asked for: the Session that comes back says so.
pub(crate) async fn verify(
    app: &App,
    shown: Shown,
    code: FirstCode,
) -> Result<Option<Secret<String>>, ApiError> {
    match Registrant::of(app, shown, Answer::VerifySoftwareToken).await? {
        Registrant::User(user) => {
            let sub = user.user.sub.clone();
            let verified = user.cx.write(move |txn, cx| {
                account::current(txn, cx, &sub)?;
                finish(txn, cx, &sub, &code)
            });
            verified.await?.map(|()| None)
        }
        Registrant::SigningIn(cx, session) => cx
            .write(move |txn, cx| verify_in_sign_in(txn, cx, &session, &code))
            .await?
            .map(Some),
    }
}

fn verify_in_sign_in(
    txn: &mut Txn<'_>,
    cx: &Cx,
    session: &Session,
    code: &FirstCode,
) -> Result<Result<Secret<String>, ApiError>, ApiError> {
    let mut user = mfa_setup::awaiting(txn, cx, session, MfaMethod::SoftwareTokenMfa)?;
    let State::MfaSetup { proofs, .. } = session.state.clone() else {
        return Err(ApiError::SessionInvalid);
    };
    if let Err(refusal) = finish(txn, cx, &user.sub, code)? {
        // Committed all the same: the attempt counts.
        return Ok(Err(refusal));
    }
    session.spend(txn)?;
    user.mfa.set_up(MfaMethod::SoftwareTokenMfa);
    user.updated_at = cx.now;
    txn.user_update(&cx.pool.id, &user)?;
    let proofs = proofs.and(Amr::Otp);
    let done = State::MfaSetupDone { proofs };
    session::seal_for(cx, &user.sub, &session.name, done).map(Ok)
}

/// The Session for the first code: with time to find the phone and scan the picture, once. Otherwise
/// who proved a password could keep that good for ever.
fn prolong(cx: &Cx, session: &Session) -> Result<Secret<String>, ApiError> {
    let State::MfaSetup { proofs, prolonged } = session.state.clone() else {
        return Err(ApiError::SessionInvalid);
    };
    let expires_at = if prolonged {
        session.expires_at
    } else {
        cx.now + cx.client.config.auth_session_validity
    };
    let prolonged = true;
    let state = State::MfaSetup { proofs, prolonged };
    session::seal_until(cx, &session.sub, &session.name, state, expires_at)
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
    audit::note(txn, cx, sub, AuditKind::SoftwareTokenAdded, "")?;
    Ok(Ok(()))
}

fn require_offered(cx: &Cx) -> Result<(), ApiError> {
    let offered = cx.pool.config.offers_mfa(MfaMethod::SoftwareTokenMfa);
    offered
        .then_some(())
        .ok_or(ApiError::SoftwareTokenNotEnabled)
}

impl Registrant {
    async fn of(app: &App, shown: Shown, answer: Answer) -> Result<Self, ApiError> {
        match (shown.access_token, shown.session) {
            (Some(token), None) => UserCx::of_token(app, &token).await.map(Self::User),
            (None, Some(session)) => {
                let (cx, session) = session::open_anywhere(app, &session, answer)?;
                Ok(Self::SigningIn(cx, session))
            }
            (None, None) => Err(ApiError::TokenOrSession("none")),
            (Some(_), Some(_)) => Err(ApiError::TokenOrSession("both")),
        }
    }
}
