//! Where a store is: a file's path, or the URL of a database server.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::postgres::Target;

/// Where a store is. It may hold a password: neither `Debug` nor `Display` shows that.
#[derive(Clone)]
pub struct StoreUrl(pub(super) Place);

/// The engines, and what each has to know.
#[derive(Clone)]
pub(super) enum Place {
    Sqlite(PathBuf),
    Postgres(Box<Target>),
}

/// Why a text is no [`StoreUrl`], in words for whoever wrote it. It shows no password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreUrlError(pub(super) String);

const EXPECTED: &str = "write postgres://USER@HOST/DATABASE, or the path of an SQLite file";

impl StoreUrl {
    /// The same, a path being seen from `folder`.
    #[must_use]
    pub fn within(self, folder: &Path) -> Self {
        Self(match self.0 {
            Place::Sqlite(path) => Place::Sqlite(folder.join(path)),
            place @ Place::Postgres(_) => place,
        })
    }

    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match &self.0 {
            Place::Sqlite(path) => Some(path),
            Place::Postgres(_) => None,
        }
    }
}

impl FromStr for StoreUrl {
    type Err = StoreUrlError;

    /// `postgres://…` or `postgresql://…`, as libpq reads it: several hosts,
    /// `target_session_attrs` (`read-write` if not given), `sslmode`, `sslrootcert`,
    /// `connect_timeout`, and `connections`, how many of them this process opens at most;
    /// `sqlite:PATH`; or a path.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let place = match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Place::Postgres(Box::new(Target::parse(text)?)),
            Some((scheme, _)) => {
                let message = format!("{scheme}:// is no store that is known here; {EXPECTED}");
                return Err(StoreUrlError(message));
            }
            None => match text.strip_prefix("sqlite:").unwrap_or(text) {
                "" => return Err(StoreUrlError(format!("it names no store; {EXPECTED}"))),
                path => Place::Sqlite(PathBuf::from(path)),
            },
        };
        Ok(Self(place))
    }
}

impl From<&Path> for StoreUrl {
    fn from(path: &Path) -> Self {
        Self(Place::Sqlite(path.to_owned()))
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Sqlite(path) => write!(f, "{}", path.display()),
            Place::Postgres(target) => write!(f, "{target}"),
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({self})")
    }
}
