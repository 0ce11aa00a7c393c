//! `poolhouse outputs`: what each client calls its configuration.

use std::sync::Arc;

use poolhouse_define_auth::outputs::{self, Deployed};
use poolhouse_domain::Clock as _;
use poolhouse_server::pool;

use crate::cli::{Outputs, OutputsFormat};
use crate::commands::dev::{POOL, region};
use crate::data;
use crate::failure::Failure;
use crate::project::Project;
use crate::system::{SystemClock, SystemRandom};
use crate::terminal;

/// Prints the configuration of the pool that `dev` serves. If it never ran, the pool's identifiers are
/// made now, and `dev` finds them later.
pub(crate) fn run(args: &Outputs) -> Result<(), Failure> {
    let project = Project::find(&args.read.dir)?;
    let definition = project.read(&args.read.deployment())?;
    terminal::remarks(&definition);
    let folder = args
        .data
        .clone()
        .unwrap_or_else(|| project.path(".poolhouse"));
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
    let client_id = clients
        .first()
        .ok_or_else(|| Failure::new("the pool has no client"))?;
    let endpoint = format!("{}/", args.endpoint.trim_end_matches('/'));
    let deployed = Deployed {
        pool_id: &pool_id,
        client_id,
        endpoint: &endpoint,
    };
    terminal::print(&match args.format {
        OutputsFormat::Js => outputs::js(&definition, &deployed),
        OutputsFormat::Outputs => outputs::official(&definition, &deployed),
        OutputsFormat::Flutter => outputs::flutter(&definition, &deployed),
        OutputsFormat::Gen1 => outputs::gen1(&definition, &deployed),
    });
    Ok(())
}
