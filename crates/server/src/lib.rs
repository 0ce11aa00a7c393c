//! The server: the wire, the operations, the flows behind them, and the pages.
//!
//! A request passes [`http`] (limits, CORS, one log line), [`awsjson`] (which operation, is it valid)
//! and [`operations`] (wire words to flow words) on its way to `flows`, where the rules are, and
//! `tokens`, which are what it is all about. ARCHITECTURE.md follows one such request.
//!
//! Invariants: only `awsjson::error` knows exception names; `operations` know no HTTP and no rules;
//! time is read once per request; one request is one transaction, and nothing slow runs inside it.

mod admission;
mod alarm;
pub mod app;
pub mod awsjson;
mod client_proof;
mod cx;
mod dev_pages;
mod flows;
mod front;
pub mod http;
pub mod listen;
mod metrics;
mod oauth;
pub mod operations;
mod passwords;
pub mod pool;
mod relying_party;
mod router;
mod slow_work;
mod tokens;
pub mod web;

pub use admission::{Admission, Work};
pub use alarm::Alarm;
pub use app::{App, Parts};
pub use dev_pages::DevPages;
pub use front::Front;
pub use metrics::Metrics;
pub use router::{operations_router, public_router, router};
pub use tokens::keys::{Rotation, rotate};
