//! A code that is sent to one of the person's contacts signs in, and proves the contact on the way.
//!
//! What is said here holds for every such challenge: `email_otp` and `sms_otp` say only which contact
//! is meant and how the parts are called.

use std::collections::BTreeMap;
use std::time::Duration;

use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::contact::Contact;
use poolhouse_domain::gate::Proofs;
use poolhouse_domain::message::Occasion;
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::token::Amr;
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::Outcome;
use crate::flows::codes::{self, Attempt, Issue};
use crate::flows::gate::{self, Next, Proved};
use crate::flows::responses::Responses;
use crate::flows::session::{self, Session, State, Unspent};
use crate::flows::subject::Subject;
use crate::flows::{budgets, contacts, first_factors};

/// A code never signs in later than this (NIST SP 800-63B-4 §3.1.3.2).
pub(super) const LONGEST_VALIDITY: Duration = Duration::from_mins(10);

/// A challenge that is a code.
pub(crate) struct Otp {
    /// Where the code goes, and what it proves.
    pub(super) contact: ContactAttribute,
    pub(super) challenge: ChallengeName,
    /// The name of the code in `ChallengeResponses`.
    pub(super) response: &'static str,
    /// What a Session remembers of the code with this id.
    pub(super) awaiting: fn([u8; 16]) -> State,
}

impl Otp {
    /// Asks ahead for what [`Otp::offer`] reads of whoever `stand_in` stands for. Where a code goes is
    /// known if they are called by it; else nobody's budgets are asked for, also of strangers.
    pub(crate) fn ask_ahead(
        &self,
        txn: &mut Txn<'_>,
        cx: &Cx,
        stand_in: &Subject,
    ) -> Result<(), ApiError> {
        txn.code_get(&cx.pool.id, &stand_in.sub, self.purpose())?;
        match stand_in.named_by(self.contact) {
            Some(to) => budgets::ask_ahead(txn, cx, &stand_in.sub, to),
            None => Ok(()),
        }
    }

    /// Sends a code, unless one is on its way, and asks for it.
    pub(crate) fn offer(
        &self,
        txn: &mut Txn<'_>,
        cx: &Cx,
        subject: &Subject,
        typed: &str,
        available: Vec<ChallengeName>,
    ) -> Result<Outcome, ApiError> {
        let to = self.destination(subject)?;
        let messages = &cx.pool.config.messages;
        let issue = Issue {
            sub: &subject.sub,
            purpose: self.purpose(),
            to,
            template: messages.of(
                Occasion::SignIn,
                to.channel(),
                subject.user.as_ref().and_then(User::locale),
            ),
            is_real: subject.user.is_some(),
            digits: cx.pool.config.codes.sign_in_digits,
            validity: cx.client.config.auth_session_validity.min(LONGEST_VALIDITY),
        };
        let code = codes::issue(txn, cx, &issue)?;
        Ok(Outcome::Challenge {
            name: self.challenge,
            session: session::seal(cx, subject, typed, (self.awaiting)(code))?,
            parameters: BTreeMap::from([
                (
                    "CODE_DELIVERY_DELIVERY_MEDIUM",
                    to.channel().medium().to_owned(),
                ),
                ("CODE_DELIVERY_DESTINATION", to.masked()),
            ]),
            available,
        })
    }

    /// Takes the code with the id `code`. A wrong one leaves the Session as it is, so that the
    /// person can try again.
    pub(crate) async fn answer(
        &'static self,
        cx: &Cx,
        session: Session,
        responses: &Responses,
    ) -> Result<Outcome, ApiError> {
        let (State::EmailOtp { code } | State::SmsOtp { code }) = session.state else {
            return Err(ApiError::SessionInvalid);
        };
        let typed = responses.require(self.response)?.clone();
        let next = cx
            .write(move |txn, cx| {
                txn.ask_ahead(|txn| {
                    txn.session_is_spent(&session.id, session.expires_at)?;
                    codes::ask_ahead(txn, cx, &session.sub, self.purpose())?;
                    Subject::find(txn, cx, &session.name)
                });
                let subject = Subject::find(txn, cx, &session.name)?;
                session.check_subject(&subject)?;
                let unspent = session.check_unspent(txn)?;
                let to = self.destination(&subject)?.clone();
                let attempt = Attempt {
                    sub: &subject.sub,
                    is_user: subject.user.is_some(),
                    purpose: self.purpose(),
                    id: Some(code),
                    to: &to,
                    typed: &typed,
                };
                match codes::judge(txn, cx, &attempt)?.sign_in() {
                    Ok(()) => self
                        .admit(txn, cx, unspent, &session.name, subject, &to)
                        .map(Ok),
                    // Committed all the same: the attempt counts.
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
            .await??;
        next.outcome(cx).await
    }

    fn admit(
        &self,
        txn: &mut Txn<'_>,
        cx: &Cx,
        unspent: Unspent<'_>,
        name: &str,
        subject: Subject,
        proved: &Contact,
    ) -> Result<Next, ApiError> {
        let is_login = subject.was_found_by(proved);
        let mut user = subject.user.ok_or(ApiError::CodeMismatchSignIn)?;
        if !first_factors::may_begin_with(cx, &user.mfa, self.contact.factor()) {
            return Err(ApiError::SessionInvalid);
        }
        match user.status {
            // Whoever set it never proved to own the contact, and this may be somebody else.
            UserStatus::Unconfirmed => txn.passwords_delete(&cx.pool.id, &user.sub)?,
            UserStatus::ResetRequired if user.has_proved(proved) => {
                give_up_password(txn, cx, &mut user)?;
            }
            _ => {}
        }
        if !(is_login && user.has_proved(proved)) {
            contacts::prove(txn, cx, &mut user, proved)?;
        }
        let proved = Proved {
            spent: unspent.spend(txn)?,
            user,
            name: name.to_owned(),
            proofs: Proofs::of(Amr::from(self.contact)),
        };
        gate::proceed(txn, cx, proved)
    }

    const fn purpose(&self) -> CodePurpose {
        CodePurpose::SignIn(self.contact)
    }

    /// Where the code goes. Who has no such contact any more begins anew.
    fn destination<'a>(&self, subject: &'a Subject) -> Result<&'a Contact, ApiError> {
        subject
            .contact(self.contact)
            .ok_or(ApiError::SessionInvalid)
    }
}

/// A password that has to be reset keeps nobody from signing in by a code, which is what would reset it
/// (developer guide, "Importing users into user pools from a CSV file"). It is gone then: as things are it
/// signs in nobody, and must not once the account is confirmed.
fn give_up_password(txn: &mut Txn<'_>, cx: &Cx, user: &mut User) -> Result<(), ApiError> {
    txn.passwords_delete(&cx.pool.id, &user.sub)?;
    user.status = UserStatus::Confirmed;
    user.updated_at = cx.now;
    txn.user_update(&cx.pool.id, user)?;
    Ok(())
}
