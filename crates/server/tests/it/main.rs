//! The server through its front door: every request goes through the whole router, with a clock that
//! stands still and chance that repeats itself.
#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod associations;
mod authenticator;
mod device;
mod errors_seen;
mod flows;
mod mfa;
mod nodes;
mod operations;
mod pages;
mod passkeys;
#[cfg(test)]
#[path = "../../../store/tests/it/postgres/shared.rs"]
mod postgres;
mod signing_keys;
#[expect(dead_code, reason = "the worker's own tests use the rest of it")]
#[path = "../../../delivery/tests/it/sink.rs"]
mod sink;
mod test_server;
mod tokens;
