//! Passwords: guessing at one, and setting a new one.
//!
//! Both are hashed before their transaction begins, because that is slow. A guess is counted and
//! judged within it, so that nobody hears of a verdict that was not counted.

use poolhouse_domain::Sub;
use poolhouse_domain::password::{Password, PasswordHash};
use poolhouse_domain::pool::{ContactAttribute, FirstFactor};
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::subject::Subject;
use crate::passwords::Recipe;

/// Whether `subject` could sign in with a password. Of strangers every other one seems to have one, and
/// all of them where nobody could have signed up without.
pub(crate) fn has_one(txn: &mut Txn<'_>, cx: &Cx, subject: &Subject) -> Result<bool, ApiError> {
    if subject.user.is_some() {
        return Ok(txn.password_get(&cx.pool.id, &subject.sub)?.is_some());
    }
    let pool = cx.pool.id.as_str().as_bytes();
    let sub = subject.sub.as_str().as_bytes();
    let [chance, ..] = cx.app.secrets().decoys.of(&[b"has a password", pool, sub]);
    let by_code = ContactAttribute::ALL.into_iter().any(|contact| {
        cx.pool.config.allows(contact.factor()) && subject.contact(contact).is_some()
    });
    Ok(chance & 1 == 1 || !by_code)
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
    txn.factor_failure_count(pool, sub, counter, cx.now)?;
    let kept = txn.password_get(pool, sub)?;
    let Some(user) = subject.user else {
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
        _ => Ok(Err(ApiError::IncorrectCredentials)),
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

/// A new password that the pool's policy allows, hashed: [`NewPassword::set`] makes it count.
pub(crate) struct NewPassword(PasswordHash);

impl NewPassword {
    /// Checks a password against the pool's policy, and hashes it. For somebody who had some, also
    /// against those that the pool wants not to see again.
    pub(crate) async fn check(cx: &Cx, sub: &Sub, typed: &Password) -> Result<Self, ApiError> {
        let policy = &cx.pool.config.password_policy;
        policy.check(typed).map_err(ApiError::PasswordWeak)?;
        if policy.history > 0 {
            let (of, limit) = (sub.clone(), policy.history);
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
        let kept = cx.pool.config.password_policy.history;
        txn.password_set(&cx.pool.id, sub, &self.0, kept, cx.now)?;
        txn.factor_failures_reset(&cx.pool.id, sub, FirstFactor::Password)?;
        Ok(())
    }
}
