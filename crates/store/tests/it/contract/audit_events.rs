//! Audit events.

use std::time::Duration;

use poolhouse_domain::audit::{AuditEvent, AuditKind};
use poolhouse_domain::{ClientId, PoolId, Sub, Timestamp};
use poolhouse_store::{AuditFilter, Store};

use super::sample::{at, pool, read, write};

const KEEP: Duration = Duration::from_secs(1000);

fn event(sub: &str, seconds: i64) -> AuditEvent {
    AuditEvent {
        at: at(seconds),
        sub: Sub::new(sub),
        kind: AuditKind::SignIn,
        detail: "pwd otp mfa".to_owned(),
        client_id: ClientId::new("client"),
        from: Some("2001:db8::1".parse().unwrap()),
    }
}

async fn insert(store: &Store, pool: &PoolId, events: &[AuditEvent]) {
    let (pool, events) = (pool.clone(), events.to_vec());
    write(store, move |txn| {
        let mut events = events.iter();
        events.try_for_each(|event| txn.audit_insert(&pool, event, KEEP))
    })
    .await;
}

/// All that is wanted, so many at a time.
async fn list(
    store: &Store,
    pool: &PoolId,
    sub: Option<&str>,
    since: Timestamp,
    limit: usize,
) -> Vec<AuditEvent> {
    let pool = pool.clone();
    let filter = AuditFilter {
        sub: sub.map(Sub::new),
        since,
    };
    read(store, move |txn| {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = txn.audit_page(&pool, &filter, after.as_ref(), limit)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            all.extend(page.into_iter().map(|(_, event)| event));
        }
        Ok(all)
    })
    .await
}

pub(crate) async fn come_back_in_order_and_in_pages(store: &Store) {
    let pool = pool(store, "pool").await;
    let mut unknown = event("ann", 30);
    (unknown.kind, unknown.from) = (AuditKind::AccountDeleted, None);
    let events = [
        event("ann", 10),
        event("bob", 20),
        unknown,
        event("ann", 40),
    ];
    insert(store, &pool, &events).await;
    for limit in 1..=5 {
        assert_eq!(list(store, &pool, None, at(0), limit).await, events);
        let ann = list(store, &pool, Some("ann"), at(11), limit).await;
        assert_eq!(ann, events[2..]);
    }
}

pub(crate) async fn are_kept_per_pool(store: &Store) {
    let (one, two) = (pool(store, "one").await, pool(store, "two").await);
    insert(store, &one, &[event("ann", 10)]).await;
    assert_eq!(list(store, &one, None, at(0), 9).await.len(), 1);
    assert!(list(store, &two, None, at(0), 9).await.is_empty());
}

pub(crate) async fn are_swept_when_they_were_kept_for_long_enough(store: &Store) {
    let (one, two) = (pool(store, "one").await, pool(store, "two").await);
    for second in 1..=5 {
        for pool in [&one, &two] {
            insert(store, pool, &[event("ann", second)]).await;
        }
    }
    let sweep = async |seconds| {
        let now = at(seconds);
        write(store, move |txn| txn.expired_sweep(now, 2)).await
    };
    assert_eq!(sweep(1000).await, 0);
    // Two of each pool at a time; the third of the other came a microsecond later.
    assert_eq!(sweep(1003).await, 4);
    assert_eq!(sweep(1003).await, 1);
    assert_eq!(sweep(1004).await, 2);
    assert_eq!(sweep(1004).await, 0);
    assert_eq!(list(store, &two, None, at(0), 9).await.len(), 2);
}
