//! Files of a server's operator: configuration, keys, certificates.
#![expect(
    clippy::disallowed_methods,
    reason = "the binary is where files are read"
)]

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The bytes of the file at `path`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::io(path, &error))
}

/// The text of the file at `path`.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::io(path, &error))
}

/// Makes a file that nobody else may read, and that must not be there yet.
pub(crate) fn create(path: &Path) -> Result<File, Failure> {
    let mut create = OpenOptions::new();
    create.write(true).create_new(true).mode(0o600);
    create.open(path).map_err(|error| Failure::io(path, &error))
}

/// A file that is written beside its name, and gets that name when it is whole and on disk. Nobody else may
/// read it.
#[derive(Clone)]
pub(crate) struct Beside {
    path: PathBuf,
    beside: PathBuf,
}

impl Beside {
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            beside: PathBuf::from(format!("{}.new", path.display())),
        }
    }

    /// The name that it gets.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Begins, also once more.
    pub(crate) fn open(&self) -> Result<File, Failure> {
        let mut create = OpenOptions::new();
        create.write(true).create(true).truncate(true).mode(0o600);
        create
            .open(&self.beside)
            .map_err(|error| Failure::io(&self.beside, &error))
    }

    /// It is whole: it gets its name.
    pub(crate) fn put_in_place(&self) -> Result<(), Failure> {
        let folder = self.path.parent();
        let folder = folder.filter(|folder| *folder != Path::new(""));
        File::open(&self.beside)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&self.beside, &self.path))
            .and_then(|()| File::open(folder.unwrap_or(Path::new("."))))
            .and_then(|folder| folder.sync_all())
            .map_err(|error| Failure::io(&self.path, &error))
    }
}

/// Refuses a file that more people may read than `by`, of whom `mask` says what the others may not.
pub(crate) fn refuse_readable(path: &Path, mask: u32, by: &str) -> Result<(), Failure> {
    let metadata = fs::metadata(path).map_err(|error| Failure::io(path, &error))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & mask == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(Failure::new(format!(
        "{path}: got a key with mode {mode:03o}, expected one that can be read by {by}: `chmod {:03o} {path}`",
        mode & !mask,
    )))
}
