//! `NEW_PASSWORD_REQUIRED`: the password that an administrator gave was right, and is replaced now.

use std::collections::BTreeMap;

use poolhouse_domain::attributes::{Attributes, Writer};
use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::gate::Proofs;
use poolhouse_domain::password::Password;
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::Outcome;
use crate::flows::gate::{self, Next, Proved};
use crate::flows::passwords::NewPassword;
use crate::flows::responses::Responses;
use crate::flows::session::{self, Session, State};

/// In front of an attribute's name, in what is asked and in what is answered.
const PREFIX: &str = "userAttributes.";

/// Asks for a new password, and for the attributes that everybody must have and this user lacks.
pub(crate) fn offer(cx: &Cx, proved: Proved) -> Result<Outcome, ApiError> {
    let Proved {
        user, name, proofs, ..
    } = proved;
    let missing: Vec<_> = missing(cx, &user)
        .map(|name| format!("{PREFIX}{name}"))
        .collect();
    let readable: BTreeMap<_, _> = cx.readable(&user).collect();
    let text = |value: serde_json::Result<String>| value.map_err(ApiError::internal);
    Ok(Outcome::Challenge {
        name: ChallengeName::NewPasswordRequired,
        session: session::seal_for(cx, &user.sub, &name, State::NewPasswordRequired { proofs })?,
        parameters: BTreeMap::from([
            ("requiredAttributes", text(serde_json::to_string(&missing))?),
            ("userAttributes", text(serde_json::to_string(&readable))?),
            ("USER_ID_FOR_SRP", user.sub.to_string()),
        ]),
        available: Vec::new(),
    })
}

/// Takes the new password and the attributes. Whatever is wrong with them leaves the Session as it
/// is, so that the person can try again.
pub(crate) async fn answer(
    cx: &Cx,
    session: Session,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    let State::NewPasswordRequired { proofs } = session.state.clone() else {
        return Err(ApiError::SessionInvalid);
    };
    let typed = Password::new(responses.require("NEW_PASSWORD")?.clone());
    let given: Attributes = responses.with_prefix(PREFIX).collect();
    let password = NewPassword::check(cx, &session.sub, &typed).await?;
    let next = cx
        .write(move |txn, cx| replace(txn, cx, &session, &given, &password, proofs.clone()))
        .await?;
    next.outcome(cx).await
}

fn replace(
    txn: &mut Txn<'_>,
    cx: &Cx,
    session: &Session,
    given: &Attributes,
    password: &NewPassword,
    proofs: Proofs,
) -> Result<Next, ApiError> {
    let spent = session.spend(txn)?;
    let user = txn.user_get(&cx.pool.id, &session.sub)?;
    let user = user.filter(|user| user.status == UserStatus::ForceChangePassword);
    let mut user = user.ok_or(ApiError::SessionInvalid)?;
    complete(cx, &mut user, given)?;
    user.status = UserStatus::Confirmed;
    user.updated_at = cx.now;
    txn.user_update(&cx.pool.id, &user)?;
    password.set(txn, cx, &user.sub)?;
    let proved = Proved {
        spent,
        user,
        name: session.name.clone(),
        proofs,
    };
    gate::proceed(txn, cx, proved)
}

/// Adds what is given. Clients send back what they were told as well, which changes nothing.
fn complete(cx: &Cx, user: &mut User, given: &Attributes) -> Result<(), ApiError> {
    let schema = &cx.pool.config.schema;
    let new = |(name, value): &(&String, &String)| {
        !value.is_empty() && user.attribute(name) != Some(value.as_str())
    };
    let given: Attributes = given
        .iter()
        .filter(new)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let fixed = given.keys().find(|name| {
        let mutable = schema.get(name).is_none_or(|spec| spec.mutable);
        user.attribute(name).is_some() && (!mutable || is_contact(name))
    });
    if let Some(name) = fixed {
        return Err(ApiError::invalid_parameter(format!(
            "Cannot modify an already provided {name}"
        )));
    }
    cx.require_writable(given.keys())?;
    schema
        .check(&given, Writer::Invited)
        .map_err(ApiError::invalid_parameter)?;
    user.attributes.extend(given);
    match missing(cx, user).next() {
        Some(name) => Err(ApiError::invalid_parameter(format!(
            "Invalid attributes given, {name} is missing"
        ))),
        None => Ok(()),
    }
}

/// An address or number that is on record is changed in the account, where it is proved.
fn is_contact(name: &str) -> bool {
    [ContactAttribute::Email, ContactAttribute::PhoneNumber]
        .iter()
        .any(|contact| contact.as_str() == name)
}

/// What everybody in the pool must have, and the user does not.
fn missing<'a>(cx: &'a Cx, user: &'a User) -> impl Iterator<Item = &'a str> {
    let specs = cx.pool.config.schema.0.iter();
    specs
        .filter(|spec| spec.required && user.attribute(&spec.name).is_none())
        .map(|spec| spec.name.as_str())
}
