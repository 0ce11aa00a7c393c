//! `[budgets]`: how many messages go out.

use poolhouse_domain::pool::PoolConfig;

use super::Key;

/// The most that a limit can be, and nothing that anybody reaches.
const MOST: u32 = 10_000_000;

/// A limit; 0 is none.
macro_rules! limit {
    ($name:literal, $purse:ident.$window:ident) => {
        Key {
            name: $name,
            set: |pool, value| {
                let limit = value.count(0..=MOST)?;
                pool.budgets.$purse.$window = (limit > 0).then_some(limit);
                Ok(())
            },
        }
    };
}

pub(super) const BUDGETS: &[Key<PoolConfig>] = &[
    limit!("address_per_hour", address.per_hour),
    limit!("address_per_day", address.per_day),
    limit!("account_per_hour", account.per_hour),
    limit!("account_per_day", account.per_day),
    limit!("ip_per_hour", ip.per_hour),
    limit!("ip_per_day", ip.per_day),
    limit!("prefix_per_hour", prefix.per_hour),
    limit!("prefix_per_day", prefix.per_day),
    limit!("texts_per_day", texts.per_day),
];
