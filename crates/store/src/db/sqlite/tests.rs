//! Files stay as many as they were, where `/proc` says which are open.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::sync::{Arc, Barrier};
use std::thread::{self, available_parallelism};

use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use tokio::runtime::Handle;

use crate::{Store, StoreError, StoreUrl};

/// How many files in `folder` this process has open.
fn open_files(folder: &Path) -> usize {
    let all = fs::read_dir("/proc/self/fd").unwrap();
    let named = all.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
    named.filter(|path| path.starts_with(folder)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_at_the_same_time_later_opens_no_more_files() {
    let folder = tempfile::tempdir().unwrap();
    let random = Arc::new(SeededRandom::new(1));
    let sealer = MasterKey::generate(&*random).sealer("store");
    let url = StoreUrl::from(&*folder.path().join("test.db"));
    let store = Store::open(&url, sealer, random).unwrap();
    store.check().await.unwrap();
    let before = open_files(folder.path());

    let all = available_parallelism().unwrap().get();
    let together = Arc::new(Barrier::new(all));
    let threads = (0..all).map(|_| {
        let (store, runtime) = (store.clone(), Handle::current());
        let together = Arc::clone(&together);
        thread::spawn(move || {
            let read = store.read::<_, StoreError, _>(move |txn| {
                together.wait();
                txn.schema_version()
            });
            runtime.block_on(read).unwrap();
        })
    });
    for thread in threads.collect::<Vec<_>>() {
        thread.join().unwrap();
    }
    assert_eq!(open_files(folder.path()), before);
}
