//! `EMAIL_OTP`: a code by mail signs in, and proves the address on the way.

use std::collections::BTreeMap;
use std::time::Duration;

use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::message::Channel;
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::token::Amr;
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::Outcome;
use crate::flows::codes::{self, Attempt, Issue};
use crate::flows::session::{self, Session, State};
use crate::flows::sign_in::{self, Responses};
use crate::flows::subject::Subject;
use crate::tokens::{self, SignIn};

/// A code never signs in later than this (NIST SP 800-63B-4 §3.1.3.2).
const LONGEST_VALIDITY: Duration = Duration::from_mins(10);

/// Mails a code, unless one is on its way, and asks for it.
pub(crate) fn offer(
    txn: &mut Txn<'_>,
    cx: &Cx,
    subject: &Subject,
    typed: &str,
    available: Vec<ChallengeName>,
) -> Result<Outcome, ApiError> {
    let config = &cx.pool.config;
    let issue = Issue {
        sub: &subject.sub,
        purpose: CodePurpose::SignInEmail,
        to: subject.email().unwrap_or_default(),
        template: subject
            .user
            .as_ref()
            .map(|_| &config.messages.sign_in_email),
        digits: config.codes.sign_in_digits,
        validity: cx.client.config.auth_session_validity.min(LONGEST_VALIDITY),
    };
    let code = codes::issue(txn, cx, &issue)?;
    Ok(Outcome::Challenge {
        name: ChallengeName::EmailOtp,
        session: session::seal(cx, subject, typed, State::EmailOtp { code })?,
        parameters: BTreeMap::from([
            (
                "CODE_DELIVERY_DELIVERY_MEDIUM",
                Channel::Email.medium().to_owned(),
            ),
            ("CODE_DELIVERY_DESTINATION", subject.masked_email()),
        ]),
        available,
    })
}

/// Takes the code. A wrong one leaves the Session as it is, so that the person can try again.
pub(crate) async fn answer(
    cx: &Cx,
    session: Session,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    let State::EmailOtp { code } = session.state else {
        return Err(ApiError::SessionInvalid);
    };
    let typed = responses.require("EMAIL_OTP_CODE")?.clone();
    let sign_in = cx
        .write(move |txn, cx| {
            let subject = Subject::find(txn, cx, &session.name)?;
            session.check_subject(&subject)?;
            if txn.session_is_spent(&session.id)? {
                return Err(ApiError::SessionUsed);
            }
            let attempt = Attempt {
                sub: &subject.sub,
                purpose: CodePurpose::SignInEmail,
                id: Some(code),
                to: subject.email().unwrap_or_default(),
                typed: &typed,
            };
            match codes::judge(txn, cx, &attempt)?.sign_in() {
                Ok(()) => admit(txn, cx, &session, subject).map(Ok),
                // Committed all the same: the attempt counts.
                Err(refusal) => Ok(Err(refusal)),
            }
        })
        .await??;
    tokens::issue(cx, &sign_in).map(Outcome::SignedIn)
}

fn admit(
    txn: &mut Txn<'_>,
    cx: &Cx,
    session: &Session,
    subject: Subject,
) -> Result<SignIn, ApiError> {
    let mut user = subject.user.ok_or(ApiError::CodeMismatchSignIn)?;
    user.prove(ContactAttribute::Email, cx.now);
    txn.user_update(&cx.pool.id, &user)?;
    sign_in::complete(txn, cx, session, user, Amr::EmailOtp)
}
