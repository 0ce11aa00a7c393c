//! The pool that is being served, and the definition that it follows.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use poolhouse_define_auth::outputs::{self, Deployed};
use poolhouse_define_auth::{Definition, Deployment};
use poolhouse_delivery::{Inbox, Worker};
use poolhouse_domain::Timestamp;
use poolhouse_domain::budget::BudgetPolicy;
use poolhouse_domain::pool::PoolConfig;
use poolhouse_server::pool::Pool;
use poolhouse_server::{App, DevPages};
use tokio::sync::watch;

use super::screen;
use crate::data::replace;
use crate::failure::Failure;
use crate::project::Project;
use crate::running::wait_for;
use crate::{refused_domains, senders, terminal};

/// The name of the pool in the store: a data folder of `dev` has one.
pub(crate) const POOL: &str = "default";

const OUTPUTS: &str = "amplify_outputs.json";
const DECLARATION: &str = "amplify_outputs.json.d.ts";

/// How often the definition's files are looked at.
const LOOK: Duration = Duration::from_millis(250);

/// Pages that use passkeys while they are developed: browsers take `localhost` without TLS.
const LOCAL_ORIGINS: [&str; 2] = ["http://localhost:*", "https://localhost:*"];

/// An app and its pool.
pub(super) struct House {
    pub(super) app: App,
    pub(super) worker: Worker,
    pub(super) inbox: Inbox,
    pub(super) project: Project,
    pub(super) definition: Definition,
    /// Keeps others from serving the same data.
    pub(super) _lock: File,
    /// Without a slash at the end.
    pub(super) public_url: String,
    /// `AWS_REGION`: the first part of a new pool's id.
    pub(super) region: String,
}

impl House {
    /// Serves the pool and writes what its clients read.
    pub(super) async fn open(&self) -> Result<Arc<Pool>, Failure> {
        let mut config = on_this_machine(&self.definition);
        let (folder, inbox) = (self.project.path(""), Some(self.inbox.clone()));
        config.budgets.refused_domains = refused_domains::read(&config.budgets, &folder)?;
        let route = senders::route(&config.delivery, &folder, inbox)?;
        let pool = self
            .app
            .pool_serve(POOL, &self.region, config)
            .await
            .map_err(|error| Failure::caused("cannot open the pool", &error))?;
        self.worker.pool_serve(&pool.id, route);
        let clients = pool.identities();
        let (client, added_clients) = clients
            .split_first()
            .ok_or_else(|| Failure::new("the pool has no client"))?;
        let endpoint = format!("{}/", self.public_url);
        let deployed = Deployed {
            pool_id: &pool.id,
            client,
            added_clients,
            endpoint: &endpoint,
        };
        let json = outputs::js(&self.definition, &deployed);
        for (name, text) in [
            (OUTPUTS, json.as_str()),
            (DECLARATION, outputs::declaration()),
        ] {
            let path = self.project.path(name);
            replace(&path, text).map_err(|error| Failure::io(&path, &error))?;
        }
        Ok(pool)
    }

    /// What the pages show.
    pub(super) fn pages(&self, pool: &Pool, stopping: watch::Receiver<bool>) -> DevPages {
        DevPages {
            pool: pool.id.clone(),
            inbox: self.inbox.clone(),
            definition: self.project.shown("amplify/auth/resource.ts"),
            outputs: self.project.shown(OUTPUTS),
            stopping,
        }
    }

    /// Says what is served and where, the word `ready` last.
    pub(super) fn greet(&self, pool: &Pool, started: Timestamp, now: Timestamp) {
        terminal::remarks(&self.definition);
        screen::greeting(&screen::Greeting {
            project: &self.project,
            pool,
            public_url: &self.public_url,
            outputs: &self.project.shown(OUTPUTS),
            took: now.since(started),
        });
    }

    /// Follows the definition: when its files change the pool does, and when they are wrong it stays
    /// as it is.
    pub(super) async fn follow(mut self, stopping: watch::Receiver<bool>) {
        let mut turn = tokio::time::interval(LOOK);
        let mut stopping = std::pin::pin!(wait_for(stopping));
        loop {
            tokio::select! {
                () = &mut stopping => return,
                _ = turn.tick() => {}
            }
            if self.project.has_changed() {
                match self.reload().await {
                    Ok(()) => screen::reloaded(&self.definition),
                    Err(failure) => screen::not_reloaded(&failure),
                }
            }
        }
    }

    async fn reload(&mut self) -> Result<(), Failure> {
        let definition = self.project.read(&Deployment::Sandbox)?;
        let old = std::mem::replace(&mut self.definition, definition);
        if let Err(failure) = self.open().await {
            self.definition = old;
            return Err(failure);
        }
        Ok(())
    }
}

/// What `dev` adds to the definition: pages on this machine may use passkeys, also without a name, and
/// people may be sent as many codes as they like, unless `poolhouse.toml` says otherwise.
fn on_this_machine(definition: &Definition) -> PoolConfig {
    let mut config = definition.pool.clone();
    if !definition.settings.contains_key("passkeys.usernameless") {
        config.passkeys.usernameless = true;
    }
    let mut said = definition.settings.keys();
    if !said.any(|setting| setting.starts_with("budgets.")) {
        config.budgets = BudgetPolicy {
            countries: config.budgets.countries,
            refused_domains_file: config.budgets.refused_domains_file,
            ..BudgetPolicy::default()
        };
    }
    config
        .passkeys
        .extra_origins
        .extend(LOCAL_ORIGINS.map(str::to_owned));
    config
}
