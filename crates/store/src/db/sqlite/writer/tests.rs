//! The write-ahead log, when somebody reads at any time.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use tokio::runtime::Handle;

use super::super::checkpoint::LONG;
use crate::{Store, StoreError, StoreUrl};

/// What a commit writes: 256 pages.
const BYTES: usize = 1 << 20;

const COMMITS: usize = 250;

/// How often a read that takes long looks around.
const PAUSE: Duration = Duration::from_micros(500);

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

#[expect(
    clippy::disallowed_methods,
    reason = "a read that takes long: it looks each time whether it may end"
)]
fn pause() {
    thread::sleep(PAUSE);
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
