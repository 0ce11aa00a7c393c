//! `poolhouse.toml` as `poolhouse serve` reads it: how a server is run, and which pools it has.
//!
//! It is read once, into types, and refused where it is not understood. What would be insecure is
//! refused too, unless it is allowed by name ([`Risk`]).

mod keys;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use poolhouse_define_auth::settings::{self, Laid};
use poolhouse_define_auth::{Diagnostic, diagnostic};
use poolhouse_domain::audit::KEPT;
use poolhouse_domain::seal::MasterKey;
use poolhouse_server::Work;
use poolhouse_server::listen::{Limits, Proxies};
use poolhouse_store::{Store, StoreUrl};

use crate::commands::dev::POOL;
use crate::failure::Failure;
use crate::files;
use crate::logs::LogFormat;
use crate::system::SystemRandom;
use crate::terminal;

/// How a server is run.
#[derive(Debug)]
pub(crate) struct Config {
    /// Where clients find us, without a slash at the end.
    pub(crate) public_url: String,
    pub(crate) listen: SocketAddr,
    /// Where health, metrics and the inbox are.
    pub(crate) operations: SocketAddr,
    pub(crate) store: StoreUrl,
    /// The first part of a new pool's id; `AWS_REGION` if it is not said.
    pub(crate) region: Option<String>,
    /// Each pool's name, and the folder of its app.
    pub(crate) pools: Vec<(String, PathBuf)>,
    pub(crate) allowed: Vec<Risk>,
    pub(crate) master: MasterKeySource,
    pub(crate) tls: Option<TlsFiles>,
    pub(crate) proxies: Proxies,
    pub(crate) limits: Limits,
    pub(crate) work: Work,
    /// For how long audit events are kept, if they are written.
    pub(crate) audit: Option<Duration>,
    pub(crate) log: Log,
}

/// What is insecure, and can be wanted all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Risk {
    /// Mail and texts are kept to be looked at, and not sent.
    Inbox,
    /// Passwords, codes and tokens cross a network unencrypted.
    PlainHttp,
    /// Text messages are the only way to sign in (SP 800-63B-4 §3.1.3.3).
    TextCodesOnly,
}

/// Where the master key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MasterKeySource {
    /// In a file that nobody else may read.
    File(PathBuf),
    /// A program prints it, for instance one that asks a key management service.
    Command(Vec<String>),
    /// In the environment.
    Environment,
}

impl fmt::Display for MasterKeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Command(command) => write!(f, "printed by {}", command.join(" ")),
            Self::Environment => f.write_str("in the environment"),
        }
    }
}

/// A certificate with its chain, and its private key, in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// What is logged, and how it looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Log {
    pub(crate) level: String,
    pub(crate) format: LogFormat,
}

/// What the file says, before it is known whether that is enough.
#[derive(Default)]
struct Draft {
    public_url: Option<String>,
    listen: Option<SocketAddr>,
    operations: Option<SocketAddr>,
    store: Option<StoreUrl>,
    region: Option<String>,
    pools: Vec<(String, PathBuf)>,
    allowed: Vec<Risk>,
    master_file: Option<PathBuf>,
    master_command: Option<Vec<String>>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    trusted: Option<Proxies>,
    limits: Limits,
    work: Work,
    audit_days: Option<u16>,
    level: Option<String>,
    format: Option<LogFormat>,
}

impl Config {
    /// Reads the file at `path`; paths in it are seen from its folder.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = files::read_text(path)?;
        let here = fs::canonicalize(path).map_err(|error| Failure::io(path, &error))?;
        let folder = here.parent().unwrap_or(Path::new("/"));
        Self::parse(&path.display().to_string(), &text, folder).map_err(|errors| {
            let colour = terminal::colours(&std::io::stderr());
            Failure::rendered(&diagnostic::render(&errors, colour))
        })
    }

    fn parse(file: &str, text: &str, folder: &Path) -> Result<Self, Vec<Diagnostic>> {
        let others: Vec<&str> = settings::of_pool().collect();
        let mut draft = Draft::default();
        let laid = settings::lay(file, text, keys::TABLES, &others, &mut draft)?;
        if draft.pools.is_empty() {
            draft.pools.push((POOL.to_owned(), PathBuf::from(".")));
        }
        for (_, app) in &mut draft.pools {
            *app = folder.join(&*app).components().collect();
        }
        let strangers = strangers(&laid, &draft.pools, folder);
        if !strangers.is_empty() {
            return Err(strangers);
        }
        draft.finish(folder).map_err(|error| vec![error])
    }

    /// Opens the store with the master key.
    pub(crate) fn open_store(&self, master: &MasterKey) -> Result<Store, Failure> {
        let random = Arc::new(SystemRandom);
        Store::open(&self.store, master.sealer("store"), random).map_err(|error| {
            Failure::caused(format!("{}: cannot open the store", self.store), &error)
        })
    }

    pub(crate) fn allows(&self, risk: Risk) -> bool {
        self.allowed.contains(&risk)
    }
}

/// Pool settings that nobody reads: a pool's stand in the `poolhouse.toml` of its app's folder, which
/// this file is only if its folder is one of them.
fn strangers(laid: &Laid, pools: &[(String, PathBuf)], folder: &Path) -> Vec<Diagnostic> {
    if pools.iter().any(|(_, app)| app == folder) {
        return Vec::new();
    }
    let tables = laid.tables.iter();
    let strangers = tables.filter(|(name, _)| settings::of_pool().any(|table| table == **name));
    strangers
        .map(|(name, place)| {
            Diagnostic::error(format!("`[{name}]` is a pool's"))
                .at(Some(place.clone()))
                .help("write it into the poolhouse.toml in the folder of the pool's app")
        })
        .collect()
}

impl Draft {
    fn finish(self, folder: &Path) -> Result<Config, Diagnostic> {
        let missing = |setting: &str, example: &str| {
            Diagnostic::error(format!("`{setting}` is missing"))
                .help(format!("write, for instance, `{setting} = {example}`"))
        };
        let master = match (self.master_file, self.master_command) {
            (Some(file), None) => MasterKeySource::File(folder.join(file)),
            (None, Some(command)) => MasterKeySource::Command(command),
            (None, None) => MasterKeySource::Environment,
            (Some(_), Some(_)) => {
                let message = "got `keys.master_file` and `keys.master_command`, expected one";
                return Err(Diagnostic::error(message));
            }
        };
        let tls = match (self.certificate, self.key) {
            (Some(certificate), Some(key)) => Some(TlsFiles {
                certificate: folder.join(certificate),
                key: folder.join(key),
            }),
            (None, None) => None,
            (Some(_), None) => return Err(missing("tls.key", "\"privkey.pem\"")),
            (None, Some(_)) => return Err(missing("tls.certificate", "\"fullchain.pem\"")),
        };
        let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let config = Config {
            public_url: self
                .public_url
                .ok_or_else(|| missing("server.public_url", "\"https://auth.example.com\""))?,
            store: self
                .store
                .ok_or_else(|| missing("server.store", "\"poolhouse.db\""))?
                .within(folder),
            listen: self.listen.unwrap_or(loopback(7400)),
            operations: self.operations.unwrap_or(loopback(7401)),
            region: self.region,
            pools: self.pools,
            allowed: self.allowed,
            master,
            proxies: match &tls {
                None => self.trusted.unwrap_or_else(Proxies::loopback),
                Some(_) => self.trusted.unwrap_or_default(),
            },
            tls,
            limits: self.limits,
            work: self.work,
            audit: match self.audit_days {
                None => Some(KEPT),
                Some(0) => None,
                Some(days) => Some(Duration::from_hours(24 * u64::from(days))),
            },
            log: Log {
                level: self.level.unwrap_or_else(|| "info".to_owned()),
                format: self.format.unwrap_or(LogFormat::Json),
            },
        };
        config.refuse_risks()?;
        Ok(config)
    }
}

impl Config {
    /// Refuses what is insecure in itself; what is insecure in a pool is found when that is read.
    fn refuse_risks(&self) -> Result<(), Diagnostic> {
        let is_local = self.listen.ip().is_loopback();
        let proxied = self.proxies != Proxies::loopback() && self.proxies != Proxies::default();
        if self.tls.is_none() && !is_local && !proxied && !self.allows(Risk::PlainHttp) {
            let message = format!("{} would be served unencrypted", self.listen);
            return Err(Diagnostic::error(message).help(
                "name a certificate in `[tls]`, name the proxy that has one in `proxy.trusted`, or \
                 listen on 127.0.0.1; `server.allow = [\"plain-http\"]` if this must be",
            ));
        }
        let host = self.public_url.strip_prefix("http://");
        let is_here = |host: &str| host.split(':').next() == Some("localhost");
        if host.is_some_and(|host| !is_here(host)) && !self.allows(Risk::PlainHttp) {
            return Err(
                Diagnostic::error(format!("{} is unencrypted", self.public_url)).help(
                    "write the https address; `server.allow = [\"plain-http\"]` if this must be",
                ),
            );
        }
        if self.allows(Risk::Inbox) && !self.operations.ip().is_loopback() {
            let message = format!("everybody at {} could read the inbox", self.operations);
            return Err(Diagnostic::error(message).help(
                "let `server.operations` be a loopback address, or remove \"inbox\" from `server.allow`",
            ));
        }
        Ok(())
    }
}
