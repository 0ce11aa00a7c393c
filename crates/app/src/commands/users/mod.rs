//! `poolhouse export users` and `poolhouse import users`: accounts, one a line.
//!
//! Both go from line to line, so that a million users need no more memory than a hundred.

mod csv;
mod export;
mod import;
mod record;

use std::path::Path;

use poolhouse_define_auth::Deployment;
use poolhouse_domain::pool::PoolConfig;
use poolhouse_store::Store;

use crate::cli::{Export, Exported, Import, Imported, UsersFormat, UsersOf};
use crate::config::Config;
use crate::failure::Failure;
use crate::project::Project;
use crate::{master_key, terminal};

/// Writes what was asked for.
pub(crate) fn export(args: &Export) -> Result<(), Failure> {
    match &args.what {
        Exported::Users(args) => export::run(args),
    }
}

/// Adds what was given.
pub(crate) fn import(args: &Import) -> Result<(), Failure> {
    match &args.what {
        Imported::Users(args) => import::run(args),
    }
}

/// The pool whose users they are.
struct Of {
    /// As the configuration calls it.
    name: String,
    /// What its definition says.
    pool: PoolConfig,
    /// The first part of a new pool's id, where the configuration says it.
    region: Option<String>,
    store: Store,
}

impl Of {
    fn open(args: &UsersOf) -> Result<Self, Failure> {
        let config = Config::read(&args.config)?;
        let names = || config.pools.iter().map(|(name, _)| name.as_str());
        let found = match (&args.pool, config.pools.as_slice()) {
            (None, [only]) => Some(only),
            (None, _) => None,
            (Some(name), pools) => pools.iter().find(|(known, _)| known == name),
        };
        let Some((name, app)) = found else {
            return Err(Failure::new(format!(
                "--pool: got {}, expected one of {}",
                args.pool.as_deref().unwrap_or("nothing"),
                names().collect::<Vec<_>>().join(", ")
            )));
        };
        let definition = Project::find(app)?.read(&Deployment::Standalone)?;
        terminal::oddities(&definition);
        Ok(Self {
            name: name.clone(),
            pool: definition.pool,
            region: config.region.clone(),
            store: config.open_store(&master_key::read(&config.master)?)?,
        })
    }
}

/// What the file is: as it was said, or as its name ends.
fn format(args: &UsersOf, file: &Path) -> UsersFormat {
    let is_csv = file.extension().is_some_and(|end| end == "csv");
    args.format.unwrap_or(if is_csv {
        UsersFormat::Csv
    } else {
        UsersFormat::Jsonl
    })
}
