//! The store's own keys: made with the store, opened with the master key, replaced one by one.

use std::time::Duration;

use poolhouse_domain::seal::{MasterKey, Sealer};
use poolhouse_domain::{Timestamp, random};

use crate::vault::{Ring, data_sealer};
use crate::{StoreError, Txn};

/// From a data key's making until it seals: time for every node to hear of it, which they do every
/// half minute.
pub const HEARD_OF: Duration = Duration::from_mins(2);

/// From then until the keys before it may go, if nothing is sealed with them any more: no node is so
/// far behind.
const OUTLIVED: Duration = Duration::from_hours(1);

/// What a key of the store is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKeyPurpose {
    /// Seals values: the newest; older ones open what they sealed.
    Data,
    /// Hashes codes and refresh tokens: for ever the same.
    Hashes,
    /// Seals Sessions: another one after a restore.
    Sessions,
}

impl StoreKeyPurpose {
    const ALL: [Self; 3] = [Self::Data, Self::Hashes, Self::Sessions];

    /// Its word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Hashes => "hashes",
            Self::Sessions => "sessions",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == word)
    }
}

/// A key of the store.
#[derive(Clone, Debug)]
pub struct StoreKey {
    /// A UUID.
    pub id: String,
    /// What it is for.
    pub purpose: StoreKeyPurpose,
    /// From when on it seals, if it is for data.
    pub seals_from: Timestamp,
    /// When it was made; 1970 for those that were made with the store.
    pub created_at: Timestamp,
    key: MasterKey,
}

impl Txn<'_> {
    /// Loads the store's keys; the first time, makes them.
    pub(crate) fn store_keys_open(&mut self) -> Result<(), StoreError> {
        // There is no clock here: the oldest data key is one that every node has.
        let start = Timestamp::from_micros(0);
        if self.store_key_list()?.is_empty() {
            for purpose in StoreKeyPurpose::ALL {
                let key = MasterKey::generate(self.context.vault.random());
                self.store_key_insert(purpose, &key, start, start)?;
            }
        }
        self.store_keys_load(start)
    }

    /// Takes the keys as they are now; the data key that seals is the newest of those that may.
    ///
    /// # Errors
    /// [`StoreError::Broken`] if the master key is another than the one that sealed them.
    pub fn store_keys_load(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let keys = self.store_key_list()?;
        let of = |purpose| keys.iter().filter(move |key| key.purpose == purpose);
        let none = |purpose: StoreKeyPurpose| {
            StoreError::broken(format!("store_keys has no key for {}", purpose.as_str()))
        };
        let newest = |purpose| {
            let key = of(purpose).next_back().map(|key| key.key.clone());
            key.ok_or_else(|| none(purpose))
        };
        let (seals, waits): (Vec<&StoreKey>, Vec<&StoreKey>) =
            of(StoreKeyPurpose::Data).partition(|key| key.seals_from <= now);
        // The newest first, and those that do not seal yet last.
        let mut data = seals
            .iter()
            .rev()
            .chain(&waits)
            .map(|key| data_sealer(&key.key));
        self.context.vault.set_ring(Ring {
            data: data.next().ok_or_else(|| none(StoreKeyPurpose::Data))?,
            others: data.collect(),
            hashes: newest(StoreKeyPurpose::Hashes)?,
            sessions: newest(StoreKeyPurpose::Sessions)?,
        });
        Ok(())
    }

    /// The store's keys, in the order in which they seal.
    pub fn store_key_list(&mut self) -> Result<Vec<StoreKey>, StoreError> {
        let context = self.context;
        self.query_many(
            "SELECT id, purpose, key, seals_from, created_at FROM store_keys
             ORDER BY seals_from, created_at, id",
            &[],
            |row| {
                let id = row.text("store_keys.id")?;
                let sealed = row.blob("store_keys.key")?;
                Ok(StoreKey {
                    purpose: row.word("store_keys.purpose", StoreKeyPurpose::parse)?,
                    key: context.vault.open_key(&place(&id), &sealed)?,
                    seals_from: row.time("store_keys.seals_from")?,
                    created_at: row.time("store_keys.created_at")?,
                    id,
                })
            },
        )
    }

    /// Makes a data key that seals [`HEARD_OF`] from `now`.
    pub fn data_key_rotate(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let key = MasterKey::generate(self.context.vault.random());
        self.store_key_insert(StoreKeyPurpose::Data, &key, now + HEARD_OF, now)
    }

    /// Forgets the data keys before the one that seals now, if that has done so for an hour. To be
    /// called when nothing is sealed with them any more.
    pub fn data_keys_forget(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.execute(
            "DELETE FROM store_keys WHERE purpose = ?1 AND seals_from < (
                 SELECT COALESCE(MAX(seals_from), 0) FROM store_keys
                 WHERE purpose = ?1 AND seals_from <= ?2)",
            &[
                StoreKeyPurpose::Data.as_str().into(),
                now.before(OUTLIVED).into(),
            ],
        )
    }

    /// Seals the store's keys with another master key, which is the one to open the store with from
    /// then on.
    pub fn store_keys_reseal(&mut self, master: &Sealer) -> Result<(), StoreError> {
        for key in self.store_key_list()? {
            let (random, id) = (self.context.vault.random(), place(&key.id));
            let sealed = master.seal(random, id.as_bytes(), key.key.expose());
            self.execute(
                "UPDATE store_keys SET key = ?2 WHERE id = ?1",
                &[(&key.id).into(), (&sealed).into()],
            )?;
        }
        Ok(())
    }

    /// Makes Sessions that were sealed before worthless.
    pub(crate) fn session_key_replace(&mut self) -> Result<(), StoreError> {
        let key = MasterKey::generate(self.context.vault.random());
        let purpose = StoreKeyPurpose::Sessions;
        self.execute(
            "DELETE FROM store_keys WHERE purpose = ?1",
            &[purpose.as_str().into()],
        )?;
        let start = Timestamp::from_micros(0);
        self.store_key_insert(purpose, &key, start, start)
    }

    fn store_key_insert(
        &mut self,
        purpose: StoreKeyPurpose,
        key: &MasterKey,
        seals_from: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let vault = &self.context.vault;
        let id = random::uuid(vault.random());
        let sealed = vault.seal_key(&place(&id), key);
        self.insert(
            "store_keys",
            "INSERT INTO store_keys (id, purpose, key, seals_from, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            &[
                (&id).into(),
                purpose.as_str().into(),
                (&sealed).into(),
                seals_from.into(),
                now.into(),
            ],
        )
    }
}

fn place(id: &str) -> String {
    format!("store_keys/key/{id}")
}
