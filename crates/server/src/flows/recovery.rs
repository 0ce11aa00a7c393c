//! A forgotten password: a code to a contact that was proved, and a new password for the code.

use poolhouse_domain::code::{CodePurpose, RESET_VALIDITY};
use poolhouse_domain::contact::Contact;
use poolhouse_domain::message::Occasion;
use poolhouse_domain::password::Password;
use poolhouse_domain::pool::MfaMethod;
use poolhouse_domain::second_factor::SecondFactor;
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_domain::{Secret, Sub};
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::codes::{self, Attempt, Issue, Verdict};
use crate::flows::passwords::NewPassword;
use crate::flows::subject::Subject;
use crate::flows::{Delivery, contacts, mfa};

const PURPOSE: CodePurpose = CodePurpose::ResetPassword;

/// Sends a code to a proved contact, the one that the pool prefers. Whoever has none, and whose
/// password cannot be reset, is answered as if they had: only where the client does not conceal who
/// exists they are told.
pub(crate) async fn forgot(cx: &Cx, name: &str) -> Result<Delivery, ApiError> {
    if cx.pool.config.recovery.is_empty() {
        return Err(ApiError::RecoveryByAdministrator);
    }
    let name = name.to_owned();
    cx.write_and_send(move |txn, cx| {
        let subject = Subject::find(txn, cx, &name)?;
        let second = mfa::beside_password(txn, cx, &subject)?;
        let proved = match recoverable(cx, &subject, &second) {
            Ok(to) => Some(to),
            Err(_) if cx.client.config.prevent_user_existence_errors => None,
            Err(why) => return Err(why),
        };
        let to = proved.or_else(|| simulated(cx, &subject));
        let to = to.ok_or(ApiError::NoRecoveryContact)?;
        let codes = &cx.pool.config.codes;
        let messages = &cx.pool.config.messages;
        let issue = Issue {
            sub: &subject.sub,
            purpose: PURPOSE,
            to,
            template: messages.of(
                Occasion::Reset,
                to.channel(),
                subject.user.as_ref().and_then(User::locale),
            ),
            is_real: proved.is_some(),
            digits: codes.verification_digits,
            validity: RESET_VALIDITY,
        };
        codes::issue(txn, cx, &issue)?;
        Ok(contacts::sent(to))
    })
    .await
}

/// Takes the code and sets the new password. What was wrong with the old one, guesses at it and a
/// reset that an administrator wanted, is over.
///
/// The code is looked at first, and used up with the change: in between the password is hashed, which
/// is slow, so that only for a right code it is.
pub(crate) async fn confirm(
    cx: &Cx,
    name: &str,
    code: Secret<String>,
    typed: &Password,
) -> Result<(), ApiError> {
    NewPassword::check_policy(cx, typed)?;
    let name = name.to_owned();
    let (sub, id) = cx
        .write(move |txn, cx| look(txn, cx, &name, &code))
        .await
        .map_err(|error| match error {
            ApiError::UserNotFound => ApiError::UserNotFoundForClient,
            other => other,
        })??;
    let password = NewPassword::check(cx, &sub, typed).await?;
    cx.write(move |txn, cx| {
        if !codes::consume(txn, cx, &sub, PURPOSE, &id)? {
            return Err(ApiError::CodeMismatchVerification);
        }
        let user = txn.user_get(&cx.pool.id, &sub)?;
        let mut user = user.ok_or(ApiError::CodeMismatchVerification)?;
        if user.status == UserStatus::ResetRequired {
            user.status = UserStatus::Confirmed;
            user.updated_at = cx.now;
            txn.user_update(&cx.pool.id, &user)?;
        }
        password.set(txn, cx, &sub)
    })
    .await
}

/// Counts and judges the code. The inner error is for after the commit.
fn look(
    txn: &mut Txn<'_>,
    cx: &Cx,
    name: &str,
    code: &Secret<String>,
) -> Result<Result<(Sub, [u8; 16]), ApiError>, ApiError> {
    let subject = Subject::find(txn, cx, name)?;
    let second = mfa::beside_password(txn, cx, &subject)?;
    let proved = recoverable(cx, &subject, &second).ok();
    let to = proved.or_else(|| simulated(cx, &subject));
    let attempt = Attempt {
        sub: &subject.sub,
        is_user: subject.user.is_some(),
        purpose: PURPOSE,
        id: None,
        to: to.ok_or(ApiError::CodeMismatchVerification)?,
        typed: code,
    };
    let (verdict, id) = codes::look(txn, cx, &attempt)?;
    let verdict = match verdict {
        // It went to a contact that is not proved any more, or to somebody who may not.
        Verdict::Right if proved.is_none() => Verdict::Wrong,
        verdict => verdict,
    };
    Ok(verdict.verification().map(|()| (subject.sub.clone(), id)))
}

/// Where the code goes: to the first of the pool's choices that the user has proved, and that is not
/// their second factor.
fn recoverable<'a>(
    cx: &Cx,
    subject: &'a Subject,
    second: &SecondFactor,
) -> Result<&'a Contact, ApiError> {
    let user = subject.user.as_ref().ok_or(ApiError::UserNotFound)?;
    if user.status == UserStatus::ForceChangePassword {
        return Err(ApiError::CannotResetPassword);
    }
    let is_proved = |user: &User, contact: &Contact| {
        user.status != UserStatus::Unconfirmed && user.is_verified(contact.attribute())
    };
    let mut choices = cx.pool.config.recovery.iter();
    choices
        .find_map(|choice| {
            subject
                .contact(*choice)
                .filter(|contact| is_proved(user, contact))
                .filter(|_| !second.may_be(MfaMethod::of(*choice)))
        })
        .ok_or(ApiError::NoRecoveryContact)
}

/// Where a code would go of somebody who gets none.
fn simulated<'a>(cx: &Cx, subject: &'a Subject) -> Option<&'a Contact> {
    let mut choices = cx.pool.config.recovery.iter();
    choices
        .find_map(|choice| subject.contact(*choice))
        .or_else(|| subject.any_contact())
}
