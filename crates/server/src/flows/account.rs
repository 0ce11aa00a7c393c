//! Minding one's account: attributes, a new address, leaving.

use poolhouse_domain::attributes::{Attributes, Writer};
use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::email::Email;
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::user::User;
use poolhouse_domain::{Secret, Sub};
use poolhouse_store::{StoreError, Txn};

use crate::awsjson::error::ApiError;
use crate::cx::{Cx, UserCx};
use crate::flows::codes::{self, Attempt};
use crate::flows::{Delivery, contacts};

const EMAIL: ContactAttribute = ContactAttribute::Email;

/// Writes attributes. A new address is mailed a code; where the pool says so, the old one stays on
/// record until that code comes back.
pub(crate) async fn update_attributes(
    user: &UserCx,
    mut given: Attributes,
) -> Result<Vec<Delivery>, ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .pool
        .config
        .schema
        .check(&given, Writer::User)
        .map_err(ApiError::invalid_parameter)?;
    let address = given.remove(EMAIL.as_str());
    let address = address
        .map(|text| Email::parse(&text).map_err(|_| ApiError::InvalidEmail))
        .transpose()?;
    let sent = user
        .cx
        .write(move |txn, cx| {
            let mut user = current(txn, cx, &sub)?;
            user.attributes.extend(given.clone());
            user.attributes.retain(|_, value| !value.is_empty());
            let delivery = match &address {
                Some(address) => change_address(txn, cx, &mut user, address)?,
                None => None,
            };
            user.updated_at = cx.now;
            txn.user_update(&cx.pool.id, &user)?;
            Ok(delivery)
        })
        .await?;
    user.cx.app.wake_outbox();
    Ok(sent.into_iter().collect())
}

/// Removes attributes; those that everybody must have, or signs in with, stay.
pub(crate) async fn delete_attributes(user: &UserCx, names: Vec<String>) -> Result<(), ApiError> {
    let config = &user.cx.pool.config;
    for name in &names {
        let spec = config
            .schema
            .get(name)
            .filter(|spec| spec.mutable && !spec.required);
        let contact = [EMAIL, ContactAttribute::PhoneNumber];
        let kept = contact.iter().any(|contact| {
            name == contact.verified()
                || (name == contact.as_str() && config.signs_in_with(*contact))
        });
        if spec.is_none() || kept {
            return Err(ApiError::invalid_parameter(format!(
                "user.{name}: Attribute cannot be deleted."
            )));
        }
    }
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            let mut user = current(txn, cx, &sub)?;
            user.attributes.retain(|name, _| !names.contains(name));
            user.updated_at = cx.now;
            txn.user_update(&cx.pool.id, &user)?;
            Ok(())
        })
        .await
}

/// Mails a code for the address that waits to be proved, or else for the one on record.
pub(crate) async fn send_code(user: &UserCx, attribute: &str) -> Result<Delivery, ApiError> {
    require_email(attribute)?;
    let sub = user.user.sub.clone();
    let delivery = user
        .cx
        .write(move |txn, cx| {
            let user = current(txn, cx, &sub)?;
            let to = address_to_prove(txn, cx, &user)?;
            contacts::send_verification(txn, cx, &sub, CodePurpose::Verify(EMAIL), &to)
        })
        .await?;
    user.cx.app.wake_outbox();
    Ok(delivery)
}

/// Takes the code: the address is proved, and if it was waiting it replaces the old one.
pub(crate) async fn verify_attribute(
    user: &UserCx,
    attribute: &str,
    code: Secret<String>,
) -> Result<(), ApiError> {
    require_email(attribute)?;
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            let user = current(txn, cx, &sub)?;
            let to = address_to_prove(txn, cx, &user)?;
            let purpose = CodePurpose::Verify(EMAIL);
            let attempt = Attempt {
                sub: &sub,
                purpose,
                id: None,
                to: &to,
                typed: &code,
            };
            match codes::judge(txn, cx, &attempt)?.verification() {
                Ok(()) => accept_address(txn, cx, user, to).map(Ok),
                // Committed all the same: the attempt counts.
                Err(refusal) => Ok(Err(refusal)),
            }
        })
        .await?
}

/// Erases the user and everything of theirs.
pub(crate) async fn delete(user: &UserCx) -> Result<(), ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            txn.user_delete(&cx.pool.id, &sub)?;
            Ok(())
        })
        .await
}

/// The user as of this transaction: the request's own copy may be old.
fn current(txn: &mut Txn<'_>, cx: &Cx, sub: &Sub) -> Result<User, ApiError> {
    txn.user_get(&cx.pool.id, sub)?
        .ok_or(ApiError::UserNotFound)
}

fn change_address(
    txn: &mut Txn<'_>,
    cx: &Cx,
    user: &mut User,
    address: &Email,
) -> Result<Option<Delivery>, ApiError> {
    let on_record = user.attribute(EMAIL.as_str()).map(str::to_owned);
    if on_record.as_deref() == Some(address.as_str()) {
        // Whoever goes back has nothing left to prove.
        txn.pending_contact_delete(&cx.pool.id, &user.sub, EMAIL)?;
        return Ok(None);
    }
    if cx.pool.config.verify_before_update.contains(&EMAIL) {
        txn.pending_contact_set(&cx.pool.id, &user.sub, EMAIL, address.as_str())?;
    } else {
        set_login(txn, cx, &user.sub, address)?;
        user.set_contact(EMAIL, address.as_str().to_owned(), false);
    }
    let purpose = CodePurpose::Verify(EMAIL);
    contacts::send_verification(txn, cx, &user.sub, purpose, address.as_str()).map(Some)
}

fn address_to_prove(txn: &mut Txn<'_>, cx: &Cx, user: &User) -> Result<String, ApiError> {
    let pending = txn.pending_contact_get(&cx.pool.id, &user.sub, EMAIL)?;
    let address = pending.or_else(|| user.attribute(EMAIL.as_str()).map(str::to_owned));
    address.ok_or(ApiError::InvalidParameter(
        "User has no email to verify.".into(),
    ))
}

fn accept_address(
    txn: &mut Txn<'_>,
    cx: &Cx,
    mut user: User,
    address: String,
) -> Result<(), ApiError> {
    let email = Email::parse(&address).map_err(|_| ApiError::InvalidEmail)?;
    set_login(txn, cx, &user.sub, &email)?;
    txn.pending_contact_delete(&cx.pool.id, &user.sub, EMAIL)?;
    user.set_contact(EMAIL, address, true);
    user.updated_at = cx.now;
    txn.user_update(&cx.pool.id, &user)?;
    Ok(())
}

/// From now on the user signs in with `email`, unless it is another's: it may have become so while
/// the code was on its way.
fn set_login(txn: &mut Txn<'_>, cx: &Cx, sub: &Sub, email: &Email) -> Result<(), ApiError> {
    if !cx.pool.config.signs_in_with(EMAIL) {
        return Ok(());
    }
    txn.login_set(&cx.pool.id, sub, EMAIL, &email.key())
        .map_err(|error| match error {
            StoreError::Conflict(_) => ApiError::AliasExists(EMAIL.as_str()),
            other => other.into(),
        })
}

fn require_email(attribute: &str) -> Result<(), ApiError> {
    if attribute == EMAIL.as_str() {
        return Ok(());
    }
    Err(ApiError::invalid_parameter(format!(
        "Attribute {attribute} cannot be verified: expected email."
    )))
}
