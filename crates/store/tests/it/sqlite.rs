//! What the SQLite file promises beside the contract.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use poolhouse_domain::message::Channel;
use poolhouse_domain::password::{HashKind, PasswordHash};
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::{MasterKey, Sealer};
use poolhouse_domain::{ClientId, ClientSecret, PoolId, Secret, Sub};
use poolhouse_store::{KeyUsage, SigningKey, Store, StoreError, StoreUrl};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::contract::sample::{add_user, at, mail, pool, read, user, write};

crate::contract::contract!(std::future::ready(crate::sqlite::fresh()));

/// An empty store, and the folder that goes away with the test.
pub(crate) fn fresh() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (open(folder.path(), 1).unwrap(), folder)
}

fn open(folder: &Path, key: u64) -> Result<Store, StoreError> {
    let random = Arc::new(SeededRandom::new(2));
    let sealer = MasterKey::generate(&SeededRandom::new(key)).sealer("store");
    Store::open(&StoreUrl::from(&*file(folder)), sealer, random)
}

fn file(folder: &Path) -> PathBuf {
    folder.join("data").join("poolhouse.db")
}

/// The store's file and those beside it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("data")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn cause(outcome: Result<impl Sized, StoreError>) -> String {
    match outcome.err().expect("an error") {
        StoreError::Broken(cause) => cause.to_string(),
        other => panic!("got {other:?}, expected a broken store"),
    }
}

#[tokio::test]
async fn nobody_else_can_read_the_files() {
    let (store, folder) = fresh();
    pool(&store, "pool").await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path().join("data")), 0o700);
    let files = files(folder.path());
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn reopening_keeps_everything() {
    let (store, folder) = fresh();
    let pool = pool(&store, "pool").await;
    let key = SigningKey {
        kid: "kid".to_owned(),
        usage: KeyUsage::Id,
        pkcs8: Secret::new(b"private".to_vec()),
        created_at: at(1),
        signs_from: at(1),
    };
    let to = pool.clone();
    write(&store, move |txn| {
        txn.signing_key_insert(&to, &key)?;
        txn.outbox_insert(
            &to,
            &Sub::new("someone"),
            &mail("ann@example.com", "1"),
            at(100),
            at(200),
        )
    })
    .await;
    store.close().await;
    assert_eq!(files(folder.path()), [file(folder.path())]);

    let store = open(folder.path(), 1).unwrap();
    let found = read(&store, |txn| txn.pool_find("pool")).await;
    assert_eq!(found.as_ref(), Some(&pool));
    let of = pool.clone();
    let keys = read(&store, move |txn| txn.signing_key_list(&of)).await;
    assert_eq!(keys[0].pkcs8.expose(), b"private");
    // Messages stay in order, also if the clock was set back.
    write(&store, move |txn| {
        txn.outbox_insert(
            &pool,
            &Sub::new("someone"),
            &mail("ann@example.com", "2"),
            at(50),
            at(200),
        )
    })
    .await;
    let due = read(&store, |txn| txn.outbox_due(10)).await;
    let codes: Vec<_> = due.iter().map(|due| due.message.code.expose()).collect();
    assert_eq!(codes, ["1", "2"]);
}

/// What the disk has at the moment of an acknowledgement is enough: as after a crash.
#[tokio::test]
async fn an_acknowledged_write_is_in_the_files() {
    let (store, folder) = fresh();
    for number in 0..50_u8 {
        write(&store, move |txn| txn.session_spend(&[number; 16], at(1))).await;
        if number % 10 != 9 {
            continue;
        }
        let copy = tempfile::tempdir().unwrap();
        fs::create_dir(copy.path().join("data")).unwrap();
        for file in files(folder.path()) {
            if !file.ends_with("poolhouse.db-shm") {
                let name = file.file_name().unwrap();
                fs::copy(&file, copy.path().join("data").join(name)).unwrap();
            }
        }
        let recovered = open(copy.path(), 1).unwrap();
        for id in 0..=number {
            assert!(
                read(&recovered, move |txn| txn
                    .session_is_spent(&[id; 16], at(1)))
                .await
            );
        }
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let (store, folder) = fresh();
    store.close().await;
    let file = rusqlite::Connection::open(file(folder.path())).unwrap();
    let known = "SELECT MAX(version) FROM schema_versions";
    let known: u32 = file.query_row(known, [], |row| row.get(0)).unwrap();
    let newer = "INSERT INTO schema_versions (version) VALUES (999)";
    assert_eq!(file.execute(newer, []).unwrap(), 1);
    assert_eq!(
        cause(open(folder.path(), 1)),
        format!(
            "the store has schema 999, this program knows up to {known}: use a newer poolhouse"
        )
    );
}

/// Not to be misread, nor lost: it says how to take it along.
#[tokio::test]
async fn a_schema_from_before_the_first_release_is_refused() {
    for version in [1, 12, 99] {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("data")).unwrap();
        let old = rusqlite::Connection::open(file(folder.path())).unwrap();
        old.execute_batch(&format!(
            "CREATE TABLE schema_versions (version BIGINT NOT NULL PRIMARY KEY);
             INSERT INTO schema_versions (version) VALUES ({version});
             CREATE TABLE pools (id TEXT NOT NULL PRIMARY KEY)"
        ))
        .unwrap();
        let why = cause(open(folder.path(), 1));
        let expected = format!("the store has schema {version}, which is from before the first");
        assert!(why.starts_with(&expected), "{why}");
        assert!(why.contains("poolhouse export"), "{why}");
        let tables = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'";
        let tables: u32 = old.query_row(tables, [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 2, "nothing is changed");
    }
}

#[tokio::test]
async fn what_is_no_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(file(folder.path())).unwrap();
    assert!(cause(open(folder.path(), 1)).contains("poolhouse.db: "));

    let (store, folder) = fresh();
    store.close().await;
    fs::copy("Cargo.toml", file(folder.path())).unwrap();
    let why = cause(open(folder.path(), 1));
    assert!(why.contains("file is not a database"), "{why}");
}

#[tokio::test]
async fn secrets_are_sealed_in_the_files() {
    const CODE: &str = "a code that is easy to find";
    let (store, folder) = fresh();
    let pool = pool(&store, "pool").await;
    write(&store, move |txn| {
        let key = SigningKey {
            kid: "kid".to_owned(),
            usage: KeyUsage::Id,
            pkcs8: Secret::new(CODE.as_bytes().to_vec()),
            created_at: at(1),
            signs_from: at(1),
        };
        txn.signing_key_insert(&pool, &key)?;
        let client = ClientId::new("client");
        txn.client_insert(&pool, "default", &client, at(1))?;
        let secret = ClientSecret::new(Secret::new(CODE.to_owned()));
        txn.client_secret_set(&pool, &client, &secret)?;
        txn.user_insert(&pool, &user("ann"))?;
        let password = PasswordHash {
            kind: HashKind::Argon2id,
            salt: *b"salt, easy found",
            hash: Secret::new(CODE.as_bytes().to_vec()),
        };
        txn.password_set(&pool, &Sub::new("ann"), &password, 1, at(1))?;
        txn.outbox_insert(
            &pool,
            &Sub::new("someone"),
            &mail("ann@example.com", CODE),
            at(1),
            at(2),
        )
    })
    .await;
    store.close().await;
    let copy = fs::File::open(file(folder.path())).unwrap();
    let bytes = std::io::Read::bytes(std::io::BufReader::new(copy))
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let has = |text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(has("ann@example.com"));
    assert!(!has(CODE) && !has(&CODE[..12]) && !has("salt, easy found"));
}

#[tokio::test]
async fn another_key_opens_nothing() {
    let (store, folder) = fresh();
    store.close().await;
    let why = cause(open(folder.path(), 3));
    assert!(why.contains("sealed with another key"), "{why}");
}

#[tokio::test]
async fn a_sealed_value_opens_in_its_own_row_only() {
    let (store, folder) = fresh();
    let pool = PoolId::new("us-east-1_pool");
    write(&store, move |txn| {
        txn.outbox_insert(
            &pool,
            &Sub::new("someone"),
            &mail("ann@example.com", "1"),
            at(1),
            at(2),
        )
    })
    .await;
    store.close().await;
    let tampered = rusqlite::Connection::open(file(folder.path())).unwrap();
    tampered
        .execute("UPDATE outbox SET id = id || '0'", [])
        .unwrap();
    drop(tampered);
    let store = open(folder.path(), 1).unwrap();
    assert!(store.read(|txn| txn.outbox_due(10)).await.is_err());
}

/// Nor is it lost: until its deadline somebody may put the right key back.
#[tokio::test]
async fn a_message_that_does_not_open_is_in_nobodys_way() {
    let (store, folder) = fresh();
    let pool = PoolId::new("us-east-1_pool");
    let to = pool.clone();
    write(&store, move |txn| {
        for address in ["ann@example.com", "bob@example.com"] {
            let mail = mail(address, "1");
            txn.outbox_insert(&to, &Sub::new("someone"), &mail, at(1), at(100))?;
        }
        Ok(())
    })
    .await;
    store.close().await;
    let tampered = rusqlite::Connection::open(file(folder.path())).unwrap();
    let ann = "UPDATE outbox SET id = id || '0' WHERE recipient = 'ann@example.com'";
    tampered.execute(ann, []).unwrap();
    drop(tampered);
    let store = open(folder.path(), 1).unwrap();
    for (seconds, taken, dead) in [(10, 1, 0), (50, 1, 0), (100, 1, 1)] {
        let of = pool.clone();
        let found = write(&store, move |txn| {
            let (now, until) = (at(seconds), at(seconds + 30));
            let taken = txn.outbox_take(&of, Channel::Email, now, until, 9)?;
            assert!(
                taken
                    .iter()
                    .all(|message| message.message.to == "bob@example.com")
            );
            Ok((taken.len(), txn.dead_letter_list(9)?.len()))
        });
        assert_eq!(found.await, (taken, dead), "{seconds}");
    }
}

/// A value of another type is reported with its place.
#[tokio::test]
async fn a_damaged_row_is_named() {
    let (store, folder) = fresh();
    pool(&store, "pool").await;
    let damaged = rusqlite::Connection::open(file(folder.path())).unwrap();
    damaged.execute("UPDATE pools SET id = x'00'", []).unwrap();
    let why = cause(store.read(|txn| txn.pool_find("pool")).await);
    assert_eq!(why, "pools.id is a blob, expected text");
}

#[tokio::test]
async fn a_word_of_a_later_program_is_named() {
    let (store, folder) = fresh();
    let pool = pool(&store, "pool").await;
    let sub = add_user(&store, &pool, "ann").await;
    let changed = rusqlite::Connection::open(file(folder.path())).unwrap();
    changed
        .execute("UPDATE users SET status = 'ARCHIVED'", [])
        .unwrap();
    let why = cause(store.read(move |txn| txn.user_get(&pool, &sub)).await);
    assert_eq!(
        why,
        "users.status is \"ARCHIVED\", expected a word of this program"
    );
}

/// A file that goes away and comes back: reads fail meanwhile, and nothing is made in its place.
#[tokio::test]
async fn a_missing_file_is_no_empty_store() {
    let (store, folder) = fresh();
    let (here, away) = (file(folder.path()), folder.path().join("away"));
    fs::rename(&here, &away).unwrap();
    let why = cause(store.check().await);
    assert!(why.contains("unable to open database file"), "{why}");
    assert!(!here.exists());
    fs::rename(&away, &here).unwrap();
    store.check().await.unwrap();
}

#[tokio::test]
async fn two_handles_take_turns() {
    let (store, folder) = fresh();
    let other = open(folder.path(), 1).unwrap();
    for number in 0..10_u8 {
        let (writer, reader) = if number % 2 == 0 {
            (&store, &other)
        } else {
            (&other, &store)
        };
        assert!(write(writer, move |txn| txn.session_spend(&[number; 16], at(1))).await);
        assert!(
            read(reader, move |txn| txn
                .session_is_spent(&[number; 16], at(1)))
            .await
        );
        assert!(!write(reader, move |txn| txn.session_spend(&[number; 16], at(1))).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writes_at_the_same_time_share_commits() {
    let (store, _folder) = fresh();
    let before = store.commit_count();
    for number in 0..10_u8 {
        write(&store, move |txn| txn.session_spend(&[number; 16], at(1))).await;
    }
    assert_eq!(store.commit_count() - before, 10);

    let before = store.commit_count();
    let mut tasks = JoinSet::new();
    for number in 0..2_000_u64 {
        let store = store.clone();
        tasks.spawn(async move {
            let id = (u128::from(number) + (1 << 64)).to_be_bytes();
            write(&store, move |txn| txn.session_spend(&id, at(1))).await
        });
    }
    assert!(tasks.join_all().await.into_iter().all(|spent| spent));
    let commits = store.commit_count() - before;
    assert!(commits <= 1_000, "{commits} commits for 2,000 writes");
}

#[tokio::test]
async fn closing_finishes_what_was_accepted() {
    let (store, folder) = fresh();
    let mut tasks = JoinSet::new();
    for number in 0..100_u8 {
        let store = store.clone();
        tasks.spawn(async move {
            store
                .write(move |txn| txn.session_spend(&[number; 16], at(1)))
                .await
                .is_ok()
        });
    }
    tokio::task::yield_now().await;
    store.close().await;
    let acknowledged = tasks.join_all().await.into_iter().filter(|ok| *ok).count();

    let late = store.write(|txn| txn.session_spend(&[0; 16], at(1))).await;
    assert_eq!(cause(late), "the store is closed");
    assert_eq!(cause(store.check().await), "the store is closed");
    store.close().await;

    let store = open(folder.path(), 1).unwrap();
    let kept = read(&store, |txn| {
        (0..100_u8).try_fold(0, |kept, id| {
            Ok(kept + usize::from(txn.session_is_spent(&[id; 16], at(1))?))
        })
    });
    assert_eq!(kept.await, acknowledged);
}

#[tokio::test]
async fn an_abandoned_write_is_done_all_the_same() {
    let (store, folder) = fresh();
    {
        let write = store.write(|txn| txn.session_spend(&[1; 16], at(1)));
        tokio::pin!(write);
        // Polled once, the job is with the writer; then nobody waits for it any more.
        tokio::select! {
            biased;
            _ = &mut write => {}
            () = std::future::ready(()) => {}
        }
    }
    store.close().await;
    let store = open(folder.path(), 1).unwrap();
    assert!(read(&store, |txn| txn.session_is_spent(&[1; 16], at(1))).await);
}

/// The sealer of the master key that [`open`] is given as `key`.
fn master(key: u64) -> Sealer {
    MasterKey::generate(&SeededRandom::new(key)).sealer("store")
}

#[tokio::test]
async fn another_master_key_can_take_over() {
    let (store, folder) = fresh();
    let hashes = store.hash_key();
    write(&store, |txn| txn.store_keys_reseal(&master(8))).await;
    store.close().await;
    let why = cause(open(folder.path(), 1));
    assert!(why.contains("sealed with another key"), "{why}");
    let store = open(folder.path(), 8).unwrap();
    assert_eq!(store.hash_key().expose(), hashes.expose());
    store.close().await;
}
