//! `DEVICE_SRP_AUTH` and `DEVICE_PASSWORD_VERIFIER`: a device that is remembered shows that it is the one
//! whose key was named, by SRP, as a password is shown.
//!
//! Whoever comes here has proved all that is asked of them. Their Session is worth one claim, however
//! often they begin; wrong ones are not counted, for there is nothing to guess: a device's secret is 40
//! random bytes.

use std::collections::BTreeMap;

use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::device::{Device, DeviceKey};
use poolhouse_domain::gate::Proofs;
use poolhouse_srp::server::State as Offer;

use super::srp;
use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::gate::{self, Proved};
use crate::flows::responses::Responses;
use crate::flows::session::{self, Session, State};
use crate::flows::{Outcome, devices};
use crate::passwords::SrpRecord;

/// Asks for A. There are no parameters: clients know their device, and some take what is told here for
/// another user's name.
pub(crate) fn offer(cx: &Cx, proved: Proved) -> Result<Outcome, ApiError> {
    let Proved {
        user, name, proofs, ..
    } = proved;
    Ok(Outcome::Challenge {
        name: ChallengeName::DeviceSrpAuth,
        session: session::seal_for(cx, &user.sub, &name, State::DeviceSrpAuth { proofs })?,
        parameters: BTreeMap::new(),
        available: Vec::new(),
    })
}

/// Takes A or the claim, whichever the Session is for.
pub(crate) async fn answer(
    cx: &Cx,
    session: Session,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    match session.state.clone() {
        State::DeviceSrpAuth { proofs } => begin(cx, &session, proofs, responses).await,
        State::DevicePasswordVerifier { offer, proofs } => {
            let offer = Offer::from_bytes(&offer).map_err(ApiError::internal)?;
            finish(cx, session, offer, proofs, responses).await
        }
        _ => Err(ApiError::SessionInvalid),
    }
}

/// Takes A, and asks for the claim. To ask writes nothing.
async fn begin(
    cx: &Cx,
    session: &Session,
    proofs: Proofs,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    let a = srp::public_value(responses.require("SRP_A")?)?;
    let device = device(cx, session, responses).await?;
    let record = SrpRecord::of_device(devices::group_key(cx, &session.sub), &device)?;
    let (offer, mut parameters) = srp::offer_b(cx, record, a, &session.sub).await?;
    let state = State::DevicePasswordVerifier { offer, proofs };
    let session = session::move_on(cx, session, state)?;
    parameters.extend([
        ("SECRET_BLOCK", srp::secret_block(&session)?),
        ("DEVICE_KEY", device.key.as_str().to_owned()),
    ]);
    Ok(Outcome::Challenge {
        name: ChallengeName::DevicePasswordVerifier,
        session,
        parameters,
        available: Vec::new(),
    })
}

/// Takes the claim.
async fn finish(
    cx: &Cx,
    session: Session,
    offer: Offer,
    proofs: Proofs,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    let claim = srp::claim(cx, responses)?;
    let device = device(cx, &session, responses).await?;
    let record = SrpRecord::of_device(devices::group_key(cx, &session.sub), &device)?;
    let accepted = record.accepts(cx, offer, claim).await?;
    let next = cx
        .write(move |txn, cx| {
            // Forgotten while the claim was looked at: nothing is spent for that.
            devices::named(txn, cx, &session.sub)?.ok_or(ApiError::DeviceNotFound)?;
            let spent = session.spend(txn)?;
            if !accepted {
                // Committed all the same: the Session is spent.
                return Ok(Err(ApiError::IncorrectCredentials));
            }
            let proved = Proved {
                spent,
                user: session.user(txn, cx)?,
                name: session.name.clone(),
                proofs: proofs.clone().and_device(device.key.clone()),
            };
            gate::proceed(txn, cx, proved).map(Ok)
        })
        .await??;
    next.outcome(cx).await
}

/// The device that the Session is about, which the answer has to name as well.
async fn device(cx: &Cx, session: &Session, responses: &Responses) -> Result<Device, ApiError> {
    let named = DeviceKey::parse(responses.require("DEVICE_KEY")?.expose());
    if named != session.device(cx) {
        return Err(ApiError::SessionInvalid);
    }
    let session = session.clone();
    cx.read(move |txn, cx| {
        session.check_unspent(txn)?;
        devices::named(txn, cx, &session.sub)?.ok_or(ApiError::DeviceNotFound)
    })
    .await
}
