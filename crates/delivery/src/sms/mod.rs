//! Text messages: the ways to send one.

pub mod sns;
pub mod twilio;
