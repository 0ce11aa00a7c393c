//! `poolhouse dev`: an Amplify app's pool on this machine.

mod house;
mod screen;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use poolhouse_define_auth::{Definition, Deployment};
use poolhouse_delivery::{Inbox, Sender, Worker};
use poolhouse_domain::{Clock, Timestamp};
use poolhouse_server::{App, DevPages, Parts, router};
use poolhouse_store::{Store, StoreError};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

pub(crate) use self::house::POOL;
use self::house::{House, OUTPUTS};
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
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    let listener = listen(args.listen).await?;
    let public_url = public_url(&listener)?;
    let folder = args
        .data
        .clone()
        .unwrap_or_else(|| project.path(".poolhouse"));
    let data = data::open(&folder, random.clone())?;
    let outbox = Arc::new(Notify::new());
    let app = App::new(Parts {
        store: data.store.clone(),
        clock: clock.clone(),
        random,
        key: data.key,
        public_url: public_url.clone(),
        outbox: Arc::clone(&outbox),
    });
    let house = House {
        app,
        seen: project.fingerprint(&definition.sources),
        project,
        definition,
        public_url,
        region: region(),
    };
    let pool = house.open().await?;

    let (stop, stopping) = watch::channel(false);
    let inbox = Inbox::new(data.store.clone());
    let worker = Worker::new(
        data.store.clone(),
        Sender::Inbox(inbox.clone()),
        clock.clone(),
        outbox,
    );
    let pages = DevPages {
        pool: pool.id.clone(),
        inbox,
        definition: house.project.shown("amplify/auth/resource.ts"),
        outputs: house.project.shown(OUTPUTS),
        stopping: stopping.clone(),
    };
    let service = router(&house.app, Some(pages));
    let mut tasks = JoinSet::new();
    tasks.spawn(worker.run(stopping.clone()));
    let listener = listener.tap_io(|connection| {
        // A reply is written at once: nothing is gained by waiting for more of it.
        let _ = connection.set_nodelay(true);
    });
    let stopped = wait_for(stopping.clone());
    let mut server = JoinSet::new();
    server.spawn(async move {
        axum::serve(listener, service)
            .with_graceful_shutdown(stopped)
            .await
    });

    let told = told_to_stop()?;
    house.greet(&pool, started, clock.now());
    tasks.spawn(sweep(data.store.clone(), clock, stopping.clone()));
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
    data.store.close().await;
    Ok(())
}

/// The region that a new pool claims to be in: Amplify and JWT libraries read one from its id.
#[expect(
    clippy::disallowed_methods,
    reason = "the binary is where the environment is read"
)]
pub(crate) fn region() -> String {
    std::env::var("AWS_REGION")
        .ok()
        .filter(|region| !region.is_empty())
        .unwrap_or_else(|| "us-east-1".to_owned())
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
            _ = turn.tick() => {
                let now = clock.now();
                let swept = store.write::<_, StoreError, _>(move |txn| txn.expired_sweep(now, limit));
                if let Err(error) = swept.await {
                    tracing::warn!(%error, "what has expired was not removed");
                }
            }
        }
    }
}
