//! What every server of ours does beside answering: it listens, waits for signals, and removes what has
//! expired.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use poolhouse_domain::{Clock as _, Timestamp};
use poolhouse_server::App;
use poolhouse_store::{Resealing, Store, StoreError, Walk};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::failure::Failure;
use crate::system::SystemClock;

/// How often what has expired is removed, and how much of it at a time.
const SWEEP: (Duration, usize) = (Duration::from_mins(1), 500);

/// How many steps without much to remove a walk takes each time: a million rows in 20 minutes.
const WALK: usize = 100;

/// How often keys are looked for that somebody else has made.
const HEAR: Duration = Duration::from_secs(30);

/// How often to look for what an older data key has sealed, while there is one, and how many values
/// at a time.
const RESEAL: (Duration, usize) = (Duration::from_mins(10), 200);

/// What runs a server's tasks.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::caused("cannot start", &error))
}

/// Listens at `address`.
pub(crate) async fn listen(address: SocketAddr, hint: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|error| Failure::caused(format!("cannot listen on {address} ({hint})"), &error))
}

/// Ctrl-C or SIGTERM, from now on: whoever waits for the word `ready` may send one at once.
pub(crate) fn told_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    let failed = |error| Failure::caused("cannot wait for signals", &error);
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ends when `stopping` says so, or when nobody is left who could.
pub(crate) async fn wait_for(mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Removes what has expired, until `stopping` says so.
pub(crate) async fn sweep(store: Store, clock: Arc<SystemClock>, stopping: watch::Receiver<bool>) {
    let (period, limit) = SWEEP;
    let mut turn = tokio::time::interval(period);
    let mut stopping = std::pin::pin!(wait_for(stopping));
    let mut walk = Walk::default();
    loop {
        tokio::select! {
            () = &mut stopping => return,
            _ = turn.tick() => {}
        }
        let now = clock.now();
        if let Err(error) = sweep_once(&store, &mut walk, now, limit).await {
            tracing::warn!(?error, "what has expired was not removed");
        }
    }
}

/// In small steps, so that sign-ins get in between: what time has put in order until nothing is left of
/// it, and the next part of the walk through the rest.
async fn sweep_once(
    store: &Store,
    walk: &mut Walk,
    now: Timestamp,
    limit: usize,
) -> Result<(), StoreError> {
    let swept = || store.write::<_, StoreError, _>(move |txn| txn.expired_sweep(now, limit));
    while swept().await? > 0 {}
    let mut steps = WALK;
    while steps > 0 {
        let at = walk.clone();
        let step = store.write::<_, StoreError, _>(move |txn| txn.expired_walk(&at, now, limit));
        let (removed, next) = step.await?;
        let is_over = next.is_none();
        *walk = next.unwrap_or_default();
        if is_over {
            break;
        }
        // Where much is to be removed it goes on: what a flood left behind does not wait.
        let is_worth_it = usize::try_from(removed).is_ok_and(|removed| 2 * removed >= limit);
        steps -= usize::from(!is_worth_it);
    }
    Ok(())
}

/// Hears of new keys, and seals again what older ones have sealed, until `stopping` says so.
pub(crate) async fn keep_keys(app: App, store: Store, stopping: watch::Receiver<bool>) {
    let mut hear = tokio::time::interval(HEAR);
    let mut reseal = tokio::time::interval(RESEAL.0);
    let mut stopping = std::pin::pin!(wait_for(stopping));
    loop {
        tokio::select! {
            () = &mut stopping => return,
            _ = hear.tick() => {
                if let Err(error) = app.keys_renew().await {
                    tracing::warn!(?error, "the keys stay as they were");
                }
            }
            _ = reseal.tick(), if store.has_old_data_keys() => {
                match seal_again(&store).await {
                    Ok(count) => tracing::info!(count, "values were sealed with the newest key"),
                    Err(error) => tracing::warn!(?error, "not all values were sealed again"),
                }
            }
        }
    }
}

/// Seals everything with the newest key; if nothing was left to do, the older ones may go. How many
/// values it were.
async fn seal_again(store: &Store) -> Result<u64, StoreError> {
    let (mut at, mut count) = (Some(Resealing::default()), 0);
    while let Some(here) = at {
        let step = store.write::<_, StoreError, _>(move |txn| txn.sealed_reseal(&here, RESEAL.1));
        let (resealed, next) = step.await?;
        (at, count) = (next, count + resealed);
    }
    if count == 0 {
        let now = SystemClock.now();
        let forgotten = store.write::<_, StoreError, _>(move |txn| txn.data_keys_forget(now));
        forgotten.await?;
    }
    Ok(count)
}
