//! Mails: what is in one, and the ways to send it.

mod html;
mod letter;
pub mod postmark;
pub mod resend;
pub mod ses;
pub mod smtp;

pub use letter::Letter;
