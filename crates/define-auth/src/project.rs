//! The project's files as the definition may see them.
//!
//! A definition is somebody's code. It reads what lies under the project folder and nothing else:
//! paths are worked out here, textually, and [`Folder`] follows symbolic links before it reads.

use std::fs::{File, ReadDir};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The longest file that is read, in bytes.
pub const FILE_MAX: u64 = 4 * 1024 * 1024;

/// Why a file could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FileError {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// It is a link that leads out of the project.
    #[error("it lies outside of the project folder")]
    Outside,
    /// It is longer than [`FILE_MAX`].
    #[error("it is longer than {FILE_MAX} bytes")]
    TooLong,
    /// It cannot be read, or it is not UTF-8.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

/// Reads the project's files. Paths are relative to the project folder, use `/`, and hold no `.` or `..`.
pub trait Files: Send + Sync {
    /// The text of `path`.
    fn read(&self, path: &str) -> Result<String, FileError>;

    /// The names in the folder `path`, in their order; those of folders end with a slash. What begins
    /// with a dot is nobody's business.
    fn list(&self, path: &str) -> Result<Vec<String>, FileError>;
}

/// The part of a file system that [`Folder`] needs, handed in by whoever may read files.
#[derive(Clone, Copy, Debug)]
pub struct FileSystem {
    /// Resolves every link (`std::fs::canonicalize`).
    pub canonicalize: fn(&Path) -> io::Result<PathBuf>,
    /// Opens for reading (`std::fs::File::open`).
    pub open: fn(&Path) -> io::Result<File>,
    /// What is in a folder (`std::fs::read_dir`).
    pub list: fn(&Path) -> io::Result<ReadDir>,
}

/// A folder that nothing escapes from: neither `..` nor a symbolic link.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    system: FileSystem,
}

impl Folder {
    /// The folder at `root`, which must exist.
    pub fn new(root: &Path, system: FileSystem) -> io::Result<Self> {
        let root = (system.canonicalize)(root)?;
        Ok(Self { root, system })
    }
}

impl Folder {
    /// Where `path` is, links followed.
    fn real(&self, path: &str) -> Result<PathBuf, FileError> {
        if normalize(path).as_deref() != Some(path) {
            return Err(FileError::Outside);
        }
        let real = (self.system.canonicalize)(&self.root.join(path))
            .map_err(|error| file_error(&error))?;
        if !real.starts_with(&self.root) {
            return Err(FileError::Outside);
        }
        Ok(real)
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, FileError> {
        let real = self.real(path)?;
        let file = (self.system.open)(&real).map_err(|error| file_error(&error))?;
        let metadata = file.metadata().map_err(|error| file_error(&error))?;
        if !metadata.is_file() {
            return Err(FileError::Missing);
        }
        let mut text = String::new();
        file.take(FILE_MAX + 1)
            .read_to_string(&mut text)
            .map_err(|error| file_error(&error))?;
        if u64::try_from(text.len()).is_ok_and(|length| length > FILE_MAX) {
            return Err(FileError::TooLong);
        }
        Ok(text)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let found = (self.system.list)(&self.real(path)?).map_err(|error| file_error(&error))?;
        let mut names = Vec::new();
        for entry in found {
            let entry = entry.map_err(|error| file_error(&error))?;
            let is_folder = entry.path().is_dir();
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') {
                names.push(if is_folder { format!("{name}/") } else { name });
            }
        }
        names.sort();
        Ok(names)
    }
}

/// `relative` as seen from the file `base`, or nothing if that leaves the project.
pub(crate) fn join(base: &str, relative: &str) -> Option<String> {
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    normalize(&format!("{folder}/{relative}"))
}

/// The path without `.`, `..` and empty segments, or nothing if it leaves the project.
pub(crate) fn normalize(path: &str) -> Option<String> {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            // Windows would read both as ways out.
            _ if segment.contains(['\\', ':', '\0']) => return None,
            _ => segments.push(segment),
        }
    }
    Some(segments.join("/"))
}

fn file_error(error: &io::Error) -> FileError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => {
            FileError::Missing
        }
        _ => FileError::Unreadable(error.to_string()),
    }
}
