//! First factors: what somebody has to sign in with, and what of it is open to them now.

use poolhouse_domain::Sub;
use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::mfa::MfaSettings;
use poolhouse_domain::passkey::is_offered;
use poolhouse_domain::pool::{ContactAttribute, FirstFactor};
use poolhouse_domain::user::UserStatus;
use poolhouse_store::{Credentials, Txn};

use crate::awsjson::error::ApiError;
use crate::cx::{Cx, UserCx};
use crate::flows::challenge::web_authn;
use crate::flows::subject::Subject;
use crate::flows::{mfa, passwords};

/// Asks ahead for what [`available`] reads of whoever `stand_in` stands for.
pub(crate) fn ask_ahead(txn: &mut Txn<'_>, cx: &Cx, stand_in: &Subject) -> Result<(), ApiError> {
    credentials(txn, cx, &stand_in.sub)?;
    txn.factor_failures_list(&cx.pool.id, &stand_in.sub)?;
    Ok(())
}

/// What `sub` has on record to sign in with here. It is looked for whatever the pool allows and whoever it is:
/// strangers cost what people do.
pub(crate) fn credentials(txn: &mut Txn<'_>, cx: &Cx, sub: &Sub) -> Result<Credentials, ApiError> {
    let party = cx.pool.relying_party.as_ref();
    let party = party.map_or("", |party| party.id.as_str());
    Ok(txn.credentials(&cx.pool.id, sub, party)?)
}

/// Every factor that the person could prove now, in Cognito's order.
pub(crate) fn available(
    txn: &mut Txn<'_>,
    cx: &Cx,
    subject: &Subject,
) -> Result<Vec<ChallengeName>, ApiError> {
    let eligible = eligible(txn, cx, subject)?;
    if eligible.is_empty() {
        return Err(ApiError::NoFactor);
    }
    let failures = txn.factor_failures_list(&cx.pool.id, &subject.sub)?;
    let is_disabled = |factor: FirstFactor| {
        let mut failures = failures.iter();
        failures.any(|(word, failures)| word == factor.as_str() && failures.is_disabled(cx.now))
    };
    let mut available = Vec::new();
    for factor in eligible {
        if !is_disabled(factor) {
            available.extend(ChallengeName::of_factor(factor));
        }
    }
    if available.is_empty() {
        Err(ApiError::AttemptLimitExceeded)
    } else {
        Ok(available)
    }
}

/// Whether whoever is called `name` could begin with `factor` now.
pub(crate) async fn is_open(cx: &Cx, name: &str, factor: FirstFactor) -> Result<bool, ApiError> {
    let name = name.to_owned();
    cx.read(move |txn, cx| {
        let subject = Subject::find(txn, cx, &name)?;
        let available = available(txn, cx, &subject)?;
        let of_factor = ChallengeName::of_factor(factor);
        Ok(of_factor.iter().any(|name| available.contains(name)))
    })
    .await
}

/// The first factors that a signed-in user can sign in with.
pub(crate) async fn list(user: &UserCx) -> Result<Vec<FirstFactor>, ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .read(move |txn, cx| {
            let subject = Subject::find(txn, cx, sub.as_str())?;
            eligible(txn, cx, &subject)
        })
        .await
}

/// Whether the pool, by its rules on second factors too, lets somebody begin with `factor` who decided
/// so about theirs.
pub(crate) fn may_begin_with(cx: &Cx, settings: &MfaSettings, factor: FirstFactor) -> bool {
    let config = &cx.pool.config;
    config.allows(factor) && is_offered(factor, config.mfa, settings, config.passkeys.factor)
}

/// Every first factor that the pool offers and the person has, in Cognito's order.
fn eligible(txn: &mut Txn<'_>, cx: &Cx, subject: &Subject) -> Result<Vec<FirstFactor>, ApiError> {
    let mut eligible = Vec::new();
    let given_password = subject
        .user
        .as_ref()
        .is_some_and(|user| user.status == UserStatus::ForceChangePassword);
    let has = credentials(txn, cx, &subject.sub)?;
    let settings = mfa::settings(cx, subject);
    let open = FirstFactor::ALL
        .into_iter()
        .filter(|factor| may_begin_with(cx, &settings, *factor));
    for factor in open {
        let has_it = match factor {
            FirstFactor::Password => passwords::has_one(cx, subject, has),
            _ if given_password => false,
            // Proved or not: a code proves it.
            FirstFactor::EmailOtp => subject.contact(ContactAttribute::Email).is_some(),
            FirstFactor::SmsOtp => subject.contact(ContactAttribute::PhoneNumber).is_some(),
            FirstFactor::WebAuthn => web_authn::is_usable(cx, subject, has),
        };
        if has_it {
            eligible.push(factor);
        }
    }
    Ok(eligible)
}
