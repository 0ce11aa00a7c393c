//! Staying signed in, and signing out.

use poolhouse_domain::Secret;
use poolhouse_domain::audit::AuditKind;
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::token::{RefreshFamily, RefreshRefusal};
use poolhouse_domain::user::UserStatus;
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::client_proof;
use crate::cx::{Cx, UserCx};
use crate::flows::{audit, devices};
use crate::tokens::refresh::RefreshToken;
use crate::tokens::{self, SignIn, Tokens};

/// How a client shows its secret when it refreshes.
pub(crate) enum Proof {
    /// It was looked at already.
    Checked,
    /// By a hash over the name of the user, who is known by the token alone.
    Hash(Option<Secret<String>>),
}

/// New access and id tokens for a refresh token, and where the client rotates them a new refresh
/// token, which lives no longer than the first would have. `auth_time` and `amr` stay those of the
/// sign-in.
///
/// A family has one refresh token that counts: who shows the one before it within the grace gets the
/// same successor again. Any other replaced token was copied, and ends the whole family (RFC 9700
/// §4.14.2).
pub(crate) async fn refresh(
    cx: &Cx,
    token: &Secret<String>,
    proof: Proof,
) -> Result<Tokens, ApiError> {
    require_flow(cx, &proof)?;
    let shown = RefreshToken::parse(cx, token).ok_or(ApiError::RefreshTokenInvalid)?;
    let sign_in = cx
        .write(move |txn, cx| {
            let pool = &cx.pool.id;
            txn.ask_ahead(|txn| {
                shown.family(txn, cx)?;
                txn.user_get(pool, shown.sub())
            });
            let family = shown.family(txn, cx)?;
            let family = family.ok_or(ApiError::RefreshTokenInvalid)?;
            if let Proof::Hash(shown) = &proof {
                let shown = shown.as_ref().map(|shown| shown.expose().as_str());
                client_proof::check_refresh(&cx.client, family.sub.as_str(), shown)?;
            }
            devices::check_refresh(txn, cx, &family)?;
            family
                .check(&cx.client.id, shown.generation, cx.now)
                .map_err(refused)?;
            let user = txn
                .user_get(pool, &family.sub)?
                .ok_or(ApiError::UserNotFound)?;
            if !user.enabled {
                return Err(ApiError::UserDisabled);
            }
            if user.status == UserStatus::ResetRequired {
                return Err(ApiError::PasswordResetRequired);
            }
            match successor(txn, cx, &family, &shown)? {
                Ok(successor) => {
                    txn.refresh_family_touch(pool, &family.sub, &family.origin_jti, cx.now)?;
                    Ok(Ok(SignIn::resume(user, family, successor)))
                }
                Err(refusal) => {
                    txn.refresh_family_revoke(pool, &family.sub, &family.origin_jti)?;
                    audit::note(txn, cx, &family.sub, AuditKind::SignInEnded, "reused")?;
                    // Committed all the same: the family ends.
                    Ok(Err(refused(refusal)))
                }
            }
        })
        .await??;
    tokens::issue(cx, sign_in).await
}

/// Under rotation there is GetTokensFromRefreshToken alone, which needs no leave; without, either way
/// needs the client's.
fn require_flow(cx: &Cx, proof: &Proof) -> Result<(), ApiError> {
    const FLOW: &str = "REFRESH_TOKEN_AUTH";
    match (cx.client.config.rotation_grace, proof) {
        (None, _) => cx.require_flow(AuthFlow::AllowRefreshTokenAuth, FLOW),
        (Some(_), Proof::Checked) => Ok(()),
        (Some(_), Proof::Hash(_)) => Err(ApiError::FlowNotEnabled(FLOW)),
    }
}

/// The token that replaces `shown`, if the client rotates them.
fn successor(
    txn: &mut Txn<'_>,
    cx: &Cx,
    family: &RefreshFamily,
    shown: &RefreshToken,
) -> Result<Result<Option<RefreshToken>, RefreshRefusal>, ApiError> {
    let (pool, sub, jti) = (&cx.pool.id, &family.sub, &family.origin_jti);
    let Some(grace) = cx.client.config.rotation_grace else {
        let counts = shown.generation == family.generation;
        return Ok(counts.then_some(None).ok_or(RefreshRefusal::Reused));
    };
    if shown.generation == family.generation {
        txn.refresh_family_rotate(pool, sub, jti, shown.generation, cx.now)?;
    } else if let Err(refusal) = family.check_replaced(shown.generation, grace, cx.now) {
        return Ok(Err(refusal));
    }
    let next = shown.generation.saturating_add(1);
    Ok(Ok(Some(shown.with_generation(next))))
}

/// Ends the sign-in that a refresh token belongs to: all its tokens are dead. A token that is
/// unknown, or dead already, is no error (RFC 7009 §2.2).
pub(crate) async fn revoke(cx: &Cx, token: &Secret<String>) -> Result<(), ApiError> {
    if !cx.client.config.token_revocation {
        return Err(ApiError::RevocationNotEnabled);
    }
    if token.expose().contains('.') {
        // Only refresh tokens can be revoked; access and id tokens are JWTs.
        return Err(ApiError::UnsupportedToken);
    }
    let Some(token) = RefreshToken::parse(cx, token) else {
        return Ok(());
    };
    cx.write(move |txn, cx| {
        let Some(family) = token.family(txn, cx)? else {
            return Ok(());
        };
        if family.client_id != cx.client.id {
            return Err(ApiError::UnauthorizedToken);
        }
        if txn.refresh_family_revoke(&cx.pool.id, &family.sub, &family.origin_jti)? {
            audit::note(txn, cx, &family.sub, AuditKind::SignInEnded, "revoked")?;
        }
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
            audit::note(txn, cx, &sub, AuditKind::SignInEnded, "everywhere")
        })
        .await
}

const fn refused(why: RefreshRefusal) -> ApiError {
    match why {
        RefreshRefusal::Revoked => ApiError::RefreshTokenRevoked,
        RefreshRefusal::Expired => ApiError::RefreshTokenExpired,
        RefreshRefusal::OtherClient => ApiError::RefreshTokenInvalid,
        RefreshRefusal::Reused => ApiError::RefreshTokenReused,
    }
}
