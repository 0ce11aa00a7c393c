//! A pool's two keys: one for id tokens, one for access tokens, as in Cognito.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use poolhouse_domain::{PoolId, Secret};
use poolhouse_store::{KeyUsage, SigningKey as StoredKey, StoreError};

use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::tokens::jws::{Jwk, SigningKey};

/// What a pool signs with.
pub(crate) struct PoolKeys {
    pub(crate) id: SigningKey,
    pub(crate) access: SigningKey,
}

impl PoolKeys {
    /// The pool's keys; the first time, new ones.
    pub(crate) async fn ensure(app: &App, pool: &PoolId) -> Result<Self, ApiError> {
        Ok(Self {
            id: ensure(app, pool, KeyUsage::Id).await?,
            access: ensure(app, pool, KeyUsage::Access).await?,
        })
    }

    /// Both public keys, as the JWKS shows them.
    pub(crate) fn jwks(&self) -> [&Jwk; 2] {
        [&self.id.jwk, &self.access.jwk]
    }
}

async fn ensure(app: &App, pool: &PoolId, usage: KeyUsage) -> Result<SigningKey, ApiError> {
    let id = pool.clone();
    let known = app
        .store()
        .read::<_, StoreError, _>(move |txn| txn.signing_key_list(&id))
        .await?;
    if let Some(key) = known.into_iter().find(|key| key.usage == usage) {
        return SigningKey::from_pkcs8(&key.pkcs8);
    }
    // The library draws the primes itself: the one secret that does not come from `Random`.
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(ApiError::internal)?;
    let der = pair.as_der().map_err(ApiError::internal)?;
    let pkcs8 = Secret::new(der.as_ref().to_vec());
    let (id, now) = (pool.clone(), app.now());
    let fresh = StoredKey {
        kid: SigningKey::from_pkcs8(&pkcs8)?.jwk.kid,
        usage,
        pkcs8,
        created_at: now,
    };
    // Meanwhile another node may have made one: all of them sign with the first.
    let first = app.store().write::<_, StoreError, _>(move |txn| {
        let mut known = txn.signing_key_list(&id)?.into_iter();
        if let Some(first) = known.find(|key| key.usage == usage) {
            return Ok(first);
        }
        txn.signing_key_insert(&id, &fresh)?;
        Ok(fresh.clone())
    });
    SigningKey::from_pkcs8(&first.await?.pkcs8)
}
