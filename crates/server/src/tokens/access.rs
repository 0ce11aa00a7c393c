//! Who is behind an access token.

use poolhouse_domain::user::UserStatus;
use poolhouse_domain::{ClientId, PoolId, Secret, Sub};
use serde::Deserialize;

use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::cx::{Cx, UserCx};
use crate::tokens::claims::ADMIN_SCOPE;

/// The claims that we read again.
#[derive(Deserialize)]
struct Claims {
    sub: Sub,
    client_id: ClientId,
    origin_jti: Option<String>,
    event_id: String,
    scope: String,
    exp: i64,
}

impl UserCx {
    /// The context of a request that shows an access token: signed by one of our pools for access,
    /// not expired, of a sign-in that was not revoked, and of an account that may be used.
    pub(crate) async fn of_token(app: &App, token: &Secret<String>) -> Result<Self, ApiError> {
        let token = token.expose();
        let claims: Option<Claims> = app.access_key(token).and_then(|key| key.verify(token));
        let claims = claims.ok_or(ApiError::AccessTokenInvalid)?;
        let cx = Cx::of_client(app, claims.client_id.as_str())?;
        if cx.now.seconds() >= claims.exp {
            return Err(ApiError::AccessTokenExpired);
        }
        if !claims.scope.split(' ').any(|scope| scope == ADMIN_SCOPE) {
            return Err(ApiError::AccessTokenScope);
        }
        let origin_jti = claims.origin_jti.unwrap_or(claims.event_id);
        let (user, family) = cx
            .read(move |txn, cx| {
                let pool: &PoolId = &cx.pool.id;
                txn.ask_ahead(|txn| {
                    txn.user_get(pool, &claims.sub)?;
                    txn.refresh_family_get(pool, &claims.sub, &origin_jti)
                });
                let user = txn
                    .user_get(pool, &claims.sub)?
                    .ok_or(ApiError::UserNotFound)?;
                let family = txn.refresh_family_get(pool, &claims.sub, &origin_jti)?;
                let family = family
                    .filter(|family| !family.revoked)
                    .ok_or(ApiError::AccessTokenRevoked)?;
                Ok((user, family))
            })
            .await?;
        match user.status {
            _ if !user.enabled => Err(ApiError::UserDisabled),
            UserStatus::Unconfirmed => Err(ApiError::UserNotConfirmed),
            UserStatus::ResetRequired => Err(ApiError::PasswordResetRequired),
            // A new password is asked for at the next sign-in; this one went before.
            UserStatus::Confirmed | UserStatus::ForceChangePassword => Ok(Self {
                cx,
                user,
                auth_time: family.auth_time,
                origin_jti: family.origin_jti,
            }),
        }
    }
}
