//! What OpenID Connect clients read without signing in: the keys, and where things are.

use axum::body::Bytes;
use poolhouse_domain::PoolId;
use serde_json::{Value, json};

use crate::app::App;

/// `/<pool id>/.well-known/jwks.json` (RFC 7517 §5): the keys that verify the pool's tokens.
pub(crate) fn jwks(app: &App, pool: &PoolId) -> Option<Bytes> {
    let pool = app.pool(pool)?;
    Some(pool.keys.load().jwks.clone())
}

/// `/<pool id>/.well-known/openid-configuration` (OpenID Connect Discovery §3), as far as there is
/// something to discover: tokens and their keys. The OAuth endpoints come with hosted sign-in.
pub(crate) fn openid_configuration(app: &App, pool: &PoolId) -> Option<Value> {
    let pool = app.pool(pool)?;
    let issuer = &pool.issuer;
    Some(json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
    }))
}
