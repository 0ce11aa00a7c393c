//! Passkeys.

use poolhouse_domain::passkey::{Attachment, MAX_PASSKEYS, Passkey};
use poolhouse_domain::{PoolId, Sub, Timestamp};
use poolhouse_store::{Store, StoreError, Txn};

use super::sample::{add_user, at, conflict, pool, pool_with_user, race, read, write};

/// A passkey of `sub`'s with a counter, made at 100.
pub(crate) fn passkey(sub: &str, id: u8) -> Passkey {
    Passkey {
        credential_id: vec![id; 16],
        sub: Sub::new(sub),
        public_key: vec![0xa5, id, 0],
        sign_count: 5,
        uv_initialized: true,
        backup_eligible: true,
        backup_state: false,
        transports: vec!["internal".to_owned(), "hybrid".to_owned()],
        attachment: Some(Attachment::Platform),
        aaguid: [id; 16],
        name: "Ann's \"phone\"".to_owned(),
        relying_party_id: "example.com".to_owned(),
        created_at: at(100),
        last_used_at: None,
    }
}

async fn insert(store: &Store, pool: &PoolId, passkey: &Passkey) {
    let (pool, passkey) = (pool.clone(), passkey.clone());
    write(store, move |txn| txn.passkey_insert(&pool, &passkey)).await;
}

async fn get(store: &Store, pool: &PoolId, id: u8) -> Option<Passkey> {
    let pool = pool.clone();
    read(store, move |txn| txn.passkey_get(&pool, &[id; 16])).await
}

/// The first bytes of the ids.
async fn list(
    store: &Store,
    key: &(PoolId, Sub),
    after: Option<(i64, u8)>,
    limit: usize,
) -> Vec<u8> {
    let (pool, sub) = key.clone();
    let found = read(store, move |txn| {
        let id = after.map(|(_, id)| [id; 16]).unwrap_or_default();
        let after = after.map(|(moment, _)| (at(moment), id.as_slice()));
        txn.passkey_list(&pool, &sub, after, limit)
    });
    let ids = found.await.into_iter();
    ids.map(|passkey| passkey.credential_id[0]).collect()
}

async fn use_at(store: &Store, pool: &PoolId, id: u8, sign_count: u32, now: i64) -> bool {
    let pool = pool.clone();
    write(store, move |txn| try_use(txn, &pool, id, sign_count, now)).await
}

/// Reads a passkey and records its use. Whether there is one, and its counter has grown.
pub(crate) fn try_use(
    txn: &mut Txn<'_>,
    pool: &PoolId,
    id: u8,
    sign_count: u32,
    now: i64,
) -> Result<bool, StoreError> {
    match txn.passkey_get(pool, &[id; 16])? {
        Some(passkey) => txn.passkey_use(pool, &passkey, sign_count, true, at(now)),
        None => Ok(false),
    }
}

pub(crate) async fn come_back_whole(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let full = passkey("ann", 1);
    let bare = Passkey {
        credential_id: vec![2; 16],
        sign_count: u32::MAX,
        uv_initialized: false,
        backup_eligible: false,
        transports: Vec::new(),
        attachment: None,
        last_used_at: Some(Timestamp::from_micros(123_456_789)),
        ..full.clone()
    };
    for passkey in [&full, &bare] {
        insert(store, &pool, passkey).await;
    }
    assert_eq!(get(store, &pool, 1).await, Some(full));
    assert_eq!(get(store, &pool, 2).await, Some(bare));
    assert_eq!(get(store, &pool, 3).await, None);
}

pub(crate) async fn are_there_for_their_relying_party(store: &Store) {
    let (pool, sub) = pool_with_user(store, "ann").await;
    add_user(store, &pool, "eve").await;
    insert(store, &pool, &passkey("eve", 1)).await;
    let exists = |party: &'static str| {
        let (pool, sub) = (pool.clone(), sub.clone());
        async move {
            let has = read(store, move |txn| txn.credentials(&pool, &sub, party)).await;
            assert!(!has.password);
            has.passkey
        }
    };
    assert!(!exists("example.com").await, "another's");
    insert(store, &pool, &passkey("ann", 2)).await;
    insert(store, &pool, &passkey("ann", 3)).await;
    assert!(exists("example.com").await);
    assert!(!exists("example.org").await);
}

pub(crate) async fn a_credential_id_is_one_users(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    add_user(store, &pool, "eve").await;
    insert(store, &pool, &passkey("ann", 1)).await;
    for again in ["ann", "eve"] {
        let pool = pool.clone();
        let table = conflict(store, move |txn| {
            txn.passkey_insert(&pool, &passkey(again, 1))
        });
        assert_eq!(table.await, "passkeys");
    }
    assert_eq!(get(store, &pool, 1).await, Some(passkey("ann", 1)));
}

pub(crate) async fn are_kept_per_pool(store: &Store) {
    let (first, sub) = pool_with_user(store, "ann").await;
    let second = pool(store, "other").await;
    add_user(store, &second, "ann").await;
    insert(store, &first, &passkey("ann", 1)).await;
    assert_eq!(get(store, &second, 1).await, None);
    assert!(!use_at(store, &second, 1, 9, 200).await);
    assert!(
        list(store, &(second.clone(), sub), None, 20)
            .await
            .is_empty()
    );
    insert(store, &second, &passkey("ann", 1)).await;
}

pub(crate) async fn need_a_user(store: &Store) {
    let pool = pool(store, "pool").await;
    conflict(store, move |txn| {
        txn.passkey_insert(&pool, &passkey("nobody", 1))
    })
    .await;
}

pub(crate) async fn are_listed_in_pages(store: &Store) {
    let ann = pool_with_user(store, "ann").await;
    add_user(store, &ann.0, "eve").await;
    insert(store, &ann.0, &passkey("eve", 9)).await;
    // 4 is the oldest; 1, 2 and 3 are of one moment.
    for (id, created_at) in [(3, 100), (1, 100), (4, 50), (2, 100)] {
        let passkey = Passkey {
            created_at: at(created_at),
            ..passkey("ann", id)
        };
        insert(store, &ann.0, &passkey).await;
    }
    assert_eq!(list(store, &ann, None, 20).await, [4, 1, 2, 3]);
    assert_eq!(list(store, &ann, None, 2).await, [4, 1]);
    assert_eq!(list(store, &ann, Some((100, 1)), 2).await, [2, 3]);
    assert!(list(store, &ann, Some((100, 3)), 2).await.is_empty());
    // The one that the page ended with may have been deleted meanwhile.
    let (pool, sub) = ann.clone();
    write(store, move |txn| txn.passkey_delete(&pool, &sub, &[1; 16])).await;
    assert_eq!(list(store, &ann, Some((100, 1)), 2).await, [2, 3]);
}

pub(crate) async fn are_counted(store: &Store) {
    let (pool, sub) = pool_with_user(store, "ann").await;
    let count = || {
        let (pool, sub) = (pool.clone(), sub.clone());
        read(store, move |txn| txn.passkey_count(&pool, &sub))
    };
    assert_eq!(count().await, 0);
    for id in 0..u8::try_from(MAX_PASSKEYS).unwrap() {
        insert(store, &pool, &passkey("ann", id)).await;
    }
    assert_eq!(count().await, MAX_PASSKEYS);
}

pub(crate) async fn a_use_is_recorded(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    insert(store, &pool, &passkey("ann", 1)).await;
    assert!(use_at(store, &pool, 1, 6, 200).await);
    let used = Passkey {
        sign_count: 6,
        backup_state: true,
        last_used_at: Some(at(200)),
        ..passkey("ann", 1)
    };
    assert_eq!(get(store, &pool, 1).await, Some(used));
    assert!(!use_at(store, &pool, 2, 6, 200).await);
}

pub(crate) async fn a_counter_never_goes_back(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    insert(store, &pool, &passkey("ann", 1)).await;
    for stale in [5, 4, 0] {
        assert!(!use_at(store, &pool, 1, stale, 200).await, "{stale}");
    }
    assert_eq!(get(store, &pool, 1).await, Some(passkey("ann", 1)));
    // Without a counter every use counts; once there is one, it is there for good.
    let none = Passkey {
        sign_count: 0,
        ..passkey("ann", 2)
    };
    insert(store, &pool, &none).await;
    assert!(use_at(store, &pool, 2, 0, 200).await);
    assert!(use_at(store, &pool, 2, 0, 201).await);
    assert!(use_at(store, &pool, 2, u32::MAX, 202).await);
    assert!(!use_at(store, &pool, 2, 0, 203).await);
}

pub(crate) async fn one_of_16_uses_a_counter(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    insert(store, &pool, &passkey("ann", 1)).await;
    let outcomes = race(store, move |_, txn| try_use(txn, &pool, 1, 6, 200)).await;
    let used = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Ok(true)));
    assert_eq!(used.count(), 1);
}

pub(crate) async fn one_of_16_registers_an_id(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    add_user(store, &pool, "eve").await;
    let outcomes = race(store, move |number, txn| {
        let owner = if number % 2 == 0 { "ann" } else { "eve" };
        txn.passkey_insert(&pool, &passkey(owner, 1))
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
}

pub(crate) async fn are_renamed_and_deleted_by_their_user(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    let eve = add_user(store, &pool, "eve").await;
    insert(store, &pool, &passkey("ann", 1)).await;
    let rename = |sub: &Sub| {
        let (pool, sub) = (pool.clone(), sub.clone());
        write(store, move |txn| {
            txn.passkey_rename(&pool, &sub, &[1; 16], "blue")
        })
    };
    let delete = |sub: &Sub| {
        let (pool, sub) = (pool.clone(), sub.clone());
        write(store, move |txn| txn.passkey_delete(&pool, &sub, &[1; 16]))
    };
    assert!(!rename(&eve).await);
    assert!(!delete(&eve).await);
    assert_eq!(get(store, &pool, 1).await, Some(passkey("ann", 1)));
    assert!(rename(&ann).await);
    assert_eq!(get(store, &pool, 1).await.unwrap().name, "blue");
    assert!(delete(&ann).await);
    assert!(!delete(&ann).await);
    assert!(!rename(&ann).await);
    assert_eq!(get(store, &pool, 1).await, None);
}
