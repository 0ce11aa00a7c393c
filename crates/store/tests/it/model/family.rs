//! What can be done with refresh families: in a store, and in memory.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use poolhouse_domain::Timestamp;
use poolhouse_domain::token::RefreshFamily;
use poolhouse_store::{StoreError, Txn};
use proptest::prelude::*;

use super::memory::{CONFLICT, say};
use super::step::{Who, quarter};
use crate::contract::refresh_families;

#[derive(Clone, Copy, Debug)]
pub(super) enum FamilyStep {
    Insert(u8, u8),
    Find(u8, u8),
    Get(u8),
    List(u8, usize),
    Rotate(u8, u32, u8),
    Touch(u8, u8),
    Revoke(u8),
    RevokeAll,
}

pub(super) fn family_step() -> impl Strategy<Value = FamilyStep> {
    let (id, moment) = (|| 0..2_u8, || 0..6_u8);
    prop_oneof![
        4 => (id(), moment()).prop_map(|(id, now)| FamilyStep::Insert(id, now)),
        1 => (id(), id()).prop_map(|(id, hash)| FamilyStep::Find(id, hash)),
        1 => id().prop_map(FamilyStep::Get),
        2 => (moment(), 1..3_usize).prop_map(|(now, limit)| FamilyStep::List(now, limit)),
        3 => (id(), 0..2_u32, moment()).prop_map(|(id, from, now)| FamilyStep::Rotate(id, from, now)),
        1 => (id(), moment()).prop_map(|(id, now)| FamilyStep::Touch(id, now)),
        1 => id().prop_map(FamilyStep::Revoke),
        1 => Just(FamilyStep::RevokeAll),
    ]
}

fn jti(id: u8) -> String {
    format!("jti {id}")
}

/// A sign-in that began then, and is over soon.
fn made(who: Who, id: u8, now: u8) -> RefreshFamily {
    let (family, _) = refresh_families::family(who.sub().as_str());
    RefreshFamily {
        origin_jti: jti(id),
        auth_time: quarter(now),
        rotated_at: quarter(now),
        last_active_at: quarter(now),
        expires_at: quarter(now + 1),
        generation: 0,
        ..family
    }
}

impl FamilyStep {
    /// Does it in a store.
    pub(super) fn run(self, txn: &mut Txn<'_>, who: Who) -> Result<String, StoreError> {
        let (pool, sub) = (who.pool(), who.sub());
        Ok(match self {
            Self::Insert(id, now) => {
                say(txn.refresh_family_insert(&pool, &made(who, id, now), &[id; 32])?)
            }
            Self::Find(id, hash) => {
                say(txn.refresh_family_find(&pool, &sub, &jti(id), &[hash; 32])?)
            }
            Self::Get(id) => say(txn.refresh_family_get(&pool, &sub, &jti(id))?),
            Self::List(now, limit) => {
                say(txn.refresh_family_list(&pool, &sub, quarter(now), None, limit)?)
            }
            Self::Rotate(id, from, now) => {
                let family = txn.refresh_family_get(&pool, &sub, &jti(id))?;
                let counts =
                    family.is_some_and(|family| !family.revoked && family.generation == from);
                if counts {
                    txn.refresh_family_rotate(&pool, &sub, &jti(id), from, quarter(now))?;
                }
                say(counts)
            }
            Self::Touch(id, now) => {
                say(txn.refresh_family_touch(&pool, &sub, &jti(id), quarter(now))?)
            }
            Self::Revoke(id) => say(txn.refresh_family_revoke(&pool, &sub, &jti(id))?),
            Self::RevokeAll => say(txn.refresh_families_revoke(&pool, &sub)?),
        })
    }
}

/// The sign-ins of everybody.
#[derive(Clone, Default)]
pub(super) struct Families(BTreeMap<(Who, u8), RefreshFamily>);

impl Families {
    /// What must come of a step; whether its user is there, the caller knows.
    pub(super) fn step(&mut self, who: Who, is_user: bool, step: FamilyStep) -> String {
        match step {
            FamilyStep::Insert(id, _) if !is_user || self.0.contains_key(&(who, id)) => {
                CONFLICT.to_owned()
            }
            FamilyStep::Insert(id, now) => {
                self.0.insert((who, id), made(who, id, now));
                say(())
            }
            FamilyStep::Find(id, hash) => say(self.0.get(&(who, id)).filter(|_| hash == id)),
            FamilyStep::Get(id) => say(self.0.get(&(who, id))),
            FamilyStep::List(now, limit) => {
                let mut own = self.open(who);
                own.retain(|family| family.expires_at > quarter(now));
                own.sort_by_key(|family| Reverse((family.auth_time, family.origin_jti.clone())));
                own.truncate(limit);
                say(own)
            }
            FamilyStep::Rotate(id, from, now) => {
                let family = self.0.get_mut(&(who, id));
                let counts = family.filter(|family| !family.revoked && family.generation == from);
                say(counts
                    .map(|family| {
                        family.generation += 1;
                        family.rotated_at = quarter(now);
                    })
                    .is_some())
            }
            FamilyStep::Touch(id, now) => {
                if let Some(family) = self.0.get_mut(&(who, id)) {
                    family.last_active_at = family.last_active_at.max(quarter(now));
                }
                say(())
            }
            FamilyStep::Revoke(id) => {
                let open = self.open(who).into_iter();
                say(open
                    .filter(|family| family.origin_jti == jti(id))
                    .map(|family| family.revoked = true)
                    .next()
                    .is_some())
            }
            FamilyStep::RevokeAll => {
                let open = self.open(who).into_iter();
                say(open.map(|family| family.revoked = true).count())
            }
        }
    }

    /// How many are over for so long that no token of theirs is good any more; they are forgotten.
    pub(super) fn sweep(&mut self, until: Timestamp) -> usize {
        let before = self.0.len();
        self.0.retain(|_, family| family.expires_at > until);
        before - self.0.len()
    }

    /// Their user is gone.
    pub(super) fn forget(&mut self, who: Who) {
        self.0.retain(|(owner, _), _| *owner != who);
    }

    fn open(&mut self, who: Who) -> Vec<&mut RefreshFamily> {
        let own = self.0.iter_mut().filter(|((owner, _), _)| *owner == who);
        own.map(|(_, family)| family)
            .filter(|family| !family.revoked)
            .collect()
    }
}
