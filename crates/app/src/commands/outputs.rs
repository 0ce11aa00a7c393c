//! `poolhouse outputs`: what each client calls its configuration.

use poolhouse_define_auth::outputs::{self, Deployed};

use crate::cli::{Outputs, OutputsFormat};
use crate::failure::Failure;
use crate::identified::Identified;
use crate::terminal;

/// Prints the configuration of the pool.
pub(crate) fn run(args: &Outputs) -> Result<(), Failure> {
    let Identified {
        definition,
        pool_id,
        clients,
        url,
    } = Identified::read(&args.read, &args.kept)?;
    let (client, added_clients) = clients
        .split_first()
        .ok_or_else(|| Failure::new("the pool has no client"))?;
    let endpoint = args.endpoint.as_deref().unwrap_or(&url);
    let endpoint = format!("{}/", endpoint.trim_end_matches('/'));
    let deployed = Deployed {
        pool_id: &pool_id,
        client,
        added_clients,
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
