//! `SMS_MFA`, and `EMAIL_OTP` after another factor: a code that is sent to one of the person's
//! contacts is the second factor, and proves the contact on the way.

use std::collections::BTreeMap;

use poolhouse_domain::audit::AuditKind;
use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::contact::Contact;
use poolhouse_domain::message::Occasion;
use poolhouse_domain::pool::{ContactAttribute, MfaMethod};
use poolhouse_domain::token::Amr;
use poolhouse_domain::user::User;
use poolhouse_store::Txn;

use super::otp::LONGEST_VALIDITY;
use super::second_factor::check_asked;
use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::codes::{self, Attempt, Issue};
use crate::flows::gate::{self, Next, Proved};
use crate::flows::responses::Responses;
use crate::flows::session::{self, Session, State, Unspent};
use crate::flows::{Outcome, audit, contacts};

/// Whose contact a code goes to.
#[derive(Clone, Copy)]
pub(crate) enum To<'a> {
    /// The one on record.
    Record(ContactAttribute),
    /// One that becomes theirs with the code: `MFA_SETUP`.
    New(&'a Contact),
}

/// Sends a code, unless one is on its way, and asks for it.
pub(crate) fn offer(
    txn: &mut Txn<'_>,
    cx: &Cx,
    proved: &Proved,
    to: To<'_>,
) -> Result<Outcome, ApiError> {
    let user = &proved.user;
    let (contact, address) = match to {
        To::Record(attribute) => (
            user.contact(attribute).ok_or(ApiError::SessionInvalid)?,
            None,
        ),
        To::New(contact) => (contact.clone(), Some(contact.as_str().to_owned())),
    };
    let config = &cx.pool.config;
    let issue = Issue {
        sub: &user.sub,
        purpose: CodePurpose::Mfa(contact.attribute()),
        to: &contact,
        template: config
            .messages
            .of(Occasion::SignIn, contact.channel(), user.locale()),
        is_real: true,
        digits: config.codes.verification_digits,
        validity: cx.client.config.auth_session_validity.min(LONGEST_VALIDITY),
    };
    let state = State::MfaCode {
        contact: contact.attribute(),
        code: codes::issue(txn, cx, &issue)?,
        address,
        proofs: proved.proofs.clone(),
    };
    Ok(Outcome::Challenge {
        name: challenge(contact.attribute()),
        session: session::seal_for(cx, &user.sub, &proved.name, state)?,
        parameters: BTreeMap::from([
            (
                "CODE_DELIVERY_DELIVERY_MEDIUM",
                contact.channel().medium().to_owned(),
            ),
            ("CODE_DELIVERY_DESTINATION", contact.masked()),
            ("USER_ID_FOR_SRP", user.sub.to_string()),
        ]),
        available: Vec::new(),
    })
}

/// Takes the code. A wrong one leaves the Session as it is, so that the person can try again.
pub(crate) async fn answer(
    cx: &Cx,
    session: Session,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    let State::MfaCode { contact, .. } = session.state else {
        return Err(ApiError::SessionInvalid);
    };
    let typed = responses.require(response(contact))?.clone();
    let next = cx
        .write(move |txn, cx| {
            let unspent = session.check_unspent(txn)?;
            let (user, to, code) = awaited(txn, cx, &session)?;
            let attempt = Attempt {
                sub: &user.sub,
                is_user: true,
                purpose: CodePurpose::Mfa(to.attribute()),
                id: Some(code),
                to: &to,
                typed: &typed,
            };
            match codes::judge(txn, cx, &attempt)?.sign_in() {
                Ok(()) => admit(txn, cx, &session, unspent, user, &to).map(Ok),
                // Committed all the same: the attempt counts.
                Err(refusal) => Ok(Err(refusal)),
            }
        })
        .await??;
    next.outcome(cx).await
}

/// Whom the code was sent to, and where. Who has another contact by now begins anew.
fn awaited(
    txn: &mut Txn<'_>,
    cx: &Cx,
    session: &Session,
) -> Result<(User, Contact, [u8; 16]), ApiError> {
    let State::MfaCode {
        contact,
        code,
        address,
        proofs,
    } = &session.state
    else {
        return Err(ApiError::SessionInvalid);
    };
    let (user, method) = (session.user(txn, cx)?, MfaMethod::of(*contact));
    check_asked(txn, cx, &user, proofs, |asked| match address {
        Some(_) => asked.sets_up(method),
        None => asked.may_be(method),
    })?;
    let on_record = user.contact(*contact);
    let to = match address {
        Some(new) if on_record.is_none() => Some(Contact::parse(*contact, new)?),
        Some(_) => None,
        None => on_record,
    };
    let to = to.ok_or(ApiError::SessionInvalid)?;
    Ok((user, to, *code))
}

fn admit(
    txn: &mut Txn<'_>,
    cx: &Cx,
    session: &Session,
    unspent: Unspent<'_>,
    mut user: User,
    to: &Contact,
) -> Result<Next, ApiError> {
    let State::MfaCode {
        contact,
        address,
        proofs,
        ..
    } = session.state.clone()
    else {
        return Err(ApiError::SessionInvalid);
    };
    if address.is_some() {
        user.set_contact(to);
        user.mfa.set_up(MfaMethod::of(contact));
        let kind = AuditKind::ContactProved;
        audit::note(txn, cx, &user.sub, kind, contact.as_str())?;
    }
    contacts::prove(txn, cx, &mut user, to)?;
    let proved = Proved {
        spent: unspent.spend(txn)?,
        user,
        name: session.name.clone(),
        proofs: proofs.and(Amr::from(contact)),
    };
    gate::proceed(txn, cx, proved)
}

const fn challenge(contact: ContactAttribute) -> ChallengeName {
    match contact {
        ContactAttribute::Email => ChallengeName::EmailOtp,
        ContactAttribute::PhoneNumber => ChallengeName::SmsMfa,
    }
}

const fn response(contact: ContactAttribute) -> &'static str {
    match contact {
        ContactAttribute::Email => "EMAIL_OTP_CODE",
        ContactAttribute::PhoneNumber => "SMS_MFA_CODE",
    }
}
