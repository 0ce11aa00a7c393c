//! Staying signed in, and signing out.

use poolhouse_domain::Secret;
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::token::RefreshRefusal;

use crate::awsjson::error::ApiError;
use crate::client_proof;
use crate::cx::{Cx, UserCx};
use crate::tokens::{self, SignIn, Tokens};

/// How a client shows its secret when it refreshes.
pub(crate) enum Proof {
    /// It was looked at already.
    Checked,
    /// By a hash over the name of the user, who is known by the token alone.
    Hash(Option<Secret<String>>),
}

/// New access and id tokens for a refresh token. `auth_time` and `amr` stay those of the sign-in.
pub(crate) async fn refresh(
    cx: &Cx,
    token: &Secret<String>,
    proof: Proof,
) -> Result<Tokens, ApiError> {
    cx.require_flow(AuthFlow::AllowRefreshTokenAuth, "REFRESH_TOKEN_AUTH")?;
    let hash = tokens::refresh::hash(cx, token);
    let sign_in = cx
        .read(move |txn, cx| {
            let family = txn.refresh_family_find(&cx.pool.id, &hash)?;
            let family = family.ok_or(ApiError::RefreshTokenInvalid)?;
            if let Proof::Hash(shown) = &proof {
                let shown = shown.as_ref().map(|shown| shown.expose().as_str());
                client_proof::check_refresh(&cx.client, family.sub.as_str(), shown)?;
            }
            family.check(&cx.client.id, cx.now).map_err(refused)?;
            let user = txn
                .user_get(&cx.pool.id, &family.sub)?
                .ok_or(ApiError::UserNotFound)?;
            if !user.enabled {
                return Err(ApiError::UserDisabled);
            }
            Ok(SignIn::resume(user, family))
        })
        .await?;
    tokens::issue(cx, &sign_in)
}

/// Ends the sign-in that a refresh token belongs to: all its tokens are dead. A token that is
/// unknown, or dead already, is no error (RFC 7009 §2.2).
pub(crate) async fn revoke(cx: &Cx, token: &Secret<String>) -> Result<(), ApiError> {
    if token.expose().contains('.') {
        // Only refresh tokens can be revoked; access and id tokens are JWTs.
        return Err(ApiError::UnsupportedToken);
    }
    let hash = tokens::refresh::hash(cx, token);
    cx.write(move |txn, cx| {
        let Some(family) = txn.refresh_family_find(&cx.pool.id, &hash)? else {
            return Ok(());
        };
        if family.client_id != cx.client.id {
            return Err(ApiError::UnauthorizedToken);
        }
        txn.refresh_family_revoke(&cx.pool.id, &family.origin_jti)?;
        Ok(())
    })
    .await
}

/// Ends every sign-in of the user, everywhere.
pub(crate) async fn sign_out_everywhere(user: &UserCx) -> Result<(), ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            txn.refresh_families_revoke(&cx.pool.id, &sub)?;
            Ok(())
        })
        .await
}

const fn refused(why: RefreshRefusal) -> ApiError {
    match why {
        RefreshRefusal::Revoked => ApiError::RefreshTokenRevoked,
        RefreshRefusal::Expired => ApiError::RefreshTokenExpired,
        RefreshRefusal::OtherClient => ApiError::RefreshTokenInvalid,
    }
}
