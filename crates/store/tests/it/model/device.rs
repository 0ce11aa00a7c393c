//! What can be done with devices: in a store, and in memory.

use std::collections::BTreeMap;

use poolhouse_domain::device::Device;
use poolhouse_store::{StoreError, Txn};
use proptest::prelude::*;

use super::memory::{CONFLICT, say};
use super::step::{Who, quarter};
use crate::contract::devices;

#[derive(Clone, Copy, Debug)]
pub(super) enum DeviceStep {
    Insert(u8, u8),
    Get(u8),
    Remember(u8, bool, u8),
    Use(u8, u8),
    List(usize),
    Delete(u8),
}

pub(super) fn device_step() -> impl Strategy<Value = DeviceStep> {
    let (id, moment) = (|| 0..2_u8, || 0..6_u8);
    prop_oneof![
        2 => (id(), moment()).prop_map(|(id, now)| DeviceStep::Insert(id, now)),
        1 => id().prop_map(DeviceStep::Get),
        1 => (id(), any::<bool>(), moment())
            .prop_map(|(id, on, now)| DeviceStep::Remember(id, on, now)),
        1 => (id(), moment()).prop_map(|(id, now)| DeviceStep::Use(id, now)),
        1 => (1..3_usize).prop_map(DeviceStep::List),
        1 => id().prop_map(DeviceStep::Delete),
    ]
}

fn made(who: Who, id: u8, now: u8) -> Device {
    let mut device = devices::device(who.sub().as_str(), id);
    device.created_at = quarter(now);
    device
}

impl DeviceStep {
    /// Does it in a store.
    pub(super) fn run(self, txn: &mut Txn<'_>, who: Who) -> Result<String, StoreError> {
        let (pool, sub) = (who.pool(), who.sub());
        let key = |id: u8| devices::key(id.into());
        Ok(match self {
            Self::Insert(id, now) => say(txn.device_insert(&pool, &made(who, id, now))?),
            Self::Get(id) => say(txn.device_get(&pool, &sub, &key(id))?),
            Self::Remember(id, on, now) => {
                say(txn.device_remember(&pool, &sub, &key(id), on, quarter(now))?)
            }
            Self::Use(id, now) => say(txn.device_use(&pool, &sub, &key(id), None, quarter(now))?),
            Self::List(limit) => say(txn.device_list_remembered(&pool, &sub, None, limit)?),
            Self::Delete(id) => say(txn.device_delete(&pool, &sub, &key(id), quarter(0))?),
        })
    }
}

/// The devices of everybody.
#[derive(Clone, Default)]
pub(super) struct Devices(BTreeMap<(Who, u8), Device>);

impl Devices {
    /// What must come of a step; whether its user is there, the caller knows.
    pub(super) fn step(&mut self, who: Who, is_user: bool, step: DeviceStep) -> String {
        match step {
            DeviceStep::Insert(id, _) if !is_user || self.0.contains_key(&(who, id)) => {
                CONFLICT.to_owned()
            }
            DeviceStep::Insert(id, now) => {
                self.0.insert((who, id), made(who, id, now));
                say(())
            }
            DeviceStep::Get(id) => say(self.0.get(&(who, id))),
            DeviceStep::Remember(id, on, now) => self.change(who, id, |device| {
                device.remembered = on;
                device.modified_at = quarter(now);
            }),
            DeviceStep::Use(id, now) => {
                self.change(who, id, |device| device.authenticated_at = quarter(now))
            }
            DeviceStep::List(limit) => {
                let own = self.0.iter().filter(|((owner, _), _)| *owner == who);
                let mut own: Vec<_> = own.map(|(_, device)| device).collect();
                own.retain(|device| device.remembered);
                own.sort_by_key(|device| (device.created_at, device.key.as_str()));
                own.truncate(limit);
                say(own)
            }
            DeviceStep::Delete(id) => say(self.0.remove(&(who, id)).is_some()),
        }
    }

    /// Their user is gone.
    pub(super) fn forget(&mut self, who: Who) {
        self.0.retain(|(owner, _), _| *owner != who);
    }

    fn change(&mut self, who: Who, id: u8, change: impl FnOnce(&mut Device)) -> String {
        say(self.0.get_mut(&(who, id)).map(change).is_some())
    }
}
