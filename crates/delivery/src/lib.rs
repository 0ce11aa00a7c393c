//! Messages on their way: from the outbox, where a transaction left them, to a person.
//!
//! A sign-in never waits for mail. It writes a row; the [`Worker`] is woken after the commit, hands
//! the message to the first [`Sender`] of its pool that works, and records that it did. A crash in
//! between sends a message again, but never loses one. A message whose code has expired is of no use
//! to anybody and is given up.
//!
//! Each pool's mails and its texts are queues of their own (`lane`), so that a mail server that hangs
//! holds up nobody's texts. When to try again, and with whom, is decided there alone: a sender
//! only sends, and says what became of it ([`Failure`]).

mod aws;
mod backoff;
mod figures;
mod form;
mod health;
mod http;
mod inbox;
mod lane;
pub mod mail;
mod plain_text;
mod sender;
pub mod sms;
mod tls;
pub mod webhook;
mod worker;

pub use figures::{Figures, Receipts};
pub use http::Http;
pub use inbox::Inbox;
pub use plain_text::plain_text;
pub use sender::{Failure, Post, Route, Sender, SetupError};
pub use worker::{Parts, Worker};
