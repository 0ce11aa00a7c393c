//! The outbox worker and its senders, on a real store and over real sockets.
#![expect(clippy::unwrap_used, reason = "these are tests")]

mod apis;
mod bench;
mod inbox;
mod retries;
mod self_signed;
mod sink;
mod smpp;
