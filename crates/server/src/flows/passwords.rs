//! Passwords: guessing at one, and setting a new one.
//!
//! Both are hashed before their transaction begins, because that is slow. A guess is counted and
//! judged within it, so that nobody hears of a verdict that was not counted. A new password is looked
//! for among the old ones after something was proved only: the answer is a guess at them.

use poolhouse_domain::Sub;
use poolhouse_domain::audit::AuditKind;
use poolhouse_domain::password::{Password, PasswordHash};
use poolhouse_domain::pool::{ContactAttribute, FirstFactor};
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_store::{Credentials, Txn};

use crate::awsjson::error::ApiError;
use crate::cx::{Cx, UserCx};
use crate::flows::subject::Subject;
use crate::flows::{audit, first_factors, mfa};
use crate::passwords::Recipe;

/// Whether `subject` could sign in with a password. Of strangers every other one seems to have one, and
/// all of them where nobody could have signed up without.
pub(crate) fn has_one(cx: &Cx, subject: &Subject, on_record: Credentials) -> bool {
    if subject.user.is_some() {
        return on_record.password;
    }
    let pool = cx.pool.id.as_str().as_bytes();
    let sub = subject.sub.as_str().as_bytes();
    let [chance, ..] = cx.app.secrets().decoys.of(&[b"has a password", pool, sub]);
    let settings = mfa::settings(cx, subject);
    let by_code = ContactAttribute::ALL.into_iter().any(|contact| {
        first_factors::may_begin_with(cx, &settings, contact.factor())
            && subject.contact(contact).is_some()
    });
    chance & 1 == 1 || !by_code
}

/// Whose password is tried, and what is kept of it.
pub(crate) struct Target {
    pub(crate) sub: Sub,
    pub(crate) kept: Option<PasswordHash>,
}

/// Looks up what a try at the password of `name` is held against. While the password is locked out
/// there is none.
pub(crate) async fn target(cx: &Cx, name: &str) -> Result<Target, ApiError> {
    let name = name.to_owned();
    cx.read(move |txn, cx| {
        let Subject { sub, .. } = Subject::find(txn, cx, &name)?;
        check_lock(txn, cx, &sub)?;
        let kept = txn.password_get(&cx.pool.id, &sub)?;
        Ok(Target { sub, kept })
    })
    .await
}

/// What somebody typed as the password of `name`, hashed like the password on record.
pub(crate) async fn guess(cx: &Cx, name: &str, typed: &Password) -> Result<PasswordHash, ApiError> {
    let Target { sub, kept } = target(cx, name).await?;
    let recipe = match &kept {
        Some(kept) => Recipe::of(kept),
        None => Recipe::decoy(cx, &sub),
    };
    recipe.hash(cx, &sub, typed).await
}

/// Counts a guess, then judges it by `is_right`, which is given what is kept of the password. The
/// transaction must commit whatever the verdict is: the inner error is for after the commit.
pub(crate) fn judge(
    txn: &mut Txn<'_>,
    cx: &Cx,
    subject: Subject,
    is_right: impl FnOnce(&PasswordHash) -> bool,
) -> Result<Result<User, ApiError>, ApiError> {
    let (pool, sub, counter) = (&cx.pool.id, &subject.sub, FirstFactor::Password);
    check_lock(txn, cx, sub)?;
    let kept = txn.password_get(pool, sub)?;
    txn.factor_failure_count(pool, sub, counter, cx.now)?;
    let Some(user) = subject.user else {
        audit::failed(txn, cx, sub, false, "password")?;
        return Ok(Err(ApiError::IncorrectCredentials));
    };
    match kept {
        Some(kept) if is_right(&kept) => {
            txn.factor_failures_reset(pool, sub, counter)?;
            Ok(Ok(user))
        }
        // Whoever was brought here without a password has none to be wrong about.
        None if user.status == UserStatus::ResetRequired => {
            Ok(Err(ApiError::PasswordResetRequired))
        }
        _ => {
            audit::failed(txn, cx, sub, true, "password")?;
            Ok(Err(ApiError::IncorrectCredentials))
        }
    }
}

/// Refuses a guess unread while the password is locked out.
fn check_lock(txn: &mut Txn<'_>, cx: &Cx, sub: &Sub) -> Result<(), ApiError> {
    let failures = txn.factor_failures_get(&cx.pool.id, sub, FirstFactor::Password)?;
    match failures {
        Some(failures) if failures.is_locked(cx.now) => Err(ApiError::PasswordAttemptsExceeded),
        _ => Ok(()),
    }
}

/// Sets a new password of a signed-in user who knows the old one, or has none. Their other sign-ins
/// go on, as in Cognito.
pub(crate) async fn change(
    user: &UserCx,
    previous: Option<&Password>,
    proposed: &Password,
) -> Result<(), ApiError> {
    let (cx, sub) = (&user.cx, user.user.sub.clone());
    NewPassword::check_policy(cx, proposed)?;
    let known = if has_password(cx, &sub).await? {
        let previous = previous.ok_or(ApiError::MissingParameter("PreviousPassword"))?;
        Some(prove(cx, &sub, previous).await?)
    } else {
        None
    };
    let password = NewPassword::check(cx, &sub, proposed).await?;
    cx.write(move |txn, cx| {
        let user = txn.user_get(&cx.pool.id, &sub)?;
        user.ok_or(ApiError::UserNotFound)?;
        match (txn.password_get(&cx.pool.id, &sub)?, &known) {
            (None, None) => {}
            (Some(kept), Some(known)) if kept.matches(known) => {}
            // Somebody was faster: it is not the password any more.
            _ => return Err(ApiError::IncorrectCredentials),
        }
        password.set(txn, cx, &sub)
    })
    .await
}

async fn has_password(cx: &Cx, sub: &Sub) -> Result<bool, ApiError> {
    let sub = sub.clone();
    let on_record = cx.read(move |txn, cx| first_factors::credentials(txn, cx, &sub));
    Ok(on_record.await?.password)
}

/// Counts and judges what a signed-in user typed as their password, and gives it as it is kept.
async fn prove(cx: &Cx, sub: &Sub, typed: &Password) -> Result<PasswordHash, ApiError> {
    let guess = guess(cx, sub.as_str(), typed).await?;
    let (tried, sub) = (guess.clone(), sub.clone());
    cx.write(move |txn, cx| {
        let subject = Subject::find(txn, cx, sub.as_str())?;
        judge(txn, cx, subject, |kept| kept.matches(&tried))
    })
    .await??;
    Ok(guess)
}

/// Keeps a password that was just proved as the pool keeps new ones, if it was kept otherwise: the
/// clients' flows may have changed since it was set.
pub(crate) async fn renew(
    cx: &Cx,
    sub: &Sub,
    proved: &PasswordHash,
    typed: &Password,
) -> Result<(), ApiError> {
    let recipe = Recipe::fresh(cx);
    if proved.kind == recipe.kind {
        return Ok(());
    }
    let (sub, proved) = (sub.clone(), proved.clone());
    let renewed = NewPassword(recipe.hash(cx, &sub, typed).await?);
    cx.write(move |txn, cx| match txn.password_get(&cx.pool.id, &sub)? {
        Some(kept) if kept.matches(&proved) => renewed.keep(txn, cx, &sub),
        _ => Ok(()),
    })
    .await
}

/// A new password that the pool's policy allows, hashed: [`NewPassword::set`] makes it count.
pub(crate) struct NewPassword(PasswordHash);

impl NewPassword {
    /// Checks what everybody may know of a password.
    pub(crate) fn check_policy(cx: &Cx, typed: &Password) -> Result<(), ApiError> {
        let policy = &cx.pool.config.password_policy;
        policy.check(typed).map_err(ApiError::PasswordWeak)
    }

    /// Checks a password against the pool's policy and, of somebody who had some, against those that
    /// the pool wants not to see again; and hashes it.
    pub(crate) async fn check(cx: &Cx, sub: &Sub, typed: &Password) -> Result<Self, ApiError> {
        Self::check_policy(cx, typed)?;
        let limit = cx.pool.config.password_policy.history;
        if limit > 0 {
            let of = sub.clone();
            let before = cx.read(move |txn, cx| Ok(txn.password_list(&cx.pool.id, &of, limit)?));
            for before in before.await? {
                let same = Recipe::of(&before).hash(cx, sub, typed).await?;
                if same.matches(&before) {
                    return Err(ApiError::PasswordUsedBefore);
                }
            }
        }
        Ok(Self(Recipe::fresh(cx).hash(cx, sub, typed).await?))
    }

    /// Makes it the user's password. Wrong guesses at the old one are no longer held against them.
    pub(crate) fn set(&self, txn: &mut Txn<'_>, cx: &Cx, sub: &Sub) -> Result<(), ApiError> {
        self.keep(txn, cx, sub)?;
        audit::note(txn, cx, sub, AuditKind::PasswordSet, "")
    }

    fn keep(&self, txn: &mut Txn<'_>, cx: &Cx, sub: &Sub) -> Result<(), ApiError> {
        let kept = cx.pool.config.password_policy.history;
        txn.password_set(&cx.pool.id, sub, &self.0, kept, cx.now)?;
        txn.factor_failures_reset(&cx.pool.id, sub, FirstFactor::Password)?;
        Ok(())
    }
}
