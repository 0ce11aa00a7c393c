//! What the pool of a project is known by, for commands that serve nothing.

use std::path::Path;
use std::sync::Arc;

use poolhouse_define_auth::Definition;
use poolhouse_domain::client::ClientIdentity;
use poolhouse_domain::{Clock as _, PoolId};
use poolhouse_server::pool;

use crate::cli::Read;
use crate::commands::dev::{POOL, region};
use crate::data;
use crate::failure::Failure;
use crate::project::Project;
use crate::system::{SystemClock, SystemRandom};
use crate::terminal;

/// A definition, and what its pool and clients are known by.
pub(crate) struct Identified {
    pub(crate) definition: Definition,
    pub(crate) pool_id: PoolId,
    /// In the definition's order.
    pub(crate) clients: Vec<ClientIdentity>,
}

impl Identified {
    /// Reads the definition and finds the identifiers in `data` (by default `DIR/.poolhouse`). If
    /// `dev` never ran they are made now, and `dev` finds them later.
    pub(crate) fn read(read: &Read, data: Option<&Path>) -> Result<Self, Failure> {
        let project = Project::find(&read.dir)?;
        let definition = project.read(&read.deployment())?;
        terminal::remarks(&definition);
        let folder = data.map_or_else(|| project.path(".poolhouse"), Path::to_owned);
        let data = data::open(&folder, Arc::new(SystemRandom))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(|error| Failure::caused("cannot start", &error))?;
        let (now, region) = (SystemClock.now(), region()?);
        let ids = runtime.block_on(async {
            let pool = &definition.pool;
            let ids = pool::identify(&data.store, &SystemRandom, now, POOL, &region, pool).await;
            data.store.close().await;
            ids
        });
        let (pool_id, clients) =
            ids.map_err(|error| Failure::caused("cannot open the pool", &error))?;
        Ok(Self {
            definition,
            pool_id,
            clients,
        })
    }
}
