//! Sealing what must not be read from a copied file.
//!
//! The master key, which is kept elsewhere, seals the store's own keys; these seal the rest. So the
//! master key can be replaced by sealing a few rows again, and a data key while everybody works.

use std::sync::{Arc, PoisonError, RwLock};

use poolhouse_domain::seal::{MasterKey, Sealer};
use poolhouse_domain::{Random, Secret};

use crate::StoreError;
use crate::sealed::SEALED;

/// Seals values for their place in the store.
pub(crate) struct Vault {
    master: Sealer,
    ring: RwLock<Arc<Ring>>,
    random: Arc<dyn Random>,
}

/// The store's own keys.
pub(crate) struct Ring {
    /// Seals values.
    pub(crate) data: Sealer,
    /// Open values that other data keys have sealed.
    pub(crate) others: Vec<Sealer>,
    /// What codes and refresh tokens are hashed with.
    pub(crate) hashes: MasterKey,
    /// What Sessions are sealed with.
    pub(crate) sessions: MasterKey,
}

/// What the data keys are derived for.
pub(crate) fn data_sealer(key: &MasterKey) -> Sealer {
    key.sealer("data")
}

impl Vault {
    /// A vault with keys that nobody has seen, until the store's are loaded.
    pub(crate) fn new(master: Sealer, random: Arc<dyn Random>) -> Self {
        let ring = Ring {
            data: data_sealer(&MasterKey::generate(&*random)),
            others: Vec::new(),
            hashes: MasterKey::generate(&*random),
            sessions: MasterKey::generate(&*random),
        };
        Self {
            master,
            ring: RwLock::new(Arc::new(ring)),
            random,
        }
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.random
    }

    pub(crate) fn ring(&self) -> Arc<Ring> {
        let ring = self.ring.read();
        Arc::clone(&ring.unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_ring(&self, ring: Ring) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }

    /// Seals a key of the store's own.
    pub(crate) fn seal_key(&self, place: &str, key: &MasterKey) -> Vec<u8> {
        let context = place.as_bytes();
        self.master.seal(&*self.random, context, key.expose())
    }

    /// Opens what [`Vault::seal_key`] made.
    pub(crate) fn open_key(&self, place: &str, sealed: &[u8]) -> Result<MasterKey, StoreError> {
        let plain = self.master.open(place.as_bytes(), sealed);
        let key = plain.and_then(|plain| plain.expose().as_slice().try_into().ok());
        key.map(|key| MasterKey::new(Secret::new(key)))
            .ok_or_else(|| unopened(place))
    }

    /// Seals `plain` for `column` (`table/column`) of the row `id`.
    pub(crate) fn seal(&self, column: &str, id: &str, plain: &[u8]) -> Vec<u8> {
        debug_assert!(
            SEALED.iter().any(|sealed| sealed.names(column)),
            "{column} is not in SEALED, so it would not be sealed again"
        );
        let context = context(column, id);
        let ring = self.ring();
        ring.data.seal(&*self.random, context.as_bytes(), plain)
    }

    /// Opens what [`Vault::seal`] made for the same place.
    pub(crate) fn open(
        &self,
        column: &str,
        id: &str,
        sealed: &[u8],
    ) -> Result<Secret<Vec<u8>>, StoreError> {
        let context = context(column, id);
        let ring = self.ring();
        let mut keys = [&ring.data].into_iter().chain(&ring.others);
        keys.find_map(|key| key.open(context.as_bytes(), sealed))
            .ok_or_else(|| unopened(&context))
    }

    /// The same value under the key that seals now, if another one has sealed it.
    pub(crate) fn reseal(
        &self,
        column: &str,
        id: &str,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let context = context(column, id);
        if self.ring().data.open(context.as_bytes(), sealed).is_some() {
            return Ok(None);
        }
        let plain = self.open(column, id, sealed)?;
        Ok(Some(self.seal(column, id, plain.expose())))
    }
}

fn unopened(place: &str) -> StoreError {
    StoreError::broken(format!(
        "{place} does not open: it was altered, or sealed with another key"
    ))
}

fn context(column: &str, id: &str) -> String {
    format!("{column}/{id}")
}
