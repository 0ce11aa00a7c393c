//! The client against a real server, in this process, over a socket.
#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod account;
mod answers;
mod codes;
mod front;
mod passkeys;
mod passwords;
mod second_factors;
mod secrets;
mod tokens;
