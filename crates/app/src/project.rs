//! The Amplify app that a command works on: where it is, and what its definition says.

use std::collections::BTreeMap;
use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use poolhouse_define_auth::project::{FileSystem, Folder};
use poolhouse_define_auth::{Definition, Deployment, diagnostic, evaluate, settings};

use crate::failure::Failure;

/// Files that change the definition when they appear.
const OPTIONAL: [&str; 3] = ["amplify/backend.ts", ".env", settings::FILE];

/// An app's folder: the one that holds `amplify/`.
pub(crate) struct Project {
    root: PathBuf,
}

/// What a set of files looked like: it differs once one of them changed, appeared or went.
#[derive(PartialEq, Eq)]
pub(crate) struct Fingerprint(Vec<Option<(SystemTime, u64)>>);

impl Project {
    /// The app that `path` is in: its folder, its `amplify` folder, or the definition itself.
    pub(crate) fn find(path: &Path) -> Result<Self, Failure> {
        let here = fs::canonicalize(path).map_err(|error| Failure::io(path, &error))?;
        let root = here
            .ancestors()
            .take(4)
            .find(|folder| folder.join("amplify").is_dir());
        let Some(root) =
            root.filter(|root| here == **root || here.starts_with(root.join("amplify")))
        else {
            return Err(Failure::new(format!(
                "{}: got a folder without `amplify/auth/resource.ts`, expected that of an Amplify app",
                path.display(),
            )));
        };
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// Where `name` lies in the app.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Where `name` lies, as a person in the current folder would type it.
    pub(crate) fn shown(&self, name: &str) -> String {
        shown(&self.root.join(name))
    }

    /// Reads the definition; what is wrong with it is told as the person should see it.
    pub(crate) fn read(&self, deployment: &Deployment) -> Result<Definition, Failure> {
        let system = FileSystem {
            canonicalize: |path| fs::canonicalize(path),
            open: |path| fs::File::open(path),
        };
        let folder =
            Folder::new(&self.root, system).map_err(|error| Failure::io(&self.root, &error))?;
        evaluate(Arc::new(folder), &environment(), deployment).map_err(|errors| {
            Failure::rendered(&diagnostic::render(
                &errors,
                std::io::stderr().is_terminal(),
            ))
        })
    }

    /// What the files behind `definition` look like now.
    pub(crate) fn fingerprint(&self, sources: &[String]) -> Fingerprint {
        let files = sources.iter().map(String::as_str).chain(OPTIONAL);
        let look = |name: &str| {
            let metadata = fs::metadata(self.path(name)).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        Fingerprint(files.map(look).collect())
    }
}

/// `path` as a person in the current folder would type it.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let relative = path
        .strip_prefix(&here)
        .ok()
        .filter(|rest| !rest.as_os_str().is_empty());
    relative.unwrap_or(path).display().to_string()
}

/// The environment that the definition sees: the one that the command was given.
fn environment() -> BTreeMap<String, String> {
    let text = |os: std::ffi::OsString| os.into_string().ok();
    std::env::vars_os()
        .filter_map(|(name, value)| Some((text(name)?, text(value)?)))
        .collect()
}
