//! A pool as it is served: its configuration together with its identifiers and its keys.

use std::sync::Arc;

use poolhouse_domain::client::ClientConfig;
use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::{ClientId, PoolId};
use poolhouse_store::StoreError;

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
        let id = ensure_pool(app, name, region).await?;
        let mut clients = Vec::with_capacity(config.clients.len());
        for client in &config.clients {
            let id = ensure_client(app, &id, &client.name).await?;
            clients.push(Arc::new(Client {
                id,
                config: client.clone(),
            }));
        }
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

async fn ensure_pool(app: &App, name: &str, region: &str) -> Result<PoolId, StoreError> {
    let (name, now) = (name.to_owned(), app.now());
    let fresh = PoolId::generate(region, app.random());
    app.store()
        .write(move |txn| match txn.pool_find(&name)? {
            Some(known) => Ok(known),
            None => txn.pool_insert(&name, &fresh, now).map(|()| fresh.clone()),
        })
        .await
}

async fn ensure_client(app: &App, pool: &PoolId, name: &str) -> Result<ClientId, StoreError> {
    let (pool, name, now) = (pool.clone(), name.to_owned(), app.now());
    let fresh = ClientId::generate(app.random());
    app.store()
        .write(move |txn| match txn.client_find(&pool, &name)? {
            Some(known) => Ok(known),
            None => txn
                .client_insert(&pool, &name, &fresh, now)
                .map(|()| fresh.clone()),
        })
        .await
}
