//! The program as a person runs it: a process, its terminal, its files, its signals.
#![expect(
    clippy::disallowed_methods,
    reason = "these tests look at what the program did to files"
)]

#[cfg(test)]
mod audit;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod definition;
#[cfg(test)]
mod deploy;
#[cfg(test)]
mod dev;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod keys;
#[cfg(test)]
#[path = "../../../store/tests/it/postgres/shared.rs"]
mod postgres;
#[cfg(test)]
mod program;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod torture;
#[cfg(test)]
mod unstoppable;
#[cfg(test)]
mod users;
#[cfg(test)]
mod users_csv;
