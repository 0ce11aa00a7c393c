//! The URL of a server, and connecting to it.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls;
use crate::db::url::StoreUrlError;

/// Connections that a process opens, if the URL does not say.
const CONNECTIONS: usize = 16;

/// How long one of the hosts may take to answer, if the URL does not say.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long what was sent may stay unacknowledged by the other machine, if the URL does not say. One
/// that lost its power says nothing at all.
const SILENCE: Duration = Duration::from_secs(5);

/// A server, or several of which one takes writes.
#[derive(Clone)]
pub(crate) struct Target {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    connections: usize,
}

/// The settings in a URL that are ours to read.
#[derive(Default)]
struct Settings<'a> {
    connections: Option<&'a str>,
    sslmode: Option<&'a str>,
    sslrootcert: Option<&'a str>,
}

impl Target {
    pub(in crate::db) fn parse(url: &str) -> Result<Self, StoreUrlError> {
        let (settings, rest) = take_settings(url);
        let mut config: Config = rest.parse().map_err(|error: Error| {
            let why = std::error::Error::source(&error).map(ToString::to_string);
            StoreUrlError(format!(
                "the PostgreSQL URL cannot be read: {}",
                why.unwrap_or_else(|| error.to_string())
            ))
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(StoreUrlError(
                "the PostgreSQL URL names no host; write postgres://USER@HOST/DATABASE".to_owned(),
            ));
        }
        complete(&mut config);
        let tls = tls::choose(settings.sslmode, settings.sslrootcert, is_near(&config))?;
        config.ssl_mode(match tls {
            Some(_) => SslMode::Require,
            None => SslMode::Disable,
        });
        let connections = match settings.connections.map(str::parse) {
            None => CONNECTIONS,
            Some(Ok(number @ 1..=1000)) => number,
            Some(_) => {
                let message = "connections in the PostgreSQL URL must be a number from 1 to 1000";
                return Err(StoreUrlError(message.to_owned()));
            }
        };
        Ok(Self {
            config,
            tls,
            connections,
        })
    }

    /// How many connections to open at most.
    pub(super) const fn connections(&self) -> usize {
        self.connections
    }

    /// Connects to the first host that takes writes. What drives the connection is spawned on `driver`.
    pub(super) async fn connect(&self, driver: &mut JoinSet<()>) -> Result<Client, Error> {
        // How a connection ended is told to whoever uses it then.
        if let Some(tls) = &self.tls {
            let (client, connection) = self.config.connect(tls.clone()).await?;
            driver.spawn(async move { drop(connection.await) });
            Ok(client)
        } else {
            let (client, connection) = self.config.connect(NoTls).await?;
            driver.spawn(async move { drop(connection.await) });
            Ok(client)
        }
    }
}

/// Our settings, and the URL without them.
fn take_settings(url: &str) -> (Settings<'_>, String) {
    let mut settings = Settings::default();
    let Some((start, query)) = url.split_once('?') else {
        return (settings, url.to_owned());
    };
    let mut others = Vec::new();
    for setting in query.split('&') {
        match setting.split_once('=') {
            Some(("connections", value)) => settings.connections = Some(value),
            Some(("sslmode", value)) => settings.sslmode = Some(value),
            Some(("sslrootcert", value)) => settings.sslrootcert = Some(value),
            _ => others.push(setting),
        }
    }
    let rest = if others.is_empty() {
        start.to_owned()
    } else {
        format!("{start}?{}", others.join("&"))
    };
    (settings, rest)
}

/// What the URL leaves open.
fn complete(config: &mut Config) {
    if config.get_target_session_attrs() == TargetSessionAttrs::Any {
        // The one of the hosts that is the leader now, and never a standby.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    if config.get_application_name().is_none() {
        config.application_name("poolhouse");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
}

/// Whether every host is this machine: what is sent there passes no network.
fn is_near(config: &Config) -> bool {
    let by_name = config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
        }
    });
    by_name && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

impl fmt::Display for Target {
    /// Without user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        for (place, host) in self.config.get_hosts().iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            match host {
                Host::Tcp(name) => f.write_str(name)?,
                Host::Unix(path) => write!(f, "{}", path.display())?,
            }
        }
        write!(f, "/{}", self.config.get_dbname().unwrap_or_default())
    }
}
