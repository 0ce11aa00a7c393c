//! A pool as it is served: its configuration together with its identifiers and its keys.

use std::sync::Arc;

use poolhouse_domain::client::ClientConfig;
use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::{ClientId, PoolId, Random, Timestamp};
use poolhouse_store::{Store, StoreError};

use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::relying_party::RelyingParty;
use crate::tokens::keys::PoolKeys;

/// A user pool that is being served.
pub struct Pool {
    /// Its id, made once.
    pub id: PoolId,
    /// What the definition says now.
    pub config: PoolConfig,
    /// Its app clients, in the definition's order.
    pub clients: Vec<Arc<Client>>,
    /// `iss` of its tokens: `<public url>/<pool id>`.
    pub issuer: String,
    /// Who it is to authenticators, if it has passkeys and says so.
    pub(crate) relying_party: Option<RelyingParty>,
    /// What it signs with.
    pub(crate) keys: PoolKeys,
}

/// An app client that is being served.
pub struct Client {
    /// Its id, made once.
    pub id: ClientId,
    /// What the definition says now.
    pub config: ClientConfig,
}

impl Pool {
    pub(crate) async fn open(
        app: &App,
        name: &str,
        region: &str,
        config: PoolConfig,
    ) -> Result<Self, ApiError> {
        let relying_party = RelyingParty::of(&config)?;
        let (id, client_ids) =
            identify(app.store(), app.random(), app.now(), name, region, &config).await?;
        let configured = client_ids.into_iter().zip(&config.clients);
        let clients = configured
            .map(|(id, config)| {
                Arc::new(Client {
                    id,
                    config: config.clone(),
                })
            })
            .collect();
        let keys = PoolKeys::ensure(app, &id).await?;
        let issuer = format!("{}/{id}", app.public_url());
        Ok(Self {
            id,
            config,
            clients,
            issuer,
            relying_party,
            keys,
        })
    }
}

/// The identifiers of the pool called `name` and of its clients, in the definition's order. They are
/// made once; from then on they are found again.
pub async fn identify(
    store: &Store,
    random: &dyn Random,
    now: Timestamp,
    name: &str,
    region: &str,
    config: &PoolConfig,
) -> Result<(PoolId, Vec<ClientId>), StoreError> {
    let name = name.to_owned();
    let fresh = PoolId::generate(region, random);
    let clients: Vec<(String, ClientId)> = config
        .clients
        .iter()
        .map(|client| (client.name.clone(), ClientId::generate(random)))
        .collect();
    let ids = store.write(move |txn| {
        let pool = match txn.pool_find(&name)? {
            Some(known) => known,
            None => txn
                .pool_insert(&name, &fresh, now)
                .map(|()| fresh.clone())?,
        };
        let mut ids = Vec::with_capacity(clients.len());
        for (name, fresh) in &clients {
            ids.push(match txn.client_find(&pool, name)? {
                Some(known) => known,
                None => txn
                    .client_insert(&pool, name, fresh, now)
                    .map(|()| fresh.clone())?,
            });
        }
        Ok((pool, ids))
    });
    ids.await
}
