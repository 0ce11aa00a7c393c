//! Authenticator apps.

use poolhouse_domain::code::MAX_ATTEMPTS;
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::totp::Seed;
use poolhouse_domain::{PoolId, Sub};
use poolhouse_store::{SoftwareToken, Store};

use super::sample::{add_user, at, conflict, pool, pool_with_user, race, read, write};

pub(crate) fn seed(number: u64) -> Seed {
    Seed::generate(&SeededRandom::new(number))
}

pub(crate) fn token(number: u64) -> SoftwareToken {
    SoftwareToken {
        seed: seed(number),
        name: None,
        accepted_step: 10,
        created_at: at(300),
    }
}

async fn put(store: &Store, pool: &PoolId, sub: &Sub, token: SoftwareToken) {
    let (pool, sub) = (pool.clone(), sub.clone());
    write(store, move |txn| {
        txn.software_token_put(&pool, &sub, &token)
    })
    .await;
}

async fn get(store: &Store, pool: &PoolId, sub: &'static str) -> Option<SoftwareToken> {
    let pool = pool.clone();
    read(store, move |txn| {
        txn.software_token_get(&pool, &Sub::new(sub))
    })
    .await
}

async fn set_up(store: &Store, pool: &PoolId, sub: &Sub, number: u64) {
    let (pool, sub) = (pool.clone(), sub.clone());
    write(store, move |txn| {
        txn.software_token_setup_put(&pool, &sub, &seed(number), at(400))
    })
    .await;
}

/// The seed that waits, and how many answers it has had.
async fn attempt(
    store: &Store,
    pool: &PoolId,
    sub: &'static str,
    now: i64,
) -> Option<([u8; 20], u32)> {
    let pool = pool.clone();
    let setup = write(store, move |txn| {
        txn.software_token_setup_attempt(&pool, &Sub::new(sub), at(now))
    });
    setup
        .await
        .map(|setup| (*setup.seed.expose(), setup.attempts))
}

pub(crate) async fn come_back_whole(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    assert!(get(store, &pool, "ann").await.is_none());
    let named = SoftwareToken {
        name: Some("Ann's \"phone\"".to_owned()),
        ..token(1)
    };
    for stored in [named, token(2)] {
        put(store, &pool, &ann, stored.clone()).await;
        let got = get(store, &pool, "ann").await.unwrap();
        assert_eq!(got.seed.expose(), stored.seed.expose());
        assert_eq!(got.name, stored.name);
        assert_eq!((got.accepted_step, got.created_at), (10, at(300)));
    }
}

pub(crate) async fn are_kept_per_pool_and_user(store: &Store) {
    let (first, ann) = pool_with_user(store, "ann").await;
    let eve = add_user(store, &first, "eve").await;
    let second = pool(store, "other").await;
    add_user(store, &second, "ann").await;
    put(store, &first, &ann, token(1)).await;
    put(store, &first, &eve, token(2)).await;
    assert!(get(store, &second, "ann").await.is_none());
    let seed_of = |token: Option<SoftwareToken>| *token.unwrap().seed.expose();
    assert_eq!(seed_of(get(store, &first, "ann").await), *seed(1).expose());
    assert_eq!(seed_of(get(store, &first, "eve").await), *seed(2).expose());
}

pub(crate) async fn a_step_is_used_once_and_none_before_it(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    put(store, &pool, &ann, token(1)).await;
    for (step, used) in [
        (10, false),
        (9, false),
        (12, true),
        (12, false),
        (11, false),
        (13, true),
    ] {
        let (to, of) = (pool.clone(), ann.clone());
        let got = write(store, move |txn| txn.software_token_use(&to, &of, step)).await;
        assert_eq!(got, used, "{step}");
    }
    assert_eq!(get(store, &pool, "ann").await.unwrap().accepted_step, 13);
    let nobody = write(store, move |txn| {
        txn.software_token_use(&pool, &Sub::new("nobody"), 99)
    });
    assert!(!nobody.await);
}

pub(crate) async fn one_of_16_uses_a_step(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    put(store, &pool, &ann, token(1)).await;
    let outcomes = race(store, move |_, txn| txn.software_token_use(&pool, &ann, 11)).await;
    let used = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Ok(true)));
    assert_eq!(used.count(), 1);
}

pub(crate) async fn setups_are_replaced_and_counted(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    assert_eq!(attempt(store, &pool, "ann", 100).await, None);
    set_up(store, &pool, &ann, 1).await;
    assert_eq!(
        attempt(store, &pool, "ann", 100).await,
        Some((*seed(1).expose(), 1))
    );
    assert_eq!(
        attempt(store, &pool, "ann", 100).await,
        Some((*seed(1).expose(), 2))
    );
    set_up(store, &pool, &ann, 2).await;
    for expected in (1..=MAX_ATTEMPTS + 1).chain([MAX_ATTEMPTS + 1]) {
        let got = attempt(store, &pool, "ann", 399).await;
        assert_eq!(got, Some((*seed(2).expose(), expected)));
    }
    assert_eq!(attempt(store, &pool, "ann", 400).await, None);
}

pub(crate) async fn setups_end_once(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    set_up(store, &pool, &ann, 1).await;
    let outcomes = race(store, move |_, txn| {
        txn.software_token_setup_delete(&pool, &ann)
    })
    .await;
    let ended = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Ok(true)));
    assert_eq!(ended.count(), 1);
}

pub(crate) async fn need_a_user(store: &Store) {
    let pool = pool(store, "pool").await;
    let to = pool.clone();
    conflict(store, move |txn| {
        txn.software_token_put(&to, &Sub::new("nobody"), &token(1))
    })
    .await;
    conflict(store, move |txn| {
        txn.software_token_setup_put(&pool, &Sub::new("nobody"), &seed(1), at(400))
    })
    .await;
}

pub(crate) async fn go_with_their_user(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    put(store, &pool, &ann, token(1)).await;
    set_up(store, &pool, &ann, 2).await;
    let of = pool.clone();
    write(store, move |txn| txn.user_delete(&of, &ann)).await;
    add_user(store, &pool, "ann").await;
    assert!(get(store, &pool, "ann").await.is_none());
    assert_eq!(attempt(store, &pool, "ann", 100).await, None);
}
