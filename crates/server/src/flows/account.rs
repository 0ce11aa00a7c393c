//! Minding one's account: attributes, a new address or number, leaving.

use poolhouse_domain::attributes::{Attributes, Writer};
use poolhouse_domain::audit::AuditKind;
use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::contact::Contact;
use poolhouse_domain::pool::{ContactAttribute, MfaMethod, PoolConfig};
use poolhouse_domain::user::User;
use poolhouse_domain::{Secret, Sub};
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::{Cx, UserCx};
use crate::flows::codes::{self, Attempt};
use crate::flows::{Delivery, audit, contacts};

/// Writes attributes. A new address or number is sent a code; where the pool says so, the old one
/// stays on record until that code comes back.
pub(crate) async fn update_attributes(
    user: &UserCx,
    mut given: Attributes,
) -> Result<Vec<Delivery>, ApiError> {
    let sub = user.user.sub.clone();
    user.cx.require_writable(given.keys())?;
    user.cx
        .pool
        .config
        .schema
        .check(&given, Writer::User)
        .map_err(ApiError::invalid_parameter)?;
    let mut contacts = Vec::new();
    for attribute in ContactAttribute::ALL {
        if let Some(text) = given.remove(attribute.as_str()) {
            contacts.push(Contact::parse(attribute, &text)?);
        }
    }
    user.cx
        .write_and_send(move |txn, cx| {
            let mut user = current(txn, cx, &sub)?;
            user.attributes.extend(given.clone());
            user.attributes.retain(|_, value| !value.is_empty());
            let mut sent = Vec::new();
            for contact in &contacts {
                sent.extend(change_contact(txn, cx, &mut user, contact)?);
            }
            user.updated_at = cx.now;
            txn.user_update(&cx.pool.id, &user)?;
            Ok(sent)
        })
        .await
}

/// Removes attributes; those that everybody must have, or signs in with, stay.
pub(crate) async fn delete_attributes(user: &UserCx, names: Vec<String>) -> Result<(), ApiError> {
    let config = &user.cx.pool.config;
    user.cx.require_writable(&names)?;
    for name in &names {
        let spec = config
            .schema
            .get(name)
            .filter(|spec| spec.mutable && !spec.required);
        let kept = ContactAttribute::parse(name).is_some_and(|name| config.signs_in_with(name));
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
            for name in &names {
                user.attributes.remove(name);
                if let Some(contact) = ContactAttribute::parse(name) {
                    user.attributes.remove(contact.verified());
                    user.mfa.remove(MfaMethod::of(contact));
                    txn.pending_contact_delete(&cx.pool.id, &sub, contact)?;
                }
            }
            user.updated_at = cx.now;
            txn.user_update(&cx.pool.id, &user)?;
            Ok(())
        })
        .await
}

/// Sends a code for the contact that waits to be proved, or else for the one on record.
pub(crate) async fn send_code(user: &UserCx, attribute: &str) -> Result<Delivery, ApiError> {
    let attribute = provable(&user.cx.pool.config, attribute)?;
    let sub = user.user.sub.clone();
    user.cx
        .write_and_send(move |txn, cx| {
            let user = current(txn, cx, &sub)?;
            let to = contact_to_prove(txn, cx, &user, attribute)?;
            contacts::send_verification(txn, cx, &user, CodePurpose::Verify(attribute), &to)
        })
        .await
}

/// Takes the code: the contact is proved, and if it was waiting it replaces the old one.
pub(crate) async fn verify_attribute(
    user: &UserCx,
    attribute: &str,
    code: Secret<String>,
) -> Result<(), ApiError> {
    let attribute = provable(&user.cx.pool.config, attribute)?;
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            let mut user = current(txn, cx, &sub)?;
            let to = contact_to_prove(txn, cx, &user, attribute)?;
            let attempt = Attempt {
                sub: &sub,
                is_user: true,
                purpose: CodePurpose::Verify(attribute),
                id: None,
                to: &to,
                typed: &code,
            };
            if let Err(refusal) = codes::judge(txn, cx, &attempt)?.verification() {
                // Committed all the same: the attempt counts.
                return Ok(Err(refusal));
            }
            contacts::prove(txn, cx, &mut user, &to)?;
            txn.pending_contact_delete(&cx.pool.id, &sub, attribute)?;
            let kind = AuditKind::ContactProved;
            audit::note(txn, cx, &sub, kind, attribute.as_str())?;
            Ok(Ok(()))
        })
        .await?
}

/// Erases the user and everything of theirs.
pub(crate) async fn delete(user: &UserCx) -> Result<(), ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            txn.user_delete(&cx.pool.id, &sub)?;
            audit::note(txn, cx, &sub, AuditKind::AccountDeleted, "")
        })
        .await
}

/// The user as of this transaction: the request's own copy may be old.
pub(crate) fn current(txn: &mut Txn<'_>, cx: &Cx, sub: &Sub) -> Result<User, ApiError> {
    txn.user_get(&cx.pool.id, sub)?
        .ok_or(ApiError::UserNotFound)
}

fn change_contact(
    txn: &mut Txn<'_>,
    cx: &Cx,
    user: &mut User,
    contact: &Contact,
) -> Result<Option<Delivery>, ApiError> {
    let (pool, config, attribute) = (&cx.pool.id, &cx.pool.config, contact.attribute());
    if user.attribute(attribute.as_str()) == Some(contact.as_str()) {
        // Whoever goes back has nothing left to prove.
        txn.pending_contact_delete(pool, &user.sub, attribute)?;
        return Ok(None);
    }
    if config.verify_before_update.contains(&attribute) {
        txn.pending_contact_set(pool, &user.sub, attribute, contact.as_str())?;
    } else {
        // Who signs in with the old one signs in with the new one; what was none is none until it
        // is proved.
        if txn.login_list(pool, &user.sub)?.contains(&attribute) {
            contacts::set_login(txn, cx, &user.sub, contact)?;
        }
        txn.pending_contact_delete(pool, &user.sub, attribute)?;
        user.set_contact(contact);
    }
    if !config.auto_verifies(attribute) {
        return Ok(None);
    }
    let purpose = CodePurpose::Verify(attribute);
    contacts::send_verification(txn, cx, user, purpose, contact).map(Some)
}

fn contact_to_prove(
    txn: &mut Txn<'_>,
    cx: &Cx,
    user: &User,
    attribute: ContactAttribute,
) -> Result<Contact, ApiError> {
    let pending = txn.pending_contact_get(&cx.pool.id, &user.sub, attribute)?;
    match pending {
        Some(text) => Ok(Contact::parse(attribute, &text)?),
        None => user.contact(attribute).ok_or_else(|| {
            let name = attribute.as_str();
            ApiError::invalid_parameter(format!("User has no {name} to verify."))
        }),
    }
}

/// The contact of that name, if the pool sends codes to such.
fn provable(config: &PoolConfig, name: &str) -> Result<ContactAttribute, ApiError> {
    let all = ContactAttribute::ALL.into_iter();
    let provable: Vec<_> = all.filter(|contact| config.sends_to(*contact)).collect();
    let asked = ContactAttribute::parse(name).filter(|contact| provable.contains(contact));
    asked.ok_or_else(|| {
        let expected: Vec<_> = provable.iter().map(|contact| contact.as_str()).collect();
        let expected = expected.join(" or ");
        ApiError::invalid_parameter(format!(
            "Attribute {name} cannot be verified: expected {expected}."
        ))
    })
}
