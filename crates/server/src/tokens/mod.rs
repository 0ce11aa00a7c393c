//! Tokens: made when a sign-in is complete, and checked when somebody comes back with one.

pub(crate) mod access;
mod claims;
pub(crate) mod jws;
pub(crate) mod keys;
mod known;
pub(crate) mod refresh;

use std::time::Duration;

use poolhouse_domain::token::{Amr, RefreshFamily};
use poolhouse_domain::user::User;
use poolhouse_domain::{Secret, random};
use poolhouse_store::{KeyUsage, Txn};
use tokio::try_join;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::devices::{self, NewDevice, OnDevice};
use crate::tokens::jws::Unsigned;
use crate::tokens::refresh::RefreshToken;

/// What a client gets (`AuthenticationResultType`).
pub(crate) struct Tokens {
    pub(crate) access: Secret<String>,
    pub(crate) id: Secret<String>,
    /// At sign-in, and under rotation at each refresh.
    pub(crate) refresh: Option<Secret<String>>,
    /// If it signed in on a device that is not known yet.
    pub(crate) new_device: Option<NewDevice>,
    /// Of the access token.
    pub(crate) expires_in: Duration,
}

/// A sign-in that is on record, and for which tokens can be made.
pub(crate) struct SignIn {
    pub(crate) user: User,
    pub(crate) family: RefreshFamily,
    /// Known only now: the store has its hash.
    refresh: Option<RefreshToken>,
    new_device: Option<NewDevice>,
}

impl SignIn {
    /// Records that `user` proved themselves now, on `device`: a new refresh family.
    pub(crate) fn begin(
        txn: &mut Txn<'_>,
        cx: &Cx,
        user: User,
        amr: Vec<Amr>,
        device: Option<OnDevice>,
    ) -> Result<Self, ApiError> {
        let (device, is_new) = match device {
            Some(OnDevice::Known(key)) => (Some(key), false),
            Some(OnDevice::New(key)) => (Some(key), true),
            None => (None, false),
        };
        let new_device = device.clone().filter(|_| is_new).map(|key| NewDevice {
            key,
            group_key: devices::group_key(cx, &user.sub),
        });
        let family = RefreshFamily {
            origin_jti: random::uuid(cx.app.random()),
            sub: user.sub.clone(),
            client_id: cx.client.id.clone(),
            auth_time: cx.now,
            amr,
            device,
            expires_at: cx.now + cx.client.config.refresh_token_validity,
            generation: 0,
            rotated_at: cx.now,
            last_active_at: cx.now,
            revoked: false,
        };
        let refresh = RefreshToken::generate(cx, &family);
        txn.refresh_family_insert(&cx.pool.id, &family, &refresh.hash(cx))?;
        Ok(Self {
            user,
            family,
            refresh: Some(refresh),
            new_device,
        })
    }

    /// Goes on with a sign-in of earlier; `refresh` is the token that replaces the one that was shown.
    pub(crate) const fn resume(
        user: User,
        family: RefreshFamily,
        refresh: Option<RefreshToken>,
    ) -> Self {
        Self {
            user,
            family,
            refresh,
            new_device: None,
        }
    }
}

/// Makes the tokens. To be called after the sign-in was committed: signing is slow.
pub(crate) async fn issue(cx: &Cx, sign_in: SignIn) -> Result<Tokens, ApiError> {
    let (access, id) = unsigned(cx, &sign_in)?;
    let slow_work = cx.app.slow_work();
    let (access, id) = try_join!(
        slow_work.run_short(|| access.sign()),
        slow_work.run_short(|| id.sign()),
    )?;
    Ok(Tokens {
        access: access?,
        id: id?,
        refresh: sign_in.refresh.map(|token| token.text(cx)),
        new_device: sign_in.new_device,
        expires_in: cx.client.config.access_token_validity,
    })
}

/// The access token and the id token.
fn unsigned(cx: &Cx, sign_in: &SignIn) -> Result<(Unsigned, Unsigned), ApiError> {
    let event_id = random::uuid(cx.app.random());
    let keys = cx.pool.keys.load();
    let key = |usage| keys.signing(usage, cx.now);
    let access = key(KeyUsage::Access)?.token(&claims::access(cx, sign_in, &event_id))?;
    let id = key(KeyUsage::Id)?.token(&claims::id(cx, sign_in, &event_id))?;
    Ok((access, id))
}
