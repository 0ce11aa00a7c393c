//! Users, and the addresses and numbers by which they are found.

use poolhouse_domain::attributes::Attributes;
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_domain::{PoolId, Sub};
use serde::Serialize;

use crate::db::Row;
use crate::{StoreError, Txn};

/// What a user is found by.
#[derive(Clone, Copy, Debug)]
pub enum UserName<'a> {
    /// The comparable form of an address or number with which they sign in.
    Login(ContactAttribute, &'a str),
    /// Their `sub`.
    Sub(&'a Sub),
}

impl Txn<'_> {
    /// Keeps a new user, who cannot be found yet: see [`Txn::login_set`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the pool has a user of that sub, or there is no such pool.
    pub fn user_insert(&mut self, pool: &PoolId, user: &User) -> Result<(), StoreError> {
        self.insert(
            "users",
            "INSERT INTO users
                 (pool_id, sub, status, enabled, attributes, mfa, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
            &[
                pool.into(),
                (&user.sub).into(),
                user.status.as_str().into(),
                user.enabled.into(),
                (&json(&user.attributes)?).into(),
                (&json(&user.mfa)?).into(),
                user.created_at.into(),
                user.updated_at.into(),
            ],
        )
    }

    /// The user of that sub.
    pub fn user_get(&mut self, pool: &PoolId, sub: &Sub) -> Result<Option<User>, StoreError> {
        self.query_opt(
            "SELECT sub, status, enabled, attributes, mfa, created_at, updated_at FROM users
             WHERE pool_id = ?1 AND sub = ?2",
            &[pool.into(), sub.into()],
            user,
        )
    }

    /// The user who signs in with `key`, the comparable form of an address or number.
    pub fn user_find(
        &mut self,
        pool: &PoolId,
        attribute: ContactAttribute,
        key: &str,
    ) -> Result<Option<User>, StoreError> {
        self.query_opt(
            "SELECT users.sub, status, enabled, attributes, mfa, created_at, updated_at
             FROM logins JOIN users ON users.pool_id = logins.pool_id AND users.sub = logins.sub
             WHERE logins.pool_id = ?1 AND logins.attribute = ?2 AND logins.key = ?3",
            &[pool.into(), attribute.as_str().into(), key.into()],
            user,
        )
    }

    /// [`Txn::ask_ahead`] of questions about the user who has this name and is not switched off, or about
    /// `stand_in` if there is none. `work` calls them `stand_in`: by that `sub`, and at the end of keys
    /// that it is part of.
    pub fn ask_ahead_of_user<T, E>(
        &mut self,
        pool: &PoolId,
        name: &UserName<'_>,
        stand_in: &Sub,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E>,
    ) {
        match name {
            UserName::Login(attribute, key) => self.ask_ahead_of(
                "SELECT COALESCE((
                     SELECT users.sub FROM logins
                     JOIN users ON users.pool_id = logins.pool_id AND users.sub = logins.sub
                     WHERE logins.pool_id = ?1 AND logins.attribute = ?2 AND logins.key = ?3
                         AND users.enabled = 1), ?4) AS sub",
                &[
                    pool.into(),
                    attribute.as_str().into(),
                    (*key).into(),
                    stand_in.into(),
                ],
                stand_in,
                work,
            ),
            UserName::Sub(sub) => self.ask_ahead_of(
                "SELECT COALESCE((
                     SELECT sub FROM users WHERE pool_id = ?1 AND sub = ?2 AND enabled = 1), ?3) AS sub",
                &[pool.into(), (*sub).into(), stand_in.into()],
                stand_in,
                work,
            ),
        }
    }

    /// Replaces what is known of a user, but for when the account was made. Whether there is one.
    pub fn user_update(&mut self, pool: &PoolId, user: &User) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE users SET status = ?3, enabled = ?4, attributes = ?5, mfa = ?6, updated_at = ?7
             WHERE pool_id = ?1 AND sub = ?2",
            &[
                pool.into(),
                (&user.sub).into(),
                user.status.as_str().into(),
                user.enabled.into(),
                (&json(&user.attributes)?).into(),
                (&json(&user.mfa)?).into(),
                user.updated_at.into(),
            ],
        )?;
        Ok(changed > 0)
    }

    /// Erases a user and everything that is theirs: logins, pending contacts, codes, failures,
    /// refresh families, passkeys, passwords, authenticator apps, devices and messages. Whether
    /// there was one.
    pub fn user_delete(&mut self, pool: &PoolId, sub: &Sub) -> Result<bool, StoreError> {
        // Logins, pending contacts, refresh families, passkeys, passwords, apps and devices go with
        // their user.
        let mut erased = 0;
        for sql in [
            "DELETE FROM outbox WHERE pool_id = ?1 AND sub = ?2",
            "DELETE FROM codes WHERE pool_id = ?1 AND sub = ?2",
            "DELETE FROM factor_failures WHERE pool_id = ?1 AND sub = ?2",
            "DELETE FROM users WHERE pool_id = ?1 AND sub = ?2",
        ] {
            erased = self.execute(sql, &[pool.into(), sub.into()])?;
        }
        // The last of them is the user.
        Ok(erased == 1)
    }

    /// Lets a user be found by `key`, and no longer by the key that they had for this attribute.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another user of the pool has it: nothing is changed then.
    pub fn login_set(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        attribute: ContactAttribute,
        key: &str,
    ) -> Result<(), StoreError> {
        let params = [
            pool.into(),
            attribute.as_str().into(),
            key.into(),
            sub.into(),
        ];
        self.insert(
            "logins",
            "INSERT INTO logins (pool_id, attribute, key, sub) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (pool_id, attribute, key) DO UPDATE SET sub = excluded.sub
             WHERE logins.sub = excluded.sub",
            &params,
        )?;
        self.send(
            "DELETE FROM logins
             WHERE pool_id = ?1 AND attribute = ?2 AND key <> ?3 AND sub = ?4",
            &params,
        )
    }

    /// The attributes by which a user can be found.
    pub fn login_list(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
    ) -> Result<Vec<ContactAttribute>, StoreError> {
        self.query_many(
            "SELECT attribute FROM logins WHERE pool_id = ?1 AND sub = ?2 ORDER BY attribute",
            &[pool.into(), sub.into()],
            |row| row.word("logins.attribute", ContactAttribute::parse),
        )
    }

    /// Lets a user no longer be found by this attribute. Whether they could.
    pub fn login_delete(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        attribute: ContactAttribute,
    ) -> Result<bool, StoreError> {
        let deleted = self.execute(
            "DELETE FROM logins WHERE pool_id = ?1 AND sub = ?2 AND attribute = ?3",
            &[pool.into(), sub.into(), attribute.as_str().into()],
        )?;
        Ok(deleted > 0)
    }
}

pub(crate) fn user(row: &Row<'_>) -> Result<User, StoreError> {
    Ok(User {
        sub: Sub::new(row.text("users.sub")?),
        status: row.word("users.status", UserStatus::parse)?,
        enabled: row.bool("users.enabled")?,
        attributes: row.json::<Attributes>("users.attributes")?,
        mfa: row.json("users.mfa")?,
        created_at: row.time("users.created_at")?,
        updated_at: row.time("users.updated_at")?,
    })
}

fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(StoreError::broken)
}
