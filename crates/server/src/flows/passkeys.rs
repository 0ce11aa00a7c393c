//! Adding a passkey, and minding those that one has.

use poolhouse_domain::audit::AuditKind;
use poolhouse_domain::passkey::{
    Attachment, MAX_PASSKEYS, Passkey, PasskeyRegistration, REGISTRATION_VALIDITY,
    name_without_model,
};
use poolhouse_domain::pool::{ContactAttribute, FirstFactor};
use poolhouse_domain::user::User;
use poolhouse_domain::{Sub, Timestamp, random};
use poolhouse_store::{StoreError, Txn};
use poolhouse_webauthn::{
    AttestationPolicy, BackupPolicy, Check, CreationOptions, Error, Mediation, RegistrationPolicy,
    RegistrationResponse, VerifiedRegistration, registration,
};
use serde_json::Value;

use crate::awsjson::error::ApiError;
use crate::cx::{Cx, UserCx};
use crate::flows::audit;
use crate::flows::ceremony::{Refused, settle};
use crate::relying_party::RelyingParty;

/// `timeout` of the options, in milliseconds: Cognito's. Later answers are taken all the same, until
/// [`REGISTRATION_VALIDITY`] is over.
const TIMEOUT_MS: u32 = 60_000;

/// Where a page of passkeys ended.
pub(crate) struct Place {
    pub(crate) created_at: Timestamp,
    pub(crate) credential_id: Vec<u8>,
}

/// Begins the registration of a passkey: the options for `navigator.credentials.create()`.
pub(crate) async fn start(user: &UserCx) -> Result<Value, ApiError> {
    let config = &user.cx.pool.config;
    if !config.allows(FirstFactor::WebAuthn) {
        return Err(ApiError::PasskeysNotEnabled);
    }
    let too_long_ago = |limit| user.cx.now.is_past(user.auth_time, limit);
    if config.passkeys.step_up.is_some_and(too_long_ago) {
        return Err(ApiError::PasskeyNeedsFreshSignIn);
    }
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            let party = cx.pool.relying_party.as_ref();
            let party = party.ok_or(ApiError::PasskeysNotConfigured)?;
            let user = txn
                .user_get(&cx.pool.id, &sub)?
                .ok_or(ApiError::UserNotFound)?;
            let known = txn.passkey_list(&cx.pool.id, &sub, None, MAX_PASSKEYS)?;
            if known.len() >= MAX_PASSKEYS {
                return Err(ApiError::PasskeyLimitExceeded);
            }
            let registration = PasskeyRegistration {
                sub: sub.clone(),
                client_id: cx.client.id.clone(),
                challenge: random::bytes(cx.app.random()),
                relying_party_id: party.id.clone(),
                expires_at: cx.now + REGISTRATION_VALIDITY,
            };
            txn.passkey_registration_put(&cx.pool.id, &registration)?;
            options(party, &user, &known, &registration.challenge)
        })
        .await
}

/// Takes the new passkey, as the client got it. A challenge is answered once, rightly or wrongly.
pub(crate) async fn complete(user: &UserCx, credential: &Value) -> Result<(), ApiError> {
    if user.cx.pool.relying_party.is_none() {
        return Err(ApiError::PasskeysNotEnabled);
    }
    let response = match credential {
        // Amplify sends the object, some clients that people write themselves its text.
        Value::String(text) => RegistrationResponse::from_json(text),
        other => RegistrationResponse::from_value(other),
    };
    let response = response.map_err(|error| Refused::Step(error).log(refusal))?;
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            let (pool, client) = (&cx.pool.id, &cx.client.id);
            let Some(registration) = txn.passkey_registration_take(pool, &sub, client)? else {
                let with_another = txn.passkey_registration_is_open(pool, &sub, cx.now)?;
                return Err(if with_another {
                    ApiError::PasskeyClientMismatch
                } else {
                    ApiError::PasskeyChallengeNotFound
                });
            };
            settle(register(txn, cx, &registration, &response))
        })
        .await?
        .map_err(|refused| refused.log(refusal))
}

/// At most `limit` of the user's passkeys, oldest first, from the first after `after`.
pub(crate) async fn list(
    user: &UserCx,
    after: Option<Place>,
    limit: usize,
) -> Result<Vec<Passkey>, ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .read(move |txn, cx| {
            let after = after.as_ref();
            let after = after.map(|place| (place.created_at, place.credential_id.as_slice()));
            Ok(txn.passkey_list(&cx.pool.id, &sub, after, limit)?)
        })
        .await
}

/// Forgets one of the user's passkeys. (The authenticator does not: the client has to tell it.)
pub(crate) async fn delete(user: &UserCx, credential_id: Vec<u8>) -> Result<(), ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            found(txn.passkey_delete(&cx.pool.id, &sub, &credential_id)?)?;
            audit::note(txn, cx, &sub, AuditKind::PasskeyDeleted, "")
        })
        .await
}

/// Gives one of the user's passkeys another name.
pub(crate) async fn rename(
    user: &UserCx,
    credential_id: Vec<u8>,
    name: String,
) -> Result<(), ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            found(txn.passkey_rename(&cx.pool.id, &sub, &credential_id, &name)?)
        })
        .await
}

fn found(found: bool) -> Result<(), ApiError> {
    found.then_some(()).ok_or(ApiError::PasskeyNotFound)
}

fn options(
    party: &RelyingParty,
    user: &User,
    known: &[Passkey],
    challenge: &[u8],
) -> Result<Value, ApiError> {
    let contacts = [ContactAttribute::Email, ContactAttribute::PhoneNumber];
    let contact = contacts
        .iter()
        .find_map(|contact| user.attribute(contact.as_str()));
    let name = contact.unwrap_or_else(|| user.sub.as_str());
    let excluded: Vec<&[u8]> = known
        .iter()
        .filter(|passkey| passkey.relying_party_id == party.id)
        .map(|passkey| passkey.credential_id.as_slice())
        .collect();
    let options = CreationOptions {
        rp_id: &party.id,
        rp_name: &party.id,
        user_handle: user.sub.as_str().as_bytes(),
        user_name: name,
        user_display_name: name,
        challenge,
        algorithms: &party.algorithms,
        timeout_ms: TIMEOUT_MS,
        exclude_credentials: &excluded,
        user_verification: party.user_verification,
    };
    serde_json::to_value(options).map_err(ApiError::internal)
}

/// Judges what came for `registration`, which was taken out before.
fn register(
    txn: &mut Txn<'_>,
    cx: &Cx,
    registration: &PasskeyRegistration,
    response: &RegistrationResponse,
) -> Result<(), Refused> {
    if cx.now >= registration.expires_at {
        return Err(ApiError::PasskeyChallengeNotFound.into());
    }
    let (pool, sub) = (&cx.pool.id, &registration.sub);
    let party = cx.pool.relying_party.as_ref();
    let party = party
        .filter(|party| party.id == registration.relying_party_id)
        .ok_or(ApiError::PasskeyRelyingPartyMismatch)?;
    let is_known = txn.passkey_get(pool, response.credential_id())?.is_some();
    let policy = RegistrationPolicy {
        user_handle: sub.as_str().as_bytes(),
        algorithms: &party.algorithms,
        mediation: Mediation::Prompted,
        backup: BackupPolicy::Any,
        attestation: &AttestationPolicy::default(),
    };
    let expectations = party.expectations(&registration.challenge);
    let verified = registration::verify(response, &expectations, &policy, |_| is_known)
        .map_err(Refused::Step)?;
    if txn.passkey_count(pool, sub)? >= MAX_PASSKEYS {
        return Err(ApiError::PasskeyLimitExceeded.into());
    }
    let passkey = record(verified, sub, party, cx.now);
    txn.passkey_insert(pool, &passkey)
        .map_err(|error| match error {
            StoreError::Conflict(_) => Refused::from(ApiError::PasskeyExists),
            other => other.into(),
        })?;
    Ok(audit::note(txn, cx, sub, AuditKind::PasskeyAdded, "")?)
}

fn record(
    verified: VerifiedRegistration,
    sub: &Sub,
    party: &RelyingParty,
    now: Timestamp,
) -> Passkey {
    let (aaguid, attachment) = (verified.aaguid(), verified.attachment().map(attachment));
    let credential = verified.into_credential();
    let name = aaguid
        .friendly_name()
        .unwrap_or_else(|| name_without_model(attachment, &credential.transports));
    Passkey {
        credential_id: credential.id,
        sub: sub.clone(),
        public_key: credential.public_key,
        sign_count: credential.sign_count,
        uv_initialized: credential.uv_initialized,
        backup_eligible: credential.backup_eligible,
        backup_state: credential.backup_state,
        transports: credential.transports,
        attachment,
        aaguid: aaguid.0,
        name: name.to_owned(),
        relying_party_id: party.id.clone(),
        created_at: now,
        last_used_at: None,
    }
}

/// The verifier's word in the store's.
pub(crate) const fn attachment(said: poolhouse_webauthn::Attachment) -> Attachment {
    match said {
        poolhouse_webauthn::Attachment::Platform => Attachment::Platform,
        poolhouse_webauthn::Attachment::CrossPlatform => Attachment::CrossPlatform,
    }
}

/// What is said of a registration that fails at a step.
fn refusal(error: &Error) -> ApiError {
    match error.check() {
        Check::Challenge => ApiError::PasskeyChallengeNotFound,
        Check::Origin | Check::CrossOrigin | Check::TopOrigin => ApiError::PasskeyOriginNotAllowed,
        Check::RpIdHash => ApiError::PasskeyRelyingPartyMismatch,
        Check::UserPresent
        | Check::UserVerified
        | Check::BackupEligible
        | Check::PublicKey
        | Check::AttestationFormat
        | Check::AttestationStatement
        | Check::AttestationTrust => ApiError::PasskeyNotSupported,
        Check::CredentialIdUnique => ApiError::PasskeyExists,
        Check::Response
        | Check::ClientDataUtf8
        | Check::ClientDataJson
        | Check::Type
        | Check::AuthenticatorData
        | Check::BackupState
        | Check::CredentialIdLength
        | Check::AllowCredentials
        | Check::User
        | Check::Signature
        | Check::SignCount => ApiError::PasskeyInvalid,
    }
}
