//! Which second factors a user has, and what they decide about them.

use poolhouse_domain::audit::AuditKind;
use poolhouse_domain::gate::Proofs;
use poolhouse_domain::mfa::{MfaSettings, Refusal, Situation, Wish};
use poolhouse_domain::pool::{ContactAttribute, Mfa, MfaMethod};
use poolhouse_domain::second_factor::{SecondFactor, second_factor};
use poolhouse_domain::token::Amr;
use poolhouse_domain::user::User;
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::{Cx, UserCx};
use crate::flows::subject::Subject;
use crate::flows::{account, audit};

/// Does what the user wants, all of it or nothing. A code goes only to an address or number that was
/// proved: whoever mistyped theirs would be locked out.
pub(crate) async fn prefer(
    user: &UserCx,
    wishes: Vec<Wish>,
    passkeys: Option<bool>,
) -> Result<(), ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            let mut user = account::current(txn, cx, &sub)?;
            let has = methods(txn, cx, &user, User::is_verified)?;
            let situation = Situation {
                pool: &cx.pool.config,
                has: &has,
            };
            let settings = user.mfa.after(&wishes, passkeys, situation);
            user.mfa = settings.map_err(refused)?;
            user.updated_at = cx.now;
            txn.user_update(&cx.pool.id, &user)?;
            audit::note(txn, cx, &sub, AuditKind::MfaChanged, "")
        })
        .await
}

/// What is asked for beside a password. It must not be what a forgotten password is replaced by: that
/// would be one factor, not two.
pub(crate) fn beside_password(
    txn: &mut Txn<'_>,
    cx: &Cx,
    subject: &Subject,
) -> Result<SecondFactor, ApiError> {
    let Some(user) = &subject.user else {
        return Ok(SecondFactor::Nothing);
    };
    let has = on_record(txn, cx, user)?;
    let pool = &cx.pool.config;
    let situation = Situation { pool, has: &has };
    Ok(second_factor(situation, &user.mfa, &Proofs::of(Amr::Pwd)))
}

/// What `subject` decided about second factors. Of strangers every fourth seems to have set one up
/// where people may, and every other one to count passkeys as two where the pool does (D9).
pub(crate) fn settings(cx: &Cx, subject: &Subject) -> MfaSettings {
    if let Some(user) = &subject.user {
        return user.mfa.clone();
    }
    let pool = cx.pool.id.as_str().as_bytes();
    let sub = subject.sub.as_str().as_bytes();
    let [app, passkeys, ..] = cx.app.secrets().decoys.of(&[b"second factor", pool, sub]);
    let mut settings = MfaSettings::default().with_passkeys(passkeys & 1 == 1);
    if app.is_multiple_of(4) && cx.pool.config.mfa == Mfa::Optional {
        settings.set_up(MfaMethod::SoftwareTokenMfa);
    }
    settings
}

/// The methods that can reach the user at sign-in: a contact need not have been proved, because the
/// code proves it.
pub(crate) fn on_record(
    txn: &mut Txn<'_>,
    cx: &Cx,
    user: &User,
) -> Result<Vec<MfaMethod>, ApiError> {
    if cx.pool.config.mfa == Mfa::Off {
        return Ok(Vec::new());
    }
    methods(txn, cx, user, |user, contact| {
        user.contact(contact).is_some()
    })
}

/// The methods that can reach the user: by an app that is registered, and by each contact that is
/// `good`.
fn methods(
    txn: &mut Txn<'_>,
    cx: &Cx,
    user: &User,
    good: impl Fn(&User, ContactAttribute) -> bool,
) -> Result<Vec<MfaMethod>, ApiError> {
    let has_app = txn.software_token_get(&cx.pool.id, &user.sub)?.is_some();
    let reaches = |method: &MfaMethod| {
        method
            .contact()
            .map_or(has_app, |contact| good(user, contact))
    };
    Ok(MfaMethod::ALL.into_iter().filter(reaches).collect())
}

/// Whether the user registered an app.
pub(crate) async fn has_app(user: &UserCx) -> Result<bool, ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .read(move |txn, cx| Ok(txn.software_token_get(&cx.pool.id, &sub)?.is_some()))
        .await
}

const fn refused(why: Refusal) -> ApiError {
    match why {
        Refusal::NotSetUp(method) => ApiError::MfaNotSetUp(method.as_str()),
        Refusal::Required(method) => ApiError::MfaRequired(method.as_str()),
        Refusal::PreferredIsDisabled(method) => ApiError::MfaNotEnabled(method.as_str()),
        Refusal::TwoPreferred => ApiError::MfaPreferredTwice,
        Refusal::PasskeysAreOneFactor => ApiError::PasskeysAreOneFactor,
        Refusal::PasskeysAlone => ApiError::PasskeysNeedMfa,
    }
}
