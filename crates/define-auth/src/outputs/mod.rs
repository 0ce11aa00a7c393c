//! The clients' configuration: what each client calls its `amplify_outputs.json`.

pub(crate) mod custom;
mod gen1;
mod js;
mod official;

use std::sync::LazyLock;

use poolhouse_domain::client::{ClientConfig, ClientIdentity};
use poolhouse_domain::{ClientId, PoolId};

use crate::Definition;

/// Where the pool is served, once it is.
#[derive(Clone, Copy, Debug)]
pub struct Deployed<'d> {
    /// The pool's id.
    pub pool_id: &'d PoolId,
    /// The client that `defineAuth` makes.
    pub client: &'d ClientIdentity,
    /// The clients of `userPool.addClient`.
    pub added_clients: &'d [ClientIdentity],
    /// The base URL of the user-pool API.
    pub endpoint: &'d str,
}

impl Deployed<'static> {
    /// Nowhere yet: which keys a configuration has does not depend on their values.
    pub(crate) fn nowhere() -> Self {
        static POOL: LazyLock<PoolId> = LazyLock::new(|| PoolId::new("us-east-1_aaaaaaaaa"));
        static CLIENT: LazyLock<ClientIdentity> = LazyLock::new(|| ClientIdentity {
            name: ClientConfig::DEFAULT_NAME.to_owned(),
            id: ClientId::new("aaaaaaaaaaaaaaaaaaaaaaaaaa"),
            secret: None,
        });
        Self {
            pool_id: &POOL,
            client: &CLIENT,
            added_clients: &[],
            endpoint: "http://localhost/",
        }
    }
}

/// The form that `Amplify.configure` of aws-amplify takes as it is (`ResourcesConfig`), endpoint included.
pub fn js(definition: &Definition, deployed: &Deployed<'_>) -> String {
    let added = custom::resolve(&definition.custom, deployed);
    js::resources_config(
        &official::auth(definition, deployed),
        deployed.endpoint,
        &added,
    )
}

/// The types of [`js`]'s file, for `amplify_outputs.json.d.ts` beside it.
pub const fn declaration() -> &'static str {
    "import type { ResourcesConfig } from 'aws-amplify';\n\
     \n\
     declare const outputs: ResourcesConfig;\n\
     export default outputs;\n"
}

/// The official `amplify_outputs.json`, version 1.5. It has no word for the endpoint.
pub fn official(definition: &Definition, deployed: &Deployed<'_>) -> String {
    official::file(definition, deployed, &[])
}

/// [`official`] with `auth.user_pool_endpoint`, which amplify-flutter reads.
pub fn flutter(definition: &Definition, deployed: &Deployed<'_>) -> String {
    official::file(
        definition,
        deployed,
        &[("user_pool_endpoint", deployed.endpoint)],
    )
}

/// `amplifyconfiguration.json` of the Gen 1 libraries of Swift and Android.
pub fn gen1(definition: &Definition, deployed: &Deployed<'_>) -> String {
    gen1::configuration(&official::auth(definition, deployed), deployed)
}

/// The host, and the port if there is one, of a URL.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}
