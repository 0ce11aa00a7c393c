//! The store's own keys, and sealing again under a newer one.

use std::time::Duration;

use poolhouse_domain::{ClientId, ClientSecret, PoolId, Secret, Sub, Timestamp};
use poolhouse_store::{HEARD_OF, KeyUsage, Resealing, SigningKey, Store, StoreKeyPurpose};

use super::sample::{at, mail, pool_with_user, read, write};
use super::software_tokens::seed;

const HOUR: Duration = Duration::from_hours(1);

async fn load(store: &Store, now: Timestamp) {
    read(store, move |txn| txn.store_keys_load(now)).await;
}

/// What the keys are for.
async fn purposes(store: &Store) -> Vec<StoreKeyPurpose> {
    read(store, |txn| {
        let keys = txn.store_key_list()?;
        Ok(keys.iter().map(|key| key.purpose).collect())
    })
    .await
}

/// Seals everything again, two values at a time.
async fn reseal(store: &Store) -> u64 {
    let (mut at, mut count) = (Some(Resealing::default()), 0);
    while let Some(here) = at {
        let step = write(store, move |txn| txn.sealed_reseal(&here, 2)).await;
        (at, count) = (step.1, count + step.0);
    }
    count
}

/// One value of each kind that is sealed, and of keys several.
async fn seal_some(store: &Store) -> PoolId {
    let (pool, sub) = pool_with_user(store, "ann").await;
    let to = pool.clone();
    write(store, move |txn| {
        for number in 0..5 {
            let key = SigningKey {
                kid: format!("kid {number}"),
                usage: KeyUsage::Id,
                pkcs8: Secret::new(vec![number; 9]),
                created_at: at(1),
                signs_from: at(1),
            };
            txn.signing_key_insert(&to, &key)?;
        }
        let client = ClientId::new("client");
        txn.client_insert(&to, "web", &client, at(1))?;
        txn.client_secret_set(&to, &client, &secret())?;
        txn.password_set(&to, &sub, &super::passwords::hash(1), 1, at(1))?;
        txn.software_token_setup_put(&to, &sub, &seed(1), at(100))?;
        txn.outbox_insert(
            &to,
            &sub,
            &mail("ann@example.com", "123456"),
            at(1),
            at(100),
        )
    })
    .await;
    pool
}

fn secret() -> ClientSecret {
    ClientSecret::new(Secret::new("hush".to_owned()))
}

/// Whether everything that [`seal_some`] sealed opens.
async fn opens(store: &Store, pool: &PoolId) {
    let pool = pool.clone();
    read(store, move |txn| {
        let keys = txn.signing_key_list(&pool)?;
        assert_eq!(keys.len(), 5);
        for (number, key) in (0..).zip(keys) {
            assert_eq!(key.pkcs8.expose(), &[number; 9]);
        }
        let found = txn.client_secret_get(&pool, &ClientId::new("client"))?;
        assert_eq!(found.unwrap().expose(), "hush");
        assert_eq!(txn.outbox_due(9)?[0].message.code.expose(), "123456");
        let sub = Sub::new("ann");
        assert_eq!(txn.password_list(&pool, &sub, 9)?.len(), 1);
        Ok(())
    })
    .await;
}

pub(crate) async fn are_made_with_the_store(store: &Store) {
    let purposes = purposes(store).await.into_iter();
    let mut purposes: Vec<_> = purposes.map(StoreKeyPurpose::as_str).collect();
    purposes.sort_unstable();
    assert_eq!(purposes, ["data", "hashes", "sessions"]);
    assert_ne!(store.hash_key().expose(), store.session_key().expose());
    assert!(!store.has_old_data_keys());
    assert_eq!(reseal(store).await, 0);
}

pub(crate) async fn a_new_data_key_seals_when_all_have_heard_of_it(store: &Store) {
    let pool = seal_some(store).await;
    let now = at(1000);
    write(store, move |txn| txn.data_key_rotate(now)).await;
    load(store, now).await;
    assert!(store.has_old_data_keys());
    assert_eq!(reseal(store).await, 0, "it does not seal yet");
    load(store, now + HEARD_OF).await;
    assert_eq!(reseal(store).await, 9);
    assert_eq!(reseal(store).await, 0);
    opens(store, &pool).await;
}

pub(crate) async fn an_old_data_key_is_forgotten_when_nobody_needs_it(store: &Store) {
    let pool = seal_some(store).await;
    let now = at(1000);
    write(store, move |txn| txn.data_key_rotate(now)).await;
    let seals = now + HEARD_OF;
    load(store, seals).await;
    reseal(store).await;
    let early = seals + HOUR.saturating_sub(Duration::from_micros(1));
    assert_eq!(
        write(store, move |txn| txn.data_keys_forget(early)).await,
        0
    );
    assert_eq!(
        write(store, move |txn| txn.data_keys_forget(seals + HOUR)).await,
        1
    );
    let left = purposes(store).await;
    assert_eq!(left.len(), 3, "{left:?}");
    load(store, seals + HOUR).await;
    assert!(!store.has_old_data_keys());
    opens(store, &pool).await;
}
