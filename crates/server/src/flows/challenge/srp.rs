//! `PASSWORD_SRP` and `PASSWORD_VERIFIER`: the password is proved without being sent.
//!
//! To ask writes nothing: what the server remembers rides in the Session. The Session is the
//! `SECRET_BLOCK` too, because some clients send back nothing else. To answer spends it before the
//! claim is judged, so that a Session is worth one claim.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::gate::Proofs;
use poolhouse_domain::token::Amr;
use poolhouse_domain::{Secret, Sub};
use poolhouse_srp::server::State as Offer;
use poolhouse_srp::{PublicValue, Timestamp};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::gate::{self, Proved};
use crate::flows::passwords::Target;
use crate::flows::responses::Responses;
use crate::flows::session::{self, Session, SrpLeg, State};
use crate::flows::subject::Subject;
use crate::flows::{Outcome, passwords};
use crate::passwords::{SrpClaim, SrpRecord};

/// How far a client's clock may be from ours.
const CLOCK_SKEW: Duration = Duration::from_mins(5);

const SECRET_BLOCK: &str = "PASSWORD_CLAIM_SECRET_BLOCK";

/// Asks for A.
pub(crate) fn offer(
    cx: &Cx,
    subject: &Subject,
    typed: &str,
    available: Vec<ChallengeName>,
) -> Result<Outcome, ApiError> {
    Ok(Outcome::Challenge {
        name: ChallengeName::PasswordSrp,
        session: session::seal(cx, subject, typed, State::PasswordSrp)?,
        parameters: BTreeMap::new(),
        available,
    })
}

/// Takes A of `name`, in the first call without a Session, and asks for the claim.
pub(crate) async fn begin(
    cx: &Cx,
    name: &str,
    session: Option<Session>,
    a: &Secret<String>,
    leg: SrpLeg,
) -> Result<Outcome, ApiError> {
    let a = public_value(a)?;
    let Target { sub, kept } = passwords::target(cx, name).await?;
    if session.is_some_and(|session| session.sub != sub) {
        return Err(ApiError::SessionInvalid);
    }
    let record = SrpRecord::of(cx, &sub, kept.as_ref())?;
    let (offer, mut parameters) = offer_b(cx, record, a, &sub).await?;
    let session = session::seal_for(cx, &sub, name, State::PasswordVerifier { offer, leg })?;
    parameters.extend([
        ("SECRET_BLOCK", secret_block(&session)?),
        ("USER_ID_FOR_SRP", sub.to_string()),
    ]);
    Ok(Outcome::Challenge {
        name: ChallengeName::PasswordVerifier,
        session,
        parameters,
        available: Vec::new(),
    })
}

/// A, as a client sends it.
pub(super) fn public_value(a: &Secret<String>) -> Result<PublicValue, ApiError> {
    PublicValue::from_hex(a.expose())
        .map_err(|why| ApiError::invalid_parameter(format!("Invalid SRP_A: {why}")))
}

/// Answers A with B: what the Session has to remember of it, and what the client is told.
pub(super) async fn offer_b(
    cx: &Cx,
    record: SrpRecord,
    a: PublicValue,
    sub: &Sub,
) -> Result<(Vec<u8>, BTreeMap<&'static str, String>), ApiError> {
    let salt = record.salt.to_hex();
    let (b, offer) = record.offer(cx, a).await?;
    let told = BTreeMap::from([
        ("SALT", salt),
        ("SRP_B", b.to_hex()),
        ("USERNAME", sub.to_string()),
    ]);
    Ok((offer.to_bytes().to_vec(), told))
}

/// `SECRET_BLOCK`: the Session once more.
pub(super) fn secret_block(session: &Secret<String>) -> Result<String, ApiError> {
    let block = URL_SAFE_NO_PAD.decode(session.expose());
    Ok(STANDARD.encode(block.map_err(ApiError::internal)?))
}

/// The Session that a claim belongs to. One that comes along beside the `SECRET_BLOCK` must be the
/// same.
pub(crate) fn session_of(
    given: Option<Secret<String>>,
    responses: &Responses,
) -> Result<Secret<String>, ApiError> {
    let block = STANDARD.decode(responses.require(SECRET_BLOCK)?.expose());
    let session = URL_SAFE_NO_PAD.encode(block.map_err(|_| ApiError::SessionInvalid)?);
    match given {
        Some(given) if given.expose() != &session => Err(ApiError::SessionInvalid),
        _ => Ok(Secret::new(session)),
    }
}

/// Takes the claim.
pub(crate) async fn answer(
    cx: &Cx,
    session: Session,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    let State::PasswordVerifier { offer, leg } = &session.state else {
        return Err(ApiError::SessionInvalid);
    };
    let leg = *leg;
    let offer = Offer::from_bytes(offer).map_err(ApiError::internal)?;
    let claim = claim(cx, responses)?;
    let Target { sub, kept } = passwords::target(cx, &session.name).await?;
    let record = SrpRecord::of(cx, &sub, kept.as_ref())?;
    let accepted = record.accepts(cx, offer, claim).await?;
    let next = cx
        .write(move |txn, cx| {
            let spent = session.spend(txn)?;
            let subject = Subject::find(txn, cx, &session.name)?;
            session.check_subject(&subject)?;
            let tried = kept.as_ref().filter(|_| accepted);
            let is_right = |now: &_| tried.is_some_and(|tried| tried.matches(now));
            let user = match passwords::judge(txn, cx, subject, is_right)? {
                Ok(_) if leg == SrpLeg::Custom => {
                    return Ok(Err(ApiError::CustomAuthNotConfigured));
                }
                Ok(user) => user,
                // Committed all the same: the attempt counts.
                Err(refusal) => return Ok(Err(refusal)),
            };
            let proved = Proved {
                spent,
                user,
                name: session.name.clone(),
                proofs: Proofs::of(Amr::Pwd),
            };
            gate::proceed(txn, cx, proved).map(Ok)
        })
        .await??;
    next.outcome(cx).await
}

pub(super) fn claim(cx: &Cx, responses: &Responses) -> Result<SrpClaim, ApiError> {
    let text = |name| responses.require(name).map(|value| value.expose().clone());
    let timestamp = text("TIMESTAMP")?;
    let claimed: Timestamp = timestamp.parse().map_err(|_| ApiError::InvalidTimestamp)?;
    if claimed.unix_seconds().abs_diff(cx.now.seconds()) > CLOCK_SKEW.as_secs() {
        return Err(ApiError::TimestampOutOfRange);
    }
    let secret_block = STANDARD.decode(text(SECRET_BLOCK)?);
    Ok(SrpClaim {
        secret_block: secret_block.map_err(|_| ApiError::SessionInvalid)?,
        timestamp,
        signature: text("PASSWORD_CLAIM_SIGNATURE")?,
    })
}
