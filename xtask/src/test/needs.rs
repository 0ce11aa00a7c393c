//! What the tests need beside a Rust toolchain and Node, and installing it: Debian's packages when we
//! are root, npm's always. What is done is said first.

use std::error::Error;
use std::path::{Path, PathBuf};

use crate::workspace::{capture, program, root, run};

/// A program, and the Debian package that brings it.
struct Tool {
    program: &'static str,
    package: &'static str,
}

/// Where Debian keeps PostgreSQL's programs, a folder for each version: they are not on the path.
const POSTGRESQL: &str = "/usr/lib/postgresql";

const TOOLS: &[Tool] = &[
    Tool {
        program: "chromium",
        package: "chromium",
    },
    Tool {
        program: "npm",
        package: "npm",
    },
    Tool {
        program: "initdb",
        package: "postgresql",
    },
];

/// Brings what is missing, or says what has to be brought.
pub(crate) fn install(suites: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    node_is_new_enough()?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path)
        .chain(versions(Path::new(POSTGRESQL)))
        .collect();
    let missing = missing_packages(&folders);
    if !missing.is_empty() {
        install_packages(&missing)?;
    }
    let examples = packages(&root(), "examples")?;
    for folder in suites
        .iter()
        .chain(&examples)
        .filter(|folder| is_stale(folder))
    {
        println!(
            "installing the npm packages of {}: npm ci",
            folder.display()
        );
        let words = ["ci", "--no-audit", "--no-fund"];
        run(program("npm", &words).current_dir(folder))?;
    }
    Ok(())
}

/// The folders in `group` that are npm packages, in the order of their names.
pub(crate) fn packages(root: &Path, group: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root.join(group)).map_err(|error| format!("{group}: {error}"))? {
        let folder = entry?.path();
        if folder.join("package.json").is_file() {
            found.push(folder);
        }
    }
    found.sort();
    Ok(found)
}

/// Vite and TypeScript ask for 20.19 or newer; Debian 12 has 18, so its package would not do.
fn node_is_new_enough() -> Result<(), Box<dyn Error>> {
    let advice = "install Node 20.19 or newer";
    let said = capture(&mut program("node", &["--version"]))
        .map_err(|error| format!("{error}; {advice}"))?;
    let version: semver::Version = said.trim().trim_start_matches('v').parse()?;
    if version >= semver::Version::new(20, 19, 0) {
        Ok(())
    } else {
        Err(format!("Node is {version}; {advice}").into())
    }
}

/// The folders of programs in `root`, one for each version that is installed.
fn versions(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    entries.map(|entry| entry.path().join("bin")).collect()
}

fn missing_packages(folders: &[PathBuf]) -> Vec<&'static str> {
    let there = |tool: &&Tool| {
        folders
            .iter()
            .any(|folder| folder.join(tool.program).is_file())
    };
    TOOLS
        .iter()
        .filter(|tool| !there(tool))
        .map(|tool| tool.package)
        .collect()
}

fn install_packages(packages: &[&str]) -> Result<(), Box<dyn Error>> {
    let command = format!(
        "apt-get install --yes --no-install-recommends {}",
        packages.join(" ")
    );
    let is_root = capture(&mut program("id", &["-u"]))?.trim() == "0";
    if !is_root {
        let once =
            "the tests need more Debian packages, and installing them needs root. Once, run:";
        return Err(format!("{once}\n\n  sudo apt-get update\n  sudo {command}").into());
    }
    println!("installing Debian packages: {command}");
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    for arguments in [&["update"][..], &words] {
        run(program("apt-get", arguments).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    Ok(())
}

/// Whether `npm ci` has not been run since the lockfile last changed.
fn is_stale(folder: &Path) -> bool {
    let changed = |file: &str| {
        folder
            .join(file)
            .metadata()
            .and_then(|data| data.modified())
            .ok()
    };
    changed("node_modules/.package-lock.json") < changed("package-lock.json")
}

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
    fn a_tool_that_is_on_the_path_is_not_missing() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("chromium"), 0);
        let folders = [folder.path().to_owned()];
        assert_eq!(missing_packages(&folders), ["npm", "postgresql"]);
        write(&folder.path().join("npm"), 0);
        write(&folder.path().join("initdb"), 0);
        assert!(missing_packages(&folders).is_empty());
        assert_eq!(missing_packages(&[]), ["chromium", "npm", "postgresql"]);
    }

    #[test]
    fn a_server_is_found_in_the_folder_of_its_version() {
        let root = tempfile::tempdir().unwrap();
        assert!(versions(&root.path().join("none")).is_empty());
        write(&root.path().join("15/bin/initdb"), 0);
        assert_eq!(versions(root.path()), [root.path().join("15/bin")]);
    }

    #[test]
    fn npm_packages_are_stale_until_they_are_newer_than_the_lockfile() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("package-lock.json"), 5);
        assert!(is_stale(folder.path()));
        write(&folder.path().join("node_modules/.package-lock.json"), 9);
        assert!(is_stale(folder.path()));
        write(&folder.path().join("node_modules/.package-lock.json"), 1);
        assert!(!is_stale(folder.path()));
    }

    #[test]
    fn packages_are_the_folders_with_a_package_json() {
        let root = tempfile::tempdir().unwrap();
        write(&root.path().join("conformance/b/package.json"), 0);
        write(&root.path().join("conformance/a/package.json"), 0);
        write(&root.path().join("conformance/c/README.md"), 0);
        let found = packages(root.path(), "conformance").unwrap();
        assert_eq!(
            found,
            ["a", "b"].map(|name| root.path().join("conformance").join(name))
        );
        assert!(
            packages(root.path(), "other")
                .unwrap_err()
                .to_string()
                .starts_with("other: ")
        );
    }
}
