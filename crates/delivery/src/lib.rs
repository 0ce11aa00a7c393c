//! Messages on their way: from the outbox, where a transaction left them, to a person.
//!
//! A sign-in never waits for mail. It writes a row; the [`Worker`] is woken after the commit, hands
//! the message to a [`Sender`] and records that it did. A crash in between sends a message again, but
//! never loses one. A message whose code has expired is of no use to anybody and is dropped.

mod inbox;
mod worker;

pub use inbox::Inbox;
pub use worker::{Sender, Worker};
