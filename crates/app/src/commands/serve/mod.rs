//! `poolhouse serve`: pools in production.
//!
//! Everything that can be wrong is looked at before anything is opened: the configuration, the keys'
//! files, every pool's definition. From then on it is two listeners, one for the world and one for
//! whoever runs it, and the tasks behind them.

mod certificate;
mod pools;

use std::net::SocketAddr;
use std::sync::Arc;

use poolhouse_delivery::{Inbox, Parts as Delivery, Worker};
use poolhouse_domain::seal::MasterKey;
use poolhouse_server::listen::{Limits, Listen, Proxies};
use poolhouse_server::{Admission, Alarm, App, Front, Parts, operations_router, public_router};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

pub(crate) use self::certificate::CertificateFiles;
use self::pools::Pools;
pub(crate) use self::pools::Served;
use crate::cli::Serve;
use crate::config::{Config, Risk};
use crate::failure::Failure;
use crate::running::{keep_keys, listen, runtime, sweep, told_to_stop, wait_for};
use crate::system::{SystemClock, SystemRandom};
use crate::{logs, master_key, notify, terminal};

/// Serves until Ctrl-C or SIGTERM.
pub(crate) fn run(args: &Serve) -> Result<(), Failure> {
    let config = Config::read(&args.config)?;
    logs::start(config.log.format, &config.log.level)?;
    let master = master_key::read(&config.master)?;
    let certificate = config.tls.clone().map(CertificateFiles::read).transpose()?;
    let pools = Pools::read(&config)?;
    if args.check {
        terminal::print("nothing is wrong with it");
        return Ok(());
    }
    runtime()?.block_on(
        Server {
            config,
            certificate,
            pools,
        }
        .run(master),
    )
}

/// All that was read, and nothing opened yet.
struct Server {
    config: Config,
    certificate: Option<CertificateFiles>,
    pools: Pools,
}

impl Server {
    async fn run(self, master: MasterKey) -> Result<(), Failure> {
        let store = self.config.open_store(&master)?;
        let outbox = Arc::new(Notify::new());
        let app = App::new(Parts {
            store: store.clone(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            key: store.hash_key(),
            public_url: self.config.public_url.clone(),
            outbox: Arc::clone(&outbox),
            alarm: Alarm::exact(),
        });
        app.audit_keep(self.config.audit);
        let worker = Worker::new(Delivery {
            store: store.clone(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            wake: outbox,
        });
        let inbox = self.config.allows(Risk::Inbox);
        let inbox = inbox.then(|| Inbox::new(store.clone()));
        self.pools.serve(&app, &worker, inbox.as_ref()).await?;

        let (stop, stopping) = watch::channel(false);
        let mut servers = JoinSet::new();
        let (public, operations) = self.listeners(&app).await?;
        let addresses = [address(&public)?, address(&operations)?];
        servers.spawn(public.run(self.public(&app), stopping.clone()));
        let told = told_to_stop()?;
        let reload = signal(SignalKind::hangup())
            .map_err(|error| Failure::caused("cannot wait for signals", &error))?;
        let router = operations_router(&app, &worker, inbox.clone());
        servers.spawn(operations.run(router, stopping.clone()));

        let mut tasks = JoinSet::new();
        tasks.spawn(worker.clone().run(stopping.clone()));
        tasks.spawn(sweep(
            store.clone(),
            Arc::new(SystemClock),
            stopping.clone(),
        ));
        tasks.spawn(keep_keys(app.clone(), store.clone(), stopping.clone()));
        self.greet(addresses);
        let pools = Reload { app, worker, inbox };
        tasks.spawn(self.follow(pools, reload, stopping));
        told.await;
        notify::systemd("STOPPING=1");
        let _ = stop.send(true);
        servers.join_all().await;
        tasks.join_all().await;
        store.close().await;
        Ok(())
    }

    /// For the world, and for whoever runs this.
    async fn listeners(&self, app: &App) -> Result<(Listen, Listen), Failure> {
        let config = &self.config;
        let hint = "is something else listening there?";
        let tls = self.certificate.as_ref().map(CertificateFiles::acceptor);
        let public = Listen {
            socket: listen(config.listen, hint).await?,
            tls: tls.transpose()?,
            proxies: config.proxies.clone(),
            limits: config.limits.clone(),
            metrics: app.metrics().clone(),
        };
        let operations = Listen {
            socket: listen(config.operations, hint).await?,
            tls: None,
            proxies: Proxies::default(),
            limits: Limits::default(),
            metrics: app.metrics().clone(),
        };
        Ok((public, operations))
    }

    fn public(&self, app: &App) -> Front {
        let work = self.config.work.clone();
        let admission = Admission::new(work, Arc::new(SystemClock), app.metrics().clone());
        public_router(app, admission)
    }

    /// Says what is served and where, in one line with the word `ready`.
    fn greet(&self, [public, operations]: [SocketAddr; 2]) {
        let (url, pools) = (&self.config.public_url, self.pools.names().join(", "));
        terminal::print(&format!(
            "ready: {pools} at {url}, listening on {public}; operations at http://{operations}"
        ));
        notify::systemd("READY=1");
    }

    /// Follows the certificate, and, when told to, the definitions.
    async fn follow(self, pools: Reload, mut reload: Signal, stopping: watch::Receiver<bool>) {
        let mut look = tokio::time::interval(certificate::LOOK);
        let mut stopping = std::pin::pin!(wait_for(stopping));
        loop {
            tokio::select! {
                () = &mut stopping => return,
                _ = look.tick() => {}
                _ = reload.recv() => {
                    match pools.read(&self.config).await {
                        Ok(()) => tracing::info!("the pools follow their definitions"),
                        Err(failure) => tracing::error!("the pools stay as they were: {failure}"),
                    }
                }
            }
            if let Some(certificate) = &self.certificate {
                certificate.follow();
            }
        }
    }
}

/// What follows the definitions.
struct Reload {
    app: App,
    worker: Worker,
    inbox: Option<Inbox>,
}

impl Reload {
    /// Reads the definitions again; if all of them are right they are served from now on.
    async fn read(&self, config: &Config) -> Result<(), Failure> {
        let pools = Pools::read(config)?;
        pools
            .serve(&self.app, &self.worker, self.inbox.as_ref())
            .await
    }
}

/// Where it listens: the port too, if any was taken.
fn address(listen: &Listen) -> Result<SocketAddr, Failure> {
    let address = listen.socket.local_addr();
    address.map_err(|error| Failure::caused("cannot listen", &error))
}
