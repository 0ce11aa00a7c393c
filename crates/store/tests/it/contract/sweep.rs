//! Sweeping.

use poolhouse_domain::budget::Sends;
use poolhouse_domain::code::CodePurpose::{ConfirmSignUp, SignIn};
use poolhouse_domain::pool::ContactAttribute::Email;
use poolhouse_domain::pool::FirstFactor::{EmailOtp, SmsOtp};
use poolhouse_domain::{ClientId, Sub, Timestamp};
use poolhouse_store::{SENT_KEPT, Store, Walk};

use super::codes::code;
use super::passkey_registrations::registration;
use super::refresh_families::family;
use super::sample::{self, at, mail, pool_with_user, read, write};
use super::software_tokens::seed;

const DAY: i64 = 24 * 60 * 60;
const NOW: Timestamp = Timestamp::from_seconds(2 * DAY);

async fn sweep(store: &Store, limit: usize) -> u64 {
    write(store, move |txn| sample::sweep(txn, NOW, limit)).await
}

pub(crate) async fn removes_what_expired(store: &Store) {
    let (pool, sub) = pool_with_user(store, "ann").await;
    let (to, of) = (pool.clone(), sub.clone());
    write(store, move |txn| {
        let (mut old, mut young) = (code(1), code(2));
        old.expires_at = NOW;
        young.expires_at = at(2 * DAY + 1);
        txn.code_put(&to, &of, SignIn(Email), &old)?;
        txn.code_put(&to, &of, ConfirmSignUp, &young)?;
        txn.session_spend(&[1; 16], NOW)?;
        txn.session_spend(&[2; 16], at(2 * DAY + 1))?;
        txn.factor_failure_count(&to, &of, EmailOtp, at(DAY))?;
        txn.factor_failure_count(&to, &of, SmsOtp, at(DAY + 1))?;
        let (mut old, hash) = family("ann");
        old.expires_at = at(DAY);
        let mut young = old.clone();
        young.origin_jti = "young".to_owned();
        young.expires_at = at(DAY + 1);
        for (client, expires_at) in [("old", NOW), ("young", at(2 * DAY + 1))] {
            let mut registration = registration("ann", client, 1);
            registration.expires_at = expires_at;
            txn.passkey_registration_put(&to, &registration)?;
        }
        txn.software_token_setup_put(&to, &of, &seed(1), NOW)?;
        txn.refresh_family_insert(&to, &old, &hash)?;
        txn.refresh_family_insert(&to, &young, &[9; 32])
    })
    .await;

    assert_eq!(sweep(store, 100).await, 6);
    assert_eq!(sweep(store, 100).await, 0);
    let pool_again = pool.clone();
    let remains = read(store, move |txn| {
        Ok([
            txn.code_get(&pool, &sub, SignIn(Email))?.is_some(),
            txn.code_get(&pool, &sub, ConfirmSignUp)?.is_some(),
            txn.session_is_spent(&[1; 16], NOW)?,
            txn.session_is_spent(&[2; 16], at(2 * DAY + 1))?,
            txn.factor_failures_get(&pool, &sub, EmailOtp)?.is_some(),
            txn.factor_failures_get(&pool, &sub, SmsOtp)?.is_some(),
            txn.refresh_family_get(&pool, &sub, "jti of ann")?.is_some(),
            txn.refresh_family_get(&pool, &sub, "young")?.is_some(),
        ])
    });
    let halves = [false, true, false, true, false, true, false, true];
    assert_eq!(remains.await, halves);
    let taken = write(store, move |txn| {
        let ann = Sub::new("ann");
        Ok(["old", "young"].map(|client| {
            let client = ClientId::new(client);
            txn.passkey_registration_take(&pool_again, &ann, &client)
                .unwrap()
                .is_some()
        }))
    });
    assert_eq!(taken.await, [false, true]);
}

pub(crate) async fn removes_budgets_of_the_day_before(store: &Store) {
    let budgets = [(vec![1; 32], DAY - 1), (vec![2; 32], DAY)].map(|(key, seconds)| {
        let mut sends = Sends::default();
        sends.add(1, at(seconds));
        (key, sends)
    });
    let young = budgets[1].1.clone();
    write(store, move |txn| txn.send_budgets_put(&budgets)).await;
    assert_eq!(sweep(store, 100).await, 1);
    let left = read(store, |txn| {
        txn.send_budgets_get(&[vec![1; 32], vec![2; 32]])
    });
    assert_eq!(left.await, [Sends::default(), young]);
}

pub(crate) async fn goes_in_small_steps(store: &Store) {
    write(store, move |txn| {
        let mut numbers = 0..5;
        numbers.try_for_each(|number| txn.session_spend(&[number; 16], at(1)).map(drop))
    })
    .await;
    for removed in [2, 2, 1, 0] {
        let swept = write(store, |txn| txn.expired_sweep(NOW, 2));
        assert_eq!(swept.await, removed);
    }
}

/// It looks at so many rows at a time, whether or not they have expired, of every pool and user.
pub(crate) async fn walks_in_small_steps(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    let other = sample::pool(store, "other").await;
    write(store, move |txn| {
        for (pool, number, end) in [
            (&pool, 1, NOW),
            (&other, 1, at(2 * DAY + 1)),
            (&other, 2, at(2 * DAY + 1)),
            (&pool, 2, at(2 * DAY + 1)),
            (&other, 3, NOW),
        ] {
            let mut code = code(number);
            code.expires_at = end;
            txn.code_put(pool, &Sub::new(number.to_string()), SignIn(Email), &code)?;
        }
        Ok(())
    })
    .await;
    let (mut at, mut removed) = (Some(Walk::default()), Vec::new());
    while let Some(here) = at {
        let step = write(store, move |txn| txn.expired_walk(&here, NOW, 2));
        let (some, next) = step.await;
        removed.push(some);
        at = next;
    }
    // "other" is before "pool"; then come the other tables, which are empty.
    assert_eq!(removed, [0, 2, 0, 0, 0, 0, 0, 0]);
    assert_eq!(sweep(store, 1).await, 0);
}

pub(crate) async fn keeps_the_newest_sent_messages(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    write(store, move |txn| {
        txn.outbox_insert(
            &pool,
            &Sub::new("someone"),
            &mail("a@example.com", "waiting"),
            at(1),
            at(2),
        )?;
        for number in 0..SENT_KEPT + 3 {
            let mail = mail("a@example.com", &number.to_string());
            let id = txn.outbox_insert(&pool, &Sub::new("someone"), &mail, at(1), at(2))?;
            txn.outbox_sent(&id, at(1), true)?;
        }
        Ok(())
    })
    .await;
    assert_eq!(sweep(store, 2).await, 3);
    let kept = read(store, |txn| txn.inbox_list(None, 1_000)).await;
    assert_eq!(kept.len(), SENT_KEPT);
    assert_eq!(kept[SENT_KEPT - 1].message.code.expose(), "3");
    assert_eq!(read(store, |txn| txn.outbox_due(10)).await.len(), 1);
}

pub(crate) async fn keeps_dead_letters_for_a_week(store: &Store) {
    const WEEK: i64 = 7 * 86_400;
    let (pool, _) = pool_with_user(store, "ann").await;
    let now = at(2 * WEEK);
    write(store, move |txn| {
        for failed_at in [at(WEEK), at(WEEK + 1)] {
            let mail = mail("a@example.com", "1");
            let id = txn.outbox_insert(&pool, &Sub::new("someone"), &mail, at(1), at(2))?;
            txn.outbox_fail(&id, failed_at, None)?;
        }
        Ok(())
    })
    .await;
    let swept = write(store, move |txn| txn.expired_sweep(now, 10));
    assert_eq!(swept.await, 1);
    let left = read(store, |txn| txn.dead_letter_list(9)).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].failed_at, at(WEEK + 1));
}
