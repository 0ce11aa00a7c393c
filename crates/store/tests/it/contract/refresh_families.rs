//! Refresh families.

use poolhouse_domain::device::DeviceKey;
use poolhouse_domain::token::{Amr, RefreshFamily};
use poolhouse_domain::{ClientId, PoolId, Sub, Timestamp};
use poolhouse_store::{Store, StoreError};

use super::sample::{add_user, at, conflict, pool, pool_with_user, race, read, write};

/// A family of `sub`'s, and its token's hash.
pub(crate) fn family(sub: &str) -> (RefreshFamily, [u8; 32]) {
    let mut hash = [0; 32];
    hash[..sub.len()].copy_from_slice(sub.as_bytes());
    let family = RefreshFamily {
        origin_jti: format!("jti of {sub}"),
        sub: Sub::new(sub),
        client_id: ClientId::new("client"),
        auth_time: Timestamp::from_micros(5_000_001),
        amr: vec![Amr::EmailOtp, Amr::Sms],
        device: DeviceKey::parse("us-east-1_7"),
        expires_at: at(1_000),
        generation: 7,
        rotated_at: Timestamp::from_micros(6_000_001),
        last_active_at: Timestamp::from_micros(7_000_001),
        revoked: false,
    };
    (family, hash)
}

async fn insert(store: &Store, pool: &PoolId, family: RefreshFamily, hash: [u8; 32]) {
    let pool = pool.clone();
    write(store, move |txn| {
        txn.refresh_family_insert(&pool, &family, &hash)
    })
    .await;
}

async fn get(store: &Store, pool: &PoolId, jti: &'static str) -> Option<RefreshFamily> {
    let pool = pool.clone();
    let sub = whose(jti);
    read(store, move |txn| txn.refresh_family_get(&pool, &sub, jti)).await
}

/// The user of a family of that name.
fn whose(jti: &str) -> Sub {
    Sub::new(if jti.starts_with('e') { "eve" } else { "ann" })
}

async fn is_revoked(store: &Store, pool: &PoolId, jti: &'static str) -> bool {
    get(store, pool, jti).await.unwrap().revoked
}

async fn revoke(store: &Store, pool: &PoolId, jti: &'static str) -> bool {
    let pool = pool.clone();
    let sub = whose(jti);
    write(store, move |txn| {
        txn.refresh_family_revoke(&pool, &sub, jti)
    })
    .await
}

pub(crate) async fn come_back_whole(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let (open, hash) = family("ann");
    let mut revoked = open.clone();
    revoked.origin_jti = "revoked".to_owned();
    revoked.revoked = true;
    revoked.amr = vec![];
    revoked.device = None;
    insert(store, &pool, open.clone(), hash).await;
    insert(store, &pool, revoked.clone(), [9; 32]).await;
    assert_eq!(get(store, &pool, "jti of ann").await, Some(open));
    assert_eq!(get(store, &pool, "revoked").await, Some(revoked));
}

pub(crate) async fn are_found_by_token_and_by_jti(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let (ann, hash) = family("ann");
    insert(store, &pool, ann.clone(), hash).await;
    let find = |sub: &str, jti: &'static str, hash: [u8; 32]| {
        let (pool, sub) = (pool.clone(), Sub::new(sub));
        read(store, move |txn| {
            txn.refresh_family_find(&pool, &sub, jti, &hash)
        })
    };
    assert_eq!(find("ann", "jti of ann", hash).await, Some(ann.clone()));
    assert_eq!(find("ann", "jti of ann", [0; 32]).await, None);
    assert_eq!(find("ann", "other", hash).await, None);
    assert_eq!(find("eve", "jti of ann", hash).await, None);
    assert_eq!(get(store, &pool, "jti of ann").await, Some(ann));
    assert_eq!(get(store, &pool, "jti").await, None);
}

pub(crate) async fn are_kept_per_pool(store: &Store) {
    let (one, _) = pool_with_user(store, "ann").await;
    let two = pool(store, "two").await;
    let (ann, hash) = family("ann");
    insert(store, &one, ann, hash).await;
    assert_eq!(get(store, &two, "jti of ann").await, None);
    assert!(!revoke(store, &two, "jti of ann").await);
    let found = read(store, move |txn| {
        txn.refresh_family_find(&two, &Sub::new("ann"), "jti of ann", &hash)
    });
    assert_eq!(found.await, None);
    assert!(!is_revoked(store, &one, "jti of ann").await);
}

pub(crate) async fn are_unique(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let (ann, hash) = family("ann");
    insert(store, &pool, ann.clone(), hash).await;
    let table = conflict(store, move |txn| {
        txn.refresh_family_insert(&pool, &ann, &[9; 32])
    });
    assert_eq!(table.await, "refresh_families");
}

pub(crate) async fn need_a_user(store: &Store) {
    let pool = pool(store, "pool").await;
    let (nobody, hash) = family("nobody");
    conflict(store, move |txn| {
        txn.refresh_family_insert(&pool, &nobody, &hash)
    })
    .await;
}

pub(crate) async fn are_revoked_one_by_one(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let (ann, hash) = family("ann");
    let mut second = ann.clone();
    second.origin_jti = "second".to_owned();
    insert(store, &pool, ann, hash).await;
    insert(store, &pool, second, [9; 32]).await;

    assert!(revoke(store, &pool, "second").await);
    assert!(!revoke(store, &pool, "second").await);
    assert!(!revoke(store, &pool, "unknown").await);
    assert!(is_revoked(store, &pool, "second").await);
    assert!(!is_revoked(store, &pool, "jti of ann").await);
}

pub(crate) async fn are_revoked_all_together(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    add_user(store, &pool, "eve").await;
    for (jti, sub, hash) in [("a1", "ann", 1), ("a2", "ann", 2), ("e1", "eve", 3)] {
        let (mut family, _) = family(sub);
        family.origin_jti = jti.to_owned();
        insert(store, &pool, family, [hash; 32]).await;
    }
    assert!(revoke(store, &pool, "a1").await);
    let revoke_all = || {
        let (pool, ann) = (pool.clone(), ann.clone());
        write(store, move |txn| txn.refresh_families_revoke(&pool, &ann))
    };
    assert_eq!(revoke_all().await, 1);
    assert_eq!(revoke_all().await, 0);
    assert!(is_revoked(store, &pool, "a2").await);
    assert!(!is_revoked(store, &pool, "e1").await);
}

pub(crate) async fn one_of_16_revokes(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let (ann, hash) = family("ann");
    insert(store, &pool, ann, hash).await;
    let outcomes = race(store, move |_, txn| {
        txn.refresh_family_revoke(&pool, &whose("ann"), "jti of ann")
    })
    .await;
    let revoked = outcomes
        .into_iter()
        .filter(|outcome| matches!(outcome, Ok(true)));
    assert_eq!(revoked.count(), 1);
}

async fn rotate(store: &Store, pool: &PoolId, from: u32, seconds: i64) -> bool {
    let pool = pool.clone();
    let rotated = store.write(move |txn| {
        txn.refresh_family_rotate(&pool, &whose("ann"), "jti of ann", from, at(seconds))
    });
    match rotated.await {
        Ok(()) => true,
        Err(StoreError::Conflict(table)) if table == "refresh_families" => false,
        Err(other) => panic!("{other:?}"),
    }
}

pub(crate) async fn are_rotated_from_the_newest_on(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let (ann, hash) = family("ann");
    insert(store, &pool, ann, hash).await;
    assert!(!rotate(store, &pool, 6, 20).await);
    assert!(rotate(store, &pool, 7, 21).await);
    assert!(!rotate(store, &pool, 7, 22).await);
    assert!(!rotate(store, &pool, 9, 22).await);
    let rotated = get(store, &pool, "jti of ann").await.unwrap();
    assert_eq!((rotated.generation, rotated.rotated_at), (8, at(21)));
    revoke(store, &pool, "jti of ann").await;
    assert!(!rotate(store, &pool, 8, 23).await, "it has ended");
    assert!(!rotate(store, &PoolId::new("us-east-1_other"), 8, 23).await);
}

pub(crate) async fn one_of_16_rotates(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let (ann, hash) = family("ann");
    insert(store, &pool, ann, hash).await;
    let id = pool.clone();
    let outcomes = race(store, move |_, txn| {
        txn.refresh_family_rotate(&id, &whose("ann"), "jti of ann", 7, at(20))
    });
    let outcomes = outcomes.await.into_iter();
    assert_eq!(outcomes.flatten().count(), 1);
    assert_eq!(get(store, &pool, "jti of ann").await.unwrap().generation, 8);
}

pub(crate) async fn were_last_active_when_they_were_touched(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let (ann, hash) = family("ann");
    insert(store, &pool, ann.clone(), hash).await;
    // The clocks of two nodes may differ: what came later stays.
    for (seconds, last) in [(50, 50), (40, 50), (51, 51)] {
        let id = pool.clone();
        write(store, move |txn| {
            txn.refresh_family_touch(&id, &whose("ann"), "jti of ann", at(seconds))
        })
        .await;
        let touched = get(store, &pool, "jti of ann").await.unwrap();
        let mut expected = ann.clone();
        expected.last_active_at = at(last);
        assert_eq!(touched, expected);
    }
}

async fn list(
    store: &Store,
    pool: &PoolId,
    after: Option<(i64, &'static str)>,
    limit: usize,
) -> Vec<String> {
    let pool = pool.clone();
    let families = read(store, move |txn| {
        let after = after.map(|(seconds, jti)| (at(seconds), jti));
        txn.refresh_family_list(&pool, &Sub::new("ann"), at(500), after, limit)
    });
    let families = families.await.into_iter();
    families.map(|family| family.origin_jti).collect()
}

pub(crate) async fn are_listed_newest_first_in_pages(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    add_user(store, &pool, "eve").await;
    for (jti, sub, auth_time, number) in [
        ("b", "ann", 10, 1),
        ("a", "ann", 10, 2),
        ("d", "ann", 30, 3),
        ("c", "ann", 20, 4),
        ("e", "eve", 40, 5),
    ] {
        let (mut family, _) = family(sub);
        family.origin_jti = jti.to_owned();
        family.auth_time = at(auth_time);
        insert(store, &pool, family, [number; 32]).await;
    }
    assert_eq!(list(store, &pool, None, 10).await, ["d", "c", "b", "a"]);
    assert_eq!(list(store, &pool, None, 3).await, ["d", "c", "b"]);
    assert_eq!(list(store, &pool, Some((10, "b")), 3).await, ["a"]);
    assert_eq!(list(store, &pool, Some((10, "a")), 3).await, [""; 0]);
    let gone = list(store, &pool, Some((25, "gone")), 1);
    assert_eq!(gone.await, ["c"]);
    let other = PoolId::new("us-east-1_other");
    assert!(list(store, &other, None, 10).await.is_empty());
}

pub(crate) async fn are_listed_while_they_live(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    for (jti, expires_at, revoked, number) in [
        ("live", 501, false, 1),
        ("expired", 500, false, 2),
        ("revoked", 501, true, 3),
    ] {
        let (mut family, _) = family("ann");
        family.origin_jti = jti.to_owned();
        family.expires_at = at(expires_at);
        family.revoked = revoked;
        insert(store, &pool, family, [number; 32]).await;
    }
    assert_eq!(list(store, &pool, None, 10).await, ["live"]);
}
