//! `poolhouse audit`: what people did with their accounts.

use poolhouse_domain::audit::AuditEvent;
use poolhouse_domain::contact::Contact;
use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::{PoolId, Sub, Timestamp};
use poolhouse_store::{AuditFilter, Store, Txn};
use serde_json::json;

use crate::cli::Audit;
use crate::commands::keys;
use crate::config::Config;
use crate::failure::Failure;
use crate::running::runtime;
use crate::{master_key, terminal};

/// Events that are in memory at a time.
const PAGE: usize = 500;

/// Prints the events, pool by pool.
pub(crate) fn run(args: &Audit) -> Result<(), Failure> {
    let config = Config::read(&args.config)?;
    let store = config.open_store(&master_key::read(&config.master)?)?;
    runtime()?.block_on(async {
        let done = print(args, &config, &store).await;
        store.close().await;
        done
    })
}

async fn print(args: &Audit, config: &Config, store: &Store) -> Result<(), Failure> {
    let since = args.since.map_or(0, jiff::Timestamp::as_microsecond);
    let mut known = args.user.is_none();
    for (name, pool) in keys::pools(config, store, args.pool.as_deref()).await? {
        let sub = match &args.user {
            Some(user) => Some(find(store, &pool, user).await?),
            None => None,
        };
        if let Some(None) = sub {
            continue;
        }
        known = true;
        let filter = AuditFilter {
            sub: sub.flatten(),
            since: Timestamp::from_micros(since),
        };
        print_pool(args, store, &name, &pool, filter).await?;
    }
    let user = args.user.as_deref().unwrap_or_default();
    known.then_some(()).ok_or_else(|| {
        Failure::new(format!(
            "--user: got {user}, expected a `sub`, or what somebody signs in with"
        ))
    })
}

async fn print_pool(
    args: &Audit,
    store: &Store,
    name: &str,
    pool: &PoolId,
    filter: AuditFilter,
) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let (of, wanted, from) = (pool.clone(), filter.clone(), after.clone());
        let page = store.read::<_, Failure, _>(move |txn| {
            Ok(txn.audit_page(&of, &wanted, from.as_ref(), PAGE)?)
        });
        let page = page.await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = Some(last.clone());
        for (_, event) in &page {
            terminal::print(&if args.json {
                object(name, event)?
            } else {
                line(event)?
            });
        }
    }
}

/// Whose `sub` or login `user` is. A `sub` may be that of an account that is gone.
async fn find(store: &Store, pool: &PoolId, user: &str) -> Result<Option<Sub>, Failure> {
    let (pool, user) = (pool.clone(), user.to_owned());
    let found = store.read::<_, Failure, _>(move |txn: &mut Txn<'_>| {
        for attribute in ContactAttribute::ALL {
            if let Ok(contact) = Contact::parse(attribute, &user)
                && let Some(user) = txn.user_find(&pool, attribute, &contact.key())?
            {
                return Ok(Some(user.sub));
            }
        }
        let sub = Sub::new(user.as_str());
        let filter = AuditFilter {
            sub: Some(sub.clone()),
            since: Timestamp::from_micros(0),
        };
        let is_known = txn.user_get(&pool, &sub)?.is_some()
            || !txn.audit_page(&pool, &filter, None, 1)?.is_empty();
        Ok(is_known.then_some(sub))
    });
    found.await
}

fn line(event: &AuditEvent) -> Result<String, Failure> {
    let from = event
        .from
        .map_or_else(|| "-".to_owned(), |ip| ip.to_string());
    Ok(format!(
        "{}  {:20}  {}  {:12}  {from}  {}",
        at(event)?,
        event.kind.as_str(),
        event.sub,
        event.detail,
        event.client_id,
    ))
}

fn object(pool: &str, event: &AuditEvent) -> Result<String, Failure> {
    let object = json!({
        "at": at(event)?, "pool": pool, "event": event.kind.as_str(), "sub": event.sub,
        "detail": event.detail, "ip": event.from, "clientId": event.client_id,
    });
    Ok(object.to_string())
}

fn at(event: &AuditEvent) -> Result<String, Failure> {
    let at = jiff::Timestamp::from_microsecond(event.at.micros());
    let at = at.map_err(|error| Failure::caused("a time in the store", &error))?;
    Ok(format!("{at:.6}"))
}
