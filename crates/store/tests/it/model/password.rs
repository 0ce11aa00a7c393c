//! What can be done with passwords: in a store, and in memory.

use std::collections::BTreeMap;

use poolhouse_domain::password::PasswordHash;
use poolhouse_store::{StoreError, Txn};
use proptest::prelude::*;

use super::memory::{CONFLICT, say};
use super::step::{Who, quarter};
use crate::contract::passwords;

#[derive(Clone, Copy, Debug)]
pub(super) enum PasswordStep {
    Set(u8, usize),
    List(usize),
    Get,
    Exists,
    Delete,
}

pub(super) fn password_step() -> impl Strategy<Value = PasswordStep> {
    prop_oneof![
        4 => (0..100_u8, 0..4_usize).prop_map(|(number, kept)| PasswordStep::Set(number, kept)),
        2 => (1..4_usize).prop_map(PasswordStep::List),
        1 => Just(PasswordStep::Get),
        1 => Just(PasswordStep::Exists),
        1 => Just(PasswordStep::Delete),
    ]
}

/// A hash, which does not print itself.
fn words(hash: &PasswordHash) -> String {
    format!("{:?} {:?} {:?}", hash.kind, hash.salt, hash.hash.expose())
}

impl PasswordStep {
    /// Does it in a store.
    pub(super) fn run(self, txn: &mut Txn<'_>, who: Who) -> Result<String, StoreError> {
        let (pool, sub) = (who.pool(), who.sub());
        Ok(match self {
            Self::Set(number, kept) => {
                let hash = passwords::hash(number);
                say(txn.password_set(&pool, &sub, &hash, kept, quarter(0))?)
            }
            Self::List(limit) => {
                let list = txn.password_list(&pool, &sub, limit)?;
                say(list.iter().map(words).collect::<Vec<_>>())
            }
            Self::Get => say(txn.password_get(&pool, &sub)?.as_ref().map(words)),
            Self::Exists => say(txn.credentials(&pool, &sub, "")?.password),
            Self::Delete => say(txn.passwords_delete(&pool, &sub)?),
        })
    }
}

/// The passwords of everybody, the newest first.
#[derive(Clone, Default)]
pub(super) struct Passwords(BTreeMap<Who, Vec<u8>>);

impl Passwords {
    /// What must come of a step; whether its user is there, the caller knows.
    pub(super) fn step(&mut self, who: Who, is_user: bool, step: PasswordStep) -> String {
        let own = self.0.entry(who).or_default();
        let words = |number: &u8| words(&passwords::hash(*number));
        match step {
            PasswordStep::Set(..) if !is_user => CONFLICT.to_owned(),
            PasswordStep::Set(number, kept) => {
                own.insert(0, number);
                own.truncate(kept.max(1));
                say(())
            }
            PasswordStep::List(limit) => say(own.iter().take(limit).map(words).collect::<Vec<_>>()),
            PasswordStep::Get => say(own.first().map(words)),
            PasswordStep::Exists => say(!own.is_empty()),
            PasswordStep::Delete => {
                own.clear();
                say(())
            }
        }
    }

    /// Their user is gone.
    pub(super) fn forget(&mut self, who: Who) {
        self.0.remove(&who);
    }
}
