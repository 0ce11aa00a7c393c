//! Accounts whole: a user and what is theirs, for taking them to another store.
//!
//! What is bound to this store stays here: who is signed in, remembered devices, failures.

use poolhouse_domain::passkey::Passkey;
use poolhouse_domain::password::PasswordHash;
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::user::User;
use poolhouse_domain::{PoolId, Sub, Timestamp};

use crate::db::{Row, Value};
use crate::{SoftwareToken, StoreError, Txn, passkeys, passwords, users};

/// A user, and what is theirs wherever they go.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who it is.
    pub user: User,
    /// What they are found by, in the comparable form.
    pub logins: Vec<(ContactAttribute, String)>,
    /// What waits for its proof before it replaces the one on record.
    pub pending: Vec<(ContactAttribute, String)>,
    /// Their passwords and when they were set, the present one last.
    pub passwords: Vec<(PasswordHash, Timestamp)>,
    /// Their passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// Their authenticator app.
    pub software_token: Option<SoftwareToken>,
}

/// What became of an account that was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is there now.
    New,
    /// The pool has a user of that `sub`: they stay as they are.
    There,
    /// Another user of the pool has this of it: nothing was added.
    Taken(&'static str),
}

impl Txn<'_> {
    /// At most `limit` accounts of a pool in the order of their subs, after the one of `after`.
    pub fn account_page(
        &mut self,
        pool: &PoolId,
        after: Option<&Sub>,
        limit: usize,
    ) -> Result<Vec<Account>, StoreError> {
        let first = after.map_or("", Sub::as_str);
        let users = self.query_many(
            "SELECT sub, status, enabled, attributes, mfa, created_at, updated_at FROM users
             WHERE pool_id = ?1 AND sub > ?2 ORDER BY sub LIMIT ?3",
            &[pool.into(), first.into(), limit.into()],
            users::user,
        )?;
        let Some(last) = users.last().map(|user| user.sub.clone()) else {
            return Ok(Vec::new());
        };
        let range = [pool.into(), first.into(), (&last).into()];
        let contact = |row: &Row<'_>| {
            let attribute = row.word("logins.attribute", ContactAttribute::parse)?;
            Ok((of(row)?, (attribute, row.text("logins.value")?)))
        };
        let mut logins = Theirs::new(self.query_many(
            "SELECT sub, attribute, key AS value FROM logins
             WHERE pool_id = ?1 AND sub > ?2 AND sub <= ?3 ORDER BY sub, attribute",
            &range,
            contact,
        )?);
        let mut pending = Theirs::new(self.query_many(
            "SELECT sub, attribute, value FROM pending_contacts
             WHERE pool_id = ?1 AND sub > ?2 AND sub <= ?3 ORDER BY sub, attribute",
            &range,
            contact,
        )?);
        let mut passwords = self.passwords_between(pool, &range)?;
        let mut passkeys = Theirs::new(self.query_many(
            "SELECT credential_id, sub, public_key, sign_count, uv_initialized, backup_eligible,
                 backup_state, transports, attachment, aaguid, name, relying_party_id, created_at,
                 last_used_at
             FROM passkeys WHERE pool_id = ?1 AND sub > ?2 AND sub <= ?3
             ORDER BY sub, created_at, credential_id",
            &range,
            |row| Ok((of(row)?, passkeys::passkey(row)?)),
        )?);
        let mut with_app = Theirs::new(self.query_many(
            "SELECT sub FROM software_tokens WHERE pool_id = ?1 AND sub > ?2 AND sub <= ?3
             ORDER BY sub",
            &range,
            |row| Ok((of(row)?, ())),
        )?);
        let whole = |user: User| {
            let sub = user.sub.clone();
            let software_token = match with_app.take(&sub).pop() {
                Some(()) => self.software_token_get(pool, &sub)?,
                None => None,
            };
            Ok(Account {
                logins: logins.take(&sub),
                pending: pending.take(&sub),
                passwords: passwords.take(&sub),
                passkeys: passkeys.take(&sub),
                software_token,
                user,
            })
        };
        users.into_iter().map(whole).collect()
    }

    fn passwords_between(
        &mut self,
        pool: &PoolId,
        range: &[Value<'_>],
    ) -> Result<Theirs<(PasswordHash, Timestamp)>, StoreError> {
        let context = self.context;
        let rows = self.query_many(
            "SELECT sub, generation, kind, hash, set_at FROM passwords
             WHERE pool_id = ?1 AND sub > ?2 AND sub <= ?3 ORDER BY sub, generation",
            range,
            |row| {
                let sub = of(row)?;
                let hash = passwords::password(context, pool, &sub, row)?;
                Ok((sub, (hash, row.time("passwords.set_at")?)))
            },
        );
        rows.map(Theirs::new)
    }

    /// Adds an account to a pool, all of it or nothing.
    pub fn account_add(&mut self, pool: &PoolId, account: &Account) -> Result<Added, StoreError> {
        let sub = &account.user.sub;
        if self.user_get(pool, sub)?.is_some() {
            return Ok(Added::There);
        }
        for (attribute, key) in &account.logins {
            if self.user_find(pool, *attribute, key)?.is_some() {
                return Ok(Added::Taken(attribute.as_str()));
            }
        }
        for passkey in &account.passkeys {
            if self.passkey_get(pool, &passkey.credential_id)?.is_some() {
                return Ok(Added::Taken("passkey"));
            }
        }
        self.user_insert(pool, &account.user)?;
        for (attribute, key) in &account.logins {
            self.login_set(pool, sub, *attribute, key)?;
        }
        for (attribute, value) in &account.pending {
            self.pending_contact_set(pool, sub, *attribute, value)?;
        }
        for (hash, set_at) in &account.passwords {
            self.password_set(pool, sub, hash, usize::MAX, *set_at)?;
        }
        for passkey in &account.passkeys {
            self.passkey_insert(pool, passkey)?;
        }
        if let Some(app) = &account.software_token {
            self.software_token_put(pool, sub, app)?;
        }
        Ok(Added::New)
    }
}

/// Rows of many users, in the order of their subs.
struct Theirs<T>(std::iter::Peekable<std::vec::IntoIter<(Sub, T)>>);

impl<T> Theirs<T> {
    fn new(rows: Vec<(Sub, T)>) -> Self {
        Self(rows.into_iter().peekable())
    }

    /// Those of the next user, who is `sub`.
    fn take(&mut self, sub: &Sub) -> Vec<T> {
        let next = || self.0.next_if(|(whose, _)| whose == sub);
        std::iter::from_fn(next).map(|(_, row)| row).collect()
    }
}

fn of(row: &Row<'_>) -> Result<Sub, StoreError> {
    row.text("users.sub").map(Sub::new)
}
