//! A user's sign-ins: which there are, and ending one from another.

use poolhouse_domain::audit::AuditKind;
use poolhouse_domain::token::RefreshFamily;
use poolhouse_domain::{Timestamp, session_id};

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::audit;

/// Where a page of sign-ins ended.
pub(crate) struct Place {
    pub(crate) auth_time: Timestamp,
    pub(crate) origin_jti: String,
}

/// At most `limit` of the user's sign-ins that can still be refreshed, newest first, from the first
/// after `after`.
pub(crate) async fn list(
    user: &UserCx,
    after: Option<Place>,
    limit: usize,
) -> Result<Vec<RefreshFamily>, ApiError> {
    let sub = user.user.sub.clone();
    user.cx
        .read(move |txn, cx| {
            let after = after.as_ref();
            let after = after.map(|place| (place.auth_time, place.origin_jti.as_str()));
            Ok(txn.refresh_family_list(&cx.pool.id, &sub, cx.now, after, limit)?)
        })
        .await
}

/// Ends another of the user's sign-ins, with all of its tokens.
pub(crate) async fn end(user: &UserCx, session_id: &str) -> Result<(), ApiError> {
    let origin_jti = session_id::parse(session_id).ok_or(ApiError::SessionNotFound)?;
    if origin_jti == user.origin_jti {
        return Err(ApiError::SessionIsCurrent);
    }
    let sub = user.user.sub.clone();
    user.cx
        .write(move |txn, cx| {
            let pool = &cx.pool.id;
            let family = txn.refresh_family_get(pool, &sub, &origin_jti)?;
            let lives = family.is_some_and(|family| cx.now < family.expires_at);
            let is_ended = lives && txn.refresh_family_revoke(pool, &sub, &origin_jti)?;
            is_ended.then_some(()).ok_or(ApiError::SessionNotFound)?;
            audit::note(txn, cx, &sub, AuditKind::SignInEnded, "revoked")
        })
        .await
}
