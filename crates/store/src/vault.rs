//! Sealing what must not be read from a copied file.

use std::sync::Arc;

use poolhouse_domain::seal::Sealer;
use poolhouse_domain::{Random, Secret};

use crate::StoreError;

/// Seals values for their place in the store.
pub(crate) struct Vault {
    sealer: Sealer,
    random: Arc<dyn Random>,
}

impl Vault {
    pub(crate) fn new(sealer: Sealer, random: Arc<dyn Random>) -> Self {
        Self { sealer, random }
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.random
    }

    /// Seals `plain` for `column` (`table/column`) of the row `id`.
    pub(crate) fn seal(&self, column: &str, id: &str, plain: &[u8]) -> Vec<u8> {
        self.sealer
            .seal(&*self.random, context(column, id).as_bytes(), plain)
    }

    /// Opens what [`Vault::seal`] made for the same place.
    pub(crate) fn open(
        &self,
        column: &str,
        id: &str,
        sealed: &[u8],
    ) -> Result<Secret<Vec<u8>>, StoreError> {
        let context = context(column, id);
        self.sealer.open(context.as_bytes(), sealed).ok_or_else(|| {
            StoreError::broken(format!(
                "{context} does not open: it was altered, or sealed with another key"
            ))
        })
    }
}

fn context(column: &str, id: &str) -> String {
    format!("{column}/{id}")
}
