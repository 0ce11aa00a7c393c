//! A definition, read.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA512, digest};
use poolhouse_domain::pool::PoolConfig;
use serde_json::Value;

use crate::backend::{Collected, Resource};
use crate::diagnostic::Diagnostic;
use crate::outputs::custom;
use crate::pool::{self, Read};
use crate::position;
use crate::project::Files;
use crate::reading::Reading;
use crate::sandbox::{self, Finished};
use crate::settings::{self, Said};
use crate::template;
use crate::unsupported::{Unsupported, unsupported};
use crate::warnings;
use crate::words;

/// Where the backend is deployed (`amplify-backend-type`): it decides what relying party `AUTO` is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deployment {
    /// A developer's own; relying party `localhost`.
    Sandbox,
    /// A branch of an app in Amplify Hosting; relying party `<branch>.<app_id>.amplifyapp.com`.
    Branch {
        /// The branch.
        branch: String,
        /// The app's id.
        app_id: String,
    },
    /// Anything else; the relying party has to be written out.
    Standalone,
}

impl Deployment {
    /// The relying party that `id` stands for here.
    pub(crate) fn relying_party(&self, id: &str) -> String {
        match self {
            Self::Branch { branch, app_id } if id == "AUTO" => {
                format!("{branch}.{app_id}.amplifyapp.com")
            }
            _ if id == "AUTO" => "localhost".to_owned(),
            _ => id.to_owned(),
        }
    }

    /// The prefix of the hosted login's domain: Amplify's hash of what names the backend.
    pub(crate) fn domain_prefix(&self) -> String {
        let name = match self {
            Self::Sandbox => "sandbox".to_owned(),
            Self::Branch { branch, app_id } => format!("branch{app_id}{branch}"),
            Self::Standalone => "standalone".to_owned(),
        };
        let digest = digest(&SHA512, name.as_bytes());
        let mut prefix = String::new();
        for byte in digest.as_ref().iter().take(10) {
            let _ = write!(prefix, "{byte:02x}");
        }
        prefix
    }
}

/// A definition, read.
#[derive(Clone, Debug)]
pub struct Definition {
    /// What the pool is.
    pub pool: PoolConfig,
    /// What is odd about the definition but not wrong.
    pub warnings: Vec<Diagnostic>,
    /// What it asks for that a server may not have.
    pub unsupported: Vec<Unsupported>,
    /// Every file that was read, from the project folder: when one changes, read the definition anew.
    pub sources: Vec<String>,
    /// What `poolhouse.toml` says beyond the definition; it is in `pool` already.
    pub settings: Said,
    /// What the definition printed on its console.
    pub printed: Vec<String>,
    /// The resources, from which template and clients' configuration are made.
    pub(crate) resources: Vec<Resource>,
    /// What `addOutput` added to the clients' configuration.
    pub(crate) custom: Value,
}

impl Definition {
    /// The CloudFormation template of the auth resources, as Amplify's own synthesis would make it:
    /// the way back to AWS. Equal for equal definitions, byte by byte.
    pub fn template(&self) -> String {
        let template = template::template(&self.resources);
        serde_json::to_string_pretty(&template).unwrap_or_default()
    }
}

/// Reads the definition in `files`, with `env` as its environment, and `poolhouse.toml` after it.
///
/// # Errors
/// Everything that is wrong with it.
pub fn evaluate(
    files: Arc<dyn Files>,
    env: &BTreeMap<String, String>,
    deployment: &Deployment,
) -> Result<Definition, Vec<Diagnostic>> {
    let entry = entry(&*files)?;
    let beginning = entry.clone();
    let own = settings::read(&*files);
    let host = Reading::new(deployment.clone());
    let folder = Arc::clone(&files);
    let Finished {
        host,
        backend,
        mut sources,
        printed,
    } = sandbox::run(files, env.clone(), entry, host)?;
    let mut backend: Collected = serde_json::from_str(&backend).map_err(|error| {
        vec![Diagnostic::error(format!(
            "the backend is not readable: {error}"
        ))]
    })?;
    let Some(props) = host.props.as_ref().filter(|_| backend.has_auth) else {
        let text = sources.get(&beginning).map_or("", String::as_str);
        let place = position::at(&beginning, text, (1, 1));
        return Err(vec![no_auth(&beginning, backend.is_defined).at(place)]);
    };
    let parts = std::mem::take(&mut backend.outputs);
    let custom = custom::merge(&parts, &sources).map_err(|error| vec![error])?;
    let resources = backend.resources(&sources)?;
    let preferred = props.passwordless_options.preferred_challenge.as_deref();
    let Read {
        config: mut pool,
        unread,
    } = pool::pool(&resources, preferred, &sources).map_err(|error| vec![error])?;
    let unsupported = unsupported(props, &host.triggers, &pool, &resources, &unread);
    let mut warnings = warnings::warnings(&host, &resources, &sources);
    let (mut settings, mut words) = (Said::new(), Vec::new());
    if let Some(text) = own.map_err(|error| vec![error])? {
        let (said, odd) = settings::lay_over(&mut pool, &text)?;
        words = words::lay_over(&mut pool, &*folder, &text, &said)?;
        warnings.extend(odd);
        warnings.extend(words::without_links(&pool, &text, &said));
        settings = said;
        sources.insert(settings::FILE.to_owned(), text);
    }
    let definition = Definition {
        pool,
        warnings,
        unsupported,
        sources: sources.keys().cloned().chain(words).collect(),
        settings,
        printed,
        resources,
        custom,
    };
    custom::check(&definition, &parts, &sources).map_err(|error| vec![error])?;
    Ok(definition)
}

const ENDINGS: [&str; 6] = ["ts", "mts", "cts", "js", "mjs", "cjs"];

/// The module to run: `amplify/backend`, or without one the definition itself.
fn entry(files: &dyn Files) -> Result<String, Vec<Diagnostic>> {
    let first = |stem: &str| {
        let mut names = ENDINGS.iter().map(|ending| format!("{stem}.{ending}"));
        names.find(|name| files.read(name).is_ok())
    };
    let found = first("amplify/backend").or_else(|| first("amplify/auth/resource"));
    found.ok_or_else(|| {
        vec![
            Diagnostic::error("there is no amplify/auth/resource.ts")
                .help("run `poolhouse init`, or name the folder that holds `amplify/`"),
        ]
    })
}

fn no_auth(entry: &str, has_backend: bool) -> Diagnostic {
    if has_backend {
        return Diagnostic::error(format!("{entry} defines a backend without auth"))
            .help("write `defineBackend({ auth })`, with `auth` from './auth/resource'");
    }
    Diagnostic::error(format!("{entry} does not call `defineAuth`"))
        .help("write `export const auth = defineAuth({ loginWith: { email: true } });`")
}
