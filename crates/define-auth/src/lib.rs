//! Reads an Amplify auth definition and says what it means.
//!
//! `amplify/auth/resource.ts` (and `amplify/backend.ts`, if there is one) is run in a sandbox, not
//! pattern-matched: real definitions use helpers, modules and the environment. What comes out is a
//! [`Definition`]: the pool's configuration, and all that the clients and AWS want to know of it.
//!
//! `poolhouse.toml` beside `amplify/` adds what Amplify has no word for ([`settings`]).
//!
//! Whoever may read files hands in [`project::Files`]; [`project::Folder`] is the usual one.

mod backend;
pub mod definition;
pub mod diagnostic;
mod l1;
pub mod outputs;
mod pool;
mod position;
pub mod project;
mod props;
mod reading;
pub mod report;
mod resolve;
mod sandbox;
pub mod settings;
mod template;
mod tsconfig;
mod typescript;
mod unread;
mod unsupported;
mod warnings;
mod words;

pub use definition::{Definition, Deployment, evaluate};
pub use diagnostic::{Diagnostic, Position, Severity};
pub use unsupported::Unsupported;
