//! The Amplify app that a command works on: where it is, and what its definition says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use poolhouse_define_auth::project::{FileError, FileSystem, Files, Folder};
use poolhouse_define_auth::{Definition, Deployment, diagnostic, evaluate};

use crate::failure::Failure;
use crate::terminal;

/// An app's folder: the one that holds `amplify/`.
pub(crate) struct Project {
    root: PathBuf,
    looks: Arc<Looks>,
}

/// What a file looks like from outside: nothing if it is not there.
type Look = Option<(SystemTime, u64)>;

/// Every file that the last reading asked for, also in vain, as it looked just before: once one of them
/// looks otherwise, the definition may mean something else.
#[derive(Default)]
struct Looks(Mutex<BTreeMap<String, Look>>);

/// The project's files, noting what is asked for.
struct Noted {
    folder: Folder,
    root: PathBuf,
    looks: Arc<Looks>,
}

impl Files for Noted {
    fn read(&self, path: &str) -> Result<String, FileError> {
        let look = look(&self.root.join(path));
        self.looks.lock().insert(path.to_owned(), look);
        self.folder.read(path)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let look = look(&self.root.join(path));
        self.looks.lock().insert(path.to_owned(), look);
        self.folder.list(path)
    }
}

impl Looks {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Look>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
            looks: Arc::default(),
        })
    }

    /// Where `name` lies in the app.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Whether it is the app in `folder`.
    pub(crate) fn is_in(&self, folder: &Path) -> bool {
        fs::canonicalize(folder).is_ok_and(|folder| folder == self.root)
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
            list: |path| fs::read_dir(path),
        };
        let folder =
            Folder::new(&self.root, system).map_err(|error| Failure::io(&self.root, &error))?;
        let (root, looks) = (self.root.clone(), Arc::clone(&self.looks));
        looks.lock().clear();
        let files = Noted {
            folder,
            root,
            looks,
        };
        evaluate(Arc::new(files), &environment(), deployment).map_err(|errors| {
            Failure::rendered(&diagnostic::render(
                &errors,
                terminal::colours(&std::io::stderr()),
            ))
        })
    }

    /// Whether a file that the last reading asked for changed since, appeared or went.
    pub(crate) fn has_changed(&self) -> bool {
        let looks = self.looks.lock();
        looks
            .iter()
            .any(|(name, before)| look(&self.root.join(name)) != *before)
    }
}

fn look(path: &Path) -> Look {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
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

/// The environment that the definition sees: the one that the command was given, without what is for
/// this program alone, such as its master key.
fn environment() -> BTreeMap<String, String> {
    let text = |os: std::ffi::OsString| os.into_string().ok();
    std::env::vars_os()
        .filter_map(|(name, value)| Some((text(name)?, text(value)?)))
        .filter(|(name, _)| !name.starts_with("POOLHOUSE_"))
        .collect()
}
