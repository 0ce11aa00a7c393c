//! Text messages: the ways to send one.

pub mod smpp;
pub mod sns;
pub mod twilio;
