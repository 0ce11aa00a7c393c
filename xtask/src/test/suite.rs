//! The suites of `conformance/`: folders with tests of their own, in Node, in Python or in Rust, and
//! the packages that they need.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::summary::Ran;
use super::{libtest, node, python};
use crate::workspace::{program, run};

/// A folder with packages of its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Suite {
    pub(crate) folder: PathBuf,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `package.json`, `package-lock.json`, `npm test`.
    Node,
    /// `requirements.txt`, a virtual environment in `.venv`, unittest.
    Python,
    /// `Cargo.toml`, a workspace beside ours, `cargo test`. Cargo brings its packages itself.
    Rust,
}

/// What a folder with tests has, by its kind.
const MANIFESTS: [(&str, Kind); 3] = [
    ("package.json", Kind::Node),
    ("requirements.txt", Kind::Python),
    ("Cargo.toml", Kind::Rust),
];

/// The suites in the folder `group`, in the order of their names.
pub(crate) fn suites(root: &Path, group: &str) -> Result<Vec<Suite>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root.join(group)).map_err(|error| format!("{group}: {error}"))? {
        let folder = entry?.path();
        let kind = MANIFESTS
            .into_iter()
            .find(|(manifest, _)| folder.join(manifest).is_file());
        found.extend(kind.map(|(_, kind)| Suite { folder, kind }));
    }
    found.sort_by(|left, right| left.folder.cmp(&right.folder));
    Ok(found)
}

impl Suite {
    /// Installs its packages, if they are not what its lockfile says.
    pub(crate) fn install(&self) -> Result<(), Box<dyn Error>> {
        if !self.is_stale() {
            return Ok(());
        }
        let folder = self.folder.display();
        match self.kind {
            Kind::Node => {
                println!("installing the npm packages of {folder}: npm ci");
                self.run("npm", &["ci", "--no-audit", "--no-fund"])
            }
            Kind::Python => {
                println!("installing the Python packages of {folder}: pip install, in .venv");
                let pip = [
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                ];
                self.run("python3", &["-m", "venv", ".venv"])?;
                self.run(PYTHON, &[&pip[..], &["-r", LOCK]].concat())?;
                std::fs::write(self.folder.join(INSTALLED), "")?;
                Ok(())
            }
            Kind::Rust => Ok(()),
        }
    }

    /// Runs its tests against the program `binary`.
    pub(crate) fn test(&self, binary: &Path) -> Result<Ran, Box<dyn Error>> {
        let mut command = match self.kind {
            Kind::Node => self.command("npm", &["test"]),
            Kind::Python => self.command(PYTHON, &["-m", "unittest", "-v"]),
            Kind::Rust => {
                // First built on its own, with cargo's own progress on the terminal.
                self.run("cargo", &["test", "--locked", "--no-run"])?;
                self.command("cargo", &["test", "--locked"])
            }
        };
        command.env("POOLHOUSE_BIN", binary);
        match self.kind {
            Kind::Node => node::run(&mut command),
            Kind::Python => python::run(&mut command),
            Kind::Rust => libtest::run(&mut command),
        }
    }

    /// Whether its packages have not been installed since its lockfile last changed.
    fn is_stale(&self) -> bool {
        let (installed, lock) = match self.kind {
            Kind::Node => ("node_modules/.package-lock.json", "package-lock.json"),
            Kind::Python => (INSTALLED, LOCK),
            Kind::Rust => return false,
        };
        let changed = |file: &str| {
            let data = self.folder.join(file).metadata();
            data.and_then(|data| data.modified()).ok()
        };
        changed(installed) < changed(lock)
    }

    fn run(&self, name: &str, words: &[&str]) -> Result<(), Box<dyn Error>> {
        run(&mut self.command(name, words))
    }

    fn command(&self, name: &str, words: &[&str]) -> Command {
        let inside = self.folder.join(name);
        let name = if name == PYTHON {
            inside.as_os_str()
        } else {
            name.as_ref()
        };
        let mut command = program(&name.to_string_lossy(), words);
        command.current_dir(&self.folder);
        command
    }
}

const PYTHON: &str = ".venv/bin/python";
const LOCK: &str = "requirements.txt";
/// Touched when the packages have been installed.
const INSTALLED: &str = ".venv/installed";

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::{Duration, SystemTime};

    use super::*;

    fn write(path: &Path, age: u64) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 - age);
        File::create(path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn packages_are_stale_until_they_are_newer_than_the_lockfile() {
        for (kind, lock, installed) in [
            (
                Kind::Node,
                "package-lock.json",
                "node_modules/.package-lock.json",
            ),
            (Kind::Python, "requirements.txt", ".venv/installed"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let suite = Suite {
                folder: folder.path().to_owned(),
                kind,
            };
            write(&folder.path().join(lock), 5);
            assert!(suite.is_stale());
            write(&folder.path().join(installed), 9);
            assert!(suite.is_stale());
            write(&folder.path().join(installed), 1);
            assert!(!suite.is_stale());
        }
    }

    #[test]
    fn cargo_brings_what_its_lockfile_says() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("Cargo.lock"), 5);
        let suite = Suite {
            folder: folder.path().to_owned(),
            kind: Kind::Rust,
        };
        assert!(!suite.is_stale());
    }

    #[test]
    fn suites_are_the_folders_with_a_manifest() {
        let root = tempfile::tempdir().unwrap();
        write(&root.path().join("conformance/b/package.json"), 0);
        write(&root.path().join("conformance/a/requirements.txt"), 0);
        write(&root.path().join("conformance/c/README.md"), 0);
        write(&root.path().join("conformance/d/Cargo.toml"), 0);
        let found = suites(root.path(), "conformance").unwrap();
        let suite = |name: &str, kind: Kind| Suite {
            folder: root.path().join("conformance").join(name),
            kind,
        };
        assert_eq!(
            found,
            [
                suite("a", Kind::Python),
                suite("b", Kind::Node),
                suite("d", Kind::Rust),
            ]
        );
        let error = suites(root.path(), "other").unwrap_err().to_string();
        assert!(error.starts_with("other: "), "{error}");
    }

    #[test]
    fn python_is_that_of_the_virtual_environment() {
        let suite = Suite {
            folder: PathBuf::from("/suite"),
            kind: Kind::Python,
        };
        assert_eq!(
            suite.command(PYTHON, &[]).get_program(),
            "/suite/.venv/bin/python"
        );
        assert_eq!(suite.command("python3", &[]).get_program(), "python3");
    }
}
