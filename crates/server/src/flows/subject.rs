//! Who a typed name stands for: an account, or a stranger who must not be told from one (D9).

use poolhouse_domain::email::Email;
use poolhouse_domain::pool::{ContactAttribute, PoolConfig};
use poolhouse_domain::random::uuid_from;
use poolhouse_domain::user::User;
use poolhouse_domain::{Sub, mask};
use poolhouse_store::Txn;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;

/// The one whom a request is about. For an unknown name it is a decoy: the same name always gives
/// the same `sub` and the same destination, and everything that is counted for an account is counted
/// for the decoy too. Only mail is never sent to one.
pub(crate) struct Subject {
    pub(crate) sub: Sub,
    pub(crate) user: Option<User>,
    /// What was typed, in the form in which all its spellings are one: a decoy's only address.
    name: String,
}

impl Subject {
    /// Finds who signs in as `name`: an e-mail address, or a `sub`. An account that is switched off
    /// is answered like one that does not exist.
    pub(crate) fn find(txn: &mut Txn<'_>, cx: &Cx, name: &str) -> Result<Self, ApiError> {
        let user = match login_key(&cx.pool.config, name) {
            Some((attribute, key)) => txn.user_find(&cx.pool.id, attribute, &key)?,
            None => txn.user_get(&cx.pool.id, &Sub::new(name))?,
        };
        let user = user.filter(|user| user.enabled);
        if user.is_none() && !cx.client.config.prevent_user_existence_errors {
            return Err(ApiError::UserNotFound);
        }
        let sub = user
            .as_ref()
            .map_or_else(|| decoy_sub(cx, name), |user| user.sub.clone());
        Ok(Self {
            sub,
            user,
            name: name_key(&cx.pool.config, name),
        })
    }

    /// The address on record; for a decoy, what was typed.
    pub(crate) fn email(&self) -> Option<&str> {
        match &self.user {
            Some(user) => user.attribute(ContactAttribute::Email.as_str()),
            None => Some(&self.name),
        }
    }

    /// The address as it is told to whoever asks: however it is written on record or in the request.
    pub(crate) fn masked_email(&self) -> String {
        mask::email(&self.email().unwrap_or_default().to_ascii_lowercase())
    }
}

/// The form in which two spellings of a name are the same.
pub(crate) fn name_key(config: &PoolConfig, name: &str) -> String {
    login_key(config, name).map_or_else(|| name.to_owned(), |(_, key)| key)
}

/// Under which attribute, and in which form, a typed name is looked up.
fn login_key(config: &PoolConfig, name: &str) -> Option<(ContactAttribute, String)> {
    let email = Email::parse(name)
        .ok()
        .filter(|_| config.signs_in_with(ContactAttribute::Email));
    email.map(|email| (ContactAttribute::Email, email.key()))
}

fn decoy_sub(cx: &Cx, name: &str) -> Sub {
    let key = name_key(&cx.pool.config, name);
    let hash = cx
        .app
        .secrets()
        .decoys
        .of(&[cx.pool.id.as_str().as_bytes(), key.as_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Sub::new(uuid_from(bytes))
}
