//! From CloudFormation's properties to the pool's configuration.

mod attributes;
mod client;
mod user_pool;

use poolhouse_domain::client::ClientConfig;
use poolhouse_domain::pool::{FirstFactor, Group, PoolConfig};
use serde::Deserialize;
use serde_json::Value;

use crate::backend::Resource;
use crate::diagnostic::Diagnostic;
use crate::pool::client::Client;
use crate::pool::user_pool::UserPool;
use crate::position::Sources;
use crate::unread::{Reader, Unread};

/// What a server is told of the resources, and what of them it is not told.
#[derive(Debug)]
pub(crate) struct Read {
    /// The configuration.
    pub(crate) config: PoolConfig,
    /// The properties that are in none of it.
    pub(crate) unread: Vec<Unread>,
}

/// The configuration of the pool that `resources` describe.
pub(crate) fn pool(
    resources: &[Resource],
    preferred: Option<&str>,
    sources: &Sources,
) -> Result<Read, Diagnostic> {
    let mut reader = Reader::new(sources);
    let of = |kind: &'static str| {
        resources
            .iter()
            .filter(move |resource| resource.kind == kind)
    };
    let user_pool = of("AWS::Cognito::UserPool").next();
    let pool: UserPool = match user_pool {
        Some(resource) => reader.read(resource)?,
        None => UserPool::default(),
    };
    let mut groups = Vec::new();
    for group in of("AWS::Cognito::UserPoolGroup") {
        groups.push(reader.read::<GroupProperties>(group)?.into());
    }
    let mut clients = Vec::new();
    for client in of("AWS::Cognito::UserPoolClient") {
        let name = client_name(&client.id);
        clients.push(reader.read::<Client>(client)?.config(name));
    }
    let preferred = preferred.and_then(|word| FirstFactor::deserialize(Value::from(word)).ok());
    Ok(Read {
        config: pool.config(groups, clients, preferred),
        unread: reader.unread,
    })
}

/// What a client is called here, by its logical id.
pub(crate) fn client_name(id: &str) -> &str {
    match id {
        "UserPoolClient" => ClientConfig::DEFAULT_NAME,
        _ => id.strip_prefix("Client").unwrap_or(id),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GroupProperties {
    group_name: String,
    #[serde(default)]
    precedence: u32,
}

impl From<GroupProperties> for Group {
    fn from(group: GroupProperties) -> Self {
        Self {
            name: group.group_name,
            precedence: group.precedence,
        }
    }
}
