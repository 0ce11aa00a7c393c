//! An empty store on PostgreSQL for each test that wants one, in a server that they share.
//!
//! The tests of the server and of the program take this file too.

#[path = "keeper.rs"]
pub(crate) mod keeper;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use keeper::Keeper;

/// The URL of an empty store of its own.
pub(crate) fn url() -> String {
    static SHARED: OnceLock<Keeper> = OnceLock::new();
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let server = SHARED.get_or_init(|| {
        let server = Keeper::make(&[("FSYNC", "off"), ("PASSWORD", "none")]);
        server.tell("start");
        server
    });
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    server.tell(&format!("schema {name}"));
    server.url(&name)
}
