//! `poolhouse dev`: an Amplify app's pool on this machine.

mod house;
mod screen;

use std::sync::Arc;

use poolhouse_define_auth::{Definition, Deployment};
use poolhouse_delivery::{Inbox, Parts as Delivery, Worker};
use poolhouse_domain::{Clock, Timestamp};
use poolhouse_server::listen::{Limits, Listen, Proxies};
use poolhouse_server::{Alarm, App, Parts, router};
use poolhouse_store::Store;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use self::house::House;
pub(crate) use self::house::POOL;
use crate::cli::Dev;
use crate::data;
use crate::failure::Failure;
use crate::project::Project;
use crate::running::{listen, runtime, sweep, told_to_stop};
use crate::system::{SystemClock, SystemRandom};

/// Serves until Ctrl-C or SIGTERM.
pub(crate) fn run(args: &Dev, started: Timestamp) -> Result<(), Failure> {
    let project = Project::find(&args.dir)?;
    // Before anything is touched: a wrong definition leaves no trace.
    let definition = project.read(&Deployment::Sandbox)?;
    runtime()?.block_on(serve(args, project, definition, started))
}

async fn serve(
    args: &Dev,
    project: Project,
    definition: Definition,
    started: Timestamp,
) -> Result<(), Failure> {
    let clock = Arc::new(SystemClock);
    let outbox = Arc::new(Notify::new());
    let hint = "is Poolhouse running already? `--listen 127.0.0.1:0` takes a free port";
    let socket = listen(args.listen, hint).await?;
    let public_url = public_url(&socket)?;
    let (house, store) = open(args, project, definition, public_url, outbox)?;
    let pool = house.open().await?;

    let (stop, stopping) = watch::channel(false);
    let service = router(&house.app, Some(house.pages(&pool, stopping.clone())));
    let mut tasks = JoinSet::new();
    tasks.spawn(house.worker.clone().run(stopping.clone()));
    tasks.spawn(sweep(store.clone(), clock.clone(), stopping.clone()));
    let mut server = JoinSet::new();
    let listen = Listen {
        socket,
        tls: None,
        proxies: Proxies::loopback(),
        limits: Limits::default(),
        metrics: house.app.metrics().clone(),
    };
    server.spawn(listen.run(service, stopping.clone()));

    let told = told_to_stop()?;
    house.greet(&pool, started, clock.now());
    tasks.spawn(house.follow(stopping));
    told.await;
    let _ = stop.send(true);
    server.join_all().await;
    tasks.join_all().await;
    store.close().await;
    tracing::info!(commits = store.commit_count(), "closed");
    Ok(())
}

/// Opens what is kept, and the server on it.
fn open(
    args: &Dev,
    project: Project,
    definition: Definition,
    public_url: String,
    outbox: Arc<Notify>,
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
        outbox: Arc::clone(&outbox),
        alarm: Alarm::exact(),
    });
    let worker = Worker::new(Delivery {
        store: data.store.clone(),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        wake: outbox,
    });
    let house = House {
        app,
        worker,
        inbox: Inbox::new(data.store.clone()),
        _lock: lock,
        project,
        definition,
        public_url,
        region: region()?,
    };
    Ok((house, data.store))
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
