//! What the pool of a project is known by, for commands that serve nothing.

use std::path::Path;
use std::sync::Arc;

use poolhouse_define_auth::{Definition, Deployment};
use poolhouse_domain::client::ClientIdentity;
use poolhouse_domain::{Clock as _, PoolId};
use poolhouse_server::pool;
use poolhouse_store::Store;

use crate::cli::{Kept, Read};
use crate::commands::dev::{POOL, region};
use crate::config::Config;
use crate::failure::Failure;
use crate::project::Project;
use crate::system::{SystemClock, SystemRandom};
use crate::{data, master_key, terminal};

/// A definition, and what its pool and clients are known by.
pub(crate) struct Identified {
    pub(crate) definition: Definition,
    pub(crate) pool_id: PoolId,
    /// In the definition's order.
    pub(crate) clients: Vec<ClientIdentity>,
    /// Where clients find it, without a slash at the end.
    pub(crate) url: String,
}

/// Where the identifiers are.
struct Place {
    store: Store,
    pool: String,
    region: String,
    url: String,
}

impl Identified {
    /// Reads the definition and finds the identifiers where they are kept. If the pool was never
    /// served they are made now, and whoever serves it finds them later.
    pub(crate) fn read(read: &Read, kept: &Kept) -> Result<Self, Failure> {
        let project = Project::find(&read.dir)?;
        let deployment = match kept.config {
            Some(_) => Deployment::Standalone,
            None => read.deployment(),
        };
        let definition = project.read(&deployment)?;
        terminal::remarks(&definition);
        let place = match &kept.config {
            Some(config) => of_server(&project, config)?,
            None => of_dev(&project, kept.data.as_deref())?,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::caused("cannot start", &error))?;
        let Place {
            store,
            pool,
            region,
            url,
        } = place;
        let now = SystemClock.now();
        let ids = runtime.block_on(async {
            let config = &definition.pool;
            let ids = pool::identify(&store, &SystemRandom, now, &pool, &region, config).await;
            store.close().await;
            ids
        });
        let (pool_id, clients) =
            ids.map_err(|error| Failure::caused("cannot open the pool", &error))?;
        Ok(Self {
            definition,
            pool_id,
            clients,
            url,
        })
    }
}

fn of_dev(project: &Project, folder: Option<&Path>) -> Result<Place, Failure> {
    let folder = folder.map_or_else(|| project.path(".poolhouse"), Path::to_owned);
    Ok(Place {
        store: data::open(&folder, Arc::new(SystemRandom))?.store,
        pool: POOL.to_owned(),
        region: region()?,
        url: "http://localhost:7400".to_owned(),
    })
}

/// The pool of the configuration whose app this is.
fn of_server(project: &Project, path: &Path) -> Result<Place, Failure> {
    let config = Config::read(path)?;
    let mut pools = config.pools.iter();
    let Some((pool, _)) = pools.find(|(_, app)| project.is_in(app)) else {
        let names: Vec<String> = config
            .pools
            .iter()
            .map(|(name, app)| format!("{name} in {}", app.display()))
            .collect();
        return Err(Failure::new(format!(
            "{} has no pool of this app, only {}: name the folder of one",
            path.display(),
            names.join(", ")
        )));
    };
    Ok(Place {
        pool: pool.clone(),
        store: config.open_store(&master_key::read(&config.master)?)?,
        region: config.region.clone().map_or_else(region, Ok)?,
        url: config.public_url.clone(),
    })
}
