//! What holds across operations: expiry, caps, races, replays, restarts, and strangers.

mod attempts;
mod expiry;
mod races;
mod restart;
mod sessions;
mod strangers;
