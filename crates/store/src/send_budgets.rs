//! What has gone out within a day, by a keyed hash of to whom it went, or the `sub` of for whom.

use poolhouse_domain::budget::Sends;

use crate::db::{Row, Value};
use crate::{StoreError, Txn};

/// Whose budget it is: a keyed hash, or what ends in an account's `sub`.
pub type BudgetKey = Vec<u8>;

impl Txn<'_> {
    /// What has gone out by each of `keys`, in their order; what nobody has written down is nothing.
    pub fn send_budgets_get(&mut self, keys: &[BudgetKey]) -> Result<Vec<Sends>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (1..=keys.len()).map(|n| format!("?{n}")).collect();
        let sql = format!(
            "SELECT key, sends FROM send_budgets WHERE key IN ({})",
            places.join(", ")
        );
        let params: Vec<Value<'_>> = keys.iter().map(Value::from).collect();
        let found = self.query_many(&sql, &params, sends)?;
        let of = |key| {
            let mut found = found.iter();
            found.find(|(of, _)| of == key).map(|(_, sends)| sends)
        };
        Ok(keys
            .iter()
            .map(|key| of(key).cloned().unwrap_or_default())
            .collect())
    }

    /// Writes down what has gone out, in place of what was written before. The keys are all different.
    pub fn send_budgets_put(&mut self, budgets: &[(BudgetKey, Sends)]) -> Result<(), StoreError> {
        if budgets.is_empty() {
            return Ok(());
        }
        // In one order for everybody, so that nobody waits for who waits for them.
        let mut budgets: Vec<_> = budgets.iter().collect();
        budgets.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let row = |n: usize| format!("(?{}, ?{}, ?{})", 3 * n + 1, 3 * n + 2, 3 * n + 3);
        let rows: Vec<String> = (0..budgets.len()).map(row).collect();
        let sql = format!(
            "INSERT INTO send_budgets (key, sends, expires_at) VALUES {}
             ON CONFLICT (key) DO UPDATE SET sends = excluded.sends, expires_at = excluded.expires_at",
            rows.join(", ")
        );
        let blobs: Vec<Vec<u8>> = budgets.iter().map(|(_, sends)| sends.to_bytes()).collect();
        let params = budgets
            .into_iter()
            .zip(&blobs)
            .flat_map(|((key, sends), blob)| {
                [
                    Value::from(key),
                    blob.as_slice().into(),
                    sends.ends_at().into(),
                ]
            });
        let params: Vec<Value<'_>> = params.collect();
        self.send(&sql, &params)
    }
}

fn sends(row: &Row<'_>) -> Result<(BudgetKey, Sends), StoreError> {
    let sends = Sends::from_bytes(&row.blob("send_budgets.sends")?);
    let sends = sends.ok_or_else(|| StoreError::broken("send_budgets.sends is cut off"))?;
    Ok((row.blob("send_budgets.key")?, sends))
}
