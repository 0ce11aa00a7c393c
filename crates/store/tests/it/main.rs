//! The store's tests: the contract that every engine keeps, and what SQLite promises beside it.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod sqlite;
