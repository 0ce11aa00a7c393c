//! The pools of a server, and the definitions that they follow.

use poolhouse_define_auth::{Definition, Deployment};
use poolhouse_domain::pool::FirstFactor;
use poolhouse_server::App;

use crate::commands::dev::region;
use crate::config::{Config, Risk};
use crate::failure::Failure;
use crate::project::Project;
use crate::served::missing;

/// What is served.
pub(super) struct Pools {
    region: String,
    all: Vec<(String, Definition)>,
}

impl Pools {
    /// Reads every definition, and refuses what should not be served.
    pub(super) fn read(config: &Config) -> Result<Self, Failure> {
        if !config.allows(Risk::Inbox) {
            return Err(Failure::new(
                "nothing sends mail or text messages yet, so nobody would get a code; \
                 `server.allow = [\"inbox\"]` keeps them at the operations address, for tests",
            ));
        }
        let pools = config.pools.iter().map(|(name, app)| {
            let definition = Project::find(app)?.read(&Deployment::Standalone)?;
            remark(name, &definition);
            refuse_text_codes_only(config, name, &definition)?;
            Ok((name.clone(), definition))
        });
        Ok(Self {
            region: config.region.clone().map_or_else(region, Ok)?,
            all: pools.collect::<Result<_, Failure>>()?,
        })
    }

    /// Serves them from now on.
    pub(super) async fn serve(&self, app: &App) -> Result<(), Failure> {
        for (name, definition) in &self.all {
            app.pool_serve(name, &self.region, definition.pool.clone())
                .await
                .map_err(|error| Failure::caused(format!("cannot open the pool {name}"), &error))?;
        }
        Ok(())
    }

    /// Reads the definitions again; if all of them are right they are served from now on.
    pub(super) async fn reload(&self, config: &Config, app: &App) -> Result<(), Failure> {
        Self::read(config)?.serve(app).await
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.all.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// What is odd about a definition, what it printed, and what it asks for in vain.
fn remark(pool: &str, definition: &Definition) {
    for line in &definition.printed {
        tracing::info!(pool, "the definition says: {line}");
    }
    for warning in &definition.warnings {
        tracing::warn!(pool, "{}", warning.render(false).trim_end());
    }
    for feature in missing(definition) {
        tracing::warn!(pool, "not served yet: {feature}");
    }
}

/// NIST SP 800-63B-4 §3.1.3.3: who offers codes by text message offers something else too.
fn refuse_text_codes_only(
    config: &Config,
    name: &str,
    definition: &Definition,
) -> Result<(), Failure> {
    let is_only = definition.pool.first_factors == [FirstFactor::SmsOtp];
    if !is_only || config.allows(Risk::TextCodesOnly) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the pool {name} can be signed in to by text message alone: numbers are moved and texts are read \
         by others. Add passkeys or mail, or write `server.allow = [\"text-codes-only\"]`"
    )))
}
