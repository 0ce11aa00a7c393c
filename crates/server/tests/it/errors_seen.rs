//! Notes which operation answered with which exception, and in which test: `cargo xtask operations`
//! makes docs/operations.md of it, and `cargo xtask test` sees that it stays true.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::sync::{LazyLock, Mutex};

use serde_json::Value;

/// Where it is noted, and what was noted already.
type Notes = (File, BTreeSet<String>);

/// What this process has met, if it runs all tests: a part of them would be missing the others.
static SEEN: LazyLock<Option<Mutex<Notes>>> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/errors-seen.txt");
    let runs_all = std::env::args().skip(1).all(|word| word.starts_with('-'));
    runs_all.then(|| Mutex::new((File::create(path).unwrap(), BTreeSet::new())))
});

/// Notes the answer of an operation, if it is a refusal.
pub(crate) fn note(operation: &str, answer: &Value) {
    let (Some(exception), Some(seen)) = (answer["__type"].as_str(), &*SEEN) else {
        return;
    };
    // What a test spawns runs on threads that are not called after it.
    let thread = std::thread::current();
    let Some(test) = thread.name().filter(|name| name.contains("::")) else {
        return;
    };
    let operation = operation.rsplit('.').next().unwrap_or(operation);
    let line = format!("{operation} {exception} {test}\n");
    let mut seen = seen.lock().unwrap();
    if seen.1.insert(line.clone()) {
        seen.0.write_all(line.as_bytes()).unwrap();
    }
}
