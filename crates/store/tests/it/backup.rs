//! Backups: taken from one engine, put into another, and refused when anything about them is wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::{MasterKey, Sealer};
use poolhouse_domain::{ClientId, PoolId, Sub};
use poolhouse_store::{BackupError, Store};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::contract::refresh_families::family;
use crate::contract::sample::{at, mail, pool, pool_with_user, read, user, write};
use crate::contract::{codes, passkeys, passwords, software_tokens};
use crate::{postgres, sqlite};

fn sealer(key: u64) -> Sealer {
    MasterKey::generate(&SeededRandom::new(key)).sealer("backup")
}

async fn backup(store: &Store) -> Vec<u8> {
    let taken = store.read::<_, BackupError, _>(|txn| {
        let mut bytes = Vec::new();
        txn.backup_write(&mut bytes, &sealer(1), &SeededRandom::new(5))?;
        Ok(bytes)
    });
    taken.await.unwrap()
}

async fn restore(store: &Store, backup: &[u8], key: u64) -> Result<u64, String> {
    let backup = backup.to_vec();
    let restored =
        store.write::<_, BackupError, _>(move |txn| txn.backup_read(&mut &*backup, &sealer(key)));
    restored.await.map_err(|error| error.to_string())
}

/// Something in every table that lasts, and in most that do not.
async fn fill(store: &Store) -> PoolId {
    let (pool, sub) = pool_with_user(store, "ann").await;
    let to = pool.clone();
    write(store, move |txn| {
        let client = ClientId::new("client");
        txn.client_insert(&to, "web", &client, at(1))?;
        txn.password_set(&to, &sub, &passwords::hash(1), 1, at(1))?;
        txn.passkey_insert(&to, &passkeys::passkey("ann", 1))?;
        txn.software_token_put(&to, &sub, &software_tokens::token(1))?;
        let (family, hash) = family("ann");
        txn.refresh_family_insert(&to, &family, &hash)?;
        let purpose = CodePurpose::ConfirmSignUp;
        txn.code_put(&to, &sub, purpose, &codes::code(1))?;
        txn.session_spend(&[1; 16], at(100))?;
        txn.outbox_insert(&to, &sub, &mail("ann@example.com", "1"), at(1), at(100))
    })
    .await;
    pool
}

/// Whether `store` has what [`fill`] put into another that lasts, and nothing that does not.
async fn is_filled(store: &Store, pool: &PoolId) {
    let pool = pool.clone();
    read(store, move |txn| {
        let sub = Sub::new("ann");
        assert_eq!(txn.pool_find("pool")?.as_ref(), Some(&pool));
        assert_eq!(txn.user_get(&pool, &sub)?, Some(user("ann")));
        let password = txn.password_list(&pool, &sub, 9)?.remove(0);
        assert_eq!(password.hash.expose(), passwords::hash(1).hash.expose());
        let (family, hash) = family("ann");
        let found = txn.refresh_family_find(&pool, &sub, &family.origin_jti, &hash)?;
        assert_eq!(found, Some(family));
        let purpose = CodePurpose::ConfirmSignUp;
        assert!(txn.code_get(&pool, &sub, purpose)?.is_none());
        assert!(txn.outbox_due(9)?.is_empty() && !txn.session_is_spent(&[1; 16], at(100))?);
        Ok(())
    })
    .await;
}

async fn engines() -> [(Store, Box<dyn Send>); 2] {
    let (small, folder) = sqlite::fresh();
    let (large, server) = postgres::fresh().await;
    [(small, Box::new(folder)), (large, Box::new(server))]
}

#[tokio::test(flavor = "multi_thread")]
async fn go_from_each_engine_to_each() {
    for (from, _alive) in engines().await {
        let pool = fill(&from).await;
        let bytes = backup(&from).await;
        for (to, _alive) in engines().await {
            let before = to.session_key();
            restore(&to, &bytes, 1).await.unwrap();
            read(&to, |txn| txn.store_keys_load(at(1))).await;
            is_filled(&to, &pool).await;
            assert_eq!(to.hash_key().expose(), from.hash_key().expose());
            for other in [before, from.session_key()] {
                assert_ne!(to.session_key().expose(), other.expose());
            }
            let again = restore(&to, &bytes, 1).await.unwrap_err();
            assert_eq!(again, "got a store with 1 pools, expected an empty one");
            to.close().await;
        }
        from.close().await;
    }
}

/// The pieces of a backup, the part before them first.
fn pieces(backup: &[u8]) -> Vec<Vec<u8>> {
    let (head, mut rest) = backup.split_at("poolhouse backup 1\n".len() + 16);
    let mut pieces = vec![head.to_vec()];
    while let Some((length, _)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap();
        let (piece, after) = rest.split_at(4 + length);
        pieces.push(piece.to_vec());
        rest = after;
    }
    pieces
}

async fn filled() -> (Store, TempDir, Vec<u8>) {
    let (store, folder) = sqlite::fresh();
    fill(&store).await;
    let bytes = backup(&store).await;
    (store, folder, bytes)
}

#[tokio::test]
async fn one_that_is_not_whole_is_refused_whole() {
    let (_store, _folder, bytes) = filled().await;
    let (to, _alive) = sqlite::fresh();
    let whole = pieces(&bytes);
    assert!(whole.len() > 8, "{}", whole.len());
    for number in 1..whole.len() {
        let cut = whole[..number].concat();
        let why = restore(&to, &cut, 1).await.unwrap_err();
        assert!(why.contains("before its end"), "{number}: {why}");
        let mut without = whole.clone();
        without.remove(number);
        restore(&to, &without.concat(), 1).await.unwrap_err();
        let mut swapped = whole.clone();
        if number + 1 < whole.len() {
            swapped.swap(number, number + 1);
            let why = restore(&to, &swapped.concat(), 1).await.unwrap_err();
            assert!(why.contains("does not open"), "{number}: {why}");
        }
    }
    assert!(read(&to, |txn| txn.pool_find("pool")).await.is_none());
    restore(&to, &bytes, 1).await.unwrap();
}

#[tokio::test]
async fn one_that_was_altered_is_refused() {
    let (_store, _folder, bytes) = filled().await;
    let (to, _alive) = sqlite::fresh();
    for at in (0..bytes.len()).step_by(41) {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        restore(&to, &altered, 1).await.unwrap_err();
    }
    let why = restore(&to, &bytes, 2).await.unwrap_err();
    assert!(why.contains("another master key"), "{why}");
    let why = restore(&to, b"something else", 1).await.unwrap_err();
    assert_eq!(why, "this is no backup of a poolhouse");
}

#[tokio::test]
async fn nothing_in_it_can_be_read_without_the_key() {
    let (_store, _folder, bytes) = filled().await;
    for canary in ["ann@example.com", "users", "us-east-1"] {
        let has = bytes.windows(canary.len()).any(|w| w == canary.as_bytes());
        assert!(!has, "{canary}");
    }
}

/// How many rows a table of the file has.
fn count(folder: &TempDir, table: &str) -> i64 {
    let file = folder.path().join("data/poolhouse.db");
    let raw = rusqlite::Connection::open(file).unwrap();
    let sql = format!("SELECT COUNT(*) FROM {table}");
    raw.query_row(&sql, [], |row| row.get(0)).unwrap()
}

/// Writes accounts until it is told that it is enough. Each is two rows that belong together.
async fn sign_up_many(store: Store, pool: PoolId, some: Arc<Notify>, enough: Arc<AtomicBool>) {
    for number in 0.. {
        if enough.load(Ordering::Relaxed) {
            return;
        }
        if number == 150 {
            some.notify_one();
        }
        let (pool, user) = (pool.clone(), user(&format!("user-{number}")));
        write(&store, move |txn| {
            txn.user_insert(&pool, &user)?;
            txn.password_set(&pool, &user.sub, &passwords::hash(1), 1, at(1))
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_that_are_taken_under_load_are_snapshots() {
    let (store, _folder) = sqlite::fresh();
    let pool = pool(&store, "pool").await;
    let (some, enough) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(false)));
    let mut load = JoinSet::new();
    let told = (Arc::clone(&some), Arc::clone(&enough));
    load.spawn(sign_up_many(store.clone(), pool, told.0, told.1));
    some.notified().await;
    let mut before = 0;
    for _ in 0..30 {
        let bytes = backup(&store).await;
        let (to, folder) = sqlite::fresh();
        restore(&to, &bytes, 1).await.unwrap();
        to.close().await;
        let users = count(&folder, "users");
        assert_eq!(users, count(&folder, "passwords"));
        assert!(users >= before.max(150), "{users} after {before}");
        before = users;
    }
    enough.store(true, Ordering::Relaxed);
    load.join_all().await;
    store.close().await;
}
