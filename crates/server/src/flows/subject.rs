//! Who a typed name stands for: an account, or a stranger who must not be told from one (D9).

use poolhouse_domain::Sub;
use poolhouse_domain::contact::Contact;
use poolhouse_domain::pool::{ContactAttribute, PoolConfig};
use poolhouse_domain::random::uuid_from;
use poolhouse_domain::user::User;
use poolhouse_store::{Txn, UserName};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::{contact_decoys, contacts};

/// The one whom a request is about. For an unknown name it is a decoy: the same name always gives
/// the same `sub` and the same destinations, and everything that is counted for an account is counted
/// for the decoy too. Only messages are never sent to one.
pub(crate) struct Subject {
    pub(crate) sub: Sub,
    pub(crate) user: Option<User>,
    /// The contact that the name was; none if it was a `sub`.
    login: Option<Contact>,
    /// Those on record; a decoy's are what was typed, and what is made up.
    contacts: Vec<Contact>,
}

impl Subject {
    /// Finds who signs in as `name`: an address, a number, or a `sub`. An account that is switched
    /// off is answered like one that does not exist.
    pub(crate) fn find(txn: &mut Txn<'_>, cx: &Cx, name: &str) -> Result<Self, ApiError> {
        let login = login(&cx.pool.config, name);
        let user = by_name(txn, cx, login.as_ref(), name)?;
        let user = user.filter(|user| user.enabled);
        if user.is_none() && !cx.client.config.prevent_user_existence_errors {
            return Err(ApiError::UserNotFound);
        }
        let Some(user) = user else {
            return Ok(Self::stranger(cx, name, login));
        };
        Ok(Self {
            sub: user.sub.clone(),
            contacts: on_record(&user),
            user: Some(user),
            login,
        })
    }

    /// The decoy of that name.
    fn stranger(cx: &Cx, name: &str, login: Option<Contact>) -> Self {
        let sub = decoy_sub(cx, name);
        let contacts = contact_decoys::of(cx, &sub, login.as_ref());
        Self {
            sub,
            user: None,
            login,
            contacts,
        }
    }

    /// Asks ahead for what [`Subject::find`] reads, and for what `more` reads of whoever it is. That one is
    /// not known yet, so `more` is given the stranger of that name, who stands in for them.
    pub(crate) fn ask_ahead<T>(
        txn: &mut Txn<'_>,
        cx: &Cx,
        name: &str,
        more: impl FnOnce(&mut Txn<'_>, &Self) -> Result<T, ApiError>,
    ) {
        if !txn.asks_ahead() {
            return;
        }
        let (pool, login) = (&cx.pool.id, login(&cx.pool.config, name));
        let stand_in = Self::stranger(cx, name, login.clone());
        let typed = Sub::new(name);
        let key = login.as_ref().map(|login| (login.attribute(), login.key()));
        let by = match &key {
            Some((attribute, key)) => UserName::Login(*attribute, key),
            None => UserName::Sub(&typed),
        };
        txn.ask_ahead_of_user(pool, &by, &stand_in.sub, |txn| {
            by_name(txn, cx, login.as_ref(), name)?;
            more(txn, &stand_in)
        });
    }

    /// The address or number on record; a decoy's, made up or not, is answered for all the same.
    pub(crate) fn contact(&self, attribute: ContactAttribute) -> Option<&Contact> {
        let mut contacts = self.contacts.iter();
        contacts.find(|contact| contact.attribute() == attribute)
    }

    /// Whether the user was found by this contact, and so signs in with it.
    pub(crate) fn was_found_by(&self, contact: &Contact) -> bool {
        let same = |login: &Contact| {
            login.attribute() == contact.attribute() && login.key() == contact.key()
        };
        self.user.is_some() && self.login.as_ref().is_some_and(same)
    }

    /// The contact that the name was, if it is such a one.
    pub(crate) fn named_by(&self, attribute: ContactAttribute) -> Option<&Contact> {
        let login = self.login.as_ref();
        login.filter(|login| login.attribute() == attribute)
    }

    /// Some contact, if there is any.
    pub(crate) fn any_contact(&self) -> Option<&Contact> {
        self.contacts.first()
    }

    /// The contact that the code of the sign-up goes to.
    pub(crate) fn sign_up_contact(&self, txn: &mut Txn<'_>, cx: &Cx) -> Result<&Contact, ApiError> {
        let named = match &self.login {
            Some(login) => Some(login.attribute()),
            // Until something is proved, there is one: what the person signed up with.
            None => txn.login_list(&cx.pool.id, &self.sub)?.first().copied(),
        };
        contacts::of_sign_up(&cx.pool.config, &self.contacts, named)
            .ok_or(ApiError::NothingToVerify)
    }
}

fn by_name(
    txn: &mut Txn<'_>,
    cx: &Cx,
    login: Option<&Contact>,
    name: &str,
) -> Result<Option<User>, ApiError> {
    Ok(match login {
        Some(login) => txn.user_find(&cx.pool.id, login.attribute(), &login.key())?,
        None => txn.user_get(&cx.pool.id, &Sub::new(name))?,
    })
}

/// The contacts of a user.
pub(crate) fn on_record(user: &User) -> Vec<Contact> {
    let all = ContactAttribute::ALL.into_iter();
    all.filter_map(|attribute| user.contact(attribute))
        .collect()
}

/// The form in which two spellings of a name are the same.
pub(crate) fn name_key(config: &PoolConfig, name: &str) -> String {
    login(config, name).map_or_else(|| name.to_owned(), |login| login.key())
}

/// The address or number that a name is, if people sign in with such.
pub(crate) fn login(config: &PoolConfig, name: &str) -> Option<Contact> {
    let mut attributes = config.username_attributes.iter();
    attributes.find_map(|attribute| Contact::parse(*attribute, name).ok())
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
