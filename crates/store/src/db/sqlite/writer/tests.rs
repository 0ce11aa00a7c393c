//! When commits wait; and the write-ahead log, when somebody reads at any time.

use std::cell::Cell;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use tokio::runtime::Handle;

use super::super::checkpoint::LONG;
use super::{PAUSES, await_company, pause};
use crate::{Store, StoreError, StoreUrl};

/// What a commit writes: 256 pages.
const BYTES: usize = 1 << 20;

const COMMITS: usize = 250;

/// How long a read takes that sees no commits: in pauses, 20 ms of them, which is less than the writer's patience.
const PAUSES_OF_A_READ: usize = 40;

/// Two who read by turns, so that one of them always does: neither stops before the other has begun anew, and
/// each takes as long as some commits.
#[derive(Default)]
struct Readers {
    commits: AtomicU64,
    begun: [AtomicU64; 2],
    done: AtomicBool,
}

impl Readers {
    fn read(self: Arc<Self>, store: &Store, own: usize, runtime: &Handle) {
        while !self.done.load(Ordering::SeqCst) {
            let readers = Arc::clone(&self);
            let read = store.read::<_, StoreError, _>(move |txn| {
                let begun = |who: usize| readers.begun[who].load(Ordering::SeqCst);
                let before = begun(1 - own);
                txn.query_opt("SELECT n FROM pages", &[], |row| row.usize("pages.n"))?;
                readers.begun[own].fetch_add(1, Ordering::SeqCst);
                let commits = || readers.commits.load(Ordering::SeqCst);
                let first = commits();
                for _ in 0..PAUSES_OF_A_READ {
                    if begun(1 - own) > before && commits() > first + 2
                        || readers.done.load(Ordering::SeqCst)
                    {
                        break;
                    }
                    pause();
                }
                Ok(())
            });
            runtime.block_on(read).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_stays_short_though_somebody_always_reads() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    let random = Arc::new(SeededRandom::new(1));
    let sealer = MasterKey::generate(&*random).sealer("store");
    let store = Store::open(&StoreUrl::from(&*file), sealer, random).unwrap();
    let made = store.write::<_, StoreError, _>(|txn| {
        txn.execute_script("CREATE TABLE pages (n BIGINT NOT NULL PRIMARY KEY, bytes BLOB)")?;
        txn.execute("INSERT INTO pages (n) VALUES (0)", &[])
    });
    made.await.unwrap();
    let readers = Arc::new(Readers::default());
    let threads = [0, 1].map(|own| {
        let (readers, store, runtime) = (Arc::clone(&readers), store.clone(), Handle::current());
        thread::spawn(move || readers.read(&store, own, &runtime))
    });
    for number in 0..COMMITS {
        let written = store.write::<_, StoreError, _>(move |txn| {
            let bytes = vec![number.to_le_bytes()[0]; BYTES];
            txn.execute("UPDATE pages SET bytes = ?1", &[bytes.as_slice().into()])
        });
        written.await.unwrap();
        readers.commits.fetch_add(1, Ordering::SeqCst);
    }
    readers.done.store(true, Ordering::SeqCst);
    for thread in threads {
        thread.join().unwrap();
    }
    let length = fs::metadata(file.with_extension("db-wal")).unwrap().len();
    let (all, wanted) = (
        COMMITS * BYTES,
        u64::try_from(LONG).unwrap() * 4_096 * 5 / 2,
    );
    assert!(
        length < wanted,
        "{all} bytes were written in all: got {length} in the log, expected less than {wanted}"
    );
}

/// How often a commit pauses if, after each time, one more has come of those who come at all.
fn pauses(come: usize) -> usize {
    let pauses = Cell::new(0);
    await_company(|| pauses.get().min(come), || pauses.set(pauses.get() + 1));
    pauses.get()
}

#[test]
fn a_commit_waits_while_others_come_and_not_for_long() {
    assert_eq!(pauses(0), 1);
    assert_eq!(pauses(1), 2);
    assert_eq!(pauses(5), 6);
    assert_eq!(pauses(1_000), PAUSES);
}
