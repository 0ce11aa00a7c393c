//! `MFA_SETUP`: the pool asks for a second factor, and the person has none yet.
//!
//! An app is set up with AssociateSoftwareToken and VerifySoftwareToken, which take the Session; what
//! the second of them gives back is the answer here. An address is set up by its code.

use std::collections::BTreeMap;

use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::contact::Contact;
use poolhouse_domain::pool::{ContactAttribute, MfaMethod};
use poolhouse_domain::user::User;
use poolhouse_store::Txn;

use super::mfa_code::{self, To};
use super::second_factor::{check_asked, words};
use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::Outcome;
use crate::flows::gate::{self, Next, Proved};
use crate::flows::responses::Responses;
use crate::flows::session::{self, Session, Spent, State};

/// Asks for one of `methods` to be set up.
pub(crate) fn offer(cx: &Cx, proved: &Proved, methods: &[MfaMethod]) -> Result<Outcome, ApiError> {
    let state = State::MfaSetup {
        proofs: proved.proofs.clone(),
        prolonged: false,
    };
    Ok(Outcome::Challenge {
        name: ChallengeName::MfaSetup,
        session: session::seal_for(cx, &proved.user.sub, &proved.name, state)?,
        parameters: BTreeMap::from([
            ("MFAS_CAN_SETUP", words(methods)?),
            ("USER_ID_FOR_SRP", proved.user.sub.to_string()),
        ]),
        available: Vec::new(),
    })
}

/// Takes an address, or that an app has been set up.
pub(crate) async fn answer(
    cx: &Cx,
    session: Session,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    let address = responses
        .get("EMAIL")
        .map(|address| address.expose().clone());
    let next = cx
        .write(move |txn, cx| match (&session.state, &address) {
            (State::MfaSetupDone { proofs }, _) => {
                let proved = Proved {
                    spent: session.spend(txn)?,
                    user: session.user(txn, cx)?,
                    name: session.name.clone(),
                    proofs: proofs.clone(),
                };
                gate::proceed(txn, cx, proved)
            }
            (_, Some(address)) => set_up_address(txn, cx, &session, address).map(Next::Challenge),
            (_, None) => Err(ApiError::SoftwareTokenNotVerified),
        })
        .await?;
    next.outcome(cx).await
}

/// The user of a Session that waits for `method` to be set up. They may have set up something by now,
/// and then it is over: a stolen Session adds no second second factor.
pub(crate) fn awaiting(
    txn: &mut Txn<'_>,
    cx: &Cx,
    session: &Session,
    method: MfaMethod,
) -> Result<User, ApiError> {
    let State::MfaSetup { proofs, .. } = &session.state else {
        return Err(ApiError::SessionInvalid);
    };
    session.check_unspent(txn)?;
    let user = session.user(txn, cx)?;
    check_asked(txn, cx, &user, proofs, |asked| asked.sets_up(method))?;
    Ok(user)
}

/// Mails a code to the address, which becomes the person's with it. The Session stays as it is, so
/// that they can mend a slip.
fn set_up_address(
    txn: &mut Txn<'_>,
    cx: &Cx,
    session: &Session,
    address: &str,
) -> Result<Outcome, ApiError> {
    let user = awaiting(txn, cx, session, MfaMethod::EmailOtp)?;
    let State::MfaSetup { proofs, .. } = session.state.clone() else {
        return Err(ApiError::SessionInvalid);
    };
    let contact = Contact::parse(ContactAttribute::Email, address)?;
    let proved = Proved {
        spent: Spent::nothing(),
        user,
        name: session.name.clone(),
        proofs,
    };
    mfa_code::offer(txn, cx, &proved, To::New(&contact))
}
