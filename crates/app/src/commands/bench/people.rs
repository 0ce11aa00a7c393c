//! The people of a bench's pool: each follows from their number, so that nobody has to remember them.

use std::sync::Arc;

use poolhouse_client::{SoftwareKey, SoftwarePasskey};
use poolhouse_domain::contact::Contact;
use poolhouse_domain::mfa::MfaSettings;
use poolhouse_domain::passkey::{Attachment, Passkey};
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_domain::{PoolId, Sub, Timestamp};
use poolhouse_server::awsjson::error::ApiError;
use poolhouse_store::{Store, Txn};

use crate::failure::Failure;
use crate::terminal;

/// Where their passkeys are used: `dev` takes any page on this machine.
const ORIGIN: &str = "http://localhost:5173";
const RELYING_PARTY: &str = "localhost";

/// How many are written in one transaction.
const BATCH: u64 = 500;

/// So many people, with passkeys that share one key.
#[derive(Clone)]
pub(super) struct People {
    pub(super) count: u64,
    key: SoftwareKey,
}

/// One of them, or somebody who signed up elsewhere.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) passkey: Option<SoftwarePasskey>,
}

impl People {
    pub(super) fn new(count: u64) -> Result<Self, Failure> {
        let key = SoftwareKey::generate();
        let key = key.map_err(|error| Failure::caused("cannot make a passkey", &error))?;
        Ok(Self { count, key })
    }

    /// Everybody in turn, but neighbours in time are no neighbours in the store.
    pub(super) fn in_turn(&self, turn: u64) -> Person {
        /// A prime, which is larger than any number of people.
        const STRIDE: u64 = 4_294_967_291;
        self.person(turn.wrapping_mul(STRIDE) % self.count)
    }

    pub(super) fn person(&self, number: u64) -> Person {
        let passkey = SoftwarePasskey {
            key: self.key.clone(),
            id: credential_id(number),
            user_handle: sub(number).as_str().as_bytes().to_vec(),
            origin: ORIGIN.to_owned(),
        };
        Person {
            passkey: Some(passkey),
            ..Person::named(&format!("user-{number}"), number)
        }
    }

    /// Puts everybody into the store.
    pub(super) async fn move_in(
        &self,
        store: &Store,
        pool: &PoolId,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let (people, pool) = (Arc::new(self.clone()), Arc::new(pool.clone()));
        let mut first = 0;
        while first < self.count {
            let (people, pool) = (Arc::clone(&people), Arc::clone(&pool));
            let last = (first + BATCH).min(self.count);
            let batch = store.write::<_, ApiError, _>(move |txn| {
                (first..last).try_for_each(|number| people.insert(txn, &pool, number, now))
            });
            batch
                .await
                .map_err(|error| Failure::caused("cannot fill the store", &error))?;
            first = last;
            let bar = terminal::bar(first, self.count);
            terminal::progress(&format!("users: {bar} {first} of {}", self.count));
        }
        terminal::progress("");
        Ok(())
    }

    fn insert(
        &self,
        txn: &mut Txn<'_>,
        pool: &PoolId,
        number: u64,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let person = self.person(number);
        let contacts = [
            (ContactAttribute::Email, person.email),
            (ContactAttribute::PhoneNumber, person.phone),
        ];
        let mut user = User {
            sub: sub(number),
            status: UserStatus::Confirmed,
            enabled: true,
            attributes: [].into(),
            mfa: MfaSettings::default(),
            created_at: now,
            updated_at: now,
        };
        for (attribute, text) in &contacts {
            let proved = (attribute.verified().to_owned(), "true".to_owned());
            user.attributes
                .extend([(attribute.as_str().to_owned(), text.clone()), proved]);
        }
        txn.user_insert(pool, &user)?;
        for (attribute, text) in contacts {
            let key = Contact::parse(attribute, &text)?.key();
            txn.login_set(pool, &user.sub, attribute, &key)?;
        }
        txn.passkey_insert(pool, &self.record(number, user.sub, now))?;
        Ok(())
    }

    /// What registering the passkey would have left.
    fn record(&self, number: u64, sub: Sub, now: Timestamp) -> Passkey {
        Passkey {
            credential_id: credential_id(number),
            sub,
            public_key: self.key.cose(),
            sign_count: 0,
            uv_initialized: true,
            backup_eligible: true,
            backup_state: true,
            transports: vec!["internal".to_owned()],
            attachment: Some(Attachment::Platform),
            aaguid: [0; 16],
            name: "Passkey".to_owned(),
            relying_party_id: RELYING_PARTY.to_owned(),
            created_at: now,
            last_used_at: None,
        }
    }
}

impl Person {
    /// Somebody without a passkey.
    pub(super) fn named(name: &str, number: u64) -> Self {
        Self {
            email: format!("{name}@bench.example"),
            phone: format!("+{}", 12_065_550_000 + number),
            passkey: None,
        }
    }

    /// Makes a passkey for them.
    pub(super) fn enrol(
        &mut self,
        options: &str,
    ) -> Result<serde_json::Value, poolhouse_client::Error> {
        let (passkey, credential) = SoftwarePasskey::create(ORIGIN, options)?;
        self.passkey = Some(passkey);
        Ok(credential)
    }
}

fn sub(number: u64) -> Sub {
    Sub::new(format!("00000000-0000-4000-8000-{number:012x}"))
}

fn credential_id(number: u64) -> Vec<u8> {
    [[0xbe; 8], number.to_be_bytes()].concat()
}
