//! The pools of a server, and the definitions that they follow.

use std::path::{Path, PathBuf};

use poolhouse_define_auth::{Definition, Deployment};
use poolhouse_delivery::{Inbox, Worker};
use poolhouse_domain::pool::{ContactAttribute, FirstFactor};
use poolhouse_server::App;

use crate::commands::dev::region;
use crate::config::{Config, Risk};
use crate::failure::Failure;
use crate::project::Project;
use crate::served::missing;
use crate::{refused_domains, senders};

/// What is served.
pub(super) struct Pools {
    region: String,
    all: Vec<Served>,
}

/// A pool, and the folder that its settings lie in.
pub(crate) struct Served {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) definition: Definition,
}

impl Served {
    /// Reads the definition of the app in the folder `app`, and refuses what should not be served.
    pub(crate) fn read(config: &Config, name: &str, app: &Path) -> Result<Self, Failure> {
        let project = Project::find(app)?;
        let mut definition = project.read(&Deployment::Standalone)?;
        remark(name, &definition);
        refuse_text_codes_only(config, name, &definition)?;
        refuse_without_senders(config, name, &definition)?;
        refuse_texts_to_anywhere(name, &definition)?;
        let folder = project.path("");
        let budgets = &mut definition.pool.budgets;
        budgets.refused_domains = refused_domains::read(budgets, &folder)?;
        // Secrets that are not there are told now, not when the first mail is to go.
        senders::route(&definition.pool.delivery, &folder, None)?;
        Ok(Self {
            name: name.to_owned(),
            folder,
            definition,
        })
    }
}

impl Pools {
    /// Reads every definition, and refuses what should not be served.
    pub(super) fn read(config: &Config) -> Result<Self, Failure> {
        let pools = config.pools.iter();
        let pools = pools.map(|(name, app)| Served::read(config, name, app));
        Ok(Self {
            region: config.region.clone().map_or_else(region, Ok)?,
            all: pools.collect::<Result<_, Failure>>()?,
        })
    }

    /// Serves them from now on; `inbox` keeps their messages, if there is one.
    pub(super) async fn serve(
        &self,
        app: &App,
        worker: &Worker,
        inbox: Option<&Inbox>,
    ) -> Result<(), Failure> {
        for Served {
            name,
            folder,
            definition,
        } in &self.all
        {
            let config = definition.pool.clone();
            let route = senders::route(&config.delivery, folder, inbox.cloned())?;
            let pool = app.pool_serve(name, &self.region, config).await;
            let pool = pool
                .map_err(|error| Failure::caused(format!("cannot open the pool {name}"), &error))?;
            worker.pool_serve(&pool.id, route);
        }
        Ok(())
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.all.iter().map(|pool| pool.name.as_str()).collect()
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

/// Who is sent a code must get it.
fn refuse_without_senders(
    config: &Config,
    name: &str,
    definition: &Definition,
) -> Result<(), Failure> {
    let pool = &definition.pool;
    let sends = |contact| pool.sends_to(contact);
    let missing = [
        (
            "mail",
            ContactAttribute::Email,
            pool.delivery.mail.is_empty(),
        ),
        (
            "sms",
            ContactAttribute::PhoneNumber,
            pool.delivery.sms.is_empty(),
        ),
    ];
    let missing = missing
        .into_iter()
        .find(|(_, contact, none)| *none && sends(*contact));
    let Some((table, ..)) = missing.filter(|_| !config.allows(Risk::Inbox)) else {
        return Ok(());
    };
    Err(Failure::new(format!(
        "the pool {name} has nothing in `{table}.senders`, so nobody would get a code: name a sender in its \
         `poolhouse.toml`, or write `server.allow = [\"inbox\"]`, which keeps messages at the operations \
         address, for tests"
    )))
}

/// Texts to any country are what SMS pumping lives on: whoever wants to send them says so.
fn refuse_texts_to_anywhere(name: &str, definition: &Definition) -> Result<(), Failure> {
    let pool = &definition.pool;
    if pool.delivery.sms.is_empty() || pool.budgets.countries.is_some() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the pool {name} would send texts to any country, and pay for them: strangers rent expensive numbers to \
         be sent codes. Name yours in its `poolhouse.toml`: `sms.countries = [\"DE\", \"AT\"]`, or [\"any\"]"
    )))
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
