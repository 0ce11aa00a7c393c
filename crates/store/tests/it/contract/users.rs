//! Users and logins.

use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::pool::ContactAttribute::{Email, PhoneNumber};
use poolhouse_domain::pool::{ContactAttribute, FirstFactor, MfaMethod};
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_domain::{PoolId, Sub, Timestamp};
use poolhouse_store::{Store, StoreError, Txn};

use super::sample::{add_user, at, conflict, mail, pool, pool_with_user, race, read, user, write};
use super::{codes, devices, passkey_registrations, passkeys, passwords, refresh_families};

async fn get(store: &Store, pool: &PoolId, sub: &str) -> Option<User> {
    let (pool, sub) = (pool.clone(), Sub::new(sub));
    read(store, move |txn| txn.user_get(&pool, &sub)).await
}

async fn set(store: &Store, pool: &PoolId, sub: &Sub, by: ContactAttribute, key: &'static str) {
    let (pool, sub) = (pool.clone(), sub.clone());
    write(store, move |txn| txn.login_set(&pool, &sub, by, key)).await;
}

/// The sub of whoever signs in with `key`.
async fn find(
    store: &Store,
    pool: &PoolId,
    by: ContactAttribute,
    key: &'static str,
) -> Option<String> {
    let pool = pool.clone();
    let found = read(store, move |txn| txn.user_find(&pool, by, key)).await;
    found.map(|user| user.sub.to_string())
}

pub(crate) async fn come_back_whole(store: &Store) {
    let pool = pool(store, "pool").await;
    let mut disabled = user("disabled");
    disabled.enabled = false;
    disabled.status = UserStatus::Unconfirmed;
    disabled.attributes.clear();
    let mut ann = user("ann");
    ann.mfa.set_up(MfaMethod::SmsMfa);
    for user in [ann, disabled] {
        let (to, stored) = (pool.clone(), user.clone());
        write(store, move |txn| txn.user_insert(&to, &stored)).await;
        let sub = user.sub.to_string();
        assert_eq!(get(store, &pool, &sub).await, Some(user));
    }
    assert_eq!(get(store, &pool, "nobody").await, None);
}

pub(crate) async fn are_kept_per_pool(store: &Store) {
    let (one, two) = (pool(store, "one").await, pool(store, "two").await);
    let ann = add_user(store, &one, "ann").await;
    set(store, &one, &ann, Email, "ann@example.com").await;
    assert_eq!(get(store, &two, "ann").await, None);
    assert_eq!(find(store, &two, Email, "ann@example.com").await, None);
    add_user(store, &two, "ann").await;
    set(store, &two, &ann, Email, "ann@example.com").await;
    assert!(find(store, &two, Email, "ann@example.com").await.is_some());
}

pub(crate) async fn a_sub_is_unique(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let mut again = user("ann");
    again.enabled = false;
    let to = pool.clone();
    let table = conflict(store, move |txn| txn.user_insert(&to, &again)).await;
    assert_eq!(table, "users");
    assert!(get(store, &pool, "ann").await.unwrap().enabled);
}

pub(crate) async fn need_a_pool(store: &Store) {
    conflict(store, |txn| {
        txn.user_insert(&PoolId::new("us-east-1_none"), &user("ann"))
    })
    .await;
}

pub(crate) async fn are_updated(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let mut changed = user("ann");
    changed.status = UserStatus::Unconfirmed;
    changed.enabled = false;
    changed.mfa.set_up(MfaMethod::SoftwareTokenMfa);
    changed
        .attributes
        .insert("name".to_owned(), "Eve".to_owned());
    changed.updated_at = at(99);
    let (to, update) = (pool.clone(), changed.clone());
    assert!(write(store, move |txn| txn.user_update(&to, &update)).await);
    assert_eq!(get(store, &pool, "ann").await, Some(changed));
    let nobody = write(store, move |txn| txn.user_update(&pool, &user("nobody"))).await;
    assert!(!nobody);
}

pub(crate) async fn are_found_by_their_logins(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    assert_eq!(find(store, &pool, Email, "ann@example.com").await, None);
    set(store, &pool, &ann, Email, "ann@example.com").await;
    set(store, &pool, &ann, PhoneNumber, "+15555550123").await;
    let found = Some("ann".to_owned());
    assert_eq!(find(store, &pool, Email, "ann@example.com").await, found);
    assert_eq!(find(store, &pool, PhoneNumber, "+15555550123").await, found);
    assert_eq!(find(store, &pool, Email, "+15555550123").await, None);
    let to = pool.clone();
    let whole = read(store, move |txn| {
        txn.user_find(&to, Email, "ann@example.com")
    });
    assert_eq!(whole.await, Some(user("ann")));
}

pub(crate) async fn tell_what_they_are_found_by(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    let eve = add_user(store, &pool, "eve").await;
    let list = |sub: &Sub| {
        let (pool, sub) = (pool.clone(), sub.clone());
        read(store, move |txn| txn.login_list(&pool, &sub))
    };
    assert_eq!(list(&ann).await, []);
    set(store, &pool, &ann, PhoneNumber, "+15555550123").await;
    set(store, &pool, &eve, Email, "eve@example.com").await;
    assert_eq!(list(&ann).await, [PhoneNumber]);
    set(store, &pool, &ann, Email, "ann@example.com").await;
    assert_eq!(list(&ann).await, [Email, PhoneNumber]);
}

pub(crate) async fn a_new_login_replaces_the_old(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    set(store, &pool, &ann, Email, "old@example.com").await;
    set(store, &pool, &ann, PhoneNumber, "+15555550123").await;
    set(store, &pool, &ann, Email, "new@example.com").await;
    set(store, &pool, &ann, Email, "new@example.com").await;
    assert_eq!(find(store, &pool, Email, "old@example.com").await, None);
    assert!(find(store, &pool, Email, "new@example.com").await.is_some());
    assert!(
        find(store, &pool, PhoneNumber, "+15555550123")
            .await
            .is_some()
    );
}

pub(crate) async fn a_login_is_one_users(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    let eve = add_user(store, &pool, "eve").await;
    set(store, &pool, &ann, Email, "ann@example.com").await;
    let (to, thief) = (pool.clone(), eve.clone());
    let table = conflict(store, move |txn| {
        txn.login_set(&to, &thief, Email, "ann@example.com")
    });
    assert_eq!(table.await, "logins");

    let (from, to) = (pool.clone(), ann);
    assert!(write(store, move |txn| txn.login_delete(&from, &to, Email)).await);
    set(store, &pool, &eve, Email, "ann@example.com").await;
    let found = find(store, &pool, Email, "ann@example.com").await;
    assert_eq!(found.as_deref(), Some("eve"));
}

/// Also if the transaction goes on and is kept.
pub(crate) async fn a_refused_login_changes_nothing(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    let eve = add_user(store, &pool, "eve").await;
    set(store, &pool, &ann, Email, "ann@example.com").await;
    set(store, &pool, &eve, Email, "eve@example.com").await;
    let to = pool.clone();
    write(store, move |txn| {
        let refused = txn.login_set(&to, &eve, Email, "ann@example.com");
        assert!(matches!(refused, Err(StoreError::Conflict(_))));
        txn.session_spend(&[1; 16], at(1))
    })
    .await;
    assert!(read(store, |txn| txn.session_is_spent(&[1; 16], at(1))).await);
    let found = find(store, &pool, Email, "eve@example.com").await;
    assert_eq!(found.as_deref(), Some("eve"));
}

pub(crate) async fn logins_are_deleted(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    set(store, &pool, &ann, Email, "ann@example.com").await;
    let delete = || {
        let (pool, ann) = (pool.clone(), ann.clone());
        write(store, move |txn| txn.login_delete(&pool, &ann, Email))
    };
    assert!(delete().await);
    assert!(!delete().await);
    assert_eq!(find(store, &pool, Email, "ann@example.com").await, None);
}

pub(crate) async fn deletion_erases_everything(store: &Store) {
    let (pool, ann) = pool_with_user(store, "ann").await;
    let eve = add_user(store, &pool, "eve").await;
    let to = pool.clone();
    write(store, move |txn| {
        belongings(txn, &to, &ann)?;
        belongings(txn, &to, &eve)
    })
    .await;

    let delete = || {
        let pool = pool.clone();
        write(store, move |txn| txn.user_delete(&pool, &Sub::new("ann")))
    };
    assert!(delete().await);
    assert!(!delete().await);
    assert_eq!(remains(store, &pool, "ann").await, [false; 12]);
    assert_eq!(remains(store, &pool, "eve").await, [true; 12]);
}

/// Everything that a user can have.
fn belongings(txn: &mut Txn<'_>, pool: &PoolId, sub: &Sub) -> Result<(), StoreError> {
    let key = format!("{sub}@example.com");
    let pending = format!("new-{sub}@example.com");
    txn.login_set(pool, sub, Email, &key)?;
    txn.pending_contact_set(pool, sub, Email, &pending)?;
    txn.code_put(pool, sub, CodePurpose::SignIn(Email), &codes::code(1))?;
    txn.factor_failure_count(pool, sub, FirstFactor::EmailOtp, at(1))?;
    let (family, hash) = refresh_families::family(sub.as_str());
    txn.refresh_family_insert(pool, &family, &hash)?;
    let id = sub.as_str().as_bytes()[0];
    txn.passkey_insert(pool, &passkeys::passkey(sub.as_str(), id))?;
    let registration = passkey_registrations::registration(sub.as_str(), "web", id);
    txn.passkey_registration_put(pool, &registration)?;
    txn.password_set(pool, sub, &passwords::hash(id), 1, at(1))?;
    txn.device_insert(pool, &devices::device(sub.as_str(), 1))?;
    let sent = txn.outbox_insert(pool, sub, &mail(&key, "1"), at(1), at(2))?;
    txn.outbox_sent(&sent, at(1), true)?;
    txn.outbox_insert(pool, sub, &mail(&pending, "2"), at(1), at(2))?;
    Ok(())
}

async fn remains(store: &Store, pool: &PoolId, sub: &'static str) -> [bool; 12] {
    let pool = pool.clone();
    read(store, move |txn| {
        let (sub, key) = (Sub::new(sub), format!("{sub}@example.com"));
        let (family, _) = refresh_families::family(sub.as_str());
        let due = txn.outbox_due(10)?;
        let failures = txn.factor_failures_get(&pool, &sub, FirstFactor::EmailOtp)?;
        Ok([
            txn.user_get(&pool, &sub)?.is_some(),
            txn.user_find(&pool, Email, &key)?.is_some(),
            txn.pending_contact_get(&pool, &sub, Email)?.is_some(),
            txn.code_get(&pool, &sub, CodePurpose::SignIn(Email))?
                .is_some(),
            failures.is_some(),
            txn.refresh_family_get(&pool, &sub, &family.origin_jti)?
                .is_some(),
            !txn.inbox_list(Some(&key), 10)?.is_empty(),
            txn.passkey_count(&pool, &sub)? > 0,
            txn.passkey_registration_is_open(&pool, &sub, at(1))?,
            txn.password_get(&pool, &sub)?.is_some(),
            txn.device_get(&pool, &sub, &devices::key(1))?.is_some(),
            due.iter().any(|due| due.message.to == format!("new-{key}")),
        ])
    })
    .await
}

pub(crate) async fn one_of_16_gets_a_login(store: &Store) {
    let pool = pool(store, "pool").await;
    let to = pool.clone();
    let outcomes = race(store, move |number, txn| {
        let mut user = user(&format!("user-{number}"));
        user.created_at = Timestamp::from_seconds(1);
        txn.user_insert(&to, &user)?;
        txn.login_set(&to, &user.sub, Email, "wanted@example.com")
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    // The others' accounts were undone with them.
    let mut accounts = 0;
    for number in 0..16 {
        let account = get(store, &pool, &format!("user-{number}")).await;
        accounts += usize::from(account.is_some());
    }
    assert_eq!(accounts, 1);
}
