//! The server: the wire, the operations, the flows behind them, and the pages.

pub mod awsjson;
pub mod http;
pub mod web;
