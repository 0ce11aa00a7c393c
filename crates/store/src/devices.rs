//! Devices that users confirmed. Verifiers are sealed.

use std::net::IpAddr;

use poolhouse_domain::device::{Device, DeviceKey, MAX_DEVICES};
use poolhouse_domain::{PoolId, Sub, Timestamp};

use crate::db::{Context, Row};
use crate::{StoreError, Txn};

const VERIFIER: &str = "devices/verifier";

impl Txn<'_> {
    /// Keeps a new device. Of more than [`MAX_DEVICES`] the user loses the one that signed in the
    /// longest time ago, as by [`Txn::device_delete`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the user has a device of that key, or is not there.
    pub fn device_insert(&mut self, pool: &PoolId, device: &Device) -> Result<(), StoreError> {
        let place = place(pool, &device.sub, &device.key);
        let verifier = device.verifier.expose();
        let sealed = self.context.vault.seal(VERIFIER, &place, verifier);
        let last_ip = device.last_ip.map(|ip| ip.to_string());
        self.insert(
            "devices",
            "INSERT INTO devices
                 (pool_id, sub, device_key, name, salt, verifier, remembered, last_ip, created_at,
                  modified_at, authenticated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING",
            &[
                pool.into(),
                (&device.sub).into(),
                device.key.as_str().into(),
                device.name.as_deref().into(),
                (&device.salt).into(),
                (&sealed).into(),
                device.remembered.into(),
                last_ip.as_deref().into(),
                device.created_at.into(),
                device.modified_at.into(),
                device.authenticated_at.into(),
            ],
        )?;
        let displaced = self.query_opt(
            "SELECT device_key FROM devices
             WHERE pool_id = ?1 AND sub = ?2 AND device_key <> ?3
             ORDER BY authenticated_at DESC, device_key LIMIT 1 OFFSET ?4",
            &[
                pool.into(),
                (&device.sub).into(),
                device.key.as_str().into(),
                (MAX_DEVICES - 1).into(),
            ],
            |row| row.word("devices.device_key", DeviceKey::parse),
        )?;
        if let Some(displaced) = displaced {
            self.device_delete(pool, &device.sub, &displaced, device.modified_at)?;
        }
        Ok(())
    }

    /// The user's device of that key.
    pub fn device_get(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        key: &DeviceKey,
    ) -> Result<Option<Device>, StoreError> {
        let context = self.context;
        self.query_opt(
            "SELECT device_key, name, salt, verifier, remembered, last_ip, created_at, modified_at,
                 authenticated_at
             FROM devices WHERE pool_id = ?1 AND sub = ?2 AND device_key = ?3",
            &[pool.into(), sub.into(), key.as_str().into()],
            |row| device(context, pool, sub, row),
        )
    }

    /// At most `limit` of a user's devices that are remembered, in the order in which they got their
    /// keys (the keys decide where two are of one moment), from the first that comes after `after`:
    /// the moment and the key of another one, which may be gone by now.
    pub fn device_list_remembered(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        after: Option<(Timestamp, &DeviceKey)>,
        limit: usize,
    ) -> Result<Vec<Device>, StoreError> {
        let (moment, key) = match after {
            Some((moment, key)) => (moment, key.as_str()),
            None => (Timestamp::from_micros(i64::MIN), ""),
        };
        let context = self.context;
        self.query_many(
            "SELECT device_key, name, salt, verifier, remembered, last_ip, created_at, modified_at,
                 authenticated_at
             FROM devices
             WHERE pool_id = ?1 AND sub = ?2 AND remembered = 1
                 AND (created_at, device_key) > (?3, ?4)
             ORDER BY created_at, device_key LIMIT ?5",
            &[
                pool.into(),
                sub.into(),
                moment.into(),
                key.into(),
                limit.into(),
            ],
            |row| device(context, pool, sub, row),
        )
    }

    /// Lets a device prove itself, or no longer. Whether the user has it.
    pub fn device_remember(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        key: &DeviceKey,
        remembered: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE devices SET remembered = ?4, modified_at = ?5
             WHERE pool_id = ?1 AND sub = ?2 AND device_key = ?3",
            &[
                pool.into(),
                sub.into(),
                key.as_str().into(),
                remembered.into(),
                now.into(),
            ],
        )?;
        Ok(changed == 1)
    }

    /// Records that a device signed in, and from where if that is known. Whether the user has it.
    pub fn device_use(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        key: &DeviceKey,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let from = from.map(|ip| ip.to_string());
        let used = self.execute(
            "UPDATE devices SET authenticated_at = ?5, last_ip = COALESCE(?4, last_ip)
             WHERE pool_id = ?1 AND sub = ?2 AND device_key = ?3",
            &[
                pool.into(),
                sub.into(),
                key.as_str().into(),
                from.as_deref().into(),
                now.into(),
            ],
        )?;
        Ok(used == 1)
    }

    /// Forgets a device, and ends what was signed in on it: that cannot be refreshed any more from
    /// `now` on. Whether the user had it.
    pub fn device_delete(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        key: &DeviceKey,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let deleted = self.execute(
            "DELETE FROM devices WHERE pool_id = ?1 AND sub = ?2 AND device_key = ?3",
            &[pool.into(), sub.into(), key.as_str().into()],
        )?;
        if deleted == 1 {
            self.execute(
                "UPDATE refresh_families SET expires_at = ?4
                 WHERE pool_id = ?1 AND sub = ?2 AND device_key = ?3 AND expires_at > ?4",
                &[pool.into(), sub.into(), key.as_str().into(), now.into()],
            )?;
        }
        Ok(deleted == 1)
    }
}

fn device(
    context: &Context,
    pool: &PoolId,
    sub: &Sub,
    row: &Row<'_>,
) -> Result<Device, StoreError> {
    let key = row.word("devices.device_key", DeviceKey::parse)?;
    let sealed = row.blob("devices.verifier")?;
    Ok(Device {
        verifier: context
            .vault
            .open(VERIFIER, &place(pool, sub, &key), &sealed)?,
        sub: sub.clone(),
        name: row.optional("devices.name", Row::text)?,
        salt: row.blob("devices.salt")?,
        remembered: row.bool("devices.remembered")?,
        last_ip: row.optional("devices.last_ip", |row, column| {
            row.word(column, |ip| ip.parse().ok())
        })?,
        created_at: row.time("devices.created_at")?,
        modified_at: row.time("devices.modified_at")?,
        authenticated_at: row.time("devices.authenticated_at")?,
        key,
    })
}

fn place(pool: &PoolId, sub: &Sub, key: &DeviceKey) -> String {
    format!("{pool}/{sub}/{}", key.as_str())
}
