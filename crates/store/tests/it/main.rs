//! The store's tests: the contract that every engine keeps, and what each promises beside it.

#[cfg(test)]
mod backup;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod model;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod sqlite;
