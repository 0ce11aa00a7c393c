//! What the tests need beside a Rust toolchain and Node, and installing it: Debian's packages when we
//! are root, npm's and Python's always. What is done is said first.

use std::error::Error;
use std::path::{Path, PathBuf};

use super::suite::{Suite, suites};
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
    Tool {
        program: "python3",
        package: "python3-venv",
    },
    Tool {
        program: "systemd-analyze",
        package: "systemd",
    },
    Tool {
        program: "sqlite3",
        package: "sqlite3",
    },
    Tool {
        program: "fiu-run",
        package: "fiu-utils",
    },
    Tool {
        program: "strace",
        package: "strace",
    },
    Tool {
        program: "etcd",
        package: "etcd-server",
    },
    Tool {
        program: "patroni",
        package: "patroni",
    },
];

/// Brings what is missing, or says what has to be brought.
pub(crate) fn install(suites_to_run: &[Suite]) -> Result<(), Box<dyn Error>> {
    node_is_new_enough()?;
    packages()?;
    let examples = suites(&root(), "examples")?;
    suites_to_run
        .iter()
        .chain(&examples)
        .try_for_each(Suite::install)
}

/// Brings the Debian packages that are missing, or says which have to be brought.
pub(crate) fn packages() -> Result<(), Box<dyn Error>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path)
        .chain(versions(Path::new(POSTGRESQL)))
        .collect();
    let missing = missing_packages(&folders);
    if missing.is_empty() {
        Ok(())
    } else {
        install_packages(&missing)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_that_is_on_the_path_is_not_missing() {
        let folder = tempfile::tempdir().unwrap();
        let bring = |name: &str| std::fs::write(folder.path().join(name), "").unwrap();
        bring("chromium");
        let folders = [folder.path().to_owned()];
        assert_eq!(
            missing_packages(&folders),
            [
                "npm",
                "postgresql",
                "python3-venv",
                "systemd",
                "sqlite3",
                "fiu-utils",
                "strace",
                "etcd-server",
                "patroni"
            ]
        );
        let others = ["npm", "initdb", "python3", "systemd-analyze"];
        for name in others
            .into_iter()
            .chain(["sqlite3", "fiu-run", "strace", "etcd", "patroni"])
        {
            bring(name);
        }
        assert!(missing_packages(&folders).is_empty());
        assert_eq!(missing_packages(&[]).len(), TOOLS.len());
    }

    #[test]
    fn a_server_is_found_in_the_folder_of_its_version() {
        let root = tempfile::tempdir().unwrap();
        assert!(versions(&root.path().join("none")).is_empty());
        let folder = root.path().join("15/bin");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("initdb"), "").unwrap();
        assert_eq!(versions(root.path()), [folder]);
    }
}
