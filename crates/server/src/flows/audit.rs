//! What is written down of what people do, in the transaction in which they do it.

use poolhouse_domain::Sub;
use poolhouse_domain::audit::{AuditEvent, AuditKind};
use poolhouse_domain::throttle::FACTOR_REST;
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;

/// Writes down that something happened to the account of `sub`. `detail` is a word of ours, never a client's.
pub(crate) fn note(
    txn: &mut Txn<'_>,
    cx: &Cx,
    sub: &Sub,
    kind: AuditKind,
    detail: &str,
) -> Result<(), ApiError> {
    if let Some(keep) = cx.app.audit_kept() {
        txn.audit_insert(&cx.pool.id, &event(cx, sub, kind, detail), keep)?;
    }
    Ok(())
}

/// Writes down that a proof was wrong. Of strangers too, so that they cost what users do, but for no longer than
/// their failures are counted: anybody can make up as many as they like.
pub(crate) fn failed(
    txn: &mut Txn<'_>,
    cx: &Cx,
    sub: &Sub,
    is_user: bool,
    of: &str,
) -> Result<(), ApiError> {
    if let Some(keep) = cx.app.audit_kept() {
        let keep = if is_user { keep } else { keep.min(FACTOR_REST) };
        let event = event(cx, sub, AuditKind::ProofFailed, of);
        txn.audit_insert(&cx.pool.id, &event, keep)?;
    }
    Ok(())
}

fn event(cx: &Cx, sub: &Sub, kind: AuditKind, detail: &str) -> AuditEvent {
    AuditEvent {
        at: cx.now,
        sub: sub.clone(),
        kind,
        detail: detail.to_owned(),
        client_id: cx.client.id.clone(),
        from: cx.from,
    }
}
