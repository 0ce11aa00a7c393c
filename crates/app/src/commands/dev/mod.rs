//! `poolhouse dev`: an Amplify app's pool on this machine.

mod house;
mod screen;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use poolhouse_define_auth::{Definition, Deployment};
use poolhouse_delivery::{Inbox, Sender, Worker};
use poolhouse_domain::{Clock, Timestamp};
use poolhouse_server::{App, Parts, router};
use poolhouse_store::{Store, StoreError};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use self::house::House;
pub(crate) use self::house::POOL;
use crate::cli::Dev;
use crate::data;
use crate::failure::Failure;
use crate::project::Project;
use crate::system::{SystemClock, SystemRandom};

/// How often what has expired is removed, and how much of it at a time.
const SWEEP: (Duration, usize) = (Duration::from_mins(1), 500);

/// How long requests that were accepted may take once we are told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until Ctrl-C or SIGTERM.
pub(crate) fn run(args: &Dev, started: Timestamp) -> Result<(), Failure> {
    let project = Project::find(&args.dir)?;
    // Before anything is touched: a wrong definition leaves no trace.
    let definition = project.read(&Deployment::Sandbox)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::caused("cannot start", &error))?;
    runtime.block_on(serve(args, project, definition, started))
}

async fn serve(
    args: &Dev,
    project: Project,
    definition: Definition,
    started: Timestamp,
) -> Result<(), Failure> {
    let clock = Arc::new(SystemClock);
    let outbox = Arc::new(Notify::new());
    let listener = listen(args.listen).await?;
    let public_url = public_url(&listener)?;
    let (house, store) = open(args, project, definition, public_url, &outbox)?;
    let pool = house.open().await?;

    let (stop, stopping) = watch::channel(false);
    let inbox = Inbox::new(store.clone());
    let sender = Sender::Inbox(inbox.clone());
    let worker = Worker::new(store.clone(), sender, clock.clone(), outbox);
    let service = router(
        &house.app,
        Some(house.pages(&pool, inbox, stopping.clone())),
    );
    let mut tasks = JoinSet::new();
    tasks.spawn(worker.run(stopping.clone()));
    tasks.spawn(sweep(store.clone(), clock.clone(), stopping.clone()));
    let mut server = JoinSet::new();
    server.spawn(answer(listener, service, stopping.clone()));

    let told = told_to_stop()?;
    house.greet(&pool, started, clock.now());
    tasks.spawn(house.follow(stopping));
    told.await;
    let _ = stop.send(true);
    if tokio::time::timeout(GRACE, server.join_all())
        .await
        .is_err()
    {
        tracing::warn!(
            "some requests were not finished after {} s",
            GRACE.as_secs()
        );
    }
    tasks.join_all().await;
    store.close().await;
    Ok(())
}

/// Opens what is kept, and the server on it.
fn open(
    args: &Dev,
    project: Project,
    definition: Definition,
    public_url: String,
    outbox: &Arc<Notify>,
) -> Result<(House, Store), Failure> {
    let random = Arc::new(SystemRandom);
    let folder = args
        .data
        .clone()
        .unwrap_or_else(|| project.path(".poolhouse"));
    let data = data::open(&folder, random.clone())?;
    let lock = data::lock(&folder)?;
    let app = App::new(Parts {
        store: data.store.clone(),
        clock: Arc::new(SystemClock),
        random,
        key: data.key,
        public_url: public_url.clone(),
        outbox: Arc::clone(outbox),
    });
    let house = House {
        app,
        _lock: lock,
        project,
        definition,
        public_url,
        region: region()?,
    };
    Ok((house, data.store))
}

/// Answers requests until `stopping` says so, and finishes those that were accepted.
async fn answer(listener: TcpListener, service: Router, stopping: watch::Receiver<bool>) {
    let listener = listener.tap_io(|connection| {
        // A reply is written at once: nothing is gained by waiting for more of it.
        let _ = connection.set_nodelay(true);
    });
    let served = axum::serve(listener, service)
        .with_graceful_shutdown(wait_for(stopping))
        .await;
    if let Err(error) = served {
        tracing::error!(%error, "the server ended");
    }
}

/// The region that a new pool claims to be in: Amplify and JWT libraries read one from its id.
#[expect(
    clippy::disallowed_methods,
    reason = "the binary is where the environment is read"
)]
pub(crate) fn region() -> Result<String, Failure> {
    let region = std::env::var("AWS_REGION").unwrap_or_default();
    let is_safe = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if region.is_empty() {
        Ok("us-east-1".to_owned())
    } else if region.bytes().all(is_safe) {
        Ok(region)
    } else {
        Err(Failure::new(format!(
            "AWS_REGION: got {region:?}, expected a name like us-east-1: it becomes a part of the pool's id"
        )))
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let hint = "is Poolhouse running already? `--listen 127.0.0.1:0` takes a free port";
        Failure::caused(format!("cannot listen on {address} ({hint})"), &error)
    })
}

/// Where clients find us. On loopback it says `localhost`: passkeys are bound to a name, not to an
/// address, and `localhost` is the one that browsers trust without TLS.
fn public_url(listener: &TcpListener) -> Result<String, Failure> {
    let address = listener
        .local_addr()
        .map_err(|error| Failure::caused("cannot listen", &error))?;
    if address.ip().is_loopback() || address.ip().is_unspecified() {
        return Ok(format!("http://localhost:{}", address.port()));
    }
    Ok(format!("http://{address}"))
}

/// Ctrl-C or SIGTERM, from now on: whoever waits for the word `ready` may send one at once.
fn told_to_stop() -> Result<impl Future<Output = ()>, Failure> {
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
async fn wait_for(mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

async fn sweep(store: Store, clock: Arc<SystemClock>, stopping: watch::Receiver<bool>) {
    let (period, limit) = SWEEP;
    let mut turn = tokio::time::interval(period);
    let mut stopping = std::pin::pin!(wait_for(stopping));
    loop {
        tokio::select! {
            () = &mut stopping => return,
            _ = turn.tick() => {}
        }
        let now = clock.now();
        // In small steps, so that sign-ins get in between, until nothing is left.
        loop {
            let swept = store.write::<_, StoreError, _>(move |txn| txn.expired_sweep(now, limit));
            match swept.await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(?error, "what has expired was not removed");
                    break;
                }
            }
        }
    }
}
