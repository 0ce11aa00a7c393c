//! Proving an address or number: the code that is sent to it, and what is written down when it comes
//! back.

use poolhouse_domain::Sub;
use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::contact::Contact;
use poolhouse_domain::message::Occasion;
use poolhouse_domain::pool::{ContactAttribute, PoolConfig};
use poolhouse_domain::user::User;
use poolhouse_store::{StoreError, Txn};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::Delivery;
use crate::flows::codes::{self, Issue};
use crate::flows::subject::Subject;

/// Of the contacts of somebody who signed up with `named`, the one that the code goes to: that very
/// one, or the other if the pool proves only such.
pub(crate) fn of_sign_up<'a>(
    config: &PoolConfig,
    contacts: &'a [Contact],
    named: Option<ContactAttribute>,
) -> Option<&'a Contact> {
    contacts
        .iter()
        .filter(|contact| config.auto_verifies(contact.attribute()))
        .min_by_key(|contact| Some(contact.attribute()) != named)
}

/// Sends `sub` a code that proves `to`, in the words for new contacts.
pub(crate) fn send_verification(
    txn: &mut Txn<'_>,
    cx: &Cx,
    user: &User,
    purpose: CodePurpose,
    to: &Contact,
) -> Result<Delivery, ApiError> {
    verification(txn, cx, (&user.sub, Some(user)), purpose, to)
}

/// Sends the code of a sign-up again; of a stranger it only seems so.
pub(crate) fn resend_verification(
    txn: &mut Txn<'_>,
    cx: &Cx,
    subject: &Subject,
    to: &Contact,
) -> Result<Delivery, ApiError> {
    let whom = (&subject.sub, subject.user.as_ref());
    verification(txn, cx, whom, CodePurpose::ConfirmSignUp, to)
}

fn verification(
    txn: &mut Txn<'_>,
    cx: &Cx,
    (sub, user): (&Sub, Option<&User>),
    purpose: CodePurpose,
    to: &Contact,
) -> Result<Delivery, ApiError> {
    let config = &cx.pool.config;
    let issue = Issue {
        sub,
        purpose,
        to,
        template: config.messages.of(
            Occasion::Verification,
            to.channel(),
            user.and_then(User::locale),
        ),
        is_real: user.is_some(),
        digits: config.codes.verification_digits,
        validity: config.codes.verification_validity,
    };
    codes::issue(txn, cx, &issue)?;
    Ok(sent(to))
}

/// Says that a message went to `contact`.
pub(crate) fn sent(contact: &Contact) -> Delivery {
    Delivery {
        destination: contact.masked(),
        channel: contact.channel(),
        attribute: contact.attribute(),
    }
}

/// Records that the user proved `contact`: it is theirs, and from now on they sign in with it.
pub(crate) fn prove(
    txn: &mut Txn<'_>,
    cx: &Cx,
    user: &mut User,
    contact: &Contact,
) -> Result<(), ApiError> {
    set_login(txn, cx, &user.sub, contact)?;
    user.prove(contact, cx.now);
    txn.user_update(&cx.pool.id, user)?;
    Ok(())
}

/// Takes `contact` from whoever else signs in with it. They keep it on record, but unproved, and no
/// longer sign in with it (AWS: `ForceAliasCreation`). It must be proved in the same transaction.
pub(crate) fn take_over(
    txn: &mut Txn<'_>,
    cx: &Cx,
    sub: &Sub,
    contact: &Contact,
) -> Result<(), ApiError> {
    let (pool, attribute) = (&cx.pool.id, contact.attribute());
    let holder = txn.user_find(pool, attribute, &contact.key())?;
    if let Some(mut holder) = holder.filter(|holder| holder.sub != *sub) {
        txn.login_delete(pool, &holder.sub, attribute)?;
        holder.disprove(attribute, cx.now);
        txn.user_update(pool, &holder)?;
    }
    Ok(())
}

/// From now on the user signs in with `contact`, unless it is another's: it may have become so while
/// the code was on its way.
pub(crate) fn set_login(
    txn: &mut Txn<'_>,
    cx: &Cx,
    sub: &Sub,
    contact: &Contact,
) -> Result<(), ApiError> {
    let attribute = contact.attribute();
    if !cx.pool.config.signs_in_with(attribute) {
        return Ok(());
    }
    txn.login_set(&cx.pool.id, sub, attribute, &contact.key())
        .map_err(|error| match error {
            StoreError::Conflict(_) => ApiError::AliasExists(attribute.as_str()),
            other => other.into(),
        })
}
