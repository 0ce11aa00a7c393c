//! Pools and their app clients: the ids that were made for them, kept for ever.

use poolhouse_domain::{ClientId, PoolId, Timestamp};

use crate::{StoreError, Txn};

impl Txn<'_> {
    /// The pool of that name, as the definition or the configuration calls it.
    pub fn pool_find(&mut self, name: &str) -> Result<Option<PoolId>, StoreError> {
        self.query_opt(
            "SELECT id FROM pools WHERE name = $1",
            &[name.into()],
            |row| row.text("pools.id").map(PoolId::new),
        )
    }

    /// Keeps a new pool.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its name or id is taken.
    pub fn pool_insert(
        &mut self,
        name: &str,
        pool: &PoolId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.insert(
            "pools",
            "INSERT INTO pools (id, name, created_at) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
            &[pool.into(), name.into(), now.into()],
        )
    }

    /// The pool's app client of that name.
    pub fn client_find(
        &mut self,
        pool: &PoolId,
        name: &str,
    ) -> Result<Option<ClientId>, StoreError> {
        self.query_opt(
            "SELECT id FROM clients WHERE pool_id = $1 AND name = $2",
            &[pool.into(), name.into()],
            |row| row.text("clients.id").map(ClientId::new),
        )
    }

    /// Keeps a new app client.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the pool has a client of that name.
    pub fn client_insert(
        &mut self,
        pool: &PoolId,
        name: &str,
        client: &ClientId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.insert(
            "clients",
            "INSERT INTO clients (pool_id, name, id, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
            &[pool.into(), name.into(), client.into(), now.into()],
        )
    }
}
