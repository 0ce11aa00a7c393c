//! A pool's keys: two that sign, one for id tokens and one for access tokens, as in Cognito, and those
//! that will or did.
//!
//! A new key is shown a day before it signs, so that whoever keeps the key set has it by then, and
//! an old one for as long as a token of it is good.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use axum::body::Bytes;
use poolhouse_domain::{PoolId, Secret, Timestamp};
use poolhouse_store::{KeyUsage, SigningKey as StoredKey, Store, StoreError};
use serde::Serialize;

use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::tokens::jws::{Jwk, SigningKey};

/// From a key's making until it signs. Verifiers may keep a key set for an hour
/// (`Cache-Control` of the JWKS); most keep it until they meet a key that they do not know.
const SHOWN_BEFORE: Duration = Duration::from_hours(24);

/// What a pool signs with, in the order in which they sign.
pub(crate) struct PoolKeys {
    keys: Vec<PoolKey>,
    /// The public halves as a JSON Web Key Set (RFC 7517 §5), written once.
    pub(crate) jwks: Bytes,
}

#[derive(Clone)]
struct PoolKey {
    usage: KeyUsage,
    signs_from: Timestamp,
    key: Arc<SigningKey>,
}

impl PoolKeys {
    /// The pool's keys; the first time, new ones.
    pub(crate) async fn ensure(app: &App, pool: &PoolId) -> Result<Self, ApiError> {
        ensure(app, pool, KeyUsage::Id).await?;
        ensure(app, pool, KeyUsage::Access).await?;
        Self::of(Vec::new())?.renewed(app.store(), pool).await
    }

    /// The keys as they are in the store now; those that are known are not read again.
    pub(crate) async fn renewed(&self, store: &Store, pool: &PoolId) -> Result<Self, ApiError> {
        let keys = list(store, pool).await?.into_iter().map(|stored| {
            let known = self
                .keys
                .iter()
                .find(|known| known.key.jwk.kid == stored.kid);
            let key = match known {
                Some(known) => Arc::clone(&known.key),
                None => Arc::new(SigningKey::from_pkcs8(&stored.pkcs8)?),
            };
            Ok(PoolKey {
                usage: stored.usage,
                signs_from: stored.signs_from,
                key,
            })
        });
        Self::of(keys.collect::<Result<_, ApiError>>()?)
    }

    fn of(keys: Vec<PoolKey>) -> Result<Self, ApiError> {
        #[derive(Serialize)]
        struct KeySet<'a> {
            keys: Vec<&'a Jwk>,
        }
        let set = KeySet {
            keys: keys.iter().map(|key| &key.key.jwk).collect(),
        };
        let jwks = serde_json::to_vec(&set).map_err(ApiError::internal)?.into();
        Ok(Self { keys, jwks })
    }

    /// The key that signs now: the newest of those that may.
    pub(crate) fn signing(
        &self,
        usage: KeyUsage,
        now: Timestamp,
    ) -> Result<&Arc<SigningKey>, ApiError> {
        let of_usage = || self.keys.iter().filter(move |key| key.usage == usage);
        let newest = of_usage().rfind(|key| key.signs_from <= now);
        newest
            .or_else(|| of_usage().next())
            .map(|key| &key.key)
            .ok_or_else(|| ApiError::internal("the pool has no signing key"))
    }

    /// The key that an access token names.
    pub(crate) fn access(&self, token: &str) -> Option<Arc<SigningKey>> {
        let keys = self.keys.iter();
        let mut access = keys.filter(|key| key.usage == KeyUsage::Access);
        access
            .find(|key| key.key.is_claimed_by(token))
            .map(|key| Arc::clone(&key.key))
    }
}

/// When new keys are to sign, and what is to become of the old ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// In a day. Nobody notices.
    Planned,
    /// At once, and the old ones are forgotten: every token that they signed is refused.
    Compromised,
}

/// Makes new keys for a pool. Nodes that serve it hear of them within half a minute.
pub async fn rotate(
    store: &Store,
    pool: &PoolId,
    rotation: Rotation,
    now: Timestamp,
) -> Result<(), ApiError> {
    let signs_from = match rotation {
        Rotation::Planned => now + SHOWN_BEFORE,
        Rotation::Compromised => now,
    };
    let fresh = [
        generate(KeyUsage::Id, now, signs_from)?,
        generate(KeyUsage::Access, now, signs_from)?,
    ];
    let pool = pool.clone();
    let rotated = store.write::<_, StoreError, _>(move |txn| {
        for key in &fresh {
            txn.signing_key_insert(&pool, key)?;
        }
        if rotation == Rotation::Compromised {
            let kids: Vec<&str> = fresh.iter().map(|key| key.kid.as_str()).collect();
            txn.signing_keys_keep(&pool, &kids)?;
        }
        Ok(())
    });
    Ok(rotated.await?)
}

async fn list(store: &Store, pool: &PoolId) -> Result<Vec<StoredKey>, StoreError> {
    let pool = pool.clone();
    store.read(move |txn| txn.signing_key_list(&pool)).await
}

async fn ensure(app: &App, pool: &PoolId, usage: KeyUsage) -> Result<(), ApiError> {
    let known = list(app.store(), pool).await?;
    if known.iter().any(|key| key.usage == usage) {
        return Ok(());
    }
    let fresh = generate(usage, app.now(), app.now())?;
    let id = pool.clone();
    // Meanwhile another node may have made one: all of them sign with the first.
    let made = app.store().write::<_, StoreError, _>(move |txn| {
        let known = txn.signing_key_list(&id)?;
        if !known.iter().any(|key| key.usage == usage) {
            txn.signing_key_insert(&id, &fresh)?;
        }
        Ok(())
    });
    Ok(made.await?)
}

fn generate(usage: KeyUsage, now: Timestamp, signs_from: Timestamp) -> Result<StoredKey, ApiError> {
    // The library draws the primes itself: the one secret that does not come from `Random`.
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(ApiError::internal)?;
    let der = pair.as_der().map_err(ApiError::internal)?;
    let pkcs8 = Secret::new(der.as_ref().to_vec());
    Ok(StoredKey {
        kid: SigningKey::from_pkcs8(&pkcs8)?.jwk.kid,
        usage,
        pkcs8,
        created_at: now,
        signs_from,
    })
}
