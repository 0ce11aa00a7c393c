//! Pools and their app clients: the ids and secrets that were made for them, kept for ever.

use poolhouse_domain::{ClientId, ClientSecret, PoolId, Secret, Timestamp};

use crate::{StoreError, Txn};

const SECRET: &str = "clients/secret";

impl Txn<'_> {
    /// The pool of that name, as the definition or the configuration calls it.
    pub fn pool_find(&mut self, name: &str) -> Result<Option<PoolId>, StoreError> {
        self.query_opt(
            "SELECT id FROM pools WHERE name = ?1",
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
            "INSERT INTO pools (id, name, created_at) VALUES (?1, ?2, ?3)
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
            "SELECT id FROM clients WHERE pool_id = ?1 AND name = ?2",
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
            "INSERT INTO clients (pool_id, name, id, created_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            &[pool.into(), name.into(), client.into(), now.into()],
        )
    }

    /// The secret of an app client, if one was made.
    ///
    /// # Errors
    /// [`StoreError::Broken`] if it was sealed with another key.
    pub fn client_secret_get(
        &mut self,
        pool: &PoolId,
        client: &ClientId,
    ) -> Result<Option<ClientSecret>, StoreError> {
        let context = self.context;
        let secret = self.query_opt(
            "SELECT secret FROM clients WHERE pool_id = ?1 AND id = ?2",
            &[pool.into(), client.into()],
            |row| {
                row.optional("clients.secret", |row, column| {
                    let sealed = row.blob(column)?;
                    let plain = context.vault.open(SECRET, client.as_str(), &sealed)?;
                    let text = String::from_utf8(plain.expose().clone());
                    let text = text.map_err(StoreError::broken)?;
                    Ok(ClientSecret::new(Secret::new(text)))
                })
            },
        )?;
        Ok(secret.flatten())
    }

    /// Keeps the secret of an app client that has none. Whether it had none.
    pub fn client_secret_set(
        &mut self,
        pool: &PoolId,
        client: &ClientId,
        secret: &ClientSecret,
    ) -> Result<bool, StoreError> {
        let plain = secret.expose().as_bytes();
        let sealed = self.context.vault.seal(SECRET, client.as_str(), plain);
        let set = self.execute(
            "UPDATE clients SET secret = ?3 WHERE pool_id = ?1 AND id = ?2 AND secret IS NULL",
            &[pool.into(), client.into(), (&sealed).into()],
        )?;
        Ok(set == 1)
    }
}
