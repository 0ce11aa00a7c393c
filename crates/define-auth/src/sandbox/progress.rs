//! Where a definition is: shared with the thread that waits for it, so that also what never ends, or
//! says nothing of itself, has a place.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::diagnostic::Position;
use crate::position;

/// The statements that are running.
#[derive(Clone, Debug)]
pub(super) struct Progress(Arc<Mutex<Running>>);

#[derive(Debug)]
struct Running {
    /// The module that imports all others.
    entry: String,
    /// Modules that began and did not end, with the offset of the statement that they are at; the last
    /// one moved last.
    modules: Vec<(String, u32)>,
    /// The call of the definition into the host that is being answered, or was last.
    call: Option<Position>,
}

impl Progress {
    /// Nothing has begun.
    pub(super) fn new(entry: &str) -> Self {
        Self(Arc::new(Mutex::new(Running {
            entry: entry.to_owned(),
            modules: Vec::new(),
            call: None,
        })))
    }

    /// `file` goes on with the statement at `offset`, or has ended.
    pub(super) fn statement(&self, file: &str, offset: Option<u32>) {
        let mut running = self.lock();
        running.modules.retain(|(module, _)| module != file);
        let entry = offset.map(|offset| (file.to_owned(), offset));
        running.modules.extend(entry);
    }

    /// The definition calls the host, at `position`.
    pub(super) fn set_call(&self, position: Option<Position>) {
        self.lock().call = position;
    }

    /// Where the host was called last.
    pub(super) fn call(&self) -> Option<Position> {
        self.lock().call.clone()
    }

    /// Whether any statement has been run.
    pub(super) fn has_begun(&self) -> bool {
        let running = self.lock();
        running.call.is_some() || !running.modules.is_empty()
    }

    /// Where the definition is; at the beginning if it never was elsewhere. `text` is a file's.
    pub(super) fn place(&self, text: impl Fn(&str) -> Option<String>) -> Option<Position> {
        let running = self.lock();
        if let Some((file, offset)) = running.modules.last() {
            return position::word(file, &text(file)?, *offset);
        }
        let beginning = || position::word(&running.entry, &text(&running.entry)?, 0);
        running.call.clone().or_else(beginning)
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
