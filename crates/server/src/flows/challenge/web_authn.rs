//! `WEB_AUTHN`: a passkey signs in, one of the person's or, where nobody was named, anybody's.
//!
//! To ask writes nothing: the challenge rides in the Session. To answer spends the Session before
//! the assertion is looked at, so that a Session is worth one assertion. Wrong ones are not counted
//! against the factor: there is nothing to guess, and whoever could switch off a stranger's passkey
//! would.

use std::collections::BTreeMap;

use poolhouse_domain::challenge::ChallengeName;
use poolhouse_domain::gate::Proofs;
use poolhouse_domain::passkey::{
    Attachment, FactorConfiguration, MAX_PASSKEYS, Passkey, USERNAMELESS,
};
use poolhouse_domain::pool::{FirstFactor, Mfa, MfaMethod};
use poolhouse_domain::throttle::{Counter, FactorFailures};
use poolhouse_domain::token::Amr;
use poolhouse_domain::{Sub, random};
use poolhouse_store::{Credentials, Txn};
use poolhouse_webauthn::{
    AuthenticationResponse, Check, ExpectedUser, RequestOptions, StoredCredential,
    VerifiedAuthentication, authentication,
};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::ceremony::{Refused, settle};
use crate::flows::gate::{self, Next, Proved};
use crate::flows::passkeys::attachment;
use crate::flows::responses::Responses;
use crate::flows::session::{self, Session, Spent, State};
use crate::flows::subject::Subject;
use crate::flows::{Outcome, first_factors, passkey_decoys};

/// The passkeys that `subject` could sign in with here; a decoy's are made up.
pub(crate) fn usable(
    txn: &mut Txn<'_>,
    cx: &Cx,
    subject: &Subject,
) -> Result<Vec<StoredCredential>, ApiError> {
    let Some(party) = &cx.pool.relying_party else {
        return Ok(Vec::new());
    };
    if subject.user.is_none() {
        return Ok(passkey_decoys::of(cx, &subject.sub));
    }
    let passkeys = txn.passkey_list(&cx.pool.id, &subject.sub, None, MAX_PASSKEYS)?;
    let usable = passkeys
        .into_iter()
        .filter(|passkey| passkey.relying_party_id == party.id);
    Ok(usable.map(stored).collect())
}

/// Whether [`usable`] has any.
pub(crate) fn is_usable(cx: &Cx, subject: &Subject, on_record: Credentials) -> bool {
    cx.pool.relying_party.is_some()
        && match &subject.user {
            Some(_) => on_record.passkey,
            None => !passkey_decoys::of(cx, &subject.sub).is_empty(),
        }
}

/// Whether `name` asks for a sign-in without a name, and the pool has it. Otherwise it is a name
/// like any other.
pub(crate) fn is_usernameless(cx: &Cx, name: &str, preferred: Option<ChallengeName>) -> bool {
    let config = &cx.pool.config;
    let two = FactorConfiguration::MultiFactorWithUserVerification;
    name == USERNAMELESS
        && preferred == Some(ChallengeName::WebAuthn)
        && config.passkeys.usernameless
        && config.allows(FirstFactor::WebAuthn)
        && cx.pool.relying_party.is_some()
        // Whoever it is may have passkeys that are two factors.
        && (config.mfa != Mfa::On || config.passkeys.factor == two)
}

/// Asks ahead for what [`offer`] reads of whoever `stand_in` stands for.
pub(crate) fn ask_ahead(txn: &mut Txn<'_>, cx: &Cx, stand_in: &Subject) -> Result<(), ApiError> {
    txn.passkey_list(&cx.pool.id, &stand_in.sub, None, MAX_PASSKEYS)?;
    Ok(())
}

/// Asks the person for one of their passkeys.
pub(crate) fn offer(
    txn: &mut Txn<'_>,
    cx: &Cx,
    subject: &Subject,
    typed: &str,
    available: Vec<ChallengeName>,
) -> Result<Outcome, ApiError> {
    let challenge = random::bytes(cx.app.random());
    let asked = Asked {
        session: session::seal(cx, subject, typed, State::WebAuthn { challenge })?,
        challenge,
        allowed: usable(txn, cx, subject)?,
    };
    asked.outcome(cx, available)
}

/// Asks whoever it is for a passkey that knows its user.
pub(crate) fn offer_to_anybody(cx: &Cx, typed: &str) -> Result<Outcome, ApiError> {
    let challenge = random::bytes(cx.app.random());
    let state = State::DiscoverableWebAuthn { challenge };
    let asked = Asked {
        session: session::seal_for(cx, &Sub::new(typed), typed, state)?,
        challenge,
        allowed: Vec::new(),
    };
    asked.outcome(cx, vec![ChallengeName::WebAuthn])
}

/// Takes the assertion.
pub(crate) async fn answer(
    cx: &Cx,
    session: Session,
    responses: &Responses,
) -> Result<Outcome, ApiError> {
    let response = AuthenticationResponse::from_json(responses.require("CREDENTIAL")?.expose());
    let next = cx
        .write(move |txn, cx| {
            txn.ask_ahead(|txn| ask_ahead_of_answer(txn, cx, &session, response.as_ref().ok()));
            let spent = session.spend(txn)?;
            // Committed all the same: the Session is spent.
            settle(match &response {
                Ok(response) => judge(txn, cx, &session, response)
                    .and_then(|proof| admit(txn, cx, spent, &session.name, proof)),
                Err(error) => Err(Refused::Step(error.clone())),
            })
        })
        .await?
        // All that can be wrong with an assertion sounds alike.
        .map_err(|refused| refused.log(|_| ApiError::IncorrectCredentials))?;
    next.outcome(cx).await
}

/// Asks ahead for what an answer reads, once its Session is spent.
fn ask_ahead_of_answer(
    txn: &mut Txn<'_>,
    cx: &Cx,
    session: &Session,
    response: Option<&AuthenticationResponse>,
) -> Result<(), ApiError> {
    let pool = &cx.pool.id;
    txn.session_spend(&session.id, session.expires_at)?;
    let Some(response) = response else {
        return Ok(());
    };
    txn.passkey_get(pool, response.credential_id())?;
    let sub = match (&session.state, response.user_handle().map(str::from_utf8)) {
        // No text of the store's has a zero in it.
        (State::DiscoverableWebAuthn { .. }, Some(Ok(sub))) if !sub.contains('\0') => Sub::new(sub),
        _ => session.sub.clone(),
    };
    txn.user_get(pool, &sub)?;
    txn.factor_failures_list(pool, &sub)?;
    Ok(())
}

/// What is put to the client.
struct Asked {
    session: poolhouse_domain::Secret<String>,
    challenge: [u8; 32],
    allowed: Vec<StoredCredential>,
}

impl Asked {
    fn outcome(self, cx: &Cx, available: Vec<ChallengeName>) -> Result<Outcome, ApiError> {
        let party = cx.pool.relying_party.as_ref();
        let party = party.ok_or(ApiError::SessionInvalid)?;
        let timeout = cx.client.config.auth_session_validity.as_millis();
        let options = RequestOptions {
            challenge: &self.challenge,
            timeout_ms: u32::try_from(timeout).unwrap_or(u32::MAX),
            rp_id: &party.id,
            allow_credentials: &self.allowed,
            user_verification: party.user_verification,
        };
        let options = serde_json::to_string(&options).map_err(ApiError::internal)?;
        Ok(Outcome::Challenge {
            name: ChallengeName::WebAuthn,
            session: self.session,
            parameters: BTreeMap::from([("CREDENTIAL_REQUEST_OPTIONS", options)]),
            available,
        })
    }
}

/// An assertion that is right, and the passkey that made it.
struct Proof {
    passkey: Passkey,
    verified: VerifiedAuthentication,
}

/// Verifies an assertion. One of an unknown passkey, or of another's, takes the same steps and fails
/// as a bad signature does (WebAuthn Level 3 §7.2 step 25 with §14.6.2).
fn judge(
    txn: &mut Txn<'_>,
    cx: &Cx,
    session: &Session,
    response: &AuthenticationResponse,
) -> Result<Proof, Refused> {
    let party = cx.pool.relying_party.as_ref();
    let party = party.ok_or(ApiError::SessionInvalid)?;
    let mut known = txn
        .passkey_get(&cx.pool.id, response.credential_id())?
        .filter(|passkey| passkey.relying_party_id == party.id);
    let named = session.sub.as_str().as_bytes();
    let (challenge, user, handle) = match &session.state {
        State::WebAuthn { challenge } => {
            known = known.filter(|passkey| passkey.sub == session.sub);
            // Step 5 follows from step 6: allowCredentials were all passkeys of this user.
            let user = ExpectedUser::Identified {
                user_handle: named,
                allow_credentials: &[],
            };
            (challenge, user, named)
        }
        State::DiscoverableWebAuthn { challenge } => {
            let handle = response.user_handle().unwrap_or_default();
            (challenge, ExpectedUser::Discoverable, handle)
        }
        _ => return Err(ApiError::SessionInvalid.into()),
    };
    let record = match &known {
        Some(passkey) => stored(passkey.clone()),
        None => passkey_decoys::stand_in(cx, response.credential_id(), handle),
    };
    let verdict = authentication::verify(
        response,
        &party.expectations(challenge),
        user,
        Some(&record),
    );
    match (verdict, known) {
        (Ok(verified), Some(passkey)) => Ok(Proof { passkey, verified }),
        (Ok(_), None) => Err(ApiError::IncorrectCredentials.into()),
        (Err(error), Some(passkey)) if error.check() == Check::SignCount => {
            Err(Refused::Cloned(passkey.sub))
        }
        (Err(error), _) => Err(Refused::Step(error)),
    }
}

/// Records the use of the passkey and lets its user in, if the account may be used.
fn admit(
    txn: &mut Txn<'_>,
    cx: &Cx,
    spent: Spent,
    name: &str,
    Proof { passkey, verified }: Proof,
) -> Result<Next, Refused> {
    let pool = &cx.pool.id;
    let user = txn
        .user_get(pool, &passkey.sub)?
        .filter(|user| first_factors::may_begin_with(cx, &user.mfa, FirstFactor::WebAuthn))
        .ok_or(ApiError::IncorrectCredentials)?;
    let failures = txn.factor_failures_list(pool, &passkey.sub)?;
    let used = verified.credential();
    if !txn.passkey_use(pool, &passkey, used.sign_count, used.backup_state, cx.now)? {
        return Err(Refused::Cloned(passkey.sub));
    }
    // A passkey is proof enough that the owner is back: factors that strangers switched off by
    // guessing may be used again (D2).
    let factors = [
        FirstFactor::EmailOtp,
        FirstFactor::SmsOtp,
        FirstFactor::Password,
    ];
    let methods = MfaMethod::ALL.map(Counter::Mfa);
    let counters = factors.map(Counter::Factor).into_iter().chain(methods);
    for counter in counters.filter(|counter| has(&failures, *counter)) {
        txn.factor_failures_reset(pool, &passkey.sub, counter)?;
    }
    let reached = verified.attachment().map(attachment).or(passkey.attachment);
    let amr = match reached {
        Some(Attachment::CrossPlatform) => Amr::Hwk,
        Some(Attachment::Platform) | None => Amr::Swk,
    };
    let two =
        cx.pool.config.passkeys.factor == FactorConfiguration::MultiFactorWithUserVerification;
    let proofs = Proofs::of(amr);
    let proved = Proved {
        spent,
        user,
        name: name.to_owned(),
        // There the assertion would not have been right without user verification.
        proofs: if two { proofs.and(Amr::Mfa) } else { proofs },
    };
    Ok(gate::proceed(txn, cx, proved)?)
}

fn has(failures: &[(String, FactorFailures)], counter: Counter) -> bool {
    failures.iter().any(|(word, _)| word == counter.as_str())
}

fn stored(passkey: Passkey) -> StoredCredential {
    StoredCredential {
        user_handle: passkey.sub.as_str().as_bytes().to_vec(),
        id: passkey.credential_id,
        public_key: passkey.public_key,
        sign_count: passkey.sign_count,
        uv_initialized: passkey.uv_initialized,
        transports: passkey.transports,
        backup_eligible: passkey.backup_eligible,
        backup_state: passkey.backup_state,
    }
}
