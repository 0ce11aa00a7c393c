//! Devices: which one a sign-in is on, and minding those that one has.
//!
//! A client names its device by a key that is no secret; what it may do for its user, it may only
//! after it has proved itself. A key that the user does not have, because nobody or somebody else has
//! it or because it was forgotten, is refused in the one text that clients know, and nothing is
//! counted or spent for it: they ask the same again without the key.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use poolhouse_domain::audit::AuditKind;
use poolhouse_domain::device::{Device, DeviceConfig, DeviceKey};
use poolhouse_domain::token::RefreshFamily;
use poolhouse_domain::{Secret, Sub, Timestamp};
use poolhouse_srp::{Salt, Verifier};
use poolhouse_store::{StoreError, Txn};

use crate::awsjson::error::ApiError;
use crate::cx::{Cx, UserCx};
use crate::flows::audit;
use crate::flows::session::Session;
use crate::flows::subject::Subject;

/// What a client needs to set up a device that it may sign in with from then on
/// (`NewDeviceMetadataType`).
#[derive(Clone, Debug)]
pub(crate) struct NewDevice {
    pub(crate) key: DeviceKey,
    pub(crate) group_key: String,
}

/// The device that a sign-in is on.
pub(crate) enum OnDevice {
    /// One that the user has confirmed.
    Known(DeviceKey),
    /// One that is yet to be confirmed.
    New(DeviceKey),
}

/// The device that `sub` signs in on now: the one that the client named, if they have it, or else a
/// new one. None in a pool that remembers no devices.
pub(crate) fn of_sign_in(
    txn: &mut Txn<'_>,
    cx: &Cx,
    sub: &Sub,
) -> Result<Option<OnDevice>, ApiError> {
    if cx.pool.config.devices.is_none() {
        return Ok(None);
    }
    if let Some(key) = &cx.device
        && txn.device_use(&cx.pool.id, sub, key, cx.from, cx.now)?
    {
        return Ok(Some(OnDevice::Known(key.clone())));
    }
    let key = DeviceKey::generate(&cx.pool.id, cx.app.random());
    Ok(Some(OnDevice::New(key)))
}

/// The device that the client named, if `sub` has it.
pub(crate) fn named(txn: &mut Txn<'_>, cx: &Cx, sub: &Sub) -> Result<Option<Device>, ApiError> {
    match &cx.device {
        Some(key) => Ok(txn.device_get(&cx.pool.id, sub, key)?),
        None => Ok(None),
    }
}

/// `DeviceGroupKey`: what all devices of a user have in common. It is made up from their `sub` and
/// always the same, so that nothing has to be kept of a device that is never confirmed.
pub(crate) fn group_key(cx: &Cx, sub: &Sub) -> String {
    let fields = [cx.pool.id.as_str().as_bytes(), sub.as_str().as_bytes()];
    let hash = cx.app.secrets().devices.of(&fields);
    format!("-{}", URL_SAFE_NO_PAD.encode(&hash[..6]))
}

/// The context of an answer to `session`, with the device that it names, or that an earlier request of
/// this sign-in did.
///
/// # Errors
/// `DeviceNotFound` if the answer names one that the user does not have.
pub(crate) async fn recognise(cx: &Cx, session: &Session) -> Result<Cx, ApiError> {
    let mut cx = cx.clone();
    match &cx.device {
        Some(_) => check(&cx, session.sub.clone()).await?,
        None => cx.device = session.device(&cx),
    }
    Ok(cx)
}

/// Refuses a first call that proves something and names a device which `name` does not have.
pub(crate) async fn check_first_call(cx: &Cx, name: &str) -> Result<(), ApiError> {
    if cx.device.is_none() {
        return Ok(());
    }
    let name = name.to_owned();
    let sub = cx.read(move |txn, cx| Ok(Subject::find(txn, cx, &name)?.sub));
    check(cx, sub.await?).await
}

async fn check(cx: &Cx, sub: Sub) -> Result<(), ApiError> {
    cx.read(move |txn, cx| {
        let device = named(txn, cx, &sub)?;
        device.map(|_| ()).ok_or(ApiError::DeviceNotFound)
    })
    .await
}

/// Refuses to refresh what was signed in on a device, unless the client names that one, and it was
/// confirmed and not forgotten since.
pub(crate) fn check_refresh(
    txn: &mut Txn<'_>,
    cx: &Cx,
    family: &RefreshFamily,
) -> Result<(), ApiError> {
    let (Some(_), Some(key)) = (cx.pool.config.devices, &family.device) else {
        return Ok(());
    };
    let named = cx.device.as_ref() == Some(key);
    if named && txn.device_get(&cx.pool.id, &family.sub, key)?.is_some() {
        Ok(())
    } else {
        Err(ApiError::RefreshTokenInvalid)
    }
}

/// What a device says of itself.
pub(crate) struct Confirmation {
    pub(crate) key: DeviceKey,
    pub(crate) name: Option<String>,
    /// In base64, as they are on the wire.
    pub(crate) salt: String,
    pub(crate) verifier: Secret<String>,
}

/// Keeps the device that this sign-in was given the key of, once. Whether the user is to be asked
/// before it is remembered.
pub(crate) async fn confirm(user: &UserCx, given: Confirmation) -> Result<bool, ApiError> {
    let config = config(&user.cx)?;
    let salt = decode(&given.salt).and_then(|bytes| Salt::from_bytes(&bytes).ok());
    let salt = salt.ok_or(ApiError::InvalidDeviceSecret("Salt"))?;
    let verifier = decode(given.verifier.expose());
    let verifier = verifier.and_then(|bytes| Verifier::from_bytes(&bytes).ok());
    let verifier = verifier.ok_or(ApiError::InvalidDeviceSecret("PasswordVerifier"))?;
    let device = Device {
        key: given.key,
        sub: user.user.sub.clone(),
        name: given.name,
        salt: salt.to_bytes(),
        verifier: Secret::new(verifier.to_bytes().to_vec()),
        remembered: !config.asks_user,
        last_ip: user.cx.from,
        created_at: user.auth_time,
        modified_at: user.cx.now,
        authenticated_at: user.auth_time,
    };
    let origin_jti = user.origin_jti.clone();
    user.cx
        .write(move |txn, cx| {
            let pool = &cx.pool.id;
            let family = txn.refresh_family_get(pool, &device.sub, &origin_jti)?;
            // Who forgot a device has ended what was signed in on it: it does not come back by itself.
            family
                .filter(|family| family.device.as_ref() == Some(&device.key))
                .filter(|family| cx.now < family.expires_at)
                .ok_or(ApiError::InvalidDeviceKey)?;
            txn.device_insert(pool, &device)
                .map_err(|error| match error {
                    StoreError::Conflict(_) => ApiError::DeviceKeyExists,
                    other => ApiError::from(other),
                })?;
            audit::note(txn, cx, &device.sub, AuditKind::DeviceConfirmed, "")
        })
        .await?;
    Ok(config.asks_user)
}

/// One of the user's devices, remembered or not.
pub(crate) async fn get(user: &UserCx, key: DeviceKey) -> Result<Device, ApiError> {
    config(&user.cx)?;
    let sub = user.user.sub.clone();
    user.cx
        .read(move |txn, cx| {
            let device = txn.device_get(&cx.pool.id, &sub, &key)?;
            device.ok_or(ApiError::DeviceNotFound)
        })
        .await
}

/// Where a page of devices ended.
pub(crate) struct Place {
    pub(crate) created_at: Timestamp,
    pub(crate) key: DeviceKey,
}

/// At most `limit` of the user's devices that are remembered, oldest first, from the first after
/// `after`.
pub(crate) async fn list(
    user: &UserCx,
    after: Option<Place>,
    limit: usize,
) -> Result<Vec<Device>, ApiError> {
    config(&user.cx)?;
    let sub = user.user.sub.clone();
    user.cx
        .read(move |txn, cx| {
            let after = after.as_ref().map(|place| (place.created_at, &place.key));
            Ok(txn.device_list_remembered(&cx.pool.id, &sub, after, limit)?)
        })
        .await
}

/// Lets one of the user's devices prove itself from now on, or no longer.
pub(crate) async fn remember(
    user: &UserCx,
    key: DeviceKey,
    remembered: bool,
) -> Result<(), ApiError> {
    change(user, move |txn, cx, sub| {
        Ok(txn.device_remember(&cx.pool.id, sub, &key, remembered, cx.now)?)
    })
    .await
}

/// Forgets one of the user's devices. What was signed in on it cannot be refreshed any more.
pub(crate) async fn forget(user: &UserCx, key: DeviceKey) -> Result<(), ApiError> {
    change(user, move |txn, cx, sub| {
        audit::note(txn, cx, sub, AuditKind::DeviceForgotten, "")?;
        Ok(txn.device_delete(&cx.pool.id, sub, &key, cx.now)?)
    })
    .await
}

async fn change(
    user: &UserCx,
    change: impl Fn(&mut Txn<'_>, &Cx, &Sub) -> Result<bool, ApiError> + Send + 'static,
) -> Result<(), ApiError> {
    config(&user.cx)?;
    let sub = user.user.sub.clone();
    let changed = user.cx.write(move |txn, cx| {
        let found = change(txn, cx, &sub)?;
        found.then_some(()).ok_or(ApiError::DeviceNotFound)
    });
    changed.await
}

fn config(cx: &Cx) -> Result<DeviceConfig, ApiError> {
    cx.pool.config.devices.ok_or(ApiError::DevicesNotRemembered)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
